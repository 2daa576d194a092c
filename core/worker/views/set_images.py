"""Read the images of a set and their labels from the files of a data set."""

import numpy as np

from core.experiment.image_ref import ImageRef
from core.experiment.model import Experiment
from core.worker.data.load import load_raw, set_indexes, to_bytes
from core.worker.views.shared.load_trained import errors_as_problems, load_image, load_set


@errors_as_problems
def set_labels(experiment: Experiment, part: str) -> np.ndarray:
    """Return the labels of the training, validation or test set, whole numbers (images,)."""
    return np.asarray(load_set(experiment, part)[1], dtype="int16")


@errors_as_problems
def image_pixels(experiment: Experiment, image_ref: ImageRef) -> np.ndarray:
    """Return an image for display: uint8 (height, width, channels)."""
    return load_image(experiment, image_ref)[0]


def set_images(experiment: Experiment, indexes: tuple[int, ...], part: str = "validation") -> np.ndarray:
    """Return images with given indexes in the set `part` for display: uint8 (indexes, height, width, channels).

    The images come from the data set in memory; the whole set need not be prepared.
    """
    data = experiment.data
    train, test = load_raw(data.dataset)
    images, _ = test if part.startswith("test") else train
    positions = (
        list(indexes) if part.endswith("files") else getattr(set_indexes(data, experiment.fit.seed), part)[list(indexes)]
    )
    return to_bytes(images[positions], data.dataset)
