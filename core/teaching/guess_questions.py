"""Guesses outside of decks: before a run, the visitor answers a question with options, and the run shows the result.

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
FEWEST_CLASSES = 3  # two classes have only a single pair


def guess_question(experiment: Experiment, number: int) -> Prediction:
    """Return the question before a run: about the accuracy, the most confused classes or overfitting, in turn.

    Parameters
    ----------
    experiment
        The experiment that is trained next.
    number
        How many guesses the visitor made before. The questions take turns.
    """
    possible = [question for question in (_accuracy(), _pair(experiment), _overfits()) if question is not None]
    return possible[number % len(possible)]


def _accuracy() -> Prediction:
    ask = "Which share of the validation images will it classify correctly?"
    return Prediction("accuracy", ask, "validation_accuracy", ACCURACY_BANDS, (), None, {}, 0)


def _overfits() -> Prediction:
    ask = "Will it overfit: will the validation loss end more than 10 % above its lowest value?"
    return Prediction("overfits", ask, "overfits", (), ("yes", "no"), None, {}, 0)


def _pair(experiment: Experiment) -> Prediction | None:
    """Return the question about the two most confused classes. If `similar_class_pairs` offers no pairs, return None."""
    likely = similar_class_pairs(experiment)
    if not likely:
        return None
    ask = "Which two classes will it confuse most?"
    return Prediction("pair", ask, "most_confused_pair", (), (*likely, ANOTHER_PAIR), None, {}, 0)


def similar_class_pairs(experiment: Experiment) -> tuple[str, ...]:
    """Return the pairs of classes whose mean images differ least, computed from the preview images of the data set.

    Return an empty tuple if there are no preview images, or fewer than FEWEST_CLASSES classes.
    """
    classes, preview = experiment.data.entry.classes, read_preview(experiment.data.dataset)
    if preview is None or len(classes) < FEWEST_CLASSES:
        return ()
    means = preview.images.astype(np.float64).mean(axis=1)  # (classes, height, width, channels)
    distances = {
        (first, second): float(np.square(means[first] - means[second]).mean())
        for first, second in combinations(range(len(means)), 2)
    }
    nearest = sorted(distances, key=distances.__getitem__)[:MOST_PAIRS]
    return tuple(f"{classes[first]} and {classes[second]}" for first, second in nearest)
