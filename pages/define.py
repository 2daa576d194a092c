"""The page Define: a network of layers, built by pointer or keys, with the outputs and the costs of each layer."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import streamlit as st

from core.application import application
from core.experiment.memory import training_bytes
from core.experiment.multiply_adds import MEANING
from core.experiment.shapes import parameters_text, shape_text
from core.number_text import memory_text, quantity
from core.runs.run_record import Run
from pages.builder import layer_output_preview, ready_net_cards, summary_popover, view_model
from pages.builder.builder_events import (
    SELECTED,
    added_layer,
    handle_event,
    input_is_selected,
    insert_label,
    read_event,
    selected_layer,
)
from pages.builder.layer_settings import input_settings, layer_settings
from pages.components.builder.builder import builder, keras_answer
from pages.frame import page_layout
from pages.shell import session, waiting
from pages.shell.addresses import live_url
from pages.shell.event_dedup import Handled, new_events
from pages.shell.messages import repairs
from pages.shell.page_data import View, complete_view, current_view

BOTTOM = Path(__file__).with_name("define_bottom.css")
BUILDER = "builder"
HANDLED = "handled_events"
TOTALS_HELP = (
    "Parameters: all weights and biases that the network has; training does not change non-trainable ones by their "
    f"gradients, such as the running means of BatchNormalization. {MEANING} To train: weights, gradients, the optimizer's "
    "notes, and one batch in memory. Answers: what comes out for one image."
)
MOST_EVENTS = 50  # handled at once: more than anyone causes while an event is carried out


def toolbar() -> None:
    """Draw the switch of the outputs, and the buttons for undo, redo, the lecture's network, and ready nets."""
    draft, reason = current_view().draft, session.why_locked("layers")
    locked: dict[str, Any] = {"disabled": bool(reason), "help": reason or None}
    with st.container(key="toolbar", horizontal=True, gap="small", vertical_alignment="center"):
        layer_output_preview.show_switch()
        with st.container(key="icons-history", horizontal=True, width="content", gap=None):
            history_button("Undo", "undo", "Ctrl+Z", draft.undo, session.undo)
            history_button("Redo", "redo", "Ctrl+Y", draft.redo, session.redo)
        st.button(
            "Start over",
            key="start-again",
            icon=":material/restart_alt:",
            on_click=ready_net_cards.use_template,
            args=("lecture",),
            disabled=bool(reason),
            help=reason or "Start over: the lecture's network, made for these images.",
        )
        ready_net_cards.popover(current_view(), **locked)


def history_button(action: str, icon: str, keys: str, steps: tuple[str, ...], do: Callable[[], None]) -> None:
    """Draw the button Undo or Redo. If no step is left, the button is disabled and its help says so.

    The builder handles Ctrl+Z and Ctrl+Y, since Streamlit presses a button twice if a timer fires at the same moment.
    """
    count = f"{quantity(len(steps), 'change')}"
    st.button(
        action,
        key=icon,
        icon=f":material/{icon}:",
        disabled=not steps,
        help=f"{action} ({keys}): {count} can be taken {'back' if action == 'Undo' else 'again'}."
        if steps
        else f"{action}: there is nothing.",
        on_click=do,
    )


def totals(view: View) -> None:
    """Draw the totals of the network on a line: parameters, multiply-adds, memory for training, and output shape."""
    summary = view.summary
    if summary is None:
        if view.all_allowed:
            waiting.wait_for_shapes(view.experiment)
        return
    memory = memory_text(training_bytes(view.experiment, summary))
    count, words = parameters_text(summary.parameters, summary.non_trainable).split(" ", 1)
    with st.container(key="totals-line", horizontal=True, vertical_alignment="center", gap="small"):
        with st.container(key="totals", width="content"):
            st.markdown(
                f"**{count}** {words} :gray[· **{summary.multiply_adds:,}** multiply-adds · **{memory}** to train · "
                f"answers **{shape_text(summary.output_shape)}**]",
                help=TOTALS_HELP,
                width="content",
            )
        summary_popover.popover(view.experiment, summary)


def _handle_events() -> None:
    """Handle each event of the builder exactly once. The browser resends events that were not acknowledged."""
    events, handled = st.session_state[BUILDER].events, _handled()
    with application().drafts.edit_lock(session.visitor()):
        for number, sent in new_events(events, handled, MOST_EVENTS):
            handled["done"] = number  # even if the event fails, since a resent event would fail again
            if (event := read_event(sent)) is not None:
                handle_event(event)


def _handled() -> Handled:
    """Return the session's dictionary whose value "done" is the number of the last event that was handled."""
    return st.session_state.setdefault(HANDLED, {"done": 0})


def empty_network(view: View) -> None:
    """Say how a network without layers gets its first layer. An empty network is a beginning, so no error is drawn."""
    if view.experiment.layers:
        return
    with st.container(key="empty-network", gap="small"):
        st.info("A click on a layer in the list adds it.", title="The network has no layers yet.", icon=":material/layers:")
        with st.container(horizontal=True, gap="small"):
            for problem in view.problems_at("layers"):
                repairs(problem.repairs, "stack")


def network(view: View) -> None:
    """Draw the network builder with its palette."""
    data = view.experiment.data.entry
    added = added_layer(view.experiment)
    builder(
        blocks=view_model.blocks(view.experiment, view.summary, view.problems),
        network=network_key(view),
        palette=view_model.palette(),
        sizes=view_model.SIZES,
        data=layer_output_preview.builder_data(view),
        picture=f"input layer: one image of {data.title}, {shape_text(data.image_shape)}",
        picture_shape=data.image_shape,
        image=layer_output_preview.first_image(data.name),
        classes=data.classes,
        selected=st.session_state.get(SELECTED),
        added=added.id if added else None,
        insert_label=insert_label(view.experiment),
        locked=session.why_locked("layers"),
        done=_handled()["done"],
        url=live_url(view.run) if view.run is not None and is_training_draft(view, view.run) else "",
        key=BUILDER,
        on_events=_handle_events,
    )


def network_key(view: View) -> str:
    """Return a text that differs for different networks, and for a network before and after Keras' answer."""
    data, missing = view.experiment.data, (view.summary is None, view.counts is None)
    return str(hash((data.dataset, view.experiment.layers, missing)))


def answer(drawn: View, view: View) -> None:
    """Show what Keras has answered since `network` was drawn: shapes, costs, and problems of the layers."""
    keras_answer(
        network=network_key(drawn),
        blocks=view_model.blocks(view.experiment, view.summary, view.problems),
        data=layer_output_preview.builder_data(view),
        key="keras-answer",
    )


def is_training_draft(view: View, run: Run) -> bool:
    """Return whether a run is training the draft's network at the moment.

    The run's events then colour the links of the drawing.
    """
    return not run.is_over and (run.experiment.data, run.experiment.layers) == (view.experiment.data, view.experiment.layers)


def selection_settings(view: View) -> None:
    """Draw the settings of the selected layer, or of the input picture."""
    layer = selected_layer(view.experiment)
    if layer is not None:
        layer_settings(view, layer)
    elif input_is_selected():
        input_settings(view.experiment)


def head(view: View) -> None:
    """Draw the title of the page, the totals of the network and the toolbar in a row, and the purpose of the page below."""
    with st.container(key="define-head", horizontal=True, vertical_alignment="center", gap="small"):
        with st.container(key="define-title", width="content"):
            st.title("Define")
        with st.container(key="totals-box", width="stretch"):
            totals(view)
        with st.container(key="toolbar-box", width="content"):
            toolbar()
    with st.container(key="define-sentence"):
        st.caption("Press a layer to change it, + to add a layer.")


st.html(BOTTOM)
view = current_view()
with page_layout.draw_with_code_drawer(view), st.container(key="define-page", gap=None):
    top, empty = st.container(key="define-top"), st.container(key="empty-box")
    waiting_box = st.container(key="define-waiting")  # a place of its own: what comes and goes there moves no settings
    net = st.container(key="define-net")
    with net:
        network(view)  # drawn first, since visitors look for their edit in the drawing
    drawn, view = view, complete_view(view)
    with waiting_box:
        if view is not drawn:
            answer(drawn, view)
        layer_output_preview.wait_for_outputs(view)
    with net:
        selection_settings(view)
    with top:
        head(view)
    with empty:
        empty_network(view)
