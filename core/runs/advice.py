"""The coach's advice on runs, the points of their curves, and descriptions of the curves, cached for all pages.

Reading the events of a long run takes a tenth of a second. So the server reads an active run at intervals and a finished
run only once, and pages use the results.
"""

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeVar

from core.analysis.curves import MAXIMUM_POINTS, describe_curves, thin_events
from core.coach.rules import FIRST_EPOCH, MOST_BATCHES, find_alarm
from core.coach.run_metrics import KINDS
from core.experiment.model import Experiment
from core.experiment.shapes import Summary
from core.problems import Problem
from core.run_events import DRAWN, RunEvent
from core.runs.run_database import RunDatabase
from core.runs.run_record import Run

RUNS_KEPT = 100  # runs whose advice, points and descriptions stay in memory
AGAIN_SECONDS = 10.0  # lifetime of an active run's points, while another run is compared with the active run
CURVE_KINDS = (*DRAWN, "resumed")
Answer = TypeVar("Answer")
KnownSummary = Callable[[Experiment], Summary | None]


@dataclass(frozen=True)
class Advice:
    """The coach's advice on a run: the most likely problem, if the coach sees a problem."""

    alarm: Problem | None  # the most likely problem
    has_seen: bool  # whether the run has enough epochs for the statement that nothing goes wrong


def advise(experiment: Experiment, events: Sequence[RunEvent], summary: Summary | None) -> Advice:
    """Return the coach's advice on a run, from the events that the run has reported, in order, and its layer table."""
    return Advice(find_alarm(experiment, events, summary), sum(event["kind"] == "epoch" for event in events) >= FIRST_EPOCH)


def coach_events(database: RunDatabase, run_id: str) -> list[RunEvent]:
    """Return the events of a run from which the coach derives its advice."""
    return database.events(run_id, MOST_BATCHES, KINDS)


def curve_events(database: RunDatabase, run_id: str) -> list[RunEvent]:
    """Return the events from which the curves of a run are drawn. No such event holds a picture of a data set."""
    return database.events(run_id, 2 * MAXIMUM_POINTS, CURVE_KINDS)


class CurvesAndAdviceCache:
    """A cache of the coach's advice on runs and of the runs' curves. Safe to use from several threads.

    Parameters
    ----------
    database
        The database of runs.
    known_summary
        Returns the layer table of an experiment's network, or None if the table is not known yet.
    """

    def __init__(self, database: RunDatabase, known_summary: KnownSummary) -> None:
        self._database = database
        self._known_summary = known_summary
        self._lock = threading.Lock()

        @lru_cache(maxsize=RUNS_KEPT)
        def advice(run_id: str, _stage: tuple[Any, ...], experiment: Experiment, summary: Summary | None) -> Advice:
            return advise(experiment, coach_events(database, run_id), summary)

        @lru_cache(maxsize=RUNS_KEPT)
        def points(run_id: str, _stage: tuple[Any, ...]) -> tuple[RunEvent, ...]:
            return tuple(thin_events(curve_events(database, run_id)))

        @lru_cache(maxsize=RUNS_KEPT)
        def sentence(run_id: str, _stage: tuple[Any, ...]) -> str:
            return describe_curves(curve_events(database, run_id))

        self._advice, self._points, self._sentence = advice, points, sentence

    def advice(self, run: Run) -> Advice:
        """Return the coach's advice on a run that is over or has only just begun."""
        summary = self._known_summary(run.experiment)
        if not run.is_over:
            return advise(run.experiment, coach_events(self._database, run.id), summary)
        return self._read_once(self._advice, run.id, _stage(run), run.experiment, summary)

    def points(self, run: Run) -> tuple[RunEvent, ...]:
        """Return the events from which a run's curves are drawn, thinned to the resolution of a screen."""
        return self._read_once(self._points, run.id, _stage(run))

    def sentence(self, run: Run) -> str:
        """Return a description of a run's curves in words."""
        return self._read_once(self._sentence, run.id, _stage(run))

    def _read_once(self, read_run: Callable[..., Answer], *key: object) -> Answer:
        with self._lock:  # a page that asks at the same time waits for the same answer
            return read_run(*key)


def _stage(run: Run) -> tuple[Any, ...]:
    """Return a cache key that changes if a run has new results, and every AGAIN_SECONDS while the run is active."""
    return run.state, run.parts, run.ended, 0 if run.is_over else int(time.monotonic() / AGAIN_SECONDS)
