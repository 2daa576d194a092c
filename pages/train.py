"""The page Train: the main settings, and the curves and the result of the run."""

from pathlib import Path

import streamlit as st

from core.application import application
from core.experiment.descriptions import compile_phrase, difference, early_stop_sentence, fit_phrase, layer_titles, sentence
from core.problems import Problem
from core.runs.run_record import Run
from core.runs.states import STATES
from pages.components.single_step.single_step import single_step
from pages.frame import page_layout
from pages.run_panels import (
    coach,
    curves_panel,
    epoch_panel,
    history_table,
    result_card,
    run_bar,
    run_controls,
    validation_panel,
)
from pages.run_panels.run_colours import run_coloured_container
from pages.shell import session
from pages.shell.addresses import live_url
from pages.shell.messages import show_problem, show_problems
from pages.shell.page_data import View, current_view, train_refusal
from pages.shell.runs_in_view import previous_run
from pages.teaching import guess_first
from pages.widgets import fit_controls

FOLDED = Path(__file__).with_name("train_folded.css")
WITH_CODE = Path(__file__).with_name("train_with_code.css")


def heading(run: Run | None) -> None:
    """Draw the heading: the run's number in its colour, and its settings in words."""
    with run_coloured_container(run):
        if run is None:
            page_layout.heading(
                "Train", "In an epoch the network sees every training image once; then it is checked on the validation set."
            )
            return
        words = f"{compile_phrase(run.experiment)} · {fit_phrase(run.experiment)}"
        page_layout.heading(f"Run {run.number}: {STATES[run.state].word}", words)


def result(run: Run) -> None:
    """Draw the result card of a run, and the visitor's guess about the run."""
    result_card.draw(run, "evaluate.py", "Evaluate this run", is_primary=run_bar.evaluate_is_next(view))
    guess_first.guess_beside_result(run, view)


def draw_run_details(run: Run, before: Run | None) -> None:
    """Draw the details of a run: its epochs, its changes, its end, and the button for more epochs.

    The bars of a finished run would all be full, so they are left out.
    """
    if run.state != "finished":
        epoch_panel.draw(run.experiment, run)
    with st.container(key="card-train-details", border=True, horizontal=True, vertical_alignment="bottom", gap="medium"):
        with st.container(key="train-ended", width="stretch", gap=None):
            if before is not None:
                st.caption(f"Against run {before.number}: **{difference(run.experiment, before.experiment)}**")
            if run.is_over:
                words = application().curves_and_advice.sentence(run)
                if ended := [part for part in (early_stop_sentence(run.experiment, run.result), words) if part]:
                    st.markdown(" ".join(ended))
                if words := application().results.outcome(run).last_epoch_words:
                    st.caption(words)
        if run.problem is None and not run_controls.can_resume(run):
            ended_controls(run)
        history_table.popover(run)
        with st.container(key="onward", width="content"):
            st.page_link("runs.py", label="All runs", icon=":material/list:")


def ended_controls(run: Run) -> None:
    """Draw the buttons of a run that is over, which resume the run or train for more epochs."""
    if run.is_over and not application().results.awaits_evaluation(run):
        run_controls.ended_run_controls(run)


def empty(shown: tuple[Problem, ...]) -> None:
    """Draw the page before the first run. `shown` are the problems that are drawn above already."""
    with st.container(border=True, key="card-empty"):
        st.header("No run yet")
        if reason := train_refusal(view):
            st.markdown(f"Something stands in the way. {reason}")
            show_problems(tuple(problem for problem in view.blocking if problem not in shown), "blocking")
            return
        st.markdown(f"Ready to train: {sentence(view.experiment, view.counts)}{run_bar.expected_time(view.experiment)}.")
        st.markdown("Press **Train** below. The curves are drawn in these charts while the network learns.")
        epoch_panel.draw(view.experiment)
        show_problems(tuple(problem for problem in view.problems if problem not in shown), "warnings")


def settings() -> None:
    """Draw the settings of the next run. If the bar has no Train button, draw the buttons that train here."""
    with st.container(border=True, key="card-controls"):
        fit_controls.main_controls(view.experiment, changeable=view.all_allowed)
        fit_controls.further_controls(view.experiment, changeable=view.all_allowed)
        guess_first.switch()
        if run_bar.evaluate_is_next(view):
            run_bar.train_again(view)


def draw_run_messages(run: Run, before: Run | None) -> None:
    """Draw the problem of the run, its result, and the last training step on a single batch."""
    if run.problem is not None:
        show_problem(run.problem, "run", run)
        ended_controls(run)  # beside the message, which names the button Resume
    if words := run_controls.long_pause_words(run):
        st.info(words)
    result(run)
    if before is not None and not curves_panel.is_comparable(run, before):
        other = "loss" if before.experiment.data.dataset == run.experiment.data.dataset else "data set"
        st.caption(f"Run {before.number} has another {other}, so its curves are not drawn behind these.")
    if not run.is_over:
        single_step(
            url=live_url(run),
            classes=run.experiment.data.entry.classes,
            titles=layer_titles(run.experiment),
            key=f"stepped-{run.id}",
        )


def is_folded(shown: View) -> bool:
    """Return whether the settings are hidden.

    The settings are hidden once there is a run, except in a lesson, which asks for changes of settings.
    """
    return shown.run is not None and not session.is_deck_open()


view = current_view()
heading(view.run)
if is_folded(view):
    st.html(FOLDED)
elif page_layout.code_is_open(view):
    st.html(WITH_CODE)
with page_layout.draw_with_code_drawer(view, run=view.run):
    with st.container(key="train", horizontal=True, gap="medium"):
        left = st.container(key="train-controls", width=210)
        right = st.container(key="train-curves", width="stretch")
    with left:
        settings()
    with right:  # its parts keep their places, so that the charts stay when a run begins
        above, charts = st.container(key="above-curves"), st.container(key="curves-place")
    with above:
        made_here = (("fit",), ("data", "train_images"), ("compile", "optimizer"))
        here = tuple(problem for problem in view.problems if any(problem.concerns(*part) for part in made_here))
        show_problems(here, "fit")
        if view.run is None:
            empty(here)
        else:
            before = previous_run(view.run)
            draw_run_messages(view.run, before)
    with charts:
        if view.run is not None:
            curves_panel.draw(view.run, before)
        elif view.all_allowed:
            curves_panel.draw_axes(view.experiment)
    if view.run is not None:
        with right:
            coach.card(view.run)
if view.run is not None:
    validation_panel.section(view.run)
    draw_run_details(view.run, before)
page_layout.draw_engine_footer()
