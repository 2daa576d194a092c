"""What is asked of a data set before anything is trained: its arrays, its values, and how often each value occurs."""

from dataclasses import dataclass

import numpy as np

SHEET = 10  # rows and columns of a contact sheet: a hundred images
GAP = 1  # pixels between two images of it, before they are drawn large


@dataclass(frozen=True)
class ArrayShape:
    """An array of the files."""

    name: str  # as in a script: "x_train"
    shape: tuple[int, ...]
    dtype: str


@dataclass(frozen=True, eq=False)
class Overview:
    """A data set, measured; pixels have the values of the files."""

    arrays: tuple[ArrayShape, ...]
    histograms: np.ndarray  # (classes, values): how often each value occurs in the training images of each class
    smallest: np.ndarray  # (height, width, channels): the least value at each position, over all training images
    largest: np.ndarray  # the greatest one
    missing: int  # values that are no numbers, in all images
    train_counts: np.ndarray  # images of each class in the training files
    test_counts: np.ndarray

    @property
    def num_train(self) -> int:
        return int(self.train_counts.sum())

    @property
    def num_test(self) -> int:
        return int(self.test_counts.sum())

    @property
    def histogram(self) -> np.ndarray:
        """How often each value occurs in all training images, (values,)."""
        return np.asarray(self.histograms.sum(axis=0))

    @property
    def share_held_out(self) -> float:
        """The share of all images that the files hold out for the test."""
        return self.num_test / (self.num_train + self.num_test)


def positions_histogram(values: np.ndarray, num_values: int) -> np.ndarray:
    """How many positions have each value, (num_values,): of `Overview.largest` or `smallest`."""
    return np.bincount(values.ravel().astype("int64"), minlength=num_values)


def contact_sheet(images: np.ndarray, background: int = 128) -> np.ndarray:
    """Up to a hundred images in ten rows of ten as one picture, uint8 (height, width, channels).

    Parameters
    ----------
    images
        An array of uint8, (count, height, width, channels).
    background
        The grey between the images, and where there are fewer than a hundred.
    """
    height, width, channels = images.shape[1:]
    rows = -(-min(len(images), SHEET * SHEET) // SHEET)
    size = (rows * (height + GAP) - GAP, SHEET * (width + GAP) - GAP, channels)
    sheet = np.full(size, background, dtype="uint8")
    for number, image in enumerate(images[: SHEET * SHEET]):
        top, left = (number // SHEET) * (height + GAP), (number % SHEET) * (width + GAP)
        sheet[top : top + height, left : left + width] = image
    return sheet
