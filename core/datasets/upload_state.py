"""The progress of an upload, in files of its folder: the process that reads the pictures writes them, pages read them.

Files are numbered, so that no text of a person ever becomes a path.
"""

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path

from core.files import free_bytes, home, write_atomically
from core.number_text import memory_text
from core.problems import Problem, read_problem

STEP_BEFORE = {"reading": "collecting", "making": "read"}  # the state after a step that was interrupted
ITEMS = "items.json"
STATE = "state.json"
CHOICES = "choices.json"


@dataclass(frozen=True)
class AddedPicture:
    """A picture that a visitor added to a class."""

    file: str  # the name of the kept file in the folder, which is a number
    name: str  # the name of the person's file
    label: str  # the class of the picture


@dataclass(frozen=True)
class UploadState:
    """The progress of an upload."""

    step: str  # "collecting", "reading", "read", "making" or "made"
    kind: str  # "zip" for an archive, "npz" for arrays, or "files" for pictures that were given class by class
    done: int = 0  # the number of finished pictures
    total: int = 0  # the number of all pictures
    seconds: float = 0.0  # the time since the start of the stage
    stage: str = ""  # "comparing" once all pictures are read, else empty
    title: str = ""  # the title of the upload, and of the data set
    name: str = ""  # the id of the data set that was made
    problem: Problem | None = None  # why the upload stopped

    @property
    def is_busy(self) -> bool:
        return self.step in ("reading", "making")

    @property
    def seconds_left(self) -> float | None:
        """The estimated seconds until all pictures are done, or None before the first picture is done."""
        return self.seconds * (self.total - self.done) / self.done if self.done else None


@dataclass(frozen=True)
class UploadOptions:
    """A visitor's choices that decide how the pictures become a data set."""

    title: str
    side: int  # pixels
    rule: str  # an element of core.datasets.user_datasets.RULES
    colour: str  # "colour" or "grey"
    test_share: float  # the share of each class for the test set, used if the upload has no test set of its own
    leave_bad_out: bool = False  # whether files that cannot be read are left out
    leave_small_out: bool = False  # whether classes that are too small to be learned are left out
    leave_leaks_out: bool = False  # whether test pictures that the training set holds too, or nearly, are left out
    drop_near: bool = False  # whether pictures that are nearly the same as another picture are dropped
    drop_copies: bool = True  # whether copies of a picture are dropped; of copies in both sets, the test picture stays
    white: int = 255  # the pixel that becomes white: the brightest pixel, if all pictures are dark
    renumber: bool = False  # whether labels that are no numbers from 0 on are renumbered


def upload_folder(visitor: str) -> Path:
    """Return the folder of a visitor's upload. The folder's name is a hash, which does not reveal the visitor."""
    return home() / "uploads" / hashlib.sha256(visitor.encode()).hexdigest()[:24]


def read_state(folder: Path) -> UploadState | None:
    """Read the progress of an upload. Return None if no upload exists."""
    try:
        content = json.loads((folder / STATE).read_text(encoding="utf-8"))
        problem = content.pop("problem")
        return UploadState(**content, problem=read_problem(problem) if problem else None)
    except (OSError, ValueError, TypeError, KeyError):
        return None


def write_state(folder: Path, state: UploadState) -> None:
    """Write the progress of an upload into its folder."""
    content = json.dumps(asdict(state))
    write_atomically(folder / STATE, lambda path: path.write_text(content, encoding="utf-8"))


def read_items(folder: Path) -> tuple[AddedPicture, ...]:
    """Read the list of the pictures that a visitor added to the classes. Return an empty tuple without a list."""
    try:
        return tuple(AddedPicture(**item) for item in json.loads((folder / ITEMS).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return ()


def write_items(folder: Path, items: tuple[AddedPicture, ...]) -> None:
    """Write the list of the pictures that a visitor added to the classes."""
    content = json.dumps([asdict(item) for item in items])
    write_atomically(folder / ITEMS, lambda path: path.write_text(content, encoding="utf-8"))


def upload_disk_full_problem(error: OSError) -> Problem:
    """Return the problem of a disk that was full while pictures were read, or made into a data set."""
    return Problem(
        "no-room-for-upload",
        (),
        f"The disk of this server is full ({error.strerror}), with {memory_text(free_bytes(home()))} left.",
        "Expected room for all pictures as they are kept meanwhile, and for the data set.",
        "Make room there: delete runs or data sets that nobody needs. Then go on here: the upload is kept.",
    )
