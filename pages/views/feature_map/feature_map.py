"""Images as dots on a plane, laid out by the outputs of a layer. Pointing at a dot shows its image."""

from collections.abc import Callable

import streamlit as st

from core.experiment.descriptions import layer_titles
from core.experiment.image_ref import SET_NAMES, ImageRef
from core.experiment.model import INPUT, Experiment
from core.number_text import percent
from core.views.feature_map import FeatureScatter
from pages.components.browser_modules import register
from pages.shell.messages import escape_markdown

_FEATURE_MAP = register("feature_map", folder="views/feature_map")
NONE = -1  # in place of an index, if the image belongs to another set


def draw(
    scatter: FeatureScatter, experiment: Experiment, picked: ImageRef, *, key: str, on_picked: Callable[[], None]
) -> None:
    """Draw images as dots on a plane, with a caption that explains the plane.

    Parameters
    ----------
    scatter
        The dots and the sheet of their images, or the reason why they are missing.
    experiment
        The experiment of the network.
    picked
        The image that the page explains.
    key
        The key of the element. Its session state has `picked`, the index of an image, once a person picks one.
    on_picked
        Called before the script reruns for a picked image.
    """
    if scatter.missing:
        st.info(escape_markdown(scatter.missing))
        return
    words = _words(scatter, experiment)
    st.caption("Images that the network finds alike mostly lie close together. A dashed ring: wrong.", help=words)
    data = {
        "dots": [[dot.index, round(dot.x, 4), round(dot.y, 4), dot.label, dot.predicted] for dot in scatter.dots],
        "sheet": scatter.sheet,
        "columns": scatter.columns,
        "rows": -(-len(scatter.dots) // scatter.columns),
        "classes": list(experiment.data.entry.classes),
        "picked": picked.index if picked.part == scatter.part else NONE,
        "axes": [f"PCA {number}: {percent(share)} of the variance" for number, share in enumerate(scatter.variance, 1)],
        "label": f"Map of images. {words}",
    }
    _FEATURE_MAP(key=key, data=data, on_picked_change=on_picked)


def _words(scatter: FeatureScatter, experiment: Experiment) -> str:
    """Return an explanation of the plane: the numbers that place the images, and how much of them the plane shows."""
    titles = layer_titles(experiment)
    source = (
        "The pixels themselves"
        if scatter.layer == INPUT
        else f"Layer {escape_markdown(titles.get(scatter.layer, scatter.layer))}"
    )
    wrong = sum(dot.label != dot.predicted for dot in scatter.dots)
    first, second = scatter.variance
    return (
        f"{source}, just before the answer: {scatter.numbers:,} numbers for each of {len(scatter.dots)} images of the "
        f"{SET_NAMES[scatter.part].lower()}, laid out by PCA. The two axes show {percent(first + second)} of all that "
        f"differs ({percent(first)} and {percent(second)}). A dashed ring: called wrongly ({wrong} of them)."
    )
