"""Scripts as a lecturer shows them: the variables of any graph, and that Keras makes of the script the very same model."""

import ast

import keras
import numpy as np
import pytest

from core.checks.experiment_checks import check
from core.experiment.edits import set_value
from core.experiment.graph import dead_ends
from core.experiment.layer_names import LONGEST_NAME
from core.experiment.model import Experiment
from core.experiment.templates import TEMPLATES
from core.export.script import step_code
from core.export.script_variables import variables
from core.worker.training.build_model import build
from core.worker.training.summary import summarise
from tests.core.random_networks import random_network
from tests.core.sample_experiments import CONV, LECTURE, RESIDUAL, layer, net, stack, template, with_compile
from tests.deep_cases import deep_after, deep_except

LONGEST = 100  # characters of a line on a slide
DENSE = {"units": 8, "activation": "relu"}
SQUEEZE = {"filters": 4, "kernel_size": 1, "activation": "relu"}
END = (("pool", "GlobalAveragePooling2D"), ("output", "Dense", {"units": 10, "activation": "softmax"}))


def fire(number: int, before: str) -> tuple[tuple, ...]:
    """Iandola et al., "SqueezeNet" (2016), figure 2."""
    squeeze, small, large = f"s{number}", f"a{number}", f"b{number}"
    return (
        (squeeze, "Conv2D", SQUEEZE, (before,)),
        (small, "Conv2D", SQUEEZE, (squeeze,)),
        (large, "Conv2D", CONV, (squeeze,)),
        (f"c{number}", "Concatenate", {}, (small, large)),
    )


GRAPHS = {
    "small residual": RESIDUAL,
    "two branches": net(
        ("a", "Conv2D", CONV),
        ("b", "MaxPooling2D", {"pool_size": 2}),
        ("c", "Conv2D", CONV, ("input",)),
        ("d", "AveragePooling2D", {"pool_size": 2}),
        ("e", "Concatenate", {}, ("b", "d")),
        *END,
    ),
    "squeeze": net(("stem", "Conv2D", CONV), *fire(1, "stem"), *fire(2, "c1"), *END),
    "dense net": net(
        ("a", "Conv2D", CONV),
        ("b", "Conv2D", CONV),
        ("c", "Concatenate", {}, ("a", "b")),
        ("d", "Conv2D", CONV),
        ("e", "Concatenate", {}, ("c", "d")),
        *END,
    ),
    "u-net": net(
        ("a", "Conv2D", CONV),
        ("p", "MaxPooling2D"),
        ("b", "Conv2D", CONV),
        ("q", "MaxPooling2D"),
        ("c", "Conv2D", CONV),
        ("u", "UpSampling2D"),
        ("m", "Concatenate", {}, ("u", "b")),
        ("v", "UpSampling2D"),
        ("n", "Concatenate", {}, ("v", "a")),
        *END,
    ),
    "gate": net(
        ("a", "Conv2D", CONV),
        ("g", "GlobalAveragePooling2D"),
        ("h", "Dense", {"units": 4, "activation": "sigmoid"}),
        ("m", "Multiply", {}, ("a", "h")),
        *END,
    ),
    "twice the same": net(("f", "Flatten"), ("d", "Dense", DENSE), ("m", "Add", {}, ("d", "d")), END[1]),
    "the picture itself": net(("c", "Conv2D", CONV), ("m", "Multiply", {}, ("input", "c")), ("f", "Flatten"), END[1]),
    "a branch that begins later": net(
        ("f", "Flatten"),
        ("a", "Dense", DENSE),
        ("b", "Dense", DENSE, ("f",)),
        ("c", "Dense", DENSE, ("a",)),
        ("d", "Dense", DENSE, ("b",)),
        ("m", "Average", {}, ("c", "d", "a")),
        END[1],
    ),
}
NETS = {**{name: template(name, "fashion_mnist") for name in TEMPLATES}, **GRAPHS}


def in_keras(experiment: Experiment) -> keras.Model:
    """The model that the script's lines make, from the seed 0."""
    names = {"keras": keras, "layers": keras.layers}
    keras.utils.clear_session(free_memory=False)
    keras.utils.set_random_seed(0)
    exec(step_code(experiment, "define"), names)  # noqa: S102 -- our own script
    return names["model"]


def trained_in(experiment: Experiment) -> keras.Model:
    """The model that the trainer makes, from the seed 0."""
    keras.utils.clear_session(free_memory=False)
    keras.utils.set_random_seed(0)
    return build(experiment)


def described(model: keras.Model) -> list[tuple]:
    """Each layer with its class, its arguments but for names, and its shape, in the order in which they were made."""
    several = [one for one in model.layers if not isinstance(one, keras.layers.InputLayer)]

    def nameless(value: object) -> object:
        if isinstance(value, dict):
            return {key: nameless(one) for key, one in value.items() if key not in ("name", "build_config")}
        return [nameless(one) for one in value] if isinstance(value, list | tuple) else value

    return sorted(
        (type(one).__name__, str(nameless(one.get_config())), tuple(one.output.shape), one.count_params()) for one in several
    )


def assert_same_model(script: keras.Model, trainer: keras.Model, images: np.ndarray) -> None:
    assert type(script) is type(trainer)
    assert described(script) == described(trainer)
    ours, theirs = script.get_weights(), trainer.get_weights()
    assert len(ours) == len(theirs) and all(map(np.array_equal, ours, theirs)), "a weight starts otherwise"
    answers = []
    for model in (script, trainer):
        keras.utils.set_random_seed(0)  # some layers draw from Python's own chance, also at inference
        answers.append(model(images))
    assert np.array_equal(*answers)


@pytest.mark.parametrize("name", deep_after(5, NETS))
def test_script_makes_the_very_model_with_the_very_weights(name: str) -> None:
    experiment = NETS[name]
    shape = experiment.data.entry.image_shape
    images = np.random.default_rng(0).integers(0, 255, (2, *shape)).astype("float32")
    assert_same_model(in_keras(experiment), trained_in(experiment), images)


@pytest.mark.deep
def test_script_of_networks_made_by_chance_makes_the_very_model() -> None:
    images, right, graphs = np.random.default_rng(0).random((2, 8, 8, 1), dtype="float32"), 0, 0
    for seed in range(160):
        experiment = random_network(seed)
        if dead_ends(experiment) or [one for one in check(experiment) if one.blocks]:
            continue
        if [one for one in check(experiment, summarise(experiment)) if one.blocks]:
            continue
        right, graphs = right + 1, graphs + ("keras.Model(" in step_code(experiment, "define"))
        assert_same_model(in_keras(experiment), trained_in(experiment), images)
    assert right > 25 and graphs > 5, f"hardly any is right: {right}, of which {graphs} are graphs"


@pytest.mark.parametrize(
    "name",
    deep_except(["lecture", "residual"], ["residual", "inception", "transformer", "squeeze", "two branches", "lecture"]),
)
def test_names_of_ones_own_are_in_the_model_and_change_no_number(name: str) -> None:
    experiment, custom = NETS[name], {}
    for number, one in enumerate(experiment.layers[::2]):
        custom[one.id] = f"part{number}"
        experiment = set_value(experiment, ("layers", one.id, "custom_name"), f"part{number}")
    images = np.random.default_rng(0).random((2, *experiment.data.entry.image_shape), dtype="float32")
    script = in_keras(experiment)
    assert_same_model(script, trained_in(NETS[name]), images)
    assert [one.name for one in script.layers if one.name.startswith("part")] and len(custom) == sum(
        one.name in custom.values() for one in script.layers
    )
    assert step_code(experiment, "define").count("name=") == len(custom)


SLIDES = {
    "residual": """\
conv1 = layers.Conv2D(32, 3, padding="same", activation="relu")(inputs)

# Residual block 1
x = layers.Conv2D(32, 3, padding="same", activation="relu")(conv1)
x = layers.Conv2D(32, 3, padding="same")(x)
x = layers.Add()([conv1, x])
relu1 = layers.Activation("relu")(x)

# Residual block 2
x = layers.Conv2D(64, 3, strides=2, padding="same", activation="relu")(relu1)
x = layers.Conv2D(64, 3, padding="same")(x)
shortcut = layers.Conv2D(64, 1, strides=2, padding="same")(relu1)
x = layers.Add()([x, shortcut])
x = layers.Activation("relu")(x)

x = layers.GlobalAveragePooling2D()(x)
outputs = layers.Dense(10, activation="softmax")(x)""",
    "inception": """\
x = layers.Conv2D(32, 3, padding="same", activation="relu")(inputs)
pool1 = layers.MaxPooling2D()(x)

# Inception block
conv2 = layers.Conv2D(16, 1, padding="same", activation="relu")(pool1)
x = layers.Conv2D(24, 1, padding="same", activation="relu")(pool1)
conv4 = layers.Conv2D(32, 3, padding="same", activation="relu")(x)
x = layers.Conv2D(8, 1, padding="same", activation="relu")(pool1)
conv6 = layers.Conv2D(16, 5, padding="same", activation="relu")(x)
x = layers.MaxPooling2D(pool_size=3, strides=1, padding="same")(pool1)
conv7 = layers.Conv2D(16, 1, padding="same", activation="relu")(x)
x = layers.Concatenate()([conv2, conv4, conv6, conv7])

x = layers.GlobalAveragePooling2D()(x)
outputs = layers.Dense(10, activation="softmax")(x)""",
    "transformer": """\
x = layers.Conv2D(64, 4, strides=4)(inputs)
reshape = layers.Reshape((49, 64))(x)

# Encoder
x = layers.LayerNormalization()(reshape)
x = layers.MultiHeadAttention(num_heads=4, key_dim=16)(x, x)
add1 = layers.Add()([reshape, x])
x = layers.LayerNormalization()(add1)
x = layers.Dense(128, activation="gelu")(x)
x = layers.Dense(64)(x)
x = layers.Add()([add1, x])

x = layers.LayerNormalization()(x)
x = layers.GlobalAveragePooling1D()(x)
outputs = layers.Dense(10, activation="softmax")(x)""",
    "two branches": """\
x = layers.Conv2D(4, 3, padding="same", activation="relu")(inputs)
pool1 = layers.MaxPooling2D()(x)
x = layers.Conv2D(4, 3, padding="same", activation="relu")(inputs)
pool2 = layers.AveragePooling2D(2)(x)
x = layers.Concatenate()([pool1, pool2])
x = layers.GlobalAveragePooling2D()(x)
outputs = layers.Dense(10, activation="softmax")(x)""",
    "squeeze": """\
x = layers.Conv2D(4, 3, padding="same", activation="relu")(inputs)
conv2 = layers.Conv2D(4, 1, activation="relu")(x)
conv3 = layers.Conv2D(4, 1, activation="relu")(conv2)
conv4 = layers.Conv2D(4, 3, padding="same", activation="relu")(conv2)
x = layers.Concatenate()([conv3, conv4])
conv5 = layers.Conv2D(4, 1, activation="relu")(x)
conv6 = layers.Conv2D(4, 1, activation="relu")(conv5)
conv7 = layers.Conv2D(4, 3, padding="same", activation="relu")(conv5)
x = layers.Concatenate()([conv6, conv7])
x = layers.GlobalAveragePooling2D()(x)
outputs = layers.Dense(10, activation="softmax")(x)""",
    "u-net": """\
conv1 = layers.Conv2D(4, 3, padding="same", activation="relu")(inputs)
x = layers.MaxPooling2D()(conv1)
conv2 = layers.Conv2D(4, 3, padding="same", activation="relu")(x)
x = layers.MaxPooling2D()(conv2)
x = layers.Conv2D(4, 3, padding="same", activation="relu")(x)
x = layers.UpSampling2D()(x)
x = layers.Concatenate()([x, conv2])
x = layers.UpSampling2D()(x)
x = layers.Concatenate()([x, conv1])
x = layers.GlobalAveragePooling2D()(x)
outputs = layers.Dense(10, activation="softmax")(x)""",
}


@pytest.mark.parametrize("name", SLIDES)
def test_script_is_what_a_lecturer_would_write(name: str) -> None:
    lines = step_code(NETS[name], "define").splitlines()
    between = "\n".join(line for line in lines[2:-1]).strip("\n")
    assert between == SLIDES[name]
    assert lines[-1] == "model = keras.Model(inputs, outputs)"


def test_arguments_that_keras_sets_by_itself_are_not_written() -> None:
    relu = ("Conv2D", {"filters": 4, "kernel_size": [3, 3], "strides": 1, "dilation_rate": [1, 1], "padding": "valid"})
    named = {"name": "GlorotUniform", "arguments": {}}
    experiment = stack(
        layer(relu[0], **relu[1], kernel_initializer=named, use_bias=True),
        layer("MaxPooling2D", pool_size=2, strides=[2, 2]),
        layer("Flatten"),
        layer("Dense", units=10, activation="softmax", kernel_initializer={"name": "HeNormal", "arguments": {}}),
    )
    assert step_code(experiment, "define").splitlines()[4:8] == [
        "        layers.Conv2D(4, 3),",
        "        layers.MaxPooling2D(strides=2),",
        "        layers.Flatten(),",
        "        layers.Dense(",
    ]
    assert '10, activation="softmax", kernel_initializer=keras.initializers.HeNormal()' in step_code(experiment, "define")


def test_long_lines_are_broken_as_black_breaks_them() -> None:
    long = layer("Conv2D", filters=32, kernel_size=5, padding="same", activation="relu", kernel_initializer="he_normal")
    longer = {**long, "arguments": {**long["arguments"], "bias_initializer": "random_normal", "kernel_regularizer": "l2"}}
    lines = step_code(stack(long, longer, layer("Flatten"), layer("Dense", units=10)), "define").splitlines()
    assert lines[4:7] == [
        "        layers.Conv2D(",
        '            32, 5, padding="same", activation="relu", kernel_initializer="he_normal"',
        "        ),",
    ]
    assert lines[8:10] == ["            32,", "            5,"]
    assert max(map(len, lines)) <= LONGEST


@pytest.mark.parametrize("identity", ["keras", "1", "if", "a-b", "x", "inputs", "print", "class"])
def test_ids_that_mean_something_to_python_are_in_no_script(identity: str) -> None:
    experiment = net((identity, "Conv2D", CONV), ("b", "Conv2D", CONV), ("c", "Add", {}, (identity, "b")), *END)
    names = {node.id for node in ast.walk(ast.parse(step_code(experiment, "define"))) if isinstance(node, ast.Name)}
    assert names == {"inputs", "keras", "layers", "conv1", "x", "outputs", "model"}


def test_script_of_a_broken_network_is_python_too() -> None:
    several = net(("a", "Dense", DENSE, ("gone", "a b".replace(" ", "-"), "x")), ("b", "Dense", DENSE, ("c",)), ("c", "Add"))
    text = step_code(several, "define")
    assert ast.parse(text)
    assert variables(several)["gone"] == "missing_gone" and "missing_a_b" in text
    assert len(set(variables(several).values())) == len(variables(several))


def test_a_name_of_ones_own_is_the_variable_where_it_is_needed_later() -> None:
    experiment = set_value(RESIDUAL, ("layers", "conv-1", "custom_name"), "stem")
    text = step_code(experiment, "define")
    assert 'stem = layers.Conv2D(4, 3, padding="same", activation="relu", name="stem")(inputs)' in text
    assert "x = layers.Add()([stem, x])" in text
    longest = set_value(experiment, ("layers", "conv-2", "custom_name"), "n" * LONGEST_NAME)
    assert f'name="{"n" * LONGEST_NAME}"' in step_code(longest, "define")
    last = set_value(RESIDUAL, ("layers", "output", "custom_name"), "head")
    assert 'outputs = layers.Dense(10, activation="softmax", name="head")(x)' in step_code(last, "define")


def test_a_name_that_cannot_be_used_is_not_passed_on() -> None:
    experiment = set_value(LECTURE, ("layers", "hidden", "custom_name"), "model")
    assert "name=" not in step_code(experiment, "define")
    assert with_compile(experiment)  # the experiment can be read again
