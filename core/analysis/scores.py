"""What follows from labels and predictions: confusion matrix, precision, recall, F1, top-k, calibration. By scikit-learn."""

from dataclasses import dataclass

import numpy as np
from scipy.cluster.hierarchy import leaves_list, linkage
from scipy.spatial.distance import squareform
from sklearn.calibration import calibration_curve
from sklearn.metrics import confusion_matrix, precision_recall_fscore_support, top_k_accuracy_score

BINS = 10  # of confidence, each a tenth wide: read at a glance, and full enough with some hundred images
TOP_K = (2, 3, 5)  # the usual ones; of fewer classes only those that say anything


@dataclass(frozen=True)
class Calibration:
    """Whether a network is right as often as it is sure: its confidence is the probability of the class that it names.

    The expected calibration error is sum over bins of images / all images · |accuracy − confidence|, with bins of equal
    width: equation 3 of Guo, Pleiss, Sun, Weinberger, "On Calibration of Modern Neural Networks", ICML 2017.
    """

    counts: np.ndarray  # images whose confidence lies in each tenth, its upper end included
    right: np.ndarray  # those of them that were classified rightly
    confidence: np.ndarray  # their mean confidence; 0 where there are none
    accuracy: np.ndarray  # the share that was classified rightly; 0 where there are none
    error: float  # the expected calibration error, from 0 to 1


@dataclass(frozen=True)
class Scores:
    """How good a set of predictions is, class by class."""

    confusion_matrix: np.ndarray  # counts; rows are actual classes, columns predicted ones
    precision: np.ndarray  # of the images called this class, the share that is
    recall: np.ndarray  # of the images of this class, the share that was found
    f1: np.ndarray  # the harmonic mean of both
    support: np.ndarray  # images of each class
    worst_mistakes: np.ndarray  # indexes of wrongly classified images, the most confident mistake first
    order: np.ndarray  # all classes, those that are taken for each other side by side
    top_k: dict[int, float]  # the share of images whose class is among the k likeliest answers, by k
    calibration: Calibration

    @property
    def accuracy(self) -> float:
        """The share of images classified rightly."""
        return float(np.trace(self.confusion_matrix) / self.confusion_matrix.sum())


def score(labels: np.ndarray, probabilities: np.ndarray, num_classes: int) -> Scores:
    """The scores of predictions.

    Parameters
    ----------
    labels
        Actual classes, whole numbers (images,).
    probabilities
        The network's answers (images, classes); the largest is the prediction.
    num_classes
        The number of classes, those that never occur included.

    Returns
    -------
    Scores
        Scores; precision and recall are 0 where a class was never predicted or never occurs.
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
    """All classes, ordered so that those that are taken for each other stand side by side: the leaves of a clustering.

    Two classes are the closer, the larger the share of either that was taken for the other (SciPy, average linkage).

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
    """How well confidence fits what it promises.

    Parameters
    ----------
    confidence
        The probability of the class that was named, (images,).
    is_right
        Whether the named class was the right one, (images,).
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
