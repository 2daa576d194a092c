"""A network's predictions for an image and for the images of a set, and the wrong predictions that became confident."""

from dataclasses import dataclass

import numpy as np

from core.experiment.image_ref import ImageRef
from core.views.shared.question import ImagesQuestion, NetworkQuestion

UNSURE, SURE = 0.7, 0.9  # an answer is unsure if its probability is below the first number, and sure from the second on
SMALLEST_PROBABILITY = 1e-7  # Keras clips probabilities to this number before their logarithm
MOST_IMAGES = 450  # images of a set: as many as a screen shows, and few enough for a quick answer of a worker


@dataclass(frozen=True, eq=False)
class SetAnswers:
    """A network's predictions for the first images of the validation or test set."""

    labels: np.ndarray  # whole numbers (images,)
    predicted: np.ndarray  # whole numbers (images,)
    sureness: np.ndarray  # the probability of the predicted class, (images,)
    of_label: np.ndarray  # the probability of the label, (images,)

    @property
    def wrong(self) -> np.ndarray:
        """Whether each image is classified wrongly, (images,)."""
        return np.asarray(self.predicted != self.labels)

    @property
    def losses(self) -> np.ndarray:
        """The cross-entropy of each image, (images,)."""
        return np.asarray(-np.log(np.clip(self.of_label, SMALLEST_PROBABILITY, 1.0)))

    @property
    def loss(self) -> float:
        """The mean loss of all images."""
        return float(self.losses.mean())

    @property
    def num_wrong(self) -> int:
        return int(self.wrong.sum())

    @property
    def num_sure_and_wrong(self) -> int:
        return int((self.wrong & (self.sureness >= SURE)).sum())


@dataclass(frozen=True)
class ProbabilitiesQuestion(NetworkQuestion[tuple[float, ...]]):
    """A request for the class probabilities of an image."""

    image: ImageRef

    function = "core.worker.views.predictions:predicted_probabilities"
    kept = 500


@dataclass(frozen=True)
class SetAnswersQuestion(NetworkQuestion[SetAnswers]):
    """A request for a network's predictions for the first `MOST_IMAGES` images of the validation or test set."""

    part: str = "validation"  # or "test"

    function = "core.worker.views.predictions:set_answers"
    kept = 200


@dataclass(frozen=True)
class AnsweredImagesQuestion(ImagesQuestion[np.ndarray]):
    """A request for the images of a `SetAnswersQuestion`, uint8 (images, height, width, channels)."""

    part: str = "validation"

    function = "core.worker.views.predictions:answered_images"
    kept = 10


def answers_from_probabilities(probabilities: np.ndarray, labels: np.ndarray) -> SetAnswers:
    """Return the predictions that follow from class probabilities, (images, classes), with the labels."""
    images = np.arange(len(labels))
    predicted = probabilities.argmax(axis=-1)
    return SetAnswers(np.asarray(labels, int), predicted, probabilities[images, predicted], probabilities[images, labels])


def newly_confident_errors(before: SetAnswers, after: SetAnswers) -> np.ndarray:
    """Return the indexes of images whose prediction was unsure before and is sure but wrong after, the surest first."""
    turned = np.flatnonzero((before.sureness < UNSURE) & after.wrong & (after.sureness >= SURE))
    return turned[np.argsort(-after.sureness[turned], kind="stable")]
