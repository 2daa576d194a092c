"""What units look for: the weights of layers that read the pixels, as pictures."""

import keras
import numpy as np

from core.analysis.network_columns import reads_pixels
from core.png import from_data_uri
from core.worker.views.layer_outputs import network_preview
from core.worker.views.shared.array_images import signed_colours
from core.worker.views.shared.load_trained import load_model
from tests.core.sample_experiments import FLATTEN, LECTURE, OUTPUT, RESIDUAL, layer, stack


def test_the_strongest_units_have_their_weights_as_pictures() -> None:
    units = network_preview(LECTURE, 0).units
    assert list(units) == ["hidden"], "the output layer reads no pixels"
    kernel = keras.ops.convert_to_numpy(load_model(LECTURE).get_layer("hidden").kernel)
    sizes = np.square(kernel).sum(axis=0)
    assert [one.unit for one in units["hidden"]] == np.argsort(-sizes, kind="stable")[:6].tolist()
    first = units["hidden"][0]
    plane = kernel[:, first.unit].reshape(8, 8)
    expected = np.rint(signed_colours(plane, float(np.abs(plane).max())))
    np.testing.assert_array_equal(from_data_uri(first.picture), expected)


def test_filters_of_a_convolution_of_the_image_have_pictures() -> None:
    units = network_preview(RESIDUAL, 0).units
    assert list(units) == ["conv-1"], "the second convolution reads maps"
    assert {from_data_uri(one.picture).shape for one in units["conv-1"]} == {(3, 3, 3)}
    assert len(units["conv-1"]) == 4


def test_pixels_are_read_through_layers_that_keep_each_in_its_place() -> None:
    scaled = stack(layer("Rescaling", scale=0.5), FLATTEN, layer("Dropout"), layer("Dense", units=3), OUTPUT)
    assert [reads_pixels(scaled, one.id) for one in scaled.layers] == [True, True, True, True, False]
    pooled = stack(layer("MaxPooling2D"), FLATTEN, OUTPUT)
    assert not reads_pixels(pooled, "layer-3")
    assert len(network_preview(scaled, 0).units["layer-4"]) == 3
    assert network_preview(pooled, 0).units == {}
