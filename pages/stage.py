"""The stage: one run for a whole hall to watch. Large letters, and all of it on one screen of a projector."""

from pathlib import Path
from typing import Any

import streamlit as st

from core.application import application
from core.experiment.descriptions import difference, early_end, layer_titles, net_line, sentence
from core.number_text import accuracy_text, loss_text, seconds_text
from core.problems import Problem
from core.runs.run_record import Run
from core.runs.states import STATES
from pages.components.single_step.single_step import single_step
from pages.datasets import sample_grid
from pages.run_panels import coach, curves_panel, run_controls, validation_panel
from pages.shell import run_bar, session, share, waiting
from pages.shell.addresses import live_url
from pages.shell.messages import plain, repairs, take_refusal
from pages.shell.view import View, current_view
from pages.widgets import fit_controls

STYLE = Path(__file__).parent / "stage.css"
PICTURE_SIZE = 76  # pixels
SO_FAR = "So far the coach sees nothing to worry about."


def top(view: View, *, watches: bool) -> None:
    """The way back, the experiment in one sentence, and the buttons."""
    shown = view.experiment if view.run is None else view.run.experiment
    with st.container(key="stage-top", horizontal=True, vertical_alignment="center", gap="small"):
        st.page_link("train.py", label="Back to Train", icon=":material/arrow_back:", help="Back to Train.")
        with st.container(key="stage-sentence", width="stretch"):
            if view.run is not None:  # before the first run, the screen has a title to see
                st.html("<h1 class='stage-title'>Stage</h1>")
            st.markdown(plain(sentence(shown, application().runs.looks.counts(shown))))
        if words := share.words():
            icon = ":material/lock:" if session.the_lock() else ":material/share:"
            st.badge("By a link", icon=icon, color="gray", help=f"{plain(words)} The way back is on every other page.")
        if not watches:
            buttons(view)


def buttons(view: View) -> None:
    """Draw the buttons that steer the current run, or the button that starts a run."""
    if view.run is not None and not view.run.is_over:
        run_controls.active_run_controls(view.run, more=False)
        if view.run.visitor == session.visitor():
            return
    else:
        run_controls.one_batch_first(run_bar.why_not(view))
    run_bar.train_button(view, "stage-train", "Train")


def state(view: View) -> None:
    """Draw the run's name with its progress or its result."""
    run = view.run
    with st.container(key="stage-state", horizontal=True, vertical_alignment="center", gap="small"):
        if run is None:
            st.markdown("**No run yet**")
        elif not run.is_over:
            st.markdown(f"**Run {run.number}**", width="content")
            run_bar.progress(run)
        else:
            with st.container(width="stretch"):
                st.markdown(outcome(run, view))
            if application().results.awaits_evaluation(run):
                waiting.wait_for_result(run)


def outcome(run: Run, view: View) -> str:
    """Draw the result of a run that is over, and how the draft differs."""
    parts = [f"**Run {run.number}: {STATES[run.state].word}**"]
    if run.result and (found := run.result["validation"]):
        parts += [f"validation accuracy **{accuracy_text(found['accuracy'])}**", f"loss **{loss_text(found['loss'])}**"]
    if run.result:
        parts.append(seconds_text(run.result["seconds"]))
    if session.controls(run) and view.experiment != run.experiment and view.all_allowed:
        parts.append(f"next: **{plain(difference(view.experiment, run.experiment))}**")
    return " · ".join(parts)


def empty(view: View) -> None:
    """What to do before the first run, and what is going to be learned."""
    data = view.experiment.data.entry
    with st.container(key="stage-empty", horizontal_alignment="center", vertical_alignment="center"):
        st.title(f"Teach a network to {data.task}")
        sample_grid.pictures(data, PICTURE_SIZE)
        st.header(net_line(view.experiment, view.summary, view.problems))
        if view.summary is None and view.all_allowed:
            waiting.wait_for_shapes(view.experiment)
        st.markdown("Press **Train**, or the key **T**. Curves, matrix and a dozen images are drawn here while it learns.")


def watched(run: Run) -> None:
    """Draw the matrix and twelve images, or the images of a pressed cell in their place."""
    with st.container(key="stage-matrix"):
        if validation_panel.has_validation(run):
            validation_panel.matrix(run, compact=True)
        else:
            st.markdown("This run keeps no validation set aside (validation split 0): there is no matrix, and no images.")
    with st.container(key="stage-images"):
        cell = validation_panel.selected_cell(run)
        if cell is not None:
            validation_panel.cell_images(run, cell, compact=True)
        elif validation_panel.has_validation(run):
            validation_panel.twelve_images(run, compact=True)


def said(view: View, *, watches: bool) -> None:
    """Draw one message: why Train is refused, what ended the run, or the coach's advice."""
    run = view.run
    with st.container(key="stage-said", horizontal=True, vertical_alignment="center", gap="small"):
        refusal, whose = take_refusal(), "" if run is None else "Your draft: "
        if refusal is not None:
            _problem(refusal)
        elif not watches and view.blocking and (run is None or run.is_over):
            _problem(view.blocking[0], whose=whose)
        elif run is not None and run.problem is not None:
            _problem(run.problem, run)
            if run_controls.can_resume(run):
                run_controls.resume_button(run)
        elif application().runs.engine.state != "ready":
            waiting.engine_state()
        elif view.problems and not watches and (run is None or (run.is_over and run.experiment != view.experiment)):
            _problem(view.problems[0], whose=whose)
        elif run is None:
            st.markdown("The coach speaks once there is a run.")
        else:
            _coach(run, watches=watches)


def _problem(problem: Problem, run: Run | None = None, *, whose: str = "") -> None:
    icon = ":material/error:" if problem.blocks else ":material/warning:"
    _sentence(f"{icon} {whose}**{plain(problem.happened)}** {plain(problem.fix)}")
    repairs(problem.repairs, "stage", run)


def _coach(run: Run, *, watches: bool) -> None:
    alarm, nothing = coach.coach_advice(run)
    if run.state == "paused":
        _last_step(run)
    if words := run_controls.long_pause_words(run):
        _sentence(words)
    elif alarm is not None:
        _sentence(f":material/sports: **{plain(alarm.happened)}** {plain(alarm.fix)}")
        if not watches:
            coach.repair_buttons(run, alarm.repairs[:1])
    else:
        early = early_end(run.experiment, run.result)
        _sentence(early or f":material/sports: {nothing if run.is_over and nothing else SO_FAR}")


def _last_step(run: Run) -> None:
    """Draw what the last single batch did, above the other messages."""
    told: dict[str, Any] = {
        "classes": run.experiment.data.entry.classes,
        "titles": layer_titles(run.experiment),
        "compact": True,
    }
    single_step(url=live_url(run), key=f"stepped-{run.id}", **told)


def _sentence(words: str) -> None:
    with st.container(key="stage-words", width="stretch"):
        st.markdown(words)


view = current_view()
watches = view.run is not None and not session.controls(view.run)
st.html(STYLE)
with st.container(key="stage"):
    top(view, watches=watches)
    state(view)
    if not watches:
        with st.container(key="stage-controls", horizontal=True, gap="small"):
            fit_controls.main_controls(view.experiment, changeable=view.all_allowed)
    if view.run is None:
        empty(view)
    else:
        with st.container(key="stage-curves"):
            curves_panel.draw(view.run)
        watched(view.run)
    said(view, watches=watches)
