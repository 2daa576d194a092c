"""The database: runs with their states, and events on disk; always through a real file."""

import json
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sql

from core.problems import Problem
from core.runs.history import LONGEST_NAME, LONGEST_NOTE
from core.runs.run_database import RunDatabase
from core.runs.states import FINAL, STATES
from tests.core.runs.cpu_time import fastest
from tests.core.sample_experiments import LECTURE, template, with_fit
from tests.server import PATIENCE, wait_for

SHORT = 30.0  # seconds, much less than PATIENCE
PROBLEM = Problem("killed", ("fit",), "The process died.", "Expected it to go on.", "Train again.")
# How a run comes to each state.
WAYS: dict[str, tuple[str, ...]] = {
    "queued": (),
    "starting": ("starting",),
    "training": ("starting", "training"),
    "paused": ("starting", "training", "paused"),
    "stopping": ("starting", "training", "stopping"),
    "finished": ("starting", "training", "finished"),
    "stopped": ("starting", "training", "stopped"),
    "failed": ("failed",),
    "interrupted": ("interrupted",),
    "cancelled": ("cancelled",),
}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "runs" / "runs.sqlite"


@pytest.fixture
def database(path: Path) -> Iterator[RunDatabase]:
    database = RunDatabase(path)
    yield database
    database.close()


def on_disk(path: Path, run: str) -> list[dict]:
    """The events of a run as another process would read them."""
    with sqlite3.connect(path) as connection:
        rows = connection.execute("SELECT content FROM events WHERE run = ? ORDER BY position", (run,)).fetchall()
    return [json.loads(content) for (content,) in rows]


def test_new_run_is_queued_and_comes_back_as_it_was(path: Path) -> None:
    database = RunDatabase(path, now=lambda: 1_700_000_000.0)
    run = database.add_run(template("convnet"), "visitor")
    assert (run.state, run.number, run.visitor, run.created, run.ended) == ("queued", 1, "visitor", 1_700_000_000.0, None)
    assert run.experiment == template("convnet")
    assert not run.is_over
    assert database.run(run.id) == run
    assert database.run("other") is None
    database.close()


def test_ids_are_long_and_random_and_numbers_count_a_visitors_runs(database: RunDatabase) -> None:
    runs = [database.add_run(LECTURE, visitor) for visitor in ("a", "b", "a", "a")]
    assert len({run.id for run in runs}) == 4
    assert all(len(run.id) >= 20 for run in runs)
    assert [run.number for run in runs] == [1, 1, 2, 3]
    assert [run.number for run in database.runs_of("a")] == [3, 2, 1]
    assert [run.number for run in database.runs_of("a", most=2)] == [3, 2]
    assert database.runs_of("c") == []


@pytest.mark.parametrize("before", STATES)
def test_state_changes_as_the_table_allows_and_no_other_way(database: RunDatabase, before: str) -> None:
    for after in STATES:
        run = database.add_run(LECTURE, "visitor")
        assert all(database.change_state(run.id, state) for state in WAYS[before])
        allowed = after in STATES[before].following
        assert database.change_state(run.id, after) == allowed, after
        found = database.run(run.id)
        assert found is not None
        assert found.state == (after if allowed else before), after
        assert found.is_over == (found.state in FINAL) == (found.ended is not None)


def test_the_first_end_counts(database: RunDatabase) -> None:
    run = database.add_run(LECTURE, "visitor")
    database.change_state(run.id, "starting")
    assert database.change_state(run.id, "finished", result={"test": {"loss": 0.5}})
    assert not database.change_state(run.id, "failed", problem=PROBLEM)
    found = database.run(run.id)
    assert found is not None and (found.result, found.problem) == ({"test": {"loss": 0.5}}, None)


def test_unknown_run_changes_nothing(database: RunDatabase) -> None:
    assert not database.change_state("nobody", "starting")


def test_problem_of_a_failed_run_is_kept(database: RunDatabase) -> None:
    run = database.add_run(LECTURE, "visitor")
    database.change_state(run.id, "failed", problem=PROBLEM)
    assert database.run(run.id).problem == PROBLEM


def test_unfinished_runs_are_those_that_are_not_over(database: RunDatabase) -> None:
    runs = {}
    for state, way in WAYS.items():
        runs[state] = database.add_run(LECTURE, "visitor").id
        assert all(database.change_state(runs[state], one) for one in way)
    assert {run.id for run in database.unfinished()} == {runs[state] for state in STATES if state not in FINAL}


def test_result_can_follow_the_end_and_openings_are_counted(database: RunDatabase) -> None:
    run = database.add_run(LECTURE, "visitor")
    assert all(database.change_state(run.id, state) for state in WAYS["stopped"])
    database.set_result(run.id, {"stopped": True})
    database.open_test_set(run.id)
    database.open_test_set(run.id)  # the same click, delivered twice
    database.seal_test_set(run.id)
    database.open_test_set(run.id)
    found = database.run(run.id)
    assert found is not None and (found.result, found.test_openings) == ({"stopped": True}, 2)


@pytest.mark.deep
def test_events_are_on_disk_within_half_a_second(database: RunDatabase, path: Path) -> None:
    event = {"kind": "batch", "step": 1, "loss": None}
    database.append("run", event)
    wait_for(lambda: on_disk(path, "run") == [event], 0.5, "the event on disk")


def test_events_keep_their_order_and_their_run(database: RunDatabase, path: Path) -> None:
    for step in range(500):
        database.append("even" if step % 2 == 0 else "odd", {"kind": "batch", "step": step})
    assert [event["step"] for event in database.events("odd")] == list(range(1, 500, 2))
    assert on_disk(path, "even") == database.events("even") == [{"kind": "batch", "step": step} for step in range(0, 500, 2)]
    assert database.events("other") == []


def test_events_of_several_threads_are_all_kept_in_each_ones_order(database: RunDatabase) -> None:
    def append(thread: int) -> None:
        for step in range(300):
            database.append("run", {"kind": "batch", "thread": thread, "step": step})

    threads = [threading.Thread(target=append, args=(number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    events = database.events("run")
    for number in range(2):
        assert [event["step"] for event in events if event["thread"] == number] == list(range(300))


def test_new_event_does_not_wait_for_the_events_that_are_written(database: RunDatabase, path: Path) -> None:
    begun, released = threading.Event(), threading.Event()

    @sql.event.listens_for(database.engine, "before_cursor_execute")
    def hold(_connection: object, _cursor: object, statement: str, *_others: object) -> None:
        if statement.startswith("INSERT INTO events"):
            begun.set()
            released.wait(2 * SHORT)

    first, second = (database.add_run(LECTURE, "visitor").id for _ in range(2))
    database.append(first, {"kind": "tick", "number": 0})
    assert begun.wait(PATIENCE)
    newcomer = threading.Thread(target=database.append, args=(second, {"kind": "tick", "number": 1}))
    newcomer.start()
    newcomer.join(SHORT)
    assert not newcomer.is_alive()
    released.set()
    wait_for(lambda: on_disk(path, second) == [{"kind": "tick", "number": 1}], PATIENCE, "both events on disk")
    assert on_disk(path, first) == [{"kind": "tick", "number": 0}]


def test_events_that_cannot_be_written_now_are_written_later(database: RunDatabase, path: Path) -> None:
    database.append("run", {"kind": "batch", "step": 1})
    database.flush()
    with sqlite3.connect(path) as connection:
        connection.execute("ALTER TABLE events RENAME TO hidden")  # every write fails now, as on a full disk
    database.append("run", {"kind": "batch", "step": 2})
    database.flush()
    assert "no such table" in database.problem
    database.append("run", {"kind": "batch", "step": 3})
    with sqlite3.connect(path) as connection:
        connection.execute("ALTER TABLE hidden RENAME TO events")
    wait_for(lambda: len(on_disk(path, "run")) == 3, PATIENCE, "all events on disk")
    assert [event["step"] for event in on_disk(path, "run")] == [1, 2, 3]
    assert database.problem == ""


def test_database_opened_again_goes_on_where_it_was(path: Path) -> None:
    first = RunDatabase(path)
    run = first.add_run(LECTURE, "visitor")
    first.append(run.id, {"kind": "batch", "step": 1})
    first.edit_draft("visitor", LECTURE)
    first.close()
    second = RunDatabase(path)
    second.append(run.id, {"kind": "batch", "step": 2})
    assert second.events(run.id) == [{"kind": "batch", "step": 1}, {"kind": "batch", "step": 2}]
    assert second.run(run.id) == run
    assert second.draft("visitor").experiment == LECTURE
    assert second.add_run(LECTURE, "visitor").number == 2
    second.close()


def test_close_writes_what_waits(path: Path) -> None:
    database = RunDatabase(path)
    database.append("run", {"kind": "batch", "step": 1})
    database.close()
    assert on_disk(path, "run") == [{"kind": "batch", "step": 1}]


def test_other_readers_never_wait_for_the_writer(database: RunDatabase, path: Path) -> None:
    run = database.add_run(LECTURE, "visitor")
    writer = sqlite3.connect(path, isolation_level=None)
    writer.execute("BEGIN IMMEDIATE")
    assert database.run(run.id) == run
    writer.execute("ROLLBACK")
    writer.close()


def test_last_deleted_run_is_the_visitors_own_until_it_is_restored(path: Path) -> None:
    clock = iter(range(1_000))
    database = RunDatabase(path, now=lambda: float(next(clock)))
    runs = [database.add_run(LECTURE, visitor) for visitor in ("a", "a", "b")]
    for run in (runs[1], runs[0], runs[2]):
        database.change_state(run.id, "cancelled")
        database.delete_run(run.id)
    last = database.last_deleted("a")
    assert last is not None and last.id == runs[0].id  # the older run, which was deleted later
    database.restore_run(last.id)
    assert database.last_deleted("a").id == runs[1].id
    assert database.last_deleted("c") is None
    database.close()


# Names, notes and deletions


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("with dropout", "with dropout"),
        ("  two\nlines\tand   more ", "two lines and more"),
        ("a\0b", "ab"),
        ("<b>bold</b> =cmd()", "<b>bold</b> =cmd()"),
        ("x" * 10_000, "x" * LONGEST_NAME),
        (" \n\0", ""),
    ],
)
def test_name_is_one_line_of_plain_text(database: RunDatabase, given: str, kept: str) -> None:
    run = database.add_run(LECTURE, "visitor")
    database.describe(run.id, name=given)
    found = database.run(run.id)
    assert found is not None and (found.name, found.note) == (kept, "")
    assert found.title == (f"Run 1: {kept}" if kept else "Run 1")


def test_note_keeps_its_lines_and_name_and_note_change_apart(database: RunDatabase) -> None:
    run, other = (database.add_run(LECTURE, "visitor") for _ in range(2))
    database.describe(run.id, note=" first\nsecond\0 <i>" + "x" * 10_000)
    database.describe(run.id, name="named")
    database.describe(run.id)
    found = database.run(run.id)
    assert found is not None and found.name == "named"
    assert found.note.startswith("first\nsecond <i>xx") and len(found.note) == LONGEST_NOTE
    assert database.run(other.id) == other


def test_deleted_run_is_gone_until_it_is_restored(database: RunDatabase) -> None:
    run, kept = (database.add_run(LECTURE, "visitor", "series") for _ in range(2))
    assert not database.delete_run(run.id), "it is still on"
    database.change_state(run.id, "cancelled")
    assert database.delete_run(run.id)
    assert database.run(run.id) is None
    assert database.runs_of("visitor") == database.series("series") == [kept]
    assert database.count_runs("visitor") == 1
    assert database.add_run(LECTURE, "visitor").number == 3, "numbers are not given twice"
    database.restore_run(run.id)
    assert database.run(run.id).deleted is None
    assert database.count_runs("visitor") == 3


def test_purge_forgets_what_was_deleted_long_ago_and_its_events(path: Path) -> None:
    clock = [0.0]
    database = RunDatabase(path, now=lambda: clock[0])
    early, late, kept = (database.add_run(LECTURE, "visitor") for _ in range(3))
    for run in (early, late, kept):
        database.append(run.id, {"kind": "batch", "step": 1})
        database.change_state(run.id, "cancelled")
    database.flush()
    for clock[0], run in ((100.0, early), (200.0, late)):
        database.delete_run(run.id)
    clock[0] = 250.0
    assert database.purge(100.0) == [early.id]
    assert [len(on_disk(path, run.id)) for run in (early, late, kept)] == [0, 1, 1]
    database.restore_run(early.id)
    assert database.run(early.id) is None
    database.restore_run(late.id)
    assert [run.id for run in database.runs_of("visitor")] == [kept.id, late.id]
    assert database.purge(0.0) == []
    database.close()


# Many runs, many events


def test_runs_are_counted_and_given_page_by_page(database: RunDatabase) -> None:
    for number in range(7):
        database.add_run(LECTURE, "visitor", f"series {number % 2}")
    database.add_run(LECTURE, "other", "")
    pages = [[run.number for run in database.runs_of("visitor", 3, skip)] for skip in (0, 3, 6, 9)]
    assert pages == [[7, 6, 5], [4, 3, 2], [1], []]
    assert [database.count_runs(visitor) for visitor in ("visitor", "other", "nobody")] == [7, 1, 0]
    assert [run.number for run in database.series("series 1")] == [6, 4, 2]
    assert database.series("no such series") == []


@pytest.mark.deep
def test_two_hundred_runs_are_listed_at_once(database: RunDatabase) -> None:
    for _ in range(200):
        database.add_run(LECTURE, "visitor")
    assert len(database.runs_of("visitor", most=200)) == 200
    assert fastest(lambda: database.runs_of("visitor", most=200)) < 0.3


# Going on


@pytest.mark.parametrize("state", STATES)
def test_run_that_is_over_can_go_on_but_a_cancelled_one(database: RunDatabase, state: str) -> None:
    run = database.add_run(LECTURE, "visitor")
    for one in WAYS[state]:
        database.change_state(run.id, one, problem=PROBLEM, result={"seconds": 1.0})
    before = database.run(run.id)
    more = with_fit(LECTURE, epochs=9)
    can = state in ("finished", "stopped", "failed", "interrupted")
    assert database.resume(run.id, more) == can
    after = database.run(run.id)
    if not can:
        assert after == before
        return
    assert after is not None and (after.state, after.parts, after.experiment) == ("queued", 2, more)
    assert (after.ended, after.problem, after.result) == (None, None, None)
    assert not database.resume(run.id, more), "it waits already"


def test_nothing_goes_on_that_is_unknown(database: RunDatabase) -> None:
    assert not database.resume("nobody", LECTURE)
    assert not database.delete_run("nobody")
    database.restore_run("nobody")
    database.describe("nobody", name="name")
    assert database.series("nobody") == []


def test_writer_outlives_whatever_the_file_answers(database: RunDatabase, path: Path) -> None:
    database.append("run", {"kind": "batch", "step": 1})
    database.flush()
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TRIGGER torn BEFORE INSERT ON events BEGIN SELECT RAISE(ABORT, 'the file is torn'); END")
    database.append("run", {"kind": "batch", "step": 2})
    wait_for(lambda: database.problem == "the file is torn", PATIENCE, "the tear to be told")
    with sqlite3.connect(path) as connection:
        connection.execute("DROP TRIGGER torn")
    wait_for(lambda: len(on_disk(path, "run")) == 2, PATIENCE, "both events on disk")
    wait_for(lambda: database.problem == "", PATIENCE, "the database to be well again")


def test_clock_that_jumps_back_changes_no_order(path: Path) -> None:
    clock = iter([1_700_000_000.0, 1_600_000_000.0, 1_500_000_000.0])
    database = RunDatabase(path, now=lambda: next(clock, 1_400_000_000.0))
    made = [database.add_run(LECTURE, "ada") for _ in range(3)]
    assert [run.number for run in made] == [1, 2, 3]
    assert [run.id for run in database.runs_of("ada")] == [run.id for run in made[::-1]], "newest first"
    database.close()
