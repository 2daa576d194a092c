"""What a person did to the network, by pointer, keys or buttons, done to their draft."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from core.experiment.builder_commands import first_added, run_command
from core.experiment.edits import apply_repair, output_layer
from core.experiment.layer_names import layer_label
from core.experiment.model import Experiment, Layer
from pages.builder import data_preview
from pages.shell import session

SELECTED = "selected_layer"
KEEPS_SELECTION = ("move", "shift", "remove", "fold", "duplicate")


def selected_layer(experiment: Experiment) -> Layer | None:
    """The layer whose settings are shown, or None."""
    identity = st.session_state.get(SELECTED)
    return next((layer for layer in experiment.layers if layer.id == identity), None)


def tell(told: Any) -> None:
    """Carry out an event of a browser. Browsers may send anything; an event that makes no sense only leaves a message.

    Parameters
    ----------
    told
        A command of `core.experiment.builder_commands`; or {"do": "select", "layer": id or None}, {"do": "repair", "layer",
        "repair": its id}, {"do": "picture", "places": -1 or 1}, {"do": "undo"} or {"do": "redo"}.
    """
    if not isinstance(told, Mapping):
        return
    other = OTHER.get(str(told.get("do")))
    if other is not None:
        other(told)
        return
    before = session.draft().experiment
    if told.get("do") == "add" and "before" not in told and "after" not in told:
        told = {**told, **_place(before)}
    session.change(run_command, told)
    new = first_added(before, session.draft().experiment)
    if new is not None and told.get("do") not in KEEPS_SELECTION:
        st.session_state[SELECTED] = new


def place_words(experiment: Experiment) -> str:
    """Where a layer goes that is added without saying where."""
    selected, last = selected_layer(experiment), output_layer(experiment)
    if selected is not None:
        return f"after {layer_label(experiment, selected.id)}"
    return f"before {layer_label(experiment, last.id)}" if last else "at the end"


def _place(experiment: Experiment) -> dict[str, str | None]:
    selected, last = selected_layer(experiment), output_layer(experiment)
    if selected is not None:
        return {"after": selected.id}
    return {"before": last.id if last else None}


def _select(told: Mapping[str, Any]) -> None:
    identity = told.get("layer")
    same = st.session_state.get(SELECTED) == identity
    st.session_state[SELECTED] = None if same or not isinstance(identity, str) else identity


def _repair(told: Mapping[str, Any]) -> None:
    """Carry out a repair of a problem that the page shows at a layer."""
    for problem in st.session_state["view"].problems_at("layers", str(told.get("layer"))):
        repair = problem.repairs_by_id.get(str(told.get("repair")))
        if repair is not None:
            session.change(apply_repair, repair)
            return


def _picture(told: Mapping[str, Any]) -> None:
    if told.get("places") in (-1, 1):
        data_preview.turn(int(told["places"]))


def _undo(_told: Mapping[str, Any]) -> None:
    session.undo()


def _redo(_told: Mapping[str, Any]) -> None:
    session.redo()


OTHER = {"select": _select, "repair": _repair, "picture": _picture, "undo": _undo, "redo": _redo}
