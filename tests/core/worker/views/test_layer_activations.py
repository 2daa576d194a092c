"""Inside a network: what is shown of a layer is what Keras' own model gives there."""

import base64
import io

import keras
import numpy as np
import pytest
from PIL import Image

from core.experiment.image_ref import ImageRef
from core.experiment.model import INPUT, Experiment
from core.experiment.templates import TEMPLATES
from core.problems import Problem
from core.views.activations import NetworkActivations
from core.worker.views.activations import activations, layer_maps
from core.worker.views.shared.layer_tensors import layer_arrays
from core.worker.views.shared.load_trained import load_image, load_model
from tests.core.conftest import Trained
from tests.core.sample_experiments import FLATTEN, OUTPUT, RESIDUAL, layer, stack, template
from tests.deep_cases import deep_except

SEVENTH = ImageRef("validation", 7)
VOLUME = stack(layer("Reshape", target_shape=[2, 8, 4, 1]), layer("Conv3D", filters=3, kernel_size=2), FLATTEN, OUTPUT)


def opened(source: str) -> np.ndarray:
    """A data: URI as an array."""
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(source.partition(",")[2]))))


def test_maps_are_those_of_a_model_of_keras_trained(trained: Trained) -> None:
    path = str(trained.folder / "model.keras")
    whole = keras.saving.load_model(path)
    between = keras.Model(whole.inputs, [one.output for one in whole.layers])
    _, prepared = load_image(trained.experiment, SEVENTH)
    found = layer_arrays(trained.experiment, load_model(trained.experiment, path), prepared)
    for one, expected in zip(trained.experiment.layers, between.predict(prepared, verbose=0), strict=True):
        np.testing.assert_allclose(found[one.id], expected, rtol=1e-5, atol=1e-6)
    shown = activations(trained.experiment, path, SEVENTH)
    assert shown.probabilities == pytest.approx(whole.predict(prepared, verbose=0)[0].tolist(), abs=1e-6)
    assert [one.id for one in shown.layers] == [INPUT, "flatten", "hidden", "output"]


@pytest.mark.parametrize("experiment", [RESIDUAL, template("transformer"), VOLUME], ids=["residual", "transformer", "3-D"])
def test_maps_are_those_of_a_model_of_keras(experiment: Experiment) -> None:
    whole = load_model(experiment)
    _, prepared = load_image(experiment, SEVENTH)
    between = keras.Model(whole.inputs, {one.id: whole.get_layer(one.id).output for one in experiment.layers})
    expected = between(prepared)
    found = layer_arrays(experiment, whole, prepared)
    for one in experiment.layers:
        np.testing.assert_allclose(found[one.id], expected[one.id], rtol=1e-4, atol=1e-5)


def test_pictures_are_on_one_scale_of_their_layer() -> None:
    values = np.stack([np.zeros((5, 4)), np.linspace(-1, 3, 20).reshape(5, 4)], axis=-1)
    shown = layer_maps("conv", "Conv2D", (), values)
    assert (shown.low, shown.high, shown.words) == (-1, 3, "")
    assert [one.silent for one in shown.pictures] == [True, False]
    np.testing.assert_allclose(opened(shown.pictures[1].source), np.rint((values[..., 1] + 1) / 4 * 255), atol=1)
    assert (opened(shown.pictures[0].source) == 64).all()
    assert layer_maps("conv", "Conv2D", (), np.ones((2, 2, 32))).words == "10 of 32"
    assert layer_maps("conv", "Conv3D", (), np.ones((5, 2, 2, 4))).words == "the slice in the middle"


@pytest.mark.parametrize("name", deep_except(["residual", "transformer"], TEMPLATES))
def test_every_template_is_seen_through(name: str) -> None:
    experiment = template(name)
    found = activations(experiment, "", SEVENTH)
    assert isinstance(found, NetworkActivations)
    assert [one.id for one in found.layers] == [INPUT, *(one.id for one in experiment.layers)]
    assert all(one.pictures for one in found.layers)
    assert sum(found.probabilities) == pytest.approx(1, abs=1e-5)


def test_what_cannot_be_looked_into_says_why(tmp_path: object) -> None:
    refused = activations(stack(layer("MaxPooling2D", pool_size=9), FLATTEN, OUTPUT), "", SEVENTH)
    large = activations(stack(FLATTEN, layer("Dense", units=1_000_000), OUTPUT), "", SEVENTH)
    gone = activations(RESIDUAL, f"{tmp_path}/model.keras", SEVENTH)
    assert refused.happened.startswith("Layer layer-1 cannot take what it gets")
    found = [one.code if isinstance(one, Problem) else "" for one in (refused, large, gone)]
    assert found == ["network-refused", "network-too-large", "weights-gone"]
