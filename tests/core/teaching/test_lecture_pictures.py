"""The pictures of scenes that are drawn from images of a data set, by the words and the numbers in them."""

import numpy as np
import pytest

from core.teaching.lecture_pictures import picture

COUNTS = (1149, 288, 360)


def images_of(side: int) -> np.ndarray:
    """Two classes with one image each, whose right half is white."""
    images = np.zeros((2, 1, side, side, 1), np.uint8)
    images[:, :, :, side // 2 :] = 255
    return images


@pytest.mark.parametrize(("side", "words"), [(28, "8 × 8 of 784 numbers"), (8, "64 numbers")])
def test_picture_of_pixels_says_how_many_of_the_numbers_it_shows(side: int, words: str) -> None:
    assert f">{words}<" in picture("pixels", images_of(side), COUNTS)


def test_picture_of_filters_has_an_image_for_each_filter() -> None:
    drawn = picture("filters", images_of(8), COUNTS)
    assert drawn.count("<image ") == 1 + 4
    assert ">1 image<" in drawn and ">4 filters make 4 images<" in drawn
