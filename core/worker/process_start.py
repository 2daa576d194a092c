"""The first steps of each computing process after its fork or spawn: set a name and a priority, and end with the parents.

`core.engine.process_host` starts these processes.
"""

import multiprocessing
import os
import runpy
import sys
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from multiprocessing.connection import Connection, wait
from pathlib import Path
from types import ModuleType
from typing import Any

from core.child_process import lower_priority

WARM_PARENT = "core.worker.warm_parent"
GIVES_WAY = "DASHBOARD_GIVES_WAY"  # the variable of a process that lets the server, browsers and quick answers go first
FORK_SERVER_ONLY = "OPENBLAS_NUM_THREADS"  # the variable that keeps the warm parent free of threads
TITLE = Path("/proc/self/comm")  # on Linux, the name of this process in lists of processes; at most 15 characters


def dask_setup(worker: Any) -> None:
    """Prepare a worker process. Dask calls this function, since its workers preload this module."""
    begin(str(worker.name))


def begin(name: str) -> None:
    """Name this process, give it a session and a priority of its own, and let the process end with its parents.

    Parameters
    ----------
    name
        The name of the process, such as "trainer-0".
    """
    with suppress(OSError):  # only Linux has such a file
        TITLE.write_text(name)
    if hasattr(os, "setsid"):
        with suppress(PermissionError):  # the process leads a session already
            os.setsid()
    if os.environ.pop(GIVES_WAY, ""):
        lower_priority(os.getpid())
    parent = sys.modules.get(WARM_PARENT)
    if parent is not None:
        os.environ.pop(FORK_SERVER_ONLY, None)
    end_with_parents(parent)


def end_with_parents(parent: ModuleType | None) -> None:
    """Let this process end as soon as a parent is gone: the process host, or the fork server of `warm_parent`.

    Parameters
    ----------
    parent
        The module `core.worker.warm_parent` in a fork of the warm parent, which has all imports. None in other processes.
    """
    ends: list[Any] = []
    if (host := multiprocessing.parent_process()) is not None:
        ends.append(host.sentinel)
    if parent is not None:
        os.close(parent.HELD)
        ends.append(parent.ALIVE)

    def wait_for_an_end() -> None:
        wait(ends)
        os._exit(1)

    threading.Thread(target=wait_for_an_end, daemon=True, name="end-with-parents").start()


def run_program(
    module: str, arguments: Sequence[str], folder: str, environment: Mapping[str, str], output: Connection
) -> None:
    """Run a module as a program in this process.

    Parameters
    ----------
    module
        The name of the module, such as "core.worker.export_model".
    arguments
        The arguments of the program.
    folder
        The working folder.
    environment
        Environment variables to add to those of this process.
    output
        The writing end of a pipe, which receives all that the program prints.
    """
    os.environ.update(environment)
    os.chdir(folder)
    for stream in (1, 2):
        os.dup2(output.fileno(), stream)
    output.close()
    host = multiprocessing.parent_process()
    assert host is not None, "a process host started this process"
    os.dup2(host.sentinel, 0)  # a standard input that closes when the host ends: see `core.child_process.end_with_parent`
    sys.stdout, sys.stderr = (os.fdopen(stream, "w", buffering=1, closefd=False) for stream in (1, 2))
    begin(module.rpartition(".")[2])
    sys.argv = [module, *arguments]
    runpy.run_module(module, run_name="__main__", alter_sys=True)
