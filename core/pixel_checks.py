"""Problems of the numbers that go in: their range, and the layers that read them as colours or as whole numbers."""

import math
from collections.abc import Iterator

from core.edits import append_layer, new_layer
from core.experiment import Experiment, Layer
from core.graph import above, takers
from core.mending import place, put, remove, whole
from core.problems import Path, Problem, Repair

PIXELS: Path = ("data", "pixels")
EARLY = 3  # layers: one that reads whole numbers later reads what others have made, not pixels
NO_VECTOR = "A number for which an Embedding has no vector ends the training."
BEYOND = ("bicubic", "lanczos3", "lanczos5")  # interpolations that can give less than black, and more than white


def check_pixels(experiment: Experiment) -> Iterator[Problem]:
    """Pixels that no layer brings to a good range, or that a layer takes for something else.

    Arguments:
        experiment: what to check.
    """
    reader = _early_reader(experiment)
    before = above(experiment, reader.id) if reader else ()
    if reader is not None and not any(layer.entry.trait("gives_whole_numbers") for layer in before):
        yield from _whole_numbers(experiment, reader, before)
    else:
        yield from _unscaled(experiment)
    yield from _other_range(experiment)
    yield from _not_read(experiment)


def _early_reader(experiment: Experiment) -> Layer | None:
    """The layer that reads pixels as whole numbers."""
    return next((one for one in experiment.layers[:EARLY] if one.entry.trait("reads_whole_numbers")), None)


def _unscaled(experiment: Experiment) -> Iterator[Problem]:
    scaled = any(layer.entry.trait("normalises") for layer in experiment.layers[:2])
    if experiment.data.pixels == "0-255" and experiment.layers and not scaled:
        yield Problem(
            code="unscaled-pixels",
            where=PIXELS,
            severity="warning",
            happened="Pixels go in as 0 to 255.",
            expected="Networks learn best from numbers near 0 to 1.",
            fix="Scale them to 0 to 1.",
            repairs=(Repair("Scale pixels to 0-1", "set", PIXELS, "0-1"),),
        )


def _whole_numbers(experiment: Experiment, reader: Layer, before: tuple[Layer, ...]) -> Iterator[Problem]:
    """A layer that has a vector for each whole number from 0 on."""
    low, high = experiment.data.pixel_range
    if experiment.data.pixels != "0-255":
        yield Problem(
            code="fractions-for-whole-numbers",
            where=PIXELS,
            severity="error" if low < 0 else "warning",  # below 0 there is no vector: training would break off
            happened=f"Pixels go in as {low:g} to {high:g}.",
            expected=f"{reader.name} reads whole numbers from 0 on; fractions all become 0 or 1.",
            fix="Leave the pixels as 0 to 255.",
            repairs=(Repair("Leave pixels as 0-255", "set", PIXELS, "0-255"),),
        )
        return
    changing = next((one for one in before if not _keeps_range(one)), None)
    if changing is not None:
        yield Problem(
            code="numbers-changed-before-look-up",
            where=("layers", changing.id),
            severity="warning",
            happened=f"{changing.name} changes the numbers before {place(experiment, reader.id)} looks them up.",
            expected=f"Expected pixels as they come: {reader.name} has a vector for each whole number from 0 on.",
            fix=f"Remove {changing.name}, or put it behind {reader.name}.",
            why=f"Fractions are cut off. {NO_VECTOR}",
            repairs=(remove(changing),),
        )
    if all(map(_keeps_values, before)):
        yield from _too_few_vectors(reader, int(high) + 1, "pixels go")


def _too_few_vectors(reader: Layer, needed: int, words: str) -> Iterator[Problem]:
    """A layer that has fewer vectors than there are numbers, which begin at 0."""
    known = reader.values.get("input_dim")
    if known is not None and known < needed:
        yield Problem(
            code="too-few-vectors",
            where=("layers", reader.id),
            happened=f"{reader.name} has input_dim={known}, and {words} up to {needed - 1}.",
            expected=f"Expected {needed}: one vector for each value from 0 to {needed - 1}.",
            fix=f"Set input_dim to {needed}.",
            why=NO_VECTOR,
            repairs=(put(reader, "input_dim", needed),),
        )


def _keeps_range(layer: Layer) -> bool:
    """Whether a layer makes nothing darker than black of pixels, and nothing lighter than white."""
    if layer.entry.parameter("interpolation"):
        return layer.values["interpolation"] not in BEYOND
    if layer.entry.trait("pixel_range") or layer.entry.trait("augments"):
        return True
    changing = layer.entry.trait("normalises") or layer.entry.parameter("stddev") or layer.entry.parameter("layer")
    return not changing and _keeps_values(layer)


def _keeps_values(layer: Layer) -> bool:
    """Whether a layer passes numbers on as they are, if in another order."""
    changing = ("use_bias", "activation", "rate", "epsilon", "scale", "interpolation")
    return not any(layer.entry.parameter(name) for name in changing)


def _other_range(experiment: Experiment) -> Iterator[Problem]:
    """Layers that measure colours in a range which is not that of the pixels."""
    comes_in = experiment.data.pixel_range
    for layer in experiment.layers:
        if layer.entry.trait("normalises") or layer.entry.trait("gives_whole_numbers"):
            return  # who knows which range follows
        argument = layer.entry.trait("pixel_range")
        if argument is None or layer.values[argument] == comes_in:
            continue
        low, high = layer.values[argument]
        ends = _is_looked_up_beyond(experiment, layer, low, high)
        yield Problem(
            code="range-differs-from-pixels",
            where=("layers", layer.id),
            severity="error" if ends else "warning",
            happened=f"{layer.name} takes pixels for {low:g} to {high:g}; they go in as {comes_in[0]} to {comes_in[1]}.",
            expected=f"Expected {argument} to be the range of the pixels.",
            fix=f"Set {argument} to {comes_in[0]}, {comes_in[1]}.",
            why=NO_VECTOR
            if ends
            else "What is black and what is white is read from it: pictures may come out all black, or unchanged.",
            repairs=(put(layer, argument, comes_in, f"Set {argument} to {comes_in}"),),
        )


def _is_looked_up_beyond(experiment: Experiment, layer: Layer, low: float, high: float) -> bool:
    """Whether numbers from `low` to `high`, which a layer may give, are more than those that are looked up behind it."""
    reader = _early_reader(experiment)
    if reader is None or layer not in above(experiment, reader.id):
        return False
    return low < 0 or high >= (reader.values.get("input_dim") or math.inf)


def _not_read(experiment: Experiment) -> Iterator[Problem]:
    """Whole numbers for layers that reckon with fractions: many of them end the training with that."""
    for layer in experiment.layers:
        if not layer.entry.trait("gives_whole_numbers"):
            continue
        following = _followers(experiment, layer)
        steps = len(layer.values[layer.entry.trait("gives_whole_numbers")]) + 1
        for one in following:
            if one.entry.trait("reads_whole_numbers"):
                yield from _too_few_vectors(one, steps, f"{layer.name} gives numbers")
        others = [one for one in following if not one.entry.trait("reads_whole_numbers")]
        if others and not all(one.entry.trait("normalises") and one.entry.parameter("offset") for one in others):
            fractions = append_layer(experiment, new_layer(experiment, "Rescaling", scale=1.0), layer.id)
            yield Problem(
                code="whole-numbers-not-read",
                where=("layers", layer.id),
                happened=f"{layer.name} gives whole numbers, and {place(experiment, others[0].id)} reckons with fractions.",
                expected="Expected an Embedding behind it.",
                fix="Add a Rescaling behind it, or an Embedding.",
                why="Keras does not turn whole numbers into fractions by itself; a Rescaling does.",
                repairs=(whole("Add Rescaling behind it", fractions), remove(layer)),
            )


def _followers(experiment: Experiment, layer: Layer) -> tuple[Layer, ...]:
    """What takes the numbers of a layer, also where they were written in another order on the way; none in a circle."""
    following, seen = takers(experiment, layer.id), set[str]()
    while following and all(map(_arranges, following)):
        seen.update(one.id for one in following)
        after = {each.id: each for one in following for each in takers(experiment, one.id)}
        following = tuple(one for one in after.values() if one.id not in seen)
    return following


def _arranges(layer: Layer) -> bool:
    """Whether a layer writes the same numbers in another order."""
    plain = layer.entry.trait("flattens") and not layer.entry.parameter("keepdims")
    return bool(plain or layer.entry.parameter("target_shape") or layer.entry.parameter("dims"))
