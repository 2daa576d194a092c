"""Read the file of an evaluated set, and select images from it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

import numpy as np

# The arrays that files of older versions lack.
COMPLETE_FILE = ("labels", "probabilities", "losses", "places", "order", "top_k", "calibration_counts")
NONE = np.zeros(0, dtype=int)
FILES_KEPT = 16  # in memory; about a megabyte each


@dataclass(frozen=True)
class Pair:
    """How often one class was predicted for images of another."""

    actual: int  # class
    predicted: int  # class
    count: int  # images
    support: int  # images of the actual class

    @property
    def share(self) -> float:
        """The share of the actual class' images that was predicted as the other class."""
        return self.count / self.support if self.support else 0.0


@dataclass(frozen=True)
class EvaluatedSet:
    """An evaluated set; images have their index in the experiment's set."""

    content: Mapping[str, np.ndarray]  # by the names in the file; see `core.worker.training.evaluation.save`

    @property
    def is_whole(self) -> bool:
        """Whether the file holds all labels and probabilities; older files hold only the mistakes."""
        return all(name in self.content for name in COMPLETE_FILE)

    @property
    def matrix(self) -> np.ndarray:
        """Counts; rows are actual classes, columns predicted ones."""
        return self.content["confusion_matrix"]

    @property
    def order(self) -> np.ndarray:
        """All classes; classes that are confused often are neighbours."""
        return self.content["order"] if self.is_whole else np.arange(len(self.matrix))

    @property
    def labels(self) -> np.ndarray:
        """Actual classes, (images,)."""
        return self.content["labels"]

    @property
    def probabilities(self) -> np.ndarray:
        """The network's outputs, (images, classes)."""
        return self.content["probabilities"]

    @property
    def losses(self) -> np.ndarray:
        """The loss of each image, (images,)."""
        return self.content["losses"]

    @property
    def file_indexes(self) -> np.ndarray:
        """The index of each image in the data set's files, (images,)."""
        return self.content["places"]

    @property
    def predicted(self) -> np.ndarray:
        """Predicted classes, (images,)."""
        return np.asarray(self.probabilities.argmax(axis=-1))

    @property
    def num_mistakes(self) -> int:
        """How many images are classified wrongly."""
        return int(self.content["num_mistakes"])

    @property
    def top_k(self) -> dict[int, float]:
        """The share of images whose class is among the k most probable ones, by k."""
        return {int(k): float(share) for k, share in self.content["top_k"]} if self.is_whole else {}

    def pictures(self) -> dict[int, np.ndarray]:
        """The images in the file, the worst mistakes: uint8 (height, width, channels), by index."""
        return dict(zip(self.content["mistake_indexes"].tolist(), self.content["mistake_images"], strict=True))

    def pairs(self, limit: int | None = None) -> list[Pair]:
        """The pairs of classes that were confused, the largest share first.

        Parameters
        ----------
        limit
            The greatest number of pairs to return.
        """
        support = self.matrix.sum(axis=1)
        pairs = [
            Pair(int(actual), int(predicted), int(self.matrix[actual, predicted]), int(support[actual]))
            for actual, predicted in zip(*np.nonzero(self.matrix), strict=True)
            if actual != predicted
        ]
        return sorted(pairs, key=lambda pair: (-pair.share, -pair.count, pair.actual, pair.predicted))[:limit]


def read_evaluated_set(path: Path) -> EvaluatedSet | None:
    """Read an evaluated set; None if the file is missing or invalid."""
    try:
        return _read(path, path.stat().st_mtime_ns)
    except (OSError, ValueError, EOFError, KeyError):
        return None


@lru_cache(maxsize=FILES_KEPT)
def _read(path: Path, _written: int) -> EvaluatedSet:
    with np.load(path, allow_pickle=False) as content:
        return EvaluatedSet(MappingProxyType({name: content[name] for name in content.files}))


# Indexes of images of one kind, the most interesting first


def worst_mistakes(evaluated: EvaluatedSet) -> np.ndarray:
    """The misclassified images, the largest loss first."""
    if not evaluated.is_whole:
        return evaluated.content["mistake_indexes"]
    wrong = np.flatnonzero(evaluated.predicted != evaluated.labels)
    return wrong[np.argsort(-evaluated.losses[wrong], kind="stable")]


def confident_mistakes(evaluated: EvaluatedSet) -> np.ndarray:
    """The misclassified images, the most confident prediction first."""
    if not evaluated.is_whole:
        return NONE
    wrong = np.flatnonzero(evaluated.predicted != evaluated.labels)
    return wrong[np.argsort(-evaluated.probabilities[wrong].max(axis=-1), kind="stable")]


def least_sure(evaluated: EvaluatedSet) -> np.ndarray:
    """The correctly classified images, the least confident prediction first."""
    if not evaluated.is_whole:
        return NONE
    right = np.flatnonzero(evaluated.predicted == evaluated.labels)
    return right[np.argsort(evaluated.probabilities[right].max(axis=-1), kind="stable")]


def in_cell(evaluated: EvaluatedSet, actual: int, predicted: int) -> np.ndarray:
    """The images of one cell of the confusion matrix, the most confident prediction first."""
    if not evaluated.is_whole:
        images = evaluated.content["mistake_indexes"]
        is_in = evaluated.content["mistake_labels"] == actual
        return np.asarray(images[is_in & (evaluated.content["mistake_probabilities"].argmax(axis=-1) == predicted)])
    images = np.flatnonzero((evaluated.labels == actual) & (evaluated.predicted == predicted))
    return images[np.argsort(-evaluated.probabilities[images, predicted], kind="stable")]


def probabilities_of(evaluated: EvaluatedSet, indexes: Sequence[int]) -> np.ndarray:
    """The network's outputs for some images, (indexes, classes); from an older file only for mistakes."""
    if evaluated.is_whole:
        return np.asarray(evaluated.probabilities[np.asarray(indexes, dtype=int)])
    kept = {int(index): position for position, index in enumerate(evaluated.content["mistake_indexes"])}
    return evaluated.content["mistake_probabilities"][[kept[int(index)] for index in indexes]]


def label_of(evaluated: EvaluatedSet, index: int) -> int:
    """The class of an image; from an older file only for mistakes."""
    if evaluated.is_whole:
        return int(evaluated.labels[index])
    return int(evaluated.content["mistake_labels"][evaluated.content["mistake_indexes"].tolist().index(index)])
