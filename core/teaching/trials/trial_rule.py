"""The rule of trials with other seeds, by which chance alone seldom passes a task.

A net that is trained often enough passes a bar above its average by chance: a single run proves little. So three runs with
seeds that nobody chose must pass as well, each of them. The lowest result counts, not the mean, so that a sentence can
explain the rule. If the lowest of the three results is within three times their range of the bar, three more runs must pass.

The following shares assume that chance spreads runs evenly to both sides. A net half of whose runs reach the bar passes 1.9
% of such trials, and a net with 40 % of such runs passes 0.6 %. A net whose average lies two standard deviations above the
bar passes 88 %, and three above 99 %. So the bar of a deck lies that far below the results of its nets. If the mean or the
median of three runs counted, a net half of whose runs reach the bar would pass half of all trials.
`tests/core/teaching/trials/test_trial_rule.py` measures this on recorded nets.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from core.teaching.checks.check import CheckResult

FIRST_SEEDS = 3  # the number of seeds that a task asks for
CLEAR_MARGIN_RANGES = 3.0  # no further runs are needed if the closest run is so many ranges of the results from the bar
PASSED, MISSED, MORE = VERDICTS = ("passed", "missed", "more")


@dataclass(frozen=True)
class SeedResult:
    """The results of the checks that depend on chance, for the run with a seed."""

    seed: int
    check_results: tuple[CheckResult, ...]

    @property
    def has_passed(self) -> bool:
        return all(check_result.has_passed for check_result in self.check_results)


def verdict(results: Sequence[SeedResult], needed: int = FIRST_SEEDS) -> str:
    """Return whether a trial is "passed" or "missed", or needs "more" runs.

    Parameters
    ----------
    results
        The runs that are over, in the order of their seeds.
    needed
        How many seeds the task asks for. If their results are close to the bar, as many further seeds must pass.
    """
    if any(not result.has_passed for result in results):
        return MISSED
    if len(results) < needed:
        return MORE
    return PASSED if len(results) >= 2 * needed or _is_clear(results[:needed]) else MORE


def _is_clear(results: Sequence[SeedResult]) -> bool:
    """Return whether the smallest margin of each check is at least CLEAR_MARGIN_RANGES times the range of its margins."""
    for of_check in zip(*(result.check_results for result in results), strict=True):
        margins = [each.margin for each in of_check if each.margin is not None]
        if margins and min(margins) < CLEAR_MARGIN_RANGES * (max(margins) - min(margins)):
            return False
    return True
