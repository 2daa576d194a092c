"""Check the range of the pixels, and layers that read them as colours or as whole numbers."""

import math
from collections.abc import Iterator

from core.checks.pixel_ranges import (
    Range,
    incoming_ranges,
    is_centred,
    keeps_range,
    keeps_values,
    largest_magnitude,
    outgoing_range,
    range_width,
    scaling_of,
)
from core.checks.repairs import remove, replace_layers, set_argument, with_replacement
from core.experiment.edits import append_layer, new_layer
from core.experiment.graph import ancestors, successors
from core.experiment.layer_names import layer_label
from core.experiment.model import Experiment, Layer
from core.problems import ExperimentPath, Problem, Repair

PIXELS: ExperimentPath = ("data", "pixels")
EARLY_LAYERS = 3  # the number of first layers that may read raw pixels
NO_VECTOR = "A number for which an Embedding has no vector ends the training."
LARGEST_SCALED_NUMBER = 10  # larger numbers count as unscaled: initial weights expect inputs near 1
RAW: Range = (0, 255)  # pixels that the Load page does not scale
WHY_SMALL_INPUTS = (
    "Weights start out for inputs near 1. With larger inputs the first answers are far too sure, and the first steps "
    "of SGD, which grow with the inputs, so long that the network may only guess afterwards."
)
NARROW_RANGE_WIDTH = 0.05  # in a smaller range, pictures hardly differ


def check_pixels(experiment: Experiment) -> Iterator[Problem]:
    """Yield the problems of pixels that are not scaled to a good range, or that a layer misinterprets.

    Parameters
    ----------
    experiment
        The experiment to check.
    """
    reader = _integer_reader(experiment)
    before = ancestors(experiment, reader.id) if reader else ()
    if reader is not None and not any(layer.entry.trait("gives_whole_numbers") for layer in before):
        yield from _whole_numbers(experiment, reader, before)
    else:
        yield from _scaled_badly(experiment)
    yield from _wrong_colour_range(experiment)
    yield from _integers_for_other_layers(experiment)


def _integer_reader(experiment: Experiment) -> Layer | None:
    """Return the layer that reads pixels as whole numbers, such as Embedding, or None."""
    return next((layer for layer in experiment.layers[:EARLY_LAYERS] if layer.entry.trait("reads_whole_numbers")), None)


def _scaled_badly(experiment: Experiment) -> Iterator[Problem]:
    """Warn of pixels that are scaled twice, or not at all, before the first layer that learns from them."""
    incoming = incoming_ranges(experiment)
    for layer in experiment.layers:
        if layer.id not in incoming:
            continue
        if scaling_of(layer) is not None:
            problem = _scaled_twice(experiment, layer, incoming[layer.id])
        elif largest_magnitude(incoming[layer.id]) > LARGEST_SCALED_NUMBER and _learns_from_size(experiment, layer):
            problem = _unscaled_pixels(experiment, layer, incoming[layer.id])
        else:
            continue
        if problem is not None:
            yield problem
            return  # the ranges of later layers follow from the reported range


def _learns_from_size(experiment: Experiment, layer: Layer) -> bool:
    """Tell whether a layer is sensitive to the scale of its input, since no normalization follows."""
    others = ("normalises", "reads_whole_numbers", "gives_whole_numbers")
    if any(layer.entry.trait(trait) for trait in others) or outgoing_range(layer, (0, 1)) is not None:
        return False
    following = successors(experiment, layer.id)
    return not following or not all(follower.entry.trait("normalises") for follower in following)


def _unscaled_pixels(experiment: Experiment, layer: Layer, numbers: Range) -> Problem:
    guilty = next(
        (ancestor for ancestor in reversed(ancestors(experiment, layer.id)) if scaling_of(ancestor) is not None), None
    )
    raw = experiment.data.pixel_range
    if guilty is None:
        return Problem(
            code="unscaled-pixels",
            where=PIXELS,
            severity="warning",
            happened=f"Pixels go in as {_range_text(raw)}.",
            expected="Networks learn best from numbers near 0 to 1.",
            fix="Scale them to 0 to 1.",
            why=WHY_SMALL_INPUTS,
            repairs=(Repair("Scale pixels to the range 0 to 1", "set", PIXELS, "0-1"),),
        )
    scaled = with_replacement(experiment, guilty, "Rescaling", scale=1 / 255)
    needless, rescaled = remove(guilty), replace_layers(f"Put a Rescaling of 1/255 in place of {guilty.name}", scaled)
    repairs = (needless,) if largest_magnitude(raw) <= LARGEST_SCALED_NUMBER else (rescaled,)
    return Problem(
        code="unscaled-pixels",
        where=("layers", guilty.id),
        severity="warning",
        happened=f"{guilty.name} makes {_range_text(numbers)} of pixels that go in as {_range_text(raw)}.",
        expected="Networks learn best from numbers near 0 to 1.",
        fix=f"{repairs[0].label}.",
        why=WHY_SMALL_INPUTS,
        repairs=repairs,
    )


def _scaled_twice(experiment: Experiment, layer: Layer, numbers: Range) -> Problem | None:
    """Return the problem of a layer that scales values again, although their range was suitable, or None."""
    result = outgoing_range(layer, numbers) or numbers
    before = next(
        (ancestor for ancestor in reversed(ancestors(experiment, layer.id)) if scaling_of(ancestor) is not None), None
    )
    again = before is not None and (before.name, before.arguments) == (layer.name, layer.arguments)
    centres = is_centred(numbers) and not is_centred(result)
    if largest_magnitude(numbers) > LARGEST_SCALED_NUMBER and range_width(result) >= NARROW_RANGE_WIDTH:
        return None  # the scaling is needed
    if not again and not centres and range_width(result) >= NARROW_RANGE_WIDTH:
        return None
    repairs = [remove(layer)]
    from_raw = outgoing_range(layer, RAW) or RAW
    if (
        before is None
        and range_width(from_raw) >= NARROW_RANGE_WIDTH
        and largest_magnitude(from_raw) <= LARGEST_SCALED_NUMBER
    ):
        repairs.append(Repair("Leave pixels as 0 to 255 on Load", "set", PIXELS, "0-255"))
    first = layer_label(experiment, before.id) if before else "Load"
    twice = largest_magnitude(numbers) <= LARGEST_SCALED_NUMBER and range_width(result) > 0
    return Problem(
        code="scaled-twice" if twice else "scaled-away",
        where=("layers", layer.id),
        severity="warning",
        also=() if before else (PIXELS,),
        happened=f"{layer_label(experiment, layer.id)} makes {_range_text(result)} of numbers that {first} gives as "
        f"{_range_text(numbers)}.",
        expected="Expected pixels to be scaled once." if twice else "Expected numbers near 0 to 1.",
        fix=f"Remove {layer.name}, or {'scale here only' if twice else 'give it another scale'}.",
        why="Scaled twice, images differ by tiny numbers or lie far from 0, and learning is slow.",
        repairs=tuple(repairs),
    )


def _range_text(numbers: Range) -> str:
    return f"{numbers[0]:.3g} to {numbers[1]:.3g}"


def _whole_numbers(experiment: Experiment, reader: Layer, before: tuple[Layer, ...]) -> Iterator[Problem]:
    """Report pixels that are not whole numbers from 0, before a layer that needs such numbers, such as Embedding."""
    low, high = experiment.data.pixel_range
    if experiment.data.pixels != "0-255":
        yield Problem(
            code="fractions-for-whole-numbers",
            where=PIXELS,
            also=(("layers", reader.id),),
            severity="error" if low < 0 else "warning",  # negative numbers have no vector: training would fail
            happened=f"Pixels go in as {low:g} to {high:g}.",
            expected=f"{reader.name} reads whole numbers from 0 on; fractions all become 0 or 1.",
            fix="Leave the pixels as 0 to 255.",
            repairs=(Repair("Leave pixels as 0 to 255", "set", PIXELS, "0-255"),),
        )
        return
    changing = next((ancestor for ancestor in before if not keeps_range(ancestor)), None)
    if changing is not None:
        yield Problem(
            code="numbers-changed-before-look-up",
            where=("layers", changing.id),
            severity="warning",
            happened=f"{changing.name} changes the numbers before {layer_label(experiment, reader.id)} looks them up.",
            expected=f"Expected pixels as they come: {reader.name} has a vector for each whole number from 0 on.",
            fix=f"Remove {changing.name}, or put it behind {reader.name}.",
            why=f"Fractions are cut off. {NO_VECTOR}",
            repairs=(remove(changing),),
        )
    if all(map(keeps_values, before)):
        yield from _too_few_vectors(reader, int(high) + 1, "pixels go")


def _too_few_vectors(reader: Layer, needed: int, range_text: str) -> Iterator[Problem]:
    """Report an Embedding whose `input_dim` is too small for the whole numbers in its input."""
    known = reader.values.get("input_dim")
    if known is not None and known < needed:
        yield Problem(
            code="too-few-vectors",
            where=("layers", reader.id),
            happened=f"{reader.name} has input_dim={known}, and {range_text} up to {needed - 1}.",
            expected=f"Expected {needed}: one vector for each value from 0 to {needed - 1}.",
            fix=f"Set input_dim to {needed}.",
            why=NO_VECTOR,
            repairs=(set_argument(reader, "input_dim", needed),),
        )


def _wrong_colour_range(experiment: Experiment) -> Iterator[Problem]:
    """Report layers whose argument for the range of the pixels differs from the actual range."""
    incoming = incoming_ranges(experiment)
    for layer in experiment.layers:
        argument = layer.entry.trait("pixel_range")
        if argument is None or layer.id not in incoming:
            continue
        reaches = _with_integer_ends(incoming[layer.id])
        parameter = layer.entry.parameter(argument)
        if layer.values[argument] == reaches or parameter is None or not parameter.constraint.is_valid(reaches):
            continue
        low, high = layer.values[argument]
        ends = _exceeds_later_lookup(experiment, layer, low, high)
        yield Problem(
            code="range-differs-from-pixels",
            where=("layers", layer.id),
            severity="error" if ends else "warning",
            happened=f"{layer.name} takes pixels for {low:g} to {high:g}; they go in as {reaches[0]} to {reaches[1]}.",
            expected=f"Expected {argument} to be the range of the pixels.",
            fix=f"Set {argument} to {reaches[0]}, {reaches[1]}.",
            why=NO_VECTOR
            if ends
            else "The layer takes black and white from this range: images may come out all black, or unchanged.",
            repairs=(set_argument(layer, argument, reaches, f"Set {argument} to {reaches}"),),
        )


def _with_integer_ends(numbers: Range) -> Range:
    """Return a range with whole numbers as its ends if possible: (0, 1) for (0.0, 1.0)."""
    low, high = (int(end) if float(end).is_integer() else end for end in numbers)
    return low, high


def _exceeds_later_lookup(experiment: Experiment, layer: Layer, low: float, high: float) -> bool:
    """Tell whether a later Embedding has no vector for some values that this layer can give, from `low` to `high`."""
    reader = _integer_reader(experiment)
    if reader is None or layer not in ancestors(experiment, reader.id):
        return False
    return low < 0 or high >= (reader.values.get("input_dim") or math.inf)


def _integers_for_other_layers(experiment: Experiment) -> Iterator[Problem]:
    """Report layers that output integers before layers that need floats, many of which fail in training."""
    for layer in experiment.layers:
        if not layer.entry.trait("gives_whole_numbers"):
            continue
        following = _followers(experiment, layer)
        steps = len(layer.values[layer.entry.trait("gives_whole_numbers")]) + 1
        for follower in following:
            if follower.entry.trait("reads_whole_numbers"):
                yield from _too_few_vectors(follower, steps, f"{layer.name} gives numbers")
        unfit = [follower for follower in following if not follower.entry.trait("reads_whole_numbers")]
        if unfit and not all(
            follower.entry.trait("normalises") and follower.entry.parameter("offset") for follower in unfit
        ):
            fractions = append_layer(experiment, new_layer(experiment, "Rescaling", scale=1.0), layer.id)
            yield Problem(
                code="whole-numbers-not-read",
                where=("layers", layer.id),
                happened=f"{layer.name} gives whole numbers, and {layer_label(experiment, unfit[0].id)} reckons with "
                "fractions.",
                expected="Expected an Embedding behind it.",
                fix="Add a Rescaling behind it, or an Embedding.",
                why="Keras does not turn whole numbers into fractions by itself; a Rescaling does.",
                repairs=(replace_layers("Add Rescaling behind it", fractions), remove(layer)),
            )


def _followers(experiment: Experiment, layer: Layer) -> tuple[Layer, ...]:
    """Return the layers that read a layer's output, directly or after a Reshape or Flatten. The graph may have cycles."""
    following, visited = successors(experiment, layer.id), set[str]()
    while following and all(map(_rearranges, following)):
        visited.update(follower.id for follower in following)
        after = {successor.id: successor for follower in following for successor in successors(experiment, follower.id)}
        following = tuple(follower for follower in after.values() if follower.id not in visited)
    return following


def _rearranges(layer: Layer) -> bool:
    """Tell whether a layer only rearranges its values, such as Reshape."""
    plain = layer.entry.trait("flattens") and not layer.entry.parameter("keepdims")
    return bool(plain or layer.entry.parameter("target_shape") or layer.entry.parameter("dims"))
