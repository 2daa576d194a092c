"""Units with a threshold: the classes that a unit can separate, tried out, and the classes that two layers can."""

from itertools import product

import pytest

from core.analysis.threshold_units import (
    INPUTS,
    SOLVED,
    TASKS,
    ThresholdUnit,
    decision_line,
    num_correct_outputs,
    positive_regions,
)

GRID = [step / 4 for step in range(-8, 9)]


@pytest.mark.parametrize("name", ["AND", "OR"])
def test_one_unit_does_what_the_task_says(name: str) -> None:
    task = TASKS[name]
    assert task.unit is not None and num_correct_outputs(task.unit, task) == 4


def test_no_unit_does_xor_and_two_layers_do() -> None:
    xor = TASKS["XOR"]
    best = max(
        num_correct_outputs(ThresholdUnit(first, second, bias), xor) for first, second, bias in product(GRID, GRID, GRID)
    )
    assert best == 3, "of 4,913 units"
    assert num_correct_outputs(SOLVED, xor) == 4
    assert [SOLVED.hidden(*pair) for pair in INPUTS] == [(0, 0), (1, 0), (1, 0), (1, 1)]


def test_bias_and_threshold_do_the_same() -> None:
    for first, second in INPUTS:
        assert ThresholdUnit(1, 1, 0, 1.5).output(first, second) == ThresholdUnit(1, 1, -1.5, 0).output(first, second)
    assert ThresholdUnit(1, 1, 0, 1).output(0, 1) == 0, "a sum that equals the threshold does not lie above it"


def test_border_is_where_the_sum_equals_the_threshold() -> None:
    unit = ThresholdUnit(1.0, 0.5, 0.2, 0.9)
    ends = decision_line(unit, -0.5, 1.5)
    assert ends is not None
    assert [unit.weighted_sum(*end) for end in ends] == pytest.approx([0.9, 0.9])
    assert (
        decision_line(ThresholdUnit(0.0, 0.0), -0.5, 1.5) is None
        and decision_line(ThresholdUnit(0.1, 0.1, -2.0), -0.5, 1.5) is None
    )


def test_regions_cover_what_gives_1() -> None:
    area = sum(
        (right - left) * (top - bottom)
        for left, bottom, right, top in positive_regions(ThresholdUnit(1.0, 0.0, -0.5), -0.5, 1.5, 40)
    )
    assert area == pytest.approx(2.0), "half of the square of side 2"
