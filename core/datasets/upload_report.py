"""The report on an upload, which people read, and its pictures, which are kept until their size is chosen."""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, fields
from functools import lru_cache
from pathlib import Path
from typing import Any, BinaryIO, cast

import numpy as np

from core.datasets.duplicates import leaks
from core.datasets.image_files import Picture
from core.files import write_atomically

REPORT = "report.json"
PIXELS = "pixels.bin"
INDEX = "index.npz"
SHOWN_ON_PAGES = "shown.json"
EXAMPLES = 4  # pictures that pages show before and after they are made one size
LEAKS = 6  # pairs of pictures that pages show
SHOWN = 200  # of each list
SIZES_SHOWN = 8
SAME, NEAR = "the very same", "nearly the same"


@dataclass(frozen=True)
class Finding:
    """The number of pictures that something is true of, and the first of them."""

    count: int = 0
    examples: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True)
class Report:
    """The report on an upload. Counts are of pictures that can be read."""

    classes: tuple[str, ...]
    train: tuple[int, ...]  # pictures of each class
    test: tuple[int, ...]  # of the upload's own test set; all 0 where it has none
    has_test: bool
    total: int  # files in the upload
    bad: Finding = Finding()  # files that cannot be read: name, reason
    others: int = 0  # files that are no pictures, and that nobody took for some
    conversions: tuple[tuple[str, int], ...] = ()
    modes: tuple[tuple[str, int], ...] = ()
    sizes: tuple[tuple[int, int, int], ...] = ()  # width, height, how many; the most frequent first
    num_sizes: int = 0
    smallest: tuple[int, int] = (0, 0)
    largest: tuple[int, int] = (0, 0)
    num_grey: int = 0
    brightest: int = 255  # the brightest pixel of all
    copies: Finding = Finding()  # the same picture in one set: two names
    near: Finding = Finding()  # pictures nearly the same as one before them in their set: two names
    leaks: Finding = Finding()  # test pictures that the training set holds too: two names, and how much they are the same
    leaks_near: int = 0  # how many of these are nearly the same only
    leaked: tuple[int, ...] = ()  # of each class, how many of its test pictures these are
    contradictions: Finding = Finding()  # the same picture in two classes: two names, two classes
    notes: tuple[str, ...] = ()  # how the upload was read
    renumbered: tuple[tuple[str, str], ...] = ()  # labels that are no numbers from 0 on, and their classes
    seconds: float = 0.0
    near_compared: int = 0  # different pictures that were compared to find near-duplicates
    near_total: int = 0  # different pictures

    @property
    def num_good(self) -> int:
        """How many pictures can be read."""
        return sum(self.train) + sum(self.test)

    @property
    def one_size(self) -> tuple[int, int] | None:
        """Width and height, where all pictures have the same."""
        return self.smallest if self.num_sizes == 1 else None


def write_report(folder: Path, report: Report) -> None:
    """Keep a report."""
    content = json.dumps(asdict(report))
    write_atomically(folder / REPORT, lambda path: path.write_text(content, encoding="utf-8"))


def read_report(folder: Path) -> Report | None:
    """The report of an upload, or None where there is none."""
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
    """A test picture that the training set holds too."""

    test: int  # the index of the test picture
    train: int  # the index of the training picture
    how: str  # SAME or NEAR


@dataclass
class Index:
    """The position of each picture in the file, and its properties."""

    offsets: list[int] = field(default_factory=list)
    shapes: list[tuple[int, int, int]] = field(default_factory=list)
    labels: list[int] = field(default_factory=list)
    is_test: list[bool] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    prints: list[bytes] = field(default_factory=list)  # fingerprints
    near: list[tuple[int, int]] = field(default_factory=list)  # indexes of pairs that are nearly the same

    def add(self, file: BinaryIO, pixels: np.ndarray, label: int, is_test: bool, name: str, fingerprint: bytes) -> None:
        """Append a picture to the file of all pictures."""
        self.offsets.append(file.tell())
        self.shapes.append((*pixels.shape[:2], 1 if pixels.ndim == 2 else 3))
        self.labels.append(label)
        self.is_test.append(is_test)
        self.names.append(name)
        self.prints.append(fingerprint)
        file.write(np.ascontiguousarray(pixels).data)

    def leaks(self) -> tuple[Leak, ...]:
        """The test pictures that the training set holds as well, or nearly: each once."""
        return tuple(
            Leak(test, train, SAME if self.prints[test] == self.prints[train] else NEAR)
            for test, train in leaks(self.prints, self.is_test, self.near).items()
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


def read_index(folder: Path) -> Index:
    """The index of an upload that was read."""
    with np.load(folder / INDEX, allow_pickle=False) as content:
        return Index(
            offsets=content["offsets"].tolist(),
            shapes=[tuple(shape) for shape in content["shapes"].tolist()],
            labels=content["labels"].tolist(),
            is_test=content["is_test"].tolist(),
            names=content["names"].tolist(),
            near=[(first, second) for first, second in content["near"].tolist()],
            prints=[row.tobytes() for row in content["prints"]],
        )


def picture_at(file: BinaryIO, index: Index, position: int) -> np.ndarray:
    """A picture that was kept: uint8 (height, width) or (height, width, 3)."""
    return _picture(file, index.offsets[position], index.shapes[position])


def _picture(file: BinaryIO, offset: int, shape: Sequence[int]) -> np.ndarray:
    height, width, channels = shape
    file.seek(offset)
    pixels = np.frombuffer(file.read(height * width * channels), "uint8")
    return pixels.reshape((height, width) if channels == 1 else (height, width, channels))


Named = tuple[str, np.ndarray]  # a picture: its name and its pixels


def write_examples(folder: Path, index: Index) -> None:
    """Keep the few pictures that pages show, so that pages need not load the index of all."""
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
    """Names and pixels of at most EXAMPLES pictures, the least square ones first.

    Parameters
    ----------
    folder
        The folder of the upload.
    _changed
        When the upload was read; this tells a new upload from an older one in the same folder.
    """
    with (folder / PIXELS).open("rb") as file:
        return tuple(_named(file, picture) for picture in _shown_on_pages(folder)["examples"])


@lru_cache(maxsize=32)
def leak_examples(folder: Path, _changed: int) -> tuple[tuple[Named, Named, str], ...]:
    """At most LEAKS test pictures that the training set holds too, each with that picture and how both are the same.

    Pictures that are nearly the same come first, since their names do not tell.

    Parameters
    ----------
    folder
        The folder of the upload.
    _changed
        When the upload was read; this tells a new upload from an older one in the same folder.
    """
    with (folder / PIXELS).open("rb") as file:
        return tuple(
            (_named(file, leak["test"]), _named(file, leak["train"]), leak["how"])
            for leak in _shown_on_pages(folder)["leaks"]
        )


@dataclass
class Tally:
    """Counts that are made while pictures are read."""

    sizes: Counter[tuple[int, int]] = field(default_factory=Counter)
    modes: Counter[str] = field(default_factory=Counter)
    conversions: Counter[str] = field(default_factory=Counter)
    bad: list[tuple[str, ...]] = field(default_factory=list)
    grey: int = 0
    brightest: int = 0

    def count(self, picture: Picture) -> None:
        self.sizes[picture.width, picture.height] += 1
        self.modes[picture.mode] += 1
        self.conversions.update(picture.conversions)
        self.grey += picture.pixels.ndim == 2
        self.brightest = max(self.brightest, int(picture.pixels.max()))

    def facts(self) -> dict[str, Any]:
        """The counts, as fields of a report."""
        ordered = sorted(self.sizes, key=lambda size: size[0] * size[1]) or [(0, 0)]
        return {
            "bad": finding(self.bad),
            "conversions": tuple(self.conversions.most_common()),
            "modes": tuple(self.modes.most_common()),
            "sizes": tuple((*size, count) for size, count in self.sizes.most_common(SIZES_SHOWN)),
            "num_sizes": len(self.sizes),
            "smallest": ordered[0],
            "largest": ordered[-1],
            "num_grey": self.grey,
            "brightest": self.brightest,
        }


def finding(examples: Sequence[tuple[str, ...]]) -> Finding:
    """The number of examples, and the first of them, as a report shows them."""
    return Finding(len(examples), tuple(examples[:SHOWN]))
