"""The bar at the foot of a page: the experiment in one sentence and Train; while a run is on, its progress and Stop."""

from typing import Literal

import streamlit as st

from core.application import application
from core.catalogue.datasets import missing_files
from core.experiment.descriptions import difference, sentence
from core.experiment.layer_names import layer_label
from core.experiment.model import Experiment
from core.problems import Problem
from core.runs.run_record import Run
from core.runs.states import STATES
from pages.components.run_progress.run_progress import run_progress
from pages.run_panels import run_controls
from pages.shell import session
from pages.shell.addresses import live_url
from pages.shell.messages import plain
from pages.shell.page_map import PAGES
from pages.shell.view import View, current_title
from pages.teaching import guess_first

WITH_PRIMARY = ("Take it away",)  # pages whose own button is the one to press, once there is a result


def draw(view: View) -> None:
    """Draw the bar: the experiment in one sentence and Train; while a run is on, its progress and Stop."""
    run = view.run
    with st.bottom, st.container(key="line", horizontal=True, vertical_alignment="center", gap="medium"):
        if run is not None and not run.is_over:
            with st.container(key="line-progress", width="stretch"):
                progress(run)
            run_controls.active_run_controls(run)
            if run.visitor == session.visitor():
                return
        else:
            with st.container(key="line-sentence", width="stretch"):
                st.markdown(_line_sentence(view))
            if current_title() == "Train":
                run_controls.one_batch_first(why_not(view))
        is_next = _evaluate_is_next(view)
        has_other = current_title() in WITH_PRIMARY and run is not None and bool(run.result)
        train_button(view, "line-train", "Train", is_primary=not is_next and not has_other)
        if is_next:
            st.button(
                "Evaluate",
                key="line-evaluate",
                type="primary",
                icon=":material/arrow_forward:",
                help=f"How good {session.name_of(run)} is on images that it never learned from." if run else None,
                on_click=_go_to_evaluate,
            )


def _evaluate_is_next(view: View) -> bool:
    """Whether the run in view is trained as the draft says, so that looking at its result is the next step."""
    run = view.run
    is_done = run is not None and run.state == "finished" and bool(run.result) and run.experiment == view.experiment
    return is_done and next(page.step for page in PAGES if page.title == current_title()) != "Evaluate"


def _go_to_evaluate() -> None:
    st.session_state["go_to"] = "evaluate.py"


def progress(run: Run) -> None:
    """Draw a run's progress; the page is rerun when the run's state or the coach's message changes."""
    run_progress(
        url=live_url(run),
        run=run.id,
        state=run.state,
        word=STATES[run.state].word,
        epochs=run.experiment.fit.epochs,
        key=f"progress-{run.id}",
        alarm=application().runs.active_runs.alarm(run.id),
    )


def _line_sentence(view: View) -> str:
    if any(problem.code == "value-not-allowed" for problem in view.problems):
        return "A value is not allowed, so nothing can be trained yet."
    text = sentence(view.experiment, view.counts)
    if view.run is not None and view.run.experiment != view.experiment:
        changes = difference(view.experiment, view.run.experiment)
        since = "Since" if view.run.visitor == session.visitor() else "Against"
        return f"{since} {session.name_of(view.run)}: **{changes}**"
    return text


def train_button(view: View, key: str, label: str, *, is_primary: bool = True) -> None:
    """Draw the button that trains, which is primary unless another step comes next; a disabled button says why."""
    reason = why_not(view)
    alignment: Literal["center", "right"] = "center" if key == "start-train" else "right"
    with st.container(key=f"{key}-box", width="content", gap=None, horizontal_alignment=alignment):
        st.button(
            label,
            key=key,
            type="primary" if is_primary else "secondary",
            icon=":material/play_arrow:",
            disabled=bool(reason),
            help=reason or f"{sentence(view.experiment, view.counts)}.",
            on_click=guess_first.train,
            shortcut=run_controls.TRAIN_KEY,
        )
        if reason:
            st.caption(reason)
        elif view.problems and key != "stage-train":  # the stage shows problems elsewhere
            st.caption(f":material/warning: {plain(_first_named(view, view.problems))}")


def why_not(view: View) -> str:
    """Return why the draft cannot be trained, in a few words; "" where it can."""
    if missing_files(view.experiment.data.dataset):
        return f"{view.experiment.data.entry.title} is not on this machine: see Load."
    if view.blocking:
        return _first_named(view, view.blocking)
    if application().runs.engine.state == "failed":
        return "The engine did not start: see the foot of the Start page."
    return ""


def _first_named(view: View, problems: tuple[Problem, ...]) -> str:
    """Return the first problem with its page and layer, and the number of the others."""
    first, more = problems[0], len(problems) - 1
    pages = {"data": "Load", "layers": "Define", "compile": "Compile", "fit": "Train"}
    guilty = layer_label(view.experiment, first.where[1]) if first.where[0] == "layers" and len(first.where) > 1 else ""
    where = [pages[first.where[0]], *([guilty] if guilty and guilty not in first.happened else [])]
    return f"{', '.join(where)}: {first.happened}" + (f" And {more} more." if more else "")


def expected_time(experiment: Experiment) -> str:
    """Return how long a run will take, as ", about 10 s (estimated from its layers)"; "" where that is not known."""
    words = application().runs.estimates.expected(experiment, session.visitor()).words
    return f", {words}" if words else ""
