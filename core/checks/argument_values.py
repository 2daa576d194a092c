"""Warn of allowed values with which networks seldom learn. The catalogue holds the workable range of each argument."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from core.checks.equal_problems import repair_all
from core.experiment.layer_names import layer_label
from core.experiment.model import CATALOGUES, NESTED, Experiment, arguments_with_defaults, resolve_short_name
from core.parameters import EntryRef, Parameter, Value
from core.problems import ExperimentPath, Problem, Repair, quoted


def check_workable_ranges(experiment: Experiment) -> Iterator[Problem]:
    """Yield the problems of values outside their workable range: of layers, optimizer, loss and callbacks, in that order.

    Parameters
    ----------
    experiment
        The experiment to check; all its values must be allowed.
    """
    for layer in experiment.layers:
        problems = list(_unworkable(experiment, layer, "layers", ("layers", layer.id), layer_label(experiment, layer.id)))
        yield from problems if len(problems) < 2 else [_joined_problem(experiment, problems)]
    optimizer, loss = experiment.compile.optimizer, experiment.compile.loss
    yield from _unworkable(experiment, optimizer, "optimizer", ("compile", "optimizer"), optimizer.name)
    yield from _unworkable(experiment, loss, "loss", ("compile", "loss"), loss.name)
    for callback in experiment.fit.callbacks:
        yield from _unworkable(experiment, callback, "callbacks", ("fit", "callbacks", callback.name), callback.name)


def _joined_problem(experiment: Experiment, problems: list[Problem]) -> Problem:
    """Join the problems of several values of a layer.

    Its repair changes all these values, since changing only some of them helps little.
    """
    label = " and ".join(problem.repairs[0].label[:1].lower() + problem.repairs[0].label[1:] for problem in problems)
    repair = repair_all(experiment, problems, label[:1].upper() + label[1:])
    return replace(
        problems[0],
        happened=" ".join(problem.happened for problem in problems),
        expected=" ".join(dict.fromkeys(problem.expected for problem in problems)),
        fix=f"{repair.label}.",
        repairs=(repair,),
        also=tuple(problem.where for problem in problems[1:]),
    )


def _unworkable(experiment: Experiment, chosen: EntryRef, kind: str, where: ExperimentPath, owner: str) -> Iterator[Problem]:
    entry = CATALOGUES[kind][chosen.name]
    values = arguments_with_defaults(chosen, entry)
    for parameter in entry.parameters:
        value = values[parameter.name]
        path = (*where, "arguments", parameter.name)
        inside = resolve_short_name(value, NESTED[parameter.name]) if parameter.name in NESTED else None
        if inside is not None:
            owner_text = f"{owner}, {parameter.name.replace('_', ' ')} {inside.name}"
            yield from _unworkable(experiment, inside, NESTED[parameter.name], path, owner_text)
        elif parameter.workable is not None:
            yield from _unworkable_value(parameter, value, path, owner)


def _unworkable_value(parameter: Parameter, value: Any, path: ExperimentPath, owner: str) -> Iterator[Problem]:
    workable = parameter.workable
    size = _magnitude(value)
    if workable is None or size is None or workable.low <= size <= workable.high:
        return
    better: Value = parameter.default if workable.better is None else workable.better
    bound = f"at most {workable.high:g}" if size > workable.high else f"at least {workable.low:g}"
    label = f"Leave {parameter.name} empty" if better is None else f"Set {parameter.name} to {_value_text(better)}"
    repair = Repair(label, "set", path, better)
    yield Problem(
        code=f"{'high' if size > workable.high else 'low'}-{parameter.name}",
        where=path,
        severity="warning",
        happened=f"{owner} has {parameter.name}={_value_text(value)}.",
        expected=f"Expected {bound}.",
        fix=f"{repair.label}.",
        why=workable.why,
        repairs=(repair,),
    )


def _magnitude(value: Any) -> float | None:
    """Return the absolute value of a number, or the largest in a tuple of numbers. Return None for any other value."""
    if isinstance(value, tuple):
        return max((abs(number) for number in value if isinstance(number, int | float)), default=None)
    return abs(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _value_text(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else quoted(value)
