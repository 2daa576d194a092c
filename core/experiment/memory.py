"""Estimate the memory that training takes: for weights, and for the numbers that layers keep for the backward pass.

Traits in the catalogue say which numbers a layer keeps.
"""

from math import prod

from core import machine
from core.catalogue.layers import LAYERS
from core.experiment.model import CATALOGUES, Data, Experiment, Layer, arguments_with_defaults
from core.experiment.multiply_adds import adds_pairs, num_attention_pairs
from core.experiment.shapes import LayerRow, Summary, num_values
from core.parameters import EntryRef
from core.settings import setting

BYTES = 4  # the size of a float32

# Numbers that attention keeps for the backward pass, with their gradients: measured with tests/benchmarks/memory.py.
SCORES = 2  # for each score: its softmax, and the result of dropout, a mask or a scale
SUMS = 1.25  # for each number of a vector of a pair: the tanh of the sum, and for a while a second copy
SCALED_SUMS = 2  # the same, followed by a learned scale
PROJECTED = 3  # for each number that a head compares: query, scaled query and answer; keys and values take as many

# Copies of the weights in training: the last finite weights, the best weights, their replacements, and two while the
# network is written. Measured: a layer of 23,550,000 weights took 12 numbers for each with Adam.
COPIES = 5
MARGIN = 1.1  # the factor by which a network may take more memory than `training_bytes` estimates


def data_bytes(data: Data) -> int:
    """Return the memory for the images of an experiment.

    Images are held as in the files, as floats for Keras, and in Keras' own copy during `fit`.
    """
    each, entry = prod(data.entry.image_shape), data.entry
    pixel_bytes = 1 if entry.pixel_maximum == 255 else 8  # in the files: other data sets hold 64-bit numbers
    fitted = data.num_used + data.num_validation
    return each * (pixel_bytes * (entry.num_train + entry.num_test) + BYTES * (2 * fitted + entry.num_test))


def available_bytes(data: Data) -> float:
    """Return the memory that training on such data may take, as `training_bytes` counts it.

    This is at most the setting `model_memory`, and never more than a trainer has beside Keras and the data. The result is 0
    or less if the data leave no room.
    """
    room = (machine.network_memory_gb() * machine.GB - data_bytes(data)) / MARGIN
    return min(float(setting("model_memory")) * machine.GB, room)


def weight_bytes(experiment: Experiment, summary: Summary) -> int:
    """Return the memory for weights, gradients, the optimizer's variables, and copies of the weights."""
    optimizer = experiment.compile.optimizer
    entry = CATALOGUES["optimizer"][optimizer.name]
    slots = entry.trait("slots", 2) + sum(bool(optimizer.argument(name)) for name in entry.trait("extra_slot_arguments", ()))
    saved = 1 + slots  # the numbers in a checkpoint for each weight: the weight, and the optimizer's numbers
    return int(BYTES * summary.parameters * (2 + slots + saved + COPIES))


def training_bytes(experiment: Experiment, summary: Summary) -> int:
    """Return the memory that training takes for the weights, and for the activations and gradients of a batch.

    The estimate is 0.9 to 3 times the measured amount (tests/benchmarks/memory.py), since deep networks do not hold all
    numbers at once.
    """
    layers = {layer.id: layer for layer in experiment.layers}
    each = sum(num_layer_values(layers[row.id], row) for row in summary.rows) + 2 * num_values(summary.input_shape)
    return weight_bytes(experiment, summary) + BYTES * each * experiment.fit.batch_size


def num_layer_values(layer: Layer, row: LayerRow) -> int:
    """Count the numbers that a layer holds for an image in the backward pass: output, kept numbers, and their gradients."""
    kept = num_kept_values(layer, row)
    has_gradients = (
        layer.entry.trait("heads_argument") is not None
    )  # recurrent layers have gradients of a single step at a time
    return 2 * num_values(row.output_shape) + kept * (2 if has_gradients else 1)


def num_kept_values(layer: Layer, row: LayerRow) -> int:
    """Count the numbers kept for an image beside a layer's output: attention scores, states and gates of each step.

    Parameters
    ----------
    layer
        The layer.
    row
        The layer's row in the table of its network.
    """
    values = layer.values
    if layer.entry.trait("heads_argument") is not None:
        return _attention_numbers(layer, row)
    wrapped = values.get("layer")
    reader = wrapped if isinstance(wrapped, EntryRef) and layer.entry.trait("bidirectional") else layer
    entry = LAYERS[reader.name]
    if entry.trait("values_per_step") is None:
        return 0
    several = arguments_with_defaults(reader, entry)["return_sequences"]
    width = num_values(row.output_shape[1:] if several else row.output_shape)
    if reader is not layer and values["merge_mode"] != "concat":
        width *= 2  # both directions keep their own states, and only their output is merged
    steps = row.input_shapes[0][0] or 1
    return int(
        steps * width * (1 + entry.trait("values_per_step")) - num_values(row.output_shape)
    )  # the output is counted already


def _attention_numbers(layer: Layer, row: LayerRow) -> int:
    """Count the scores of each attention head for each query and key step, and the projections of these steps."""
    values, query, key = layer.values, row.input_shapes[0], row.input_shapes[min(1, len(row.input_shapes) - 1)]
    heads = values.get(layer.entry.trait("heads_argument"), 1)
    width = values.get(layer.entry.trait("key_size_argument"), 0)
    steps = sum(prod(size or 1 for size in shape[:-1]) for shape in (query, key))
    each = SCALED_SUMS if values.get(layer.entry.trait("scale_argument")) else SUMS
    vectors = each * (query[-1] or 1) if adds_pairs(layer) else 0.0  # each pair is a whole vector before becoming a number
    return int(
        round(num_attention_pairs(layer, row.input_shapes) * (SCORES * heads + vectors)) + PROJECTED * steps * heads * width
    )
