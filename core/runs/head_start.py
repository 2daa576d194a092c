"""Head starts: an idle trainer builds and traces the network of a draft, so that Train shows the first point at once.

A head start never delays a run: a trainer begins a head start only while no run waits, and a run takes the trainer back.
Equal drafts are built once, however many people look at them.
"""

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from itertools import count
from typing import Any

from core import machine
from core.catalogue.backends import DEFAULT
from core.engine.supervisor import WorkerPool
from core.experiment.execution import Execution, random_when_traced, single_step_seconds
from core.experiment.model import Experiment
from core.experiment.shapes import Summary
from core.run_events import Command
from core.settings import setting

PREPARE = "core.worker.training.prepare:prepare"
SETTLED_SECONDS = 0.25  # the time without an edit after which a draft gets a head start
LOOKED_AT_SECONDS = 600.0  # the time without an edit after which nobody is expected to press Train any more
LONGEST_STEP_SECONDS = 0.3  # a slower network gets no head start, since its first step would hold the trainer up
REST_FACTOR = 2.0  # the rest after a head start, as a multiple of its duration: head starts take at most a third of a core


@dataclass(frozen=True)
class Look:
    """A draft that a visitor looks at, and the time of the first look. The draft may get a head start."""

    experiment: Experiment
    visitor: str
    since: float  # the time of the first look, by the monotonic clock


@dataclass
class Attempt:
    """A head start: a call that builds an experiment's network on a trainer, and its future."""

    name: str  # the name of the call, by which commands reach the call
    experiment: Experiment
    future: Future[Any]
    began: float  # the time of the beginning, by the monotonic clock
    ended: float | None = None
    is_cancelled: bool = False


class HeadStarts:
    """The head starts of a server. Safe to use from several threads.

    Parameters
    ----------
    workers
        The workers of this server.
    execution
        Returns how an experiment is executed here.
    summary
        Returns the layer table of an experiment's network, or None if Keras has not built the network yet.
    is_idle
        Returns whether a trainer is free and no run waits.
    seconds_per_step
        Returns the seconds of a training step of the lecture's network, or None if unmeasured.
    """

    def __init__(
        self,
        workers: WorkerPool,
        execution: Callable[[Experiment], Execution],
        summary: Callable[[Experiment], Summary | None],
        is_idle: Callable[[], bool],
        seconds_per_step: Callable[[], float | None],
    ) -> None:
        self._workers = workers
        self._execution = execution
        self._summary = summary
        self._is_idle = is_idle
        self._seconds_per_step = seconds_per_step
        self._lock = threading.Lock()
        self._numbers = count()
        self._looked_at: Look | None = None  # the newest look
        self._attempt: Attempt | None = None  # the last attempt, running or complete
        self._rest_until = 0.0
        self._last_visitor = ""

    def look_at(self, experiment: Experiment, visitor: str) -> None:
        """Remember the draft that a visitor looks at, since the visitor may press Train. The draft must have no problems."""
        with self._lock:
            if self._looked_at is None or self._looked_at.experiment != experiment:
                self._looked_at = Look(experiment, visitor, time.monotonic())

    def give_way(self, experiment: Experiment) -> str | None:
        """Free a trainer for a run that is about to start: cancel the head start of any other experiment.

        Returns
        -------
        str | None
            The name of this experiment's head start, for `WorkerPool.train`, or None if the experiment has none.
        """
        with self._lock:
            attempt, self._attempt = self._attempt, None
            if attempt is not None and attempt.experiment == experiment:
                return attempt.name
            if attempt is not None:
                self._cancel(attempt)
            return None

    def forget(self) -> None:
        """Forget the last head start, since its trainer has ended."""
        with self._lock:
            self._attempt = None

    def supervise(self) -> None:
        """Begin a head start for the draft that a visitor looks at, if a trainer is idle. Called regularly."""
        with self._lock:
            now = time.monotonic()
            self._note_the_end(now)
            look, attempt = self._looked_at, self._attempt
            if look is None or not self._is_allowed() or (attempt is not None and attempt.experiment == look.experiment):
                return
            if attempt is not None and not attempt.future.done():
                self._cancel(attempt)
            elif SETTLED_SECONDS <= now - look.since <= LOOKED_AT_SECONDS and self._is_idle() and not self._rests(look, now):
                self._begin(look)

    def _is_allowed(self) -> bool:
        return bool(setting("head_start")) and not machine.is_lean() and not self._workers.shares_no_disk

    def _note_the_end(self, now: float) -> None:
        attempt = self._attempt
        if attempt is None or attempt.ended is not None or not attempt.future.done():
            return
        attempt.ended = now
        self._rest_until = now + REST_FACTOR * (now - attempt.began)
        if attempt.future.cancelled() or attempt.future.exception() is not None or attempt.is_cancelled:
            self._attempt = None  # the trainer died, or the network could not be built; a run will report the cause

    def _rests(self, look: Look, now: float) -> bool:
        """Return whether the next head start must wait, so that head starts use at most a third of a core.

        The visitor who got the last head start need not wait, so that an edited draft gets a new head start soon.
        """
        return look.visitor != self._last_visitor and now < self._rest_until

    def _begin(self, look: Look) -> None:
        experiment = look.experiment
        summary = self._summary(experiment)
        if summary is None or not self._is_worth_it(experiment, summary):
            return
        name = f"head-start-{next(self._numbers)}"
        try:
            future = self._workers.prepare(name, PREPARE, experiment, execution=self._execution(experiment))
        except OSError:  # the workers are gone; their successors get the next attempt
            return
        self._attempt = Attempt(name, experiment, future, time.monotonic())
        self._last_visitor = look.visitor

    def _is_worth_it(self, experiment: Experiment, summary: Summary) -> bool:
        if experiment.fit.backend != DEFAULT or summary.refused or random_when_traced(experiment):
            return False
        seconds = self._seconds_per_step()
        return seconds is not None and single_step_seconds(experiment, summary, seconds) <= LONGEST_STEP_SECONDS

    def _cancel(self, attempt: Attempt) -> None:
        if not attempt.is_cancelled and not attempt.future.done():
            attempt.is_cancelled = True
            self._workers.send_command(attempt.name, Command("stop"))
