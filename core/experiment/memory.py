"""How much memory training takes: weights, and the numbers that layers keep for the way back, by traits of the catalogue."""

from math import prod

from core import machine
from core.catalogue.layers import LAYERS
from core.experiment.model import CATALOGUES, Data, Experiment, Layer, arguments_with_defaults
from core.experiment.multiply_adds import adds_pairs, compared_pairs
from core.experiment.shapes import Row, Summary, num_values
from core.parameters import EntryRef
from core.settings import setting

BYTES = 4  # of a float32

# Numbers that attention keeps for the way back, with their gradients: measured with tests/benchmarks/memory.py.
SCORES = 2  # for each score: its softmax, and the result of dropout, a mask or a scale
SUMS = 1.25  # for each number of a vector of a pair: the tanh of the sum; a second copy is there for a while
SCALED_SUMS = 2  # the same, with a learned scale behind it
PROJECTED = 3  # for each number that a head compares: query, scaled query and answer; keys and values take as many

# Copies of all weights beside those that train: the last finite ones, the best ones, their replacements, and two while the
# network is written. Measured: a layer of 23,550,000 weights took 12 numbers for each with Adam.
COPIES = 5
MARGIN = 1.1  # how many times `training_bytes` a network may turn out to take


def data_bytes(data: Data) -> int:
    """Memory for the pictures of an experiment: as in the files, as floats for Keras, and Keras' own copy during `fit`."""
    each, entry = prod(data.entry.image_shape), data.entry
    pixel_bytes = 1 if entry.pixel_maximum == 255 else 8  # in the files: other data sets hold 64-bit numbers
    fitted = data.num_used + data.num_validation
    return each * (pixel_bytes * (entry.num_train + entry.num_test) + BYTES * (2 * fitted + entry.num_test))


def room_bytes(data: Data) -> float:
    """The memory that training on such data may take, as `training_bytes` counts it; 0 or less where the data leave none.

    At most the setting `model_memory`, and never more than a trainer has beside Keras and the data.
    """
    room = (machine.network_memory_gb() * machine.GB - data_bytes(data)) / MARGIN
    return min(float(setting("model_memory")) * machine.GB, room)


def weight_bytes(experiment: Experiment, summary: Summary) -> int:
    """Memory for the weights, their gradients, the optimizer's numbers for each, and the copies that are made of them."""
    optimizer = experiment.compile.optimizer
    entry = CATALOGUES["optimizer"][optimizer.name]
    slots = entry.trait("slots", 2) + sum(bool(optimizer.argument(name)) for name in entry.trait("extra_slot_arguments", ()))
    saved = 1 + slots  # of a checkpoint: weights, and the optimizer's numbers
    return int(BYTES * summary.parameters * (2 + slots + saved + COPIES))


def training_bytes(experiment: Experiment, summary: Summary) -> int:
    """Memory that training takes: all that belongs to the weights, and the numbers of layers for one batch, both ways.

    From 0.9 to 3 times the measured amount (tests/benchmarks/memory.py): deep networks do not hold all of it at once.
    """
    layers = {layer.id: layer for layer in experiment.layers}
    each = sum(layer_numbers(layers[row.id], row) for row in summary.rows) + 2 * num_values(summary.input_shape)
    return weight_bytes(experiment, summary) + BYTES * each * experiment.fit.batch_size


def layer_numbers(layer: Layer, row: Row) -> int:
    """How many numbers a layer holds for one image on the way back: its output, what it keeps, and their gradients."""
    kept = kept_numbers(layer, row)
    has_gradients = layer.entry.trait("heads_argument") is not None  # recurrent layers have gradients of one step at a time
    return 2 * num_values(row.output_shape) + kept * (2 if has_gradients else 1)


def kept_numbers(layer: Layer, row: Row) -> int:
    """How many numbers a layer keeps for one image beside its output: attention scores, states and gates of each step.

    Parameters
    ----------
    layer
        The layer.
    row
        The layer's row in the table of its network.
    """
    values = layer.values
    if layer.entry.trait("heads_argument") is not None:
        return _compared(layer, row)
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


def _compared(layer: Layer, row: Row) -> int:
    """Attention: the scores of each head for each query and key step, and the projections of these steps."""
    values, query, key = layer.values, row.input_shapes[0], row.input_shapes[min(1, len(row.input_shapes) - 1)]
    heads = values.get(layer.entry.trait("heads_argument"), 1)
    width = values.get(layer.entry.trait("key_size_argument"), 0)
    steps = sum(prod(size or 1 for size in shape[:-1]) for shape in (query, key))
    each = SCALED_SUMS if values.get(layer.entry.trait("scale_argument")) else SUMS
    vectors = each * (query[-1] or 1) if adds_pairs(layer) else 0.0  # each pair is a whole vector before it becomes a number
    return int(
        round(compared_pairs(layer, row.input_shapes) * (SCORES * heads + vectors)) + PROJECTED * steps * heads * width
    )
