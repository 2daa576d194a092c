"""Read a network's stored predictions for the validation or test set, and select images by their predictions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np

from core.files import write_atomically

# The arrays that files of older versions lack.
COMPLETE_FILE = ("labels", "probabilities", "losses", "places", "order", "top_k", "calibration_counts")
NONE = np.zeros(0, dtype=int)
FILES_KEPT = 16  # files in memory; about a megabyte each


@dataclass(frozen=True)
class ConfusedPair:
    """An error in the confusion matrix: images of class `actual` that were predicted as class `predicted`."""

    actual: int  # the actual class
    predicted: int  # the predicted class
    count: int  # the number of confused images
    support: int  # the number of images of the actual class

    @property
    def share(self) -> float:
        """The share of the images of class `actual` that were predicted as class `predicted`."""
        return self.count / self.support if self.support else 0.0


@dataclass(frozen=True)
class EvaluatedSet:
    """The stored labels and predictions for the validation or test set. Indexes of images refer to this set."""

    content: Mapping[str, np.ndarray]  # arrays by their names in the file; see `core.worker.training.evaluation.save`
    are_pictures_gone: bool = False  # whether the pictures of the data set were deleted

    @property
    def is_whole(self) -> bool:
        """Whether the file holds all labels and probabilities. Older files hold only the mistakes."""
        return all(name in self.content for name in COMPLETE_FILE)

    @property
    def matrix(self) -> np.ndarray:
        """The confusion matrix: counts by actual class (rows) and predicted class (columns)."""
        return self.content["confusion_matrix"]

    @property
    def order(self) -> np.ndarray:
        """All classes, ordered so that classes that are often confused are neighbours."""
        return self.content["order"] if self.is_whole else np.arange(len(self.matrix))

    @property
    def labels(self) -> np.ndarray:
        """The actual classes, (images,)."""
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
        """The predicted classes, (images,)."""
        return np.asarray(self.probabilities.argmax(axis=-1))

    @property
    def num_mistakes(self) -> int:
        """The number of misclassified images."""
        return int(self.content["num_mistakes"])

    @property
    def top_k(self) -> dict[int, float]:
        """The top-k accuracy for each stored k, or an empty dictionary for an older file."""
        return {int(k): float(share) for k, share in self.content["top_k"]} if self.is_whole else {}

    def pictures(self) -> dict[int, np.ndarray]:
        """Return the images of the worst mistakes by index, uint8 (height, width, channels). Return {} if deleted."""
        if self.are_pictures_gone or not len(self.content["mistake_images"]):
            return {}
        return dict(zip(self.content["mistake_indexes"].tolist(), self.content["mistake_images"], strict=True))

    def pairs(self, limit: int | None = None) -> list[ConfusedPair]:
        """Return the pairs of classes that the network confused, the pair with the largest share first.

        Parameters
        ----------
        limit
            The greatest number of pairs to return. None means all pairs.
        """
        support = self.matrix.sum(axis=1)
        pairs = [
            ConfusedPair(int(actual), int(predicted), int(self.matrix[actual, predicted]), int(support[actual]))
            for actual, predicted in zip(*np.nonzero(self.matrix), strict=True)
            if actual != predicted
        ]
        return sorted(pairs, key=lambda pair: (-pair.share, -pair.count, pair.actual, pair.predicted))[:limit]


def read_evaluated_set(path: Path, *, are_pictures_gone: bool = False) -> EvaluatedSet | None:
    """Read stored predictions for the validation or test set. Return None if the file is missing or invalid."""
    try:
        return EvaluatedSet(_read(path, path.stat().st_mtime_ns), are_pictures_gone)
    except (OSError, ValueError, EOFError, KeyError):
        return None


def remove_pictures(path: Path) -> None:
    """Delete the images in a file of predictions, but keep its numbers. An invalid file stays unchanged."""
    evaluated = read_evaluated_set(path)
    if evaluated is None or not len(evaluated.content.get("mistake_images", ())):
        return
    content: dict[str, Any] = {**evaluated.content, "mistake_images": evaluated.content["mistake_images"][:0]}

    def write(temporary: Path) -> None:
        with temporary.open("wb") as file:
            np.savez_compressed(file, **content)

    write_atomically(path, write)


@lru_cache(maxsize=FILES_KEPT)
def _read(path: Path, _written: int) -> Mapping[str, np.ndarray]:
    with np.load(path, allow_pickle=False) as content:
        return MappingProxyType({name: content[name] for name in content.files})


# Functions that return indexes of images, the most interesting images first


def worst_mistakes(evaluated: EvaluatedSet) -> np.ndarray:
    """Return the indexes of the misclassified images, the largest loss first."""
    if not evaluated.is_whole:
        return evaluated.content["mistake_indexes"]
    wrong = np.flatnonzero(evaluated.predicted != evaluated.labels)
    return wrong[np.argsort(-evaluated.losses[wrong], kind="stable")]


def varied_mistakes(evaluated: EvaluatedSet, most: int) -> list[int]:
    """Return the indexes of some of the worst mistakes, from as many actual classes as possible.

    Only mistakes whose images are stored in the file are chosen.

    Parameters
    ----------
    evaluated
        The set.
    most
        The greatest number of mistakes.
    """
    kept = evaluated.pictures()
    ranks: dict[int, int] = {}  # the rank of the latest mistake of each class, from 0
    ranked = []
    for position, index in enumerate(int(index) for index in worst_mistakes(evaluated) if int(index) in kept):
        label = true_label(evaluated, index)
        ranks[label] = ranks.get(label, -1) + 1
        ranked.append((ranks[label], position, index))
    return [index for _, _, index in sorted(ranked)[:most]]


def confident_mistakes(evaluated: EvaluatedSet) -> np.ndarray:
    """Return the indexes of the misclassified images, the most confident prediction first."""
    if not evaluated.is_whole:
        return NONE
    wrong = np.flatnonzero(evaluated.predicted != evaluated.labels)
    return wrong[np.argsort(-evaluated.probabilities[wrong].max(axis=-1), kind="stable")]


def least_sure(evaluated: EvaluatedSet) -> np.ndarray:
    """Return the indexes of the correctly classified images, the least confident prediction first."""
    if not evaluated.is_whole:
        return NONE
    right = np.flatnonzero(evaluated.predicted == evaluated.labels)
    return right[np.argsort(evaluated.probabilities[right].max(axis=-1), kind="stable")]


def images_in_cell(evaluated: EvaluatedSet, actual: int, predicted: int) -> np.ndarray:
    """Return the indexes of the images in a cell of the confusion matrix, the most confident prediction first."""
    if not evaluated.is_whole:
        images = evaluated.content["mistake_indexes"]
        is_in = evaluated.content["mistake_labels"] == actual
        return np.asarray(images[is_in & (evaluated.content["mistake_probabilities"].argmax(axis=-1) == predicted)])
    images = np.flatnonzero((evaluated.labels == actual) & (evaluated.predicted == predicted))
    return images[np.argsort(-evaluated.probabilities[images, predicted], kind="stable")]


def probabilities_of(evaluated: EvaluatedSet, indexes: Sequence[int]) -> np.ndarray:
    """Return the network's outputs for some images, (indexes, classes). Older files have outputs only for mistakes."""
    if evaluated.is_whole:
        return np.asarray(evaluated.probabilities[np.asarray(indexes, dtype=int)])
    kept = {int(index): position for position, index in enumerate(evaluated.content["mistake_indexes"])}
    return evaluated.content["mistake_probabilities"][[kept[int(index)] for index in indexes]]


def true_label(evaluated: EvaluatedSet, index: int) -> int:
    """Return the actual class of an image. Older files have classes only for mistakes."""
    if evaluated.is_whole:
        return int(evaluated.labels[index])
    return int(evaluated.content["mistake_labels"][evaluated.content["mistake_indexes"].tolist().index(index)])
