"""The output of each layer for an image, drawn in the builder.

A worker computes the output once the network stops changing.
"""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from core.application import application
from core.datasets.previews import read_preview
from core.experiment.model import Experiment
from core.network_state import PixelImage
from core.number_text import percent
from core.views.layer_outputs import LayerOutput, NetworkPreview, NetworkPreviewQuestion, is_small_enough
from pages.shell.page_data import View
from pages.shell.streamlit_patches import rerun
from pages.views.network.network import pixel_image

SHOWN = "show_data"  # in session state: whether the outputs of the layers are shown
INDEX = "picture_index"  # in session state: the index of the input picture in the training set
UNTRAINED = "untrained: the random weights that training starts from"
TOO_LARGE = "This network is too large to show its data beside everything else."


def show_switch() -> None:
    """Draw the switch that shows or hides the outputs of the layers."""
    st.toggle(
        "Show the data",
        value=True,
        key=SHOWN,
        persist_state="session",
        help="The output of each layer for an image.",
    )


def show_next(offset: int) -> None:
    """Choose the training image that is `offset` positions further as the input of the network."""
    st.session_state[INDEX] = max(0, st.session_state.get(INDEX, 0) + offset)


def builder_data(view: View) -> dict[str, Any] | None:
    """Return the outputs of the layers in the form of the type Data in view.d.ts.

    Return None if the visitor hides the outputs.
    """
    if not st.session_state.get(SHOWN, True):
        return None
    if view.summary is not None and not is_small_enough(view.summary):
        return {"note": TOO_LARGE, "after": {}, "look": None, "isTrained": False, "label": ""}
    model, words = _weights(view)
    glimpse = known_network_preview(view)
    outputs, look = (glimpse.outputs, glimpse.look) if glimpse else ({}, None)
    return {
        "note": words,
        "after": {name: _as_dict(output, view) for name, output in outputs.items()},
        "look": look,
        "isTrained": bool(look["trained"] if look else model),
        "label": view.experiment.data.entry.classes[look["label"]] if look else "",
    }


def wait_for_outputs(view: View) -> None:
    """Draw the outputs of the layers once they are known, if the visitor wants them and the network is small enough."""
    is_shown = st.session_state.get(SHOWN, True) and view.summary is not None and is_small_enough(view.summary)
    if is_shown and known_network_preview(view) is None:
        _wait(view, _weights(view)[0])


def known_network_preview(view: View) -> NetworkPreview | None:
    """Return the outputs of the layers for the chosen image. Return None until a worker has computed the outputs."""
    return application().inspector.known(NetworkPreviewQuestion(view.experiment, _index(), _weights(view)[0]))


def first_image(dataset: str) -> PixelImage | None:
    """Return the first image of a data set's last class, which is drawn until outputs are computed.

    Return None while the set loads.
    """
    preview = read_preview(dataset)
    return pixel_image(preview.images[-1, 0]) if preview else None


def _index() -> int:
    return st.session_state.get(INDEX, 0)


def _as_dict(output: LayerOutput, view: View) -> Mapping[str, Any]:
    classes = view.experiment.data.entry.classes
    answers = ", ".join(f"{classes[label]} ({percent(share)})" for label, share in output.likeliest)
    words = f"says {answers}" if answers else output.words
    return {"pictures": output.pictures, "words": words, "isAnswer": bool(answers)}


def _weights(view: View) -> tuple[str, str]:
    """Return the model file of the run whose weights are used, and a description.

    If no trained layer is left, the file is "".
    """
    run, experiment = view.run, view.experiment
    keeps = run is not None and run.is_over and _has_kept_layers(run.experiment, experiment)
    path = application().results.model(run) if run is not None and keeps else None
    if run is None or not path:
        return "", UNTRAINED
    if run.experiment.layers == experiment.layers:
        return path, f"weights of run {run.number}"
    return path, f"unchanged layers keep the weights of run {run.number}"


def _has_kept_layers(trained: Experiment, experiment: Experiment) -> bool:
    """Return whether some layers are unchanged since the training, on unchanged data."""
    return trained.data == experiment.data and not set(trained.layers).isdisjoint(experiment.layers)


@st.fragment(run_every=0.5)
def _wait(view: View, model: str) -> None:
    """Request the outputs once the draft stops changing, since earlier requests would delay the layers' shapes."""
    wanted = NetworkPreviewQuestion(view.experiment, _index(), model)
    if st.session_state.get("glimpses_wanted") != wanted:
        st.session_state["glimpses_wanted"] = wanted
    elif application().ask(wanted, wait=False) is not None:
        rerun()
