"""Pictures of a person's own for tests: three digits of Digits, as if somebody had brought them."""

from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

from core.own import Sets, keep

CLASSES = ("zero", "one", "two")


def own_digits(visitor: str) -> str:
    """The name of a data set that this visitor brought."""
    digits = load_digits()
    few = digits.target < len(CLASSES)
    images, labels = (digits.images[few] * 15.9).astype("uint8"), digits.target[few]
    x_train, x_test, y_train, y_test = train_test_split(images, labels, test_size=0.2, stratify=labels, random_state=0)
    return keep(Sets(x_train, y_train, x_test, y_test), "Three digits", CLASSES, visitor)
