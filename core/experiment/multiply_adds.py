"""Count the multiply-adds of a layer in the forward pass of an image: the products that weighted sums add up.

The count follows papers on small nets (Howard et al., "MobileNets", 2017, section 3.1). Each number of a kernel counts at
each position or step of its use. In attention, each number that compares two steps counts too, and each number that is
passed on from a step (Vaswani et al., "Attention Is All You Need", 2017, equation 1). A bias counts as the weight of a
constant input of 1, so that a Dense layer takes as many multiply-adds as parameters. Zeros of a padding count like any
number.

Other operations do not count: operations on single numbers (activations, normalisation, gates, merging), pooling, looking
up, resizing, operations of training only, and operations once a batch. The trait "multiplies" of a layer's catalogue entry
says at which positions each of its weights is used.
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
    """Return the number of multiply-adds of a layer for an image.

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
    for name, use in unwrapped_entry(layer).trait("multiplies", {}).items():
        size = sum(size for path, size in weights.items() if path.endswith(f"/{name}"))
        count += size * (USES[use](layer, inputs, output) if size else 0)
    if layer.entry.trait("heads_argument") is not None:
        count += _attention_products(layer, inputs)
    if (argument := layer.entry.trait("sum_axes_argument")) is not None:
        axis = layer.values[argument]
        count += num_values(output) * (inputs[0][axis if axis < 0 else axis - 1] or 1)
    return count


def unwrapped_entry(layer: Layer) -> Entry:
    """Return the catalogue entry with the weights of a layer: its own entry, or the entry of the wrapped layer."""
    wrapped = layer.values.get("layer")
    return LAYERS[wrapped.name] if isinstance(wrapped, EntryRef) else layer.entry


def num_attention_pairs(layer: Layer, inputs: Inputs) -> int:
    """Return the number of pairs of steps that an attention head compares for an image."""
    query, key = inputs[0], _key_shape(inputs)
    axes = _axes(layer, query)
    other_steps = prod(query[axis] or 1 for axis in range(len(query) - 1) if axis not in axes)
    return other_steps * prod((query[axis] or 1) * (key[axis] or 1) for axis in axes)


def adds_pairs(layer: Layer) -> bool:
    """Tell whether an attention layer compares two steps by adding their vectors, not by their dot product."""
    adds = layer.entry.trait("adds_pairs", False)
    return bool(layer.values[adds[0]] == adds[1] if isinstance(adds, tuple) else adds)


def _attention_products(layer: Layer, inputs: Inputs) -> int:
    """Count the products of Q times K transposed, and of the scores times V, over all heads."""
    entry, values = layer.entry, layer.values
    compared = values.get(entry.trait("key_size_argument")) or inputs[0][-1] or 1
    passed_on = values.get(entry.trait("value_size_argument")) or values.get(entry.trait("key_size_argument"))
    passed_on = passed_on or _key_shape(inputs)[-1] or 1
    heads = values.get(entry.trait("heads_argument"), 1)
    return int(num_attention_pairs(layer, inputs) * heads * ((0 if adds_pairs(layer) else compared) + passed_on))


def _key_shape(inputs: Inputs) -> Shape:
    return inputs[min(1, len(inputs) - 1)]


def _axes(layer: Layer, shape: Shape) -> tuple[int, ...]:
    """Return the axes of a shape whose steps attention compares. The batch axis is not counted."""
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
    axes = len(inputs[0]) - 1  # of the output of a step, with the channels
    return _at_steps(layer, inputs, output) * num_values(output[-axes:-1])


def _at_keys(layer: Layer, inputs: Inputs, output: Shape) -> int:
    return num_values(_key_shape(inputs)[:-1])


def _at_pairs(layer: Layer, inputs: Inputs, output: Shape) -> int:
    return num_attention_pairs(layer, inputs)


# The number of uses of a weight for a picture, by the value of the trait "multiplies".
USES: Mapping[str, Callable[[Layer, Inputs, Shape], int]] = {
    "outputs": _at_outputs,  # at each position of the output
    "inputs": _at_inputs,  # at each position of the input
    "steps": _at_steps,  # once for each step of a sequence
    "outputs of steps": _at_outputs_of_steps,  # at each position of the output, once for each step
    "looked at": _at_keys,  # once for each step that attention looks at
    "pairs": _at_pairs,  # once for each pair of steps that attention compares
}
