"""Data sets of visitors' own pictures, each in a folder: save, list, rename, delete and restore the data sets.

The folder's name is a hash of the pictures, of their names and of their owner, so that nobody can guess a folder's name.
Anybody who has the name, from a link or a run, may see the pictures and train on them. Only the owner may delete them.
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
from core.csv_text import as_text
from core.datasets.previews import make_preview, preview_path, write_preview
from core.files import home, unchanged_paths, write_atomically
from core.parameters import Choice, Integer, Parameter, Real
from core.problems import Problem, ProblemError, Repair, quoted

OWNER = "owner.json"
DELETED = "images.deleted.npz"  # the file of the pictures while their deletion can be undone
RESTORABLE = "For a day, who brought them can bring them back on Load"
DELETED_KEPT_SECONDS = 24 * 3600.0
LONGEST_NAME = 40  # characters of a title or of a class's name
LONGEST_SHOWN = 80  # characters of the name of a file
MOST_CLASSES = 1_000
NAMES = "classes"  # the array of an npz file that holds the names of the classes
NAME_LENGTH = 20  # hexadecimal digits in the id of a data set
SMALLEST_SIDE, LARGEST_SIDE = 8, 96  # pixels along a side of a picture
USUAL_SIDES = (28, 32, 64, 96)
RULES = ("crop", "pad", "stretch")
ALLOWED_SIGNS = " -_.,'()&"

_renaming = threading.Lock()  # so that no renaming undoes another renaming at the same time

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
            Parameter("rule", "crop", Choice(RULES), "How other pictures become square."),
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
class DataSetArrays:
    """The arrays of a data set that is to be saved."""

    x_train: np.ndarray  # uint8 (count, height, width) or (count, height, width, 3)
    y_train: np.ndarray  # whole numbers (count,)
    x_test: np.ndarray
    y_test: np.ndarray
    groups: np.ndarray | None = None  # (count,) of the training images: near copies share a number; None without near copies


def clean_name(text: str) -> str:
    """Return a name made safe for tables, spreadsheets, pages and scripts, or an empty string if nothing is left.

    Letters and digits of all languages stay, and a few signs. Signs that could be markup, reverse the direction of the
    text, or begin a formula are removed. At most 40 characters stay.
    """
    composed = unicodedata.normalize("NFC", text[: 50 * LONGEST_NAME])
    kept = (sign if unicodedata.category(sign)[0] in "LMN" or sign in ALLOWED_SIGNS else " " for sign in composed)
    return " ".join("".join(kept).split())[:LONGEST_NAME].strip(ALLOWED_SIGNS.replace(")", ""))


def spreadsheet_safe(text: str) -> str:
    """Return untrusted text made safe for a spreadsheet: shortened, in a single line, and never a formula."""
    line = "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in text[:LONGEST_SHOWN])
    return as_text(line)


def save_data_set(
    sets: DataSetArrays, title: str, classes: tuple[str, ...], visitor: str, *, torn: tuple[int, ...] = (), leaks: int = 0
) -> str:
    """Save pictures as a data set, and return its id. The same pictures, names and owner always give the same id.

    Parameters
    ----------
    sets
        The pictures.
    title, classes
        The names of the data set and of its classes, as `clean_name` returns them.
    visitor
        The visitor who owns the data set.
    torn
        The labels of classes whose near-duplicates could not be kept in the same set.
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
    _write_json(folder / OWN_ENTRY, entry)  # last: now the data set is complete
    return name


def data_set_npz(name: str) -> bytes:
    """Return the content of a data set's npz file for its owner: pictures, labels, and the present class names.

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
    """Return whether a data set was made by this visitor from uploaded pictures."""
    return is_own(name) and _owner(folder_of(name)).get("visitor") == visitor


def data_sets_of(visitor: str, *, deleted: bool = False) -> tuple[str, ...]:
    """Return the ids of a visitor's data sets, newest first, or with `deleted` of the sets that can be restored."""
    file = DELETED if deleted else OWN_IMAGES
    folders = [path.parent for path in (home() / "datasets").glob(f"own-*/{file}")]
    mine = [(_owner(folder), folder.name) for folder in folders if is_own(folder.name)]
    mine = [(owner.get("made", 0), name) for owner, name in mine if owner.get("visitor") == visitor]
    return tuple(name for _, name in sorted(mine, reverse=True))


def rename(name: str, visitor: str, label: int, typed: str) -> None:
    """Rename a class of the visitor's own data set. Do nothing if the visitor does not own the data set.

    Only the name changes. Pictures, labels, splits and the id of the data set stay. Earlier runs show the new name too,
    since only the data set holds the name.

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
        The text gives no name, or another class has that name.
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
                    "Give this class another name, or rename the other class first.",
                )
            )
        classes[label] = new
        content = json.loads((folder_of(name) / OWN_ENTRY).read_text(encoding="utf-8"))
        _write_json(folder_of(name) / OWN_ENTRY, {**content, "classes": classes})


def class_name(typed: str) -> str:
    """Clean a class name that a person typed, with `clean_name`.

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
                "Name the things in the pictures, such as cats.",
            )
        )
    return name


def delete(name: str, visitor: str) -> None:
    """Delete a visitor's data set, which can be restored for a day. Do nothing if the visitor is not its owner."""
    if is_owner(name, visitor) and (folder_of(name) / OWN_IMAGES).is_file():
        os.utime(folder_of(name) / OWN_IMAGES)  # so that the age of the file counts from the deletion
        (folder_of(name) / OWN_IMAGES).replace(folder_of(name) / DELETED)


def restore(name: str, visitor: str) -> None:
    """Restore a visitor's deleted data set. Do nothing if the visitor is not its owner."""
    if is_owner(name, visitor) and (folder_of(name) / DELETED).is_file():
        (folder_of(name) / DELETED).replace(folder_of(name) / OWN_IMAGES)


def remove_expired(older_than: float = DELETED_KEPT_SECONDS) -> list[str]:
    """Remove from the disk the pictures of data sets that were deleted more than `older_than` seconds ago.

    The entries of these data sets stay, so that runs can be read.

    Returns
    -------
    list of str
        The ids of all data sets whose pictures are gone for good, by this call or an earlier call.
    """
    for path in unchanged_paths((home() / "datasets").glob(f"own-*/{DELETED}"), older_than):
        _remove_pictures(path.parent.name)
    folders = [path.parent for path in (home() / "datasets").glob(f"own-*/{OWN_ENTRY}")]
    return [folder.name for folder in folders if not any((folder / file).is_file() for file in (OWN_IMAGES, DELETED))]


def delete_for_good(name: str, visitor: str) -> bool:
    """Remove the pictures of the visitor's deleted data set from the disk. Return whether pictures were removed."""
    if not is_owner(name, visitor) or not (folder_of(name) / DELETED).is_file():
        return False
    _remove_pictures(name)
    return True


def _remove_pictures(name: str) -> None:
    (folder_of(name) / DELETED).unlink(missing_ok=True)
    preview_path(name).unlink(missing_ok=True)


def missing_problem(name: str) -> Problem:
    """Return the problem of a data set whose pictures are not on this machine."""
    if (folder_of(name) / OWN_ENTRY).is_file():
        happened = f"The pictures of {data_set(name).title} were deleted."
        expected = "Expected them to be kept while an experiment uses them."
        can_be_restored = (folder_of(name) / DELETED).is_file()
        fix = f"{RESTORABLE if can_be_restored else 'They are gone for good: upload them again'}; or use Digits."
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
