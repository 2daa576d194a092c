"""The entry of a data set: facts about its images, and the functions that load the images.

This package imports neither Keras nor NumPy, since the first process of a start and all pages read entries.
"""

import hashlib
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from core.files import keras_datasets

if TYPE_CHECKING:
    import numpy as np

Pair = tuple["np.ndarray", "np.ndarray"]  # images and their labels
QuickImages = tuple[
    "np.ndarray", "np.ndarray", "np.ndarray"
]  # uint8 training images with channels, their labels, test labels
SHOWN_DIGEST = 12  # digits of a digest in a message


@dataclass(frozen=True)
class DataSet(ABC):
    """The entry of a data set: images with labels, split into a training and a test set."""

    name: str  # the key in an experiment
    title: str  # the name of the data set for people
    sentence: str  # the content of the data set, for a beginner
    task: str  # the task of a network, to follow "Teach a network to"
    image_shape: tuple[int, int, int]
    classes: tuple[str, ...]  # real names, in the order of the labels
    num_train: int  # the number of training images, including images for validation
    num_test: int  # images held out
    pixel_maximum: int  # the largest value of a pixel in the files
    files: tuple[str, ...]  # paths relative to `folder`; () if the images come with a library
    num_bytes: int  # size of the download
    url: str  # the web page of the data set; "" for a person's own pictures
    sha256: str = ""  # SHA-256 of the only file; "" for several files, which packages compress in different ways
    keeps_together: bool = False  # whether near-duplicates, which the file groups, stay in the same set
    torn: tuple[int, ...] = ()  # classes whose near-duplicates are in several sets
    leaks: int = 0  # the number of known test images that equal a training image, or nearly
    package: str = ""  # the Debian package with the files; "" if no package has them
    package_folder: str = ""  # the folder where that package installs them
    kind: str = ""  # the images in two words, beside the title where data sets are chosen; "" for a person's own pictures
    upright: str = ""  # a sentence that says why no picture is upside down; "" if pictures may be, or if unknown

    @property
    def num_classes(self) -> int:
        return len(self.classes)

    @property
    def are_signs(self) -> bool:
        """Whether the classes are digits or letters, whose meaning changes if they are rotated or flipped."""
        return all(len(name) == 1 for name in self.classes)

    @property
    def is_own(self) -> bool:
        """Whether a person uploaded the images."""
        return False

    @property
    def folder(self) -> Path:
        """The folder that holds the files."""
        return keras_datasets()

    @abstractmethod
    def load(self) -> tuple[Pair, Pair]:
        """Load the training and the test set, with pixels and labels as in the files. Only worker processes call this."""

    def download(self) -> None:
        """Download the files to `folder`. By default, call `load`, since most loaders download missing files."""
        self.load()

    def load_quickly(self, most_images: int = -1) -> QuickImages | None:
        """Load images and labels quickly, without Keras, for the first pages. Return None if loading needs Keras.

        Parameters
        ----------
        most_images
            The least number of training images to load; -1 means all. More may be returned. All labels are returned.
        """
        return None

    def difference_from_original(self) -> str:
        """Say in words how the only file differs from the original.

        Return an empty string if the file is the original, if there are several files, or if no digest is known.

        Keras would delete a file that differs, which may be a person's own work, and download the original in the middle of
        a run, without a time limit. Several files are not compared, since reading shows whether they are whole.
        """
        if not self.sha256:
            return ""
        path = self.folder / self.files[0]
        about = path.stat()
        if about.st_size != self.num_bytes:
            return f"a whole file has {self.num_bytes:,} bytes"
        digest = _sha256(path, about.st_mtime_ns, about.st_ino)
        if digest == self.sha256:
            return ""
        return f"its SHA-256 begins with {digest[:SHOWN_DIGEST]}, the original's with {self.sha256[:SHOWN_DIGEST]}"

    @abstractmethod
    def script_imports(self) -> Sequence[str]:
        """Return the lines of a script that import the names in `script_lines`, except NumPy."""

    @abstractmethod
    def script_lines(self) -> Sequence[str]:
        """Return the lines of a script that do the same as `load` and set x_train, y_train, x_test and y_test."""


@dataclass(frozen=True)
class KerasDataSet(DataSet):
    """The entry of a data set that the module of the same name in `keras.datasets` loads."""

    column_labels: bool = False  # whether Keras loads labels of shape (images, 1)

    def load(self) -> tuple[Pair, Pair]:
        # Imported by name, since the server reads this entry and must never load Keras.
        (x_train, y_train), (x_test, y_test) = import_module(f"keras.datasets.{self.name}").load_data()
        return (x_train, y_train.ravel()), (x_test, y_test.ravel())

    def script_imports(self) -> Sequence[str]:
        return ["import keras"]

    def script_lines(self) -> Sequence[str]:
        lines = [f"(x_train, y_train), (x_test, y_test) = keras.datasets.{self.name}.load_data()"]
        return [*lines, "y_train, y_test = y_train.ravel(), y_test.ravel()"] if self.column_labels else lines


@lru_cache(maxsize=16)
def _sha256(path: Path, _changed: int, _number: int) -> str:
    """Return the SHA-256 of a file. The further arguments, time of change and inode, make the cache notice a new file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
