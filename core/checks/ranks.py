"""Check layers whose input has the wrong number of axes, such as a vector in place of an image, and offer repairs."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import takewhile
from math import prod
from typing import Any

from core.checks.repairs import insert, moved_before, remove, replace_layers, set_argument, with_replacement
from core.experiment.edits import find_layer, last_class_layer, move_layer
from core.experiment.graph import inputs_of, successors
from core.experiment.layer_names import layer_label
from core.experiment.model import INPUT, Experiment, Layer
from core.experiment.shapes import Shape, num_values, shape_text
from core.problems import Problem, Repair

FEWEST_MOVED_LAYERS = 3  # layers in a row that a single repair moves, since moving each layer would take as many clicks
# The names of inputs by their rank, which counts the batch axis.
RANKS = {
    2: "a row of numbers",
    3: "a sequence (steps × features)",
    4: "an image (height × width × channels)",
    5: "a volume (depth × height × width × channels)",
    6: "a row of volumes (steps × depth × height × width × channels)",
}


def accepts_rank(layer: Layer, shape: Shape) -> bool:
    """Tell whether a layer accepts inputs with this many axes."""
    ranks: tuple[Any, ...] = layer.entry.trait("accepted_ranks", ())
    return not ranks or len(shape) + 1 in ranks


def nearest_rank(layer: Layer, shape: Shape) -> int:
    """Return the rank that a layer accepts. If a layer accepts several, return the rank nearest to that of its input."""
    ranks: tuple[int, ...] = layer.entry.trait("accepted_ranks")
    return min(ranks, key=lambda rank: abs(rank - len(shape) - 1))


def is_meant_per_step(experiment: Experiment, layer: Layer, shape: Shape) -> bool:
    """Tell whether a layer is meant to work on each step of a sequence, since a later layer reads the steps."""
    visited, waiting = set(), [layer.id]
    while len(shape) == 2 and waiting:
        for successor in successors(experiment, waiting.pop()):
            reads = 3 in successor.entry.trait("accepted_ranks", ()) or successor.entry.trait("num_inputs")
            if reads and not successor.entry.trait("accepts_higher_rank"):
                return True
            if successor.id not in visited and not successor.entry.trait("flattens"):
                visited.add(successor.id)
                waiting.append(successor.id)
    return False


def wrong_rank_problem(experiment: Experiment, layer: Layer, shape: Shape, severity: str) -> Problem:
    """Return the problem of a layer whose input has too few or too many axes.

    Parameters
    ----------
    experiment
        The experiment to check.
    layer
        The layer.
    shape
        The shape of the layer's input, without the batch.
    severity
        The severity of the problem: "warning" for an input that Keras accepts, else "error".
    """
    rank = nearest_rank(layer, shape)
    effect = " Keras accepts that, and applies it to the last axis only." if severity == "warning" else ""
    repairs = tuple(_repairs(experiment, layer, shape, rank))
    return Problem(
        code="wrong-rank",
        where=("layers", layer.id),
        severity=severity,
        happened=f"{layer.name} got {shape_text(shape)}, which is "
        f"{RANKS.get(len(shape) + 1, f'{len(shape)} axes')}.{effect}",
        expected=f"Expected {RANKS[rank]}.",
        fix=f"{repairs[0].label}.",
        why=layer.entry.sentence,
        repairs=repairs,
    )


def _repairs(experiment: Experiment, layer: Layer, shape: Shape, rank: int) -> Iterator[Repair]:
    image, after = experiment.data.entry.image_shape, successors(experiment, layer.id)
    if after and len(shape) == 3 and all(map(_reads_pictures, after)):
        pass  # another shape would only move the problem to the next layer, which reads images
    elif rank == 2:
        yield insert(layer, "Flatten")
    elif len(shape) == 1 and (layer.entry.trait("flattens") or _is_after_answers(experiment, layer, shape)):
        pass  # a repair would be useless, or would spoil the answers
    elif len(shape) == 1 and num_values(shape) != prod(image):
        yield from _reshape_vector(experiment, layer, shape, rank)
    else:
        if len(shape) == 1:
            yield from _move_before_flatten(experiment, layer, rank)
        start = image if num_values(shape) == prod(image) else shape
        target = reshaped_to_rank(start, rank)
        verb = "Read it row by row: add" if rank == 3 and len(shape) > 1 else "Add"
        yield insert(layer, "Reshape", f"{verb} Reshape {target}", target_shape=target)
    yield remove(layer)


def _is_after_answers(experiment: Experiment, layer: Layer, shape: Shape) -> bool:
    """Tell whether a layer follows the output layer and gets an output for each class, which a reshape would spoil."""
    last = last_class_layer(experiment)
    is_behind = last is not None and experiment.layers.index(last) < experiment.layers.index(layer)
    return is_behind and shape == (experiment.data.entry.num_classes,)


def reshaped_to_rank(shape: Shape, rank: int) -> Shape:
    """Return a shape of the wanted rank with as many values: an image becomes a sequence of rows, or a volume.

    Parameters
    ----------
    shape
        The shape, without the batch.
    rank
        The wanted rank, which counts the batch axis.
    """
    axes = rank - 1
    if len(shape) > axes:
        return (*shape[: axes - 1], num_values(shape[axes - 1 :]))
    if rank > 4:
        channels = (shape[-1] or 1) if len(shape) > 1 else 1
        return (*(1,) * (rank - 5), *_box_sides(num_values(shape) // channels), channels)
    return (*shape, *(1,) * (axes - len(shape)))


def reshape_repair(experiment: Experiment, layer: Layer, rows: Shape) -> Repair:
    """Return a repair that replaces a layer by a Reshape, so that the next layer reads a feature map row by row."""
    changed = with_replacement(experiment, layer, "Reshape", target_shape=rows)
    return replace_layers(f"Read the map row by row: put Reshape {rows} in place of {layer.name}", changed)


def _box_sides(num_values: int) -> tuple[int, int, int]:
    """Return three sizes, as equal as possible, whose product is `num_values`."""
    depth = next(size for size in range(round(num_values ** (1 / 3)), 0, -1) if num_values % size == 0)
    height = next(size for size in range(int((num_values // depth) ** 0.5), 0, -1) if num_values // depth % size == 0)
    return depth, height, num_values // depth // height


def _reshape_vector(experiment: Experiment, layer: Layer, shape: Shape, rank: int) -> Iterator[Repair]:
    """Yield repairs for a layer that needs more axes than its input, a vector that is not a flattened image."""
    (source,) = inputs_of(experiment)[layer.id][:1]
    before = None if source == INPUT else find_layer(experiment, source)
    if rank == 3 and before is not None and before.entry.parameter("return_sequences") is not None:
        yield set_argument(before, "return_sequences", value=True, label=f"Let {before.name} give its whole sequence")
    yield from _move_before_flatten(experiment, layer, rank)
    if rank == 3:
        rows = (num_values(shape), 1)
        yield insert(layer, "Reshape", f"Add Reshape {rows}", target_shape=rows)


def _move_before_flatten(experiment: Experiment, layer: Layer, rank: int) -> Iterator[Repair]:
    """Yield repairs that place the Flatten after a layer that needs images."""
    inputs, current = inputs_of(experiment), layer.id
    while rank == 4 and (current := inputs[current][0]) != INPUT:
        candidate = find_layer(experiment, current)
        if candidate.entry.trait("flattens"):
            yield from _move_flatten_after(experiment, layer, candidate)
            yield replace_layers(
                f"Move {layer.name} before {candidate.name}", moved_before(experiment, replace(layer), candidate.id)
            )
            return


def _move_flatten_after(experiment: Experiment, layer: Layer, flattening: Layer) -> Iterator[Repair]:
    """Yield a repair that moves the Flatten after at least FEWEST_MOVED_LAYERS layers in a row that need images."""
    start = experiment.layers.index(flattening)
    row = tuple(
        takewhile(lambda follower: not follower.inputs and (not _reads_numbers(follower)), experiment.layers[start + 1 :])
    )
    readers = [follower for follower in row if _reads_pictures(follower)]
    if layer not in row[:1] or len(readers) < FEWEST_MOVED_LAYERS or successors(experiment, flattening.id) != (layer,):
        return
    distance = row.index(readers[-1]) + 1
    label = f"Move {flattening.name} behind {layer_label(experiment, readers[-1].id)}"
    yield replace_layers(label, move_layer(experiment, flattening.id, distance))


def _reads_pictures(layer: Layer) -> bool:
    return bool(layer.entry.trait("accepted_ranks", ()) == (4,))


def _reads_numbers(layer: Layer) -> bool:
    ranks: tuple[int, ...] = layer.entry.trait("accepted_ranks", ())
    return bool(ranks) and 4 not in ranks or bool(layer.entry.trait("flattens"))
