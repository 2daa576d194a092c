"""Data sets of points. Points have two features instead of pixels and belong to two classes. A seed decides their places."""

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

Drawn = tuple[np.ndarray, np.ndarray]  # the features (points, 2), and the classes (points,), 0 or 1
POINTS = 200
SHARE_KEPT = 0.25  # the share of the points, the last 50 of 200, that are kept for validation


@dataclass(frozen=True)
class PointSet:
    """A data set of points in two classes, such as a spiral."""

    name: str
    title: str
    sentence: str  # a description for beginners
    draw: Callable[[int, float, int], Drawn]  # takes the number of points, the noise from 0 to 1, and the seed

    @property
    def source(self) -> str:
        """The code of `draw`, which scripts contain."""
        return inspect.getsource(self.draw)


# Scripts contain the source of these functions, so each function stands alone and needs numpy only.


def blobs(points, noise, seed):  # type: ignore[no-untyped-def]
    """Generate two clouds of points, a cloud for each class."""
    rng = np.random.default_rng(seed)
    labels = rng.permutation(np.arange(points) % 2)
    centres = np.where(labels == 1, 2.0, -2.0)[:, None]
    return centres + rng.normal(size=(points, 2)) * (0.5 + 3.0 * noise), labels.astype("float64")


def ring(points, noise, seed):  # type: ignore[no-untyped-def]
    """Generate a cloud of points, and a ring of the other class around the cloud."""
    rng = np.random.default_rng(seed)
    labels = rng.permutation(np.arange(points) % 2)
    radius = np.where(labels == 1, 2.0 * np.sqrt(rng.random(points)), 3.5 + 1.5 * rng.random(points))
    angle = rng.uniform(0.0, 2.0 * np.pi, points)
    inputs = np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1)
    return inputs + rng.normal(size=(points, 2)) * 3.0 * noise, labels.astype("float64")


def corners(points, noise, seed):  # type: ignore[no-untyped-def]
    """Generate points in four corners, with the same class in opposite corners."""
    rng = np.random.default_rng(seed)
    inputs = rng.uniform(0.4, 5.0, (points, 2)) * rng.choice([-1.0, 1.0], (points, 2))
    labels = inputs[:, 0] * inputs[:, 1] > 0.0
    return inputs + rng.normal(size=(points, 2)) * 3.0 * noise, labels.astype("float64")


def spiral(points, noise, seed):  # type: ignore[no-untyped-def]
    """Generate two intertwined spiral arms of points, an arm for each class."""
    rng = np.random.default_rng(seed)
    labels = rng.permutation(np.arange(points) % 2)
    way = np.sqrt(rng.random(points))
    angle = 1.25 * 2.0 * np.pi * way + np.pi * labels
    inputs = 5.0 * way[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    return inputs + rng.normal(size=(points, 2)) * noise, labels.astype("float64")


def long_spiral(points, noise, seed):  # type: ignore[no-untyped-def]
    """Generate two spiral arms of points, an arm for each class, with two turns each."""
    rng = np.random.default_rng(seed)
    labels = rng.permutation(np.arange(points) % 2)
    way = np.sqrt(rng.random(points))
    angle = 2.0 * 2.0 * np.pi * way + np.pi * labels
    inputs = 5.0 * way[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    return inputs + rng.normal(size=(points, 2)) * noise, labels.astype("float64")


POINT_SETS: Mapping[str, PointSet] = MappingProxyType(
    {
        entry.name: entry
        for entry in (
            PointSet("blobs", "Blobs", "Two heaps, a heap for each class.", blobs),
            PointSet("ring", "Ring", "A class lies around the other.", ring),
            PointSet("corners", "Corners", "Opposite corners have the same class.", corners),
            PointSet("spiral", "Spiral", "Two arms are wound into each other.", spiral),
            PointSet("long_spiral", "Long spiral", "Two arms are wound into each other, two turns each.", long_spiral),
        )
    }
)
