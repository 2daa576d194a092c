"""Load data sets by name, split them into training, validation and test sets, and scale their pixels."""

from dataclasses import dataclass
from functools import lru_cache

import keras
import numpy as np
from sklearn.model_selection import train_test_split

from core.catalogue.datasets import copy_package_files, data_set, missing_files
from core.catalogue.datasets.entry import Pair
from core.catalogue.datasets.own_pictures import own_pictures
from core.checks.data import missing_pictures_problem
from core.datasets.duplicates import hold_out
from core.experiment.corrections import NONE
from core.experiment.model import Data, Experiment
from core.experiment.set_sizes import ImagesPerClass, needs_label_count
from core.export.script import labels_are_integers
from core.problems import Problem, ProblemError, Repair
from core.worker.data.validate import DAMAGED, damaged_problem, is_out_of_reach, validate
from core.worker.keras_patches import empty_for_tensor

SPLITS_KEPT = 8  # splits of experiments that differ in seed or split, half a megabyte each
_kept_sets: "dict[tuple[Data, int], Sets]" = {}  # by data settings and seed: the sets that were loaded last


@dataclass(frozen=True)
class Sets:
    """The three sets for fit: images as float32 (count, height, width, channels), labels as whole numbers or one-hot."""

    train: Pair  # the weights are fitted to these images
    validation: Pair | None  # progress is checked on these images; None with a validation split of 0
    test: Pair  # held out until the end


@dataclass(frozen=True)
class SetIndexes:
    """The images of each set, as indexes into the arrays of the data set's files."""

    train: np.ndarray  # indexes into the training files
    validation: np.ndarray  # indexes into the training files; empty without a validation set
    test: np.ndarray  # indexes into the test files


@lru_cache(maxsize=1)
def load_raw(name: str) -> tuple[Pair, Pair]:
    """Load the training and the test set of a data set, with pixels and labels as in the files.

    Raises
    ------
    ProblemError
        Files are missing or damaged, or cannot be trained on. The problem names the files or images, and their fault.
    """
    copy_package_files(name)
    if missing_files(name):
        raise ProblemError(missing_pictures_problem(name))
    dataset = data_set(name)
    try:
        if is_out_of_reach(name):
            raise PermissionError
        if difference := dataset.difference_from_original():
            raise ValueError(difference)
        train, test = dataset.load()
    except DAMAGED as error:
        raise ProblemError(damaged_problem(name, error)) from error
    validate(train, test, dataset)
    return train, test


def load_sets(experiment: Experiment) -> Sets:
    """Load the three sets of an experiment, with labels as its loss expects them: whole numbers or one-hot."""
    settings = (experiment.data, experiment.fit.seed)
    sets = _kept_sets.get(settings)
    if sets is None:
        _kept_sets.clear()  # before the next sets are loaded: two experiments' sets of CIFAR-10 take 1.3 GB
        sets = _kept_sets[settings] = _load(*settings)
    if labels_are_integers(experiment):
        return sets
    classes = experiment.data.entry.num_classes

    def one_hot(pair: Pair) -> Pair:
        return pair[0], keras.utils.to_categorical(pair[1], classes)

    return Sets(one_hot(sets.train), sets.validation and one_hot(sets.validation), one_hot(sets.test))


def _load(data: Data, seed: int) -> Sets:
    (x_train, y_train), (x_test, y_test) = load_raw(data.dataset)
    split = set_indexes(data, seed)
    y_train, y_test = corrected_labels(y_train, data, "train"), corrected_labels(y_test, data, "test")

    def training(indexes: np.ndarray) -> Pair:
        return prepare(x_train[indexes], data), y_train[indexes]

    validation = training(split.validation) if data.num_validation else None
    return Sets(training(split.train), validation, (prepare(x_test[split.test], data), y_test[split.test]))


def set_indexes(data: Data, seed: int) -> SetIndexes:
    """Split a data set into training, validation and test set. Return the indexes of each set's images in the files.

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
        is_held = hold_out(labels, own_pictures(data.dataset).groups(), data.num_validation, seed)
        train, validation = np.flatnonzero(~is_held), np.flatnonzero(is_held)
    elif data.num_validation:
        train, validation = train_test_split(train, test_size=data.validation_split, stratify=labels, random_state=seed)
    if data.num_used < data.num_available:
        train, _ = train_test_split(train, train_size=data.num_used, stratify=labels[train], random_state=seed)
    test = np.arange(len(test_labels))
    left_out = {part: data.corrections.left_out(part) for part in ("train", "test")}
    train, validation = (indexes[~np.isin(indexes, left_out["train"])] for indexes in (train, validation))
    return SetIndexes(train, validation, test[~np.isin(test, left_out["test"])])


def class_counts(data: Data, seed: int) -> ImagesPerClass:
    """Count the images of each class in each set, after a person has corrected labels and left images out."""
    (_, labels), (_, test_labels) = load_raw(data.dataset)
    split, num_classes = _split(data, seed), data.entry.num_classes
    right, right_test = corrected_labels(labels, data, "train"), corrected_labels(test_labels, data, "test")
    used = [*split.train, *split.validation, *data.corrections.left_out("train")]
    unused = np.delete(np.arange(len(labels)), used)

    def of_each(labels: np.ndarray) -> tuple[int, ...]:
        return tuple(np.bincount(labels.astype("int64"), minlength=num_classes).tolist())

    return ImagesPerClass(
        of_each(right[split.train]),
        of_each(right[split.validation]),
        of_each(right[unused]),
        of_each(right_test[split.test]),
    )


def corrected_labels(labels: np.ndarray, data: Data, part: str) -> np.ndarray:
    """Return the labels of the training or test files, with the labels that a person corrected.

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
    """Return the number of training images, after the split and without the images that a person left out."""
    data = experiment.data
    return len(set_indexes(data, experiment.fit.seed).train) if needs_label_count(data) else data.num_used


def prepare(images: np.ndarray, data: Data) -> np.ndarray:
    """Convert images for a network: float32, in the range of `data.pixels`, with an axis for channels."""
    maximum = data.entry.pixel_maximum
    scaled = empty_for_tensor(images.shape)
    if data.pixels == "0-255":
        np.multiply(images, 255 / maximum, out=scaled, dtype="float32")
    elif data.pixels == "0-1":
        np.divide(images, maximum, out=scaled, dtype="float32")
    else:
        np.divide(images, maximum / 2, out=scaled, dtype="float32")
        scaled -= np.float32(1)
    return scaled.reshape(-1, *data.entry.image_shape)


def to_bytes(images: np.ndarray, name: str) -> np.ndarray:
    """Convert images for display: uint8 from 0 to 255, (count, height, width, channels).

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
