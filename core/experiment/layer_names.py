"""The one name of each layer, for scripts and all pages: a person's own name, else its kind, numbered in reading order."""

import builtins
import keyword
import re
from collections.abc import Collection, Mapping
from functools import cache

from core.catalogue.layers import LAYERS
from core.experiment.edits import find_layer
from core.experiment.graph import ancestor_ids, inputs_of
from core.experiment.model import INPUT, Experiment, Layer

LONGEST_NAME = 30  # characters of a name that a person gives
NAME = re.compile(rf"[A-Za-z][A-Za-z0-9_]{{0,{LONGEST_NAME - 1}}}")  # TensorFlow's scopes begin with an ASCII letter
CHAIN = "x"  # the variable of scripts that goes from layer to layer
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
    all_kinds, used, number = list(kinds.values()), set(names.values()), dict[str, int]()
    for layer_id, kind in kinds.items():
        name = kind
        while name in used or (name == kind and all_kinds.count(kind) > 1):
            number[kind] = number.get(kind, 0) + 1
            name = f"{kind}{number[kind]}"
        used.add(name)
        names[layer_id] = name
    return {layer.id: names[layer.id] for layer in experiment.layers}


def custom_names(experiment: Experiment) -> dict[str, str]:
    """The names that people gave, by the layer's id, without unusable ones."""
    names: dict[str, str] = {}
    for layer in experiment.layers:
        if layer.custom_name and not name_fault(layer.custom_name, names.values()):
            names[layer.id] = layer.custom_name
    return names


def name_fault(name: str, others: Collection[str] = ()) -> str:
    """Why a layer cannot have this name, as a sentence on what is expected; "" if it can.

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
    """The names that Keras gives to unnamed layers, without their numbers: two layers of one name make no model.

    Source: `keras.src.utils.naming.to_snake_case` in Keras 3.15.
    """

    def snake_case(name: str) -> str:
        return re.sub("([a-z])([A-Z])", r"\1_\2", re.sub("(.)([A-Z][a-z]+)", r"\1_\2", name)).lower()

    return frozenset({"input_layer", *map(snake_case, LAYERS)})


def _kind(layer: Layer) -> str:
    """The common name of such a layer: "conv"; for an activation its function, "relu"."""
    parameter = layer.entry.parameter(layer.entry.trait("named_by", ""))
    value = layer.values[parameter.name] if parameter else None
    if parameter and isinstance(value, str) and parameter.constraint.is_valid(value) and value not in RESERVED:
        return value
    return str(layer.entry.trait("short_name"))


def _shortcuts(experiment: Experiment) -> set[str]:
    """The last layers of the shorter branches around residual blocks: the input of an Add beside its main branch."""
    inputs = inputs_of(experiment)
    num_successors = _num_successors(inputs)
    shortcuts = set()
    for layer in experiment.layers:
        branches = inputs[layer.id]
        if not layer.entry.trait("ends_shortcut") or len(set(branches)) != 2:
            continue
        for branch, other in (branches, branches[::-1]):
            (start, length), (other_start, other_length) = (
                _chain(branch, inputs, num_successors),
                _chain(other, inputs, num_successors),
            )
            is_shorter = start != other_start or length < other_length
            if length and is_shorter and start in ancestor_ids(inputs, other):
                shortcuts.add(branch)
    return shortcuts


def _num_successors(inputs: Mapping[str, tuple[str, ...]]) -> dict[str, int]:
    """The number of layers that take the output of each layer."""
    counts: dict[str, int] = {}
    for ways in inputs.values():
        for input_id in set(ways):
            counts[input_id] = counts.get(input_id, 0) + 1
    return counts


def _chain(layer_id: str, inputs: Mapping[str, tuple[str, ...]], num_successors: Mapping[str, int]) -> tuple[str, int]:
    """Where the chain that ends with a layer branches off, and how many layers it has."""
    length = 0
    while length <= len(inputs) and num_successors.get(layer_id) == 1 and len(inputs.get(layer_id, ())) == 1:
        layer_id, length = inputs[layer_id][0], length + 1
    return layer_id, length


def layer_label(experiment: Experiment, layer_id: str) -> str:
    """A layer as messages name it: "Dense (dense2)"; or the picture."""
    if layer_id == INPUT:
        return "the image"
    return f"{find_layer(experiment, layer_id).name} ({layer_names(experiment)[layer_id]})"
