"""The name of each layer in scripts and on all pages: the name that a person gave, or its kind with a number."""

import builtins
import keyword
import re
from collections.abc import Collection, Mapping
from functools import cache, lru_cache

from core.catalogue.layers import LAYERS
from core.experiment.edits import find_layer
from core.experiment.graph import ancestor_ids, inputs_of
from core.experiment.model import INPUT, Experiment, Layer

LONGEST_NAME = 30  # characters of a name that a person gives
NAME = re.compile(rf"[A-Za-z][A-Za-z0-9_]{{0,{LONGEST_NAME - 1}}}")  # TensorFlow's scopes begin with an ASCII letter
CACHED_EXPERIMENTS = 64  # experiments whose names are cached, since each message of the checks names a layer
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
    """Return the name of each layer by its id: "conv1", "pool1", "conv2", "dense", "outputs".

    A valid name that a person gave comes first; see `invalid_name_reason`. Several layers of a kind are numbered in
    reading order. All names are Python identifiers, no two are equal, and no script uses such a name for something else.
    """
    return dict(_layer_names(experiment))


@lru_cache(maxsize=CACHED_EXPERIMENTS)
def _layer_names(experiment: Experiment) -> Mapping[str, str]:
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


def informative_names(experiment: Experiment) -> dict[str, str]:
    """Return the names that tell more than the layer's kind, by the layer's id: "outputs" or "conv1", but not "dense"."""
    names = _layer_names(experiment)
    return {layer.id: names[layer.id] for layer in experiment.layers if names[layer.id] != _kind(layer)}


def custom_names(experiment: Experiment) -> dict[str, str]:
    """Return the names that people gave to layers, by the layer's id. Unusable names are left out."""
    names: dict[str, str] = {}
    for layer in experiment.layers:
        if layer.custom_name and not invalid_name_reason(layer.custom_name, names.values()):
            names[layer.id] = layer.custom_name
    return names


def invalid_name_reason(name: str, others: Collection[str] = ()) -> str:
    """Return a sentence on the names that are allowed, if a layer cannot have this name.

    Return an empty string for an allowed name.

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
    """Return the names that Keras gives to unnamed layers, without their numbers.

    People cannot use these names, since a model cannot have two layers of the same name.

    Source: `keras.src.utils.naming.to_snake_case` in Keras 3.15.
    """

    def snake_case(name: str) -> str:
        return re.sub("([a-z])([A-Z])", r"\1_\2", re.sub("(.)([A-Z][a-z]+)", r"\1_\2", name)).lower()

    return frozenset({"input_layer", *map(snake_case, LAYERS)})


def _kind(layer: Layer) -> str:
    """Return the name of a layer's kind, such as "conv". An activation is named after its function, such as "relu"."""
    parameter = layer.entry.parameter(layer.entry.trait("named_by", ""))
    value = layer.values[parameter.name] if parameter else None
    if parameter and isinstance(value, str) and parameter.constraint.is_valid(value) and value not in RESERVED:
        return value
    return str(layer.entry.trait("short_name"))


def _shortcuts(experiment: Experiment) -> set[str]:
    """Return the ids of the last layers of all shortcuts, the shorter branches around residual blocks.

    Such a layer is an input of an Add, beside the main branch.
    """
    inputs = inputs_of(experiment)
    num_successors = _num_successors(inputs)
    shortcuts = set()
    for layer in experiment.layers:
        branches = inputs[layer.id]
        if not layer.entry.trait("ends_shortcut") or len(set(branches)) != 2:
            continue
        for branch, opposite in (branches, branches[::-1]):
            (start, length), (other_start, other_length) = (
                _chain(branch, inputs, num_successors),
                _chain(opposite, inputs, num_successors),
            )
            is_shorter = start != other_start or length < other_length
            if length and is_shorter and start in ancestor_ids(inputs, opposite):
                shortcuts.add(branch)
    return shortcuts


def _num_successors(inputs: Mapping[str, tuple[str, ...]]) -> dict[str, int]:
    """Count the layers that take the output of each layer."""
    counts: dict[str, int] = {}
    for ways in inputs.values():
        for input_id in set(ways):
            counts[input_id] = counts.get(input_id, 0) + 1
    return counts


def _chain(layer_id: str, inputs: Mapping[str, tuple[str, ...]], num_successors: Mapping[str, int]) -> tuple[str, int]:
    """Return the layer from which a chain of layers branches off, and the length of the chain.

    The chain ends with the layer `layer_id`. Each of its layers has a single input and a single successor.
    """
    length = 0
    while length <= len(inputs) and num_successors.get(layer_id) == 1 and len(inputs.get(layer_id, ())) == 1:
        layer_id, length = inputs[layer_id][0], length + 1
    return layer_id, length


def layer_label(experiment: Experiment, layer_id: str) -> str:
    """Return a layer's name for messages: "Dense (dense2)", or "the image"."""
    if layer_id == INPUT:
        return "the image"
    return f"{find_layer(experiment, layer_id).name} ({_layer_names(experiment)[layer_id]})"
