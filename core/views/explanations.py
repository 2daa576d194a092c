"""The methods that explain a network's output, such as Grad-CAM, with the strengths and limits of each."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from core.experiment.image_ref import ImageRef
from core.views.shared.question import NetworkQuestion


@dataclass(frozen=True)
class Method:
    """A method that explains a network's output, such as Grad-CAM."""

    name: str
    title: str
    source: str  # the authors of the method
    can: str  # the facts that the method shows, in a sentence
    colours: str  # the meaning of blue and orange, in a sentence with {name} in place of the class
    cannot: str  # the limit of the method, in a sentence
    weighs_maps: bool = False  # whether the method explains a chosen layer


METHODS: Mapping[str, Method] = MappingProxyType(
    {
        method.name: method
        for method in (
            Method(
                "grad_cam",
                "Grad-CAM",
                "Selvaraju et al., 2017",
                "Where the maps of a layer show something that speaks for this class.",
                "The maps show something at **blue** places that speaks for {name}.",
                "It is as coarse as these maps, and does not say what was found there, nor what speaks against.",
                weighs_maps=True,
            ),
            Method(
                "saliency",
                "Saliency",
                "Simonyan et al., 2013",
                "Which pixels would change the score most if each changed by very little.",
                "The **bluer** a pixel, the more a small change of it moves the score of {name}.",
                "It does not say which pixels made the score: where the network is sure, little changes matter little.",
            ),
            Method(
                "integrated_gradients",
                "Integrated gradients",
                "Sundararajan et al., 2017",
                "How much each pixel added to the score on the way from a black image to this one; it adds up.",
                "**Blue** pixels raised the score of {name}, **orange** pixels lowered it.",
                "Pixels as black as the start count for nothing, even where it matters that they are black.",
            ),
            Method(
                "occlusion",
                "Occlusion",
                "Zeiler & Fergus, 2014",
                "How the probability changes when a square hides a place.",
                "Covering a **blue** place made {name} less likely, covering an **orange** place more likely.",
                "Hidden images look like none it has learned from, and what two places say together is not seen.",
            ),
        )
    }
)


@dataclass(frozen=True)
class Explanation:
    """An explanation of the network's output for a class on an image."""

    picture: str = ""  # PNG as a data: URI: blue for the class, vermilion against it, with outlines of the image
    words: str = ""  # the numbers of the explanation, in a sentence
    strongest: str = ""  # the most important position, in words
    missing: str = ""  # the reason for a missing result, or ""
    ends: tuple[str, str] = ("", "")  # the numbers at the vermilion and the blue end of the scale
    is_one_sided: bool = False  # whether the scale has no vermilion, so that its first end is 0
    note: str = ""  # what is particular to this image, in a sentence, or ""
    layers: tuple[str, ...] = ()  # ids of the layers that the method can explain
    layer: str = ""  # the id of the explained layer


@dataclass(frozen=True)
class ExplanationQuestion(NetworkQuestion[Explanation]):
    """A request to explain the network's output for a class on an image, with a method of METHODS."""

    image: ImageRef
    label: int  # the class
    method: str  # a key of METHODS
    layer: str = ""  # the id of the layer to explain, for a method that weighs maps; "" for the last such layer

    function = "core.worker.views.explanations:explain"
    kept = 400
