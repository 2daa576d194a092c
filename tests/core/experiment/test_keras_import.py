"""The architecture of a .keras file is read unchanged; a hostile file is refused with a message, and never loaded."""

import io
import json
import struct
import time
import tracemalloc
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import keras
import pytest

from core.experiment.graph import inputs_of
from core.experiment.keras_import import CONFIG, MAXIMUM_CONFIG, MAXIMUM_DIRECTORY, Architecture, read
from core.experiment.model import MAXIMUM_LAYERS, EntryRef, Experiment
from core.experiment.templates import TEMPLATES
from core.problems import Problem, ProblemError
from core.runs.run_database import RunDatabase
from core.worker.training.build_model import build
from tests.core.sample_experiments import CONV, LECTURE, RESIDUAL, net, template
from tests.deep_cases import deep_except


def saved(model: keras.Model, folder: Path) -> bytes:
    path = folder / "model.keras"
    model.save(path)
    return path.read_bytes()


def archive(config: object, *, name: str = CONFIG, how: int = zipfile.ZIP_DEFLATED, **more: str) -> bytes:
    """A .keras file of any content."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", how) as made:
        made.writestr(name, config if isinstance(config, str | bytes) else json.dumps(config))
        for other, text in more.items():
            made.writestr(other, text)
    return file.getvalue()


def sequential(*layers: dict) -> dict:
    return {"module": "keras", "class_name": "Sequential", "config": {"layers": list(layers)}}


def layer(name: str, /, module: str = "keras.layers", **config: Any) -> dict:
    return {"module": module, "class_name": name, "config": config}


def refused(content: bytes) -> Problem:
    with pytest.raises(ProblemError) as caught:
        read(content)
    assert len(str(caught.value)) < 1_000 and str(caught.value).encode("utf-8")
    return caught.value.problem


def shapes(model: keras.Model) -> list:
    """Each layer with its settings and its output, without names and seeds."""
    left_out = ("name", "dtype", "layer", "backward_layer", "build_config")
    return [
        (type(one).__name__, {k: v for k, v in one.get_config().items() if k not in left_out}, one.output.shape)
        for one in model.layers
        if not isinstance(one, keras.layers.InputLayer)
    ]


def assert_same_network(experiment: Experiment, found: Architecture) -> None:
    again = Experiment(experiment.data, found.layers, experiment.compile, experiment.fit)
    first, second = build(experiment), build(again)
    assert shapes(second) == shapes(first)
    assert second.count_params() == first.count_params()
    assert inputs_of(again) == inputs_of(experiment)


@pytest.mark.parametrize("name", deep_except(["lecture"], TEMPLATES))
def test_every_ready_net_comes_back_as_it_was_saved(name: str, tmp_path: Path) -> None:
    experiment = template(name, "fashion_mnist")
    found = read(saved(build(experiment), tmp_path))
    assert_same_network(experiment, found)
    assert found.problems == ()
    assert found.image_shape == (28, 28, 1)
    assert {one.id for one in found.layers} == {one.id for one in experiment.layers}


def test_graph_comes_back_with_its_inputs(tmp_path: Path) -> None:
    found = read(saved(build(RESIDUAL), tmp_path))
    assert_same_network(RESIDUAL, found)
    assert found.layers == RESIDUAL.layers


def test_layers_of_branches_stand_after_what_they_take_and_the_answers_last(tmp_path: Path) -> None:
    experiment = net(
        ("left", "Conv2D", CONV, ("input",)),
        ("right", "Conv2D", {**CONV, "strides": 1}, ("input",)),
        ("both", "Concatenate", {}, ("left", "right", "left")),
        ("flat", "Flatten"),
        ("output", "Dense", {"units": 10, "activation": "softmax"}),
    )
    found = read(saved(build(experiment), tmp_path))
    assert [one.id for one in found.layers] == ["left", "right", "both", "flat", "output"]
    assert [one.inputs for one in found.layers] == [(), ("input",), ("left", "right", "left"), (), ()]


def test_settings_come_back_and_defaults_are_left_out(tmp_path: Path) -> None:
    layers = [
        keras.layers.Conv2D(7, (3, 5), padding="same", activation="gelu", kernel_initializer="he_normal"),
        keras.layers.MaxPooling2D((2, 2)),
        keras.layers.Flatten(),
        keras.layers.Dense(10, kernel_regularizer="l2", kernel_constraint="max_norm"),
    ]
    found = read(saved(keras.Sequential([keras.Input((8, 8, 1)), *layers]), tmp_path))
    assert found.problems == ()
    assert [dict(one.arguments) for one in found.layers] == [
        {
            "filters": 7,
            "kernel_size": (3, 5),
            "padding": "same",
            "activation": "gelu",
            "kernel_initializer": "he_normal",
        },
        {"strides": 2},
        {},
        {"units": 10, "kernel_regularizer": "l2", "kernel_constraint": "max_norm"},
    ]


def test_what_cannot_be_taken_over_is_named(tmp_path: Path) -> None:
    model = keras.Sequential(
        [
            keras.Input((8, 8, 1)),
            keras.layers.Flatten(),
            keras.layers.Dense(10, kernel_regularizer=keras.regularizers.L2(0.5), name="strict", trainable=False),
        ]
    )
    found = read(saved(model, tmp_path))
    (problem,) = found.problems
    assert problem.happened == "Of the file's settings, 1 could not be taken over as they are."
    assert "strict: trainable False" in problem.expected
    assert not problem.blocks
    assert found.layers[1].argument("kernel_regularizer") == EntryRef("L2", (("l2", 0.5),))


def test_mean_and_variance_of_each_channel_are_named_as_lost(tmp_path: Path) -> None:
    scaled = keras.layers.Normalization(mean=[0.1, 0.2, 0.3], variance=[1.0, 2.0, 3.0], name="scaled")
    found = read(saved(keras.Sequential([keras.Input((8, 8, 3)), scaled, keras.layers.Flatten()]), tmp_path))
    assert [one.name for one in found.layers] == ["Normalization", "Flatten"]
    (problem,) = found.problems
    assert "scaled: mean [0.1, 0.2, 0.3]" in problem.expected and "scaled: variance [1.0, 2.0, 3.0]" in problem.expected


def test_sequential_inside_another_model_is_unfolded(tmp_path: Path) -> None:
    image = keras.Input((8, 8, 1))
    inner = keras.Sequential([keras.layers.Conv2D(4, 3, name="conv"), keras.layers.Dropout(0.5, name="drop")], name="inner")
    model = keras.Model(image, keras.layers.Dense(10, name="output")(keras.layers.Flatten(name="flat")(inner(image))))
    assert [one.id for one in read(saved(model, tmp_path)).layers] == ["conv", "drop", "flat", "output"]


def two_inputs() -> keras.Model:
    images = keras.Input((8, 8, 1)), keras.Input((8, 8, 1))
    return keras.Model(images, keras.layers.Add()(images))


def two_outputs() -> keras.Model:
    image = keras.Input((8,))
    return keras.Model(image, [keras.layers.Dense(2)(image), keras.layers.Dense(3)(image)])


def shared() -> keras.Model:
    image, both = keras.Input((8,)), keras.layers.Dense(8, name="both")
    return keras.Model(image, both(both(image)))


def written_in_operators() -> keras.Model:
    image = keras.Input((8,))
    return keras.Model(image, keras.layers.Dense(8)(image) + image)


def taken_apart() -> keras.Model:
    image = keras.Input((8,))
    return keras.Model(image, keras.layers.Dense(8)(keras.ops.split(image, 2, axis=-1)[1]))


def operated(operation: Callable[[Any], Any]) -> Callable[[], keras.Model]:
    """A function that makes a model which applies an operation to its input."""

    def make() -> keras.Model:
        image = keras.Input((8,))
        return keras.Model(image, keras.layers.Dense(8)(operation(image)))

    return make


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (two_inputs, "has 2 inputs"),
        (two_outputs, "has 2 outputs"),
        (shared, "'both' is used 2 times"),
        (written_in_operators, "cannot be used here: Add ("),
        (written_in_operators, "Add is an operation of keras.ops, as + and * are. Use the layer Add."),
        (taken_apart, "takes output 2 of 'split"),
        (taken_apart, "such as by a Cropping layer for each part"),
        (operated(lambda tensor: tensor[:, :4]), "Cropping1D for a sequence, Cropping2D for an image"),
        (operated(lambda tensor: keras.ops.split(tensor, 2, axis=-1)[0]), "each part needs a layer of its own"),
        (operated(lambda tensor: tensor / 255.0), "Use the layer Rescaling"),
        (operated(lambda tensor: 1 - tensor), "Use the layer Rescaling"),
        (operated(lambda tensor: keras.ops.leaky_relu(tensor)), "Use the layer Activation with leaky_relu."),
        (operated(lambda tensor: keras.ops.maximum(tensor, 0.5)), "Use a layer that does the same."),
        (operated(lambda tensor: keras.ops.sort(tensor)), "Use a layer that does the same."),
    ],
)
def test_network_that_cannot_be_expressed_here_is_refused(
    make: Callable[[], keras.Model], words: str, tmp_path: Path
) -> None:
    assert words in str(refused(saved(make(), tmp_path)))


def lying(content: bytes, declared: int) -> bytes:
    """The archive with another size of its config in the directory."""
    place = content.rindex(b"PK\x01\x02")
    return content[: place + 24] + struct.pack("<I", declared) + content[place + 28 :]


def encrypted(content: bytes) -> bytes:
    place = content.rindex(b"PK\x01\x02")
    return content[: place + 8] + b"\x01" + content[place + 9 :]


BOMB = archive(b"[" + b" " * 40_000_000)
PLAIN = archive(sequential(layer("Flatten"), layer("Dense", units=10)))
HOSTILE: dict[str, tuple[bytes, str]] = {
    "nothing": (b"", "it is no zip archive"),
    "words": (b"hello" * 100, "it is no zip archive"),
    "an .h5 file": (b"\x89HDF\r\n\x1a\n" + bytes(1_000), "it is no zip archive"),
    "cut off": (PLAIN[:-30], "it is no zip archive"),
    "its end alone": (PLAIN[-22:], "damaged"),
    "bytes changed": (PLAIN.replace(b"config.json", b"config.jsom", 1), "damaged"),
    "bomb": (BOMB, "has more than 2,000,000 bytes"),
    "bomb that lies": (lying(BOMB, 100), "damaged"),
    "encrypted": (encrypted(PLAIN), "password"),
    "packed otherwise": (archive(sequential(), how=zipfile.ZIP_LZMA), "does not use"),
    "many entries": (archive("{}", **{f"file-{n}": "" for n in range(MAXIMUM_DIRECTORY // 50)}), "far more entries"),
    "no config": (archive("{}", name="metadata.json"), "config.json 0 times"),
    "a path": (archive("{}", name="../config.json"), "config.json 0 times"),
    "not JSON": (archive("{"), "is not JSON"),
    "not UTF-8": (archive(b"\xff\xfe"), "is not UTF-8"),
    "brackets": (archive("[" * 100_000), "nested more than"),
    "long number": (archive('{"class_name": ' + "9" * 10_000 + "}"), "is not JSON"),
    "null": (archive("null"), "holds 'no model'"),
    "a list": (archive("[]"), "holds 'no model'"),
    "a class of its own": (archive(layer("Custom")), "holds 'Custom'"),
    "code": (archive(sequential(layer("Lambda", function="import os"))), "Lambda ('lambda')"),
    "a layer of another module": (archive(sequential(layer("Dense", "evil", units=1))), "Dense ('dense')"),
    "layers that are none": (archive(sequential(3, None, [])), "a layer without a class"),
    "no layers": (archive(sequential()), "has 0 layers"),
    "201 layers": (archive(sequential(*(layer("Flatten", name=f"f{n}") for n in range(201)))), "has 201 layers"),
    "names twice": (archive(sequential(layer("Flatten"), layer("Flatten"))), "Two layers are called"),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_file_is_refused_in_one_message(kind: str) -> None:
    content, words = HOSTILE[kind]
    assert words in str(refused(content))


@pytest.mark.parametrize("kind", ["bomb", "bomb that lies"])
def test_bomb_is_refused_before_it_goes_off(kind: str) -> None:
    content, _ = HOSTILE[kind]
    started = time.thread_time()
    tracemalloc.start()
    refused(content)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 5 * MAXIMUM_CONFIG, "the bomb itself has 40,000,000 bytes"
    assert time.thread_time() - started < 1.0


def test_strange_values_and_names_are_left_behind() -> None:
    strange = [{"a": [1]}, float("nan"), "x" * 5_000, [[[]]], -5, True, 1e400, {"class_name": "os.system", "config": {}}]
    layers = [layer("Conv2D", name="<b>" * n, filters=4, kernel_size=one, evil=one) for n, one in enumerate(strange, 1)]
    found = read(archive(sequential(*layers)))
    assert [one.id for one in found.layers] == [f"layer-{n}" for n in range(1, len(strange) + 1)]
    assert all("kernel_size" not in dict(one.arguments) for one in found.layers)
    assert len(str(found.problems[0])) < 1_500


@pytest.mark.parametrize(
    "nodes",
    [
        [],
        [{}],
        [{"args": [{"config": {"keras_history": ["nowhere", 0, 0]}}]}],
        [{"args": [{"config": {"keras_history": ["a", 0, 0]}}]}],
        [{"args": [{"config": {"keras_history": [["image"], 0, 0]}}]}],
        [{"args": [{"config": {"keras_history": ["image", 7, 0]}}]}],
        [{"args": "image"}],
    ],
    ids=["never", "without arguments", "from nowhere", "from itself", "from a list", "a call that is not", "text"],
)
def test_graph_that_is_none_is_refused(nodes: list) -> None:
    image = {"module": "keras.layers", "class_name": "InputLayer", "name": "image", "config": {}}
    one = {**layer("Flatten"), "name": "a", "inbound_nodes": nodes}
    graph = {"class_name": "Functional", "config": {"layers": [image, one], "output_layers": ["a", 0, 0]}}
    assert refused(archive(graph)).code == "keras-file"


def test_file_of_the_lectures_network_is_the_lectures_network(tmp_path: Path) -> None:
    content = saved(build(LECTURE), tmp_path)
    assert read(content).layers == LECTURE.layers
    assert "h5" in str(zipfile.ZipFile(io.BytesIO(content)).namelist()), "the file has weights, which are left alone"


@pytest.mark.parametrize("count", [MAXIMUM_LAYERS, MAXIMUM_LAYERS + 1])
def test_layer_of_as_many_inputs_as_can_be_read_again_is_taken(count: int, tmp_path: Path) -> None:
    picture = keras.Input((8, 8, 1))
    content = saved(keras.Model(picture, keras.layers.Add(name="sum")([picture] * count)), tmp_path)
    if count > MAXIMUM_LAYERS:
        assert refused(content).happened == "The layer 'sum' takes 201 inputs."
        return
    database = RunDatabase(tmp_path / "runs.sqlite")
    experiment = replace(LECTURE, layers=read(content).layers)
    database.edit_draft("visitor", experiment)
    database.close()
    database = RunDatabase(tmp_path / "runs.sqlite")
    assert database.draft("visitor").experiment == experiment
    database.close()
