"""The page Stage: a run for a whole hall to watch, in large letters and on a single screen."""

from pathlib import Path
from typing import Any

import streamlit as st

from core.application import application
from core.coach.rules import FIRST_EPOCH, NO_ALARM
from core.experiment.descriptions import difference, early_stop_sentence, layer_titles, network_sentence, sentence
from core.number_text import accuracy_text, loss_text, seconds_text
from core.problems import Problem
from core.runs.run_record import Run
from core.runs.states import STATES
from pages.components.single_step.single_step import single_step
from pages.datasets import sample_grid
from pages.frame import result_share, share
from pages.run_panels import coach, curves_panel, result_card, run_bar, run_controls, validation_panel
from pages.run_panels.run_colours import run_coloured_container
from pages.shell import session, waiting
from pages.shell.addresses import live_url
from pages.shell.messages import escape_markdown, pop_refusal, repairs
from pages.shell.page_data import View, current_view, train_refusal
from pages.shell.runs_in_view import previous_run
from pages.widgets import fit_controls

STYLE = Path(__file__).parent / "stage.css"
FOLDED = Path(__file__).parent / "stage_folded.css"
PICTURE_SIZE = 76  # pixels
SO_FAR = "So far the coach sees nothing to worry about."
NOT_YET = f"The coach looks at the curves from epoch {FIRST_EPOCH} on."
TOO_SHORT = f"The coach needs {FIRST_EPOCH} epochs: this run has fewer."


def top(view: View, *, watches: bool) -> None:
    """Draw the link back to Train, the experiment in a sentence, and the buttons."""
    shown = view.experiment if view.run is None else view.run.experiment
    with st.container(key="stage-top", horizontal=True, vertical_alignment="center", gap="small"):
        st.page_link("train.py", label="Back to Train", icon=":material/arrow_back:", help="Back to Train.")
        with st.container(key="stage-sentence", width="stretch"):
            if view.run is not None:  # without a run, the page has another heading
                st.html("<h1 class='stage-title'>Stage</h1>")
            st.markdown(escape_markdown(sentence(shown, application().facts.counts(shown))))
        if words := share.words():
            icon = ":material/lock:" if session.link_lock() else ":material/share:"
            st.badge(
                "By a link", icon=icon, color="gray", help=f"{escape_markdown(words)} The way back is on every other page."
            )
        if not watches:
            buttons(view)


def buttons(view: View) -> None:
    """Draw the buttons that control the current run, or the button that starts a run."""
    if view.run is not None and not view.run.is_over:
        run_controls.active_run_controls(view.run, more=False)
        if view.run.visitor == session.visitor():
            return
    else:
        run_controls.one_batch_button(train_refusal(view))
    run_bar.train_button(view, "stage-train", "Train")


def state(view: View, *, watches: bool) -> None:
    """Draw the field of dots, the name of the run with its progress or its result, and the headline.

    While the run is on, a QR code lets phones follow it. In a lecture, phones are in the room of the lecture already.
    """
    run = view.run
    with st.container(key="stage-state", horizontal=True, vertical_alignment="center", gap="small"):
        if run is None:
            st.markdown("**No run yet**")
            return
        with st.container(key="stage-dots", width="content"):
            result_card.dots(run)
        with st.container(key="stage-hero", width="stretch", gap=None):
            _name(run, view)
            result_card.words(run)
        if not (run.is_over or watches or session.is_presented()):
            result_share.draw_stage_code(run)


def _name(run: Run, view: View) -> None:
    """Draw the name of a run in its colour, its progress or its exact result, and the switch that shows the settings."""
    with st.container(key="stage-name", horizontal=True, vertical_alignment="center", gap="small"):
        with run_coloured_container(run, "stretch" if run.is_over else "content"):
            st.markdown(outcome(run, view) if run.is_over else f"**Run {run.number}**")
        if not run.is_over:
            run_bar.progress(run)
        elif application().results.awaits_evaluation(run):
            waiting.wait_for_result(run)
        if session.control_role(run):
            run_controls.settings_switch()


def outcome(run: Run, view: View) -> str:
    """Return the result of a finished run in words, and the changes of the draft since then."""
    parts = [f"**Run {run.number}: {STATES[run.state].word}**"]
    if run.result and (scores := run.result["validation"]):
        parts += [f"validation accuracy **{accuracy_text(scores['accuracy'])}**", f"loss **{loss_text(scores['loss'])}**"]
    if run.result:
        parts.append(seconds_text(run.result["seconds"]))
    if session.control_role(run) and view.experiment != run.experiment and view.all_allowed:
        parts.append(f"next: **{escape_markdown(difference(view.experiment, run.experiment))}**")
    return " · ".join(parts)


def empty(view: View) -> None:
    """Draw the screen before the first run: the task of the network, some images, and the network in a sentence."""
    data = view.experiment.data.entry
    with st.container(key="stage-empty", horizontal_alignment="center", vertical_alignment="center"):
        st.title(f"Teach a network to {data.task}")
        sample_grid.pictures(data, PICTURE_SIZE)
        st.header(network_sentence(view.experiment, view.summary, view.problems))
        if view.summary is None and view.all_allowed:
            waiting.wait_for_shapes(view.experiment)
        st.markdown("Press **Train**, or the key **T**. Curves, matrix and a dozen images are drawn here while it learns.")


def draw_watched_images(run: Run) -> None:
    """Draw the confusion matrix and twelve images.

    If a cell of the matrix was clicked, draw its images instead of the twelve.
    """
    with st.container(key="stage-matrix"):
        with st.container(key="stage-matrix-title"):
            st.markdown("**Confusion matrix**")
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


def draw_message(view: View, *, watches: bool) -> None:
    """Draw a single message: a refusal or problem, the reason why the run ended, or the coach's advice."""
    run = view.run
    with st.container(key="stage-said", horizontal=True, vertical_alignment="center", gap="small"):
        refusal, whose = pop_refusal(), "" if run is None else "Your draft: "
        if refusal is not None:
            _problem(refusal)
        elif not watches and view.blocking and (run is None or run.is_over):
            _problem(view.blocking[0], whose=whose)
        elif run is not None and run.problem is not None:
            _problem(run.problem, run)
            if run_controls.can_resume(run):
                run_controls.resume_button(run)
        elif application().engine.state != "ready":
            waiting.engine_state()
        elif view.problems and not watches and (run is None or (run.is_over and run.experiment != view.experiment)):
            _problem(view.problems[0], whose=whose)
        elif run is None:
            st.markdown("The coach speaks once there is a run.")
        else:
            _coach(run, watches=watches)


def _problem(problem: Problem, run: Run | None = None, *, whose: str = "") -> None:
    icon = ":material/error:" if problem.blocks else ":material/warning:"
    _sentence(f"{icon} {whose}**{escape_markdown(problem.happened)}** {escape_markdown(problem.fix)}")
    repairs(problem.repairs, "stage", run)


def _coach(run: Run, *, watches: bool) -> None:
    alarm, words = coach.coach_advice(run)
    if run.state == "paused":
        _last_step(run)
    if pause := run_controls.long_pause_words(run):
        _sentence(pause)
    elif alarm is not None:
        _sentence(f":material/sports: **{escape_markdown(alarm.happened)}** {escape_markdown(alarm.fix)}")
        if not watches:
            coach.repair_buttons(run, alarm.repairs[:1])
    else:
        early = early_stop_sentence(run.experiment, run.result)
        _sentence(early or f":material/sports: {_words_without_alarm(run, words)}")


def _words_without_alarm(run: Run, words: str) -> str:
    if run.is_over:
        return words or TOO_SHORT
    return SO_FAR if words == NO_ALARM else words or NOT_YET


def _last_step(run: Run) -> None:
    """Draw the last training step on a single batch, above the other messages."""
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
watches = view.run is not None and not session.control_role(view.run)
st.html(STYLE)
if view.run is not None and (session.is_presented() or not session.is_deck_open()):
    st.html(FOLDED)  # unfolded in a lesson, which asks for the settings, but not in a lecture, which lacks the room
with st.container(key="stage"):
    top(view, watches=watches)
    state(view, watches=watches)
    if not watches:
        with st.container(key="stage-controls", horizontal=True, gap="small"):
            fit_controls.main_controls(view.experiment, changeable=view.all_allowed)
    if view.run is None:
        empty(view)
    else:
        with st.container(key="stage-curves"):
            curves_panel.draw(view.run, previous_run(view.run))
        draw_watched_images(view.run)
    draw_message(view, watches=watches)
