"""Rules that repeat a warning that the checks gave before the run, if the result of the run is poor.

`core.coach.rules` orders all rules. Their limits are the limits of the checks, so that coach and checks say the same.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

from core.checks.equal_problems import repair_all
from core.coach.run_metrics import POOR_REMAINING, RISING_LOSS_RATIO, RunMetrics, coach_problem
from core.experiment.model import Layer
from core.number_text import percent, rounded
from core.problems import Problem

CLIPPED = ("low-clipnorm", "low-clipvalue", "low-global_clipnorm")
AVERAGED = "weights-average-too-slowly"
# Warnings that other rules replace, and warnings of settings that do not keep a network from learning.
NAMED_BY_RULES = (
    AVERAGED,
    "few-updates",
    "one-batch-an-epoch",
    "schedule-does-not-fit-run",
    "softmax-with-from-logits",
    "bottleneck",
)
NOT_ABOUT_LEARNING = ("fit", "callbacks"), ("compile", "metrics"), ("data", "validation_split"), ("data", "train_images")


def ignored_warning(*codes: str) -> Callable[[RunMetrics], Problem | None]:
    """Return a rule that repeats the first warning with any of these codes, if the result of the run is poor."""

    def find(run: RunMetrics) -> Problem | None:
        return (
            _repeated(run, [problem for problem in run.warnings if problem.code in codes]) if has_poor_result(run) else None
        )

    return find


def averaged_weights(run: RunMetrics) -> Problem | None:
    """Recognise averaged weights (`use_ema`) that will still be near the initial weights when they replace the weights.

    Keras replaces the weights at the end of the run, so that the curves do not show the effect.
    """
    return _repeated(run, [problem for problem in run.warnings if problem.code == AVERAGED])


def strong_augmentation(run: RunMetrics) -> Problem | None:
    """Recognise augmentation that is too strong: the checks gave a warning, and the result of the run is poor."""
    warned = [problem for problem in run.warnings if _has_trait(run, problem, "augments")]
    problem = _repeated(run, warned) if has_poor_result(run) else None
    if problem is None or len(warned) < 2:
        return problem
    weaker = repair_all(run.experiment, warned, f"Weaken all {len(warned)} layers that change images")
    return replace(problem, fix=f"{weaker.label}.", repairs=(weaker, *problem.repairs))


def strong_noise(run: RunMetrics) -> Problem | None:
    """Recognise noise layers that are too strong: the checks gave a warning, and the result of the run is poor."""
    noisy = {layer.id for layer in run.experiment.layers if layer.entry.parameter("stddev")}
    warned = [problem for problem in run.warnings if problem.where[:1] == ("layers",) and problem.where[1] in noisy]
    return _repeated(run, warned) if has_poor_result(run) or run.remaining_in_training > POOR_REMAINING else None


def any_ignored_warning(run: RunMetrics) -> Problem | None:
    """Repeat the first warning that no other rule covers, if the result of the run is poor."""
    warned = [
        problem
        for problem in run.warnings
        if problem.code not in NAMED_BY_RULES and not any(problem.where[: len(part)] == part for part in NOT_ABOUT_LEARNING)
    ]
    return _repeated(run, warned) if has_poor_result(run) else None


def has_poor_result(run: RunMetrics) -> bool:
    """Tell whether the loss or the accuracy is still bad, or the loss has risen again."""
    return run.remaining_now > POOR_REMAINING or run.loss[-1] > RISING_LOSS_RATIO * min(run.loss)


def _has_trait(run: RunMetrics, problem: Problem, trait: str) -> bool:
    def owner(layer: Layer) -> bool:
        return problem.where[:2] == ("layers", layer.id) and bool(layer.entry.trait(trait))

    return any(map(owner, run.experiment.layers))


def _repeated(run: RunMetrics, warned: Sequence[Problem]) -> Problem | None:
    if not warned:
        return None
    ignored = warned[0]
    accuracy = f", and {percent(run.accuracy_now)} of the images are right" if run.accuracy_now > 0 else ""
    return coach_problem(
        f"The loss is {rounded(run.loss[-1])} after {len(run.epochs)} epochs{accuracy}.",
        ignored.expected,
        ignored.fix,
        f"Most likely what the checks warned of before the run: {ignored.happened} {ignored.why}".strip(),
        ignored.where,
        ignored.repairs,
    )
