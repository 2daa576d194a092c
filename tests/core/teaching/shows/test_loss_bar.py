"""The loss bar: which probabilities of the right class have a small loss, a large one, and the loss of guessing."""

from math import log

import pytest

from core.teaching.shows.loss_bar import LOSS_BAR, goals_by_percent
from core.views.loss_bar import LossCurve, LossOfAnImage

PERCENT = tuple(index / 100 for index in range(101))
CURVE = LossCurve(PERCENT, tuple(-log(max(one, 1e-7)) for one in PERCENT), log(10))
GROUND = LossOfAnImage(CURVE, 10, "cross-entropy", True)


def reached(percent: int, **settings: float) -> list[str]:
    return list(LOSS_BAR.reached(GROUND, LOSS_BAR.settings(settings), percent))


def test_sure_and_right_has_a_small_loss_and_sure_and_wrong_a_large_one() -> None:
    assert reached(95) == ["loss-below"]
    assert reached(50) == []
    assert reached(2) == ["loss-above"]
    assert reached(10) == ["guessing"]


def test_bounds_are_settings_and_stand_in_the_words_of_the_goals() -> None:
    assert reached(50, below=0.7) == ["loss-below"]
    assert LOSS_BAR.goal_words("loss-below", {"below": 0.7}) == "a loss below 0.7"
    assert LOSS_BAR.goal_words("loss-above", {}) == "a loss above 3"


def test_bounds_that_cross_are_refused() -> None:
    assert LOSS_BAR.wrong_settings({"below": 0.1, "above": 3}) is None
    said = LOSS_BAR.wrong_settings({"below": 2, "above": 1})
    assert said is not None and said[2] == "Write above: 4"


def test_every_percentage_is_judged() -> None:
    several = goals_by_percent(GROUND, LOSS_BAR.settings({}))
    assert len(several) == 101
    assert several[100] == ("loss-below",) and several[0] == ("loss-above",)


@pytest.mark.parametrize("value", [-1, 101, 0.3, "30", None, True])
def test_value_of_a_browser_is_a_whole_percentage_or_nothing(value: object) -> None:
    assert not LOSS_BAR.moved_to.is_valid(value)
    assert LOSS_BAR.moved_to.is_valid(30)


def test_value_is_written_as_a_probability() -> None:
    assert LOSS_BAR.words(5) == "p = 0.05"
