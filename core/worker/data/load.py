"""From the name of a data set to arrays: loaded, split into training, validation and test set, and scaled."""

from dataclasses import dataclass
from functools import lru_cache

import keras
import numpy as np
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

from core.catalogue.datasets import OWN_IMAGES, adopt_package_files, data_set, folder_of, is_own, missing_files
from core.checks.data import missing_pictures_problem
from core.datasets.duplicates import hold_out
from core.experiment.corrections import NONE
from core.experiment.model import Data, Experiment
from core.experiment.set_sizes import Counts, needs_counting
from core.export.script import labels_are_integers
from core.problems import Problem, ProblemError, Repair
from core.worker.data.validate import DAMAGED, Pair, damaged_problem, difference_from_original, is_out_of_reach, validate

SPLITS_KEPT = 8  # of experiments that differ in seed or split, half a megabyte each


@dataclass(frozen=True)
class Sets:
    """The three sets, ready for Keras: images as float32 (count, height, width, channels), labels as whole numbers."""

    train: Pair  # what the weights are fitted to
    validation: Pair | None  # what progress is checked on; None with a validation split of 0
    test: Pair  # held out until the end


@dataclass(frozen=True)
class SetIndexes:
    """The indexes of the images of each set in the files."""

    train: np.ndarray  # indexes into the training files
    validation: np.ndarray  # the same; empty without a validation set
    test: np.ndarray  # indexes into the test files


@lru_cache(maxsize=1)
def load_raw(name: str) -> tuple[Pair, Pair]:
    """The training and the test set as Keras or scikit-learn give them, pixels and labels as in the files.

    Raises
    ------
    ProblemError
        Files are missing or damaged, or cannot be trained on; the problem names them and says where.
    """
    adopt_package_files(name)
    if missing_files(name):
        raise ProblemError(missing_pictures_problem(name))
    if is_own(name):
        train, test = _own(name)
    else:
        train, test = _from_files(name) if data_set(name).files else _digits()
    validate(train, test, data_set(name))
    return train, test


def _digits() -> tuple[Pair, Pair]:
    digits = load_digits()
    x_train, x_test, y_train, y_test = train_test_split(
        digits.images, digits.target, test_size=0.2, stratify=digits.target, random_state=0
    )
    return (x_train, y_train), (x_test, y_test)


def _own(name: str) -> tuple[Pair, Pair]:
    try:
        with np.load(folder_of(name) / OWN_IMAGES, allow_pickle=False) as pictures:
            x_train, y_train, x_test, y_test = (pictures[key] for key in ("x_train", "y_train", "x_test", "y_test"))
    except DAMAGED as error:
        raise ProblemError(damaged_problem(name, error)) from error
    return (x_train, y_train), (x_test, y_test)


def _groups(name: str) -> np.ndarray:
    with np.load(folder_of(name) / OWN_IMAGES, allow_pickle=False) as pictures:
        return np.asarray(pictures["groups"])


def _from_files(name: str) -> tuple[Pair, Pair]:
    try:
        if is_out_of_reach(name):
            raise PermissionError
        if different := difference_from_original(name):
            raise ValueError(different)
        (x_train, y_train), (x_test, y_test) = getattr(keras.datasets, name).load_data()
    except DAMAGED as error:
        raise ProblemError(damaged_problem(name, error)) from error
    return (x_train, y_train.ravel()), (x_test, y_test.ravel())


def load_sets(experiment: Experiment) -> Sets:
    """The sets of an experiment, labels encoded as its loss reads them."""
    sets = _load(experiment.data, experiment.fit.seed)
    if labels_are_integers(experiment):
        return sets
    classes = experiment.data.entry.num_classes

    def one_hot(pair: Pair) -> Pair:
        return pair[0], keras.utils.to_categorical(pair[1], classes)

    return Sets(one_hot(sets.train), sets.validation and one_hot(sets.validation), one_hot(sets.test))


@lru_cache(maxsize=1)
def _load(data: Data, seed: int) -> Sets:
    (x_train, y_train), (x_test, y_test) = load_raw(data.dataset)
    split = set_indexes(data, seed)
    y_train, y_test = corrected_labels(y_train, data, "train"), corrected_labels(y_test, data, "test")

    def training(indexes: np.ndarray) -> Pair:
        return prepare(x_train[indexes], data), y_train[indexes]

    validation = training(split.validation) if data.num_validation else None
    return Sets(training(split.train), validation, (prepare(x_test[split.test], data), y_test[split.test]))


def set_indexes(data: Data, seed: int) -> SetIndexes:
    """The indexes of the images of each set in the files, in the order of the set.

    Raises
    ------
    ProblemError
        A set has no images, because all of them are left out.
    """
    indexes = _split(data, seed)
    for name in ("train", "test", *(["validation"] if data.num_validation else [])):
        if not len(getattr(indexes, name)):
            raise ProblemError(_nothing_left(name, data))
    return indexes


@lru_cache(maxsize=SPLITS_KEPT)
def _split(data: Data, seed: int) -> SetIndexes:
    (_, labels), (_, test_labels) = load_raw(data.dataset)
    train, validation = np.arange(len(labels)), np.arange(0)
    if data.num_validation and data.entry.keeps_together:
        is_held = hold_out(labels, _groups(data.dataset), data.num_validation, seed)
        train, validation = np.flatnonzero(~is_held), np.flatnonzero(is_held)
    elif data.num_validation:
        train, validation = train_test_split(train, test_size=data.validation_split, stratify=labels, random_state=seed)
    if data.num_used < data.num_available:
        train, _ = train_test_split(train, train_size=data.num_used, stratify=labels[train], random_state=seed)
    test = np.arange(len(test_labels))
    left_out = {part: data.corrections.left_out(part) for part in ("train", "test")}
    train, validation = (indexes[~np.isin(indexes, left_out["train"])] for indexes in (train, validation))
    return SetIndexes(train, validation, test[~np.isin(test, left_out["test"])])


def class_counts(data: Data, seed: int) -> Counts:
    """How many images of each class each set holds after corrections; for the inspector's process."""
    (_, labels), (_, test_labels) = load_raw(data.dataset)
    split, num_classes = _split(data, seed), data.entry.num_classes
    right, right_test = corrected_labels(labels, data, "train"), corrected_labels(test_labels, data, "test")
    used = [*split.train, *split.validation, *data.corrections.left_out("train")]
    unused = np.delete(np.arange(len(labels)), used)

    def of_each(labels: np.ndarray) -> tuple[int, ...]:
        return tuple(np.bincount(labels.astype("int64"), minlength=num_classes).tolist())

    return Counts(
        of_each(right[split.train]),
        of_each(right[split.validation]),
        of_each(right[unused]),
        of_each(right_test[split.test]),
    )


def corrected_labels(labels: np.ndarray, data: Data, part: str) -> np.ndarray:
    """The labels of one part of the files as a person corrected them.

    Parameters
    ----------
    labels
        The labels, as in the files.
    data
        The data settings that hold the corrections.
    part
        "train" or "test".
    """
    right = data.corrections.labels(part)
    if not right:
        return labels
    labels = labels.astype("int64")  # a copy
    labels[list(right)] = list(right.values())
    return labels


def _nothing_left(name: str, data: Data) -> Problem:
    title = {"train": "training"}.get(name, name)
    return Problem(
        code="nothing-left",
        where=("data", "corrections"),
        happened=f"No image is left for the {title} set.",
        expected="Expected at least one image in each set.",
        fix="Take corrections back on the Load page, use more images, or another validation split.",
        repairs=(Repair("Undo all corrections", "set", ("data", "corrections"), NONE),),
    )


def num_trained(experiment: Experiment) -> int:
    """How many images are trained on, after the split and without those left out."""
    data = experiment.data
    return len(set_indexes(data, experiment.fit.seed).train) if needs_counting(data) else data.num_used


def prepare(images: np.ndarray, data: Data) -> np.ndarray:
    """Images as a network gets them: float32, in the range of `data.pixels`, with an axis for channels."""
    maximum = data.entry.pixel_maximum
    if data.pixels == "0-255":
        scaled = np.multiply(images, 255 / maximum, dtype="float32")
    elif data.pixels == "0-1":
        scaled = np.divide(images, maximum, dtype="float32")
    else:
        scaled = np.divide(images, maximum / 2, dtype="float32") - np.float32(1)
    return np.asarray(scaled.reshape(-1, *data.entry.image_shape))


def to_bytes(images: np.ndarray, name: str) -> np.ndarray:
    """Images for people to look at: uint8 from 0 to 255, (count, height, width, channels).

    Parameters
    ----------
    images
        The images, as `load_raw` returns them.
    name
        The name of the data set.
    """
    dataset = data_set(name)
    scaled = images if dataset.pixel_maximum == 255 else images * (255 / dataset.pixel_maximum)
    return np.rint(scaled).astype("uint8").reshape(-1, *dataset.image_shape)
