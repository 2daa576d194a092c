"""Read a visitor's upload, or make a data set from an upload, in a process of its own, which harmful files may crash.

The server starts this program when the upload's turn comes. The process ends when the server ends:

    python -m core.worker.data.read_upload FOLDER reading
"""

import errno
import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from core.child_process import end_with_parent
from core.datasets import archive_layout, image_files, npz_files, upload_state, zip_files
from core.datasets.duplicates import (
    MOST_COMPARED,
    NearDuplicates,
    difference_hash,
    fingerprint,
    identical_groups,
    near_duplicates,
)
from core.datasets.image_files import DecodedPicture, UnreadableError, read
from core.datasets.upload_report import (
    MOST_SHOWN,
    NEAR,
    PIXELS,
    Finding,
    Report,
    UploadCounter,
    UploadIndex,
    make_finding,
    write_examples,
    write_report,
)
from core.datasets.upload_state import UploadOptions, UploadState
from core.datasets.user_datasets import spreadsheet_safe
from core.files import write_atomically
from core.problems import ProblemError

TELL_EVERY_SECONDS = 0.2
MOST_THREADS = 4
PICTURES_AHEAD = 32  # pictures that are read ahead and wait in memory
FULL = (errno.ENOSPC, errno.EDQUOT)  # error numbers of a full disk, or of a person's full share
LoadPicture = Callable[[], DecodedPicture]


class UploadProgress:
    """The progress of this process, which is written to a file in the folder of the upload."""

    def __init__(self, folder: Path, state: UploadState) -> None:
        self.folder = folder
        self.state = state
        self._started = self._stage_started = self._written = time.monotonic()

    @property
    def seconds(self) -> float:
        return round(time.monotonic() - self._started, 2)

    def report(self, done: int, total: int, stage: str = "") -> None:
        """Write the progress to the file, at most a few times a second.

        Parameters
        ----------
        done, total
            The number of pictures done, and the number of all pictures.
        stage
            The stage, as in an `UploadState`. The seconds are counted from the start of the stage.
        """
        now = time.monotonic()
        if stage != self.state.stage:
            self._stage_started = now
        if done in (0, total) or now - self._written >= TELL_EVERY_SECONDS:
            self._written = now
            seconds = round(now - self._stage_started, 2)
            self.state = replace(self.state, done=done, total=total, seconds=seconds, stage=stage)
            upload_state.write_state(self.folder, self.state)


def main(folder: Path, step: str) -> None:
    """Run the step "reading" or "making" of an upload, and write the next state into its folder."""
    end_with_parent()
    before = json.loads((folder / upload_state.STATE).read_text(encoding="utf-8"))
    progress = UploadProgress(folder, UploadState(step, before["kind"], title=before["title"]))
    upload_state.write_state(folder, replace(run_step(folder, progress), seconds=progress.seconds))


def run_step(folder: Path, progress: UploadProgress) -> UploadState:
    """Run the current step, and return the next state. If the step fails, return the previous state with the problem."""
    now = progress.state
    try:
        if now.step == "reading":
            read_pictures(folder, progress)
            return replace(now, step="read")
        from core.worker.data.make_dataset import make_dataset  # imports scikit-learn, which takes a second

        content = json.loads((folder / upload_state.CHOICES).read_text(encoding="utf-8"))
        visitor = content.pop("visitor")
        return replace(now, step="made", name=make_dataset(folder, UploadOptions(**content), visitor, progress.report))
    except ProblemError as error:
        problem = error.problem
    except OSError as error:
        if error.errno not in FULL:
            raise
        problem = upload_state.upload_disk_full_problem(error)
    return replace(now, step=upload_state.STEP_BEFORE[now.step], problem=problem)


def read_pictures(folder: Path, progress: UploadProgress) -> Report:
    """Read every picture of an upload once, store small copies, and write a report about the pictures.

    Raises
    ------
    ProblemError
        The upload as a whole cannot be read.
    """
    source = {"zip": _from_archive, "npz": _from_arrays, "files": _from_files}[progress.state.kind]
    report = source(folder, progress)
    write_report(folder, replace(report, seconds=progress.seconds))
    return report


def _from_archive(folder: Path, progress: UploadProgress) -> Report:
    with zip_files.open_archive(folder / "source.zip") as archive:
        layout = archive_layout.read_layout(zip_files.listing(archive))
        budget = zip_files.unpack_limit()

        def load(entry: zip_files.Entry) -> DecodedPicture:
            try:
                content = zip_files.read_entry(archive, entry, budget)
            except zip_files.BROKEN as error:
                damaged = "its checksum is wrong" if "CRC" in str(error) else str(error)[:80]
                raise UnreadableError(f"damaged within the archive ({damaged})") from None
            return read(content)

        pictures = ((item.entry.name, item.label, item.is_test, partial(load, item.entry)) for item in layout.pictures)
        report = store_pictures(folder, pictures, layout.classes, len(layout.pictures), progress.report)
    refused = tuple((spreadsheet_safe(name), why) for name, why in layout.refused[:MOST_SHOWN])
    bad = Finding(report.bad.count + len(layout.refused), (*refused, *report.bad.examples)[:MOST_SHOWN])
    total = report.total + len(layout.refused)
    return replace(report, bad=bad, total=total, others=layout.others, has_test=layout.has_test, notes=layout.notes)


def _from_arrays(folder: Path, progress: UploadProgress) -> Report:
    arrays = npz_files.read(folder / "source.npz")
    parts = [("train", arrays.train), *([("test", arrays.test)] if arrays.test else [])]

    def load(pixels: np.ndarray) -> DecodedPicture:
        height, width = pixels.shape[:2]
        return DecodedPicture(
            image_files.shrink_to_limit(pixels), width, height, "colour" if pixels.ndim == 3 else "grey", ()
        )

    pictures = (
        (f"{name} {number:,}", int(label), name == "test", partial(load, image))
        for name, part in parts
        for number, (image, label) in enumerate(zip(part.images, part.labels, strict=True))
    )
    total = sum(len(part.labels) for _, part in parts)
    report = store_pictures(folder, pictures, arrays.classes, total, progress.report)
    return replace(report, renumbered=arrays.renumbered, conversions=arrays.conversions)


def _from_files(folder: Path, progress: UploadProgress) -> Report:
    items = upload_state.read_items(folder)
    classes = tuple(sorted({item.label for item in items}, key=archive_layout.natural_key))

    def load(file: str) -> DecodedPicture:
        return read((folder / file).read_bytes())

    pictures = ((item.name, classes.index(item.label), False, partial(load, item.file)) for item in items)
    return store_pictures(folder, pictures, classes, len(items), progress.report)


def store_pictures(
    folder: Path,
    pictures: Iterator[tuple[str, int, bool, LoadPicture]],
    classes: tuple[str, ...],
    total: int,
    report_progress: Callable[..., None],
) -> Report:
    """Decode pictures, store them in a smaller size, and return a report about them.

    Parameters
    ----------
    folder
        The folder of the upload.
    pictures
        For each picture, its name, its label, whether it is for testing, and a function that loads it.
    classes
        The names of the classes.
    total
        The number of pictures.
    report_progress
        Called with the number of pictures read, the number of all pictures, and the stage.
    """
    tally, index = UploadCounter(), UploadIndex()
    hashes: list[int] = []
    thumbs: list[np.ndarray] = []

    def read_each(path: Path) -> None:
        with path.open("wb") as file:
            for done, (name, label, is_test, picture) in enumerate(_loaded(pictures), 1):
                name = spreadsheet_safe(name)
                if isinstance(picture, UnreadableError):
                    tally.bad.append((name, picture.reason))
                else:
                    tally.count(picture)
                    index.add(file, picture.pixels, label, is_test, name, fingerprint(picture.pixels))
                    if total <= MOST_COMPARED:
                        number, thumb = difference_hash(picture.pixels)
                        hashes.append(number)
                        thumbs.append(thumb)
                report_progress(done, total)

    report_progress(0, total)
    write_atomically(folder / PIXELS, read_each)
    near = NearDuplicates((), 0, total)
    if total <= MOST_COMPARED:
        report_comparing = partial(report_progress, stage="comparing")
        near = near_duplicates(np.array(hashes, "uint64"), np.array(thumbs), index.prints, index.is_test, report_comparing)
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
    pictures: Iterator[tuple[str, int, bool, LoadPicture]],
) -> Iterator[tuple[str, int, bool, DecodedPicture | UnreadableError]]:
    """Decode pictures in several threads, and yield them in order. For an unreadable picture, yield its error."""

    def attempt(item: tuple[str, int, bool, LoadPicture]) -> tuple[str, int, bool, DecodedPicture | UnreadableError]:
        try:
            return (*item[:3], item[3]())
        except UnreadableError as error:
            return (*item[:3], error)

    with ThreadPoolExecutor(min(MOST_THREADS, os.cpu_count() or 1)) as pool:
        while chunk := list(islice(pictures, PICTURES_AHEAD)):
            yield from pool.map(attempt, chunk)


def _counts(labels: np.ndarray, num_classes: int) -> tuple[int, ...]:
    return tuple(int(count) for count in np.bincount(labels, minlength=num_classes))


def _alike(index: UploadIndex, classes: tuple[str, ...]) -> dict[str, Any]:
    """Find copies and near copies within a set, in both sets, and in two classes. Return the fields of a `Report`."""
    copies: list[tuple[str, ...]] = []
    contradictions: list[tuple[str, ...]] = []
    for same in identical_groups(index.prints):
        for is_test in (False, True):
            names = [index.names[position] for position in same if index.is_test[position] == is_test]
            copies += [(names[0], other) for other in names[1:]]
        first, *others = ((index.names[position], classes[index.labels[position]]) for position in same)
        contradictions += [(first[0], name, first[1], other) for name, other in others if other != first[1]]
    near: dict[int, int] = {}  # each picture once, with the first of its earlier near copies
    for earlier, other in index.near:
        if index.is_test[earlier] == index.is_test[other]:
            near.setdefault(other, earlier)
    leaks = index.leaks()
    return {
        "copies": make_finding(copies),
        "near": make_finding([(index.names[earlier], index.names[other]) for other, earlier in near.items()]),
        "leaks": make_finding([(index.names[leak.test], index.names[leak.train], leak.how) for leak in leaks]),
        "leaks_near": sum(leak.how == NEAR for leak in leaks),
        "leaked": _counts(np.array([index.labels[leak.test] for leak in leaks], int), len(classes)),
        "contradictions": make_finding(contradictions),
    }


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
    os._exit(0)  # all is on disk; an orderly end would wait for the thread that listens for the end of the server
