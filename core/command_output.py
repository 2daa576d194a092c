"""The output of a command. Its file is checked before the work starts, and is not overwritten without `--force`."""

import filecmp
import os
import sys
import tempfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from core.files import home, write_atomically
from core.problems import Problem, ProblemError

STANDARD = "-"  # the name of standard input or output, in place of a file
PROBE_BYTES = 200_000  # written and deleted to see whether the disk has room


@dataclass(frozen=True)
class OutputTarget:
    """The output of a command: a file, or standard output."""

    path: Path | None  # None means standard output
    may_replace: bool = False  # whether an existing file may be replaced

    @property
    def words(self) -> str:
        """The name of the output, for messages."""
        return "standard output" if self.path is None else str(self.path)

    def check(self, source: Path | None = None) -> None:
        """Check that the output can be written. A command calls this before its work starts.

        Parameters
        ----------
        source
            The input file, which is never replaced.

        Raises
        ------
        ProblemError
            The output cannot be written, or its file must not be replaced.
        """
        if self.path is None:
            return
        try:
            self._check_target(self.path, source)
            self._probe(self.path)
        except OSError as error:
            raise _output_error(
                self.path,
                f"cannot be written ({error.strerror or error})",
                "a file in a folder that can be written, on a disk with room",
                "Give another name, or make room.",
            ) from None

    def _check_target(self, path: Path, source: Path | None) -> None:
        if path.is_dir():
            raise _output_error(path, "is a folder", "the name of a file", f"Name a file there: {path / 'NAME'}.")
        if source is not None and path.exists() and source.exists() and path.samefile(source):
            raise _output_error(path, "is the experiment itself", "another file", "Give the output another name.")
        if path.is_file() and not self.may_replace:
            raise _output_error(path, "is there already", "a new name", "Give another name, or add --force to replace it.")

    def _probe(self, path: Path) -> None:
        if _is_device(path):
            return
        folder = path.resolve().parent
        if not folder.is_dir():
            folder.mkdir(parents=True)
            print_error(f"made the folder {folder}")  # a mistyped name is noticed before the work
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(bytes(PROBE_BYTES))
            file.flush()
            os.fsync(file.fileno())

    def write(self, text: str) -> None:
        """Write the whole text. An existing file keeps its old content until the whole text is written.

        Raises
        ------
        OSError
            The output cannot be written.
        """
        if self.path is None:
            sys.stdout.write(text)
            sys.stdout.flush()
        elif _is_device(self.path):  # replacing a device would break the device for other programs
            self.path.write_text(text, encoding="utf-8")
        else:
            write_atomically(self.path.resolve(), lambda temporary: temporary.write_text(text, encoding="utf-8"))

    def write_or_rescue(self, text: str) -> tuple[str, OSError | None]:
        """Write a result that took long to compute. If this fails, write to another folder or to standard output.

        Returns
        -------
        tuple[str, OSError | None]
            The name of the output that was written, and the error of the first attempt. None means no error.
        """
        try:
            self.write(text)
            return self.words, None
        except OSError as error:
            return _write_elsewhere(text, self.path), error


def print_line(text: str, end: str = "\n") -> None:
    """Print a line. Ignore a pipe that was closed at its other end, as by `| head -1`."""
    try:
        print(text, end=end, flush=True)
    except OSError as error:
        silence_output()
        if not isinstance(error, BrokenPipeError):
            print_error(f"warning: standard output cannot be written ({error.strerror}): no more is printed.")


def silence_output() -> None:
    """Discard all further standard output, so that Python's flush at exit does not fail."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)


def print_error(text: str) -> None:
    """Print a line to standard error, if standard error is open."""
    if sys.stderr is not None:
        with suppress(OSError):
            print(text, file=sys.stderr, flush=True)


def have_same_content(path: Path, other: Path) -> bool:
    """Return whether two files exist and have the same content."""
    return path.is_file() and other.is_file() and filecmp.cmp(path, other, shallow=False)


def _is_device(path: Path) -> bool:
    """Return whether a path exists and is no plain file, such as /dev/null or a pipe."""
    return path.exists() and not path.is_file()


def _write_elsewhere(text: str, path: Path | None) -> str:
    ending = ".json" if path is None else path.suffix
    folders: tuple[Callable[[], Path], ...] = (Path.cwd, home, lambda: Path(tempfile.gettempdir()))
    for folder in folders:
        with suppress(OSError):
            handle, name = tempfile.mkstemp(ending, "layer-by-layer-", folder())
            os.close(handle)  # only a name that nobody else uses is needed
            write_atomically(Path(name), lambda temporary: temporary.write_text(text, encoding="utf-8"))
            return name
    print(text)
    return "standard output, above"


def _output_error(path: Path, complaint: str, expected: str, fix: str) -> ProblemError:
    return ProblemError(Problem("output", (), f"The output {path} {complaint}.", f"Expected {expected}.", fix))
