"""Check a data set before training. The raised problem names the fault, the number of cases and the first case."""

import gzip
import os
import pickle
import tarfile
import zipfile
import zlib
from pathlib import Path

import numpy as np

from core.catalogue.datasets import data_set
from core.catalogue.datasets.entry import DataSet, Pair
from core.files import keras_datasets
from core.problems import ExperimentPath, Problem, ProblemError, Repair, quoted

WHERE: ExperimentPath = ("data", "dataset")
FEWEST_OF_A_CLASS = 2  # images of a class: a stratified split needs an image for training, and an image for validation
MOST_SHOWN = 5  # values or classes that a message names

# Errors of gzip, zipfile, tarfile, pickle and numpy for a file that is cut off, or is something else.
DAMAGED = (
    EOFError,
    OSError,
    ValueError,
    KeyError,
    zlib.error,
    zipfile.BadZipFile,
    tarfile.TarError,
    pickle.UnpicklingError,
)


def validate(train: Pair, test: Pair, dataset: DataSet) -> None:
    """Raise an error for data that Keras would accept in silence, or that would end the training with an error.

    The checks take 2 ms for 60,000 images of 28 x 28 whole numbers, and 30 ms for as many images of real numbers.

    Parameters
    ----------
    train
        Images (count, height, width) or with an axis for channels, and labels (count,), as in the files.
    test
        The same for the test set.
    dataset
        The data set, for the expected shape of an image and the names of the classes.

    Raises
    ------
    ProblemError
        The images cannot be trained on. The problem says how many are wrong, and names the first of them.
    """
    for set_name, (images, labels) in (("training", train), ("test", test)):
        where = f"the {set_name} set of {dataset.title}"
        _sizes(images, labels, dataset, where)
        _pixels(images, dataset, where)
        _labels(labels, dataset, where)
    _classes(train[1], dataset)


def _refuse(code: str, dataset: DataSet, happened: str, expected: str, fix: str) -> ProblemError:
    repairs = () if not dataset.files else (Repair("Use Digits", "set", WHERE, "digits"),)
    return ProblemError(Problem(code, WHERE, happened, expected, fix, repairs=repairs))


def _sizes(images: np.ndarray, labels: np.ndarray, dataset: DataSet, where: str) -> None:
    if not len(images):
        raise _refuse(
            "empty-set", dataset, f"There is no image in {where}.", "Expected some.", "Add images, or take other data."
        )
    shape = dataset.image_shape
    allowed = (shape, shape[:2]) if shape[2] == 1 else (shape,)
    if images.shape[1:] not in allowed:
        raise _refuse(
            "images-of-another-shape",
            dataset,
            f"The images of {where} are {_shape_text(images.shape[1:])}.",
            f"Expected {_shape_text(shape)} (height × width × channels).",
            "Bring all images to this size, or take other data.",
        )
    if labels.shape != (len(images),):
        raise _refuse(
            "labels-do-not-match-images",
            dataset,
            f"For {len(images):,} images, {where} has labels of shape {_shape_text(labels.shape)}.",
            "Expected one label for each image.",
            "Add the missing labels, or remove images without a label.",
        )


def _shape_text(shape: tuple[int, ...]) -> str:
    return " × ".join(map(str, shape)) or "single numbers"


def _pixels(images: np.ndarray, dataset: DataSet, where: str) -> None:
    if images.dtype.kind in "iu":
        return  # whole numbers have no NaN
    if images.dtype.kind != "f":
        raise _refuse(
            "pixels-are-no-numbers",
            dataset,
            f"The pixels of {where} are stored as {images.dtype}.",
            "Expected numbers.",
            "Save the images as numbers, or take other data.",
        )
    bad = ~np.isfinite(images)
    if not bad.any():
        return
    positions = np.argwhere(bad)
    first = tuple(int(number) for number in positions[0])
    raise _refuse(
        "pixels-not-finite",
        dataset,
        f"{_count(len(positions), 'pixel')} in {where} {'is' if len(positions) == 1 else 'are'} NaN or infinite; "
        f"the first is {images[first]} in image {first[0]:,}, at {first[1:]}.",
        "Expected a finite number for each pixel: with a single NaN, a network never learns.",
        "Correct these pixels, or remove their images.",
    )


def _labels(labels: np.ndarray, dataset: DataSet, where: str) -> None:
    highest = dataset.num_classes - 1
    if labels.dtype.kind in "iu":
        bad = (labels < 0) | (labels > highest)
    elif labels.dtype.kind == "f":
        bad = ~(np.isin(labels, np.arange(dataset.num_classes)))
        bad = bad if bad.any() else np.ones(len(labels), bool)  # all are whole, and stored as fractions
    else:
        bad = np.ones(len(labels), bool)
    indexes = np.flatnonzero(bad)
    if not len(indexes):
        return
    wrong = list(dict.fromkeys(labels[indexes].tolist()))
    values = ", ".join(quoted(value) for value in wrong[:MOST_SHOWN]) + (", …" if len(wrong) > MOST_SHOWN else "")
    raise _refuse(
        "labels-outside-classes",
        dataset,
        f"{_count(len(indexes), 'label')} in {where} {'names' if len(indexes) == 1 else 'name'} no class: "
        f"{values}; the first at index {indexes[0]:,}.",
        f"Expected whole numbers from 0 to {highest}, stored as such: a number for each of {dataset.num_classes} classes.",
        "Number the classes from 0, or remove these images.",
    )


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _classes(labels: np.ndarray, dataset: DataSet) -> None:
    counts = np.bincount(labels, minlength=dataset.num_classes)
    present = np.flatnonzero(counts)
    if len(present) < 2:
        raise _refuse(
            "one-class",
            dataset,
            f"Training needs at least 2 classes, found 1: {dataset.classes[present[0]]}.",
            "With one class the loss is 0 from the start, and nothing is learned.",
            "Add images of another class, or take other data.",
        )
    few = np.flatnonzero(counts < FEWEST_OF_A_CLASS)
    if len(few):
        named = ", ".join(f"{dataset.classes[label]} ({counts[label]})" for label in few[:MOST_SHOWN])
        raise _refuse(
            "class-without-images",
            dataset,
            f"The training set of {dataset.title} has too few images of {_classes_of(len(few))}: "
            f"{named}{', …' if len(few) > MOST_SHOWN else ''}.",
            f"Expected at least {FEWEST_OF_A_CLASS} of each: 1 to learn from, and 1 for validation.",
            "Add images of each class, or leave the class out.",
        )


def _classes_of(number: int) -> str:
    return "1 class" if number == 1 else f"{number} classes"


def damaged_problem(name: str, error: BaseException) -> Problem:
    """Return the problem of a data set whose files exist but cannot be read.

    Parameters
    ----------
    name
        The data set.
    error
        The error that reading the files raised.
    """
    dataset = data_set(name)
    damaged = [dataset.folder / file for file in dataset.files if not is_file_whole(dataset.folder / file)]
    paths = damaged or [dataset.folder / file for file in dataset.files]
    sizes = " and ".join(f"{path.name} ({path.stat().st_size if path.is_file() else 0:,} bytes)" for path in paths)
    if isinstance(error, PermissionError):
        return _permission_problem(dataset, paths)
    is_single = len(paths) == 1
    again = "upload the pictures once more" if dataset.is_own else f"download {dataset.title} again on the Load page"
    return Problem(
        code="data-set-damaged",
        where=WHERE,
        happened=f"{dataset.title} cannot be read: {sizes} {'is' if is_single else 'are'} damaged ({_reason(error)}).",
        expected=f"Expected {'a whole file' if is_single else 'whole files'} in {paths[0].parent}.",
        fix=f"Move {'it' if is_single else 'them'} away and {again}, or use Digits.",
        repairs=(Repair("Use Digits", "set", WHERE, "digits"),),
    )


def _permission_problem(dataset: DataSet, paths: list[Path]) -> Problem:
    names = " and ".join(str(path) for path in paths)
    return Problem(
        code="data-set-not-allowed",
        where=WHERE,
        happened=f"{dataset.title} cannot be read: this account may not read {names}, or not write beside it.",
        expected="Expected files that the account of the dashboard may read, in a folder where the account may write.",
        fix="Give the account these rights, set KERAS_HOME to a folder of its own, or use Digits.",
        repairs=(Repair("Use Digits", "set", WHERE, "digits"),),
    )


def is_out_of_reach(name: str) -> bool:
    """Return whether Keras would download the data set to another folder, since its own folder is not writable."""
    dataset = data_set(name)
    return bool(dataset.files) and not dataset.is_own and not os.access(keras_datasets().parent, os.W_OK)


def _reason(error: BaseException) -> str:
    lines = str(error).strip().splitlines()
    return quoted(lines[0], 100).strip("'") if lines else type(error).__name__


def is_file_whole(path: Path) -> bool:
    """Return whether a .gz or .npz file is complete and undamaged. Any other file counts as whole."""
    try:
        if path.suffix == ".gz":
            content = gzip.decompress(path.read_bytes())
            axes = content[3]  # IDX format: two zeros, the type, the number of axes, and the length of each
            lengths = np.frombuffer(content, ">u4", axes, 4)
            return content[:3] == b"\0\0\x08" and len(content) == 4 + 4 * axes + int(lengths.prod(dtype="int64"))
        if path.suffix == ".npz":
            with zipfile.ZipFile(path) as archive:
                return archive.testzip() is None
    except (*DAMAGED, IndexError):
        return False
    return True
