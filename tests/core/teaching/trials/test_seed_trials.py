"""Trials on a server: seeds that nobody chose, runs that are watched and stopped, and how a trial ends. No processes."""

from dataclasses import replace
from typing import Any

import pytest

from core.experiment.model import Experiment
from core.runs.manager import Runs
from core.teaching.checks.evidence import EvidenceLoaders
from core.teaching.deck import CheckCall, Task
from core.teaching.trials import regrading, seed_trials
from core.teaching.trials.receipts import GradedRun, Receipt
from tests.core.sample_experiments import LECTURE, with_fit
from tests.core.teaching.recorded_runs import recorded
from tests.pages.fake_workers import ScriptedWorkers
from tests.server import PATIENCE, wait_for

CALLS = (CheckCall("parameters", {"at_most": 10_000}, 1), CheckCall("accuracy", {"at_least": 0.8}, 1))
TASK = Task("bar", "Reach 0.8.", CALLS, (), None, 3, 1)
OF = ("ada", "challenges", TASK, LECTURE)
RESULT = recorded("lecture").run.result or {}


def finish(workers: ScriptedWorkers, accuracy: float, **changes: Any) -> None:
    """End the run that trains; the run before it may be about to hand its trainer over."""
    wait_for(lambda: workers.is_on(workers.started_runs[-1]), PATIENCE, "a run with a trainer")
    result = {**RESULT, "validation": {"loss": 0.5, "accuracy": accuracy}, **changes}
    workers.finish(workers.started_runs[-1], result)


def seeds_of(runs: Runs, series: str) -> list[int]:
    return sorted(run.experiment.fit.seed for run in runs.database.series(series))


def test_seeds_are_nobodys_choice(runs: Runs, monkeypatch: pytest.MonkeyPatch) -> None:
    seeds = seed_trials.trial_seeds(*OF)
    assert len(set(seeds)) == 6 and LECTURE.fit.seed not in seeds
    assert seed_trials.trial_seeds(*OF) == seeds
    others = (
        ("eve", *OF[1:]),
        (OF[0], "another deck", *OF[2:]),
        (*OF[:2], replace(TASK, id="other"), OF[3]),
        (*OF[:3], with_fit(LECTURE, epochs=6)),
    )
    assert all(not set(seed_trials.trial_seeds(*other)) & set(seeds) for other in others)
    monkeypatch.setenv("DASHBOARD_LECTURER_TOKEN", "a secret of another server")
    assert not set(seed_trials.trial_seeds(*OF)) & set(seeds)


def test_seed_and_names_of_layers_change_nothing(runs: Runs) -> None:
    renamed = replace(
        LECTURE,
        layers=tuple(replace(each, id=f"my-{each.id}", custom_name="mine") for each in LECTURE.layers[:1])
        + LECTURE.layers[1:],
    )
    assert seed_trials.series_of(*OF[:3], with_fit(LECTURE, seed=77)) == seed_trials.series_of(*OF)
    assert seed_trials.series_of(*OF[:3], renamed) == seed_trials.series_of(*OF)


def test_own_seed_is_never_among_them(runs: Runs) -> None:
    drawn = seed_trials.trial_seeds(*OF)[0]
    assert drawn not in seed_trials.trial_seeds(*OF[:3], with_fit(LECTURE, seed=drawn))


def test_trial_is_passed_by_three_clear_runs(runs: Runs, workers: ScriptedWorkers) -> None:
    assert seed_trials.trial_progress(runs, *OF).state == "none"
    seed_trials.begin_trial(runs, *OF)
    trial = seed_trials.trial_progress(runs, *OF)
    assert (trial.state, trial.seeds, len(trial.unfinished)) == ("running", 3, 3)
    assert seeds_of(runs, trial.series) == sorted(seed_trials.trial_seeds(*OF)[:3])
    for accuracy in (0.93, 0.94, 0.95):
        finish(workers, accuracy)
    trial = seed_trials.advance_trial(runs, *OF)
    assert trial.state == "passed" and len(trial.outcomes) == 3
    assert trial.words.startswith("Passed: 3 of 3 more runs with other seeds pass, too.") and "0.9300" in trial.words


def test_miss_ends_the_trial_and_cancels_the_rest(runs: Runs, workers: ScriptedWorkers) -> None:
    seed_trials.begin_trial(runs, *OF)
    finish(workers, 0.79)
    trial = seed_trials.advance_trial(runs, *OF)
    assert trial.state == "missed" and "0.7900" in trial.words and "0 of 1 run with other seeds passed" in trial.words
    assert "cancelled" in {run.state for run in runs.database.series(trial.series)}
    assert f"Seed 1 · {TASK.id}" in {run.name for run in runs.database.series(trial.series)}, (
        "no deck of this name, so no title"
    )
    seed_trials.begin_trial(runs, *OF)  # again: the same seeds would give the same
    assert len(runs.database.series(trial.series)) == 3


def test_close_result_takes_three_more(runs: Runs, workers: ScriptedWorkers) -> None:
    seed_trials.begin_trial(runs, *OF)
    for accuracy in (0.81, 0.85, 0.9):
        finish(workers, accuracy)
    trial = seed_trials.advance_trial(runs, *OF)
    assert (trial.state, trial.seeds, len(trial.unfinished)) == ("running", 6, 3) and "close" in trial.words
    for _ in range(3):
        finish(workers, 0.9)
    assert seed_trials.advance_trial(runs, *OF).state == "passed"


def test_stopped_trial_goes_on_with_the_seeds_that_are_missing(runs: Runs, workers: ScriptedWorkers) -> None:
    seed_trials.begin_trial(runs, *OF)
    finish(workers, 0.95)
    seed_trials.stop(runs, *OF)
    workers.finish(workers.started_runs[-1], {**RESULT, "how": "stop"})
    trial = seed_trials.advance_trial(runs, *OF)
    assert (trial.state, len(trial.results), trial.unfinished) == ("stopped", 1, ())
    seed_trials.begin_trial(runs, *OF)
    assert len(seed_trials.trial_progress(runs, *OF).unfinished) == 2
    for _ in range(2):
        finish(workers, 0.95)
    assert seed_trials.advance_trial(runs, *OF).state == "passed"


def test_loss_that_is_no_number_is_a_miss(runs: Runs, workers: ScriptedWorkers) -> None:
    seed_trials.begin_trial(runs, *OF)
    run = workers.started_runs[-1]
    workers.report(run, kind="fitted", how="not-finite", epochs=1, seconds=1.0, finite_step=3)
    workers.finish(run, {**RESULT, "how": "not-finite"})
    trial = seed_trials.advance_trial(runs, *OF)
    assert trial.state == "missed" and "no number" in trial.words


def test_shifted_images_are_waited_for(runs: Runs, workers: ScriptedWorkers, monkeypatch: pytest.MonkeyPatch) -> None:
    answers: list[tuple[float, float] | None] = [None]
    look_up = EvidenceLoaders(shifted=lambda _run, _pixels: answers[0])
    monkeypatch.setattr(seed_trials, "make_evidence_loaders", lambda _runs: look_up)
    of = (*OF[:2], replace(TASK, checks=(CheckCall("shift_robust", {"pixels": 2, "drop_at_most": 5}, 1),)), LECTURE)
    seed_trials.begin_trial(runs, *of)
    for _ in range(3):
        finish(workers, 0.9)
    assert seed_trials.advance_trial(runs, *of).state == "running"
    answers[0] = (0.9, 0.88)
    trial = seed_trials.advance_trial(runs, *of)
    assert trial.state == "passed" and "0.8800 on images shifted by 2 pixels" in trial.words
    answers[0] = (0.9, 0.8)
    assert seed_trials.trial_progress(runs, *of).state == "missed"


def test_begin_twice_queues_once(runs: Runs) -> None:
    seed_trials.begin_trial(runs, *OF)
    seed_trials.begin_trial(runs, *OF)
    assert len(seed_trials.trial_progress(runs, *OF).unfinished) == 3


def test_sealed_test_set_of_other_seeds_is_judged(runs: Runs, workers: ScriptedWorkers) -> None:
    task = replace(TASK, checks=(CheckCall("accuracy", {"on": "test", "at_least": 0.5}, 1),))
    of = (*OF[:2], task, LECTURE)
    seed_trials.begin_trial(runs, *of)
    for _ in range(3):
        finish(workers, 0.9)
    assert seed_trials.advance_trial(runs, *of).state == "passed"


def test_receipt_is_graded_again_on_the_server(runs: Runs, workers: ScriptedWorkers) -> None:
    receipt = receipt_of_runs(LECTURE, with_fit(LECTURE, seed=5))
    series = regrading.begin_regrading(runs, receipt, "lecturer")
    assert regrading.regrading_progress(runs, receipt, series) == regrading.Grading((None, None), 0, 2)
    workers.finish(workers.started_runs[-1], RESULT)
    workers.finish(workers.started_runs[-1], {**RESULT, "test": {"loss": 1.0, "accuracy": 0.5}})
    same, other = regrading.regrading_progress(runs, receipt, series).found
    assert same is not None and same.is_same
    assert other is not None and other.different == 2 and "on the test set" in other.words


def receipt_of_runs(*experiments: Experiment) -> Receipt:
    numbers = {name: RESULT[name] for name in ("history", "validation", "test")}
    runs = tuple(GradedRun(experiment, numbers, ()) for experiment in experiments)
    return Receipt("deck", "A deck", "bar", "Do.", ("saw",), 1.0, experiments[0], runs, 0.0)
