"""What a person does to a network with pointer or keys, as a browser tells of it, carried out on an experiment."""

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
# Layers that join what several give, as one list; the first of them is what a skip connection ends in.
MERGES = tuple(
    name for name, entry in LAYERS.items() if entry.trait("takes_several") and not entry.trait("takes_arguments", False)
)

Command = Mapping[str, Any]


def run_command(experiment: Experiment, told: Any) -> Experiment:
    """The experiment after a gesture.

    Parameters
    ----------
    experiment
        The experiment to start from.
    told
        {"do": one of VERBS, ...}; browsers may tell anything.

    Raises
    ------
    KeyError
        A layer that the command names does not exist.
    ValueError
        The event is no command, or the network would have too many layers.
    """
    if not isinstance(told, Mapping) or str(told.get("do")) not in VERBS:
        raise ValueError("this is no gesture")
    changed = VERBS[str(told["do"])](experiment, told)
    if len(changed.layers) > MAXIMUM_LAYERS:
        raise ValueError(f"a network has at most {MAXIMUM_LAYERS} layers")
    return changed


def first_added(before: Experiment, after: Experiment) -> str | None:
    """The id of the first layer that a change brought, or None."""
    known = {layer.id for layer in before.layers}
    return next((layer.id for layer in after.layers if layer.id not in known), None)


def _layer(experiment: Experiment, identity: Any) -> Layer:
    if not isinstance(identity, str):
        raise KeyError(identity)
    return find_layer(experiment, identity)


def _index(experiment: Experiment, identity: Any) -> int:
    return experiment.layers.index(_layer(experiment, identity))


def _giver(experiment: Experiment, identity: Any) -> str:
    """The id of a layer, or INPUT."""
    return INPUT if identity == INPUT else _layer(experiment, identity).id


def _new(experiment: Experiment, name: Any) -> Layer:
    if not isinstance(name, str) or name not in LAYERS:
        raise KeyError(name)
    return new_layer(experiment, name)


def _add(experiment: Experiment, told: Command) -> Experiment:
    """A new layer or a ready block: before another layer, or right after one, or at the end."""
    name = told.get("name")
    before, after = (None if told.get(one) is None else _layer(experiment, told[one]).id for one in ("before", "after"))
    if isinstance(name, str) and name in READY_BLOCKS:
        return add_block(experiment, name, before=before, after=after)
    layer = _new(experiment, name)
    return append_layer(experiment, layer, after) if after is not None else insert_layer(experiment, layer, before)


def _move(experiment: Experiment, told: Command) -> Experiment:
    """A layer to another place: before another one, or to the end."""
    index, before = _index(experiment, told.get("layer")), told.get("before")
    target = len(experiment.layers) if before is None else _index(experiment, before)
    return move_layer(experiment, told["layer"], target - index - (target > index))


def _shift(experiment: Experiment, told: Command) -> Experiment:
    """A layer up (negative) or down by some places."""
    places = told.get("places")
    if places not in (-1, 1):
        raise ValueError("a layer moves by one place")
    return move_layer(experiment, _layer(experiment, told.get("layer")).id, places)


def _duplicate(experiment: Experiment, told: Command) -> Experiment:
    times = told.get("times", 1)
    if not isinstance(times, int) or isinstance(times, bool) or not 1 <= times <= MOST_COPIES:
        raise ValueError(f"a layer is copied 1 to {MOST_COPIES} times")
    return duplicate_layer(experiment, _layer(experiment, told.get("layer")).id, times)


def _remove(experiment: Experiment, told: Command) -> Experiment:
    return remove_layer(experiment, _layer(experiment, told.get("layer")).id)


def _branch(experiment: Experiment, told: Command) -> Experiment:
    """A new layer that takes what another one gives, beside what takes it already."""
    layer, origin = _new(experiment, told.get("name")), _giver(experiment, told.get("layer"))
    taken = inputs_of(experiment)
    layers = [replace(one, inputs=taken[one.id]) if origin in taken[one.id] else one for one in experiment.layers]
    index = 0 if origin == INPUT else _index(experiment, origin) + 1
    layers.insert(index, replace(layer, inputs=() if index and layers[index - 1].id == origin else (origin,)))
    return replace(experiment, layers=tuple(layers))


def _merge(experiment: Experiment, told: Command) -> Experiment:
    """A new layer that joins what several give, where the last of them stands; what took that one takes the new one."""
    merge, others = _new(experiment, told.get("name", MERGES[0])), told.get("with")
    others = others if isinstance(others, list) else [others]
    inputs = tuple(dict.fromkeys(_giver(experiment, one) for one in (told.get("layer"), *others)))
    if len(inputs) != 1 + len(others) or not others:
        raise ValueError("a layer is joined with other ones")
    last = max(inputs, key=[INPUT, *(layer.id for layer in experiment.layers)].index)
    return append_layer(experiment, replace(merge, inputs=inputs), last)


def _join(experiment: Experiment, told: Command) -> Experiment:
    """Let a layer take what another one gives too; where it takes no more inputs, its last one is joined with that."""
    target, origin = _layer(experiment, told.get("layer")), _giver(experiment, told.get("from"))
    taken = inputs_of(experiment)[target.id]
    if origin in taken or origin == target.id:
        raise ValueError("it takes that already")
    if target.entry.trait("takes_several", (1, 1))[1] > len(taken):
        return set_inputs(experiment, target.id, (*taken, origin))
    merge = replace(_new(experiment, MERGES[0]), inputs=(taken[-1], origin))
    index, left = _index(experiment, target.id), (*taken[:-1], merge.id)
    inputs = left if len(left) > 1 else ()
    layers = [replace(one, inputs=inputs) if one.id == target.id else one for one in experiment.layers]
    layers.insert(index, merge)
    return replace(experiment, layers=tuple(layers))


def _fold(experiment: Experiment, told: Command) -> Experiment:
    """Several layers into a block of a name; "" takes them out of theirs."""
    layers, name = told.get("layers"), told.get("name")
    if not isinstance(layers, list) or not layers or not isinstance(name, str):
        raise ValueError("a block needs layers and a name")
    name = "".join(one for one in name if one.isprintable()).strip()[:LONGEST_BLOCK]
    return fold(experiment, [_layer(experiment, one).id for one in layers], name)


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
