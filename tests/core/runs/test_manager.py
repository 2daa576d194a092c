"""The queue: limits, turns, and the messages to people who wait. No processes: the tests set the outcomes of runs."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from core.experiment.edits import set_value
from core.experiment.learning_rates import RATE, suggested_schedule
from core.problems import Problem, ProblemError
from core.run_events import Command
from core.runs.manager import LECTURER, Runs
from core.runs.run_record import Run
from tests.core.sample_experiments import LECTURE, with_fit
from tests.pages.fake_workers import ScriptedWorkers
from tests.server import PATIENCE, wait_for

STEPS = 41 * LECTURE.fit.epochs  # of the lecture's experiment on Digits


def opened(folder: Path, workers: ScriptedWorkers) -> Runs:
    """A queue with ready trainers."""
    runs = Runs(folder, workers, warm="")
    assert runs.supervisor.start("digits", workers.start, "failed")
    return runs


def finish(workers: ScriptedWorkers, run: str, seconds: float = 1.0) -> None:
    workers.finish(run, {"how": "whole", "seconds": seconds, "evaluation_seconds": 0.0})


def state(runs: Runs, run: Run) -> str:
    found = runs.database.run(run.id)
    assert found is not None
    return found.state


def told(runs: Runs, run: str) -> list[dict]:
    """The first event for a browser that opens a run's page now."""

    async def first() -> str:
        return await anext(runs.reader.stream(run, None))

    text = asyncio.run(asyncio.wait_for(first(), PATIENCE))
    return json.loads(text.partition("data: ")[2])["events"]


def waits(runs: Runs, run: Run) -> dict[str, Any]:
    """The last state that followers of a run received."""
    return [event for event in told(runs, run.id) if event["kind"] == "state"][-1]


def refused(*call: Any, **options: Any) -> Problem:
    with pytest.raises(ProblemError) as caught:
        call[0](*call[1:], **options)
    return caught.value.problem


# Turns


def test_first_run_begins_at_once_and_the_next_when_it_is_over(runs: Runs, workers: ScriptedWorkers) -> None:
    first, second = runs.start(LECTURE, "ada"), runs.start(LECTURE, "grace")
    assert (first.state, second.state) == ("starting", "queued")
    assert (runs.queue.position(first.id), runs.queue.position(second.id)) == (None, 1)
    finish(workers, first.id)
    assert (state(runs, first), state(runs, second)) == ("finished", "starting")
    assert workers.started_runs == [first.id, second.id]


def test_second_press_gives_the_run_that_is_on(runs: Runs) -> None:
    first, waiting = runs.start(LECTURE, "ada"), runs.start(LECTURE, "grace")
    assert runs.start(LECTURE, "ada").id == first.id
    assert runs.start(LECTURE, "grace").id == waiting.id
    assert (runs.database.count_runs("ada"), runs.database.count_runs("grace")) == (1, 1)
    assert runs.database.active_run("ada").id == first.id and runs.database.active_run("nobody") is None


def test_lecturer_overtakes_all_who_wait(runs: Runs, workers: ScriptedWorkers) -> None:
    ada, grace, hedy = (runs.start(LECTURE, visitor) for visitor in ("ada", "grace", "hedy"))
    lecturer = runs.start(LECTURE, "lecturer", is_lecturer=True)
    assert [runs.queue.position(run.id) for run in (lecturer, grace, hedy)] == [1, 2, 3]
    assert state(runs, ada) == "starting", "nobody is driven off a trainer"
    finish(workers, ada.id)
    assert workers.started_runs == [ada.id, lecturer.id]


def test_lecturers_resumed_run_overtakes_all_who_wait_in_a_full_queue(
    runs: Runs, workers: ScriptedWorkers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DASHBOARD_QUEUE", "1")
    own = runs.start(LECTURE, "lecturer", is_lecturer=True)
    finish(workers, own.id)
    grace, hedy = runs.start(LECTURE, "grace"), runs.start(LECTURE, "hedy")
    assert refused(runs.resume, own.id, epochs=9).code == "queue-full"
    runs.resume(own.id, epochs=9, is_lecturer=True)
    assert state(runs, grace) == "starting"
    assert [runs.queue.position(run.id) for run in (own, hedy)] == [1, 2]


def test_lecturers_series_goes_first_but_one_at_a_time(runs: Runs, workers: ScriptedWorkers) -> None:
    workers.trainers = 2
    runs.repeat(LECTURE, "lecturer", 2, is_lecturer=True)
    ada = runs.start(LECTURE, "ada")
    assert state(runs, ada) == "starting", "the second trainer is for somebody else"


def test_repeats_are_one_series_of_seeds_in_a_row(runs: Runs, workers: ScriptedWorkers) -> None:
    series = runs.repeat(with_fit(LECTURE, seed=2**32 - 2), "ada", 4)
    made = runs.database.series(series)[::-1]
    assert [run.experiment.fit.seed for run in made] == [2**32 - 2, 2**32 - 1, 0, 1]
    assert [run.number for run in made] == [1, 2, 3, 4]
    assert {with_fit(run.experiment, seed=0) for run in made} == {LECTURE}
    for run in made:
        finish(workers, run.id)
    assert workers.started_runs == [run.id for run in made]
    assert {state(runs, run) for run in made} == {"finished"}
    assert runs.repeat(LECTURE, "ada", 2) != series


@pytest.mark.parametrize("trainers", [1, 2, 3])
def test_nobody_has_two_runs_on_trainers_and_others_come_between(
    runs: Runs, workers: ScriptedWorkers, trainers: int
) -> None:
    workers.trainers = trainers
    runs.repeat(LECTURE, "ada", 4)
    runs.repeat(LECTURE, "grace", 2)
    runs.start(LECTURE, "hedy")
    while training := [run for run in runs.database.unfinished() if run.state == "starting"]:
        visitors = [run.visitor for run in training]
        assert len(set(visitors)) == len(visitors) <= trainers
        finish(workers, training[-1].id)
    whose = {run.id: run.visitor for name in ("ada", "grace", "hedy") for run in runs.database.runs_of(name)}
    order = [whose[run] for run in workers.started_runs]
    assert len(order) == 7 and order[:3] == ["ada", "grace", "hedy"], "each has one before anybody has two"


def test_next_to_begin_is_who_was_told_so(runs: Runs, workers: ScriptedWorkers) -> None:
    runs.repeat(LECTURE, "ada", 3)
    runs.start(LECTURE, "grace")
    runs.repeat(LECTURE, "hedy", 2)
    waiting = {run.id: runs.queue.position(run.id) for run in runs.database.unfinished() if runs.queue.position(run.id)}
    while waiting:
        following = next(run for run, place in waiting.items() if place == 1)
        finish(workers, workers.started_runs[-1])
        assert workers.started_runs[-1] == following
        waiting = {run: runs.queue.position(run) for run in waiting if runs.queue.position(run)}


def test_runs_wait_until_the_trainers_are_ready(tmp_path: Path, workers: ScriptedWorkers) -> None:
    runs = Runs(tmp_path, workers, warm="")
    first, second = runs.start(LECTURE, "ada"), runs.start(LECTURE, "grace")
    assert [runs.queue.position(run.id) for run in (first, second)] == [1, 2]
    assert (waits(runs, second)["place"], waits(runs, second)["starts_in"]) == (2, None)
    assert runs.supervisor.start("digits", workers.start, "failed")
    assert workers.started_runs == [first.id]
    assert waits(runs, second)["place"] == 1
    runs.close()


# Messages to people who wait


def test_place_and_expected_start_are_announced(runs: Runs, workers: ScriptedWorkers) -> None:
    finish(workers, runs.start(LECTURE, "ada").id, seconds=30.0)
    ada, grace = runs.start(LECTURE, "ada"), runs.start(LECTURE, "grace")
    heard = waits(runs, grace)
    assert (heard["state"], heard["word"], heard["over"]) == ("queued", "waiting", False)
    assert (heard["place"], heard["starts_in"]) == (1, 30), "as long as the same took before"
    workers.report(ada.id, kind="start", steps=41, epochs=5, seconds=0.0)
    for step, seconds in ((1, 0.0), (70, 8.5), (76, 9.25), (82, 10.0)):
        workers.report(ada.id, kind="batch", step=step, epoch=step / 41, seconds=seconds)
    hedy = runs.start(LECTURE, "hedy")
    assert waits(runs, grace)["starts_in"] == 15, "123 steps are left, an eighth of a second each"
    assert (waits(runs, hedy)["place"], waits(runs, hedy)["starts_in"]) == (2, None), "nobody knows how long before"
    finish(workers, ada.id)
    assert waits(runs, hedy)["place"] == 1


def test_run_that_waits_is_cancelled_and_those_behind_move_up(runs: Runs, workers: ScriptedWorkers) -> None:
    ada, grace, hedy = (runs.start(LECTURE, visitor) for visitor in ("ada", "grace", "hedy"))
    runs.stop(grace.id)
    assert state(runs, grace) == "cancelled"
    assert [runs.queue.position(run.id) for run in (grace, hedy)] == [None, 1]
    assert waits(runs, hedy)["place"] == 1
    events = told(runs, grace.id)
    assert (events[-1]["state"], events[-1]["over"]) == ("cancelled", True)
    assert [(event["what"], event["by"]) for event in events if event["kind"] == "steered"] == [("stop", "owner")]
    finish(workers, ada.id)
    assert workers.started_runs == [ada.id, hedy.id]
    runs.stop(grace.id)
    assert state(runs, grace) == "cancelled"
    assert runs.start(LECTURE, "grace").number == 2, "a new run may be started at once"


def test_run_that_trains_is_stopped_and_stopped_again_by_force(runs: Runs, workers: ScriptedWorkers) -> None:
    run = runs.start(LECTURE, "ada")
    workers.report(run.id, kind="start", steps=41, epochs=5, seconds=0.0)
    workers.report(run.id, kind="batch", step=50, epoch=1.2, seconds=1.0)
    runs.stop(run.id, keep="best", by=LECTURER)
    assert state(runs, run) == "stopping" and workers.commands == [(run.id, "stop-best")]
    runs.stop(run.id)
    wait_for(lambda: state(runs, run) == "stopped", PATIENCE, "the run to stop")
    forced = runs.database.run(run.id)
    assert forced is not None and (forced.state, forced.problem.code) == ("stopped", "stop-forced")
    assert "at epoch 2, step 50" in forced.problem.happened


# Who is refused


def test_full_queue_is_refused(runs: Runs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DASHBOARD_QUEUE", "2")
    for visitor in ("ada", "grace", "hedy"):  # the first run trains
        runs.start(LECTURE, visitor)
    problem = refused(runs.start, LECTURE, "joan")
    assert problem.code == "queue-full"
    assert problem.happened == "2 runs wait already, so that 1 more cannot."
    assert problem.expected == "Expected at most 2 to wait."
    assert problem.fix == "Wait until some have ended, or cancel some. The variable DASHBOARD_QUEUE sets the limit."
    assert runs.database.count_runs("joan") == 0
    assert runs.start(LECTURE, "hedy").number == 1, "who waits already gets that run"
    runs.stop(runs.start(LECTURE, "hedy").id)
    assert runs.queue.position(runs.start(LECTURE, "joan").id) == 2


def test_one_persons_queue_is_refused_before_any_of_it_is_made(runs: Runs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DASHBOARD_QUEUE_EACH", "3")
    problem = refused(runs.repeat, LECTURE, "ada", 4)
    assert problem.code == "queue-full"
    assert problem.happened == "0 runs of yours wait already, so that 4 more cannot."
    assert problem.fix.endswith("The variable DASHBOARD_QUEUE_EACH sets the limit.")
    assert runs.database.count_runs("ada") == 0
    runs.repeat(LECTURE, "ada", 3)
    assert refused(runs.repeat, LECTURE, "ada", 2).happened == "2 runs of yours wait already, so that 2 more cannot."
    assert runs.start(LECTURE, "grace").state == "queued", "others may wait"


def test_experiment_with_a_problem_is_refused(runs: Runs) -> None:
    for call in (runs.start, lambda experiment, visitor: runs.repeat(experiment, visitor, 2)):
        problem = refused(call, with_fit(LECTURE, epochs=0), "ada")
        assert (problem.code, problem.where) == ("value-not-allowed", ("fit", "epochs"))
    assert runs.database.count_runs("ada") == 0


def test_one_person_goes_on_with_one_run_at_a_time(runs: Runs, workers: ScriptedWorkers) -> None:
    first = runs.start(LECTURE, "ada")
    finish(workers, first.id)
    second = runs.start(LECTURE, "ada")
    runs.database.describe(second.id, name="wider")
    problem = refused(runs.resume, first.id)
    assert problem.code == "one-run-at-a-time"
    assert str(problem) == (
        "Run 2: wider is still on. Expected one run of a person at a time. "
        "Stop it, or wait until it has ended; then try again."
    )
    assert state(runs, first) == "finished"
    finish(workers, second.id)
    again = runs.resume(first.id, epochs=9)
    assert (again.state, again.parts, again.experiment.fit.epochs) == ("starting", 2, 9)


def test_learning_rate_that_a_schedule_drives_is_not_changed_by_hand(runs: Runs, workers: ScriptedWorkers) -> None:
    run = runs.start(set_value(LECTURE, RATE, suggested_schedule("CosineDecay", LECTURE)), "ada")
    workers.report(run.id, kind="start", steps=41, epochs=5, seconds=0.0)
    problem = refused(runs.steer, run.id, Command("learning_rate", 0.1))
    assert problem.code == "rate-is-scheduled"
    assert problem.happened.startswith("CosineDecay drives the learning rate of this run")
    assert workers.commands == [] and not runs.database.events(run.id, kinds=("steered",))
    runs.steer(run.id, Command("pace", 20.0))
    assert workers.commands == [(run.id, "pace=20.0")]


def test_unknown_run(runs: Runs, workers: ScriptedWorkers) -> None:
    assert runs.queue.position("nobody") is None and runs.reader.events("nobody") == []
    runs.stop("nobody")
    runs.pause("nobody")
    workers.report("nobody", kind="batch", step=1, epoch=0.1, seconds=1.0)
    for call in (runs.resume, runs.reader.folder, runs.reader.saved_epoch):
        with pytest.raises(KeyError):
            call("nobody")
    assert runs.reader.events("nobody") == [] and workers.commands == []


# Ends of browsers, runs and servers


def test_run_that_goes_on_after_a_restart_tells_its_whole_history(tmp_path: Path, workers: ScriptedWorkers) -> None:
    runs = opened(tmp_path, workers)
    run = runs.start(LECTURE, "ada")
    workers.report(run.id, kind="start", steps=41, epochs=5, seconds=0.0)
    workers.report(run.id, kind="batch", step=20, epoch=0.5, seconds=1.0)
    runs.close()
    runs = opened(tmp_path, workers)
    interrupted = runs.database.run(run.id)
    assert interrupted is not None and interrupted.state == "interrupted"
    assert interrupted.problem.code == "server-stopped"
    runs.resume(run.id)
    events = told(runs, run.id)
    assert [event["step"] for event in events if event["kind"] == "batch"] == [20]
    assert [event["what"] for event in events if event["kind"] == "steered"] == ["go on"]
    assert events[-1]["state"] == "starting"
    runs.close()


def test_strange_event_is_logged_and_the_next_one_is_taken(
    runs: Runs, workers: ScriptedWorkers, caplog: pytest.LogCaptureFixture
) -> None:
    run = runs.start(LECTURE, "ada")
    workers.report(run.id, nonsense="<b>" * 1_000)
    workers.report(run.id, kind="start", steps=41, epochs=5, seconds=0.0)
    assert state(runs, run) == "training"
    (said,) = [record.getMessage() for record in caplog.records if record.name == "dashboard"]
    assert said.startswith("an event could not be handled: ") and len(said) < 300


def test_run_whose_process_dies_makes_room_for_the_next(runs: Runs, workers: ScriptedWorkers) -> None:
    first, second = runs.start(LECTURE, "ada"), runs.start(LECTURE, "grace")
    workers.die(first.id, -9)
    failed = runs.database.run(first.id)
    assert failed is not None and (failed.state, failed.problem.code) == ("failed", "worker-died")
    assert "before the first step" in failed.problem.happened
    assert state(runs, second) == "starting"


def test_run_whose_process_dies_before_it_began_has_the_next_turn_once(runs: Runs, workers: ScriptedWorkers) -> None:
    first, second = runs.start(LECTURE, "ada"), runs.start(LECTURE, "grace")
    workers.begins = False
    workers.die(first.id, -9)
    assert (state(runs, first), state(runs, second)) == ("starting", "queued"), "it was first, and loses nothing"
    assert workers.started_runs == [first.id, first.id]
    (noted,) = [event for event in runs.reader.events(first.id) if event["kind"] == "steered"]
    assert (noted["what"], noted["by"], noted["step"]) == ("wait for another process", "server", 0)
    assert [event["state"] for event in told(runs, first.id) if event["kind"] == "state"][-1] == "starting"

    workers.die(first.id, -9)
    failed = runs.database.run(first.id)
    assert failed is not None and (failed.state, failed.problem.code) == ("failed", "worker-died")
    assert "before the first step" in failed.problem.happened
    assert state(runs, second) == "starting", "what kills each process goes in no circle"


def test_run_that_had_not_begun_when_the_server_ends_is_interrupted(tmp_path: Path, workers: ScriptedWorkers) -> None:
    runs = opened(tmp_path, workers)
    run = runs.start(LECTURE, "ada")
    workers.begins = False
    workers.close = lambda: workers.die(run.id, -15)
    runs.close()
    assert workers.started_runs == [run.id]
    again = opened(tmp_path, ScriptedWorkers(lambda experiment: pytest.fail("no shapes are needed here")))
    assert (state(again, run), again.reader.events(run.id)) == ("interrupted", [])
    again.close()


def test_run_that_is_stopped_and_whose_process_dies_before_it_began_is_stopped_by_the_next(
    runs: Runs, workers: ScriptedWorkers
) -> None:
    run = runs.start(LECTURE, "ada")
    workers.begins = False
    runs.stop(run.id)
    workers.die(run.id, -9)
    assert state(runs, run) == "stopping"
    assert (workers.started_runs, workers.commands[-1]) == ([run.id, run.id], (run.id, "stop"))
    workers.finish(run.id, {"how": "stop", "seconds": 0.0, "kept": {"which": "last", "step": 0}})
    assert state(runs, run) == "stopped"


def test_expected_seconds_scale_with_the_steps(runs: Runs, workers: ScriptedWorkers) -> None:
    assert runs.estimates.expected(LECTURE, "ada").seconds is None
    finish(workers, runs.start(LECTURE, "ada").id, seconds=20.5)
    assert runs.estimates.expected(LECTURE, "ada").seconds == pytest.approx(20.5)
    assert runs.estimates.expected(LECTURE, "ada").words == "about 20 s (measured on an earlier run)"
    assert runs.estimates.expected(with_fit(LECTURE, epochs=1), "ada").seconds == pytest.approx(20.5 * 41 / STEPS)
    assert runs.estimates.expected(with_fit(LECTURE, batch_size=64), "ada").seconds is None
    assert runs.estimates.expected(LECTURE, "grace").seconds is None


def test_events_tell_how_long_a_run_still_takes(runs: Runs, workers: ScriptedWorkers) -> None:
    run = runs.start(LECTURE, "ada")
    workers.report(run.id, kind="start", steps=41, epochs=5, seconds=0.0)
    workers.report(run.id, kind="batch", step=1, epoch=1 / 41, seconds=1.0)
    for step in (2, 3, 4):
        workers.report(run.id, kind="batch", step=step, epoch=step / 41, seconds=1.0 + 0.1 * (step - 1))
    lefts = {event["step"]: event.get("left") for event in runs.reader.events(run.id) if event["kind"] == "batch"}
    assert (lefts[1], lefts[2]) == (None, None), "one step tells nothing: the first one compiles"
    assert lefts[4] == pytest.approx(201 * 0.1, rel=0.4), "201 steps of a tenth of a second, validations and the evaluation"
