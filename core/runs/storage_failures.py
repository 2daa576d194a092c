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


class DatabaseGone(OSError):
    """Raised if the database's file was deleted or replaced after it was opened."""


def storage_problem(error: BaseException, folder: Path) -> Problem | None:
    """The problem with the data folder that caused an error; None if the error has another cause.

    Parameters
    ----------
    error
        The error, as caught.
    folder
        The data folder.
    """
    cause = error.orig if isinstance(error, sql.exc.DBAPIError) and error.orig is not None else error
    if isinstance(cause, DatabaseGone) or (isinstance(cause, sqlite3.Error) and not (folder / DATABASE).is_file()):
        return gone(folder)
    if not isinstance(cause, OSError | sqlite3.Error):
        return None
    number, words = getattr(cause, "errno", None), str(cause)
    if number in FULL or "full" in words:
        return full(folder)
    if number in READ_ONLY or "readonly" in words or "read-only" in words:
        return read_only()
    return None


def gone(folder: Path) -> Problem:
    """The database, or the whole folder, was deleted, moved or replaced."""
    kept = "" if (folder / "runs").is_dir() else ", and the files of trained networks"
    return Problem(
        code="database-gone",
        where=(),
        happened=f"The file {DATABASE} in the data folder was deleted, moved or replaced while the dashboard was on.",
        expected=f"Expected it to stay. With it, the list of runs, their curves and everybody's drafts{kept} are gone.",
        fix="End the dashboard, put the file back from a copy if there is one, and start it again; else the list is empty.",
    )


def full(folder: Path) -> Problem:
    """The disk has no room left."""
    try:
        free = f"{memory_text(shutil.disk_usage(folder).free)} are free"
    except OSError:
        free = "how much is free is not known"
    return Problem(
        code="disk-full",
        where=(),
        happened=f"The disk of the data folder is full: {free}. What you did last was not noted down.",
        expected="Expected room for drafts and runs; what was noted down before is unharmed.",
        fix="Free some space on the server, for instance by deleting old runs, then do it again.",
    )


def read_only() -> Problem:
    """The folder cannot be written any more."""
    return Problem(
        code="data-folder-read-only",
        where=(),
        happened="The data folder cannot be written any more. What you did last was not noted down.",
        expected="Expected a folder that can be read and written; what was noted down before is unharmed.",
        fix="Let whoever runs the dashboard make the data folder writable again, then do it again.",
    )
