"""Questions to the inspector about images: those of a cell, how many there are, and what augmentation makes of them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, cast

import numpy as np

from core.catalogue.datasets import missing_files
from core.engine.inspector import Answers, Inspector
from core.experiment.model import Data, Experiment, Layer
from core.experiment.set_sizes import Counts, needs_counting, sizes
from core.problems import Problem

PICTURES = "core.worker.training.validation_view:pictures"
AUGMENTED = "core.worker.interpret.augmentation_samples:augmented_examples"
COUNTS = "core.worker.data.load:class_counts"
KEPT = 200  # of cells; some ten kilobytes each
MOST_IMAGES = 8  # of a cell that a browser may ask for; as many as the trainer reports


@dataclass(frozen=True)
class Cell:
    """A cell of the confusion matrix, as it was when a person picked it."""

    actual: int  # class
    predicted: int  # class
    count: int  # of images in it
    epoch: float  # of the confusion matrix
    indexes: tuple[int, ...]  # of some of its images, into the validation set


def read_cell(sent: Any, experiment: Experiment) -> Cell | None:
    """Read a cell that a browser sent; None unless it is a cell of this experiment: browsers may send anything.

    Parameters
    ----------
    sent
        {"actual", "predicted", "count", "epoch", "indexes"}.
    experiment
        The experiment that owns the validation set.
    """
    if not isinstance(sent, Mapping) or not isinstance(sent.get("indexes"), list):
        return None
    data, indexes = experiment.data, sent["indexes"]
    actual: Any = sent.get("actual")
    predicted: Any = sent.get("predicted")
    is_known = all(_is_below(number, data.entry.num_classes) for number in (actual, predicted))
    is_known &= 0 < len(indexes) <= MOST_IMAGES and all(_is_below(index, data.num_validation) for index in indexes)
    is_known &= _is_below(sent.get("count"), data.num_validation + 1)
    epoch: Any = sent.get("epoch")
    is_known &= isinstance(epoch, int | float) and 0 <= epoch <= experiment.fit.epochs
    return Cell(actual, predicted, sent["count"], float(epoch), tuple(indexes)) if is_known else None


def _is_below(value: object, limit: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < limit


class Looks:
    """Pictures and counts, each fetched once. Safe to use from several threads.

    Parameters
    ----------
    inspector
        The workers that answer.
    is_ready
        Whether the workers are ready, so that waiting for an answer makes sense.
    """

    def __init__(self, inspector: Inspector, is_ready: Callable[[], bool]) -> None:
        self._answers = Answers(inspector, is_ready, PICTURES, KEPT)
        self._augmented = Answers(inspector, is_ready, AUGMENTED, KEPT)
        self._counts = Answers(inspector, is_ready, COUNTS, KEPT)

    def counts(self, experiment: Experiment, *, wait: bool = True) -> Counts | None:
        """The number of images of each class in each set of an experiment, where arithmetic cannot give it.

        Parameters
        ----------
        experiment
            The experiment; only its data and its seed matter.
        wait
            Whether to wait a moment for the answer.

        Returns
        -------
        Counts | None
            None where arithmetic gives it (see `core.experiment.set_sizes.sizes`), or while there is no answer.
        """
        data, seed = experiment.data, experiment.fit.seed
        key = (data.dataset, data.train_images, data.validation_split, data.corrections, seed)
        if not needs_counting(data) or ((known := self._counts.known(key)) is None and missing_files(data.dataset)):
            return None
        return cast("Counts | None", known or self._counts.ask(key, data, seed, wait=wait))

    def trained(self, experiment: Experiment) -> int:
        """The number of training images, with those that are left out until a worker has counted. Never waits."""
        return sizes(experiment.data, self.counts(experiment, wait=False)).train

    def ask(self, experiment: Experiment, cell: Cell, *, wait: bool = True) -> np.ndarray | None:
        """The pictures of a cell's images, uint8 (images, height, width, channels); None while there is no answer.

        Parameters
        ----------
        experiment
            The experiment; only its data and its seed matter.
        cell
            The cell whose images are returned.
        wait
            Whether to wait a moment for the answer.
        """
        return self.pictures(experiment, "validation", cell.indexes, wait=wait)

    def pictures(
        self, experiment: Experiment, part: str, indexes: tuple[int, ...], *, wait: bool = True
    ) -> np.ndarray | None:
        """Images of one of an experiment's sets, uint8 (images, height, width, channels); None while there is no answer.

        Parameters
        ----------
        experiment
            The experiment; only its data and its seed matter.
        part
            The set: "train", "validation" or "test".
        indexes
            Indexes into the set.
        wait
            Whether to wait a moment for the answer.
        """
        key: Any = (experiment.data, experiment.fit.seed, part, indexes)
        return cast("np.ndarray | None", self._answers.ask(key, experiment, list(indexes), part, wait=wait))

    def augmented(
        self, data: Data, layers: tuple[Layer, ...], picture: np.ndarray, *, wait: bool = True
    ) -> np.ndarray | Problem | None:
        """Several random results of layers on a picture in training.

        See `core.worker.interpret.augmentation_samples.augmented_examples`.

        Parameters
        ----------
        data
            The data settings; only the range of the pixels matters.
        layers
            The layers in order, as at the beginning of a network.
        picture
            An array of uint8, (height, width, channels).
        wait
            Whether to wait a moment for the answer.

        Returns
        -------
        np.ndarray | Problem | None
            None while there is no answer; a Problem where Keras refuses the settings.
        """
        key = (data.pixels, layers, picture.shape, picture.tobytes())
        return cast("np.ndarray | Problem | None", self._augmented.ask(key, data, layers, picture, wait=wait))
