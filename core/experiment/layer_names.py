"""The one name of each layer, for scripts and all pages: what a person called it, else what it is, in reading order."""

import builtins
import keyword
import re
from collections.abc import Collection, Mapping
from functools import cache

from core.catalogue.layers import LAYERS
from core.experiment.edits import find_layer
from core.experiment.graph import inputs_of
from core.experiment.model import INPUT, Experiment, Layer

LONGEST_NAME = 30  # characters of a name that a person gives
NAME = re.compile(rf"[A-Za-z][A-Za-z0-9_]{{0,{LONGEST_NAME - 1}}}")  # TensorFlow's scopes begin with an ASCII letter
CHAIN = "x"  # what scripts call the numbers that go from layer to layer
OUTPUTS = "outputs"
SHORTCUT = "shortcut"
# Names that scripts use for something else.
RESERVED = frozenset(
    {
        *("keras", "layers", "np", "tf", "os", "load_digits", "train_test_split", "prepare", "digits", "fuse"),
        *("x_train", "y_train", "x_val", "y_val", "x_test", "y_test", "model", "learning_rate", "pictures", "class_names"),
        *("right_train", "right_val", "corrected", "left_out", "groups", "hold_out", "is_held", "images"),
        *("history", "test", "predicted", "input", "inputs", CHAIN, OUTPUTS),
        *keyword.kwlist,
        *keyword.softkwlist,
        *dir(builtins),
    }
)


def layer_names(experiment: Experiment) -> dict[str, str]:
    """The name of each layer by its id: "conv1", "pool1", "conv2", "dense", "outputs".

    A name that a person gave wins; see `name_fault`. Layers of a kind are numbered in reading order where there are several.
    All names are Python identifiers, no two are equal, and none is used by a script for something else.
    """
    names = custom_names(experiment)
    shortcuts = _shortcuts(experiment)
    unnamed = [layer for layer in experiment.layers[:-1] if layer.id not in names]
    kinds = {layer.id: SHORTCUT if layer.id in shortcuts else _kind(layer) for layer in unnamed}
    if experiment.layers and experiment.layers[-1].id not in names:
        kinds[experiment.layers[-1].id] = OUTPUTS
    several, used, number = list(kinds.values()), set(names.values()), dict[str, int]()
    for identity, kind in kinds.items():
        name = kind
        while name in used or (name == kind and several.count(kind) > 1):
            number[kind] = number.get(kind, 0) + 1
            name = f"{kind}{number[kind]}"
        used.add(name)
        names[identity] = name
    return {layer.id: names[layer.id] for layer in experiment.layers}


def custom_names(experiment: Experiment) -> dict[str, str]:
    """The names that people gave, by the layer's id, without those that cannot be used."""
    names: dict[str, str] = {}
    for layer in experiment.layers:
        if layer.custom_name and not name_fault(layer.custom_name, names.values()):
            names[layer.id] = layer.custom_name
    return names


def name_fault(name: str, others: Collection[str] = ()) -> str:
    """Why a layer cannot have a name, as what was expected instead; "" where it can.

    Parameters
    ----------
    name
        The text that a person typed.
    others
        The names that people gave to other layers.
    """
    if not NAME.fullmatch(name):
        return f"Expected a letter, then letters, digits or _: at most {LONGEST_NAME} of them."
    if name in RESERVED:
        return "Expected a name that neither Python nor the script uses for something else."
    if re.sub(r"_\d+$", "", name) in _names_by_keras():
        return "Expected another name than those that Keras itself gives to layers without one."
    return "Expected a name that no other layer has." if name in others else ""


@cache
def _names_by_keras() -> frozenset[str]:
    """What Keras calls layers that have no name, without their numbers: two layers of one name make no model.

    Source: `keras.src.utils.naming.to_snake_case` in Keras 3.15.
    """

    def snake_case(name: str) -> str:
        return re.sub("([a-z])([A-Z])", r"\1_\2", re.sub("(.)([A-Z][a-z]+)", r"\1_\2", name)).lower()

    return frozenset({"input_layer", *map(snake_case, LAYERS)})


def _kind(layer: Layer) -> str:
    """What people call such a layer: "conv"; an activation by its function, "relu"."""
    parameter = layer.entry.parameter(layer.entry.trait("named_by", ""))
    value = layer.values[parameter.name] if parameter else None
    if parameter and isinstance(value, str) and parameter.constraint.is_valid(value) and value not in RESERVED:
        return value
    return str(layer.entry.trait("short_name"))


def _shortcuts(experiment: Experiment) -> set[str]:
    """The layers at the end of the shorter way round a residual block: what an Add takes beside the main way."""
    taken = inputs_of(experiment)
    takers = _num_takers(taken)
    found = set()
    for layer in experiment.layers:
        ways = taken[layer.id]
        if not layer.entry.trait("ends_shortcut") or len(set(ways)) != 2:
            continue
        for near, far in (ways, ways[::-1]):
            (start, length), (other_start, other_length) = _way(near, taken, takers), _way(far, taken, takers)
            is_shorter = start != other_start or length < other_length
            if length and is_shorter and _comes_from(far, start, taken):
                found.add(near)
    return found


def _comes_from(identity: str, start: str, taken: Mapping[str, tuple[str, ...]]) -> bool:
    """Whether a layer's numbers reach another one, by one way or another."""
    reached, left = set[str](), [identity]
    while left:
        before = set(taken.get(left.pop(), ())) - reached
        reached |= before
        left.extend(before)
    return start in reached


def _num_takers(taken: Mapping[str, tuple[str, ...]]) -> dict[str, int]:
    """How many layers take what each gives."""
    counts: dict[str, int] = {}
    for ways in taken.values():
        for one in set(ways):
            counts[one] = counts.get(one, 0) + 1
    return counts


def _way(identity: str, taken: Mapping[str, tuple[str, ...]], takers: Mapping[str, int]) -> tuple[str, int]:
    """Where the chain that ends with a layer branches off, and how many layers it has."""
    length = 0
    while length <= len(taken) and takers.get(identity) == 1 and len(taken.get(identity, ())) == 1:
        identity, length = taken[identity][0], length + 1
    return identity, length


def layer_label(experiment: Experiment, identity: str) -> str:
    """A layer as people point at it: "Dense (dense2)"; or the picture."""
    if identity == INPUT:
        return "the picture"
    return f"{find_layer(experiment, identity).name} ({layer_names(experiment)[identity]})"
