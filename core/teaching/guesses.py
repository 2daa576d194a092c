"""Guesses before a run outside of decks: one of three questions with options, which the run then answers.

A prediction makes a right observation likelier: Miller et al., "Role of physics lecture demonstrations in conceptual
learning" (Physical Review Special Topics, Physics Education Research, 2013).
"""

from itertools import combinations

import numpy as np

from core.datasets.previews import read_preview
from core.experiment.model import Experiment
from core.teaching.deck import Prediction

ACCURACY_BANDS = (0.5, 0.7, 0.85, 0.95)  # edges between the options, as shares of the images
MOST_PAIRS = 4  # pairs of classes that are offered
ANOTHER_PAIR = "another pair"
FEWEST_CLASSES = 3  # with two classes there is only one pair


def guess_of(experiment: Experiment, number: int) -> Prediction:
    """The question to ask before a run.

    Parameters
    ----------
    experiment
        The experiment that is trained next.
    number
        How many guesses the visitor made before: the questions take turns.
    """
    possible = [question for question in (_accuracy(), _pair(experiment), _overfits()) if question is not None]
    return possible[number % len(possible)]


def _accuracy() -> Prediction:
    ask = "Which share of the validation images will it name rightly?"
    return Prediction("accuracy", ask, "validation_accuracy", ACCURACY_BANDS, (), None, {}, 0)


def _overfits() -> Prediction:
    ask = "Will it overfit: will the validation loss end more than 8 % above its lowest value?"
    return Prediction("overfits", ask, "overfits", (), ("yes", "no"), None, {}, 0)


def _pair(experiment: Experiment) -> Prediction | None:
    """Which two classes are confused most; None where the images are not there to choose pairs from."""
    likely = likely_pairs(experiment)
    if not likely:
        return None
    ask = "Which two classes will it confuse most?"
    return Prediction("pair", ask, "most_confused_pair", (), (*likely, ANOTHER_PAIR), None, {}, 0)


def likely_pairs(experiment: Experiment) -> tuple[str, ...]:
    """The pairs of classes whose mean images are most alike, by the images that pages show of the data set."""
    classes, preview = experiment.data.entry.classes, read_preview(experiment.data.dataset)
    if preview is None or len(classes) < FEWEST_CLASSES:
        return ()
    means = preview.images.astype(np.float64).mean(axis=1)  # (classes, height, width, channels)
    distances = {
        (one, other): float(np.square(means[one] - means[other]).mean()) for one, other in combinations(range(len(means)), 2)
    }
    nearest = sorted(distances, key=distances.__getitem__)[:MOST_PAIRS]
    return tuple(f"{classes[one]} and {classes[other]}" for one, other in nearest)
