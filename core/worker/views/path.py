"""Compute the paths of two weights in training with several batch sizes, on the zeros and ones of Digits."""

import numpy as np

from core.catalogue.datasets import ALWAYS_WORKS
from core.views.path import BatchPaths, TwoWeightUnit, batch_paths, brightness_features
from core.worker.data.load import load_raw
from core.worker.views.shared.load_trained import errors_as_problems

CLASSES = (0, 1)


def two_weights() -> TwoWeightUnit:
    """Return a unit with two weights that tells zeros from ones in Digits by two features, with its data."""
    (images, labels), _ = load_raw(ALWAYS_WORKS)
    chosen = np.isin(labels, CLASSES)
    return TwoWeightUnit(brightness_features(images[chosen]), (labels[chosen] == CLASSES[1]).astype(float))


@errors_as_problems
def paths(seed: int) -> BatchPaths:
    """Compute the paths of two weights during an epoch, for several batch sizes. The seed shuffles the images."""
    return batch_paths(two_weights(), seed)
