"""What follows from labels and predictions: confusion matrix, precision, recall, F1, worst mistakes. By scikit-learn."""

from dataclasses import dataclass

import numpy as np
from sklearn.metrics import confusion_matrix, precision_recall_fscore_support


@dataclass(frozen=True)
class Scores:
    """How good a set of predictions is, class by class."""

    confusion_matrix: np.ndarray  # counts; rows are actual classes, columns predicted ones
    precision: np.ndarray  # of the images called this class, the share that is
    recall: np.ndarray  # of the images of this class, the share that was found
    f1: np.ndarray  # the harmonic mean of both
    support: np.ndarray  # images of each class
    worst_mistakes: np.ndarray  # indexes of wrongly classified images, the most confident mistake first

    @property
    def accuracy(self) -> float:
        """The share of images classified rightly."""
        return float(np.trace(self.confusion_matrix) / self.confusion_matrix.sum())


def score(labels: np.ndarray, probabilities: np.ndarray, num_classes: int) -> Scores:
    """The scores of predictions.

    Arguments:
        labels: actual classes, whole numbers (images,).
        probabilities: the network's answers (images, classes); the largest is the prediction.
        num_classes: how many classes there are, also where some never occur.

    Returns:
        Scores; precision and recall are 0 where a class was never predicted or never occurs.
    """
    predicted = probabilities.argmax(axis=-1)
    classes = np.arange(num_classes)
    matrix = confusion_matrix(labels, predicted, labels=classes)
    precision, recall, f1, support = precision_recall_fscore_support(labels, predicted, labels=classes, zero_division=0)
    wrong = np.flatnonzero(predicted != labels)
    given_to_truth = probabilities[wrong, labels[wrong]]
    return Scores(matrix, precision, recall, f1, support, wrong[np.argsort(given_to_truth, kind="stable")])
