"""Where the dashboard keeps its files, and how it writes them so that none is ever half written."""

import os
import shutil
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from zipfile import ZipFile

from core.problems import Problem, ProblemError


def home() -> Path:
    """The data folder: `$DASHBOARD_HOME`, else `.layer-by-layer` in the person's home folder. Made when missing."""
    folder = Path(os.environ.get("DASHBOARD_HOME") or Path.home() / ".layer-by-layer").expanduser().absolute()
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def keras_datasets() -> Path:
    """The folder where `keras.datasets` looks for its files: `$KERAS_HOME/datasets`, else `~/.keras/datasets`."""
    return Path(os.environ.get("KERAS_HOME") or Path.home() / ".keras").expanduser() / "datasets"


def claim(folder: Path) -> sqlite3.Connection:
    """Claim a data folder for this process; it is free again when the claim is closed, or the process ends in whatever way.

    Raises:
        ProblemError: another process has it.
    """
    # A lock of SQLite's works on every system, and outlives nobody.
    lock = sqlite3.connect(folder / "in-use.sqlite", timeout=0, isolation_level=None, check_same_thread=False)
    try:
        lock.execute("BEGIN EXCLUSIVE")
    except sqlite3.OperationalError:
        lock.close()
        raise ProblemError(
            Problem(
                code="data-folder-in-use",
                where=(),
                happened=f"Another dashboard uses the data folder {folder}.",
                expected="Expected one dashboard for each folder, since two would take each other's runs for lost.",
                fix="Use the one that is on, end it first, or set the variable DASHBOARD_HOME to another folder.",
            )
        ) from None
    return lock


def free_bytes(folder: Path) -> int:
    """How much room is left on the disk of a folder."""
    return shutil.disk_usage(folder).free


def unchanged(paths: Iterable[Path], seconds: float) -> Iterator[Path]:
    """Those that nobody has changed for so long; what another thread takes away meanwhile is passed over."""
    for path in paths:
        with suppress(FileNotFoundError):
            if time.time() - path.stat().st_mtime > seconds:
                yield path


def write_atomically(path: Path, write: Callable[[Path], object]) -> None:
    """Write a file so that readers see the old one or the new one, never a part.

    Arguments:
        path: where the file belongs; its folder is made when missing.
        write: is given a temporary path beside it (with the same ending) and writes the whole file there.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".writing-", suffix=path.suffix)
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
