"""Check arguments of a layer that exclude each other, or that do not fit the layer's input."""

from collections.abc import Iterator
from math import gcd, prod
from typing import Any

from core.checks.ranks import reshaped_to_rank
from core.checks.repairs import remove, set_argument
from core.experiment.model import Experiment, Layer
from core.experiment.shapes import Shape, num_values, shape_text
from core.number_text import quantity
from core.parameters import Value
from core.problems import Problem, Repair


def check_arguments(experiment: Experiment) -> Iterator[Problem]:
    """Yield the problems of layer arguments that exclude each other. These rules need no shapes.

    Parameters
    ----------
    experiment
        The experiment to check.
    """
    return (problem for layer in experiment.layers if (problem := exclusive_arguments_problem(layer)))


def exclusive_arguments_problem(layer: Layer) -> Problem | None:
    """Return the first problem of arguments that exclude each other, or None."""
    rules = (_strides_and_dilation, _groups_and_filters, _output_padding, _heads, _exclusive_arguments)
    return next((problem for rule in rules if (problem := rule(layer))), None)


def argument_problem(layer: Layer, shape: Shape) -> Problem | None:
    """Return the problem of an argument that does not fit the input of a refused layer, or None.

    Parameters
    ----------
    layer
        The layer.
    shape
        The shape of the layer's input, without the batch.
    """
    rules = (*TRAINING_TIME_RULES, _window, _crop, _reshape, _permute, _groups_and_channels)
    return next((problem for rule in rules if (problem := rule(layer, shape))), None)


def training_time_problem(layer: Layer, shape: Shape) -> Problem | None:
    """Return the problem of a layer's input that Keras only notices during training, or None.

    Parameters
    ----------
    layer
        The layer.
    shape
        The shape of the layer's input, without the batch.
    """
    return next((problem for rule in TRAINING_TIME_RULES if (problem := rule(layer, shape))), None)


def window_axes(layer: Layer, shape: Shape) -> Shape:
    """Return the sizes of the axes that a window moves over: all but the channels and, in a sequence of images, steps."""
    return shape[1:-1] if layer.entry.parameter("return_sequences") else shape[:-1]


def per_axis(value: Value, count: int) -> tuple[int, ...]:
    """Return an argument as a number for each axis: (3, 3) for 3."""
    return value if isinstance(value, tuple) else (value,) * count


def mostly_sees_padding(layer: Layer, shape: Shape) -> bool:
    """Tell whether most of a layer's window lies in the padding at every position, so that the layer learns little.

    Parameters
    ----------
    layer
        The layer.
    shape
        The shape of the layer's input, without the batch.
    """
    name, room = layer.entry.trait("window"), window_axes(layer, shape)
    if name is None or layer.entry.parameter("use_bias") is None:  # pooling ignores the padding
        return False
    return any(size > 2 * (side or size) for size, side in zip(per_axis(layer.values[name], len(room)), room, strict=False))


def _sizes(sizes: tuple[int, ...]) -> str:
    return " × ".join(map(str, sizes))


def _problem(layer: Layer, code: str, happened: str, expected: str, fix: str, why: str, *repairs: Repair) -> Problem:  # noqa: PLR0913
    return Problem(code, ("layers", layer.id), happened, expected, fix, why=why, repairs=(*repairs, remove(layer)))


def _strides_and_dilation(layer: Layer) -> Problem | None:
    values = layer.values
    strides, dilation = values.get("strides"), values.get("dilation_rate")
    if layer.entry.parameter("depthwise_initializer"):
        return None  # Keras accepts both for this layer
    if strides is None or dilation is None or max(per_axis(strides, 1)) == 1 or max(per_axis(dilation, 1)) == 1:
        return None
    return _problem(
        layer,
        "strides-with-dilation",
        f"{layer.name} has strides={strides} and dilation_rate={dilation}.",
        "Expected 1 for one of them: Keras cannot do both at once.",
        "Set dilation_rate to 1, or strides to 1.",
        "Strides make the image smaller; dilation looks further without that.",
        set_argument(layer, "dilation_rate", 1),
        set_argument(layer, "strides", 1),
    )


def _groups_and_filters(layer: Layer) -> Problem | None:
    values = layer.values
    groups, filters = values.get("groups"), values.get("filters")
    if not groups or filters is None or filters % groups == 0:
        return None
    whole = -(-filters // groups) * groups
    return _problem(
        layer,
        "groups-do-not-divide-filters",
        f"{layer.name} has {filters} filters in {groups} groups.",
        f"Expected filters that {groups} divides, since each group has as many.",
        f"Set groups to 1, or filters to {whole}.",
        "With groups, each filter sees only its group's share of the channels.",
        set_argument(layer, "groups", 1),
        set_argument(layer, "filters", whole),
    )


def _output_padding(layer: Layer) -> Problem | None:
    values = layer.values
    padding, strides = values.get("output_padding"), values.get("strides")
    if padding is None or strides is None:
        return None
    count = max(len(per_axis(padding, 1)), len(per_axis(strides, 1)))
    if all(extra < step for extra, step in zip(per_axis(padding, count), per_axis(strides, count), strict=True)):
        return None
    return _problem(
        layer,
        "output-padding-too-large",
        f"{layer.name} has output_padding={padding} and strides={strides}.",
        "Expected less padding than the pattern moves at each step.",
        "Leave output_padding empty.",
        "output_padding only fills the gap that two steps leave.",
        set_argument(layer, "output_padding", None),
    )


def _heads(layer: Layer) -> Problem | None:
    values = layer.values
    ask, answer = values.get("num_query_heads"), values.get("num_key_value_heads")
    if ask is None or answer is None or ask % answer == 0:
        return None
    fits = gcd(ask, answer)
    return _problem(
        layer,
        "heads-do-not-divide",
        f"{layer.name} has {ask} heads that ask and {answer} that are looked at.",
        f"Expected a number of heads to look at that divides {ask}.",
        f"Set num_key_value_heads to {fits}.",
        "As many heads that ask share each head that is looked at.",
        set_argument(layer, "num_key_value_heads", fits),
    )


def _exclusive_arguments(layer: Layer) -> Problem | None:
    values, exclusive = layer.values, layer.entry.trait("at_most_one", ())
    chosen = [name for name in exclusive if values[name]]
    if len(chosen) < 2:
        return None
    return _problem(
        layer,
        "options-exclude-each-other",
        f"{layer.name} has {' and '.join(chosen)}.",
        "Expected one of them at most.",
        f"Switch {chosen[-1]} off.",
        layer.entry.sentence,
        set_argument(layer, chosen[-1], value=False),
    )


def _groups_and_channels(layer: Layer, shape: Shape) -> Problem | None:
    values = layer.values
    groups, channels = values.get("groups"), shape[-1] if shape else None
    if not groups or not channels or channels % groups == 0:
        return None
    fits = gcd(groups, channels, values.get("filters") or groups) or 1
    return _problem(
        layer,
        "groups-do-not-divide-channels",
        f"{layer.name} has groups={groups}, and its input has {quantity(channels, 'channel')}.",
        f"Expected groups that divide {channels}.",
        f"Set groups to {fits}.",
        "Each group takes the same share of the channels.",
        set_argument(layer, "groups", fits),
    )


def _window(layer: Layer, shape: Shape) -> Problem | None:
    name, values = layer.entry.trait("window"), layer.values
    room = window_axes(layer, shape)
    if name is None or values.get("padding") == "same" or not room:
        return None
    sizes, gaps = per_axis(values[name], len(room)), per_axis(values.get("dilation_rate") or 1, len(room))
    reach = tuple((size - 1) * gap + 1 for size, gap in zip(sizes, gaps, strict=False))
    if all(size <= (side or size) for size, side in zip(reach, room, strict=False)):
        return None
    dilated = max(gaps) > 1
    fits = min(side for side in room if side is not None)
    lone = len(room) == 1
    size_text = f"{sizes[0]}" if lone else _sizes(sizes)
    spread = f" and dilation_rate={_sizes(gaps)}, which reaches over {_sizes(reach)}," if dilated else ","
    coming = f"{room[0]} steps" if lone else shape_text(room)
    can_pad = layer.entry.parameter("padding") and not mostly_sees_padding(layer, shape)
    same = [set_argument(layer, "padding", "same")] if can_pad else []
    return _problem(
        layer,
        "window-too-large",
        f"{layer.name} has {name}={size_text}{spread} and its input is only {coming}.",
        f"Expected a window of at most {coming}" + (", or padding='same'." if same else "."),
        f"Use fewer pooling layers before it, set {name} to {fits}, or remove it.",
        f"The window does not fit inside the {'sequence' if lone else 'picture'}.",
        *([set_argument(layer, "dilation_rate", 1)] if dilated else []),
        *same,
        set_argument(layer, name, fits),
    )


def _colour_channels(layer: Layer, shape: Shape) -> Problem | None:
    channels: tuple[int, ...] = layer.entry.trait("needs_channels", ())
    if not channels or shape[-1] in (None, *channels):
        return None
    expected_channels = " or ".join(map(str, channels))
    return _problem(
        layer,
        "no-colours",
        f"{layer.name} got {shape_text(shape)}, which has {quantity(int(shape[-1] or 0), 'channel')}.",
        f"Expected {expected_channels} channels"
        + (": red, green and blue." if len(channels) == 1 else ": an image, grey or in colours."),
        f"Remove {layer.name}, or load a data set with colours, such as CIFAR-10."
        if len(channels) == 1
        else f"Move {layer.name} to the beginning, or remove it.",
        layer.entry.sentence,
    )


def _pooling_room(layer: Layer, shape: Shape) -> Problem | None:
    """Report adaptive pooling of an input that is too small, since Keras also tries windows that are larger by 1."""
    room = shape[:-1]
    if not layer.entry.trait("needs_room") or not room:
        return None
    output_size = per_axis(layer.values["output_size"], len(room))
    if all(-(-side // out) + 1 <= side for side, out in zip(room, output_size, strict=False) if side is not None):
        return None
    fits = tuple(
        out if side is None or -(-side // out) + 1 <= side else 2 for side, out in zip(room, output_size, strict=False)
    )
    possible = all(side is None or side > 1 for side in room)
    value = fits[0] if len(set(fits)) == 1 else fits
    return _problem(
        layer,
        "too-little-room",
        f"{layer.name} is to make {_sizes(output_size)} of {shape_text(room) if len(room) > 1 else f'{room[0]} steps'}.",
        "Expected a smaller reduction: for this size Keras tries a window that is larger than the input, and fails.",
        f"Set output_size to {value}, or use global pooling." if possible else "Remove it: nothing is left to pool.",
        "Keras tries windows of the needed size, and windows that are larger by 1.",
        *([set_argument(layer, "output_size", value)] if possible else []),
    )


def _tiles(layer: Layer, shape: Shape) -> Problem | None:
    """Report more tiles than an image allows. To fill the last tiles, the layer can mirror the image only once."""
    tiles = layer.values.get("tile_grid_size")
    if tiles is None or all(-side % tile <= side for side, tile in zip(shape[:2], per_axis(tiles, 2), strict=False) if side):
        return None
    fits = min(side for side in shape[:2] if side is not None)
    return _problem(
        layer,
        "too-many-tiles",
        f"{layer.name} cuts {shape_text(shape[:2])} into {_sizes(per_axis(tiles, 2))} parts.",
        f"Expected at most {fits} in each direction.",
        f"Set tile_grid_size to {(fits, fits)}.",
        layer.entry.sentence,
        set_argument(layer, "tile_grid_size", (fits, fits)),
    )


def _windowed_attention(layer: Layer, shape: Shape) -> Problem | None:
    """Report attention with a window on an image, since the window counts steps and an image has none."""
    reach = layer.values.get("sliding_window")
    if reach is None or len(shape) == 2:
        return None
    rows = (shape[0], num_values(shape[1:]))
    return _problem(
        layer,
        "no-steps-to-look-at",
        f"{layer.name} has sliding_window={reach}, and its input is {shape_text(shape)}.",
        "Expected a sequence (steps × features).",
        f"Let it look everywhere, or add Reshape {rows} before it.",
        "The layer looks only at nearby steps, and the neighbours of a pixel are not nearby steps.",
        set_argument(layer, "sliding_window", None, "Let it look everywhere"),
    )


def _crop(layer: Layer, shape: Shape) -> Problem | None:
    cropping, room = layer.values.get("cropping"), shape[:-1]
    if cropping is None or not room:
        return None
    pairs = [sides if isinstance(sides, tuple) else (sides, sides) for sides in per_axis(cropping, len(room))]
    if len(room) == 1 and isinstance(cropping, tuple) and not isinstance(cropping[0], tuple):
        pairs = [cropping]
    remaining = [side - sum(pair) for side, pair in zip(room, pairs, strict=False) if side is not None]
    if all(side > 0 for side in remaining):
        return None
    fits = (min(side for side in room if side is not None) - 1) // 2
    return _problem(
        layer,
        "crops-everything",
        f"{layer.name} cuts off {_pairs_text(pairs)} of {shape_text(room)}: nothing is left.",
        "Expected that something is left in each direction.",
        f"Set cropping to {fits}, or remove the layer." if fits else "Remove the layer.",
        layer.entry.sentence,
        *([set_argument(layer, "cropping", fits)] if fits else []),
    )


def _pairs_text(pairs: list[Any]) -> str:
    return " and ".join(f"{before} + {after}" for before, after in pairs)


def _reshape(layer: Layer, shape: Shape) -> Problem | None:
    target = layer.values.get("target_shape")
    if not isinstance(target, tuple):
        return None
    holds, num_given = num_values(shape), prod(size for size in target if size != -1)
    fits = reshaped_to_rank(shape, len(target) + 1)  # the same rank, which the following layers read
    expected_count = f"a multiple of {num_given:,}" if -1 in target else f"{num_given:,}"
    if target.count(-1) > 1:
        expected_count = "only one size can be left open"
    gives = shape_text(tuple(None if size == -1 else size for size in target))
    return _problem(
        layer,
        "cannot-reshape",
        f"Reshape got {shape_text(shape)}, which is {holds:,} numbers, and is to give {gives}: {expected_count}.",
        f"Expected a shape of {holds:,} numbers.",
        f"Set target_shape to {fits}, or remove the layer.",
        "",
        set_argument(layer, "target_shape", fits),
    )


def _permute(layer: Layer, shape: Shape) -> Problem | None:
    dims = layer.values.get("dims")
    axes = tuple(range(1, len(shape) + 1))
    if not isinstance(dims, tuple) or sorted(dims) == list(axes):
        return None
    swapped = (*axes[1::-1], *axes[2:])
    return _problem(
        layer,
        "cannot-permute",
        f"{layer.name} has dims={dims}, and its input is {shape_text(shape)}: {len(axes)} axes.",
        f"Expected each of {', '.join(map(str, axes))} once.",
        f"Set dims to {swapped}, or remove the layer." if len(axes) > 1 else "Remove the layer.",
        "dims is the new order of the axes; the batch is not counted.",
        *([set_argument(layer, "dims", swapped)] if len(axes) > 1 else []),
    )


def _axis(layer: Layer, shape: Shape) -> Problem | None:
    name = "axes" if layer.entry.parameter("axes") else "axis"
    axis, rank = layer.values.get(name), len(shape) + 1
    if axis is None:
        return None
    if all(-rank <= index < rank and index % rank for index in per_axis(axis, 1)):
        return None
    return _problem(
        layer,
        "no-such-axis",
        f"{layer.name} has {name}={axis}, and its input is {shape_text(shape)}.",
        f"Expected an axis from 1 to {len(shape)}, or -1 for the last axis; 0 is the batch.",
        f"Set {name} to -1.",
        layer.entry.sentence,
        set_argument(layer, name, -1),
    )


TRAINING_TIME_RULES = (_colour_channels, _pooling_room, _tiles, _windowed_attention, _axis)
