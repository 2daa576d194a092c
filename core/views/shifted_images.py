"""The accuracy of a network on images that are shifted by some pixels."""

from dataclasses import dataclass

from core.views.shared.question import NetworkQuestion


@dataclass(frozen=True)
class ShiftedImagesQuestion(NetworkQuestion[tuple[float, float]]):
    """A request for a network's accuracy on the unchanged and on the shifted validation images.

    The second accuracy is the mean over shifts in four directions.
    """

    pixels: int  # the distance of the shift; as many rows or columns of the image turn black

    function = "core.worker.views.shifted_images:shifted_accuracy"
    kept = 100
