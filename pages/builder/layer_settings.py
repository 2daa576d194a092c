"""The selected layer: its description, inputs and arguments, and buttons for everything that pointer and keys can do."""

from dataclasses import replace
from typing import Any

import streamlit as st

from core.catalogue.layers import LAYERS
from core.checks.graph import name_problem
from core.experiment.builder_commands import MERGES, MOST_COPIES, Branch, BuilderCommand, Duplicate, Merge, Remove, Shift
from core.experiment.descriptions import layer_titles
from core.experiment.edits import find_layer, set_inputs, set_value
from core.experiment.graph import inputs_of
from core.experiment.layer_names import LONGEST_NAME, layer_label, layer_names
from core.experiment.model import INPUT, Experiment, Layer
from core.experiment.multiply_adds import MEANING
from core.experiment.parameter_formula import parameter_formula
from core.experiment.shapes import Summary, num_values, parameters_text, shape_text
from core.number_text import quantity
from pages.builder.builder_events import Select, handle_event
from pages.builder.unit_pictures import show_unit_pictures
from pages.shell import session
from pages.shell.messages import escape_markdown, show_problem
from pages.shell.page_data import View
from pages.widgets.catalogue_entry import entry_widgets, show_formula

OPEN = "open-layer"  # the key of the settings' container: style sheets give the settings room


def layer_settings(view: View, layer: Layer) -> None:
    """Draw the card of the selected layer. Its settings come first, so that the Tab key reaches them soon.

    Parameters
    ----------
    view
        The data of this page.
    layer
        The selected layer.
    """
    experiment = view.experiment
    with st.container(key=OPEN), st.container(key=f"card-layer-{layer.id}", border=True, gap="small"):
        _head(f"**{layer_titles(experiment)[layer.id]}**", layer.id)
        own = view.problems_at("layers", layer.id)
        entry_widgets(layer.entry, ("layers", layer.id), experiment, width=2, problems=own)
        with st.container(key="layer-weights", gap="small"):  # a container of its own: its pictures come later
            show_unit_pictures(view, layer)
            _costs(view.summary, layer)
        st.caption(layer.entry.sentence)
        _name(experiment, layer)
        _inputs(experiment, layer)
        _commands(experiment, layer)
        if layer.entry.formula:
            show_formula(layer.entry.formula)
        st.caption(f"[Keras on {layer.name}]({layer.entry.url})")


def _costs(summary: Summary | None, layer: Layer) -> None:
    """Draw the layer's number of parameters with its computation, and the number of multiply-adds."""
    row = summary.row(layer.id) if summary else None
    if row is None:
        return
    adds = f"{row.multiply_adds:,} multiply-adds" if row.multiply_adds else "no multiply-adds"
    words = parameter_formula(layer, row)
    counts = parameters_text(row.parameters, row.non_trainable)
    st.caption(f"{words} = **{counts}** · {adds}" if words else f"{counts} · {adds}", help=MEANING)


def input_settings(experiment: Experiment) -> None:
    """Draw the card about the network's input: its shape, and a link to the choice of other images."""
    data = experiment.data
    with st.container(key=OPEN), st.container(key="card-layer-input", border=True, gap="small"):
        _head("**Input**", INPUT)
        st.caption(
            f"An image of {escape_markdown(data.entry.title)}: {shape_text(data.entry.image_shape)}, so "
            f"{quantity(num_values(data.entry.image_shape), 'number')}. A layer that you press now becomes the first."
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
                args=(Select(None),),
            )


def _commands(experiment: Experiment, layer: Layer) -> None:
    """Draw the buttons that move, copy and delete the layer."""
    ids = [other.id for other in experiment.layers]
    number = ids.index(layer.id) + 1
    with st.container(key=f"commands-{layer.id}", horizontal=True, gap="small"):
        for icon, action, disabled, command in (
            ("arrow_upward", "Move up", number == 1, Shift(layer.id, -1)),
            ("arrow_downward", "Move down", number == len(ids), Shift(layer.id, 1)),
            ("content_copy", "Duplicate", False, Duplicate(layer.id)),
            ("delete", "Delete", False, Remove(layer.id)),
        ):
            _button(layer, icon, action, disabled, command)


def _locked() -> str:
    return session.why_locked("layers")


def _disabled(locked: str, otherwise: str, *, at_end: bool = False, end: str = "") -> dict[str, Any]:
    """Return the arguments `disabled` and `help` of a button. The help of a disabled button is the reason."""
    return {"disabled": bool(locked) or at_end, "help": locked or (end if at_end else otherwise)}


def _button(layer: Layer, icon: str, action: str, disabled: bool, command: BuilderCommand) -> None:  # noqa: FBT001
    st.button(
        action,
        key=f"{icon}-{layer.id}",
        icon=f":material/{icon}:",
        **_disabled(_locked(), f"{action}: {layer.name}", at_end=disabled, end=f"{layer.name} is at that end already"),
        on_click=handle_event,
        args=(command,),
    )


def _name(experiment: Experiment, layer: Layer) -> None:
    """Draw the text field for a layer's own name. An invalid name is reported below the field and is not used."""
    key = f"layers/{layer.id}/custom_name#{layer.custom_name}"  # another edit meanwhile leaves the typed text alone
    locked = _locked()
    st.text_input(
        "Name",
        layer.custom_name,
        max_chars=LONGEST_NAME,
        placeholder=layer_names(experiment)[layer.id],
        key=key,
        disabled=bool(locked),
        help=locked or "The script passes this name on as name=, and all pages show the name. Empty: named by its kind.",
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
    """Return the experiment with a new name for a layer.

    If the name is invalid or taken, return the experiment unchanged.
    """
    is_free = name_problem(experiment, find_layer(experiment, layer_id), name) is None
    return set_value(experiment, ("layers", layer_id, "custom_name"), name) if is_free else experiment


def _inputs(experiment: Experiment, layer: Layer) -> None:
    """Draw the inputs of the layer, and the buttons that repeat, branch and merge the layer."""
    above = [INPUT, *(other.id for other in experiment.layers[: experiment.layers.index(layer)])]
    key = f"layers/{layer.id}/inputs#{session.revision()}"
    st.multiselect(
        "Takes",
        above,
        default=[input_id for input_id in inputs_of(experiment)[layer.id] if input_id in above],
        format_func=lambda input_id: "The image" if input_id == INPUT else layer_label(experiment, input_id),
        key=key,
        **_disabled(
            _locked(), "The inputs of this layer: normally the output of the layer above. Layers that merge take several."
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
            copies = Duplicate(layer.id, times)
            st.button("Add the copies", key=f"do-repeat-{layer.id}", on_click=handle_event, args=(copies,))
        with st.popover("Merge with", icon=":material/call_merge:", key=f"merge-{layer.id}"):
            _merge(experiment, layer, others)
        with st.popover("Branch from here", icon=":material/call_split:", key=f"branch-{layer.id}"):
            name = st.selectbox("With a new layer", list(LAYERS), key=f"branch-name-{layer.id}")
            st.caption(f"The new layer takes the output of {layer.name}, as the present followers do.")
            branch = Branch(layer.id, name)
            st.button("Add the branch", key=f"do-branch-{layer.id}", on_click=handle_event, args=(branch,))


def _merge(experiment: Experiment, layer: Layer, others: list[str]) -> None:
    if not others:
        st.caption("This layer takes the output of every layer above already.")
        return
    chosen = st.multiselect(
        "Layers to merge with this layer",
        others,
        default=others[-1:],
        format_func=lambda input_id: "The image" if input_id == INPUT else layer_label(experiment, input_id),
        key=f"merge-other-{layer.id}",
    )
    name = st.selectbox("Merge by", MERGES, key=f"merge-name-{layer.id}")
    st.caption(LAYERS[name].sentence)
    merge = Merge(layer.id, chosen, name)
    st.button("Merge them", key=f"do-merge-{layer.id}", disabled=not chosen, on_click=handle_event, args=(merge,))


def _set_inputs(layer_id: str, key: str) -> None:
    if not session.is_stale_event(key):
        session.change(_with_inputs, layer_id, tuple(st.session_state[key]))


def _with_inputs(experiment: Experiment, layer_id: str, inputs: tuple[str, ...]) -> Experiment:
    """Return the experiment with new inputs for a layer.

    If an input is no longer above the layer, return the experiment unchanged.
    """
    ids = [layer.id for layer in experiment.layers]
    above = {INPUT, *ids[: ids.index(layer_id)]} if layer_id in ids else set()
    return set_inputs(experiment, layer_id, inputs) if above.issuperset(inputs) else experiment
