"""The data sets: what is in each, where its files belong, and how large they are.

Names, sizes and class names are those of the data sets' own pages, linked in each entry.
"""

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from core.files import keras_datasets, write_atomically


@dataclass(frozen=True)
class DataSet:
    """Pictures with labels, split by their makers into a training and a test set."""

    name: str  # the key in an experiment
    title: str  # its proper name
    sentence: str  # what is in it, for a beginner
    task: str  # what a network learns from it, to follow "Teach a network to"
    image_shape: tuple[int, int, int]  # height, width, channels
    classes: tuple[str, ...]  # real names, in the order of the labels
    num_train: int  # images given for training, before the validation split
    num_test: int  # images held out
    pixel_maximum: int  # the largest value that a pixel can have in the files
    files: tuple[str, ...]  # below `$KERAS_HOME/datasets`; () when it ships with scikit-learn
    num_bytes: int  # what a download takes
    url: str  # its own page
    column_labels: bool = False  # whether Keras gives the labels as a column, of shape (images, 1)
    package: str = ""  # Debian's package that brings the files, when there is one
    package_folder: str = ""  # and the folder where it puts them

    @property
    def num_classes(self) -> int:
        return len(self.classes)


DIGITS = tuple(str(digit) for digit in range(10))

CIFAR100_CLASSES = tuple(
    "apple aquarium_fish baby bear beaver bed bee beetle bicycle bottle bowl boy bridge bus butterfly camel can castle "
    "caterpillar cattle chair chimpanzee clock cloud cockroach couch crab crocodile cup dinosaur dolphin elephant "
    "flatfish forest fox girl hamster house kangaroo keyboard lamp lawn_mower leopard lion lizard lobster man maple_tree "
    "motorcycle mountain mouse mushroom oak_tree orange orchid otter palm_tree pear pickup_truck pine_tree plain plate "
    "poppy porcupine possum rabbit raccoon ray road rocket rose sea seal shark shrew skunk skyscraper snail snake spider "
    "squirrel streetcar sunflower sweet_pepper table tank telephone television tiger tractor train trout tulip turtle "
    "wardrobe whale willow_tree wolf woman worm".replace("_", "\u00a0").split(" ")
)

FASHION_FILES = tuple(
    f"fashion-mnist/{name}-ubyte.gz"
    for name in ("train-labels-idx1", "train-images-idx3", "t10k-labels-idx1", "t10k-images-idx3")
)

DATASETS: Mapping[str, DataSet] = MappingProxyType(
    {
        dataset.name: dataset
        for dataset in (
            DataSet(
                name="fashion_mnist",
                title="Fashion-MNIST",
                sentence="70,000 grey pictures of clothes from a shop, ten kinds.",
                task="recognise clothes",
                image_shape=(28, 28, 1),
                classes=(
                    "T-shirt/top",
                    "Trouser",
                    "Pullover",
                    "Dress",
                    "Coat",
                    "Sandal",
                    "Shirt",
                    "Sneaker",
                    "Bag",
                    "Ankle boot",
                ),
                num_train=60_000,
                num_test=10_000,
                pixel_maximum=255,
                files=FASHION_FILES,
                num_bytes=30_878_645,
                url="https://github.com/zalandoresearch/fashion-mnist",
                package="dataset-fashion-mnist",
                package_folder="/usr/share/datasets/fashion-mnist",
            ),
            DataSet(
                name="mnist",
                title="MNIST",
                sentence="70,000 grey pictures of handwritten digits.",
                task="read handwritten digits",
                image_shape=(28, 28, 1),
                classes=DIGITS,
                num_train=60_000,
                num_test=10_000,
                pixel_maximum=255,
                files=("mnist.npz",),
                num_bytes=11_490_434,
                url="https://keras.io/api/datasets/mnist/",
            ),
            DataSet(
                name="digits",
                title="Digits",
                sentence="1,797 small grey pictures of handwritten digits; comes with scikit-learn, so it always works.",
                task="read small handwritten digits",
                image_shape=(8, 8, 1),
                classes=DIGITS,
                num_train=1_437,
                num_test=360,
                pixel_maximum=16,
                files=(),
                num_bytes=0,
                url="https://scikit-learn.org/stable/modules/generated/sklearn.datasets.load_digits.html",
            ),
            DataSet(
                name="cifar10",
                title="CIFAR-10",
                sentence="60,000 small colour photographs, ten kinds of animals and vehicles.",
                task="tell animals from vehicles",
                image_shape=(32, 32, 3),
                classes=(
                    "airplane",
                    "automobile",
                    "bird",
                    "cat",
                    "deer",
                    "dog",
                    "frog",
                    "horse",
                    "ship",
                    "truck",
                ),
                num_train=50_000,
                num_test=10_000,
                pixel_maximum=255,
                files=("cifar-10-batches-py-target_archive",),
                num_bytes=170_498_071,
                url="https://www.cs.toronto.edu/~kriz/cifar.html",
                column_labels=True,
            ),
            DataSet(
                name="cifar100",
                title="CIFAR-100",
                sentence="60,000 small colour photographs, a hundred kinds of things: 500 of each to learn from.",
                task="name a hundred kinds of things",
                image_shape=(32, 32, 3),
                classes=CIFAR100_CLASSES,
                num_train=50_000,
                num_test=10_000,
                pixel_maximum=255,
                files=("cifar-100-python-target_archive",),
                num_bytes=169_001_437,
                url="https://www.cs.toronto.edu/~kriz/cifar.html",
                column_labels=True,
            ),
        )
    }
)

ALWAYS_WORKS = "digits"
PREFERRED = ("fashion_mnist", ALWAYS_WORKS)  # which data set a first start takes, best first


def missing_files(name: str) -> tuple[Path, ...]:
    """The files of a data set that are not where Keras looks for them; () when it is ready to load."""
    paths = (keras_datasets() / file for file in DATASETS[name].files)
    return tuple(path for path in paths if not path.is_file())


def adopt_package_files(name: str) -> None:
    """Copy what a system package brought to where Keras looks for it; does nothing where there is no such package."""
    dataset = DATASETS[name]
    for path in missing_files(name):
        source = Path(dataset.package_folder) / path.name
        if dataset.package_folder and source.is_file():
            write_atomically(path, lambda temporary, source=source: shutil.copyfile(source, temporary))  # type: ignore[misc]


def first_choice() -> str:
    """The best data set that is on this machine: Fashion-MNIST, else Digits."""
    for name in PREFERRED:
        adopt_package_files(name)
    return next(name for name in PREFERRED if not missing_files(name))
