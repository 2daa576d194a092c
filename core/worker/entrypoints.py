"""What the cluster calls in a worker process: functions by name, with events to the server and commands from the server.

The only file of this folder that uses Dask.
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

from distributed import get_worker

from core.catalogue.datasets import folder_of
from core.files import write_atomically
from core.machine import GB
from core.run_events import Command, PlacedEvent, ProcessEvent, WorkerEvent
from core.run_files import EXPERIMENT, NAME
from core.settings import variable

TOPIC = "runs"  # of Dask's log of events, to which the server subscribes
DATA = "data-set-"  # begins the name of an archive with the files of a data set; the name of the data set follows
SIGN_EVERY_SECONDS = 1.0
UNPACKED: set[tuple[str, int]] = set()  # the archives that were unpacked, and the times of their arrival
COMMANDS: dict[str, list[Command]] = {}  # by run id, the commands that were not carried out yet, in order
NUMBERS: deque[str] = deque(maxlen=1000)  # of the latest commands, to drop those that the server sent twice
FOLDERS: dict[str, Path] = {}  # by run id, the folder of its files for a server that shares no disk with this worker


def call(name: str, *arguments: Any) -> Any:
    """Call a function named as "core.worker.training.summary:summarise" and return what it returns."""
    unpack_data_sets()
    return pkgutil.resolve_name(name)(*arguments)


def call_watched(name: str, run: str, *arguments: Any, folder: Path | None = None, **options: Any) -> Any:
    """Call a function that takes `report` and `next_command`, for a run.

    Parameters
    ----------
    name
        The name of the function, such as "core.worker.training.train:train".
    run
        The run's id. The events carry it, and the time in seconds since 1970 as "at"; `next_command` gives each command to
        the run once.
    arguments
        The arguments before `report`.
    folder
        The folder of the run's files on the server. Where this process cannot see that folder, it uses a folder of its own,
        from which the server fetches the files.
    options
        Passed on by name; "files" are the first contents of a folder of its own, by name, "first_command" is the
        command before any other.
    """
    worker = get_worker()
    if limit := worker.memory_manager.memory_limit:  # for the checks, which refuse a network that this process cannot hold
        os.environ[variable("worker_memory")] = str(limit / GB)
    placed: PlacedEvent = {"kind": "placed", "worker": worker.address, "name": worker.name}
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
    FOLDERS[run] = Path(tempfile.mkdtemp(prefix="run-", dir=get_worker().local_directory))  # its nanny removes that folder
    for name, content in files.items():
        write_atomically(FOLDERS[run] / name, partial(_write, content))
    return FOLDERS[run]


def _write(content: bytes, path: Path) -> None:
    path.write_bytes(content)


def add_command(run: str, command: Command, number: str = "") -> bool:
    """Give a command to a run in this process, which looks for commands at every batch.

    Parameters
    ----------
    run
        The run's id.
    command
        The command.
    number
        The number of the command, equal when the server resends a command that was not answered; "" for a command that
        is sent once.

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
    """The contents of a run's files on this worker, by name.

    Parameters
    ----------
    run
        The run's id.
    names
        The names of the files; None for all, after which this process deletes them.
    """
    folder = FOLDERS.get(run)
    if folder is None:
        return {}
    contents = {path.name: path.read_bytes() for path in folder.iterdir() if NAME.fullmatch(path.name)}
    if names is None:
        shutil.rmtree(FOLDERS.pop(run), ignore_errors=True)
        return contents
    return {name: content for name, content in contents.items() if name in names}


def unpack_data_sets() -> None:
    """Unpack the data sets that the server has sent to where Keras looks for them; existing files stay.

    They arrive as archives in the folder that Dask gave this worker.
    """
    for archive in Path(get_worker().local_directory).glob(f"{DATA}*.zip"):
        arrived = (archive.name, archive.stat().st_mtime_ns)
        if arrived in UNPACKED:
            continue
        folder = folder_of(archive.stem.removeprefix(DATA))
        with ZipFile(archive) as packed:
            for name in packed.namelist():
                if not (folder / name).is_file():
                    write_atomically(folder / name, partial(_write, packed.read(name)))
        UNPACKED.add(arrived)
