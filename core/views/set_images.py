"""The images of a set and their labels, and the images of a cell of the confusion matrix."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from core.experiment.image_ref import ImageRef
from core.experiment.model import Experiment
from core.views.shared.question import ImagesQuestion

MOST_IMAGES = 8  # images of a cell that a browser may ask for; the trainer reports as many


@dataclass(frozen=True)
class SetLabelsQuestion(ImagesQuestion[np.ndarray]):
    """A request for the labels of the training, validation or test set, whole numbers (images,)."""

    part: str  # the set; see `core.experiment.image_ref`

    function = "core.worker.views.set_images:set_labels"
    kept = 20


@dataclass(frozen=True)
class ImageQuestion(ImagesQuestion[np.ndarray]):
    """A request for an image for display, uint8 (height, width, channels)."""

    image: ImageRef

    function = "core.worker.views.set_images:image_pixels"
    kept = 200


@dataclass(frozen=True)
class SetImagesQuestion(ImagesQuestion[np.ndarray]):
    """A request for images with given indexes for display, uint8 (images, height, width, channels)."""

    indexes: tuple[int, ...]  # indexes of the images in the set, or in the files
    part: str = "validation"  # "train", "validation" or "test"; or a part of the files: "train files" or "test files"

    function = "core.worker.views.set_images:set_images"
    kept = 200  # some ten kilobytes each


@dataclass(frozen=True)
class ConfusionCell:
    """A cell of the confusion matrix that a person picked, with its numbers at that time."""

    actual: int  # the actual class
    predicted: int  # the predicted class
    count: int  # the number of images in the cell
    epoch: float  # the epoch of the confusion matrix
    indexes: tuple[int, ...]  # indexes of some images of the cell in the validation set


def read_cell(sent: Any, experiment: Experiment) -> ConfusionCell | None:
    """Read a cell of the confusion matrix from JSON that a browser sent. Return None if the JSON is invalid.

    Parameters
    ----------
    sent
        {"actual", "predicted", "count", "epoch", "indexes"}.
    experiment
        The experiment that owns the validation set.
    """
    if not isinstance(sent, Mapping) or not isinstance(sent.get("indexes"), list):
        return None
    data, indexes = experiment.data, sent["indexes"]
    actual: Any = sent.get("actual")
    predicted: Any = sent.get("predicted")
    is_known = all(_is_below(number, data.entry.num_classes) for number in (actual, predicted))
    is_known &= 0 < len(indexes) <= MOST_IMAGES and all(_is_below(index, data.num_validation) for index in indexes)
    is_known &= _is_below(sent.get("count"), data.num_validation + 1)
    epoch: Any = sent.get("epoch")
    is_known &= isinstance(epoch, int | float) and 0 <= epoch <= experiment.fit.epochs
    return ConfusionCell(actual, predicted, sent["count"], float(epoch), tuple(indexes)) if is_known else None


def _is_below(value: object, limit: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < limit
