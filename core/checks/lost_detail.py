"""Warn of layers that discard the information in an image, although all shapes fit. These rules need the table of shapes."""

from collections.abc import Iterator
from math import prod

from core.checks.arguments import mostly_sees_padding, per_axis, window_axes
from core.checks.repairs import remove, replace_layers, set_argument, with_replacement
from core.experiment.edits import find_layer
from core.experiment.graph import inputs_of
from core.experiment.layer_names import layer_label
from core.experiment.model import INPUT, Experiment, Layer
from core.experiment.shapes import Shape, Summary, num_values, shape_text
from core.problems import Problem, Repair

LEAST_SHARE_LEFT = 0.05  # the share of a picture's numbers that must be left to learn from
LONG_SEQUENCE_STEPS = 256  # steps; a longer sequence forgets its beginning


def check_lost_detail(experiment: Experiment, summary: Summary) -> Iterator[Problem]:
    """Yield a warning for each layer that leaves nothing, or hardly anything, of its input, in the order of the layers.

    Parameters
    ----------
    experiment
        The experiment that the summary was made from.
    summary
        Keras' table of all layers of the experiment.
    """
    for layer in experiment.layers:
        shape = summary.input_of(layer.id)
        for rule in (_normalises_one_number, _whole_picture_dropped, _sees_padding, _long_sequence):
            problem = rule(experiment, layer, shape)
            if problem is not None:
                yield problem
                break
    yield from _shrunk_too_early(experiment, summary)


def _warning(layer: Layer, code: str, happened: str, expected: str, why: str, *repairs: Repair) -> Problem:  # noqa: PLR0913
    return Problem(code, ("layers", layer.id), happened, expected, f"{repairs[0].label}.", "warning", why, repairs)


def _normalises_one_number(experiment: Experiment, layer: Layer, shape: Shape) -> Problem | None:
    """Warn of a layer that normalises a single number, since the result is constant."""
    levels = layer.entry.trait("levels")
    if levels is None or not shape:
        return None
    if levels == "groups":
        groups = int(layer.values[levels])
        size = 1 if groups == -1 else (shape[-1] or 0) // groups
        alone = len(shape) == 1 and size == 1
    else:
        axis = int(layer.values[levels])
        alone = abs(axis) <= len(shape) and shape[axis if axis < 0 else axis - 1] == 1
    if not alone:
        return None
    other = with_replacement(experiment, layer, "BatchNormalization")
    return _warning(
        layer,
        "normalises-one-number",
        f"{layer_label(experiment, layer.id)} got {shape_text(shape)}, and brings each number to a common size with no "
        "other.",
        "Expected several numbers to compare.",
        "Of a number alone nothing is left, or its sign at most: all images look the same.",
        remove(layer),
        replace_layers("Put BatchNormalization in its place", other),
    )


def _whole_picture_dropped(experiment: Experiment, layer: Layer, shape: Shape) -> Problem | None:
    if not layer.entry.trait("drops_channels") or not shape or shape[-1] != 1:
        return None
    plain = with_replacement(experiment, layer, "Dropout", rate=layer.values["rate"])
    return _warning(
        layer,
        "drops-whole-pictures",
        f"{layer_label(experiment, layer.id)} drops whole channels, and its input, {shape_text(shape)}, has only one.",
        "Expected several channels.",
        "Where the only channel is dropped, the whole image is black.",
        replace_layers("Put Dropout in its place", plain),
        remove(layer),
    )


def _sees_padding(experiment: Experiment, layer: Layer, shape: Shape) -> Problem | None:
    """Warn of a kernel that mostly covers padding at every position."""
    name, room = layer.entry.trait("window"), window_axes(layer, shape)
    if name is None or layer.values.get("padding") != "same" or not mostly_sees_padding(layer, shape):
        return None
    sizes = per_axis(layer.values[name], len(room))
    fits = max(1, min(side for side in room if side is not None))
    return _warning(
        layer,
        "window-sees-padding",
        f"{layer_label(experiment, layer.id)} looks at {' × '.join(map(str, sizes))}, and its input is only "
        f"{shape_text(room)}.",
        f"Expected a {name} of at most {fits}.",
        "Most of the pattern lies outside at every position, and sees nothing but zeros.",
        set_argument(layer, name, fits),
        remove(layer),
    )


def _long_sequence(experiment: Experiment, layer: Layer, shape: Shape) -> Problem | None:
    """Warn of a recurrent layer that reads an image pixel by pixel."""
    height, width, channels = experiment.data.entry.image_shape
    (source, *_) = inputs_of(experiment)[layer.id]
    if layer.entry.parameter("return_sequences") is None and not layer.entry.trait("bidirectional"):
        return None
    if len(shape) != 2 or (shape[0] or 0) < LONG_SEQUENCE_STEPS or source == INPUT:
        return None
    before = find_layer(experiment, source)
    if before.entry.parameter("target_shape") is None or prod(size or 1 for size in shape) != height * width * channels:
        return None
    rows = (height, width * channels)
    return _warning(
        layer,
        "long-sequence",
        f"{layer_label(experiment, layer.id)} reads {shape[0]:,} steps of {shape[1]} number{'' if shape[1] == 1 else 's'}.",
        f"Expected fewer than {LONG_SEQUENCE_STEPS} steps, such as the {height} rows of an image.",
        "Over so many steps gradients vanish: the network forgets the first steps, and training takes long.",
        set_argument(before, "target_shape", rows, f"Read it row by row: {rows}"),
    )


def _shrunk_too_early(experiment: Experiment, summary: Summary) -> Iterator[Problem]:
    """Warn of a layer that leaves hardly anything of an image before any layer has learned from the image."""
    whole_picture, before = num_values(summary.input_shape), num_values(summary.input_shape)
    for layer, row in zip(experiment.layers, summary.rows, strict=False):
        if row.parameters or layer.entry.trait("flattens"):
            return
        num_left = num_values(row.output_shape)
        if num_left < LEAST_SHARE_LEFT * whole_picture and num_left > (summary.input_shape[-1] or 1) and num_left < before:
            yield _warning(
                layer,
                "hardly-anything-left",
                f"{layer_label(experiment, layer.id)} leaves {num_left:,} of {whole_picture:,} numbers, and no layer has "
                "learned yet.",
                f"Expected at least {max(1, round(LEAST_SHARE_LEFT * whole_picture)):,} of them.",
                "A network cannot learn from pixels that were cut away or averaged.",
                remove(layer),
            )
            return
        before = num_left
