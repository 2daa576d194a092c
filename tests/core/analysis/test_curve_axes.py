"""The axes of curves that are over: round limits of accuracies, and the level of chance where losses come near."""

import math

import pytest

from core.analysis.curve_axes import axis_limits, guess_levels
from core.experiment.templates import lecture_experiment

CHANCE = math.log(10)


def test_network_that_guesses_has_one_class_of_ten_right_and_a_loss_of_ln_10() -> None:
    assert guess_levels(lecture_experiment("digits")) == {"loss": pytest.approx(2.302585), "accuracy": 0.1}


@pytest.mark.parametrize(
    ("values", "floor"), [([0.1, 0.9], 0.0), ([0.51, 0.9], 0.5), ([0.5, 0.9], 0.0), ([0.71, 0.72], 0.7)]
)
def test_accuracies_begin_at_a_round_value_below_all_and_end_above_1(values: list[float], floor: float) -> None:
    low, high = axis_limits(values, "accuracy", 0.1)
    assert low == floor and 1 < high <= 1.02


def test_losses_near_chance_are_shown_from_0_to_above_chance() -> None:
    assert axis_limits([0.9 * CHANCE, 0.2], "loss", CHANCE) == (0, pytest.approx(1.08 * CHANCE))
    low, high = axis_limits([5 * CHANCE, CHANCE], "loss", CHANCE)
    assert low == 0 and 5 * CHANCE < high < 6 * CHANCE


@pytest.mark.parametrize("chance", [CHANCE, None])
def test_losses_far_below_chance_take_the_whole_axis(chance: float | None) -> None:
    low, high = axis_limits([0.3, 0.4], "loss", chance)
    assert 0.29 < low < 0.3 and 0.4 < high < 0.41
    low, high = axis_limits([0.3, 0.3], "loss", chance)
    assert low < 0.3 < high
