"""Scaling: at which learning rates one step helps, with small and with large pixels."""

import pytest

from core.teaching.shows.scaling import HELPS_LARGE, HELPS_SMALL, SCALING
from core.views.scaling import LARGE, RATES, SMALL, RangeSteps, ScaledSteps, nearest_rate

BOWL = ScaledSteps(
    RangeSteps(LARGE, 100.0, tuple(100.0 * (1 - 2e4 * rate) ** 2 for rate in RATES)),
    RangeSteps(SMALL, 2.0, tuple(2.0 * (1 - 0.5 * rate) ** 2 for rate in RATES)),
    256,
)


@pytest.mark.parametrize(("rate", "goals"), [(1.0, [HELPS_SMALL]), (5e-5, [HELPS_LARGE]), (1e-3, []), (1e-7, [])])
def test_rate_helps_where_it_lowers_the_loss_clearly(rate: float, goals: list[str]) -> None:
    assert list(SCALING.reached(BOWL, {}, rate)) == goals


def test_infinite_loss_is_no_help() -> None:
    assert not RangeSteps(LARGE, 1.0, (float("inf"),)).helps(0)


def test_nearest_rate_is_meant_as_a_factor() -> None:
    assert RATES[nearest_rate(0.11)] == pytest.approx(0.1) and nearest_rate(1e-9) == 0


def test_slider_s_ends_are_allowed() -> None:
    assert all(SCALING.moved_to.is_valid(rate) for rate in RATES)
    assert not SCALING.moved_to.is_valid(0.0) and not SCALING.moved_to.is_valid("0.1")
