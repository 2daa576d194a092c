"""The ledger: states, events on disk, drafts with undo; always through a real file."""

import json
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.drafts import UNDO_STEPS
from core.edits import set_value
from core.experiment import Experiment
from core.ledger import Ledger
from core.problems import Problem
from core.states import FINAL, STATES
from tests.core.nets import LECTURE, template, with_fit
from tests.core.waiting import wait_until

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
@pytest.mark.parametrize("after", STATES)
def test_state_changes_as_the_table_allows_and_no_other_way(ledger: Ledger, before: str, after: str) -> None:
    run = ledger.add_run(LECTURE, "visitor")
    assert all(ledger.change_state(run.id, state) for state in WAYS[before])
    allowed = after in STATES[before].following
    assert ledger.change_state(run.id, after) == allowed
    found = ledger.run(run.id)
    assert found is not None
    assert found.state == (after if allowed else before)
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
    assert ledger.run(run.id).problem == PROBLEM  # type: ignore[union-attr]


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
    assert wait_until(lambda: on_disk(path, "run") == [event], 5.0) < 0.5


def test_events_keep_their_order_and_their_run(ledger: Ledger, path: Path) -> None:
    for step in range(500):
        ledger.append("even" if step % 2 == 0 else "odd", {"step": step})
    assert [event["step"] for event in ledger.events("odd")] == list(range(1, 500, 2))
    assert on_disk(path, "even") == ledger.events("even") == [{"step": step} for step in range(0, 500, 2)]
    assert ledger.events("other") == []


def test_events_of_several_threads_are_all_kept_in_each_ones_order(ledger: Ledger) -> None:
    def append(thread: int) -> None:
        for step in range(300):
            ledger.append("run", {"thread": thread, "step": step})

    threads = [threading.Thread(target=append, args=(number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    events = ledger.events("run")
    for number in range(2):
        assert [event["step"] for event in events if event["thread"] == number] == list(range(300))


def test_events_that_cannot_be_written_now_are_written_later(ledger: Ledger, path: Path) -> None:
    ledger.append("run", {"step": 1})
    ledger.flush()
    with sqlite3.connect(path) as connection:
        connection.execute("ALTER TABLE events RENAME TO hidden")  # as a full disk would, it makes every write fail
    ledger.append("run", {"step": 2})
    ledger.flush()
    assert "no such table" in ledger.problem
    ledger.append("run", {"step": 3})
    with sqlite3.connect(path) as connection:
        connection.execute("ALTER TABLE hidden RENAME TO events")
    assert wait_until(lambda: len(on_disk(path, "run")) == 3) < 5
    assert [event["step"] for event in on_disk(path, "run")] == [1, 2, 3]
    assert ledger.problem == ""


def test_ledger_opened_again_goes_on_where_it_was(path: Path) -> None:
    first = Ledger(path)
    run = first.add_run(LECTURE, "visitor")
    first.append(run.id, {"step": 1})
    first.edit_draft("visitor", LECTURE)
    first.close()
    second = Ledger(path)
    second.append(run.id, {"step": 2})
    assert second.events(run.id) == [{"step": 1}, {"step": 2}]
    assert second.run(run.id) == run
    assert second.draft("visitor").experiment == LECTURE  # type: ignore[union-attr]
    assert second.add_run(LECTURE, "visitor").number == 2
    second.close()


def test_close_writes_what_waits(path: Path) -> None:
    ledger = Ledger(path)
    ledger.append("run", {"step": 1})
    ledger.close()
    assert on_disk(path, "run") == [{"step": 1}]


def test_other_readers_never_wait_for_the_writer(ledger: Ledger, path: Path) -> None:
    run = ledger.add_run(LECTURE, "visitor")
    writer = sqlite3.connect(path, isolation_level=None)
    writer.execute("BEGIN IMMEDIATE")
    assert ledger.run(run.id) == run
    writer.execute("ROLLBACK")
    writer.close()


def edited(epochs: int) -> Experiment:
    return with_fit(LECTURE, epochs=epochs)


def test_draft_is_edited_undone_and_redone(ledger: Ledger) -> None:
    assert ledger.draft("visitor") is None
    for epochs in (1, 2, 3):
        ledger.edit_draft("visitor", edited(epochs))
    assert ledger.draft("visitor").before == edited(2)  # type: ignore[union-attr]
    assert ledger.undo("visitor").experiment == edited(2)  # type: ignore[union-attr]
    assert ledger.undo("visitor").experiment == edited(1)  # type: ignore[union-attr]
    assert ledger.undo("visitor").experiment == edited(1)  # type: ignore[union-attr]
    assert ledger.redo("visitor").experiment == edited(2)  # type: ignore[union-attr]
    assert ledger.redo("visitor").experiment == edited(3)  # type: ignore[union-attr]
    assert ledger.redo("visitor").experiment == edited(3)  # type: ignore[union-attr]
    assert ledger.draft("visitor").experiment == edited(3)  # type: ignore[union-attr]


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
    assert ledger.last_deleted("a").id == runs[1].id  # type: ignore[union-attr]
    assert ledger.last_deleted("c") is None
    ledger.close()


def test_edit_after_undo_leaves_nothing_to_redo(ledger: Ledger) -> None:
    for epochs in (1, 2):
        ledger.edit_draft("visitor", edited(epochs))
    ledger.undo("visitor")
    assert ledger.edit_draft("visitor", edited(9)).redo == ()
    assert ledger.redo("visitor").experiment == edited(9)  # type: ignore[union-attr]
    assert ledger.undo("visitor").experiment == edited(1)  # type: ignore[union-attr]


def test_edit_that_changes_nothing_is_no_step(ledger: Ledger) -> None:
    ledger.edit_draft("visitor", LECTURE)
    same = set_value(LECTURE, ("layers", "hidden", "arguments", "units"), 128)
    assert ledger.edit_draft("visitor", same).undo == ()


def test_undo_goes_back_a_hundred_steps_and_no_more(ledger: Ledger) -> None:
    for epochs in range(1, UNDO_STEPS + 6):
        draft = ledger.edit_draft("visitor", edited(epochs))
    assert len(draft.undo) == UNDO_STEPS
    for _ in range(UNDO_STEPS + 10):
        draft = ledger.undo("visitor")  # type: ignore[assignment]
    assert draft.experiment == edited(5)


def test_each_visitor_has_a_draft_of_their_own(ledger: Ledger) -> None:
    ledger.edit_draft("a", edited(1))
    ledger.edit_draft("b", edited(2))
    assert (ledger.draft("a").experiment, ledger.draft("b").experiment) == (edited(1), edited(2))  # type: ignore[union-attr]
    assert ledger.undo("c") is None and ledger.redo("c") is None


def test_folded_code_is_remembered_through_edits(ledger: Ledger) -> None:
    ledger.edit_draft("visitor", edited(1))
    assert ledger.draft("visitor").code_open is True  # type: ignore[union-attr]
    ledger.fold_code("visitor", False)
    ledger.edit_draft("visitor", edited(2))
    ledger.undo("visitor")
    assert ledger.draft("visitor").code_open is False  # type: ignore[union-attr]
