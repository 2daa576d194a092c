"""Where in the picture the numbers of a layer stand: which of its axes run along the picture's rows and columns."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import prod

import numpy as np

from core.experiment.graph import inputs_of
from core.experiment.model import INPUT, Experiment, Layer
from core.parameters import EntryRef

ROW, COLUMN, NOWHERE = "row", "column", ""  # the direction of a layer's axis
PICTURE = (ROW, COLUMN)
ATTENTION = "Attention"  # the group of layers in which each place attends to all others

# A direction; or, for an axis into which several were flattened, such as the patches of a transformer, each with its length.
Axis = str | tuple[tuple[str, int], ...]
Axes = tuple[Axis, ...]  # of a layer, without the last one, which holds channels; () where none is known
Shape = tuple[int, ...]  # of a layer's output, without the batch


@dataclass(frozen=True)
class LayerAxes:
    """The axes of all layers, and what is known about their places; each by the layer's id."""

    axes: Mapping[str, Axes]
    lost: Mapping[str, str]  # the first layer, up to this one, behind which no place is known; "" for none
    mixed: Mapping[str, str]  # the last layer, up to this one, that mixes places with each other; "" for none


def layer_axes(experiment: Experiment, shapes: Mapping[str, Shape]) -> LayerAxes:
    """The direction of each axis of each layer.

    Parameters
    ----------
    experiment
        The experiment that owns the layers.
    shapes
        The shape of each layer's output, by the layer's id; the shape of the picture under INPUT.
    """
    axes: dict[str, Axes] = {INPUT: PICTURE}
    lost, mixed = {INPUT: ""}, {INPUT: ""}
    flat: dict[str, tuple[Axes, Shape]] = {}  # for layers that flatten a picture, its axes and shape
    for layer, inputs in zip(experiment.layers, inputs_of(experiment).values(), strict=True):
        before = [flat.get(input_id, (axes[input_id], shapes[input_id])) for input_id in inputs]
        common, shape = _common_axes(layer, before, shapes[layer.id])
        if layer.entry.trait("flattens") and common:
            flat[layer.id] = common, shape
        axes[layer.id] = _output_axes(layer, common, shape, shapes[layer.id])
        lost_before = next((lost[input_id] for input_id in inputs if lost[input_id]), "")
        lost[layer.id] = "" if axes[layer.id] or layer.id in flat else lost_before or layer.id
        mixed_before = next((mixed[input_id] for input_id in inputs if mixed[input_id]), "")
        mixed[layer.id] = layer.id if unwrap(layer).entry.group == ATTENTION or is_recurrent(layer) else mixed_before
    return LayerAxes(axes, lost, mixed)


def unwrap(layer: Layer) -> Layer:
    """The layer inside a wrapper, under the wrapper's id; any other layer itself."""
    parameter = layer.entry.parameter("layer")
    inner = layer.argument("layer", parameter.default if parameter else None)
    return Layer(inner.name, inner.arguments, layer.id) if isinstance(inner, EntryRef) else layer


def is_recurrent(layer: Layer) -> bool:
    """Whether a layer reads step after step and remembers."""
    return unwrap(layer).entry.trait("values_per_step") is not None


def _common_axes(layer: Layer, before: Sequence[tuple[Axes, Shape]], output: Shape) -> tuple[Axes, Shape]:
    """The axes and the shape that all inputs of a layer share; (), () where they differ.

    Parameters
    ----------
    layer
        The layer.
    before
        The axes and shape of each input of the layer.
    output
        The shape of the layer's output.
    """
    if unwrap(layer).entry.group == ATTENTION:  # the output stands at the places of the first input, the query
        return before[0]
    if len({axes for axes, _ in before}) != 1:
        return (), ()
    shapes = [shape for _, shape in before]
    if len(shapes) > 1 and output[:-1] != tuple(map(max, zip(*(shape[:-1] for shape in shapes), strict=False))):
        return (), ()  # they were concatenated
    return before[0][0], shapes[0]


def _output_axes(layer: Layer, axes: Axes, shape: Shape, output: Shape) -> Axes:
    """The axes of a layer's output, from the axes and the shape of its input and the shape of the output."""
    if layer.entry.parameter("target_shape"):
        result = reshaped(axes, shape, output)
    elif isinstance(order := layer.argument("dims"), tuple):
        moved = (*axes, "channels")
        result = tuple(moved[number - 1] for number in order[:-1]) if order[-1] == len(axes) + 1 == len(order) else ()
    elif is_recurrent(layer) and axes:
        result = axes[1:] if len(output) == len(axes) else (_steps(layer, axes[0]), *axes[1:])
    elif axes and output[:-1] == shape:
        result = (*axes, NOWHERE)  # each number became a row of numbers
    else:
        result = axes
    fits = len(output) == len(result) + 1 and all(map(_is_whole, result, output))
    return result if fits and any(result) else ()


def _steps(layer: Layer, axis: Axis) -> Axis:
    """The axis of the steps that a recurrent layer gives after it has read along an axis."""
    return NOWHERE if unwrap(layer).argument("go_backwards", False) else axis


def _is_whole(axis: Axis, size: int) -> bool:
    """Whether an axis of several flattened ones has kept its length: windows over it mix the ends of rows."""
    return isinstance(axis, str) or prod(length for _, length in axis) == size


def reshaped(axes: Axes, shape: Shape, output: Shape) -> Axes:
    """The axes after a change of shape: one may be split, several joined, or some end among the channels.

    Parameters
    ----------
    axes
        The axes of the input.
    shape
        The shape of the input, with the channels.
    output
        The shape of the output, with the channels.

    Returns
    -------
    Axes
        () where an axis cannot be split evenly.
    """
    remaining, result = [*_parts(axes, shape), (NOWHERE, shape[-1])] if shape else [], []
    for size in output[:-1]:
        parts = []
        while size > 1:
            kind, length = remaining.pop(0) if remaining else (NOWHERE, 0)
            if not length or max(size, length) % min(size, length):
                return ()
            parts.append((kind, min(size, length)))
            if length > size:
                remaining.insert(0, (kind, length // size))
            size = size // length if size > length else 1
        result.append(_axis([(kind, length) for kind, length in parts if length > 1]))
    return tuple(result)


def _axis(parts: Sequence[tuple[str, int]]) -> Axis:
    """Directions and lengths that lie in a row, as one axis."""
    directions = {kind for kind, _ in parts}
    return tuple(parts) if len(directions) > 1 else next(iter(directions), NOWHERE)


def _parts(axes: Axes, shape: Iterable[int]) -> list[tuple[str, int]]:
    """The direction and the length of each part of the axes."""
    return [
        part for axis, size in zip(axes, shape, strict=False) for part in ([(axis, size)] if isinstance(axis, str) else axis)
    ]


def axis_kinds(axes: Axes) -> set[str]:
    """The directions of the axes, also of flattened ones: ROW, COLUMN, or both."""
    return {kind for kind, _ in _parts(axes, (0,) * len(axes))} - {NOWHERE}


def layer_group(layer: Layer) -> str:
    """The group of a layer, or of the layer that it wraps."""
    return unwrap(layer).entry.group


def as_picture_plane(heat: np.ndarray, axes: Axes) -> np.ndarray:
    """Numbers along such axes as (rows, columns) of the picture, with one row or column where that axis is not known."""
    parts = _parts(axes, heat.shape)
    heat = heat.reshape([length for _, length in parts])
    heat = heat.mean(axis=tuple(index for index, (kind, _) in enumerate(parts) if kind == NOWHERE))
    named = [kind for kind, _ in parts if kind != NOWHERE]
    order = sorted(range(len(named)), key=lambda index: named[index] == COLUMN)
    rows = prod(size for size, kind in zip(heat.shape, named, strict=True) if kind == ROW)
    return heat.transpose(order).reshape(rows, -1)
