"""Check layers whose input has the wrong number of axes, such as a vector where a picture is needed, and offer repairs."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import takewhile
from math import prod
from typing import Any

from core.checks.repairs import insert, moved_before, remove, replace_layers, set_argument
from core.experiment.edits import find_layer, last_class_layer, move_layer
from core.experiment.graph import inputs_of, successors
from core.experiment.layer_names import layer_label
from core.experiment.model import INPUT, Experiment, Layer
from core.experiment.shapes import Shape, num_values, shape_text
from core.problems import Problem, Repair

MANY = 3  # layers in a row: moving each of them would take as many clicks
# By rank, which counts the batch axis.
RANKS = {
    2: "a row of numbers",
    3: "a sequence (steps × features)",
    4: "an image (height × width × channels)",
    5: "a volume (depth × height × width × channels)",
    6: "a row of volumes (steps × depth × height × width × channels)",
}


def accepts_rank(layer: Layer, shape: Shape) -> bool:
    """Whether a layer accepts inputs with this many axes."""
    ranks: tuple[Any, ...] = layer.entry.trait("accepted_ranks", ())
    return not ranks or len(shape) + 1 in ranks


def nearest_rank(layer: Layer, shape: Shape) -> int:
    """The rank that a layer accepts; of several, the one nearest to its input."""
    ranks: tuple[int, ...] = layer.entry.trait("accepted_ranks")
    return min(ranks, key=lambda rank: abs(rank - len(shape) - 1))


def is_for_each_step(experiment: Experiment, layer: Layer, shape: Shape) -> bool:
    """Whether a layer is meant to be applied to each step of a sequence: a later layer reads that sequence."""
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
    """The problem of a layer whose input has too few or too many axes.

    Parameters
    ----------
    experiment
        The experiment to check.
    layer
        The layer.
    shape
        The shape of the layer's input, without the batch.
    severity
        "warning" where Keras accepts it.
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
    image = experiment.data.entry.image_shape
    if rank == 2:
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
        how = "Read it row by row: add" if rank == 3 and len(shape) > 1 else "Add"
        yield insert(layer, "Reshape", f"{how} Reshape {target}", target_shape=target)
    yield remove(layer)


def _is_after_answers(experiment: Experiment, layer: Layer, shape: Shape) -> bool:
    """Whether a layer comes after answers whose shape is right already, so that reshaping them would have to be undone."""
    last = last_class_layer(experiment)
    is_behind = last is not None and experiment.layers.index(last) < experiment.layers.index(layer)
    return is_behind and shape == (experiment.data.entry.num_classes,)


def reshaped_to_rank(shape: Shape, rank: int) -> Shape:
    """The shape of the same numbers with the wanted rank: rows of a picture become steps, a picture becomes a cube.

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


def _box_sides(num_values: int) -> tuple[int, int, int]:
    """Three sides whose product is the number of values, as equal as possible."""
    depth = next(size for size in range(round(num_values ** (1 / 3)), 0, -1) if num_values % size == 0)
    height = next(size for size in range(int((num_values // depth) ** 0.5), 0, -1) if num_values // depth % size == 0)
    return depth, height, num_values // depth // height


def _reshape_vector(experiment: Experiment, layer: Layer, shape: Shape, rank: int) -> Iterator[Repair]:
    """Repairs for a vector that is no flattened picture."""
    (source,) = inputs_of(experiment)[layer.id][:1]
    before = None if source == INPUT else find_layer(experiment, source)
    if rank == 3 and before is not None and before.entry.parameter("return_sequences") is not None:
        yield set_argument(before, "return_sequences", value=True, label=f"Let {before.name} give its whole sequence")
    yield from _move_before_flatten(experiment, layer, rank)
    if rank == 3:
        rows = (num_values(shape), 1)
        yield insert(layer, "Reshape", f"Add Reshape {rows}", target_shape=rows)


def _move_before_flatten(experiment: Experiment, layer: Layer, rank: int) -> Iterator[Repair]:
    """Move a layer that reads pictures before the Flatten."""
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
    """Move the Flatten after the last of many layers in a row that read pictures."""
    start = experiment.layers.index(flattening)
    row = tuple(
        takewhile(lambda follower: not follower.inputs and (not _reads_numbers(follower)), experiment.layers[start + 1 :])
    )
    readers = [follower for follower in row if _reads_pictures(follower)]
    if layer not in row[:1] or len(readers) < MANY or successors(experiment, flattening.id) != (layer,):
        return
    distance = row.index(readers[-1]) + 1
    label = f"Move {flattening.name} behind {layer_label(experiment, readers[-1].id)}"
    yield replace_layers(label, move_layer(experiment, flattening.id, distance))


def _reads_pictures(layer: Layer) -> bool:
    return bool(layer.entry.trait("accepted_ranks", ()) == (4,))


def _reads_numbers(layer: Layer) -> bool:
    ranks: tuple[int, ...] = layer.entry.trait("accepted_ranks", ())
    return bool(ranks) and 4 not in ranks or bool(layer.entry.trait("flattens"))
