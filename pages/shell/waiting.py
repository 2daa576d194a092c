"""Placeholders for answers of workers; the page is rerun once an answer is there."""

from collections.abc import Callable

import streamlit as st

from core.application import application
from core.experiment.model import Experiment
from core.problems import Problem
from core.runs.run_record import Run
from pages.shell.messages import show_problem
from pages.shell.streamlit_patches import rerun

ENGINE_COMING = {
    "starting": "Works offline · the engine is starting; a run that you start now waits for it",
    "lost": "The engine was lost and is being started again; runs that were on can be resumed, others wait for it",
}


@st.fragment(run_every=0.4)
def wait_for_result(run: Run) -> None:
    """Say that a stopped run is being evaluated, until its evaluation is there."""
    now = application().history.run(run.id)
    if now is None or not application().results.awaits_evaluation(now):
        rerun()
    st.markdown("The network is being evaluated …")


@st.fragment(run_every=0.4)
def wait_for(is_there: Callable[[], bool], words: str, height: int, *, starting: str = "") -> None:
    """Keep room for content until it is there; then the page is rerun.

    Parameters
    ----------
    is_there
        Whether the content is there.
    words
        What the page waits for; "" says nothing.
    height
        The height of the skeleton, in pixels; 0 for none.
    starting
        The words while Keras starts; "" for content that needs no Keras.
    """
    if is_there():
        rerun()
    if height:
        st.skeleton(height=height)
    if words:
        st.caption(starting if starting and application().runs.engine.state != "ready" else words)


def wait_for_shapes(experiment: Experiment) -> None:
    """Say that Keras checks the shapes, until it has answered."""
    known, starting = application().runs.summaries.known, "Keras is starting; shapes follow in a few seconds …"
    wait_for(lambda: known(experiment) is not None, "Checking the shapes …", 0, starting=starting)


def wait_for_pictures(are_there: Callable[[], bool], height: int) -> None:
    """Keep room for pictures until they are there."""
    wait_for(are_there, "Reading the images …", height)


def wait_for_preview(name: str) -> None:
    """Keep room for the pictures of a data set until they are there."""
    wait_for_pictures(lambda: application().runs.downloads.ask_for_preview(name), 200)


def wait_for_counts(experiment: Experiment) -> None:
    """Keep room for content that needs the counts of images, until a worker has counted them."""
    counts = application().runs.looks.counts
    wait_for(lambda: counts(experiment, wait=False) is not None, "Counting the images that are left …", 120)


@st.fragment(run_every=1.0)
def wait_for_states(known: dict[str, str]) -> None:
    """Rerun the page once one of these runs changes its state; `known` has the states by run."""
    if application().history.states(known) != known:
        rerun()


@st.fragment(run_every=1.0)
def _engine_starting() -> None:
    if application().runs.engine.state not in ENGINE_COMING:
        rerun()
    st.caption(ENGINE_COMING[application().runs.engine.state])


def engine_state() -> None:
    """Say in one small line whether the workers are ready; while they start, the line is refreshed every second."""
    engine = application().runs.engine
    if engine.state in ENGINE_COMING:
        _engine_starting()
    elif engine.state == "ready":
        st.caption(f"Works offline · engine ready in {engine.seconds:.0f} s")
    else:
        show_problem(
            Problem(
                code="engine-failed",
                where=(),
                happened=f"The engine did not start: {engine.message}.",
                expected="Expected worker processes for Keras on this machine.",
                fix="Close the dashboard and start it again; if that does not help, set it up afresh as the README says.",
            ),
            "engine",
        )
