"""Which range of numbers reaches each layer, as far as it is known before anything is trained."""

import math

from core.experiment.graph import inputs_of
from core.experiment.model import INPUT, Experiment, Layer, arguments_with_defaults

Range = tuple[float, float]

BEYOND = ("bicubic", "lanczos3", "lanczos5")  # interpolations that can give less than black, and more than white
DIGITS = 6  # after the decimal point: 255 * (1 / 255) is 1.0000000000000002


def incoming_ranges(experiment: Experiment) -> dict[str, Range]:
    """The range of the numbers that each layer takes.

    Parameters
    ----------
    experiment
        The experiment; its layers may be joined wrongly.

    Returns
    -------
    dict[str, Range]
        By the id of a layer, the least and the greatest number; layers behind one that learns have none.
    """
    known: dict[str, Range] = {INPUT: experiment.data.pixel_range}
    incoming: dict[str, Range] = {}
    for layer, inputs in zip(experiment.layers, inputs_of(experiment).values(), strict=True):
        if not inputs or any(source not in known for source in inputs):
            continue
        low = min(known[source][0] for source in inputs)
        high = max(known[source][1] for source in inputs)
        incoming[layer.id] = (low, high)
        outgoing = outgoing_range(layer, (low, high))
        if outgoing is not None:
            known[layer.id] = outgoing
    return incoming


def outgoing_range(layer: Layer, incoming: Range) -> Range | None:
    """The range of the numbers that a layer gives; None where it is not known, as of a layer that learns.

    Noise and dropout are taken to keep the range, since they change single numbers; so are layers that measure colours, of
    which a range that does not fit is a problem of its own.
    """
    scaling = scaling_of(layer)
    if scaling is not None:
        factor, offset = scaling
        ends = sorted(round(end * factor + offset, DIGITS) for end in incoming)
        return ends[0], ends[1]
    disturbs = layer.entry.parameter("stddev") or layer.entry.parameter("rate")
    return incoming if disturbs or keeps_range(layer) else None


def scaling_of(layer: Layer) -> tuple[float, float] | None:
    """The factor and the offset of a layer that scales all numbers alike, as its arguments say; None of all others."""
    scales = layer.entry.trait("scales_by")
    return scales(arguments_with_defaults(layer, layer.entry)) if scales else None


def keeps_range(layer: Layer) -> bool:
    """Whether a layer makes nothing darker than black of pixels, and nothing lighter than white."""
    if layer.entry.parameter("interpolation"):
        return layer.values["interpolation"] not in BEYOND
    if layer.entry.trait("pixel_range") or layer.entry.trait("augments"):
        return True
    changing = layer.entry.trait("normalises") or layer.entry.parameter("stddev") or layer.entry.parameter("layer")
    return not changing and keeps_values(layer)


def keeps_values(layer: Layer) -> bool:
    """Whether a layer passes numbers on as they are, if in another order."""
    changing = ("use_bias", "activation", "rate", "epsilon", "scale", "interpolation")
    other = ("applies", "gives_whole_numbers", "reads_whole_numbers", "may_look_at_itself")
    if any(layer.entry.parameter(name) for name in changing) or any(layer.entry.trait(name) for name in other):
        return False
    return not layer.entry.trait("takes_several") or layer.entry.parameter("axis") is not None


def largest_magnitude(numbers: Range) -> float:
    """How large numbers of a range are, at most."""
    return max(map(abs, numbers))


def width(numbers: Range) -> float:
    """How far the ends of a range lie apart."""
    return numbers[1] - numbers[0]


def is_centred(numbers: Range) -> bool:
    """Whether a range lies about evenly around 0."""
    return math.isclose(-numbers[0], numbers[1], rel_tol=0.25)
