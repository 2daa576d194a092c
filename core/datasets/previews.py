"""A few images of each class and the counts, kept per data set, so that pages never wait for Keras to show a picture."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from core.files import home, write_atomically

IMAGES_OF_A_CLASS = 12
PREVIEWS_KEPT = 8  # in memory: one of Fashion-MNIST has 94 kB, one of 100 classes of 64 x 64 coloured pictures 15 MB


@dataclass(frozen=True, eq=False)  # what is made of a preview is kept by the preview itself
class Preview:
    """A data set at a glance."""

    images: np.ndarray  # uint8 (classes, up to IMAGES_OF_A_CLASS, height, width, channels), for people to look at
    train_counts: np.ndarray  # training images of each class, before the validation split
    test_counts: np.ndarray  # test images of each class


def preview_path(name: str) -> Path:
    """Where a data set's preview is kept."""
    return home() / "previews" / f"{name}.npz"


def has_preview(name: str) -> bool:
    """Whether the preview of a data set was made."""
    return preview_path(name).is_file()


def read_preview(name: str) -> Preview | None:
    """The preview of a data set, or None where it was not made yet."""
    path = preview_path(name)
    try:
        written = path.stat().st_mtime_ns
    except FileNotFoundError:
        return None
    return _read(path, written)


@lru_cache(maxsize=PREVIEWS_KEPT)
def _read(path: Path, written: int) -> Preview:
    """The preview in a file that was written at a time; all pages that show the data set share it."""
    with np.load(path, allow_pickle=False) as content:
        return Preview(content["images"], content["train_counts"], content["test_counts"])


def write_preview(name: str, preview: Preview) -> None:
    """Keep a preview."""

    def write(temporary: Path) -> None:
        with temporary.open("wb") as file:
            np.savez_compressed(
                file, images=preview.images, train_counts=preview.train_counts, test_counts=preview.test_counts
            )

    write_atomically(preview_path(name), write)


def make_preview(images: np.ndarray, labels: np.ndarray, test_labels: np.ndarray, num_classes: int) -> Preview:
    """The preview of a data set.

    Parameters
    ----------
    images
        An array of uint8, (count, height, width, channels), the training set.
    labels
        Whole numbers (count,).
    test_labels
        Labels of the test set.
    num_classes
        The number of classes.
    """
    counts = np.bincount(labels, minlength=num_classes)
    shown = min(IMAGES_OF_A_CLASS, int(counts.min()))  # as many of each, also where a class is small
    first = [np.flatnonzero(labels == label)[:shown] for label in range(num_classes)]
    return Preview(
        np.stack([images[indexes] for indexes in first]),
        counts,
        np.bincount(test_labels, minlength=num_classes),
    )
