"""The range of the values that reach each layer, as far as known before training."""

import math

from core.experiment.graph import inputs_of
from core.experiment.model import INPUT, Experiment, Layer, arguments_with_defaults

Range = tuple[float, float]

BEYOND = ("bicubic", "lanczos3", "lanczos5")  # interpolations that overshoot the range of pixels
DIGITS = 6  # decimal places: 255 * (1 / 255) is 1.0000000000000002


def incoming_ranges(experiment: Experiment) -> dict[str, Range]:
    """Return the range of each layer's input.

    Parameters
    ----------
    experiment
        The experiment; its layers may be joined wrongly.

    Returns
    -------
    dict[str, Range]
        The least and the greatest value, by the layer's id. Layers after a layer that learns are missing.
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
    """Return the range of a layer's output. Return None if the range is unknown, as for a layer that learns.

    Noise and dropout count as keeping the range, since they change single numbers. Layers that measure colours count so too,
    since an unsuitable range is a problem of its own.
    """
    scaling = scaling_of(layer)
    if scaling is not None:
        factor, offset = scaling
        ends = sorted(round(end * factor + offset, DIGITS) for end in incoming)
        return ends[0], ends[1]
    disturbs = layer.entry.parameter("stddev") or layer.entry.parameter("rate")
    return incoming if disturbs or keeps_range(layer) else None


def scaling_of(layer: Layer) -> tuple[float, float] | None:
    """Return the factor and offset of a layer that scales all values alike, such as Rescaling, or None for other layers."""
    scales = layer.entry.trait("scales_by")
    return scales(arguments_with_defaults(layer, layer.entry)) if scales else None


def keeps_range(layer: Layer) -> bool:
    """Tell whether a layer keeps pixels in the range from black to white."""
    if layer.entry.parameter("interpolation"):
        return layer.values["interpolation"] not in BEYOND
    if layer.entry.trait("pixel_range") or layer.entry.trait("augments"):
        return True
    changing = layer.entry.trait("normalises") or layer.entry.parameter("stddev") or layer.entry.parameter("layer")
    return not changing and keeps_values(layer)


def keeps_values(layer: Layer) -> bool:
    """Tell whether a layer passes its values on unchanged, perhaps in another order."""
    changing = ("use_bias", "activation", "rate", "epsilon", "scale", "interpolation")
    other = ("applies", "gives_whole_numbers", "reads_whole_numbers", "self_attention")
    if any(layer.entry.parameter(name) for name in changing) or any(layer.entry.trait(name) for name in other):
        return False
    return not layer.entry.trait("num_inputs") or layer.entry.parameter("axis") is not None


def largest_magnitude(numbers: Range) -> float:
    """Return the largest absolute value in a range."""
    return max(map(abs, numbers))


def range_width(numbers: Range) -> float:
    """Return the distance between the ends of a range."""
    return numbers[1] - numbers[0]


def is_centred(numbers: Range) -> bool:
    """Tell whether a range lies roughly evenly around 0."""
    return math.isclose(-numbers[0], numbers[1], rel_tol=0.25)
