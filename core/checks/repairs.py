"""Functions that build repairs for several rules: edits of a layer and its neighbours."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from core.experiment.edits import find_layer, insert_layer, new_layer, remove_layer
from core.experiment.graph import inputs_of, successors
from core.experiment.model import INPUT, Experiment, Layer
from core.parameters import EntryRef, Value
from core.problems import ExperimentPath, Problem, Repair


def remove(layer: Layer) -> Repair:
    """Return a repair that removes a layer."""
    return Repair(f"Remove {layer.name}", "remove", ("layers", layer.id))


def insert(layer: Layer, name: str, label: str = "", **arguments: Value) -> Repair:
    """Return a repair that inserts a new layer before another layer."""
    return Repair(label or f"Add {name} before it", "insert", ("layers", layer.id), (name, tuple(arguments.items())))


def append(name: str, label: str, **arguments: Value) -> Repair:
    """Return a repair that adds a new layer at the end."""
    return Repair(label, "insert", ("layers", "end"), (name, tuple(arguments.items())))


def set_argument(layer: Layer, argument: str, value: Value, label: str = "") -> Repair:
    """Return a repair that sets an argument of a layer."""
    words = argument.replace("_", " ") if isinstance(value, bool) else f"{argument} to {value}"
    path = ("layers", layer.id, "arguments", argument)
    return Repair(label or f"Set {words}", "set", path, value)


def replace_layers(label: str, experiment: Experiment) -> Repair:
    """Return a repair that replaces all layers at once by the layers of `experiment`."""
    return Repair(label, "set", ("layers",), experiment.layers)


def duplicate_entry_problems(path: ExperimentPath, entries: Sequence[EntryRef], noun: str, code: str) -> Iterator[Problem]:
    """Yield a problem for each entry that was chosen several times. The repair keeps only the first choice.

    Parameters
    ----------
    path
        The path of the entries in the experiment.
    entries
        All chosen entries.
    noun
        The noun for an entry, such as "metric".
    code
        The code of the problem.
    """
    names = [entry.name for entry in entries]
    for name in dict.fromkeys(name for name in names if names.count(name) > 1):
        once = tuple(entry for index, entry in enumerate(entries) if entry.name != name or names.index(name) == index)
        yield Problem(
            code=code,
            where=(*path, name),
            happened=f"The {noun} {name} is chosen {names.count(name)} times.",
            expected=f"Expected each {noun} once.",
            fix="Remove all but one.",
            repairs=(Repair(f"Keep one {name}", "set", path, once),),
        )


def add_between(experiment: Experiment, layer: Layer, source: str, name: str, **arguments: Value) -> Experiment:
    """Return the experiment with a new layer between a layer and an input of this layer.

    Parameters
    ----------
    experiment
        The experiment to start from.
    layer
        The layer that takes the new layer's output.
    source
        The id of the input, or INPUT.
    name, arguments
        The class of the new layer, and its arguments.
    """
    new = replace(new_layer(experiment, name, **arguments), inputs=(source,))
    inputs = tuple(new.id if layer_id == source else layer_id for layer_id in inputs_of(experiment)[layer.id])
    layers = list(experiment.layers)
    index = layers.index(layer)
    layers[index : index + 1] = [new, replace(layer, inputs=inputs)]
    return replace(experiment, layers=tuple(layers))


def with_replacement(experiment: Experiment, layer: Layer, name: str, **arguments: Value) -> Experiment:
    """Return the experiment with a new layer in place of another layer, with the same connections."""
    new = replace(new_layer(experiment, name, **arguments), inputs=layer.inputs, block=layer.block)
    layers = [new if each == layer else each for each in experiment.layers]
    return replace(
        experiment,
        layers=tuple(
            replace(each, inputs=tuple(new.id if source == layer.id else source for source in each.inputs))
            for each in layers
        ),
    )


def with_argument(experiment: Experiment, layers: tuple[Layer, ...], argument: str, value: Value) -> Experiment:
    """Return the experiment with an argument set in several layers."""

    def changed(layer: Layer) -> Layer:
        arguments: dict[str, Any] = {**dict(layer.arguments), argument: value}
        names = (parameter.name for parameter in layer.entry.parameters)
        return replace(layer, arguments=tuple((name, arguments[name]) for name in names if name in arguments))

    ids = {layer.id for layer in layers}
    return replace(experiment, layers=tuple(changed(layer) if layer.id in ids else layer for layer in experiment.layers))


def with_defaults(experiment: Experiment, layer: Layer) -> Experiment:
    """Return the experiment with a layer's optional arguments reset to Keras' defaults."""
    kept = replace(layer, arguments=tuple(argument for argument in layer.arguments if argument[0] in layer.entry.required))
    return replace(experiment, layers=tuple(kept if each.id == layer.id else each for each in experiment.layers))


def without_merge(experiment: Experiment, layer: Layer, keep: str) -> Experiment:
    """Return the experiment without a merge. Its successors take the input `keep` instead, and unused layers are removed.

    Parameters
    ----------
    experiment
        The experiment to start from.
    layer
        The merge.
    keep
        The id of the input to keep.
    """
    target = find_layer(experiment, layer.id)
    layers = tuple(replace(each, inputs=(keep,)) if each == target else each for each in experiment.layers)
    experiment = remove_layer(replace(experiment, layers=layers), layer.id)
    while True:
        unused = [each for each in experiment.layers[:-1] if not successors(experiment, each.id)]
        if not unused:
            return experiment
        experiment = remove_layer(experiment, unused[-1].id)


def without_layers(experiment: Experiment, layers: tuple[Layer, ...]) -> Experiment:
    """Return the experiment without several layers. Their successors take the inputs of the removed layers."""
    for layer in reversed(layers):
        experiment = remove_layer(experiment, layer.id)
    return experiment


def reordered(experiment: Experiment, order: tuple[str, ...]) -> Experiment:
    """Return the same network with its layers in another order.

    Parameters
    ----------
    experiment
        The experiment to start from.
    order
        The ids of all layers in the new order.
    """
    sources, before, layers = inputs_of(experiment), INPUT, []
    for layer_id in order:
        inputs = sources[layer_id]
        layers.append(replace(find_layer(experiment, layer_id), inputs=() if inputs == (before,) else inputs))
        before = layer_id
    return replace(experiment, layers=tuple(layers))


def moved_before(experiment: Experiment, layer: Layer, before: str) -> Experiment:
    """Return the experiment with a layer moved before another layer."""
    out = remove_layer(experiment, layer.id)
    return insert_layer(out, replace(layer, inputs=()), before)
