"""Uploads of pictures: each visitor has a folder in which an upload is kept, read and made into a data set.

A separate process, `core.worker.data.read_upload`, reads the pictures and makes the data set. The process writes its
progress into the folder, where pages read the progress. Files are numbered, so that no text of a person ever becomes a path.
"""

import json
import shutil
import threading
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path

from core import child_process
from core.child_process import Program, StartProgram
from core.datasets.upload_report import PIXELS, Named, Report, examples, leak_examples, read_report
from core.datasets.upload_state import (
    CHOICES,
    STEP_BEFORE,
    AddedPicture,
    UploadOptions,
    UploadState,
    read_items,
    read_state,
    upload_folder,
    write_items,
    write_state,
)
from core.datasets.user_datasets import MOST_CLASSES, class_name, clean_name, data_sets_of
from core.files import free_bytes, home, unchanged_paths, write_atomically
from core.number_text import memory_text
from core.problems import Problem, ProblemError
from core.settings import setting, variable

PROCESS = "core.worker.data.read_upload"
DOES = {"reading": "read these pictures", "making": "made a data set of these pictures"}
LONGEST_FILE_NAME = 200  # characters of a file's name
AT_ONCE = 2  # uploads that are read at the same time
KEPT_SECONDS = 24 * 3600.0  # the time after which an upload that nobody continues is removed
MB, GB = 1_000_000, 1_000_000_000


@dataclass
class UploadJob:
    """A running or waiting program that reads an upload, or makes a data set from the upload."""

    program: Program | None = None  # None until its turn
    is_stopped: bool = False


class Uploads:
    """The uploads of this server. Safe to use from several threads.

    Parameters
    ----------
    at_once
        The number of uploads that are read at the same time. Other uploads wait, and have no process yet.
    run
        A function that runs a program.
    """

    def __init__(self, at_once: int = AT_ONCE, run: StartProgram = child_process.run) -> None:
        self._turn = threading.Semaphore(at_once)
        self._run = run
        self._lock = threading.RLock()  # held while the state of an upload and its work change together
        self._work: dict[Path, UploadJob] = {}  # by the folder of the upload

    def state(self, visitor: str) -> UploadState | None:
        """Return the progress of a visitor's upload, or None if the visitor has no upload."""
        folder = upload_folder(visitor)
        with self._lock:
            state = read_state(folder)
            if state is not None and state.is_busy and folder not in self._work:  # the server was restarted meanwhile
                return replace(state, step=STEP_BEFORE[state.step], problem=_interrupted(state.step))
            return state

    def report(self, visitor: str) -> Report | None:
        """Return the report on a visitor's upload, or None before the upload was read."""
        return read_report(upload_folder(visitor))

    def read_at(self, visitor: str) -> int:
        """Return the time at which a visitor's upload was read, in nanoseconds since 1970, as a cache key."""
        return (upload_folder(visitor) / PIXELS).stat().st_mtime_ns

    def examples(self, visitor: str) -> tuple[Named, ...]:
        """Return a few pictures of a visitor's upload. See `core.datasets.upload_report.examples`."""
        return examples(upload_folder(visitor), self.read_at(visitor))

    def leak_examples(self, visitor: str) -> tuple[tuple[Named, Named, str], ...]:
        """Return a few leaked test pictures of a visitor's upload. See `upload_report.leak_examples`."""
        return leak_examples(upload_folder(visitor), self.read_at(visitor))

    def give(self, visitor: str, kind: str, content: bytes | memoryview, file: str = "") -> None:
        """Replace the visitor's upload by a zip or npz file, and begin to read the pictures in the file.

        Parameters
        ----------
        visitor
            The visitor.
        kind
            "zip" or "npz".
        content
            The content of the file.
        file
            The name of the file.

        Raises
        ------
        ProblemError
            The file is too large, or the disk is full.
        """
        self.purge()
        _refuse_size(len(content))
        self.clear(visitor)
        folder = upload_folder(visitor)
        write_atomically(folder / f"source.{kind}", lambda path: path.write_bytes(content))
        write_state(folder, UploadState("collecting", kind, title=clean_name(file.rpartition(".")[0])))
        self.begin(visitor, "reading")

    def items(self, visitor: str) -> tuple[AddedPicture, ...]:
        """Return the pictures that a visitor added to the classes."""
        return read_items(upload_folder(visitor))

    def add(self, visitor: str, label: str, pictures: Sequence[tuple[str, bytes]]) -> None:
        """Add pictures to a class of a visitor's upload. If a problem occurs, add no picture at all.

        Parameters
        ----------
        visitor
            The owner of the upload. If the upload is being read, the reading is stopped, since the upload will be read again
            with these pictures.
        label
            The class as typed.
        pictures
            For each picture, the name of its file and its bytes.

        Raises
        ------
        ProblemError
            The class has no name, or the pictures or classes are too many, or too large for the upload or the disk.
        """
        name = class_name(label)
        folder, here = upload_folder(visitor), self.items(visitor)
        now = self.state(visitor)
        if now is None or now.kind != "files":
            self.clear(visitor)
            here = ()
        elif now.is_busy:
            self.stop(visitor)
        folder.mkdir(parents=True, exist_ok=True)
        known = {item.label.casefold(): item.label for item in here}
        _refuse_many(len(here), len(pictures), len(known) + (name.casefold() not in known))
        _refuse_size(
            sum(path.stat().st_size for path in folder.glob("*.bin")) + sum(len(content) for _, content in pictures)
        )
        number = int(here[-1].file.partition(".")[0]) + 1 if here else 0
        added: list[AddedPicture] = []
        for file, content in pictures:
            item = AddedPicture(f"{number + len(added)}.bin", file[:LONGEST_FILE_NAME], known.get(name.casefold(), name))
            write_atomically(folder / item.file, partial(Path.write_bytes, data=content))
            added.append(item)
        write_items(folder, (*here, *added))
        write_state(folder, UploadState("collecting", "files"))

    def take_away(self, visitor: str, label: str) -> None:
        """Remove a class and its pictures from a visitor's upload."""
        folder, here = upload_folder(visitor), self.items(visitor)
        for item in here:
            if item.label == label:
                (folder / item.file).unlink(missing_ok=True)
        write_items(folder, tuple(item for item in here if item.label != label))

    # Reading and making

    def make(self, visitor: str, choices: UploadOptions) -> None:
        """Begin to make a data set from an upload whose pictures were read.

        Raises ProblemError if the visitor has as many data sets as a person may keep.
        """
        most = int(setting("own_sets"))
        if len(data_sets_of(visitor)) >= most:
            raise ProblemError(
                Problem(
                    "too-many-data-sets",
                    (),
                    f"You keep {len(data_sets_of(visitor))} data sets of your own.",
                    f"Expected fewer than {most}.",
                    "Delete a data set that you no longer need, on this page.",
                )
            )
        self.begin(visitor, "making", choices)

    def reopen(self, visitor: str) -> None:
        """Return an upload to the state before its data set was made, to make another data set. The first data set stays."""
        now = self.state(visitor)
        if now is not None and now.step == "made" and self.report(visitor) is not None:
            write_state(upload_folder(visitor), UploadState("read", now.kind, title=now.title))

    def begin(self, visitor: str, step: str, choices: UploadOptions | None = None) -> None:
        """Start the program that reads a visitor's upload or makes the data set. Do nothing if the program is running.

        The `step` is "reading" or "making". The `choices` decide how the data set is made.
        """
        folder = upload_folder(visitor)
        with self._lock:
            now = self.state(visitor)
            if now is None or now.is_busy:  # ignores an earlier process that is still ending, since its result is recorded
                return
            started = UploadState(step, now.kind, title=now.title)
            if choices is not None:  # after the check above, so that running work keeps its choices
                content = json.dumps({**asdict(choices), "visitor": visitor})
                write_atomically(folder / CHOICES, lambda path: path.write_text(content, encoding="utf-8"))
            write_state(folder, started)
            work = self._work[folder] = UploadJob()
        threading.Thread(target=self._follow, args=(folder, work, started), daemon=True).start()

    def _follow(self, folder: Path, work: UploadJob, started: UploadState) -> None:
        """Wait for a free slot, run the program of an upload, and record a problem if the program fails."""
        code = 0
        with self._turn:
            with self._lock:
                if not work.is_stopped:
                    work.program = self._run(PROCESS, folder, started.step)
            if work.program is not None:
                for _line in work.program.lines():  # the program reports through files
                    pass
                code = work.program.wait()
        with self._lock:
            is_last = self._work.get(folder) is work
            if is_last and code and folder.is_dir():
                write_state(folder, replace(started, step=STEP_BEFORE[started.step], problem=_died(code, started.step)))
            if is_last:
                del self._work[folder]

    def stop(self, visitor: str) -> None:
        """Stop the program that reads a visitor's upload or makes the data set. The upload stays."""
        folder, now = upload_folder(visitor), self.state(visitor)
        with self._lock:
            work = self._work.pop(folder, None)
            if work is None:
                return
            work.is_stopped = True
            if work.program is not None:
                work.program.stop(0.0)
            if now is not None and now.is_busy:  # else the result is recorded already
                write_state(folder, UploadState(STEP_BEFORE[now.step], now.kind, title=now.title))

    def clear(self, visitor: str) -> None:
        """Stop and remove a visitor's upload with all files. A data set that was made from the upload stays."""
        self.stop(visitor)
        shutil.rmtree(upload_folder(visitor), ignore_errors=True)

    def clear_source(self, visitor: str, name: str) -> None:
        """Remove a visitor's upload if the data set `name` was made from this upload."""
        now = self.state(visitor)
        if now is not None and now.name == name:
            self.clear(visitor)

    def purge(self, older_than: float = KEPT_SECONDS) -> None:
        """Remove uploads that nobody has continued for `older_than` seconds."""
        for folder in unchanged_paths((home() / "uploads").glob("*"), older_than):
            if folder not in self._work:
                shutil.rmtree(folder, ignore_errors=True)


def _refuse_many(here: int, more: int, classes: int) -> None:
    """Raise ProblemError if the upload would have too many pictures or classes."""
    most = int(setting("upload_files"))
    if here + more > most:
        raise ProblemError(
            Problem(
                "too-many-pictures",
                (),
                f"{here:,} pictures are here already, and {more:,} more were given; none of these was kept.",
                f"Expected at most {most:,} in an upload.",
                f"Give fewer, or take a class away. The variable {variable('upload_files')} sets the limit.",
            )
        )
    if classes > MOST_CLASSES:
        raise ProblemError(
            Problem(
                "too-many-classes",
                (),
                f"There are {MOST_CLASSES:,} classes already.",
                f"Expected at most {MOST_CLASSES:,}.",
                "Put the pictures of a kind into one class.",
            )
        )


def _refuse_size(num_bytes: int) -> None:
    most = int(setting("upload_size"))
    if num_bytes > most * MB:
        raise ProblemError(
            Problem(
                "upload-too-large",
                (),
                f"The upload has {num_bytes / MB:,.0f} MB.",
                f"Expected at most {most:,} MB.",
                "Upload fewer or smaller pictures: they are made small here anyway.",
            )
        )
    home().mkdir(parents=True, exist_ok=True)
    if free_bytes(home()) - num_bytes < setting("free_disk") * GB:
        upload = f"room for {memory_text(num_bytes)}, with " if num_bytes else ""  # unknown before the upload comes
        raise ProblemError(
            Problem(
                "no-room-for-upload",
                (),
                f"The disk of this server has {memory_text(free_bytes(home()))} left.",
                f"Expected {upload}{setting('free_disk'):g} GB to spare.",
                "Make room there: delete runs or data sets that nobody needs.",
            )
        )


def _died(code: int, step: str) -> Problem:
    reason = f"signal {-code}" if code < 0 else f"code {code}"
    return Problem(
        "upload-died",
        (),
        f"The process that {DOES[step]} ended too early ({reason}).",
        "Expected the process to read all; a picture that is made to harm, or too little memory, can end the process.",
        "Try again; if the process ends again, upload half of the pictures, until you know the harmful picture.",
    )


def _interrupted(step: str) -> Problem:
    again = "Read them again" if step == "reading" else "Make it again"
    return Problem(
        "upload-interrupted",
        (),
        f"The server was started anew while it {DOES[step]}.",
        "Expected it to stay on until that was done.",
        f"{again}: the upload is still here.",
    )
