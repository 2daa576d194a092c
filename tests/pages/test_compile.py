"""Compile: optimizer, loss and metrics, each with what fits them and what does not."""

import pytest

from core.catalogue.losses import LOSSES
from core.catalogue.metrics import METRICS
from core.catalogue.optimizers import OPTIMIZERS
from core.experiment.edits import set_value
from core.experiment.model import EntryRef, Experiment
from tests.core.sample_experiments import with_compile
from tests.pages.conftest import DIGITS, Open

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
    assert "reads labels as whole numbers, such as 3" in screen.text("loss")
    screen.put("compile/loss", "CategoricalCrossentropy")
    assert "reads labels as one-hot rows, such as 0 0 0 1 0" in screen.text("loss")


def test_metrics_are_chosen_in_teaching_order_and_keep_their_arguments(open_screen: Open) -> None:
    experiment = with_compile(DIGITS, metrics=[{"name": "TopKCategoricalAccuracy", "arguments": {"k": 3}}])
    screen = open_screen("compile", experiment).put("compile/metrics", ["TopKCategoricalAccuracy", "Accuracy"])
    names = [name for name in METRICS if name in ("TopKCategoricalAccuracy", "Accuracy")]
    metrics = screen.draft.compile.metrics
    assert [metric.name for metric in metrics] == names
    assert dict(metrics[names.index("TopKCategoricalAccuracy")].arguments) == {"k": 3}
    assert screen.put("compile/metrics", []).draft.compile.metrics == ()


@pytest.mark.parametrize("name", METRICS)
def test_every_metric_can_be_chosen(open_screen: Open, name: str) -> None:
    screen = open_screen("compile", set_value(DIGITS, ("compile", "loss"), EntryRef("CategoricalCrossentropy")))
    screen.put("compile/metrics", [name]).unfold(f"compile/metrics/{name}")
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
