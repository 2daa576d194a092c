"""Find identical and nearly identical pictures, since a network must not be tested on pictures of its training set."""

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np
from PIL import Image

HASH_SIDE = 8  # side of a difference hash: 8 rows of 8 comparisons (Neal Krawetz, "Kind of Like That", 2013)
MAXIMUM_BITS = 3  # the hashes of near-duplicates differ in at most so many of their 64 bits
THUMB_SIDE = 16
MAXIMUM_LEVELS = 3.0  # the thumbs of near-duplicates differ by at most so many of 255 levels on average
BANDS = MAXIMUM_BITS + 1  # parts of a hash: if at most MAXIMUM_BITS bits differ, some band is identical (pigeonhole)
BAND_BITS = 64 // BANDS
TILES = 4  # tiles along a side of a thumb: the sums of the tiles rule most pictures out
MOST_EACH = 8  # near-duplicates that are recorded for a picture, since the frames of a film are all alike
FIRST_CHUNK, GROWTH = 128, 8  # pictures that are compared at once: for the frames of a film, a first chunk is enough
MOST_COMPARED = 200_000  # pictures of an upload; their thumbs take 200 MB of memory
MOST_WORK = 300_000_000  # pairs whose tiles are compared, about half a minute: only very similar pictures need so many
HASHES_FOR_TILES = 16  # hashes that can be compared in the time of a comparison of tiles


def fingerprint(pixels: np.ndarray) -> bytes:
    """Return a hash that is equal for pictures with equal pixels, even if their files differ."""
    return hashlib.blake2b(np.ascontiguousarray(pixels).data, digest_size=16, key=str(pixels.shape).encode()).digest()


def difference_hash(pixels: np.ndarray) -> tuple[int, np.ndarray]:
    """Return a hash that hardly changes if a picture is resized or saved again, and a thumbnail of the picture.

    Parameters
    ----------
    pixels
        An array of uint8, (height, width) or (height, width, 3).

    Returns
    -------
    tuple[int, np.ndarray]
        The hash is a number of 64 bits, each of which tells whether a pixel is brighter than its left neighbour. The
        thumbnail is an array of uint8, (16, 16), scaled to the range from black to white.
    """
    grey = Image.fromarray(pixels).convert("L")
    small = np.asarray(grey.resize((HASH_SIDE + 1, HASH_SIDE), Image.Resampling.BILINEAR), "int16")
    bits = np.packbits(np.diff(small, axis=1) > 0)
    thumb = np.asarray(grey.resize((THUMB_SIDE, THUMB_SIDE), Image.Resampling.BILINEAR), "float32")
    spread = max(float(thumb.max() - thumb.min()), 1.0)  # differences in dark pictures count as much as in bright pictures
    return int.from_bytes(bits.tobytes(), "big"), ((thumb - thumb.min()) * (255 / spread)).astype("uint8")


def identical_groups(fingerprints: Iterable[bytes]) -> list[list[int]]:
    """Return groups of indexes of identical pictures: a group for each picture that occurs more than once, in order."""
    groups: dict[bytes, list[int]] = defaultdict(list)
    for index, picture in enumerate(fingerprints):
        groups[picture].append(index)
    return [indexes for indexes in groups.values() if len(indexes) > 1]


def leaked_test_images(
    fingerprints: Sequence[bytes], is_test: Sequence[bool], pairs: Iterable[tuple[int, int]]
) -> dict[int, int]:
    """Return the leaked test pictures: those with an identical or nearly identical picture in the training set.

    Parameters
    ----------
    fingerprints, is_test
        The fingerprint of each picture, and whether the picture is a test picture.
    pairs
        Pairs of indexes of near-duplicates. If several pictures are identical, the pairs of a single picture count for all.

    Returns
    -------
    dict[int, int]
        The index of a similar training picture, by the index of each leaked test picture. An identical picture is
        preferred.
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
    """Return a mask of about `count` pictures to hold out: the same share of each class, and only whole groups."""
    share = np.bincount(labels) * count / len(labels)
    left = np.floor(share).astype(int)  # pictures of each class that are still to be held out
    left[np.argsort(left - share, kind="stable")[: count - left.sum()]] += 1
    names, first, sizes = np.unique(groups, return_index=True, return_counts=True)
    held = []
    for group in np.random.default_rng(seed).permutation(len(names)):
        if sizes[group] <= left[labels[first[group]]]:
            left[labels[first[group]]] -= sizes[group]
            held.append(names[group])
    return np.isin(groups, held)


@dataclass(frozen=True)
class NearDuplicates:
    """The near-duplicates that were found among many pictures."""

    pairs: tuple[tuple[int, int], ...]  # indexes of pictures that are nearly, but not exactly, the same
    compared: int  # the number of different pictures that were compared
    total: int  # the number of different pictures


def near_duplicates(
    hashes: np.ndarray,
    thumbs: np.ndarray,
    fingerprints: Sequence[bytes],
    is_test: Sequence[bool],
    report_progress: Callable[[int, int], None] = lambda done, total: None,
) -> NearDuplicates:
    """Find pairs of pictures that are nearly the same. Only pictures with similar hashes are compared.

    If several pictures are identical, only the first is compared, if possible a training picture. For each picture,
    MOST_EACH near-duplicates among the earlier pictures are recorded, training pictures first, so that a test picture with a
    near-duplicate in the training set never goes unnoticed.

    Parameters
    ----------
    hashes
        An array of uint64, (count,), as `difference_hash` returns them.
    thumbs
        The thumbnails, uint8, (count, 16, 16), from the same function.
    fingerprints, is_test
        The fingerprint of each picture, and whether the picture is a test picture.
    report_progress
        Called with the number of pictures compared so far and the total.
    """
    firsts: dict[bytes, int] = {}
    for index in sorted(range(len(fingerprints)), key=is_test.__getitem__):
        firsts.setdefault(fingerprints[index], index)
    indexes = np.array(list(firsts.values()), int)  # training pictures first
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
    """A search for near-duplicates among different pictures, first by their hashes, then by the tiles of their thumbs."""

    def __init__(self, hashes: np.ndarray, thumbs: np.ndarray) -> None:
        self.thumbs = thumbs.reshape(len(thumbs), -1).astype("int16")
        side = THUMB_SIDE // TILES
        tiles = thumbs.reshape(-1, TILES, side, TILES, side).sum(axis=(2, 4), dtype="int16")
        self.tiles = tiles.reshape(len(thumbs), TILES**2)
        self.most = MAXIMUM_LEVELS * THUMB_SIDE**2  # limit of the total difference, for thumbs and for sums of tiles
        self.hashes, which = np.unique(hashes, return_inverse=True)
        self.order = np.argsort(which, kind="stable")  # pictures, sorted by hash
        self.ends = np.cumsum(np.bincount(which))
        self.work = 0

    def neighbourhoods(self) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """Yield for each hash the pictures with this hash, and all pictures with an equal or nearly equal hash, in order."""
        starts = np.concatenate([[0], self.ends[:-1]])
        bands = [_equal(self.hashes >> np.uint64(BAND_BITS * band) & np.uint64(2**BAND_BITS - 1)) for band in range(BANDS)]
        for number, picture_hash in enumerate(self.hashes):
            others = np.concatenate([order[first[number] : last[number]] for order, first, last in bands])
            self.work += len(others) // HASHES_FOR_TILES
            close = np.unique(others[np.bitwise_count(self.hashes[others] ^ picture_hash) <= MAXIMUM_BITS])
            candidates = [self.order[starts[other] : self.ends[other]] for other in close]
            yield self.order[starts[number] : self.ends[number]], np.sort(np.concatenate(candidates))

    def near_duplicates(self, picture: int, candidates: np.ndarray) -> Iterator[int]:
        """Yield the candidates that are nearly the same as a picture, in the given order."""
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
    """Return the indexes sorted by value. For each value, also return the start and end of the equal values among them."""
    order = np.argsort(values, kind="stable")
    row = values[order]
    return order, np.searchsorted(row, values), np.searchsorted(row, values, side="right")
