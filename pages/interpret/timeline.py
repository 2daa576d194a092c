"""The slider over the moments of a run, and how a page follows a run that is training."""

from collections.abc import Sequence

import streamlit as st

from core.application import application
from core.problems import Problem
from core.runs.run_record import Run
from pages.interpret.network_ref import NetworkRef, network_at
from pages.run_panels.weight_history import DRAWN, FollowedMoment, look_at_moment, looking_back, moments
from pages.shell.streamlit_patches import rerun

EVERY_SECONDS = 1.0  # between two checks of the files of a followed run
GONE = "weights-gone"  # the code of the problem of a question about a file that is gone
SLIDER, OTHER = "subject-moment", "subject-other"
COMPARED = "moment_compared"  # in session state: the label of the moment to compare with, by the run's id


def choose_moment(network: NetworkRef) -> None:
    """The slider from before training to its end, and a line on whether the page follows the run; nothing without a run."""
    run = network.run
    if run is None:
        return
    by_label = {moment.label: moment for moment in moments(run)}
    if len(by_label) < 2:
        st.caption("Other moments of this run are not kept yet: each epoch's weights follow while it trains.")
    else:
        st.session_state[SLIDER] = network.label
        st.select_slider(
            "Weights",
            list(by_label),
            key=SLIDER,
            on_change=lambda: look_at_moment(run, by_label[st.session_state[SLIDER]]),
            help="Before training, after the epochs whose weights are kept, and as the run ended.",
        )
    if following := follows(run, network.label):
        st.caption(following)


def follows(run: Run, label: str) -> str:
    """A line on whether a page follows a run that trains; "" if nothing new comes from the run."""
    if run.is_over:
        return ""
    if looking_back(run) is not None:
        return f"Looks back at {label}. Move the slider to its right end to follow the run."
    progress = f"{label} of {run.experiment.fit.epochs}" if label != "start" else "before its first epoch"
    return f"Follows the run: {progress}."


def compare(network: NetworkRef) -> tuple[NetworkRef, ...]:
    """The switch, and the second slider, that show another moment beside the one in view.

    Returns
    -------
    tuple[Subject, ...]
        The networks to show: one moment, or two in the order of time.
    """
    run = network.run
    others = {moment.label: moment for moment in moments(run) if moment.label != network.label} if run else {}
    why = (
        "This run has kept one moment so far; the next one follows." if run else "Not trained yet: there is one moment only."
    )
    wanted = st.toggle(
        "Compare with another moment",
        key="subject-compare",
        disabled=not others,
        help="Both are shown beside each other, of the same image." if others else why,
        persist_state="session",
    )
    if not (wanted and others and run):
        return (network,)
    kept = st.session_state.setdefault(COMPARED, {})
    chosen = kept.get(run.id)
    st.session_state[OTHER] = chosen = chosen if chosen in others else next(iter(others))
    if len(others) > 1:
        st.select_slider(
            "Compare with",
            list(others),
            key=OTHER,
            on_change=lambda: kept.update({run.id: st.session_state[OTHER]}),
            help="At its left end is the start: before training.",
        )
    return tuple(sorted((network, network_at(run, others[chosen])), key=lambda side: side.number))


def on_one_scale(subjects: Sequence[NetworkRef]) -> bool:
    """The switch that brings two moments to one scale; on by default, and absent for a single moment."""
    return len(subjects) > 1 and st.toggle(
        "One scale for both",
        value=True,
        key="subject-scale",
        help="On: the same colour is the same number at both moments. Off: each has all shades, which shows faint patterns.",
        persist_state="session",
    )


def follow(network: NetworkRef) -> None:
    """Bring new moments of a run onto the page. Call it at the end of a page: it repeats the page's questions for them."""
    run, drawn = network.run, st.session_state.get(DRAWN)
    if run is not None and drawn is not None and not (run.is_over and drawn.labels[-1] == network.label):
        _check(network, run)


@st.fragment(run_every=EVERY_SECONDS)
def _check(network: NetworkRef, run: Run) -> None:
    """Draw the page again when there is a moment that it does not show yet; this fragment draws nothing itself."""
    drawn: FollowedMoment | None = st.session_state.get(DRAWN)
    if drawn is None or drawn.run != run.id:
        return
    by_label = {moment.label: moment for moment in moments(run)}
    if looking_back(run) is not None:
        if tuple(by_label) != drawn.labels:  # the slider has one more mark
            rerun()
        return
    if next(reversed(by_label)) == drawn.moment.label:
        return
    if drawn.coming not in by_label:  # one at a time: epochs may come faster than answers
        drawn.coming = next(reversed(by_label))
    path, views = by_label[drawn.coming].model, application().runs.views
    results = [views.ask(name, network.experiment, path, *asked, wait=False) for name, asked in drawn.asked]
    if any(isinstance(result, Problem) and result.code == GONE for result in results):
        drawn.coming = ""  # files of short epochs are removed soon; ask about the next one
    elif all(result is not None for result in results):
        drawn.moment, drawn.coming = by_label[drawn.coming], ""
        rerun()
