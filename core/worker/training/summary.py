"""The output shapes and parameter counts of a network's layers, as Keras computes them, without memory for weights."""

import re

import keras

from core.experiment.graph import inputs_of
from core.experiment.model import INPUT, Experiment
from core.experiment.multiply_adds import layer_multiply_adds
from core.experiment.shapes import LayerRow, Summary
from core.worker.keras_patches import variables_without_values
from core.worker.training.build_model import call_layer, make_layer

BOLD = re.compile(r"\x1b\[\d*m")  # the codes by which Keras marks words for a terminal


def summarise(experiment: Experiment) -> Summary:
    """Return the shapes and parameter counts of a network's layers, up to the first layer that Keras refuses.

    Layers are built symbolically: a network of billions of parameters takes milliseconds and no memory. A layer that has
    a missing input ends the summary, too; `core.checks.graph` explains the fault.
    """
    shape = experiment.data.entry.image_shape
    rows: list[LayerRow] = []
    inputs_by_layer = inputs_of(experiment)
    # Layers still take their seeds from Keras' global generator: set the seed afterwards, as `train` does.
    with variables_without_values():
        tensors = {INPUT: keras.KerasTensor((None, *shape))}
        for layer in experiment.layers:
            inputs = [tensors[input_id] for input_id in inputs_by_layer[layer.id] if input_id in tensors]
            input_shapes = tuple(tuple(tensor.shape[1:]) for tensor in inputs)
            # A merge would join the inputs that exist, and a circle of layers has no end.
            if len(inputs) < len(inputs_by_layer[layer.id]):
                return Summary(shape, tuple(rows), layer.id, "Its input does not exist.", input_shapes)
            try:
                built = make_layer(layer)
                tensors[layer.id] = call_layer(built, layer, inputs)
            except Exception as error:  # Keras raises many kinds; each becomes a problem of this layer
                return Summary(shape, tuple(rows), layer.id, _reason(error), input_shapes)
            trainable = sum(_size(weight) for weight in built.trainable_variables)
            output_shape = tuple(tensors[layer.id].shape[1:])
            weights = {weight.path: _size(weight) for weight in built.weights}
            products = layer_multiply_adds(layer, input_shapes, output_shape, weights)
            rows.append(LayerRow(layer.id, output_shape, built.count_params(), trainable, input_shapes, products))
    return Summary(shape, tuple(rows))


def _size(weight: keras.Variable) -> int:
    size = 1
    for length in weight.shape:
        size *= length
    return size


def _reason(error: Exception) -> str:
    """Return the text of Keras' error message, without the call arguments at its end."""
    text = BOLD.sub("", str(error)) or type(error).__name__
    for end in ("\n\nArguments received", "Arguments received by"):
        text = text.split(end)[0]
    words = " ".join(text.split())
    return words if len(words) <= 300 else words[:300] + "…"
