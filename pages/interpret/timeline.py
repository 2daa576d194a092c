"""The slider over the moments of a run, and how a page follows a run that trains."""

from collections.abc import Sequence

import streamlit as st

from core.application import application
from core.problems import Problem
from core.runs.run_record import Run
from pages.interpret.network_ref import Subject, at
from pages.run_panels.weight_history import DRAWN, Drawn, choose, looking_back, moments
from pages.shell.streamlit_patches import draw_anew

EVERY_SECONDS = 1.0  # between two looks at the files of a run that is followed
GONE = "weights-gone"  # the code of the problem where a file is asked about that is no longer there
SLIDER, OTHER = "subject-moment", "subject-other"
COMPARED = "moment_compared"  # in session state: by a run's id, the label of the moment that others are compared with


def choose_moment(subject: Subject) -> None:
    """The slider from before training to its end, and whether the page follows the run; nothing where there is no run."""
    run = subject.run
    if run is None:
        return
    several = {moment.label: moment for moment in moments(run)}
    if len(several) < 2:
        st.caption("Other moments of this run are not kept yet: each epoch's weights follow while it trains.")
    else:
        st.session_state[SLIDER] = subject.label
        st.select_slider(
            "Weights",
            list(several),
            key=SLIDER,
            on_change=lambda: choose(run, several[st.session_state[SLIDER]]),
            help="Before training, after the epochs whose weights are kept, and as the run ended.",
        )
    if following := follows(run, subject.label):
        st.caption(following)


def follows(run: Run, label: str) -> str:
    """Whether a page follows a run that trains, in a line; "" where nothing more comes of the run."""
    if run.is_over:
        return ""
    if looking_back(run) is not None:
        return f"Looks back at {label}. Move the slider to its right end to follow the run."
    place = f"{label} of {run.experiment.fit.epochs}" if label != "start" else "before its first epoch"
    return f"Follows the run: {place}."


def compare(subject: Subject) -> tuple[Subject, ...]:
    """The switch, and the second slider, that set another moment beside the one that is looked at.

    Returns
    -------
    tuple[Subject, ...]
        What is looked at: one moment, or two in the order of time.
    """
    run = subject.run
    others = {moment.label: moment for moment in moments(run) if moment.label != subject.label} if run else {}
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
        return (subject,)
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
    return tuple(sorted((subject, at(run, others[chosen])), key=lambda side: side.number))


def on_one_scale(subjects: Sequence[Subject]) -> bool:
    """The switch that brings two moments to one scale, which it does unless it is switched off; not there for one moment."""
    return len(subjects) > 1 and st.toggle(
        "One scale for both",
        value=True,
        key="subject-scale",
        help="On: the same colour is the same number at both moments. Off: each has all shades, which shows faint patterns.",
        persist_state="session",
    )


def follow(subject: Subject) -> None:
    """Bring what comes of a run onto the page. Call it at a page's end: all that it asked is asked about the next moment."""
    run, drawn = subject.run, st.session_state.get(DRAWN)
    if run is not None and drawn is not None and not (run.is_over and drawn.labels[-1] == subject.label):
        _look(subject, run)


@st.fragment(run_every=EVERY_SECONDS)
def _look(subject: Subject, run: Run) -> None:
    """Draw the page anew where there is a moment that it does not show yet; there is nothing to see of it."""
    drawn: Drawn | None = st.session_state.get(DRAWN)
    if drawn is None or drawn.run != run.id:
        return
    several = {one.label: one for one in moments(run)}
    if looking_back(run) is not None:
        if tuple(several) != drawn.labels:  # the slider has one more mark
            draw_anew()
        return
    if next(reversed(several)) == drawn.moment.label:
        return
    if drawn.coming not in several:  # one at a time: epochs may come faster than answers
        drawn.coming = next(reversed(several))
    path, views = several[drawn.coming].model, application().runs.views
    known = [views.ask(name, subject.experiment, path, *asked, wait=False) for name, asked in drawn.asked]
    if any(isinstance(one, Problem) and one.code == GONE for one in known):
        drawn.coming = ""  # short epochs are let go again soon; the next one is asked about
    elif all(one is not None for one in known):
        drawn.moment, drawn.coming = several[drawn.coming], ""
        draw_anew()
