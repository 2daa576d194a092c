"""Identical and nearly identical pictures: what a network has seen before must not be what it is judged by."""

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np
from PIL import Image

HASH_SIDE = 8  # of a difference hash: 8 rows of 8 comparisons (Neal Krawetz, "Kind of Like That", 2013)
MAXIMUM_BITS = 3  # of 64 in which the hashes of near-duplicates differ
THUMB_SIDE = 16
MAXIMUM_LEVELS = 3.0  # of 255 by which the thumbs of near-duplicates differ on average
BANDS = MAXIMUM_BITS + 1  # of a hash: where no more bits differ, at least one band has none of them
BAND_BITS = 64 // BANDS
TILES = 4  # of a thumb, to each side: their sums rule most pictures out
MOST_EACH = 8  # near-duplicates that are noted for a picture: of a film, in which all are alike, no more are needed
FIRST_CHUNK, GROWTH = 128, 8  # pictures that are compared at once: of a film, the first of them are enough
MOST_COMPARED = 200_000  # pictures of an upload; their thumbs take 200 MB of memory
MOST_WORK = 300_000_000  # pairs whose tiles are compared, about half a minute: only pictures very much alike have as many
HASHES_FOR_TILES = 16  # that are compared in the same time


def fingerprint(pixels: np.ndarray) -> bytes:
    """A hash that is the same for pictures whose pixels are the same, whatever their files were."""
    return hashlib.blake2b(np.ascontiguousarray(pixels).data, digest_size=16, key=str(pixels.shape).encode()).digest()


def difference_hash(pixels: np.ndarray) -> tuple[int, np.ndarray]:
    """A number of 64 bits that stays nearly the same when a picture is made smaller or saved anew, and a thumb of it.

    Parameters
    ----------
    pixels
        An array of uint8, (height, width) or (height, width, 3).

    Returns
    -------
    tuple[int, np.ndarray]
        The number, each bit of which says whether a pixel is brighter than its left neighbour; and uint8 (16, 16), from
        black to white.
    """
    grey = Image.fromarray(pixels).convert("L")
    small = np.asarray(grey.resize((HASH_SIDE + 1, HASH_SIDE), Image.Resampling.BILINEAR), "int16")
    bits = np.packbits(np.diff(small, axis=1) > 0)
    thumb = np.asarray(grey.resize((THUMB_SIDE, THUMB_SIDE), Image.Resampling.BILINEAR), "float32")
    spread = max(float(thumb.max() - thumb.min()), 1.0)  # dark pictures must differ as much as bright ones
    return int.from_bytes(bits.tobytes(), "big"), ((thumb - thumb.min()) * (255 / spread)).astype("uint8")


def identical_groups(fingerprints: Iterable[bytes]) -> list[list[int]]:
    """The indexes of pictures that are the same, a list for each picture that occurs more than once; in their order."""
    groups: dict[bytes, list[int]] = defaultdict(list)
    for index, picture in enumerate(fingerprints):
        groups[picture].append(index)
    return [indexes for indexes in groups.values() if len(indexes) > 1]


def leaks(fingerprints: Sequence[bytes], is_test: Sequence[bool], pairs: Iterable[tuple[int, int]]) -> dict[int, int]:
    """The test pictures that the training set holds as well, or nearly.

    Parameters
    ----------
    fingerprints, is_test
        The fingerprint of each picture, and whether it is a test picture.
    pairs
        Indexes of near-duplicates; of several identical pictures, the first stands for all.

    Returns
    -------
    dict[int, int]
        By the index of each such test picture, the index of a training picture: the identical picture, where there is one.
    """
    trained: dict[bytes, int] = {}
    for index, picture in enumerate(fingerprints):
        if not is_test[index]:
            trained.setdefault(picture, index)
    for pair in pairs:
        for index, other in (pair, pair[::-1]):
            if not is_test[index]:
                trained.setdefault(fingerprints[other], index)
    return {index: trained[picture] for index, picture in enumerate(fingerprints) if is_test[index] and picture in trained}


def hold_out(labels: np.ndarray, groups: np.ndarray, count: int, seed: int) -> np.ndarray:
    """Which pictures are held out, about `count`: all of a group or none, and of each class its share."""
    share = np.bincount(labels) * count / len(labels)
    left = np.floor(share).astype(int)  # of each class, to be held out
    left[np.argsort(left - share, kind="stable")[: count - left.sum()]] += 1
    names, first, sizes = np.unique(groups, return_index=True, return_counts=True)
    held = []
    for one in np.random.default_rng(seed).permutation(len(names)):
        if sizes[one] <= left[labels[first[one]]]:
            left[labels[first[one]]] -= sizes[one]
            held.append(names[one])
    return np.isin(groups, held)


@dataclass(frozen=True)
class NearDuplicates:
    """The near-duplicates among many pictures."""

    pairs: tuple[tuple[int, int], ...]  # indexes of pictures that are nearly, but not exactly, the same
    compared: int  # different pictures that were compared
    total: int  # different pictures


def near_duplicates(
    hashes: np.ndarray,
    thumbs: np.ndarray,
    fingerprints: Sequence[bytes],
    is_test: Sequence[bool],
    report_progress: Callable[[int, int], None] = lambda done, total: None,
) -> NearDuplicates:
    """The pictures that are nearly the same; each is compared only with those whose hashes are alike.

    Of identical pictures, the first is compared for all, or the first for training. For each picture, MOST_EACH
    near-duplicates among those before it are noted, training pictures first: so a test picture that has a near-duplicate
    in the training set never goes unnoticed.

    Parameters
    ----------
    hashes
        An array of uint64, (count,), as `difference_hash` returns them.
    thumbs
        An array of uint8, (count, 16, 16), the same.
    fingerprints, is_test
        The fingerprint of each picture, and whether it is a test picture.
    report_progress
        Called with the number of pictures compared so far and the total.
    """
    firsts: dict[bytes, int] = {}
    for index in sorted(range(len(fingerprints)), key=is_test.__getitem__):
        firsts.setdefault(fingerprints[index], index)
    indexes = np.array(list(firsts.values()), int)  # those for training first
    if len(indexes) < 2:
        return NearDuplicates((), len(indexes), len(indexes))
    num_train = sum(not is_test[index] for index in indexes)
    search = _Search(hashes[indexes], thumbs[indexes])
    pairs: list[tuple[int, int]] = []
    compared = 0
    for pictures, candidates in search.neighbourhoods():
        if search.work > MOST_WORK:
            break
        for picture in pictures:
            end_of_train, before = np.searchsorted(candidates, (min(picture, num_train), picture))
            others = [
                *islice(search.near_duplicates(picture, candidates[:end_of_train]), MOST_EACH),
                *islice(search.near_duplicates(picture, candidates[end_of_train:before]), MOST_EACH),
            ]
            pairs += [(int(indexes[other]), int(indexes[picture])) for other in others]
        compared += len(pictures)
        report_progress(compared, len(indexes))
    return NearDuplicates(tuple(sorted((min(pair), max(pair)) for pair in pairs)), compared, len(indexes))


class _Search:
    """A search among different pictures, by their hashes, then by the tiles of their thumbs; indexes number the pictures."""

    def __init__(self, hashes: np.ndarray, thumbs: np.ndarray) -> None:
        self.thumbs = thumbs.reshape(len(thumbs), -1).astype("int16")
        side = THUMB_SIDE // TILES
        tiles = thumbs.reshape(-1, TILES, side, TILES, side).sum(axis=(2, 4), dtype="int16")
        self.tiles = tiles.reshape(len(thumbs), TILES**2)
        self.most = MAXIMUM_LEVELS * THUMB_SIDE**2  # that two thumbs differ in all; the sums of their tiles differ no more
        self.hashes, which = np.unique(hashes, return_inverse=True)
        self.order = np.argsort(which, kind="stable")  # pictures, those of the same hash after each other
        self.ends = np.cumsum(np.bincount(which))
        self.work = 0

    def neighbourhoods(self) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """Of each hash its pictures, and all pictures whose hash is nearly the same, its own among them; in order."""
        starts = np.concatenate([[0], self.ends[:-1]])
        bands = [_equal(self.hashes >> np.uint64(BAND_BITS * band) & np.uint64(2**BAND_BITS - 1)) for band in range(BANDS)]
        for number, picture_hash in enumerate(self.hashes):
            others = np.concatenate([order[first[number] : last[number]] for order, first, last in bands])
            self.work += len(others) // HASHES_FOR_TILES
            close = np.unique(others[np.bitwise_count(self.hashes[others] ^ picture_hash) <= MAXIMUM_BITS])
            candidates = [self.order[starts[other] : self.ends[other]] for other in close]
            yield self.order[starts[number] : self.ends[number]], np.sort(np.concatenate(candidates))

    def near_duplicates(self, picture: int, candidates: np.ndarray) -> Iterator[int]:
        """The candidates that are nearly the same as a picture, in their order."""
        start, size = 0, FIRST_CHUNK
        while start < len(candidates):
            chunk = candidates[start : start + size]
            self.work += len(chunk)
            chunk = chunk[np.abs(self.tiles[chunk] - self.tiles[picture]).sum(axis=1) <= self.most]
            for other in chunk:
                if np.abs(self.thumbs[other] - self.thumbs[picture]).sum() <= self.most:
                    yield int(other)
            start, size = start + size, size * GROWTH


def _equal(values: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """All indexes, those of equal values side by side; and for each index where those of its value begin and end."""
    order = np.argsort(values, kind="stable")
    row = values[order]
    return order, np.searchsorted(row, values), np.searchsorted(row, values, side="right")
