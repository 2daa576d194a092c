"""Preloaded by the scheduler and the nannies: they end when the server that started them is gone.

The server holds the other end of their standard input. However it dies, the pipe closes, and nothing is left behind.
"""

import os
import sys
import threading
from typing import Any

EXIT_TOPIC = "exits"  # what a nanny logs a worker's end under


def _wait_for_the_end() -> None:
    while sys.stdin.buffer.read(1024):
        pass
    os._exit(0)


def dask_setup(process: Any) -> None:
    """Called by Dask with its scheduler or nanny once it runs."""
    threading.Thread(target=_wait_for_the_end, daemon=True).start()
    on_exit = getattr(process, "_on_worker_exit_sync", None)
    if on_exit is None:
        return

    def tell_and_go_on(exit_code: int) -> None:
        # A killed task's own error carries no exit code; the nanny alone knows it.
        process.log_event(EXIT_TOPIC, {"worker": process.name, "exit_code": exit_code})
        on_exit(exit_code)

    process._on_worker_exit_sync = tell_and_go_on
