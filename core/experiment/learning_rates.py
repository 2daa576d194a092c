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
DIGITS = 6  # significant digits of a computed learning rate
SMALL_BATCH = 8  # images; the gradients of smaller batches are so noisy that only smaller steps learn

Unit = tuple[str, float]  # the quantity to multiply, "rate" or "run", and the factor; "" for the number itself


def schedule_of(experiment: Experiment) -> EntryRef | None:
    """Return the schedule that drives the learning rate. Return None for a constant rate."""
    rate = experiment.compile.optimizer.argument("learning_rate")
    return rate if isinstance(rate, EntryRef) else None


def num_updates(experiment: Experiment) -> int:
    """Return the number of weight updates in a whole run. A schedule counts these updates as its steps."""
    optimizer = experiment.compile.optimizer
    batches = (
        arguments_with_defaults(optimizer, CATALOGUES["optimizer"][optimizer.name]).get("gradient_accumulation_steps") or 1
    )
    return max(1, experiment.epoch_steps * experiment.fit.epochs // int(batches))


def has_valid_boundaries(schedule: EntryRef) -> bool:
    """Tell whether the boundaries of a piecewise schedule increase and match its values. Return True for other schedules."""
    pieces = SCHEDULES[schedule.name].trait("piecewise_arguments")
    if pieces is None:
        return True
    marks, values = _values(schedule, pieces)
    return len(values) == len(marks) + 1 and all(mark < next_mark for mark, next_mark in zip(marks, marks[1:], strict=False))


def rate_at(schedule: EntryRef, step: int) -> float:
    """Return the learning rate at a step, counted from 0, of a schedule that `has_valid_boundaries`."""
    entry = SCHEDULES[schedule.name]
    return float(entry.trait("rate")(step, **arguments_with_defaults(schedule, entry)))


def rate_points(experiment: Experiment, most: int = MOST_POINTS) -> tuple[tuple[int, float], ...]:
    """Return the learning rate over a whole run, as pairs of a step, counted from 0, and its rate.

    For a long run, choose `most` evenly spaced steps, and the steps at each boundary of a piecewise schedule.

    Raises
    ------
    KeyError
        The learning rate is constant, or the boundaries of its schedule are not valid.
    """
    schedule, steps = schedule_of(experiment), num_updates(experiment)
    if schedule is None or not has_valid_boundaries(schedule):
        raise KeyError(RATE)
    chosen = {round(number * (steps - 1) / max(1, most - 1)) for number in range(most)}
    pieces = SCHEDULES[schedule.name].trait("piecewise_arguments")
    marks = _values(schedule, pieces)[0] if pieces else ()
    chosen |= {step for mark in marks for step in (mark, mark + 1) if step < steps}
    return tuple((step, rate_at(schedule, step)) for step in sorted(chosen))


def sentence(experiment: Experiment) -> str:
    """Describe the chart of a schedule in words, for people who cannot see the chart."""
    drawn, steps, epochs = rate_points(experiment), num_updates(experiment), experiment.fit.epochs
    (_, first), (_, last) = drawn[0], drawn[-1]
    top_step, top = max(drawn, key=lambda point: point[1])
    jumps = _num_jumps([rate for _, rate in drawn])
    middle = ""
    if jumps:
        middle = f" It jumps up {jumps} time{'s' if jumps > 1 else ''} on the way."
    elif top > max(first, last):
        middle = f" It rises to {top:.3g} at step {top_step:,}."
    epochs_text = "1 epoch" if epochs == 1 else f"{epochs:,} epochs"
    return f"The learning rate starts at {first:.3g} and ends at {last:.3g}, after {steps:,} steps ({epochs_text}).{middle}"


def _num_jumps(rates: list[float]) -> int:
    """Count how often a learning rate rises after a fall."""
    changes = [second - first for first, second in zip(rates, rates[1:], strict=False) if second != first]
    return sum(change < 0 < next_change for change, next_change in zip(changes, changes[1:], strict=False))


def schedule_end_step(schedule: EntryRef) -> int | None:
    """Return the step after which a schedule stays constant. Return None for a schedule that always changes."""
    entry, values = SCHEDULES[schedule.name], arguments_with_defaults(schedule, SCHEDULES[schedule.name])
    if entry.trait("piecewise_arguments"):
        return int(values[entry.trait("piecewise_arguments")[0]][-1])
    if not entry.trait("end_arguments") or values.get(entry.trait("endless_switch")):
        return None
    return sum(int(values[name]) for name in _length_arguments(entry, values))


def peak_rate(schedule: EntryRef) -> float:
    """Return the main rate among a schedule's arguments. This is its highest learning rate, unless the schedule rises."""
    entry = SCHEDULES[schedule.name]
    values = arguments_with_defaults(schedule, entry)
    top = values.get(entry.trait("peak_replacement")) or values[entry.trait("peak")]
    return float(max(top)) if isinstance(top, tuple) else float(top)


def constant_rate(experiment: Experiment) -> float:
    """Return a constant learning rate to start from, or to go back to.

    This is the current rate, or the peak rate of a schedule. If that rate is not allowed, the result is the rate that the
    catalogue suggests for the optimizer.
    """
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


def usual_rates(experiment: Experiment) -> tuple[float, float]:
    """Return the lowest and the highest learning rate with which an experiment usually learns.

    The checks and the coach use these limits. The catalogue has such rates for each optimizer. Momentum adds up steps, so
    that both limits are lower with momentum. Small batches lower the limits too, since they change the weights more often,
    by noisier gradients.
    """
    entry = CATALOGUES["optimizer"][experiment.compile.optimizer.name]
    (low, high), (slow, fast) = (
        entry.trait(name, (0.0, math.inf)) for name in ("usual_learning_rate", "usual_rolling_rate")
    )
    share = 1 - workable_momentum(experiment)
    batch = min(1.0, experiment.fit.batch_size / SMALL_BATCH)
    less = batch if entry.trait("usual_rolling_rate") else math.sqrt(batch)  # steps as long as the gradient are noisier
    ends = max(low, slow * share) * batch, min(high, fast * share) * less
    return float(f"{ends[0]:.{DIGITS}g}"), float(f"{ends[1]:.{DIGITS}g}")


def workable_momentum(experiment: Experiment) -> float:
    """Return the optimizer's momentum, or the usual momentum if a check warns that the momentum is too high.

    Return 0 for an optimizer without momentum.
    """
    optimizer = experiment.compile.optimizer
    parameter = CATALOGUES["optimizer"][optimizer.name].parameter("momentum")
    momentum = float(optimizer.argument("momentum", parameter.default if parameter else 0.0) or 0.0)
    workable = parameter.workable if parameter else None
    return float(workable.better) if workable and workable.better is not None and momentum > workable.high else momentum


def usual_rates_text(experiment: Experiment) -> str:
    """Write the usual learning rates in words: "0.001 to 0.1 with a momentum of 0.9"."""
    low, high = usual_rates(experiment)
    entry, momentum = CATALOGUES["optimizer"][experiment.compile.optimizer.name], workable_momentum(experiment)
    rolling = f" with a momentum of {momentum:g}" if entry.trait("usual_rolling_rate") and momentum else ""
    size = experiment.fit.batch_size
    batch = f" in batches of {size} image{'' if size == 1 else 's'}" if size < SMALL_BATCH else ""
    return f"{low:.3g} to {high:.3g}{rolling}{batch}"


def suggested_rate(experiment: Experiment) -> float:
    """Suggest a learning rate to begin with: the optimizer's default, or the nearest usual rate."""
    entry = CATALOGUES["optimizer"][experiment.compile.optimizer.name]
    parameter, (low, high) = entry.parameter("learning_rate"), usual_rates(experiment)
    default = float(entry.trait("try_learning_rate", parameter.default if parameter else math.nan))
    return float(f"{min(max(default, low), high):.2g}")


def suggested_schedule(name: str, experiment: Experiment, rate: float | None = None) -> EntryRef:
    """Return a schedule with arguments that suit a run.

    Parameters
    ----------
    name
        The name of the schedule.
    experiment
        The experiment of the run.
    rate
        The schedule's highest learning rate. None means the current rate.
    """
    entry = SCHEDULES[name]
    units = {"rate": constant_rate(experiment) if rate is None else rate, "run": num_updates(experiment), "": 1}
    return EntryRef(
        name,
        in_keras_order({key: _worked_out(unit, units) for key, unit in entry.trait("initial_arguments").items()}, entry),
    )


def scale_schedule_to_run(schedule: EntryRef, experiment: Experiment) -> EntryRef:
    """Return a schedule with its length adjusted to the steps of a run, and no other change."""
    entry, steps, end = SCHEDULES[schedule.name], num_updates(experiment), schedule_end_step(schedule)
    values = arguments_with_defaults(schedule, entry)
    if end is None or entry.trait("piecewise_arguments"):
        lengths = [parameter.name for parameter in entry.parameters if parameter.unit == "steps"]
        new = {name: value for name, value in suggested_schedule(schedule.name, experiment).arguments if name in lengths}
    else:
        new = {name: int(values[name]) * steps // end for name in _length_arguments(entry, values)}
        longest = max(new, key=lambda name: new[name])
        new[longest] += max(1 - new[longest], steps - sum(new.values()))  # the remainder of rounding
    return replace(schedule, arguments=in_keras_order({**dict(schedule.arguments), **new}, entry))


def _length_arguments(entry: Entry, values: dict[str, Value]) -> list[str]:
    """Return the names of the arguments whose sum is the schedule's length, without arguments that are switched off."""
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
            rises = values and isinstance(value, int)  # in a run of few steps, two boundaries may coincide
            values.append(max(value, values[-1] + 1) if rises else value)
        return tuple(values)
    name, share = unit
    worked_out = units[str(name)] * float(share)
    return max(1, math.ceil(round(worked_out, 3))) if name == "run" else float(f"{worked_out:.{DIGITS}g}")
