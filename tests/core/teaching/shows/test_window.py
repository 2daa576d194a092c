"""The window of a scene: the shape of its output, as Keras says it, and the goals that its settings reach."""

import pytest

from core.teaching.shows.kernel import Picture
from core.teaching.shows.window import WINDOW, outputs_by_settings

DIGIT = Picture(((0.0,) * 8,) * 8, "3")


def reached(*value: object) -> list[str]:
    return list(WINDOW.reached(DIGIT, {}, value))


def test_goals_are_shapes_of_the_output() -> None:
    assert reached(3, 1, "valid") == ["less-by-2"]
    assert reached(3, 1, "same") == ["same-size"]
    assert reached(3, 2, "same") == ["half-size"]
    assert reached(5, 1, "valid") == ["half-size"], "there is more than one way"
    assert reached(4, 1, "valid") == []


def test_window_of_one_pixel_is_no_way_to_a_goal() -> None:
    assert reached(1, 1, "valid") == [] and reached(1, 2, "same") == []


def test_all_settings_that_fit_have_an_output() -> None:
    found = {(one.size, one.stride, one.padding): one for one in outputs_by_settings(DIGIT)}
    assert len(found) == 7 * 4 * 2
    assert (found[3, 1, "same"].side, found[3, 1, "same"].before) == (8, 1)
    assert (found[3, 2, "valid"].side, found[3, 2, "valid"].before) == (3, 0)
    small = Picture(((0.0,) * 3,) * 3, "small")
    assert max(one.size for one in outputs_by_settings(small)) == 3


@pytest.mark.parametrize("value", WINDOW.moved_to.bad_values())
def test_value_of_a_browser_is_settings_or_nothing(value: object) -> None:
    assert not WINDOW.moved_to.is_valid(value)
    assert WINDOW.moved_to.is_valid((3, 1, "same"))


def test_settings_are_written_in_words() -> None:
    assert WINDOW.words((3, 2, "same")) == "window 3, stride 2, same"


def test_goals_are_said_by_both_sides() -> None:
    words = [WINDOW.goal_words(goal.name, {}) for goal in WINDOW.goals]
    assert words == ["2 pixels narrower and lower", "as large as the image", "half as wide and high"]
