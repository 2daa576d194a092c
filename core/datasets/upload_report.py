"""The report on an upload, and the file of its decoded pictures, which are kept until their final size is chosen."""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, fields
from functools import lru_cache
from pathlib import Path
from typing import Any, BinaryIO, cast

import numpy as np

from core.datasets.duplicates import leaked_test_images
from core.datasets.image_files import DecodedPicture
from core.files import write_atomically

REPORT = "report.json"
PIXELS = "pixels.bin"
INDEX = "index.npz"
SHOWN_ON_PAGES = "shown.json"
EXAMPLES = 4  # pictures that pages show before and after their change of size
LEAKS = 6  # leaked test pictures that pages show beside the similar training picture
MOST_SHOWN = 200  # examples of each finding in a report
SIZES_SHOWN = 8
SAME, NEAR = "the very same", "nearly the same"


@dataclass(frozen=True)
class Finding:
    """A finding about an upload: the number of pictures with a certain property, and the first examples."""

    count: int = 0
    examples: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True)
class Report:
    """The report on an upload. The counts include only pictures that can be read."""

    classes: tuple[str, ...]
    train: tuple[int, ...]  # training pictures of each class
    test: tuple[int, ...]  # pictures of each class in the upload's own test set; all 0 without a test set
    has_test: bool
    total: int  # files in the upload
    bad: Finding = Finding()  # files that cannot be read: name, reason
    others: int = 0  # files that do not claim to be pictures, such as texts
    conversions: tuple[tuple[str, int], ...] = ()
    modes: tuple[tuple[str, int], ...] = ()
    sizes: tuple[tuple[int, int, int], ...] = ()  # width, height, number of pictures; the most frequent first
    num_sizes: int = 0
    smallest: tuple[int, int] = (0, 0)
    largest: tuple[int, int] = (0, 0)
    num_grey: int = 0
    brightest: int = 255  # the brightest pixel of all
    copies: Finding = Finding()  # identical pictures in the same set: two names
    near: Finding = Finding()  # pictures nearly the same as an earlier picture of their set: two names
    leaks: Finding = Finding()  # test pictures that the training set holds too: two names, and SAME or NEAR
    leaks_near: int = 0  # the number of leaks that are only nearly the same
    leaked: tuple[int, ...] = ()  # the number of leaked test pictures of each class
    contradictions: Finding = Finding()  # the same picture in two classes: two names, two classes
    notes: tuple[str, ...] = ()  # how the upload was read, in words
    renumbered: tuple[tuple[str, str], ...] = ()  # labels that are no numbers from 0 on, and their classes
    seconds: float = 0.0
    near_compared: int = 0  # the number of different pictures that were compared to find near-duplicates
    near_total: int = 0  # the number of all different pictures

    @property
    def num_good(self) -> int:
        """The number of pictures that can be read."""
        return sum(self.train) + sum(self.test)

    @property
    def one_size(self) -> tuple[int, int] | None:
        """The width and height of all pictures, or None if their sizes differ."""
        return self.smallest if self.num_sizes == 1 else None


def write_report(folder: Path, report: Report) -> None:
    """Write the report of an upload into the folder of the upload."""
    content = json.dumps(asdict(report))
    write_atomically(folder / REPORT, lambda path: path.write_text(content, encoding="utf-8"))


def read_report(folder: Path) -> Report | None:
    """Read the report of an upload. Return None if no valid report exists."""
    try:
        content = json.loads((folder / REPORT).read_text(encoding="utf-8"))
        return Report(**{item.name: _frozen(item.name, content[item.name]) for item in fields(Report)})
    except (OSError, ValueError, TypeError, KeyError):
        return None


def _frozen(name: str, value: Any) -> Any:
    if isinstance(value, dict):
        return Finding(value["count"], _frozen(name, value["examples"]))
    return tuple(_frozen(name, item) for item in value) if isinstance(value, list) else value


@dataclass(frozen=True)
class Leak:
    """A leaked test picture: the training set holds the same or nearly the same picture."""

    test: int  # the index of the test picture
    train: int  # the index of the training picture
    how: str  # SAME or NEAR


@dataclass
class UploadIndex:
    """The index of the file of all pictures: the offset, shape, label, set and name of each picture."""

    offsets: list[int] = field(default_factory=list)
    shapes: list[tuple[int, int, int]] = field(default_factory=list)
    labels: list[int] = field(default_factory=list)
    is_test: list[bool] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    prints: list[bytes] = field(default_factory=list)  # fingerprints
    near: list[tuple[int, int]] = field(default_factory=list)  # indexes of pairs that are nearly the same

    def add(self, file: BinaryIO, pixels: np.ndarray, label: int, is_test: bool, name: str, fingerprint: bytes) -> None:
        """Append a picture to the file of all pictures, and its properties to this index."""
        self.offsets.append(file.tell())
        self.shapes.append((*pixels.shape[:2], 1 if pixels.ndim == 2 else 3))
        self.labels.append(label)
        self.is_test.append(is_test)
        self.names.append(name)
        self.prints.append(fingerprint)
        file.write(np.ascontiguousarray(pixels).data)

    def leaks(self) -> tuple[Leak, ...]:
        """Return the test pictures with an identical or nearly identical training picture, each test picture once."""
        return tuple(
            Leak(test, train, SAME if self.prints[test] == self.prints[train] else NEAR)
            for test, train in leaked_test_images(self.prints, self.is_test, self.near).items()
        )

    def write(self, folder: Path) -> None:
        """Write the index into the folder of the upload."""
        arrays: dict[str, Any] = {
            "offsets": np.array(self.offsets, "int64"),
            "shapes": np.array(self.shapes, "int32").reshape(-1, 3),
            "labels": np.array(self.labels, "int32"),
            "is_test": np.array(self.is_test, bool),
            "names": np.array(self.names, "U"),
            "near": np.array(self.near, "int32").reshape(-1, 2),
            "prints": np.frombuffer(b"".join(self.prints), "uint8").reshape(-1, 16),
        }
        write_atomically(folder / INDEX, lambda path: np.savez(path, **arrays))


def read_index(folder: Path) -> UploadIndex:
    """Read the index of an upload."""
    with np.load(folder / INDEX, allow_pickle=False) as content:
        return UploadIndex(
            offsets=content["offsets"].tolist(),
            shapes=[tuple(shape) for shape in content["shapes"].tolist()],
            labels=content["labels"].tolist(),
            is_test=content["is_test"].tolist(),
            names=content["names"].tolist(),
            near=[(first, second) for first, second in content["near"].tolist()],
            prints=[row.tobytes() for row in content["prints"]],
        )


def picture_at(file: BinaryIO, index: UploadIndex, position: int) -> np.ndarray:
    """Read a picture by its position in the index, uint8 (height, width) or (height, width, 3)."""
    return _picture(file, index.offsets[position], index.shapes[position])


def _picture(file: BinaryIO, offset: int, shape: Sequence[int]) -> np.ndarray:
    height, width, channels = shape
    file.seek(offset)
    pixels = np.frombuffer(file.read(height * width * channels), "uint8")
    return pixels.reshape((height, width) if channels == 1 else (height, width, channels))


Named = tuple[str, np.ndarray]  # a picture: its name and its pixels


def write_examples(folder: Path, index: UploadIndex) -> None:
    """Write a small index of the few pictures that pages show, so that pages need not load the index of all pictures."""
    ratios = [max(height, width) / min(height, width) for height, width, _ in index.shapes]
    chosen = sorted(range(len(ratios)), key=lambda position: -ratios[position])[:EXAMPLES]
    near = [leak for leak in index.leaks() if leak.how == NEAR]
    same = [leak for leak in index.leaks() if leak.how == SAME]
    shown_leaks = [*near[: max(LEAKS // 2, LEAKS - len(same))], *same][:LEAKS]

    def about(position: int) -> dict[str, Any]:
        return {"name": index.names[position], "offset": index.offsets[position], "shape": index.shapes[position]}

    content = json.dumps(
        {
            "examples": [about(position) for position in chosen],
            "leaks": [{"test": about(leak.test), "train": about(leak.train), "how": leak.how} for leak in shown_leaks],
        }
    )
    write_atomically(folder / SHOWN_ON_PAGES, lambda path: path.write_text(content, encoding="utf-8"))


def _shown_on_pages(folder: Path) -> dict[str, Any]:
    try:
        return cast("dict[str, Any]", json.loads((folder / SHOWN_ON_PAGES).read_text(encoding="utf-8")))
    except (OSError, ValueError):  # an earlier version read these pictures
        return {"examples": [], "leaks": []}


def _named(file: BinaryIO, about: dict[str, Any]) -> Named:
    return about["name"], _picture(file, about["offset"], about["shape"])


@lru_cache(maxsize=32)
def examples(folder: Path, _changed: int) -> tuple[Named, ...]:
    """Return the names and pixels of at most EXAMPLES pictures. The most elongated pictures come first.

    Parameters
    ----------
    folder
        The folder of the upload.
    _changed
        The time at which the upload was read, a key of the cache that tells uploads in the same folder apart.
    """
    with (folder / PIXELS).open("rb") as file:
        return tuple(_named(file, picture) for picture in _shown_on_pages(folder)["examples"])


@lru_cache(maxsize=32)
def leak_examples(folder: Path, _changed: int) -> tuple[tuple[Named, Named, str], ...]:
    """Return at most LEAKS leaked test pictures, each with the similar training picture and with SAME or NEAR.

    Pictures that are nearly the same come first, since their names do not reveal the similarity.

    Parameters
    ----------
    folder
        The folder of the upload.
    _changed
        The time at which the upload was read, a key of the cache that tells uploads in the same folder apart.
    """
    with (folder / PIXELS).open("rb") as file:
        return tuple(
            (_named(file, leak["test"]), _named(file, leak["train"]), leak["how"])
            for leak in _shown_on_pages(folder)["leaks"]
        )


@dataclass
class UploadCounter:
    """Counts of sizes, modes, conversions and unreadable files, collected while the pictures of an upload are read."""

    sizes: Counter[tuple[int, int]] = field(default_factory=Counter)
    modes: Counter[str] = field(default_factory=Counter)
    conversions: Counter[str] = field(default_factory=Counter)
    bad: list[tuple[str, ...]] = field(default_factory=list)
    grey: int = 0
    brightest: int = 0

    def count(self, picture: DecodedPicture) -> None:
        self.sizes[picture.width, picture.height] += 1
        self.modes[picture.mode] += 1
        self.conversions.update(picture.conversions)
        self.grey += picture.pixels.ndim == 2
        self.brightest = max(self.brightest, int(picture.pixels.max()))

    def facts(self) -> dict[str, Any]:
        """Return the counts as a dictionary of fields of `Report`."""
        ordered = sorted(self.sizes, key=lambda size: size[0] * size[1]) or [(0, 0)]
        return {
            "bad": make_finding(self.bad),
            "conversions": tuple(self.conversions.most_common()),
            "modes": tuple(self.modes.most_common()),
            "sizes": tuple((*size, count) for size, count in self.sizes.most_common(SIZES_SHOWN)),
            "num_sizes": len(self.sizes),
            "smallest": ordered[0],
            "largest": ordered[-1],
            "num_grey": self.grey,
            "brightest": self.brightest,
        }


def make_finding(examples: Sequence[tuple[str, ...]]) -> Finding:
    """Return a finding for a report: the number of all examples, and the first MOST_SHOWN examples."""
    return Finding(len(examples), tuple(examples[:MOST_SHOWN]))
