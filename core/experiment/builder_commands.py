"""Commands of the network builder, as a browser sends them, applied to an experiment."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from core.catalogue.layers import LAYERS
from core.experiment.edits import (
    append_layer,
    duplicate_layer,
    find_layer,
    fold,
    insert_layer,
    move_layer,
    new_layer,
    remove_layer,
    set_inputs,
)
from core.experiment.graph import inputs_of
from core.experiment.model import INPUT, MAXIMUM_LAYERS, Experiment, Layer
from core.experiment.ready_blocks import READY_BLOCKS, add_block

MOST_COPIES = 50  # of a layer in one go
LONGEST_BLOCK = 40  # characters of a block's name
# Layers that merge several inputs, given as one list; the first of them ends a skip connection.
MERGES = tuple(
    name for name, entry in LAYERS.items() if entry.trait("num_inputs") and not entry.trait("takes_arguments", False)
)

Command = Mapping[str, Any]


def run_command(experiment: Experiment, command: Any) -> Experiment:
    """The experiment after a command of the builder.

    Parameters
    ----------
    experiment
        The experiment to start from.
    command
        {"do": one of VERBS, ...}; a browser may send anything.

    Raises
    ------
    KeyError
        A layer that the command names does not exist.
    ValueError
        The event is no command, or the network would have too many layers.
    """
    if not isinstance(command, Mapping) or str(command.get("do")) not in VERBS:
        raise ValueError("this is no gesture")
    changed = VERBS[str(command["do"])](experiment, command)
    if len(changed.layers) > MAXIMUM_LAYERS:
        raise ValueError(f"a network has at most {MAXIMUM_LAYERS} layers")
    return changed


def first_added(before: Experiment, after: Experiment) -> str | None:
    """The id of the first layer that a change brought, or None."""
    known = {layer.id for layer in before.layers}
    return next((layer.id for layer in after.layers if layer.id not in known), None)


def _layer(experiment: Experiment, layer_id: Any) -> Layer:
    if not isinstance(layer_id, str):
        raise KeyError(layer_id)
    return find_layer(experiment, layer_id)


def _index(experiment: Experiment, layer_id: Any) -> int:
    return experiment.layers.index(_layer(experiment, layer_id))


def _input_id(experiment: Experiment, layer_id: Any) -> str:
    """The id of an existing layer, or INPUT."""
    return INPUT if layer_id == INPUT else _layer(experiment, layer_id).id


def _new(experiment: Experiment, name: Any) -> Layer:
    if not isinstance(name, str) or name not in LAYERS:
        raise KeyError(name)
    return new_layer(experiment, name)


def _add(experiment: Experiment, command: Command) -> Experiment:
    """Add a layer or a ready block before another layer, right after one, or at the end."""
    name = command.get("name")
    before, after = (
        None if command.get(key) is None else _layer(experiment, command[key]).id for key in ("before", "after")
    )
    if isinstance(name, str) and name in READY_BLOCKS:
        return add_block(experiment, name, before=before, after=after)
    layer = _new(experiment, name)
    return append_layer(experiment, layer, after) if after is not None else insert_layer(experiment, layer, before)


def _move(experiment: Experiment, command: Command) -> Experiment:
    """Move a layer before another one, or to the end."""
    index, before = _index(experiment, command.get("layer")), command.get("before")
    target = len(experiment.layers) if before is None else _index(experiment, before)
    return move_layer(experiment, command["layer"], target - index - (target > index))


def _shift(experiment: Experiment, command: Command) -> Experiment:
    """Move a layer up (-1) or down (1)."""
    offset = command.get("places")
    if offset not in (-1, 1):
        raise ValueError("a layer moves by one place")
    return move_layer(experiment, _layer(experiment, command.get("layer")).id, offset)


def _duplicate(experiment: Experiment, command: Command) -> Experiment:
    times = command.get("times", 1)
    if not isinstance(times, int) or isinstance(times, bool) or not 1 <= times <= MOST_COPIES:
        raise ValueError(f"a layer is copied 1 to {MOST_COPIES} times")
    return duplicate_layer(experiment, _layer(experiment, command.get("layer")).id, times)


def _remove(experiment: Experiment, command: Command) -> Experiment:
    return remove_layer(experiment, _layer(experiment, command.get("layer")).id)


def _branch(experiment: Experiment, command: Command) -> Experiment:
    """Add a layer that takes the output of another one, beside the layers that take it already."""
    layer, origin = _new(experiment, command.get("name")), _input_id(experiment, command.get("layer"))
    inputs = inputs_of(experiment)
    layers = [
        replace(other, inputs=inputs[other.id]) if origin in inputs[other.id] else other for other in experiment.layers
    ]
    index = 0 if origin == INPUT else _index(experiment, origin) + 1
    layers.insert(index, replace(layer, inputs=() if index and layers[index - 1].id == origin else (origin,)))
    return replace(experiment, layers=tuple(layers))


def _merge(experiment: Experiment, command: Command) -> Experiment:
    """Add a layer that merges several others, right after the last of them; that one's successors take the new layer."""
    merge, others = _new(experiment, command.get("name", MERGES[0])), command.get("with")
    others = others if isinstance(others, list) else [others]
    inputs = tuple(dict.fromkeys(_input_id(experiment, input_id) for input_id in (command.get("layer"), *others)))
    if len(inputs) != 1 + len(others) or not others:
        raise ValueError("a layer is joined with other ones")
    last = max(inputs, key=[INPUT, *(layer.id for layer in experiment.layers)].index)
    return append_layer(experiment, replace(merge, inputs=inputs), last)


def _join(experiment: Experiment, command: Command) -> Experiment:
    """Let a layer take another output too; if it takes no more inputs, merge that output with its last input."""
    target, origin = _layer(experiment, command.get("layer")), _input_id(experiment, command.get("from"))
    current = inputs_of(experiment)[target.id]
    if origin in current or origin == target.id:
        raise ValueError("it takes that already")
    if target.entry.trait("num_inputs", (1, 1))[1] > len(current):
        return set_inputs(experiment, target.id, (*current, origin))
    merge = replace(_new(experiment, MERGES[0]), inputs=(current[-1], origin))
    index, remaining = _index(experiment, target.id), (*current[:-1], merge.id)
    inputs = remaining if len(remaining) > 1 else ()
    layers = [replace(layer, inputs=inputs) if layer.id == target.id else layer for layer in experiment.layers]
    layers.insert(index, merge)
    return replace(experiment, layers=tuple(layers))


def _fold(experiment: Experiment, command: Command) -> Experiment:
    """Fold layers into a block of this name; "" takes them out of their blocks."""
    layers, name = command.get("layers"), command.get("name")
    if not isinstance(layers, list) or not layers or not isinstance(name, str):
        raise ValueError("a block needs layers and a name")
    name = "".join(character for character in name if character.isprintable()).strip()[:LONGEST_BLOCK]
    return fold(experiment, [_layer(experiment, layer_id).id for layer_id in layers], name)


VERBS: Mapping[str, Callable[[Experiment, Command], Experiment]] = MappingProxyType(
    {
        "add": _add,
        "move": _move,
        "shift": _shift,
        "duplicate": _duplicate,
        "remove": _remove,
        "branch": _branch,
        "merge": _merge,
        "join": _join,
        "fold": _fold,
    }
)
