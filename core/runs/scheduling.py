"""Whose turn it is: a fair order of those who wait, and about when each begins."""

import heapq
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from core.problems import Problem, ProblemError
from core.run_events import Command
from core.runs import failures
from core.runs.time_left import Expected
from core.settings import setting


@dataclass(frozen=True)
class Waiting:
    """A run that waits for a trainer."""

    run: str
    visitor: str
    is_first: bool = False  # the lecturer's go first
    seconds: float | None = None  # how long it is expected to take; None where nobody knows
    first_command: Command | None = None  # what it is to do before its first batch
    is_put_back: bool = False  # it had its turn, but the process that it was given to died before it began
    expected: Expected | None = None  # what it has to do, and how long the parts of that should take


def in_turn(waiting: Sequence[Waiting], training: Iterable[str]) -> list[Waiting]:
    """Those who wait in the order in which they begin.

    The lecturer first; then round by round, one run of each person: who has one training already, or several waiting,
    comes after those who have none yet. Within a round, first come, first served.

    Parameters
    ----------
    waiting
        The waiting runs, in the order in which they came.
    training
        The visitors whose runs are on a trainer now.
    """
    rounds = Counter(training)
    keys = {}
    for place, one in enumerate(waiting):
        keys[one.run] = (not one.is_first, rounds[one.visitor], place)
        rounds[one.visitor] += 1
    return sorted(waiting, key=lambda one: keys[one.run])


def after_turn(waiting: Sequence[Waiting], visitor: str, again: Waiting | None) -> list[Waiting]:
    """Those who wait, once a run of `visitor` has had its turn; `again` is that run where it has not begun, and goes first.

    A visitor who had a turn goes to the end, or a series would keep all others waiting.
    """
    if again is not None:
        return [again, *waiting]
    return sorted(waiting, key=lambda one: one.visitor == visitor)


def expected_starts(order: Sequence[Waiting], seconds_left: Sequence[float | None], trainers: int) -> list[float | None]:
    """In how many seconds each of those in turn is expected to begin; None where nobody knows.

    Parameters
    ----------
    order
        The order of runs, from `in_turn`.
    seconds_left
        The seconds left of each run on a trainer now; None where unknown.
    trainers
        The number of trainers.
    """
    if None in seconds_left or trainers < 1:
        return [None] * len(order)
    free = [float(left or 0.0) for left in seconds_left] + [0.0] * max(0, trainers - len(seconds_left))
    heapq.heapify(free)
    found: list[float | None] = []
    for one in order:
        begins = free[0] if free else None
        found.append(begins)
        if begins is None or one.seconds is None:
            free = []  # whoever comes after waits for this one, and nobody knows how long
            continue
        heapq.heapreplace(free, begins + one.seconds)
    return found


def full_queue(waiting: Sequence[Waiting], visitor: str, more: int = 1, **words: str) -> Problem | None:
    """Why there is no room for `more` of a visitor: too many wait, of all people or of this one; None where there is.

    Parameters
    ----------
    waiting
        All runs that wait.
    visitor
        The visitor who asks.
    more
        The number of runs to add.
    words
        The words that `failures.queue_full` takes.
    """
    own = sum(one.visitor == visitor for one in waiting)
    for name, count in (("queue", len(waiting)), ("queue_each", own)):
        if count + more > setting(name):
            return failures.queue_full(name, count, more, **words)
    return None


def refuse_full_queue(waiting: Sequence[Waiting], visitor: str, more: int = 1) -> None:
    """Make sure that there is room for `more` runs of a visitor.

    Raises
    ------
    ProblemError
        Too many wait, of all people or of this one.
    """
    if problem := full_queue(waiting, visitor, more):
        raise ProblemError(problem)
