"""What one picture becomes after each layer, as the builder shows it; asked for once the network has rested a moment."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from core.analysis.layer_outputs import LayerOutput, is_small_enough
from core.application import application
from pages.shell.streamlit_patches import draw_anew
from pages.shell.view import View

SHOWN = "show_data"  # whether the data is shown
INDEX = "picture_index"  # of the picture, into the training set
UNTRAINED = "untrained: the random weights that training starts from"
TOO_LARGE = "This network is too large to show its data beside everything else."


def switch() -> None:
    """The switch that shows the data or not."""
    st.toggle(
        "Show the data",
        value=True,
        key=SHOWN,
        persist_state="session",
        help="What one picture becomes after each layer.",
    )


def turn(places: int) -> None:
    """Take another picture."""
    st.session_state[INDEX] = max(0, st.session_state.get(INDEX, 0) + places)


def shown(view: View) -> dict[str, Any] | None:
    """What the builder shows: {"note", "after": {layer's id: {"pictures", "words"}}}; None where it is switched off."""
    if not st.session_state.get(SHOWN, True):
        return None
    if view.summary is not None and not is_small_enough(view.summary):
        return {"note": TOO_LARGE, "after": {}}
    model, words = _weights(view)
    found = application().runs.glimpses.known(view.experiment, _index(), model)
    if found is None and view.summary is not None:
        _wait(view, model)
    return {"note": words, "after": {identity: _told(one) for identity, one in (found or {}).items()}}


def _index() -> int:
    return st.session_state.get(INDEX, 0)


def _told(one: LayerOutput) -> Mapping[str, Any]:
    return {"pictures": one.pictures, "words": one.words}


def _weights(view: View) -> tuple[str, str]:
    """The file of the run in view where it trained this very network, and which weights are used, in words."""
    run, experiment = view.run, view.experiment
    same = run is not None and run.is_over and run.experiment.layers == experiment.layers
    if run is None or not same or run.experiment.data != experiment.data:
        return "", UNTRAINED
    path = application().results.model(run)
    return (path, f"trained: as run {run.number} left it") if path else ("", UNTRAINED)


@st.fragment(run_every=0.5)
def _wait(view: View, model: str) -> None:
    """Ask at the second look: whoever still edits is not kept waiting for shapes by pictures of what is gone already."""
    wanted = (view.experiment, _index(), model)
    if st.session_state.get("glimpses_wanted") != wanted:
        st.session_state["glimpses_wanted"] = wanted
    elif application().runs.glimpses.ask(*wanted) is not None:
        draw_anew()
