"""The selected layer: its description, its inputs and all its arguments, with buttons for what pointer and keys do."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import streamlit as st

from core.catalogue.layers import LAYERS
from core.checks.graph import name_problem
from core.experiment.builder_commands import MERGES, MOST_COPIES
from core.experiment.descriptions import layer_phrase
from core.experiment.edits import find_layer, set_inputs, set_value
from core.experiment.graph import inputs_of
from core.experiment.layer_names import LONGEST_NAME, layer_label, layer_names
from core.experiment.model import INPUT, Experiment, Layer
from core.experiment.multiply_adds import MEANING
from core.experiment.shapes import Summary, num_values, parameters_text, shape_text
from core.number_text import quantity
from core.problems import Problem
from pages.builder.builder_events import handle_event
from pages.shell import session
from pages.shell.messages import plain, show_problem
from pages.widgets.catalogue_entry import entry_widgets, show_formula


def layer_settings(experiment: Experiment, layer: Layer, summary: Summary | None, problems: Sequence[Problem]) -> None:
    """The card of the selected layer. Its settings come first: from the layer, the Tab key reaches them soon.

    Parameters
    ----------
    experiment
        The experiment that owns the layer.
    layer
        The selected layer.
    summary
        The table of its network; None while Keras has not answered.
    problems
        The problems of the experiment.
    """
    with st.container(key=f"layer-{layer.id}", border=True, gap="small"):
        _head(f"**{layer_names(experiment)[layer.id]}** {layer_phrase(layer)}", layer.id)
        own = tuple(problem for problem in problems if problem.concerns("layers", layer.id))
        entry_widgets(layer.entry, ("layers", layer.id), experiment, width=2, problems=own)
        st.caption(layer.entry.sentence)
        _name(experiment, layer)
        _inputs(experiment, layer)
        _commands(experiment, layer)
        if layer.entry.formula:
            show_formula(layer.entry.formula)
        costs = ""
        if row := summary.row(layer.id) if summary else None:
            adds = f"{row.multiply_adds:,} multiply-adds" if row.multiply_adds else "no multiply-adds"
            costs = f"{parameters_text(row.parameters, row.non_trainable)} · {adds} · "
        st.caption(f"{costs}[Keras on {layer.name}]({layer.entry.url})", help=MEANING if costs else None)


def input_settings(experiment: Experiment) -> None:
    """The card of the picture that goes in."""
    data = experiment.data
    with st.container(key="layer-input", border=True, gap="small"):
        _head("**Input**", INPUT)
        st.caption(
            f"One image of {plain(data.entry.title)}: {shape_text(data.entry.image_shape)}, so "
            f"{quantity(num_values(data.entry.image_shape), 'number')}. A layer that you press now becomes the first one."
        )
        st.page_link("load.py", label="Choose other images", icon=":material/photo_library:")


def _head(title: str, layer_id: str) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        with st.container(key="settings-title", width="stretch"):
            st.markdown(title)
        with st.container(key=f"icons-{layer_id}", horizontal=True, width="content", gap=None):
            st.button(
                "Close settings",
                key=f"close-{layer_id}",
                icon=":material/close:",
                type="tertiary",
                help="Close these settings (Escape)",
                on_click=handle_event,
                args=({"do": "select", "layer": None},),
            )


def _commands(experiment: Experiment, layer: Layer) -> None:
    """The buttons that move, copy and delete the layer."""
    ids = [other.id for other in experiment.layers]
    number = ids.index(layer.id) + 1
    with st.container(key=f"commands-{layer.id}", horizontal=True, gap="small"):
        for icon, action, disabled, command in (
            ("arrow_upward", "Move up", number == 1, {"do": "shift", "places": -1}),
            ("arrow_downward", "Move down", number == len(ids), {"do": "shift", "places": 1}),
            ("content_copy", "Duplicate", False, {"do": "duplicate"}),
            ("delete", "Delete", False, {"do": "remove"}),
        ):
            _button(layer, icon, action, disabled, command)


def _locked() -> str:
    return session.why_locked("layers")


def _disabled(locked: str, otherwise: str, *, at_end: bool = False, end: str = "") -> dict[str, Any]:
    """Whether a button is disabled, and its help: why it is disabled, or else what it does."""
    return {"disabled": bool(locked) or at_end, "help": locked or (end if at_end else otherwise)}


def _button(layer: Layer, icon: str, action: str, disabled: bool, command: dict[str, Any]) -> None:  # noqa: FBT001
    st.button(
        action,
        key=f"{icon}-{layer.id}",
        icon=f":material/{icon}:",
        **_disabled(_locked(), f"{action}: {layer.name}", at_end=disabled, end=f"{layer.name} is at that end already"),
        on_click=handle_event,
        args=({**command, "layer": layer.id},),
    )


def _name(experiment: Experiment, layer: Layer) -> None:
    """The field for a person's own name; an unusable name is reported below the field, and changes nothing."""
    key = f"layers/{layer.id}/custom_name#{layer.custom_name}"  # another edit meanwhile leaves the typed text alone
    locked = _locked()
    st.text_input(
        "Name",
        layer.custom_name,
        max_chars=LONGEST_NAME,
        placeholder=layer_names(experiment)[layer.id],
        key=key,
        disabled=bool(locked),
        help=locked or "The script passes it on as name=, and all pages call the layer so. Empty: it is named by its kind.",
        on_change=_rename,
        args=(layer.id, key),
    )
    typed = st.session_state.get(key, layer.custom_name).strip()
    problem = name_problem(experiment, layer, typed) if typed != layer.custom_name else None
    if problem is not None:
        show_problem(replace(problem, repairs=(), fix="Type another name."), f"name-{layer.id}")


def _rename(layer_id: str, key: str) -> None:
    if not session.is_stale_event(key):
        session.change(_with_name, layer_id, st.session_state[key].strip())


def _with_name(experiment: Experiment, layer_id: str, name: str) -> Experiment:
    """The experiment with a layer's new name; unchanged if the layer cannot have it."""
    is_free = name_problem(experiment, find_layer(experiment, layer_id), name) is None
    return set_value(experiment, ("layers", layer_id, "custom_name"), name) if is_free else experiment


def _inputs(experiment: Experiment, layer: Layer) -> None:
    """The inputs of the layer, and ways to repeat, branch and merge it."""
    above = [INPUT, *(other.id for other in experiment.layers[: experiment.layers.index(layer)])]
    key = f"layers/{layer.id}/inputs#{session.revision()}"
    st.multiselect(
        "Takes",
        above,
        default=[input_id for input_id in inputs_of(experiment)[layer.id] if input_id in above],
        format_func=lambda input_id: "The image" if input_id == INPUT else layer_label(experiment, input_id),
        key=key,
        **_disabled(
            _locked(), "What goes into this layer: normally what the layer above it gives. Layers that merge take several."
        ),
        on_change=_set_inputs,
        args=(layer.id, key),
    )
    if _locked():
        return
    others = [input_id for input_id in above if input_id not in (layer.id, *inputs_of(experiment)[layer.id])]
    with st.container(horizontal=True, gap="small"):
        with st.popover("Repeat", icon=":material/repeat:", key=f"repeat-{layer.id}"):
            times = st.number_input(
                "Copies", 1, MOST_COPIES, 2, key=f"copies-{layer.id}", help="They stand right after this layer, in a row."
            )
            copies = {"do": "duplicate", "layer": layer.id, "times": times}
            st.button("Add the copies", key=f"do-repeat-{layer.id}", on_click=handle_event, args=(copies,))
        with st.popover("Merge with", icon=":material/call_merge:", key=f"merge-{layer.id}"):
            _merge(experiment, layer, others)
        with st.popover("Branch from here", icon=":material/call_split:", key=f"branch-{layer.id}"):
            name = st.selectbox("With a new layer", list(LAYERS), key=f"branch-name-{layer.id}")
            st.caption(f"It takes what {layer.name} gives, beside what takes it already.")
            branch = {"do": "branch", "layer": layer.id, "name": name}
            st.button("Add the branch", key=f"do-branch-{layer.id}", on_click=handle_event, args=(branch,))


def _merge(experiment: Experiment, layer: Layer, others: list[str]) -> None:
    if not others:
        st.caption("Nothing stands above this layer that it does not take already.")
        return
    chosen = st.multiselect(
        "What is merged with it",
        others,
        default=others[-1:],
        format_func=lambda input_id: "The image" if input_id == INPUT else layer_label(experiment, input_id),
        key=f"merge-other-{layer.id}",
    )
    name = st.selectbox("How", MERGES, key=f"merge-name-{layer.id}")
    st.caption(LAYERS[name].sentence)
    merge = {"do": "merge", "layer": layer.id, "with": chosen, "name": name}
    st.button("Merge them", key=f"do-merge-{layer.id}", disabled=not chosen, on_click=handle_event, args=(merge,))


def _set_inputs(layer_id: str, key: str) -> None:
    if not session.is_stale_event(key):
        session.change(_with_inputs, layer_id, tuple(st.session_state[key]))


def _with_inputs(experiment: Experiment, layer_id: str, inputs: tuple[str, ...]) -> Experiment:
    """The experiment with a layer's new inputs; unchanged if the layer moved meanwhile and no longer stands behind them."""
    ids = [layer.id for layer in experiment.layers]
    above = {INPUT, *ids[: ids.index(layer_id)]} if layer_id in ids else set()
    return set_inputs(experiment, layer_id, inputs) if above.issuperset(inputs) else experiment
