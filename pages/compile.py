"""Compile: how the network learns, what it minimises, and what is measured beside that."""

from collections.abc import Mapping

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
from pages.widgets.catalogue_entry import entry_choice, entry_widgets, show_formula
from pages.widgets.learning_rate import choose_rate


def choose_one(part: str, catalogue: Mapping[str, Entry], experiment: Experiment, label: str) -> None:
    """A list of all entries, what the chosen one does, and its settings; a learning rate may be planned."""
    entry_choice(part, catalogue, experiment, label)
    entry = catalogue[getattr(experiment.compile, part).name]
    st.markdown(f"{entry.sentence} [Keras on {entry.name}]({entry.url})")
    if entry.formula:
        show_formula(entry.formula)
    if entry.parameter("learning_rate") is not None:
        choose_rate(experiment, drawable=view.all_allowed)
    entry_widgets(entry, ("compile", part), experiment, but=("learning_rate",))


def choose_metrics(experiment: Experiment) -> None:
    """Which metrics are measured; those that do not fit the loss's labels say so as a problem."""
    key = f"compile/metrics#{session.revision()}"
    chosen = list(dict.fromkeys(metric.name for metric in experiment.compile.metrics))

    def changed() -> None:
        if session.is_stale_event(key):
            return
        draft = session.draft().experiment
        kept = {metric.name: metric for metric in draft.compile.metrics}
        names = [name for name in METRICS if name in st.session_state[key]]
        metrics = tuple(kept.get(name, EntryRef(name)) for name in names)
        session.edit(set_value(draft, ("compile", "metrics"), metrics), by_widget=True)

    reason = session.why_locked("compile")
    st.pills(
        "Metrics",
        tuple(METRICS),
        default=chosen,
        selection_mode="multi",
        key=key,
        on_change=changed,
        disabled=bool(reason),
        help=reason or None,
        label_visibility="collapsed",  # the heading says it
    )
    for name in chosen:
        entry = METRICS[name]
        st.markdown(f"**{entry.name}**: {entry.sentence} [Keras on it]({entry.url})")
        if entry.formula:
            show_formula(entry.formula)
        show_problems(view.problems_at("compile", "metrics", name), f"metric-{name}")
        if entry.parameters:
            entry_widgets(entry, ("compile", "metrics", name), experiment)


view = current_view()
page_layout.heading("Compile", "How the network learns, what it minimises, and what is measured.")
with page_layout.beside_code(view):
    with st.container(border=True, key="optimizer"):
        st.header("Optimizer")
        show_problems(view.problems_at("compile", "optimizer"), "optimizer")
        choose_one("optimizer", OPTIMIZERS, view.experiment, "How the weights are changed")
    with st.container(border=True, key="loss"):
        st.header("Loss")
        show_problems(view.problems_at("compile", "loss"), "loss")
        choose_one("loss", LOSSES, view.experiment, "What the network minimises")
        kind = "whole numbers, such as 3" if labels_are_integers(view.experiment) else "one-hot rows, such as 0 0 0 1 0"
        st.caption(f"This loss reads labels as {kind}; they are brought to it in that form.")
    with st.container(border=True, key="metrics"):
        st.header("Metrics")
        choose_metrics(view.experiment)
