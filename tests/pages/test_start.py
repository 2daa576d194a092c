"""The first screen: a network is chosen already, and drawn; one press trains it in place."""

from dataclasses import replace
from pathlib import Path

import pytest

from core.catalogue.datasets import DATASETS
from core.datasets.previews import preview_path
from core.experiment.model import Experiment
from core.experiment.templates import lecture_experiment
from core.export.model_formats import MODEL
from core.problems import Problem
from core.runs import manager
from tests.core.sample_experiments import layer, stack, template, with_data, with_fit
from tests.pages.conftest import DIGITS, READY, Open
from tests.pages.fake_workers import PREVIEW, ScriptedWorkers
from tests.pages.real_keras import Training
from tests.pages.training_run import LONG, SHORT, Room

NETWORK = "core.worker.views.network:network"
STATE = {"label": 9, "is_learned": False, "answers": [0.1] * 10, "columns": [], "links": [], "image": None}


def bring_files(keras_home: Path, dataset: str) -> None:
    """Make a data set's files be there, as far as anyone asks who does not read them."""
    for name in DATASETS[dataset].files:
        (keras_home / "datasets" / name).parent.mkdir(parents=True, exist_ok=True)
        (keras_home / "datasets" / name).touch()


def test_a_new_visitor_gets_the_lectures_net_on_the_best_data_here(open_screen: Open, keras_home: Path) -> None:
    bring_files(keras_home, "fashion_mnist")
    screen = open_screen("start", visitor=None)
    assert screen.title == "Teach a network to recognise clothes"
    assert screen.draft == lecture_experiment("fashion_mnist")
    assert screen.component("start-net")["line"] == "784 pixels → 128 units → 10 answers"


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
    assert line in open_screen("start", draft).component("start-net")["line"]
    assert line in open_screen("stage", draft).text("stage-empty")


def test_the_answers_are_left_open_until_keras_has_answered(open_screen: Open, workers: ScriptedWorkers) -> None:
    workers.answers_shapes = False
    screen = open_screen("start", template("convnet"))
    assert screen.component("start-net")["line"] == "64 pixels → 32 filters → 64 filters → checking"
    assert screen.component("start-net")["columns"] == []
    workers.answer_shapes()
    net = screen.run().component("start-net")
    assert net["line"] == "64 pixels → 32 filters → 64 filters → 10 answers"
    assert [column["title"] for column in net["columns"]] == ["32 maps", "32 maps", "64 maps", "64 maps", "10 units"]


def test_the_lectures_net_is_drawn_before_keras_has_answered(open_screen: Open, workers: ScriptedWorkers) -> None:
    workers.answers_shapes = False
    net = open_screen("start").component("start-net")
    assert [(column["kind"], column["count"]) for column in net["columns"]] == [("dots", 128), ("dots", 10)]
    assert net["states"] == []
    assert NETWORK not in workers.asked, "a worker that knows no shapes yet is not asked for more"


def test_one_epoch_is_one_epoch(open_screen: Open) -> None:
    assert "1,293 images, 1 epoch, about" in open_screen("start", with_fit(DIGITS, epochs=1)).text("start")


def test_pictures_are_asked_for_where_there_are_none_yet(
    open_screen: Open, keras_home: Path, workers: ScriptedWorkers
) -> None:
    bring_files(keras_home, "fashion_mnist")
    screen = open_screen("start", lecture_experiment("fashion_mnist"))
    assert "Reading the images" in screen.text()
    assert screen.component("start-net")["images"] == []
    assert workers.asked.count(PREVIEW) == 1
    assert not screen.button("start-train").disabled


def test_the_net_has_an_image_columns_and_names_with_pictures(open_screen: Open) -> None:
    net = open_screen("start").component("start-net")
    assert net["classes"] == [str(digit) for digit in range(10)]
    assert len(set(net["pictures"])) == 10
    assert all(picture.startswith("data:image/png;base64,") for picture in net["pictures"])
    [image] = net["images"]
    assert (image["height"], image["width"], image["channels"]) == (8, 8, 1)
    assert [(column["kind"], column["count"]) for column in net["columns"]] == [("dots", 128), ("dots", 10)]
    assert net["is_chain"] and not net["is_trained"] and net["url"] == ""


def test_the_untrained_network_is_drawn_once_it_has_answered(open_screen: Open, workers: ScriptedWorkers) -> None:
    screen = open_screen("start")
    assert screen.component("start-net")["states"] == []
    experiment, model = workers.answer(NETWORK, STATE)
    assert (experiment, model) == (DIGITS, "")
    assert screen.run().component("start-net")["states"] == [STATE]


def test_a_network_that_cannot_be_drawn_says_why(open_screen: Open, workers: ScriptedWorkers) -> None:
    screen = open_screen("start")
    workers.answer(NETWORK, Problem("network-too-large", (), "This network is too large.", "Expected less.", "Take less."))
    assert "This network is too large." in screen.run().text("start")
    assert not screen.button("start-train").disabled


def test_a_draft_that_cannot_be_trained_is_not_asked(open_screen: Open, workers: ScriptedWorkers) -> None:
    seven = stack(layer("Flatten"), layer("Dense", units=7, activation="softmax"))
    screen = open_screen("start", seven)
    assert NETWORK not in workers.asked
    assert screen.component("start-net")["answers"] == 7


def test_it_says_what_will_be_trained_and_how_long_it_takes(open_screen: Open) -> None:
    text = open_screen("start", with_data(lecture_experiment("cifar10"), dataset="digits")).text("start")
    assert "It looks at 1,293 small images, 64 pixels each, and corrects itself. At first it only guesses." in text
    assert "1,293 images, 5 epochs, about 1 s (estimated from its layers)" in text


def test_expected_time_is_what_was_measured_here(open_screen: Open, installed: manager.Runs) -> None:
    installed.supervisor.engine = replace(READY, seconds_per_step=0.1)  # 41 steps of 32 images, five times
    assert "5 epochs, about 94 s (estimated from its layers)" in open_screen("start").text("start")
    installed.supervisor.engine = replace(READY, seconds_per_step=1.0)
    assert "5 epochs, about 16 minutes" in open_screen("start").text("start")
    other = with_data(stack({"name": "Flatten"}, {"name": "Dense", "arguments": {"units": 10, "activation": "softmax"}}))
    assert "about 15 minutes" in open_screen("start", other).text("start"), "by what there is to multiply"
    installed.supervisor.engine = replace(READY, seconds_per_step=None)
    assert "about" not in open_screen("start", other).text("start")


def test_one_press_trains_in_place_and_shows_the_curve(
    open_screen: Open, installed: manager.Runs, workers: ScriptedWorkers
) -> None:
    screen = open_screen("start").press("Train this network")
    run = installed.database.runs_of("ada")[0]
    assert (run.experiment, run.state) == (DIGITS, "starting")
    assert workers.started_runs == [run.id]
    assert screen.title == "Teach a network to read small handwritten digits"
    assert screen.component("start-net")["url"] == f"/live/{run.id}?part=1"
    assert screen.component(f"start-curve-{run.id}") == {"url": f"/live/{run.id}?part=1", "epochs": 5, "chance": 0.1}
    assert screen.component(f"progress-{run.id}")["state"] == "starting"
    assert not screen.has_button("start-train")


def test_a_result_says_how_many_of_100_are_right_and_three_ways_on(room: Room) -> None:
    run = room.begin()
    room.training.end(room.installed, room.workers, run)
    screen = room.open("start", SHORT)
    right = round(100 * room.training.result["validation"]["accuracy"])
    assert screen.title == f"{right} of 100 right"
    text = screen.text("start")
    exact = round(144 * room.training.result["validation"]["accuracy"])
    assert f"{exact} of 144 images it did not learn from. Guessing would get 10 of 100." in text
    for words in (
        "Draw your own",
        "Make it better",
        "See its mistakes",
        "of 144 wrong. See which, and why.",
    ):
        assert words in text
    pictures = [screen.component(f"way-picture-{kind}")["images"] for kind in ("draw", "better", "mistakes")]
    assert [len(images) for images in pictures] == [1, 0, 4]
    assert all(source.startswith("data:image/png;base64,") for images in pictures for source in images)
    assert not screen.has_button("start-train")
    _, model = room.workers.answer(NETWORK, STATE)
    assert model.endswith(f"{run}/{MODEL}")
    net = screen.run().component("start-net")
    assert net["is_trained"] and net["states"] == [STATE]


def test_a_result_of_another_draft_is_not_shown(room: Room) -> None:
    run = room.begin()
    room.training.end(room.installed, room.workers, run)
    screen = room.open("start", LONG)
    assert screen.title.startswith("Teach a network")
    assert screen.component("start-net")["url"] == ""
    assert screen.has_button("start-train")


@pytest.mark.parametrize("how", ["failed", "interrupted"])
def test_a_run_without_a_result_leaves_the_button_and_says_so(room: Room, how: str) -> None:
    run = room.begin()
    room.end(run, how)
    screen = room.open("start", SHORT)
    assert screen.has_button("start-train")
    assert f"Run 1 is {how}; Train says more." in screen.text("start")


def test_a_result_without_a_validation_set_claims_nothing(
    open_screen: Open, training_without_validation: Training, installed: manager.Runs, workers: ScriptedWorkers
) -> None:
    training_without_validation.whole(installed, workers, "ada")
    screen = open_screen("start", training_without_validation.experiment)
    assert screen.title == "Trained"
    assert "No images were set aside to check it on" in screen.text("start")
    assert "See its mistakes** → :small[See which, and why.]" in screen.text("start")


@pytest.mark.parametrize(("accuracy", "right"), [(0.876, "88"), (0.9999, "99"), (1.0, "100"), (0.0, "0")])
def test_100_of_100_are_right_only_where_all_are(room: Room, accuracy: float, right: str) -> None:
    run = room.begin()
    room.training.end(
        room.installed, room.workers, run, validation={**room.training.result["validation"], "accuracy": accuracy}
    )
    assert room.open("start", SHORT).title == f"{right} of 100 right"


def test_no_line_below_until_a_run_is_on(open_screen: Open, installed: manager.Runs) -> None:
    screen = open_screen("start")
    assert not screen.has("line")
    run = installed.start(DIGITS, "ada")
    assert screen.run().component(f"progress-{run.id}")["state"] == "starting"


@pytest.mark.parametrize(
    ("engine", "words"),
    [
        (manager.EngineState(), "Keras is starting; a run that you start now waits for it"),
        (
            manager.EngineState("failed", message="TimeoutError: no answer"),
            "The engine did not start: TimeoutError: no answer.",
        ),
    ],
    ids=lambda one: one.state if isinstance(one, manager.EngineState) else "",
)
def test_foot_says_how_the_engine_is(
    open_screen: Open, installed: manager.Runs, engine: manager.EngineState, words: str
) -> None:
    installed.supervisor.engine = engine
    assert words in open_screen("start").text()
    assert words in open_screen("train").text()


def test_start_alone_says_that_all_works_offline_once_the_engine_is_ready(
    open_screen: Open, installed: manager.Runs
) -> None:
    installed.supervisor.engine = READY
    assert "Works offline" in open_screen("start").text()
    assert not open_screen("train").text("foot")


def test_engine_that_failed_lets_nobody_train(open_screen: Open, installed: manager.Runs) -> None:
    installed.supervisor.engine = manager.EngineState("failed", message="no memory")
    screen = open_screen("start")
    assert screen.button("start-train").disabled
    assert "The engine did not start: see the foot" in screen.text("start")
    assert "Close the dashboard and start it again" in screen.text("problem-engine")


def test_run_that_was_started_too_early_waits_for_the_engine(
    open_screen: Open, installed: manager.Runs, workers: ScriptedWorkers
) -> None:
    installed.supervisor.engine = manager.EngineState()
    screen = open_screen("start").press("Train this network")
    assert "Run 1: waiting" in screen.go("train").text()
    assert not workers.started_runs
    installed.supervisor.start("digits", workers.start, "failed")  # what `begin` does in the background
    assert "Run 1: starting" in screen.go("train").text()
    assert len(workers.started_runs) == 1


def test_engine_that_cannot_start_says_why(open_screen: Open, installed: manager.Runs, workers: ScriptedWorkers) -> None:
    installed.supervisor.engine = manager.EngineState()
    workers.start_error = TimeoutError("the scheduler did not start")
    installed.supervisor.start("digits", workers.start, "failed")
    assert "TimeoutError: the scheduler did not start" in open_screen("start").text("problem-engine")


def test_a_problem_stands_where_the_button_is(open_screen: Open) -> None:
    screen = open_screen("start", with_data(DIGITS, train_images=1_000_000))
    assert screen.button("start-train").disabled
    assert "Load: 1,000,000 training images are asked for; Digits has 1,293." in screen.text("start")


def test_missing_data_send_to_load(open_screen: Open) -> None:
    screen = open_screen("start", lecture_experiment("cifar10"))
    assert screen.button("start-train").disabled
    assert "CIFAR-10 is not on this machine: see Load." in screen.text("start")
    assert not preview_path("cifar10").exists()
