"""The rule of trials, on what recorded nets reached with many seeds: luck seldom passes, and who clears the bar does."""

import json
import random
import statistics
from collections.abc import Callable, Sequence

import pytest

from core.number_text import accuracy_text
from core.teaching.checks.check import judge_number, passed
from core.teaching.trials.trial_rule import MISSED, MORE, PASSED, SeedResult, verdict
from tests.core.teaching.trials.record_seed_accuracies import FILE, NETS, SEEDS

TRIES = 1_000
MOST_LUCKY = 0.02
Draw = Callable[[], float]


@pytest.fixture(scope="module")
def reached() -> dict[str, list[float]]:
    content: dict[str, list[float]] = json.loads(FILE.read_text())
    assert content.keys() == NETS.keys() and all(len(values) == SEEDS for values in content.values())
    return content


def result(accuracy: float, bar: float) -> SeedResult:
    result = judge_number(accuracy, {"at_least": bar}, f"validation accuracy {accuracy_text(accuracy)}", accuracy_text, 0.1)
    return SeedResult(0, (result,))


def is_passed(draw: Draw, bar: float) -> bool:
    """Whether a trial is passed whose runs reach what is drawn."""
    results: list[SeedResult] = []
    while (says := verdict(results)) == MORE:
        results.append(result(draw(), bar))
    return says == PASSED


def share_passed(values: Sequence[float], bar: float, seed: int) -> float:
    """The share of tries that pass, each after an own run that passed: of recorded seeds, none twice in a try."""
    chance = random.Random(seed)
    passing = 0
    for _ in range(TRIES):
        runs = chance.sample(values, len(values))
        own = next((place for place, accuracy in enumerate(runs) if accuracy >= bar), None)
        others = iter(runs[:own] + runs[own + 1 :] if own is not None else runs)
        passing += own is not None and is_passed(lambda others=others: next(others), bar)
    return passing / TRIES


@pytest.mark.parametrize("net", NETS)
@pytest.mark.parametrize(
    "reach", [0.5, 0.4, 0.25, 0.1]
)  # the share of a net's runs that pass the bar: half of them or fewer
def test_lucky_runs_of_a_net_that_misses_the_bar_do_not_pass(
    reached: dict[str, list[float]], net: str, reach: float
) -> None:
    values = reached[net]
    bar = next(bar for bar in sorted(set(values)) if sum(value >= bar for value in values) <= reach * len(values))
    share = share_passed(values, bar, seed=1)
    print(f"{net}: {reach:.0%} of its runs reach {bar:.4f}; {share:.1%} of {TRIES:,} lucky tries pass")
    assert statistics.fmean(values) < bar
    assert share <= MOST_LUCKY


@pytest.mark.parametrize("net", NETS)
def test_net_that_clears_the_bar_passes(reached: dict[str, list[float]], net: str) -> None:
    values = reached[net]
    average, spread = statistics.fmean(values), statistics.stdev(values)
    assert share_passed(values, min(values), seed=2) == 1.0
    assert share_passed(values, average - 3 * spread, seed=3) >= 0.95
    assert share_passed(values, average - 2 * spread, seed=4) >= 0.65


def test_single_run_is_no_proof(reached: dict[str, list[float]]) -> None:
    values = reached["narrow"]
    bar = statistics.fmean(values) + 0.5 * statistics.stdev(values)
    assert 0.15 < sum(accuracy >= bar for accuracy in values) / len(values) < 0.45


def test_first_miss_decides() -> None:
    assert verdict([]) == MORE
    assert verdict([result(0.9, 0.8)]) == MORE
    assert verdict([result(0.9, 0.8), result(0.79, 0.8)]) == MISSED


def test_clear_runs_need_no_more() -> None:
    assert verdict([result(accuracy, 0.8) for accuracy in (0.9, 0.91, 0.92)]) == PASSED
    close = [result(accuracy, 0.8) for accuracy in (0.81, 0.85, 0.9)]
    assert verdict(close) == MORE
    assert verdict([*close, result(0.82, 0.8), result(0.8, 0.8), result(0.9, 0.8)]) == PASSED
    assert verdict([*close, result(0.7, 0.8)]) == MISSED


def test_checks_without_a_number_are_clear() -> None:
    assert verdict([SeedResult(seed, (passed("ended early"),)) for seed in range(3)]) == PASSED


def test_upper_bounds_count_as_well() -> None:
    rises = [judge_number(rise, {"at_most": 1.15}, f"{rise}", str) for rise in (1.14, 1.0, 1.1)]
    assert verdict([SeedResult(seed, (result,)) for seed, result in enumerate(rises)]) == MORE
