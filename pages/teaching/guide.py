"""The guide: a card on every page while a deck is open. It says where one is, what to do, and what the checks see now."""

from pathlib import Path

import streamlit as st

from core.teaching.deck import LAB, LECTURE, Mark, Notes, Prediction, Question, Recorded, Task, Words
from pages.shell import session
from pages.shell.messages import plain
from pages.shell.page_map import page_of
from pages.shell.view import View
from pages.teaching import current_scene
from pages.teaching.current_scene import LEARN, Current
from pages.teaching.hand_in_card import draw_hand_in
from pages.teaching.marks import draw_mark
from pages.teaching.predictions import draw_prediction
from pages.teaching.questions import draw_question
from pages.teaching.recorded_card import draw_recorded
from pages.teaching.tasks import draw_task

STYLE = Path(__file__).parent / "guide.css"
FOLDED, NOTED = "guide_folded", "noted_page"
NEXT_KEY, BACK_KEY = "PageDown", "PageUp"  # of a lecture: the keys of a presenter's remote control


def guide(view: View, page: str) -> None:
    """Draw the card of the deck that is open; nothing where none is, or where the page itself is the scene.

    Parameters
    ----------
    view
        The view of this script run.
    page
        The file of the page on the screen.
    """
    now = current_scene.current_scene()
    st.session_state[session.DECK_OPEN] = now.deck.name if now is not None else ""
    if now is None:
        return
    st.html(STYLE)
    _note_page(now, page)
    st.session_state.pop(session.GUIDE_IS_OLD, None)
    if page == LEARN and now.page == LEARN:
        return
    with st.container(key="guide", gap="small"):
        _head(now, page)
        if not st.session_state.get(FOLDED):
            key = "guide-body-large" if now.deck.kind == LECTURE else "guide-body"
            with st.container(key=key, horizontal=True, gap="medium"):
                scene_parts(now, view)


def _note_page(now: Current, page: str) -> None:
    """Note a page once for each scene, not at every script run."""
    seen = now.deck.name, now.scene.id, page
    if st.session_state.get(NOTED) != seen:
        st.session_state[NOTED] = seen
        session.note("page", page)


def scene_parts(now: Current, view: View) -> None:
    """Draw the words of a scene, and what is asked there, in the order of the deck."""
    for number, part in enumerate(
        part for part in now.scene.parts if isinstance(part, Words | Prediction | Task | Question | Mark | Recorded)
    ):
        with st.container(key=f"part-{number}", gap="small"):
            match part:
                case Words():
                    st.markdown(part.markdown)
                case Prediction():
                    draw_prediction(part, now, view)
                case Task():
                    draw_task(part, now, view)
                case Question():
                    draw_question(part, now)
                case Mark():
                    draw_mark(part, now, view)
                case Recorded():
                    draw_recorded(part, now)
    if now.is_last and now.deck.kind == LAB:
        draw_hand_in(now)


def _head(now: Current, page: str) -> None:
    """The title, the way to the page of the scene, and the buttons that turn the pages."""
    total = len(now.deck.scenes)
    with st.container(key="guide-head", horizontal=True, vertical_alignment="center", gap="small"):
        with st.container(width="stretch", gap=None):
            where = f":small[{plain(now.deck.title)} · {now.number + 1} of {total}]"
            st.markdown(f"**{plain(now.scene.title)}** {where}")
        if now.page != page:
            st.page_link(now.page, label=f"Go to {page_of(now.page).title}", icon=":material/arrow_outward:")
        turn(now)
        is_folded = bool(st.session_state.get(FOLDED))
        st.button(
            "Unfold" if is_folded else "Fold",
            key="guide-fold",
            type="tertiary",
            icon=":material/unfold_more:" if is_folded else ":material/unfold_less:",
            on_click=_fold,
        )
        st.button("Leave", key="guide-leave", type="tertiary", icon=":material/close:", on_click=current_scene.leave)


def turn(now: Current) -> None:
    """Draw the buttons to the scene before and the next one; in a lecture they have the keys of a remote control."""
    is_lecture = now.deck.kind == LECTURE
    if notes := [part.markdown for part in now.scene.parts if isinstance(part, Notes)]:
        with st.popover("Notes", icon=":material/speaker_notes:", key="guide-notes"):
            st.markdown("\n\n".join(notes))
    st.button(
        "Back",
        key="guide-back",
        icon=":material/arrow_back:",
        disabled=now.number == 0,
        help="This is the first scene." if now.number == 0 else None,
        shortcut=BACK_KEY if is_lecture else None,
        on_click=current_scene.enter,
        args=(now.deck, max(now.number - 1, 0)),
    )
    last = now.is_last
    st.button(
        "Finish" if last else "Next",
        key="guide-next",
        type="primary",
        icon=":material/check:" if last else ":material/arrow_forward:",
        shortcut=NEXT_KEY if is_lecture else None,
        on_click=current_scene.finish if last else current_scene.enter,
        args=(now.deck,) if last else (now.deck, now.number + 1),
    )


def _fold() -> None:
    st.session_state[FOLDED] = not st.session_state.get(FOLDED)
