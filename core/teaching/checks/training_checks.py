"""Checks of the settings on Compile and Train: optimizer, loss, metrics, callbacks, epochs, batches and seed."""

from dataclasses import replace

from core.catalogue.backends import BACKENDS
from core.catalogue.callbacks import CALLBACKS
from core.catalogue.losses import LOSSES
from core.catalogue.metrics import METRICS
from core.catalogue.optimizers import OPTIMIZERS
from core.experiment.descriptions import compile_phrase
from core.number_text import number, quantity
from core.parameters import BooleanValue, Choice, EntryRef, Integer, Optional, Parameter
from core.teaching.checks.argument_constraints import Texts, Values
from core.teaching.checks.check import (
    BOUNDS,
    Arguments,
    Check,
    CheckResult,
    count_bounds,
    judge_count,
    judge_number,
    number_bounds,
    partly_passed,
    passed,
)
from core.teaching.checks.evidence import Evidence
from core.teaching.checks.experiment_form import changed_parts
from core.teaching.checks.network_form import differing_values

CROSS_ENTROPY = "cross-entropy"
LOSS_NAMES = (CROSS_ENTROPY, *LOSSES)


def _optimizer(evidence: Evidence, arguments: Arguments) -> CheckResult:
    optimizer, name = evidence.experiment.compile.optimizer, arguments["name"]
    observed = compile_phrase(evidence.experiment).split(", ")[0]
    if name is not None and optimizer.name != name:
        return CheckResult(0.0, observed, f"asked for: {name}")
    known = {parameter.name for parameter in OPTIMIZERS[optimizer.name].parameters}
    wanted = {key: value for key, value in arguments["values"].items() if key in known or name is not None}
    return _judge_values(optimizer, wanted, observed)


def _judge_values(chosen: EntryRef, wanted: Arguments, observed: str) -> CheckResult:
    kinds = OPTIMIZERS if chosen.name in OPTIMIZERS else CALLBACKS
    wrong = differing_values(chosen, kinds[chosen.name], wanted)
    if not wrong:
        return passed(observed)
    words = ", ".join(f"{key} {value}, not {actual}" for key, actual, value in wrong)
    return partly_passed((1 + len(wanted) - len(wrong)) / (1 + len(wanted)), observed, f"asked for: {words}")


def _learning_rate(evidence: Evidence, arguments: Arguments) -> CheckResult:
    rate = evidence.experiment.compile.optimizer.argument("learning_rate")
    if rate is None:
        parameter = OPTIMIZERS[evidence.experiment.compile.optimizer.name].parameter("learning_rate")
        rate = parameter.default if parameter else None
    if isinstance(rate, EntryRef):  # a schedule begins with a number
        rate = next((value for _, value in rate.arguments if isinstance(value, int | float)), None)
    if not isinstance(rate, int | float):
        return CheckResult(0.0, "no learning rate", "asked for: an optimizer with a learning rate")
    return judge_number(float(rate), arguments, f"a learning rate of {number(float(rate))}")


def _loss(evidence: Evidence, arguments: Arguments) -> CheckResult:
    loss, wanted = evidence.experiment.compile.loss, arguments["name"]
    observed = f"the loss {LOSSES[loss.name].trait('short', loss.name)}"
    if loss.name == wanted:
        return passed(observed)
    # The labels are encoded as the loss needs them, so that both cross-entropies give the same numbers.
    both = (LOSSES[loss.name].trait("guessing_loss"), LOSSES[loss.name].trait("short", "").endswith(CROSS_ENTROPY))
    if both == ("log", True) and (wanted == CROSS_ENTROPY or _is_cross_entropy(wanted)):
        return passed(observed)
    return CheckResult(0.0, observed, f"asked for: {LOSSES[wanted].trait('short', wanted) if wanted in LOSSES else wanted}")


def _is_cross_entropy(name: str) -> bool:
    entry = LOSSES[name]
    return entry.trait("guessing_loss") == "log" and str(entry.trait("short", "")).endswith(CROSS_ENTROPY)


def _metrics(evidence: Evidence, arguments: Arguments) -> CheckResult:
    chosen = {metric.name for metric in evidence.experiment.compile.metrics}
    missing = [name for name in arguments["names"] if name not in chosen]
    observed = f"the metrics {', '.join(sorted(chosen))}" if chosen else "no metrics"
    if not missing:
        return passed(observed)
    return partly_passed(1 - len(missing) / len(arguments["names"]), observed, f"also asked for: {', '.join(missing)}")


def _callback(evidence: Evidence, arguments: Arguments) -> CheckResult:
    name, callbacks = arguments["name"], evidence.experiment.fit.callbacks
    if arguments["absent"]:
        there = [callback for callback in callbacks if callback.name == name]
        return CheckResult(0.0, f"the callback {name}", "asked for: a run without it") if there else passed(f"no {name}")
    results = [_judge_values(callback, arguments["values"], f"{name}") for callback in callbacks if callback.name == name]
    observed = ", ".join(callback.name for callback in callbacks) or "no callback"
    return max(results, key=lambda each: each.share) if results else CheckResult(0.0, observed, f"asked for: {name}")


def _epochs(evidence: Evidence, arguments: Arguments) -> CheckResult:
    return judge_count(evidence.experiment.fit.epochs, arguments, "epoch", "set to ")


def _batch_size(evidence: Evidence, arguments: Arguments) -> CheckResult:
    return judge_count(evidence.experiment.fit.batch_size, arguments, "image", "batches of ")


def _batches(evidence: Evidence, arguments: Arguments) -> CheckResult:
    steps = evidence.experiment.epoch_steps
    if evidence.counts is not None:
        steps = -(-sum(evidence.counts.train) // evidence.experiment.fit.batch_size)
    return judge_count(steps, arguments, "step", "an epoch of ")


def _seed(evidence: Evidence, arguments: Arguments) -> CheckResult:
    seed = evidence.experiment.fit.seed
    observed = f"the seed {seed}"
    return passed(observed) if seed == arguments["equal"] else CheckResult(0.0, observed, f"asked for: {arguments['equal']}")


def _backend(evidence: Evidence, arguments: Arguments) -> CheckResult:
    backend = evidence.experiment.fit.backend
    observed = f"the backend {backend}"
    return (
        passed(observed) if backend == arguments["name"] else CheckResult(0.0, observed, f"asked for: {arguments['name']}")
    )


def _changes(evidence: Evidence, arguments: Arguments) -> CheckResult:
    if evidence.start is None:
        return CheckResult(0.0, "no experiment to begin with", "open the experiment of this scene first")
    changes = changed_parts(evidence.experiment, evidence.start)
    seen = judge_count(len(changes), arguments, "change")
    most = arguments["at_most"]
    count = f"{len(changes)} of at most {quantity(most, 'change')}" if most else quantity(len(changes), "change")
    return replace(seen, observed=": ".join(filter(None, (count, ", ".join(changes)))))


VALUES = Parameter("values", {}, Values(), "Its arguments; those that are not named may have any value.")

TRAINING_CHECKS = (
    Check(
        "optimizer",
        "This optimizer is chosen, with these arguments.",
        _optimizer,
        (Parameter("name", None, Optional(Choice(tuple(OPTIMIZERS)), "any"), "The optimizer."), VALUES),
        one_of=("name", "values"),
    ),
    Check(
        "learning_rate",
        "The learning rate lies within bounds; of a schedule, the one that it begins with.",
        _learning_rate,
        number_bounds(0.0, 100.0),
        one_of=BOUNDS[1:],
    ),
    Check(
        "loss",
        "This loss is chosen; the two cross-entropies, for labels as numbers and one-hot, count as one.",
        _loss,
        (Parameter("name", CROSS_ENTROPY, Choice(LOSS_NAMES), "The loss."),),
        required=("name",),
    ),
    Check(
        "metrics",
        "These metrics are among those that are measured.",
        _metrics,
        (Parameter("names", ("Accuracy",), Texts(tuple(METRICS)), "The metrics."),),
        required=("names",),
    ),
    Check(
        "callback",
        "This callback is chosen, with these arguments.",
        _callback,
        (
            Parameter("name", "EarlyStopping", Choice(tuple(CALLBACKS)), "The callback."),
            VALUES,
            Parameter("absent", False, BooleanValue(), "Whether it is to be left out instead."),
        ),
        required=("name",),
    ),
    Check("epochs", "Training is set to so many epochs.", _epochs, count_bounds("epochs"), one_of=BOUNDS),
    Check("batch_size", "A batch holds so many images.", _batch_size, count_bounds("images"), one_of=BOUNDS),
    Check(
        "batches", "An epoch takes so many steps: images divided by the batch size.", _batches, count_bounds(), one_of=BOUNDS
    ),
    Check(
        "seed",
        "The seed has this value.",
        _seed,
        (Parameter("equal", 0, Integer(0, 2**32 - 1), "The seed."),),
        required=("equal",),
    ),
    Check(
        "backend",
        "This library computes.",
        _backend,
        (Parameter("name", "tensorflow", Choice(tuple(BACKENDS)), "The backend."),),
        required=("name",),
    ),
    Check(
        "changes",
        "The experiment differs in so many things from the one that the scene opened: a net repaired in few edits.",
        _changes,
        count_bounds("changes"),
        one_of=BOUNDS,
    ),
)
