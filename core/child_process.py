"""Modules of this project that run as programs. Each program ends when its parent process ends.

The parent holds the other end of the program's standard input. However the parent dies, that pipe closes, and the program
ends. The process host, Dask's scheduler, previews, the decoder of pictures and scripts are started in this way; a process
that needs Keras is started by the process host (`core.engine.process_host`).
"""

import math
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import MappingProxyType
from typing import Any, Protocol

import psutil

from core.files import PROJECT

END_SECONDS = 2.0  # the time that a program gets to end by itself
KILLED_SECONDS = 10.0  # the wait for killed processes: a busy system takes 2 s to free a trainer's memory
LESS_URGENT = getattr(psutil, "BELOW_NORMAL_PRIORITY_CLASS", 10)  # a priority class on Windows, otherwise a nice value
NONE: Mapping[str, str] = MappingProxyType({})

# In the parent


def start(module: str, *arguments: object, environment: Mapping[str, str] = NONE, **options: Any) -> subprocess.Popen[Any]:
    """Start a module as a program in a new session, so that Ctrl-C reaches only the parent, which then ends its programs.

    Parameters
    ----------
    module
        The name of the module, such as "core.worker.export_model".
    arguments
        The arguments of the program. Each argument is passed as text.
    environment
        Environment variables that the program gets in addition to the variables of this process.
    options
        Options for `subprocess.Popen`. The working folder is the project's unless `cwd` names another folder.

    Returns
    -------
    subprocess.Popen[Any]
        The process, with its standard input open.
    """
    path = os.pathsep.join(filter(None, (str(PROJECT), os.environ.get("PYTHONPATH"))))
    return subprocess.Popen(
        [sys.executable, "-m", module, *map(str, arguments)],
        stdin=subprocess.PIPE,
        start_new_session=True,
        env={**os.environ, "PYTHONPATH": path, **environment},
        **{"cwd": PROJECT, **options},
    )


def stop(process: subprocess.Popen[Any], patience: float = END_SECONDS) -> None:
    """End a program: close its standard input, and kill a program that still runs after `patience` seconds."""
    _close_input(process)
    try:
        process.wait(patience)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


class Program(Protocol):
    """A module of this project that runs as a program."""

    @property
    def pid(self) -> int | None: ...
    def lines(self) -> Iterator[str]: ...
    def wait(self) -> int: ...
    def stop(self, patience: float = END_SECONDS) -> None: ...


StartProgram = Callable[..., Program]  # called as `run`


class PythonProgram:
    """A program that runs in a Python process of its own, started by `run`."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    @property
    def pid(self) -> int:
        """The number of the process."""
        return self._process.pid

    def lines(self) -> Iterator[str]:
        """Return an iterator over the lines that the program prints, until the program ends."""
        assert self._process.stdout is not None, "the program was started with a pipe"
        return iter(self._process.stdout)

    def wait(self) -> int:
        """Wait until the program is over, and return its exit code, which is negative if a signal ended the program."""
        return self._process.wait()

    def stop(self, patience: float = END_SECONDS) -> None:
        """End the program. Kill a program that still runs after `patience` seconds."""
        stop(self._process, patience)


def run(
    module: str, *arguments: object, folder: Path = PROJECT, environment: Mapping[str, str] = NONE, gives_way: bool = False
) -> Program:
    """Run a module as a program in a new Python process.

    Parameters
    ----------
    module
        The name of the module.
    arguments
        The arguments of the program. Each argument is passed as text.
    folder
        The working folder.
    environment
        Environment variables that the program gets in addition to the variables of this process.
    gives_way
        Whether the program has a lower priority, so that the server comes first when processor time is short.

    Returns
    -------
    Program
        The program. Its lines hold standard output and standard error.
    """
    process = start(
        module,
        *arguments,
        environment={"PYTHONUNBUFFERED": "1", **environment},
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    )
    if gives_way:
        lower_priority(process.pid)
    return PythonProgram(process)


def _close_input(process: subprocess.Popen[Any]) -> None:
    if process.stdin is not None:
        with suppress(OSError):  # the program ended before reading the rest of a request
            process.stdin.close()


def end_with_children(processes: Sequence[subprocess.Popen[Any]], patience: float = END_SECONDS) -> bool:
    """End processes that this server started, and all their child processes. Return True if all of them are gone.

    A frozen process does not notice that its parent is gone. Unless killed, such a process keeps all its memory.

    Parameters
    ----------
    processes
        The processes to end.
    patience
        The seconds that each process gets to end by itself.
    """
    below: list[psutil.Process] = []
    for process in processes:
        with suppress(psutil.Error):
            below += psutil.Process(process.pid).children(recursive=True) if process.poll() is None else []
    for process in processes:
        _close_input(process)
    for process in processes:
        stop(process, patience)
    _, left = psutil.wait_procs(below, patience)
    for child in left:
        with suppress(psutil.Error):
            child.kill()
    _, left = psutil.wait_procs(left, KILLED_SECONDS)
    return not left


# In the program


def end_with_parent() -> None:
    """End this process as soon as its parent is gone, or closes the standard input of this process."""
    threading.Thread(target=_wait_for_the_parent, daemon=True).start()


def _wait_for_the_parent() -> None:
    while os.read(0, 1024):  # not sys.stdin, whose lock Python wants when a process ends
        pass
    os._exit(1)


def lower_priority(process: int, to: int = LESS_URGENT) -> None:
    """Lower the priority of a process and of its future children.

    Desktop Linux shares the processor evenly between sessions, whatever the priorities of their processes. On such a
    system, this function lowers the priority of the whole session, so the process must be the first of its session.
    """
    with suppress(psutil.Error):  # the process has ended, or its priority may not be changed
        psutil.Process(process).nice(to)
    session = Path(f"/proc/{process}/autogroup")
    if session.exists():
        with suppress(OSError):  # the system refuses, or the process has ended
            session.write_text(str(to))


def limit_memory(num_bytes: int) -> None:
    """Limit the address space of this process. An allocation beyond the limit raises MemoryError.

    Windows has no such limit, and macOS refuses to set the limit. On these systems, the process goes on without a limit.
    """
    _set_limit("RLIMIT_AS", num_bytes)


def limit_computing(seconds: float) -> None:
    """Limit the computing time of this process, rounded up to whole seconds. The system ends a process that takes longer.

    Time in which other processes compute does not count. Windows has no such limit.
    """
    _set_limit("RLIMIT_CPU", math.ceil(seconds))


def _set_limit(name: str, limit: int) -> None:
    try:
        import resource
    except ImportError:  # Windows
        return
    _, most = resource.getrlimit(getattr(resource, name))
    with suppress(ValueError, OSError):
        resource.setrlimit(getattr(resource, name), (limit if most == resource.RLIM_INFINITY else min(limit, most), most))
