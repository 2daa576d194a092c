"""How each layer does while a network learns: lengths that Keras confirms, units that are dead, and what looking costs."""

import keras
import numpy as np
import pytest

from core.worker.data.load import load_sets
from core.worker.training.build_model import build
from core.worker.training.layer_stats import SAMPLE_IMAGES, measure
from core.worker.training.train import train
from tests.core.conftest import Trained
from tests.core.sample_experiments import FLATTEN, LECTURE, OUTPUT, layer, stack, with_data, with_fit

HALF_DEAD = with_fit(stack(FLATTEN, layer("Dense", units=8, activation="relu"), OUTPUT), epochs=1)
SEPARATE = with_fit(
    stack(
        layer("Conv2D", filters=4, kernel_size=3),
        layer("BatchNormalization"),
        layer("Activation", activation="relu"),
        FLATTEN,
        layer("Dropout", rate=0.5),
        layer("Dense", units=10),
        layer("Activation", activation="softmax"),
    ),
    epochs=1,
)


def test_each_epoch_of_more_than_half_a_second_and_the_last_one_tell_of_health(trained: Trained) -> None:
    told = [event for event in trained.events if event["kind"] == "health"]
    assert told[-1]["epoch"] == 3.0 and told[-1]["images"] == 144
    assert [layer["id"] for layer in told[-1]["layers"]] == ["hidden", "output"]


def test_lengths_are_those_that_numpy_finds() -> None:
    sets, model = load_sets(LECTURE), build(LECTURE)
    found = measure(model, LECTURE, sets.validation[0], [3.0, 4.0, 5.0, 12.0])
    assert [one["gradient"] for one in found["layers"]] == [5.0, 13.0]
    for one, built in zip(found["layers"], model.layers[1:], strict=True):
        whole = np.concatenate([np.asarray(weights).ravel() for weights in built.trainable_variables])
        assert one["weights"] == pytest.approx(np.linalg.norm(whole), rel=1e-4)
        assert one["units"] == built.units


def test_units_that_are_zero_for_every_image_are_dead() -> None:
    sets, model = load_sets(HALF_DEAD), build(HALF_DEAD)
    kernel, bias = model.layers[1].get_weights()
    model.layers[1].set_weights([kernel, np.where(np.arange(8) < 6, -1e6, 1.0)])
    hidden, output = measure(model, HALF_DEAD, sets.validation[0], None)["layers"]
    assert hidden["dead"] == 0.75 and output["dead"] is None
    assert hidden["gradient"] is None


def test_layers_that_only_apply_a_function_can_be_dead_and_those_that_only_drop_cannot() -> None:
    sets, model = load_sets(SEPARATE), build(SEPARATE)
    found = measure(model, SEPARATE, sets.validation[0], None)["layers"]
    assert [one["id"] for one in found] == ["layer-1", "layer-2", "layer-3", "layer-6", "layer-7"]
    assert {one["id"]: one["weights"] is None for one in found}["layer-3"]
    assert [one["dead"] is None for one in found] == [False, True, False, False, True]


PENALISED = stack(
    FLATTEN,
    layer("Dense", units=8, activation="tanh", kernel_regularizer={"name": "L2", "arguments": {"l2": 0.1}}),
    layer("ActivityRegularization", l1=0.01),
    layer("Dense", units=10, activation="softmax", bias_regularizer={"name": "L1", "arguments": {"l1": 0.2}}),
)


def test_penalty_is_what_weights_and_answers_add_to_the_loss() -> None:
    images, model = load_sets(PENALISED).validation[0][:100], build(PENALISED)
    model.layers[3].set_weights([model.layers[3].get_weights()[0], np.full(10, -2.0)])
    found = measure(model, PENALISED, images, None)
    kernel, bias = model.layers[1].get_weights()
    hidden = np.tanh(images.reshape(100, -1) @ kernel + bias)
    wanted = 0.1 * (kernel**2).sum() + 0.01 * np.abs(hidden).sum() / 100 + 0.2 * 20
    assert found["penalty"] == pytest.approx(wanted, rel=1e-4)
    assert measure(build(LECTURE), LECTURE, images, None)["penalty"] == 0.0


def test_answers_at_the_ends_of_their_function_are_flat() -> None:
    images, model = load_sets(PENALISED).validation[0], build(PENALISED)
    kernel, bias = model.layers[1].get_weights()
    model.layers[1].set_weights([0 * kernel, np.array([9.0, -9.0, 9.0, 0.0, 0.0, 0.0, 0.0, 0.0])])
    layers = {one["id"]: one for one in measure(model, PENALISED, images, None)["layers"]}
    assert layers["layer-2"]["flat"] == 0.375 and layers["layer-2"]["dead"] == 0.625
    assert layers["layer-4"]["flat"] is None
    assert measure(build(LECTURE), LECTURE, images, None)["layers"][0]["flat"] is None


def test_at_most_so_many_images_are_shown() -> None:
    images = np.zeros((SAMPLE_IMAGES + 1, 8, 8, 1), "float32")
    assert measure(build(LECTURE), LECTURE, images, None)["images"] == SAMPLE_IMAGES


@pytest.mark.deep
def test_looking_changes_none_of_the_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.worker.training.progress_callback.HEALTH_EVERY_SECONDS", 0.0)
    monkeypatch.setattr("core.worker.training.progress_callback.HEALTH_SHARE", 1e9)
    experiment, events = with_fit(SEPARATE, epochs=3), []
    result = train(experiment, events.append, lambda: None)
    assert [event["epoch"] for event in events if event["kind"] == "health"] == [1.0, 2.0, 3.0]
    sets = load_sets(experiment)
    keras.utils.set_random_seed(experiment.fit.seed)
    plain = build(experiment).fit(*sets.train, epochs=3, batch_size=32, validation_data=sets.validation, verbose=0)
    assert result["history"] == plain.history


@pytest.mark.deep
def test_without_validation_set_nothing_is_measured() -> None:
    events: list[dict] = []
    train(with_data(with_fit(LECTURE, epochs=1), validation_split=0.0), events.append, lambda: None)
    assert not [event for event in events if event["kind"] == "health"]
