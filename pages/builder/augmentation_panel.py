"""Augmentation: what a random layer does to one picture, and what the draft's network sees of it in training."""

from functools import partial

import numpy as np
import streamlit as st

from core.application import application
from core.catalogue.layers import LAYERS
from core.experiment.edits import insert_layer, new_layer
from core.experiment.graph import leading_layers
from core.experiment.model import Experiment, Layer
from core.export.script import layer_line
from core.problems import Problem
from pages.components.picture_grid.picture_grid import picture_grid
from pages.shell import session
from pages.shell.messages import show_problem
from pages.shell.waiting import wait_for
from pages.widgets.parameter import free_widgets
from pages.widgets.picture_items import picture_item

SIZE = 104  # of an example, in pixels
COLUMNS = 3


def augmentation(experiment: Experiment, picture: np.ndarray) -> None:
    """Two cards, side by side: a layer to try, and the layers of the draft.

    Parameters
    ----------
    experiment
        The draft, all its values allowed.
    picture
        An array of uint8, (height, width, channels).
    """
    st.header("Augmentation")
    st.caption("In training each image is a little different each time that it is seen: so a network learns what matters.")
    left, right = st.columns(2)
    with left, st.container(border=True, key="try-augmentation", height="stretch"):
        _try_one(experiment, picture)
    with right, st.container(border=True, key="network-sees", height="stretch"):
        _network_sees(experiment, picture)


def _try_one(experiment: Experiment, picture: np.ndarray) -> None:
    """One random layer with its settings, and its results for the picture."""
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
    layer = new_layer(experiment, name, **free_widgets(parameters, f"augmentation-{name}"))
    _examples(experiment, (layer,), picture, f"{name}, example")
    st.code(layer_line(layer), language="python", wrap_lines=True)
    reason = session.why_locked("layers")
    st.button(
        "Put it at the start of the network",
        key="add-augmentation",
        icon=":material/add:",
        disabled=bool(reason),
        help=reason or "The network then sees images as these, in training only. Undo on Define takes it out.",
        on_click=_put_first,
        args=(layer,),
    )


def _put_first(layer: Layer) -> None:
    session.change(_with_first, layer)


def _with_first(experiment: Experiment, layer: Layer) -> Experiment:
    """The experiment with a layer behind the augmentation layers at its start."""
    before = len(leading_layers(experiment, "augments"))
    following = [layer.id for layer in experiment.layers[before:]]
    return insert_layer(experiment, layer, following[0] if following else None)


def _network_sees(experiment: Experiment, picture: np.ndarray) -> None:
    """What the first layers of the draft's network do to the picture."""
    st.markdown("**What your network sees**")
    layers = leading_layers(experiment, "augments")
    if not layers:
        st.markdown("Every image as it is: no augmentation layer stands at its start.")
        return
    st.caption(f"After {', then '.join(layer.name for layer in layers)}; in training only, never when it is tested.")
    _examples(experiment, layers, picture, "What the network sees")


def _examples(experiment: Experiment, layers: tuple[Layer, ...], picture: np.ndarray, alt: str) -> None:
    """Nine random results, or room for them until Keras has made them."""
    ask = partial(application().runs.looks.augmented, experiment.data, layers, picture)
    if (examples := ask()) is None:
        starting = "Keras is starting; the examples follow in a few seconds …"
        wait_for(lambda: ask(wait=False) is not None, "Keras makes nine examples …", 3 * SIZE, starting=starting)
    elif isinstance(examples, Problem):
        show_problem(examples, f"examples-{layers[0].id}-{len(layers)}")
    else:
        items = [picture_item(number, example, f"{alt} {number}") for number, example in enumerate(examples, 1)]
        picture_grid(items, key=f"examples-{alt}", size=SIZE, columns=COLUMNS)
