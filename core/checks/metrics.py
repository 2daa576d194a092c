"""Check metrics: find labels or outputs that a metric cannot read, and a k that is too large."""

from collections.abc import Iterator
from typing import Any

from core.checks.outputs import LINEAR, PROBABILITIES, output_functions
from core.checks.repairs import duplicate_entry_problems
from core.experiment.model import CATALOGUES, Experiment, arguments_with_defaults
from core.parameters import EntryRef
from core.problems import ExperimentPath, Problem, Repair


def check_metrics(experiment: Experiment) -> Iterator[Problem]:
    """Yield the problems of metrics, in the order of the rules.

    Parameters
    ----------
    experiment
        The experiment to check.
    """
    for rule in (_label_kinds, _duplicates, _logits_or_probabilities, _top_k):
        yield from rule(experiment)


def _path(metric: EntryRef) -> ExperimentPath:
    return ("compile", "metrics", metric.name)


def _remove(metric: EntryRef) -> Repair:
    return Repair(f"Remove {metric.name}", "remove", _path(metric))


def _label_kinds(experiment: Experiment) -> Iterator[Problem]:
    labels = CATALOGUES["loss"][experiment.compile.loss.name].trait("labels")
    for metric in experiment.compile.metrics:
        wants = CATALOGUES["metrics"][metric.name].trait("labels")
        if wants and wants != labels:
            other = EntryRef("CategoricalCrossentropy", experiment.compile.loss.arguments and _kept_from_logits(experiment))
            yield Problem(
                code="metric-does-not-fit-labels",
                where=_path(metric),
                happened=f"The metric {metric.name} reads {wants} labels; {experiment.compile.loss.name} has {labels}.",
                expected=f"Expected a loss with {wants} labels beside it.",
                fix="Use the cross-entropy of that kind, which measures the same, or remove the metric.",
                repairs=(Repair("Use CategoricalCrossentropy", "set", ("compile", "loss"), other), _remove(metric)),
            )


def _kept_from_logits(experiment: Experiment) -> tuple[Any, ...]:
    """Return the loss' argument `from_logits`, so that another cross-entropy keeps its value."""
    return tuple(argument for argument in experiment.compile.loss.arguments if argument[0] == "from_logits")


def _duplicates(experiment: Experiment) -> Iterator[Problem]:
    return duplicate_entry_problems(("compile", "metrics"), experiment.compile.metrics, "metric", "metric-twice")


def _logits_or_probabilities(experiment: Experiment) -> Iterator[Problem]:
    """Warn of metrics that read probabilities although the network gives logits, or the reverse."""
    bending = [function.name for function in output_functions(experiment) if function.name != LINEAR]
    gives_logits = not bending and bool(experiment.compile.loss.argument("from_logits", False))
    for metric in experiment.compile.metrics:
        entry = CATALOGUES["metrics"][metric.name]
        values = arguments_with_defaults(metric, entry)
        switch = (*_path(metric), "arguments", "from_logits")
        if "from_logits" in values:
            wrong = values["from_logits"] != gives_logits and (
                gives_logits or bending[-1:] in [[function] for function in PROBABILITIES]
            )
            repairs: tuple[Repair, ...] = (
                Repair(f"Set from_logits to {gives_logits}", "set", switch, gives_logits),
                _remove(metric),
            )
        else:
            needs = entry.trait("reads_probabilities")
            wrong = gives_logits and (values.get(needs) is not None if isinstance(needs, str) else bool(needs))
            repairs = (_remove(metric),)
        if wrong:
            yield Problem(
                code="metric-reads-other-answers",
                where=_path(metric),
                severity="warning",
                happened=f"{metric.name} reads {'logits' if not gives_logits else 'probabilities'}, and the network gives "
                f"{'logits: the loss has from_logits=True' if gives_logits else 'probabilities'}.",
                expected="Expected a metric that fits the outputs.",
                fix=f"{repairs[0].label}.",
                why="Logits lie below 0 and above 1 too: thresholds between 0 and 1 say nothing of them.",
                repairs=repairs,
            )


def _top_k(experiment: Experiment) -> Iterator[Problem]:
    """Warn of a top-k metric whose k is at least the number of classes, since such a metric is always 1."""
    classes = experiment.data.entry.num_classes
    for metric in experiment.compile.metrics:
        k = arguments_with_defaults(metric, CATALOGUES["metrics"][metric.name]).get("k")
        if not isinstance(k, int) or k < classes:
            continue
        fits = max(1, min(3, classes - 1))
        path = (*_path(metric), "arguments", "k")
        yield Problem(
            code="always-among-the-best",
            where=_path(metric),
            severity="warning",
            happened=f"{metric.name} has k={k}, and there are {classes} classes.",
            expected=f"Expected k below {classes}: among {k} answers the right class is always.",
            fix=f"Set k to {fits}.",
            repairs=(Repair(f"Set k to {fits}", "set", path, fits), _remove(metric)),
        )
