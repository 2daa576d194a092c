"""A data folder that fails while the dashboard is on: what people read, and what is lost."""

import errno
import shutil
import sqlite3
from pathlib import Path

import pytest
import sqlalchemy as sql

from core.runs.storage_failures import DatabaseGone, storage_problem
from core.runs.store import Ledger
from tests.core.sample_experiments import LECTURE
from tests.server import PATIENCE, wait_for


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    ledger = Ledger(tmp_path / "data" / "runs.sqlite")
    ledger.add_run(LECTURE, "ada")
    return ledger


def said(ledger: Ledger, folder: Path) -> str:
    """What a visitor reads who wants to see their runs."""
    with pytest.raises((sql.exc.SQLAlchemyError, OSError)) as caught:
        ledger.runs_of("ada")
    problem = storage_problem(caught.value, folder)
    assert problem is not None
    assert str(folder) not in str(problem), "visitors read it"
    return str(problem)


def test_deleted_database_is_told_and_written_to_no_more(ledger: Ledger, tmp_path: Path) -> None:
    folder = tmp_path / "data"
    (folder / "runs").mkdir()
    ledger.append("run", {"kind": "start"})
    ledger.flush()
    (folder / "runs.sqlite").unlink()
    assert said(ledger, folder) == (
        "The file runs.sqlite in the data folder was deleted, moved or replaced while the dashboard was on. "
        "Expected it to stay. With it, the list of runs, their curves and everybody's drafts are gone. "
        "End the dashboard, put the file back from a copy if there is one, and start it again; else the list is empty."
    )
    ledger.append("run", {"kind": "batch"})
    wait_for(lambda: "not the file any more" in ledger.problem, PATIENCE, "the writer to see it")
    ledger.close()
    assert not (folder / "runs.sqlite").exists()


def test_replaced_database_is_told(ledger: Ledger, tmp_path: Path) -> None:
    folder = tmp_path / "data"
    (folder / "runs.sqlite").rename(folder / "aside")
    shutil.copy(folder / "aside", folder / "runs.sqlite")
    assert "deleted, moved or replaced" in said(ledger, folder)
    ledger.close()


def test_deleted_folder_says_that_the_trained_networks_are_gone_too(ledger: Ledger, tmp_path: Path) -> None:
    shutil.rmtree(tmp_path / "data")
    words = said(ledger, tmp_path / "data")
    assert "the list of runs, their curves and everybody's drafts, and the files of trained networks are gone." in words
    ledger.close()


def test_full_disk_is_told_with_what_is_free(tmp_path: Path) -> None:
    (tmp_path / "runs.sqlite").touch()
    connection = sqlite3.connect(tmp_path / "little.sqlite")
    connection.execute("PRAGMA max_page_count = 2")
    with pytest.raises(sqlite3.OperationalError) as caught:
        connection.executescript("CREATE TABLE a (b); CREATE TABLE c (d); CREATE TABLE e (f);")
    problem = storage_problem(sql.exc.OperationalError("INSERT", {}, caught.value), tmp_path)
    assert problem is not None and problem.code == "disk-full"
    assert (
        problem.happened.startswith("The disk of the data folder is full: ") and "are free. What you did" in problem.happened
    )
    assert "undo" not in str(problem).lower()


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EROFS, errno.EACCES])
def test_errors_of_the_system_are_told_without_a_path(tmp_path: Path, number: int) -> None:
    problem = storage_problem(OSError(number, "said by the system", str(tmp_path / "runs")), tmp_path)
    assert problem is not None
    assert problem.code == ("disk-full" if number == errno.ENOSPC else "data-folder-read-only")
    assert str(tmp_path) not in str(problem)


@pytest.mark.parametrize("error", [ValueError("no"), KeyError("run"), FileNotFoundError(errno.ENOENT, "none", "x.npz")])
def test_other_errors_are_not_about_the_data_folder(tmp_path: Path, error: Exception) -> None:
    assert storage_problem(error, tmp_path) is None


def test_error_of_a_deleted_database_is_an_error_of_the_system() -> None:
    assert issubclass(DatabaseGone, OSError)
