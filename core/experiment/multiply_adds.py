"""How many multiply-adds a layer takes for one picture on its way forward: the products that weighted sums add up.

Counted, as papers on small nets do (Howard et al., "MobileNets", 2017, section 3.1): each number of a kernel at each place
or step where it is used, and in attention also each number that two steps are compared by, and each that is taken from a
step (Vaswani et al., "Attention Is All You Need", 2017, equation 1). A bias counts as the weight of an input that is always
1, so that a Dense layer takes as many multiply-adds as it has parameters. Zeros of a padding count like any number. Not
counted: what happens to each number by itself (activations, normalisation, gates, merging), pooling, looking up, resizing,
what only training does, and what is done once a batch. A layer's catalogue entry says which of its weights are used where:
its trait "multiplies".
"""

from collections.abc import Callable, Mapping, Sequence
from math import prod

from core.catalogue import Entry
from core.catalogue.layers import LAYERS
from core.experiment.model import Layer
from core.experiment.shapes import Shape, num_values
from core.parameters import EntryRef

Inputs = Sequence[Shape]

MEANING = (
    "Multiply-adds: the products that weighted sums add up, for one image on its way forward: each weight and bias at each "
    "place or step where it is used, and in attention also what steps are compared by and what is taken from them. "
    "Activations, normalization, pooling and merging are not counted, nor is the way back of training."
)


def layer_multiply_adds(layer: Layer, inputs: Inputs, output: Shape, weights: Mapping[str, int]) -> int:
    """How many multiply-adds a layer takes for one picture.

    Parameters
    ----------
    layer
        A layer of the network.
    inputs
        The shapes of the layer's inputs, without the batch.
    output
        The shape of the layer's output, without the batch.
    weights
        The number of values in each weight, by the weight's path, such as "middle/lstm_cell/kernel".
    """
    count = 0
    for name, use in computing_entry(layer).trait("multiplies", {}).items():
        size = sum(size for path, size in weights.items() if path.endswith(f"/{name}"))
        count += size * (USES[use](layer, inputs, output) if size else 0)
    if layer.entry.trait("heads_argument") is not None:
        count += _attention_products(layer, inputs)
    if (argument := layer.entry.trait("sum_axes_argument")) is not None:
        axis = layer.values[argument]
        count += num_values(output) * (inputs[0][axis if axis < 0 else axis - 1] or 1)
    return count


def computing_entry(layer: Layer) -> Entry:
    """The catalogue entry whose weights a layer uses: its own, or that of the layer that it wraps."""
    wrapped = layer.values.get("layer")
    return LAYERS[wrapped.name] if isinstance(wrapped, EntryRef) else layer.entry


def compared_pairs(layer: Layer, inputs: Inputs) -> int:
    """How many pairs of steps one head of an attention compares for one picture."""
    query, key = inputs[0], _key_shape(inputs)
    axes = _axes(layer, query)
    other_steps = prod(query[axis] or 1 for axis in range(len(query) - 1) if axis not in axes)
    return other_steps * prod((query[axis] or 1) * (key[axis] or 1) for axis in axes)


def adds_pairs(layer: Layer) -> bool:
    """Whether an attention adds two steps to compare them, instead of multiplying them."""
    adds = layer.entry.trait("adds_pairs", False)
    return bool(layer.values[adds[0]] == adds[1] if isinstance(adds, tuple) else adds)


def _attention_products(layer: Layer, inputs: Inputs) -> int:
    """The products of Q times K transposed, and of the scores times V, over all heads."""
    entry, values = layer.entry, layer.values
    compared = values.get(entry.trait("key_size_argument")) or inputs[0][-1] or 1
    passed_on = values.get(entry.trait("value_size_argument")) or values.get(entry.trait("key_size_argument"))
    passed_on = passed_on or _key_shape(inputs)[-1] or 1
    heads = values.get(entry.trait("heads_argument"), 1)
    return int(compared_pairs(layer, inputs) * heads * ((0 if adds_pairs(layer) else compared) + passed_on))


def _key_shape(inputs: Inputs) -> Shape:
    return inputs[min(1, len(inputs) - 1)]


def _axes(layer: Layer, shape: Shape) -> tuple[int, ...]:
    """The axes of a shape, without the batch, along which attention looks."""
    along = layer.entry.trait("attention_axes_argument")
    if along is None:
        return (len(shape) - 2,)
    chosen = layer.values[along]
    return tuple(range(len(shape) - 1)) if chosen is None else (chosen - 1,)


def _at_outputs(layer: Layer, inputs: Inputs, output: Shape) -> int:
    return num_values(output[:-1])


def _at_inputs(layer: Layer, inputs: Inputs, output: Shape) -> int:
    return num_values(inputs[0][:-1])


def _at_steps(layer: Layer, inputs: Inputs, output: Shape) -> int:
    return inputs[0][0] or 1


def _at_outputs_of_steps(layer: Layer, inputs: Inputs, output: Shape) -> int:
    axes = len(inputs[0]) - 1  # of what one step gives, channels among them
    return _at_steps(layer, inputs, output) * num_values(output[-axes:-1])


def _at_keys(layer: Layer, inputs: Inputs, output: Shape) -> int:
    return num_values(_key_shape(inputs)[:-1])


def _at_pairs(layer: Layer, inputs: Inputs, output: Shape) -> int:
    return compared_pairs(layer, inputs)


# Where a weight is used, as the trait "multiplies" says, and how often that is for one picture.
USES: Mapping[str, Callable[[Layer, Inputs, Shape], int]] = {
    "outputs": _at_outputs,  # at each position of the output
    "inputs": _at_inputs,  # at each position of the input
    "steps": _at_steps,  # once for each step of a sequence
    "outputs of steps": _at_outputs_of_steps,  # at each position of the output, once for each step
    "looked at": _at_keys,  # once for each step that attention looks at
    "pairs": _at_pairs,  # once for each pair of steps that attention compares
}
