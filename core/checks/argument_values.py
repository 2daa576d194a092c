"""Warn of values that Keras accepts but that seldom learn; the catalogue holds the workable range of each argument."""

from collections.abc import Iterator
from typing import Any

from core.experiment.layer_names import layer_label
from core.experiment.model import CATALOGUES, NESTED, Experiment, arguments_with_defaults, resolve_short_name
from core.parameters import EntryRef, Parameter, Value
from core.problems import ExperimentPath, Problem, Repair, quoted


def check_workable(experiment: Experiment) -> Iterator[Problem]:
    """Values of layers, optimizer, loss and callbacks outside their workable range, in that order.

    Parameters
    ----------
    experiment
        The experiment to check; all its values must be allowed.
    """
    for layer in experiment.layers:
        yield from _unworkable(experiment, layer, "layers", ("layers", layer.id), layer_label(experiment, layer.id))
    optimizer, loss = experiment.compile.optimizer, experiment.compile.loss
    yield from _unworkable(experiment, optimizer, "optimizer", ("compile", "optimizer"), optimizer.name)
    yield from _unworkable(experiment, loss, "loss", ("compile", "loss"), loss.name)
    for callback in experiment.fit.callbacks:
        yield from _unworkable(experiment, callback, "callbacks", ("fit", "callbacks", callback.name), callback.name)


def _unworkable(experiment: Experiment, chosen: EntryRef, kind: str, where: ExperimentPath, owner: str) -> Iterator[Problem]:
    entry = CATALOGUES[kind][chosen.name]
    for parameter in entry.parameters:
        value = arguments_with_defaults(chosen, entry)[parameter.name]
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
    """The absolute value of a number, or the larger one of two numbers; None for anything else."""
    if isinstance(value, tuple):
        return max((abs(number) for number in value if isinstance(number, int | float)), default=None)
    return abs(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _value_text(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else quoted(value)
