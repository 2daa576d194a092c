"""Work in a process of its own: a module of this project, run as a program that ends with the process that started it.

The parent holds the other end of the program's standard input. However the parent dies, that pipe closes, and the program
ends. Exports, uploads, downloads, previews, the decoder of pictures and the processes of Dask are started in this way.
"""

import os
import subprocess
import sys
import threading
from collections.abc import Mapping
from contextlib import suppress
from types import MappingProxyType
from typing import Any

from core.files import PROJECT

END_SECONDS = 2.0  # that a program gets to end by itself
NONE: Mapping[str, str] = MappingProxyType({})

# In the parent


def start(module: str, *arguments: object, environment: Mapping[str, str] = NONE, **options: Any) -> subprocess.Popen[Any]:
    """Start a module as a program, in a session of its own: Ctrl-C reaches the parent alone, which ends programs in order.

    Parameters
    ----------
    module
        The name of the module, such as "core.worker.export_model".
    arguments
        Its arguments; each is passed as text.
    environment
        Variables beside those of this process.
    options
        Passed on to `subprocess.Popen`; the working folder is the project's unless `cwd` names another.

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
    """End a program: its input is closed, and after `patience` seconds the system ends the program."""
    if process.stdin is not None:
        with suppress(OSError):  # the rest of a request that the program will not read any more
            process.stdin.close()
    try:
        process.wait(patience)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


# In the program


def end_with_parent() -> None:
    """Let this process end once its parent is gone, or closes this process' standard input."""
    threading.Thread(target=_wait_for_the_parent, daemon=True).start()


def _wait_for_the_parent() -> None:
    while os.read(0, 1024):  # not sys.stdin, whose lock Python wants when a process ends
        pass
    os._exit(1)


def limit_memory(num_bytes: int) -> None:
    """Limit the address space of this process; what takes more raises MemoryError. Windows has no such limit."""
    try:
        import resource
    except ImportError:  # Windows
        return
    _, most = resource.getrlimit(resource.RLIMIT_AS)
    limit = num_bytes if most == resource.RLIM_INFINITY else min(num_bytes, most)
    resource.setrlimit(resource.RLIMIT_AS, (limit, most))
