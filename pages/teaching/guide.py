"""The guide: a card on every page while a deck is open, with the current scene, its tasks and their checks."""

from pathlib import Path

import streamlit as st

from core.application import application
from core.teaching.deck import (
    CHALLENGE,
    LAB,
    LECTURE,
    Curves,
    Editor,
    Mark,
    Notes,
    Picture,
    Prediction,
    Question,
    Recorded,
    Result,
    Show,
    Task,
    Words,
)
from core.teaching.deck_items import items_to_do, open_items
from core.teaching.scene_experiments import opening_scene_number
from pages.frame import code_editor
from pages.shell import session
from pages.shell.messages import escape_markdown
from pages.shell.page_data import View, current_title, current_view
from pages.shell.page_map import LEARN, page_of
from pages.shell.streamlit_patches import rerun
from pages.teaching import current_scene, lecture_scene
from pages.teaching.current_scene import CurrentScene
from pages.teaching.hand_in_card import draw_hand_in
from pages.teaching.left_scenes import draw_left_scenes, is_run_awaited, judge_left_scenes
from pages.teaching.marks import draw_mark
from pages.teaching.predictions import draw_guess
from pages.teaching.questions import draw_question
from pages.teaching.recorded_cards import draw_curves, draw_recorded
from pages.teaching.show_goals import draw_goals
from pages.teaching.tasks import draw_restart_button, draw_task, draw_task_line, save_passed_trials

STYLE = Path(__file__).with_name("guide.css")
IN_SIGHT = Path(__file__).with_name("guide_in_sight.css")
COLUMN = Path(__file__).with_name("guide_column.css")
SHEET = Path(__file__).with_name("guide_sheet.css")  # on a phone
SHOW = Path(__file__).with_name("guide_show.css")  # for a scene with an interactive view beside the guide
DRAWN = Words | Prediction | Task | Question | Mark | Show | Recorded | Curves | Picture | Result | Editor
LEFT_WAIT = "left_scenes_wait"  # key of the titles of the scenes that were left while their runs trained
FOLDED, NOTED = "guide_folded", "noted_page"  # keys of the scene with the folded guide, and of the last page noted


def guide(view: View, page: str, now: CurrentScene | None) -> None:
    """Draw the guide of the open deck. Draw nothing if no deck is open or the page itself shows the scene.

    Parameters
    ----------
    view
        The view of this script run.
    page
        The file of the page on the screen.
    now
        The scene of the open deck, or None if no deck is open.
    """
    st.session_state[session.DECK_OPEN] = now.deck.name if now is not None else ""
    st.session_state[session.OPEN_TASK] = "", ""
    st.session_state[session.PAGE_LEADS] = now is None  # until the tasks of the scene are known
    st.session_state[session.TRIAL_LEADS] = False
    st.session_state[session.COACH_WAITS] = _item_that_coach_would_answer(now) if now is not None else ""
    if now is None:
        return
    st.html(STYLE)
    _note_page(now, page)
    st.session_state.pop(session.GUIDE_IS_OLD, None)
    st.session_state[LEFT_WAIT] = judge_left_scenes(now, view)
    if lecture_scene.is_presented(now, page):
        lecture_scene.draw(now, view)
        return
    if now.deck.kind == LECTURE:
        lecture_scene.listen_to_keys()
    if page == LEARN and now.page == LEARN and now.scene.show is None:
        return
    st.html(IN_SIGHT)
    st.html(SHEET)
    if now.scene.show is not None:
        st.html(SHOW)
    if not _is_folded(now):
        st.html(COLUMN)
    with st.container(key="guide", gap="small"):
        _head(now, page)
        if _is_folded(now):
            for task in (part for part in now.scene.parts if isinstance(part, Task)):
                draw_task_line(task, now, view)
        else:
            key = "guide-body-large" if now.deck.kind == LECTURE else "guide-body"
            with st.container(key=key, horizontal=True, gap="medium"):
                scene_parts(now, view)
        _foot(now, page)


def _item_that_coach_would_answer(now: CurrentScene) -> str:
    """Return the open item of the deck whose answer the coach would give away, such as "mark in scene 2", or ""."""
    still_open = open_items(now.deck, application().progress.answers(session.visitor(), now.deck.name))
    kind = Task if now.deck.kind == CHALLENGE else Mark
    return next((f"{entry.name} in scene {entry.number + 1}" for entry in still_open if isinstance(entry.item, kind)), "")


def _note_page(now: CurrentScene, page: str) -> None:
    """Record that the visitor opened a page, once in each scene."""
    seen = now.deck.name, now.scene.id, page
    if st.session_state.get(NOTED) != seen:
        st.session_state[NOTED] = seen
        session.note_activity("page", page)


def scene_parts(now: CurrentScene, view: View) -> None:
    """Draw the parts of a scene, such as words, tasks and questions, in the order of the deck.

    Results of earlier scenes stand above them.
    """
    draw_left_scenes(now, st.session_state.get(LEFT_WAIT, ()))
    for number, part in enumerate(part for part in now.scene.parts if isinstance(part, DRAWN)):
        with st.container(key=f"part-{number}", gap="small"):
            match part:
                case Words():
                    st.markdown(part.markdown)
                case Prediction():
                    draw_guess(part, now, view)
                case Task():
                    draw_task(part, now, view)
                case Question():
                    draw_question(part, now)
                case Mark():
                    draw_mark(part, now, view)
                case Recorded():
                    draw_recorded(part, now)
                case Curves():
                    draw_curves(part, now)
                case Show() | Picture() | Result() | Editor():
                    _draw_shown(part, now, view)
    if now.is_last and now.deck.kind == LAB:
        draw_hand_in(now)


def _draw_shown(part: Show | Picture | Result | Editor, now: CurrentScene, view: View) -> None:
    """Draw a part of a scene: the goals of a view, a picture, a guess with its result, or the draft's code to edit."""
    match part:
        case Show():
            draw_goals(part, now)
        case Picture():
            lecture_scene.draw_picture(part, now, view)
        case Result():
            draw_guess(lecture_scene.guess_before(part, now)[1], now, view)
        case Editor() if current_title() == page_of(now.page).title:  # a column is too narrow for code
            code_editor.draw(view.draft, "scene", part.lines)


def _head(now: CurrentScene, page: str) -> None:
    """Draw the title of the scene, its number in the deck, and the button that folds the guide."""
    with st.container(key="guide-head", horizontal=True, vertical_alignment="center", gap="small"):
        with st.container(width="stretch", gap=None):
            where = f":small[{current_scene.scene_place(now)}]"
            if now.scene.show is not None and now.page == page:  # the scene is the page
                st.caption(where)
                st.title(escape_markdown(now.scene.title))
            else:
                st.markdown(f"**{escape_markdown(now.scene.title)}** {where}")
        is_folded = _is_folded(now)
        st.button(
            "Unfold" if is_folded else "Fold",
            key="guide-fold",
            type="tertiary",
            icon=":material/unfold_more:" if is_folded else ":material/unfold_less:",
            on_click=_fold,
            args=(now,),
        )


def _foot(now: CurrentScene, page: str) -> None:
    """Draw the link to the scene's page, and the buttons that turn the scenes.

    The unfolded guide also has the buttons that restart the scene and leave the deck.
    """
    with st.container(key="guide-foot", horizontal=True, vertical_alignment="center", gap="small"):
        if now.page != page:
            st.page_link(now.page, label=f"Go to {page_of(now.page).title}", icon=":material/arrow_outward:")
        turn(now)
        if _is_folded(now):
            return
        if opening_scene_number(now.deck, now.number) is not None and now.deck.kind != LECTURE:
            draw_restart_button(now, "head")
        st.button("Leave", key="guide-leave", type="tertiary", icon=":material/close:", on_click=current_scene.close_deck)


def turn(now: CurrentScene) -> None:
    """Draw the buttons Back and Next. Next is the primary button once the visitor has done everything in the scene."""
    if now.deck.kind == LECTURE:
        lecture_scene.turn(now)
        return
    to_do = items_to_do(now.scene, current_scene.scene_answers(now))
    is_task_open = any(isinstance(item, Task) for item in to_do)
    st.session_state[session.PAGE_LEADS] = is_task_open and not st.session_state[session.TRIAL_LEADS]
    if notes := [part.markdown for part in now.scene.parts if isinstance(part, Notes)]:
        with st.popover("Notes", icon=":material/speaker_notes:", key="guide-notes"):
            st.markdown("\n\n".join(notes))
    st.button(
        "Back",
        key="guide-back",
        icon=":material/arrow_back:",
        disabled=now.number == 0,
        help="This is the first scene." if now.number == 0 else None,
        on_click=current_scene.enter,
        args=(now.deck, max(now.number - 1, 0)),
    )
    last = now.is_last
    waits = _why_finish_waits(now) if last else ""
    st.button(
        "Finish" if last else "Next",
        key="guide-next",
        type="secondary" if to_do else "primary",
        icon=":material/check:" if last else ":material/arrow_forward:",
        disabled=bool(waits),
        help=f"{waits} Wait for them, or stop them." if waits else None,
        on_click=current_scene.finish if last else current_scene.enter,
        args=(now.deck,) if last else (now.deck, now.number + 1),
    )
    if waits:
        st.caption(f"{waits} Finish waits for them.")
        _wait_for_runs(now)


def _why_finish_waits(now: CurrentScene) -> str:
    """Return why the deck cannot be finished yet: a run still trains whose result counts for a task or a guess."""
    view = current_view()
    if save_passed_trials(now, view):
        return "Runs with other seeds still train."
    return "Runs of this deck still train." if is_run_awaited(now, view) or judge_left_scenes(now, view) else ""


@st.fragment(run_every=2.0)
def _wait_for_runs(now: CurrentScene) -> None:
    """Rerun the page once no run trains whose result counts for the deck."""
    if not _why_finish_waits(now):
        rerun()


def _is_folded(now: CurrentScene) -> bool:
    """Return whether the visitor has folded the guide in this scene. The next scene starts unfolded."""
    return st.session_state.get(FOLDED) == (now.deck.name, now.scene.id)


def _fold(now: CurrentScene) -> None:
    st.session_state[FOLDED] = None if _is_folded(now) else (now.deck.name, now.scene.id)
