"""Compile: how the network learns, what it minimises, and what is measured beside that."""

import streamlit as st

from core.catalogue import Entry
from core.catalogue.losses import LOSSES
from core.catalogue.metrics import METRICS
from core.catalogue.optimizers import OPTIMIZERS
from core.experiment.edits import set_value
from core.experiment.model import Experiment
from core.export.script import labels_are_integers
from core.parameters import EntryRef
from pages.shell import page_layout, session
from pages.shell.messages import show_problems
from pages.shell.view import current_view
from pages.widgets import loss_pictures
from pages.widgets.catalogue_entry import entry_choice, entry_widgets, few_entries_choice, show_formula
from pages.widgets.learning_rate import choose_rate

FEW_METRICS = 4  # in sight; the others stand behind "More"


def _about(entry: Entry, key: str, words: str) -> None:
    """Draw what is to be read of a choice, below its picture: words, Keras' page, and the formula, folded."""
    with st.container(key=f"about-{key}", horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f"{words} [Keras on {entry.name}]({entry.url})", width="stretch")
        if entry.formula:
            with st.popover("Formula", icon=":material/function:", key=f"formula-{key}"):
                show_formula(entry.formula)


def optimizer_card(experiment: Experiment) -> None:
    """The optimizer and its learning rate, beside the draft's own loss."""
    st.header("Optimizer")
    show_problems(view.problems_at("compile", "optimizer"), "optimizer")
    entry = OPTIMIZERS[experiment.compile.optimizer.name]
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        few_entries_choice("optimizer", OPTIMIZERS, experiment, "How the weights are changed")
    choose_rate(experiment, drawable=view.all_allowed)
    loss_pictures.valley(view)
    _about(entry, "optimizer", entry.sentence)
    entry_widgets(entry, ("compile", "optimizer"), experiment, but=("learning_rate",))


def loss_card(experiment: Experiment) -> None:
    """The loss, as a bar over the probabilities of the right class."""
    st.header("Loss")
    show_problems(view.problems_at("compile", "loss"), "loss")
    entry = LOSSES[experiment.compile.loss.name]
    entry_choice("loss", LOSSES, experiment, "What the network minimises")
    loss_pictures.bar(view)
    kind = "whole numbers, such as 3" if labels_are_integers(experiment) else "one-hot rows, such as 0 0 0 1 0"
    words = f"{entry.sentence} It reads labels as {kind}."
    _about(entry, "loss", words)
    entry_widgets(entry, ("compile", "loss"), experiment)


def metrics_card(experiment: Experiment) -> None:
    """Which metrics are measured; those that do not fit the loss's labels say so as a problem."""
    st.header("Metrics")
    chosen = list(dict.fromkeys(metric.name for metric in experiment.compile.metrics))
    shown = [name for index, name in enumerate(METRICS) if index < FEW_METRICS or name in chosen]
    reason = session.why_locked("compile")
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.pills(
            "Metrics",
            shown,
            default=chosen,
            selection_mode="multi",
            key=_metrics_key(),
            on_change=_change_metrics,
            args=(_metrics_key(), tuple(shown)),
            disabled=bool(reason),
            help=reason or None,
            label_visibility="collapsed",  # the heading says it
        )
        with st.popover("More", icon=":material/add:", key="more-metrics", help=f"All {len(METRICS)} metrics."):
            others = tuple(name for name in METRICS if name not in shown)
            more = _metrics_key("more-")
            st.pills(
                "More metrics",
                others,
                selection_mode="multi",
                key=more,
                on_change=_change_metrics,
                args=(more, others),
                disabled=bool(reason),
                help=reason or None,
            )
    for name in chosen:
        entry = METRICS[name]
        _about(entry, f"metric-{name}", f"**{name}**: {entry.sentence}")
        show_problems(view.problems_at("compile", "metrics", name), f"metric-{name}")
        if entry.parameters:
            entry_widgets(entry, ("compile", "metrics", name), experiment)


def _metrics_key(which: str = "") -> str:
    return f"compile/{which}metrics#{session.revision()}"


def _change_metrics(key: str, options: tuple[str, ...]) -> None:
    """Take the metrics that a person chose among some; those that are not among them stay."""
    if session.is_stale_event(key):
        return
    draft = session.draft().experiment
    kept = {metric.name: metric for metric in draft.compile.metrics}
    picked = st.session_state[key]
    names = [name for name in METRICS if (name in picked if name in options else name in kept)]
    metrics = tuple(kept.get(name, EntryRef(name)) for name in names)
    moves = bool((set(names) ^ set(kept)) - set(tuple(METRICS)[:FEW_METRICS]))  # between the pills in sight and the others
    session.edit(set_value(draft, ("compile", "metrics"), metrics), by_widget=not moves)


view = current_view()
page_layout.heading("Compile", "How the network learns, what it minimises, and what is measured.")
with page_layout.beside_code(view):
    for key, card in {"optimizer": optimizer_card, "loss": loss_card, "metrics": metrics_card}.items():
        with st.container(border=True, key=key):
            card(view.experiment)
