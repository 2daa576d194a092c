"""Read the class and the set of each picture from its folders in an archive, such as train/cats/1.png."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from core.datasets.image_files import ENDINGS
from core.datasets.user_datasets import MOST_CLASSES, clean_name
from core.datasets.zip_files import Entry, Listing
from core.problems import Problem, ProblemError, quoted

TRAINING = ("train", "training", "train_set", "training_set")
TESTING = ("test", "testing", "test_set", "testset")
VALIDATION = ("val", "valid", "validation", "val_set", "validation_set", "dev")


@dataclass(frozen=True)
class ClassPicture:
    """A file of an archive that is a picture, with its class and its set."""

    entry: Entry
    label: int
    is_test: bool


@dataclass(frozen=True)
class Layout:
    """The classes and pictures of an archive, and the files that are ignored."""

    classes: tuple[str, ...]  # the names of the classes, in the order of their labels
    pictures: tuple[ClassPicture, ...]
    refused: tuple[tuple[str, str], ...]  # names of files that are not read, and why
    others: int  # the number of files that are no pictures, such as texts
    has_test: bool  # whether the archive says which pictures are for testing
    notes: tuple[str, ...]  # how the archive was read, in words


def natural_key(name: str) -> list[tuple[int, int | str]]:
    """Return a sort key that orders numbers in names by value: "2" comes before "10"."""
    return [(0, int(part)) if part.isdecimal() else (1, part) for part in re.split(r"(\d+)", name.casefold()) if part]


def read_layout(listing: Listing) -> Layout:
    """Return the class and the set (training or test) of each picture in an archive, from its folders.

    Raises
    ------
    ProblemError
        The archive holds no picture, or its folders do not tell classes apart.
    """
    pictures = [entry for entry in listing.entries if entry.parts[-1].rpartition(".")[2].casefold() in ENDINGS]
    if not pictures:
        raise ProblemError(_no_pictures(listing))
    depth = _common_folders(pictures, listing.folders)
    set_names = {picture.parts[depth].casefold() for picture in pictures if len(picture.parts) > depth + 2}
    has_sets = bool(set_names & {*TRAINING}) and set_names <= {*TRAINING, *TESTING, *VALIDATION} and len(set_names) > 1
    has_sets = has_sets and all(len(picture.parts) > depth + 2 for picture in pictures)
    testing = TESTING if set_names & {*TESTING} else VALIDATION
    level = depth + 1 if has_sets else depth
    without_class = [picture for picture in pictures if len(picture.parts) <= level + 1]
    named = {picture.parts[level] for picture in pictures if len(picture.parts) > level + 1}
    named |= {folder[level] for folder in listing.folders if len(folder) == level + 1 and _in_set(folder, level, has_sets)}
    # The order is the same in every process, even for names that differ only in upper and lower case.
    names = _cleaned(sorted(named, key=lambda name: (natural_key(name), name)))
    classes = tuple(dict.fromkeys(names.values()))
    of_classes = tuple(
        ClassPicture(
            picture,
            classes.index(names[picture.parts[level]]),
            has_sets and picture.parts[depth].casefold() in testing,
        )
        for picture in pictures
        if len(picture.parts) > level + 1
    )
    if not of_classes:
        raise ProblemError(_no_pictures(listing))
    refused = [*listing.refused, *((picture.name, "lies in no folder of a class") for picture in without_class)]
    notes = _notes(set_names, has_sets, [raw for raw, name in names.items() if raw != name])
    others = len(listing.entries) - len(pictures)
    return Layout(classes, of_classes, tuple(refused), others, has_sets, notes)


def _in_set(folder: tuple[str, ...], level: int, has_sets: bool) -> bool:
    return not has_sets or folder[level - 1].casefold() in (*TRAINING, *TESTING, *VALIDATION)


def _common_folders(pictures: list[Entry], folders: Iterable[tuple[str, ...]]) -> int:
    """Return the number of outer folders that contain all class folders, such as 1 if a single folder was zipped."""
    depth = 0
    while True:
        first = {picture.parts[depth] for picture in pictures if len(picture.parts) > depth + 1}
        first |= {folder[depth] for folder in folders if len(folder) > depth}
        if len(first) != 1 or any(len(picture.parts) <= depth + 2 for picture in pictures):
            return depth
        depth += 1


def _cleaned(names: list[str]) -> dict[str, str]:
    """Return a dictionary from the name of each class folder to a cleaned class name.

    Raises
    ------
    ProblemError
        Two folders have the same cleaned name, a cleaned name is empty, or the classes are too many.
    """
    cleaned = {name: clean_name(name) for name in names}
    if len(set(cleaned.values())) > MOST_CLASSES:
        raise ProblemError(
            Problem(
                "too-many-classes",
                (),
                f"The archive has {len(set(cleaned.values())):,} folders of classes.",
                f"Expected at most {MOST_CLASSES:,}.",
                "Put the pictures of a kind into one folder.",
            )
        )
    seen: dict[str, str] = {}
    for raw, name in cleaned.items():
        if not name:
            raise ProblemError(
                Problem(
                    "class-without-name",
                    (),
                    f"The folder {quoted(raw)} has no name that a class can have.",
                    "Expected letters or digits in it.",
                    "Rename the folder, and zip it again.",
                )
            )
        other = seen.setdefault(name.casefold(), raw)
        if other != raw:
            raise ProblemError(
                Problem(
                    "class-names-clash",
                    (),
                    f"The folders {quoted(other)} and {quoted(raw)} differ only in upper and lower case, or in signs.",
                    "Expected a folder for each class.",
                    "Rename a folder, or put their pictures together.",
                )
            )
    return cleaned


def _notes(set_names: set[str], has_sets: bool, renamed: list[str]) -> tuple[str, ...]:
    notes = []
    if has_sets:
        names = ", ".join(f"{name}/" for name in sorted(set_names))
        notes.append(f"The archive brings its own sets: {names}.")
        if set_names & {*TESTING} and set_names & {*VALIDATION}:
            notes.append("Its validation pictures are learned from too: each experiment keeps its own aside.")
        elif set_names & {*VALIDATION}:
            notes.append("Its validation pictures are the test set here.")
    if renamed:
        plural = "s have names" if len(renamed) > 1 else " has a name"
        notes.append(f"{len(renamed)} folder{plural} with signs that were left out, or that are too long.")
    return tuple(notes)


def _no_pictures(listing: Listing) -> Problem:
    content = (
        f"{len(listing.entries):,} files, none of them a picture in a folder" if listing.entries else "no file to be read"
    )
    first = (
        f" The first that was refused, {quoted(listing.refused[0][0])}: {listing.refused[0][1]}." if listing.refused else ""
    )
    return Problem(
        "no-pictures",
        (),
        f"The archive holds {content}.{first}",
        "Expected a folder for each class, with JPEG, PNG, GIF, BMP, WebP or TIFF files in it.",
        "Put the pictures of each class into a folder, and zip these folders.",
    )
