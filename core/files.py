"""Where the dashboard keeps its files, and how it writes them so that none is ever half written."""

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

SCRATCH = "layer-by-layer-"  # how temporary folders of servers begin
LOCK = "in-use.lock"  # in a folder that one process at a time may use
UNFINISHED = ".writing-"  # how files begin that are being written


def home() -> Path:
    """The data folder: `$DASHBOARD_HOME`, else `.layer-by-layer` in the person's home folder. Made when missing."""
    folder = data_folder()
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def data_folder() -> Path:
    """The path of the data folder, whether it is there or not."""
    return Path(os.environ.get("DASHBOARD_HOME") or Path.home() / ".layer-by-layer").expanduser().absolute()


def keras_datasets() -> Path:
    """The folder where `keras.datasets` looks for its files: `$KERAS_HOME/datasets`, else `~/.keras/datasets`."""
    return Path(os.environ.get("KERAS_HOME") or Path.home() / ".keras").expanduser() / "datasets"


def claim(folder: Path) -> FileLock:
    """Claim a data folder for this process; it is free again when the lock is released, or the process ends in whatever way.

    Raises
    ------
    ProblemError
        Another process has the folder.
    """
    lock = FileLock(folder / LOCK, blocking=False, thread_local=False)  # the thread that releases it may be another one
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
    """The temporary folder of this process; it is removed when the process ends.

    A process that was killed could not remove its own. The next one does so: nobody holds the lock of that folder any more.
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
    """Remove the temporary folders that killed servers have left; folders without our lock are somebody else's."""
    for folder in Path(tempfile.gettempdir()).glob(f"{SCRATCH}*"):
        if (folder / LOCK).is_file() and not folder.is_symlink() and os.access(folder, os.W_OK):
            with suppress(Timeout, OSError):
                lock = FileLock(folder / LOCK, blocking=False)
                lock.acquire()
                lock.release()
                shutil.rmtree(folder, ignore_errors=True)


def remove_unfinished(folder: Path) -> None:
    """Remove what killed processes were writing into the folders of `folder`, which this process has claimed."""
    for path in folder.glob(f"*/{UNFINISHED}*"):
        with suppress(OSError):
            path.unlink()


def free_bytes(folder: Path) -> int:
    """How much room is left on the disk of a folder."""
    return shutil.disk_usage(folder).free


def unchanged_for(paths: Iterable[Path], seconds: float) -> Iterator[Path]:
    """Those that nobody has changed for so long; what another thread takes away meanwhile is passed over."""
    for path in paths:
        with suppress(FileNotFoundError):
            if time.time() - path.stat().st_mtime > seconds:
                yield path


def write_atomically(path: Path, write: Callable[[Path], object]) -> None:
    """Write a file so that readers see the old one or the new one, never a part.

    Parameters
    ----------
    path
        Where the file belongs; its folder is made when missing.
    write
        Called with a temporary path in the same folder (with the same ending); writes the whole file there.
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
    """Make a zip archive of these contents, by the names that they get in it; its path."""
    with ZipFile(archive, "w") as packed:
        for name, content in files.items():
            packed.writestr(name, content)
    return archive
