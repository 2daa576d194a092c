"""Every way to change an experiment; each gives a new one. Pages, repairs and templates all change it through these."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from core.catalogue.layers import LAYERS
from core.experiment import corrections
from core.experiment.corrections import NONE
from core.experiment.graph import inputs_of, previous
from core.experiment.model import CATALOGUES, NESTED, Experiment, Layer, in_keras_order, resolve_short_name
from core.parameters import EntryRef, Value
from core.problems import ExperimentPath, Repair

CORRECTIONS = ("data", "corrections")
AnyEntryRef = TypeVar("AnyEntryRef", bound=EntryRef)  # a Layer stays a Layer


def set_value(experiment: Experiment, path: ExperimentPath, value: Any) -> Experiment:
    """The experiment with one value changed.

    Parameters
    ----------
    experiment
        The experiment to start from.
    path
        The path of the value, as in the experiment's JSON, with a layer's id, or a metric's or callback's name, in place of
        its number: ("data", "pixels"), ("layers", "hidden", "arguments", "units"), ("layers", "hidden", "custom_name"),
        ("compile", "loss"), ("fit", "epochs"), or ("layers",) for all layers.
    value
        The new value; a EntryRef where a whole optimizer, loss or schedule is set.

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
            value = _with_one(experiment.fit.callbacks, "callbacks", rest[1:], value)
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
        metrics = _with_one(experiment.compile.metrics, "metrics", rest[1:], value)
        return replace(experiment, compile=replace(experiment.compile, metrics=metrics))
    if part == "compile":
        changed = _with_argument(getattr(experiment.compile, rest[0]), rest[0], rest[2], value, tuple(rest[3:]))
        return set_value(experiment, (part, rest[0]), changed)
    raise KeyError(path)


def relabel(experiment: Experiment, part: str, index: int, label: int) -> Experiment:
    """The experiment with another class for an image; `part` is "train" or "test", `index` is into these files."""
    return set_value(experiment, CORRECTIONS, corrections.relabel(experiment.data.corrections, part, index, label))


def leave_out(experiment: Experiment, part: str, index: int) -> Experiment:
    """The experiment without an image; see `relabel`."""
    return set_value(experiment, CORRECTIONS, corrections.remove(experiment.data.corrections, part, index))


def restore_original(experiment: Experiment, part: str, index: int) -> Experiment:
    """The experiment with an image as it is in the files; see `relabel`."""
    return set_value(experiment, CORRECTIONS, corrections.restore_original(experiment.data.corrections, part, index))


def repeat_with_seeds(experiment: Experiment, count: int) -> list[Experiment]:
    """The experiment `count` times, each with the next seed."""
    seeds = ((experiment.fit.seed + number) % 2**32 for number in range(count))
    return [replace(experiment, fit=replace(experiment.fit, seed=seed)) for seed in seeds]


def get_value(experiment: Experiment, path: ExperimentPath) -> Any:
    """The value at a path (see `set_value`); an argument that was not set gives its default."""
    part, *rest = path
    if part in ("data", "fit") and len(rest) == 1:
        return getattr(getattr(experiment, part), rest[0])
    if part == "fit":
        return _of_one(experiment.fit.callbacks, "callbacks", rest[1:])
    if part == "layers" and rest[1:] in (["inputs"], ["custom_name"]):
        return getattr(find_layer(experiment, rest[0]), rest[1])
    if part == "layers":
        return _argument(find_layer(experiment, rest[0]), "layers", rest[2], tuple(rest[3:]))
    if len(rest) == 1:
        return getattr(experiment.compile, rest[0])
    if rest[0] == "metrics":
        return _of_one(experiment.compile.metrics, "metrics", rest[1:])
    return _argument(getattr(experiment.compile, rest[0]), rest[0], rest[2], tuple(rest[3:]))


def find_layer(experiment: Experiment, identity: str) -> Layer:
    """The layer with this id.

    Raises
    ------
    KeyError
        No layer has this id.
    """
    for layer in experiment.layers:
        if layer.id == identity:
            return layer
    raise KeyError(identity)


def new_layer(experiment: Experiment, name: str, **arguments: Value) -> Layer:
    """A layer with an id new to the experiment; required arguments not given start as the catalogue says.

    Where no argument is given at all, a person adds it, who gets what nearly everyone wants, such as an activation.
    """
    entry = LAYERS[name]
    values = {one.name: one.default for one in entry.parameters if one.name in entry.required}
    if entry.trait("pixel_range"):
        values[entry.trait("pixel_range")] = experiment.data.pixel_range
    values |= arguments or entry.trait("starts_with", {})
    return Layer(name, in_keras_order(values, entry), new_id(experiment, name))


def insert_layer(experiment: Experiment, layer: Layer, before: str | None = None) -> Experiment:
    """The experiment with a layer put before another one, or at the end.

    It takes what that one took, which then takes the new one; of several inputs, the one that stands just before.
    """
    layers = list(experiment.layers)
    index = len(layers) if before is None else [one.id for one in layers].index(before)
    if before is not None and layers[index].inputs and not layer.inputs:
        above = previous(experiment, before)
        taken = above if above in layers[index].inputs else layers[index].inputs[-1]
        layer = replace(layer, inputs=() if taken == above else (taken,))
        layers[index] = _renamed(layers[index], {taken: (layer.id,)})
    layers.insert(index, layer)
    return replace(experiment, layers=tuple(layers))


def append_layer(experiment: Experiment, layer: Layer, after: str) -> Experiment:
    """The experiment with a layer put right after another one, between it and the layer that follows it.

    Where none follows it in the list, those that name it take the new one instead.
    """
    ids = [one.id for one in experiment.layers]
    index = ids.index(after) + 1
    layers = list(experiment.layers)
    if index < len(layers) and layers[index].inputs:  # nothing would take the new one
        layers = [_renamed(one, {after: (layer.id,)}) for one in layers]
    layers.insert(index, layer)
    return replace(experiment, layers=tuple(layers))


def duplicate_layer(experiment: Experiment, identity: str, times: int = 1) -> Experiment:
    """The experiment with copies of a layer right after it, each taking the one before it."""
    for _ in range(times):
        layer = find_layer(experiment, identity)
        copy = replace(layer, id=new_id(experiment, layer.name), inputs=(), custom_name="")
        experiment = append_layer(experiment, copy, identity)
    return experiment


def remove_layer(experiment: Experiment, identity: str) -> Experiment:
    """The experiment without a layer; what took it takes what it took."""
    index = [layer.id for layer in experiment.layers].index(identity)
    taken = inputs_of(experiment)[identity]
    layers = [_renamed(layer, {identity: taken}) for layer in experiment.layers]
    if index + 1 < len(layers) and not layers[index + 1].inputs and taken != (previous(experiment, identity),):
        layers[index + 1] = replace(layers[index + 1], inputs=taken)
    del layers[index]
    return replace(experiment, layers=tuple(layers))


def set_inputs(experiment: Experiment, identity: str, inputs: Sequence[str]) -> Experiment:
    """The experiment with other inputs of a layer; none, or just the layer before it, is the plain order.

    Parameters
    ----------
    experiment
        The experiment to start from.
    identity
        The layer's id.
    inputs
        Ids of layers, or INPUT for the picture.
    """
    named = () if tuple(inputs) == (previous(experiment, identity),) else tuple(inputs)
    return _with_layer(experiment, replace(find_layer(experiment, identity), inputs=named))


def fold(experiment: Experiment, identities: Sequence[str], name: str) -> Experiment:
    """The experiment with layers in a block of this name; "" takes them out of theirs."""
    layers = tuple(replace(one, block=name) if one.id in identities else one for one in experiment.layers)
    return replace(experiment, layers=layers)


def _renamed(layer: Layer, names: Mapping[str, tuple[str, ...]]) -> Layer:
    """A layer that takes others in place of some; each once, unless it named one twice before."""
    if not any(one in names for one in layer.inputs):
        return layer
    return replace(layer, inputs=tuple(new for one in layer.inputs for new in names.get(one, (one,))))


def move_layer(experiment: Experiment, identity: str, places: int) -> Experiment:
    """The experiment with a layer moved; up is negative. At an end it stays there."""
    layers = list(experiment.layers)
    index = [one.id for one in layers].index(identity)
    layer = layers.pop(index)
    layers.insert(max(0, min(len(layers), index + places)), layer)
    return replace(experiment, layers=tuple(layers))


def apply_repair(experiment: Experiment, one: Repair) -> Experiment:
    """The experiment after a repair.

    Raises
    ------
    KeyError
        The layer or value to repair no longer exists.
    """
    if one.verb == "set":
        return set_value(experiment, one.path, one.value)
    if one.verb == "insert":
        name, arguments, *inputs = one.value
        layer = new_layer(experiment, name, **dict(arguments))
        if inputs:  # of the one that it is put before, which then takes it alone
            guilty = find_layer(experiment, one.path[1])
            experiment = _with_layer(experiment, replace(guilty, inputs=()))
            layer = replace(layer, inputs=inputs[0])
        return insert_layer(experiment, layer, None if one.path[1] == "end" else find_layer(experiment, one.path[1]).id)
    if one.verb == "move":
        return move_layer(experiment, find_layer(experiment, one.path[1]).id, int(one.value))
    if one.path[0] == "compile":
        metrics = tuple(metric for metric in experiment.compile.metrics if metric.name != one.path[2])
        return replace(experiment, compile=replace(experiment.compile, metrics=metrics))
    if one.path[0] == "fit":
        callbacks = tuple(callback for callback in experiment.fit.callbacks if callback.name != one.path[2])
        return replace(experiment, fit=replace(experiment.fit, callbacks=callbacks))
    return remove_layer(experiment, find_layer(experiment, one.path[1]).id)


def output_layer(experiment: Experiment) -> Layer | None:
    """The layer whose outputs are the network's answers: the last one that does more than apply a function."""
    for layer in reversed(experiment.layers):
        if not layer.entry.trait("keeps_answer"):
            return layer
    return None


def _with_data(experiment: Experiment, name: str, value: Any) -> Experiment:
    """Change Load; where the data set changes, the last layer follows the number of classes."""
    old_classes = experiment.data.entry.num_classes
    data = replace(experiment.data, **{name: value})
    if data.dataset != experiment.data.dataset:
        data = replace(data, corrections=NONE)  # which are of the other one's images
    changed = replace(experiment, data=data)
    answering = output_layer(changed)
    if name != "dataset" or answering is None:
        return changed
    units = answering.entry.trait("answers_with")
    if units is not None and answering.argument(str(units)) == old_classes:
        return _with_layer(changed, _with_argument(answering, "layers", str(units), changed.data.entry.num_classes))
    return changed


def _with_layer(experiment: Experiment, layer: Layer) -> Experiment:
    layers = tuple(layer if one.id == layer.id else one for one in experiment.layers)
    return replace(experiment, layers=layers)


def _with_argument(chosen: AnyEntryRef, kind: str, name: str, value: Any, inside: ExperimentPath = ()) -> AnyEntryRef:
    """A choice with another argument; `inside`, the rest of a path that goes on into an argument that is a choice."""
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


def _with_one(several: tuple[EntryRef, ...], kind: str, path: Sequence[str], value: Any) -> tuple[EntryRef, ...]:
    """Choices of one kind, of which the one named in `path` (name, "arguments", argument) has another argument."""
    name, _, argument = path
    return tuple(_with_argument(one, kind, argument, value) if one.name == name else one for one in several)


def _of_one(several: tuple[EntryRef, ...], kind: str, path: Sequence[str]) -> Any:
    name, _, argument = path
    for one in several:
        if one.name == name:
            return _argument(one, kind, argument)
    raise KeyError(name)


def new_id(experiment: Experiment, name: str, taken: Sequence[str] = ()) -> str:
    """An id that no layer of an experiment has.

    Parameters
    ----------
    experiment
        The experiment that owns the layers.
    name
        The class of the new layer.
    taken
        Other ids that are in use.
    """
    known = {*(layer.id for layer in experiment.layers), *taken}
    base = name.lower()
    return next(f"{base}-{n}" for n in range(1, len(known) + 2) if f"{base}-{n}" not in known)
