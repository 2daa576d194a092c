"""A scatter plot of images, in which images are close if the last hidden layer gives similar outputs."""

from dataclasses import dataclass

from core.views.shared.question import NetworkQuestion


@dataclass(frozen=True)
class ScatterPoint:
    """An image as a point of the scatter plot, with its actual and its predicted class."""

    index: int  # in its set
    x: float
    y: float
    label: int  # actual class
    predicted: int  # predicted class


@dataclass(frozen=True)
class FeatureScatter:
    """A scatter plot of images, in which images are close if the last hidden layer gives similar outputs."""

    part: str  # the set; see `core.experiment.image_ref`
    layer: str  # the id of the layer, or INPUT if the network has no hidden layer
    numbers: int  # outputs of the layer for an image
    variance: tuple[float, float]  # the share of the variance that each axis shows
    dots: tuple[ScatterPoint, ...]
    sheet: str  # a picture of all images, PNG as a data: URI, with `columns` images in a row
    columns: int
    missing: str = ""  # the reason for a missing plot, or ""


@dataclass(frozen=True)
class FeatureMapQuestion(NetworkQuestion[FeatureScatter]):
    """A request for the scatter plot of the validation images. Without a validation set, training images are plotted."""

    function = "core.worker.views.feature_map:feature_map"
    kept = 20
