"""The page Compile: how the network learns, the loss that is minimised, and the further metrics."""

from collections.abc import Sequence

import streamlit as st

from core.application import application
from core.catalogue import Entry
from core.catalogue.losses import LOSSES
from core.catalogue.metrics import METRICS
from core.catalogue.optimizers import OPTIMIZERS
from core.experiment.edits import set_value
from core.experiment.model import Experiment
from core.export.script import labels_are_integers
from core.number_text import enumeration
from core.parameters import EntryRef
from core.problems import Problem
from core.views.loss_surface import LossSliceQuestion
from pages.frame import page_layout
from pages.shell import session
from pages.shell.messages import show_problems
from pages.shell.page_data import current_view
from pages.views.loss_bar import loss_bar
from pages.views.loss_surface import loss_surface
from pages.views.optimizer_paths import optimizer_paths
from pages.views.shared.no_picture import no_picture
from pages.widgets.catalogue_entry import entry_choice, entry_widgets, few_entries_choice, show_formula
from pages.widgets.learning_rate import choose_rate

VALLEY = (
    "The ball moves the weights in one direction, downhill: against the gradient. The map shows the same loss from above, "
    "with a second direction, in which the loss can fall further."
)
FEW_METRICS = 4  # metrics in sight: the others stand behind "More"


def _about(entry: Entry, key: str, words: str) -> None:
    """Draw the description of an optimizer or a loss: a sentence, a link to Keras' page, and a button for the formula."""
    with st.container(key=f"about-{key}", horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f"{words} [Keras on {entry.name}]({entry.url})", width="stretch")
        if entry.formula:
            with st.popover("Formula", type="tertiary", key=f"formula-{key}"):
                show_formula(entry.formula)


def optimizer_card(experiment: Experiment) -> None:
    """Draw the card of the optimizer: its choice, its learning rate, and drawings of the draft's own loss."""
    st.header("Optimizer")
    show_problems(view.problems_at("compile", "optimizer"), "optimizer")
    entry = OPTIMIZERS[experiment.compile.optimizer.name]
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        few_entries_choice("optimizer", OPTIMIZERS, experiment, "How the weights are changed")
    _about(entry, "optimizer", entry.sentence)
    choose_rate(experiment, drawable=view.all_allowed)
    valley(experiment)
    entry_widgets(entry, ("compile", "optimizer"), experiment, but=("learning_rate",))


def valley(experiment: Experiment) -> None:
    """Draw the draft's loss surface twice: from the side with a rolling ball, and from above with optimizers' paths."""
    if view.blocking:
        no_picture(f"The draft has a problem: {view.blocking[0].happened} {view.blocking[0].fix}")
        return
    along = application().ask(LossSliceQuestion(experiment), wait=False)
    if isinstance(along, Problem):
        no_picture(along)
        return
    side, above = st.columns(2, gap="medium")
    with side, st.container(key="from-the-side"):
        factor = loss_surface.draw_draft(experiment, along)
    with above, st.container(key="from-above"):
        optimizer_paths.draw_draft(experiment, along)
    if along is not None and factor is not None:
        with st.container(key="valley-words", horizontal=True, vertical_alignment="center", gap="small"):
            st.caption(VALLEY)
            with st.popover("How this was computed", type="tertiary", key="valley-computed"):
                st.markdown(loss_surface.slice_words(experiment, along, factor))


def loss_card(experiment: Experiment) -> None:
    """Draw the card of the loss: its choice, its arguments, and its value by the probability of the right class."""
    st.header("Loss")
    show_problems(view.problems_at("compile", "loss"), "loss")
    entry = LOSSES[experiment.compile.loss.name]
    entry_choice("loss", LOSSES, experiment, "What the network minimises")
    if view.all_allowed:
        loss_bar.draw_draft(experiment)
    else:
        st.caption("The loss is drawn once every value is allowed.")
    kind = "whole numbers, such as 3" if labels_are_integers(experiment) else "one-hot rows, such as 0 0 0 1 0"
    words = f"{entry.sentence} It reads labels as {kind}."
    _about(entry, "loss", words)
    entry_widgets(entry, ("compile", "loss"), experiment)


def metrics_card(experiment: Experiment) -> None:
    """Draw the choice of metrics. A metric that does not fit the labels of the loss shows a problem."""
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
            label_visibility="collapsed",  # the heading says so
        )
        with st.popover("More", type="tertiary", key="more-metrics", help=f"All {len(METRICS)} metrics."):
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
    if labels_are_integers(experiment) and (words := _label_words(shown)):
        st.caption(words)
    for name in chosen:
        entry = METRICS[name]
        _about(entry, f"metric-{name}", f"**{name}**: {entry.sentence}")
        show_problems(view.problems_at("compile", "metrics", name), f"metric-{name}")
        if entry.parameters:
            entry_widgets(entry, ("compile", "metrics", name), experiment)


def _label_words(names: Sequence[str]) -> str:
    """Say which of these metrics have another name in the code, and which do not fit, as labels are whole numbers."""
    sparse = [name for name in names if str(METRICS[name].trait("integer_labels", "")).startswith("Sparse")]
    one_hot = [name for name in names if METRICS[name].trait("labels") == "one-hot"]
    words = []
    if sparse:
        words.append(f"Labels are whole numbers here, so the code puts *Sparse* before the name of {enumeration(sparse)}.")
    if one_hot:
        words.append(f"{enumeration(one_hot)} cannot read whole numbers: choose CategoricalCrossentropy as the loss first.")
    return " ".join(words)


def _metrics_key(which: str = "") -> str:
    return f"compile/{which}metrics#{session.revision()}"


def _change_metrics(key: str, options: tuple[str, ...]) -> None:
    """Set the draft's metrics to those that a person chose among some options. Metrics outside these options stay."""
    if session.is_stale_event(key):
        return
    picked = tuple(st.session_state[key])
    before = {metric.name for metric in session.draft().experiment.compile.metrics}.intersection(options)
    moves = bool((before ^ set(picked)) - set(tuple(METRICS)[:FEW_METRICS]))  # to or from "More"
    session.change(_with_metrics, picked, options, by_widget=not moves)


def _with_metrics(experiment: Experiment, picked: tuple[str, ...], options: tuple[str, ...]) -> Experiment:
    kept = {metric.name: metric for metric in experiment.compile.metrics}
    names = [name for name in METRICS if (name in picked if name in options else name in kept)]
    return set_value(experiment, ("compile", "metrics"), tuple(kept.get(name, EntryRef(name)) for name in names))


view = current_view()
page_layout.heading(
    "Compile", "How the network learns. The settings at the start work for most networks: you need not change them."
)
with page_layout.draw_with_code_drawer(view), st.container(key="compile"):
    for key, card in {"optimizer": optimizer_card, "loss": loss_card, "metrics": metrics_card}.items():
        with st.container(border=True, key=f"card-{key}"):
            card(view.experiment)
