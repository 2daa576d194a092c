"""Scores of predictions: confusion matrix, precision, recall, F1, top-k accuracy and calibration, by scikit-learn."""

from dataclasses import dataclass

import numpy as np
from scipy.cluster.hierarchy import leaves_list, linkage
from scipy.spatial.distance import squareform
from sklearn.calibration import calibration_curve
from sklearn.metrics import confusion_matrix, precision_recall_fscore_support, top_k_accuracy_score

BINS = 10  # of confidence; each 0.1 wide, and filled well by a few hundred images
TOP_K = (2, 3, 5)  # the usual values; only those below the number of classes are used


@dataclass(frozen=True)
class Calibration:
    """How well confidence, the probability of the predicted class, matches accuracy.

    The expected calibration error is sum over bins of images / all images · |accuracy − confidence|, with bins of equal
    width: equation 3 of Guo, Pleiss, Sun, Weinberger, "On Calibration of Modern Neural Networks", ICML 2017.
    """

    counts: np.ndarray  # images in each tenth of confidence, upper end included
    right: np.ndarray  # correctly classified images in it
    confidence: np.ndarray  # their mean confidence; 0 for an empty bin
    accuracy: np.ndarray  # their accuracy; 0 for an empty bin
    error: float  # the expected calibration error, from 0 to 1


@dataclass(frozen=True)
class Scores:
    """Scores of a set of predictions, by class."""

    confusion_matrix: np.ndarray  # counts; rows are actual classes, columns predicted ones
    precision: np.ndarray  # share of the images predicted as the class that belong to it
    recall: np.ndarray  # share of the class' images that are predicted as it
    f1: np.ndarray  # harmonic mean of both
    support: np.ndarray  # images of each class
    worst_mistakes: np.ndarray  # indexes of misclassified images, the most confident first
    order: np.ndarray  # all classes; classes that are confused often are neighbours
    top_k: dict[int, float]  # the share of images whose class is among the k most probable ones, by k
    calibration: Calibration

    @property
    def accuracy(self) -> float:
        """The share of correctly classified images."""
        return float(np.trace(self.confusion_matrix) / self.confusion_matrix.sum())


def score(labels: np.ndarray, probabilities: np.ndarray, num_classes: int) -> Scores:
    """The scores of predictions.

    Parameters
    ----------
    labels
        Actual classes, whole numbers (images,).
    probabilities
        The network's outputs (images, classes); the largest is the prediction.
    num_classes
        The number of classes, including those without images.

    Returns
    -------
    Scores
        The scores; precision and recall are 0 for a class that is never predicted or never occurs.
    """
    predicted = probabilities.argmax(axis=-1)
    classes = np.arange(num_classes)
    matrix = confusion_matrix(labels, predicted, labels=classes)
    precision, recall, f1, support = precision_recall_fscore_support(labels, predicted, labels=classes, zero_division=0)
    wrong = np.flatnonzero(predicted != labels)
    given_to_truth = probabilities[wrong, labels[wrong]]
    return Scores(
        confusion_matrix=matrix,
        precision=precision,
        recall=recall,
        f1=f1,
        support=support,
        worst_mistakes=wrong[np.argsort(given_to_truth, kind="stable")],
        order=order(matrix),
        top_k={k: float(top_k_accuracy_score(labels, probabilities, k=k, labels=classes)) for k in TOP_K if k < num_classes},
        calibration=calibrate(probabilities.max(axis=-1), predicted == labels),
    )


def order(matrix: np.ndarray) -> np.ndarray:
    """Order the classes so that often confused ones are neighbours: the leaves of a hierarchical clustering.

    Two classes are closer, the larger the share of each that was predicted as the other (SciPy, average linkage).

    Parameters
    ----------
    matrix
        Counts; rows are actual classes, columns predicted ones.
    """
    if len(matrix) < 3:
        return np.arange(len(matrix))
    support = matrix.sum(axis=1, keepdims=True)
    share = np.divide(matrix, support, out=np.zeros(matrix.shape), where=support > 0)
    apart = 1 - (share + share.T) / 2
    np.fill_diagonal(apart, 0.0)
    return np.asarray(leaves_list(linkage(squareform(apart, checks=False), "average", optimal_ordering=True)).astype(int))


def calibrate(confidence: np.ndarray, is_right: np.ndarray) -> Calibration:
    """Compare confidence with accuracy.

    Parameters
    ----------
    confidence
        The probability of the predicted class, (images,).
    is_right
        Whether the prediction is correct, (images,).
    """
    sure = np.clip(np.asarray(confidence, dtype="float64"), 0.0, 1.0)  # softmax may give 1 + 1e-7
    inner_edges = np.linspace(0.0, 1.0, BINS + 1)[1:-1]
    bins = np.searchsorted(inner_edges, sure)  # as `calibration_curve` does it
    counts = np.bincount(bins, minlength=BINS)
    right = np.bincount(bins, weights=is_right, minlength=BINS).astype(int)
    accuracy, mean = np.zeros(BINS), np.zeros(BINS)
    if len(sure):
        accuracy[counts > 0], mean[counts > 0] = calibration_curve(
            is_right, sure, n_bins=BINS, strategy="uniform", pos_label=True
        )
    error = float((counts * np.abs(accuracy - mean)).sum() / max(1, len(sure)))
    return Calibration(counts, right, mean, accuracy, error)
