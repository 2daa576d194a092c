"""The card at the top of Learn that tells the visitor where to continue."""

from collections.abc import Sequence

import streamlit as st

from core.glossary.terms import DRAWINGS
from core.number_text import quantity
from core.teaching import library
from core.teaching.deck import LESSON
from core.teaching.deck_items import has_passed
from core.teaching.learning_path import NextDeck
from core.teaching.progress import Answer
from pages.components.drawing.drawing import drawing
from pages.shell import session
from pages.shell.messages import escape_markdown
from pages.teaching import current_scene
from pages.teaching.path_drawings import ring


def continue_card(following: NextDeck | None, answers: Sequence[Answer]) -> None:
    """Draw how many lessons the visitor has passed, and the button that opens the next deck.

    Parameters
    ----------
    following
        The deck with which the visitor goes on, or None if all is passed.
    answers
        All answers of the visitor.
    """
    lessons = library.decks(LESSON)
    with st.container(key="continue", horizontal=True, vertical_alignment="center", gap="large"):
        with st.container(key="continue-ring", width=140):
            drawing(ring(sum(has_passed(deck, answers) for deck in lessons), len(lessons)), key="continue-ring-drawing")
            st.caption("lessons passed", text_alignment="center")
        with st.container(key="continue-words", width="stretch", gap="small"):
            if following is None:
                st.header("All passed")
                st.markdown("You passed every lesson and every challenge.")
            else:
                _next(following, is_first=following.deck == lessons[0] and not answers)
        if following is not None and (draw := DRAWINGS.get(following.deck.drawing)) is not None:
            with st.container(key="continue-picture", width=400):
                drawing(draw(), key="continue-drawing")


def _next(following: NextDeck, *, is_first: bool) -> None:
    deck, verb = following.deck, "Continue" if following.is_begun else "Begin"
    minutes = quantity(following.minutes_left, "minute").replace(" ", "\u00a0")
    st.header(f"{'New here? ' if is_first else ''}{verb}: {escape_markdown(deck.title)}", anchor=False)
    if following.is_begun:
        scene = deck.scenes[following.number]
        st.markdown(
            f"Scene {following.number + 1} of {len(deck.scenes)}: {escape_markdown(scene.title)} About\u00a0{minutes}."
        )
    else:
        st.markdown(f"{escape_markdown(deck.sentence)} About\u00a0{minutes}.")
    st.button(
        verb,
        key="continue-deck",
        type="primary" if session.may_have_primary_button() else "secondary",
        icon=":material/arrow_forward:",
        icon_position="right",
        help=f"Open {escape_markdown(deck.title)}",
        on_click=current_scene.open_deck,
        args=(deck.name,),
    )
