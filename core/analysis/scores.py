"""Scores of predictions: confusion matrix, precision, recall, F1, top-k accuracy and calibration, by scikit-learn."""

from dataclasses import dataclass

import numpy as np
from scipy.cluster.hierarchy import leaves_list, linkage
from scipy.spatial.distance import squareform
from sklearn.calibration import calibration_curve
from sklearn.metrics import confusion_matrix, precision_recall_fscore_support, top_k_accuracy_score

BINS = 10  # bins of confidence; each is 0.1 wide, and a few hundred images fill them well
TOP_K = (2, 3, 5)  # the usual values; only values below the number of classes are used


@dataclass(frozen=True)
class Calibration:
    """A comparison of confidence, the probability of the predicted class, with accuracy.

    The expected calibration error is sum over bins of images / all images · |accuracy − confidence|, with bins of equal
    width: equation 3 of Guo, Pleiss, Sun, Weinberger, "On Calibration of Modern Neural Networks", ICML 2017.
    """

    counts: np.ndarray  # the number of images in each bin of confidence, upper end included
    right: np.ndarray  # the number of correctly classified images in each bin
    confidence: np.ndarray  # the mean confidence of the images in each bin; 0 for an empty bin
    accuracy: np.ndarray  # the accuracy of the images in each bin; 0 for an empty bin
    error: float  # the expected calibration error, from 0 to 1


@dataclass(frozen=True)
class Scores:
    """The scores of predictions: confusion matrix, precision, recall and F1 of each class, and calibration."""

    confusion_matrix: np.ndarray  # counts; rows are actual classes, columns predicted classes
    precision: np.ndarray  # share of the images predicted as the class that belong to the class
    recall: np.ndarray  # share of the class' images that are predicted as the class
    f1: np.ndarray  # harmonic mean of precision and recall
    support: np.ndarray  # the number of images of each class
    worst_mistakes: np.ndarray  # indexes of misclassified images, the most confident first
    order: np.ndarray  # all classes; classes that are confused often are neighbours
    top_k: dict[int, float]  # the share of images with their class among the k most probable classes, by k
    calibration: Calibration

    @property
    def accuracy(self) -> float:
        """The share of correctly classified images."""
        return float(np.trace(self.confusion_matrix) / self.confusion_matrix.sum())


def compute_scores(labels: np.ndarray, probabilities: np.ndarray, num_classes: int) -> Scores:
    """Compute the scores of predictions.

    Parameters
    ----------
    labels
        Actual classes, whole numbers (images,).
    probabilities
        The network's outputs (images, classes). The class with the largest output is the prediction.
    num_classes
        The number of classes, including classes without images.

    Returns
    -------
    Scores
        The scores. Precision is 0 for a class that is never predicted, and recall for a class that never occurs.
    """
    predicted = probabilities.argmax(axis=-1)
    classes = np.arange(num_classes)
    matrix = confusion_matrix(labels, predicted, labels=classes)
    precision, recall, f1, support = precision_recall_fscore_support(labels, predicted, labels=classes, zero_division=0)
    wrong = np.flatnonzero(predicted != labels)
    truth_probabilities = probabilities[wrong, labels[wrong]]
    return Scores(
        confusion_matrix=matrix,
        precision=precision,
        recall=recall,
        f1=f1,
        support=support,
        worst_mistakes=wrong[np.argsort(truth_probabilities, kind="stable")],
        order=class_order(matrix),
        top_k={k: float(top_k_accuracy_score(labels, probabilities, k=k, labels=classes)) for k in TOP_K if k < num_classes},
        calibration=calibrate(probabilities.max(axis=-1), predicted == labels),
    )


def class_order(matrix: np.ndarray) -> np.ndarray:
    """Order the classes by hierarchical clustering, so that classes that are often confused are neighbours.

    The distance of two classes is 1 minus the mean share of their images that are predicted as the other class. SciPy
    clusters them with average linkage.

    Parameters
    ----------
    matrix
        The confusion matrix: counts by actual class (rows) and predicted class (columns).
    """
    if len(matrix) < 3:
        return np.arange(len(matrix))
    support = matrix.sum(axis=1, keepdims=True)
    share = np.divide(matrix, support, out=np.zeros(matrix.shape), where=support > 0)
    apart = 1 - (share + share.T) / 2
    np.fill_diagonal(apart, 0.0)
    return np.asarray(leaves_list(linkage(squareform(apart, checks=False), "average", optimal_ordering=True)).astype(int))


def calibrate(confidence: np.ndarray, is_right: np.ndarray) -> Calibration:
    """Compare confidence with accuracy in bins of equal width.

    Parameters
    ----------
    confidence
        The probability of the predicted class, (images,).
    is_right
        Whether the prediction is correct, (images,).
    """
    sure = np.clip(np.asarray(confidence, dtype="float64"), 0.0, 1.0)  # softmax may give 1 + 1e-7
    inner_edges = np.linspace(0.0, 1.0, BINS + 1)[1:-1]
    bins = np.searchsorted(inner_edges, sure)  # as in `calibration_curve`
    counts = np.bincount(bins, minlength=BINS)
    right = np.bincount(bins, weights=is_right, minlength=BINS).astype(int)
    accuracy, mean = np.zeros(BINS), np.zeros(BINS)
    if len(sure):
        accuracy[counts > 0], mean[counts > 0] = calibration_curve(
            is_right, sure, n_bins=BINS, strategy="uniform", pos_label=True
        )
    error = float((counts * np.abs(accuracy - mean)).sum() / max(1, len(sure)))
    return Calibration(counts, right, mean, accuracy, error)
