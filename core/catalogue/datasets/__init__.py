"""The data sets. A module for each data set holds its entry, and the functions that load its images.

Names, sizes and classes come from the web page of each data set, which its entry links. `data_set` also finds
uploaded data sets.
"""

import shutil
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from types import MappingProxyType

from core.catalogue.datasets.cifar10 import CIFAR10
from core.catalogue.datasets.cifar100 import CIFAR100
from core.catalogue.datasets.digits import DIGITS
from core.catalogue.datasets.entry import DataSet
from core.catalogue.datasets.fashion_mnist import FASHION_MNIST
from core.catalogue.datasets.mnist import MNIST
from core.catalogue.datasets.own_pictures import OWN, OWN_ENTRY, OWN_IMAGES, is_own, own_folder, own_pictures
from core.files import keras_datasets, write_atomically

__all__ = ["OWN", "OWN_ENTRY", "OWN_IMAGES", "DataSet", "is_own"]  # names of the modules; all names below are public too

DATASETS: Mapping[str, DataSet] = MappingProxyType(
    {dataset.name: dataset for dataset in (FASHION_MNIST, MNIST, DIGITS, CIFAR10, CIFAR100)}
)

ALWAYS_WORKS = DIGITS.name
PREFERRED = (FASHION_MNIST.name, ALWAYS_WORKS)  # the data set of a first start, the best first


def folder_of(name: str) -> Path:
    """Return the folder that holds the files of a data set."""
    return own_folder(name) if is_own(name) else keras_datasets()


def data_set(name: str) -> DataSet:
    """Return the entry of a data set by its name, from DATASETS or the uploaded data sets.

    Raises
    ------
    KeyError
        No data set has this name.
    """
    return own_pictures(name) if is_own(name) else DATASETS[name]


def missing_files(name: str) -> tuple[Path, ...]:
    """Return the missing files of a data set. The result is empty if the data set is ready to load."""
    dataset = data_set(name)
    paths = (dataset.folder / file for file in dataset.files)
    return tuple(path for path in paths if not path.is_file())


def are_pictures_gone(name: str) -> bool:
    """Return whether an uploaded data set was deleted, or never was on this machine."""
    return is_own(name) and bool(missing_files(name))


def copy_package_files(name: str) -> None:
    """Copy a data set's missing files from an installed system package to the folder where Keras looks for them."""
    dataset = data_set(name)
    for path in missing_files(name):
        source = Path(dataset.package_folder) / path.name
        if dataset.package_folder and source.is_file() and not path.exists():  # a folder of this name stays
            write_atomically(path, partial(shutil.copyfile, source))


def default_data_set() -> str:
    """Return the name of the data set for new experiments: Fashion-MNIST if its files are here, or else Digits."""
    for name in PREFERRED:
        copy_package_files(name)
    return next(name for name in PREFERRED if not missing_files(name))
