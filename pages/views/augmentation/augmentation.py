"""The effect of random augmentation layers on an image: of a layer to try, and of the draft's own layers."""

import numpy as np
import streamlit as st

from core.application import application
from core.catalogue.layers import LAYERS
from core.experiment.edits import insert_layer, new_layer
from core.experiment.graph import leading_layers
from core.experiment.model import Experiment, Layer
from core.export.script import layer_line
from core.problems import Problem
from core.views.augmentation import AugmentedImagesQuestion
from pages.components.picture_grid.picture_grid import picture_grid, picture_item
from pages.shell import session
from pages.shell.messages import show_problem
from pages.shell.waiting import wait_for
from pages.widgets.parameter import session_widgets

SIZE = 104  # of an example, in pixels
COLUMNS = 3


def draw(experiment: Experiment, picture: np.ndarray) -> None:
    """Draw two cards side by side: an augmentation layer to try, and the draft's own augmentation layers.

    Parameters
    ----------
    experiment
        The draft, whose values are all allowed.
    picture
        The picture to change, as an array of uint8, (height, width, channels).
    """
    st.header("Augmentation")
    st.caption("In training the network sees a slightly different image each time: so the network learns what matters.")
    left, right = st.columns(2)
    with left, st.container(border=True, key="card-try-augmentation", height="stretch"):
        _try_layer(experiment, picture)
    with right, st.container(border=True, key="card-network-sees", height="stretch"):
        _network_sees(experiment, picture)


def _try_layer(experiment: Experiment, picture: np.ndarray) -> None:
    """Draw the choice of an augmentation layer, its settings, and its random results for the picture."""
    st.markdown("**Try a layer**")
    entries = {
        entry.name: entry
        for entry in LAYERS.values()
        if entry.trait("augments") and picture.shape[2] in entry.trait("needs_channels", (picture.shape[2],))
    }
    name = st.selectbox("Layer", tuple(entries), key=f"augmentation-{picture.shape[2]}", persist_state="session")
    entry = entries[name]
    st.caption(f"{entry.sentence} [Keras on {entry.name}]({entry.url})")
    parameters = [parameter for argument in entry.first if (parameter := entry.parameter(argument)) is not None]
    layer = new_layer(experiment, name, **session_widgets(parameters, f"augmentation-{name}"))
    _examples(experiment, (layer,), picture, f"{name}, example")
    st.code(layer_line(layer), language="python", wrap_lines=True)
    reason = session.why_locked("layers")
    st.button(
        "Put this layer at the start of the network",
        key="add-augmentation",
        icon=":material/add:",
        disabled=bool(reason),
        help=reason or "The network then sees images as these, in training only. Undo on Define takes the layer out.",
        on_click=_put_first,
        args=(layer,),
    )


def _put_first(layer: Layer) -> None:
    session.change(_with_first, layer)


def _with_first(experiment: Experiment, layer: Layer) -> Experiment:
    """Return the experiment with another layer after the augmentation layers at its start."""
    before = len(leading_layers(experiment, "augments"))
    following = [layer.id for layer in experiment.layers[before:]]
    return insert_layer(experiment, layer, following[0] if following else None)


def _network_sees(experiment: Experiment, picture: np.ndarray) -> None:
    """Draw the picture after the augmentation layers at the start of the draft's network."""
    st.markdown("**What your network sees**")
    layers = leading_layers(experiment, "augments")
    if not layers:
        st.markdown("Every image unchanged: the network starts with no augmentation layer.")
        return
    st.caption(f"After {', then '.join(layer.name for layer in layers)}; in training only, never in a test.")
    _examples(experiment, layers, picture, "What the network sees")


def _examples(experiment: Experiment, layers: tuple[Layer, ...], picture: np.ndarray, alt: str) -> None:
    """Draw nine random results of augmentation layers. Draw a placeholder until Keras has computed the results."""
    question = AugmentedImagesQuestion(experiment.data, layers, picture)
    if (examples := application().ask(question)) is None:
        starting = "Keras is starting; the examples follow in a few seconds …"
        is_there = lambda: application().ask(question, wait=False) is not None  # noqa: E731
        wait_for(is_there, "Keras makes nine examples …", 3 * SIZE, starting=starting)
    elif isinstance(examples, Problem):
        show_problem(examples, f"examples-{layers[0].id}-{len(layers)}")
    else:
        items = [picture_item(number, example, f"{alt} {number}") for number, example in enumerate(examples, 1)]
        picture_grid(items, key=f"examples-{alt}", size=SIZE, columns=COLUMNS)
