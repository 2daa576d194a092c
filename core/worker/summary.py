"""What a stack amounts to: shapes and parameters as Keras says, without taking the memory of a single weight."""

import keras

from core.experiment import Experiment
from core.shapes import Row, Summary
from core.worker.model import make_layer


def summarise(experiment: Experiment) -> Summary:
    """The table of a stack, down to the first layer that Keras refuses.

    Layers are built symbolically: a stack of billions of parameters takes milliseconds and no memory.
    """
    shape = experiment.data.entry.image_shape
    rows: list[Row] = []
    # Layers still take their names and seeds from Keras' global ones: set the seed after asking, as `training` does.
    with keras.StatelessScope(initialize_variables=False):
        flow = keras.KerasTensor((None, *shape))
        for layer in experiment.layers:
            try:
                built = make_layer(layer)
                flow = built(flow)
            except Exception as error:  # Keras raises many kinds; each becomes a problem of this layer
                return Summary(shape, tuple(rows), layer.id, _reason(error))
            trainable = sum(_size(weight) for weight in built.trainable_variables)
            rows.append(Row(layer.id, tuple(flow.shape[1:]), built.count_params(), trainable))
    return Summary(shape, tuple(rows))


def _size(weight: keras.Variable) -> int:
    size = 1
    for length in weight.shape:
        size *= length
    return size


def _reason(error: Exception) -> str:
    """Keras' own words: the first lines of its message, without the dump of arguments that follows."""
    text = str(error) or type(error).__name__
    for end in ("\n\nArguments received", "Arguments received by"):
        text = text.split(end)[0]
    words = " ".join(text.split())
    return words if len(words) <= 300 else words[:300] + "…"
