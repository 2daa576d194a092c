"""The arrays of a data set, histograms of its pixel values, and a hundred images of a class."""

from dataclasses import dataclass

import numpy as np

from core.views.shared.question import Question

SHEET = 10  # rows and columns of a contact sheet: a hundred images
GAP = 1  # pixels between two images, before the images are drawn large


@dataclass(frozen=True)
class ArrayShape:
    """The name, shape and dtype of an array in the files of a data set."""

    name: str  # as in a script: "x_train"
    shape: tuple[int, ...]
    dtype: str


@dataclass(frozen=True, eq=False)
class Overview:
    """The statistics of a data set. Pixel values are not scaled."""

    arrays: tuple[ArrayShape, ...]
    histograms: np.ndarray  # (classes, values): how often each value occurs in the training images of each class
    smallest: np.ndarray  # (height, width, channels): the least value at each position, over all training images
    largest: np.ndarray  # (height, width, channels): the greatest value at each position, over all training images
    missing: int  # number of NaN values in all images
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
        """The number of times that each value occurs in all training images, (values,)."""
        return np.asarray(self.histograms.sum(axis=0))

    @property
    def share_held_out(self) -> float:
        """The share of all images that are in the test files."""
        return self.num_test / (self.num_train + self.num_test)


@dataclass(frozen=True)
class OverviewQuestion(Question[Overview]):
    """A request for the statistics of a whole data set."""

    name: str  # the name of the data set

    function = "core.worker.views.data_overview:overview"
    kept = 30  # 20 kilobytes each, 200 for 100 classes

    @property
    def shown_dataset(self) -> str:
        """The name of the data set whose statistics or images the result shows."""
        return self.name


@dataclass(frozen=True)
class ClassSampleQuestion(Question[np.ndarray]):
    """A request for up to a hundred random training images of a class, uint8 (count, height, width, channels)."""

    name: str  # the name of the data set
    label: int  # the class
    seed: int  # the seed of the random choice

    function = "core.worker.views.data_overview:class_sample"
    kept = 60  # a result of Fashion-MNIST takes 80 kilobytes

    @property
    def shown_dataset(self) -> str:
        """The name of the data set whose statistics or images the result shows."""
        return self.name


def positions_histogram(values: np.ndarray, num_values: int) -> np.ndarray:
    """Count how often each value occurs in `Overview.largest` or `Overview.smallest`, (num_values,)."""
    return np.bincount(values.ravel().astype("int64"), minlength=num_values)


def contact_sheet(images: np.ndarray, background: int = 128) -> np.ndarray:
    """Return up to a hundred images, in rows of ten, as a single picture, uint8 (height, width, channels).

    Parameters
    ----------
    images
        An array of uint8, (count, height, width, channels).
    background
        The grey level between the images, and in place of missing images.
    """
    height, width, channels = images.shape[1:]
    rows = -(-min(len(images), SHEET * SHEET) // SHEET)
    size = (rows * (height + GAP) - GAP, SHEET * (width + GAP) - GAP, channels)
    sheet = np.full(size, background, dtype="uint8")
    for number, image in enumerate(images[: SHEET * SHEET]):
        top, left = (number // SHEET) * (height + GAP), (number % SHEET) * (width + GAP)
        sheet[top : top + height, left : left + width] = image
    return sheet
