"""One unit by hand: its slope is that of its loss, and the learning rate decides whether it arrives."""

import pytest

from core.analysis.one_weight import OneWeightModel

UNITS = (OneWeightModel(), OneWeightModel(input=-1.5, target=2.0), OneWeightModel(input=0.5, target=-1.0, start=3.0))


@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize("weight", [-1.0, 0.0, 0.7, 4.0])
def test_slope_is_that_of_the_loss(unit: OneWeightModel, weight: float) -> None:
    near = 1e-6
    measured = (unit.loss(weight + near) - unit.loss(weight - near)) / (2 * near)
    assert unit.slope(weight) == pytest.approx(measured, abs=1e-6)


@pytest.mark.parametrize("unit", UNITS)
def test_loss_is_lowest_where_its_slope_is_0(unit: OneWeightModel) -> None:
    assert unit.slope(unit.best) == pytest.approx(0)
    assert unit.loss(unit.best) == pytest.approx(0)


@pytest.mark.parametrize("unit", UNITS)
def test_rate_decides_whether_it_arrives(unit: OneWeightModel) -> None:
    first = abs(unit.start - unit.best)
    assert unit.after(unit.start, unit.stable_below / 2, 1) == pytest.approx(unit.best), "half of that rate arrives at once"
    assert abs(unit.after(unit.start, 0.99 * unit.stable_below, 50) - unit.best) < first
    assert abs(unit.after(unit.start, 1.01 * unit.stable_below, 50) - unit.best) > first


def test_numbers_of_the_lesson() -> None:
    unit = OneWeightModel()
    assert (unit.loss(unit.start), unit.slope(unit.start)) == (25, -20)
    assert unit.after(unit.start, 0.02, 1) == pytest.approx(-0.6)
    assert unit.stable_below == 0.25
