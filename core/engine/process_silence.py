"""Measure how long a process has given no sign of life, and tell whether the process is frozen or only slow.

Silence is counted in checks, not by a clock, so that a laptop that slept does not lose its runs. On a busy machine a process
may be silent for minutes and still compute: a frozen process uses no processor time.
"""

from collections.abc import Iterable
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any

import psutil

if TYPE_CHECKING:
    from distributed import Client

CHECK_SECONDS = 0.2  # the time between two checks
SAMPLE_CHECKS = 25  # the number of checks between two samples of the processor time
LEAST_COMPUTED = 0.02  # seconds of processor time that count as computing
MOST_TIMES = 10  # a silent process that computes may stay silent so many times longer than an idle process
MOST_UNANSWERED = 150  # calls to a scheduler, five a second: a busy scheduler answers within some seconds


class Silence:
    """The time since the last sign of life of a process."""

    def __init__(self) -> None:
        self.checks = 0  # since the last sign of life
        self._computed = 0  # value of `checks` when the process was last seen to have computed
        self._used: float | None = None  # processor time at that sample

    @property
    def seconds(self) -> float:
        """The length of the silence, in seconds."""
        return self.checks * CHECK_SECONDS

    def end(self) -> None:
        """Count from 0 again, since the process gave a sign of life."""
        self.checks, self._computed, self._used = 0, 0, None

    @property
    def is_sample_due(self) -> bool:
        """Whether the caller should now measure the processor time and call `note`."""
        return self.checks > 0 and self.checks % SAMPLE_CHECKS == 0

    def note(self, processor_seconds: float | None) -> None:
        """Record a sample of the processor time that the process has used so far, in seconds. None means unknown."""
        if processor_seconds is None:
            return
        if self._used is not None and processor_seconds - self._used < LEAST_COMPUTED:
            return
        if self._used is not None:
            self._computed = self.checks
        self._used = processor_seconds

    @property
    def computes(self) -> bool:
        """Whether recent samples show that the process uses the processor."""
        return self._computed > 0 and self.checks - self._computed <= 2 * SAMPLE_CHECKS

    def is_frozen(self, limit: float) -> bool:
        """Return whether the process was silent and idle for `limit` seconds, or silent for ten times as long."""
        return (self.checks - self._computed) * CHECK_SECONDS >= limit or self.seconds >= MOST_TIMES * limit


class SchedulerProbe:
    """A check that regularly sends a request to a scheduler, and counts the calls without an answer.

    An open connection is no proof of life, since a frozen process keeps its connections open. Calls are
    counted instead of seconds, so that no scheduler counts as lost after a sleep of the machine.
    """

    def __init__(self) -> None:
        self._question: Future[Any] | None = None
        self._silence = Silence()  # since the last answer

    def answers(self, client: "Client", processor_seconds: float | None = None) -> bool:
        """Return whether the scheduler still answers, without waiting for an answer.

        Return False after MOST_UNANSWERED calls in which the scheduler neither answered nor used the processor.

        Parameters
        ----------
        client
            The Dask client of the scheduler.
        processor_seconds
            The processor time that the scheduler has used, in seconds. None means unknown.
        """
        from core.engine.dask_patches import ask_scheduler  # which imports distributed

        question = self._question
        if question is not None and question.done() and not question.cancelled() and question.exception() is None:
            self._silence.end()
        if question is None or question.done():
            self._question = ask_scheduler(client)
        self._silence.checks += 1
        if self._silence.is_sample_due:
            self._silence.note(processor_seconds)
        return not self._silence.is_frozen(MOST_UNANSWERED * CHECK_SECONDS)


def processor_seconds(pids: Iterable[int]) -> float:
    """Return the processor time that these processes have used, in seconds. A process that is gone counts as 0."""
    return sum(map(_used, pids))


def _used(pid: int) -> float:
    try:
        times = psutil.Process(pid).cpu_times()
    except psutil.Error:
        return 0.0
    return float(times.user + times.system)
