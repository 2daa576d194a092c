"""The page Why this answer?: pictures that explain a network's answer to an image, and a map of similar images."""

from pathlib import Path

import streamlit as st

from core.experiment.descriptions import layer_titles
from core.experiment.image_ref import ImageRef
from core.number_text import percent
from core.problems import Problem
from core.views.explanations import METHODS, Explanation, ExplanationQuestion, Method
from core.views.feature_map import FeatureMapQuestion
from core.views.predictions import ProbabilitiesQuestion
from pages.frame import page_layout
from pages.interpret.image_picker import draw_image_picker, is_image_unavailable, picked_image, select_image, verdict
from pages.interpret.network_ref import NetworkRef, answer, ask_network, network_in_view, prefetch
from pages.interpret.page_buttons import draw_page_buttons
from pages.interpret.timeline import choose_moment, follow_run
from pages.shell.messages import escape_markdown
from pages.shell.page_data import current_view
from pages.shell.streamlit_patches import Container
from pages.views.explanations import explanations
from pages.views.feature_map import feature_map

LARGE_PIXELS = 264  # of the image and of its explanation, in pixels
SMALL_PIXELS = 208  # of an explanation among four, in pixels
MAP_HEIGHT = 400  # of the map of images, in pixels
STYLE = Path(__file__).parent / "why_methods.css"
ITS_ANSWER = -1  # in place of a class: the class with the highest probability
CLOUD = "why-cloud"
LAYER = "why_layer"  # in session state: the id of the layer whose maps Grad-CAM weighs
ALL = "all"  # in place of a method: all methods side by side
WAYS = ("occlusion", "integrated_gradients", "saliency", "grad_cam", ALL)  # first the method that works for every network
WAY_NAMES = {name: method.title for name, method in METHODS.items()} | {
    "occlusion": "Cover parts (occlusion)",
    ALL: "All four side by side",
}


def choose(network: NetworkRef, image: ImageRef, probabilities: tuple[float, ...], says: Container) -> int:
    """Draw the network's answer into `says`, and the choice of a class to explain. Return the chosen class."""
    classes = network.experiment.data.entry.classes
    best = max(range(len(probabilities)), key=probabilities.__getitem__)
    answer_words = f"It says **{escape_markdown(classes[best])}** ({percent(probabilities[best], 1)})."
    says.markdown(f"{answer_words} {verdict(network, image, best)}".rstrip())
    chosen = st.selectbox(
        "Ask about",
        (ITS_ANSWER, *range(len(classes))),
        format_func=lambda label: (
            f"its answer: {classes[best]}"
            if label == ITS_ANSWER
            else f"{classes[label]} ({percent(probabilities[label], 1)})"
        ),
        key=f"why-class-{network.experiment.data.dataset}",
        persist_state="session",
        help="Any class can be asked about, also one that it does not believe in.",
    )
    return best if chosen == ITS_ANSWER or chosen >= len(classes) else chosen


def choose_way() -> str:
    """Draw the choice of an explanation method. Return the name of the method, or ALL for all methods."""
    return st.selectbox(
        "Method",
        WAYS,
        format_func=WAY_NAMES.__getitem__,
        key="why-way",
        persist_state="session",
        help="Each method asks the network another question. Trust what several methods agree on.",
    )


def question(network: NetworkRef, image: ImageRef, label: int, method: Method) -> ExplanationQuestion:
    """Return the request for an explanation of a class on an image by a method."""
    layer = st.session_state.get(LAYER, "") if method.weighs_maps else ""
    return ExplanationQuestion(*network.weights, image, label, method.name, layer)


def explanation(network: NetworkRef, image: ImageRef, label: int, method: Method, size: int) -> Explanation | None:
    """Draw the picture of an explanation method, or why the picture is missing.

    Return the explanation, or None until the explanation is computed.

    Parameters
    ----------
    network, image, label
        The network, the image, and the class that is asked about.
    method
        The method.
    size
        The side of the picture, in pixels.
    """
    known = answer(network, question(network, image, label, method), height=size, waiting_words="Computing …")
    if known is not None:
        name = network.experiment.data.entry.classes[label]
        explanations.draw(known, method, name, size)
        explanations.colours(method, known, name)
        if len(known.layers) > 1:
            choose_layer(network, known)
    return known


def card(network: NetworkRef, image: ImageRef, label: int, method: Method) -> None:
    """Draw the card of an explanation method: its picture, its numbers, and its limits."""
    with st.container(border=True, key=f"card-why-{method.name}", height="stretch"):
        st.header(method.title)
        explanations.limits(method, explanation(network, image, label, method, SMALL_PIXELS))


def choose_layer(network: NetworkRef, explanation: Explanation) -> None:
    """Draw the choice of the layer whose feature maps Grad-CAM uses."""
    key, titles = "why-layer", layer_titles(network.experiment)
    st.session_state[key] = explanation.layer
    st.selectbox(
        "Maps of layer",
        explanation.layers,
        format_func=lambda layer: titles.get(layer, layer),
        key=key,
        on_change=lambda: st.session_state.update({LAYER: st.session_state[key]}),
        help="Early layers see fine lines; late ones see coarse things that matter for the class. The last one is usual.",
    )


def side_by_side(network: NetworkRef, image: ImageRef, label: int) -> None:
    """Draw the cards of all explanation methods side by side."""
    st.html(STYLE)
    with st.container(key="why-methods", horizontal=True, gap="small"):
        for method in METHODS.values():
            card(network, image, label, method)


def begin(network: NetworkRef) -> None:
    """Draw the image, the network's answer, and the explanation by the chosen method, or by all methods side by side."""
    with st.container(border=True, key="card-why"):
        says = st.container(key="why-says")
        first = st.container(key="why-first")
    with first:
        with st.container(key="why-image"):
            image = draw_image_picker(network, LARGE_PIXELS)
        words, picture = st.container(key="why-words"), st.container(key="why-explained")
    with words:
        with st.container(key="why-answer"):
            said = answer(network, ProbabilitiesQuestion(*network.weights, image), height=60)
            label = None if said is None else choose(network, image, said, says)
        way = choose_way()
        limits = st.container()
        with st.container(key="why-moment", horizontal=True, vertical_alignment="center", gap="medium"):
            st.caption(escape_markdown(network.words), width="content")
            choose_moment(network)
        draw_page_buttons(image, key="why-to", pages=("inside.py",))
    if label is None:
        return
    if way == ALL:
        for method in METHODS.values():
            prefetch(network, question(network, image, label, method))
        side_by_side(network, image, label)
        return
    method = METHODS[way]
    with picture:
        known = explanation(network, image, label, method, LARGE_PIXELS)
    with limits:
        explanations.limits(method, known)


def open_picked_image() -> None:
    """Select the image whose dot was clicked on the map."""
    index, part = getattr(st.session_state[CLOUD], "picked", None), st.session_state["why-cloud-part"]
    if isinstance(index, int):
        select_image(ImageRef(part, index))


def draw_feature_map(network: NetworkRef, image: ImageRef) -> None:
    """Draw the map of images, laid out by the outputs of the last hidden layer."""
    with st.container(border=True, key="card-alike"):
        st.header("What it finds alike")
        of_map = FeatureMapQuestion(*network.weights)
        known = answer(network, of_map, height=MAP_HEIGHT, waiting_words="Laying out images …")
        if known is not None:
            st.session_state["why-cloud-part"] = known.part
            feature_map.draw(known, network.experiment, image, key=CLOUD, on_picked=open_picked_image)


view = current_view()
page_layout.heading("Why this answer?", "Which parts of the image speak for the answer.")
looked_at = network_in_view(view, follows=True)
if not is_image_unavailable(looked_at):
    prefetch(looked_at, ProbabilitiesQuestion(*looked_at.weights, picked_image(looked_at)))
    prefetch(looked_at, FeatureMapQuestion(*looked_at.weights))
    begin(looked_at)
    asked = ProbabilitiesQuestion(*looked_at.weights, picked_image(looked_at))
    if not isinstance(ask_network(looked_at, asked, wait=False), Problem):  # otherwise the problem is shown above
        draw_feature_map(looked_at, picked_image(looked_at))
    follow_run(looked_at)
else:
    st.caption(escape_markdown(looked_at.words))
page_layout.draw_engine_footer()
