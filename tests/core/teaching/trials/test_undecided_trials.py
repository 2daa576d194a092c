"""Trials go on by themselves until they are decided; to look at them changes nothing."""

from collections.abc import Iterator

import pytest

from core.problems import ProblemError
from core.runs.manager import Runs
from core.teaching.trials import seed_trials
from core.teaching.trials.undecided_trials import UndecidedTrials
from tests.core.teaching.trials.test_seed_trials import OF, finish
from tests.pages.fake_workers import ScriptedWorkers
from tests.server import PATIENCE, wait_for


@pytest.fixture
def trials(runs: Runs) -> Iterator[UndecidedTrials]:
    trials = UndecidedTrials(runs)
    yield trials
    trials.close()


def states(runs: Runs) -> list[str]:
    """The states of the runs of the trial."""
    return sorted(run.state for run in runs.database.series(seed_trials.series_of(*OF)))


@pytest.mark.deep
def test_close_result_takes_three_more_though_nobody_looks(
    trials: UndecidedTrials, runs: Runs, workers: ScriptedWorkers
) -> None:
    trials.begin(*OF)
    for accuracy in (0.81, 0.85, 0.9):
        finish(workers, accuracy)
    expected = ["finished", "finished", "finished", "queued", "queued", "starting"]
    wait_for(lambda: states(runs) == expected, PATIENCE, "three more runs, the first with a trainer")
    for _ in range(3):
        finish(workers, 0.9)
    assert trials.look(*OF).state == "passed"


@pytest.mark.deep
def test_rest_of_a_missed_trial_is_cancelled_though_nobody_looks(
    trials: UndecidedTrials, runs: Runs, workers: ScriptedWorkers
) -> None:
    trials.begin(*OF)
    finish(workers, 0.1)
    wait_for(lambda: "cancelled" in states(runs), PATIENCE, "the waiting run to be cancelled")


def test_look_starts_and_stops_nothing(trials: UndecidedTrials, runs: Runs, workers: ScriptedWorkers) -> None:
    seed_trials.begin_trial(runs, *OF)  # as an earlier server did: nobody sees to the trial here
    for accuracy in (0.81, 0.85, 0.9):
        finish(workers, accuracy)
    trial = trials.look(*OF)
    assert (trial.state, len(runs.database.series(trial.series))) == ("stopped", 3)
    assert trial.words.startswith("Stopped after 3 of 6 more runs. Begin again to go on.")
    trials.begin(*OF)
    assert (trials.look(*OF).state, len(states(runs))) == ("running", 6)


@pytest.mark.deep
def test_trial_waits_for_room_in_the_queue(
    trials: UndecidedTrials, runs: Runs, workers: ScriptedWorkers, monkeypatch: pytest.MonkeyPatch
) -> None:
    trials.begin(*OF)
    monkeypatch.setenv("DASHBOARD_QUEUE", "1")
    with pytest.raises(ProblemError, match="wait already|may wait"):
        runs.start_all([OF[3], OF[3]], "eve")
    for accuracy in (0.81, 0.85, 0.9):
        finish(workers, accuracy)
    assert trials.look(*OF).state == "running", "the trial is not given up"
    monkeypatch.delenv("DASHBOARD_QUEUE")
    wait_for(lambda: len(states(runs)) == 6, PATIENCE, "three more runs")


def test_lecturers_trial_gets_into_a_full_queue(
    trials: UndecidedTrials, runs: Runs, workers: ScriptedWorkers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DASHBOARD_QUEUE", "1")
    runs.start(OF[3], "grace")
    waiting = runs.start(OF[3], "hedy")
    with pytest.raises(ProblemError, match="1 run waits already"):
        trials.begin(*OF)
    trials.begin(*OF, is_lecturer=True)
    assert [run.state for run in trials.look(*OF).unfinished] == ["queued"] * 3
    assert runs.queue.position(waiting.id) == 4, "the lecturer's three runs come first"
