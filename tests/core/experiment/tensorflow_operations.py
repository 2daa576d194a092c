"""Multiply-adds counted in TensorFlow's executed operations, to test the numbers that the dashboard computes for layers.

The counter sees every operation that a call executes, with the shapes of its inputs and outputs. It counts operations that
add up products by TensorFlow's own definitions, independent of the layer.
"""

import math
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from tensorflow.python.framework import op_callbacks

from core.experiment.model import Layer
from core.worker.training.build_model import call_layer


def _size(tensor: Any) -> int:
    return math.prod(tensor.shape)


def _matrices(inputs: tuple, outputs: tuple, attributes: dict) -> int:
    turned = attributes.get("transpose_a", attributes.get("adj_x", False))
    return _size(outputs[0]) * inputs[0].shape[-2 if turned else -1]


def _text(name: str | bytes) -> str:
    return name.decode() if isinstance(name, bytes) else name


def _einsum(inputs: tuple, outputs: tuple, attributes: dict) -> int:
    terms = _text(attributes["equation"]).split("->")[0].split(",")
    sizes: dict[str, int] = {}
    for term, tensor in zip(terms, inputs, strict=True):
        before, dots, after = term.partition("...")
        named = [
            *before,
            *(f"dot {index}" for index in range(len(tensor.shape) - len(before + after) if dots else 0)),
            *after,
        ]
        sizes |= dict(zip(named, tensor.shape, strict=True))
    return math.prod(sizes.values()) if len(terms) > 1 else 0


def _convolution(inputs: tuple, outputs: tuple, attributes: dict) -> int:
    return _size(outputs[0]) * math.prod(inputs[1].shape[:-1])  # kernel: height, width, channels of a group, filters


def _by_channel(inputs: tuple, outputs: tuple, attributes: dict) -> int:
    return _size(outputs[0]) * math.prod(inputs[1].shape[:2])  # kernel: height, width, channels, patterns


def _backwards(inputs: tuple, outputs: tuple, attributes: dict) -> int:
    return _size(inputs[2]) * math.prod(inputs[1].shape[:-1])  # kernel: height, width, filters, channels


COUNTED: dict[str, Callable[[tuple, tuple, dict], int]] = {
    "MatMul": _matrices,
    "BatchMatMulV2": _matrices,
    "BatchMatMulV3": _matrices,
    "Einsum": _einsum,
    "Conv2D": _convolution,
    "Conv3D": _convolution,
    "DepthwiseConv2dNative": _by_channel,
    "Conv2DBackpropInput": _backwards,
    "Conv3DBackpropInputV2": _backwards,
}


PASSED_ON = {"Reshape", "Squeeze", "ExpandDims", "Split", "StridedSlice", "Unpack", "Identity", "Cast"}


class Counter:
    """A callback of TensorFlow that adds up the multiply-adds of all executed operations."""

    def __init__(self, biases: Sequence[tf.Variable]) -> None:
        """Count the addition of `biases` too, as weights of a constant input of 1."""
        self.multiply_adds = 0
        self.given: list[tuple] = []  # outputs of counted operations, with the number of products in each number
        self.products: list = []  # outputs of multiplications, which become weighted sums when added up
        self.biases: list = [one.handle for one in biases]  # and all tensors that contain only numbers of the biases

    def __call__(self, kind: str | bytes, inputs: tuple, attributes: tuple, outputs: list, *_about: object) -> list:
        name = _text(kind)
        if name in COUNTED:
            pairs = dict(zip(attributes[::2], attributes[1::2], strict=True))
            count = COUNTED[name](tuple(inputs), tuple(outputs), pairs)
            self.multiply_adds += count
            self.given.append((outputs[0], count / _size(outputs[0])))
        elif name in ("Squeeze", "ExpandDims", "BatchToSpaceND") and (each := self._each(inputs[0])):
            # A dilated convolution is computed in pieces, which are a little larger than their kept parts.
            self.multiply_adds -= round((_size(inputs[0]) - _size(outputs[0])) * each)
            self.given.append((outputs[0], each))
        elif name in ("Add", "AddV2", "BiasAdd") and self._has(self.biases, inputs):
            self.multiply_adds += _size(outputs[0])
        elif name in ("ReadVariableOp", *PASSED_ON) and self._has(self.biases, inputs):
            self.biases.extend(outputs)
        elif name == "Mul" and inputs[0] is not inputs[1] and all(one.shape.rank for one in inputs):  # no square, no scale
            self.products.append(outputs[0])
        elif name == "Sum" and self._has(self.products, inputs):
            self.multiply_adds += _size(inputs[0])
        return outputs

    def _each(self, tensor: tf.Tensor) -> float:
        """Return the number of products in each number of a tensor, or 0 if unknown."""
        return next((each for known, each in self.given if known is tensor), 0.0)

    @staticmethod
    def _has(known: list, inputs: Sequence) -> bool:
        return any(one is other for one in known for other in inputs)


def executed(layer: Layer, built: keras.layers.Layer, input_shapes: Sequence[tuple[int, ...]], images: int) -> int:
    """Return the number of multiply-adds that a built layer executes to predict `images` images."""
    random = np.random.default_rng(0)
    inputs = [tf.constant(random.random((images, *shape), "float32")) for shape in input_shapes]
    for reader in (built, getattr(built, "forward_layer", None), getattr(built, "backward_layer", None)):
        if hasattr(reader, "unroll"):  # a loop takes its first step twice, to learn the shape of its output
            reader.unroll = True
    counter = Counter([weight.value for weight in built.weights if weight.name == "bias"])
    tf.config.run_functions_eagerly(True)
    op_callbacks.add_op_callback(counter)
    try:
        call_layer(partial(built, training=False), layer, inputs)
    finally:
        op_callbacks.remove_op_callback(counter)
        tf.config.run_functions_eagerly(False)
    return counter.multiply_adds
