"""The events of the network builder, such as adding or moving a layer, and the change that each event makes to the draft."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any, Literal

import streamlit as st
from msgspec import structs

from core.catalogue.layers import LAYERS
from core.checks.outputs import PROBABILITIES
from core.experiment.builder_commands import (
    Add,
    BuilderCommand,
    Duplicate,
    Fold,
    Move,
    NetworkCommand,
    Remove,
    Shift,
    decode_command,
    first_new_layer,
    run_command,
)
from core.experiment.edits import apply_repair, last_class_layer, output_layer
from core.experiment.layer_names import layer_label
from core.experiment.model import INPUT, Experiment, Layer
from pages.builder import layer_output_preview
from pages.shell import session

SELECTED = "selected_layer"
ADDED = "added_layer"  # the layer that was added last, which the next new layer follows unless a person selects a layer
KEEPS_SELECTION = (Move, Shift, Remove, Fold, Duplicate)


def selected_layer(experiment: Experiment) -> Layer | None:
    """Return the layer whose settings are shown. Return None if no layer is selected."""
    return _layer_at(SELECTED, experiment)


def added_layer(experiment: Experiment) -> Layer | None:
    """Return the layer that was added last, or None if the visitor has selected a layer since that addition."""
    return _layer_at(ADDED, experiment)


def _layer_at(key: str, experiment: Experiment) -> Layer | None:
    layer_id = st.session_state.get(key)
    return next((layer for layer in experiment.layers if layer.id == layer_id), None)


class Select(BuilderCommand, frozen=True):
    """Show the settings of a layer or of the network's input. The same event a second time, or None, hides the settings."""

    layer: str | None


class Repair(BuilderCommand, frozen=True):
    """Carry out a repair of a problem that the page shows at a layer."""

    layer: str
    repair: str  # its id


class Picture(BuilderCommand, frozen=True):
    """Show the next or the previous image of the data."""

    places: Literal[-1, 1]


class Undo(BuilderCommand, frozen=True):
    """Undo the last change."""


class Redo(BuilderCommand, frozen=True):
    """Redo the change that was undone last."""


BuilderEvent = NetworkCommand | Select | Repair | Picture | Undo | Redo


def handle_event(event: BuilderCommand) -> None:
    """Carry out an event of the builder on the visitor's draft. An impossible event changes nothing and leaves a message."""
    other = OTHER.get(type(event))
    if other is not None:
        other(event)
        return
    before = session.draft().experiment
    if isinstance(event, Add) and not event.has_place:
        event = structs.replace(event, **_position(before, event.name))
    session.change(run_command, event)
    new = first_new_layer(before, session.draft().experiment)
    if new is not None and not isinstance(event, KEEPS_SELECTION):
        _note_added(new, before)


def read_event(value: Any) -> BuilderCommand | None:
    """Return the event that a browser sent. Return None if the value is no event, since browsers may send anything."""
    with suppress(ValueError):
        return decode_command(value, BuilderEvent)
    return None


def _note_added(new: str, before: Experiment) -> None:
    """Show the settings of a new layer if the settings of a layer or of the network's input are open.

    Otherwise only record the layer, since the next new layer goes after it.
    """
    if st.session_state.get(SELECTED):
        st.session_state[SELECTED] = new
    else:
        known = {layer.id for layer in before.layers}
        st.session_state[ADDED] = [layer.id for layer in session.draft().experiment.layers if layer.id not in known][-1]


def insert_label(experiment: Experiment) -> str:
    """Return a text that says where a click in the palette adds a layer, such as "at the end"."""
    if input_is_selected() and experiment.layers:
        return "as the first layer"
    ((side, layer_id),) = _position(experiment).items()
    if layer_id is None:
        return "at the end"
    words = f"{side} {layer_label(experiment, layer_id)}"
    return f"{words} (an activation: after this layer)" if side == "before" and selected_layer(experiment) else words


def input_is_selected() -> bool:
    """Return whether the input of the network is selected in the builder, rather than a layer."""
    return bool(st.session_state.get(SELECTED) == INPUT)


def _position(experiment: Experiment, name: object = None) -> dict[str, str | None]:
    """Return the position of a new layer: after the selected or last added layer, but before the output layer.

    Only a layer that keeps the class outputs, such as an activation, goes after a selected output layer. If the network has
    no output layer yet and no layer is selected, the position is the end.
    """
    layers, selected = experiment.layers, selected_layer(experiment) or added_layer(experiment)
    last = output_layer(experiment) if _gives_answers(experiment) else None
    if input_is_selected():
        return {"before": layers[0].id if layers else None}
    entry = LAYERS.get(name) if isinstance(name, str) else None
    keeps_answer = entry is not None and entry.trait("keeps_answer", False)
    if selected is not None and (last is None or keeps_answer or layers.index(selected) < layers.index(last)):
        return {"after": selected.id}
    return {"before": last.id if last else None}


def _gives_answers(experiment: Experiment) -> bool:
    """Return whether the last layer with units has a unit for each class, or an activation that makes probabilities."""
    layer = last_class_layer(experiment)
    if layer is None:
        return False
    size = layer.values.get(str(layer.entry.trait("output_size_argument")))
    return size == experiment.data.entry.num_classes or layer.values.get("activation") in PROBABILITIES


def _select(event: Select) -> None:
    same = st.session_state.get(SELECTED) == event.layer
    st.session_state.pop(ADDED, None)
    st.session_state[SELECTED] = None if same else event.layer


def _repair(event: Repair) -> None:
    for problem in st.session_state["view"].problems_at("layers", event.layer):
        repair = problem.repairs_by_id.get(event.repair)
        if repair is not None:
            session.note_repair()
            session.change(apply_repair, repair)
            return


OTHER: Mapping[type[BuilderCommand], Callable[[Any], None]] = {
    Select: _select,
    Repair: _repair,
    Picture: lambda event: layer_output_preview.show_next(event.places),
    Undo: lambda _event: session.undo(),
    Redo: lambda _event: session.redo(),
}
