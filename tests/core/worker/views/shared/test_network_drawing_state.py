"""What one image makes of a network in which each layer is drawn: weights, what links carry, strips, maps and answers."""

import base64
import json

import keras
import numpy as np
import pytest

from core.experiment.edits import set_value
from core.experiment.model import Experiment
from core.network_state import NetworkDrawingState, NetworkLinks
from core.worker.data.load import load_raw, prepare, to_bytes
from core.worker.views.layer_outputs import data_after_layers, network_preview
from core.worker.views.shared.load_trained import load_model
from tests.core.conftest import Trained
from tests.core.sample_experiments import FLATTEN, LECTURE, OUTPUT, layer, stack, template

MOST_BYTES = 60_000  # of a network as it is sent to a browser


def look_of(experiment: Experiment, index: int = 0) -> NetworkDrawingState:
    look = network_preview(experiment, index).look
    assert look is not None
    return look


def numbers(text: str) -> np.ndarray:
    return np.frombuffer(base64.b64decode(text), "uint8").astype(int)


def links(joint: NetworkLinks) -> np.ndarray:
    """(units, links, [place, amount])."""
    told = numbers(joint["ends"]).reshape(-1, joint["each"], 3)
    return np.stack([256 * told[..., 0] + told[..., 1], told[..., 2] - 128], axis=-1)


def parts_of(amounts: np.ndarray, parts: int) -> np.ndarray:
    """The sum of the amounts of each part of a strip."""
    places = np.arange(len(amounts)) * parts // len(amounts)
    return np.stack([amounts[places == part].sum(axis=0) for part in range(parts)])


@pytest.mark.parametrize("kind", ["weights", "links"])
def test_links_from_a_strip_have_the_sum_of_their_part(kind: str) -> None:
    look = look_of(LECTURE)
    (images, _), _ = load_raw(LECTURE.data.dataset)
    kernel = keras.ops.convert_to_numpy(load_model(LECTURE).get_layer("hidden").kernel)
    values = prepare(images[:1], LECTURE.data).reshape(-1, 1) if kind == "links" else 1
    expected = parts_of(kernel * values, 28)
    told = links(look[kind][0])  # type: ignore[literal-required]
    largest = np.abs(expected).max()
    for unit in range(128):
        places, amounts = told[unit].T
        assert np.abs(expected[places, unit] / largest * 127 - amounts).max() <= 0.51
        assert np.abs(expected[places, unit]).min() >= np.sort(np.abs(expected[:, unit]))[-len(places)] - 1e-6


def test_image_label_and_answers_are_those_of_the_image_that_was_asked_for() -> None:
    (images, labels), _ = load_raw(LECTURE.data.dataset)
    for index in (0, 5):
        look = look_of(LECTURE, index)
        assert look["label"] == labels[index]
        shown = to_bytes(images[index : index + 1], LECTURE.data.dataset)
        assert (numbers(look["image"]["pixels"]).reshape(8, 8) == shown.reshape(8, 8)).all()
        expected = data_after_layers(LECTURE, prepare(images[index : index + 1], LECTURE.data))["output"]
        assert look["answers"] == pytest.approx(expected.tolist(), abs=1e-4)


def test_each_layer_tells_what_it_is_drawn_with() -> None:
    look = look_of(template("convnet"))
    assert [(column["id"], len(numbers(column["values"])), len(column["maps"])) for column in look["columns"]] == [
        ("conv1", 32, 32),
        ("pool1", 32, 32),
        ("conv2", 32, 32),
        ("pool2", 32, 32),
        ("flatten", 256, 0),
        ("dropout", 0, 0),
        ("output", 10, 0),
    ]
    assert [(joint["source"], joint["target"]) for joint in look["weights"]] == [("flatten", "output")]


def test_maps_come_with_their_numbers_the_strongest_first() -> None:
    experiment = template("convnet")
    look = look_of(experiment)
    (images, _), _ = load_raw(experiment.data.dataset)
    values = data_after_layers(experiment, prepare(images[:1], experiment.data))["conv1"]
    strengths = np.abs(values).mean(axis=(0, 1))[look["maps"]["conv1"]]
    assert sorted(look["maps"]["conv1"]) == list(range(32))
    assert (np.diff(strengths) <= 0).all()
    strongest = values[..., look["maps"]["conv1"][0]]
    assert np.corrcoef(numbers(look["columns"][0]["maps"][0]), strongest.ravel())[0, 1] > 0.99


def test_many_large_maps_are_not_all_told() -> None:
    large = [layer("Conv2D", filters=32, kernel_size=3, padding="same") for _ in range(4)]
    pooled = [layer("MaxPooling2D", pool_size=8), layer("Conv2D", filters=32, kernel_size=1)]
    look = look_of(stack(layer("UpSampling2D", size=3), *large, *pooled, FLATTEN, OUTPUT))
    counts = [len(look["maps"][one["id"]]) for one in look["columns"] if one["maps"]]
    assert counts[-2:] == [32, 32], "small maps have room"
    assert all(4 <= count < 32 for count in counts[:4])


def test_layers_whose_weights_fit_keep_them_after_an_edit(trained: Trained) -> None:
    path = str(trained.folder / "model.keras")
    whole = network_preview(trained.experiment, 0, path).look
    edited = set_value(trained.experiment, ("layers", "output", "arguments", "units"), 64)
    look, fresh = network_preview(edited, 0, path).look, network_preview(edited, 0).look
    assert whole and look and fresh
    assert (whole["trained"], look["trained"], fresh["trained"]) == (["hidden", "output"], ["hidden"], [])
    assert look["weights"][0] == whole["weights"][0] != fresh["weights"][0]
    assert look["weights"][1] == fresh["weights"][1], "a new layer has the weights that training starts from"
    wider = set_value(trained.experiment, ("layers", "hidden", "arguments", "units"), 16)
    assert network_preview(wider, 0, path).look["trained"] == []  # type: ignore[index]
    linear = set_value(trained.experiment, ("layers", "hidden", "arguments", "activation"), None)
    assert network_preview(linear, 0, path).look["trained"] == ["hidden", "output"]  # type: ignore[index]


def test_layers_before_a_fault_are_told() -> None:
    broken = stack(FLATTEN, layer("Dense", units=4), layer("Conv2D"), OUTPUT)
    look = look_of(broken)
    assert [column["id"] for column in look["columns"]] == [one.id for one in broken.layers[:2]]
    assert look["answers"] == [] and len(look["weights"]) == 1


def test_a_layer_with_another_number_of_units_than_classes_gives_no_answers() -> None:
    wrong = set_value(LECTURE, ("layers", "output", "arguments", "units"), 64)
    assert look_of(wrong)["answers"] == []
    assert links(look_of(wrong)["weights"][1]).shape[0] == 64


def test_numbers_that_are_none_are_told_as_zero() -> None:
    huge = stack(layer("Rescaling", scale=1e38), FLATTEN, layer("Dense", units=4), OUTPUT)
    look = look_of(huge)
    assert len(json.dumps(look, allow_nan=False)) > 0


def test_what_a_browser_gets_is_small() -> None:
    deep = stack(*(layer("Conv2D", filters=32, kernel_size=3, padding="same") for _ in range(40)), FLATTEN, OUTPUT)
    for experiment in (LECTURE, template("vgg"), template("residual"), deep):
        assert len(json.dumps(look_of(experiment))) < MOST_BYTES
