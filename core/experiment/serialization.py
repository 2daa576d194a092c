"""Read an experiment from untrusted JSON: either the whole experiment, or a single clear message.

This module refuses invalid content: broken JSON, unknown keys and names, text instead of a number. Values out
of range are kept, so that `core.checks.experiment_checks` can name each of them, with its repair.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from core.catalogue import Entry
from core.catalogue.datasets import missing_files
from core.catalogue.listing import exclusion_reason
from core.experiment.corrections import MOST_CORRECTIONS, NONE, Corrections, relabel, remove
from core.experiment.json_text import as_json, parse
from core.experiment.layer_names import LONGEST_NAME, NAME
from core.experiment.model import (
    CATALOGUES,
    DATA,
    FIT,
    INPUT,
    MAXIMUM_LAYERS,
    NESTED,
    VERSION,
    Compile,
    Data,
    Experiment,
    Fit,
    Layer,
    in_keras_order,
    to_dict,
)
from core.parameters import EntryRef, Parameter, Value
from core.problems import ExperimentPath, Problem, ProblemError, did_you_mean

MAXIMUM_TEXT = 200  # characters of any text in an experiment
MAXIMUM_BLOCK = 40  # characters of a block's name
ID = re.compile(r"[A-Za-z0-9_-]{1,40}")


def dumps(experiment: Experiment) -> str:
    """Write an experiment as a line of JSON. Equal experiments give equal text."""
    return json.dumps(to_dict(experiment), allow_nan=False, separators=(",", ":"))


def loads(text: str | bytes) -> Experiment:
    """Read the experiment that a JSON text describes.

    Parameters
    ----------
    text
        JSON of at most 262,144 bytes, in UTF-8 if given as bytes.

    Returns
    -------
    Experiment
        The experiment. Keys that are absent take their defaults.

    Raises
    ------
    ProblemError
        The text is no experiment of version 1. The problem names the fault and its position.
    """
    return from_dict(parse(text))


def from_dict(content: object) -> Experiment:
    """Build the experiment that plain dicts and lists describe. The errors are the same as in `loads`."""
    keys = ("version", "data", "layers", "compile", "fit")
    whole = _object(content, (), keys)
    if "version" not in whole:
        raise _refusal((), "The experiment has no version.", f'Expected "version": {VERSION}.', "Add it.")
    if whole["version"] != VERSION or isinstance(whole["version"], bool):
        raise _refusal(
            ("version",),
            f"The experiment has version {as_json(whole['version'])}.",
            f"This dashboard reads version {VERSION}.",
            "Update the dashboard, or save the experiment from one of the same version.",
        )
    return Experiment(
        data=_data(whole.get("data", {})),
        layers=_layers(whole.get("layers", [])),
        compile=_compile(whole.get("compile", {})),
        fit=_fit(whole.get("fit", {})),
    )


def _refusal(where: ExperimentPath, happened: str, expected: str, fix: str) -> ProblemError:
    return ProblemError(Problem("unreadable", where, happened, expected, fix))


def _path_text(where: ExperimentPath) -> str:
    return " → ".join(where) if where else "the experiment"


def _object(value: object, where: ExperimentPath, keys: tuple[str, ...]) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise _refusal(
            where,
            f"{_path_text(where)} is {as_json(value)}.",
            f"Expected an object with the keys {', '.join(keys)}.",
            "Write it in braces.",
        )
    for key in value:
        if key not in keys:
            raise _refusal(
                where,
                f"{_path_text(where)} has the unknown key {as_json(key)}.",
                did_you_mean(key, keys),
                "Correct or remove it.",
            )
    return value


def _list(value: object, where: ExperimentPath, longest: int) -> list[Any]:
    if not isinstance(value, list) or len(value) > longest:
        actual, fix = as_json(value), "Write it in brackets."
        if isinstance(value, list):
            actual, fix = f"a list of {len(value):,}", "Shorten it."
        raise _refusal(where, f"{_path_text(where)} is {actual}.", f"Expected a list of at most {longest}.", fix)
    return value


def _value(value: object, where: ExperimentPath) -> Value:
    if isinstance(value, list) and len(value) <= 16:
        return tuple(_value(item, where) for item in value)
    if isinstance(value, str) and len(value) > MAXIMUM_TEXT:
        raise _refusal(
            where,
            f"{_path_text(where)} holds a text of {len(value):,} characters.",
            f"Expected at most {MAXIMUM_TEXT}.",
            "Shorten it.",
        )
    if value is None or isinstance(value, bool | int | float | str):
        return value
    raise _refusal(where, f"{_path_text(where)} is {as_json(value)}.", "Expected a plain value.", "Write one value.")


def _scalars(content: object, where: ExperimentPath, parameters: Mapping[str, Parameter]) -> dict[str, Value]:
    fields = _object(content, where, tuple(parameters))
    values = {name: _value(value, (*where, name)) for name, value in fields.items()}
    for name, value in values.items():
        constraint = parameters[name].constraint
        kinds = {type(edge) for edge in constraint.boundary_values()}
        of_its_kind = type(value) in kinds or (type(value) is int and float in kinds)
        if not of_its_kind or (isinstance(value, str) and not constraint.is_valid(value)):
            raise _refusal(
                (*where, name),
                f"{_path_text((*where, name))} is {as_json(value)}.",
                f"Expected {constraint.describe()}.",
                "Correct the value.",
            )
    return values


def _name(content: dict[str, Any], where: ExperimentPath, catalogue: Mapping[str, Entry]) -> str:
    name = content.get("name")
    if not isinstance(name, str) or name not in catalogue:
        left_out = exclusion_reason(str(name))
        raise _refusal(
            where,
            f"{_path_text(where)} has the unknown name {as_json(name)}.",
            left_out or did_you_mean(str(name), tuple(catalogue)),
            "Do without it, or name another one." if left_out else "Correct the name.",
        )
    return name


def _arguments(content: dict[str, Any], where: ExperimentPath, entry: Entry) -> tuple[tuple[str, Value], ...]:
    known = tuple(parameter.name for parameter in entry.parameters)
    fields = _object(content.get("arguments", {}), (*where, "arguments"), known)
    return in_keras_order(
        {name: _argument(name, value, (*where, "arguments", name)) for name, value in fields.items()}, entry
    )


def _argument(name: str, value: object, where: ExperimentPath) -> Value:
    """Read an argument: a plain value, or an EntryRef, such as a schedule, if the argument allows that."""
    if isinstance(value, dict) and name in NESTED:
        return _chosen(value, where, CATALOGUES[NESTED[name]])
    return _value(value, where)


def _chosen(content: object, where: ExperimentPath, catalogue: Mapping[str, Entry]) -> EntryRef:
    fields = _object(content, where, ("name", "arguments"))
    name = _name(fields, where, catalogue)
    return EntryRef(name, _arguments(fields, where, catalogue[name]))


def _layers(content: object) -> tuple[Layer, ...]:
    layers: list[Layer] = []
    for index, layer_content in enumerate(_list(content, ("layers",), MAXIMUM_LAYERS)):
        where: ExperimentPath = ("layers", f"number {index + 1}")
        fields = _object(layer_content, where, ("id", "name", "arguments", "inputs", "block", "custom_name"))
        name = _name(fields, where, CATALOGUES["layers"])
        layer_id = _id(fields.get("id", f"layer-{index + 1}"), where, f"The id of layer number {index + 1}")
        if layer_id == INPUT:
            raise _refusal(where, f"A layer has the id '{INPUT}'.", "It stands for the image itself.", "Rename it.")
        if layer_id in (layer.id for layer in layers):
            raise _refusal(where, f"Two layers have the id {as_json(layer_id)}.", "Each is its own.", "Rename one.")
        input_ids = _list(fields.get("inputs", []), (*where, "inputs"), MAXIMUM_LAYERS)
        inputs = tuple(_id(input_id, (*where, "inputs"), f"An input of layer number {index + 1}") for input_id in input_ids)
        block, custom_name = _block(fields.get("block", ""), where), _custom_name(fields.get("custom_name", ""), where)
        arguments = _arguments(fields, where, CATALOGUES["layers"][name])
        layers.append(Layer(name, arguments, layer_id, inputs, block, custom_name))
    return tuple(layers)


def _id(value: object, where: ExperimentPath, label: str) -> str:
    if isinstance(value, str) and ID.fullmatch(value):
        return value
    raise _refusal(where, f"{label} is {as_json(value)}.", "Expected 1 to 40 letters, digits, - or _.", "Correct the id.")


def _block(value: object, where: ExperimentPath) -> str:
    if isinstance(value, str) and len(value) <= MAXIMUM_BLOCK and (value.isprintable() or not value):
        return value
    raise _refusal(
        where,
        f"{_path_text(where)} is in the block {as_json(value)}.",
        f"Expected a name of at most {MAXIMUM_BLOCK} characters in one line.",
        "Name the block anew.",
    )


def _custom_name(value: object, where: ExperimentPath) -> str:
    """Read the name that a person gave to a layer.

    Reserved names are refused by `core.checks.graph` instead, since they change with the scripts and with Keras.
    """
    if isinstance(value, str) and (NAME.fullmatch(value) or not value):
        return value
    raise _refusal(
        where,
        f"{_path_text(where)} has the custom_name {as_json(value)}.",
        f"Expected a letter, then letters, digits or _: at most {LONGEST_NAME} of them.",
        "Name the layer anew.",
    )


def _data(content: object) -> Data:
    fields = dict(_object(content, ("data",), (*DATA, "corrections")))
    corrections = fields.pop("corrections", {})
    data = Data(**_scalars(fields, ("data",), DATA))
    return replace(data, corrections=_corrections(corrections, data)) if corrections != {} else data


def _corrections(content: object, data: Data) -> Corrections:
    """Read the corrections of a data set. Refuse unknown images and classes, and a second correction of an image."""
    where: ExperimentPath = ("data", "corrections")
    fields = _object(content, where, ("relabelled", "removed"))
    relabelled, removed = (
        _list(fields.get(name, []), (*where, name), MOST_CORRECTIONS) for name in ("relabelled", "removed")
    )
    entry, corrections = data.entry, NONE
    is_here = not (entry.is_own and missing_files(data.dataset))  # else the number of images is unknown
    sizes = {"train": entry.num_train, "test": entry.num_test}
    seen: set[tuple[str, int]] = set()
    for item in (*relabelled, *removed):
        part, index, label = _correction(item, where, 3 if len(seen) < len(relabelled) else 2)
        is_beyond = is_here and part in sizes and (index >= sizes[part] or label >= entry.num_classes)
        if part not in sizes or is_beyond or (part, index) in seen:
            raise _refusal(
                where,
                f"The correction {as_json(item)} is of no image or class of {entry.title}, or of an image that stands "
                "twice.",
                f"Expected an image below {entry.num_train:,} of train or {entry.num_test:,} of test, each once, "
                f"and a class below {entry.num_classes}.",
                "Leave it out.",
            )
        seen.add((part, index))
        if len(seen) > MOST_CORRECTIONS:
            raise _refusal(
                where,
                f"There are more than {MOST_CORRECTIONS} corrections.",
                f"Expected at most {MOST_CORRECTIONS}.",
                "Leave some out.",
            )
        corrections = remove(corrections, part, index) if label < 0 else relabel(corrections, part, index, label)
    return corrections


def _correction(item: object, where: ExperimentPath, length: int) -> tuple[str, int, int]:
    """Read the part, the index and the class of a correction. The class is -1 for an image that is left out."""
    is_list = isinstance(item, list) and len(item) == length and isinstance(item[0], str)
    if is_list and all(type(number) is int and number >= 0 for number in item[1:]):  # type: ignore[index]
        return item[0], item[1], item[2] if length == 3 else -1  # type: ignore[index]
    expected = '["train", index]' if length == 2 else '["train", index, class]'
    raise _refusal(
        where, f"{_path_text(where)} holds {as_json(item)}.", f"Expected {expected}, in whole numbers.", "Leave it out."
    )


def _compile(content: object) -> Compile:
    where = ("compile",)
    fields = _object(content, where, ("optimizer", "loss", "metrics"))
    values: dict[str, Any] = {
        key: _chosen(fields[key], (*where, key), CATALOGUES[key]) for key in ("optimizer", "loss") if key in fields
    }
    if "metrics" in fields:
        metrics = _list(fields["metrics"], (*where, "metrics"), len(CATALOGUES["metrics"]))
        values["metrics"] = tuple(_chosen(metric, (*where, "metrics"), CATALOGUES["metrics"]) for metric in metrics)
    return Compile(**values)


def _fit(content: object) -> Fit:
    fields = dict(_object(content, ("fit",), (*FIT, "callbacks")))
    where, known = ("fit", "callbacks"), CATALOGUES["callbacks"]
    callbacks = tuple(_chosen(callback, where, known) for callback in _list(fields.pop("callbacks", []), where, len(known)))
    return Fit(callbacks=callbacks, **_scalars(fields, ("fit",), FIT))
