"""Where in the picture the numbers of a layer stand: which of its axes run along the picture's rows, and its columns."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from core.catalogue.layers import LAYERS
from core.experiment import INPUT, Chosen, Experiment, Layer
from core.graph import sources

ROW, COLUMN, NOWHERE = "row", "column", ""  # what an axis of a layer runs along
PICTURE = (ROW, COLUMN)
MIXES, READS = "Attention", "Recurrent"  # groups: of layers that mix all places, and of those that mix all steps

# One of ROW, COLUMN, NOWHERE for each axis but the last, which holds channels; () where none is known.
Axes = tuple[str, ...]
Shape = tuple[int, ...]  # of what a layer gives, without the batch


@dataclass(frozen=True)
class Places:
    """What the axes of all layers run along."""

    axes: Mapping[str, Axes]  # by the layer's id
    lost: Mapping[str, str]  # by the layer's id: the layer before it, or itself, behind which no place is known; "" for none


def places(experiment: Experiment, shapes: Mapping[str, Shape]) -> Places:
    """Of each layer, what its axes run along.

    Arguments: `shapes`, of what each layer gives, by its id; of the picture under INPUT.
    """
    axes: dict[str, Axes] = {INPUT: PICTURE}
    lost = {INPUT: ""}
    flat: dict[str, tuple[Axes, Shape]] = {}  # of layers that lay a picture in a row, what it was
    for layer, taken in zip(experiment.layers, sources(experiment).values(), strict=True):
        before = {flat.get(one, (axes[one], shapes[one])) for one in taken}
        known, shape = before.pop() if len({one for one, _ in before}) == 1 else ((), ())
        if layer.entry.trait("flattens") and known:
            flat[layer.id] = known, shape
        axes[layer.id] = _after(layer, known, shape, shapes[layer.id])
        gone = next((lost[one] for one in taken if lost[one]), "")
        lost[layer.id] = "" if axes[layer.id] or layer.id in flat else gone or layer.id
    return Places(axes, lost)


def _after(layer: Layer, axes: Axes, shape: Shape, given: Shape) -> Axes:
    """What the axes behind a layer run along; `axes` and `shape` of what it takes, `given` of what it gives."""
    if layer.entry.parameter("target_shape"):
        found = reshaped(axes, shape, given)
    elif isinstance(order := layer.argument("dims"), tuple):
        moved = (*axes, "channels")
        found = tuple(moved[place - 1] for place in order[:-1]) if order[-1] == len(axes) + 1 == len(order) else ()
    elif group(layer) == READS and axes:
        rest = tuple(NOWHERE if axis == axes[0] else axis for axis in axes[1:])  # steps were rows, or parts of them
        found = ((NOWHERE, *rest) if len(given) == len(axes) + 1 else rest) if rest else ()
    else:
        found = axes if group(layer) != MIXES else ()
    return found if len(given) == len(found) + 1 and any(found) else ()


def reshaped(axes: Axes, shape: Shape, given: Shape) -> Axes:
    """What axes run along behind another shape: an axis may be split, or end among the channels; () where two are mixed.

    Arguments: `shape` of what is taken, `given` of what comes of it; both with the channels.
    """
    left, found = list(zip(axes, shape, strict=False)), []
    for size in given[:-1]:
        while left and left[0][1] == 1:
            left.pop(0)
        if size == 1:
            found.append(NOWHERE)
        elif left and left[0][1] % size == 0:
            axis, length = left[0]
            found.append(axis)
            left[0] = axis, length // size
        else:
            return ()
    return tuple(found)


def group(layer: Layer) -> str:
    """The group of a layer, or of the one that it holds."""
    parameter = layer.entry.parameter("layer")
    held = layer.argument("layer", parameter.default if parameter else None)
    return LAYERS[held.name].group if isinstance(held, Chosen) else layer.entry.group


def laid_out(heat: np.ndarray, axes: Sequence[str]) -> np.ndarray:
    """Numbers along such axes as (rows, columns) of the picture, one row or column where the other is not known."""
    heat = heat.mean(axis=tuple(place for place, axis in enumerate(axes) if axis == NOWHERE))
    named = [axis for axis in axes if axis != NOWHERE]
    order = sorted(range(len(named)), key=lambda place: named[place] == COLUMN)
    rows = int(np.prod([size for size, axis in zip(heat.shape, named, strict=True) if axis == ROW]))
    return heat.transpose(order).reshape(rows, -1)
