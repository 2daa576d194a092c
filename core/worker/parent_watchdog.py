"""Preloaded by the scheduler and the nannies: they end when the server that started them is gone.

The server holds the other end of their standard input. However it dies, the pipe closes, and nothing is left behind.
"""

import os
import threading
from typing import Any

OUT_OF_MEMORY = "memory"  # told in place of an exit code where the nanny ended a worker that took too much
EXIT_TOPIC = "exits"  # what a nanny logs a worker's end under


def _wait_for_the_end() -> None:
    while os.read(0, 1024):  # not sys.stdin, whose lock Python wants when a process ends
        pass
    os._exit(0)


def end_with_server() -> None:
    """Let this process end when the server that started it is gone."""
    threading.Thread(target=_wait_for_the_end, daemon=True).start()


def dask_setup(process: Any) -> None:
    """Called by Dask with its scheduler or nanny once it runs."""
    end_with_server()
    on_exit = getattr(process, "_on_worker_exit_sync", None)
    if on_exit is None:
        return

    manager = getattr(process, "memory_manager", None)
    seen = {"terminated": getattr(manager, "_last_terminated_pid", -1)}

    def tell_and_go_on(exit_code: int) -> None:
        # A killed task's own error carries no exit code; the nanny alone knows it, and whether it was itself the killer.
        terminated = getattr(manager, "_last_terminated_pid", -1)
        told = OUT_OF_MEMORY if terminated != seen["terminated"] else exit_code
        seen["terminated"] = terminated
        process.log_event(EXIT_TOPIC, {"worker": process.name, "exit_code": told})
        on_exit(exit_code)

    process._on_worker_exit_sync = tell_and_go_on
