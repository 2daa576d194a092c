"""Check callbacks that monitor a metric in the wrong direction, or that interfere with each other."""

from collections.abc import Iterator
from typing import Any

from core.catalogue.callbacks import CALLBACKS
from core.experiment.model import CATALOGUES, Experiment, arguments_with_defaults
from core.parameters import EntryRef
from core.problems import ExperimentPath, Problem, Repair

VALIDATION = "val_"  # Keras' prefix for numbers measured on the validation set
LOSS = "loss"
MODES = {"lower": "min", "higher": "max"}


def check_callbacks(experiment: Experiment) -> Iterator[Problem]:
    """Yield the problems of callbacks that Keras accepts but that do not help, in the order of the rules.

    Parameters
    ----------
    experiment
        The experiment to check.
    """
    for rule in (_watches_training, _direction, _baseline, _reduced_too_late, _reduced_to_more):
        yield from rule(experiment)


def _callbacks(experiment: Experiment) -> Iterator[tuple[EntryRef, dict[str, Any], ExperimentPath]]:
    """Yield each callback with all its arguments and the path of its arguments."""
    for callback in experiment.fit.callbacks:
        yield (
            callback,
            arguments_with_defaults(callback, CALLBACKS[callback.name]),
            ("fit", "callbacks", callback.name, "arguments"),
        )


def _better_direction(monitor: str) -> str:
    """Return which values of a monitored metric are better: "lower" or "higher".

    Return an empty string if this is unknown.
    """
    name = monitor.removeprefix(VALIDATION)
    known = {LOSS: "lower"}
    for entry in CATALOGUES["metrics"].values():
        for trait in ("history_name", "integer_history_name"):
            if entry.trait(trait):
                known[str(entry.trait(trait))] = str(entry.trait("better"))
    return known.get(name, "")


def _problem(callback: EntryRef, code: str, happened: str, expected: str, why: str, *repairs: Repair) -> Problem:
    where = ("fit", "callbacks", callback.name)
    return Problem(code, where, happened, expected, f"{repairs[0].label}.", "warning", why, repairs)


def _set_argument(where: ExperimentPath, name: str, value: object) -> Repair:
    label = f"Leave {name} empty" if value is None else f"Set {name} to {value}"
    return Repair(label, "set", (*where, name), value)


def _direction(experiment: Experiment) -> Iterator[Problem]:
    """Warn of a callback whose `mode` treats a worse value as an improvement."""
    for callback, values, where in _callbacks(experiment):
        better = _better_direction(str(values["monitor"]))
        if values["mode"] in ("auto", MODES.get(better, values["mode"])):
            continue
        yield _problem(
            callback,
            "wrong-direction",
            f"{callback.name} watches {values['monitor']} with mode={values['mode']}.",
            f"Expected mode {MODES[better]}: {better} is better.",
            "The callback mistakes progress for failure: it acts while the network learns, and keeps the worst weights.",
            _set_argument(where, "mode", MODES[better]),
        )


def _watches_training(experiment: Experiment) -> Iterator[Problem]:
    """Warn of early stopping that monitors a training metric, although the run has a validation set."""
    for callback, values, where in _callbacks(experiment):
        monitor = str(values["monitor"])
        if not (CALLBACKS[callback.name].trait("ends_early") and experiment.data.num_validation) or monitor.startswith(
            VALIDATION
        ):
            continue
        yield _problem(
            callback,
            "watches-training",
            f"{callback.name} watches {monitor}, a number of the training images.",
            f"Expected {VALIDATION}{monitor}, of the images that are kept aside.",
            "The numbers of the training images go on improving while a network learns these images by heart.",
            _set_argument(where, "monitor", f"{VALIDATION}{monitor}"),
        )


def _baseline(experiment: Experiment) -> Iterator[Problem]:
    """Warn of a baseline that no value can beat."""
    bounded = {
        str(entry.trait(name))
        for entry in CATALOGUES["metrics"].values()
        for name in ("history_name", "integer_history_name")
        if entry.trait("bounded") and entry.trait(name)
    }
    for callback, values, where in _callbacks(experiment):
        baseline, name = values.get("baseline"), str(values["monitor"]).removeprefix(VALIDATION)
        if baseline is None or not (name in bounded and baseline >= 1 or name == LOSS and baseline <= 0):
            continue
        best = f"at most 1, and {values['monitor']} never exceeds it" if name in bounded else "above 0"
        yield _problem(
            callback,
            "unreachable-baseline",
            f"{callback.name} wants {values['monitor']} to pass {baseline:g}.",
            f"Expected a baseline {best}.",
            "Nothing counts as an improvement: the callback ends the run as soon as its patience is over.",
            _set_argument(where, "baseline", None),
        )


def _reduced_too_late(experiment: Experiment) -> Iterator[Problem]:
    """Warn of a learning rate that is only reduced after the run has been stopped for the same reason."""
    stopping = next(
        (callback for callback in _callbacks(experiment) if CALLBACKS[callback[0].name].trait("ends_early")), None
    )
    for callback, values, where in _callbacks(experiment):
        if stopping is None or not CALLBACKS[callback.name].trait("sets_learning_rate"):
            continue
        other, other_values, other_path = stopping
        patience, waits = max(1, int(values["patience"])), max(1, int(other_values["patience"]))
        if values["monitor"] != other_values["monitor"] or patience < waits + int(other_values.get("start_from_epoch") or 0):
            continue
        fits = waits // 2
        longer = Repair(f"Set patience of {other.name} to {2 * patience}", "set", (*other_path, "patience"), 2 * patience)
        repairs = (_set_argument(where, "patience", fits), longer) if fits else (longer,)
        yield _problem(
            callback,
            "reduced-after-the-stop",
            f"{callback.name} waits {patience} epoch{'' if patience == 1 else 's'} without improvement, {other.name} ends "
            f"the run after {waits}.",
            f"Expected less patience of {callback.name} than of {other.name}.",
            "The run is over before the smaller learning rate was tried.",
            *repairs,
        )


def _reduced_to_more(experiment: Experiment) -> Iterator[Problem]:
    """Warn of a minimum learning rate that is not below the initial learning rate."""
    rate = experiment.compile.optimizer.argument("learning_rate")
    for callback, values, where in _callbacks(experiment):
        lowest = values.get("min_lr")
        if not isinstance(rate, int | float) or not lowest or lowest < rate:
            continue
        yield _problem(
            callback,
            "nothing-to-reduce",
            f"{callback.name} has min_lr={lowest:g}, and the learning rate is {rate:g}.",
            "Expected min_lr below the learning rate.",
            "A learning rate that is at its lowest already is not reduced.",
            _set_argument(where, "min_lr", 0),
        )
