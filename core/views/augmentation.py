"""Examples of augmentation: random outputs of the augmentation layers at the beginning of a network."""

from collections.abc import Hashable
from dataclasses import dataclass

import numpy as np

from core.experiment.model import Data, Layer
from core.views.shared.question import Question


@dataclass(frozen=True, eq=False)
class AugmentedImagesQuestion(Question[np.ndarray]):
    """A request for random outputs of augmentation layers for a picture, uint8 (results, height, width, channels).

    The layers are called in training mode.
    """

    data: Data  # only the range of the pixels matters
    layers: tuple[Layer, ...]  # in order, as at the beginning of a network; each gives an image
    picture: np.ndarray  # uint8 (height, width, channels)

    function = "core.worker.views.augmentation:augmented_examples"
    kept = 200  # some ten kilobytes each

    @property
    def key(self) -> Hashable:
        """The cache key: the range of the pixels, the layers, and the picture's bytes."""
        return (self.data.pixels, self.layers, self.picture.shape, self.picture.tobytes())
