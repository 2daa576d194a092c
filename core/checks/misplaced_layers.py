"""Find layers that spoil the input of a later layer. Keras refuses the later layer, or the network learns from nonsense.

These rules need the table of shapes. Each problem names the layer that causes the fault, not the later layer.
"""

from collections.abc import Iterator
from math import prod

from core.checks.ranks import reshape_repair
from core.checks.repairs import remove, replace_layers, set_argument, without_layers
from core.experiment.graph import inputs_of, successors
from core.experiment.layer_names import layer_label
from core.experiment.model import Experiment, Layer
from core.experiment.shapes import Shape, Summary, num_values, shape_text
from core.problems import Problem, Repair

LARGE_ENLARGEMENT = 4  # a layer that multiplies the numbers of an image by this factor may cost more than all other layers


def misplaced_layer_problem(experiment: Experiment, refused: Layer, summary: Summary) -> Problem | None:
    """Return the problem of an earlier layer that makes Keras refuse a later layer, or None."""
    for rule in (_moved_channels, _pooled_steps):
        problem = next(rule(experiment, summary, "error"), None)
        if problem is not None and ("layers", refused.id) in problem.also:
            return problem
    return None


def check_misplaced_layers(experiment: Experiment, summary: Summary) -> Iterator[Problem]:
    """Yield a warning for each layer that spoils the input of a later layer, although Keras accepts the network.

    Parameters
    ----------
    experiment
        The experiment that the summary was made from.
    summary
        Keras' table of all layers of the experiment.
    """
    yield from _moved_channels(experiment, summary, "warning")
    yield from _softmax_along_places(experiment, summary)
    yield from _sees_single_pixels(experiment, summary)


def layers_that_enlarge(summary: Summary) -> dict[str, float]:
    """Return the factors, LARGE_ENLARGEMENT or more, by which layers without weights, as UpSampling2D, enlarge inputs."""
    sizes = {
        row.id: num_values(row.output_shape) / num_values(row.input_shapes[0])
        for row in summary.rows
        if not row.parameters and len(row.input_shapes) == 1
    }
    return {layer_id: times for layer_id, times in sizes.items() if times >= LARGE_ENLARGEMENT}


def enlarged_image_problem(experiment: Experiment, layers: tuple[Layer, ...], needed: str, limit: str) -> Problem:
    """Return the problem of a network that is too large because of layers that enlarge the image."""
    names = " and ".join(dict.fromkeys(layer.name for layer in layers))
    label = f"Remove {names}" if len(layers) == 1 else f"Remove all {len(layers)} layers that enlarge the image"
    smaller = replace_layers(label, without_layers(experiment, layers))
    return Problem(
        code="too-large",
        where=("layers", layers[0].id),
        happened=f"{layer_label(experiment, layers[0].id)} makes the image so large that training needs about {needed}.",
        expected=f"Expected at most {limit}.",
        fix=f"{smaller.label}, or enlarge it less.",
        why="Every later layer computes for each place of the larger image; a Dense layer behind it has a weight for each.",
        repairs=(smaller, *(remove(layer) for layer in layers if len(layers) > 1)),
        also=tuple(("layers", layer.id) for layer in layers[1:]),
    )


def _reads_pictures(layer: Layer) -> bool:
    return bool(layer.entry.trait("accepted_ranks", ()) == (4,))


def _moved_channels(experiment: Experiment, summary: Summary, severity: str) -> Iterator[Problem]:
    """Report a Permute that moves the channels away from the last axis, where the next layers expect them."""
    for layer in experiment.layers:
        dims, shape = layer.values.get("dims"), summary.input_of(layer.id)
        if not isinstance(dims, tuple) or len(shape) != 3 or len(dims) != 3 or dims[-1] == len(shape):
            continue
        reader = next(iter(successors(experiment, layer.id)), None)
        while reader is not None and not _reads_pictures(reader) and not reader.entry.trait("flattens"):
            reader = next(iter(successors(experiment, reader.id)), None) if not reader.entry.parameter("dims") else None
        if reader is None or not _reads_pictures(reader):
            continue
        yield Problem(
            code="channels-moved",
            where=("layers", layer.id),
            severity=severity,
            happened=f"{layer_label(experiment, layer.id)} makes "
            f"{shape_text(tuple(shape[axis - 1] for axis in dims))} of {shape_text(shape)}: the channels are not last.",
            expected=f"Expected the channels last: {layer_label(experiment, reader.id)} reads height × width × channels.",
            fix=f"Remove {layer.name}.",
            why="Keras on TensorFlow has the channels last everywhere; other libraries have them first.",
            repairs=(remove(layer),),
            also=(("layers", reader.id), *((("layers", summary.refused),) if summary.refused else ())),
        )


def _pooled_steps(experiment: Experiment, summary: Summary, severity: str) -> Iterator[Problem]:
    """Report global pooling right before a layer that needs a sequence, since pooling removes the steps."""
    for layer in experiment.layers:
        (source, *_) = inputs_of(experiment)[layer.id]
        pool = next((other for other in experiment.layers if other.id == source), None)  # a file may name any input
        if pool is None or not (pool.entry.trait("flattens") and pool.entry.trait("sums")):
            continue
        shape = summary.input_of(pool.id)
        if 3 not in layer.entry.trait("accepted_ranks", ()) or len(shape) not in (2, 3) or layer.entry.trait("flattens"):
            continue
        repair = _keep_steps(experiment, pool, shape)
        yield Problem(
            code="steps-pooled-away",
            where=("layers", pool.id),
            severity=severity,
            happened=f"{layer_label(experiment, pool.id)} makes one number a channel of {shape_text(shape)}, and "
            f"{layer_label(experiment, layer.id)} reads steps.",
            expected=f"Expected a sequence (steps × features) before {layer.name}.",
            fix=f"{repair.label}.",
            why="Global pooling throws away all positions: no steps are left to read in order.",
            repairs=(repair, remove(layer)),
            also=(("layers", layer.id),),
        )


def _keep_steps(experiment: Experiment, pool: Layer, shape: Shape) -> Repair:
    if len(shape) == 2:
        return remove(pool)
    rows = (shape[0], prod(size or 1 for size in shape[1:]))
    return reshape_repair(experiment, pool, rows)


def _softmax_along_places(experiment: Experiment, summary: Summary) -> Iterator[Problem]:
    """Warn of a Softmax layer over steps or rows instead of over the classes."""
    for layer in experiment.layers:
        axis, shape = layer.values.get("axis"), summary.input_of(layer.id)
        if not isinstance(axis, int) or layer.entry.trait("applies") != "softmax" or axis in (-1, len(shape)):
            continue
        if shape[-1] == 1 or any(successor.entry.trait("num_inputs") for successor in successors(experiment, layer.id)):
            continue  # weights of attention, which add up over the steps
        yield Problem(
            code="softmax-along-wrong-axis",
            where=("layers", layer.id),
            severity="warning",
            happened=f"{layer_label(experiment, layer.id)} has axis={axis}, and its input is {shape_text(shape)}.",
            expected=f"Expected axis -1: the last axis, with its {shape[-1]} numbers for the classes.",
            fix="Set axis to -1.",
            why="Along another axis the shares of all places add up to 1, each class by itself, and classes do not compete.",
            repairs=(set_argument(layer, "axis", -1),),
        )


def _sees_single_pixels(experiment: Experiment, summary: Summary) -> Iterator[Problem]:
    """Warn of a network with only 1 x 1 convolutions before global pooling, which never compares neighbouring pixels."""
    windows = [
        (layer, values[name])
        for layer in experiment.layers
        if (name := layer.entry.trait("window")) and (values := layer.values) and layer.entry.parameter("use_bias")
    ]
    pools = [
        layer
        for layer in experiment.layers
        if layer.entry.trait("flattens") and layer.entry.trait("sums") and len(summary.input_of(layer.id)) == 3
    ]
    wider = any(_widest(size) > 1 for _, size in windows)
    first = next(iter(windows), None)
    if first is None or wider or not pools or _mixes_places(experiment, pools[0]):
        return
    layer = first[0]
    name = str(layer.entry.trait("window"))
    yield Problem(
        code="sees-single-pixels",
        where=("layers", layer.id),
        severity="warning",
        happened=f"All convolutions look at 1 × 1 pixel, and {layer_label(experiment, pools[0].id)} forgets where it was.",
        expected=f"Expected a {name} of 3 or more somewhere.",
        fix=f"Set {name} to 3.",
        why="Without neighbours there are no edges and no shapes: only how many pixels of each brightness an image has.",
        repairs=(set_argument(layer, name, 3),),
    )


def _mixes_places(experiment: Experiment, pool: Layer) -> bool:
    """Tell whether another layer before the pooling mixes positions, such as attention, Reshape or LSTM."""
    before = experiment.layers[: experiment.layers.index(pool)]
    plain = ("window", "augments", "applies", "normalises", "accepted_ranks")
    return any(
        layer.entry.parameter("target_shape") or layer.entry.parameter("dims") or layer.entry.trait("self_attention")
        for layer in before
    ) or any(
        not any(layer.entry.trait(name) for name in plain)
        and "rate" not in layer.values
        and "activation" not in layer.values
        for layer in before
    )


def _widest(value: int | tuple[int, ...]) -> int:
    return max(value) if isinstance(value, tuple) else value
