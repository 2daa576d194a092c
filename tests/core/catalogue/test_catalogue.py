"""The catalogue is consistent, and agrees with the installed Keras."""

import json
import math
import re
from collections.abc import Mapping
from functools import cache
from itertools import pairwise
from types import ModuleType

import keras
import numpy as np
import pytest
import tensorflow as tf

from core.catalogue import (
    Entry,
    activations,
    callbacks,
    initializers,
    keras_signatures,
    layers,
    losses,
    metrics,
    optimizers,
    schedules,
    with_tuples,
)
from core.catalogue.callbacks import CALLBACKS
from core.catalogue.losses import LOSSES
from core.catalogue.metrics import METRICS
from core.catalogue.optimizers import OPTIMIZERS
from core.catalogue.schedules import SCHEDULES
from core.worker.describe_keras import describe
from tests.core.catalogue.catalogue_tables import LEFT_OUT, TABLES, choices, made, rows, spoken
from tests.deep_cases import deep_after, deep_except, exhaustive_except

CLASSES = 7  # no other size here is 7, so that mixed up axes fail
LABELS = np.array([0, 3, 6, 2, 2, 5, 1, 4, 0, 1])
ONE_HOT = np.eye(CLASSES, dtype="float32")[LABELS]
RIGHT = ONE_HOT * 0.93 + 0.01  # sure and right; each row adds up to 1
EVEN = np.full_like(ONE_HOT, 1 / CLASSES)  # guesses evenly
WRONG = np.roll(RIGHT, 1, axis=-1)  # sure and wrong

each_table = pytest.mark.parametrize("kind", TABLES)


@each_table
def test_constraints_accept_default_boundary_and_usual_values_and_no_bad_ones(kind: str) -> None:
    refused, accepted = [], []
    for entry in TABLES[kind].values():
        for parameter in entry.parameters:
            constraint, label = parameter.constraint, f"{entry.name}.{parameter.name}"
            values = (parameter.default, *constraint.boundary_values(), *parameter.usual)
            refused += [(label, value) for value in values if not constraint.is_valid(value)]
            accepted += [(label, value) for value in constraint.bad_values() if constraint.is_valid(value)]
    assert (refused, accepted) == ([], [])


@pytest.mark.parametrize("kind", LEFT_OUT)
def test_every_class_is_offered_or_left_out_with_reason(kind: str) -> None:
    known = set(keras_signatures()[kind])
    assert set(TABLES[kind]) | set(LEFT_OUT[kind]) == known
    assert set(TABLES[kind]) & set(LEFT_OUT[kind]) == set()
    assert all(len(reason) > 10 for reason in LEFT_OUT[kind].values())


def test_keras_json_is_up_to_date() -> None:
    fresh = json.loads(json.dumps(describe()))  # lists instead of tuples, as in the file
    assert fresh == dict(keras_signatures()), "keras.json is old: run python -m core.worker.describe_keras"


@each_table
def test_entry_reads_well(kind: str) -> None:
    entries = TABLES[kind].values()
    assert [entry.name for entry in entries if not entry.sentence.endswith((".", "?"))] == []
    assert [entry.name for entry in entries if len(entry.sentence) > 130] == []
    assert [
        (entry.name, parameter.name)
        for entry in entries
        for parameter in entry.parameters
        if not parameter.help.endswith(".")
    ] == []
    assert [
        entry.name for entry in entries if not re.fullmatch(r"[A-Za-z0-9_/]+/", entry.page)
    ] == []  # Keras writes Nadam large
    assert [entry.name for entry in entries if entry.formula.count("{") != entry.formula.count("}")] == []


def named_arguments(entry: Entry) -> set[str]:
    """The arguments that an entry names."""
    pairs = entry.trait("only_with", ())
    lists = (
        entry.first,
        entry.required,
        entry.own_defaults,
        entry.trait("at_most_one", ()),
        entry.trait("extra_slot_arguments", ()),
    )
    return {name for names in (*lists, *pairs) for name in names}


@each_table
def test_named_arguments_exist(kind: str) -> None:
    named = [(entry, name) for entry in TABLES[kind].values() for name in named_arguments(entry)]
    assert [(entry.name, name) for entry, name in named if entry.parameter(name) is None] == []


@each_table
def test_required_arguments_lead(kind: str) -> None:
    leading = {
        entry.name: [parameter.name for parameter in entry.parameters][: len(entry.required)]
        for entry in TABLES[kind].values()
    }
    assert leading == {entry.name: list(entry.required) for entry in TABLES[kind].values()}


@each_table
def test_default_is_keras_default_unless_the_table_has_its_own(kind: str) -> None:
    wrong = []
    for entry in TABLES[kind].values():
        for parameter in entry.parameters:
            default = with_tuples(keras_signatures()[kind][entry.name][parameter.name].get("default"))
            own = parameter.name in (*entry.required, *entry.own_defaults)
            if (parameter.default != default) != own:
                wrong.append((entry.name, parameter.name, parameter.default, default))
    assert wrong == []


WEIGHTS = ((5, 4), (6,), (3, 3, 2, 4))  # a matrix, a bias and the kernel of a convolution, as optimizers meet them


def weights() -> list:
    """Random Keras variables of these shapes."""
    generator = np.random.default_rng(0)
    return [keras.Variable(generator.normal(size=shape).astype("float32")) for shape in WEIGHTS]


@cache
def gradients(step: int) -> list:
    """Gradients of one step; zeros in the first row and column, as for a black pixel and a silent unit."""
    generator = np.random.default_rng(step)
    arrays = [generator.normal(size=shape).astype("float32") * 1e-3 for shape in WEIGHTS]
    for array in arrays:
        array[0] = array[..., 0] = 0.0
    return [keras.ops.convert_to_tensor(array) for array in arrays]


def after(optimizer: keras.optimizers.Optimizer, steps: int = 2) -> list[np.ndarray]:
    """The weights after a few steps."""
    variables = weights()
    for step in range(steps):
        optimizer.apply(gradients(step), variables)
    return [keras.ops.convert_to_numpy(variable) for variable in variables]


@pytest.mark.parametrize("entry", deep_except(["SGD"], exhaustive_except(["SGD", "Adam"], rows(OPTIMIZERS))))
def test_optimizer_steps_with_every_legal_value(entry: Entry) -> None:
    for arguments in choices(entry):
        moved = after(made("optimizers", entry.name, arguments))
        assert all(np.isfinite(array).all() for array in moved), spoken(arguments)


@pytest.mark.parametrize("entry", rows(OPTIMIZERS))
def test_optimizer_moves_weights_with_its_defaults(entry: Entry) -> None:
    moved = after(made("optimizers", entry.name, choices(entry)[0]))
    assert all((array != keras.ops.convert_to_numpy(start)).any() for array, start in zip(moved, weights(), strict=True))


def slots(entry: Entry, arguments: Mapping) -> int:
    """The most variables of a weight's shape that an optimizer keeps for one kind of weight."""
    optimizer = made("optimizers", entry.name, {**choices(entry)[0], **arguments})
    optimizer.build(weights())
    shapes = [tuple(variable.shape) for variable in optimizer.variables]
    return max(shapes.count(tuple(weight.shape)) for weight in weights())


@pytest.mark.parametrize("entry", deep_except(["SGD", "Adam", "Adafactor"], rows(OPTIMIZERS)))
def test_slots_are_those_of_keras(entry: Entry) -> None:
    assert slots(entry, {}) == entry.trait("slots")
    costly = tuple(
        parameter.name
        for parameter in entry.parameters
        if slots(entry, {parameter.name: parameter.constraint.boundary_values()[-1]}) > entry.trait("slots")
    )
    assert set(costly) == set(entry.trait("extra_slot_arguments"))


@pytest.mark.parametrize("entry", rows(OPTIMIZERS))
def test_clippings_exclude_each_other(entry: Entry) -> None:
    for pair in pairwise(entry.trait("at_most_one")):
        with pytest.raises(ValueError, match="Only one of"):
            made("optimizers", entry.name, dict.fromkeys(pair, 1.0))


@pytest.mark.parametrize("entry", deep_except(["SGD", "Adam"], rows(OPTIMIZERS)))
def test_argument_does_nothing_without_its_switch(entry: Entry) -> None:
    plain = after(made("optimizers", entry.name, choices(entry)[0]))
    for argument, switch in entry.trait("only_with"):
        value = {argument: entry.parameter(argument).constraint.boundary_values()[-1]}
        alone = after(made("optimizers", entry.name, {**choices(entry)[0], **value}))
        assert all((left == right).all() for left, right in zip(plain, alone, strict=True)), (argument, switch)


@pytest.mark.parametrize("entry", rows(OPTIMIZERS))
def test_suggested_learning_rate_is_usual(entry: Entry) -> None:
    default = entry.parameter("learning_rate").default
    low, high = entry.trait("usual_learning_rate")
    assert low <= entry.trait("try_learning_rate", default) <= high
    assert ("try_learning_rate" in entry.traits) == (not low <= default <= high)


@pytest.mark.parametrize(
    ("module", "table"),
    [
        (layers, layers.LAYERS),
        (activations, activations.ACTIVATIONS),
        (initializers, initializers.INITIALIZERS),
        (losses, LOSSES),
        (metrics, METRICS),
        (optimizers, OPTIMIZERS),
        (schedules, SCHEDULES),
        (callbacks, CALLBACKS),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_docstring_of_a_table_explains_each_trait(module: ModuleType, table: Mapping[str, Entry]) -> None:
    traits = {trait for entry in table.values() for trait in entry.traits}
    assert sorted(trait for trait in traits if f"`{trait}`" not in str(module.__doc__)) == []


@pytest.mark.parametrize("entry", [*rows(SCHEDULES), *rows(CALLBACKS)])
def test_schedule_or_callback_is_made_with_every_legal_value(entry: Entry) -> None:
    kind = "schedules" if entry.name in SCHEDULES else "callbacks"
    for arguments in choices(entry):
        if kind == "callbacks":
            assert isinstance(made(kind, entry.name, arguments), keras.callbacks.Callback)
        elif not entry.trait("piecewise_arguments"):  # the two lists depend on each other
            assert math.isfinite(made(kind, entry.name, arguments)(3)), spoken(arguments)


@pytest.mark.parametrize("entry", [*rows(SCHEDULES), *rows(CALLBACKS)])
def test_traits_name_arguments(entry: Entry) -> None:
    single = ("peak", "peak_replacement", "endless_switch", "best_weights_switch")
    named = [*(entry.trait(trait) for trait in single), *entry.trait("initial_arguments")]
    named += [
        argument
        for trait in ("end_arguments", "piecewise_arguments", "patience_arguments")
        for argument in entry.trait(trait, ())
    ]
    assert [name for name in named if name and entry.parameter(name) is None] == []


def labels_for(kind: str) -> np.ndarray:
    return LABELS if kind == "integer" else ONE_HOT


@pytest.mark.parametrize(
    "entry",
    deep_except(
        ["SparseCategoricalCrossentropy"], exhaustive_except(["SparseCategoricalCrossentropy", "Huber"], rows(LOSSES))
    ),
)
def test_loss_trains_with_every_legal_value(entry: Entry) -> None:
    pictures = np.random.default_rng(0).random((len(LABELS), 5), dtype="float32")
    for arguments in choices(entry):
        keras.utils.set_random_seed(0)  # the least delta of Huber moves only some weights, by their last digit
        activation = "linear" if arguments.get("from_logits") else entry.trait("expects")[0]
        model = keras.Sequential([keras.Input((5,)), keras.layers.Dense(CLASSES, activation=activation)])
        model.compile("sgd", made("losses", entry.name, arguments), run_eagerly=True)
        before = model.layers[0].get_weights()[0]
        loss = model.train_on_batch(pictures, labels_for(entry.trait("labels")))
        kernel = model.layers[0].get_weights()[0]
        assert math.isfinite(loss) and np.isfinite(kernel).all(), spoken(arguments)
        assert (kernel != before).any(), spoken(arguments)


# What Keras and TensorFlow raise where labels have another shape than answers, and words of each such message.
REFUSED = (ValueError, tf.errors.InvalidArgumentError)
ABOUT_SHAPES = r"ncompatible shapes|must have (the same )?rank|leading dimension|2D inputs with shape"


def loss_of(entry: Entry, labels: np.ndarray, answers: np.ndarray, **arguments: object) -> float:
    return float(made("losses", entry.name, {**choices(entry)[0], **arguments})(labels, answers))


@pytest.mark.parametrize("entry", rows(LOSSES))
def test_loss_falls_as_answers_get_better(entry: Entry) -> None:
    labels = labels_for(entry.trait("labels"))
    right, even, wrong = (loss_of(entry, labels, answers) for answers in (RIGHT, EVEN, WRONG))
    assert right < even < wrong


@pytest.mark.parametrize("entry", rows(LOSSES))
def test_loss_cannot_use_labels_of_the_other_kind(entry: Entry) -> None:
    fits = entry.trait("labels")
    assert math.isfinite(loss_of(entry, labels_for(fits), RIGHT))
    with pytest.raises(REFUSED, match=ABOUT_SHAPES):
        loss_of(entry, labels_for("one-hot" if fits == "integer" else "integer"), RIGHT)


@pytest.mark.parametrize("entry", rows(LOSSES))
def test_loss_of_even_guess_is_logarithm_where_it_says_so(entry: Entry) -> None:
    value = loss_of(entry, labels_for(entry.trait("labels")), EVEN)
    assert (value == pytest.approx(math.log(CLASSES), rel=1e-4)) == (entry.trait("guessing_loss") == "log")


@pytest.mark.parametrize("entry", rows(LOSSES))
def test_loss_argument_does_nothing_without_its_switch(entry: Entry) -> None:
    for argument, switch in entry.trait("only_with", ()):
        edge = entry.parameter(argument).constraint.boundary_values()[-1]
        labels = labels_for(entry.trait("labels"))
        assert loss_of(entry, labels, WRONG, **{argument: edge}) == loss_of(entry, labels, WRONG)
        on = {switch: True}
        assert loss_of(entry, labels, WRONG, **on, **{argument: edge}) != loss_of(entry, labels, WRONG, **on)


def test_tversky_alpha_weighs_what_was_missed() -> None:
    timid, bold = ONE_HOT * 0.1, np.ones_like(ONE_HOT)  # misses everything; names everything

    def gap(answers: np.ndarray) -> float:
        return loss_of(LOSSES["Tversky"], ONE_HOT, answers, alpha=0.9, beta=0.1) - loss_of(
            LOSSES["Tversky"], ONE_HOT, answers, alpha=0.1, beta=0.9
        )

    assert gap(timid) > 0 > gap(bold)


def measured(entry: Entry, labels: np.ndarray, answers: np.ndarray, arguments: Mapping) -> float:
    metric = made("metrics", entry.name, arguments)
    metric.update_state(labels, answers)
    return float(metric.result())


CLASS_METRICS = {name: entry for name, entry in METRICS.items() if "keras_string" not in entry.traits}


@pytest.mark.parametrize(
    "entry",
    deep_except(["TopKCategoricalAccuracy"], exhaustive_except(["AUC", "TopKCategoricalAccuracy"], rows(CLASS_METRICS))),
)
def test_metric_measures_with_every_legal_value(entry: Entry) -> None:
    for arguments in choices(entry):
        for answers in (RIGHT, EVEN, WRONG):
            value = measured(entry, ONE_HOT, answers, arguments)
            assert math.isfinite(value), spoken(arguments)
            assert not entry.trait("bounded") or 0 <= value <= 1 + 1e-6, spoken(arguments)


@pytest.mark.parametrize("entry", rows(CLASS_METRICS))
def test_metric_tells_right_from_wrong(entry: Entry) -> None:
    arguments = {**choices(entry)[0], **({"k": 1} if entry.parameter("k") else {})}
    right, wrong = (measured(entry, ONE_HOT, answers, arguments) for answers in (RIGHT, WRONG))
    assert right > wrong if entry.trait("better") == "higher" else right < wrong


def history_of(labels: str) -> tuple[list[str], list[str]]:
    """The keys in Keras' history, and those that the table promises, for labels of one kind."""
    entries = [entry for entry in METRICS.values() if entry.trait("labels") in (None, labels)]
    integer = labels == "integer"
    metrics, promised = [], []
    keras.backend.clear_session()  # so that Keras does not number the names
    for entry in entries:
        name = entry.trait("integer_labels", entry.name) if integer else entry.name
        metrics.append(entry.trait("keras_string") or made("metrics", name, choices(entry)[0]))
        promised.append(entry.trait("integer_history_name" if integer else "", entry.trait("history_name")))
    model = keras.Sequential([keras.Input((5,)), keras.layers.Dense(CLASSES, activation="softmax")])
    loss = "SparseCategoricalCrossentropy" if integer else "CategoricalCrossentropy"
    model.compile("sgd", made("losses", loss, {}), metrics=metrics, run_eagerly=True)
    pictures = np.random.default_rng(0).random((len(LABELS), 5), dtype="float32")
    return list(model.fit(pictures, labels_for(labels), verbose=0).history), promised


@pytest.mark.parametrize("labels", deep_after(1, ["integer", "one-hot"]))
def test_history_has_the_names_of_the_table(labels: str) -> None:
    history, promised = history_of(labels)
    assert sorted(history) == sorted([*promised, "loss"])


@pytest.mark.parametrize("entry", [one for one in rows(CLASS_METRICS) if one.values[0].trait("labels")])
def test_one_hot_metric_refuses_whole_numbers(entry: Entry) -> None:
    arguments = choices(entry)[0]
    assert math.isfinite(measured(entry, ONE_HOT, RIGHT, arguments))
    with pytest.raises(REFUSED, match=ABOUT_SHAPES):
        measured(entry, LABELS, RIGHT, arguments)
