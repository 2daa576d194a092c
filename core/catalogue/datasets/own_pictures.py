"""The uploaded data sets. Each has a folder in the data folder, with its images and its entry."""

import json
import re
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from core.catalogue.datasets.entry import DataSet, Pair
from core.files import home
from core.number_text import enumeration

if TYPE_CHECKING:
    import numpy as np

OWN = "own-[0-9a-f]{20}"  # the name of uploaded pictures is a hash of their content
OWN_IMAGES = "images.npz"  # holds x_train, y_train, x_test and y_test, and the groups of near-duplicates
OWN_ENTRY = "entry.json"
MAXIMUM_ENTRY_BYTES = 262_144  # 1,000 classes with long names take a quarter


class OwnPictures(DataSet):
    """The entry of an uploaded data set."""

    @property
    def is_own(self) -> bool:
        return True

    @property
    def folder(self) -> Path:
        return own_folder(self.name)

    def load(self) -> tuple[Pair, Pair]:
        import numpy as np

        with np.load(self.folder / OWN_IMAGES, allow_pickle=False) as pictures:
            x_train, y_train, x_test, y_test = (pictures[key] for key in ("x_train", "y_train", "x_test", "y_test"))
        return (x_train, y_train), (x_test, y_test)

    def groups(self) -> "np.ndarray":
        """Return the group of each training image. Images that are near-duplicates have the same group number."""
        import numpy as np

        with np.load(self.folder / OWN_IMAGES, allow_pickle=False) as pictures:
            return np.asarray(pictures["groups"])

    def script_imports(self) -> Sequence[str]:
        return []

    def script_lines(self) -> Sequence[str]:
        """Return the lines of a script that read the npz file of the images, which the page offers beside the script."""
        return [
            f'with np.load("{self.name}.npz") as pictures:  # {self.title}',
            '    x_train, y_train = pictures["x_train"], pictures["y_train"]',
            '    x_test, y_test = pictures["x_test"], pictures["y_test"]',
        ]


def is_own(name: str) -> bool:
    """Return whether a data set's name is that of an uploaded data set."""
    return re.fullmatch(OWN, name) is not None


def own_folder(name: str) -> Path:
    """Return the folder of an uploaded data set."""
    return home() / "datasets" / name


def own_pictures(name: str) -> OwnPictures:
    """Return the entry of an uploaded data set.

    A link from another server may name a data set that is not on this machine. Its entry says so, and its files are
    missing.
    """
    path = own_folder(name) / OWN_ENTRY
    try:
        about = path.stat()
        return _parsed(name, path, (about.st_mtime_ns, about.st_ino))
    except (OSError, ValueError, KeyError, TypeError):  # the file is missing, or somebody changed the file
        return _unknown(name)


@lru_cache(maxsize=256)
def _parsed(name: str, path: Path, _written: tuple[int, int]) -> OwnPictures:
    """Read the entry of an uploaded data set from its file. The argument `_written` makes the cache notice a new file."""
    content = json.loads(path.read_text(encoding="utf-8")[:MAXIMUM_ENTRY_BYTES])
    height, width, channels = (int(size) for size in content["image_shape"])
    classes = tuple(_one_line(name) for name in content["classes"])
    colour = "colour" if channels > 1 else "grey"
    count = int(content["num_train"]) + int(content["num_test"])
    return OwnPictures(
        name=name,
        title=_one_line(content["title"]),
        sentence=f"{count:,} {colour} pictures that were brought here.",
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
    return enumeration(few)


def _unknown(name: str) -> OwnPictures:
    """Return a placeholder entry for an uploaded data set that is not on this machine. Training on this entry is refused."""
    return OwnPictures(
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
