"""The methods that explain an answer of a network, with what each can and cannot say.

`core.worker.interpret.explain` computes them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True)
class Method:
    """One method of explaining an answer."""

    name: str
    title: str
    source: str  # its authors
    can: str  # what it says, in a sentence
    cannot: str  # what it does not say, in a sentence
    weighs_maps: bool = False  # whether it explains a chosen layer


METHODS: Mapping[str, Method] = MappingProxyType(
    {
        method.name: method
        for method in (
            Method(
                "grad_cam",
                "Grad-CAM",
                "Selvaraju et al., 2017",
                "Where the maps of a layer show something that speaks for this class.",
                "It is as coarse as these maps, and does not say what was found there, nor what speaks against.",
                weighs_maps=True,
            ),
            Method(
                "saliency",
                "Saliency",
                "Simonyan et al., 2013",
                "Which pixels would change the score most if each changed by very little.",
                "It does not say which pixels made the score: where the network is sure, little changes matter little.",
            ),
            Method(
                "integrated_gradients",
                "Integrated gradients",
                "Sundararajan et al., 2017",
                "How much each pixel added to the score on the way from a black image to this one; it adds up.",
                "Pixels as black as the start count for nothing, even where it matters that they are black.",
            ),
            Method(
                "occlusion",
                "Occlusion",
                "Zeiler & Fergus, 2014",
                "How much the probability falls when a square over this place hides it; it needs no gradient.",
                "Hidden images look like none it has learned from, and what two places say together is not seen.",
            ),
        )
    }
)


@dataclass(frozen=True)
class Explanation:
    """The result of a method for one image and one class."""

    picture: str = ""  # PNG as a data: URI: the image, pale, with blue for the class and vermilion against it
    words: str = ""  # its numbers, in a sentence
    strongest: str = ""  # the most important position, in words
    missing: str = ""  # why there is no result; "" if there is one
    layers: tuple[str, ...] = ()  # ids of the layers that it can explain
    layer: str = ""  # the id of the explained layer


@dataclass(frozen=True)
class ScatterPoint:
    """One image in a scatter plot of a hidden layer's outputs."""

    index: int  # in its set
    x: float
    y: float
    label: int  # actual class
    predicted: int  # predicted class


@dataclass(frozen=True)
class FeatureScatter:
    """A scatter plot of images: images are close where the last hidden layer gives similar outputs."""

    part: str  # the set; see `core.experiment.image_ref`
    layer: str  # the id of the layer, or INPUT if the network has no hidden layer
    numbers: int  # outputs of the layer for an image
    variance: tuple[float, float]  # the share of the variance that each axis shows
    dots: tuple[ScatterPoint, ...]
    sheet: str  # all images in one picture, PNG as a data: URI, with `columns` images in a row
    columns: int
    missing: str = ""  # why there is no plot; "" if there is one
