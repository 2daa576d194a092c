"""The database file: older, newer and damaged files, and files that were changed by hand."""

import json
import logging
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from core.experiment.serialization import dumps
from core.problems import Problem, ProblemError
from core.runs.run_database import RunDatabase
from core.runs.schema import SCHEMA
from tests.core.sample_experiments import LECTURE, template, with_fit
from tests.deep_cases import deep_except

# The tables of version 1.
VERSION_1 = """
CREATE TABLE runs (
    position INTEGER NOT NULL, id VARCHAR NOT NULL, visitor VARCHAR NOT NULL, number INTEGER NOT NULL,
    experiment TEXT NOT NULL, state VARCHAR NOT NULL, created FLOAT NOT NULL, ended FLOAT, problem TEXT, result TEXT,
    test_openings INTEGER NOT NULL, PRIMARY KEY (position), UNIQUE (id));
CREATE INDEX ix_runs_visitor ON runs (visitor);
CREATE INDEX ix_runs_state ON runs (state);
CREATE TABLE events (run VARCHAR NOT NULL, position INTEGER NOT NULL, content TEXT NOT NULL, PRIMARY KEY (run, position));
CREATE TABLE drafts (
    visitor VARCHAR NOT NULL, experiment TEXT NOT NULL, undo TEXT NOT NULL, redo TEXT NOT NULL, code_open BOOLEAN NOT NULL,
    PRIMARY KEY (visitor));
PRAGMA user_version = 1;
"""
BATCHES, EPOCHS = 400, 4  # of a run in the old file
RUNS, EVENTS_EACH = 200, 20  # in the file that is damaged


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "runs.sqlite"


def event(position: int) -> dict:
    kind = "epoch" if position % (BATCHES // EPOCHS + 1) == BATCHES // EPOCHS else "batch"
    return {"kind": kind, "step": position, "epoch": position / 100, "loss": 0.5}


def write_version_1(path: Path) -> None:
    """A file of version 1 of the dashboard: two runs, a draft with its history."""
    problem = {"code": "killed", "where": ["fit"], "happened": "It died.", "expected": "Not.", "fix": "Again."}
    problem |= {"severity": "error", "why": "", "repairs": []}
    experiments = [dumps(with_fit(LECTURE, epochs=epochs)) for epochs in (1, 2, 3)]
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.executescript(VERSION_1)
        insert = "INSERT INTO runs VALUES (?, ?, 'ada', ?, ?, ?, 100.0, 200.0, ?, ?, 2)"
        result = json.dumps({"seconds": 3.5})
        connection.execute(insert, (1, "first", 1, dumps(LECTURE), "finished", None, result))
        connection.execute(insert, (2, "second", 2, dumps(template("convnet")), "failed", json.dumps(problem), None))
        rows = [("first", position, json.dumps(event(position))) for position in range(BATCHES + EPOCHS)]
        connection.executemany("INSERT INTO events VALUES (?, ?, ?)", rows)
        draft = ("ada", experiments[2], json.dumps(experiments[:1]), json.dumps(experiments[1:2]), False)
        connection.execute("INSERT INTO drafts VALUES (?, ?, ?, ?, ?)", draft)


def version(path: Path) -> int:
    with closing(sqlite3.connect(path)) as connection:
        return int(connection.execute("PRAGMA user_version").fetchone()[0])


def refused(path: Path) -> Problem:
    with pytest.raises(ProblemError) as caught:
        RunDatabase(path)
    return caught.value.problem


# Older and newer versions


def test_file_of_version_1_keeps_all_and_gets_the_new_columns(path: Path) -> None:
    write_version_1(path)
    database = RunDatabase(path)
    second, first = database.runs_of("ada")
    assert (first.id, first.experiment, first.state, first.result) == ("first", LECTURE, "finished", {"seconds": 3.5})
    assert (first.created, first.ended, first.test_openings) == (100.0, 200.0, 2)
    assert second.problem == Problem("killed", ("fit",), "It died.", "Not.", "Again.")
    for run in (first, second):
        assert (run.name, run.note, run.series, run.parts, run.deleted) == ("", "", "", 1, None)
    assert database.events("first") == [event(position) for position in range(BATCHES + EPOCHS)]
    draft = database.draft("ada")
    assert draft is not None and (draft.experiment.fit.epochs, draft.code_open) == (3, False)
    assert database.undo("ada").experiment.fit.epochs == 1
    assert database.redo("ada").experiment.fit.epochs == 3
    assert database.redo("ada").experiment.fit.epochs == 2
    assert (first.test_is_open, database.openings("ada", "digits")) == (True, (4, 2))
    assert database.add_run(LECTURE, "ada", "series").number == 3
    database.close()
    assert version(path) == SCHEMA == 3


def test_events_of_version_1_are_thinned(path: Path) -> None:
    write_version_1(path)
    database = RunDatabase(path)
    kinds = [one["kind"] for one in database.events("first", most=40)]
    assert kinds.count("epoch") == EPOCHS
    assert 30 <= kinds.count("batch") <= 41
    database.close()


def test_migration_that_breaks_off_leaves_the_old_file_and_is_made_up_for(path: Path) -> None:
    write_version_1(path)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("ALTER TABLE events ADD COLUMN kind TEXT")  # its last columns cannot be added
    assert refused(path).happened.endswith("duplicate column name: kind.")
    with closing(sqlite3.connect(path)) as connection, connection:
        assert "name" not in [column[1] for column in connection.execute("PRAGMA table_info(runs)")]
        connection.execute("ALTER TABLE events DROP COLUMN kind")
    database = RunDatabase(path)
    assert len(database.runs_of("ada")) == 2
    database.close()


@pytest.mark.parametrize("mode", ["DELETE", "WAL"])
def test_newer_version_is_refused_by_name_and_left_as_it_is(path: Path, mode: str) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(f"PRAGMA journal_mode={mode}")
        connection.execute("CREATE TABLE runs (of TEXT, tomorrow TEXT)")
        connection.execute("PRAGMA user_version = 7")
    before = path.read_bytes()
    problem = refused(path)
    assert problem.code == "database-newer"
    assert problem.happened == "runs.sqlite was written by a newer dashboard: version 7 of its tables."
    assert problem.expected == "Expected version 3 or an earlier one. The file was left as it is."
    assert problem.fix == "Start the newer dashboard, or set the variable DASHBOARD_HOME to another folder."
    assert path.read_bytes() == before
    assert [one.name for one in path.parent.glob("runs*")] == ["runs.sqlite"]


# Damaged files


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A database of 200 runs with 4,000 events and a draft, on disk after a clean end."""
    path = tmp_path_factory.mktemp("whole") / "runs.sqlite"
    database = RunDatabase(path)
    for _ in range(RUNS):
        run = database.add_run(LECTURE, "ada")
        for position in range(EVENTS_EACH):
            database.append(run.id, event(position))
    database.edit_draft("ada", LECTURE)
    database.close()
    return path.read_bytes()


def cut(share: float) -> Callable[[bytes], bytes]:
    return lambda content: content[: int(len(content) * share)]


def overwritten(share: float, size: int) -> Callable[[bytes], bytes]:
    def damage(content: bytes) -> bytes:
        at = int(len(content) * share)
        return content[:at] + b"\xa5" * size + content[at + size :]

    return damage


DAMAGES = {
    "cut in the middle": cut(0.5),
    "cut within a page": cut(0.51234),
    "cut near its end": cut(0.95),
    "cut after a few pages": cut(0.02),
    "a page and more overwritten": overwritten(0.5, 6_000),
    "a quarter overwritten": overwritten(0.3, 300_000),
    "its first page overwritten": lambda content: content[:100] + b"\xa5" * 3_996 + content[4_096:],
    "its very beginning overwritten": lambda content: b"\xa5" * 50 + content[50:],
    "garbage": lambda content: b"\xa5garbage" * 5_000,
    "text": lambda content: b"no database",
}


@pytest.mark.parametrize("damage", deep_except(["cut in the middle", "cut after a few pages", "text"], DAMAGES))
def test_damaged_file_is_kept_aside_and_the_list_still_opens(path: Path, whole: bytes, damage: str) -> None:
    damaged = DAMAGES[damage](whole)
    path.write_bytes(damaged)
    database = RunDatabase(path)
    (aside,) = path.parent.glob("runs-damaged-*.sqlite")
    assert aside.read_bytes() == damaged
    found = database.runs_of("ada", most=None)
    assert [run.number for run in found] == sorted((run.number for run in found), reverse=True)
    assert all(run.experiment == LECTURE for run in found)
    for run in found[:5]:
        steps = [one["step"] for one in database.events(run.id)]
        assert steps == sorted(set(steps)), "of a page that is cut within, its first rows may be lost"
        assert database.events(run.id) == [event(step) for step in steps]
    new = database.add_run(LECTURE, "ada")
    database.append(new.id, event(0))
    assert database.events(new.id) == [event(0)]
    database.close()
    again = RunDatabase(path)  # the file is whole now
    assert again.runs_of("ada")[0].id == new.id
    again.close()
    assert len(list(path.parent.glob("runs-damaged-*.sqlite"))) == 1


@pytest.mark.parametrize("damage", ["cut in the middle", "cut near its end", "a page and more overwritten"])
def test_rows_up_to_the_tear_are_readable(path: Path, whole: bytes, damage: str, caplog: pytest.LogCaptureFixture) -> None:
    path.write_bytes(DAMAGES[damage](whole))
    database = RunDatabase(path)
    runs = database.runs_of("ada", most=None)
    events = [one for run in runs for one in database.events(run.id)]
    assert RUNS * 0.3 < len(runs) <= RUNS
    assert RUNS * EVENTS_EACH * 0.3 < len(events) <= RUNS * EVENTS_EACH
    said = [record.getMessage() for record in caplog.records if record.name == "dashboard"]  # damaged rows are logged too
    assert said[0].startswith(f"{path} was damaged: ") and "rows were taken over; the damaged file is kept as" in said[0]
    database.close()


def test_events_rescued_from_version_1_are_thinned(path: Path) -> None:
    write_version_1(path)
    content = path.read_bytes()
    path.write_bytes(content[:-4_096])
    database = RunDatabase(path)
    assert list(path.parent.glob("runs-damaged-*.sqlite"))
    assert database.run("first") is not None
    assert database.openings("ada", "digits") == (4, 2)
    rescued = database.events("first")
    assert rescued
    assert len(database.events("first", most=40)) < min(60, len(rescued))
    database.close()


def test_file_damaged_twice_within_a_second_keeps_both_aside(path: Path) -> None:
    for content in (b"first garbage", b"second garbage"):
        path.write_bytes(content)
        RunDatabase(path).close()
    kept = [one.read_bytes() for one in path.parent.glob("runs-damaged-*.sqlite")]
    assert sorted(kept) == [b"first garbage", b"second garbage"]


def test_empty_file_becomes_an_empty_database(path: Path) -> None:
    path.touch()
    database = RunDatabase(path)
    assert database.runs_of("ada") == []
    assert database.add_run(LECTURE, "ada").number == 1
    database.close()
    assert not list(path.parent.glob("runs-damaged-*"))


# Folders that cannot be used


@pytest.mark.parametrize("folders", ["taken", "taken/below", "taken/far/below"])
def test_data_folder_that_is_a_file_is_refused(tmp_path: Path, folders: str) -> None:
    (tmp_path / "taken").write_text("no folder")
    folder = tmp_path / folders
    problem = refused(folder / "runs.sqlite")
    assert problem.code == "data-folder-unusable"
    assert problem.happened.startswith("The data folder cannot be used: ")
    assert str(tmp_path) not in str(problem), "visitors read it"
    assert problem.expected == "Expected a folder that can be read and written, with room on its disk."
    assert problem.fix == "Make it writable, free some space, or set the variable DASHBOARD_HOME to another folder."
    assert (tmp_path / "taken").read_text() == "no folder"


def test_folder_in_the_place_of_the_file_is_refused(path: Path) -> None:
    path.mkdir()
    problem = refused(path)
    assert problem.code == "data-folder-unusable"
    assert problem.happened == "The data folder cannot be used: unable to open database file."


# Files that were changed by hand


@pytest.fixture
def three(path: Path) -> Iterator[Path]:
    """The file of three runs, the second of which somebody will edit."""
    database = RunDatabase(path)
    for number in range(3):
        database.add_run(with_fit(LECTURE, epochs=number + 1), "ada")
    database.close()
    return path


def change(path: Path, statement: str, *values: object) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(statement, values)


EDITS = {
    "broken experiment": ("experiment", '{"version": 1, '),
    "another experiment": ("experiment", "[]"),
    "unknown layer": ("experiment", dumps(LECTURE).replace('"Flatten"', '"Flatly"')),
    "newer experiment": ("experiment", '{"version": 99}'),
    "broken result": ("result", "{"),
    "broken problem": ("problem", "{"),
    "problem without its parts": ("problem", "{}"),
    "problem that is a list": ("problem", "[1]"),
    "problem with empty parts": (
        "problem",
        '{"code": "a", "where": [], "happened": "", "expected": "", "fix": "", "repairs": []}',
    ),
    "unknown state": ("state", "thinking"),
    "result that is a number": ("result", "5"),
    "result that is a list": ("result", "[1]"),
    "time that is a word": ("created", "yesterday"),
    "number that is a word": ("number", "two"),
}


@pytest.mark.parametrize("edit", EDITS)
def test_row_that_cannot_be_read_is_left_out_and_the_others_are_shown(
    three: Path, edit: str, caplog: pytest.LogCaptureFixture
) -> None:
    column, value = EDITS[edit]
    change(three, f"UPDATE runs SET {column} = ? WHERE position = 2", value)
    database = RunDatabase(three)
    assert [run.experiment.fit.epochs for run in database.runs_of("ada")] == [3, 1]
    assert "cannot be read" in caplog.text
    database.close()


def test_event_that_cannot_be_read_is_left_out(three: Path) -> None:
    database = RunDatabase(three)
    run = database.runs_of("ada")[0]
    for position in range(5):
        database.append(run.id, event(position))
    database.flush()
    change(three, "UPDATE events SET content = '{\"kind\":' WHERE position = 1")
    change(three, "UPDATE events SET content = '[]' WHERE position = 3")
    assert [one["step"] for one in database.events(run.id)] == [0, 2, 4]
    database.close()


@pytest.mark.parametrize("text", ["{", "[]", '{"version": 99}', "5", '"' * 5])
def test_draft_that_cannot_be_read_is_none_is_told_and_starts_anew(
    path: Path, text: str, caplog: pytest.LogCaptureFixture
) -> None:
    database = RunDatabase(path)
    database.edit_draft("ada", LECTURE)
    database.edit_draft("grace", LECTURE)
    change(path, "UPDATE drafts SET experiment = ? WHERE visitor = 'ada'", text)
    with caplog.at_level(logging.WARNING, "dashboard"):
        assert database.draft("ada") is None
    assert "a draft cannot be read" in caplog.text and f"The text was: {text}" in caplog.text
    assert database.draft("grace") is not None
    assert database.undo("ada") is None and database.redo("ada") is None
    assert database.edit_draft("ada", LECTURE).undo == ()
    assert database.draft("ada").experiment == LECTURE
    database.close()


@pytest.mark.parametrize("column", ["undo", "redo"])
@pytest.mark.parametrize("text", ["{", "5", "[5]", '["{"]', "[]", '{"a": 1}'])
def test_steps_that_cannot_be_read_leave_the_draft(path: Path, column: str, text: str) -> None:
    database = RunDatabase(path)
    database.edit_draft("ada", LECTURE)
    change(path, f"UPDATE drafts SET {column} = ? WHERE visitor = 'ada'", text)
    assert database.draft("ada").experiment == LECTURE
    assert database.undo("ada").experiment == LECTURE
    assert database.redo("ada").experiment == LECTURE
    database.close()
