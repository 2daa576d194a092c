"""Find which axes of a layer's output run along the rows and columns of the picture."""

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

# A direction; or, for an axis of several flattened axes, such as a transformer's patches, each direction with its length.
Axis = str | tuple[tuple[str, int], ...]
Axes = tuple[Axis, ...]  # the axes of a layer, without the last axis, which holds channels; () for unknown axes
Shape = tuple[int, ...]  # the shape of a layer's output, without the batch


@dataclass(frozen=True)
class LayerAxes:
    """The picture axes of all layers, and the layers that lose or mix positions in the picture, by layer id."""

    axes: Mapping[str, Axes]
    lost: Mapping[str, str]  # the first layer on the way to this layer that loses the positions, or ""
    mixed: Mapping[str, str]  # the last layer on the way to this layer that mixes positions, or ""


def layer_axes(experiment: Experiment, shapes: Mapping[str, Shape]) -> LayerAxes:
    """Return which axes of each layer run along rows or columns of the picture, and which layers lose or mix positions.

    Parameters
    ----------
    experiment
        The experiment that owns the layers.
    shapes
        The shape of each layer's output, by the layer's id. The shape of the picture has the key INPUT.
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
    """Return the layer inside a wrapper, such as TimeDistributed, with the wrapper's id. Return any other layer itself."""
    parameter = layer.entry.parameter("layer")
    inner = layer.argument("layer", parameter.default if parameter else None)
    return Layer(inner.name, inner.arguments, layer.id) if isinstance(inner, EntryRef) else layer


def is_recurrent(layer: Layer) -> bool:
    """Return whether a layer is recurrent: it reads a sequence step by step."""
    return unwrap(layer).entry.trait("values_per_step") is not None


def _common_axes(layer: Layer, before: Sequence[tuple[Axes, Shape]], output: Shape) -> tuple[Axes, Shape]:
    """Return the picture axes and the shape that all inputs of a layer share. Return (), () if they differ.

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
    """Return the picture axes of a layer's output from those of its input. Return () if they are unknown."""
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
    """Return the axis of a recurrent layer's output steps: its input axis, or NOWHERE if the layer reads backwards."""
    return NOWHERE if unwrap(layer).argument("go_backwards", False) else axis


def _is_whole(axis: Axis, size: int) -> bool:
    """Return whether a flattened axis has kept its length. Otherwise, kernels have mixed the ends of rows."""
    return isinstance(axis, str) or prod(length for _, length in axis) == size


def reshaped(axes: Axes, shape: Shape, output: Shape) -> Axes:
    """Return the picture axes after a Reshape, which may split axes, join them, or move them into the channels.

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
        The axes of the output, or () if an axis cannot be split evenly.
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
    """Join neighbouring directions with their lengths to a single axis."""
    directions = {kind for kind, _ in parts}
    return tuple(parts) if len(directions) > 1 else next(iter(directions), NOWHERE)


def _parts(axes: Axes, shape: Iterable[int]) -> list[tuple[str, int]]:
    """Return the direction and the length of each part of the axes."""
    return [
        part for axis, size in zip(axes, shape, strict=False) for part in ([(axis, size)] if isinstance(axis, str) else axis)
    ]


def axis_kinds(axes: Axes) -> set[str]:
    """Return the directions of the axes, also of flattened axes: ROW, COLUMN, or both."""
    return {kind for kind, _ in _parts(axes, (0,) * len(axes))} - {NOWHERE}


def layer_group(layer: Layer) -> str:
    """Return the group of a layer, or of the layer inside a wrapper."""
    return unwrap(layer).entry.group


def as_picture_plane(heat: np.ndarray, axes: Axes) -> np.ndarray:
    """Arrange a heat map with these axes as (rows, columns) of the picture. A missing axis gets the length 1."""
    parts = _parts(axes, heat.shape)
    heat = heat.reshape([length for _, length in parts])
    heat = heat.mean(axis=tuple(index for index, (kind, _) in enumerate(parts) if kind == NOWHERE))
    named = [kind for kind, _ in parts if kind != NOWHERE]
    order = sorted(range(len(named)), key=lambda index: named[index] == COLUMN)
    rows = prod(size for size, kind in zip(heat.shape, named, strict=True) if kind == ROW)
    return heat.transpose(order).reshape(rows, -1)
