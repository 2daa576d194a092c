"""What a stack amounts to: shapes and parameters as Keras says, without taking the memory of a single weight."""

import re

import keras

from core.experiment.graph import inputs_of
from core.experiment.model import INPUT, Experiment
from core.experiment.multiply_adds import layer_multiply_adds
from core.experiment.shapes import Row, Summary
from core.worker.training.build_model import call, make_layer

BOLD = re.compile(r"\x1b\[\d*m")  # how Keras marks words for a terminal


def summarise(experiment: Experiment) -> Summary:
    """The table of a network, down to the first layer that Keras refuses.

    Layers are built symbolically: a network of billions of parameters takes milliseconds and no memory. A layer that names
    an input which is not there ends the table, as one that Keras refuses; `core.checks.graph` says more of it.
    """
    shape = experiment.data.entry.image_shape
    rows: list[Row] = []
    taken = inputs_of(experiment)
    # Layers still take their seeds from Keras' global one: set it after asking, as `training` does.
    with keras.StatelessScope(initialize_variables=False):
        flows = {INPUT: keras.KerasTensor((None, *shape))}
        for layer in experiment.layers:
            inputs = [flows[one] for one in taken[layer.id] if one in flows]
            input_shapes = tuple(tuple(one.shape[1:]) for one in inputs)
            # A merge would join those that are there, and what is joined in a circle has no end.
            if len(inputs) < len(taken[layer.id]):
                return Summary(shape, tuple(rows), layer.id, "It takes what is not there.", input_shapes)
            try:
                built = make_layer(layer)
                flows[layer.id] = call(built, layer, inputs)
            except Exception as error:  # Keras raises many kinds; each becomes a problem of this layer
                return Summary(shape, tuple(rows), layer.id, _reason(error), input_shapes)
            trainable = sum(_size(weight) for weight in built.trainable_variables)
            output_shape = tuple(flows[layer.id].shape[1:])
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
