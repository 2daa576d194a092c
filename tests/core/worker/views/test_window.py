"""The shape of a window's output, and where zeros are put, are what Keras computes."""

import keras
import numpy as np
import pytest

from core.analysis.sliding_window import conv_output_length, padding_before


@pytest.mark.parametrize("side", [8, 28])
@pytest.mark.parametrize("padding", ["valid", "same"])
def test_places_of_the_window_are_those_of_conv2d(side: int, padding: str) -> None:
    image = np.zeros((1, side, side, 1), "float32")
    image[0, 0, 0, 0] = 1.0
    for size in (1, 2, 3, 5, 7):
        for stride in (1, 2, 3):
            layer = keras.layers.Conv2D(1, size, strides=stride, padding=padding, use_bias=False)
            layer.build(image.shape)
            weights = np.arange(size * size, dtype="float32").reshape(size, size, 1, 1)
            layer.set_weights([weights])
            answer = keras.ops.convert_to_numpy(layer(image))
            assert answer.shape[1] == conv_output_length(side, size, stride, padding), (size, stride)
            before = padding_before(
                side, size, stride, padding
            )  # so the first window has the first pixel at (before, before)
            assert answer[0, 0, 0, 0] == weights[before, before, 0, 0], (size, stride)
