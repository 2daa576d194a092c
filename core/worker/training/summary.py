"""The shapes and parameters of a stack, as Keras reports them, without memory for a single weight."""

import re

import keras

from core.experiment.graph import inputs_of
from core.experiment.model import INPUT, Experiment
from core.experiment.multiply_adds import layer_multiply_adds
from core.experiment.shapes import Row, Summary
from core.worker.keras_patches import variables_without_values
from core.worker.training.build_model import call, make_layer

BOLD = re.compile(r"\x1b\[\d*m")  # how Keras marks words for a terminal


def summarise(experiment: Experiment) -> Summary:
    """The table of a network, down to the first layer that Keras refuses.

    Layers are built symbolically: a network of billions of parameters takes milliseconds and no memory. A layer that names
    an input which does not exist ends the table, like a layer that Keras refuses; `core.checks.graph` explains it.
    """
    shape = experiment.data.entry.image_shape
    rows: list[Row] = []
    inputs_by_layer = inputs_of(experiment)
    # Layers still take their seeds from Keras' global generator: set the seed afterwards, as `train` does.
    with variables_without_values():
        tensors = {INPUT: keras.KerasTensor((None, *shape))}
        for layer in experiment.layers:
            inputs = [tensors[input_id] for input_id in inputs_by_layer[layer.id] if input_id in tensors]
            input_shapes = tuple(tuple(tensor.shape[1:]) for tensor in inputs)
            # A merge would join the inputs that exist, and a circle of layers has no end.
            if len(inputs) < len(inputs_by_layer[layer.id]):
                return Summary(shape, tuple(rows), layer.id, "It takes what is not there.", input_shapes)
            try:
                built = make_layer(layer)
                tensors[layer.id] = call(built, layer, inputs)
            except Exception as error:  # Keras raises many kinds; each becomes a problem of this layer
                return Summary(shape, tuple(rows), layer.id, _reason(error), input_shapes)
            trainable = sum(_size(weight) for weight in built.trainable_variables)
            output_shape = tuple(tensors[layer.id].shape[1:])
            weights = {weight.path: _size(weight) for weight in built.weights}
            products = layer_multiply_adds(layer, input_shapes, output_shape, weights)
            rows.append(Row(layer.id, output_shape, built.count_params(), trainable, input_shapes, products))
    return Summary(shape, tuple(rows))


def _size(weight: keras.Variable) -> int:
    size = 1
    for length in weight.shape:
        size *= length
    return size


def _reason(error: Exception) -> str:
    """Keras' own words: the first lines of its message, without the dump of arguments that follows."""
    text = BOLD.sub("", str(error)) or type(error).__name__
    for end in ("\n\nArguments received", "Arguments received by"):
        text = text.split(end)[0]
    words = " ".join(text.split())
    return words if len(words) <= 300 else words[:300] + "…"
