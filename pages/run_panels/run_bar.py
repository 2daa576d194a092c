"""The bar at the lower right of a page: Train and the changes since the run, or an active run's progress and Stop."""

from typing import Literal

import streamlit as st

from core.application import application
from core.experiment.descriptions import MOST_CHANGES, difference, sentence
from core.experiment.model import Experiment
from core.runs.run_record import Run
from core.runs.states import STATES
from pages.components.run_progress.run_progress import run_progress
from pages.run_panels import run_controls
from pages.shell import session
from pages.shell.addresses import live_url
from pages.shell.messages import escape_markdown
from pages.shell.page_data import View, current_page_step, current_title, first_problem_text, train_refusal
from pages.teaching import guess_first

WITH_PRIMARY = ("Take away", "Evaluate")  # pages whose own button is primary once a result exists


def draw(view: View) -> None:
    """Draw the bar with a sentence on the experiment and Train, or during a run with its progress and Stop."""
    run = view.run
    if evaluate_is_next(view) and (current_title() == "Train" or not session.is_deck_open()):
        return  # the same run again teaches nothing; on Train the settings have the button (see `train_again`)
    with st.bottom, st.container(key="line", horizontal=True, vertical_alignment="center", gap="medium"):
        if run is not None and not run.is_over:
            with st.container(key="line-progress", width="stretch"):
                progress(run)
            run_controls.active_run_controls(run)
            if run.visitor == session.visitor():
                return
        else:
            is_news = view.run is not None and view.run.experiment != view.experiment
            line = st.container(key="line-news" if is_news else "line-same", width="content")
            with line, st.container(key="line-sentence", width="content"):
                st.markdown(_line_sentence(view))
            if not train_refusal(view):
                application().head_starts.look_at(view.experiment, session.visitor())
            if current_title() == "Train":
                run_controls.one_batch_button(train_refusal(view))
        is_trained = evaluate_is_next(view)
        is_next = is_trained and current_page_step() != "Evaluate"
        has_other = current_title() in WITH_PRIMARY and run is not None and bool(run.result)
        leads = session.may_have_primary_button()
        train_button(view, "line-train", "Train", is_primary=leads and not is_trained and not has_other)
        if is_next:
            st.button(
                "Evaluate",
                key="line-evaluate",
                type="primary" if leads else "secondary",
                icon=":material/arrow_forward:",
                help=f"How good {session.run_name_text(run)} is on images that it never learned from." if run else None,
                on_click=_go_to_evaluate,
            )


def train_again(view: View) -> None:
    """Draw the buttons One batch and Train within the page, in place of the bar."""
    with st.container(key="train-again", horizontal=True, gap="small", width="content"):
        run_controls.one_batch_button(train_refusal(view))
        train_button(view, "line-train", "Train", is_primary=False)


def evaluate_is_next(view: View) -> bool:
    """Return whether the run in view is finished and has the experiment of the draft, so that Evaluate is the next step."""
    run = view.run
    return run is not None and run.state == "finished" and bool(run.result) and run.experiment == view.experiment


def _go_to_evaluate() -> None:
    st.session_state["go_to"] = "evaluate.py"


def progress(run: Run) -> None:
    """Draw a run's progress. A new state of the run or a new alarm of the coach reruns the page."""
    run_progress(
        url=live_url(run),
        run=run.id,
        state=run.state,
        word=STATES[run.state].word,
        epochs=run.experiment.fit.epochs,
        key=f"progress-{run.id}",
        alarm=application().active_runs.alarm(run.id),
    )


def _line_sentence(view: View) -> str:
    if any(problem.code == "value-not-allowed" for problem in view.problems):
        return "A value is not allowed, so nothing can be trained yet."
    return _changes_sentence(view, MOST_CHANGES) or sentence(view.experiment, view.counts)


def _changes_sentence(view: View, most: int | None = None) -> str:
    """Say what the draft changes of the run in view, and name at most `most` changes.

    Return an empty string if nothing was changed, or without a run.
    """
    if view.run is None or view.run.experiment == view.experiment:
        return ""
    changes = difference(view.experiment, view.run.experiment, most)
    since = "Since" if view.run.visitor == session.visitor() else "Against"
    return f"{since} {session.run_name_text(view.run)}: **{changes}**"


def _train_tooltip(view: View) -> str:
    """Return what Train trains, and all its changes since the run in view, of which the bar may show only the beginning."""
    changes = _changes_sentence(view)
    return f"{sentence(view.experiment, view.counts)}." + (f"\n\n{changes}" if changes else "")


def train_button(view: View, key: str, label: str, *, is_primary: bool = True) -> None:
    """Draw the Train button. If the button is disabled, its tooltip gives the reason."""
    reason = train_refusal(view)
    alignment: Literal["center", "right"] = "center" if key == "start-train" else "right"
    with st.container(key=f"{key}-box", width="content", gap=None, horizontal_alignment=alignment):
        st.button(
            label,
            key=key,
            type="primary" if is_primary else "secondary",
            icon=":material/play_arrow:",
            disabled=bool(reason),
            help=reason or _train_tooltip(view),
            on_click=guess_first.train_or_ask,
            shortcut=run_controls.TRAIN_KEY,
        )
        if reason:
            st.caption(reason)
        elif view.problems and key != "stage-train":  # the stage shows problems elsewhere
            st.caption(f":material/warning: {escape_markdown(first_problem_text(view, view.problems))}")


def expected_time(experiment: Experiment) -> str:
    """Return the expected duration of a run, such as ", about 10 s (estimated from its layers)". Return "" if unknown."""
    words = application().estimates.expected(experiment, session.visitor()).words
    return f", {words}" if words else ""
