"""The folders of the dashboard, and functions that write files atomically."""

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
LOCK = "in-use.lock"  # the lock file of a folder that only a single process may use
UNFINISHED = ".writing-"  # prefix of files that are still being written


def home() -> Path:
    """Return the data folder: `$DASHBOARD_HOME`, or else `~/.layer-by-layer`. Create a missing folder."""
    folder = data_folder()
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def data_folder() -> Path:
    """Return the path of the data folder, which may not exist yet."""
    return Path(os.environ.get("DASHBOARD_HOME") or Path.home() / ".layer-by-layer").expanduser().absolute()


def keras_datasets() -> Path:
    """Return the folder of the files of `keras.datasets`: `$KERAS_HOME/datasets`, or else `~/.keras/datasets`."""
    return Path(os.environ.get("KERAS_HOME") or Path.home() / ".keras").expanduser() / "datasets"


def lock_data_folder(folder: Path) -> FileLock:
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
                fix="Use or end the dashboard that is on, or set the variable DASHBOARD_HOME to another folder.",
            )
        ) from None
    return lock


@functools.cache
def scratch_folder() -> Path:
    """Return the temporary folder of this process, which is removed when the process ends.

    A killed process leaves its folder behind. The next process removes folders whose lock is free.
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
    """Remove the temporary folders of killed servers. Keep folders without a lock file, which belong to other programs."""
    for folder in Path(tempfile.gettempdir()).glob(f"{SCRATCH}*"):
        if (folder / LOCK).is_file() and not folder.is_symlink() and os.access(folder, os.W_OK):
            with suppress(Timeout, OSError):
                lock = FileLock(folder / LOCK, blocking=False)
                lock.acquire()
                lock.release()
                shutil.rmtree(folder, ignore_errors=True)


def remove_unfinished(folder: Path) -> None:
    """Remove files that killed processes left half written, from the subfolders of a folder that this process has locked."""
    for path in folder.glob(f"*/{UNFINISHED}*"):
        with suppress(OSError):
            path.unlink()


def free_bytes(folder: Path) -> int:
    """Return the free space on the disk of a folder, in bytes."""
    return shutil.disk_usage(folder).free


def unchanged_paths(paths: Iterable[Path], seconds: float) -> Iterator[Path]:
    """Yield the paths of files that did not change for more than `seconds`. Skip files that no longer exist."""
    for path in paths:
        with suppress(FileNotFoundError):
            if time.time() - path.stat().st_mtime > seconds:
                yield path


def write_atomically(path: Path, write: Callable[[Path], object]) -> None:
    """Write a file so that readers see either the whole old or the whole new content.

    Parameters
    ----------
    path
        The path of the file. A missing folder is created.
    write
        A function that writes the whole file to a temporary path, which has the same folder and the same suffix.
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


def write_archive(archive: Path, files: Mapping[str, bytes]) -> Path:
    """Write a zip archive with these files, given as contents by name, and return its path."""
    with ZipFile(archive, "w") as packed:
        for name, content in files.items():
            packed.writestr(name, content)
    return archive
