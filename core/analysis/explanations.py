"""Why a network gave an answer: four methods, with what each can and cannot say.

`core.worker.interpret.explain` computes them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True)
class Method:
    """One way to ask a network for its reasons."""

    name: str
    title: str
    source: str  # who proposed it
    can: str  # what it says, in a sentence
    cannot: str  # what it does not say, in a sentence
    weighs_maps: bool = False  # whether it is asked about a layer


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
    """What one method says of one image and one class."""

    picture: str = ""  # a data: URI of PNG: the image, pale, with blue for what speaks for the class, vermilion against
    words: str = ""  # its numbers, in a sentence
    strongest: str = ""  # the place that counts most, for those who cannot see it
    missing: str = ""  # why this method has nothing to say of this network; "" where it has
    layers: tuple[str, ...] = ()  # ids of the layers that it can be asked about
    layer: str = ""  # the one that it was asked about


@dataclass(frozen=True)
class ScatterPoint:
    """One image among others, as the last hidden layer sees it."""

    index: int  # into its set
    x: float
    y: float
    label: int  # its class
    said: int  # what the network says


@dataclass(frozen=True)
class FeatureScatter:
    """Images of a set as dots: near each other where the last hidden layer gives nearly the same for them."""

    part: str  # the set; see `core.experiment.image_ref`
    layer: str  # the id of the layer, or INPUT where the network has no hidden layer
    numbers: int  # that this layer gives for an image
    kept: tuple[float, float]  # the share of what differs between images that each axis shows
    dots: tuple[ScatterPoint, ...]
    sheet: str  # the images of all dots as one picture, a data: URI of PNG, `columns` in a row
    columns: int
    missing: str = ""  # why there is no map; "" where there is
