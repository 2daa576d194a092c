"""Pictures that are nearly the same, found among many: each is compared only with those that may be near."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np

from core.datasets.duplicates import NEAR_BITS, NEAR_LEVELS, THUMB_SIDE

BANDS = NEAR_BITS + 1  # of a hash: where no more bits differ, at least one band has none of them
BAND_BITS = 64 // BANDS
TILES = 4  # of a thumb, to each side: their sums rule most pictures out
MOST_EACH = 8  # near ones that are noted for a picture: of a film, in which all are alike, no more are needed
FIRST_CHUNK, GROWTH = 128, 8  # pictures that are compared at once: of a film, the first of them are enough
MOST_COMPARED = 200_000  # pictures of an upload; their thumbs take 200 MB of memory
MOST_WORK = 300_000_000  # pairs whose tiles are compared, about half a minute: only pictures very much alike have as many
HASHES_FOR_TILES = 16  # that are compared in the same time


@dataclass(frozen=True)
class Near:
    """What was found."""

    pairs: tuple[tuple[int, int], ...]  # places of pictures that are nearly the same, and not the very same
    compared: int  # different pictures that were compared
    total: int  # different pictures


def near_pairs(
    hashes: np.ndarray,
    thumbs: np.ndarray,
    fingerprints: Sequence[bytes],
    is_test: Sequence[bool],
    tell: Callable[[int, int], None] = lambda done, total: None,
) -> Near:
    """The pictures that are nearly the same.

    Of pictures that are the very same, one is compared for all: the first, or the first for training. For each,
    MOST_EACH are noted of those before it, the ones for training first: so whether a test picture is near to one for
    training is always found.

    Parameters
    ----------
    hashes
        An array of uint64, (count,), as `difference_hash` returns them.
    thumbs
        An array of uint8, (count, 16, 16), the same.
    fingerprints, is_test
        The fingerprint of each picture, and whether it is a test picture.
    tell
        Called with the number of pictures compared so far and the total.
    """
    firsts: dict[bytes, int] = {}
    for place in sorted(range(len(fingerprints)), key=is_test.__getitem__):
        firsts.setdefault(fingerprints[place], place)
    places = np.array(list(firsts.values()), int)  # those for training first
    if len(places) < 2:
        return Near((), len(places), len(places))
    num_train = sum(not is_test[place] for place in places)
    search = _Search(hashes[places], thumbs[places])
    pairs: list[tuple[int, int]] = []
    compared = 0
    for several, around in search.neighbourhoods():
        if search.work > MOST_WORK:
            break
        for one in several:
            to_learn, before = np.searchsorted(around, (min(one, num_train), one))
            found = [
                *islice(search.near(one, around[:to_learn]), MOST_EACH),
                *islice(search.near(one, around[to_learn:before]), MOST_EACH),
            ]
            pairs += [(int(places[other]), int(places[one])) for other in found]
        compared += len(several)
        tell(compared, len(places))
    return Near(tuple(sorted((min(pair), max(pair)) for pair in pairs)), compared, len(places))


class _Search:
    """Different pictures in an order of their own, sought by their hashes, then by the tiles of their thumbs."""

    def __init__(self, hashes: np.ndarray, thumbs: np.ndarray) -> None:
        self.thumbs = thumbs.reshape(len(thumbs), -1).astype("int16")
        side = THUMB_SIDE // TILES
        tiles = thumbs.reshape(-1, TILES, side, TILES, side).sum(axis=(2, 4), dtype="int16")
        self.tiles = tiles.reshape(len(thumbs), TILES**2)
        self.most = NEAR_LEVELS * THUMB_SIDE**2  # that two thumbs differ in all; the sums of their tiles differ no more
        self.hashes, which = np.unique(hashes, return_inverse=True)
        self.order = np.argsort(which, kind="stable")  # pictures, those of one hash after each other
        self.ends = np.cumsum(np.bincount(which))
        self.work = 0

    def neighbourhoods(self) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """Of each hash the pictures that have it, and those that have nearly the same one, these among them; in order."""
        starts = np.concatenate([[0], self.ends[:-1]])
        bands = [_equal(self.hashes >> np.uint64(BAND_BITS * band) & np.uint64(2**BAND_BITS - 1)) for band in range(BANDS)]
        for number, one in enumerate(self.hashes):
            others = np.concatenate([order[first[number] : last[number]] for order, first, last in bands])
            self.work += len(others) // HASHES_FOR_TILES
            close = np.unique(others[np.bitwise_count(self.hashes[others] ^ one) <= NEAR_BITS])
            several = [self.order[starts[other] : self.ends[other]] for other in close]
            yield self.order[starts[number] : self.ends[number]], np.sort(np.concatenate(several))

    def near(self, one: int, others: np.ndarray) -> Iterator[int]:
        """Those of the others that are nearly the same as one picture, in their order."""
        start, size = 0, FIRST_CHUNK
        while start < len(others):
            chunk = others[start : start + size]
            self.work += len(chunk)
            chunk = chunk[np.abs(self.tiles[chunk] - self.tiles[one]).sum(axis=1) <= self.most]
            for other in chunk:
                if np.abs(self.thumbs[other] - self.thumbs[one]).sum() <= self.most:
                    yield int(other)
            start, size = start + size, size * GROWTH


def _equal(values: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """All places, those of one value after each other; and for each where those of its value begin and end in this row."""
    order = np.argsort(values, kind="stable")
    row = values[order]
    return order, np.searchsorted(row, values), np.searchsorted(row, values, side="right")
