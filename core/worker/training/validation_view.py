"""A network's predictions for the validation set during training: some single images, and the confusion matrix.

This module receives the network's outputs, and does not call the network.
"""

from typing import Any

import numpy as np

from core.network_state import WatchedImages
from core.png import to_data_uri

WATCHED_IMAGES = 12  # as many as a screen shows in a large size
EXAMPLES = 8  # images that an event names for a cell; they fill a row


def choose_images(labels: np.ndarray, num_classes: int, count: int = WATCHED_IMAGES) -> np.ndarray:
    """Choose the images whose predictions are shown during training, spread over all classes, without randomness.

    Parameters
    ----------
    labels
        Actual classes, whole numbers (images,), or a column for each class (images, classes).
    num_classes
        The number of classes, including those that never occur.
    count
        The number of images wanted.

    Returns
    -------
    np.ndarray
        Indexes into `labels`, ordered by class. The result has fewer than `count` indexes if the set has fewer images.
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
    """Return a rank for each class, so that the first classes by rank are evenly spread (multiples of the golden ratio)."""
    fractions = np.arange(num_classes) * (5**0.5 - 1) / 2 % 1.0
    return np.argsort(np.argsort(fractions))


def watched(images: np.ndarray, labels: np.ndarray, pixels: str, indexes: np.ndarray) -> WatchedImages:
    """Return the chosen images as data: URIs, with their labels and indexes.

    Parameters
    ----------
    images
        The images, prepared for the network, float32 (images, height, width, channels).
    labels
        Actual classes, whole numbers (images,), or a column for each class (images, classes).
    pixels
        The range of the prepared pixels, as in an experiment.
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
    """Return the cells of a confusion matrix that are not 0.

    Parameters
    ----------
    actual
        Actual classes, whole numbers (images,), or a column for each class (images, classes).
    predicted
        Predicted classes, whole numbers (images,).
    probabilities
        The answers (images, classes). None if only the predictions are known.

    Returns
    -------
    list[list]
        [[actual, predicted, count, [indexes of at most EXAMPLES images]], ...], ordered by actual class, then by predicted
        class. The images are those that the network is surest of; if the answers are unknown, the first of the set.
    """
    actual, predicted = as_integers(actual), np.asarray(predicted, dtype=int)
    if not len(actual):
        return []
    surest = np.zeros(len(actual))
    if probabilities is not None:
        surest = -np.nan_to_num(probabilities[np.arange(len(actual)), predicted])
    order = np.lexsort((surest, predicted, actual))  # stable: equally sure images keep their order
    is_first = np.ones(len(order), dtype=bool)
    is_first[1:] = (np.diff(actual[order]) != 0) | (np.diff(predicted[order]) != 0)
    groups = np.split(order, np.flatnonzero(is_first)[1:])
    return [[int(actual[group[0]]), int(predicted[group[0]]), len(group), group[:EXAMPLES].tolist()] for group in groups]


def as_integers(labels: np.ndarray) -> np.ndarray:
    """Return labels as whole numbers (images,), from whole numbers or from one-hot labels."""
    labels = np.asarray(labels)
    return (labels.argmax(axis=-1) if labels.ndim == 2 else labels).astype(int)


def to_pixels(prepared: np.ndarray, pixels: str) -> np.ndarray:
    """Convert prepared images for display, uint8 from 0 to 255: the inverse of `core.worker.data.load.prepare`."""
    scale, offset = {"0-255": (1.0, 0.0), "0-1": (255.0, 0.0), "-1-1": (127.5, 127.5)}[pixels]
    return np.rint(prepared * scale + offset).astype("uint8")
