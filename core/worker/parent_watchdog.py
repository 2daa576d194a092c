"""End a process when the server that started it is gone. Dask's scheduler preloads this module.

The server holds the other end of the process' standard input. However the server dies, the pipe closes.
"""

import os
import threading


def _wait_for_the_end() -> None:
    while os.read(0, 1024):  # not sys.stdin, whose lock Python wants when a process ends
        pass
    os._exit(0)


def end_with_server() -> None:
    """Let this process end when the server that started it is gone."""
    threading.Thread(target=_wait_for_the_end, daemon=True).start()


def dask_setup(_scheduler: object) -> None:
    """Called by Dask with its scheduler once it runs."""
    end_with_server()
