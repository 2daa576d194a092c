"""The data sets: their content, their size and where their files belong.

Names, sizes and classes come from the data sets' own pages, linked in each entry. A person's own pictures have a folder in
the data folder, which holds their entry; `data_set` finds all of them.
"""

import json
import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path
from types import MappingProxyType

from core.files import home, keras_datasets, write_atomically


@dataclass(frozen=True)
class DataSet:
    """Pictures with labels, split into a training and a test set."""

    name: str  # the key in an experiment
    title: str  # its name for people
    sentence: str  # what is in it, for a beginner
    task: str  # what a network learns from it, to follow "Teach a network to"
    image_shape: tuple[int, int, int]
    classes: tuple[str, ...]  # real names, in the order of the labels
    num_train: int  # training images, including those for validation
    num_test: int  # images held out
    pixel_maximum: int  # the largest value of a pixel in the files
    files: tuple[str, ...]  # relative to `folder_of`; () if it ships with scikit-learn
    num_bytes: int  # size of the download
    url: str  # its web page; "" for a person's own pictures
    sha256: str = ""  # of its only file, as in `keras.datasets` of Keras 3.15, which deletes a file that differs
    keeps_together: bool = False  # whether near-duplicates stay in the same set, as its file groups them
    torn: tuple[int, ...] = ()  # classes whose near-duplicates are in several sets
    leaks: int = 0  # known test images that equal a training image, or nearly
    column_labels: bool = False  # whether Keras gives labels of shape (images, 1)
    package: str = ""  # the Debian package with its files, or ""
    package_folder: str = ""  # the folder where that package installs them
    upright: str = ""  # why its pictures are never upside down, as a sentence; "" if they may be, or if unknown

    @property
    def num_classes(self) -> int:
        return len(self.classes)

    @property
    def are_signs(self) -> bool:
        """Whether its classes are digits or letters, which mean something else when rotated or flipped."""
        return all(len(name) == 1 for name in self.classes)

    @property
    def is_own(self) -> bool:
        """Whether it was uploaded by a person."""
        return is_own(self.name)


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
                sentence="70,000 grey images of clothes from a shop, ten kinds.",
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
                upright="Shops show clothes one way up.",
            ),
            DataSet(
                name="mnist",
                title="MNIST",
                sentence="70,000 grey images of handwritten digits.",
                task="read handwritten digits",
                image_shape=(28, 28, 1),
                classes=DIGITS,
                num_train=60_000,
                num_test=10_000,
                pixel_maximum=255,
                files=("mnist.npz",),
                num_bytes=11_490_434,
                url="https://keras.io/api/datasets/mnist/",
                sha256="731c5ac602752760c8e48fbffcf8c3b850d9dc2a2aedcf2cc48468fc17b673d1",
            ),
            DataSet(
                name="digits",
                title="Digits",
                sentence="1,797 small grey images of handwritten digits; comes with scikit-learn, so it always works.",
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
                sha256="6d958be074577803d12ecdefd02955f39262c83c16fe9348329d7fe0b5c001ce",
                column_labels=True,
                upright="Photographs have the sky above and the ground below.",
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
                sha256="85cd44d02ba6437773c5bbd22e183051d648de2e7d6b014e1ef29b855ba677a7",
                column_labels=True,
                upright="Photographs have the sky above and the ground below.",
            ),
        )
    }
)

ALWAYS_WORKS = "digits"
PREFERRED = ("fashion_mnist", ALWAYS_WORKS)  # the data set of a first start, best first


OWN = "own-[0-9a-f]{20}"  # the name of uploaded pictures is a hash of their content
OWN_IMAGES = "images.npz"  # x_train, y_train, x_test, y_test; and groups of near-duplicates
OWN_ENTRY = "entry.json"
MAXIMUM_ENTRY_BYTES = 262_144  # 1,000 classes with long names take a quarter of it


def is_own(name: str) -> bool:
    """Whether a name is that of uploaded pictures."""
    return re.fullmatch(OWN, name) is not None


def folder_of(name: str) -> Path:
    """The folder of a data set's files."""
    return home() / "datasets" / name if is_own(name) else keras_datasets()


def data_set(name: str) -> DataSet:
    """Find a data set by its name: one of DATASETS, or uploaded pictures.

    Uploaded pictures that are not on this machine, but in a link from another server, have an entry that says so; their
    files are missing.

    Raises
    ------
    KeyError
        No data set has this name.
    """
    if name in DATASETS:
        return DATASETS[name]
    if not is_own(name):
        raise KeyError(name)
    return _read_own(folder_of(name)) or _unknown(name)


def _read_own(folder: Path) -> DataSet | None:
    path = folder / OWN_ENTRY
    try:
        about = path.stat()
        return _parsed(folder.name, path, (about.st_mtime_ns, about.st_ino))
    except (OSError, ValueError, KeyError, TypeError):  # the file is missing, or somebody changed it
        return None


@lru_cache(maxsize=256)
def _parsed(name: str, path: Path, _written: tuple[int, int]) -> DataSet:
    """The entry of uploaded pictures; `_written` makes the cache notice a new file."""
    content = json.loads(path.read_text(encoding="utf-8")[:MAXIMUM_ENTRY_BYTES])
    height, width, channels = (int(size) for size in content["image_shape"])
    classes = tuple(_one_line(name) for name in content["classes"])
    colour = "colour" if channels > 1 else "grey"
    count = int(content["num_train"]) + int(content["num_test"])
    return DataSet(
        name=name,
        title=_one_line(content["title"]),
        sentence=f"{count:,} {colour} pictures that were brought here, {len(classes)} kinds.",
        task=f"tell {_listed(classes)} apart",
        image_shape=(height, width, channels),
        classes=classes,
        num_train=int(content["num_train"]),
        num_test=int(content["num_test"]),
        pixel_maximum=255,
        files=(OWN_IMAGES, OWN_ENTRY),
        num_bytes=int(content["num_bytes"]),
        url="",
        keeps_together=bool(content.get("keeps_together", False)),  # older entries lack these three
        torn=tuple(int(label) for label in content.get("torn", ())),
        leaks=int(content.get("leaks", 0)),
    )


def _one_line(text: object) -> str:
    return "".join(character if character.isprintable() else " " for character in str(text))


def _listed(classes: tuple[str, ...]) -> str:
    few = classes if len(classes) <= 3 else (*classes[:2], f"{len(classes) - 2} more")
    return " and ".join(part for part in (", ".join(few[:-1]), *few[-1:]) if part)


def _unknown(name: str) -> DataSet:
    """The entry of pictures that are not on this machine, which cannot be trained on."""
    return DataSet(
        name=name,
        title="A set of someone's own pictures",
        sentence="These pictures are not on this machine.",
        task="learn from pictures that are not here",
        image_shape=(28, 28, 1),
        classes=("first", "second"),
        num_train=100,
        num_test=20,
        pixel_maximum=255,
        files=(OWN_IMAGES, OWN_ENTRY),
        num_bytes=0,
        url="",
    )


def missing_files(name: str) -> tuple[Path, ...]:
    """The missing files of a data set; () if it is ready to load."""
    paths = (folder_of(name) / file for file in data_set(name).files)
    return tuple(path for path in paths if not path.is_file())


def adopt_package_files(name: str) -> None:
    """Copy the files of a system package to where Keras looks for them, if the package is installed."""
    dataset = data_set(name)
    for path in missing_files(name):
        source = Path(dataset.package_folder) / path.name
        if dataset.package_folder and source.is_file() and not path.exists():  # keep a folder that somebody made there
            write_atomically(path, partial(shutil.copyfile, source))


def first_choice() -> str:
    """The best data set on this machine: Fashion-MNIST, else Digits."""
    for name in PREFERRED:
        adopt_package_files(name)
    return next(name for name in PREFERRED if not missing_files(name))
