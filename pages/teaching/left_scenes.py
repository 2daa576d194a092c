"""Scenes that the visitor left before their results were known, which count for the task and the guess of that scene."""

from dataclasses import replace

import streamlit as st

from core.application import application
from core.teaching.checks.check import RUN
from core.teaching.checks.evidence import Evidence
from core.teaching.checks.predictable_values import PREDICTABLE_VALUES
from core.teaching.checks.task_checks import CHECKS
from core.teaching.deck import LECTURE, Prediction, Task
from core.teaching.deck_items import is_item_done, tries_by_item
from core.teaching.progress import PREDICTION, Answer
from pages.shell import session
from pages.shell.messages import escape_markdown
from pages.shell.page_data import View, current_view
from pages.shell.streamlit_patches import rerun
from pages.teaching.current_scene import LEFT, CurrentScene
from pages.teaching.evidence import gather_evidence
from pages.teaching.predictions import keep_result
from pages.teaching.seed_trial import needs_trial
from pages.teaching.tasks import judge_left_task

JUDGED = "judged_left_scenes"  # the key of the sentences about results that came later, with the scene that shows them
LOOK_EVERY_SECONDS = 2


def judge_left_scenes(now: CurrentScene, view: View) -> tuple[str, ...]:
    """Judge the scenes that were left while their runs trained. Return the titles of those whose runs still train.

    Only runs that the visitor started in such a scene count for its task and guess. Drafts and later runs never do, since
    later scenes may contain the solution.

    Parameters
    ----------
    now
        The open deck and its current scene.
    view
        The view of this script run.
    """
    left: dict[tuple[str, str], float] = st.session_state.get(LEFT, {})
    left.pop((now.deck.name, now.scene.id), None)  # the scene itself judges its runs
    waiting = []
    for number, scene in enumerate(now.deck.scenes):
        until = left.get((now.deck.name, scene.id))
        if until is None or now.deck.kind == LECTURE:
            continue
        there = replace(now, number=number)
        if is_run_awaited(there, view, until):
            waiting.append(scene.title)
            continue
        words, is_good = _judge(there, view, until)
        if words:
            said = f"**{escape_markdown(scene.title)}**: {escape_markdown(words)}", is_good
            st.session_state[JUDGED] = now.deck.name, now.scene.id, (*_judged_here(now), said)
        if not any(_is_for_keras(item) for item in _open_items(there)):
            del left[now.deck.name, scene.id]
    return tuple(waiting)


def draw_left_scenes(now: CurrentScene, waiting: tuple[str, ...]) -> None:
    """Say which scenes wait for the results of their runs, and what the results were that came in this scene.

    Parameters
    ----------
    now
        The open deck and its current scene.
    waiting
        The titles of the scenes whose runs still train, from `judge_left_scenes`.
    """
    judged = _judged_here(now)
    if not (judged or waiting):
        return
    with st.container(key="part-left", gap="small"):  # a part of the guide, as those of the scene
        for words, is_good in judged:
            draw = st.success if is_good else st.info
            draw(words, icon=":material/check_circle:" if is_good else ":material/flag:")
        for title in waiting:
            st.info(
                f"The run of **{escape_markdown(title)}** still trains. Its result counts there as soon as the run ends.",
                icon=":material/hourglass_top:",
            )
        if waiting:
            _look_again(now, waiting)


def is_run_awaited(now: CurrentScene, view: View, until: float = float("inf")) -> bool:
    """Return whether a run still trains whose result the open task or guess of the scene waits for.

    Parameters
    ----------
    now, view
        The open deck at this scene, and the view of this script run.
    until
        When the visitor left the scene, in seconds since 1970.
    """
    of_scene = (_evidence(now, view, item, until) for item in _open_items(now) if not _is_for_keras(item))
    return any(not outcome.run.is_over for evidence in of_scene for outcome in evidence.runs)


@st.fragment(run_every=LOOK_EVERY_SECONDS)
def _look_again(now: CurrentScene, waiting: tuple[str, ...]) -> None:
    """Rerun the page once the run of a left scene has ended."""
    if judge_left_scenes(now, current_view()) != waiting:
        rerun()


def _judge(now: CurrentScene, view: View, until: float) -> tuple[str, bool]:
    """Judge the open task and guess of a left scene by the runs of the scene.

    Return what became known, in words, and whether the task is done and the guess right.
    """
    words, is_good = [], True
    for item in _open_items(now):
        evidence = _evidence(now, view, item, until)
        if isinstance(item, Task):
            if evidence.runs:
                is_done = judge_left_task(item, now, view, evidence)
                words.append("The task is done." if is_done else "The run has ended, and the task is still open.")
                is_good &= is_done
        elif _is_for_keras(item) and evidence.start is None:  # the draft would answer, which may have changed since
            continue
        elif (compared := keep_result(item, _guess(item, now), evidence, now)) is not None:
            words.append(compared.words)
            is_good &= compared.is_right
    return " ".join(words), is_good


def _judged_here(now: CurrentScene) -> tuple[tuple[str, bool], ...]:
    """Return the sentences about left scenes that were judged in this scene, each with whether all was done and right."""
    deck, scene, said = st.session_state.get(JUDGED, ("", "", ()))
    return tuple(said) if (deck, scene) == (now.deck.name, now.scene.id) else ()


def _open_items(now: CurrentScene) -> tuple[Task | Prediction, ...]:
    """Return the tasks that wait for a run, and the guesses that wait for a run or for Keras.

    A trial with other seeds is begun in its own scene, and so waits for nothing.
    """
    tries = tries_by_item(now.deck, _answers(now))
    return tuple(
        part
        for part in now.scene.parts
        if isinstance(part, Task | Prediction) and not is_item_done(part, tries.get(part.id, ()))
        if (_waits_for_run(part) if isinstance(part, Task) else tries.get(part.id))
    )


def _waits_for_run(task: Task) -> bool:
    return not needs_trial(task) and any(CHECKS[call.name].subject == RUN for call in task.checks)


def _is_for_keras(item: Task | Prediction) -> bool:
    """Return whether Keras answers a guess without a run, which takes a while when Keras is still starting."""
    return isinstance(item, Prediction) and not PREDICTABLE_VALUES[item.predictable_value].needs_run


def _guess(prediction: Prediction, now: CurrentScene) -> Answer:
    return next(answer for answer in _answers(now) if (answer.item, answer.kind) == (prediction.id, PREDICTION))


def _answers(now: CurrentScene) -> tuple[Answer, ...]:
    return application().progress.answers(session.visitor(), now.deck.name, since=now.place.begun)


def _evidence(now: CurrentScene, view: View, item: Task | Prediction, until: float) -> Evidence:
    """Return the evidence of a scene without what came after the visitor had left."""
    evidence = gather_evidence(now, view, item)
    runs, of_deck = (
        tuple(outcome for outcome in several if outcome.run.created < until)
        for several in (evidence.runs, evidence.deck_runs or ())
    )
    activities = tuple(activity for activity in evidence.activities if activity.done < until)
    return replace(evidence, runs=runs, deck_runs=of_deck, activities=activities)
