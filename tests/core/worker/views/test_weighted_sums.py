"""One number of a layer, taken apart: window, weights, products and sum are those of Keras, to 1e-5."""

import keras
import numpy as np
import pytest

from core.catalogue.layers import LAYERS
from core.experiment.image_ref import ImageRef
from core.experiment.model import Experiment
from core.experiment.templates import TEMPLATES
from core.views.weighted_sums import LARGEST, MEAN, WeightedSum, terms, total
from core.worker.views.shared.layer_tensors import layer_arrays
from core.worker.views.shared.load_trained import load_image, load_model
from core.worker.views.weighted_sums import sums
from tests.core.conftest import Trained
from tests.core.sample_experiments import FLATTEN, OUTPUT, layer, stack, template
from tests.deep_cases import deep_except

SEVENTH = ImageRef("validation", 7)
ROWS = layer("Reshape", target_shape=[8, 8])
VOLUME = layer("Reshape", target_shape=[4, 4, 4, 1])
DEEP = layer("Conv2D", filters=6, kernel_size=3, padding="same", activation="relu")
LONG = layer("Conv1D", filters=6, kernel_size=2)
CUBES = layer("Conv3D", filters=4, kernel_size=2, padding="same")


def conv(name: str, **arguments: object) -> dict:
    return layer(name, **{"kernel_size": 3, **arguments})


# The layers before, and the one whose numbers are taken apart.
CASES = {
    "same": ([], conv("Conv2D", filters=3, padding="same", activation="relu")),
    "strides": ([DEEP], conv("Conv2D", filters=4, strides=[2, 3], kernel_size=[2, 3], padding="same", activation="tanh")),
    "dilation": ([DEEP], conv("Conv2D", filters=4, dilation_rate=2)),
    "groups": ([DEEP], conv("Conv2D", filters=4, groups=2)),
    "softmax": ([DEEP], conv("Conv2D", filters=4, activation="softmax")),
    "without bias": ([DEEP], conv("Conv2D", filters=4, use_bias=False)),
    "depthwise": ([DEEP], conv("DepthwiseConv2D", depth_multiplier=2, activation="relu")),
    "separable": ([DEEP], conv("SeparableConv2D", filters=5, depth_multiplier=2, padding="same")),
    "transposed": ([DEEP], conv("Conv2DTranspose", filters=3, strides=2, padding="same", activation="relu")),
    "transposed valid": ([DEEP], conv("Conv2DTranspose", filters=3, strides=[3, 2], kernel_size=[2, 4])),
    "1-D": ([ROWS], conv("Conv1D", filters=4, padding="causal", dilation_rate=2)),
    "1-D groups": ([ROWS], conv("Conv1D", filters=4, groups=2, padding="same")),
    "1-D depthwise": ([ROWS, LONG], conv("DepthwiseConv1D", strides=2)),
    "1-D separable": ([ROWS, LONG], conv("SeparableConv1D", filters=4)),
    "1-D transposed": ([ROWS, LONG], conv("Conv1DTranspose", filters=4, strides=2, padding="same")),
    "3-D": ([VOLUME, CUBES], conv("Conv3D", filters=4, padding="same", activation="relu")),
    "3-D transposed": ([VOLUME, CUBES], conv("Conv3DTranspose", filters=4, strides=2)),
    "largest": ([DEEP], layer("MaxPooling2D", pool_size=3, strides=2, padding="same")),
    "mean": ([DEEP], layer("AveragePooling2D", pool_size=[3, 2], padding="same")),
    "largest of all": ([DEEP], layer("GlobalMaxPooling2D")),
    "mean of all": ([DEEP], layer("GlobalAveragePooling2D", keepdims=True)),
    "adaptive": ([DEEP], layer("AdaptiveAveragePooling2D", output_size=[3, 5])),
    "1-D largest": ([ROWS, LONG], layer("MaxPooling1D", pool_size=2)),
    "3-D mean": ([VOLUME, CUBES], layer("AveragePooling3D", pool_size=2)),
    "dense": ([FLATTEN], layer("Dense", units=12, activation="relu")),
    "dense behind maps": ([DEEP, FLATTEN, layer("Dropout", rate=0.5)], layer("Dense", units=12, activation="gelu")),
    "dense behind numbers": ([FLATTEN, layer("Dense", units=30)], layer("Dense", units=12)),
    "dense at each step": ([ROWS], layer("Dense", units=12, activation="relu")),
    "held": ([DEEP], layer("SpectralNormalization", layer=conv("Conv2D", filters=3))),
    "each step": ([VOLUME], layer("TimeDistributed", layer=conv("Conv2D", filters=3, kernel_size=2, activation="relu"))),
}
QUICK = [
    "same",
    "groups",
    "depthwise",
    "separable",
    "transposed",
    "1-D",
    "3-D",
    "largest",
    "mean of all",
    "dense",
    "dense behind maps",
]


def given(experiment: Experiment, identity: str, path: str = "") -> np.ndarray:
    """What a layer gives for the image, without the batch."""
    return layer_arrays(experiment, load_model(experiment, path), load_image(experiment, SEVENTH)[1])[identity][0]


def last(before: list[dict], one: dict) -> tuple[Experiment, str]:
    """A network in which a layer stands behind others, and that layer's id."""
    return stack(*before, one, FLATTEN, OUTPUT), f"layer-{len(before) + 1}"


def assert_adds_up(found: WeightedSum) -> None:
    """Everywhere, what the window says is what Keras gives, before and after the activation."""
    assert not found.missing, found.missing
    assert found.before is not None and found.outputs is not None and found.inputs is not None
    for row in range(len(found.rows)):
        for column in range(len(found.columns)):
            assert total(found, row, column) == pytest.approx(float(found.before[row, column]), abs=1e-5, rel=1e-5)
    assert found.before.shape == found.outputs.shape == (len(found.rows), len(found.columns))
    assert len(found.channels) == found.inputs.shape[2]
    if found.activation not in ("", "softmax"):
        after = keras.activations.get(found.activation)(keras.ops.convert_to_tensor(found.before))
        np.testing.assert_allclose(after, found.outputs, atol=1e-5)


@pytest.mark.parametrize("case", deep_except(QUICK, CASES))
def test_numbers_add_up(case: str) -> None:
    experiment, identity = last(*CASES[case])
    whole = given(experiment, identity)
    for channel in (0, whole.shape[-1] - 1):
        found = sums(experiment, "", SEVENTH, identity, channel, 1)
        assert_adds_up(found)
        place = (1,) if found.slices > 1 else ()
        np.testing.assert_array_equal(np.ravel(found.outputs), np.ravel(whole[place][..., channel]))


def test_window_is_known_by_hand() -> None:
    experiment, identity = last([], conv("Conv2D", filters=3, padding="same", activation="relu"))
    found = sums(experiment, "", SEVENTH, identity, 2, 0)
    pixels = load_image(experiment, SEVENTH)[1][0, ..., 0]
    kernel = load_model(experiment).get_layer(identity).get_weights()[0][:, :, 0, 2]
    expected = [
        (row, column, 0, pytest.approx(pixels[row, column]), pytest.approx(kernel[row - 3, column - 4]))
        for row in (3, 4, 5)
        for column in (4, 5, 6)
    ]
    assert terms(found, 4, 5) == expected
    assert len(terms(found, 0, 0)) == 4  # the others lie outside


def test_dense_sees_the_flattened_picture(trained: Trained) -> None:
    path = str(trained.folder / "model.keras")
    found = sums(trained.experiment, path, SEVENTH, "hidden", 17, 0)
    assert_adds_up(found)
    assert found.inputs is not None and found.weights is not None
    assert np.array_equal(found.inputs, load_image(trained.experiment, SEVENTH)[1][0])
    kernel = keras.saving.load_model(path).get_layer("hidden").get_weights()[0]
    assert np.array_equal(found.weights[..., 0], kernel[:, 17].reshape(8, 8))
    answer = sums(trained.experiment, path, SEVENTH, "output", 3, 0)
    assert_adds_up(answer)
    assert answer.bias not in (None, 0.0) and answer.activation == "softmax"


def test_pooling_says_what_won() -> None:
    kinds = {
        name: sums(*last(*CASES[name])[:1], "", SEVENTH, last(*CASES[name])[1], 0, 0).kind for name in ("largest", "mean")
    }
    assert kinds == {"largest": LARGEST, "mean": MEAN}


@pytest.mark.parametrize("name", deep_except(["convnet", "lstm"], TEMPLATES))
def test_every_layer_of_every_template_adds_up_or_says_why_not(name: str) -> None:
    experiment = template(name)
    for one in experiment.layers:
        found = sums(experiment, "", SEVENTH, one.id, 1, 0)
        assert isinstance(found, WeightedSum), found
        if one.entry.trait("sums"):
            assert not found.missing, (one.id, found.missing)
        else:
            assert found.missing.endswith(one.entry.sentence)


def test_what_adds_up_is_said_of_every_layer_with_a_window() -> None:
    adding = {entry.group for entry in LAYERS.values() if entry.trait("sums")}
    assert adding == {"Convolution", "Pooling", "Fully connected"}
    assert all(entry.trait("sums") for entry in LAYERS.values() if entry.group in adding)
