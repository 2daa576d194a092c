"""Events of the network builder, by pointer, keys or buttons, carried out on the visitor's draft."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from core.catalogue.layers import LAYERS
from core.checks.outputs import PROBABILITIES
from core.experiment.builder_commands import first_added, run_command
from core.experiment.edits import apply_repair, last_class_layer, output_layer
from core.experiment.layer_names import layer_label
from core.experiment.model import INPUT, Experiment, Layer
from pages.builder import data_preview
from pages.shell import session

SELECTED = "selected_layer"
KEEPS_SELECTION = ("move", "shift", "remove", "fold", "duplicate")


def selected_layer(experiment: Experiment) -> Layer | None:
    """The layer whose settings are shown, or None."""
    layer_id = st.session_state.get(SELECTED)
    return next((layer for layer in experiment.layers if layer.id == layer_id), None)


def handle_event(command: Any) -> None:
    """Carry out an event of a browser. Browsers may send anything; an event that makes no sense only leaves a message.

    Parameters
    ----------
    command
        A command of `core.experiment.builder_commands`; or {"do": "select", "layer": id or None}, {"do": "repair", "layer",
        "repair": its id}, {"do": "picture", "places": -1 or 1}, {"do": "undo"} or {"do": "redo"}.
    """
    if not isinstance(command, Mapping):
        return
    other = OTHER.get(str(command.get("do")))
    if other is not None:
        other(command)
        return
    before = session.draft().experiment
    if command.get("do") == "add" and "before" not in command and "after" not in command:
        command = {**command, **_position(before, command.get("name"))}
    session.change(run_command, command)
    new = first_added(before, session.draft().experiment)
    if new is not None and command.get("do") not in KEEPS_SELECTION:
        st.session_state[SELECTED] = new


def insert_label(experiment: Experiment) -> str:
    """The position of a new layer whose event names none, in words."""
    if input_is_selected() and experiment.layers:
        return "as the first layer"
    ((side, layer_id),) = _position(experiment).items()
    if layer_id is None:
        return "at the end"
    words = f"{side} {layer_label(experiment, layer_id)}"
    return f"{words} (an activation: after it)" if side == "before" and selected_layer(experiment) else words


def input_is_selected() -> bool:
    """Whether the picture that goes in is selected, rather than a layer."""
    return bool(st.session_state.get(SELECTED) == INPUT)


def _position(experiment: Experiment, name: object = None) -> dict[str, str | None]:
    """Where a new layer goes: after the selected one, but before the layer that answers, which stays the last.

    Only a layer that keeps the answers, such as an activation, goes after the selected layer that gives them. In a network
    that gives no answers yet, a layer goes to the end: somebody stacks it layer by layer.
    """
    layers, selected = experiment.layers, selected_layer(experiment)
    last = output_layer(experiment) if _gives_answers(experiment) else None
    if input_is_selected():
        return {"before": layers[0].id if layers else None}
    entry = LAYERS.get(name) if isinstance(name, str) else None
    keeps_answer = entry is not None and entry.trait("keeps_answer", False)
    if selected is not None and (last is None or keeps_answer or layers.index(selected) < layers.index(last)):
        return {"after": selected.id}
    return {"before": last.id if last else None}


def _gives_answers(experiment: Experiment) -> bool:
    """Whether the last layer with a size of its own has one number for each class, or makes probabilities."""
    layer = last_class_layer(experiment)
    if layer is None:
        return False
    size = layer.values.get(str(layer.entry.trait("output_size_argument")))
    return size == experiment.data.entry.num_classes or layer.values.get("activation") in PROBABILITIES


def _select(command: Mapping[str, Any]) -> None:
    layer_id = command.get("layer")
    same = st.session_state.get(SELECTED) == layer_id
    st.session_state[SELECTED] = None if same or not isinstance(layer_id, str) else layer_id


def _repair(command: Mapping[str, Any]) -> None:
    """Carry out a repair of a problem that the page shows at a layer."""
    for problem in st.session_state["view"].problems_at("layers", str(command.get("layer"))):
        repair = problem.repairs_by_id.get(str(command.get("repair")))
        if repair is not None:
            session.change(apply_repair, repair)
            return


def _picture(command: Mapping[str, Any]) -> None:
    if command.get("places") in (-1, 1):
        data_preview.show_next(int(command["places"]))


def _undo(_command: Mapping[str, Any]) -> None:
    session.undo()


def _redo(_command: Mapping[str, Any]) -> None:
    session.redo()


OTHER = {"select": _select, "repair": _repair, "picture": _picture, "undo": _undo, "redo": _redo}
