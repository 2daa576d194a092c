"""A network's answers for the validation set while it learns: the watched images, and the cells of the confusion matrix.

This module does not call the network: it receives the answers.
"""

from typing import Any

import numpy as np

from core.experiment.model import Experiment
from core.png import to_data_uri
from core.run_events import WatchedImages
from core.worker.data.load import load_raw, set_indexes, to_bytes

WATCHED_IMAGES = 12  # as many as a screen shows big
EXAMPLES = 8  # images that an event names for a cell; they fill a row


def choose_images(labels: np.ndarray, num_classes: int, count: int = WATCHED_IMAGES) -> np.ndarray:
    """The images to watch: always the same ones of the same set, spread over all classes.

    Parameters
    ----------
    labels
        Actual classes, whole numbers (images,) or one-hot (images, classes).
    num_classes
        The number of classes, including those that never occur.
    count
        The number of images wanted.

    Returns
    -------
    np.ndarray
        Indexes into `labels`, ordered by class; fewer than `count` where there are not so many images.
    """
    actual = as_integers(labels)
    turn_of = np.empty(len(actual), dtype=int)  # the position of an image among those of its class
    for label in range(num_classes):
        is_of_class = actual == label
        turn_of[is_of_class] = np.arange(is_of_class.sum())
    by_turn = np.lexsort((_spread_ranks(num_classes)[actual], turn_of))
    chosen = by_turn[:count]
    return chosen[np.lexsort((chosen, actual[chosen]))]


def _spread_ranks(num_classes: int) -> np.ndarray:
    """A rank for each class, such that the first few ranks are evenly spread, like the multiples of the golden ratio."""
    fractions = np.arange(num_classes) * (5**0.5 - 1) / 2 % 1.0
    return np.argsort(np.argsort(fractions))


def watched(images: np.ndarray, labels: np.ndarray, pixels: str, indexes: np.ndarray) -> WatchedImages:
    """The images to watch, as people look at them.

    Parameters
    ----------
    images
        Prepared for the network, float32 (images, height, width, channels).
    labels
        Actual classes, whole numbers (images,) or one-hot (images, classes).
    pixels
        The range that pixels were brought to, as in an experiment.
    indexes
        The result of `choose_images`.
    """
    shown = to_pixels(images[indexes], pixels)
    return {
        "pictures": [to_data_uri(picture) for picture in shown],
        "labels": as_integers(labels)[indexes].tolist(),
        "indexes": np.asarray(indexes).tolist(),
    }


def confusion_cells(actual: np.ndarray, predicted: np.ndarray, probabilities: np.ndarray | None = None) -> list[list[Any]]:
    """The cells of a confusion matrix that are not 0.

    Parameters
    ----------
    actual
        Actual classes, whole numbers (images,) or one-hot (images, classes).
    predicted
        Predicted classes, whole numbers (images,).
    probabilities
        The answers (images, classes); None where only the predictions are known.

    Returns
    -------
    list[list]
        [[actual, predicted, count, [indexes of at most EXAMPLES images]], ...], ordered by actual class, then by predicted
        class; the images that the network is surest of stand first, else the first ones of the set.
    """
    actual, predicted = as_integers(actual), np.asarray(predicted, dtype=int)
    if not len(actual):
        return []
    surest = np.zeros(len(actual))
    if probabilities is not None:
        surest = -np.nan_to_num(probabilities[np.arange(len(actual)), predicted])
    order = np.lexsort((surest, predicted, actual))  # stable: equally sure ones keep their order
    is_first = np.ones(len(order), dtype=bool)
    is_first[1:] = (np.diff(actual[order]) != 0) | (np.diff(predicted[order]) != 0)
    groups = np.split(order, np.flatnonzero(is_first)[1:])
    return [[int(actual[group[0]]), int(predicted[group[0]]), len(group), group[:EXAMPLES].tolist()] for group in groups]


def pictures(experiment: Experiment, indexes: list[int], part: str = "validation") -> np.ndarray:
    """Images of one of an experiment's sets as people see them: uint8 (indexes, height, width, channels).

    For the inspector's process: reads them from the data set in memory, without preparing the whole set.

    Parameters
    ----------
    experiment
        The experiment; only its data and its seed matter.
    indexes
        Indexes into the set, or into the files.
    part
        The set: "train", "validation" or "test"; or the part of the files: "train files" or "test files".
    """
    data = experiment.data
    train, test = load_raw(data.dataset)
    images, _ = test if part.startswith("test") else train
    positions = indexes if part.endswith("files") else getattr(set_indexes(data, experiment.fit.seed), part)[indexes]
    return to_bytes(images[positions], data.dataset)


def as_integers(labels: np.ndarray) -> np.ndarray:
    """Labels as whole numbers (images,), however the loss reads them."""
    labels = np.asarray(labels)
    return (labels.argmax(axis=-1) if labels.ndim == 2 else labels).astype(int)


def to_pixels(prepared: np.ndarray, pixels: str) -> np.ndarray:
    """Prepared images as people see them, uint8 from 0 to 255: the inverse of `core.worker.data.load.prepare`."""
    scale, offset = {"0-255": (1.0, 0.0), "0-1": (255.0, 0.0), "-1-1": (127.5, 127.5)}[pixels]
    return np.rint(prepared * scale + offset).astype("uint8")
