"""The accuracy and the loss of a trained network on each of its sets, and the gap between them."""

from collections.abc import Mapping
from dataclasses import dataclass

from core.number_text import accuracy_text, loss_text
from core.views.shared.question import NetworkQuestion


@dataclass(frozen=True)
class SetScores:
    """The scores of a network on a set."""

    accuracy: float
    loss: float
    images: int  # number of images that were evaluated
    available: int  # number of images in the whole set

    @property
    def images_words(self) -> str:
        """The number of evaluated images: "54,000 images", or "the first 8,000 of 54,000 images"."""
        if self.images < self.available:
            return f"the first {self.images:,} of {self.available:,} images"
        return f"{self.images:,} images"


@dataclass(frozen=True)
class TrainingScoresQuestion(NetworkQuestion[SetScores]):
    """A request for the accuracy and the loss of a network on its training set."""

    function = "core.worker.views.training_scores:training_scores"
    kept = 200


def gap_in_points(training: SetScores, accuracy: float) -> float:
    """Return the percentage points by which the training accuracy is above another accuracy."""
    return 100 * (training.accuracy - accuracy)


def gap_sentence(training: SetScores, held_out: Mapping[str, Mapping[str, float]]) -> str:
    """Return a Markdown line with the training accuracy, its gaps to held-out sets, and the training loss.

    The scores of the held-out sets stand beside the line already.

    Parameters
    ----------
    training
        The scores on the training set.
    held_out
        The scores {"accuracy", "loss"} of at least one set, by the name of the set, such as "validation".
    """
    gaps = [f"{gap_text(gap_in_points(training, scores['accuracy']))} to {name}" for name, scores in held_out.items()]
    return (
        f"**Training set, asked after training:** accuracy {accuracy_text(training.accuracy)} (gap {', '.join(gaps)}), "
        f"loss {loss_text(training.loss)}."
    )


def gap_text(gap: float) -> str:
    """Format a gap in percentage points: "3.1 points", or "−0.4 points" if the training accuracy is lower."""
    return f"{'−' if gap <= -0.05 else ''}{abs(gap):.1f} points"
