"""The trial of a passed task, which repeats its run with other seeds, and the signed receipt that proves the task."""

import streamlit as st

from core.application import application
from core.experiment.model import Experiment
from core.problems import ProblemError
from core.teaching.checks.task_checks import TaskResult, seed_dependent_checks
from core.teaching.deck import Task
from core.teaching.trials import receipts, seed_trials
from core.teaching.trials.seed_trials import Trial
from core.teaching.trials.trial_rule import MISSED, PASSED
from pages.shell import session
from pages.shell.messages import escape_markdown, show_problem
from pages.shell.page_data import View
from pages.shell.streamlit_patches import rerun
from pages.teaching.current_scene import CurrentScene

SEEDS = ":material/casino:"


def needs_trial(task: Task) -> bool:
    """Return whether a task is passed only if its run also passes with seeds that the visitor did not choose."""
    return bool(task.seeds) and bool(seed_dependent_checks(task))


def task_trial(task: Task, now: CurrentScene, judged: TaskResult) -> Trial | None:
    """Return the trial of a passed task, which repeats its run with other seeds.

    Return None if the task asks for no trial.

    Parameters
    ----------
    task
        The task.
    now
        The deck that is open.
    judged
        The result of the checks of the task.
    """
    if not (needs_trial(task) and judged.has_passed and judged.outcome):
        return None
    return application().trials.look(session.visitor(), now.deck.name, task, judged.outcome.run.experiment)


def draw_trial(trial: Trial, task: Task, now: CurrentScene, judged: TaskResult) -> None:
    """Draw the progress of a trial with other seeds, and the button that begins, continues or stops the trial."""
    if judged.outcome is None:
        return
    key, of = f"{now.deck.name}-{task.id}", (now.deck.name, task, judged.outcome.run.experiment)
    with st.container(key=f"trial-{key}", gap="small"):
        draw = {PASSED: st.success, MISSED: st.warning}.get(trial.state, st.info)
        draw(escape_markdown(trial.words), icon=SEEDS)
        if trial.state == seed_trials.RUNNING:
            st.progress(len(trial.results) / trial.seeds)
            st.button("Stop", key=f"trial-stop-{key}", icon=":material/stop:", on_click=_stop, args=of)
            _wait_for_news(trial.progress, of)
        elif trial.state not in (PASSED, MISSED):
            st.session_state[session.TRIAL_LEADS] = True
            label = f"Try {trial.seeds} other seeds" if trial.state == seed_trials.NONE else "Go on"
            st.button(label, key=f"trial-{key}-begin", icon=SEEDS, type="primary", on_click=_begin, args=of)
        elif trial.state == MISSED:
            st.caption("Change something, train again, and the new experiment gets seeds of its own.")
        if problem := st.session_state.pop(f"trial-problem-{now.deck.name}", None):
            show_problem(problem, f"trial-problem-{key}")


@st.fragment(run_every=1.0)
def _wait_for_news(progress: tuple[str, ...], of: tuple[str, Task, Experiment]) -> None:
    """Rerun the page once the trial has progressed. The trial goes on even if the page is closed."""
    if application().trials.look(session.visitor(), *of).progress != progress:
        rerun()


def _begin(deck: str, task: Task, experiment: Experiment) -> None:
    try:
        application().trials.begin(session.visitor(), deck, task, experiment, is_lecturer=session.is_lecturer())
    except ProblemError as error:
        st.session_state[f"trial-problem-{deck}"] = error.problem


def _stop(deck: str, task: Task, experiment: Experiment) -> None:
    seed_trials.stop(application().runs, session.visitor(), deck, task, experiment)


def save_task_receipt(task: Task, now: CurrentScene, judged: TaskResult, trial: Trial | None, view: View) -> None:
    """Save the receipt (the proof of a passed task) when the task is passed, since runs and nicknames may change later.

    Parameters
    ----------
    task
        The task.
    now
        The deck that is open.
    judged
        The result of the checks of the task.
    trial
        The trial with other seeds, or None if the task asks for no trial.
    view
        The view of this script run.
    """
    progress, visitor = application().progress, session.visitor()
    others = trial.outcomes if trial is not None else ()
    nickname = progress.learner(visitor).nickname
    receipt = receipts.receipt_of(now.deck, task, judged, view.experiment, others=others, nickname=nickname)
    progress.save_task_receipt(visitor, receipts.receipt_to_dict(receipt))


def draw_receipt(task: Task, now: CurrentScene) -> None:
    """Draw the button that downloads the receipt of a passed task. Draw nothing if the task was passed without a run."""
    content = application().progress.receipts(session.visitor(), now.deck.name, now.place.begun).get(task.id)
    if content is None or not content["runs"]:
        return
    st.download_button(
        "Receipt",
        lambda: receipts.write_content(content),
        f"receipt-{now.deck.name}-{task.id}.json",
        "application/json",
        key=f"receipt-{now.deck.name}-{task.id}",
        icon=":material/receipt_long:",
        on_click="ignore",
        help="Signed by this server: what was seen, the experiments, their seeds and numbers. It can be graded again.",
    )
