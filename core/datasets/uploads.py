"""Pictures on their way to a data set: each visitor has a folder where an upload is kept, read and made into a data set.

Reading and making go on in a process of their own, `core.worker.data.read_upload`, which writes down how far it is; pages
only look. What a person typed or uploaded never becomes a path: files are numbered.
"""

import json
import shutil
import subprocess
import threading
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path

from core import child_process
from core.datasets.upload_report import PIXELS, Named, Report, examples, leak_examples, read_report
from core.datasets.upload_state import (
    CHOICES,
    STEP_BEFORE,
    Choices,
    Item,
    State,
    read_items,
    read_state,
    upload_folder,
    write_items,
    write_state,
)
from core.datasets.user_datasets import MOST_CLASSES, class_name, clean_name, names_of
from core.files import free_bytes, home, unchanged_for, write_atomically
from core.number_text import memory_text
from core.problems import Problem, ProblemError
from core.settings import setting, variable

PROCESS = "core.worker.data.read_upload"
DOES = {"reading": "read these pictures", "making": "made a data set of these pictures"}
LONGEST_FILE_NAME = 200  # characters that are kept of it
AT_ONCE = 2
KEPT_SECONDS = 24 * 3600.0
MB, GB = 1_000_000, 1_000_000_000


class Uploads:
    """The uploads of this server. Safe to use from several threads.

    Parameters
    ----------
    at_once
        How many uploads are read at the same time; the others wait.
    """

    def __init__(self, at_once: int = AT_ONCE) -> None:
        self._turn = threading.Semaphore(at_once)
        self._lock = threading.Lock()
        self._processes: dict[Path, subprocess.Popen[bytes]] = {}  # what reads or makes each upload now

    def state(self, visitor: str) -> State | None:
        """How far a visitor's upload is; None where there is none."""
        folder = upload_folder(visitor)
        state = read_state(folder)
        if state is not None and state.is_busy and folder not in self._processes:  # the server was started anew meanwhile
            return replace(state, step=STEP_BEFORE[state.step], problem=_interrupted(state.step))
        return state

    def report(self, visitor: str) -> Report | None:
        """The report on a visitor's upload, once it was read."""
        return read_report(upload_folder(visitor))

    def read_at(self, visitor: str) -> int:
        """When a visitor's upload was read, in nanoseconds since 1970: it tells one upload from another."""
        return (upload_folder(visitor) / PIXELS).stat().st_mtime_ns

    def examples(self, visitor: str) -> tuple[Named, ...]:
        """A few pictures of a visitor's upload; see `core.datasets.upload_report.examples`."""
        return examples(upload_folder(visitor), self.read_at(visitor))

    def leak_examples(self, visitor: str) -> tuple[tuple[Named, Named, str], ...]:
        """A few test pictures that the training set holds too; see `core.datasets.upload_report.leak_examples`."""
        return leak_examples(upload_folder(visitor), self.read_at(visitor))

    def give(self, visitor: str, kind: str, content: bytes | memoryview, file: str = "") -> None:
        """Keep an archive or arrays as the visitor's upload, and begin to read it; what was there before goes.

        Parameters
        ----------
        visitor
            The visitor whose upload it is.
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
        write_state(folder, State("collecting", kind, title=clean_name(file.rpartition(".")[0])))
        self.begin(visitor, "reading")

    def items(self, visitor: str) -> tuple[Item, ...]:
        """The pictures that a visitor gave class by class."""
        return read_items(upload_folder(visitor))

    def add(self, visitor: str, label: str, pictures: Sequence[tuple[str, bytes]]) -> None:
        """Give pictures to a class: all of them, or none where something stands in the way.

        Parameters
        ----------
        visitor
            The visitor whose upload it is. A reading that is under way is stopped, since the upload is read again with these
            pictures.
        label
            The class as it was typed.
        pictures
            For each picture, the name of its file and its bytes.

        Raises
        ------
        ProblemError
            The class has no name, or there are too many, or too much.
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
        known = {one.label.casefold(): one.label for one in here}
        _refuse_many(len(here), len(pictures), len(known) + (name.casefold() not in known))
        _refuse_size(
            sum(path.stat().st_size for path in folder.glob("*.bin")) + sum(len(content) for _, content in pictures)
        )
        number = int(here[-1].file.partition(".")[0]) + 1 if here else 0
        added: list[Item] = []
        for file, content in pictures:
            item = Item(f"{number + len(added)}.bin", file[:LONGEST_FILE_NAME], known.get(name.casefold(), name))
            write_atomically(folder / item.file, partial(Path.write_bytes, data=content))
            added.append(item)
        write_items(folder, (*here, *added))
        write_state(folder, State("collecting", "files"))

    def take_away(self, visitor: str, label: str) -> None:
        """Take the pictures of a class out again."""
        folder, here = upload_folder(visitor), self.items(visitor)
        for one in here:
            if one.label == label:
                (folder / one.file).unlink(missing_ok=True)
        write_items(folder, tuple(one for one in here if one.label != label))

    # Reading and making

    def make(self, visitor: str, choices: Choices) -> None:
        """Begin to make a data set of an upload that was read.

        Raises ProblemError where the visitor has as many data sets as one person may keep.
        """
        most = int(setting("own_sets"))
        if len(names_of(visitor)) >= most:
            raise ProblemError(
                Problem(
                    "too-many-data-sets",
                    (),
                    f"You keep {len(names_of(visitor))} data sets of your own.",
                    f"Expected fewer than {most}.",
                    "Delete one that you no longer need, on this page.",
                )
            )
        self.begin(visitor, "making", choices)

    def reopen(self, visitor: str) -> None:
        """Go back to what was read, to make another data set of it; the one that was made stays."""
        now = self.state(visitor)
        if now is not None and now.step == "made" and self.report(visitor) is not None:
            write_state(upload_folder(visitor), State("read", now.kind, title=now.title))

    def begin(self, visitor: str, step: str, choices: Choices | None = None) -> None:
        """Begin to read a visitor's upload, or to make a data set of it; does nothing while one of both goes on.

        The `step` is "reading" or "making"; `choices` say how the data set is made.
        """
        folder = upload_folder(visitor)
        with self._lock:
            now = self.state(visitor)
            if now is None or now.is_busy:  # one that has said what came of it may still be ending: it is followed no more
                return
            started = State(step, now.kind, title=now.title)
            if choices is not None:  # not before: those of what goes on already must stay
                content = json.dumps({**asdict(choices), "visitor": visitor})
                write_atomically(folder / CHOICES, lambda path: path.write_text(content, encoding="utf-8"))
            write_state(folder, started)
            process = child_process.start(PROCESS, folder, step, stdout=subprocess.DEVNULL)
            self._processes[folder] = process
        threading.Thread(target=self._follow, args=(folder, process, started), daemon=True).start()

    def _follow(self, folder: Path, process: subprocess.Popen[bytes], started: State) -> None:
        """Let a process that was started go on when it is its turn, and note it down where it dies."""
        assert process.stdin is not None, "it was started with one"
        with self._turn:
            with suppress(OSError, ValueError):  # it was stopped meanwhile
                process.stdin.write(b"go\n")
                process.stdin.flush()
            code = process.wait()
        with self._lock:
            is_last = self._processes.get(folder) is process
            if is_last and code and folder.is_dir():
                write_state(folder, replace(started, step=STEP_BEFORE[started.step], problem=_died(code, started.step)))
            if is_last:
                del self._processes[folder]

    def stop(self, visitor: str) -> None:
        """Stop reading or making; what was uploaded stays."""
        folder, now = upload_folder(visitor), self.state(visitor)
        with self._lock:
            process = self._processes.pop(folder, None)
        if process is not None:
            child_process.stop(process, 0.0)
            if now is not None and now.is_busy:  # else it has said what came of it already
                write_state(folder, State(STEP_BEFORE[now.step], now.kind, title=now.title))

    def clear(self, visitor: str) -> None:
        """Take a visitor's upload away, with all that was made of it but the data set."""
        self.stop(visitor)
        shutil.rmtree(upload_folder(visitor), ignore_errors=True)

    def purge(self, older_than: float = KEPT_SECONDS) -> None:
        """Take uploads away that nobody went on with for so long, in seconds."""
        for folder in unchanged_for((home() / "uploads").glob("*"), older_than):
            if folder not in self._processes:
                shutil.rmtree(folder, ignore_errors=True)


def _refuse_many(here: int, more: int, classes: int) -> None:
    """Refuse pictures that would be too many, or of too many classes."""
    most = int(setting("upload_files"))
    if here + more > most:
        raise ProblemError(
            Problem(
                "too-many-pictures",
                (),
                f"{here:,} pictures are here already, and {more:,} more were given; none of these was kept.",
                f"Expected at most {most:,} in one upload.",
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
        upload = f"room for {memory_text(num_bytes)}, with " if num_bytes else ""  # nothing is known before it comes
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
    how = f"signal {-code}" if code < 0 else f"code {code}"
    return Problem(
        "upload-died",
        (),
        f"The process that {DOES[step]} ended before it was done ({how}).",
        "Expected it to go on to its end; a picture that is made to harm, or too little memory, can end it.",
        "Try again; if it ends again, upload half of the pictures to find the one.",
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
