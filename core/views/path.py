"""An epoch of gradient descent with two weights, for several batch sizes."""

from dataclasses import dataclass

import numpy as np

from core.views.shared.question import Question

LEARNING_RATE = 1.0
ENDS = (-1.5, 3.5), (-4.0, 1.0)  # the ends of the map along the first and along the second weight
GRID = 41  # losses along each side of the map
DESCENTS = 4_000  # steps with all images, after which the lowest loss is known to a thousandth


@dataclass(frozen=True, eq=False)
class TwoWeightUnit:
    """A sigmoid unit with two weights that classifies images by two features, with the features and labels of images."""

    inputs: np.ndarray  # (images, 2), with mean 0 and standard deviation 1
    targets: np.ndarray  # 0 or 1, (images,)

    def loss(self, weights: np.ndarray) -> float:
        """Return the mean binary cross-entropy of all images."""
        sums = self.inputs @ weights
        return float(np.mean(np.logaddexp(0.0, sums) - self.targets * sums))

    def gradient(self, weights: np.ndarray, batch: np.ndarray) -> np.ndarray:
        """Return the gradient of the mean loss over a batch, which holds indexes of images."""
        inputs = self.inputs[batch]
        errors = 1 / (1 + np.exp(-inputs @ weights)) - self.targets[batch]
        return np.asarray((errors[:, None] * inputs).mean(axis=0))

    def valley(self) -> np.ndarray:
        """Return the weights with the lowest loss, found by gradient descent on all images."""
        weights, everything = np.zeros(2), np.arange(len(self.targets))
        for _ in range(DESCENTS):
            weights = weights - LEARNING_RATE * self.gradient(weights, everything)
        return weights


@dataclass(frozen=True, eq=False)
class BatchPath:
    """The two weights after each step of an epoch with a batch size."""

    batch_size: int
    points: np.ndarray  # (steps + 1, 2), the start first
    loss: float  # the loss of all images after the last step

    @property
    def steps(self) -> int:
        return len(self.points) - 1


@dataclass(frozen=True, eq=False)
class BatchPaths:
    """The paths of two weights during an epoch for several batch sizes, and the loss on a grid of weights."""

    images: int
    paths: tuple[BatchPath, ...]
    losses: np.ndarray  # (GRID, GRID): a row for each value of the second weight
    valley: np.ndarray  # the weights with the lowest loss, (2,)
    lowest: float  # the lowest loss

    def of(self, batch_size: int) -> BatchPath:
        """Return the path whose batch size is nearest to `batch_size`."""
        return min(self.paths, key=lambda path: abs(path.batch_size - batch_size))


@dataclass(frozen=True)
class BatchPathsQuestion(Question[BatchPaths]):
    """A request for the paths of two weights during an epoch, for several batch sizes."""

    seed: int  # the seed that shuffles the images

    function = "core.worker.views.path:paths"
    kept = 100


def brightness_features(images: np.ndarray) -> np.ndarray:
    """Return the standardised brightness of each image's middle columns, and of the columns beside them, (images, 2)."""
    quarter = images.shape[2] // 8
    columns = np.asarray(images, float).reshape(*images.shape[:3], -1).mean(axis=(1, 3))
    middle = columns[:, 3 * quarter : 5 * quarter].mean(axis=1)
    edges = np.concatenate([columns[:, quarter : 3 * quarter], columns[:, 5 * quarter : 7 * quarter]], axis=1).mean(axis=1)
    inputs = np.stack([middle, edges], axis=1)
    return np.asarray((inputs - inputs.mean(axis=0)) / inputs.std(axis=0))


def batch_sizes(images: int) -> tuple[int, ...]:
    """Return the batch sizes to compare: the powers of two below the number of images, and all images."""
    return (*(2**power for power in range(images.bit_length()) if 2**power < images), images)


def batch_path(unit: TwoWeightUnit, batch_size: int, seed: int) -> BatchPath:
    """Train for an epoch from weights of 0, and return the weights after each step. The seed shuffles the images."""
    order = np.random.default_rng(seed).permutation(len(unit.targets))
    points = [np.zeros(2)]
    for first in range(0, len(order), batch_size):
        step = LEARNING_RATE * unit.gradient(points[-1], order[first : first + batch_size])
        points.append(points[-1] - step)
    return BatchPath(batch_size, np.array(points), unit.loss(points[-1]))


def batch_paths(unit: TwoWeightUnit, seed: int = 0) -> BatchPaths:
    """Train for an epoch with each batch size, and return the paths and the loss on a grid of weights."""
    images = len(unit.targets)
    paths = tuple(batch_path(unit, size, seed) for size in batch_sizes(images))
    across, up = (np.linspace(*ends, GRID) for ends in ENDS)
    losses = np.array([[unit.loss(np.array([x, y])) for x in across] for y in up])
    valley = unit.valley()
    return BatchPaths(images, paths, losses, valley, unit.loss(valley))
