"""Choices within choices: initializers, regularizers and constraints with arguments, and layers that hold a layer."""

import keras
import numpy as np
import pytest

from core.catalogue.activations import ACTIVATIONS
from core.catalogue.constraints import CONSTRAINTS
from core.catalogue.initializers import INITIALIZERS
from core.catalogue.layers import LAYERS
from core.catalogue.regularizers import REGULARIZERS
from core.checks.experiment_checks import check, is_valid
from core.experiment.descriptions import difference, layer_phrase
from core.experiment.edits import apply_repair, get_value, set_value
from core.experiment.model import NESTED, EntryRef, Experiment, resolve_short_name
from core.experiment.serialization import dumps, loads
from core.export.script import layer_line, step_code
from core.worker.keras_patches import variables_without_values
from core.worker.training.build_model import build, make_layer
from core.worker.training.summary import summarise
from tests.core.catalogue.catalogue_tables import TABLES, choices, made, spoken
from tests.core.sample_experiments import FLATTEN, OUTPUT, layer, stack
from tests.deep_cases import exhaustive_except

ROWS = layer("Reshape", target_shape=[8, 8])
NORMAL = layer("RandomNormal", stddev=0.5)
WRAPPED = stack(
    ROWS, layer("Bidirectional", layer=layer("GRU", units=3, kernel_initializer=NORMAL), merge_mode="sum"), OUTPUT
)
UNITS = ("layers", "layer-2", "arguments", "layer", "arguments", "units")
STDDEV = ("layers", "layer-2", "arguments", "layer", "arguments", "kernel_initializer", "arguments", "stddev")
IMAGES, LABELS = np.random.default_rng(0).random((20, 8, 8, 1), dtype="float32"), np.arange(20) % 10


def loss_of(model: keras.Model) -> float:
    model.run_eagerly = True
    return float(np.asarray(model.train_on_batch(IMAGES, LABELS)).ravel()[0])


def assert_script_gives_the_same_numbers(experiment: Experiment) -> None:
    assert is_valid(check(experiment, summarise(experiment)))
    assert loads(dumps(experiment)) == experiment
    keras.utils.set_random_seed(3)
    loss = loss_of(build(experiment))
    script = {"keras": keras, "layers": keras.layers}
    keras.utils.set_random_seed(3)
    exec(f"{step_code(experiment, 'define')}\n{step_code(experiment, 'compile')}", script)  # noqa: S102 -- our own script
    assert loss_of(script["model"]) == loss


@pytest.mark.parametrize(
    ("argument", "catalogue"),
    [("kernel_initializer", INITIALIZERS), ("kernel_regularizer", REGULARIZERS), ("kernel_constraint", CONSTRAINTS)],
)
def test_every_choice_is_the_object_that_keras_makes(argument: str, catalogue: dict) -> None:
    for entry in catalogue.values():
        arguments = {
            parameter.name: (*parameter.usual[-1:], parameter.constraint.boundary_values()[-1])[0]
            for parameter in entry.parameters
        }
        (dense,) = stack(layer("Dense", units=3, **{argument: layer(entry.name, **arguments)})).layers
        object_of_keras = getattr(make_layer(dense), argument)
        assert type(object_of_keras).__name__ == entry.name
        config = object_of_keras.get_config()
        assert {name: config.get(name, value) for name, value in arguments.items()} == pytest.approx(arguments)
        for short in entry.trait("short"):
            (plain,) = stack(layer("Dense", units=3, **{argument: short})).layers
            assert type(getattr(make_layer(plain), argument)) is type(object_of_keras)


@pytest.mark.deep
def test_script_with_choices_in_choices_gives_the_same_numbers() -> None:
    assert_script_gives_the_same_numbers(WRAPPED)
    penalty = layer("L1L2", l1=0.01, l2=0.001)
    assert_script_gives_the_same_numbers(
        stack(FLATTEN, layer("Dense", units=10, activation="softmax", kernel_initializer=NORMAL, kernel_regularizer=penalty))
    )


def test_script_writes_nested_choices_as_keras_does() -> None:
    assert layer_line(WRAPPED.layers[1]) == (
        "layers.Bidirectional("
        "layers.GRU(3, kernel_initializer=keras.initializers.RandomNormal(stddev=0.5)), "
        'merge_mode="sum")'
    )


def test_a_value_deep_inside_can_be_read_and_changed() -> None:
    assert (get_value(WRAPPED, UNITS), get_value(WRAPPED, STDDEV)) == (3, 0.5)
    assert layer_line(set_value(set_value(WRAPPED, UNITS, 5), STDDEV, 0.1).layers[1]).startswith(
        "layers.Bidirectional(layers.GRU(5, kernel_initializer=keras.initializers.RandomNormal(stddev=0.1))"
    )


def test_a_short_name_becomes_a_choice_when_an_argument_of_it_is_set() -> None:
    experiment = stack(layer("Embedding", input_dim=17, output_dim=2))  # "uniform" by default
    path = ("layers", "layer-1", "arguments", "embeddings_initializer")
    assert get_value(experiment, (*path, "arguments", "maxval")) == 0.05
    changed = set_value(experiment, (*path, "arguments", "maxval"), 0.2)
    assert get_value(changed, path) == EntryRef("RandomUniform", (("maxval", 0.2),))


def test_a_wrapper_holds_only_what_makes_sense_in_it() -> None:
    broken = stack(ROWS, layer("Bidirectional", layer=layer("Dense", units=3)), OUTPUT)
    (problem,) = check(broken)
    assert problem.code == "value-not-allowed"
    assert problem.happened == "Bidirectional: layer is 'Dense'."
    assert problem.expected == "Expected one of 'LSTM', 'GRU', 'SimpleRNN'."
    mended = apply_repair(broken, problem.repairs[0])
    assert problem.repairs[0].label == "Set layer to LSTM"
    assert is_valid(check(mended, summarise(mended)))


def test_a_bad_value_deep_inside_is_named_and_mended() -> None:
    broken = set_value(WRAPPED, UNITS, 0)
    (problem,) = check(broken)
    assert (problem.where, problem.happened) == (UNITS, "GRU: units is 0.")
    assert apply_repair(broken, problem.repairs[0]) == set_value(WRAPPED, UNITS, 64)


def test_nested_choices_are_described_in_words() -> None:
    assert layer_phrase(WRAPPED.layers[1]) == "Bidirectional GRU 3 sum"
    assert difference(set_value(WRAPPED, UNITS, 5), WRAPPED) == "Bidirectional GRU units 5 (was 3)"
    other = set_value(WRAPPED, (*UNITS[:4],), EntryRef("LSTM", (("units", 8),)))
    assert difference(other, WRAPPED) == "Bidirectional layer LSTM 8 (was GRU 3)"


def test_every_nested_argument_has_its_kind() -> None:
    ends = {"initializer": "initializers", "regularizer": "regularizers", "constraint": "constraints", "layer": "layers"}
    names = {parameter.name for entry in LAYERS.values() for parameter in entry.parameters}
    wanted = {name: kind for name in names for end, kind in ends.items() if name.endswith(end)}
    assert wanted | {"learning_rate": "schedules"} == NESTED
    assert resolve_short_name("glorot_uniform", "initializers") == EntryRef("GlorotUniform")
    assert resolve_short_name("no such", "initializers") is None


@pytest.mark.parametrize("kind", ["initializers", "regularizers", "constraints"])
def test_short_names_stand_for_keras_own_arguments(kind: str) -> None:
    for entry in TABLES[kind].values():
        for short in entry.trait("short"):
            meant = getattr(keras, kind).get(short)
            assert type(meant) is getattr(getattr(keras, kind), entry.name), short
            config = meant.get_config()
            for parameter in entry.parameters:
                assert config.get(parameter.name, parameter.default) == pytest.approx(parameter.default), short


@pytest.mark.parametrize(
    "kind", exhaustive_except(["initializers"], ["layers", "initializers", "regularizers", "constraints"])
)
def test_nested_choice_is_made_with_every_legal_value(kind: str) -> None:
    together = {"groups", "output_padding", "num_query_heads", "num_key_value_heads", "dims"}  # see core.checks.arguments
    refused = []
    for entry in TABLES[kind].values():
        for arguments in choices(entry):
            changed = {name for name, value in arguments.items() if value != entry.parameter(name).default}
            if changed & together or any(isinstance(value, EntryRef) for value in arguments.values()):
                continue
            try:
                with variables_without_values():  # which takes less time
                    made(kind, entry.name, arguments)
            except (ValueError, TypeError) as error:
                refused.append(f"{entry.name}({spoken(arguments)}): {error}")
    assert refused == []


def test_every_activation_is_a_function_of_each_number() -> None:
    numbers = keras.ops.convert_to_tensor(np.linspace(-3, 3, 12, dtype="float32").reshape(3, 4))
    for name in ACTIVATIONS:
        outputs = keras.ops.convert_to_numpy(keras.activations.get(name)(numbers))
        assert outputs.shape == (3, 4) and np.isfinite(outputs).all(), name
