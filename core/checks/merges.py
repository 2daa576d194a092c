"""Explain why the inputs of a merge layer, such as Add, do not fit together. The repairs edit its branches."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil
from typing import Any

from core.catalogue.layers import LAYERS
from core.checks.arguments import per_axis
from core.checks.repairs import (
    add_between,
    remove,
    replace_layers,
    set_argument,
    with_argument,
    with_replacement,
    without_merge,
)
from core.experiment.edits import find_layer, remove_layer
from core.experiment.graph import inputs_of
from core.experiment.layer_names import layer_label
from core.experiment.model import INPUT, Experiment, Layer
from core.experiment.shapes import Shape, Summary, shape_text
from core.problems import Problem, Repair


@dataclass(frozen=True)
class Branch:
    """A chain of layers that leads to a merge."""

    source: str  # the id of the last layer, or INPUT
    shape: Shape  # the output shape of this layer
    chain: tuple[Layer, ...]  # the layers that are only in this branch
    start: Shape  # the shape of the branch's input
    resized: bool = False  # whether a layer without a window changes the size, such as adaptive pooling


def merge_problem(experiment: Experiment, layer: Layer, summary: Summary) -> Problem:
    """Return the problem of a merge layer whose inputs do not fit together, with repairs.

    Parameters
    ----------
    experiment
        The experiment that the summary was made from.
    layer
        The merge layer.
    summary
        Keras' table of the layers.
    """
    branches = tuple({branch.source: branch for branch in branches_of(experiment, layer, summary)}.values())
    repairs = tuple(_repairs(experiment, layer, branches))
    coming = " and ".join(f"{shape_text(branch.shape)} from {layer_label(experiment, branch.source)}" for branch in branches)
    axis = layer.entry.parameter("axis") is not None
    return Problem(
        code="branches-do-not-fit",
        where=("layers", layer.id),
        happened=f"{layer.name} got {coming}.",
        expected="Expected shapes that differ along one axis only." if axis else "Expected the same shape from each.",
        fix=f"{repairs[0].label}.",
        why=layer.entry.sentence,
        repairs=repairs,
    )


def has_unequal_attention_inputs(layer: Layer, shapes: tuple[Shape, ...]) -> bool:
    """Tell whether the inputs of an attention layer do not fit each other. Keras only notices this in training.

    Parameters
    ----------
    layer
        Any layer.
    shapes
        The shapes of the layer's inputs: the query, the value, and the key if the key is not the value.
    """
    plain = layer.entry.trait("self_attention") and not layer.entry.trait("takes_arguments")
    if not plain or len(shapes) == 1:
        return False
    asks, looked, named = shapes[0], shapes[1], shapes[-1]
    return asks[-1] != named[-1] or looked[-2] != named[-2] or len({shape[:-2] for shape in shapes}) > 1


def branches_of(experiment: Experiment, layer: Layer, summary: Summary) -> tuple[Branch, ...]:
    """Return the branches that lead to a layer. Each begins after the layer at which the branches part.

    If a merge layer stands within a branch, the branch follows its first input.
    """
    inputs, shapes = inputs_of(experiment), summary.inputs_of(layer.id)

    above: dict[str, set[str]] = {INPUT: {INPUT}}  # for each layer, the layer itself and its ancestors
    for layer_id, sources in inputs.items():
        above[layer_id] = {layer_id}.union(*(above.get(each, set()) for each in sources))
    shared = set.intersection(*(above[source] for source in inputs[layer.id]))

    def branch_from(layer_id: str, shape: Shape) -> Branch:
        chain: list[Layer] = []
        current = layer_id
        while current not in shared:
            chain.insert(0, find_layer(experiment, current))
            current = inputs[current][0]
        row = summary.row(current)
        resized = any(not _window_argument(member) and _resizes(summary, member.id) for member in chain)
        return Branch(layer_id, shape, tuple(chain), row.output_shape if row else summary.input_shape, resized)

    return tuple(branch_from(layer_id, shape) for layer_id, shape in zip(inputs[layer.id], shapes, strict=False))


def _resizes(summary: Summary, layer_id: str) -> bool:
    row = summary.row(layer_id)
    return row is not None and row.input_shapes[0][:-1] != row.output_shape[:-1]


def _repairs(experiment: Experiment, layer: Layer, branches: tuple[Branch, ...]) -> Iterator[Repair]:
    shapes = [branch.shape for branch in branches]
    joins, looks = layer.entry.parameter("axis") is not None, bool(layer.entry.trait("self_attention"))
    main = max(branches, key=lambda branch: len(branch.chain))  # the longest branch; the other branches bypass it
    if joins and layer.values["axis"] != -1 and len({shape[:-1] for shape in shapes}) == 1:
        yield set_argument(layer, "axis", -1)
    if looks:
        yield from _for_attention(experiment, layer, branches)
    elif len(set(map(len, shapes))) > 1:
        yield from _other_ranks(experiment, layer, branches)
    elif len({shape[:-1] for shape in shapes}) > 1:
        yield from _other_sizes(experiment, layer, branches, main, keep_channels=joins)
    elif not joins:
        yield from _other_channels(experiment, layer, branches, main)
    if any(len(shape) > 1 for shape in shapes) and not looks:
        yield from _flatten_and_concatenate(experiment, layer, branches)
    yield replace_layers(
        f"Go on without it, with {layer_label(experiment, main.source)}", without_merge(experiment, layer, main.source)
    )
    yield remove(layer)


def _for_attention(experiment: Experiment, layer: Layer, branches: tuple[Branch, ...]) -> Iterator[Repair]:
    changed, added = experiment, list[str]()
    features = branches[0].shape[-1] or 1
    for branch in branches:
        merge = find_layer(changed, layer.id)
        if len(branch.shape) == 1:
            changed = add_between(changed, merge, branch.source, "Reshape", target_shape=(branch.shape[0], 1))
            added.append("Reshape")
        elif branch.shape[-1] != features:
            changed = add_between(changed, merge, branch.source, "Dense", units=features)
            added.append(f"Dense {features}")
    if added:
        yield replace_layers(f"Add {' and '.join(added)} before it", changed)


def _other_ranks(experiment: Experiment, layer: Layer, branches: tuple[Branch, ...]) -> Iterator[Repair]:
    """Yield a repair for branches that mix vectors and images: remove the Flatten layers, if that is enough."""
    longest = max((branch.shape for branch in branches), key=len)
    flat = [branch for branch in branches if branch.shape != longest]
    ends = [branch.chain[-1] for branch in flat if branch.chain and branch.chain[-1].entry.trait("flattens")]
    if len(ends) == len(flat) and not any(end.entry.parameter("keepdims") for end in ends):
        changed = experiment
        for end in ends:
            changed = remove_layer(changed, end.id)
        yield replace_layers(f"Remove {' and '.join(layer_label(experiment, end.id) for end in ends)}", changed)


def _other_sizes(
    experiment: Experiment, layer: Layer, branches: tuple[Branch, ...], main: Branch, *, keep_channels: bool
) -> Iterator[Repair]:
    """Yield a repair for branches with different image sizes: pad so that sizes stay equal, or shrink the larger images."""
    padded = [
        member
        for branch in branches
        for member in branch.chain
        if member.values.get("padding") == "valid" and _window_argument(member)
    ]
    same = with_argument(experiment, tuple(padded), "padding", "same")
    kept = [_size_when_same(branch) for branch in branches]
    if padded and None not in kept and len(set(kept)) == 1:
        yield replace_layers(
            f"Set padding to same: {', '.join(layer_label(experiment, member.id) for member in padded)}", same
        )
        return
    for start, sizes in ((experiment, [branch.shape[:-1] for branch in branches]), (same, kept)):
        smallest = min((size for size in sizes if size is not None), default=None)
        channels = None if keep_channels else main.shape[-1]
        changed = _shrink_branches(start, layer, branches, sizes, smallest, channels)
        if changed not in (None, experiment):
            also = " and keep the size elsewhere (padding same)" if start is not experiment else ""
            yield replace_layers(f"Bring the larger ones to {shape_text(smallest or ())} by strides{also}", changed)
            return


def _shrink_branches(  # noqa: PLR0913 -- the outputs of the branches, now or after another edit
    experiment: Experiment,
    layer: Layer,
    branches: tuple[Branch, ...],
    sizes: list[Any],
    target: Shape | None,
    channels: int | None,
) -> Experiment | None:
    """Return the experiment with 1 x 1 convolutions that shrink the larger branches by strides.

    Return None if strides cannot bring all branches to the target size.
    """
    for branch, size in zip(branches, sizes, strict=True):
        if size is None or target is None:
            return None
        if size == target:
            continue
        strides = tuple(ceil(side / target_side) for side, target_side in zip(size, target, strict=True))
        if tuple(ceil(side / step) for side, step in zip(size, strides, strict=True)) != target or len(set(strides)) > 1:
            return None
        name = f"Conv{len(target)}D"
        if name not in LAYERS:
            return None
        filters = channels or branch.shape[-1]
        experiment = add_between(
            experiment,
            find_layer(experiment, layer.id),
            branch.source,
            name,
            filters=filters,
            kernel_size=1,
            strides=strides[0],
        )
    return experiment


def _window_argument(layer: Layer) -> str:
    return str(layer.entry.trait("window") or "")


def _size_when_same(branch: Branch) -> Shape | None:
    """Return the output size of a branch with padding "same" everywhere. Return None if other layers change the size."""
    if branch.resized:
        return None
    size: Shape = branch.start[:-1]
    for layer in branch.chain:
        values = layer.values
        if not _window_argument(layer):
            continue
        strides = values.get("strides") or values[_window_argument(layer)]
        steps = per_axis(strides, len(size))
        size = tuple(ceil((side or 1) / step) for side, step in zip(size, steps, strict=False))
    return size


def _other_channels(experiment: Experiment, layer: Layer, branches: tuple[Branch, ...], main: Branch) -> Iterator[Repair]:
    """Yield repairs for branches of the same size with different numbers of channels.

    The repairs add convolutions to the shorter branches, change the main branch, or concatenate the branches.
    """
    channels, rank = main.shape[-1] or 1, len(main.shape)
    changed, added = experiment, list[str]()
    for branch in branches:
        if branch.shape[-1] == channels:
            continue
        merge = find_layer(changed, layer.id)
        name = f"Conv{rank - 1}D"
        if rank > 1 and name in LAYERS:
            changed = add_between(changed, merge, branch.source, name, filters=channels, kernel_size=1)
            added.append(f"{name} {channels} with kernel_size 1 after {layer_label(experiment, branch.source)}")
        else:
            changed = add_between(changed, merge, branch.source, "Dense", units=channels)
            added.append(f"Dense {channels} after {layer_label(experiment, branch.source)}")
    yield replace_layers(f"Add {' and '.join(added)}", changed)
    others = {branch.shape[-1] for branch in branches if branch != main}
    last = main.chain[-1] if main.chain else None
    size = next((name for name in ("filters", "units") if last and name in last.entry.required), None)
    if last and size and len(others) == 1:
        other = others.pop()
        yield set_argument(last, size, other, f"Set {size} of {layer_label(experiment, last.id)} to {other}")
    yield replace_layers(
        "Lay them side by side: Concatenate in its place", with_replacement(experiment, layer, "Concatenate")
    )


def _flatten_and_concatenate(experiment: Experiment, layer: Layer, branches: tuple[Branch, ...]) -> Iterator[Repair]:
    """Yield a repair that flattens the branches of a merge and concatenates them, which always fits."""
    changed = experiment
    for source in dict.fromkeys(branch.source for branch in branches if len(branch.shape) > 1):
        changed = add_between(changed, find_layer(changed, layer.id), source, "Flatten")
    merge = find_layer(changed, layer.id)
    yield replace_layers("Flatten each, and lay them side by side", with_replacement(changed, merge, "Concatenate"))
