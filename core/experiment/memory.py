"""How much memory training takes: weights, and what layers give and keep for the way back, by traits of the catalogue."""

from math import prod

from core import machine
from core.catalogue.layers import LAYERS
from core.experiment.model import CATALOGUES, Data, Experiment, Layer, arguments_with_defaults
from core.experiment.multiply_adds import adds_pairs, compared_pairs
from core.experiment.shapes import Row, Summary, num_values
from core.parameters import EntryRef
from core.settings import setting

BYTES = 4  # of a float32

# What attention keeps on the way back, each with its gradient: measured with tests/benchmarks/memory.py.
SCORES = 2  # numbers for each score: what softmax makes of it, and what dropout, a mask or a scale makes of that
SUMS = 1.25  # for each number of a vector of a pair: the tanh of the sum; room for a second one is there for a while
SCALED_SUMS = 2  # the same, where a learned scale comes after it
PROJECTED = (
    3  # for each number that a head compares: of what asks, itself, scaled, and the answer; of what is looked at, as much
)


# Copies of all weights beside those that train: the last finite ones, the best ones, those that take their place, and two
# while the network is written. Measured: a layer of 23,550,000 weights took 12 numbers for each with Adam.
COPIES = 5
MARGIN = 1.1  # how much more than `training_bytes` a network may turn out to take


def data_bytes(data: Data) -> int:
    """Memory for the pictures of an experiment: as in the files, as numbers for Keras, and Keras' own copy while it fits."""
    each, entry = prod(data.entry.image_shape), data.entry
    pixel_bytes = 1 if entry.pixel_maximum == 255 else 8  # of the files: others are numbers of 64 bits
    fitted = data.num_used + data.num_validation
    return each * (pixel_bytes * (entry.num_train + entry.num_test) + BYTES * (2 * fitted + entry.num_test))


def room_bytes(data: Data) -> float:
    """What the training of a network on such data may take by `training_bytes`; 0 or less where the data leave nothing.

    At most the setting `model_memory`, and never more than a trainer has beside Keras and the data.
    """
    room = (machine.network_memory_gb() * machine.GB - data_bytes(data)) / MARGIN
    return min(float(setting("model_memory")) * machine.GB, room)


def weight_bytes(experiment: Experiment, summary: Summary) -> int:
    """Memory for the weights, their gradients, what the optimizer keeps for each, and the copies that are made of them."""
    optimizer = experiment.compile.optimizer
    entry = CATALOGUES["optimizer"][optimizer.name]
    slots = entry.trait("slots", 2) + sum(bool(optimizer.argument(name)) for name in entry.trait("slots_with", ()))
    saved = 1 + slots  # of a checkpoint: weights, and what the optimizer keeps
    return int(BYTES * summary.parameters * (2 + slots + saved + COPIES))


def training_bytes(experiment: Experiment, summary: Summary) -> int:
    """Memory that training takes: the weights' share, and what layers give and keep for one batch, forth and back.

    From 0.9 to 3 times what was measured (tests/benchmarks/memory.py): of deep networks, not all is there at once.
    """
    layers = {layer.id: layer for layer in experiment.layers}
    each = sum(layer_numbers(layers[row.id], row) for row in summary.rows) + 2 * num_values(summary.input_shape)
    return weight_bytes(experiment, summary) + BYTES * each * experiment.fit.batch_size


def layer_numbers(layer: Layer, row: Row) -> int:
    """How many numbers of a layer are there for one image on the way back: what it gives and keeps, and their gradients."""
    kept = kept_numbers(layer, row)
    has_gradients = layer.entry.trait("compares") is not None  # of steps, only one at a time has them
    return 2 * num_values(row.output_shape) + kept * (2 if has_gradients else 1)


def kept_numbers(layer: Layer, row: Row) -> int:
    """How many numbers a layer keeps for one image beside its output: scores of attention, states and gates of each step.

    Parameters
    ----------
    layer
        The layer.
    row
        The layer's row in the table of its network.
    """
    values = layer.values
    if layer.entry.trait("compares") is not None:
        return _compared(layer, row)
    held = values.get("layer")
    reader = held if isinstance(held, EntryRef) and layer.entry.trait("reads_twice") else layer
    entry = LAYERS[reader.name]
    if entry.trait("keeps_each_step") is None:
        return 0
    several = arguments_with_defaults(reader, entry)["return_sequences"]
    width = num_values(row.output_shape[1:] if several else row.output_shape)
    if reader is not layer and values["merge_mode"] != "concat":
        width *= 2  # both directions have their own, and only what comes of them is one
    steps = row.input_shapes[0][0] or 1
    return int(
        steps * width * (1 + entry.trait("keeps_each_step")) - num_values(row.output_shape)
    )  # which is counted already


def _compared(layer: Layer, row: Row) -> int:
    """Attention: scores for each head, each step that asks, and each that it looks at; and what heads make of the steps."""
    values, asking, looked_at = layer.values, row.input_shapes[0], row.input_shapes[min(1, len(row.input_shapes) - 1)]
    heads = values.get(layer.entry.trait("compares"), 1)
    width = values.get(layer.entry.trait("compares_numbers"), 0)
    steps = sum(prod(one or 1 for one in shape[:-1]) for shape in (asking, looked_at))
    each = SCALED_SUMS if values.get(layer.entry.trait("scales")) else SUMS
    vectors = each * (asking[-1] or 1) if adds_pairs(layer) else 0.0  # each pair is a whole vector before it is a number
    return int(
        round(compared_pairs(layer, row.input_shapes) * (SCORES * heads + vectors)) + PROJECTED * steps * heads * width
    )
