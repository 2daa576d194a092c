"""Read the text of a QR code from its squares, as a phone does (ISO/IEC 18004, byte mode, without error correction)."""

from collections.abc import Iterator, Sequence

from segno import consts

Rows = Sequence[Sequence[bool]]  # True for a dark square
FORMAT_MASK = 0b101010000010010  # the mask of the 15 bits for the error correction level and the data mask
FINDER, TIMING = 9, 6  # the side of a corner with its finder pattern; the row and column of the timing pattern
BYTES, LENGTH_BITS = 0b0100, 8  # the byte mode, and the bits of its length field up to version 9
MASKS = (
    lambda row, column: (row + column) % 2,
    lambda row, column: row % 2,
    lambda row, column: column % 3,
    lambda row, column: (row + column) % 3,
    lambda row, column: (row // 2 + column // 3) % 2,
    lambda row, column: row * column % 2 + row * column % 3,
    lambda row, column: (row * column % 2 + row * column % 3) % 2,
    lambda row, column: ((row + column) % 2 + row * column % 3) % 2,
)


def read_code(rows: Rows) -> str:
    """Return the text of a QR code."""
    level, mask = _format(rows)
    bits = [rows[row][column] ^ (MASKS[mask](row, column) == 0) for row, column in _data_places(len(rows))]
    words = [_number(bits[start : start + 8]) for start in range(0, len(bits) // 8 * 8, 8)]
    version = (len(rows) - 17) // 4
    sizes = [block.num_data for block in consts.ECC[version][level] for _ in range(block.num_blocks)]
    return _text(_in_order(words, sizes))


def _format(rows: Rows) -> tuple[int, int]:
    """Return the error correction level, as segno numbers the levels, and the number of the data mask."""
    beside = [rows[8][column] for column in (0, 1, 2, 3, 4, 5, 7, 8)] + [rows[row][8] for row in (7, 5, 4, 3, 2, 1, 0)]
    named = _number(beside) ^ FORMAT_MASK
    levels = {
        0b01: consts.ERROR_LEVEL_L,
        0b00: consts.ERROR_LEVEL_M,
        0b11: consts.ERROR_LEVEL_Q,
        0b10: consts.ERROR_LEVEL_H,
    }
    return levels[named >> 13], named >> 10 & 0b111


def _data_places(side: int) -> Iterator[tuple[int, int]]:
    """Yield the row and column of each data square: two columns at a time from the right, alternately up and down."""
    version, upwards, right = (side - 17) // 4, True, side - 1
    middles = consts.ALIGNMENT_POS[version - 2] if version > 1 else ()
    while right > 0:
        right -= right == TIMING
        for row in range(side - 1, -1, -1) if upwards else range(side):
            for column in (right, right - 1):
                if not _is_fixed(row, column, side, middles):
                    yield row, column
        right, upwards = right - 2, not upwards


def _is_fixed(row: int, column: int, side: int, middles: Sequence[int]) -> bool:
    """Return whether a square belongs to the function patterns, which are the same in each code of this size."""
    far = side - FINDER + 1
    in_corner = (row < FINDER and (column < FINDER or column >= far)) or (row >= far and column < FINDER)
    return (
        in_corner or TIMING in (row, column) or _is_alignment(row, column, side, middles) or _is_version(row, column, side)
    )


def _is_alignment(row: int, column: int, side: int, middles: Sequence[int]) -> bool:
    corners = {(TIMING, TIMING), (TIMING, side - 7), (side - 7, TIMING)}
    squares = ((y, x) for y in middles for x in middles if (y, x) not in corners)
    return any(abs(row - y) <= 2 and abs(column - x) <= 2 for y, x in squares)


def _is_version(row: int, column: int, side: int) -> bool:
    first = side - 11
    return side >= 45 and ((row < 6 and first <= column < first + 3) or (column < 6 and first <= row < first + 3))


def _in_order(words: Sequence[int], sizes: Sequence[int]) -> list[int]:
    """Return the data words of all blocks in order. A code interleaves the blocks word by word."""
    blocks: list[list[int]] = [[] for _ in sizes]
    left = iter(words)
    for place in range(max(sizes)):
        for block, size in zip(blocks, sizes, strict=True):
            if place < size:
                block.append(next(left))
    return [word for block in blocks for word in block]


def _text(words: Sequence[int]) -> str:
    bits = [bool(word >> (7 - place) & 1) for word in words for place in range(8)]
    assert _number(bits[:4]) == BYTES, "a code of bytes"
    length = _number(bits[4 : 4 + LENGTH_BITS])
    starts = range(4 + LENGTH_BITS, 4 + LENGTH_BITS + 8 * length, 8)
    return bytes(_number(bits[start : start + 8]) for start in starts).decode()


def _number(bits: Sequence[bool]) -> int:
    return int("".join("1" if bit else "0" for bit in bits), 2)
