"""The kernel of a scene: which places of the window have a large sum, a small one, and none though something is bright."""

from typing import Any

import pytest

from core.analysis.sliding_window import KERNELS, window_sum
from core.teaching.shows.kernel import KERNEL, Picture

# A bright bar of two columns, in the middle of six.
BAR = Picture(tuple((0.0, 0.0, 1.0, 1.0, 0.0, 0.0) for _ in range(6)), "Bar")
TURNED = Picture(tuple(zip(*BAR.pixels, strict=True)), "Bar")
DRAWN = "".join("00ff00" for _ in range(6))


def reached(row: int, column: int, drawing: str = "", picture: Picture = BAR, **settings: Any) -> list[str]:
    return list(KERNEL.reached(picture, KERNEL.settings(settings), (row, column, drawing)))


def test_sum_is_nine_pixels_times_nine_weights() -> None:
    pixels = ((0.0, 0.9, 1.0),) * 3
    assert window_sum(pixels, KERNELS["vertical"], 0, 0) == pytest.approx(3.0)
    assert window_sum(pixels, KERNELS["horizontal"], 0, 0) == pytest.approx(0.0)


def test_left_side_of_a_bar_is_above_and_right_side_is_below() -> None:
    assert reached(0, 0) == ["above"]
    assert reached(2, 3) == ["below"]
    assert reached(0, 0, kernel="horizontal") == []


def test_turned_kernel_finds_the_edges_of_a_turned_bar() -> None:
    assert reached(0, 2, picture=TURNED, kernel="horizontal") == ["above"]
    assert reached(3, 2, picture=TURNED, kernel="horizontal") == ["below"]


def test_zero_counts_where_something_is_bright() -> None:
    whole = Picture(((1.0,) * 6,) * 6, "White")
    assert reached(1, 1, picture=whole) == ["zero-on-bright"]
    assert reached(1, 1, picture=Picture(((0.0,) * 6,) * 6, "Black")) == []


def test_drawing_takes_the_place_of_the_image() -> None:
    black = Picture(((0.0,) * 6,) * 6, "Black")
    assert reached(0, 0, picture=black) == []
    assert reached(0, 0, DRAWN, picture=black) == ["above"]


def test_bound_is_a_setting_and_stands_in_the_words_of_the_goals() -> None:
    faint = Picture(tuple((0.0, 0.0, 0.4, 0.4, 0.0, 0.0) for _ in range(6)), "Faint")
    assert reached(0, 0, picture=faint) == []
    assert reached(0, 0, picture=faint, bound=1.0) == ["above"]
    assert KERNEL.goal_words("below", {"bound": 1.0}) == "below −1"


@pytest.mark.parametrize("place", [(4, 0, ""), (0, 99, ""), (0, 0, DRAWN[:-1]), (0, 0, "0")])
def test_place_beside_the_image_and_drawing_of_another_size_reach_nothing(place: tuple[int, int, str]) -> None:
    assert list(KERNEL.reached(BAR, KERNEL.settings({}), place)) == []


@pytest.mark.parametrize("value", KERNEL.moved_to.bad_values())
def test_value_of_a_browser_is_a_place_or_nothing(value: object) -> None:
    assert not KERNEL.moved_to.is_valid(value)
    assert KERNEL.moved_to.is_valid((0, 0, DRAWN))


def test_place_is_written_as_people_count() -> None:
    assert KERNEL.words((0, 4, "")) == "row 1, column 5"
