"""The functions that change an experiment. Each of them returns a new experiment.

Pages, repairs and templates change experiments by these functions only.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from core.catalogue.layers import LAYERS
from core.experiment import corrections
from core.experiment.corrections import NONE
from core.experiment.graph import inputs_of, previous_layer_id
from core.experiment.model import CATALOGUES, NESTED, Experiment, Layer, in_keras_order, resolve_short_name
from core.parameters import EntryRef, Value
from core.problems import ExperimentPath, Repair

CORRECTIONS = ("data", "corrections")
AnyEntryRef = TypeVar("AnyEntryRef", bound=EntryRef)  # a Layer stays a Layer


def set_value(experiment: Experiment, path: ExperimentPath, value: Any) -> Experiment:
    """Return the experiment with a changed value.

    Parameters
    ----------
    experiment
        The experiment to start from.
    path
        The path of the value, as in the experiment's JSON, with a layer's id, or a metric's or callback's name, instead of
        its number: ("data", "pixels"), ("layers", "hidden", "arguments", "units"), ("layers", "hidden", "custom_name"),
        ("compile", "loss"), ("fit", "epochs"), or ("layers",) for all layers.
    value
        The new value; an EntryRef for a whole optimizer, loss or schedule.

    Raises
    ------
    KeyError
        The experiment has no value at that path.
    """
    part, *rest = path
    if part == "data":
        return _with_data(experiment, rest[0], value)
    if part == "fit":
        if len(rest) > 1:
            value = _with_changed_entry(experiment.fit.callbacks, "callbacks", rest[1:], value)
        return replace(experiment, fit=replace(experiment.fit, **{rest[0]: value}))
    if part == "layers" and not rest:
        return replace(experiment, layers=value)
    if part == "layers" and rest[1:] == ["inputs"]:
        return set_inputs(experiment, rest[0], value)
    if part == "layers" and rest[1:] == ["custom_name"]:
        return _with_layer(experiment, replace(find_layer(experiment, rest[0]), custom_name=value))
    if part == "layers":
        layer = find_layer(experiment, rest[0])
        return _with_layer(experiment, _with_argument(layer, "layers", rest[2], value, tuple(rest[3:])))
    if part == "compile" and len(rest) == 1:
        return replace(experiment, compile=replace(experiment.compile, **{rest[0]: value}))
    if part == "compile" and rest[0] == "metrics":
        metrics = _with_changed_entry(experiment.compile.metrics, "metrics", rest[1:], value)
        return replace(experiment, compile=replace(experiment.compile, metrics=metrics))
    if part == "compile":
        changed = _with_argument(getattr(experiment.compile, rest[0]), rest[0], rest[2], value, tuple(rest[3:]))
        return set_value(experiment, (part, rest[0]), changed)
    raise KeyError(path)


def relabel(experiment: Experiment, part: str, index: int, label: int) -> Experiment:
    """Return the experiment with another class for an image.

    `part` is "train" or "test", and `index` is the index of the image in these files.
    """
    return set_value(experiment, CORRECTIONS, corrections.relabel(experiment.data.corrections, part, index, label))


def leave_out_image(experiment: Experiment, part: str, index: int) -> Experiment:
    """Return the experiment without an image. For the arguments see `relabel`."""
    return set_value(experiment, CORRECTIONS, corrections.remove(experiment.data.corrections, part, index))


def restore_original(experiment: Experiment, part: str, index: int) -> Experiment:
    """Return the experiment without the corrections of an image. For the arguments see `relabel`."""
    return set_value(experiment, CORRECTIONS, corrections.restore_original(experiment.data.corrections, part, index))


def repeat_with_seeds(experiment: Experiment, count: int) -> list[Experiment]:
    """Return `count` copies of the experiment with successive seeds. The first copy has the experiment's own seed."""
    seeds = ((experiment.fit.seed + number) % 2**32 for number in range(count))
    return [replace(experiment, fit=replace(experiment.fit, seed=seed)) for seed in seeds]


def get_value(experiment: Experiment, path: ExperimentPath) -> Any:
    """Return the value at a path; for paths see `set_value`. An argument that was not set has its default value."""
    part, *rest = path
    if part in ("data", "fit") and len(rest) == 1:
        return getattr(getattr(experiment, part), rest[0])
    if part == "fit":
        return _argument_of_entry(experiment.fit.callbacks, "callbacks", rest[1:])
    if part == "layers" and rest[1:] in (["inputs"], ["custom_name"]):
        return getattr(find_layer(experiment, rest[0]), rest[1])
    if part == "layers":
        return _argument(find_layer(experiment, rest[0]), "layers", rest[2], tuple(rest[3:]))
    if len(rest) == 1:
        return getattr(experiment.compile, rest[0])
    if rest[0] == "metrics":
        return _argument_of_entry(experiment.compile.metrics, "metrics", rest[1:])
    return _argument(getattr(experiment.compile, rest[0]), rest[0], rest[2], tuple(rest[3:]))


def find_layer(experiment: Experiment, layer_id: str) -> Layer:
    """Return the layer with this id.

    Raises
    ------
    KeyError
        No layer has this id.
    """
    for layer in experiment.layers:
        if layer.id == layer_id:
            return layer
    raise KeyError(layer_id)


def new_layer(experiment: Experiment, name: str, **arguments: Value) -> Layer:
    """Make a new layer with an unused id. Required arguments that are not given have the catalogue's defaults.

    If no arguments are given, the layer also gets the catalogue's common arguments, such as an activation.
    """
    entry = LAYERS[name]
    values = {parameter.name: parameter.default for parameter in entry.parameters if parameter.name in entry.required}
    if entry.trait("pixel_range"):
        values[entry.trait("pixel_range")] = experiment.data.pixel_range
    values |= arguments or entry.trait("initial_arguments", {})
    return Layer(name, in_keras_order(values, entry), new_id(experiment, name))


def insert_layer(experiment: Experiment, layer: Layer, before: str | None = None) -> Experiment:
    """Return the experiment with a layer inserted before another layer, or at the end.

    The new layer takes over the other layer's input, and the other layer takes the new layer. If the other layer has several
    inputs, the new layer takes over the preceding layer, or else the last input.
    """
    layers = list(experiment.layers)
    index = len(layers) if before is None else [each.id for each in layers].index(before)
    if before is not None and layers[index].inputs and not layer.inputs:
        previous_id = previous_layer_id(experiment, before)
        input_id = previous_id if previous_id in layers[index].inputs else layers[index].inputs[-1]
        layer = replace(layer, inputs=() if input_id == previous_id else (input_id,))
        layers[index] = _with_replaced_inputs(layers[index], {input_id: (layer.id,)})
    layers.insert(index, layer)
    return replace(experiment, layers=tuple(layers))


def append_layer(experiment: Experiment, layer: Layer, after: str) -> Experiment:
    """Return the experiment with a layer inserted right after another layer.

    If the next layer in the list names its own inputs, all layers that name `after` take the new layer instead.
    """
    ids = [each.id for each in experiment.layers]
    index = ids.index(after) + 1
    layers = list(experiment.layers)
    if index < len(layers) and layers[index].inputs:  # otherwise no layer would take the new layer
        layers = [_with_replaced_inputs(each, {after: (layer.id,)}) for each in layers]
    layers.insert(index, layer)
    return replace(experiment, layers=tuple(layers))


def duplicate_layer(experiment: Experiment, layer_id: str, times: int = 1) -> Experiment:
    """Return the experiment with copies of a layer right after it. Each copy takes the output of its predecessor."""
    for _ in range(times):
        layer = find_layer(experiment, layer_id)
        copy = replace(layer, id=new_id(experiment, layer.name), inputs=(), custom_name="")
        experiment = append_layer(experiment, copy, layer_id)
    return experiment


def remove_layer(experiment: Experiment, layer_id: str) -> Experiment:
    """Return the experiment without a layer. Layers that took its output take its inputs instead."""
    index = [layer.id for layer in experiment.layers].index(layer_id)
    inputs = inputs_of(experiment)[layer_id]
    layers = [_with_replaced_inputs(layer, {layer_id: inputs}) for layer in experiment.layers]
    if index + 1 < len(layers) and not layers[index + 1].inputs and inputs != (previous_layer_id(experiment, layer_id),):
        layers[index + 1] = replace(layers[index + 1], inputs=inputs)
    del layers[index]
    return replace(experiment, layers=tuple(layers))


def set_inputs(experiment: Experiment, layer_id: str, inputs: Sequence[str]) -> Experiment:
    """Return the experiment with other inputs for a layer. Without inputs, the layer takes the preceding layer.

    Parameters
    ----------
    experiment
        The experiment to start from.
    layer_id
        The layer's id.
    inputs
        Ids of layers, or INPUT for the picture.
    """
    explicit = () if tuple(inputs) == (previous_layer_id(experiment, layer_id),) else tuple(inputs)
    return _with_layer(experiment, replace(find_layer(experiment, layer_id), inputs=explicit))


def fold(experiment: Experiment, layer_ids: Sequence[str], name: str) -> Experiment:
    """Return the experiment with some layers grouped into a block of this name.

    An empty name removes the layers from their blocks.
    """
    layers = tuple(replace(layer, block=name) if layer.id in layer_ids else layer for layer in experiment.layers)
    return replace(experiment, layers=layers)


def _with_replaced_inputs(layer: Layer, replacements: Mapping[str, tuple[str, ...]]) -> Layer:
    """Return the layer with some of its inputs replaced by other inputs."""
    if not any(input_id in replacements for input_id in layer.inputs):
        return layer
    return replace(layer, inputs=tuple(new for input_id in layer.inputs for new in replacements.get(input_id, (input_id,))))


def move_layer(experiment: Experiment, layer_id: str, offset: int) -> Experiment:
    """Return the experiment with a layer moved down by `offset` positions, or up by a negative offset, at most to an end."""
    layers = list(experiment.layers)
    index = [each.id for each in layers].index(layer_id)
    layer = layers.pop(index)
    layers.insert(max(0, min(len(layers), index + offset)), layer)
    return replace(experiment, layers=tuple(layers))


def apply_repair(experiment: Experiment, repair: Repair) -> Experiment:
    """Return the experiment after a repair.

    Raises
    ------
    KeyError
        The layer or value to repair no longer exists.
    """
    if repair.verb == "set":
        return set_value(experiment, repair.path, repair.value)
    if repair.verb == "insert":
        name, arguments, *inputs = repair.value
        layer = new_layer(experiment, name, **dict(arguments))
        if inputs:  # the inputs of the following layer, which then takes only the new layer
            target = find_layer(experiment, repair.path[1])
            experiment = _with_layer(experiment, replace(target, inputs=()))
            layer = replace(layer, inputs=inputs[0])
        return insert_layer(
            experiment, layer, None if repair.path[1] == "end" else find_layer(experiment, repair.path[1]).id
        )
    if repair.verb == "move":
        return move_layer(experiment, find_layer(experiment, repair.path[1]).id, int(repair.value))
    if repair.path[0] == "compile":
        metrics = tuple(metric for metric in experiment.compile.metrics if metric.name != repair.path[2])
        return replace(experiment, compile=replace(experiment.compile, metrics=metrics))
    if repair.path[0] == "fit":
        callbacks = tuple(callback for callback in experiment.fit.callbacks if callback.name != repair.path[2])
        return replace(experiment, fit=replace(experiment.fit, callbacks=callbacks))
    return remove_layer(experiment, find_layer(experiment, repair.path[1]).id)


def output_layer(experiment: Experiment, *, skips: Callable[[Layer], bool] = lambda _: False) -> Layer | None:
    """Return the layer whose outputs are the network's answers, or None.

    This is the last layer, apart from layers that only transform the answers, such as an activation.

    Parameters
    ----------
    experiment
        The experiment.
    skips
        A function that returns True for further layers to skip, such as noise.
    """
    layers = reversed(experiment.layers)
    return next((layer for layer in layers if not layer.entry.trait("keeps_answer") and not skips(layer)), None)


def last_class_layer(experiment: Experiment) -> Layer | None:
    """Return the last layer with an argument for its output size, such as `units`, or None if no layer has any."""
    return next((layer for layer in reversed(experiment.layers) if layer.entry.trait("output_size_argument")), None)


def _with_data(experiment: Experiment, name: str, value: Any) -> Experiment:
    """Change a setting of the Load step. If the data set changes, adapt the output layer to its number of classes."""
    old_classes = experiment.data.entry.num_classes
    data = replace(experiment.data, **{name: value})
    if data.dataset != experiment.data.dataset:
        data = replace(data, corrections=NONE)  # corrections belong to the images of the old data set
    changed = replace(experiment, data=data)
    last = output_layer(changed)
    if name != "dataset" or last is None:
        return changed
    units = last.entry.trait("output_size_argument")
    if units is not None and last.argument(str(units)) == old_classes:
        return _with_layer(changed, _with_argument(last, "layers", str(units), changed.data.entry.num_classes))
    return changed


def _with_layer(experiment: Experiment, layer: Layer) -> Experiment:
    layers = tuple(layer if each.id == layer.id else each for each in experiment.layers)
    return replace(experiment, layers=layers)


def _with_argument(chosen: AnyEntryRef, kind: str, name: str, value: Any, inside: ExperimentPath = ()) -> AnyEntryRef:
    """Return an EntryRef with a changed argument. `inside` is the path of a value within a nested EntryRef."""
    entry = CATALOGUES[kind][chosen.name]
    if entry.parameter(name) is None:
        raise KeyError(name)
    if inside:
        value = _with_argument(_nested(chosen, kind, name), NESTED[name], inside[1], value, inside[2:])
    return replace(chosen, arguments=in_keras_order({**dict(chosen.arguments), name: value}, entry))


def _argument(chosen: EntryRef, kind: str, name: str, inside: ExperimentPath = ()) -> Any:
    if inside:
        return _argument(_nested(chosen, kind, name), NESTED[name], inside[1], inside[2:])
    parameter = CATALOGUES[kind][chosen.name].parameter(name)
    return chosen.argument(name, parameter.default if parameter else None)


def _nested(chosen: EntryRef, kind: str, name: str) -> EntryRef:
    nested = resolve_short_name(_argument(chosen, kind, name), NESTED.get(name, ""))
    if nested is None:
        raise KeyError(name)
    return nested


def _with_changed_entry(choices: tuple[EntryRef, ...], kind: str, path: Sequence[str], value: Any) -> tuple[EntryRef, ...]:
    """Return metrics or callbacks with a changed argument. `path` is (name, "arguments", argument)."""
    name, _, argument = path
    return tuple(_with_argument(choice, kind, argument, value) if choice.name == name else choice for choice in choices)


def _argument_of_entry(choices: tuple[EntryRef, ...], kind: str, path: Sequence[str]) -> Any:
    name, _, argument = path
    for choice in choices:
        if choice.name == name:
            return _argument(choice, kind, argument)
    raise KeyError(name)


def new_id(experiment: Experiment, name: str, reserved: Sequence[str] = ()) -> str:
    """Return an id that no layer of an experiment has.

    Parameters
    ----------
    experiment
        The experiment that owns the layers.
    name
        The class of the new layer.
    reserved
        Further ids that are in use.
    """
    known = {*(layer.id for layer in experiment.layers), *reserved}
    base = name.lower()
    return next(f"{base}-{n}" for n in range(1, len(known) + 2) if f"{base}-{n}" not in known)
