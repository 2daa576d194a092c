"""Compute the statistics of a data set, and choose a hundred images of a class."""

import numpy as np

from core.catalogue.datasets import data_set
from core.problems import Problem
from core.views.data_overview import SHEET, ArrayShape, Overview
from core.worker.data.load import load_raw, to_bytes
from core.worker.views.shared.load_trained import errors_as_problems

AT_ONCE = 1_000  # images whose values are counted together: counting needs eight bytes a value


@errors_as_problems
def overview(name: str) -> Overview | Problem:
    """Compute the statistics of a data set, with pixel values as in its files."""
    (images, labels), (test_images, test_labels) = load_raw(name)
    data = data_set(name)
    by_position = images.reshape(len(images), *data.image_shape)
    arrays = (("x_train", images), ("y_train", labels), ("x_test", test_images), ("y_test", test_labels))
    return Overview(
        arrays=tuple(ArrayShape(title, array.shape, str(array.dtype)) for title, array in arrays),
        histograms=np.stack(
            [_histogram(images, np.flatnonzero(labels == label), data.pixel_maximum) for label in range(data.num_classes)]
        ),
        smallest=by_position.min(axis=0),
        largest=by_position.max(axis=0),
        missing=sum(_missing(array) for array in (images, test_images)),
        train_counts=np.bincount(labels, minlength=data.num_classes),
        test_counts=np.bincount(test_labels, minlength=data.num_classes),
    )


def _histogram(images: np.ndarray, indexes: np.ndarray, maximum: int) -> np.ndarray:
    counts = np.zeros(maximum + 1, dtype="int64")
    for first in range(0, len(indexes), AT_ONCE):
        values = images[indexes[first : first + AT_ONCE]]
        whole = values if values.dtype.kind in "ui" else np.rint(values)
        counts += np.bincount(whole.ravel().astype("int64"), minlength=maximum + 1)
    return counts


def _missing(array: np.ndarray) -> int:
    return int(np.isnan(array).sum()) if array.dtype.kind == "f" else 0


@errors_as_problems
def class_sample(name: str, label: int, seed: int) -> np.ndarray | Problem:
    """Return up to a hundred random training images of a class: uint8 (count, height, width, channels)."""
    (images, labels), _ = load_raw(name)
    known = np.flatnonzero(labels == label)
    chosen = np.random.default_rng(seed).choice(known, min(SHEET * SHEET, len(known)), replace=False)
    return to_bytes(images[chosen], name)
