"""Tasks of decks: the text, the state of the checks, and hints that become more explicit."""

import time
from collections import Counter
from dataclasses import dataclass, replace

import streamlit as st

from core.application import application
from core.teaching.checks.evidence import Evidence
from core.teaching.checks.task_checks import TaskResult, judge
from core.teaching.deck import CHALLENGE, ExperimentChange, Task
from core.teaching.deck_items import items_to_do
from core.teaching.progress import HINT, SHOWN, TASK, Answer
from core.teaching.scene_experiments import opening_scene_number
from core.teaching.trials.seed_trials import RUNNING, Trial
from core.teaching.trials.trial_rule import PASSED
from pages.shell import session
from pages.shell.messages import escape_markdown
from pages.shell.page_data import View
from pages.shell.streamlit_patches import rerun
from pages.teaching import current_scene
from pages.teaching.current_scene import CurrentScene, scene_answers
from pages.teaching.evidence import gather_evidence
from pages.teaching.seed_trial import draw_receipt, draw_trial, needs_trial, save_task_receipt, task_trial

FIRST_HINT_SECONDS = 90  # the time after which the first hint of a lesson appears unasked
PAGE_IS_OLD = "task_page_is_old"  # the key of whether a press on a hint or Show me changed the whole page
HINTS_BEFORE_REPAIRS = 2  # hints of a challenge's task, after which problems show their repairs
DONE, OPEN = ":material/check_circle:", ":material/radio_button_unchecked:"
MOST_FOREIGN = 3  # differences between the draft and the scene's experiment that are named
LOOK_EVERY_SECONDS = 15  # the time between two checks whether a hint is due


def draw_task(task: Task, now: CurrentScene, view: View) -> None:
    """Draw a task with its text and the state of each check. Save the task as done once all checks have passed.

    Parameters
    ----------
    task
        The task.
    now
        The open deck and its current scene.
    view
        The view of this script run.
    """
    state = _judge_open_task(task, now, view)
    judged, trial, kept, is_done = state.judged, state.trial, state.kept, state.is_done
    with st.container(key=f"task-{now.deck.name}-{task.id}", gap="small"):
        st.markdown(f":material/flag: {task.do}")
        if is_done or kept is not None:  # above the words of the checks, since a long guide scrolls
            head = "Done. Go on when you like." if judged.has_passed else "Done before; your draft has changed since."
            st.success(f"{head} {escape_markdown(task.reply)}".rstrip(), icon=":material/check_circle:")
        if kept is not None and not judged.has_passed:
            _draw_checks(now, task, [f"- {DONE} then: {escape_markdown(kept.value)}"])
            draw_receipt(task, now)
            return
        _draw_check_results(judged, trial, now, task)
        if not judged.has_passed and judged.judges_older_than(view.experiment):
            st.caption("These lines judge your last run. Press Train to have your changes judged.")
        if trial is not None:
            draw_trial(trial, task, now, judged)
        if is_done:
            draw_receipt(task, now)
        elif not judged.has_passed:
            st.session_state.pop(PAGE_IS_OLD, None)  # the whole page is drawn already
            _help(task, now, is_waiting=state.is_waiting)


def do_repairs_wait(now: CurrentScene) -> bool:
    """Return whether repairs and warnings are hidden: while a challenge's task is open, until the second hint.

    A press on a repair would do the task before the visitor has tried, and a warning may name the cause that they look for.
    """
    if now.deck.kind != CHALLENGE or opening_scene_number(now.deck, now.number) is None:
        return False  # without an experiment of the deck, problems come from the visitor's own draft
    tries = scene_answers(now)
    hinted = Counter(answer.item for answer in tries if answer.kind == HINT)
    waiting = [item for item in items_to_do(now.scene, tries) if isinstance(item, Task) and item.hints]
    return bool(waiting) and all(hinted[task.id] < min(HINTS_BEFORE_REPAIRS, len(task.hints)) for task in waiting)


def draw_task_line(task: Task, now: CurrentScene, view: View) -> None:
    """Draw a task on a single line, with the number of passed checks. Save the task as done once all checks have passed.

    Parameters
    ----------
    task, now, view
        The same arguments as in `draw_task`.
    """
    state = _judge_open_task(task, now, view)
    is_over = state.is_done or state.kept is not None
    lines = _check_lines(state.judged, state.trial, now, task)
    words = "done" if is_over else f"{_num_done(lines)} of {len(lines)} done"
    with st.container(key=f"task-line-{now.deck.name}-{task.id}"):
        st.markdown(f"{DONE if is_over else OPEN} {task.do} :small[{words}]")


@dataclass(frozen=True)
class _TaskState:
    """The state of a visitor's task: the results of its checks, its trial, and whether the task is done."""

    judged: TaskResult
    trial: Trial | None
    kept: Answer | None  # the answer that was saved when the task was done, or None before
    is_done: bool  # whether the task is done with the present draft and runs
    is_waiting: bool  # whether a run of the visitor waits or trains


def judge_left_task(task: Task, now: CurrentScene, view: View, of_scene: Evidence) -> bool:
    """Judge a task of a scene that the visitor has left, and return whether the task is done.

    Parameters
    ----------
    task, view
        The task, and the view of this script run.
    now
        The open deck at the scene of the task.
    of_scene
        The runs that were started while the scene was on the screen, and nothing later.
    """
    return _keep_if_passed(task, now, view, of_scene).is_done


def save_passed_trials(now: CurrentScene, view: View) -> bool:
    """Save the tasks of the deck whose runs with other seeds have passed, since the visitor may be in a later scene now.

    Return whether such runs still train for an open task.
    """
    states = [
        _judge_and_keep(task, replace(now, number=number), view)
        for number, scene in enumerate(now.deck.scenes)
        for task in scene.parts
        if isinstance(task, Task) and needs_trial(task)
    ]
    return any(state.kept is None and state.trial is not None and state.trial.state == RUNNING for state in states)


def _judge_open_task(task: Task, now: CurrentScene, view: View) -> _TaskState:
    """Judge a task of the scene on the screen. Note an open task of a challenge, since its repairs count as hints."""
    state = _judge_and_keep(task, now, view)
    if now.deck.kind == CHALLENGE and state.kept is None and not state.judged.has_passed:
        st.session_state[session.OPEN_TASK] = now.deck.name, task.id
    return state


def _judge_and_keep(task: Task, now: CurrentScene, view: View) -> _TaskState:
    return _keep_if_passed(task, now, view, gather_evidence(now, view, task))


def _keep_if_passed(task: Task, now: CurrentScene, view: View, evidence: Evidence) -> _TaskState:
    """Run the checks of a task. Save the task as done once all checks have passed."""
    judged = judge(task, evidence)
    trial = task_trial(task, now, judged)
    kept = next(
        (past for past in reversed(scene_answers(now)) if (past.item, past.kind, past.share) == (task.id, TASK, 1.0)), None
    )
    is_done = judged.has_passed and (trial is None or trial.state == PASSED)
    if is_done and kept is None:
        words = "; ".join(result.observed for result in judged.check_results)
        passed = Answer(now.deck.name, task.id, TASK, words, 1.0, 0.0)
        with session.catch_refusal():
            application().progress.answer_once(session.visitor(), passed, now.opened)  # another tab may keep it too
            save_task_receipt(task, now, judged, trial, view)
    return _TaskState(judged, trial, kept, is_done, evidence.active is not None)


def _check_lines(judged: TaskResult, trial: Trial | None, now: CurrentScene, task: Task) -> list[str]:
    """Return a line with a mark for each check, and for the runs with other seeds. Checks that say the same share a line."""
    is_challenge = now.deck.kind == CHALLENGE
    words = [check.verdict if is_challenge else check.words for check in judged.check_results]
    marks = [DONE if check.has_passed and not judged.foreign else OPEN for check in judged.check_results]
    if needs_trial(task):
        words.append(f"the same with {task.seeds} other seeds, or {2 * task.seeds} if one comes close: chance may help")
        marks.append(DONE if trial is not None and trial.state == PASSED else OPEN)
    return list(dict.fromkeys(f"- {mark} {escape_markdown(said)}" for mark, said in zip(marks, words, strict=True)))


def _num_done(lines: list[str]) -> int:
    return sum(line.startswith(f"- {DONE}") for line in lines)


def _draw_check_results(judged: TaskResult, trial: Trial | None, now: CurrentScene, task: Task) -> None:
    """Draw the lines of the checks. Warn if the draft is not the experiment of the scene."""
    _draw_checks(now, task, _check_lines(judged, trial, now, task))
    if judged.foreign:
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            foreign = ", ".join(judged.foreign[:MOST_FOREIGN]) + (" …" if len(judged.foreign) > MOST_FOREIGN else "")
            st.warning(
                f"Your draft is not the experiment of this scene: {escape_markdown(foreign)}.", icon=":material/difference:"
            )
            draw_restart_button(now, "task")


def _draw_checks(now: CurrentScene, task: Task, lines: list[str]) -> None:
    """Draw the results of the checks as a list. The key of the container tells the browser how many checks passed."""
    with st.container(key=f"checks-{_num_done(lines)}-of-{len(lines)}-{now.deck.name}-{task.id}"):
        st.markdown("\n".join(lines))


def _show(task: Task, now: CurrentScene, change: ExperimentChange) -> None:
    """Change the visitor's draft so that the task is solved. This help counts as a hint."""
    application().progress.answer(session.visitor(), Answer(now.deck.name, task.id, HINT, SHOWN, None, 0.0))
    current_scene.apply_scene_change(change)
    st.session_state[PAGE_IS_OLD] = True


def draw_restart_button(now: CurrentScene, where: str) -> None:
    """Draw the button that opens the tasks, the goals and the original experiment of the scene again.

    Parameters
    ----------
    now
        The open deck and its current scene.
    where
        The position of the button ("head" or "task"), which is part of its key.
    """
    st.button(
        "Begin this scene anew",
        key=f"begin-anew-{where}",
        type="tertiary" if where == "head" else "secondary",
        icon=":material/restart_alt:",
        help="Opens tasks and experiment as they were at first; your runs stay. Undo on Define brings your draft back.",
        on_click=current_scene.begin_scene,
        args=(now.deck, now.number),
    )


@st.fragment(run_every=LOOK_EVERY_SECONDS)
def _help(task: Task, now: CurrentScene, *, is_waiting: bool) -> None:
    """Draw the hints given so far, and the button for the next hint.

    The first hint of a lesson appears unasked after a while, unless the visitor waits for a run. A challenge is there to
    be thought about: its hints appear only when the visitor asks.
    """
    if st.session_state.pop(PAGE_IS_OLD, False):  # a click in a fragment redraws only the fragment
        rerun()
    given = sum((answer.item, answer.kind, answer.value) == (task.id, HINT, "") for answer in scene_answers(now))
    is_patient = now.deck.kind == CHALLENGE or is_waiting
    waited = not is_patient and time.time() - now.place.seen > FIRST_HINT_SECONDS
    shown = max(given, int(waited and bool(task.hints)))
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
                args=(task, now, shown + 1 - given),
            )
        elif task.show is not None:
            st.button(
                "Show me",
                key=f"show-{now.deck.name}-{task.id}",
                icon=":material/visibility:",
                help="Makes these settings for you. Undo on Define brings yours back.",
                on_click=_show,
                args=(task, now, task.show),
            )


def _give_hint(task: Task, now: CurrentScene, count: int) -> None:
    """Save that the visitor asked for a hint. Hints that appeared unasked count as well."""
    for _ in range(count):
        application().progress.answer(session.visitor(), Answer(now.deck.name, task.id, HINT, "", None, 0.0))
    st.session_state[PAGE_IS_OLD] = now.deck.kind == CHALLENGE  # problems may show their repairs now
