"""Problems with the data folder while the dashboard runs. No message shows a path."""

import errno
import shutil
import sqlite3
from pathlib import Path

import sqlalchemy as sql

from core.number_text import memory_text
from core.problems import Problem

READ_ONLY = (errno.EROFS, errno.EACCES, errno.EPERM)
FULL = (errno.ENOSPC, errno.EDQUOT)
DATABASE = "runs.sqlite"
LOCKED = ("database is locked", "database table is locked", "database is busy")  # parts of SQLite's messages
DAMAGED = ("malformed", "not a database", "corrupt")


class DatabaseGone(OSError):
    """Raised if the database file was deleted or replaced after the server had opened the file."""


def storage_problem(error: BaseException, folder: Path) -> Problem | None:
    """Return the problem with the data folder that caused an error. Return None if the error has another cause.

    Parameters
    ----------
    error
        The error, as caught.
    folder
        The data folder.
    """
    cause = error.orig if isinstance(error, sql.exc.DBAPIError) and error.orig is not None else error
    if isinstance(cause, DatabaseGone) or (isinstance(cause, sqlite3.Error) and not (folder / DATABASE).is_file()):
        return database_gone_problem(folder)
    if not isinstance(cause, OSError | sqlite3.Error):
        return None
    number, words = getattr(cause, "errno", None), str(cause)
    if number in FULL or "full" in words:
        return storage_full_problem(folder)
    if any(sign in words for sign in LOCKED):
        return database_busy_problem()
    if any(sign in words for sign in DAMAGED):
        return database_damaged_problem()
    if number in READ_ONLY or "readonly" in words or "read-only" in words:
        return read_only_problem()
    return None


def database_gone_problem(folder: Path) -> Problem:
    """Return the problem of a database file, or data folder, that was deleted, moved or replaced."""
    kept = "" if (folder / "runs").is_dir() else ", and the files of trained networks"
    return Problem(
        code="database-gone",
        where=(),
        happened=f"The file {DATABASE} in the data folder was deleted, moved or replaced while the dashboard was on.",
        expected=f"Expected it to stay. With it, the list of runs, their curves and everybody's drafts{kept} are gone.",
        fix="End the dashboard, put the file back from a copy if there is one, and start it again; else the list is empty.",
    )


def storage_full_problem(folder: Path) -> Problem:
    """Return the problem of a full disk."""
    try:
        free = f"{memory_text(shutil.disk_usage(folder).free)} are free"
    except OSError:
        free = "how much is free is not known"
    return Problem(
        code="disk-full",
        where=(),
        happened=f"The disk of the data folder is full: {free}. What you did last was not noted down.",
        expected="Expected room for drafts and runs; what was noted down before is unharmed.",
        fix="Delete old runs on Runs, or data sets on Your own: while the disk is full, their files go within a minute, "
        "for good. Where even that is refused, whoever runs the server has to free space. Then do it again.",
    )


def database_busy_problem() -> Problem:
    """Return the problem of a database that another program keeps locked."""
    return Problem(
        code="database-busy",
        where=(),
        happened=f"Another program keeps {DATABASE} in the data folder locked. What you did last was not noted down.",
        expected="Expected it for this dashboard alone; what was noted down before is unharmed.",
        fix="Let whoever runs the dashboard close that program, such as a backup or a viewer; then do it again.",
    )


def database_damaged_problem() -> Problem:
    """Return the problem of a database that was damaged while the dashboard was running."""
    return Problem(
        code="database-damaged",
        where=(),
        happened=f"The file {DATABASE} in the data folder is damaged.",
        expected="Expected that no other program writes to it, and that the disk is sound.",
        fix="Let whoever runs the dashboard start it again: it takes over what can be read, and keeps the damaged file.",
    )


def read_only_problem() -> Problem:
    """Return the problem of a data folder that cannot be written any more."""
    return Problem(
        code="data-folder-read-only",
        where=(),
        happened="The data folder cannot be written any more. What you did last was not noted down.",
        expected="Expected a folder that can be read and written; what was noted down before is unharmed.",
        fix="Let whoever runs the dashboard make the data folder writable again, then do it again.",
    )
