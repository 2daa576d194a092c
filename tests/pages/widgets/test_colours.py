"""The blues of matrices: in one direction only, with letters that stand out from every shade."""

import pytest

from pages.widgets.colours import SEQUENTIAL, SEQUENTIAL_DARK

LEAST_CONTRAST = 4.5


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize(("scale", "sign"), [(SEQUENTIAL, -1), (SEQUENTIAL_DARK, 1)], ids=["light", "dark"])
def test_more_is_always_further_from_the_page(scale: list[list], sign: int) -> None:
    heights = [sign * luminance(colour) for _, colour in scale]
    assert heights == sorted(heights) and len(set(heights)) == len(heights)
    assert [place for place, _ in scale] == [0.0, 0.25, 0.5, 0.75, 1.0]
    for _, colour in scale:
        assert max(1.05 / (luminance(colour) + 0.05), (luminance(colour) + 0.05) / 0.05) >= LEAST_CONTRAST
