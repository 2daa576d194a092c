"""The message in place of a view that lacks a run, a fitting network or images, with the button that helps."""

import streamlit as st

from core.application import application
from core.problems import Problem
from core.runs.run_record import Run
from core.teaching.shows.interactive_view import ViewSubject
from pages.shell import session, waiting
from pages.shell.messages import escape_markdown, show_problem

TRAIN = ("show-without-run", "show-without-weights")  # codes of problems that a run solves
PAGES = {"show-without-network": ("define.py", "Go to Define"), "show-without-images": ("load.py", "Go to Load")}


def draw_missing(problem: Problem, subject: ViewSubject) -> None:
    """Draw the message for a view that lacks a run, a network or images, with the button that helps.

    Any other problem is shown as problems are shown everywhere.

    Parameters
    ----------
    problem
        Why the view cannot be drawn.
    subject
        The experiments and runs of the visitor that the view shows.
    """
    if problem.code not in (*TRAIN, *PAGES):
        show_problem(problem, "show")
        return
    run = _run_on(subject) if problem.code in TRAIN else None
    with st.container(key="show-missing", border=True, gap="small"):
        if run is not None:
            st.header("The network trains")
            st.markdown(f"The picture follows when {escape_markdown(session.run_name_text(run))} is over.")
            waiting.wait_for(lambda: _is_judged(run), "", 0)
            return
        st.header(escape_markdown(problem.happened))
        st.markdown(escape_markdown(problem.fix))
        if problem.code in TRAIN:
            st.button("Train it now", key="show-train", icon=":material/play_arrow:", on_click=_train, args=(subject,))
        else:
            file, label = PAGES[problem.code]
            st.page_link(file, label=label, icon=":material/arrow_outward:")


def _run_on(subject: ViewSubject) -> Run | None:
    """Return the visitor's active run of the scene's experiment. Return None if no such run is active."""
    run = application().history.active_run(session.visitor())
    return run if run is not None and run.experiment == subject.draft else None


def _is_judged(run: Run) -> bool:
    now = application().history.run(run.id)
    return now is None or (now.is_over and not application().results.awaits_evaluation(now))


def _train(subject: ViewSubject) -> None:
    """Train the experiment of the scene, and stay on the scene."""
    session.edit(subject.draft)
    session.train()
    st.session_state.pop("go_to", None)
