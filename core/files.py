"""The dashboard's folders, and writing files atomically."""

import atexit
import functools
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from zipfile import ZipFile

from filelock import FileLock, Timeout

from core.problems import Problem, ProblemError

PROJECT = Path(__file__).parents[1]  # the folder of the program
SCRATCH = "layer-by-layer-"  # prefix of the servers' temporary folders
LOCK = "in-use.lock"  # in a folder that only one process may use
UNFINISHED = ".writing-"  # prefix of files that are still being written


def home() -> Path:
    """The data folder: `$DASHBOARD_HOME`, else `.layer-by-layer` in the home folder. Creates it if missing."""
    folder = data_folder()
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def data_folder() -> Path:
    """The path of the data folder, which may be missing."""
    return Path(os.environ.get("DASHBOARD_HOME") or Path.home() / ".layer-by-layer").expanduser().absolute()


def keras_datasets() -> Path:
    """The folder where `keras.datasets` looks for its files: `$KERAS_HOME/datasets`, else `~/.keras/datasets`."""
    return Path(os.environ.get("KERAS_HOME") or Path.home() / ".keras").expanduser() / "datasets"


def claim(folder: Path) -> FileLock:
    """Lock a data folder for this process, until the lock is released or the process ends.

    Raises
    ------
    ProblemError
        Another process holds the lock.
    """
    lock = FileLock(folder / LOCK, blocking=False, thread_local=False)  # another thread may release the lock
    try:
        lock.acquire()
    except Timeout:
        raise ProblemError(
            Problem(
                code="data-folder-in-use",
                where=(),
                happened="Another dashboard uses this data folder.",
                expected="Expected one dashboard for each folder, since two would take each other's runs for lost.",
                fix="Use the one that is on, end it first, or set the variable DASHBOARD_HOME to another folder.",
            )
        ) from None
    return lock


@functools.cache
def scratch_folder() -> Path:
    """The temporary folder of this process, which is removed when the process ends.

    A killed process leaves its folder behind. The next process removes it, since its lock is free.
    """
    remove_abandoned_scratch()
    folder = Path(tempfile.mkdtemp(prefix=SCRATCH))
    lock = FileLock(folder / LOCK, thread_local=False)
    lock.acquire()

    def remove() -> None:
        lock.release()
        shutil.rmtree(folder, ignore_errors=True)

    atexit.register(remove)
    return folder


def remove_abandoned_scratch() -> None:
    """Remove the temporary folders of killed servers; folders without our lock belong to other programs."""
    for folder in Path(tempfile.gettempdir()).glob(f"{SCRATCH}*"):
        if (folder / LOCK).is_file() and not folder.is_symlink() and os.access(folder, os.W_OK):
            with suppress(Timeout, OSError):
                lock = FileLock(folder / LOCK, blocking=False)
                lock.acquire()
                lock.release()
                shutil.rmtree(folder, ignore_errors=True)


def remove_unfinished(folder: Path) -> None:
    """Remove unfinished files of killed processes from the subfolders of a locked folder."""
    for path in folder.glob(f"*/{UNFINISHED}*"):
        with suppress(OSError):
            path.unlink()


def free_bytes(folder: Path) -> int:
    """The free space on the disk of a folder, in bytes."""
    return shutil.disk_usage(folder).free


def unchanged_for(paths: Iterable[Path], seconds: float) -> Iterator[Path]:
    """The paths that did not change for so many seconds; files that another thread removes meanwhile are skipped."""
    for path in paths:
        with suppress(FileNotFoundError):
            if time.time() - path.stat().st_mtime > seconds:
                yield path


def write_atomically(path: Path, write: Callable[[Path], object]) -> None:
    """Write a file so that readers see either the old or the new content.

    Parameters
    ----------
    path
        The path of the file; its folder is created if missing.
    write
        Called with a temporary path in the same folder and with the same suffix; writes the whole file there.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=UNFINISHED, suffix=path.suffix)
    os.close(handle)
    temporary = Path(name)
    try:
        write(temporary)
        with temporary.open("rb+") as written:
            os.fsync(written.fileno())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def pack(archive: Path, files: Mapping[str, bytes]) -> Path:
    """Write a zip archive of files, given by name; returns its path."""
    with ZipFile(archive, "w") as packed:
        for name, content in files.items():
            packed.writestr(name, content)
    return archive
