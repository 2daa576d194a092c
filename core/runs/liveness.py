"""The signs of life of the process that trains a run, and the exit codes of processes that died.

A trainer gives a sign each second from a thread of its own, so a long step does not look like silence.
`core.engine.process_silence` tells a slow process from a frozen one.
"""

import threading

from core.engine.process_silence import CHECK_SECONDS, Silence

WORDS_SECONDS = 3.0  # the time of waiting or silence after which a page reports the silence
AGAIN_SECONDS = 5.0  # the time between two reports
FROZEN_SECONDS = 60.0  # the time of silence without any computing after which the process is ended
IDLE_SECONDS = 60.0  # the time in which an idle trainer must begin a run
COLD_SECONDS = 180.0  # the same time for a new trainer, which needs a minute to start and warm up on a slow laptop
EXIT_CODE_SECONDS = 1.0  # the time in which a nanny reports the exit code of its worker


class Liveness(Silence):
    """The time since the last sign of life of a run's trainer, and since the last report of the silence to pages."""

    def __init__(self) -> None:
        super().__init__()
        self.signs = -1  # count at the last check
        self.reported = 0  # value of `checks` at the last report to pages; 0 for none
        self.is_renewed = False  # True after a new trainer was started for a run that no trainer had begun

    def check(self, signs: int) -> bool:
        """Compare the count of signs with the last check. Return True if a silence that was reported has ended."""
        self.checks += 1
        if signs == self.signs:
            return False
        was_reported = self.reported > 0
        self.signs, self.reported = signs, 0
        self.end()
        return was_reported

    def is_report_due(self) -> bool:
        """Return whether the silence must be reported to pages now. If so, mark the silence as reported."""
        due = WORDS_SECONDS if not self.reported else self.reported * CHECK_SECONDS + AGAIN_SECONDS
        if self.seconds < due:
            return False
        self.reported = self.checks
        return True

    def restart(self) -> None:
        """Count from 0 again, since a new trainer was started for the run."""
        self.is_renewed, self.reported = True, 0
        self.end()


def waiting_words(reason: str, seconds: float) -> str:
    """Return the text that pages show for a run that no trainer has begun.

    `reason` says why a new trainer is starting. An empty reason means that no trainer is starting.
    """
    state = f"A fresh trainer is starting, since {reason}" if reason else "Waiting for the trainer to begin"
    return f"{state}: {seconds:.0f} s so far"


def silence_words(seconds: float, *, computes: bool) -> str:
    """Return the text that pages show for a silent trainer. `computes` says whether its process uses the processor."""
    silent = f"No news from the trainer for {seconds:.0f} s"
    if computes:
        return f"{silent}, but it works on: this machine is busy"
    return f"{silent}. After {FROZEN_SECONDS:.0f} s without any work the run ends, and can be resumed"


class WorkerExits:
    """The exit codes of dead worker processes, by the name of the worker. Safe to use from several threads."""

    def __init__(self) -> None:
        self._codes: dict[str, int | str] = {}
        self._changed = threading.Condition()

    def record(self, worker: str, exit_code: int | str) -> None:
        """Record the exit code of a worker process. See `core.runs.failures.died` for `exit_code`."""
        with self._changed:
            self._codes[worker] = exit_code
            self._changed.notify_all()

    def forget(self, worker: str | None) -> None:
        """Forget the exit code of an earlier process of this name, since its successor runs now."""
        with self._changed:
            self._codes.pop(worker or "", None)

    def wait_for(self, worker: str | None) -> int | str | None:
        """Return the exit code of a dead worker, which its Dask nanny reports. Return None after EXIT_CODE_SECONDS."""
        with self._changed:
            self._changed.wait_for(lambda: worker in self._codes, EXIT_CODE_SECONDS)
            return self._codes.pop(worker or "", None)
