"""Why this answer: four methods side by side, with what each can and cannot say; and the images that the net finds alike."""

from collections.abc import Hashable

import streamlit as st

from core.analysis.explanations import METHODS, Explanation, FeatureScatter, Method
from core.experiment.descriptions import layer_titles
from core.experiment.image_ref import ARRAYS, ImageRef
from core.experiment.model import INPUT
from core.number_text import percent
from core.problems import Problem
from pages.components.feature_map.feature_map import feature_map
from pages.components.picture_grid.picture_grid import picture_grid
from pages.interpret.image_picker import NAMES, is_blocked, pick, picked_image, picker
from pages.interpret.network_ref import NetworkRef, answer, ask, network_in_view, prefetch
from pages.interpret.timeline import choose_moment, follow
from pages.shell import page_layout
from pages.shell.messages import plain
from pages.shell.view import current_view
from pages.widgets.picture_items import picture_item

SIZE = 208  # of an explanation, in pixels
MAP_HEIGHT = 400  # of the map of images, in pixels
ITS_ANSWER = -1  # in place of a class: the class with the highest probability
CLOUD = "why-cloud"
LAYER = "why_layer"  # in session state: the id of the layer whose maps Grad-CAM weighs


def choose(network: NetworkRef, probabilities: tuple[float, ...]) -> int:
    """Ask for the class to explain."""
    classes = network.experiment.data.entry.classes
    best = max(range(len(probabilities)), key=probabilities.__getitem__)
    st.markdown(f"It says: **{plain(classes[best])}**, with a probability of {percent(probabilities[best], 1)}.")
    asked = st.selectbox(
        "What speaks for",
        (ITS_ANSWER, *range(len(classes))),
        format_func=lambda label: (
            f"its answer: {classes[best]}"
            if label == ITS_ANSWER
            else f"{classes[label]} ({percent(probabilities[label], 1)})"
        ),
        key=f"why-class-{network.experiment.data.dataset}",
        width=320,
        persist_state="session",
        help="Any class can be asked about, also one that it does not believe in.",
    )
    return best if asked == ITS_ANSWER or asked >= len(classes) else asked


def question(image: ImageRef, label: int, method: Method) -> tuple[Hashable, ...]:
    """Return the arguments of the inspector's view for a method."""
    layer = (st.session_state.get(LAYER, ""),) if method.weighs_maps else ()
    return image, label, method.name, *layer


def card(network: NetworkRef, image: ImageRef, label: int, method: Method) -> None:
    """Draw one method: its picture, its numbers, and its limits."""
    with st.container(border=True, key=f"why-{method.name}", height="stretch"):
        st.header(method.title)
        asked = question(image, label, method)
        found: Explanation | None = answer(network, "explain", *asked, height=SIZE, waiting_words="Computing …")
        if found is not None and found.missing:
            with st.container(key=f"why-missing-{method.name}"):  # a low card below those with a picture
                st.markdown(f":material/info: {plain(found.missing)}")
        elif found is not None:
            name = network.experiment.data.entry.classes[label]
            alt = f"{method.title} for {name} over the image. {found.strongest}"
            item = picture_item(method.name, found.picture, alt, detail=found.strongest)
            picture_grid([item], key=f"why-picture-{method.name}", size=SIZE, columns=1)
            st.markdown(plain(found.words))
        if found is not None and len(found.layers) > 1:
            choose_layer(network, found)
        is_missing = found is not None and bool(found.missing)
        if not is_missing:
            st.caption(f"**Says:** {method.can}")
        with st.popover("Its limits", icon=":material/help_center:", key=f"limits-{method.name}"):
            if is_missing:
                st.markdown(f"**Says:** {method.can}")
            st.markdown(f"**Does not say:** {method.cannot}")
            st.caption(method.source)


def choose_layer(network: NetworkRef, found: Explanation) -> None:
    """Ask for the layer whose maps Grad-CAM weighs."""
    key, titles = "why-layer", layer_titles(network.experiment)
    st.session_state[key] = found.layer
    st.selectbox(
        "Maps of layer",
        found.layers,
        format_func=lambda layer: titles.get(layer, layer),
        key=key,
        on_change=lambda: st.session_state.update({LAYER: st.session_state[key]}),
        help="Early layers see fine lines; late ones see coarse things that matter for the class. The last one is usual.",
    )


def explanations(network: NetworkRef, image: ImageRef, label: int) -> None:
    """Draw all methods side by side."""
    st.caption(
        "Blue speaks for the class, vermilion against it; the stronger the colour, the more it counts. "
        "No method is the truth: trust what several agree on."
    )
    with st.container(key="why-methods", horizontal=True, gap="small"):
        for method in METHODS.values():
            card(network, image, label, method)


def take() -> None:
    """Open the image that was picked among the dots."""
    index, part = getattr(st.session_state[CLOUD], "picked", None), st.session_state["why-cloud-part"]
    if isinstance(index, int):
        pick(ImageRef(part, index))


def alike(network: NetworkRef, image: ImageRef) -> None:
    """Draw the map of the last hidden layer."""
    with st.container(border=True, key="alike"):
        st.header("What it finds alike")
        found: FeatureScatter | None = answer(network, "cloud", height=MAP_HEIGHT, waiting_words="Laying out images …")
        if found is None:
            return
        if found.missing:
            st.info(plain(found.missing))
            return
        st.session_state["why-cloud-part"] = found.part
        where = (
            "The pixels themselves"
            if found.layer == INPUT
            else f"Layer {plain(layer_titles(network.experiment).get(found.layer, found.layer))}"
        )
        wrong = sum(dot.label != dot.predicted for dot in found.dots)
        words = (
            f"{where}, just before the answer: {found.numbers:,} numbers for each of {len(found.dots)} images of the "
            f"{NAMES[found.part].lower()}, laid out by PCA. The two axes show {percent(sum(found.variance))} of all that "
            f"differs ({percent(found.variance[0])} and {percent(found.variance[1])}). A dashed ring: called wrongly "
            f"({wrong} of them)."
        )
        st.caption(words)
        feature_map(
            found,
            classes=network.experiment.data.entry.classes,
            set_name=ARRAYS[found.part],
            picked=image.index if image.part == found.part else -1,
            label=f"Map of images. {words}",
            key=CLOUD,
            on_picked=take,
        )


view = current_view()
page_layout.heading(
    "Why this answer?", "What in the image made the network say what it says, asked in four ways.", code=False
)
looked_at = network_in_view(view, follows=True)
with st.container(horizontal=True, vertical_alignment="center"):
    st.caption(plain(looked_at.words), width="content")
    st.page_link("inside.py", label="Inside your net", icon=":material/account_tree:")
if not is_blocked(looked_at):
    prefetch(looked_at, "says", picked_image(looked_at))
    prefetch(looked_at, "cloud")
    left, right = st.columns([3, 2], gap="medium", vertical_alignment="center")
    with left:
        chosen = picker(looked_at)
    with right:
        choose_moment(looked_at)
        said = answer(looked_at, "says", chosen, height=60)
        asked = None if said is None else choose(looked_at, said)
    with st.container():  # always one container, so that the map below keeps its focus
        if asked is not None:
            for method in METHODS.values():
                prefetch(looked_at, "explain", *question(chosen, asked, method))
            explanations(looked_at, chosen, asked)
    if not isinstance(ask(looked_at, "says", chosen, wait=False), Problem):  # else the problem is shown above
        alike(looked_at, chosen)
    follow(looked_at)
page_layout.engine_foot()
