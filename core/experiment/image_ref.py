"""A reference to the image that a person looks at. All pages show the same image."""

from dataclasses import dataclass
from typing import Any

from core.experiment.model import Data

PARTS = ("training", "validation", "test")  # the sets of an experiment; "own" is a person's own picture
SET_NAMES = {"training": "Training set", "validation": "Validation set", "test": "Test set"}
OWN = "own"
ARRAYS = {"training": "x_train", "validation": "x_val", "test": "x_test"}  # the names of the sets in the script


@dataclass(frozen=True)
class ImageRef:
    """A reference to an image: an index in a set of the experiment, or the pixels of a person's own picture."""

    part: str = "validation"  # an element of PARTS, or OWN
    index: int = 0  # training and test: in the files; validation: in the set after the split
    pixels: bytes = b""  # the pixels of a person's own picture: uint8, row by row
    shape: tuple[int, ...] = ()  # height, width and channels of an own picture, as in the data set


def name_in_code(part: str, index: int) -> str:
    """Return the name of an image in the script: "x_val[117]", counted from 0 as Python does."""
    return f"{ARRAYS[part]}[{index}]"


def name_in_set(part: str, index: int) -> str:
    """Return the name of an image on pages: "image 118 of the validation set", counted from 1 as people do."""
    return f"image {index + 1:,} of the {part} set"


def code_help(part: str, index: int) -> str:
    """Say in a sentence how the script names an image, such as `x_val[117]`."""
    return f"The script calls it `{name_in_code(part, index)}`, since Python counts from 0."


def set_size(part: str, data: Data) -> int:
    """Return the number of images in a set of an experiment."""
    return {"training": data.entry.num_train, "validation": data.num_validation, "test": data.entry.num_test}[part]


def is_image_of(picked: Any, data: Data, *, test_is_open: bool) -> bool:
    """Tell whether a value refers to an image that exists and may be seen.

    Parameters
    ----------
    picked
        The stored reference, perhaps to an image of another data set.
    data
        The data of the experiment in view.
    test_is_open
        Whether the test set may be seen.
    """
    if not isinstance(picked, ImageRef):
        return False
    if picked.part == OWN:
        return picked.shape == data.entry.image_shape
    if picked.part not in PARTS or (picked.part == "test" and not test_is_open):
        return False
    return 0 <= picked.index < set_size(picked.part, data)
