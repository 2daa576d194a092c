"""Where in the picture the numbers of a layer stand: which of its axes run along the picture's rows, and its columns."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import prod

import numpy as np

from core.experiment.graph import inputs_of
from core.experiment.model import INPUT, Experiment, Layer
from core.parameters import EntryRef

ROW, COLUMN, NOWHERE = "row", "column", ""  # what an axis of a layer runs along
PICTURE = (ROW, COLUMN)
ATTENTION = "Attention"  # the group of layers in which each place looks at all others

# What an axis runs along; of one in which several were laid in a row, as patches in a transformer are, each with its length.
Axis = str | tuple[tuple[str, int], ...]
Axes = tuple[Axis, ...]  # of a layer, all but the last, which holds channels; () where none is known
Shape = tuple[int, ...]  # of what a layer gives, without the batch


@dataclass(frozen=True)
class LayerAxes:
    """What the axes of all layers run along, and what is to be known of it; each by the layer's id."""

    axes: Mapping[str, Axes]
    lost: Mapping[str, str]  # the layer before it, or itself, behind which no place is known; "" for none
    mixed: Mapping[str, str]  # the last layer up to it that brings to a place what stands at others; "" for none


def layer_axes(experiment: Experiment, shapes: Mapping[str, Shape]) -> LayerAxes:
    """For each layer, what its axes run along.

    Parameters
    ----------
    experiment
        The experiment that owns the layers.
    shapes
        The shape of each layer's output, by the layer's id; the shape of the picture under INPUT.
    """
    axes: dict[str, Axes] = {INPUT: PICTURE}
    lost, mixed = {INPUT: ""}, {INPUT: ""}
    flat: dict[str, tuple[Axes, Shape]] = {}  # of layers that lay a picture in a row, what it was
    for layer, taken in zip(experiment.layers, inputs_of(experiment).values(), strict=True):
        before = [flat.get(one, (axes[one], shapes[one])) for one in taken]
        known, shape = _agreed(layer, before, shapes[layer.id])
        if layer.entry.trait("flattens") and known:
            flat[layer.id] = known, shape
        axes[layer.id] = _after(layer, known, shape, shapes[layer.id])
        gone = next((lost[one] for one in taken if lost[one]), "")
        lost[layer.id] = "" if axes[layer.id] or layer.id in flat else gone or layer.id
        before_it = next((mixed[one] for one in taken if mixed[one]), "")
        mixed[layer.id] = layer.id if unwrap(layer).entry.group == ATTENTION or is_recurrent(layer) else before_it
    return LayerAxes(axes, lost, mixed)


def unwrap(layer: Layer) -> Layer:
    """The layer that a wrapper holds, under the wrapper's id; any other layer itself."""
    parameter = layer.entry.parameter("layer")
    inner = layer.argument("layer", parameter.default if parameter else None)
    return Layer(inner.name, inner.arguments, layer.id) if isinstance(inner, EntryRef) else layer


def is_recurrent(layer: Layer) -> bool:
    """Whether a layer reads step after step, and remembers."""
    return unwrap(layer).entry.trait("keeps_each_step") is not None


def _agreed(layer: Layer, before: Sequence[tuple[Axes, Shape]], given: Shape) -> tuple[Axes, Shape]:
    """What the axes of all that a layer takes run along, and their shape; (), () where they differ.

    Parameters
    ----------
    layer
        The layer.
    before
        The axes and shape of each input of the layer.
    given
        The shape of the layer's output.
    """
    if unwrap(layer).entry.group == ATTENTION:  # its answer stands where the first, which asks, does
        return before[0]
    if len({axes for axes, _ in before}) != 1:
        return (), ()
    shapes = [shape for _, shape in before]
    if len(shapes) > 1 and given[:-1] != tuple(map(max, zip(*(shape[:-1] for shape in shapes), strict=False))):
        return (), ()  # they were put behind each other
    return before[0][0], shapes[0]


def _after(layer: Layer, axes: Axes, shape: Shape, given: Shape) -> Axes:
    """What the axes behind a layer run along; `axes` and `shape` of what it takes, `given` of what it gives."""
    if layer.entry.parameter("target_shape"):
        found = reshaped(axes, shape, given)
    elif isinstance(order := layer.argument("dims"), tuple):
        moved = (*axes, "channels")
        found = tuple(moved[place - 1] for place in order[:-1]) if order[-1] == len(axes) + 1 == len(order) else ()
    elif is_recurrent(layer) and axes:
        found = axes[1:] if len(given) == len(axes) else (_steps(layer, axes[0]), *axes[1:])
    elif axes and given[:-1] == shape:
        found = (*axes, NOWHERE)  # a row of numbers for each that came in
    else:
        found = axes
    fits = len(given) == len(found) + 1 and all(map(_is_whole, found, given))
    return found if fits and any(found) else ()


def _steps(layer: Layer, axis: Axis) -> Axis:
    """What the steps run along that a layer gives which reads along an axis."""
    return NOWHERE if unwrap(layer).argument("go_backwards", False) else axis


def _is_whole(axis: Axis, size: int) -> bool:
    """Whether an axis in which several lie in a row is still as long: windows over it mix the ends of rows."""
    return isinstance(axis, str) or prod(length for _, length in axis) == size


def reshaped(axes: Axes, shape: Shape, given: Shape) -> Axes:
    """What axes run along behind another shape: one may be split, several laid in a row, or end among the channels.

    Parameters
    ----------
    axes
        What the axes of the input run along.
    shape
        The shape of the input, with the channels.
    given
        The shape of the output, with the channels.

    Returns
    -------
    Axes
        () where an axis cannot be split evenly.
    """
    left, found = [*_parts(axes, shape), (NOWHERE, shape[-1])] if shape else [], []
    for size in given[:-1]:
        taken = []
        while size > 1:
            kind, length = left.pop(0) if left else (NOWHERE, 0)
            if not length or max(size, length) % min(size, length):
                return ()
            taken.append((kind, min(size, length)))
            if length > size:
                left.insert(0, (kind, length // size))
            size = size // length if size > length else 1
        found.append(_axis([(kind, length) for kind, length in taken if length > 1]))
    return tuple(found)


def _axis(parts: Sequence[tuple[str, int]]) -> Axis:
    """Kinds and lengths that lie in a row, as one axis."""
    several = {kind for kind, _ in parts}
    return tuple(parts) if len(several) > 1 else next(iter(several), NOWHERE)


def _parts(axes: Axes, shape: Iterable[int]) -> list[tuple[str, int]]:
    """Kind and length of all that axes run along."""
    return [
        part for axis, size in zip(axes, shape, strict=False) for part in ([(axis, size)] if isinstance(axis, str) else axis)
    ]


def axis_kinds(axes: Axes) -> set[str]:
    """Along what axes run, those among them that several were laid in too: ROW, COLUMN, or both."""
    return {kind for kind, _ in _parts(axes, (0,) * len(axes))} - {NOWHERE}


def layer_group(layer: Layer) -> str:
    """The group of a layer, or of the one that it holds."""
    return unwrap(layer).entry.group


def as_picture_plane(heat: np.ndarray, axes: Axes) -> np.ndarray:
    """Numbers along such axes as (rows, columns) of the picture, one row or column where the other is not known."""
    parts = _parts(axes, heat.shape)
    heat = heat.reshape([length for _, length in parts])
    heat = heat.mean(axis=tuple(place for place, (kind, _) in enumerate(parts) if kind == NOWHERE))
    named = [kind for kind, _ in parts if kind != NOWHERE]
    order = sorted(range(len(named)), key=lambda place: named[place] == COLUMN)
    rows = prod(size for size, kind in zip(heat.shape, named, strict=True) if kind == ROW)
    return heat.transpose(order).reshape(rows, -1)
