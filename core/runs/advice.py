"""The coach's advice on runs, and the points and the description of their curves, each computed once for all pages.

Reading the numbers of a long run takes a tenth of a second. The server reads an active run at intervals and a finished run
once; pages use the results.
"""

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeVar

from core.analysis.curves import MAXIMUM_POINTS, describe_curves, thin
from core.coach.rules import FIRST_EPOCH, MOST_BATCHES, find_alarm
from core.coach.run_metrics import KINDS
from core.experiment.model import Experiment
from core.problems import Problem
from core.run_events import RunEvent
from core.runs.run_record import Run
from core.runs.store import Ledger

RUNS_KEPT = 100  # runs whose results are kept
AGAIN_SECONDS = 10.0  # the age at which the points of an active run are read again, when another run is compared with it
Answer = TypeVar("Answer")


@dataclass(frozen=True)
class Advice:
    """The coach's advice on a run."""

    alarm: Problem | None  # the most likely problem
    has_seen: bool  # whether there are enough epochs to say that nothing goes wrong


def advise(experiment: Experiment, events: Sequence[RunEvent]) -> Advice:
    """The coach's advice on a run that reported these events, in order."""
    return Advice(find_alarm(experiment, events), sum(event["kind"] == "epoch" for event in events) >= FIRST_EPOCH)


def coach_events(ledger: Ledger, run_id: str) -> list[RunEvent]:
    """The events of a run that the coach reads."""
    return ledger.events(run_id, MOST_BATCHES, KINDS)


class Readings:
    """The advice and the curves of runs. Safe to use from several threads.

    Parameters
    ----------
    ledger
        The store of runs.
    """

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._lock = threading.Lock()

        @lru_cache(maxsize=RUNS_KEPT)
        def advice(run_id: str, _stage: tuple[Any, ...], experiment: Experiment) -> Advice:
            return advise(experiment, coach_events(ledger, run_id))

        @lru_cache(maxsize=RUNS_KEPT)
        def points(run_id: str, _stage: tuple[Any, ...]) -> tuple[RunEvent, ...]:
            return tuple(thin(ledger.events(run_id, 2 * MAXIMUM_POINTS)))

        @lru_cache(maxsize=RUNS_KEPT)
        def sentence(run_id: str, _stage: tuple[Any, ...]) -> str:
            return describe_curves(ledger.events(run_id, 2 * MAXIMUM_POINTS))

        self._advice, self._points, self._sentence = advice, points, sentence

    def advice(self, run: Run) -> Advice:
        """The coach's advice on a run that is over or has only just begun."""
        if not run.is_over:
            return advise(run.experiment, coach_events(self._ledger, run.id))
        return self._once(self._advice, run.id, _stage(run), run.experiment)

    def points(self, run: Run) -> tuple[RunEvent, ...]:
        """The points of the curves of a run, thinned for the screen."""
        return self._once(self._points, run.id, _stage(run))

    def sentence(self, run: Run) -> str:
        """A description of the curves of a run."""
        return self._once(self._sentence, run.id, _stage(run))

    def _once(self, read_run: Callable[..., Answer], *key: object) -> Answer:
        with self._lock:  # a page that asks at the same time waits for the same answer
            return read_run(*key)


def _stage(run: Run) -> tuple[Any, ...]:
    """A key that changes when a run has new numbers; for an active run, every AGAIN_SECONDS."""
    return run.state, run.parts, run.ended, 0 if run.is_over else int(time.monotonic() / AGAIN_SECONDS)
