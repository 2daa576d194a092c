"""Accuracy and loss of a trained network on each of its sets, and the gap between them."""

from collections.abc import Mapping
from dataclasses import dataclass

from core.number_text import accuracy_text, loss_text


@dataclass(frozen=True)
class SetScores:
    """What a network scores on a set."""

    accuracy: float
    loss: float
    images: int  # that were asked
    available: int  # in the whole set

    @property
    def images_words(self) -> str:
        """How many images the scores stand for: "54,000 images", or "the first 8,000 of 54,000 images"."""
        if self.images < self.available:
            return f"the first {self.images:,} of {self.available:,} images"
        return f"{self.images:,} images"


def points(training: SetScores, accuracy: float) -> float:
    """How many percentage points the training accuracy lies above another one."""
    return 100 * (training.accuracy - accuracy)


def gap_sentence(training: SetScores, held_out: Mapping[str, Mapping[str, float]]) -> str:
    """The training accuracy and loss beside those of sets that the network did not learn from, in one line.

    Parameters
    ----------
    training
        The scores on the training set.
    held_out
        {"accuracy", "loss"} by the name of the set, such as "validation"; of at least one.
    """
    accuracies = [
        f"{name} {accuracy_text(found['accuracy'])} (gap {gap_text(points(training, found['accuracy']))})"
        for name, found in held_out.items()
    ]
    losses = [f"{name} {loss_text(found['loss'])}" for name, found in held_out.items()]
    return (
        f"**Accuracy:** training {accuracy_text(training.accuracy)}, {', '.join(accuracies)}. "
        f"**Loss:** training {loss_text(training.loss)}, {', '.join(losses)}."
    )


def gap_text(gap: float) -> str:
    """A gap in percentage points, with its sign where the training set is the harder one: "3.1 points", "−0.4 points"."""
    return f"{'−' if gap <= -0.05 else ''}{abs(gap):.1f} points"
