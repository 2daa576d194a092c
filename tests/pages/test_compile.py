"""Compile: optimizer, loss and metrics, each with what fits them and what does not, and the loss in pictures."""

from math import inf

import pytest

from core.catalogue.losses import LOSSES
from core.catalogue.metrics import METRICS
from core.catalogue.optimizers import OPTIMIZERS
from core.experiment import learning_rates
from core.experiment.edits import set_value
from core.experiment.model import EntryRef, Experiment
from core.problems import Problem
from core.views.loss_bar import LossBarQuestion, LossCurve
from core.views.loss_surface import LossPlaneQuestion, LossSliceQuestion
from core.views.optimizer_paths import FirstStepQuestion, OptimizerPath, OptimizerPathsQuestion
from core.views.shared.landscape import LossPlane, LossSlice
from tests.core.sample_experiments import with_compile
from tests.deep_cases import deep_except
from tests.pages.conftest import DIGITS, Open
from tests.pages.fake_workers import ScriptedWorkers
from tests.pages.screen import Screen

CURVE = LossBarQuestion.function
FIRST_STEP = FirstStepQuestion.function
PATHS = OptimizerPathsQuestion.function
PLANE = LossPlaneQuestion.function
SLICE = LossSliceQuestion.function
RATE = ("compile", "optimizer", "arguments", "learning_rate")


def test_all_is_chosen_already(open_screen: Open) -> None:
    screen = open_screen("compile")
    assert screen.widget("compile/optimizer").value == "Adam"
    assert screen.widget("compile/loss").value == "SparseCategoricalCrossentropy"
    assert screen.widget("compile/metrics").value == ["Accuracy"]
    assert screen.widget("/".join(RATE)).value == 0.001
    assert screen.rail()["Compile"] == ("done", "Adam 0.001, cross-entropy")
    assert not screen.app.error
    assert not screen.app.warning


def test_each_choice_says_what_it_does(open_screen: Open) -> None:
    screen = open_screen("compile")
    assert OPTIMIZERS["Adam"].sentence in screen.text("optimizer")
    assert LOSSES["SparseCategoricalCrossentropy"].sentence in screen.text("loss")
    assert METRICS["Accuracy"].sentence in screen.text("metrics")


def test_another_optimizer_starts_afresh_with_a_learning_rate(open_screen: Open) -> None:
    screen = open_screen("compile", set_value(DIGITS, RATE, 0.3)).put("compile/optimizer", "SGD")
    chosen = screen.draft.compile.optimizer
    entry = OPTIMIZERS["SGD"]
    parameter = entry.parameter("learning_rate")
    assert parameter is not None
    assert chosen == EntryRef("SGD", (("learning_rate", entry.trait("try_learning_rate", parameter.default)),))
    assert screen.widget("/".join(RATE)).value == chosen.argument("learning_rate")
    assert screen.rail()["Compile"][1].startswith("SGD ")


def test_loss_says_how_it_reads_labels(open_screen: Open) -> None:
    screen = open_screen("compile")
    screen.open("details-loss")
    assert "reads labels as whole numbers, such as 3." in screen.text("loss")
    screen.put("compile/loss", "CategoricalCrossentropy")
    assert "reads labels as one-hot rows, such as 0 0 0 1 0." in screen.text("loss")


def test_only_metrics_that_read_the_labels_of_the_loss_are_offered(open_screen: Open) -> None:
    screen = open_screen("compile")
    whole = [name for name, entry in METRICS.items() if not entry.trait("labels")]
    in_sight, others = (screen.widget(f"compile/{which}metrics").options for which in ("", "more-"))
    assert (in_sight, others) == (whole[:2], whole[2:])
    assert "such as Precision, cannot read labels as whole numbers" in screen.text("metrics")
    screen.put("compile/metrics", ["TopKCategoricalAccuracy"])
    assert "puts *Sparse* before the name of TopKCategoricalAccuracy." in screen.text("metrics")
    screen.put("compile/loss", "CategoricalCrossentropy")
    assert "Sparse" not in screen.text("metrics")
    assert set(METRICS) == {name for which in ("", "more-") for name in screen.widget(f"compile/{which}metrics").options}


def test_the_everyday_optimizers_are_in_sight_and_the_others_behind_more(open_screen: Open) -> None:
    screen = open_screen("compile")
    assert screen.widget("compile/optimizer").options == ["Adam", "SGD", "RMSprop"]
    assert set(screen.widget("compile/more-optimizer").options) == set(OPTIMIZERS) - {"Adam", "SGD", "RMSprop"}


def test_an_optimizer_behind_more_comes_into_sight_when_it_is_chosen(open_screen: Open) -> None:
    screen = open_screen("compile").put("compile/more-optimizer", "Lion")
    assert screen.draft.compile.optimizer.name == screen.widget("compile/optimizer").value == "Lion"
    assert OPTIMIZERS["Lion"].sentence in screen.text("optimizer")
    assert screen.put("compile/optimizer", "Adam").draft == DIGITS


def test_metrics_are_chosen_in_teaching_order_and_keep_their_arguments(open_screen: Open) -> None:
    experiment = with_compile(DIGITS, metrics=[{"name": "TopKCategoricalAccuracy", "arguments": {"k": 3}}])
    screen = open_screen("compile", experiment).put("compile/metrics", ["TopKCategoricalAccuracy", "Accuracy"])
    names = [name for name in METRICS if name in ("TopKCategoricalAccuracy", "Accuracy")]
    metrics = screen.draft.compile.metrics
    assert [metric.name for metric in metrics] == names
    assert dict(metrics[names.index("TopKCategoricalAccuracy")].arguments) == {"k": 3}
    assert screen.put("compile/metrics", []).draft.compile.metrics == ()


def choose_only(screen: Screen, name: str) -> Screen:
    """Choose one metric, in sight or behind More, and drop the others."""
    in_sight = name in list(METRICS)[:4]
    if not in_sight:
        screen.put("compile/more-metrics", [name])
    return screen.put("compile/metrics", [name])


@pytest.mark.parametrize("name", deep_except(["AUC", "F1Score", "SensitivityAtSpecificity"], METRICS))
def test_every_metric_can_be_chosen(open_screen: Open, name: str) -> None:
    screen = open_screen("compile", set_value(DIGITS, ("compile", "loss"), EntryRef("CategoricalCrossentropy")))
    choose_only(screen, name)
    if METRICS[name].parameters:
        screen.open("details-metrics").unfold(f"compile/metrics/{name}")
    assert screen.draft.compile.metrics == (EntryRef(name),)
    assert METRICS[name].sentence in screen.text("metrics")
    assert screen.settings(f"compile/metrics/{name}") == {one.name for one in METRICS[name].parameters}


PROBLEMS = [
    (set_value(DIGITS, RATE, 10.0), "problem-optimizer-0", "The learning rate 10 is high for Adam.", "Set it to 0.001"),
    (
        with_compile(DIGITS, optimizer={"name": "Adam", "arguments": {"clipnorm": 1.0, "clipvalue": 1.0}}),
        "problem-optimizer-0",
        "Adam has clipnorm and clipvalue.",
        "Switch clipvalue off",
    ),
    (
        with_compile(DIGITS, loss={"name": "SparseCategoricalCrossentropy", "arguments": {"from_logits": True}}),
        "problem-loss-0",
        "The last activation is softmax, and SparseCategoricalCrossentropy has from_logits=True.",
        "Set from_logits to False",
    ),
    (
        with_compile(DIGITS, metrics=[{"name": "AUC"}]),
        "problem-metric-AUC-0",
        "The metric AUC reads one-hot labels",
        "Use CategoricalCrossentropy",
    ),
    (with_compile(DIGITS, metrics=[{"name": "AUC"}]), "problem-metric-AUC-0", "The metric AUC", "Remove AUC"),
    (
        with_compile(DIGITS, optimizer={"name": "Adam", "arguments": {"learning_rate": -1.0}}),
        "problem-optimizer-0",
        "Adam: learning_rate is -1.0.",
        "Set learning_rate to 0.001",
    ),
]


@pytest.mark.parametrize(
    ("experiment", "key", "words", "repair"), PROBLEMS, ids=lambda one: one if isinstance(one, str) else ""
)
def test_a_problem_stands_beside_its_cause_and_its_button_mends_it(
    open_screen: Open, experiment: Experiment, key: str, words: str, repair: str
) -> None:
    screen = open_screen("compile", experiment)
    assert words in screen.text(key)
    assert (screen.rail()["Compile"][0] == "problem") == bool(screen.app.error)
    screen.press(repair)
    assert not screen.has(key)
    assert screen.rail()["Compile"][0] == "done"
    assert screen.go("define").press("undo").draft == experiment


def test_a_metric_chosen_twice_is_no_end_of_the_page(open_screen: Open) -> None:
    experiment = with_compile(DIGITS, metrics=[{"name": "Accuracy"}, {"name": "Accuracy"}])
    screen = open_screen("compile", experiment)
    assert "The metric Accuracy is chosen 2 times." in screen.text()
    key = next(one.key for one in screen.app.button if one.label == "Keep one Accuracy")
    assert screen.press(str(key)).draft == DIGITS


ALONG = LossSlice((-1.0, 0.0, 1.0, 2.0, 3.0), (4.0, 2.3, 1.9, 2.1, inf), 2.3, 0.5, 256)
FLAT = LossPlane((-1.0, 0.0, 1.0), (-1.0, 0.0, 1.0), ((3.0, 2.5, 2.0), (2.6, 2.3, 1.9), (2.8, 2.4, inf)), 256)
CURVED = LossCurve(tuple(index / 100 for index in range(101)), tuple(5 - index / 20 for index in range(101)), 4.5)


def way_of(name: str) -> OptimizerPath:
    return OptimizerPath(name, ((0.0, 0.0, 2.3), (0.5, 0.1, 2.0), (2.0, 0.2, inf)), has_left=True)


def see_valley(screen: Screen, workers: ScriptedWorkers) -> Screen:
    """Let the inspector answer what the page asks, until both pictures are there."""
    workers.answer(SLICE, ALONG)
    screen.run()
    workers.answer(FIRST_STEP, 80.0)
    assert PLANE not in workers.asked, "the map is computed once it is opened"
    screen.open("details-optimizer")
    assert workers.answer(PLANE, FLAT)[1] == ALONG
    screen.run()
    workers.answer(PATHS, (way_of("Adam"),))
    return screen.run()


def test_learning_rate_is_a_ball_on_the_drafts_own_loss(open_screen: Open, workers: ScriptedWorkers) -> None:
    screen = open_screen("compile")
    assert not screen.has("ball")
    assert "Computing the loss around the initial weights" in screen.text("from-the-side")
    see_valley(screen, workers)
    shown = screen.component("ball")
    assert (shown["losses"], shown["factor"]) == ([4.0, 2.3, 1.9, 2.1, None], 80.0)
    assert shown["rates"] == [0.001] * 20
    computed = screen.text("details-optimizer")
    assert "Keras computed the loss of this network on 256 training images: at its initial weights (seed 0)" in computed
    assert "learning rate × slope × 80.0: as far as the first step of Adam goes" in computed


def test_ball_follows_the_learning_rate_without_another_slice(open_screen: Open, workers: ScriptedWorkers) -> None:
    screen = see_valley(open_screen("compile"), workers).put("/".join(RATE), 0.1)
    assert screen.component("ball")["rates"] == [0.1] * 20
    assert [workers.asked.count(name) for name in (SLICE, PLANE, FIRST_STEP)] == [1, 1, 1]
    assert workers.asked.count(PATHS) == 2  # Keras itself runs the other learning rate


def test_ball_takes_the_rates_of_a_schedule_over_the_run(open_screen: Open, workers: ScriptedWorkers) -> None:
    planned = set_value(DIGITS, learning_rates.RATE, learning_rates.suggested_schedule("CosineDecay", DIGITS))
    screen = see_valley(open_screen("compile", planned), workers)
    rates = screen.component("ball")["rates"]
    assert (len(rates), rates[0]) == (20, 0.001)
    assert rates == sorted(rates, reverse=True)
    assert "spread over the whole run" in screen.text("optimizer")


def test_ways_of_other_optimizers_are_drawn_on_request(open_screen: Open, workers: ScriptedWorkers) -> None:
    screen = see_valley(open_screen("compile"), workers)
    shown = screen.component("ways")
    assert [way["name"] for way in shown["paths"]] == ["Adam"]
    assert (shown["paths"][0]["hasLeft"], shown["paths"][0]["points"][-1], shown["chosen"]) == (
        True,
        [2.0, 0.2, None],
        "Adam",
    )
    screen.put("ways-of", "Everyday")
    asked = workers.answer(PATHS, tuple(map(way_of, ("Adam", "SGD", "RMSprop"))))[2]
    assert [one.name for one in asked] == ["Adam", "SGD", "RMSprop"]
    assert asked[0] == DIGITS.compile.optimizer
    assert len(screen.run().component("ways")["paths"]) == 3
    screen.put("ways-of", "All")
    assert {one.name for one in workers.answer(PATHS, ())[2]} == set(OPTIMIZERS)


def test_page_says_why_there_is_no_picture(open_screen: Open, workers: ScriptedWorkers) -> None:
    refused = with_compile(DIGITS, optimizer={"name": "Adam", "arguments": {"learning_rate": -1.0}})
    screen = open_screen("compile", refused)
    assert "No picture yet. The draft has a problem: Adam: learning_rate is -1.0." in screen.text("no-picture")
    assert SLICE not in workers.asked
    screen.press("Set learning_rate to 0.001")
    problem = Problem(
        code="surface-has-no-slope", where=(), happened="It is flat.", expected="A slope.", fix="Choose another loss."
    )
    workers.answer(SLICE, problem)
    assert "No picture yet. It is flat. Choose another loss." in screen.run().text("no-picture")


def test_loss_is_a_bar_with_the_landmark_of_guessing(open_screen: Open, workers: ScriptedWorkers) -> None:
    screen = open_screen("compile")
    workers.answer(CURVE, CURVED)
    shown = screen.run().component("loss-bar")
    assert (shown["guessing"], shown["classes"], shown["isLogarithm"]) == (4.5, 10, True)
    assert shown["losses"] == list(CURVED.losses)
    screen.put("compile/loss", "MeanSquaredError")
    assert workers.answer(CURVE, CURVED)[0].compile.loss.name == "MeanSquaredError"
    shown = screen.run().component("loss-bar")
    assert (shown["name"], shown["isLogarithm"]) == ("mean squared error", False)
