"""Rules that recognise bad labels or too few images from a run's numbers; `core.coach.rules` orders all rules."""

from statistics import median

from core.coach.run_metrics import RunMetrics, warning
from core.number_text import percent
from core.problems import Problem

UNEVEN = 5.0  # times as many images as the median class has
MISSED = 0.15  # how much higher the accuracy is than the mean recall
# The number of mistakes of the median pair of classes, and of the pair at the first quartile, relative to the mean pair.
MIDDLE_PAIR, RARE_PAIR = 0.75, 0.33
FEWEST_MISTAKES = 90  # enough for the share of each pair to mean something
NOISE = 0.15  # share of the labels


def label_noise(run: RunMetrics) -> Problem | None:
    """Mistakes are spread evenly over all pairs of classes: wrong labels do that, similar pictures do not."""
    rates = run.confusion_shares
    if not rates or run.num_mistakes < FEWEST_MISTAKES or not run.remaining_by_accuracy[-1] < 0.8:
        return None
    quarter, mean = rates[len(rates) // 4], sum(rates) / len(rates)
    share = quarter * (run.classes - 1)
    if median(rates) < MIDDLE_PAIR * mean or quarter < RARE_PAIR * mean or share < NOISE:
        return None
    return warning(
        f"{run.num_mistakes:,} of {sum(run.num_actual.values()):,} validation images are wrong, spread over all pairs of "
        f"classes: even pairs that are seldom confused have {percent(quarter / mean)} of the mistakes of a mean pair.",
        "Expected mistakes between classes that look alike, and hardly any between the others.",
        "Look at the images behind the matrix and correct their labels; until then stop before it learns them by heart.",
        f"Most likely about {percent(share)} of the labels are wrong: nothing in an image says so, and no net can know.",
        ("data", "corrections"),
        [],  # no setting corrects a label
    )


def class_imbalance(run: RunMetrics) -> Problem | None:
    """Few classes have most of the images, and the network hardly recognises the others."""
    counts, recalls = run.num_actual, run.recall_by_class
    if len(counts) < 2 or max(counts.values()) < UNEVEN * median(counts.values()):
        return None
    mean = sum(recalls.values()) / len(recalls)
    if run.accuracy_now - mean < MISSED:
        return None
    top, names = max(counts, key=lambda label: counts[label]), run.experiment.data.entry.classes
    worst = min(recalls, key=lambda label: recalls[label])
    return warning(
        f"{percent(run.accuracy_now)} of the validation images are right, but only {percent(mean)} of a class on average, "
        f"and {percent(recalls[worst])} of {names[worst]}.",
        f"Expected all classes to do about alike; {counts[top]:,} of {sum(counts.values()):,} images are {names[top]}.",
        "Bring more images of the rare classes, or leave some of the common one out.",
        "Most likely the classes are too uneven: to answer the common one is right so often that the others hardly count.",
        ("data", "dataset"),
        [],  # no setting adds images
    )
