"""Placeholders for answers of workers. The page is rerun as soon as an answer has arrived."""

from collections.abc import Callable

import streamlit as st

from core.application import application
from core.catalogue.datasets import are_pictures_gone
from core.checks.data import missing_pictures_problem
from core.experiment.model import Experiment
from core.problems import Problem
from core.runs.run_record import Run
from pages.shell.messages import escape_markdown, show_problem
from pages.shell.streamlit_patches import rerun

ENGINE_COMING = {
    "starting": "Keras is starting; a run that you start now waits for it",
    "lost": "The processes that train were lost and are being started again; runs that were on can be resumed, others wait",
}


@st.fragment(run_every=0.4)
def wait_for_result(run: Run) -> None:
    """Draw a message that a stopped run is being evaluated, until the evaluation has finished."""
    now = application().history.run(run.id)
    if now is None or not application().results.awaits_evaluation(now):
        rerun()
    st.markdown("The network is being evaluated …")


@st.fragment(run_every=0.4)
def wait_for(is_there: Callable[[], bool], words: str, height: int, *, starting: str = "") -> None:
    """Draw a placeholder for content that is not available yet, and rerun the page once the content is available.

    Parameters
    ----------
    is_there
        A function that tells whether the content is available.
    words
        Words about the awaited content. An empty string shows no words.
    height
        The height of the skeleton, in pixels. A height of 0 draws no skeleton.
    starting
        The words while Keras starts. An empty string means that the content does not need Keras.
    """
    if is_there():
        rerun()
    if height:
        st.skeleton(height=height)
    if words:
        st.caption(starting if starting and application().engine.state != "ready" else words)


def wait_for_shapes(experiment: Experiment) -> None:
    """Draw a message that Keras checks the shapes, until Keras has answered."""
    known, starting = application().facts.known_summary, "Keras is starting; shapes follow in a few seconds …"
    wait_for(lambda: known(experiment) is not None, "Checking the shapes …", 0, starting=starting)


def wait_for_pictures(name: str, are_there: Callable[[], bool], height: int) -> None:
    """Draw a placeholder for pictures of the data set `name`. If the pictures were deleted, say so."""
    if are_pictures_gone(name):
        st.caption(escape_markdown(missing_pictures_problem(name).happened))
    else:
        wait_for(are_there, "Reading the images …", height)


def wait_for_preview(name: str) -> None:
    """Draw a placeholder for the preview of a data set.

    If no preview can be read, draw the problem and a button to try again.
    """
    downloads = application().downloads
    if (problem := downloads.preview_problem(name)) is not None:
        show_problem(problem, "preview")
        st.button("Try again", key="preview-again", on_click=downloads.forget_failures, args=(name,))
        return
    wait_for_pictures(name, lambda: downloads.ask_for_preview(name) or downloads.preview_problem(name) is not None, 200)


def wait_for_image_counts(experiment: Experiment) -> None:
    """Draw a placeholder for content that needs the counts of images, until a worker has counted the images."""
    counts = application().facts.counts
    wait_for(lambda: counts(experiment, wait=False) is not None, "Counting the images that are left …", 120)


@st.fragment(run_every=1.0)
def wait_for_states(known: dict[str, str]) -> None:
    """Rerun the page once a run changes its state. `known` maps the ids of runs to their states."""
    if application().history.states(known) != known:
        rerun()


@st.fragment(run_every=1.0)
def _engine_starting() -> None:
    if application().engine.state not in ENGINE_COMING:
        rerun()
    st.caption(ENGINE_COMING[application().engine.state])


def engine_state(ready: str = "") -> None:
    """Draw a small line while the workers start, redrawn every second, or the problem if they failed.

    Parameters
    ----------
    ready
        The words once the workers are ready. An empty string draws no line then.
    """
    engine = application().engine
    if engine.state in ENGINE_COMING:
        _engine_starting()
    elif engine.state == "ready":
        if ready:
            st.caption(ready)
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
