"""Define: a network as a stack of layers, with what each one gives and costs."""

from collections.abc import Callable

import streamlit as st

from core.catalogue import Entry
from core.catalogue.layers import LAYERS
from core.edits import answering_layer, duplicate_layer, insert_layer, move_layer, new_layer, remove_layer
from core.experiment import Experiment, Layer
from core.phrases import layer_phrase
from core.shapes import Summary, memory_text, spoken, training_bytes
from core.templates import TEMPLATES, apply_template
from pages import frame, session
from pages.widgets import entry_widgets, show_formula, show_problems

SELECTED = "selected_layer"


def toolbar(experiment: Experiment) -> None:
    """Undo, redo, ready nets, and the palette."""
    draft = session.draft()
    with st.container(key="toolbar", horizontal=True, gap="small", vertical_alignment="bottom"):
        with st.popover("Add a layer", icon=":material/add:", key="palette"):
            palette(experiment)
        with st.popover("Ready nets", icon=":material/auto_awesome_mosaic:", key="templates"):
            for template in TEMPLATES.values():
                st.button(template.title, key=f"template-{template.name}", on_click=use_template, args=(template.name,))
                st.caption(template.sentence)
        st.button(
            "Start again from the lecture's model",
            key="start-again",
            icon=":material/restart_alt:",
            on_click=use_template,
            args=("lecture",),
        )
        with st.container(key="icons-history", horizontal=True, width="content", gap="small"):
            history_button("Undo", "undo", "ctrl+z", draft.undo, session.undo)
            history_button("Redo", "redo", "ctrl+y", draft.redo, session.redo)


def history_button(what: str, icon: str, shortcut: str, steps: tuple[str, ...], do: Callable[[], None]) -> None:
    """Undo or redo; disabled where there is nothing, and it says so."""
    count = f"{len(steps)} change{'' if len(steps) == 1 else 's'}"
    st.button(
        what,
        key=icon,
        icon=f":material/{icon}:",
        shortcut=shortcut,
        disabled=not steps,
        help=f"{what}: {count} can be taken {'back' if what == 'Undo' else 'again'}."
        if steps
        else f"{what}: there is nothing.",
        on_click=do,
    )


def palette(experiment: Experiment) -> None:
    """All layers by group; a click adds one after the selected layer, or before the last one."""
    st.caption(f"It is added {place_words(experiment)}.")
    groups: dict[str, list[Entry]] = {}
    for entry in LAYERS.values():
        groups.setdefault(entry.group, []).append(entry)
    for group, entries in groups.items():
        st.markdown(f"**{group}**")
        with st.container(horizontal=True, gap="small"):
            for entry in entries:
                st.button(entry.name, key=f"add-{entry.name}", help=entry.sentence, on_click=add, args=(entry.name,))


def place_words(experiment: Experiment) -> str:
    selected = selected_layer(experiment)
    if selected is not None:
        return f"after {layer_phrase(selected)}, which is selected"
    last = answering_layer(experiment)
    return f"before the last layer, {layer_phrase(last)}" if last else "at the end"


def selected_layer(experiment: Experiment) -> Layer | None:
    return next((layer for layer in experiment.layers if layer.id == st.session_state.get(SELECTED)), None)


def add(name: str) -> None:
    experiment = session.draft().experiment
    layer = new_layer(experiment, name)
    ids = [one.id for one in experiment.layers]
    selected, last = selected_layer(experiment), answering_layer(experiment)
    if selected is not None:
        after = ids.index(selected.id) + 1
        before = ids[after] if after < len(ids) else None
    else:
        before = last.id if last else None
    session.edit(insert_layer(experiment, layer, before))
    st.session_state[SELECTED] = layer.id


def use_template(name: str) -> None:
    st.session_state.pop(SELECTED, None)
    session.edit(apply_template(session.draft().experiment, name))


def select(identity: str) -> None:
    folded = st.session_state.get(SELECTED) == identity
    st.session_state[SELECTED] = None if folded else identity


def move(identity: str, places: int) -> None:
    session.change(move_layer, identity, places)


def duplicate(identity: str) -> None:
    session.change(duplicate_layer, identity)


def delete(identity: str) -> None:
    session.change(remove_layer, identity)


def layer_card(view: frame.View, layer: Layer, number: int) -> None:
    """One layer: what it is, what it gives, what it costs, and what is wrong with it."""
    experiment, count = view.experiment, len(view.experiment.layers)
    row = view.summary.row(layer.id) if view.summary else None
    selected = st.session_state.get(SELECTED) == layer.id
    problems = view.problems_at("layers", layer.id)
    with st.container(
        key=f"layer-{layer.id}{'-bad' if any(one.blocks for one in problems) else ''}", border=True, gap="small"
    ):
        name, shape, parameters, actions = st.columns([6, 4, 4, 5], vertical_alignment="center")
        with name:
            st.button(
                f"{number}  {layer_phrase(layer)}",
                key=f"select-{layer.id}",
                icon=":material/keyboard_arrow_down:" if selected else ":material/keyboard_arrow_right:",
                type="tertiary",
                help=layer.entry.sentence,
                on_click=select,
                args=(layer.id,),
            )
        shape.markdown(spoken(row.output_shape) if row else "no shape yet" if view.summary else "checking")
        parameters.markdown(f"{row.parameters:,} parameters" if row else "")
        with actions, st.container(key=f"icons-{layer.id}", horizontal=True, gap=None, horizontal_alignment="right"):
            for icon, what, disabled, do, arguments in (
                ("arrow_upward", "Move up", number == 1, move, (layer.id, -1)),
                ("arrow_downward", "Move down", number == count, move, (layer.id, 1)),
                ("content_copy", "Duplicate", False, duplicate, (layer.id,)),
                ("delete", "Delete", False, delete, (layer.id,)),
            ):
                st.button(
                    f"{what}: {layer_phrase(layer)}",
                    key=f"{icon}-{layer.id}",
                    icon=f":material/{icon}:",
                    type="tertiary",
                    disabled=disabled,
                    help=f"{what}: {layer.name}" if not disabled else f"{layer.name} is at that end already",
                    on_click=do,
                    args=arguments,
                )
        show_problems(problems, layer.id)
        if selected:
            st.caption(f"{layer.entry.sentence} [Keras on {layer.name}]({layer.entry.url})")
            if layer.entry.formula:
                show_formula(layer.entry.formula)
            entry_widgets(layer.entry, ("layers", layer.id), experiment)


def totals(view: frame.View) -> None:
    """What the whole stack amounts to."""
    summary: Summary | None = view.summary
    if summary is None:
        if not any(problem.code == "value-not-allowed" for problem in view.problems):
            frame.wait_for_shapes(view.experiment)
        return
    with st.container(horizontal=True, key="totals"):
        st.metric("Parameters", f"{summary.parameters:,}", help="All weights and biases that the network has.")
        memory = training_bytes(view.experiment, summary)
        st.metric("Memory to train", memory_text(memory), help="Weights, gradients, the optimizer's notes, and one batch.")
        st.metric("Answers", spoken(summary.output_shape), help="What comes out for one image.")


view = frame.view()
frame.heading("Define", "A network is a stack of layers. Each takes what the one above gives.")
with frame.beside_code(view):
    toolbar(view.experiment)
    with st.container(key="input-card", border=True):
        shape = view.experiment.data.entry.image_shape
        st.markdown(f"**Input**: one picture of {view.experiment.data.entry.title}, {spoken(shape)}")
    show_problems(view.problems_at("layers") if not view.experiment.layers else (), "stack")
    for position, one in enumerate(view.experiment.layers, 1):
        layer_card(view, one, position)
    totals(view)
