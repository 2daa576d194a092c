"""A run with a silent trainer: the words on the page meanwhile, and its end. The tests count checks, not seconds."""

import time
from pathlib import Path

import pytest

from core.engine.process_silence import MOST_TIMES
from core.runs.liveness import (
    AGAIN_SECONDS,
    CHECK_SECONDS,
    COLD_SECONDS,
    FROZEN_SECONDS,
    IDLE_SECONDS,
    WORDS_SECONDS,
    Liveness,
)
from core.runs.manager import Run, Runs
from tests.core.runs.test_manager import finish, state, told, waits
from tests.core.sample_experiments import LECTURE
from tests.pages.fake_workers import ScriptedWorkers
from tests.server import PATIENCE, wait_for


def look(runs: Runs, seconds: float) -> None:
    """Look after the runs as often as in so many seconds."""
    for _ in range(round(seconds / CHECK_SECONDS) + 1):
        runs.supervise()


def training(runs: Runs, workers: ScriptedWorkers) -> Run:
    run = runs.start(LECTURE, "ada")
    workers.report(run.id, kind="start", steps=41, epochs=5, seconds=0.0)
    workers.report(run.id, kind="batch", step=9, epoch=0.2, seconds=1.0)
    return run


def words(runs: Runs, run: Run) -> list[str]:
    return [event["words"] for event in told(runs, run.id) if event["kind"] == "phase" and "words" in event]


def problem(runs: Runs, run: Run) -> str:
    found = runs.database.run(run.id)
    assert found is not None and found.problem is not None
    return str(found.problem)


def test_trainer_that_gives_signs_of_life_may_be_quiet_for_as_long_as_it_likes(runs: Runs, workers: ScriptedWorkers) -> None:
    run = training(runs, workers)
    look(runs, 2 * FROZEN_SECONDS)
    assert state(runs, run) == "training"
    assert words(runs, run) == []


def test_silence_is_told_within_seconds_and_taken_back_when_it_ends(runs: Runs, workers: ScriptedWorkers) -> None:
    run = training(runs, workers)
    workers.is_frozen = True
    look(runs, WORDS_SECONDS)
    assert words(runs, run) == [
        "No news from the trainer for 3 s. After 60 s without any work the run ends, and can be resumed"
    ]
    look(runs, AGAIN_SECONDS)
    assert words(runs, run)[-1:] == [
        "No news from the trainer for 8 s. After 60 s without any work the run ends, and can be resumed"
    ]
    workers.is_frozen = False
    look(runs, CHECK_SECONDS)
    assert [event for event in told(runs, run.id) if event["kind"] == "phase"][-1]["phase"] == "training"
    assert state(runs, run) == "training"


def test_promised_start_that_is_overdue_is_taken_back(
    runs: Runs, workers: ScriptedWorkers, monkeypatch: pytest.MonkeyPatch
) -> None:
    finish(workers, runs.start(LECTURE, "ada").id, seconds=30.0)
    runs.start(LECTURE, "ada")
    grace = runs.start(LECTURE, "grace")
    assert waits(runs, grace)["starts_in"] == 30
    now = time.monotonic()
    monkeypatch.setattr("core.runs.run_queue.time.monotonic", lambda: now + 60.0)
    look(runs, CHECK_SECONDS)
    assert waits(runs, grace)["starts_in"] == 30
    monkeypatch.setattr("core.runs.run_queue.time.monotonic", lambda: now + 70.0)
    look(runs, CHECK_SECONDS)
    assert (waits(runs, grace)["place"], waits(runs, grace)["starts_in"]) == (1, None)


def test_silent_trainer_that_computes_is_not_ended(runs: Runs, workers: ScriptedWorkers) -> None:
    """As on a machine that is ten times slower than usual."""
    run = training(runs, workers)
    workers.is_frozen = True
    for _ in range(90):
        look(runs, AGAIN_SECONDS)
        workers.computed += 0.05
    assert state(runs, run) == "training"
    assert words(runs, run)[-1].endswith("s, but it works on: this machine is busy")
    look(runs, FROZEN_SECONDS + AGAIN_SECONDS)
    wait_for(lambda: state(runs, run) == "failed", PATIENCE, "the end of the process, which computes no more")


def test_slow_trainer_that_computes_may_begin_late(runs: Runs, workers: ScriptedWorkers) -> None:
    workers.begins, workers.is_frozen = False, True
    run = runs.start(LECTURE, "ada")
    for _ in range(90):
        look(runs, AGAIN_SECONDS)
        workers.computed += 0.05
    assert (workers.renewed, state(runs, run)) == ([], "starting")


def test_trainer_that_computes_and_stays_silent_is_ended_after_ten_times_as_long(
    runs: Runs, workers: ScriptedWorkers
) -> None:
    run = training(runs, workers)
    workers.is_frozen = True
    for _ in range(round(MOST_TIMES * FROZEN_SECONDS / AGAIN_SECONDS)):
        look(runs, AGAIN_SECONDS)
        workers.computed += 0.05
    wait_for(lambda: state(runs, run) == "failed", PATIENCE, "the end of the process")


@pytest.mark.parametrize(
    ("is_ended", "outcome"), [(True, "so it was ended."), (False, "and it could not be ended yet: it is being tried.")]
)
def test_process_that_is_silent_for_long_is_ended_and_the_queue_goes_on(
    runs: Runs, workers: ScriptedWorkers, is_ended: bool, outcome: str
) -> None:
    run, next_run = training(runs, workers), runs.start(LECTURE, "grace")
    workers.is_frozen, workers.is_ended = True, is_ended
    look(runs, FROZEN_SECONDS)
    wait_for(lambda: state(runs, run) == "failed", PATIENCE, "the run to fail")
    assert problem(runs, run).startswith(f"The training process gave no sign of life for 60 s at epoch 1, step 9, {outcome}")
    assert "Press Resume" in problem(runs, run)
    wait_for(lambda: state(runs, next_run) == "starting", PATIENCE, "the next run to begin")


def test_run_that_no_trainer_begins_says_what_it_waits_for(runs: Runs, workers: ScriptedWorkers) -> None:
    workers.begins, workers.is_frozen = False, True
    run = runs.start(LECTURE, "ada")
    look(runs, WORDS_SECONDS)
    assert words(runs, run) == ["Waiting for the trainer to begin: 3 s so far"]
    for _ in range(round(AGAIN_SECONDS / CHECK_SECONDS) + 1):
        runs.active_runs.supervise("the last one kept 1.93 GB of memory")
    assert words(runs, run)[-1:] == ["A fresh trainer is starting, since the last one kept 1.93 GB of memory: 8 s so far"]


def test_trainer_that_takes_no_run_is_started_afresh_once_and_then_the_run_has_failed(
    runs: Runs, workers: ScriptedWorkers
) -> None:
    workers.begins, workers.is_frozen = False, True
    run, next_run = runs.start(LECTURE, "ada"), runs.start(LECTURE, "grace")
    look(runs, IDLE_SECONDS)
    wait_for(lambda: workers.renewed == [run.id], PATIENCE, "a fresh trainer")
    assert state(runs, run) == "starting"
    look(runs, COLD_SECONDS)
    wait_for(lambda: state(runs, run) == "failed", PATIENCE, "the run to fail")
    assert problem(runs, run).startswith("No trainer began the run within 180 s, though a fresh one was started for it.")
    wait_for(lambda: state(runs, next_run) == "starting", PATIENCE, "the next run to begin")


def test_trainer_that_is_being_warmed_up_gets_more_time(runs: Runs, workers: ScriptedWorkers) -> None:
    workers.begins, workers.is_frozen = False, True
    run = runs.start(LECTURE, "ada")
    for _ in range(round((COLD_SECONDS - 1) / CHECK_SECONDS)):
        runs.active_runs.supervise("the last one has ended")
    assert (workers.renewed, state(runs, run)) == ([], "starting")


def test_run_whose_process_died_before_it_began_waits_for_the_new_one_as_long_as_that_takes(
    runs: Runs, workers: ScriptedWorkers
) -> None:
    workers.begins, workers.is_frozen = False, True
    run = runs.start(LECTURE, "ada")
    workers.die(run.id, -9)
    wait_for(lambda: workers.started_runs == [run.id, run.id], PATIENCE, "the run to be given to the next process")
    for _ in range(round((COLD_SECONDS - 1) / CHECK_SECONDS)):
        runs.active_runs.supervise()
    assert (workers.renewed, state(runs, run)) == ([], "starting"), "a process that starts is not ended over it"


def test_run_that_was_not_begun_and_is_stopped_twice_ends_no_process(runs: Runs, workers: ScriptedWorkers) -> None:
    workers.begins = False
    run = runs.start(LECTURE, "ada")
    runs.stop(run.id)
    runs.stop(run.id)
    wait_for(lambda: state(runs, run) == "stopped", PATIENCE, "the run to stop")
    assert problem(runs, run).startswith("The run was taken back before a process had begun it; no process was ended.")


def test_run_that_cannot_be_given_to_a_trainer_fails_and_the_queue_goes_on(
    runs: Runs, workers: ScriptedWorkers, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unsendable(run: str, *arguments: object, **options: object) -> None:
        monkeypatch.undo()
        raise TypeError("cannot pickle a generator")

    monkeypatch.setattr(workers, "train", unsendable)
    run = runs.start(LECTURE, "ada")
    assert state(runs, run) == "failed"
    assert "Training failed before the first step: TypeError: cannot pickle a generator." in problem(runs, run)
    assert state(runs, runs.start(LECTURE, "grace")) == "starting"


def test_checks_are_counted_from_the_last_sign() -> None:
    life = Liveness()
    life.check(0)
    for _ in range(10):
        assert not life.check(0)
    assert life.seconds == pytest.approx(10 * CHECK_SECONDS)
    life.check(1)
    assert life.seconds == 0.0


@pytest.mark.parametrize(("deaths", "is_up"), [(1, True), (3, True), (4, False)])
def test_trainer_that_is_ended_while_it_is_warmed_up_is_followed_by_another(
    tmp_path: Path, deaths: int, is_up: bool
) -> None:
    workers = ScriptedWorkers(lambda experiment: None)  # no test reads the shapes
    runs = Runs(tmp_path, workers)
    run = runs.start(LECTURE, "ada")
    workers.dies_when_tidied = deaths
    assert runs.supervisor.start("digits", workers.start, "failed") == is_up
    assert (workers.started_runs == [run.id]) == is_up, "else the run would wait for good"
    runs.close()
