"""A network that may say "not sure": how many images it answers above a threshold, and how many of those rightly."""

from dataclasses import dataclass

import numpy as np

from core.analysis.evaluation_files import EvaluatedSet

CONFIDENCE, MARGIN = "Confidence", "Margin"
MEASURES = {
    CONFIDENCE: "The largest of its probabilities.",
    MARGIN: "The largest probability less the second largest.",
}
STEPS = 101  # thresholds of a curve: 0.00 to 1.00


@dataclass(frozen=True)
class Answered:
    """What becomes of the images of a set with a threshold."""

    images: int
    answered: int  # as sure as the threshold, or surer
    right: int  # of those answered
    ties: int  # images whose largest probability stands at several classes
    ties_answered: int
    ties_right: int  # answered, and the first of their classes is the right one

    @property
    def share_answered(self) -> float:
        return self.answered / self.images if self.images else 0.0

    @property
    def share_right(self) -> float | None:
        """The accuracy among the answered images; None where none is answered."""
        return self.right / self.answered if self.answered else None


@dataclass(frozen=True)
class ThresholdCurve:
    """What every threshold brings."""

    thresholds: np.ndarray
    answered: np.ndarray  # the share of the images that is answered
    right: np.ndarray  # of those the share that is right; NaN where none is answered


def certainty(evaluated: EvaluatedSet, measure: str) -> np.ndarray:
    """How sure the network is of each image, (images,), by one of MEASURES."""
    probabilities = evaluated.probabilities
    if measure == CONFIDENCE or probabilities.shape[1] < 2:
        return np.asarray(probabilities.max(axis=-1))
    two = np.partition(probabilities, -2, axis=-1)[:, -2:]
    return np.asarray(two[:, 1] - two[:, 0])


def answered(evaluated: EvaluatedSet, measure: str, threshold: float) -> Answered:
    """What becomes of a set's images when the network answers only where it is sure.

    Parameters
    ----------
    evaluated
        The set, with all of its probabilities.
    measure
        How certainty is measured: one of MEASURES.
    threshold
        The least certainty of an answer, from 0 to 1.
    """
    is_answered = certainty(evaluated, measure) >= np.float32(threshold)
    is_right = evaluated.predicted == evaluated.labels
    probabilities = evaluated.probabilities
    is_tied = (probabilities == probabilities.max(axis=-1, keepdims=True)).sum(axis=-1) > 1
    return Answered(
        images=len(is_right),
        answered=int(is_answered.sum()),
        right=int((is_answered & is_right).sum()),
        ties=int(is_tied.sum()),
        ties_answered=int((is_tied & is_answered).sum()),
        ties_right=int((is_tied & is_answered & is_right).sum()),
    )


def threshold_curve(evaluated: EvaluatedSet, measure: str) -> ThresholdCurve:
    """The shares that are answered, and of those right, for thresholds from 0 to 1."""
    order = np.argsort(certainty(evaluated, measure), kind="stable")
    sure = certainty(evaluated, measure)[order]
    rights = np.concatenate([np.cumsum((evaluated.predicted == evaluated.labels)[order][::-1])[::-1], [0]])
    thresholds = np.linspace(0.0, 1.0, STEPS)
    first = np.searchsorted(sure, thresholds.astype("float32"), side="left")
    counts = len(sure) - first
    share_right = np.divide(rights[first], counts, out=np.full(STEPS, np.nan), where=counts > 0)
    return ThresholdCurve(thresholds, counts / max(1, len(sure)), share_right)
