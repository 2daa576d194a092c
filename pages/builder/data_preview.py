"""The data after each layer for one picture, as the builder shows it; requested once the network has rested a moment."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from core.analysis.layer_outputs import LayerOutput, is_small_enough
from core.application import application
from core.number_text import percent
from pages.shell.streamlit_patches import rerun
from pages.shell.view import View

SHOWN = "show_data"  # whether the data is shown
INDEX = "picture_index"  # of the picture in the training set
UNTRAINED = "untrained: the random weights that training starts from"
TOO_LARGE = "This network is too large to show its data beside everything else."


def show_switch() -> None:
    """The switch that shows or hides the data."""
    st.toggle(
        "Show the data",
        value=True,
        key=SHOWN,
        persist_state="session",
        help="What one image becomes after each layer.",
    )


def show_next(offset: int) -> None:
    """Show the picture `offset` positions further."""
    st.session_state[INDEX] = max(0, st.session_state.get(INDEX, 0) + offset)


def builder_data(view: View) -> dict[str, Any] | None:
    """The data for the builder: {"note", "after": {layer's id: {"pictures", "words"}}}; None where it is switched off."""
    if not st.session_state.get(SHOWN, True):
        return None
    if view.summary is not None and not is_small_enough(view.summary):
        return {"note": TOO_LARGE, "after": {}}
    model, words = _weights(view)
    outputs = application().runs.glimpses.known(view.experiment, _index(), model)
    if outputs is None and view.summary is not None:
        _wait(view, model)
    return {"note": words, "after": {name: _as_dict(output, view) for name, output in (outputs or {}).items()}}


def _index() -> int:
    return st.session_state.get(INDEX, 0)


def _as_dict(output: LayerOutput, view: View) -> Mapping[str, Any]:
    classes = view.experiment.data.entry.classes
    answers = ", ".join(f"{classes[label]} ({percent(share)})" for label, share in output.likeliest)
    words = f"says {answers}" if answers else output.words
    return {"pictures": output.pictures, "words": words, "isAnswer": bool(answers)}


def _weights(view: View) -> tuple[str, str]:
    """The file of the run in view, if that run trained this very network, and which weights are used, in words."""
    run, experiment = view.run, view.experiment
    same = run is not None and run.is_over and run.experiment.layers == experiment.layers
    if run is None or not same or run.experiment.data != experiment.data:
        return "", UNTRAINED
    path = application().results.model(run)
    return (path, f"trained: as run {run.number} left it") if path else ("", UNTRAINED)


@st.fragment(run_every=0.5)
def _wait(view: View, model: str) -> None:
    """Ask when the draft is the same twice: pictures of a network that is still being edited would delay its shapes."""
    wanted = (view.experiment, _index(), model)
    if st.session_state.get("glimpses_wanted") != wanted:
        st.session_state["glimpses_wanted"] = wanted
    elif application().runs.glimpses.ask(*wanted) is not None:
        rerun()
