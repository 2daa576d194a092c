"""Read a visitor's upload, or make a data set of it, in a process of its own: what harms it harms nobody else.

Run by the server, which says "go" when it is its turn; where the server goes away, so does this:

    python -m core.worker.data.read_upload FOLDER reading
"""

import errno
import json
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from core.datasets import archive_layout, image_files, npz_files, uploads, zip_files
from core.datasets.duplicates import difference_hash, fingerprint, groups
from core.datasets.image_files import Picture, UnreadableError, read
from core.datasets.near_duplicates import MOST_COMPARED, Near, near_pairs
from core.datasets.upload_report import (
    NEAR,
    PIXELS,
    SHOWN,
    Finding,
    Index,
    Report,
    Tally,
    finding,
    write_examples,
    write_report,
)
from core.datasets.uploads import Choices, State
from core.datasets.user_datasets import shown
from core.files import write_atomically
from core.problems import ProblemError

TELL_EVERY_SECONDS = 0.2
MOST_THREADS = 4
AHEAD = 32  # pictures that are read before they are looked at: they wait in memory
FULL = (errno.ENOSPC, errno.EDQUOT)  # what a system says of a disk, or of a person's share of it
LoadPicture = Callable[[], Picture]


class Progress:
    """Writes down how far this process is."""

    def __init__(self, folder: Path, state: State) -> None:
        self.folder = folder
        self.state = state
        self._started = self._stage_started = self._told = time.monotonic()

    @property
    def seconds(self) -> float:
        return round(time.monotonic() - self._started, 2)

    def tell(self, done: int, total: int, stage: str = "") -> None:
        """Report how much is done, a few times a second.

        Parameters
        ----------
        done, total
            The number of pictures done, and of all pictures.
        stage
            The stage, as in a `State`; each stage has its own time.
        """
        now = time.monotonic()
        if stage != self.state.stage:
            self._stage_started = now
        if done in (0, total) or now - self._told >= TELL_EVERY_SECONDS:
            self._told = now
            seconds = round(now - self._stage_started, 2)
            self.state = replace(self.state, done=done, total=total, seconds=seconds, stage=stage)
            uploads.write_state(self.folder, self.state)


def main(folder: Path, step: str) -> None:
    """Do one step, "reading" or "making", and write down what came of it."""
    sys.stdin.readline()
    threading.Thread(target=_end_with_server, daemon=True).start()
    before = json.loads((folder / uploads.STATE).read_text(encoding="utf-8"))
    progress = Progress(folder, State(step, before["kind"], title=before["title"]))
    uploads.write_state(folder, replace(run_step(folder, progress), seconds=progress.seconds))


def run_step(folder: Path, progress: Progress) -> State:
    """Do the step that the progress is of; the state after it: the next one, or the one before with its problem."""
    now = progress.state
    try:
        if now.step == "reading":
            read_pictures(folder, progress)
            return replace(now, step="read")
        from core.worker.data.make_dataset import make_dataset  # it needs scikit-learn, which takes a second to load

        content = json.loads((folder / uploads.CHOICES).read_text(encoding="utf-8"))
        visitor = content.pop("visitor")
        return replace(now, step="made", name=make_dataset(folder, Choices(**content), visitor, progress.tell))
    except ProblemError as error:
        problem = error.problem
    except OSError as error:
        if error.errno not in FULL:
            raise
        problem = uploads.no_room(error)
    return replace(now, step=uploads.STEP_BEFORE[now.step], problem=problem)


def _end_with_server() -> None:
    sys.stdin.read()
    os._exit(3)


def read_pictures(folder: Path, progress: Progress) -> Report:
    """Read every picture of an upload once, and keep it small, with a report of what was found.

    Raises
    ------
    ProblemError
        The upload as a whole cannot be read.
    """
    source = {"zip": _from_archive, "npz": _from_arrays, "files": _from_files}[progress.state.kind]
    report = source(folder, progress)
    write_report(folder, replace(report, seconds=progress.seconds))
    return report


def _from_archive(folder: Path, progress: Progress) -> Report:
    with zip_files.opened(folder / "source.zip") as archive:
        found = archive_layout.understood(zip_files.listing(archive))
        left = zip_files.budget()

        def load(entry: zip_files.Entry) -> Picture:
            try:
                content = zip_files.unpacked(archive, entry, left)
            except zip_files.BROKEN as error:
                damaged = "its checksum is wrong" if "CRC" in str(error) else str(error)[:80]
                raise UnreadableError(f"it is damaged within the archive ({damaged})") from None
            return read(content)

        several = ((one.entry.name, one.label, one.is_test, partial(load, one.entry)) for one in found.placed)
        report = store_pictures(folder, several, found.classes, len(found.placed), progress.tell)
    refused = tuple((shown(name), why) for name, why in found.refused[:SHOWN])
    bad = Finding(report.bad.count + len(found.refused), (*refused, *report.bad.examples)[:SHOWN])
    total = report.total + len(found.refused)
    return replace(report, bad=bad, total=total, others=found.others, has_test=found.has_test, notes=found.notes)


def _from_arrays(folder: Path, progress: Progress) -> Report:
    found = npz_files.read(folder / "source.npz")
    parts = [("train", found.train), *([("test", found.test)] if found.test else [])]

    def load(pixels: np.ndarray) -> Picture:
        height, width = pixels.shape[:2]
        return Picture(image_files.smaller(pixels), width, height, "colour" if pixels.ndim == 3 else "grey", ())

    several = (
        (f"{name} {number:,}", int(label), name == "test", partial(load, image))
        for name, part in parts
        for number, (image, label) in enumerate(zip(part.images, part.labels, strict=True))
    )
    total = sum(len(part.labels) for _, part in parts)
    report = store_pictures(folder, several, found.classes, total, progress.tell)
    return replace(report, renumbered=found.renumbered, conversions=found.conversions)


def _from_files(folder: Path, progress: Progress) -> Report:
    given = uploads.items_in(folder)
    classes = tuple(sorted({one.label for one in given}, key=archive_layout.natural))

    def load(file: str) -> Picture:
        return read((folder / file).read_bytes())

    several = ((one.name, classes.index(one.label), False, partial(load, one.file)) for one in given)
    return store_pictures(folder, several, classes, len(given), progress.tell)


def store_pictures(
    folder: Path,
    several: Iterator[tuple[str, int, bool, LoadPicture]],
    classes: tuple[str, ...],
    total: int,
    tell: Callable[..., None],
) -> Report:
    """Read pictures, keep them small, and report what was found.

    Parameters
    ----------
    folder
        The folder of the upload.
    several
        For each picture: its name, its label, whether it is for testing, and a function that loads it.
    classes
        The names of the classes.
    total
        The number of pictures.
    tell
        Called with the number of pictures done, the total, and the stage.
    """
    tally, index = Tally(), Index()
    hashes: list[int] = []
    thumbs: list[np.ndarray] = []

    def read_each(path: Path) -> None:
        with path.open("wb") as file:
            for done, (name, label, is_test, picture) in enumerate(_loaded(several), 1):
                name = shown(name)
                if isinstance(picture, UnreadableError):
                    tally.bad.append((name, picture.reason))
                else:
                    tally.count(picture)
                    index.add(file, picture.pixels, label, is_test, name, fingerprint(picture.pixels))
                    if total <= MOST_COMPARED:
                        number, thumb = difference_hash(picture.pixels)
                        hashes.append(number)
                        thumbs.append(thumb)
                tell(done, total)

    tell(0, total)
    write_atomically(folder / PIXELS, read_each)
    near = Near((), 0, total)
    if total <= MOST_COMPARED:
        told = partial(tell, stage="comparing")
        near = near_pairs(np.array(hashes, "uint64"), np.array(thumbs), index.prints, index.is_test, told)
    index.near = list(near.pairs)
    index.write(folder)
    write_examples(folder, index)
    labels, tests = np.array(index.labels, int), np.array(index.is_test, bool)
    return Report(
        classes=classes,
        train=_counts(labels[~tests], len(classes)),
        test=_counts(labels[tests], len(classes)),
        has_test=bool(tests.any()),
        total=total,
        near_compared=near.compared,
        near_total=near.total,
        **_alike(index, classes),
        **tally.facts(),
    )


def _loaded(
    several: Iterator[tuple[str, int, bool, LoadPicture]],
) -> Iterator[tuple[str, int, bool, Picture | UnreadableError]]:
    """The pictures, in their order, or why they cannot be read; several at a time: decoding keeps no thread waiting."""

    def attempt(one: tuple[str, int, bool, LoadPicture]) -> tuple[str, int, bool, Picture | UnreadableError]:
        try:
            return (*one[:3], one[3]())
        except UnreadableError as error:
            return (*one[:3], error)

    with ThreadPoolExecutor(min(MOST_THREADS, os.cpu_count() or 1)) as pool:
        while chunk := list(islice(several, AHEAD)):
            yield from pool.map(attempt, chunk)


def _counts(labels: np.ndarray, num_classes: int) -> tuple[int, ...]:
    return tuple(int(one) for one in np.bincount(labels, minlength=num_classes))


def _alike(index: Index, classes: tuple[str, ...]) -> dict[str, Any]:
    """The same picture more than once, or nearly: in a set, in both sets, in two classes."""
    copies: list[tuple[str, ...]] = []
    contradictions: list[tuple[str, ...]] = []
    for same in groups(index.prints):
        for is_test in (False, True):
            mine = [index.names[one] for one in same if index.is_test[one] == is_test]
            copies += [(mine[0], other) for other in mine[1:]]
        first, *others = ((index.names[one], classes[index.labels[one]]) for one in same)
        contradictions += [(first[0], name, first[1], other) for name, other in others if other != first[1]]
    near: dict[int, int] = {}  # each picture once, with the first one before it
    for one, other in index.near:
        if index.is_test[one] == index.is_test[other]:
            near.setdefault(other, one)
    leaks = index.leaks()
    return {
        "copies": finding(copies),
        "near": finding([(index.names[one], index.names[other]) for other, one in near.items()]),
        "leaks": finding([(index.names[one.test], index.names[one.train], one.how) for one in leaks]),
        "leaks_near": sum(one.how == NEAR for one in leaks),
        "leaked": _counts(np.array([index.labels[one.test] for one in leaks], int), len(classes)),
        "contradictions": finding(contradictions),
    }


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
    os._exit(0)  # all is on disk; an orderly end would wait for the thread that listens for the end of the server
