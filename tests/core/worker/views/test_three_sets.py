"""The trays of lesson 3 show the images of their own set, at each validation split of the slider, and none of them twice."""

import numpy as np
import pytest

from core.png import from_data_uri
from core.teaching.shows.three_sets import SHARES
from core.views.three_sets import SetPictures
from core.worker.data.load import load_raw, set_indexes
from core.worker.views.three_sets import set_pictures
from tests.core.sample_experiments import LECTURE, with_data

DIGITS = with_data(LECTURE, dataset="digits", train_images=200)


def tiles(answer: SetPictures, side: int) -> np.ndarray:
    """Cut the sheet into its pictures."""
    sheet = from_data_uri(answer.sheet)
    grid = sheet.reshape(-1, side, answer.columns, side).transpose(0, 2, 1, 3)
    return grid.reshape(-1, side, side)[: answer.pictures]


def images_of(pictures: np.ndarray) -> list[bytes]:
    return sorted(picture.tobytes() for picture in pictures)


@pytest.mark.parametrize("share", SHARES)
def test_each_tray_shows_all_images_of_its_own_set(share: float) -> None:
    answer = set_pictures(DIGITS, SHARES)
    shown = tiles(answer, 8)
    (images, _), (test_images, _) = load_raw("digits")
    split = set_indexes(with_data(DIGITS, validation_split=share, train_images=None).data, DIGITS.fit.seed)
    is_held = np.array(list(answer.held[SHARES.index(share)])) == "1"
    of_files = shown[: -answer.test]
    assert (answer.each, len(is_held), answer.test) == (1, 1_437, 360)

    def as_shown(originals: np.ndarray) -> list[bytes]:
        return images_of(np.rint(originals.reshape(-1, 8, 8) * (255 / 16)).astype("uint8"))

    assert images_of(of_files[is_held]) == as_shown(images[split.validation])
    assert images_of(of_files[~is_held]) == as_shown(images[split.train])
    assert images_of(shown[-answer.test :]) == as_shown(test_images)


@pytest.mark.usefixtures("fashion_mnist")
def test_picture_of_a_large_set_stands_for_several_images() -> None:
    data = with_data(LECTURE, dataset="fashion_mnist").data
    answer = set_pictures(with_data(LECTURE, dataset="fashion_mnist"), (0.1, 0.5))
    count = data.entry.num_train + data.entry.num_test
    assert answer.each == -(-count // 1_800)
    assert answer.test == -(-data.entry.num_test // answer.each)
    for held, share in zip(answer.held, (0.1, 0.5), strict=True):
        wanted = round(data.entry.num_train * share / answer.each)
        assert held.count("1") >= wanted - 1 and held.count("0") >= data.entry.num_train * (1 - share) / answer.each - 1
    sheet = from_data_uri(answer.sheet)
    assert sheet.shape[1] == answer.columns * 14, "28 pixels become 14"
