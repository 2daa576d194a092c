"""The door to a worker process for the cluster: calls a function by its name, and carries events out and flags in.

The only file of this folder that knows of Dask.
"""

import pkgutil
import time
from typing import Any

from distributed import get_worker

TOPIC = "runs"  # what events are logged under; the server subscribes to it
FLAGS: dict[str, str] = {}  # a run's id to what was asked of it: "stop"


def call(name: str, *arguments: Any) -> Any:
    """Call a function named as "core.worker.summary:summarise" and return what it returns."""
    return pkgutil.resolve_name(name)(*arguments)


def call_watched(name: str, run: str, *arguments: Any, **options: Any) -> Any:
    """Call a function that takes `report` and `should_stop`, for a run.

    Arguments:
        name: the function, as "core.worker.training:train".
        run: the run's id; its events carry it, with the time in seconds since 1970 as "at"; a flag set for it reaches
            `should_stop`.
        arguments: what stands before `report`.
        options: passed on by name.
    """
    worker = get_worker()

    def report(event: dict) -> None:
        worker.log_event(TOPIC, {"run": run, **event, "at": round(time.time(), 3)})

    try:
        return pkgutil.resolve_name(name)(*arguments, report, lambda: FLAGS.get(run) == "stop", **options)
    finally:
        FLAGS.pop(run, None)


def set_flag(run: str, flag: str) -> None:
    """Ask something of a run that goes on in this process; it looks at every batch."""
    FLAGS[run] = flag
