"""The runs that the history finds without reading any other run: a visitor may have hundreds."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import Mock

import pytest

from core.runs import history
from core.runs.run_database import RunDatabase
from tests.core.sample_experiments import LECTURE

MANY = 60  # runs; more than a page of the history


@pytest.fixture
def database(tmp_path: Path) -> Iterator[RunDatabase]:
    database = RunDatabase(tmp_path / "runs.sqlite")
    yield database
    database.close()


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> Mock:
    """Reads each row; counts them."""
    read = Mock(side_effect=history._run)
    monkeypatch.setattr(history, "_run", read)
    return read


def add_runs(database: RunDatabase, states: list[str], visitor: str = "ada") -> list[str]:
    """Add a run for each state, and return their ids."""
    ids = [database.add_run(LECTURE, visitor).id for _ in states]
    for run, state in zip(ids, states, strict=True):
        if state == "training":
            database.change_state(run, "starting")
        if state != "queued":
            database.change_state(run, state)
    return ids


def test_unfinished_run_is_found_behind_many_newer_ones(database: RunDatabase, read: Mock) -> None:
    oldest = add_runs(database, ["training", *["failed"] * MANY])[0]
    read.reset_mock()
    assert database.active_run("ada").id == oldest
    assert read.call_count == 1


def test_run_that_trains_comes_before_one_that_waits(database: RunDatabase) -> None:
    waiting, training, _ = add_runs(database, ["queued", "training", "queued"])
    assert database.active_run("ada").id == training
    database.change_state(training, "failed")
    assert database.active_run("ada").id == waiting
    assert database.active_run("bob") is None


def test_previous_run_is_found_behind_many_cancelled_ones_and_nothing_else_is_read(
    database: RunDatabase, read: Mock
) -> None:
    ids = add_runs(database, ["failed", "failed", *["cancelled"] * MANY, "failed"])
    add_runs(database, ["failed"], "bob")
    newest = database.run(ids[-1])
    read.reset_mock()
    assert database.previous(newest).id == ids[1]
    assert read.call_count == 1
    assert database.previous(database.run(ids[0])) is None


def test_previous_run_that_cannot_be_read_is_passed_over(database: RunDatabase, tmp_path: Path) -> None:
    first, damaged, newest = add_runs(database, ["failed"] * 3)
    with sqlite3.connect(tmp_path / "runs.sqlite") as connection:
        connection.execute("UPDATE runs SET experiment = '{' WHERE id = ?", (damaged,))
    assert database.previous(database.run(newest)).id == first


def test_deleted_run_is_no_previous_one(database: RunDatabase) -> None:
    first, deleted, newest = add_runs(database, ["failed"] * 3)
    database.delete_run(deleted)
    assert database.previous(database.run(newest)).id == first
