"""The rule of trials on other seeds: when chance cannot have passed a task.

Whoever trains a net often enough sees it pass a bar that it misses on average: the own run proves little. So three runs with
seeds that nobody chose must pass as well, each of them; the lowest counts, not the mean, so that the rule can be said in one
sentence and holds nothing hidden. Where all three pass, yet the closest lies nearer to the bar than three times what the
three spread, three more runs must pass too.

Chance that spreads runs evenly to both sides passes a net half of whose runs reach the bar in 1.9 % of such trials, one of
whose runs 40 % reach it in 0.6 %. A net whose average lies two standard deviations above the bar passes in 88 %, three above
in 99 %: a deck's bar lies so far below what its nets reach. The mean or the median of three runs would pass half of all
tries of a net half of whose runs reach the bar. `tests/core/teaching/trials/test_trial_rule.py` measures this on recorded
nets.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from core.teaching.checks.check import Seen

FIRST_SEEDS = 3  # as many as a task asks for
CLEAR = 3.0  # spreads between the bar and the closest run, from which on no further runs are needed
PASSED, MISSED, MORE = VERDICTS = ("passed", "missed", "more")


@dataclass(frozen=True)
class SeedResult:
    """What the checks that depend on chance saw of one seed's run."""

    seed: int
    seen: tuple[Seen, ...]

    @property
    def has_passed(self) -> bool:
        return all(seen.has_passed for seen in self.seen)


def verdict(results: Sequence[SeedResult], asked: int = FIRST_SEEDS) -> str:
    """Whether a trial is passed, is missed, or needs more runs.

    Parameters
    ----------
    results
        The runs that are over, in the order of their seeds.
    asked
        How many seeds the task asks for. As many again decide where the first ones are close to the bar.
    """
    if any(not result.has_passed for result in results):
        return MISSED
    if len(results) < asked:
        return MORE
    return PASSED if len(results) >= 2 * asked or _is_clear(results[:asked]) else MORE


def _is_clear(results: Sequence[SeedResult]) -> bool:
    """Whether all numbers lie farther from their bounds than chance seems to reach."""
    for seen in zip(*(result.seen for result in results), strict=True):
        margins = [each.margin for each in seen if each.margin is not None]
        if margins and min(margins) < CLEAR * (max(margins) - min(margins)):
            return False
    return True
