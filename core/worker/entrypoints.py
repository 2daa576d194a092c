"""The door to a worker process for the cluster: calls a function by its name, and carries events out and flags in.

The only file of this folder that knows of Dask.
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

TOPIC = "runs"  # what events are logged under; the server subscribes to it
DATA = "data-set-"  # what the archive of a data set's files is called in a worker's folder, before the data set's name
SIGN_EVERY_SECONDS = 1.0
TAKEN: set[tuple[str, int]] = set()  # the archives whose files were taken out, and when they had arrived
COMMANDS: dict[str, list[Command]] = {}  # by the ids of runs, those that were not carried out yet, in order
NUMBERS: deque[str] = deque(maxlen=1000)  # of the latest commands
FOLDERS: dict[str, Path] = {}  # a run's id to where its files wait here, for a server that shares no disk with us


def call(name: str, *arguments: Any) -> Any:
    """Call a function named as "core.worker.training.summary:summarise" and return what it returns."""
    take_files()
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
        The folder of the run's files on the server. Where this process cannot see that folder, a folder of its own takes its
        place, and the server fetches the files from there.
    options
        Passed on by name; "files" are contents by name that a folder of our own starts with, "first_command" is the
        command before any other.
    """
    worker = get_worker()
    if limit := worker.memory_manager.memory_limit:  # the checks refuse by it what this very process cannot carry
        os.environ[variable("worker_memory")] = str(limit / GB)
    placed: PlacedEvent = {"kind": "placed", "worker": worker.address, "name": worker.name}
    worker.log_event(TOPIC, {"run": run, **placed})
    take_files()
    files = options.pop("files", {})
    if first_command := options.pop("first_command", None):
        add_command(run, first_command)
    if folder is not None:
        options["folder"] = _usable(folder, run, files)
    elsewhere = run in FOLDERS

    def report(event: WorkerEvent | ProcessEvent) -> None:
        # Whatever is wrong with those who watch must not end what they watch.
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
        nobody_waits = task is None or task.state == "cancelled"  # the server that wanted it is gone
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
    FOLDERS[run] = Path(tempfile.mkdtemp(prefix="run-", dir=get_worker().local_directory))  # which its nanny removes
    for name, content in files.items():
        write_atomically(FOLDERS[run] / name, partial(_write, content))
    return FOLDERS[run]


def _write(content: bytes, path: Path) -> None:
    path.write_bytes(content)


def add_command(run: str, command: Command, number: str = "") -> bool:
    """Give a command to a run that goes on in this process; the run looks at every batch.

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
    """The contents of a run's files that wait here, by name.

    Parameters
    ----------
    run
        The run's id.
    names
        The names of the files; None for all, after which this process forgets them.
    """
    folder = FOLDERS.get(run)
    if folder is None:
        return {}
    found = {path.name: path.read_bytes() for path in folder.iterdir() if NAME.fullmatch(path.name)}
    if names is None:
        shutil.rmtree(FOLDERS.pop(run), ignore_errors=True)
        return found
    return {name: content for name, content in found.items() if name in names}


def take_files() -> None:
    """Put the files of data sets that the server has sent where they are looked for; what is there already stays.

    They come as archives in the folder that Dask gave this worker.
    """
    for archive in Path(get_worker().local_directory).glob(f"{DATA}*.zip"):
        arrived = (archive.name, archive.stat().st_mtime_ns)
        if arrived in TAKEN:
            continue
        folder = folder_of(archive.stem.removeprefix(DATA))
        with ZipFile(archive) as packed:
            for name in packed.namelist():
                if not (folder / name).is_file():
                    write_atomically(folder / name, partial(_write, packed.read(name)))
        TAKEN.add(arrived)
