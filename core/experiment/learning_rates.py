"""The learning rate over the steps of an experiment: constant, or from a schedule."""

import math
from dataclasses import replace

from core.catalogue import Entry
from core.catalogue.schedules import SCHEDULES
from core.experiment.model import CATALOGUES, Experiment, arguments_with_defaults, in_keras_order
from core.parameters import EntryRef, Value
from core.problems import ExperimentPath

RATE: ExperimentPath = ("compile", "optimizer", "arguments", "learning_rate")
MOST_POINTS = 400  # a chart is hardly wider in pixels
DIGITS = 6  # of a learning rate that is computed

Unit = tuple[str, float]  # what to multiply, "rate" or "run", and by how much; "" for the number itself


def schedule_of(experiment: Experiment) -> EntryRef | None:
    """The schedule that drives the learning rate, or None where it is constant."""
    rate = experiment.compile.optimizer.argument("learning_rate")
    return rate if isinstance(rate, EntryRef) else None


def num_updates(experiment: Experiment) -> int:
    """How often the weights change in a whole run; a schedule counts these steps."""
    optimizer = experiment.compile.optimizer
    batches = (
        arguments_with_defaults(optimizer, CATALOGUES["optimizer"][optimizer.name]).get("gradient_accumulation_steps") or 1
    )
    return max(1, experiment.epoch_steps * experiment.fit.epochs // int(batches))


def is_whole(schedule: EntryRef) -> bool:
    """Whether a schedule's lists fit each other, so that every step has a learning rate."""
    pieces = SCHEDULES[schedule.name].trait("piecewise_arguments")
    if pieces is None:
        return True
    marks, values = _values(schedule, pieces)
    return len(values) == len(marks) + 1 and all(mark < next_mark for mark, next_mark in zip(marks, marks[1:], strict=False))


def rate_at(schedule: EntryRef, step: int) -> float:
    """The learning rate of a schedule at a step, from 0; the schedule must be whole."""
    entry = SCHEDULES[schedule.name]
    return float(entry.trait("rate")(step, **arguments_with_defaults(schedule, entry)))


def rate_points(experiment: Experiment, most: int = MOST_POINTS) -> tuple[tuple[int, float], ...]:
    """The learning rate over a whole run: pairs of a step, from 0, and its rate; evenly chosen where there are many.

    Raises
    ------
    KeyError
        No whole schedule drives the learning rate.
    """
    schedule, steps = schedule_of(experiment), num_updates(experiment)
    if schedule is None or not is_whole(schedule):
        raise KeyError(RATE)
    chosen = {round(number * (steps - 1) / max(1, most - 1)) for number in range(most)}
    pieces = SCHEDULES[schedule.name].trait("piecewise_arguments")
    marks = _values(schedule, pieces)[0] if pieces else ()
    chosen |= {step for mark in marks for step in (mark, mark + 1) if step < steps}
    return tuple((step, rate_at(schedule, step)) for step in sorted(chosen))


def sentence(experiment: Experiment) -> str:
    """A sentence that says what the chart of a schedule shows, for those who cannot see it."""
    drawn, steps, epochs = rate_points(experiment), num_updates(experiment), experiment.fit.epochs
    (_, first), (_, last) = drawn[0], drawn[-1]
    top_step, top = max(drawn, key=lambda point: point[1])
    jumps = _jumps([rate for _, rate in drawn])
    middle = ""
    if jumps:
        middle = f" It jumps up {jumps} time{'s' if jumps > 1 else ''} on the way."
    elif top > max(first, last):
        middle = f" It rises to {top:.3g} at step {top_step:,}."
    epochs_text = "1 epoch" if epochs == 1 else f"{epochs:,} epochs"
    return f"The learning rate starts at {first:.3g} and ends at {last:.3g}, after {steps:,} steps ({epochs_text}).{middle}"


def _jumps(rates: list[float]) -> int:
    """How often a learning rate goes up again after it has gone down."""
    changes = [second - first for first, second in zip(rates, rates[1:], strict=False) if second != first]
    return sum(change < 0 < next_change for change, next_change in zip(changes, changes[1:], strict=False))


def last_step(schedule: EntryRef) -> int | None:
    """The step after which a schedule stays constant; None if it never does."""
    entry, values = SCHEDULES[schedule.name], arguments_with_defaults(schedule, SCHEDULES[schedule.name])
    if entry.trait("piecewise_arguments"):
        return int(values[entry.trait("piecewise_arguments")[0]][-1])
    if not entry.trait("end_arguments") or values.get(entry.trait("endless_switch")):
        return None
    return sum(int(values[name]) for name in _counted(entry, values))


def peak_rate(schedule: EntryRef) -> float:
    """The learning rate that a schedule is built on: its highest, except for schedules that rise."""
    entry = SCHEDULES[schedule.name]
    values = arguments_with_defaults(schedule, entry)
    top = values.get(entry.trait("peak_replacement")) or values[entry.trait("peak")]
    return float(max(top)) if isinstance(top, tuple) else float(top)


def constant_rate(experiment: Experiment) -> float:
    """The constant learning rate to start from, or to go back to: the current one, else the schedule's."""
    optimizer = experiment.compile.optimizer
    entry = CATALOGUES["optimizer"][optimizer.name]
    parameter, rate = entry.parameter("learning_rate"), arguments_with_defaults(optimizer, entry)["learning_rate"]
    if isinstance(rate, EntryRef):
        rate = peak_rate(rate) if _is_allowed(rate) else None
    if parameter is not None and not parameter.constraint.is_valid(rate):
        return float(entry.trait("try_learning_rate", parameter.default))
    return float(rate)


def _is_allowed(schedule: EntryRef) -> bool:
    entry = SCHEDULES[schedule.name]
    return all(
        parameter.constraint.is_valid(schedule.argument(parameter.name, parameter.default)) for parameter in entry.parameters
    )


def suggested_schedule(name: str, experiment: Experiment, rate: float | None = None) -> EntryRef:
    """A schedule with arguments that suit a run.

    Parameters
    ----------
    name
        The name of the schedule.
    experiment
        The experiment of the run.
    rate
        Its highest learning rate; None takes the current one.
    """
    entry = SCHEDULES[name]
    units = {"rate": constant_rate(experiment) if rate is None else rate, "run": num_updates(experiment), "": 1}
    return EntryRef(
        name,
        in_keras_order({key: _worked_out(unit, units) for key, unit in entry.trait("initial_arguments").items()}, entry),
    )


def fit_to_run(schedule: EntryRef, experiment: Experiment) -> EntryRef:
    """A schedule with its lengths adjusted to a run, and all else as it is."""
    entry, steps, end = SCHEDULES[schedule.name], num_updates(experiment), last_step(schedule)
    values = arguments_with_defaults(schedule, entry)
    if end is None or entry.trait("piecewise_arguments"):
        lengths = [parameter.name for parameter in entry.parameters if parameter.unit == "steps"]
        new = {name: value for name, value in suggested_schedule(schedule.name, experiment).arguments if name in lengths}
    else:
        new = {name: int(values[name]) * steps // end for name in _counted(entry, values)}
        longest = max(new, key=lambda name: new[name])
        new[longest] += max(1 - new[longest], steps - sum(new.values()))  # the remainder of rounding
    return replace(schedule, arguments=in_keras_order({**dict(schedule.arguments), **new}, entry))


def _counted(entry: Entry, values: dict[str, Value]) -> list[str]:
    """The arguments that add up to the length of a schedule, without those that are switched off."""
    switches = dict(entry.trait("only_with", ()))
    return [name for name in entry.trait("end_arguments") if name not in switches or values[switches[name]] is not None]


def _values(schedule: EntryRef, names: tuple[str, ...]) -> tuple[Value, ...]:
    values = arguments_with_defaults(schedule, SCHEDULES[schedule.name])
    return tuple(values[name] for name in names)


def _worked_out(unit: Unit | tuple[Unit, ...], units: dict[str, float]) -> Value:
    if isinstance(unit[0], tuple):
        values: list[Value] = []
        for part in unit:
            value = _worked_out(part, units)
            rises = values and isinstance(value, int)  # in a run of few steps, two of them may be one
            values.append(max(value, values[-1] + 1) if rises else value)
        return tuple(values)
    name, share = unit
    worked_out = units[str(name)] * float(share)
    return max(1, math.ceil(round(worked_out, 3))) if name == "run" else float(f"{worked_out:.{DIGITS}g}")
