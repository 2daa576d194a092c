"""A fair order of the runs that wait for a trainer, and about when each of them begins."""

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

    run: str  # its id
    visitor: str  # its owner
    is_first: bool = False  # True for a run of the lecturer
    seconds: float | None = None  # expected duration; None if unknown
    first_command: Command | None = None  # the command before the first batch
    is_put_back: bool = False  # True after its process died before the run began
    expected: Expected | None = None  # the work of the run and the expected duration of each part


def in_turn(waiting: Sequence[Waiting], training: Iterable[str]) -> list[Waiting]:
    """Sort waiting runs into the order in which they begin.

    Runs of the lecturer come first. The others follow in rounds with one run of each visitor; a run that trains counts as
    its visitor's run in the first round. Within a round, first come, first served.

    Parameters
    ----------
    waiting
        The waiting runs, in the order in which they came.
    training
        The visitors whose runs are on a trainer now.
    """
    rounds = Counter(training)
    keys = {}
    for index, entry in enumerate(waiting):
        keys[entry.run] = (not entry.is_first, rounds[entry.visitor], index)
        rounds[entry.visitor] += 1
    return sorted(waiting, key=lambda entry: keys[entry.run])


def after_turn(waiting: Sequence[Waiting], visitor: str, again: Waiting | None) -> list[Waiting]:
    """Move the other runs of a visitor to the end of the queue, after a run of this visitor had its turn.

    Otherwise a series of one visitor would keep all others waiting.

    Parameters
    ----------
    waiting
        The waiting runs.
    visitor
        The visitor.
    again
        The run that had its turn, if it has not begun; it goes first, and the other runs stay where they are.
    """
    if again is not None:
        return [again, *waiting]
    return sorted(waiting, key=lambda entry: entry.visitor == visitor)


def expected_starts(order: Sequence[Waiting], seconds_left: Sequence[float | None], trainers: int) -> list[float | None]:
    """The seconds until each waiting run is expected to begin; None if unknown.

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
    starts: list[float | None] = []
    for entry in order:
        start = free[0] if free else None
        starts.append(start)
        if start is None or entry.seconds is None:
            free = []  # the runs after this one start at an unknown time
            continue
        heapq.heapreplace(free, start + entry.seconds)
    return starts


def full_queue(waiting: Sequence[Waiting], visitor: str, more: int = 1, **words: str) -> Problem | None:
    """The problem with adding `more` runs of a visitor to a full queue; None if there is room.

    Parameters
    ----------
    waiting
        All runs that wait.
    visitor
        The visitor who adds runs.
    more
        The number of runs to add.
    words
        Words for `failures.queue_full`.
    """
    own = sum(entry.visitor == visitor for entry in waiting)
    for name, count in (("queue", len(waiting)), ("queue_each", own)):
        if count + more > setting(name):
            return failures.queue_full(name, count, more, **words)
    return None


def refuse_full_queue(waiting: Sequence[Waiting], visitor: str, more: int = 1) -> None:
    """Raise ProblemError if there is no room for `more` runs of a visitor."""
    if problem := full_queue(waiting, visitor, more):
        raise ProblemError(problem)
