"""How worker processes ended, kept until it is known which run each one had."""

import threading

EXIT_CODE_SECONDS = 1.0  # how long a nanny may take to report how its worker died


class WorkerExits:
    """The exit codes of workers by their names. Safe to use from several threads."""

    def __init__(self) -> None:
        self._codes: dict[str, int | str] = {}
        self._changed = threading.Condition()

    def record(self, worker: str, exit_code: int | str) -> None:
        """Note down that a worker process ended; `exit_code` as `core.runs.failures.died` takes it."""
        with self._changed:
            self._codes[worker] = exit_code
            self._changed.notify_all()

    def forget(self, worker: str | None) -> None:
        """Forget how an earlier process of this name ended: another one runs now."""
        with self._changed:
            self._codes.pop(worker or "", None)

    def wait_for(self, worker: str | None) -> int | str | None:
        """The exit code of a worker that just died, once its nanny reports it; None where that takes too long."""
        with self._changed:
            self._changed.wait_for(lambda: worker in self._codes, EXIT_CODE_SECONDS)
            return self._codes.pop(worker or "", None)
