"""Commands that a browser sends to the network builder, and the functions that decode and run them.

A command is a JSON object. Its field `do` names the command; the other fields are the fields of the command's class.
"""

from collections.abc import Sequence
from dataclasses import replace
from functools import singledispatch
from typing import Annotated, Any, Literal, cast

from msgspec import UNSET, Meta, Struct, UnsetType, ValidationError, convert, field

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

MOST_COPIES = 50  # copies of a layer that a single command may add
LONGEST_BLOCK = 40  # characters of a block's name
# Layers that merge a list of inputs. The first of these layers is the default, which ends a skip connection.
MERGES = tuple(
    name for name, entry in LAYERS.items() if entry.trait("num_inputs") and not entry.trait("takes_arguments", False)
)


class BuilderCommand(Struct, frozen=True, tag_field="do", tag=str.lower):
    """A command to the network builder. In JSON, the field `do` is the name of the class in lower case."""


class Add(BuilderCommand, frozen=True):
    """A command to add a layer or a ready block, before or right after a layer. A `before` of None means the end."""

    name: str  # of the layer's class or of the block
    before: str | None | UnsetType = UNSET
    after: str | None | UnsetType = UNSET

    @property
    def has_place(self) -> bool:
        return not (self.before is UNSET and self.after is UNSET)


class Move(BuilderCommand, frozen=True):
    """A command to move a layer before another layer, or to the end."""

    layer: str
    before: str | None = None


class Shift(BuilderCommand, frozen=True):
    """A command to move a layer up (-1) or down (1)."""

    layer: str
    places: Literal[-1, 1]


class Duplicate(BuilderCommand, frozen=True):
    """A command to copy a layer. The copies are inserted right after the layer."""

    layer: str
    times: Annotated[int, Meta(ge=1, le=MOST_COPIES)] = 1


class Remove(BuilderCommand, frozen=True):
    """A command to remove a layer."""

    layer: str


class Branch(BuilderCommand, frozen=True):
    """A command to start a branch with a new layer, which takes the output of another layer or the input image."""

    layer: str
    name: str


class Merge(BuilderCommand, frozen=True):
    """A command to add a layer that merges several layers.

    The new layer is inserted after the last of the merged layers, and the following layers take its output.
    """

    layer: str
    others: str | list[str] = field(name="with")
    name: str = MERGES[0]


class Join(BuilderCommand, frozen=True):
    """A command to give a layer a further input, the output of `source`.

    If the layer can take no more inputs, a new layer merges this input with the layer's last input.
    """

    layer: str
    source: str = field(name="from")


class Fold(BuilderCommand, frozen=True):
    """A command to group layers into a block of this name. An empty name removes the layers from their blocks."""

    layers: Annotated[list[str], Meta(min_length=1)]
    name: str


NetworkCommand = Add | Move | Shift | Duplicate | Remove | Branch | Merge | Join | Fold


def decode_command(value: Any, kinds: Any = NetworkCommand) -> BuilderCommand:
    """Decode a command from a browser, which may send anything.

    Parameters
    ----------
    value
        The decoded JSON that the browser sent.
    kinds
        The allowed commands, as a union of their classes.

    Raises
    ------
    ValueError
        The value is not a valid command. The message names the field and the expected content.
    """
    try:
        return cast(BuilderCommand, convert(value, type=kinds))
    except ValidationError as error:
        raise ValueError(str(error)) from error


def run_command(experiment: Experiment, command: BuilderCommand) -> Experiment:
    """Return the experiment after a command of the builder.

    Raises
    ------
    KeyError
        A layer that the command names does not exist.
    ValueError
        The command cannot be carried out on these layers, or the network would have too many layers.
    """
    changed = _run(command, experiment)
    if len(changed.layers) > MAXIMUM_LAYERS:
        raise ValueError(f"a network has at most {MAXIMUM_LAYERS} layers")
    return changed


def first_new_layer(before: Experiment, after: Experiment) -> str | None:
    """Return the id of the first layer in `after` that `before` does not have, or None."""
    known = {layer.id for layer in before.layers}
    return next((layer.id for layer in after.layers if layer.id not in known), None)


def _index(experiment: Experiment, layer_id: str) -> int:
    return experiment.layers.index(find_layer(experiment, layer_id))


def _input_id(experiment: Experiment, layer_id: str) -> str:
    """Return the id of an existing layer, or INPUT for the input image."""
    return INPUT if layer_id == INPUT else find_layer(experiment, layer_id).id


def _new(experiment: Experiment, name: str) -> Layer:
    if name not in LAYERS:
        raise KeyError(name)
    return new_layer(experiment, name)


def _with_layer(experiment: Experiment, layers: Sequence[Layer], index: int, new: Layer) -> Experiment:
    return replace(experiment, layers=(*layers[:index], new, *layers[index:]))


@singledispatch
def _run(command: BuilderCommand, _experiment: Experiment) -> Experiment:
    raise ValueError(f"{type(command).__name__} is no command of the builder")


@_run.register
def _add(command: Add, experiment: Experiment) -> Experiment:
    before, after = (find_layer(experiment, each).id if each else None for each in (command.before, command.after))
    if command.name in READY_BLOCKS:
        return add_block(experiment, command.name, before=before, after=after)
    layer = _new(experiment, command.name)
    return append_layer(experiment, layer, after) if after is not None else insert_layer(experiment, layer, before)


@_run.register
def _move(command: Move, experiment: Experiment) -> Experiment:
    index = _index(experiment, command.layer)
    target = len(experiment.layers) if command.before is None else _index(experiment, command.before)
    return move_layer(experiment, command.layer, target - index - (target > index))


@_run.register
def _shift(command: Shift, experiment: Experiment) -> Experiment:
    return move_layer(experiment, find_layer(experiment, command.layer).id, command.places)


@_run.register
def _duplicate(command: Duplicate, experiment: Experiment) -> Experiment:
    return duplicate_layer(experiment, find_layer(experiment, command.layer).id, command.times)


@_run.register
def _remove(command: Remove, experiment: Experiment) -> Experiment:
    return remove_layer(experiment, find_layer(experiment, command.layer).id)


@_run.register
def _branch(command: Branch, experiment: Experiment) -> Experiment:
    layer, origin = _new(experiment, command.name), _input_id(experiment, command.layer)
    inputs = inputs_of(experiment)
    layers = [
        replace(successor, inputs=inputs[successor.id]) if origin in inputs[successor.id] else successor
        for successor in experiment.layers
    ]
    index = 0 if origin == INPUT else _index(experiment, origin) + 1
    inputs_of_new = () if index and layers[index - 1].id == origin else (origin,)
    return _with_layer(experiment, layers, index, replace(layer, inputs=inputs_of_new))


@_run.register
def _merge(command: Merge, experiment: Experiment) -> Experiment:
    merge = _new(experiment, command.name)
    others = [command.others] if isinstance(command.others, str) else command.others
    inputs = tuple(dict.fromkeys(_input_id(experiment, layer_id) for layer_id in (command.layer, *others)))
    if len(inputs) != 1 + len(others) or not others:
        raise ValueError("a layer is merged with other layers")
    last = max(inputs, key=[INPUT, *(layer.id for layer in experiment.layers)].index)
    return append_layer(experiment, replace(merge, inputs=inputs), last)


@_run.register
def _join(command: Join, experiment: Experiment) -> Experiment:
    target, origin = find_layer(experiment, command.layer), _input_id(experiment, command.source)
    current = inputs_of(experiment)[target.id]
    if origin in current or origin == target.id:
        raise ValueError("the layer takes this output already")
    if target.entry.trait("num_inputs", (1, 1))[1] > len(current):
        return set_inputs(experiment, target.id, (*current, origin))
    merge = replace(_new(experiment, MERGES[0]), inputs=(current[-1], origin))
    remaining = (*current[:-1], merge.id)
    inputs = remaining if len(remaining) > 1 else ()
    layers = [replace(layer, inputs=inputs) if layer.id == target.id else layer for layer in experiment.layers]
    return _with_layer(experiment, layers, _index(experiment, target.id), merge)


@_run.register
def _fold(command: Fold, experiment: Experiment) -> Experiment:
    name = "".join(character for character in command.name if character.isprintable()).strip()[:LONGEST_BLOCK]
    return fold(experiment, [find_layer(experiment, layer_id).id for layer_id in command.layers], name)
