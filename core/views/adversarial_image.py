"""A picture that misleads a network by a small change of all pixels."""

from dataclasses import dataclass

from core.experiment.image_ref import ImageRef
from core.views.shared.question import NetworkQuestion


@dataclass(frozen=True)
class AdversarialImage:
    """A picture after a small change of all pixels, in the direction that misleads the network most."""

    pixels: bytes  # uint8, row by row
    away_from: int  # the class that the network predicted before
    probabilities: tuple[float, ...]  # of the classes, for the changed picture


@dataclass(frozen=True)
class AdversarialImageQuestion(NetworkQuestion[AdversarialImage]):
    """A request for an adversarial image: a copy of an image whose pixels are changed to mislead a network."""

    image: ImageRef
    levels: int  # the change of each pixel, in levels from 0 to 255

    function = "core.worker.views.adversarial_image:adversarial_image"
    kept = 200
