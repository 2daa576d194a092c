"""Read an uploaded npz file safely: check the header of each array before its numbers, and execute nothing."""

import math
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, NoReturn

import numpy as np

from core.datasets import zip_files
from core.datasets.user_datasets import MOST_CLASSES, NAMES, clean_name, spreadsheet_safe
from core.problems import Problem, ProblemError, quoted
from core.settings import setting, variable

FOUR = ("x_train", "y_train", "x_test", "y_test")
TWO = ("images", "labels")
LARGEST_SIDE = 1_024  # pixels along a side of a picture in an array
MILLION = 1_000_000
MOST_SHOWN = 5  # names or labels in a message
LONGEST_LABEL = 400  # bytes of a text label
EXPECTED = f"Expected the arrays {', '.join(FOUR)}, or {' and '.join(TWO)}."


@dataclass(frozen=True)
class Header:
    """The shape and dtype of an array, as its header in the file says."""

    shape: tuple[int, ...]
    dtype: np.dtype


@dataclass(frozen=True)
class LabelledPictures:
    """The pictures of the training or test set, and their labels."""

    images: np.ndarray  # uint8 (count, height, width) or (count, height, width, 3)
    labels: np.ndarray  # whole numbers (count,)


@dataclass(frozen=True)
class NpzLayout:
    """The content of an npz file as training and test sets with classes."""

    train: LabelledPictures
    test: LabelledPictures | None
    classes: tuple[str, ...]
    renumbered: tuple[tuple[str, str], ...]  # labels that are no numbers from 0 on, and their classes
    conversions: tuple[tuple[str, int], ...]  # the changes of pixels in words, and the number of pictures


def read(path: Path) -> NpzLayout:
    """Read the pictures, labels and classes of an npz file.

    Raises
    ------
    ProblemError
        The file is no archive of arrays, or its arrays cannot be used for training. The problem describes the first
        fault.
    """
    with zip_files.open_archive(path) as archive:
        listing = zip_files.listing(archive)
        members = {
            entry.parts[-1].removesuffix(".npy"): entry for entry in listing.entries if entry.parts[-1].endswith(".npy")
        }
        wanted = next((names for names in (FOUR, TWO) if all(name in members for name in names)), None)
        if wanted is None:
            _refuse("arrays-missing", f"The file holds {_listed(tuple(members))}.", EXPECTED, "Name the arrays so.")
        _refuse_twice(listing, wanted)
        headers = {name: array_header(archive, members[name]) for name in (*wanted, *(NAMES,) * (NAMES in members))}
        _refuse_headers(headers)
        left = zip_files.unpack_limit()
        arrays = {name: _array(archive, members[name], left) for name in headers}
    names = tuple(str(name) for name in arrays[NAMES]) if NAMES in arrays else ()
    return _as_pictures(arrays, wanted, names)


def _refuse_twice(listing: zip_files.Listing, wanted: tuple[str, ...]) -> None:
    """Raise ProblemError if the file holds an array twice, since two programs could read different numbers."""
    names = [entry.parts[-1] for entry in listing.entries] + [name.rpartition("/")[2] for name, _ in listing.refused]
    for name in wanted:
        if (count := names.count(f"{name}.npy")) > 1:
            _refuse(
                "array-twice",
                f"The file holds the array {quoted(name)} {count} times.",
                "Expected each array once.",
                "Save the file again with np.savez.",
            )


def _listed(names: tuple[str, ...]) -> str:
    few = ", ".join(quoted(name) for name in names[:MOST_SHOWN])
    return f"the arrays {few}{', …' if len(names) > MOST_SHOWN else ''}" if names else "no array"


def _refuse(code: str, happened: str, expected: str, fix: str) -> NoReturn:
    raise ProblemError(Problem(code, (), happened, expected, fix))


def array_header(archive: zipfile.ZipFile, entry: zip_files.Entry) -> Header:
    """Read the header of an array in an archive, without its numbers.

    Raises
    ------
    ProblemError
        The entry is no array, or its header is damaged.
    """
    try:
        with archive.open(entry.info) as file:
            return _header(file)  # type: ignore[arg-type]
    except zip_files.BROKEN as error:
        _refuse(
            "array-damaged",
            f"The array {quoted(entry.parts[-1])} cannot be read: {quoted(str(error), 80).strip(chr(39))}.",
            "Expected an array as np.savez writes it.",
            "Save the file again with np.savez.",
        )


def _header(file: BinaryIO) -> Header:
    version = np.lib.format.read_magic(file)
    read_header = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
    shape, _, dtype = read_header(file)
    return Header(shape, dtype)


def _refuse_headers(headers: Mapping[str, Header]) -> None:
    """Raise ProblemError if a header shows that its array cannot be used, before any number is read."""
    most = int(setting("upload_unpacked") * zip_files.GB)
    for name, array in headers.items():
        if array.dtype.hasobject:
            _refuse(
                "array-of-objects",
                f"The array {quoted(name)} holds Python objects, which could run code of a stranger.",
                "Expected an array of numbers; labels may be texts too.",
                f'Save it as numbers, for instance {name}.astype("uint8").',
            )
        num_bytes = math.prod(array.shape) * array.dtype.itemsize
        if num_bytes > most:
            _refuse(
                "array-too-large",
                f"The array {quoted(name)} says that it has {_shape_text(array.shape)} numbers, {num_bytes:,} bytes.",
                f"Expected at most {most / zip_files.GB:g} GB; nothing was read.",
                "Save fewer or smaller pictures.",
            )
    named = headers.get(NAMES)
    if named is not None and (named.dtype.kind not in "US" or len(named.shape) != 1 or named.shape[0] > MOST_CLASSES):
        _refuse(
            "class-names-unreadable",
            f"The array {quoted(NAMES)} has the shape {_shape_text(named.shape)} and holds {named.dtype}.",
            f"Expected one row of at most {MOST_CLASSES:,} names.",
            "Save the names of the classes as a list of texts, or leave this array out.",
        )
    for images, labels in (("x_train", "y_train"), ("x_test", "y_test"), TWO):
        if images in headers:
            _refuse_shapes(images, headers[images], labels, headers[labels])
    _refuse_many(sum(headers[name].shape[0] for name in ("x_train", "x_test", "images") if name in headers))


def _refuse_many(count: int) -> None:
    most = int(setting("upload_pictures"))
    if count > most:
        _refuse(
            "too-many-pictures",
            f"The arrays hold {count:,} pictures.",
            f"Expected at most {most:,}; none of them was read.",
            f"Save a part of them: images[:{most}]. The variable {variable('upload_pictures')} sets the limit.",
        )


def _refuse_shapes(images: str, image: Header, labels: str, label: Header) -> None:
    shape = image.shape
    is_picture = len(shape) in (3, 4) and all(1 <= side <= LARGEST_SIDE for side in shape[1:3])
    if not is_picture or (len(shape) == 4 and shape[3] not in (1, 3)) or shape[0] < 1:
        first = " Channels come last: np.moveaxis(images, 1, -1)." if len(shape) == 4 and shape[1] in (1, 3) else ""
        _refuse(
            "images-of-another-shape",
            f"The array {quoted(images)} has the shape {_shape_text(shape)}.",
            f"Expected (count, height, width) or (count, height, width, 1 or 3), sides up to {LARGEST_SIDE:,}.",
            f"Bring the pictures to that shape.{first}",
        )
    if not label.shape or label.shape[0] != shape[0] or len(label.shape) > 2:
        _refuse(
            "labels-do-not-match-images",
            f"For {shape[0]:,} images, {quoted(labels)} has the shape {_shape_text(label.shape)}.",
            "Expected one label for each image.",
            "Add the missing labels, or remove images without a label.",
        )
    if image.dtype.kind not in "uifb":
        _refuse(
            "pixels-are-no-numbers",
            f"The pixels of {quoted(images)} are stored as {image.dtype}.",
            "Expected numbers.",
            'Save the images as numbers, for instance with astype("uint8").',
        )
    if label.dtype.kind in "US" and label.dtype.itemsize > LONGEST_LABEL:
        _refuse(
            "labels-too-long",
            f"The labels of {quoted(labels)} are texts of {label.dtype.itemsize:,} bytes.",
            f"Expected at most {LONGEST_LABEL}.",
            "Use short names for classes.",
        )


def _shape_text(shape: tuple[int, ...]) -> str:
    return f"({', '.join(map(str, shape))}{',' if len(shape) == 1 else ''})"


class _Counted:
    """A file that subtracts the bytes read from the limit of unpacked bytes."""

    def __init__(self, file: BinaryIO, left: zip_files.UnpackLimit) -> None:
        self._file = file
        self._left = left

    def read(self, size: int = -1) -> bytes:
        content = self._file.read(size)
        self._left.take(len(content))
        return content


def _array(archive: zipfile.ZipFile, entry: zip_files.Entry, left: zip_files.UnpackLimit) -> np.ndarray:
    try:
        with archive.open(entry.info) as file:
            return np.lib.format.read_array(_Counted(file, left), allow_pickle=False)  # type: ignore[arg-type]
    except (*zip_files.BROKEN, MemoryError) as error:
        _refuse(
            "array-damaged",
            f"The array {quoted(entry.parts[-1])} cannot be read: {quoted(str(error), 80).strip(chr(39))}.",
            "Expected as many numbers as its header says.",
            "Save the file again with np.savez.",
        )


# Pixels


def _as_pictures(arrays: Mapping[str, np.ndarray], wanted: tuple[str, ...], names: tuple[str, ...]) -> NpzLayout:
    pairs = list(zip(wanted[::2], wanted[1::2], strict=True))
    done: dict[str, int] = {}
    images = [_pixels(arrays[name], name, done) for name, _ in pairs]
    labels = [_plain_labels(arrays[name], name) for _, name in pairs]
    classes, renumbered, numbers = _classes(labels, names)
    parts = [LabelledPictures(image, number) for image, number in zip(images, numbers, strict=True)]
    return NpzLayout(parts[0], parts[1] if len(parts) > 1 else None, classes, renumbered, tuple(done.items()))


def _pixels(images: np.ndarray, name: str, done: dict[str, int]) -> np.ndarray:
    """Convert pixels to uint8, and count the converted pictures in `done` by the description of the conversion."""
    images = images[..., 0] if images.ndim == 4 and images.shape[3] == 1 else images
    if images.dtype == np.uint8:
        return images
    words, converted = _as_bytes(images, name)
    done[words] = done.get(words, 0) + len(images)
    return converted


def _as_bytes(images: np.ndarray, name: str) -> tuple[str, np.ndarray]:
    if images.dtype.kind == "b":
        return "true and false turned into 255 and 0", images.astype("uint8") * np.uint8(255)
    if images.dtype.kind == "f":
        _refuse_not_finite(images, name)
    low, high = float(images.min()), float(images.max())
    if images.dtype.kind == "f" and low >= 0 and high <= 1:
        return "pixels from 0 to 1 turned into 0 to 255", np.rint(images.astype("float32") * 255).astype("uint8")
    if images.dtype.kind == "f" and -1 <= low < 0 and high <= 1:
        return "pixels from -1 to 1 turned into 0 to 255", np.rint((images.astype("float32") + 1) * 127.5).astype("uint8")
    if low >= 0 and high <= 255:
        return "pixels stored as bytes", np.rint(images).astype("uint8")
    if images.dtype.kind in "ui" and low >= 0 and high <= 65_535:
        return "16 bit brought to 8", (images >> 8).astype("uint8")
    _refuse(
        "pixels-out-of-range",
        f"The pixels of {quoted(name)} go from {low:g} to {high:g}.",
        "Expected 0 to 255, 0 to 1, -1 to 1, or 16 bit.",
        "Bring them to one of these ranges.",
    )


def _refuse_not_finite(images: np.ndarray, name: str) -> None:
    bad = ~np.isfinite(images)
    count = int(bad.sum())
    if count:
        first = tuple(int(index) for index in np.unravel_index(int(bad.argmax()), bad.shape))
        _refuse(
            "pixels-not-finite",
            f"{count:,} pixel{' is' if count == 1 else 's are'} NaN or infinite in {quoted(name)}; the first is "
            f"{images[first]} at index {_shape_text(first)}.",
            "Expected a finite number for each pixel: with a single NaN, a network never learns.",
            "Correct these pixels, or remove their images.",
        )


# Labels


def _plain_labels(labels: np.ndarray, name: str) -> np.ndarray:
    """Convert labels to shape (count,), numbers or texts, from shape (count, 1) or one-hot rows."""
    if labels.ndim == 2 and labels.shape[1] == 1:
        labels = labels[:, 0]
    if labels.ndim == 2:
        if labels.dtype.kind in "uifb" and bool(((labels == 0) | (labels == 1)).all() and (labels.sum(axis=1) == 1).all()):
            return np.asarray(labels.argmax(axis=1))
        _refuse(
            "labels-do-not-match-images",
            f"The labels of {quoted(name)} have the shape {_shape_text(labels.shape)}.",
            "Expected one label for each image, or one-hot rows with a single 1.",
            "Save one number for each image.",
        )
    if labels.dtype.kind == "f":
        bad = ~np.isfinite(labels) | (labels != np.rint(labels))
        if bad.any():
            first = int(bad.argmax())
            _refuse(
                "labels-no-classes",
                f"{int(bad.sum()):,} labels of {quoted(name)} are no whole numbers; the first is "
                f"{labels[first]} at index {first:,}.",
                "Expected whole numbers, one for each class.",
                "Save the number or the name of the class for each image.",
            )
    if labels.dtype.kind not in "uifUSb":
        _refuse(
            "labels-no-classes",
            f"The labels of {quoted(name)} are stored as {labels.dtype}.",
            "Expected whole numbers, or names.",
            "Save the number or the name of the class for each image.",
        )
    return labels.astype("U") if labels.dtype.kind == "S" else labels


def _classes(
    labels: list[np.ndarray], names: tuple[str, ...]
) -> tuple[tuple[str, ...], tuple[tuple[str, str], ...], list[np.ndarray]]:
    """Return the class names, pairs of each renumbered label and its class, and all labels as numbers from 0 on."""
    if any(part.dtype.kind == "U" for part in labels):
        labels = [part.astype("U") for part in labels]
    values = np.unique(np.concatenate(labels))
    if len(values) > MOST_CLASSES:
        _refuse(
            "too-many-classes",
            f"There are {len(values):,} different labels; the first are {', '.join(map(str, values[:MOST_SHOWN]))}.",
            f"Expected at most {MOST_CLASSES:,} classes.",
            "Save the number of the class for each image.",
        )
    is_plain = values.dtype.kind in "ui" and int(values[0]) >= 0 and int(values[-1]) < max(len(names), len(values))
    if is_plain:
        count = max(len(names), int(values[-1]) + 1)
        class_names = [clean_name(name) for name in names] or [str(number) for number in range(count)]
        return _different(class_names), (), [part.astype("int64") for part in labels]
    texts = [f"{value:g}" if values.dtype.kind == "f" else str(value) for value in values]
    cleaned = _different([clean_name(text) or f"class {number}" for number, text in enumerate(texts)])
    renumbered = tuple(
        (spreadsheet_safe(text) if values.dtype.kind == "U" else text, name)
        for text, name in zip(texts, cleaned, strict=True)
    )
    return cleaned, renumbered, [np.searchsorted(values, part) for part in labels]


def _different(names: list[str]) -> tuple[str, ...]:
    """Make class names unique: append a number to a name that was used before."""
    seen: set[str] = set()
    result = []
    for name in names:
        numbered = (name if number == 1 else f"{name} ({number})" for number in range(1, len(names) + 1))
        free = next(name for name in numbered if name.casefold() not in seen)
        seen.add(free.casefold())
        result.append(free)
    return tuple(result)
