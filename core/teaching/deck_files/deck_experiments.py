"""The experiments of decks: the reader of their short form, and the experiment that a scene opens.

The short form names a layer, an optimizer or another choice by its class alone, `Flatten`, or with its arguments,
`{Dense: {units: 128}}`. All messages about the content of an experiment come from `core.experiment.serialization`.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from core.experiment.edits import set_value
from core.experiment.model import NESTED, VERSION, Compile, Data, Experiment, Fit
from core.experiment.serialization import from_dict
from core.experiment.templates import apply_template, lecture_experiment
from core.problems import ExperimentPath
from core.teaching.deck import HERE, Deck, ExperimentChange, Scene, Task
from core.teaching.deck_files.deck_yaml import Node

PARTS = ("data", "layers", "compile", "fit")
CHOICES = ("optimizer", "loss")  # fields with a single choice
LISTS = ("layers", "metrics", "callbacks")  # fields with a list of choices


def expand_short_form(content: Mapping[str, Any]) -> dict[str, Any]:
    """Expand the parts of an experiment from the short form of decks to the form of its JSON.

    Invalid values stay unchanged, so that `core.experiment.serialization` reports the values.
    """
    return {part: _expand_part(part, value) for part, value in content.items()}


def _expand_part(name: str, value: Any) -> Any:
    if name in LISTS and isinstance(value, list):
        choices = [_expand_choice(item) for item in value]
        return _with_ids(choices) if name == "layers" else choices
    if name in CHOICES:
        return _expand_choice(value)
    if name in PARTS and isinstance(value, dict):
        return {key: _expand_part(key, item) for key, item in value.items()}
    return value


def _expand_choice(value: Any) -> Any:
    """Expand `Flatten` or `{Dense: {units: 128}}` to the long form `{"name": ..., "arguments": {...}}`."""
    if isinstance(value, str):
        return {"name": value}
    if not isinstance(value, dict) or "name" in value:
        return _with_nested(value)
    if len(value) != 1:
        return value
    ((name, arguments),) = value.items()
    return _with_nested({"name": name} if arguments is None else {"name": name, "arguments": arguments})


def _with_nested(choice: Any) -> Any:
    """Expand arguments of a layer or an optimizer that are objects, such as a schedule as the learning rate."""
    arguments = choice.get("arguments") if isinstance(choice, dict) else None
    if not isinstance(arguments, dict):
        return choice
    nested = {key: _expand_choice(item) for key, item in arguments.items() if key in NESTED and isinstance(item, dict)}
    return {**choice, "arguments": {**arguments, **nested}}


def _with_ids(layers: list[Any]) -> list[Any]:
    """Return the layers with the ids that the builder would give them, such as "dense-1" and "dense-2"."""
    counts: dict[str, int] = {}
    named = []
    for layer in layers:
        if isinstance(layer, dict) and "id" not in layer and isinstance(layer.get("name"), str):
            base = re.sub(r"[^a-z0-9_-]", "", layer["name"].lower())[:30]
            counts[base] = counts.get(base, 0) + 1
            layer = {"id": f"{base}-{counts[base]}", **layer}
        named.append(layer)
    return named


def read_content(content: Mapping[str, Any]) -> Experiment:
    """Return the experiment with these parts. Missing parts get their defaults.

    Raises
    ------
    ProblemError
        A part is invalid.
    """
    return from_dict({"version": VERSION, **content})


def apply_deck_change(change: ExperimentChange, draft: Experiment) -> Experiment:
    """Return the experiment that results from a change of a deck.

    Parameters
    ----------
    change
        The start of the experiment, and the changes.
    draft
        The visitor's draft, which is the start of some changes.

    Returns
    -------
    Experiment
        A new draft. Layers of the change replace all layers. Other parts change value by value.

    Raises
    ------
    ProblemError
        The change is invalid.
    """
    wanted = read_content(change.content)
    data, compiled, fit = (change.content.get(part, {}) for part in ("data", "compile", "fit"))
    start = draft if change.start == HERE else _template(change.start, wanted.data.dataset)
    if "dataset" in data:
        start = set_value(start, ("data", "dataset"), wanted.data.dataset)  # the last layer follows the number of classes
    return replace(
        start,
        data=replace(start.data, **{name: getattr(wanted.data, name) for name in data}),
        layers=wanted.layers if "layers" in change.content else start.layers,
        compile=replace(start.compile, **{name: getattr(wanted.compile, name) for name in compiled}),
        fit=replace(start.fit, **{name: getattr(wanted.fit, name) for name in fit}),
    )


def _template(name: str, dataset: str) -> Experiment:
    return apply_template(Experiment(Data(dataset=dataset), (), Compile(), Fit()), name)


def changes_of(scene: Scene) -> Iterator[ExperimentChange]:
    """Yield all changes of the experiment in a scene, including the solutions of its tasks, in the order of the file."""
    for part in scene.parts:
        change = part.show if isinstance(part, Task) else part
        if isinstance(change, ExperimentChange):
            yield change


def experiment_after_each_change(deck: Deck) -> Iterator[tuple[ExperimentChange, Experiment]]:
    """Yield each change of the experiment in a deck, with the experiment that results after the change.

    The first experiment is the lecture's network on Digits. Each task is solved by its *Show me*.
    """
    draft = lecture_experiment("digits")
    for scene in deck.scenes:
        for change in changes_of(scene):
            draft = apply_deck_change(change, draft)
            yield change, draft


def problem_line(node: Node, where: ExperimentPath) -> int:
    """Return the line of the part of a block that has a problem.

    Parameters
    ----------
    node
        The block, with the short forms.
    where
        The path of the problem in the experiment, such as ("layers", "number 2", "arguments", "units").
    """
    for step in where:
        inner = _step(node, step)
        if inner is None:
            break
        node = inner
    return node.line


def _step(node: Node, step: str) -> Node | None:
    if isinstance(node.value, list):
        number = re.fullmatch(r"number (\d+)", step)
        return node.value[int(number[1]) - 1] if number else None
    if not isinstance(node.value, dict):
        return None
    if step in node.value:
        return node.value[step]  # type: ignore[no-any-return]
    only = next(iter(node.value.values())) if len(node.value) == 1 else None
    return only if step == "arguments" else None
