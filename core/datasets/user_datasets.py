"""A person's own pictures as a data set: a folder below the data folder, kept, listed, deleted and brought back.

The folder's name is made of what the pictures are and of whose they are, so that nobody finds one by guessing: who has the
name, from a link or a run, may see the pictures and train on them; only who brought them may delete them.
"""

import hashlib
import io
import json
import os
import threading
import time
import unicodedata
import zipfile
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np

from core.catalogue.datasets import OWN_ENTRY, OWN_IMAGES, data_set, folder_of, is_own
from core.datasets.previews import make_preview, preview_path, write_preview
from core.files import home, unchanged_for, write_atomically
from core.parameters import Choice, Integer, Parameter, Real
from core.problems import Problem, ProblemError, Repair, quoted

OWNER = "owner.json"
DELETED = "images.deleted.npz"  # what the pictures are called while their deletion can be undone
DELETED_KEPT_SECONDS = 24 * 3600.0
LONGEST_NAME = 40  # characters of a title or of a class's name
LONGEST_SHOWN = 80  # characters of the name of a file
FORMULAS = ("=", "+", "-", "@")  # how a cell begins that a spreadsheet would compute
MOST_CLASSES = 1_000
NAMES = "classes"  # in an npz file, the array that names them
NAME_LENGTH = 20  # hexadecimal digits
SMALLEST_SIDE, LARGEST_SIDE = 8, 96  # pixels
USUAL_SIDES = (28, 32, 64, 96)
RULES = ("crop", "pad", "stretch")
ALLOWED_SIGNS = " -_.,'()&"

_renaming = threading.Lock()  # for a name is changed in the entry as it is then

MAKE = MappingProxyType(
    {
        parameter.name: parameter
        for parameter in (
            Parameter(
                "side",
                32,
                Integer(SMALLEST_SIDE, LARGEST_SIDE),
                "How many pixels wide and high every picture becomes; larger ones show more and train slower.",
                "pixels",
                USUAL_SIDES,
            ),
            Parameter("rule", "crop", Choice(RULES), "How a picture that is not square becomes one."),
            Parameter("colour", "colour", Choice(("colour", "grey")), "Grey pictures have a third of the numbers."),
            Parameter(
                "test_share",
                0.2,
                Real(0.05, 0.5),
                "Which share of each class is kept for the test set, drawn with seed 0.",
                "",
                (0.1, 0.2, 0.3),
            ),
        )
    }
)


@dataclass(frozen=True)
class Sets:
    """Pictures and labels, ready to be kept."""

    x_train: np.ndarray  # uint8 (count, height, width) or (count, height, width, 3)
    y_train: np.ndarray  # whole numbers (count,)
    x_test: np.ndarray
    y_test: np.ndarray
    groups: np.ndarray | None = None  # of each training image (count,): near copies share a number; None without any


def clean_name(text: str) -> str:
    """A name as it can stand anywhere: in a table, a formula-minded spreadsheet, a page or a script; "" where none is left.

    Letters and digits of all languages stay, and a few signs; what could be markup, turn the line round, or begin a formula
    goes. At most 40 characters stay.
    """
    composed = unicodedata.normalize("NFC", text[: 50 * LONGEST_NAME])
    kept = (sign if unicodedata.category(sign)[0] in "LMN" or sign in ALLOWED_SIGNS else " " for sign in composed)
    return " ".join("".join(kept).split())[:LONGEST_NAME].strip(ALLOWED_SIGNS.replace(")", ""))


def shown(text: str) -> str:
    """A stranger's text as it may stand in a table that people can save for a spreadsheet: short, one line, no formula."""
    line = "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in text[:LONGEST_SHOWN])
    return f"'{line}" if line.startswith(FORMULAS) else line


def keep(
    sets: Sets, title: str, classes: tuple[str, ...], visitor: str, *, torn: tuple[int, ...] = (), leaks: int = 0
) -> str:
    """Keep pictures as a data set; its name. The same ones of the same person are the same data set.

    Parameters
    ----------
    sets
        The pictures.
    title, classes
        The names of the data set and of its classes, as `clean_name` returns them.
    visitor
        The visitor who owns the data set.
    torn
        Classes whose near copies could not stay together.
    leaks
        The number of test pictures that are the same as a training picture, or nearly the same.
    """
    arrays = {name: array for name, array in vars(sets).items() if array is not None}
    digest = hashlib.sha256(json.dumps([visitor, title, classes, sets.x_train.shape]).encode())
    for array in arrays.values():
        digest.update(np.ascontiguousarray(array).data)
    name = f"own-{digest.hexdigest()[:NAME_LENGTH]}"
    folder = folder_of(name)
    write_atomically(folder / OWN_IMAGES, lambda path: np.savez(path, **arrays))
    grey = sets.x_train.ndim == 3
    entry = {
        "title": title,
        "classes": classes,
        "image_shape": (*sets.x_train.shape[1:3], 1 if grey else sets.x_train.shape[3]),
        "num_train": len(sets.y_train),
        "num_test": len(sets.y_test),
        "keeps_together": sets.groups is not None,
        "torn": torn,
        "leaks": leaks,
        "num_bytes": (folder / OWN_IMAGES).stat().st_size,
    }
    _write_json(folder / OWNER, {"visitor": visitor, "made": time.time()})
    (folder / DELETED).unlink(missing_ok=True)
    images = sets.x_train[..., None] if grey else sets.x_train
    write_preview(name, make_preview(images, sets.y_train, sets.y_test, len(classes)))
    _write_json(folder / OWN_ENTRY, entry)  # last: now it is there
    return name


def named_file(name: str) -> bytes:
    """The npz file of a data set as people take it away: pictures, labels, and the names of classes as they are now.

    Raises
    ------
    OSError
        The pictures are gone.
    """
    content = io.BytesIO((folder_of(name) / OWN_IMAGES).read_bytes())
    names = io.BytesIO()
    np.lib.format.write_array(names, np.array(data_set(name).classes), allow_pickle=False)
    with zipfile.ZipFile(content, "a") as archive:
        archive.writestr(f"{NAMES}.npy", names.getvalue())
    return content.getvalue()


def _write_json(path: Path, content: dict[str, Any]) -> None:
    write_atomically(path, lambda temporary: temporary.write_text(json.dumps(content), encoding="utf-8"))


def _owner(folder: Path) -> dict[str, Any]:
    try:
        content = json.loads((folder / OWNER).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


def is_owner(name: str, visitor: str) -> bool:
    """Whether a data set is of pictures that this visitor brought."""
    return is_own(name) and _owner(folder_of(name)).get("visitor") == visitor


def names_of(visitor: str, *, deleted: bool = False) -> tuple[str, ...]:
    """The data sets of a visitor's own, the newest first; or those that were deleted and can still be brought back."""
    file = DELETED if deleted else OWN_IMAGES
    folders = [path.parent for path in (home() / "datasets").glob(f"own-*/{file}")]
    mine = [(_owner(folder), folder.name) for folder in folders if is_own(folder.name)]
    mine = [(owner.get("made", 0), name) for owner, name in mine if owner.get("visitor") == visitor]
    return tuple(name for _, name in sorted(mine, reverse=True))


def rename(name: str, visitor: str, label: int, typed: str) -> None:
    """Give a class of a data set of the visitor's own another name; others' stay as they are.

    The name is all that changes: pictures, labels and splits stay, and so does the data set's own name. Runs of before show
    the new one too, for it stands with the data set alone.

    Parameters
    ----------
    name
        The id of the data set.
    visitor
        The visitor who owns the data set.
    label
        The label of the class.
    typed
        The new name of the class, as typed.

    Raises
    ------
    ProblemError
        The text is no name, or another class has that name.
    """
    new = class_name(typed)
    with _renaming:
        classes = list(data_set(name).classes)
        if not is_owner(name, visitor) or not 0 <= label < len(classes):
            return
        if new.casefold() in (other.casefold() for number, other in enumerate(classes) if number != label):
            raise ProblemError(
                Problem(
                    "class-name-taken",
                    (),
                    f"Another class is called {quoted(new)} already.",
                    "Expected each class to have a name of its own.",
                    "Give this one another name, or rename the other one first.",
                )
            )
        classes[label] = new
        content = json.loads((folder_of(name) / OWN_ENTRY).read_text(encoding="utf-8"))
        _write_json(folder_of(name) / OWN_ENTRY, {**content, "classes": classes})


def class_name(typed: str) -> str:
    """A class's name as it was typed, cleaned.

    Raises
    ------
    ProblemError
        The cleaned name is empty.
    """
    name = clean_name(typed)
    if not name:
        raise ProblemError(
            Problem(
                "class-without-name",
                (),
                f"{quoted(typed)} is no name for a class.",
                "Expected letters or digits.",
                "Write what the pictures show, such as cats.",
            )
        )
    return name


def delete(name: str, visitor: str) -> None:
    """Delete a data set of the visitor's own; `restore` brings it back for a day. Others' stay as they are."""
    if is_owner(name, visitor) and (folder_of(name) / OWN_IMAGES).is_file():
        os.utime(folder_of(name) / OWN_IMAGES)  # its age is that of the deletion
        (folder_of(name) / OWN_IMAGES).replace(folder_of(name) / DELETED)


def restore(name: str, visitor: str) -> None:
    """Bring a data set back that was deleted."""
    if is_owner(name, visitor) and (folder_of(name) / DELETED).is_file():
        (folder_of(name) / DELETED).replace(folder_of(name) / OWN_IMAGES)


def purge(older_than: float = DELETED_KEPT_SECONDS) -> None:
    """Take away for good what was deleted longer ago, in seconds. Its entry stays, so that its runs can be read."""
    for path in unchanged_for((home() / "datasets").glob(f"own-*/{DELETED}"), older_than):
        path.unlink(missing_ok=True)
        preview_path(path.parent.name).unlink(missing_ok=True)


def missing_problem(name: str) -> Problem:
    """What to say where the pictures of a data set are not on this machine."""
    if (folder_of(name) / OWN_ENTRY).is_file():
        happened = f"The pictures of {data_set(name).title} were deleted."
        expected = "Expected them to be kept while an experiment uses them."
        fix = "For a day, who brought them can bring them back on Load; or use Digits."
    else:
        happened = "These pictures are not on this machine."
        expected = "Expected pictures that were uploaded here: a link carries their name, never the pictures themselves."
        fix = "Upload them here under Your own pictures, open the link where they were uploaded, or use Digits."
    return Problem(
        code="data-set-missing",
        where=("data", "dataset"),
        happened=happened,
        expected=expected,
        fix=fix,
        repairs=(Repair("Use Digits", "set", ("data", "dataset"), "digits"),),
    )


def own_lines(name: str) -> list[str]:
    """How a script reads pictures that a person brought, from the file that the page offers beside it."""
    return [
        f'with np.load("{name}.npz") as pictures:  # {data_set(name).title}',
        '    x_train, y_train = pictures["x_train"], pictures["y_train"]',
        '    x_test, y_test = pictures["x_test"], pictures["y_test"]',
    ]
