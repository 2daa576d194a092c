"""Train: five controls, and what a run shows in each of its states."""

import re
from dataclasses import replace

import pytest

from core.application import application
from core.coach.rules import NO_ALARM
from core.experiment.edits import set_value
from core.experiment.execution import steps_sentence
from core.experiment.model import Experiment
from core.experiment.templates import lecture_experiment
from core.problems import Problem, ProblemError
from core.runs import manager
from tests.core.sample_experiments import with_fit
from tests.pages.conftest import DIGITS, READY, Open
from tests.pages.fake_workers import ScriptedWorkers
from tests.pages.real_keras import Training, short
from tests.pages.training_run import Room

SHORT = short()


def test_first_visit_says_what_to_do(open_screen: Open) -> None:
    screen = open_screen("train")
    assert "No run yet" in screen.text("empty")
    axes = screen.component("curves")
    assert (axes["url"], axes["epochs"]) == ("", screen.draft.fit.epochs), "the axes are there before a run"
    assert "Ready to train: Digits, 1,293 images → Flatten, Dense 128 relu" in screen.text("empty")
    assert screen.rail()["Train"] == ("needs you", "not trained yet")
    assert screen.rail()["Evaluate"] == ("later", "after training")


def test_first_visit_says_what_stands_in_the_way_and_mends_it(open_screen: Open) -> None:
    screen = open_screen("train", set_value(DIGITS, ("compile", "optimizer", "arguments", "learning_rate"), 1000.0))
    assert "Something stands in the way. Compile: Adam: learning_rate is 1000.0." in screen.text("empty")
    assert "Ready to train" not in screen.text()
    screen.mend()
    assert "Ready to train" in screen.text("empty")


def test_epoch_and_batch_are_drawn_from_the_draft_and_then_from_the_run(open_screen: Open, installed: manager.Runs) -> None:
    screen = open_screen("train").put("fit/batch_size", 100)
    drawn = {"images": 1293, "batchSize": 100, "epochs": 5}
    assert screen.component("epochs") == {**drawn, "url": ""}
    screen.press("line-train")
    run = installed.database.runs_of("ada")[0]
    screen.put("fit/batch_size", 32)  # of the next run
    assert screen.component(f"epochs-{run.id}") == {**drawn, "url": f"/live/{run.id}?part=1"}


@pytest.mark.parametrize(
    ("name", "value"), [("fit/epochs", 9), ("fit/batch_size", 128), ("fit/seed", 7), ("data/train_images", 500)]
)
def test_a_control_changes_the_draft(open_screen: Open, name: str, value: int) -> None:
    screen = open_screen("train").put(name, value)
    assert screen.draft == set_value(DIGITS, tuple(name.split("/")), value)


def test_optimizer_and_learning_rate_are_controls_too(open_screen: Open) -> None:
    screen = open_screen("train").put("compile/optimizer", "RMSprop")
    assert screen.put("compile/optimizer/arguments/learning_rate", 0.01).draft.compile.optimizer.name == "RMSprop"
    assert screen.draft.compile.optimizer.argument("learning_rate") == 0.01


def test_mode_is_chosen_with_what_it_means(open_screen: Open, installed: manager.Runs) -> None:
    screen = open_screen("train")
    assert "steps at a time, with the numbers of a plain Keras script, to the last digit." in screen.text()
    assert steps_sentence(installed.checks.execution(screen.draft)) in screen.text()
    screen.put("fit/mode", "fast")
    assert screen.draft == with_fit(DIGITS, mode="fast")
    assert "XLA compiles 8 steps at a time" in screen.text()


def test_problems_of_fit_stand_here(open_screen: Open) -> None:
    screen = open_screen("train", with_fit(DIGITS, epochs=0))
    assert "epochs is 0." in screen.text("problem-fit-0")
    assert screen.press("Set epochs to 5").draft == DIGITS


# A run's states


def test_queued_run_waits(open_screen: Open, installed: manager.Runs, workers: ScriptedWorkers) -> None:
    installed.start(with_fit(DIGITS, seed=1), "grace")  # whose run keeps the only trainer busy
    screen = open_screen("train").press("Train")
    run = installed.database.runs_of("ada")[0]
    assert "Run 1: waiting" in screen.text()
    assert screen.rail()["Train"] == ("busy", "run 1 is waiting")
    assert screen.component(f"progress-{run.id}")["state"] == "queued"
    assert installed.queue.position(run.id) == 1
    screen.press("stop")
    assert "Run 1: cancelled" in screen.text()
    assert run.id not in workers.started_runs
    assert screen.has_button("line-train")


def test_running_run_is_followed_live(
    open_screen: Open, training: Training, installed: manager.Runs, workers: ScriptedWorkers
) -> None:
    run = training.start(installed, workers, "ada")
    screen = open_screen("train", SHORT)
    assert "Run 1: training" in screen.text()
    follows = {"title": "", "note": "", "verdict": None, "url": f"/live/{run}?part=1", "of": 100, "epochs": 2}
    assert screen.component(f"headline-{run}") == {**follows, "state": "training"}
    assert screen.component(f"dots-{run}") == {"right": 0, "of": 100, "url": f"/live/{run}?part=1"}
    assert screen.rail()["Train"] == ("busy", "run 1 is training")
    curves = screen.component("curves")
    assert (curves["url"], curves["epochs"], curves["ghost"]) == (f"/live/{run}?part=1", 2, None)
    assert curves["guess"] == {"loss": pytest.approx(2.302585), "accuracy": pytest.approx(0.1)}
    progress = screen.component(f"progress-{run}")
    assert (progress["run"], progress["state"], progress["epochs"]) == (run, "training", 2)
    assert not screen.has_button("line-train")
    assert not screen.button("stop").disabled


def test_finished_run_shows_its_marks(
    open_screen: Open, training: Training, installed: manager.Runs, workers: ScriptedWorkers
) -> None:
    run = training.whole(installed, workers, "ada")
    screen = open_screen("train", SHORT)
    assert "Run 1: finished" in screen.text()
    assert screen.rail()["Train"] == ("done", "run 1 finished")
    found = training.result["validation"]
    assert f"validation accuracy {found['accuracy']:.4f}, validation loss " in screen.text("outcome")
    assert "9,610 parameters" in screen.text("outcome")
    right = round(100 * found["accuracy"])
    assert screen.component(f"headline-{run}")["title"] == f"{right} of 100 right"
    assert screen.component(f"headline-{run}")["verdict"] is None, "there is no run before"
    assert screen.component(f"dots-{run}") == {"right": right, "of": 100, "url": ""}
    shown = screen.component(f"faces-{run}")["faces"]
    assert len(shown) == 4 and len({face["label"] for face in shown}) == 4
    assert all(face["label"] != face["said"] and face["sure"].endswith("% sure") for face in shown)
    assert "The validation loss was lowest after the last epoch." in screen.text()
    assert not screen.has(f"epochs-{run}"), "its bars would all be full"
    assert "Evaluate this run" in screen.text()
    assert screen.component("curves")["url"] == f"/live/{run}?part=1"


def test_run_without_validation_has_no_validation_marks(
    open_screen: Open, training_without_validation: Training, installed: manager.Runs, workers: ScriptedWorkers
) -> None:
    run = training_without_validation.whole(installed, workers, "ada")
    screen = open_screen("train", training_without_validation.experiment)
    assert "Run 1: finished" in screen.text()
    assert "validation accuracy" not in screen.text("outcome")
    shown = screen.component(f"headline-{run}")
    assert (shown["title"], shown["note"]) == ("Trained", "No images were kept aside to check it on.")
    assert not screen.has(f"dots-{run}")
    assert "Evaluate this run" in screen.text()


def test_stop_is_asked_for_once_and_its_result_follows(
    open_screen: Open, training: Training, installed: manager.Runs, workers: ScriptedWorkers
) -> None:
    run = training.start(installed, workers, "ada")
    screen = open_screen("train", SHORT).press("stop")
    assert workers.commands == [(run, "stop")]
    assert screen.button("stop").label == "Stop now"
    assert "Run 1: stopping" in screen.text()
    workers.report(run, kind="fitted", how="stop", epochs=1, seconds=0.5, finite_step=3)
    assert "Run 1: stopped" in screen.run().text()
    assert "Evaluate this run" not in screen.text()
    training.end(installed, workers, run, how="stop")
    assert "Run 1: stopped" in screen.run().text()
    assert screen.rail()["Train"] == ("done", "run 1 stopped")
    assert "Evaluate this run" in screen.text()


@pytest.mark.parametrize(
    ("exit_code", "words"),
    [
        (-9, "it was killed, often by the system for want of memory (signal 9)"),
        (-11, "it crashed inside a library (signal 11, a segmentation fault)"),
        ("memory", "it took more than the 1.9 GB of memory that it may have here (out of memory)"),
        (3, "exit code 3"),
    ],
)
def test_worker_that_died_says_where_and_why(
    room: Room, monkeypatch: pytest.MonkeyPatch, exit_code: int | str, words: str
) -> None:
    monkeypatch.setenv("DASHBOARD_WORKER_MEMORY", "2")
    run = room.begin()
    room.workers.report(run, kind="batch", step=12, epoch=0.29, loss=2.0, accuracy=0.3, seconds=0.1)
    room.workers.die(run, exit_code)
    screen = room.open("train", SHORT)
    assert f"The training process died at epoch 1, step 12: {words}." in screen.text("problem-run")
    assert "Press Resume to go on from the last epoch that was saved" in screen.text("problem-run")
    assert screen.rail()["Train"] == ("problem", "run 1 failed")
    assert screen.press("Train").rail()["Train"] == ("busy", "run 2 is starting")


def test_crash_says_what_keras_said(
    open_screen: Open, training: Training, installed: manager.Runs, workers: ScriptedWorkers
) -> None:
    run = training.start(installed, workers, "ada")
    workers.fail(run, ValueError("logits and labels must be broadcastable\nmore lines"))
    text = open_screen("train", SHORT).text("problem-run")
    assert "Training failed before the first step: ValueError: logits and labels must be broadcastable." in text
    assert "more lines" not in text


def test_problem_found_by_the_trainer_is_shown(open_screen: Open, installed: manager.Runs, workers: ScriptedWorkers) -> None:
    run = installed.start(DIGITS, "ada")
    found = Problem("nan-pixels", ("data",), "A pixel is no number.", "Expected numbers.", "Use other data.")
    workers.fail(run.id, ProblemError(found))
    assert "A pixel is no number." in open_screen("train").text("problem-run")


def test_run_of_a_server_that_went_away_is_interrupted(
    open_screen: Open, training: Training, installed: manager.Runs, workers: ScriptedWorkers
) -> None:
    training.start(installed, workers, "ada")
    installed.begin("digits")  # another server starts on the same folder
    assert installed.supervisor.wait_until_ready(20)
    screen = open_screen("train", SHORT)
    assert "Run 1: interrupted" in screen.text()
    assert "The dashboard was closed while this run was on." in screen.text("problem-run")
    assert not screen.app.error  # it is nobody's fault
    assert screen.rail()["Train"] == ("done", "run 1 interrupted")


def test_network_that_became_no_number_is_said(
    open_screen: Open, training: Training, installed: manager.Runs, workers: ScriptedWorkers
) -> None:
    run = training.start(installed, workers, "ada")
    nan = float("nan")
    workers.report(
        run, kind="epoch", step=41, epoch=1.0, loss=None, accuracy=0.1, val_loss=None, val_accuracy=0.1, seconds=1.0
    )
    validation = {**training.result["validation"], "loss": nan}
    training.end(installed, workers, run, validation=validation)
    screen = open_screen("train", SHORT)
    assert "The loss became infinite or not a number" in screen.text()
    assert "validation loss nan" in screen.text("outcome")


def test_ids_of_runs_fit_into_a_components_key(installed: manager.Runs) -> None:
    ids = [installed.database.add_run(DIGITS, "ada").id for _ in range(50)]
    assert all(one.isalnum() and len(one) == 32 for one in ids)  # Streamlit refuses two underscores
    assert len(set(ids)) == 50


# More than one run


def test_a_second_press_is_no_second_run(open_screen: Open, installed: manager.Runs, workers: ScriptedWorkers) -> None:
    first, second = open_screen("train"), open_screen("train")
    first.press("Train")
    second.press("Train")  # of another tab, which has not been drawn anew
    assert len(installed.database.runs_of("ada")) == 1
    assert len(workers.started_runs) == 1
    assert second.title == "Run 1: starting"


def test_runs_of_two_visitors_take_turns(
    open_screen: Open, training: Training, installed: manager.Runs, workers: ScriptedWorkers
) -> None:
    one = training.start(installed, workers, "ada")
    two = installed.start(SHORT, "grace").id
    assert "Run 1: waiting" in open_screen("train", SHORT, visitor="grace").text()
    training.end(installed, workers, one)
    assert workers.started_runs == [one, two]
    assert "Run 1: starting" in open_screen("train", SHORT, visitor="grace").text()


def test_the_run_before_is_a_ghost_and_the_difference_is_named(
    open_screen: Open, training: Training, installed: manager.Runs, workers: ScriptedWorkers
) -> None:
    training.whole(installed, workers, "ada")
    changed = set_value(SHORT, ("compile", "optimizer", "arguments", "learning_rate"), 0.01)
    training.start(installed, workers, "ada", changed)
    screen = open_screen("train", changed)
    assert "Against run 1: **learning rate 0.01 (was 0.001)**" in screen.text()
    assert screen.has("run-colour-2"), "the colour of run 2 stands before its name"
    curves = screen.component("curves")
    assert (curves["ghost_label"], curves["ghost_colour"]) == ("run 1", 1)
    assert [event["kind"] for event in curves["ghost"]["events"]].count("epoch") == 2


def test_run_that_is_worse_than_the_run_before_gets_a_verdict_with_the_reason(
    open_screen: Open, training: Training, installed: manager.Runs, workers: ScriptedWorkers
) -> None:
    best = training.whole(installed, workers, "ada")
    changed = set_value(SHORT, ("layers", "hidden", "arguments", "units"), 2)
    run = training.start(installed, workers, "ada", changed)
    training.end(installed, workers, run)
    for identity, accuracy in ((best, 0.91), (run, 0.35)):
        installed.database.set_result(identity, training.result | {"validation": {"loss": 1.0, "accuracy": accuracy}})
    screen = open_screen("train", changed)
    assert screen.component(f"headline-{run}")["verdict"] == {
        "size": "56 fewer",
        "than": "than run 1",
        "cause": "2 units",
        "rest": " instead of 128",
        "direction": -1,
    }
    assert NO_ALARM not in screen.text()


def test_run_from_before_the_open_deck_is_not_compared(
    open_screen: Open, training: Training, installed: manager.Runs, workers: ScriptedWorkers
) -> None:
    training.whole(installed, workers, "ada")
    application().progress.go_to("ada", "lesson-08-batches", "train-with-large-batches")
    changed = set_value(SHORT, ("fit", "batch_size"), 512)
    run = training.start(installed, workers, "ada", changed)
    training.end(installed, workers, run)
    screen = open_screen("train", changed)
    assert screen.component(f"headline-{run}")["verdict"] is None, "the deck speaks of other images than run 1"
    assert "Against run 1" not in screen.text() and screen.component("curves")["ghost"] is None


def test_another_loss_is_no_ghost(
    open_screen: Open, training: Training, installed: manager.Runs, workers: ScriptedWorkers
) -> None:
    training.whole(installed, workers, "ada")
    compiled = replace(SHORT.compile, loss=replace(SHORT.compile.loss, name="MeanSquaredError"))
    changed = replace(SHORT, compile=compiled)
    training.start(installed, workers, "ada", changed)
    screen = open_screen("train", changed)
    assert screen.component("curves")["ghost"] is None
    assert "Run 1 has another loss, so its curves are not drawn behind these." in screen.text()
    assert screen.component("curves")["guess"]["loss"] is None


def test_expected_time_is_that_of_a_run_like_it(
    open_screen: Open, training: Training, installed: manager.Runs, workers: ScriptedWorkers
) -> None:
    installed.supervisor.engine = replace(READY, seconds_per_step=None)
    run = training.start(installed, workers, "ada")
    training.end(installed, workers, run, evaluation_seconds=500.0)
    told = open_screen("start", with_fit(SHORT, epochs=10)).text("start")
    assert re.search(r"10 epochs, about [89] minutes \(measured on an earlier run\)", told), "its evaluation counts too"
    assert "about" not in open_screen("start", with_fit(SHORT, batch_size=64)).text("start")


# What stands in the way


def test_train_waits_for_nobody_where_shapes_are_not_known(
    open_screen: Open, installed: manager.Runs, workers: ScriptedWorkers
) -> None:
    workers.answers_shapes = False
    assert open_screen("train").press("Train").rail()["Train"] == ("busy", "run 1 is starting")
    assert len(workers.started_runs) == 1


def test_a_draft_that_another_tab_broke_is_refused_with_its_problem(
    open_screen: Open, installed: manager.Runs, workers: ScriptedWorkers
) -> None:
    screen = open_screen("train")
    installed.database.edit_draft("ada", replace(DIGITS, layers=()))
    screen.press("Train")
    assert "The network has no layers." in screen.text("problem-refusal")
    assert not workers.started_runs
    assert screen.button("line-train").disabled


@pytest.mark.parametrize(
    "experiment", [lecture_experiment("cifar10"), replace(DIGITS, layers=())], ids=["missing-data", "no-layers"]
)
def test_train_is_disabled_with_a_reason(open_screen: Open, experiment: Experiment) -> None:
    screen = open_screen("train", experiment)
    assert screen.button("line-train").disabled
    assert screen.text("line-train-box").splitlines()[-1] in (
        "CIFAR-10 is not on this machine: see Load.",
        "Define: The network has no layers.",
    )


def test_settings_are_folded_once_there_is_a_run(open_screen: Open, installed: manager.Runs) -> None:
    assert not open_screen("train").has("show-settings")
    installed.start(DIGITS, "ada")
    screen = open_screen("train")
    assert screen.has("show-settings")
    assert screen.has("controls")
    assert not screen.widget("show-settings").value
