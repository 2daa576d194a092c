"""Tasks of decks: what to do, what each check sees now, and hints that grow."""

import time

import streamlit as st

from core.application import application
from core.teaching.checks.task_checks import judge
from core.teaching.deck import ExperimentChange, Task
from core.teaching.progress import HINT, TASK, Answer
from core.teaching.trials.trial_rule import PASSED
from pages.shell import session
from pages.shell.messages import plain
from pages.shell.streamlit_patches import rerun
from pages.shell.view import View
from pages.teaching import current_scene
from pages.teaching.current_scene import Current
from pages.teaching.evidence import gather_evidence
from pages.teaching.seed_trial import draw_receipt, draw_trial, trial_of

FIRST_HINT_SECONDS = 90  # after which a first hint stands there unasked
WAS_SHOWN = "task_was_shown"  # the key of whether Show me was pressed, and the page is still to be drawn
DONE, OPEN = ":material/check_circle:", ":material/radio_button_unchecked:"
LOOK_EVERY_SECONDS = 15  # as long as a task is not done


def draw_task(task: Task, now: Current, view: View) -> None:
    """Draw a task with what its checks see; it is kept once all have passed.

    Parameters
    ----------
    task
        The task.
    now
        The deck that is open, and where its visitor is.
    view
        The view of this script run.
    """
    judged = judge(task, gather_evidence(now, view))
    trial = trial_of(task, now, judged)
    is_done = judged.has_passed and (trial is None or trial.state == PASSED)
    tries = _tries(now)
    if is_done and not any(answer.item == task.id and answer.share == 1.0 for answer in tries):
        words = "; ".join(one.saw for one in judged.seen)
        application().progress.answer(session.visitor(), Answer(now.deck.name, task.id, TASK, words, 1.0, 0.0))
    with st.container(key=f"task-{now.deck.name}-{task.id}", gap="small"):
        st.markdown(f":material/flag: {task.do}")
        if is_done:  # above what the checks saw, since a long guide scrolls
            st.success("Done. Go on when you like.", icon=":material/check_circle:")
        st.markdown("\n".join(f"- {DONE if one.has_passed else OPEN} {plain(one.words)}" for one in judged.seen))
        if trial is not None:
            draw_trial(trial, task, now, judged)
        if is_done:
            draw_receipt(task, now, judged, trial, view)
        elif not judged.has_passed:
            st.session_state.pop(WAS_SHOWN, None)  # the whole page is drawn already
            _help(task, now)


def _show(change: ExperimentChange) -> None:
    current_scene.apply(change)
    st.session_state[WAS_SHOWN] = True


def _tries(now: Current) -> tuple[Answer, ...]:
    return application().progress.answers(session.visitor(), now.deck.name, since=now.place.begun)


@st.fragment(run_every=LOOK_EVERY_SECONDS)
def _help(task: Task, now: Current) -> None:
    """Draw the hints that were given, and the button for the next one; the first one comes by itself after a while."""
    if st.session_state.pop(WAS_SHOWN, False):  # a press within a fragment draws that alone anew, and the whole page changed
        rerun()
    asked = sum(answer.item == task.id and answer.kind == HINT for answer in _tries(now))
    waited = time.time() - now.place.seen > FIRST_HINT_SECONDS
    shown = max(asked, int(waited and bool(task.hints)))
    for hint in task.hints[:shown]:
        st.info(hint, icon=":material/lightbulb:")
    with st.container(horizontal=True, gap="small"):
        if shown < len(task.hints):
            label = "Hint" if shown == 0 else "A bigger hint"
            st.button(
                label,
                key=f"hint-{now.deck.name}-{task.id}",
                icon=":material/lightbulb:",
                on_click=_give_hint,
                args=(task, now, shown + 1 - asked),
            )
        elif task.show is not None:
            st.button(
                "Show me",
                key=f"show-{now.deck.name}-{task.id}",
                icon=":material/visibility:",
                help="Does it in your draft. Undo on Define brings the old draft back.",
                on_click=_show,
                args=(task.show,),
            )


def _give_hint(task: Task, now: Current, count: int) -> None:
    """Keep that a further hint was asked for; those that came by themselves count as well."""
    for _ in range(count):
        application().progress.answer(session.visitor(), Answer(now.deck.name, task.id, HINT, "", None, 0.0))
