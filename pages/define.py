"""Define: a network of layers, built by pointer or keys, with what each layer gives and costs."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import streamlit as st

from core.application import application
from core.experiment.memory import training_bytes
from core.experiment.multiply_adds import MEANING
from core.experiment.shapes import parameters_text, shape_text
from core.number_text import memory_text, quantity
from pages.builder import data_preview, ready_net_cards, summary_popover, view_model
from pages.builder.builder_events import SELECTED, handle_event, input_is_selected, insert_label, selected_layer
from pages.builder.layer_settings import input_settings, layer_settings
from pages.components.builder.builder import builder
from pages.shell import page_layout, session, waiting
from pages.shell.event_dedup import Handled, new_events
from pages.shell.messages import show_problems
from pages.shell.view import View, current_view, rerun_when_ready

STYLE = Path(__file__).parent / "define.css"
BUILDER = "builder"
HANDLED = "handled_events"
TOTALS_HELP = (
    "Parameters: all weights and biases that the network has; training does not change non-trainable ones by their "
    f"gradients, such as the running means of BatchNormalization. {MEANING} To train: weights, gradients, the optimizer's "
    "notes, and one batch in memory. Answers: what comes out for one image."
)
MOST_EVENTS = 50  # at once: more than anyone makes while one is carried out


def toolbar() -> None:
    """Undo, redo, and ready nets."""
    draft, reason = current_view().draft, session.why_locked("layers")
    locked: dict[str, Any] = {"disabled": bool(reason), "help": reason or None}
    with st.container(key="toolbar", horizontal=True, gap="small", vertical_alignment="bottom"):
        with st.container(key="icons-history", horizontal=True, width="content", gap="small"):
            history_button("Undo", "undo", "Ctrl+Z", draft.undo, session.undo)
            history_button("Redo", "redo", "Ctrl+Y", draft.redo, session.redo)
        ready_net_cards.popover(current_view(), **locked)
        st.button(
            "Start again",
            key="start-again",
            icon=":material/restart_alt:",
            on_click=ready_net_cards.use_template,
            args=("lecture",),
            disabled=bool(reason),
            help=reason or "The lecture's network, made for these images.",
        )
        data_preview.show_switch()


def history_button(what: str, icon: str, keys: str, steps: tuple[str, ...], do: Callable[[], None]) -> None:
    """Undo or redo; disabled where there is nothing, and it says so.

    The builder hears the keys: Streamlit presses a button twice where a fragment's timer fires at the same moment.
    """
    count = f"{quantity(len(steps), 'change')}"
    st.button(
        what,
        key=icon,
        icon=f":material/{icon}:",
        disabled=not steps,
        help=f"{what} ({keys}): {count} can be taken {'back' if what == 'Undo' else 'again'}."
        if steps
        else f"{what}: there is nothing.",
        on_click=do,
    )


def totals(view: View) -> None:
    """Draw the totals of the network in one line."""
    summary = view.summary
    if summary is None:
        if view.all_allowed:
            waiting.wait_for_shapes(view.experiment)
        return
    memory = memory_text(training_bytes(view.experiment, summary))
    count, words = parameters_text(summary.parameters, summary.non_trainable).split(" ", 1)
    with st.container(key="totals-line", horizontal=True, vertical_alignment="center"):
        with st.container(key="totals", width="content"):
            st.markdown(
                f"**{count}** {words} · **{summary.multiply_adds:,}** multiply-adds · **{memory}** to train · "
                f"answers **{shape_text(summary.output_shape)}**",
                help=TOTALS_HELP,
                width="content",
            )
        summary_popover.popover(view.experiment, summary)


def _handle_events() -> None:
    """Handle the events of the builder, each once: the browser resends those that were not acknowledged."""
    events, handled = st.session_state[BUILDER].events, _handled()
    with application().drafts.edit_lock(session.visitor()):
        for number, event in new_events(events, handled, MOST_EVENTS):
            handled["done"] = number  # also where it fails: resent, it would fail again
            handle_event(event)


def _handled() -> Handled:
    """The number of the last event that was handled in this session, as "done"."""
    return st.session_state.setdefault(HANDLED, {"done": 0})


def network(view: View) -> None:
    """Draw the network with the palette beside it."""
    data = view.experiment.data.entry
    builder(
        blocks=view_model.blocks(view.experiment, view.summary, view.problems),
        palette=view_model.palette(),
        sizes=view_model.SIZES,
        data=data_preview.builder_data(view),
        picture=f"input layer: one image of {data.title}, {shape_text(data.image_shape)}",
        picture_shape=data.image_shape,
        selected=st.session_state.get(SELECTED),
        insert_label=insert_label(view.experiment),
        locked=session.why_locked("layers"),
        done=_handled()["done"],
        key=BUILDER,
        on_events=_handle_events,
    )


def settings_of_selection(view: View) -> Callable[[], None] | None:
    """What draws the settings of the selected layer, or of the picture that goes in; None where nothing is selected."""
    layer = selected_layer(view.experiment)
    if layer is not None:
        return lambda: layer_settings(view.experiment, layer, view.summary, view.problems)
    if input_is_selected():
        return lambda: input_settings(view.experiment)
    return None if view.draft.code_open and not session.is_hidden("code") else select_hint


def select_hint() -> None:
    """Keep the place of a layer's settings where no code stands there, so that nothing moves when a layer is pressed."""
    with st.container(key="select-hint", border=True):
        st.caption("Press a layer, or Input: its settings stand here.")


st.html(STYLE)
view = current_view()
top = st.container(key="define-top")
with page_layout.beside_code(view, settings_of_selection(view)):
    bar, sums, empty = (st.container(key=f"{name}-box") for name in ("toolbar", "totals", "empty"))
    network(view)  # first: a person looks for their edit there
    rerun_when_ready(view)
    with bar:
        toolbar()
    with sums:
        totals(view)
    with empty:
        show_problems(view.problems_at("layers") if not view.experiment.layers else (), "stack")
with top:
    page_layout.heading(
        "Define", "A network is made of layers. Each takes what the one above it gives, unless you join it otherwise."
    )
