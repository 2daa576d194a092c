"""A network as checks see it: the same network, however it was built.

An activation may stand in a layer or behind it, Reshape to one axis flattens, and pixels may be scaled by a layer. Such ways
come to the same, so that checks see the same.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from core.catalogue import Entry
from core.catalogue.layers import LAYERS
from core.checks.outputs import LINEAR, applied_function
from core.checks.pixel_ranges import outgoing_range, scaling_of
from core.experiment.descriptions import layer_phrase
from core.experiment.graph import is_sequential
from core.experiment.model import NESTED, Experiment, Layer, arguments_with_defaults, resolve_short_name
from core.parameters import EntryRef

SCALE_TOLERANCE = 0.02  # of a pixel range: 255 divided by 256 comes to the same


@dataclass(frozen=True)
class FormedLayer:
    """A layer with the function that acts on its outputs."""

    layer: Layer
    activation: str  # its own, or that of a layer behind it that does nothing else

    @property
    def words(self) -> str:
        """The layer in a few words, with a function that stands behind it: "Dense 128 relu"."""
        own = applied_function(self.layer) or LINEAR
        words = layer_phrase(self.layer)
        return words if own == self.activation else f"{words.removesuffix(' linear')} {self.activation}"


def formed_layers(experiment: Experiment) -> tuple[FormedLayer, ...]:
    """The layers of a network without those that only scale pixels or apply a function."""
    formed: list[FormedLayer] = []
    for layer in experiment.layers:
        if scaling_of(layer) is not None:
            continue
        function = applied_function(layer)
        if layer.entry.trait("keeps_answer") and function is not None and formed:
            last = formed.pop()
            formed.append(FormedLayer(last.layer, _joined(last.activation, function)))
            continue
        formed.append(FormedLayer(layer, function or LINEAR))
    return tuple(formed)


def _joined(first: str, second: str) -> str:
    """One function after another as one: linear changes nothing, and relu twice is relu."""
    if first in (LINEAR, second) and second != "softmax":
        return second
    return second if first == LINEAR else first if second == LINEAR else f"{first} {second}"


def counts_as(layer: Layer, name: str) -> bool:
    """Whether a layer is of a class, or does the same as one: a Reshape to one axis flattens."""
    if layer.name == name:
        return True
    entry = LAYERS[name]
    is_plain_flattening = bool(entry.trait("flattens")) and not entry.trait("sums")
    return is_plain_flattening and len(layer.values.get("target_shape") or ()) == 1


def has_names(experiment: Experiment, names: tuple[str, ...]) -> bool:
    """Whether the layers are of these classes, in this order, in one form or as they stand."""
    candidates = ([formed.layer for formed in formed_layers(experiment)], list(experiment.layers))
    return any(
        len(layers) == len(names) and all(counts_as(layer, name) for layer, name in zip(layers, names, strict=True))
        for layers in candidates
    )


def contains_names(experiment: Experiment, names: tuple[str, ...]) -> bool:
    """Whether layers of these classes stand in this order, perhaps with others between them."""
    layers = iter(experiment.layers)
    return all(any(counts_as(layer, name) for layer in layers) for name in names)


def pixels_before_learning(experiment: Experiment) -> tuple[float, float] | None:
    """The range of pixels that reaches the first layer that learns; None where it is not known."""
    numbers = experiment.data.pixel_range
    if not is_sequential(experiment):
        return numbers
    for layer in experiment.layers:
        after = outgoing_range(layer, numbers)
        if after is None:  # of a layer that learns, or normalises
            return numbers
        numbers = after
    return numbers


def is_range(numbers: tuple[float, float], asked: tuple[float, float]) -> bool:
    """Whether pixels have a range, up to a rounding such as 255 / 256."""
    room = SCALE_TOLERANCE * (asked[1] - asked[0])
    return all(abs(number - end) <= room for number, end in zip(numbers, asked, strict=True))


def differing_values(chosen: EntryRef, entry: Entry, asked: Mapping[str, Any], **known: Any) -> list[tuple[str, Any, Any]]:
    """The arguments of a choice that are not as asked: (name, actual, asked).

    Parameters
    ----------
    chosen
        The choice.
    entry
        Its entry in the catalogue.
    asked
        Values by the names of arguments.
    known
        Values that count in the place of the choice's own, such as the activation of a layer behind.
    """
    values = {**arguments_with_defaults(chosen, entry), **known}
    return [(name, values.get(name), value) for name, value in asked.items() if not is_same(name, values.get(name), value)]


def is_same(name: str, actual: Any, asked: Any) -> bool:
    """Whether the value of an argument is as asked: 3 is (3, 3), and a short name is the choice that it stands for."""
    if name in NESTED and isinstance(asked, str):
        chosen, meant = resolve_short_name(actual, NESTED[name]), resolve_short_name(asked, NESTED[name])
        return chosen is not None and (chosen == meant or chosen.name == asked)
    if isinstance(actual, tuple) != isinstance(asked, tuple | list):
        one, several = (asked, actual) if isinstance(actual, tuple) else (actual, asked)
        return bool(several) and all(is_same(name, item, one) for item in several)
    if isinstance(actual, tuple):
        return len(actual) == len(asked) and all(is_same(name, *pair) for pair in zip(actual, asked, strict=True))
    if isinstance(actual, bool) or isinstance(asked, bool):
        return actual is asked
    if isinstance(actual, int | float) and isinstance(asked, int | float):
        return abs(actual - asked) <= 1e-9 * max(1.0, abs(asked))
    return bool(actual == asked) or (name == "activation" and {actual, asked} <= {None, LINEAR})
