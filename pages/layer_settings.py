"""The selected layer: what it is, what it takes, and all its arguments; with buttons for what pointer and keys do."""

from typing import Any

import streamlit as st

from core.catalogue.layers import LAYERS
from core.edits import set_inputs
from core.experiment import INPUT, Experiment, Layer
from core.gestures import MERGES, MOST_COPIES
from core.graph import sources
from core.graph_checks import place
from core.multiply_adds import MEANING
from core.phrases import layer_phrase
from core.shapes import Summary, parameters_text
from pages import session
from pages.entries import entry_widgets, show_formula
from pages.told import tell


def layer_settings(experiment: Experiment, layer: Layer, summary: Summary | None) -> None:
    """The card of the selected layer; `summary` is the table of its network, None while Keras has not answered."""
    with st.container(key=f"layer-{layer.id}", border=True, gap="small"):
        _head(experiment, layer)
        st.caption(f"{layer.entry.sentence} [Keras on {layer.name}]({layer.entry.url})")
        if layer.entry.formula:
            show_formula(layer.entry.formula)
        if row := summary.row(layer.id) if summary else None:
            costs = f"{row.multiply_adds:,} multiply-adds" if row.multiply_adds else "no multiply-adds"
            st.caption(f"{parameters_text(row.parameters, row.non_trainable)} · {costs}", help=MEANING)
        entry_widgets(layer.entry, ("layers", layer.id), experiment, width=2)
        _inputs(experiment, layer)


def _head(experiment: Experiment, layer: Layer) -> None:
    ids = [one.id for one in experiment.layers]
    number = ids.index(layer.id) + 1
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f"**{number}  {layer_phrase(layer)}**", width="stretch")
        with st.container(key=f"icons-{layer.id}", horizontal=True, width="content", gap=None):
            for icon, what, disabled, told in (
                ("arrow_upward", "Move up", number == 1, {"do": "shift", "places": -1}),
                ("arrow_downward", "Move down", number == len(ids), {"do": "shift", "places": 1}),
                ("content_copy", "Duplicate", False, {"do": "duplicate"}),
                ("delete", "Delete", False, {"do": "remove"}),
            ):
                _button(layer, icon, what, disabled, told)
            st.button(
                "Close settings",
                key=f"close-{layer.id}",
                icon=":material/close:",
                type="tertiary",
                help="Close these settings",
                on_click=tell,
                args=({"do": "select", "layer": None},),
            )


def _locked() -> str:
    return session.why_locked("layers")


def _disabled(locked: str, otherwise: str, *, at_end: bool = False, end: str = "") -> dict[str, Any]:
    """Whether a button is disabled, and why; else what it does."""
    return {"disabled": bool(locked) or at_end, "help": locked or (end if at_end else otherwise)}


def _button(layer: Layer, icon: str, what: str, disabled: bool, told: dict[str, Any]) -> None:  # noqa: FBT001
    st.button(
        f"{what}: {layer_phrase(layer)}",
        key=f"{icon}-{layer.id}",
        icon=f":material/{icon}:",
        type="tertiary",
        **_disabled(_locked(), f"{what}: {layer.name}", at_end=disabled, end=f"{layer.name} is at that end already"),
        on_click=tell,
        args=({**told, "layer": layer.id},),
    )


def _inputs(experiment: Experiment, layer: Layer) -> None:
    """What the layer takes, and the ways to repeat, branch and join it."""
    above = [INPUT, *(one.id for one in experiment.layers[: experiment.layers.index(layer)])]
    key = f"layers/{layer.id}/inputs#{session.revision()}"
    st.multiselect(
        "Takes",
        above,
        default=[one for one in sources(experiment)[layer.id] if one in above],
        format_func=lambda one: "The picture" if one == INPUT else place(experiment, one),
        key=key,
        **_disabled(
            _locked(), "What goes into this layer: normally what the layer above it gives. Layers that merge take several."
        ),
        on_change=_set_inputs,
        args=(layer.id, key),
    )
    if _locked():
        return
    others = [one for one in above if one not in (layer.id, *sources(experiment)[layer.id])]
    with st.container(horizontal=True, gap="small"):
        with st.popover("Repeat", icon=":material/repeat:", key=f"repeat-{layer.id}"):
            times = st.number_input(
                "Copies", 1, MOST_COPIES, 2, key=f"copies-{layer.id}", help="They stand right after this layer, in a row."
            )
            copies = {"do": "duplicate", "layer": layer.id, "times": times}
            st.button("Add the copies", key=f"do-repeat-{layer.id}", on_click=tell, args=(copies,))
        with st.popover("Merge with", icon=":material/call_merge:", key=f"merge-{layer.id}"):
            _merge(experiment, layer, others)
        with st.popover("Branch from here", icon=":material/call_split:", key=f"branch-{layer.id}"):
            name = st.selectbox("With a new layer", list(LAYERS), key=f"branch-name-{layer.id}")
            st.caption(f"It takes what {layer.name} gives, beside what takes it already.")
            branch = {"do": "branch", "layer": layer.id, "name": name}
            st.button("Add the branch", key=f"do-branch-{layer.id}", on_click=tell, args=(branch,))


def _merge(experiment: Experiment, layer: Layer, others: list[str]) -> None:
    if not others:
        st.caption("Nothing stands above this layer that it does not take already.")
        return
    other = st.selectbox(
        "What is merged with it",
        others,
        index=len(others) - 1,
        format_func=lambda one: "The picture" if one == INPUT else place(experiment, one),
        key=f"merge-other-{layer.id}",
    )
    name = st.selectbox("How", MERGES, key=f"merge-name-{layer.id}")
    st.caption(LAYERS[name].sentence)
    merge = {"do": "merge", "layer": layer.id, "with": other, "name": name}
    st.button("Merge them", key=f"do-merge-{layer.id}", on_click=tell, args=(merge,))


def _set_inputs(identity: str, key: str) -> None:
    if not session.is_told_again(key):
        session.change(_with_inputs, identity, tuple(st.session_state[key]))


def _with_inputs(experiment: Experiment, identity: str, chosen: tuple[str, ...]) -> Experiment:
    """The layer with other inputs; as it is where it was moved meanwhile, and what was chosen no longer stands above it."""
    ids = [layer.id for layer in experiment.layers]
    above = {INPUT, *ids[: ids.index(identity)]} if identity in ids else set()
    return set_inputs(experiment, identity, chosen) if above.issuperset(chosen) else experiment
