"""The fair order in which waiting runs get a trainer, and estimates of when they begin."""

import heapq
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from core.problems import Problem, ProblemError
from core.run_events import Command
from core.runs import failures
from core.runs.time_left import RunTimeEstimate
from core.settings import setting


@dataclass(frozen=True)
class QueuedRun:
    """A run that waits for a trainer."""

    run: str  # the id of the run
    visitor: str  # the owner of the run
    is_first: bool = False  # True for a run of the lecturer
    seconds: float | None = None  # expected duration; None if unknown
    first_command: Command | None = None  # the command before the first batch
    is_put_back: bool = False  # True after its process died before the run began
    expected: RunTimeEstimate | None = None  # the work of the run and the expected duration of each part


def queue_order(waiting: Sequence[QueuedRun], training: Iterable[str]) -> list[QueuedRun]:
    """Sort waiting runs into the order in which they begin.

    Runs of the lecturer come first. Other runs follow in rounds with one run of each visitor; a run that trains counts as
    its visitor's run in the first round. Within a round, first come, first served.

    Parameters
    ----------
    waiting
        The waiting runs, in order of arrival.
    training
        The visitors with a run on a trainer.
    """
    rounds = Counter(training)
    keys = {}
    for index, entry in enumerate(waiting):
        keys[entry.run] = (not entry.is_first, rounds[entry.visitor], index)
        rounds[entry.visitor] += 1
    return sorted(waiting, key=lambda entry: keys[entry.run])


def move_to_queue_end(waiting: Sequence[QueuedRun], visitor: str, again: QueuedRun | None) -> list[QueuedRun]:
    """Move a visitor's waiting runs to the end of the queue, since a run of this visitor has ended.

    Otherwise a visitor's long series would keep all other visitors waiting.

    Parameters
    ----------
    waiting
        The waiting runs.
    visitor
        The visitor.
    again
        The run that had its turn, if its process died before the run began. This run goes first, and the other runs
        keep their order. If None, the visitor's other runs move to the end.
    """
    if again is not None:
        return [again, *waiting]
    return sorted(waiting, key=lambda entry: entry.visitor == visitor)


def expected_starts(order: Sequence[QueuedRun], seconds_left: Sequence[float | None], trainers: int) -> list[float | None]:
    """Return the expected seconds until each waiting run begins, or None for an unknown time.

    Parameters
    ----------
    order
        The order of runs, from `queue_order`.
    seconds_left
        The remaining seconds of each run that is on a trainer now, or None if unknown.
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
            free = []  # all later runs start at an unknown time
            continue
        heapq.heapreplace(free, start + entry.seconds)
    return starts


def full_queue(
    waiting: Sequence[QueuedRun], visitor: str, more: int = 1, *, is_lecturer: bool = False, **words: str
) -> Problem | None:
    """Return why the queue cannot take `more` runs from a visitor, or None if the queue has room.

    Parameters
    ----------
    waiting
        All runs that wait.
    visitor
        The visitor who adds runs.
    more
        The number of runs to add.
    is_lecturer
        Whether the visitor is the lecturer. Other people's runs never keep the lecturer's runs out.
    words
        The arguments `noun` and `end` of `failures.queue_full`.
    """
    own = sum(entry.visitor == visitor for entry in waiting)
    for name, count in (("queue", len(waiting)), ("queue_each", own)):
        if count + more > setting(name) and not (is_lecturer and name == "queue"):
            return failures.queue_full(name, count, more, **words)
    return None


def refuse_full_queue(waiting: Sequence[QueuedRun], visitor: str, more: int = 1, *, is_lecturer: bool = False) -> None:
    """Raise ProblemError if the queue has no room for `more` runs of a visitor."""
    if problem := full_queue(waiting, visitor, more, is_lecturer=is_lecturer):
        raise ProblemError(problem)
