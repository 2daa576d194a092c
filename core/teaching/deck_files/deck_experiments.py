"""Experiments of decks: their short form, and the experiment that a scene opens.

The short form names a layer, an optimizer or another choice by its class alone, `Flatten`, or with its arguments,
`{Dense: {units: 128}}`. All messages about what stands in an experiment are those of `core.experiment.serialization`.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from core.experiment.edits import set_value
from core.experiment.model import NESTED, VERSION, Compile, Data, Experiment, Fit
from core.experiment.serialization import from_dict
from core.experiment.templates import apply_template, lecture
from core.problems import ExperimentPath
from core.teaching.deck import HERE, Deck, ExperimentChange, Task
from core.teaching.deck_files.deck_yaml import Node

PARTS = ("data", "layers", "compile", "fit")
CHOICES = ("optimizer", "loss")  # fields with one choice
LISTS = ("layers", "metrics", "callbacks")  # fields with a list of choices


def expand(content: Mapping[str, Any]) -> dict[str, Any]:
    """The parts of an experiment as its JSON has them, from their short form.

    What has no meaning stays as it is, for `core.experiment.serialization` to name.
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
    """`Flatten` and `{Dense: {units: 128}}` as `{"name": ..., "arguments": {...}}`."""
    if isinstance(value, str):
        return {"name": value}
    if not isinstance(value, dict) or "name" in value:
        return _with_nested(value)
    if len(value) != 1:
        return value
    ((name, arguments),) = value.items()
    return _with_nested({"name": name} if arguments is None else {"name": name, "arguments": arguments})


def _with_nested(choice: Any) -> Any:
    """A choice whose arguments may be choices in turn, such as a schedule in place of a learning rate."""
    arguments = choice.get("arguments") if isinstance(choice, dict) else None
    if not isinstance(arguments, dict):
        return choice
    nested = {key: _expand_choice(item) for key, item in arguments.items() if key in NESTED and isinstance(item, dict)}
    return {**choice, "arguments": {**arguments, **nested}}


def _with_ids(layers: list[Any]) -> list[Any]:
    """The layers with the ids that the builder would give them: "dense-1", "dense-2"."""
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
    """The experiment of these parts alone; what is absent takes its default.

    Raises
    ------
    ProblemError
        A part has no meaning.
    """
    return from_dict({"version": VERSION, **content})


def apply(change: ExperimentChange, draft: Experiment) -> Experiment:
    """The experiment that a scene opens.

    Parameters
    ----------
    change
        Where it begins, and what it changes.
    draft
        The visitor's draft, where the change begins with it.

    Returns
    -------
    Experiment
        A new draft. Layers that the change lists replace all that were there; other parts change value by value.

    Raises
    ------
    ProblemError
        The change has no meaning.
    """
    asked = read_content(change.content)
    data, compiled, fit = (change.content.get(part, {}) for part in ("data", "compile", "fit"))
    start = draft if change.start == HERE else _template(change.start, asked.data.dataset)
    if "dataset" in data:
        start = set_value(start, ("data", "dataset"), asked.data.dataset)  # the last layer follows the number of classes
    return replace(
        start,
        data=replace(start.data, **{name: getattr(asked.data, name) for name in data}),
        layers=asked.layers if "layers" in change.content else start.layers,
        compile=replace(start.compile, **{name: getattr(asked.compile, name) for name in compiled}),
        fit=replace(start.fit, **{name: getattr(asked.fit, name) for name in fit}),
    )


def _template(name: str, dataset: str) -> Experiment:
    return apply_template(Experiment(Data(dataset=dataset), (), Compile(), Fit()), name)


def experiments_of(deck: Deck) -> Iterator[tuple[ExperimentChange, Experiment]]:
    """Each change of a deck with the experiment that it makes for somebody who goes from scene to scene.

    A visitor who does what a task shows begins with the lecture's net on Digits.
    """
    draft = lecture("digits")
    for scene in deck.scenes:
        for part in scene.parts:
            change = part.show if isinstance(part, Task) else part
            if isinstance(change, ExperimentChange):
                draft = apply(change, draft)
                yield change, draft


def line_of(node: Node, where: ExperimentPath) -> int:
    """The line in a block at which the part of an experiment stands that a problem names.

    Parameters
    ----------
    node
        The block as it was read, with the short forms.
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
