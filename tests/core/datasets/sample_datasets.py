"""Pictures of a person's own for tests: three digits of Digits, as if somebody had brought them."""

import numpy as np
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

from core.datasets.user_datasets import DataSetArrays, save_data_set

CLASSES = ("zero", "one", "two")


def own_digits(visitor: str) -> str:
    """The name of a data set that this visitor brought."""
    digits = load_digits()
    few = digits.target < len(CLASSES)
    images, labels = (digits.images[few] * 15.9).astype("uint8"), digits.target[few]
    x_train, x_test, y_train, y_test = train_test_split(images, labels, test_size=0.2, stratify=labels, random_state=0)
    return save_data_set(DataSetArrays(x_train, y_train, x_test, y_test), "Three digits", CLASSES, visitor)


def own_bursts(visitor: str) -> str:
    """The same, of which some were taken several times: their near copies share a number."""
    digits = load_digits()
    few = digits.target < len(CLASSES)
    images, labels = (digits.images[few] * 15.9).astype("uint8"), digits.target[few].astype("int64")
    again = np.arange(0, 60, 2).repeat(3)  # each of them three times more
    x_train, y_train = np.concatenate([images[:300], images[again] ^ 1]), np.concatenate([labels[:300], labels[again]])
    groups = np.concatenate([np.arange(300), again])
    return save_data_set(DataSetArrays(x_train, y_train, images[300:], labels[300:], groups), "Bursts", CLASSES, visitor)
