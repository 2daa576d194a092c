"""How far an upload is, as it stands in its folder: written by the process that reads the pictures, and read by pages.

What a person typed or uploaded never becomes a path: files are numbered.
"""

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path

from core.files import free_bytes, home, write_atomically
from core.number_text import memory_text
from core.problems import Problem, read_problem

STEP_BEFORE = {"reading": "collecting", "making": "read"}  # what is gone back to where a step comes to no end
ITEMS = "items.json"
STATE = "state.json"
CHOICES = "choices.json"


@dataclass(frozen=True)
class Item:
    """A picture that a visitor added to a class."""

    file: str  # its number in the folder
    name: str  # as the person's file is called
    label: str  # the class that it was added to


@dataclass(frozen=True)
class State:
    """How far an upload is."""

    step: str  # "collecting", "reading", "read", "making" or "made"
    kind: str  # an archive "zip", arrays "npz", or "files": pictures given class by class
    done: int = 0  # of what is being read or made
    total: int = 0
    seconds: float = 0.0  # since it began, or since its stage did
    stage: str = ""  # of reading: "comparing", once all pictures are read
    title: str = ""  # what the upload is called, as a name for the data set
    name: str = ""  # of the data set that was made
    problem: Problem | None = None  # why it did not go on

    @property
    def is_busy(self) -> bool:
        return self.step in ("reading", "making")

    @property
    def seconds_left(self) -> float | None:
        """How long it will still take at the pace so far, or None where nothing was done yet."""
        return self.seconds * (self.total - self.done) / self.done if self.done else None


@dataclass(frozen=True)
class Choices:
    """How a data set is made of what was read."""

    title: str
    side: int  # pixels
    rule: str  # one of core.datasets.user_datasets.RULES
    colour: str  # "colour" or "grey"
    test_share: float  # of each class; used where the upload has no test set of its own
    leave_bad_out: bool = False  # files that cannot be read
    leave_small_out: bool = False  # classes that are too small to be learned
    leave_leaks_out: bool = False  # test pictures that the training set holds too, or nearly
    drop_near: bool = False  # pictures that are nearly the same as another one
    drop_copies: bool = True  # the same picture twice, and those of the test set in the training set
    white: int = 255  # the pixel that becomes white: of pictures that are all dark, the brightest one
    renumber: bool = False  # labels that are no numbers from 0 on


def upload_folder(visitor: str) -> Path:
    """The folder of a visitor's upload: named by a digest, so that it can be found again and says nothing."""
    return home() / "uploads" / hashlib.sha256(visitor.encode()).hexdigest()[:24]


def read_state(folder: Path) -> State | None:
    """How far an upload is; None where there is none."""
    try:
        content = json.loads((folder / STATE).read_text(encoding="utf-8"))
        problem = content.pop("problem")
        return State(**content, problem=read_problem(problem) if problem else None)
    except (OSError, ValueError, TypeError, KeyError):
        return None


def write_state(folder: Path, state: State) -> None:
    """Write down how far an upload is."""
    content = json.dumps(asdict(state))
    write_atomically(folder / STATE, lambda path: path.write_text(content, encoding="utf-8"))


def read_items(folder: Path) -> tuple[Item, ...]:
    """The pictures that a visitor gave class by class."""
    try:
        return tuple(Item(**item) for item in json.loads((folder / ITEMS).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return ()


def write_items(folder: Path, items: tuple[Item, ...]) -> None:
    """Write down the pictures that a visitor gave class by class."""
    content = json.dumps([asdict(item) for item in items])
    write_atomically(folder / ITEMS, lambda path: path.write_text(content, encoding="utf-8"))


def no_room(error: OSError) -> Problem:
    """What to say where the disk was full while pictures were read, or a data set made of them."""
    return Problem(
        "no-room-for-upload",
        (),
        f"The disk of this server is full ({error.strerror}), with {memory_text(free_bytes(home()))} left.",
        "Expected room for all pictures as they are kept meanwhile, and for the data set.",
        "Make room there: delete runs or data sets that nobody needs. Then go on here: the upload is kept.",
    )
