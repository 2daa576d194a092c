"""Nearly the same pictures among many: what is found, against a comparison of each with each."""

import numpy as np
import pytest
from PIL import Image
from sklearn.datasets import load_digits

from core.datasets import duplicates
from core.datasets.duplicates import (
    MAXIMUM_BITS,
    MAXIMUM_LEVELS,
    MOST_EACH,
    difference_hash,
    fingerprint,
    leaked_test_images,
    near_duplicates,
)
from core.datasets.upload_report import UploadIndex
from core.worker.data.make_dataset import group_numbers

Looked = tuple[np.ndarray, np.ndarray, list[bytes]]


def looked_at(pictures: list[np.ndarray]) -> Looked:
    """Hashes, thumbs and fingerprints."""
    hashes, thumbs = zip(*map(difference_hash, pictures), strict=True)
    return np.array(hashes, "uint64"), np.array(thumbs), [fingerprint(one) for one in pictures]


def digits(count: int) -> list[np.ndarray]:
    return [
        np.asarray(Image.fromarray((one * 15.9).astype("uint8")).resize((32, 32))) for one in load_digits().images[:count]
    ]


def darker(picture: np.ndarray) -> np.ndarray:
    return (picture * 0.9).astype("uint8")


def each_with_each(hashes: np.ndarray, thumbs: np.ndarray) -> set[tuple[int, int]]:
    bits = np.bitwise_count(hashes[:, None] ^ hashes[None])
    flat = thumbs.reshape(len(thumbs), -1).astype("int16")
    levels = np.array([np.abs(flat - one).mean(axis=1) for one in flat])
    first, second = np.nonzero(np.triu((bits <= MAXIMUM_BITS) & (levels <= MAXIMUM_LEVELS), 1))
    return set(zip(first.tolist(), second.tolist(), strict=True))


def test_all_pairs_are_found_that_comparing_each_with_each_finds() -> None:
    pictures = digits(400)
    pictures += [darker(one) for one in pictures[:60]]
    hashes, thumbs, prints = looked_at(pictures)
    told: list[tuple[int, int]] = []
    found = near_duplicates(hashes, thumbs, prints, [False] * 460, lambda done, total: told.append((done, total)))
    assert set(found.pairs) == each_with_each(hashes, thumbs) and len(found.pairs) >= 60
    assert (found.compared, found.total, told[-1]) == (460, 460, (460, 460))


def test_film_takes_few_pairs_and_stays_together_and_its_test_pictures_are_told() -> None:
    base = digits(9)[8]
    film = [np.clip(base.astype(int) + np.eye(32, k=number, dtype=int), 0, 255).astype("uint8") for number in range(-30, 31)]
    film = film * 2 + [one + (one < 255) for one in film]  # and the very same frames again
    is_test = [number % 3 == 0 for number in range(len(film))]
    hashes, thumbs, prints = looked_at(film)
    found = near_duplicates(hashes, thumbs, prints, is_test)
    assert found.total == len(set(prints)) < len(film)
    assert len(found.pairs) <= 2 * MOST_EACH * found.total
    index = UploadIndex(labels=[0] * len(film), prints=prints, near=list(found.pairs))
    assert set(group_numbers(index).tolist()) == {0}
    assert list(leaked_test_images(prints, is_test, found.pairs)) == [place for place, one in enumerate(is_test) if one]


def test_too_much_work_is_left_and_that_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(duplicates, "MOST_WORK", 50)
    hashes, thumbs, prints = looked_at(digits(100))
    found = near_duplicates(np.zeros_like(hashes), thumbs, prints, [False] * 100)
    assert found.compared == 100, "what has one hash is compared as a whole"
    assert 0 < near_duplicates(np.arange(100).astype("uint64"), thumbs, prints, [False] * 100).compared < 100


def test_groups_join_pairs_through_others_and_are_numbered_in_the_order_of_their_pictures() -> None:
    prints = [bytes([number]) for number in (5, 1, 2, 3, 1, 9)]
    index = UploadIndex(labels=[0] * 6, prints=prints, near=[(3, 2), (4, 3)])
    assert group_numbers(index).tolist() == [0, 1, 1, 1, 1, 2]
    assert group_numbers(UploadIndex(labels=[0] * 3, prints=prints[:3])).tolist() == [0, 1, 2]
