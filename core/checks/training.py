"""Check how a run trains: its learning rate, a schedule, and the callbacks."""

from collections.abc import Callable, Iterator
from typing import Any

from core.catalogue import Entry
from core.catalogue.callbacks import CALLBACKS
from core.catalogue.schedules import SCHEDULES
from core.checks.repairs import duplicate_entry_problems
from core.experiment import learning_rates
from core.experiment.model import CATALOGUES, Experiment, arguments_with_defaults
from core.parameters import EntryRef
from core.problems import ExperimentPath, Problem, Repair

VALIDATION = "val_"  # Keras' prefix for numbers measured on the validation set
UNCHANGED_RATE_SHARE = 0.95  # a schedule whose rate stays above this share of the highest rate changes nothing
LEAST_RATE_SHARE = 0.001  # with a rate below this share of the highest rate, a network learns nothing
MOST_LENGTH_RATIO = 2  # of a schedule that is so many times as long as the run, the run covers less than half
USUAL_VALIDATION_SPLIT = 0.1  # a good share of images for validation


def measured_names(experiment: Experiment) -> tuple[str, ...]:
    """Return the names of the losses and metrics in Keras' history of a run, with validation first."""
    integer = CATALOGUES["loss"][experiment.compile.loss.name].trait("labels") == "integer"
    names = ["loss"]
    for metric in experiment.compile.metrics:
        entry = CATALOGUES["metrics"][metric.name]
        name = str(entry.trait("history_name"))
        names.append(str(entry.trait("integer_history_name", name)) if integer else name)
    validation = [f"{VALIDATION}{name}" for name in names] if experiment.data.num_validation else []
    return tuple(dict.fromkeys([*validation, *names]))


def with_measured_monitor(callback: EntryRef, experiment: Experiment) -> EntryRef:
    """Return the callback changed to monitor the validation loss, or the training loss without a validation set."""
    entry = CALLBACKS[callback.name]
    others = {name: value for name, value in callback.arguments if name != "monitor"}
    first = measured_names(experiment)[0]
    chosen = {**others, "monitor": first} if first != entry.parameter("monitor").default else others  # type: ignore[union-attr]
    return EntryRef(
        callback.name,
        tuple((parameter.name, chosen[parameter.name]) for parameter in entry.parameters if parameter.name in chosen),
    )


def suggested_callback(name: str, experiment: Experiment) -> EntryRef:
    """Return a callback with arguments that suit the metrics and the number of epochs of the run."""
    entry = CALLBACKS[name]
    starts = dict(entry.trait("initial_arguments"))
    starts["patience"] = max(1, min(starts["patience"], experiment.fit.epochs - 2))
    chosen = tuple((parameter.name, starts[parameter.name]) for parameter in entry.parameters if parameter.name in starts)
    return with_measured_monitor(EntryRef(name, chosen), experiment)


def usual_learning_rate(experiment: Experiment) -> Iterator[Problem]:
    """Warn of a learning rate outside the usual range. For a schedule, its highest rate in this run counts."""
    optimizer, schedule = experiment.compile.optimizer, learning_rates.schedule_of(experiment)
    if schedule is not None and not learning_rates.has_valid_boundaries(schedule):
        return
    if schedule is None:
        rate, rate_text = learning_rates.constant_rate(experiment), "is"
    else:
        rate, rate_text = (
            max(point_rate for _, point_rate in learning_rates.rate_points(experiment)),
            f"of {schedule.name} is at most",
        )
    low, high = learning_rates.usual_rates(experiment)
    if not low <= rate <= high:
        better = learning_rates.suggested_rate(experiment)
        value = better if schedule is None else learning_rates.suggested_schedule(schedule.name, experiment, better)
        subject = (
            f"The learning rate {rate:g} is" if schedule is None else f"The learning rate {rate_text} {rate:g}, which is"
        )
        yield Problem(
            code="unusual-learning-rate",
            where=("compile", "optimizer"),
            severity="warning",
            happened=f"{subject} {'high' if rate > high else 'low'} for {optimizer.name}.",
            expected=f"Usual are {learning_rates.usual_rates_text(experiment)}.",
            fix=f"Try {better:g}, or go on and see what happens.",
            repairs=(Repair(f"Set it to {better:g}", "set", learning_rates.RATE, value),),
        )


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _piecewise_fits(experiment: Experiment) -> Iterator[Problem]:
    schedule = learning_rates.schedule_of(experiment)
    if schedule is None or learning_rates.has_valid_boundaries(schedule):
        return
    names = SCHEDULES[schedule.name].trait("piecewise_arguments")
    values = arguments_with_defaults(schedule, SCHEDULES[schedule.name])
    marks, levels = values[names[0]], values[names[1]]
    rising = tuple(sorted(set(marks)))
    num_values = len(rising) + 1
    levels_that_fit = (levels + (levels[-1],) * num_values)[:num_values]
    mended = EntryRef(schedule.name, ((names[0], rising), (names[1], levels_that_fit)))
    if marks != rising:
        happened = f"The {names[0]} of {schedule.name} are {', '.join(f'{mark:,}' for mark in marks)}, which do not rise."
    else:
        happened = f"{schedule.name} has {_count(len(marks), 'number')} in {names[0]} and {len(levels)} in {names[1]}."
    yield Problem(
        code="pieces-do-not-fit",
        where=("compile", "optimizer"),
        happened=happened,
        expected=f"Expected {names[0]} that rise, and one more of the {names[1]}: one before each, and one after the last.",
        fix=f"Correct the {names[0]} or the {names[1]}, or make them anew for this run.",
        why="The learning rate keeps a value up to a boundary, and takes the next value from there on.",
        repairs=(
            Repair("Make them fit each other", "set", learning_rates.RATE, mended),
            Repair(
                "Make them anew for this run",
                "set",
                learning_rates.RATE,
                learning_rates.suggested_schedule(schedule.name, experiment),
            ),
        ),
    )


def _schedule_fits_run(experiment: Experiment) -> Iterator[Problem]:
    schedule = learning_rates.schedule_of(experiment)
    if schedule is None or not learning_rates.has_valid_boundaries(schedule):
        return
    steps, end = learning_rates.num_updates(experiment), learning_rates.schedule_end_step(schedule)
    drawn = [rate for _, rate in learning_rates.rate_points(experiment)]
    top, middle = max(drawn), len(drawn) // 2
    if steps > 1 and min(drawn) >= UNCHANGED_RATE_SHARE * top:
        happened = f"{schedule.name} hardly changes the learning rate in this run: from {drawn[0]:.3g} to {drawn[-1]:.3g}."
    elif end is not None and end > MOST_LENGTH_RATIO * steps:
        happened = f"{schedule.name} ends after {end:,} steps, and this run has {steps:,}."
    elif top > 0 and max(drawn[middle:]) < LEAST_RATE_SHARE * top:
        happened = f"{schedule.name} has brought the learning rate down to {drawn[middle]:.3g} at half of this run."
    elif end is not None and SCHEDULES[schedule.name].trait("end_arguments") and end < steps / MOST_LENGTH_RATIO:
        happened = f"{schedule.name} ends after {end:,} steps, and this run goes on to step {steps:,}."
    else:
        return
    fits = learning_rates.scale_schedule_to_run(schedule, experiment)
    fits = learning_rates.suggested_schedule(schedule.name, experiment) if fits == schedule else fits
    yield Problem(
        code="schedule-does-not-fit-run",
        where=("compile", "optimizer"),
        severity="warning",
        happened=happened,
        expected=f"Expected a schedule about as long as the run: {steps:,} steps, which are all its epochs.",
        fix=f"Make it for {steps:,} steps, change the epochs, or go on and see what happens.",
        why="A schedule counts steps, so that other epochs or batches need another schedule.",
        repairs=(Repair(f"Make it for {steps:,} steps", "set", learning_rates.RATE, fits),),
    )


def _distinct_callbacks(experiment: Experiment) -> Iterator[tuple[EntryRef, Entry, dict[str, Any], ExperimentPath]]:
    """Yield each callback once, with its catalogue entry, all its arguments, and its path."""
    for name in dict.fromkeys(callback.name for callback in experiment.fit.callbacks):
        callback = next(chosen for chosen in experiment.fit.callbacks if chosen.name == name)
        entry = CALLBACKS[name]
        yield callback, entry, arguments_with_defaults(callback, entry), ("fit", "callbacks", name)


def _remove(callback: EntryRef) -> Repair:
    return Repair(f"Remove {callback.name}", "remove", ("fit", "callbacks", callback.name))


def _one_drives_the_rate(experiment: Experiment) -> Iterator[Problem]:
    schedule = learning_rates.schedule_of(experiment)
    for callback, entry, _, where in _distinct_callbacks(experiment):
        if schedule is not None and entry.trait("sets_learning_rate"):
            rate = learning_rates.constant_rate(experiment)
            yield Problem(
                code="schedule-with-callback",
                where=where,
                happened=f"{schedule.name} drives the learning rate, and {callback.name} is to change it too.",
                expected="Expected one of them: Keras refuses to change a learning rate that a schedule drives.",
                fix="Take a constant learning rate, or remove the callback.",
                repairs=(Repair(f"Use a constant {rate:g}", "set", learning_rates.RATE, rate), _remove(callback)),
            )


def _monitor_is_measured(experiment: Experiment) -> Iterator[Problem]:
    known = measured_names(experiment)
    for callback, _, values, where in _distinct_callbacks(experiment):
        monitor = str(values["monitor"])
        if monitor in known:
            continue
        other = Repair(f"Watch {known[0]}", "set", (*where, "arguments", "monitor"), known[0])
        if monitor.startswith(VALIDATION) and monitor.removeprefix(VALIDATION) in known:
            split = Repair("Keep a tenth for validation", "set", ("data", "validation_split"), USUAL_VALIDATION_SPLIT)
            yield Problem(
                code="monitor-needs-validation",
                where=where,
                happened=f"{callback.name} watches {monitor}, and no validation set is kept aside.",
                expected="Expected a validation set, or a number of the training set: else Keras waits for ever.",
                fix="Keep images for validation, or watch the training.",
                repairs=(split, other, _remove(callback)),
            )
        else:
            yield Problem(
                code="monitor-not-measured",
                where=where,
                happened=f"{callback.name} watches {monitor}, which this run does not measure.",
                expected=f"Expected one of {', '.join(known)}.",
                fix="Watch one of these, or choose the metric in Compile.",
                repairs=(other, _remove(callback)),
            )


def _direction_is_known(experiment: Experiment) -> Iterator[Problem]:
    unknown = {
        str(entry.trait("history_name")): str(entry.trait("better"))
        for entry in CATALOGUES["metrics"].values()
        if entry.trait("no_direction")
    }
    for callback, _, values, where in _distinct_callbacks(experiment):
        better = unknown.get(str(values["monitor"]).removeprefix(VALIDATION))
        if better is None or values["mode"] != "auto":
            continue
        mode = "max" if better == "higher" else "min"
        yield Problem(
            code="direction-unknown",
            where=where,
            happened=f"{callback.name} watches {values['monitor']} with mode=auto.",
            expected=f"Expected mode {mode}: Keras does not know by itself whether this metric shall rise or fall.",
            fix=f"Set mode to {mode}.",
            repairs=(Repair(f"Set mode to {mode}", "set", (*where, "arguments", "mode"), mode),),
        )


def _patience_fits_run(experiment: Experiment) -> Iterator[Problem]:
    epochs = experiment.fit.epochs
    for callback, entry, values, where in _distinct_callbacks(experiment):
        before = sum(int(values[name]) for name in entry.trait("patience_arguments") if name != "patience")
        needed = (
            max(1, int(values["patience"])) + before + 2
        )  # the first epoch sets the mark, and stopping in the last epoch has no effect
        if needed <= epochs or values.get(entry.trait("best_weights_switch")):
            continue
        patience = epochs - before - 2
        longer = Repair(f"Train {_count(needed, 'epoch')}", "set", ("fit", "epochs"), needed)
        less = Repair(f"Set patience to {patience:,}", "set", (*where, "arguments", "patience"), patience)
        repairs = (less, longer) if patience >= 1 else (longer,)
        waits = f"{_count(max(1, int(values['patience'])), 'epoch')} without improvement"
        waits += f", from epoch {before + 1:,} on" if before else ""
        yield Problem(
            code="patience-too-long",
            where=where,
            severity="warning",
            happened=f"{callback.name} waits for {waits}, of {epochs:,}.",
            expected=f"Expected fewer: in this run it can never {entry.trait('action')}.",
            fix=f"{repairs[0].label}, or remove it.",
            repairs=(*repairs, _remove(callback)),
        )


def _callbacks_once(experiment: Experiment) -> Iterator[Problem]:
    return duplicate_entry_problems(("fit", "callbacks"), experiment.fit.callbacks, "callback", "callback-twice")


FIT_RULES: tuple[Callable[[Experiment], Iterator[Problem]], ...] = (
    usual_learning_rate,
    _piecewise_fits,
    _schedule_fits_run,
    _one_drives_the_rate,
    _monitor_is_measured,
    _direction_is_known,
    _patience_fits_run,
    _callbacks_once,
)
