"""Draw the images of the training, validation and test set at several validation splits, as small pictures on a sheet."""

import math
from dataclasses import replace

import numpy as np

from core.experiment.model import Experiment
from core.png import to_data_uri
from core.views.three_sets import SetPictures, images_per_picture
from core.worker.data.load import SetIndexes, load_raw, set_indexes, to_bytes
from core.worker.views.shared.load_trained import errors_as_problems

LARGEST_SIDE = 16  # pixels along a side of a picture


@errors_as_problems
def set_pictures(experiment: Experiment, shares: tuple[float, ...]) -> SetPictures:
    """Draw the images of the three sets. All training images of the data set are used.

    Parameters
    ----------
    experiment
        The experiment; only its data and its seed matter.
    shares
        The validation splits.
    """
    data = replace(experiment.data, train_images=None)
    each = images_per_picture(data)
    (images, _), (test_images, _) = load_raw(data.dataset)
    splits = [set_indexes(replace(data, validation_split=share), experiment.fit.seed) for share in shares]
    order = np.random.default_rng(experiment.fit.seed).permutation(len(images))
    chosen = order[np.isin(order, np.concatenate([_shown(split, order, each) for split in splits]))]
    test = splits[0].test[::each]
    pictures = np.concatenate(
        [_small(to_bytes(images[chosen], data.dataset)), _small(to_bytes(test_images[test], data.dataset))]
    )
    held = tuple("".join(map(str, np.isin(chosen, split.validation).astype(int))) for split in splits)
    sheet, columns = _sheet(pictures)
    return SetPictures(to_data_uri(sheet), columns, len(pictures), len(test), each, held)


def _shown(split: SetIndexes, order: np.ndarray, each: int) -> np.ndarray:
    """Return the indexes of the images that represent the training and the validation set: the first in `order`."""
    sets = [order[np.isin(order, part)] for part in (split.train, split.validation)]
    return np.concatenate([part[: math.ceil(len(part) / each)] for part in sets])


def _small(images: np.ndarray) -> np.ndarray:
    """Return images of at most LARGEST_SIDE pixels along a side, whose pixels are means of squares of pixels."""
    count, height, width, channels = images.shape
    side = math.ceil(max(height, width) / LARGEST_SIDE)
    rows, columns = height // side, width // side
    squares = images[:, : rows * side, : columns * side].reshape(count, rows, side, columns, side, channels)
    return np.asarray(np.rint(squares.mean(axis=(2, 4))), "uint8")


def _sheet(pictures: np.ndarray) -> tuple[np.ndarray, int]:
    """Return a picture with all pictures in rows, and the number of pictures in a row."""
    count, height, width, channels = pictures.shape
    columns = math.ceil(count**0.5)
    rows = math.ceil(count / columns)
    cells = np.zeros((rows * columns, height, width, channels), "uint8")
    cells[:count] = pictures
    grid = cells.reshape(rows, columns, height, width, channels).transpose(0, 2, 1, 3, 4)
    return grid.reshape(rows * height, columns * width, channels), columns
