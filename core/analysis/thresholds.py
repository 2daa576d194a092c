"""Predictions whose certainty reaches a threshold: their number, and their accuracy. Other images stay unanswered."""

from dataclasses import dataclass

import numpy as np

from core.analysis.evaluation_files import EvaluatedSet

CONFIDENCE, MARGIN = "Confidence", "Margin"
MEASURES = {
    CONFIDENCE: "The largest of its probabilities.",
    MARGIN: "The largest probability less the second largest.",
}
STEPS = 101  # thresholds of a curve, from 0.00 to 1.00


@dataclass(frozen=True)
class AnsweredCounts:
    """The number of images whose prediction reaches a threshold of certainty, and how many of them are right."""

    images: int
    answered: int  # images whose certainty reaches the threshold
    right: int  # answered images with the right class
    ties: int  # images with the same largest probability for several classes
    ties_answered: int
    ties_right: int  # answered ties whose first class is right

    @property
    def share_answered(self) -> float:
        return self.answered / self.images if self.images else 0.0

    @property
    def share_right(self) -> float | None:
        """The accuracy among the answered images, or None if no image is answered."""
        return self.right / self.answered if self.answered else None


@dataclass(frozen=True)
class ThresholdCurve:
    """The share of answered images and the accuracy among them, for each threshold of certainty."""

    thresholds: np.ndarray
    answered: np.ndarray  # the share of the images that is answered
    right: np.ndarray  # the share of correct answers; NaN without answers


def certainty(evaluated: EvaluatedSet, measure: str) -> np.ndarray:
    """Return the certainty of the prediction for each image, (images,), by a measure of MEASURES."""
    probabilities = evaluated.probabilities
    if measure == CONFIDENCE or probabilities.shape[1] < 2:
        return np.asarray(probabilities.max(axis=-1))
    two = np.partition(probabilities, -2, axis=-1)[:, -2:]
    return np.asarray(two[:, 1] - two[:, 0])


def counts_at_threshold(evaluated: EvaluatedSet, measure: str, threshold: float) -> AnsweredCounts:
    """Count the images whose prediction reaches a threshold of certainty, and how many of them are right.

    Parameters
    ----------
    evaluated
        The set, with all of its probabilities.
    measure
        The measure of certainty: a key of MEASURES.
    threshold
        The least certainty of an answer, from 0 to 1.
    """
    is_answered = certainty(evaluated, measure) >= np.float32(threshold)
    is_right = evaluated.predicted == evaluated.labels
    probabilities = evaluated.probabilities
    is_tied = (probabilities == probabilities.max(axis=-1, keepdims=True)).sum(axis=-1) > 1
    return AnsweredCounts(
        images=len(is_right),
        answered=int(is_answered.sum()),
        right=int((is_answered & is_right).sum()),
        ties=int(is_tied.sum()),
        ties_answered=int((is_tied & is_answered).sum()),
        ties_right=int((is_tied & is_answered & is_right).sum()),
    )


def threshold_curve(evaluated: EvaluatedSet, measure: str) -> ThresholdCurve:
    """Return the share of answered images and the accuracy among them, for thresholds from 0 to 1."""
    order = np.argsort(certainty(evaluated, measure), kind="stable")
    sure = certainty(evaluated, measure)[order]
    rights = np.concatenate([np.cumsum((evaluated.predicted == evaluated.labels)[order][::-1])[::-1], [0]])
    thresholds = np.linspace(0.0, 1.0, STEPS)
    first = np.searchsorted(sure, thresholds.astype("float32"), side="left")
    counts = len(sure) - first
    share_right = np.divide(rights[first], counts, out=np.full(STEPS, np.nan), where=counts > 0)
    return ThresholdCurve(thresholds, counts / max(1, len(sure)), share_right)
