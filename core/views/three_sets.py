"""The images of the training, validation and test set, at several validation splits."""

import math
from dataclasses import dataclass

from core.experiment.model import Data
from core.views.shared.question import ImagesQuestion

MOST_PICTURES = 1_800  # on the screen at once; a picture of a larger data set stands for several images


@dataclass(frozen=True)
class SetPictures:
    """Pictures of images, with the set that each image belongs to at each validation split.

    A picture is smaller than its image. The first pictures are of the training files, the last pictures of the test set.
    """

    sheet: str  # the pictures as PNG in a data: URI, from left to right in rows of `columns`
    columns: int
    pictures: int
    test: int  # how many of the pictures are of the test set
    each: int  # how many images a picture stands for
    held: tuple[str, ...]  # for each split a digit for each picture of the training files: 1 in the validation set, else 0


@dataclass(frozen=True)
class SetPicturesQuestion(ImagesQuestion[SetPictures]):
    """A request for pictures of the three sets of an experiment's data, at several validation splits."""

    shares: tuple[float, ...]  # validation splits

    function = "core.worker.views.three_sets:set_pictures"
    kept = 20  # some hundred kilobytes each


def images_per_picture(data: Data) -> int:
    """Return how many images a picture stands for, so that at most MOST_PICTURES pictures show all images."""
    return math.ceil((data.entry.num_train + data.entry.num_test) / MOST_PICTURES)
