"""Previews of data sets: a few images and the image counts of each class, so that pages show pictures without Keras."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from core.catalogue.datasets import are_pictures_gone
from core.files import home, write_atomically

IMAGES_OF_A_CLASS = 12
PREVIEWS_KEPT = 8  # previews in memory: Fashion-MNIST takes 94 kB, 100 classes of 64 x 64 coloured pictures take 15 MB


@dataclass(frozen=True, eq=False)  # compared by identity, so that a preview can be the key of a cache
class Preview:
    """A few images of each class of a data set, and the counts of its images."""

    images: np.ndarray  # uint8 (classes, up to IMAGES_OF_A_CLASS, height, width, channels), for people to look at
    train_counts: np.ndarray  # training images of each class, before the validation split
    test_counts: np.ndarray  # test images of each class


def preview_path(name: str) -> Path:
    """Return the path of the file with a data set's preview. The file need not exist."""
    return home() / "previews" / f"{name}.npz"


def has_preview(name: str) -> bool:
    """Return whether the preview of a data set exists. Return False if its pictures were deleted."""
    return preview_path(name).is_file() and not are_pictures_gone(name)


def read_preview(name: str) -> Preview | None:
    """Return the preview of a data set, or None if no preview was made or its pictures were deleted."""
    path = preview_path(name)
    if are_pictures_gone(name):
        return None
    try:
        written = path.stat().st_mtime_ns
    except FileNotFoundError:
        return None
    return _read(path, written)


@lru_cache(maxsize=PREVIEWS_KEPT)
def _read(path: Path, written: int) -> Preview:
    """Read a preview from its file. The result is cached until the file is written again at a later time."""
    with np.load(path, allow_pickle=False) as content:
        return Preview(content["images"], content["train_counts"], content["test_counts"])


def write_preview(name: str, preview: Preview) -> None:
    """Write the preview of a data set to its file."""

    def write(temporary: Path) -> None:
        with temporary.open("wb") as file:
            np.savez_compressed(
                file, images=preview.images, train_counts=preview.train_counts, test_counts=preview.test_counts
            )

    write_atomically(preview_path(name), write)


def make_preview(images: np.ndarray, labels: np.ndarray, test_labels: np.ndarray, num_classes: int) -> Preview:
    """Make the preview of a data set.

    Parameters
    ----------
    images
        The images of the training set, uint8 (count, height, width, channels).
    labels
        The labels of the training set, whole numbers (count,).
    test_labels
        The labels of the test set.
    num_classes
        The number of classes.
    """
    counts = np.bincount(labels, minlength=num_classes)
    shown = min(IMAGES_OF_A_CLASS, int(counts.min()))  # as many of each class as of the smallest class
    first = [np.flatnonzero(labels == label)[:shown] for label in range(num_classes)]
    return Preview(
        np.stack([images[indexes] for indexes in first]),
        counts,
        np.bincount(test_labels, minlength=num_classes),
    )
