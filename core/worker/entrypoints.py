"""The functions that the cluster calls in a worker process: run other functions by name, pass events and commands.

Only this file of the folder uses Dask. Each function imports Dask itself, since the server imports this file too.
"""

import os
import pkgutil
import shutil
import tempfile
import threading
import time
from collections import deque
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any
from zipfile import ZipFile

from core.catalogue.datasets import folder_of
from core.files import write_atomically
from core.machine import GB
from core.run_events import Command, ProcessEvent, WorkerEvent, WorkerStartedEvent
from core.run_files import EXPERIMENT, NAME
from core.settings import variable

TOPIC = "runs"  # the topic of Dask's log of events that the server subscribes to
DATA = "data-set-"  # begins the name of an archive with the files of a data set; the name of the data set follows
SIGN_EVERY_SECONDS = 1.0
UNPACKED: set[tuple[str, int]] = set()  # the archives that were unpacked, and the times of their arrival
COMMANDS: dict[str, list[Command]] = {}  # by run id, the commands that were not carried out yet, in order
NUMBERS: deque[str] = deque(maxlen=1000)  # the numbers of the latest commands, to drop commands that the server sent twice
FOLDERS: dict[str, Path] = {}  # by run id, the folder of its files for a server that shares no disk with this worker


def call(name: str, *arguments: Any) -> Any:
    """Call a function by its name, such as "core.worker.training.summary:summarise", and return its result."""
    unpack_data_sets()
    return pkgutil.resolve_name(name)(*arguments)


def call_watched(name: str, run: str, *arguments: Any, folder: Path | None = None, **options: Any) -> Any:
    """Call a function for a run, with the callables `report` and `next_command` as its last arguments.

    Parameters
    ----------
    name
        The name of the function, such as "core.worker.training.train:train".
    run
        The run's id. Each event carries this id, and under "at" the time in seconds since 1970. `next_command` returns each
        command to the run once.
    arguments
        The arguments that the function takes before `report`.
    folder
        The folder of the run's files on the server. A process that cannot see that folder uses a folder of its own,
        from which the server fetches the files.
    options
        Keyword arguments for the function, except two: "files" are the first files for a folder of this process' own, by
        name, and "first_command" is a command that comes before all others.
    """
    from distributed import get_worker

    worker = get_worker()
    if limit := worker.memory_manager.memory_limit:  # for the checks, which refuse a network that this process cannot hold
        os.environ[variable("worker_memory")] = str(limit / GB)
    COMMANDS.pop(run, None)  # commands to an earlier call: the server sends none to this call before "placed"
    placed: WorkerStartedEvent = {"kind": "placed", "worker": worker.address, "name": worker.name}
    worker.log_event(TOPIC, {"run": run, **placed})
    unpack_data_sets()
    files = options.pop("files", {})
    if first_command := options.pop("first_command", None):
        add_command(run, first_command)
    if folder is not None:
        options["folder"] = _usable(folder, run, files)
    elsewhere = run in FOLDERS

    def report(event: WorkerEvent | ProcessEvent) -> None:
        # A fault on the way to the server must not end the run.
        with suppress(OSError, RuntimeError, ValueError):
            here = {"worker": worker.address} if elsewhere and event["kind"] == "saved" else {}
            worker.log_event(TOPIC, {"run": run, **event, **here, "at": round(time.time(), 3)})

    over = threading.Event()

    def give_signs_of_life() -> None:
        while not over.wait(SIGN_EVERY_SECONDS):
            report({"kind": "alive"})

    threading.Thread(target=give_signs_of_life, daemon=True, name="signs-of-life").start()
    key = worker.get_current_task()

    def next_command() -> Command | None:
        task = worker.state.tasks.get(key)
        nobody_waits = task is None or task.state == "cancelled"  # the server that sent the run is gone
        if commands := COMMANDS.get(run):
            return commands.pop(0)
        return Command("release") if nobody_waits else None

    try:
        return pkgutil.resolve_name(name)(*arguments, report, next_command, **options)
    finally:
        over.set()
        COMMANDS.pop(run, None)


def _usable(folder: Path, run: str, files: dict[str, bytes]) -> Path:
    if (folder / EXPERIMENT).is_file():
        return folder
    FOLDERS[run] = Path(tempfile.mkdtemp(prefix="run-", dir=_local_directory()))  # the worker's nanny removes this folder
    for name, content in files.items():
        write_atomically(FOLDERS[run] / name, partial(_write, content))
    return FOLDERS[run]


def _write(content: bytes, path: Path) -> None:
    path.write_bytes(content)


def add_command(run: str, command: Command, number: str = "") -> bool:
    """Queue a command for a run in this process. The run takes commands from the queue at every batch.

    Parameters
    ----------
    run
        The run's id.
    command
        The command.
    number
        The number of the command. If the server gets no answer, it sends the command again with the same number. An empty
        string means a command that is sent only once.

    Returns
    -------
    bool
        True, so that the server sees an answer.
    """
    if not number or number not in NUMBERS:
        NUMBERS.append(number)
        COMMANDS.setdefault(run, []).append(command)
    return True


def read_files(run: str, names: list[str] | None = None) -> dict[str, bytes]:
    """Return the contents of a run's files on this worker, by name. Return {} if the worker has no files of the run.

    Parameters
    ----------
    run
        The run's id.
    names
        The names of the files. None means all files, which this process then deletes.
    """
    folder = FOLDERS.get(run)
    if folder is None:
        return {}
    contents = {path.name: path.read_bytes() for path in folder.iterdir() if NAME.fullmatch(path.name)}
    if names is None:
        shutil.rmtree(FOLDERS.pop(run), ignore_errors=True)
        return contents
    return {name: content for name, content in contents.items() if name in names}


def _local_directory() -> Path:
    """Return the folder that Dask gave this worker."""
    from distributed import get_worker

    return Path(get_worker().local_directory)


def unpack_data_sets() -> None:
    """Unpack the data sets that the server has sent into Keras' folders for data sets. Existing files stay.

    The data sets arrive as archives in the folder that Dask gave this worker.
    """
    for archive in _local_directory().glob(f"{DATA}*.zip"):
        arrived = (archive.name, archive.stat().st_mtime_ns)
        if arrived in UNPACKED:
            continue
        folder = folder_of(archive.stem.removeprefix(DATA))
        with ZipFile(archive) as packed:
            for name in packed.namelist():
                if not (folder / name).is_file():
                    write_atomically(folder / name, partial(_write, packed.read(name)))
        UNPACKED.add(arrived)
