"""The first screen: a network is chosen already, and one press trains it."""

from dataclasses import replace
from pathlib import Path

import pytest

from core.catalogue.datasets import DATASETS
from core.datasets.previews import preview_path
from core.experiment.model import Experiment
from core.experiment.templates import lecture
from core.runs import manager
from tests.core.sample_experiments import layer, stack, template, with_data, with_fit
from tests.pages.conftest import DIGITS, READY, Open
from tests.pages.fake_workers import PREVIEW, ScriptedWorkers


def bring_files(keras_home: Path, dataset: str) -> None:
    """Make a data set's files be there, as far as anyone asks who does not read them."""
    for name in DATASETS[dataset].files:
        (keras_home / "datasets" / name).parent.mkdir(parents=True, exist_ok=True)
        (keras_home / "datasets" / name).touch()


def test_a_new_visitor_gets_the_lectures_net_on_the_best_data_here(open_screen: Open, keras_home: Path) -> None:
    bring_files(keras_home, "fashion_mnist")
    screen = open_screen("start", visitor=None)
    assert screen.title == "Teach a network to recognise clothes"
    assert screen.draft == lecture("fashion_mnist")
    assert "784 pixels → 128 units → 10 answers" in screen.text("start")


@pytest.mark.parametrize(
    ("draft", "line"),
    [
        (template("convnet"), "64 pixels → 32 filters → 64 filters → 10 answers"),
        (template("residual"), "64 pixels → 12 layers with branches → 10 answers"),
        (template("vgg"), "64 pixels → 10 layers → 10 answers"),
        (stack(layer("Flatten"), layer("Dense", units=7, activation="softmax")), "64 pixels → 7 answers"),
        (stack(layer("Flatten"), layer("Conv2D", filters=4, kernel_size=3)), "no answer: Conv2D (outputs) cannot take"),
        (stack(layer("Flatten"), layer("Dense", units=-5)), "a value is not allowed"),
    ],
    ids=["convnet", "residual", "vgg", "seven", "refused", "bad"],
)
def test_start_and_stage_say_what_the_draft_is(open_screen: Open, draft: Experiment, line: str) -> None:
    assert line in open_screen("start", draft).text("start")
    assert line in open_screen("stage", draft).text("stage-empty")


def test_the_answers_are_left_open_until_keras_has_answered(open_screen: Open, workers: ScriptedWorkers) -> None:
    workers.answers_shapes = False
    screen = open_screen("start", template("convnet"))
    assert "64 pixels → 32 filters → 64 filters → checking" in screen.text("start")
    workers.answer_shapes()
    assert "64 pixels → 32 filters → 64 filters → 10 answers" in screen.run().text("start")


def test_one_epoch_is_one_epoch(open_screen: Open) -> None:
    assert "cross-entropy, 1 epoch, about" in open_screen("start", with_fit(DIGITS, epochs=1)).text("start")


def test_pictures_are_asked_for_where_there_are_none_yet(
    open_screen: Open, keras_home: Path, workers: ScriptedWorkers
) -> None:
    bring_files(keras_home, "fashion_mnist")
    screen = open_screen("start", lecture("fashion_mnist"))
    assert "Reading the images" in screen.text("start")
    assert workers.asked.count(PREVIEW) == 1
    assert not screen.button("start-train").disabled


def test_twenty_pictures_with_their_classes(open_screen: Open) -> None:
    items = open_screen("start").component("start-pictures")["items"]
    assert [item["caption"] for item in items] == [str(digit) for digit in range(10)] * 2
    assert len({item["src"] for item in items}) == 20
    assert all(item["alt"] and item["src"].startswith("data:image/png;base64,") for item in items)


def test_it_says_what_will_be_trained_and_how_long_it_takes(open_screen: Open) -> None:
    text = open_screen("start", with_data(lecture("cifar10"), dataset="digits")).text("start")
    assert "64 pixels → 128 units → 10 answers" in text
    assert "Adam 0.001, cross-entropy, 5 epochs, about 1 s (estimated from its layers)" in text


def test_expected_time_is_what_was_measured_here(open_screen: Open, installed: manager.Runs) -> None:
    installed.supervisor.engine = replace(READY, seconds_per_step=0.1)  # 41 steps of 32 images, five times
    assert "5 epochs, about 94 s (estimated from its layers)" in open_screen("start").text("start")
    installed.supervisor.engine = replace(READY, seconds_per_step=1.0)
    assert "5 epochs, about 16 minutes" in open_screen("start").text("start")
    other = with_data(stack({"name": "Flatten"}, {"name": "Dense", "arguments": {"units": 10, "activation": "softmax"}}))
    assert "about 15 minutes" in open_screen("start", other).text("start"), "by what there is to multiply"
    installed.supervisor.engine = replace(READY, seconds_per_step=None)
    assert "about" not in open_screen("start", other).text("start")


def test_one_press_trains_and_shows_the_curves(open_screen: Open, installed: manager.Runs, workers: ScriptedWorkers) -> None:
    screen = open_screen("start").press("Train this network")
    run = installed.ledger.runs_of("ada")[0]
    assert (run.experiment, run.state) == (DIGITS, "starting")
    assert workers.started_runs == [run.id]
    assert screen.title == "Train"
    assert "Run 1: starting" in screen.text()


def test_no_line_below_until_a_run_is_on(open_screen: Open, installed: manager.Runs) -> None:
    screen = open_screen("start")
    assert not screen.has("line")
    run = installed.start(DIGITS, "ada")
    assert screen.run().component(f"progress-{run.id}")["state"] == "starting"


@pytest.mark.parametrize(
    ("engine", "words"),
    [
        (READY, "Works offline · engine ready in 6 s"),
        (manager.Engine(), "Works offline · the engine is starting; a run that you start now waits for it"),
        (manager.Engine("failed", message="TimeoutError: no answer"), "The engine did not start: TimeoutError: no answer."),
    ],
    ids=lambda one: one.state if isinstance(one, manager.Engine) else "",
)
def test_foot_says_how_the_engine_is(open_screen: Open, installed: manager.Runs, engine: manager.Engine, words: str) -> None:
    installed.supervisor.engine = engine
    assert words in open_screen("start").text()
    assert words in open_screen("train").text()


def test_engine_that_failed_lets_nobody_train(open_screen: Open, installed: manager.Runs) -> None:
    installed.supervisor.engine = manager.Engine("failed", message="no memory")
    screen = open_screen("start")
    assert screen.button("start-train").disabled
    assert "The engine did not start: see the foot" in screen.text("start")
    assert "Close the dashboard and start it again" in screen.text("problem-engine")


def test_run_that_was_started_too_early_waits_for_the_engine(
    open_screen: Open, installed: manager.Runs, workers: ScriptedWorkers
) -> None:
    installed.supervisor.engine = manager.Engine()
    screen = open_screen("start").press("Train this network")
    assert "Run 1: waiting" in screen.text()
    assert not workers.started_runs
    installed.supervisor.start("digits", workers.start, "failed")  # what `begin` does in the background
    assert "Run 1: starting" in screen.go("train").text()
    assert len(workers.started_runs) == 1


def test_engine_that_cannot_start_says_why(open_screen: Open, installed: manager.Runs, workers: ScriptedWorkers) -> None:
    installed.supervisor.engine = manager.Engine()
    workers.start_error = TimeoutError("the scheduler did not start")
    installed.supervisor.start("digits", workers.start, "failed")
    assert "TimeoutError: the scheduler did not start" in open_screen("start").text("problem-engine")


def test_a_problem_stands_where_the_button_is(open_screen: Open) -> None:
    screen = open_screen("start", with_data(DIGITS, train_images=1_000_000))
    assert screen.button("start-train").disabled
    assert "Load: 1,000,000 training images are asked for; Digits has 1,293." in screen.text("start")


def test_missing_data_send_to_load(open_screen: Open) -> None:
    screen = open_screen("start", lecture("cifar10"))
    assert screen.button("start-train").disabled
    assert "CIFAR-10 is not on this machine: see Load." in screen.text("start")
    assert not preview_path("cifar10").exists()
