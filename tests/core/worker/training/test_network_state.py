"""What one image makes of a network: strengths of units, what links carry, answers; while it learns and afterwards."""

import base64
import json

import keras
import numpy as np
import pytest

from core.experiment.model import Experiment
from core.export.model_formats import MODEL
from core.network_state import NetworkState
from core.worker.data.load import load_sets
from core.worker.training.train import train
from core.worker.views.network import network
from core.worker.views.shared.load_trained import load_model
from tests.core.conftest import Trained
from tests.core.sample_experiments import FLATTEN, LECTURE, OUTPUT, layer, stack, template, with_data, with_fit

MOST_BYTES = 30_000  # of an event


def numbers(text: str) -> np.ndarray:
    return np.frombuffer(base64.b64decode(text), "uint8").astype(int)


def links(state: NetworkState, index: int) -> np.ndarray:
    """The links of one joint: (units, links, [source, amount])."""
    joint = state["links"][index]
    bytes_of_links = numbers(joint["ends"]).reshape(-1, joint["each"], 3)
    return np.stack([256 * bytes_of_links[..., 0] + bytes_of_links[..., 1], bytes_of_links[..., 2] - 128], axis=-1)


def image_of(state: NetworkState, experiment: Experiment = LECTURE) -> np.ndarray:
    """The image as the network gets it; a state holds whole numbers up to 255."""
    images = load_sets(experiment).validation[0].reshape(-1, 64)
    is_same = (np.rint(images * 255) == numbers(state["image"]["pixels"])).all(axis=1)
    return images[np.flatnonzero(is_same)[0]]


def kernels(experiment: Experiment) -> list[np.ndarray]:
    return [keras.ops.convert_to_numpy(one.kernel) for one in load_model(experiment).layers if hasattr(one, "kernel")]


def test_links_carry_weight_times_value_and_are_the_strongest_ones() -> None:
    state = network(LECTURE, "")
    carried = image_of(state)[:, None] * kernels(LECTURE)[0]
    told = links(state, 0)
    assert told.shape == (128, 10, 2)
    largest = np.abs(carried).max()
    for unit in range(128):
        strongest = np.sort(np.abs(carried[:, unit]))[::-1][:10]
        sources, amounts = told[unit].T
        assert np.abs(carried[sources, unit] / largest * 127 - amounts).max() <= 0.51
        assert np.allclose(np.abs(carried[sources, unit]), strongest, atol=1e-5)


def test_all_links_to_the_answers_are_told() -> None:
    state = network(LECTURE, "")
    hidden = np.maximum(image_of(state) @ kernels(LECTURE)[0], 0)
    carried = hidden[:, None] * kernels(LECTURE)[1]
    told = links(state, 1)
    assert told.shape == (10, 128, 2)
    for unit in range(10):
        sources, amounts = told[unit].T
        assert sorted(sources) == list(range(128))
        assert np.abs(carried[sources, unit] / np.abs(carried).max() * 127 - amounts).max() <= 0.51
    assert np.abs(numbers(state["columns"][0]["values"]) - hidden / hidden.max() * 255).max() <= 0.51


def test_answers_are_those_of_the_network() -> None:
    state = network(LECTURE, "")
    answers = load_model(LECTURE).predict(image_of(state).reshape(1, 8, 8, 1), verbose=0)[0]
    assert state["answers"] == pytest.approx(answers, abs=1e-4)


def test_image_is_one_that_the_network_never_learns_from() -> None:
    state = network(LECTURE, "")
    sets = load_sets(LECTURE)
    seen = (np.rint(sets.train[0].reshape(-1, 64) * 255) == numbers(state["image"]["pixels"])).all(axis=1)
    assert not seen.any() and not state["is_learned"]
    held_out = np.flatnonzero((sets.validation[0].reshape(-1, 64) == image_of(state)).all(axis=1))
    assert sets.validation[1][held_out[0]] == state["label"]


def test_without_a_validation_set_it_says_that_the_network_learns_from_the_image() -> None:
    state = network(with_data(LECTURE, validation_split=0.0), "")
    assert state["is_learned"]
    assert len(state["answers"]) == 10


@pytest.mark.parametrize(
    ("experiment", "joints", "maps"),
    [
        (template("convnet"), [("pool2", "output", 32)], [4, 4, 4, 4, 0]),
        (template("residual"), [("pool", "output", 64)], [4, 4, 4, 0, 0, 0]),
        (stack(FLATTEN, layer("Dense", units=7, activation="softmax")), [("input", "dense_1", 64)], [0]),
    ],
    ids=["convnet", "residual", "seven"],
)
def test_other_networks_tell_what_is_true_of_them(
    experiment: Experiment, joints: list[tuple[str, str, int]], maps: list[int]
) -> None:
    state = network(experiment, "")
    ids = [(joint["source"], joint["each"]) for joint in state["links"]]
    assert ids == [(source, each) for source, _, each in joints]
    assert [len(column["maps"]) for column in state["columns"]] == maps
    assert bool(state["answers"]) == (
        state["columns"][-1]["values"] != "" and len(numbers(state["columns"][-1]["values"])) == 10
    )


def test_a_map_carries_the_sum_of_its_positions() -> None:
    experiment = stack(layer("Conv2D", filters=3, kernel_size=3), FLATTEN, OUTPUT)
    state = network(experiment, "")
    convolution, output = (one for one in load_model(experiment).layers if hasattr(one, "kernel"))
    values = keras.ops.convert_to_numpy(convolution(image_of(state, experiment).reshape(1, 8, 8, 1)))[0]
    kernel = keras.ops.convert_to_numpy(output.kernel).reshape(6, 6, 3, 10)
    carried = (values[..., None] * kernel).sum(axis=(0, 1))
    for unit, (sources, amounts) in enumerate(np.swapaxes(links(state, 0), 1, 2)):
        assert sorted(sources) == [0, 1, 2]
        assert np.abs(carried[sources, unit] / np.abs(carried).max() * 127 - amounts).max() <= 0.51


def test_an_event_is_small() -> None:
    wide = stack(FLATTEN, *(layer("Dense", units=128) for _ in range(5)), OUTPUT)
    for experiment in (LECTURE, wide, template("vgg"), template("residual")):
        assert len(json.dumps(network(experiment, ""))) < MOST_BYTES


def test_a_run_tells_its_network_after_the_first_epoch_and_at_its_end(trained: Trained) -> None:
    events = [event for event in trained.events if event["kind"] == "network"]
    epochs = [event["epoch"] for event in events]
    assert epochs == sorted(epochs) and 1.0 in epochs and epochs[-1] == 3.0
    assert len(events[-1]["links"]) == 2


def test_the_file_of_a_run_gives_what_the_run_told_last(trained: Trained) -> None:
    last = next(event for event in reversed(trained.events) if event["kind"] == "network")
    state = network(trained.experiment, str(trained.folder / MODEL))
    assert {name: last[name] for name in ("image", "label", "is_learned", "links")} == {
        name: state[name] for name in ("image", "label", "is_learned", "links")
    }
    assert last["answers"] == pytest.approx(state["answers"], abs=1e-3)
    assert max(last["answers"]) > max(network(trained.experiment, "")["answers"])


@pytest.mark.deep
def test_a_run_without_a_validation_set_tells_its_network_too() -> None:
    events: list[dict] = []
    train(with_fit(with_data(LECTURE, validation_split=0.0), epochs=2), events.append, lambda: None)
    told = [event for event in events if event["kind"] == "network"]
    assert told and all(event["is_learned"] for event in told)
    assert not [event["error"] for event in events if event["kind"] == "unwatched"]
