"""The ledger: runs with their states, and events on disk; always through a real file."""

import json
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.problems import Problem
from core.runs.history import LONGEST_NAME, LONGEST_NOTE
from core.runs.states import FINAL, STATES
from core.runs.store import Ledger
from tests.core.runs.cpu_time import fastest
from tests.core.sample_experiments import LECTURE, template, with_fit
from tests.server import PATIENCE, wait_for

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
def ledger(path: Path) -> Iterator[Ledger]:
    ledger = Ledger(path)
    yield ledger
    ledger.close()


def on_disk(path: Path, run: str) -> list[dict]:
    """The events of a run as another process would read them."""
    with sqlite3.connect(path) as connection:
        rows = connection.execute("SELECT content FROM events WHERE run = ? ORDER BY position", (run,)).fetchall()
    return [json.loads(content) for (content,) in rows]


def test_new_run_is_queued_and_comes_back_as_it_was(path: Path) -> None:
    ledger = Ledger(path, now=lambda: 1_700_000_000.0)
    run = ledger.add_run(template("convnet"), "visitor")
    assert (run.state, run.number, run.visitor, run.created, run.ended) == ("queued", 1, "visitor", 1_700_000_000.0, None)
    assert run.experiment == template("convnet")
    assert not run.is_over
    assert ledger.run(run.id) == run
    assert ledger.run("other") is None
    ledger.close()


def test_ids_are_long_and_random_and_numbers_count_a_visitors_runs(ledger: Ledger) -> None:
    runs = [ledger.add_run(LECTURE, visitor) for visitor in ("a", "b", "a", "a")]
    assert len({run.id for run in runs}) == 4
    assert all(len(run.id) >= 20 for run in runs)
    assert [run.number for run in runs] == [1, 1, 2, 3]
    assert [run.number for run in ledger.runs_of("a")] == [3, 2, 1]
    assert [run.number for run in ledger.runs_of("a", most=2)] == [3, 2]
    assert ledger.runs_of("c") == []


@pytest.mark.parametrize("before", STATES)
def test_state_changes_as_the_table_allows_and_no_other_way(ledger: Ledger, before: str) -> None:
    for after in STATES:
        run = ledger.add_run(LECTURE, "visitor")
        assert all(ledger.change_state(run.id, state) for state in WAYS[before])
        allowed = after in STATES[before].following
        assert ledger.change_state(run.id, after) == allowed, after
        found = ledger.run(run.id)
        assert found is not None
        assert found.state == (after if allowed else before), after
        assert found.is_over == (found.state in FINAL) == (found.ended is not None)


def test_the_first_end_counts(ledger: Ledger) -> None:
    run = ledger.add_run(LECTURE, "visitor")
    ledger.change_state(run.id, "starting")
    assert ledger.change_state(run.id, "finished", result={"test": {"loss": 0.5}})
    assert not ledger.change_state(run.id, "failed", problem=PROBLEM)
    found = ledger.run(run.id)
    assert found is not None and (found.result, found.problem) == ({"test": {"loss": 0.5}}, None)


def test_unknown_run_changes_nothing(ledger: Ledger) -> None:
    assert not ledger.change_state("nobody", "starting")


def test_problem_of_a_failed_run_is_kept(ledger: Ledger) -> None:
    run = ledger.add_run(LECTURE, "visitor")
    ledger.change_state(run.id, "failed", problem=PROBLEM)
    assert ledger.run(run.id).problem == PROBLEM


def test_unfinished_runs_are_those_that_are_not_over(ledger: Ledger) -> None:
    runs = {}
    for state, way in WAYS.items():
        runs[state] = ledger.add_run(LECTURE, "visitor").id
        assert all(ledger.change_state(runs[state], one) for one in way)
    assert {run.id for run in ledger.unfinished()} == {runs[state] for state in STATES if state not in FINAL}


def test_result_can_follow_the_end_and_openings_are_counted(ledger: Ledger) -> None:
    run = ledger.add_run(LECTURE, "visitor")
    assert all(ledger.change_state(run.id, state) for state in WAYS["stopped"])
    ledger.set_result(run.id, {"stopped": True})
    ledger.open_test_set(run.id)
    ledger.open_test_set(run.id)
    found = ledger.run(run.id)
    assert found is not None and (found.result, found.test_openings) == ({"stopped": True}, 2)


def test_events_are_on_disk_within_half_a_second(ledger: Ledger, path: Path) -> None:
    event = {"kind": "batch", "step": 1, "loss": None}
    ledger.append("run", event)
    wait_for(lambda: on_disk(path, "run") == [event], 0.5, "the event on disk")


def test_events_keep_their_order_and_their_run(ledger: Ledger, path: Path) -> None:
    for step in range(500):
        ledger.append("even" if step % 2 == 0 else "odd", {"kind": "batch", "step": step})
    assert [event["step"] for event in ledger.events("odd")] == list(range(1, 500, 2))
    assert on_disk(path, "even") == ledger.events("even") == [{"kind": "batch", "step": step} for step in range(0, 500, 2)]
    assert ledger.events("other") == []


def test_events_of_several_threads_are_all_kept_in_each_ones_order(ledger: Ledger) -> None:
    def append(thread: int) -> None:
        for step in range(300):
            ledger.append("run", {"kind": "batch", "thread": thread, "step": step})

    threads = [threading.Thread(target=append, args=(number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    events = ledger.events("run")
    for number in range(2):
        assert [event["step"] for event in events if event["thread"] == number] == list(range(300))


def test_events_that_cannot_be_written_now_are_written_later(ledger: Ledger, path: Path) -> None:
    ledger.append("run", {"kind": "batch", "step": 1})
    ledger.flush()
    with sqlite3.connect(path) as connection:
        connection.execute("ALTER TABLE events RENAME TO hidden")  # as a full disk would, it makes every write fail
    ledger.append("run", {"kind": "batch", "step": 2})
    ledger.flush()
    assert "no such table" in ledger.problem
    ledger.append("run", {"kind": "batch", "step": 3})
    with sqlite3.connect(path) as connection:
        connection.execute("ALTER TABLE hidden RENAME TO events")
    wait_for(lambda: len(on_disk(path, "run")) == 3, 5, "all events on disk")
    assert [event["step"] for event in on_disk(path, "run")] == [1, 2, 3]
    assert ledger.problem == ""


def test_ledger_opened_again_goes_on_where_it_was(path: Path) -> None:
    first = Ledger(path)
    run = first.add_run(LECTURE, "visitor")
    first.append(run.id, {"kind": "batch", "step": 1})
    first.edit_draft("visitor", LECTURE)
    first.close()
    second = Ledger(path)
    second.append(run.id, {"kind": "batch", "step": 2})
    assert second.events(run.id) == [{"kind": "batch", "step": 1}, {"kind": "batch", "step": 2}]
    assert second.run(run.id) == run
    assert second.draft("visitor").experiment == LECTURE
    assert second.add_run(LECTURE, "visitor").number == 2
    second.close()


def test_close_writes_what_waits(path: Path) -> None:
    ledger = Ledger(path)
    ledger.append("run", {"kind": "batch", "step": 1})
    ledger.close()
    assert on_disk(path, "run") == [{"kind": "batch", "step": 1}]


def test_other_readers_never_wait_for_the_writer(ledger: Ledger, path: Path) -> None:
    run = ledger.add_run(LECTURE, "visitor")
    writer = sqlite3.connect(path, isolation_level=None)
    writer.execute("BEGIN IMMEDIATE")
    assert ledger.run(run.id) == run
    writer.execute("ROLLBACK")
    writer.close()


def test_last_deleted_run_is_the_visitors_own_until_it_is_restored(path: Path) -> None:
    clock = iter(range(1_000))
    ledger = Ledger(path, now=lambda: float(next(clock)))
    runs = [ledger.add_run(LECTURE, visitor) for visitor in ("a", "a", "b")]
    for run in (runs[1], runs[0], runs[2]):
        ledger.change_state(run.id, "cancelled")
        ledger.delete_run(run.id)
    last = ledger.last_deleted("a")
    assert last is not None and last.id == runs[0].id  # the older run, which was deleted later
    ledger.restore_run(last.id)
    assert ledger.last_deleted("a").id == runs[1].id
    assert ledger.last_deleted("c") is None
    ledger.close()


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
def test_name_is_one_line_of_plain_text(ledger: Ledger, given: str, kept: str) -> None:
    run = ledger.add_run(LECTURE, "visitor")
    ledger.describe(run.id, name=given)
    found = ledger.run(run.id)
    assert found is not None and (found.name, found.note) == (kept, "")
    assert found.title == (f"Run 1: {kept}" if kept else "Run 1")


def test_note_keeps_its_lines_and_name_and_note_change_apart(ledger: Ledger) -> None:
    run, other = (ledger.add_run(LECTURE, "visitor") for _ in range(2))
    ledger.describe(run.id, note=" first\nsecond\0 <i>" + "x" * 10_000)
    ledger.describe(run.id, name="named")
    ledger.describe(run.id)
    found = ledger.run(run.id)
    assert found is not None and found.name == "named"
    assert found.note.startswith("first\nsecond <i>xx") and len(found.note) == LONGEST_NOTE
    assert ledger.run(other.id) == other


def test_deleted_run_is_gone_until_it_is_restored(ledger: Ledger) -> None:
    run, kept = (ledger.add_run(LECTURE, "visitor", "series") for _ in range(2))
    assert not ledger.delete_run(run.id), "it is still on"
    ledger.change_state(run.id, "cancelled")
    assert ledger.delete_run(run.id)
    assert ledger.run(run.id) is None
    assert ledger.runs_of("visitor") == ledger.series("series") == [kept]
    assert ledger.count_runs("visitor") == 1
    assert ledger.add_run(LECTURE, "visitor").number == 3, "numbers are not given twice"
    ledger.restore_run(run.id)
    assert ledger.run(run.id).deleted is None
    assert ledger.count_runs("visitor") == 3


def test_purge_forgets_what_was_deleted_long_ago_and_its_events(path: Path) -> None:
    clock = [0.0]
    ledger = Ledger(path, now=lambda: clock[0])
    early, late, kept = (ledger.add_run(LECTURE, "visitor") for _ in range(3))
    for run in (early, late, kept):
        ledger.append(run.id, {"kind": "batch", "step": 1})
        ledger.change_state(run.id, "cancelled")
    ledger.flush()
    for clock[0], run in ((100.0, early), (200.0, late)):
        ledger.delete_run(run.id)
    clock[0] = 250.0
    assert ledger.purge(100.0) == [early.id]
    assert [len(on_disk(path, run.id)) for run in (early, late, kept)] == [0, 1, 1]
    ledger.restore_run(early.id)
    assert ledger.run(early.id) is None
    ledger.restore_run(late.id)
    assert [run.id for run in ledger.runs_of("visitor")] == [kept.id, late.id]
    assert ledger.purge(0.0) == []
    ledger.close()


# Many runs, many events


def test_runs_are_counted_and_given_page_by_page(ledger: Ledger) -> None:
    for number in range(7):
        ledger.add_run(LECTURE, "visitor", f"series {number % 2}")
    ledger.add_run(LECTURE, "other", "")
    pages = [[run.number for run in ledger.runs_of("visitor", 3, skip)] for skip in (0, 3, 6, 9)]
    assert pages == [[7, 6, 5], [4, 3, 2], [1], []]
    assert [ledger.count_runs(visitor) for visitor in ("visitor", "other", "nobody")] == [7, 1, 0]
    assert [run.number for run in ledger.series("series 1")] == [6, 4, 2]
    assert ledger.series("no such series") == []


def test_two_hundred_runs_are_listed_at_once(ledger: Ledger) -> None:
    for _ in range(200):
        ledger.add_run(LECTURE, "visitor")
    assert len(ledger.runs_of("visitor", most=200)) == 200
    assert fastest(lambda: ledger.runs_of("visitor", most=200)) < 0.3


# Going on


@pytest.mark.parametrize("state", STATES)
def test_run_that_is_over_can_go_on_but_a_cancelled_one(ledger: Ledger, state: str) -> None:
    run = ledger.add_run(LECTURE, "visitor")
    for one in WAYS[state]:
        ledger.change_state(run.id, one, problem=PROBLEM, result={"seconds": 1.0})
    before = ledger.run(run.id)
    more = with_fit(LECTURE, epochs=9)
    can = state in ("finished", "stopped", "failed", "interrupted")
    assert ledger.resume(run.id, more) == can
    after = ledger.run(run.id)
    if not can:
        assert after == before
        return
    assert after is not None and (after.state, after.parts, after.experiment) == ("queued", 2, more)
    assert (after.ended, after.problem, after.result) == (None, None, None)
    assert not ledger.resume(run.id, more), "it waits already"


def test_nothing_goes_on_that_is_unknown(ledger: Ledger) -> None:
    assert not ledger.resume("nobody", LECTURE)
    assert not ledger.delete_run("nobody")
    ledger.restore_run("nobody")
    ledger.describe("nobody", name="name")
    assert ledger.series("nobody") == []


def test_writer_outlives_whatever_the_file_answers(ledger: Ledger, path: Path) -> None:
    ledger.append("run", {"kind": "batch", "step": 1})
    ledger.flush()
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TRIGGER torn BEFORE INSERT ON events BEGIN SELECT RAISE(ABORT, 'the file is torn'); END")
    ledger.append("run", {"kind": "batch", "step": 2})
    wait_for(lambda: ledger.problem == "the file is torn", PATIENCE, "the tear to be told")
    with sqlite3.connect(path) as connection:
        connection.execute("DROP TRIGGER torn")
    wait_for(lambda: len(on_disk(path, "run")) == 2, PATIENCE, "both events on disk")
    wait_for(lambda: ledger.problem == "", PATIENCE, "the ledger to be well again")


def test_clock_that_jumps_back_changes_no_order(path: Path) -> None:
    clock = iter([1_700_000_000.0, 1_600_000_000.0, 1_500_000_000.0])
    ledger = Ledger(path, now=lambda: next(clock, 1_400_000_000.0))
    made = [ledger.add_run(LECTURE, "ada") for _ in range(3)]
    assert [run.number for run in made] == [1, 2, 3]
    assert [run.id for run in ledger.runs_of("ada")] == [run.id for run in made[::-1]], "newest first"
    ledger.close()
