"""Which pictures are the same, or nearly so: what a network has seen before must not be what it is judged by."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence

import numpy as np
from PIL import Image

HASH_SIDE = 8  # of a difference hash: 8 rows of 8 comparisons (Neal Krawetz, "Kind of Like That", 2013)
NEAR_BITS = 3  # of 64 that may differ
THUMB_SIDE = 16
NEAR_LEVELS = 3.0  # of 255 that two thumbs of nearly equal pictures differ on average


def fingerprint(pixels: np.ndarray) -> bytes:
    """The same for pictures whose pixels are the same, whatever their files were."""
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


def groups(fingerprints: Iterable[bytes]) -> list[list[int]]:
    """The places of pictures that are the same, for each that there is more than once; in their order."""
    places: dict[bytes, list[int]] = defaultdict(list)
    for place, one in enumerate(fingerprints):
        places[one].append(place)
    return [found for found in places.values() if len(found) > 1]


def leaks(fingerprints: Sequence[bytes], is_test: Sequence[bool], near: Iterable[tuple[int, int]]) -> dict[int, int]:
    """The test pictures that the training set holds as well, or nearly.

    Parameters
    ----------
    fingerprints, is_test
        The fingerprint of each picture, and whether it is a test picture.
    near
        Pairs of indexes of pictures that are nearly the same; of several identical pictures, one stands for all.

    Returns
    -------
    dict[int, int]
        By the index of each such test picture, the index of a training picture: the identical picture, where there is one.
    """
    known: dict[bytes, int] = {}
    for place, one in enumerate(fingerprints):
        if not is_test[place]:
            known.setdefault(one, place)
    for first, second in near:
        for this, other in ((first, second), (second, first)):
            if not is_test[this]:
                known.setdefault(fingerprints[other], this)
    return {place: known[one] for place, one in enumerate(fingerprints) if is_test[place] and one in known}


def joined(count: int, pairs: Iterable[tuple[int, int]]) -> np.ndarray:
    """Of each of `count` pictures its group: pictures that pairs join, directly or over others, have the same number."""
    above = list(range(count))

    def top(place: int) -> int:
        while above[place] != place:
            above[place] = above[above[place]]
            place = above[place]
        return place

    for one, other in pairs:
        first, second = sorted((top(one), top(other)))
        above[second] = first
    return np.array([top(place) for place in range(count)], int)


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
