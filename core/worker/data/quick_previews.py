"""Make previews without Keras, which takes many seconds to load: the first screen shows pictures before that.

Run by the server in a process of its own, once in the life of a data folder:

    python -m core.worker.data.quick_previews fashion_mnist
"""

import gzip
import sys

import numpy as np

from core.catalogue.datasets import ALWAYS_WORKS, FASHION_FILES, data_set, missing_files
from core.child_process import end_with_parent
from core.datasets.previews import has_preview, make_preview, write_preview
from core.files import keras_datasets
from core.worker.data.validate import DAMAGED

LABELS_HEADER = 8  # bytes before the data in a file of labels: two numbers of four bytes (Yann LeCun's IDX format)
IMAGES_HEADER = 16  # in a file of images: four numbers


def fashion_mnist() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Training images as uint8, training labels, test labels; straight from the files."""

    def read(name: str, header: int) -> np.ndarray:
        return np.frombuffer(gzip.decompress((keras_datasets() / name).read_bytes()), "uint8", offset=header)

    train_labels, train_images, test_labels, _ = FASHION_FILES
    images = read(train_images, IMAGES_HEADER).reshape(-1, 28, 28, 1)
    return images, read(train_labels, LABELS_HEADER), read(test_labels, LABELS_HEADER)


def mnist() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Training images as uint8, training labels, test labels; straight from the file."""
    with np.load(keras_datasets() / "mnist.npz", allow_pickle=False) as content:
        return content["x_train"][..., None], content["y_train"], content["y_test"]


def digits() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Training images as uint8, training labels, test labels; the same split as everywhere."""
    from sklearn.datasets import load_digits
    from sklearn.model_selection import train_test_split

    data = load_digits()
    train, _, labels, test_labels = train_test_split(
        data.images, data.target, test_size=0.2, stratify=data.target, random_state=0
    )
    return np.rint(train * (255 / 16)).astype("uint8")[..., None], labels, test_labels


READERS = {"fashion_mnist": fashion_mnist, "mnist": mnist, ALWAYS_WORKS: digits}


def main(names: list[str]) -> None:
    """Make the missing previews of data sets whose files are here and can be read without Keras."""
    for name in names:
        if name not in READERS or missing_files(name) or has_preview(name):
            continue
        try:
            preview = make_preview(*READERS[name](), data_set(name).num_classes)
        except DAMAGED:  # the worker that reads it with Keras says what is wrong with it
            continue
        write_preview(name, preview)


if __name__ == "__main__":
    end_with_parent()
    main(sys.argv[1:])
