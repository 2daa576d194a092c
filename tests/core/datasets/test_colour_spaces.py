"""Colour spaces, against Python's own conversions, on a photograph."""

import colorsys

import numpy as np
import pytest
from sklearn.datasets import load_sample_image

from core.datasets.colour_spaces import COLOUR_SPACES, as_colours, num_features

PIXELS = load_sample_image("china.jpg")[::40, ::40]


def by_python(convert: object) -> np.ndarray:
    return np.array([[convert(*(pixel / 255)) for pixel in row] for row in PIXELS])  # type: ignore[operator]


def test_hsl_and_hsv_are_those_of_python() -> None:
    hue, lightness, saturation = np.moveaxis(by_python(colorsys.rgb_to_hls), 2, 0)
    planes = np.moveaxis(COLOUR_SPACES["HSL"].convert(PIXELS), 2, 0)
    assert planes[1] == pytest.approx(255 * saturation, abs=1.01) and planes[2] == pytest.approx(255 * lightness, abs=0.51)
    _, purity, value = np.moveaxis(by_python(colorsys.rgb_to_hsv), 2, 0)
    planes = np.moveaxis(COLOUR_SPACES["HSV"].convert(PIXELS), 2, 0)
    assert planes[0] == pytest.approx(255 * hue, abs=1.5)
    assert planes[1] == pytest.approx(255 * purity, abs=1.01) and planes[2] == pytest.approx(255 * value, abs=0.51)


def test_each_space_has_its_planes_in_bytes() -> None:
    for space in COLOUR_SPACES.values():
        found = space.convert(PIXELS)
        assert found.shape == (*PIXELS.shape[:2], len(space.planes)) and found.dtype == np.uint8
    assert (COLOUR_SPACES["BGR"].convert(PIXELS)[..., 0] == PIXELS[..., 2]).all()
    assert (COLOUR_SPACES["CMYK"].convert(PIXELS)[..., 3] == 0).all(), "as the sentence says"
    grey = PIXELS @ [0.299, 0.587, 0.114]
    assert COLOUR_SPACES["Grey"].convert(PIXELS)[..., 0] == pytest.approx(grey, abs=1.0)


def test_features_are_counted_as_the_lecture_does() -> None:
    assert num_features(1_920, 1_920, 3) == "1,920 × 1,920 × 3 = 11,059,200"
    assert as_colours(PIXELS[..., 0]).shape == PIXELS.shape
