"""Checks of several runs: a comparison of two runs that differ in a single part, repeats with other seeds, and a verdict."""

import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from types import MappingProxyType

from core.experiment.model import Experiment
from core.number_text import accuracy_text, loss_text, quantity, seconds_text
from core.parameters import Choice, Integer, Optional, Parameter
from core.runs.comparison import Outcome
from core.teaching.answer_parsing import normalised_answer
from core.teaching.checks.argument_constraints import Text
from core.teaching.checks.check import VISITOR, Arguments, Check, CheckResult, judge_count, partly_passed, passed
from core.teaching.checks.evidence import Evidence
from core.teaching.checks.experiment_form import THINGS, changed_parts, differ_only_in, has_layer_class, without_seed
from core.teaching.checks.run_numbers import gap_of

Measure = Callable[[Outcome], float | None]


@dataclass(frozen=True)
class Effect:
    """An effect of a change of an experiment on a metric, such as a higher validation accuracy."""

    words: str
    measure: Measure  # the function that returns the metric of a run
    rises: bool
    name: str  # the name of the metric
    text: Callable[[float], str]  # the function that formats the metric


def _points(share: float) -> str:
    return f"{100 * share:.1f} points".replace("-", "\N{MINUS SIGN}")


EFFECTS: Mapping[str, Effect] = MappingProxyType(
    {
        "gap-smaller": Effect("a smaller gap between training and validation", gap_of, False, "gap", _points),
        "gap-larger": Effect("a larger gap between training and validation", gap_of, True, "gap", _points),
        "accuracy-higher": Effect(
            "a higher validation accuracy",
            lambda outcome: outcome.last("accuracy"),
            True,
            "validation accuracy",
            accuracy_text,
        ),
        "accuracy-lower": Effect(
            "a lower validation accuracy",
            lambda outcome: outcome.last("accuracy"),
            False,
            "validation accuracy",
            accuracy_text,
        ),
        "loss-lower": Effect(
            "a lower validation loss", lambda outcome: outcome.last("loss"), False, "validation loss", loss_text
        ),
        "faster": Effect("a shorter training", lambda outcome: outcome.seconds, False, "training", seconds_text),
    }
)
A_BETTER, B_BETTER, CANNOT_TELL = VERDICTS = ("first", "second", "cannot tell")


def _one_difference(evidence: Evidence, arguments: Arguments) -> CheckResult:
    thing, effect = arguments["thing"], arguments["effect"]
    finished = evidence.finished_of_deck
    if len(finished) < 2:
        return partly_passed(
            len(finished) / 4, quantity(len(finished), "finished run"), f"asked for: two that differ in {thing} only"
        )
    best = CheckResult(0.5, f"{len(finished)} finished runs", _why_not(finished, thing))
    for newer, older in combinations(finished, 2):
        if not differ_only_in(thing, newer.run.experiment, older.run.experiment):
            continue
        if (
            has_layer_class(thing, newer.run.experiment) == has_layer_class(thing, older.run.experiment)
            and thing not in _settings()
        ):
            continue  # both networks have layers of this class, which differ in their arguments
        result = _judge_effect(newer, older, thing, effect)
        best = max(best, result, key=lambda each: each.share)
    return best


def _settings() -> frozenset[str]:
    return frozenset(name for name in THINGS if name[0].islower())


def _why_not(finished: Sequence[Outcome], thing: str) -> str:
    """Describe how the two newest runs differ, so that the visitor knows which changes to undo."""
    newer, older = finished[:2]
    parts = changed_parts(newer.run.experiment, older.run.experiment)
    differences = ", ".join(parts) or "nothing"
    return f"asked for: two that differ in {thing} only; {newer.run.title} and {older.run.title} differ in {differences}"


def _judge_effect(newer: Outcome, older: Outcome, thing: str, effect: str | None) -> CheckResult:
    pair = f"{older.run.title} and {newer.run.title} differ in {thing} only"
    if effect is None:
        return passed(pair)
    wanted = EFFECTS[effect]
    with_thing, without = (newer, older)
    if thing not in _settings() and not has_layer_class(thing, newer.run.experiment):
        with_thing, without = older, newer
    now, before = wanted.measure(with_thing), wanted.measure(without)
    if now is None or before is None:
        return partly_passed(
            0.7, pair, f"asked for: {wanted.words}, which was not measured", "keep images aside for validation"
        )
    observed = f"{pair}: {wanted.name} {wanted.text(before)}, then {wanted.text(now)}"
    return (
        passed(observed)
        if (now > before) == wanted.rises and now != before
        else partly_passed(0.8, observed, f"asked for: {wanted.words}")
    )


def _repeats(evidence: Evidence, arguments: Arguments) -> CheckResult:
    seeds = {outcome.run.experiment.fit.seed for outcome in runs_of(evidence.finished, evidence.experiment)}
    return judge_count(len(seeds), {"at_least": arguments["at_least"]}, "seed", "the experiment finished with ")


def runs_of(outcomes: Sequence[Outcome], experiment: Experiment) -> list[Outcome]:
    """Return the runs of an experiment, with any seed."""
    form = without_seed(experiment)
    return [outcome for outcome in outcomes if without_seed(outcome.run.experiment) == form]


def _verdict(evidence: Evidence, arguments: Arguments) -> CheckResult:
    groups = _groups(evidence.finished_of_deck, arguments["seeds"])
    if len(groups) < 2:
        needed = quantity(arguments["seeds"], "seed")
        return partly_passed(
            len(groups) / 4,
            f"{quantity(len(groups), 'experiment')} with {needed} each",
            f"asked for: two with {needed} each",
        )
    second, first = (_accuracies(group) for group in groups[:2])
    verdict = verdict_of(first, second)
    observed = "; ".join(
        f"the {name}: {accuracy_text(min(values))} to {accuracy_text(max(values))}"
        for name, values in (("first", first), ("second", second))
    )
    answer = evidence.answers.get(arguments["answer"])
    if answer is None:
        return partly_passed(0.5, observed, "your verdict is still missing")
    if normalised_answer(answer) == verdict:
        return passed(f"{observed}: {verdict}")
    return partly_passed(0.6, f"{observed}; you said {answer}", "another verdict fits their ranges", "do they overlap?")


def _groups(finished: Sequence[Outcome], seeds: int) -> list[list[Outcome]]:
    """Group runs by experiment, and return each group that has enough seeds.

    The group whose first run was started last comes first.
    """
    groups = dict[Experiment, list[Outcome]]()
    for outcome in finished:
        if outcome.last("accuracy") is not None:
            groups.setdefault(without_seed(outcome.run.experiment), []).append(outcome)
    whole = [group for group in groups.values() if len({each.run.experiment.fit.seed for each in group}) >= seeds]
    return sorted(whole, key=lambda group: -min(each.run.created for each in group))


def _accuracies(group: Sequence[Outcome]) -> list[float]:
    return [accuracy for outcome in group if (accuracy := outcome.last("accuracy")) is not None]


def verdict_of(first: Sequence[float], second: Sequence[float]) -> str:
    """Return which experiment is better: "first", "second", or "cannot tell" if the ranges of accuracies overlap.

    Parameters
    ----------
    first, second
        The accuracies of each experiment, with an accuracy for each seed.
    """
    if min(first) > max(second) or min(second) > max(first):
        return A_BETTER if statistics.fmean(first) > statistics.fmean(second) else B_BETTER
    return CANNOT_TELL


COMPARISON_CHECKS = (
    Check(
        "one_difference",
        "Two runs differ in one thing only, and the change had an effect.",
        _one_difference,
        (
            Parameter(
                "thing", "batch_size", Choice(tuple(THINGS)), "A setting, an argument of layers, or a class of layers."
            ),
            Parameter(
                "effect",
                None,
                Optional(Choice(tuple(EFFECTS)), "any"),
                "What the newer run shows beside the older, or the run with such layers beside the one without.",
            ),
        ),
        required=("thing",),
        subject=VISITOR,
        depends_on_chance=True,
    ),
    Check(
        "repeats",
        "The experiment was trained to its end with so many seeds.",
        _repeats,
        (Parameter("at_least", 3, Integer(2, 100), "The least number of seeds.", "seeds"),),
    ),
    Check(
        "verdict",
        "Two experiments were trained with several seeds each, and the answer says which is better: "
        f"{', '.join(VERDICTS)}. It can be told where the ranges of their validation accuracies do not overlap.",
        _verdict,
        (
            Parameter("answer", "verdict", Text("the id of a question"), "The question."),
            Parameter("seeds", 3, Integer(2, 20), "The least number of seeds of each.", "seeds"),
        ),
        required=("answer",),
        subject=VISITOR,
    ),
)
