"""The page Inside your network: the output of each layer for an image, or a single layer in detail."""

from collections.abc import Mapping, Sequence

import streamlit as st

from core.experiment.descriptions import layer_titles
from core.experiment.image_ref import ImageRef
from core.experiment.model import Experiment, Layer
from core.number_text import percent
from core.views.activations import ActivationsQuestion, network_on_common_scale
from pages.frame import page_layout
from pages.interpret.image_picker import draw_image_picker, is_image_unavailable, label_of, picked_image, verdict
from pages.interpret.layer_detail import CHANNEL, draw_layer_views, prefetch_layer, select_number
from pages.interpret.network_ref import NetworkRef, answers, network_in_view, prefetch
from pages.interpret.page_buttons import draw_page_buttons
from pages.interpret.timeline import choose_moment, common_scale_toggle, draw_comparison_slider, follow_run
from pages.shell import session
from pages.shell.messages import escape_markdown
from pages.shell.page_data import current_view
from pages.shell.streamlit_patches import Container
from pages.views.activations import activations

OPENED = "inside_opened"  # the id of the layer that is looked at alone
IMAGE_PIXELS = 56  # the size of the image, in pixels
ROWS = "inside-layers"


def open_layer() -> None:
    """Remember the layer that was clicked, so that the page shows only this layer."""
    told = getattr(st.session_state[ROWS], "opened", None)
    if isinstance(told, Mapping) and isinstance(told.get("layer"), str):
        st.session_state[OPENED] = told["layer"]
        run = session.shown_run()  # whose network is on the page
        session.note_activity("open", f"layer:{told['layer']}@{run.id if run else ''}")
        if isinstance(told.get("channel"), int):
            select_number(CHANNEL, told["layer"], max(0, told["channel"]))


def close_layer() -> None:
    st.session_state.pop(OPENED, None)


def opened_layer(experiment: Experiment) -> Layer | None:
    """Return the layer that is open. Return None if no layer is open or this network has no such layer."""
    return next((layer for layer in experiment.layers if layer.id == st.session_state.get(OPENED)), None)


def draw_layer_navigation(experiment: Experiment, layer: Layer) -> None:
    """Draw the name of the open layer, and the buttons that lead to all layers and to the layers before and after."""
    position, titles = experiment.layers.index(layer), layer_titles(experiment)
    beside = {"Layer before": position - 1, "Layer after": position + 1}
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.button("All layers", key="close-layer", icon=":material/apps:", on_click=close_layer, width="content")
        st.header(escape_markdown(titles[layer.id]), width="content")
        with st.container(key="icons-layers", horizontal=True, gap="small", width="content"):
            for name, other in beside.items():
                there = 0 <= other < len(experiment.layers)
                st.button(
                    name,
                    key=name.lower().replace(" ", "-"),
                    icon=":material/arrow_upward:" if other < position else ":material/arrow_downward:",
                    help=f"{name}: {titles[experiment.layers[other].id]}" if there else f"{name}: there is none.",
                    disabled=not there,
                    on_click=lambda to=other: st.session_state.update({OPENED: experiment.layers[to].id}),
                )


def says(experiment: Experiment, probabilities: tuple[float, ...]) -> str:
    """Return a sentence with the network's likeliest class and its probability."""
    if not probabilities:
        return "The network gives no answer for each class."
    best = max(range(len(probabilities)), key=probabilities.__getitem__)
    return f"It says **{escape_markdown(experiment.data.entry.classes[best])}** ({percent(probabilities[best], 1)})."


def draw_all_layers(subjects: Sequence[NetworkRef], image: ImageRef, common: bool, said: Container) -> None:
    """Draw the outputs of all layers at each chosen moment of the training, and the network's answer into `said`."""
    question = ActivationsQuestion(*subjects[0].weights, image)
    known = answers(subjects, question, height=560, waiting_words="Looking through all layers …")
    if known is None:
        return
    for subject, seen in zip(subjects, known, strict=True):
        name = f"**{subject.label}**: " if len(subjects) > 1 else ""
        best = max(range(len(seen.probabilities)), key=seen.probabilities.__getitem__, default=None)
        sign = "" if best is None else verdict(subject, image, best)
        said.markdown(f"{name}{says(subject.experiment, seen.probabilities)} {sign}".rstrip())
    shown = network_on_common_scale(known) if common else known
    truth = label_of(subjects[0], image)
    several = [(subject.label, seen) for subject, seen in zip(subjects, shown, strict=True)]
    activations.draw_network(several, subjects[0].experiment, common=common, truth=truth, key=ROWS, on_opened=open_layer)


view = current_view()
page_layout.heading("Inside your network", "Follow one image through the layers to its answer.")
looked_at = network_in_view(view, follows=True)
if not is_image_unavailable(looked_at):
    alone = opened_layer(looked_at.experiment)
    if alone is None:
        prefetch(looked_at, ActivationsQuestion(*looked_at.weights, picked_image(looked_at)))
    else:
        prefetch_layer(looked_at, picked_image(looked_at), alone)
    verdicts = st.container(key="inside-verdict", gap="xsmall")
    with st.container(key="inside-top", horizontal=True, vertical_alignment="center", gap="medium"):
        left, right = st.container(key="inside-image", width="stretch"), st.container(key="inside-says", width="stretch")
    with left:
        image = draw_image_picker(looked_at, IMAGE_PIXELS, with_image=alone is not None)
    with right:
        choose_moment(looked_at)
        subjects = draw_comparison_slider(looked_at)
        common = common_scale_toggle(subjects)
    if alone is not None:
        draw_layer_navigation(looked_at.experiment, alone)
        draw_layer_views(looked_at, subjects, image, alone, common=common)
    else:
        draw_all_layers(subjects, image, common, verdicts)
    follow_run(looked_at)
with st.container(key="inside-network", horizontal=True, vertical_alignment="center"):
    st.caption(escape_markdown(looked_at.words), width="content")
    draw_page_buttons(picked_image(looked_at), key="inside-to", pages=("why.py",))
page_layout.draw_engine_footer()
