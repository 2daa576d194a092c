"""A passed task on seeds that the visitor did not choose: begin, watch and stop it; and the signed receipt."""

import streamlit as st

from core.application import application
from core.experiment.model import Experiment
from core.problems import ProblemError
from core.teaching.checks.task_checks import Judged, chancy_calls
from core.teaching.deck import Task
from core.teaching.trials import receipts, seed_trials
from core.teaching.trials.seed_trials import Trial
from core.teaching.trials.trial_rule import MISSED, PASSED
from pages.shell import session
from pages.shell.messages import plain, show_problem
from pages.shell.view import View
from pages.shell.waiting import wait_for_states
from pages.teaching.current_scene import Current

SEEDS = ":material/casino:"


def trial_of(task: Task, now: Current, judged: Judged) -> Trial | None:
    """The trial of a task that its checks have passed; None where it asks for none.

    Parameters
    ----------
    task
        The task.
    now
        The deck that is open.
    judged
        How the task was judged.
    """
    if not (task.seeds and judged.has_passed and judged.outcome and chancy_calls(task)):
        return None
    experiment = judged.outcome.run.experiment
    try:
        return seed_trials.advance(application().runs, session.visitor(), now.deck.name, task, experiment)
    except ProblemError:  # the queue is full; more runs follow at the next look
        return seed_trials.look(application().runs, session.visitor(), now.deck.name, task, experiment)


def draw_trial(trial: Trial, task: Task, now: Current, judged: Judged) -> None:
    """Draw how far a trial has come, and its button."""
    if judged.outcome is None:
        return
    key, of = f"{now.deck.name}-{task.id}", (now.deck.name, task, judged.outcome.run.experiment)
    with st.container(key=f"trial-{key}", gap="small"):
        draw = {PASSED: st.success, MISSED: st.warning}.get(trial.state, st.info)
        draw(plain(trial.words), icon=SEEDS)
        if trial.state == seed_trials.RUNNING:
            st.progress(len(trial.results) / trial.seeds)
            st.button("Stop", key=f"trial-stop-{key}", icon=":material/stop:", on_click=_stop, args=of)
            wait_for_states({run.id: run.state for run in trial.unfinished})
        elif trial.state not in (PASSED, MISSED):
            label = f"Try {trial.seeds} other seeds" if trial.state == seed_trials.NONE else "Go on"
            st.button(label, key=f"trial-{key}-begin", icon=SEEDS, type="primary", on_click=_begin, args=of)
        elif trial.state == MISSED:
            st.caption("Change something, train again, and the new experiment gets seeds of its own.")
        if problem := st.session_state.pop(f"trial-problem-{now.deck.name}", None):
            show_problem(problem, f"trial-problem-{key}")


def _begin(deck: str, task: Task, experiment: Experiment) -> None:
    try:
        seed_trials.begin(application().runs, session.visitor(), deck, task, experiment)
    except ProblemError as error:
        st.session_state[f"trial-problem-{deck}"] = error.problem


def _stop(deck: str, task: Task, experiment: Experiment) -> None:
    seed_trials.stop(application().runs, session.visitor(), deck, task, experiment)


def draw_receipt(task: Task, now: Current, judged: Judged, trial: Trial | None, view: View) -> None:
    """Draw the button that downloads the receipt of a task that a run has passed."""
    if judged.outcome is None:
        return
    nickname = application().progress.learner(session.visitor()).nickname
    others = trial.outcomes if trial is not None else ()

    def signed() -> str:
        return receipts.write(receipts.receipt_of(now.deck, task, judged, view.experiment, others=others, nickname=nickname))

    st.download_button(
        "Receipt",
        signed,
        f"receipt-{now.deck.name}-{task.id}.json",
        "application/json",
        key=f"receipt-{now.deck.name}-{task.id}",
        icon=":material/receipt_long:",
        on_click="ignore",
        help="Signed by this server: what was seen, the experiments, their seeds and numbers. It can be graded again.",
    )
