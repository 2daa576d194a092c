"""Pictures for the coach's runs, made from Fashion-MNIST and Digits and stored as a visitor's own data sets.

`coloured` replaces colour photographs such as those of CIFAR-10, which may be missing on a machine: garments of
Fashion-MNIST on 32 x 32 pixels with three channels. Each garment is rotated by up to 12 degrees, scaled to 75 to 110
percent, mirrored half of the time, moved by up to 3 pixels, and tinted. The background is a part of another garment,
enlarged three times and tinted too, with a gradient of light. A grey bar hides a part of the garment, and noise covers the
whole picture. The accuracy of a small convnet is about 50 to 75 percent (see tests/core/coach/recorded_runs), as with
CIFAR-10.
"""

from collections.abc import Callable, Mapping
from functools import cache

import keras
import numpy as np

from core.catalogue.datasets import DATASETS, copy_package_files, data_set
from core.datasets import user_datasets
from core.worker.data.load import load_raw

VISITOR = "coach"
CLOTHES, DIGITS = DATASETS["fashion_mnist"].classes, DATASETS["digits"].classes
SIDE = 32
COLOURED_TRAIN, COLOURED_TEST = 10_000, 1_000

Pair = tuple[np.ndarray, np.ndarray]


@cache
def _garments() -> tuple[Pair, Pair]:
    copy_package_files("fashion_mnist")
    train, test = keras.datasets.fashion_mnist.load_data()
    return train, test


def _sample(pictures: np.ndarray, rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """Interpolate grey pictures (count, height, width) at positions (count, 32, 32) between pixels. Outside, return 0."""
    height, width = pictures.shape[1:]
    top, left = np.floor(rows).astype(int), np.floor(columns).astype(int)
    number = np.arange(len(pictures))[:, None, None]
    found = np.zeros(rows.shape, "float32")
    for down in (0, 1):
        for right in (0, 1):
            row, column = top + down, left + right
            weight = (1 - np.abs(rows - row)) * (1 - np.abs(columns - column))
            inside = (row >= 0) & (row < height) & (column >= 0) & (column < width)
            values = pictures[number, row.clip(0, height - 1), column.clip(0, width - 1)]
            found += np.where(inside, weight * values, 0).astype("float32")
    return found


def _tint(random: np.random.Generator, count: int) -> np.ndarray:
    return random.uniform(0.25, 1.0, (count, 1, 1, 3)).astype("float32")


def colour(pictures: np.ndarray, seed: int) -> np.ndarray:
    """Turn garments, uint8 (count, 28, 28), into colour pictures, uint8 (count, 32, 32, 3). See the module's docstring."""
    random, count = np.random.default_rng(seed), len(pictures)
    grey = pictures.astype("float32") / 255

    def each(low: float, high: float) -> np.ndarray:
        return random.uniform(low, high, (count, 1, 1)).astype("float32")

    y, x = np.meshgrid(np.arange(SIDE) - SIDE / 2 + 0.5, np.arange(SIDE) - SIDE / 2 + 0.5, indexing="ij")
    angle, scale = np.radians(each(-12, 12)), each(0.75, 1.1) * SIDE / 28
    down, right, mirror = y - each(-3, 3), x - each(-3, 3), random.choice([-1, 1], (count, 1, 1))
    rows = (np.cos(angle) * down + np.sin(angle) * right) / scale + 13.5
    columns = mirror * (np.cos(angle) * right - np.sin(angle) * down) / scale + 13.5
    shape = _sample(grey, rows, columns)[..., None]
    others = grey[random.permutation(count)]
    behind = _sample(others, (y + each(-4, 4)) / 3 + 13.5, (x + each(-4, 4)) / 3 + 13.5)[..., None]
    slope = (0.5 + each(-0.4, 0.4) * y / SIDE + each(-0.4, 0.4) * x / SIDE)[..., None]
    garment = shape * _tint(random, count)
    mask = np.clip(shape * 4, 0, 1)
    picture = mask * (0.25 + 0.75 * garment) + (1 - mask) * (0.5 * behind * _tint(random, count) + 0.3 * slope)
    bar = np.abs(y * np.cos(np.pi * each(0, 1)) + x * np.sin(np.pi * each(0, 1)) - each(-9, 9)) < 1.5
    picture = np.where(bar[..., None], each(0.2, 0.8)[..., None], picture)
    picture += random.normal(0, 0.06, picture.shape)
    return np.rint(np.clip(picture, 0, 1) * 255).astype("uint8")


@cache
def _coloured() -> tuple[Pair, Pair]:
    (x_train, y_train), (x_test, y_test) = _garments()
    train, test = slice(0, COLOURED_TRAIN), slice(0, COLOURED_TEST)
    return (colour(x_train[train], 1), y_train[train]), (colour(x_test[test], 2), y_test[test])


def _relabelled(pair: Pair, share: float, seed: int = 3) -> Pair:
    """Replace a share of the labels by random labels. All classes are equally likely."""
    images, labels = pair
    random = np.random.default_rng(seed)
    wrong = random.random(len(labels)) < share
    return images, np.where(wrong, random.integers(0, labels.max() + 1, len(labels)), labels)


def _uneven(pair: Pair, most: int, others: int) -> Pair:
    """Keep many images of class 0, and few of each other class."""
    images, labels = pair
    wanted = [np.flatnonzero(labels == label)[: most if label == 0 else others] for label in range(labels.max() + 1)]
    indexes = np.sort(np.concatenate(wanted))
    return images[indexes], labels[indexes]


def _first(pair: Pair, count: int) -> Pair:
    return pair[0][:count], pair[1][:count]


def _digits() -> tuple[Pair, Pair]:
    (x_train, y_train), (x_test, y_test) = load_raw("digits")
    return (np.rint(x_train * 255 / 16).astype("uint8"), y_train), (np.rint(x_test * 255 / 16).astype("uint8"), y_test)


# For each name of a data set, its classes and the function that makes its training and test set.
MADE: Mapping[str, tuple[tuple[str, ...], Callable[[], tuple[Pair, Pair]]]] = {
    "coloured": (CLOTHES, _coloured),
    "coloured, 4 of 10 labels drawn anew": (
        CLOTHES,
        lambda: (_relabelled(_coloured()[0], 0.4), _coloured()[1]),
    ),
    "coloured, most of one class": (CLOTHES, lambda: (_uneven(_coloured()[0], 1_200, 40), _coloured()[1])),
    "clothes, half of the labels drawn anew": (
        CLOTHES,
        lambda: (_relabelled(_first(_garments()[0], 12_000), 0.5), _first(_garments()[1], 1_000)),
    ),
    "clothes, 3 of 10 labels drawn anew": (
        CLOTHES,
        lambda: (_relabelled(_first(_garments()[0], 20_000), 0.3, 4), _first(_garments()[1], 1_000)),
    ),
    "clothes, most of one class": (
        CLOTHES,
        lambda: (_uneven(_garments()[0], 5_000, 50), _first(_garments()[1], 1_000)),
    ),
    "clothes, 4 of 10 labels drawn anew": (
        CLOTHES,
        lambda: (_relabelled(_first(_garments()[0], 3_000), 0.4, 6), _first(_garments()[1], 1_000)),
    ),
    "clothes, all labels drawn anew": (
        CLOTHES,
        lambda: (_relabelled(_first(_garments()[0], 3_000), 1.0, 7), _first(_garments()[1], 1_000)),
    ),
    "digits, all labels drawn anew": (DIGITS, lambda: (_relabelled(_digits()[0], 1.0, 8), _digits()[1])),
    "digits, half of the labels drawn anew": (DIGITS, lambda: (_relabelled(_digits()[0], 0.5, 9), _digits()[1])),
    "digits, 4 of 10 labels drawn anew": (DIGITS, lambda: (_relabelled(_digits()[0], 0.4, 5), _digits()[1])),
    "digits, most of one class": (DIGITS, lambda: (_uneven(_digits()[0], 140, 7), _digits()[1])),
}


def keep(title: str) -> str:
    """Make a data set and store it as a visitor's own data set, unless it exists. Return the name of the data set."""
    classes, make = MADE[title]
    there = [name for name in user_datasets.data_sets_of(VISITOR) if data_set(name).title == user_datasets.clean_name(title)]
    if there:
        return there[0]
    (x_train, y_train), (x_test, y_test) = make()
    sets = user_datasets.DataSetArrays(x_train, y_train.astype("int64"), x_test, y_test.astype("int64"))
    return user_datasets.save_data_set(sets, user_datasets.clean_name(title), classes, VISITOR)
