"""Checks of Compile and Train, as they are set: optimizer, loss, metrics, callbacks, epochs, batches and seed."""

from core.catalogue.backends import BACKENDS
from core.catalogue.callbacks import CALLBACKS
from core.catalogue.losses import LOSSES
from core.catalogue.metrics import METRICS
from core.catalogue.optimizers import OPTIMIZERS
from core.experiment.descriptions import compile_phrase
from core.number_text import number, quantity
from core.parameters import Choice, EntryRef, Integer, Optional, Parameter, Switch
from core.teaching.checks.argument_constraints import Texts, Values
from core.teaching.checks.check import (
    BOUNDS,
    Arguments,
    Check,
    Seen,
    count_bounds,
    judge_count,
    judge_number,
    number_bounds,
    partly,
    passed,
)
from core.teaching.checks.evidence import Evidence
from core.teaching.checks.experiment_form import changed_parts
from core.teaching.checks.network_form import differing_values

CROSS_ENTROPY = "cross-entropy"
LOSS_NAMES = (CROSS_ENTROPY, *LOSSES)


def _optimizer(evidence: Evidence, arguments: Arguments) -> Seen:
    optimizer, name = evidence.experiment.compile.optimizer, arguments["name"]
    saw = compile_phrase(evidence.experiment).split(", ")[0]
    if name is not None and optimizer.name != name:
        return Seen(0.0, saw, f"{name} is asked")
    known = {parameter.name for parameter in OPTIMIZERS[optimizer.name].parameters}
    asked = {key: value for key, value in arguments["values"].items() if key in known or name is not None}
    return _judge_values(optimizer, asked, saw)


def _judge_values(chosen: EntryRef, asked: Arguments, saw: str) -> Seen:
    kinds = OPTIMIZERS if chosen.name in OPTIMIZERS else CALLBACKS
    wrong = differing_values(chosen, kinds[chosen.name], asked)
    if not wrong:
        return passed(saw)
    words = ", ".join(f"{key} {value} is asked, and is {actual}" for key, actual, value in wrong)
    return partly((1 + len(asked) - len(wrong)) / (1 + len(asked)), saw, words)


def _learning_rate(evidence: Evidence, arguments: Arguments) -> Seen:
    rate = evidence.experiment.compile.optimizer.argument("learning_rate")
    if rate is None:
        parameter = OPTIMIZERS[evidence.experiment.compile.optimizer.name].parameter("learning_rate")
        rate = parameter.default if parameter else None
    if isinstance(rate, EntryRef):  # a schedule begins with a number
        rate = next((value for _, value in rate.arguments if isinstance(value, int | float)), None)
    if not isinstance(rate, int | float):
        return Seen(0.0, "no learning rate", "an optimizer with a learning rate is asked")
    return judge_number(float(rate), arguments, f"a learning rate of {number(float(rate))}")


def _loss(evidence: Evidence, arguments: Arguments) -> Seen:
    loss, asked = evidence.experiment.compile.loss, arguments["name"]
    saw = f"the loss {LOSSES[loss.name].trait('short', loss.name)}"
    if loss.name == asked:
        return passed(saw)
    # The labels are encoded as the loss needs them, so that both cross-entropies give the same numbers.
    both = (LOSSES[loss.name].trait("guessing_loss"), LOSSES[loss.name].trait("short", "").endswith(CROSS_ENTROPY))
    if both == ("log", True) and (asked == CROSS_ENTROPY or _is_cross_entropy(asked)):
        return passed(saw)
    return Seen(0.0, saw, f"{LOSSES[asked].trait('short', asked) if asked in LOSSES else asked} is asked")


def _is_cross_entropy(name: str) -> bool:
    entry = LOSSES[name]
    return entry.trait("guessing_loss") == "log" and str(entry.trait("short", "")).endswith(CROSS_ENTROPY)


def _metrics(evidence: Evidence, arguments: Arguments) -> Seen:
    chosen = {metric.name for metric in evidence.experiment.compile.metrics}
    missing = [name for name in arguments["names"] if name not in chosen]
    saw = f"the metrics {', '.join(sorted(chosen))}" if chosen else "no metrics"
    if not missing:
        return passed(saw)
    return partly(1 - len(missing) / len(arguments["names"]), saw, f"{', '.join(missing)} is asked too")


def _callback(evidence: Evidence, arguments: Arguments) -> Seen:
    name, callbacks = arguments["name"], evidence.experiment.fit.callbacks
    if arguments["absent"]:
        there = [callback for callback in callbacks if callback.name == name]
        return Seen(0.0, f"the callback {name}", "it is asked to be left out") if there else passed(f"no {name}")
    seen = [_judge_values(callback, arguments["values"], f"{name}") for callback in callbacks if callback.name == name]
    saw = ", ".join(callback.name for callback in callbacks) or "no callback"
    return max(seen, key=lambda each: each.share) if seen else Seen(0.0, saw, f"{name} is asked")


def _epochs(evidence: Evidence, arguments: Arguments) -> Seen:
    return judge_count(evidence.experiment.fit.epochs, arguments, "epoch", "set to ")


def _batch_size(evidence: Evidence, arguments: Arguments) -> Seen:
    return judge_count(evidence.experiment.fit.batch_size, arguments, "image", "batches of ")


def _batches(evidence: Evidence, arguments: Arguments) -> Seen:
    steps = evidence.experiment.epoch_steps
    if evidence.counts is not None:
        steps = -(-sum(evidence.counts.train) // evidence.experiment.fit.batch_size)
    return judge_count(steps, arguments, "step", "an epoch of ")


def _seed(evidence: Evidence, arguments: Arguments) -> Seen:
    seed = evidence.experiment.fit.seed
    saw = f"the seed {seed}"
    return passed(saw) if seed == arguments["equal"] else Seen(0.0, saw, f"{arguments['equal']} is asked")


def _backend(evidence: Evidence, arguments: Arguments) -> Seen:
    backend = evidence.experiment.fit.backend
    saw = f"the backend {backend}"
    return passed(saw) if backend == arguments["name"] else Seen(0.0, saw, f"{arguments['name']} is asked")


def _changes(evidence: Evidence, arguments: Arguments) -> Seen:
    if evidence.start is None:
        return Seen(0.0, "no experiment to begin with", "open the experiment of this scene first")
    changes = changed_parts(evidence.experiment, evidence.start)
    seen = judge_count(len(changes), arguments, "change")
    return (
        seen if not changes else Seen(seen.share, f"{quantity(len(changes), 'change')}: {', '.join(changes)}", seen.missing)
    )


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
            Parameter("absent", False, Switch(), "Whether it is to be left out instead."),
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
