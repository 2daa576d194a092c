"""Train: five settings, and the curves of the run."""

from pathlib import Path
from typing import Any

import streamlit as st

from core.analysis.devices import device_words
from core.application import application
from core.coach.rules import alarm_title
from core.experiment.descriptions import difference, early_end, layer_titles, sentence
from core.number_text import accuracy_text, loss_text, seconds_text
from core.problems import Problem
from core.runs.run_record import Run
from core.runs.states import STATES
from pages.components.single_step.single_step import single_step
from pages.run_panels import coach, curves_panel, epoch_panel, history_table, run_controls, validation_panel
from pages.shell import page_layout, run_bar, session, waiting
from pages.shell.addresses import live_url
from pages.shell.messages import plain, show_problem, show_problems
from pages.shell.view import current_view
from pages.teaching import guess_first
from pages.widgets import fit_controls

STYLE = Path(__file__).parent / "train.css"
HEIGHT = 224  # of a chart, in pixels


def title(run: Run) -> None:
    """Draw the run's name and state, the way to Evaluate, and what the coach sees."""
    warning, sentence = coach.coach_advice(run)
    with st.container(horizontal=True, vertical_alignment="center", gap="medium", key="run-title"):
        st.header(f"Run {run.number}: {STATES[run.state].word}", width="content")
        if run.result:  # the next step
            with st.container(key="to-evaluate", width="content"):
                st.page_link("evaluate.py", label="Evaluate this run", icon=":material/arrow_forward:", width="content")
        if run.problem is None and run_controls.can_resume(
            run
        ):  # in a row that is there before, so that the curves do not move
            run_controls.resume_button(run)
        if warning is not None:  # the card stands below the curves, so that they stay where they are
            st.markdown(f":material/sports: {alarm_title(warning.code)}: see the coach below.", width="content")
        elif sentence and not run_controls.can_resume(run):
            st.caption(f":material/sports: {sentence}", width="content")


def strip(run: Run) -> None:
    """Draw what can be steered while the run is on, and what came of it afterwards: both in one place that is kept."""
    with st.container(key="run-strip"):
        if application().results.awaits_evaluation(run):
            waiting.wait_for_result(run)
        elif run.result and run.result["validation"]:
            marks(run)
        elif run.state in ("training", "paused") and session.controls(run):
            run_controls.live_settings(run)
        else:
            st.caption(nothing_in_strip(run))  # an empty container has no height


def nothing_in_strip(run: Run) -> str:
    """Why there is nothing to steer, and no result."""
    if run.result:
        return "It kept no validation set aside, so only the test set can judge it."
    if run.is_over:
        return f"It {'was ' if run.state in ('interrupted', 'cancelled') else ''}{STATES[run.state].word} without a result."
    if run.state == "stopping":
        return "It stops at its next batch."
    if not session.controls(run):
        return run_controls.WATCHERS
    return "While it trains, its learning rate and its pace can be changed here."


def marks(run: Run) -> None:
    """Draw the validation numbers of a run that is over, its duration and its size."""
    assert run.result is not None
    found = run.result["validation"]
    with st.container(horizontal=True, key="outcome"):
        st.metric("Validation accuracy", accuracy_text(found["accuracy"]))
        st.metric("Validation loss", loss_text(found["loss"]))
        st.metric("Training took", seconds_text(run.result["seconds"]))
        st.metric("Parameters", f"{run.result['parameters']:,}", help=_split(run))
        if run.result["kept"]["which"] == "best":
            st.metric("Best weights kept", f"epoch {run.result['kept']['epoch']}")


def _split(run: Run) -> str | None:
    """How many of a run's parameters training left alone, where there are some and Keras has said so."""
    summary = application().runs.summaries.known(run.experiment)
    return f"{summary.non_trainable:,} of them non-trainable." if summary and summary.non_trainable else None


def lines(run: Run) -> None:
    """Draw the run's curves, with what differs from the run before, and below them what the coach says."""
    before = application().history.previous(run)
    if before is not None:
        st.markdown(f"Against run {before.number}: **{difference(run.experiment, before.experiment)}**")
        if not curves_panel.is_comparable(run, before):
            st.caption("Their losses are different things, so the earlier run is not drawn behind this one.")
    stepped: dict[str, Any] = {
        "classes": run.experiment.data.entry.classes,
        "titles": layer_titles(run.experiment),
        "key": f"stepped-{run.id}",
    }
    single_step(url=live_url(run), **stepped)
    curves_panel.draw(run, HEIGHT)
    coach.card(run)


def further(run: Run) -> None:
    """Draw the details of a run: how it ended, in sentences, more epochs, and the way to all runs."""
    epoch_panel.draw(run.experiment, run)
    with st.container(key="train-details", horizontal=True, vertical_alignment="bottom", gap="medium"):
        with st.container(key="train-ended", width="stretch", gap=None):
            if run.is_over:
                words = application().runs.readings.sentence(run)
                st.markdown(" ".join(part for part in (early_end(run.experiment, run.result), words) if part))
                if computed := device_words((run.result or {}).get("provenance", ())):
                    st.caption(f"Computed {plain(computed)}.")
                if words := application().results.outcome(run).last_epoch_words:
                    st.caption(words)
        if run.problem is None and not run_controls.can_resume(run):
            ended_controls(run)
        history_table.popover(run)
        with st.container(key="onward", width="content"):
            st.page_link("runs.py", label="All runs", icon=":material/list:")


def ended_controls(run: Run) -> None:
    """Draw what can be done with a run that is over: go on where it ended, or train for more epochs."""
    if run.is_over and not application().results.awaits_evaluation(run):
        run_controls.ended_run_controls(run)


def empty(shown: tuple[Problem, ...]) -> None:
    """What to do before the first run; `shown` are the problems that stand above already."""
    with st.container(border=True, key="empty"):
        st.header("No run yet")
        if reason := run_bar.why_not(view):
            st.markdown(f"Something stands in the way. {reason}")
            show_problems(tuple(one for one in view.blocking if one not in shown), "blocking")
            return
        st.markdown(f"Ready to train: {sentence(view.experiment, view.counts)}{run_bar.expected_time(view.experiment)}.")
        st.markdown("Press **Train** below. The curves are drawn here while the network learns.")
        epoch_panel.draw(view.experiment)
        show_problems(tuple(one for one in view.problems if one not in shown), "warnings")


view = current_view()
page_layout.heading("Train", "An epoch shows all training images once; the validation set checks.")
st.html(STYLE)
with page_layout.beside_code(view, run=view.run):
    with st.container(key="train", horizontal=True, gap="medium"):
        left = st.container(key="train-controls", width=210)
        right = st.container(key="train-curves", width="stretch")
    with left:
        if view.run is not None:  # only on a phone, where the settings are folded so that the curves come first
            st.toggle("Show settings", key="show-settings", persist_state="session", on_change="ignore")
        with st.container(border=True, key="controls"):
            fit_controls.main_controls(view.experiment, changeable=view.all_allowed)
            fit_controls.further_controls(view.experiment, changeable=view.all_allowed)
            guess_first.switch()
    with right:
        made_here = (("fit",), ("data", "train_images"), ("compile", "optimizer"))
        here = tuple(one for one in view.problems if any(one.concerns(*part) for part in made_here))
        show_problems(here, "fit")
        if view.run is None:
            empty(here)
        else:
            if view.run.problem is not None:
                show_problem(view.run.problem, "run", view.run)
                ended_controls(view.run)  # beside the message that names the button
            if words := run_controls.long_pause_words(view.run):
                st.info(words)
            title(view.run)
            strip(view.run)
            guess_first.guess_beside_result(view.run, view)
            lines(view.run)
if view.run is not None:
    validation_panel.section(view.run)
    further(view.run)
page_layout.engine_foot()
