"""The data after each layer, for one picture: what Keras' own model gives there, in pictures of the right size."""

import base64
import io

import keras
import numpy as np
import pytest
from PIL import Image

from core.experiment.model import INPUT, Experiment
from core.views.layer_outputs import LayerOutput, is_small_enough
from core.worker.data.load import load_raw, prepare
from core.worker.training.build_model import build
from core.worker.training.summary import summarise
from core.worker.views.layer_outputs import LIKELIEST, LONGEST_SIDE, data_after_layers, network_preview
from tests.core.conftest import Trained
from tests.core.sample_experiments import FLATTEN, LECTURE, OUTPUT, RESIDUAL, layer, stack


def image(experiment: Experiment, index: int) -> np.ndarray:
    """One picture of the training set, prepared, (1, height, width, channels)."""
    (images, _), _ = load_raw(experiment.data.dataset)
    return prepare(images[index : index + 1], experiment.data)


def opened(source: str) -> np.ndarray:
    """A data: URI as an array."""
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(source.partition(",")[2]))))


@pytest.mark.parametrize("experiment", [LECTURE, RESIDUAL], ids=["lecture", "residual"])
def test_data_is_that_of_the_network_as_training_starts(experiment: Experiment) -> None:
    keras.utils.set_random_seed(experiment.fit.seed)
    model = build(experiment)
    between = keras.Model(model.inputs, [model.get_layer(one.id).output for one in experiment.layers])
    found = data_after_layers(experiment, image(experiment, 7))
    for one, expected in zip(experiment.layers, between.predict(image(experiment, 7), verbose=0), strict=True):
        np.testing.assert_allclose(found[one.id], expected[0], rtol=1e-4, atol=1e-5)


def test_data_of_a_trained_network_ends_in_its_answers(trained: Trained) -> None:
    path = trained.folder / "model.keras"
    found = data_after_layers(trained.experiment, image(trained.experiment, 7), str(path))
    expected = keras.saving.load_model(path).predict(image(trained.experiment, 7), verbose=0)[0]
    np.testing.assert_allclose(found["output"], expected, rtol=1e-4, atol=1e-5)
    outputs = network_preview(trained.experiment, 7, str(path)).outputs
    likeliest = np.argsort(-expected, kind="stable")[:LIKELIEST]
    assert [label for label, _ in outputs["output"].likeliest] == likeliest.tolist()
    assert [share for _, share in outputs["output"].likeliest] == pytest.approx(expected[likeliest].tolist(), rel=1e-4)
    assert not outputs[INPUT].likeliest
    assert list(network_preview(trained.experiment, 7, str(trained.folder / "gone.keras")).outputs) == [INPUT]


def test_pictures_show_each_layer_in_its_shape() -> None:
    found = network_preview(RESIDUAL, 7).outputs
    assert list(found) == [INPUT, *(one.id for one in RESIDUAL.layers)]
    assert [opened(one).shape for one in found["conv-1"].pictures] == [(8, 8)] * 4
    assert opened(found["flat"].pictures[0]).shape == (16, 16)  # 256 numbers
    assert opened(found["output"].pictures[0]).shape == (1, 10)
    assert (found[INPUT].words, found["output"].words) == ("64 numbers", "10 numbers")
    assert LayerOutput(("a", "b"), 32, 9).words == "2 of 32 channels"
    picture = opened(found[INPUT].pictures[0])
    assert (picture.min(), picture.max()) == (0, 255)
    assert network_preview(RESIDUAL, 8).outputs[INPUT] != found[INPUT]


@pytest.mark.parametrize("index", [-1, 10**12])
def test_any_index_gives_a_picture(index: int) -> None:
    assert opened(network_preview(LECTURE, index).outputs[INPUT].pictures[0]).shape == (8, 8)


def test_drawing_gets_the_image_as_people_see_it() -> None:
    """The pixels of Digits go to 16: as bytes they would all look black."""
    look = network_preview(LECTURE, 0).look
    assert look is not None
    shown = np.frombuffer(base64.b64decode(look["image"]["pixels"]), "uint8")
    (images, _), _ = load_raw("digits")
    assert shown.tolist() == np.rint(images[0].ravel() * (255 / 16)).astype(int).tolist()


def test_what_is_long_is_downsampled_and_what_fails_ends_the_outputs() -> None:
    broken = stack(layer("UpSampling2D", size=[9, 9]), layer("Reshape", target_shape=[3, 3]), FLATTEN, OUTPUT)
    found = network_preview(broken, 0).outputs
    assert list(found) == [INPUT, "layer-1"]
    assert max(opened(found["layer-1"].pictures[0]).shape) <= LONGEST_SIDE


def test_large_networks_are_not_filled_with_numbers() -> None:
    assert is_small_enough(summarise(RESIDUAL))
    assert not is_small_enough(summarise(stack(FLATTEN, layer("Dense", units=1_000_000), OUTPUT)))
    assert not is_small_enough(summarise(stack(layer("UpSampling2D", size=[200, 200]), FLATTEN, OUTPUT)))
