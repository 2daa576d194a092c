"""The normalised form of a network, by which checks compare networks.

For example, an activation may be an argument or a layer of its own, and a Reshape to a single axis equals Flatten.
Networks that differ only in such ways have the same form.
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

SCALE_TOLERANCE = 0.02  # a share of the pixel range, so that dividing by 256 counts as dividing by 255


@dataclass(frozen=True)
class LayerWithActivation:
    """A layer with the activation of its outputs, which may come from the next layer."""

    layer: Layer
    activation: str  # the layer's own, or the activation that the next layer applies

    @property
    def words(self) -> str:
        """The layer and the activation of its outputs as a short text, such as "Dense 128 relu"."""
        own = applied_function(self.layer) or LINEAR
        words = layer_phrase(self.layer)
        return words if own == self.activation else f"{words.removesuffix(' linear')} {self.activation}"


def layers_with_activation(experiment: Experiment) -> tuple[LayerWithActivation, ...]:
    """Return the layers with their activations, without layers that only scale pixels or apply an activation."""
    formed: list[LayerWithActivation] = []
    for layer in experiment.layers:
        if scaling_of(layer) is not None:
            continue
        function = applied_function(layer)
        if layer.entry.trait("keeps_answer") and function is not None and formed:
            last = formed.pop()
            formed.append(LayerWithActivation(last.layer, _joined(last.activation, function)))
            continue
        formed.append(LayerWithActivation(layer, function or LINEAR))
    return tuple(formed)


def _joined(first: str, second: str) -> str:
    """Combine two successive activations into a single activation. Linear changes nothing, and relu twice is relu."""
    if first in (LINEAR, second) and second != "softmax":
        return second
    return second if first == LINEAR else first if second == LINEAR else f"{first} {second}"


def is_equivalent_layer(layer: Layer, name: str) -> bool:
    """Return whether a layer is of a class, or does the same. A Reshape to a single axis counts as Flatten."""
    if layer.name == name:
        return True
    entry = LAYERS[name]
    is_plain_flattening = bool(entry.trait("flattens")) and not entry.trait("sums")
    return is_plain_flattening and len(layer.values.get("target_shape") or ()) == 1


def has_layer_sequence(experiment: Experiment, names: tuple[str, ...]) -> bool:
    """Return whether the layers have these classes in this order. Scaling and activation layers may be named or omitted."""
    candidates = ([formed.layer for formed in layers_with_activation(experiment)], list(experiment.layers))
    return any(
        len(layers) == len(names)
        and all(is_equivalent_layer(layer, name) for layer, name in zip(layers, names, strict=True))
        for layers in candidates
    )


def contains_names(experiment: Experiment, names: tuple[str, ...]) -> bool:
    """Return whether the network has layers of these classes in this order, perhaps with other layers in between."""
    layers = iter(experiment.layers)
    return all(any(is_equivalent_layer(layer, name) for layer in layers) for name in names)


def pixels_before_learning(experiment: Experiment) -> tuple[float, float] | None:
    """Return the range of pixel values at the input of the first layer that learns.

    If the network is not sequential, return the pixel range of the data.
    """
    numbers = experiment.data.pixel_range
    if not is_sequential(experiment):
        return numbers
    for layer in experiment.layers:
        after = outgoing_range(layer, numbers)
        if after is None:  # of a layer that learns, or normalises
            return numbers
        numbers = after
    return numbers


def is_range(numbers: tuple[float, float], wanted: tuple[float, float]) -> bool:
    """Return whether pixels have the wanted range. A small difference is allowed, such as 255 / 256 for 1."""
    room = SCALE_TOLERANCE * (wanted[1] - wanted[0])
    return all(abs(number - end) <= room for number, end in zip(numbers, wanted, strict=True))


def differing_values(chosen: EntryRef, entry: Entry, wanted: Mapping[str, Any], **known: Any) -> list[tuple[str, Any, Any]]:
    """Return the arguments of a layer, optimizer or callback that have wrong values, each as (name, actual, wanted).

    Parameters
    ----------
    chosen
        The layer, optimizer or callback.
    entry
        Its entry in the catalogue.
    wanted
        The wanted values, by the names of arguments.
    known
        Values that replace its own values, such as the activation that the next layer applies.
    """
    values = {**arguments_with_defaults(chosen, entry), **known}
    return [
        (name, values.get(name), value)
        for name, value in wanted.items()
        if not is_same_argument(name, values.get(name), value)
    ]


def is_same_argument(name: str, actual: Any, wanted: Any) -> bool:
    """Return whether an argument has the wanted value.

    The value 3 equals (3, 3), and a short name such as "random_normal" equals the initializer with this name.
    """
    if name in NESTED and isinstance(wanted, str):
        chosen, meant = resolve_short_name(actual, NESTED[name]), resolve_short_name(wanted, NESTED[name])
        return chosen is not None and (chosen == meant or chosen.name == wanted)
    if isinstance(actual, tuple) != isinstance(wanted, tuple | list):
        single, several = (wanted, actual) if isinstance(actual, tuple) else (actual, wanted)
        return bool(several) and all(is_same_argument(name, item, single) for item in several)
    if isinstance(actual, tuple):
        return len(actual) == len(wanted) and all(is_same_argument(name, *pair) for pair in zip(actual, wanted, strict=True))
    if isinstance(actual, bool) or isinstance(wanted, bool):
        return actual is wanted
    if isinstance(actual, int | float) and isinstance(wanted, int | float):
        return abs(actual - wanted) <= 1e-9 * max(1.0, abs(wanted))
    return bool(actual == wanted) or (name == "activation" and {actual, wanted} <= {None, LINEAR})
