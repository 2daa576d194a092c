"""Rules that recognise bad labels or uneven classes from the numbers of a run. `core.coach.rules` orders all rules."""

import math
from statistics import median

from core.coach import suggestions
from core.coach.run_metrics import RunMetrics, batch_normalizers, coach_problem
from core.number_text import percent
from core.problems import Problem

UNEVEN_CLASS_RATIO = 5.0  # classes are uneven if the largest class has this multiple of the median class's images
MISSED_RECALL_GAP = 0.15  # rare classes are missed if the accuracy is higher than the mean recall by this difference
# The number of mistakes of the median pair of classes, and of the pair at the first quartile, relative to the mean pair.
MIDDLE_PAIR, RARE_PAIR = 0.75, 0.33
FEWEST_MISTAKES = 90  # mistakes; with fewer mistakes, the share of each pair of classes is uncertain
LEAST_WRONG_LABEL_SHARE = 0.15  # the least estimated share of wrong labels that the rule reports
FEW_EPOCHS = 2  # successive epochs with a validation accuracy no better than guessing
# Standard deviations above the accuracy of guessing: below the first, a network guesses; above the second, it has learned.
SPREADS, SURE_SPREADS = 2.5, 5.0
LEARNT_LEAD = 0.03  # a network has learned if its training accuracy is higher than chance by this difference
AVERAGES_BEHIND = 0.01  # running averages lag behind if this share of them is still their initial value


def random_labels(run: RunMetrics) -> Problem | None:
    """Recognise random labels: the training accuracy is above chance, but the validation accuracy is not."""
    counts = run.num_actual
    validation = sum(counts.values())
    if len(run.epochs) < FEW_EPOCHS or not validation or _is_behind(run):
        return None
    chance = max(counts.values()) / validation
    guesses = all(accuracy < chance + SPREADS * _spread(chance, validation) for accuracy in run.val_accuracy[-FEW_EPOCHS:])
    lower = run.val_accuracy[-1] < run.accuracy[-1] - SPREADS * _spread(run.accuracy[-1], validation)
    if not (guesses and lower and is_above_chance(run, chance) and run.loss[-1] < run.loss[0]):
        return None
    return coach_problem(
        f"The training accuracy is {run.accuracy[-1]:.3f} and rises, the validation accuracy {run.val_accuracy[-1]:.3f}: "
        "that of a net that guesses.",
        "Expected that patterns of the training images hold for other images too.",
        "Look at some images beside their labels, and find out where the labels come from.",
        "Most likely the labels have nothing to do with the images, as if they were shuffled: a net can only learn such "
        "images by heart, each by itself. More images or Dropout change nothing.",
        ("data", "corrections"),
        [],  # no setting finds labels
    )


def is_above_chance(run: RunMetrics, chance: float) -> bool:
    """Tell whether the training accuracy is significantly higher than the accuracy of guessing."""
    return run.accuracy[-1] > chance + max(LEARNT_LEAD, SURE_SPREADS * _spread(chance, run.experiment.data.num_used))


def _spread(share: float, count: int) -> float:
    """Return the standard deviation of an accuracy that is measured on `count` images."""
    return math.sqrt(share * (1 - share) / count)


def _is_behind(run: RunMetrics) -> bool:
    """Tell whether BatchNormalization's running averages, used in validation, are still near their initial values."""
    momenta = [layer.values["momentum"] for layer in batch_normalizers(run.experiment)]
    return any(momentum**run.steps > AVERAGES_BEHIND for momentum in momenta)


def label_noise(run: RunMetrics) -> Problem | None:
    """Recognise wrong labels: mistakes are spread evenly over all pairs of classes, not only over similar classes."""
    rates = run.confusion_shares
    if not rates or run.num_mistakes < FEWEST_MISTAKES or not run.remaining_by_accuracy[-1] < 0.8:
        return None
    quarter, mean = rates[len(rates) // 4], sum(rates) / len(rates)
    share = quarter * (run.classes - 1)
    if median(rates) < MIDDLE_PAIR * mean or quarter < RARE_PAIR * mean or share < LEAST_WRONG_LABEL_SHARE:
        return None
    return coach_problem(
        f"{run.num_mistakes:,} of {sum(run.num_actual.values()):,} validation images are wrong, spread over all pairs of "
        f"classes: even pairs that are seldom confused have {percent(quarter / mean)} of the mistakes of a mean pair.",
        "Expected mistakes between classes that look alike, and hardly any between the others.",
        "Look at the images behind the matrix and correct their labels; until then stop before it learns them by heart.",
        f"Most likely about {percent(share)} of the labels are wrong: nothing in an image says so, and no net can know.",
        ("data", "corrections"),
        suggestions.stop_early(run.experiment, None),  # no setting corrects a label
    )


def class_imbalance(run: RunMetrics) -> Problem | None:
    """Recognise uneven classes: a few classes have most of the images, and the rare classes are hardly recognised."""
    counts, recalls = run.num_actual, run.recall_by_class
    if len(counts) < 2 or max(counts.values()) < UNEVEN_CLASS_RATIO * median(counts.values()):
        return None
    mean = sum(recalls.values()) / len(recalls)
    if run.accuracy_now - mean < MISSED_RECALL_GAP:
        return None
    top, names = max(counts, key=lambda label: counts[label]), run.experiment.data.entry.classes
    worst = min(recalls, key=lambda label: recalls[label])
    return coach_problem(
        f"{percent(run.accuracy_now)} of the validation images are right, but only {percent(mean)} of a class on average, "
        f"and {percent(recalls[worst])} of {names[worst]}.",
        f"Expected all classes to do about alike; {counts[top]:,} of {sum(counts.values()):,} images are {names[top]}.",
        "Bring more images of the rare classes, or leave some of the common one out.",
        "Most likely the classes are too uneven: to answer the common one is right so often that the others hardly count.",
        ("data", "dataset"),
        [],  # no setting adds images
    )
