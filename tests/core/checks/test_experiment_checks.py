"""Every problem that needs no shape: its experiment, its message, and each of its repairs."""

import json
from pathlib import Path
from unittest.mock import Mock

import numpy as np
import pytest

from core.catalogue.activations import ACTIVATIONS
from core.catalogue.datasets import OWN_ENTRY, OWN_IMAGES, folder_of
from core.checks.experiment_checks import check, check_value, is_valid
from core.datasets.user_datasets import DataSetArrays, save_data_set
from core.experiment import layer_names
from core.experiment.edits import apply_repair, insert_layer, new_layer, set_value
from core.experiment.model import DATA, FIT, EntryRef, Experiment
from core.experiment.templates import lecture_experiment
from core.problems import Problem
from core.worker.training.summary import summarise
from tests.core.sample_experiments import FLATTEN, LECTURE, OUTPUT, layer, stack, with_compile, with_data, with_fit

LAST = ("layers", "output", "arguments")
RATE = ("compile", "optimizer", "arguments", "learning_rate")
ONE_HOT = with_compile(LECTURE, loss={"name": "CategoricalCrossentropy"})
EMBEDDED = stack(FLATTEN, layer("Embedding", input_dim=256, output_dim=8), FLATTEN, OUTPUT, pixels="0-1")

# Each problem once: the code, an experiment with it, and the message.
PROVOKED: list[tuple[str, Experiment, str]] = [
    (
        "value-not-allowed",
        with_fit(LECTURE, epochs=0),
        "epochs is 0. Expected a whole number from 1 to 1,000. Choose such a value; 5 is a good start.",
    ),
    (
        "value-not-allowed",
        set_value(LECTURE, ("layers", "hidden", "arguments", "activation"), "rleu"),
        f"Dense: activation is 'rleu'. Expected one of {', '.join(map(repr, ACTIVATIONS))}, or null (none). "
        "Choose such a value; 'relu' is a good start.",
    ),
    (
        "value-not-allowed",
        set_value(LECTURE, RATE, -1),
        "Adam: learning_rate is -1. Expected a number above 0 up to 10. Choose such a value; 0.001 is a good start.",
    ),
    (
        "too-many-images",
        with_data(LECTURE, train_images=5_000),
        "5,000 training images are asked for; Digits has 1,293. Expected at most 1,293, since 144 are for validation. "
        "Use fewer, or all of them.",
    ),
    (
        "too-few-images",
        with_data(LECTURE, train_images=1_290),
        "1,290 training images cannot be drawn evenly from 10 classes. Expected 10 to 1,283, or all. "
        "Use such a number, or all of them.",
    ),
    (
        "too-few-images",
        with_data(lecture_experiment("cifar100"), train_images=50),
        "50 training images cannot be drawn evenly from 100 classes. Expected 100 to 44,900, or all. "
        "Use such a number, or all of them.",
    ),
    (
        "too-few-validation-images",
        with_data(LECTURE, validation_split=0.001),
        "A validation split of 0.001 keeps 2 images aside. Expected at least one for each of the 10 classes. "
        "Keep a larger share, or none (0).",
    ),
    (
        "no-layers",
        stack(),
        "The network has no layers. Expected at least one, which gives 10 answers. "
        "Add layers, or start again from the lecture's model.",
    ),
    (
        "units-differ-from-classes",
        set_value(LECTURE, (*LAST, "units"), 9),
        "The last layer, Dense, has units=9. Digits has 10 classes, and each needs one output. "
        "Set units to 10, or add a last layer that has 10.",
    ),
    (
        "softmax-with-from-logits",
        set_value(LECTURE, ("compile", "loss", "arguments", "from_logits"), True),
        "The last activation is softmax, and SparseCategoricalCrossentropy has from_logits=True. "
        "With from_logits=True the loss applies softmax itself; applied twice, learning is slow. Switch one of them off.",
    ),
    (
        "activation-does-not-fit-loss",
        set_value(LECTURE, (*LAST, "activation"), "linear"),
        "The last activation is linear. SparseCategoricalCrossentropy expects softmax. Set it to softmax.",
    ),
    (
        "metric-does-not-fit-labels",
        with_compile(LECTURE, metrics=[{"name": "AUC"}]),
        "The metric AUC reads one-hot labels; SparseCategoricalCrossentropy has integer. "
        "Expected a loss with one-hot labels beside it. "
        "Use the cross-entropy of that kind, which measures the same, or remove the metric.",
    ),
    (
        "metric-twice",
        with_compile(LECTURE, metrics=[{"name": "Accuracy"}, {"name": "Accuracy"}]),
        "The metric Accuracy is chosen 2 times. Expected each metric once. Remove all but one.",
    ),
    (
        "unusual-learning-rate",
        set_value(LECTURE, RATE, 1.0),
        "The learning rate 1 is high for Adam. Usual are 0.0001 to 0.01. Try 0.001, or go on and see what happens.",
    ),
    (
        "unusual-learning-rate",
        with_compile(LECTURE, optimizer={"name": "Adadelta"}),
        "The learning rate 0.001 is low for Adadelta. Usual are 0.1 to 10. Try 1, or go on and see what happens.",
    ),
    (
        "options-exclude-each-other",
        with_compile(LECTURE, optimizer={"name": "Adam", "arguments": {"clipnorm": 1.0, "clipvalue": 1.0}}),
        "Adam has clipnorm and clipvalue. Expected at most one of clipnorm, clipvalue, global_clipnorm. Keep one of them.",
    ),
    (
        "unscaled-pixels",
        with_data(LECTURE, pixels="0-255"),
        "Pixels go in as 0 to 255. Networks learn best from numbers near 0 to 1. Scale them to 0 to 1.",
    ),
    (
        "fractions-for-whole-numbers",
        EMBEDDED,
        "Pixels go in as 0 to 1. Embedding reads whole numbers from 0 on; fractions all become 0 or 1. "
        "Leave the pixels as 0 to 255.",
    ),
]
each_provoked = pytest.mark.parametrize(
    ("code", "experiment", "message"), PROVOKED, ids=[f"{code}-{number}" for number, (code, _, _) in enumerate(PROVOKED)]
)

WARNINGS = (
    "softmax-with-from-logits",
    "activation-does-not-fit-loss",
    "unusual-learning-rate",
    "unscaled-pixels",
    "fractions-for-whole-numbers",
)


def codes(problems: tuple[Problem, ...]) -> list[str]:
    return [problem.code for problem in problems]


@each_provoked
def test_problem_is_found_alone_and_reads_in_full(code: str, experiment: Experiment, message: str) -> None:
    problems = check(experiment)
    assert codes(problems) == [code]
    assert str(problems[0]) == message
    assert problems[0].blocks == (code not in WARNINGS)
    assert is_valid(problems) == (code in WARNINGS)


@each_provoked
def test_each_repair_removes_the_problem(code: str, experiment: Experiment, message: str) -> None:
    (problem,) = check(experiment)
    assert problem.repairs
    for repair in problem.repairs:
        mended = apply_repair(experiment, repair)
        assert mended != experiment
        assert code not in codes(check(mended)), repair.label


@each_provoked
def test_first_repair_leaves_nothing_but_shapes_to_mend(code: str, experiment: Experiment, message: str) -> None:
    mended = apply_repair(experiment, check(experiment)[0].repairs[0])
    assert check(mended) == ()
    if experiment.layers and code != "value-not-allowed":
        assert is_valid(check(mended, summarise(mended)))


def test_lecture_has_no_problem() -> None:
    assert check(LECTURE) == ()
    assert check(LECTURE, summarise(LECTURE)) == ()


def test_all_bad_values_are_named_at_once() -> None:
    experiment = with_fit(with_data(set_value(LECTURE, RATE, 0.0), validation_split=2), epochs=True, batch_size=None)
    assert [problem.where for problem in check(experiment)] == [
        ("data", "validation_split"),
        RATE,
        ("fit", "epochs"),
        ("fit", "batch_size"),
    ]


def test_problems_stand_in_teaching_order() -> None:
    experiment = with_compile(with_data(LECTURE, pixels="0-255"), metrics=[{"name": "AUC"}])
    experiment = set_value(set_value(experiment, (*LAST, "units"), 3), RATE, 9.0)
    assert [problem.where[0] for problem in check(experiment)] == ["data", "layers", "compile", "compile"]


@pytest.mark.parametrize("name", [*DATA, *FIT])
def test_each_bad_value_of_a_field_gives_a_problem(name: str) -> None:
    parameter = {**DATA, **FIT}[name]
    for value in parameter.constraint.bad_values():
        problem = check_value(parameter, value, ("fit", name))
        assert problem is not None
        assert problem.expected == f"Expected {parameter.constraint.describe()}."
    assert check_value(parameter, parameter.default, ("fit", name)) is None


def test_units_that_were_not_written_are_the_default() -> None:
    (problem,) = check(stack(FLATTEN, {"name": "Dense", "arguments": {"activation": "softmax"}}))
    assert problem.happened == "The last layer, Dense, has units=64."


def test_metric_twice_keeps_one_where_it_was() -> None:
    names = ["Accuracy", "TopKCategoricalAccuracy", "Accuracy"]
    experiment = with_compile(LECTURE, metrics=[{"name": name} for name in names])
    mended = apply_repair(experiment, check(experiment)[0].repairs[0])
    assert [metric.name for metric in mended.compile.metrics] == ["Accuracy", "TopKCategoricalAccuracy"]


def test_activation_of_its_own_is_the_last_one() -> None:
    experiment = stack(FLATTEN, layer("Dense", units=10), layer("Activation", activation="softmax"))
    assert check(experiment) == ()
    assert codes(check(stack(FLATTEN, layer("Dense", units=10), layer("Activation", activation="relu")))) == [
        "activation-does-not-fit-loss"
    ]


def test_linear_answers_fit_a_loss_that_reads_them() -> None:
    linear = set_value(LECTURE, (*LAST, "activation"), "linear")
    assert check(set_value(linear, ("compile", "loss", "arguments", "from_logits"), True)) == ()
    assert check(set_value(linear, ("compile", "loss"), EntryRef("MeanSquaredError"))) == ()


def test_one_hot_metric_fits_a_one_hot_loss() -> None:
    assert check(with_compile(ONE_HOT, metrics=[{"name": "AUC"}, {"name": "F1Score"}])) == ()


def test_rescaling_excuses_pixels_up_to_255() -> None:
    raw = with_data(LECTURE, pixels="0-255")
    assert check(insert_layer(raw, new_layer(raw, "Rescaling"), "flatten")) == ()
    assert check(with_data(EMBEDDED, pixels="0-255")) == ()


def test_warning_does_not_hide_other_problems() -> None:
    experiment = set_value(with_data(LECTURE, pixels="0-255"), (*LAST, "units"), 3)
    assert codes(check(experiment)) == ["unscaled-pixels", "units-differ-from-classes"]


def test_one_class_is_no_data_set_to_learn_from(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DASHBOARD_HOME", str(tmp_path))
    name = f"own-{'0' * 20}"
    counts = {"num_train": 100, "num_test": 20, "num_bytes": 1, "image_shape": [8, 8, 1]}
    folder_of(name).mkdir(parents=True)
    (folder_of(name) / OWN_ENTRY).write_text(json.dumps({"title": "Pets", "classes": ["cats"], **counts}))
    (folder_of(name) / OWN_IMAGES).touch()
    problem = check(set_value(LECTURE, ("data", "dataset"), name))[0]
    assert (problem.code, problem.blocks) == ("one-class", True)
    assert problem.happened == "Pets needs at least 2 classes, found 1: cats."
    assert is_valid(check(apply_repair(set_value(LECTURE, ("data", "dataset"), name), problem.repairs[0])))


@pytest.mark.parametrize(("count", "share"), [(15, 0.2), (6, 0.4), (4, 0.0)])
def test_share_that_is_offered_keeps_one_of_each_class_aside(count: int, share: float) -> None:
    images, labels = np.arange(count * 64, dtype="uint8").reshape(count, 8, 8), np.arange(count) % 3
    brought = lecture_experiment(save_data_set(DataSetArrays(images, labels, images, labels), "Few", ("a", "b", "c"), "ada"))
    (problem,) = [
        found for found in check(with_data(brought, validation_split=0.05)) if found.code == "too-few-validation-images"
    ]
    assert problem.repairs[0].value == share
    assert not any(found.code == problem.code for found in check(apply_repair(brought, problem.repairs[0])))


def test_names_of_layers_are_found_once_however_many_layers_are_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    find_shortcuts = Mock(side_effect=layer_names._shortcuts)
    monkeypatch.setattr(layer_names, "_shortcuts", find_shortcuts)
    hidden = [layer("Dense", units=7 + number, activation="relu") for number in range(20)]
    check(stack(FLATTEN, *hidden, OUTPUT))
    find_shortcuts.assert_called_once()
