"""The slider over the moments of a run with stored weights, and the updates of a page that follows an active run."""

from collections.abc import Sequence

import streamlit as st

from core.application import application
from core.problems import Problem
from core.runs.run_record import Run
from pages.interpret.network_ref import NetworkRef, network_at
from pages.interpret.weight_history import DRAWN, FollowedMoment, chosen_earlier_moment, look_at_moment, moments
from pages.shell.streamlit_patches import rerun

EVERY_SECONDS = 1.0  # between two checks of the files of a followed run
GONE = "weights-gone"  # the code of the problem of a question about a file that is gone
SLIDER, OTHER = "subject-moment", "subject-other"
COMPARED = "moment_compared"  # in session state: the label of the moment to compare with, by the run's id


def choose_moment(network: NetworkRef) -> None:
    """Draw the slider over the moments of a run with stored weights, and a note on whether the page follows the run.

    Draw nothing without a run.
    """
    run = network.run
    if run is None:
        return
    by_label = {moment.label: moment for moment in moments(run)}
    if len(by_label) < 2:
        st.caption("This run kept no trained weights." if run.is_over else "Trained weights follow after each epoch.")
    else:
        st.session_state[SLIDER] = network.label
        st.select_slider(
            "Weights",
            list(by_label),
            key=SLIDER,
            format_func=_slider_label,
            on_change=lambda: look_at_moment(run, by_label[st.session_state[SLIDER]]),
            help="Before training, after the epochs whose weights are kept, and as the run ended.",
        )
    if following := following_note(run, network.label):
        st.caption(following)


def _slider_label(label: str) -> str:
    """Return the name of a moment on a slider."""
    return {"start": "before training", "end": "after training"}.get(label, label)


def following_note(run: Run, label: str) -> str:
    """Return a note on whether the page follows an active run or shows an earlier moment, or "" if the run is over."""
    if run.is_over:
        return ""
    if chosen_earlier_moment(run) is not None:
        return f"Looks back at {label}. Move the slider to its right end to follow the run."
    progress = f"{label} of {run.experiment.fit.epochs}" if label != "start" else "before its first epoch"
    return f"Follows the run: {progress}."


def draw_comparison_slider(network: NetworkRef) -> tuple[NetworkRef, ...]:
    """Draw the switch that compares the moment in view with a second moment, and the slider of the second moment.

    Returns
    -------
    tuple[NetworkRef, ...]
        The networks to show: a single moment, or two in the order of time.
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
            format_func=_slider_label,
            on_change=lambda: kept.update({run.id: st.session_state[OTHER]}),
            help="At its left end is the network before training.",
        )
    return tuple(sorted((network, network_at(run, others[chosen])), key=lambda side: side.number))


def common_scale_toggle(subjects: Sequence[NetworkRef]) -> bool:
    """Draw the switch for a common colour scale of two moments, on by default. Return its value.

    A single moment has no switch, and the value is false.
    """
    return len(subjects) > 1 and st.toggle(
        "One scale for both",
        value=True,
        key="subject-scale",
        help="On: the same colour is the same number at both moments. Off: each has all shades, which shows faint patterns.",
        persist_state="session",
    )


def follow_run(network: NetworkRef) -> None:
    """Update the page when a run has new stored weights.

    Call this function last. For the new weights, it repeats all requests to workers that the page made before.
    """
    run, drawn = network.run, st.session_state.get(DRAWN)
    if run is not None and drawn is not None and not (run.is_over and drawn.labels[-1] == network.label):
        _check(network, run)


@st.fragment(run_every=EVERY_SECONDS)
def _check(network: NetworkRef, run: Run) -> None:
    """Rerun the page once workers have answered all its requests for a new moment. This fragment draws nothing itself."""
    drawn: FollowedMoment | None = st.session_state.get(DRAWN)
    if drawn is None or drawn.run != run.id:
        return
    by_label = {moment.label: moment for moment in moments(run)}
    if chosen_earlier_moment(run) is not None:
        if tuple(by_label) != drawn.labels:  # the slider has another mark
            rerun()
        return
    if next(reversed(by_label)) == drawn.moment.label:
        return
    if drawn.coming not in by_label:  # a single moment at a time: epochs may come faster than answers
        drawn.coming = next(reversed(by_label))
    path = by_label[drawn.coming].model
    results = [application().ask(question.of_weights(path), wait=False) for question in drawn.questions]
    if any(isinstance(result, Problem) and result.code == GONE for result in results):
        drawn.coming = ""  # files of short epochs are removed soon, so ask about the next moment
    elif all(result is not None for result in results):
        drawn.moment, drawn.coming = by_label[drawn.coming], ""
        rerun()
