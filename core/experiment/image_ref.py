"""A reference to the image that a person looks at, the same on every page."""

from dataclasses import dataclass
from typing import Any

from core.experiment.model import Data

PARTS = ("training", "validation", "test")  # the sets of an experiment; "own" is a person's own picture
OWN = "own"
ARRAYS = {"training": "x_train", "validation": "x_val", "test": "x_test"}  # what the script calls the sets


@dataclass(frozen=True)
class ImageRef:
    """One image: an index into a set of the experiment, or the pixels of a person's own picture."""

    part: str = "validation"  # one of PARTS, or OWN
    index: int = 0  # training: into the files; validation: into the set as the experiment splits it; test: into the files
    pixels: bytes = b""  # of an own picture: uint8, row by row
    shape: tuple[int, ...] = ()  # of an own picture: height, width, channels, as in the data set


def name_in_code(part: str, index: int) -> str:
    """The name of an image in the script and on every page: "x_val[117]", counted from 0 as Python does."""
    return f"{ARRAYS[part]}[{index}]"


def set_size(part: str, data: Data) -> int:
    """How many images a set of an experiment holds."""
    return {"training": data.entry.num_train, "validation": data.num_validation, "test": data.entry.num_test}[part]


def is_image_of(picked: Any, data: Data, *, test_is_open: bool) -> bool:
    """Whether a value refers to an image that exists and may be seen.

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
