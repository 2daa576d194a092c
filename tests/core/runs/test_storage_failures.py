"""A data folder that fails while the dashboard runs: the messages, and the lost data."""

import errno
import shutil
import sqlite3
from pathlib import Path

import pytest
import sqlalchemy as sql

from core.runs.run_database import RunDatabase
from core.runs.storage_failures import DatabaseGone, storage_problem
from tests.core.sample_experiments import LECTURE
from tests.server import PATIENCE, wait_for


@pytest.fixture
def database(tmp_path: Path) -> RunDatabase:
    database = RunDatabase(tmp_path / "data" / "runs.sqlite")
    database.add_run(LECTURE, "ada")
    return database


def said(database: RunDatabase, folder: Path) -> str:
    """The message to a visitor who wants to see their runs."""
    with pytest.raises((sql.exc.SQLAlchemyError, OSError)) as caught:
        database.runs_of("ada")
    problem = storage_problem(caught.value, folder)
    assert problem is not None
    assert str(folder) not in str(problem), "visitors read it"
    return str(problem)


def test_deleted_database_is_told_and_written_to_no_more(database: RunDatabase, tmp_path: Path) -> None:
    folder = tmp_path / "data"
    (folder / "runs").mkdir()
    database.append("run", {"kind": "start"})
    database.flush()
    (folder / "runs.sqlite").unlink()
    assert said(database, folder) == (
        "The file runs.sqlite in the data folder was deleted, moved or replaced while the dashboard was on. "
        "Expected it to stay. With it, the list of runs, their curves and everybody's drafts are gone. "
        "End the dashboard, put the file back from a copy if there is one, and start it again; else the list is empty."
    )
    database.append("run", {"kind": "batch"})
    wait_for(lambda: "not the file any more" in database.problem, PATIENCE, "the writer to see it")
    database.close()
    assert not (folder / "runs.sqlite").exists()


def test_replaced_database_is_told(database: RunDatabase, tmp_path: Path) -> None:
    folder = tmp_path / "data"
    (folder / "runs.sqlite").rename(folder / "aside")
    shutil.copy(folder / "aside", folder / "runs.sqlite")
    assert "deleted, moved or replaced" in said(database, folder)
    database.close()


def test_deleted_folder_says_that_the_trained_networks_are_gone_too(database: RunDatabase, tmp_path: Path) -> None:
    shutil.rmtree(tmp_path / "data")
    words = said(database, tmp_path / "data")
    assert "the list of runs, their curves and everybody's drafts, and the files of trained networks are gone." in words
    database.close()


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


def test_file_that_another_program_locks_is_told(tmp_path: Path) -> None:
    path = tmp_path / "runs.sqlite"
    other, mine = sqlite3.connect(path, isolation_level=None), sqlite3.connect(path, timeout=0.0)
    other.execute("CREATE TABLE a (b)")
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(sqlite3.OperationalError) as caught:
        mine.execute("INSERT INTO a VALUES (1)")
    problem = storage_problem(sql.exc.OperationalError("INSERT", {}, caught.value), tmp_path)
    assert problem is not None and problem.code == "database-busy"
    assert problem.happened.startswith("Another program keeps runs.sqlite in the data folder locked.")
    assert "such as a backup or a viewer" in problem.fix
    assert str(tmp_path) not in str(problem)


def test_file_that_is_damaged_while_it_is_on_is_told(tmp_path: Path) -> None:
    path = tmp_path / "runs.sqlite"
    connection = sqlite3.connect(path)
    connection.executescript("CREATE TABLE a (b); INSERT INTO a VALUES ('x');")
    connection.close()
    path.write_bytes(path.read_bytes()[:100] + b"noise" * 1_000)
    with pytest.raises(sqlite3.DatabaseError) as caught:
        sqlite3.connect(path).execute("SELECT * FROM a").fetchall()
    problem = storage_problem(sql.exc.DatabaseError("SELECT", {}, caught.value), tmp_path)
    assert problem is not None and problem.code == "database-damaged"
    assert problem.fix.endswith("start it again: it takes over what can be read, and keeps the damaged file.")
