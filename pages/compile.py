"""The page Compile: how the network learns, the loss that is minimised, and the further metrics."""

from collections.abc import Callable

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
from core.views.shared.landscape import LossSlice
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

FEW_METRICS = 2  # metrics in sight: the others stand behind "More"


def _about(entry: Entry, words: str) -> None:
    """Draw the description of an entry of the catalogue: a sentence, and a link to Keras' page."""
    st.markdown(f"{words} [Keras on {entry.name}]({entry.url})")


def _details(part: str, draw: Callable[[], None]) -> None:
    """Draw what a beginner does not need in an expander. The content is only computed while the expander is open."""
    with st.expander("Details", key=f"details-{part}", on_change="rerun") as folded:
        if folded.open:
            draw()


def optimizer_card(experiment: Experiment) -> None:
    """Draw the card of the optimizer: its choice, its learning rate, and a ball on the draft's own loss."""
    st.header("Optimizer")
    show_problems(view.problems_at("compile", "optimizer"), "optimizer")
    entry = OPTIMIZERS[experiment.compile.optimizer.name]
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        few_entries_choice("optimizer", OPTIMIZERS, experiment, "How the weights are changed")
    _about(entry, entry.sentence)
    choose_rate(experiment, drawable=view.all_allowed)
    along, factor = valley(experiment)

    def details() -> None:
        if along is not None:
            with st.container(key="from-above"):
                optimizer_paths.draw_draft(experiment, along)
            if factor is not None:
                st.caption(loss_surface.slice_words(experiment, along, factor))
        if entry.formula:
            show_formula(entry.formula)
        entry_widgets(entry, ("compile", "optimizer"), experiment, but=("learning_rate",))

    _details("optimizer", details)


def valley(experiment: Experiment) -> tuple[LossSlice | None, float | None]:
    """Draw the draft's loss surface from the side, with a rolling ball.

    Returns
    -------
    tuple[LossSlice | None, float | None]
        The line through the loss and the factor of the ball's steps, each None until it is computed.
    """
    if view.blocking:
        no_picture(f"The draft has a problem: {view.blocking[0].happened} {view.blocking[0].fix}")
        return None, None
    along = application().ask(LossSliceQuestion(experiment), wait=False)
    if isinstance(along, Problem):
        no_picture(along)
        return None, None
    with st.container(key="from-the-side"):
        return along, loss_surface.draw_draft(experiment, along)


def loss_card(experiment: Experiment) -> None:
    """Draw the card of the loss: its choice, its value by the probability of the right class, and its arguments."""
    st.header("Loss")
    show_problems(view.problems_at("compile", "loss"), "loss")
    entry = LOSSES[experiment.compile.loss.name]
    entry_choice("loss", LOSSES, experiment, "What the network minimises")
    _about(entry, entry.sentence)
    if view.all_allowed:
        loss_bar.draw_draft(experiment)
    else:
        st.caption("The loss is drawn once every value is allowed.")

    def details() -> None:
        kind = "whole numbers, such as 3" if labels_are_integers(experiment) else "one-hot rows, such as 0 0 0 1 0"
        st.caption(f"{entry.name} reads labels as {kind}.")
        if entry.formula:
            show_formula(entry.formula)
        entry_widgets(entry, ("compile", "loss"), experiment)

    _details("loss", details)


def metrics_card(experiment: Experiment) -> None:
    """Draw the choice of the metrics that fit the labels of the loss. A chosen metric that does not fit shows a problem."""
    st.header("Metrics")
    chosen = list(dict.fromkeys(metric.name for metric in experiment.compile.metrics))
    fitting = _fitting_metrics(experiment)
    shown = [name for name in METRICS if name in fitting[:FEW_METRICS] or name in chosen]
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
        with st.popover("More", type="tertiary", key="more-metrics", help="All metrics that fit this loss."):
            others = tuple(name for name in fitting if name not in shown)
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
            if hidden := len(METRICS) - len(fitting):
                st.caption(
                    f"{hidden} more metrics, such as Precision, cannot read labels as whole numbers: "
                    "choose CategoricalCrossentropy as the loss first."
                )
    for name in chosen:
        _about(METRICS[name], f"**{name}**: {METRICS[name].sentence}")
        show_problems(view.problems_at("compile", "metrics", name), f"metric-{name}")
    if labels_are_integers(experiment) and (sparse := [name for name in chosen if _becomes_sparse(name)]):
        st.caption(f"Labels are whole numbers here, so the code puts *Sparse* before the name of {enumeration(sparse)}.")
    if with_details := [METRICS[name] for name in chosen if METRICS[name].formula or METRICS[name].parameters]:

        def details() -> None:
            for entry in with_details:
                st.markdown(f"**{entry.name}**")
                if entry.formula:
                    show_formula(entry.formula)
                if entry.parameters:
                    entry_widgets(entry, ("compile", "metrics", entry.name), experiment)

        _details("metrics", details)


def _fitting_metrics(experiment: Experiment) -> list[str]:
    """Return the names of the metrics that can read the labels of the chosen loss."""
    labels = LOSSES[experiment.compile.loss.name].trait("labels")
    return [name for name, entry in METRICS.items() if entry.trait("labels") in (None, labels)]


def _becomes_sparse(name: str) -> bool:
    return str(METRICS[name].trait("integer_labels", "")).startswith("Sparse")


def _metrics_key(which: str = "") -> str:
    return f"compile/{which}metrics#{session.revision()}"


def _change_metrics(key: str, options: tuple[str, ...]) -> None:
    """Set the draft's metrics to those that a person chose among some options. Metrics outside these options stay."""
    if session.is_stale_event(key):
        return
    picked, experiment = tuple(st.session_state[key]), session.draft().experiment
    before = {metric.name for metric in experiment.compile.metrics}.intersection(options)
    moves = bool((before ^ set(picked)) - set(_fitting_metrics(experiment)[:FEW_METRICS]))  # to or from "More"
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
