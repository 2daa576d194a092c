"""The page Learn: the decks of lessons, lecture, lab and challenges.

Scenes without a page of their own are drawn here too.
"""

from collections.abc import Mapping

import streamlit as st

from core.application import application
from core.teaching import library
from core.teaching.deck import LAB, LECTURE
from core.teaching.learning_path import next_deck
from core.teaching.progress import Answer, DeckPosition
from pages.frame import page_layout
from pages.shell import session
from pages.shell.messages import escape_markdown
from pages.shell.page_data import current_view
from pages.shell.page_map import LEARN
from pages.teaching import (
    current_scene,
    finish_card,
    inventory_card,
    inventory_form,
    lecture_scene,
    own_progress,
    review_card,
    uploaded_decks,
)
from pages.teaching.continue_card import continue_card
from pages.teaching.deck_banner import banner
from pages.teaching.deck_path import abilities, challenges, path
from pages.teaching.guide import scene_parts, turn
from pages.teaching.shows import draw_show


def scene(now: current_scene.CurrentScene) -> None:
    """Draw the current scene of a deck on this page, in large letters.

    A scene with an interactive view fills the page beside the guide.
    """
    if now.scene.show is not None:
        draw_show(now.scene.show, now, current_view())
        return
    with st.container(key="card-scene", border=True):
        with st.container(key="scene-head", horizontal=True, vertical_alignment="center", gap="small"):
            with st.container(width="stretch", gap=None):
                st.title(escape_markdown(now.scene.title))
                st.caption(current_scene.scene_place(now))
            turn(now)
            st.button(
                "Leave", key="scene-leave", type="tertiary", icon=":material/close:", on_click=current_scene.close_deck
            )
        scene_parts(now, current_view())


def overview(places: Mapping[str, DeckPosition], answers: tuple[Answer, ...]) -> None:
    """Draw all decks and the inventory, with the visitor's progress.

    Parameters
    ----------
    places
        The visitor's positions in decks, by the names of the decks, the latest first.
    answers
        All answers of the visitor.
    """
    following = next_deck(tuple(places.values()), answers)
    st.title("Learn")
    inventory_card.handed_in()
    finish_card.draw(answers)
    review_card.draw()
    continue_card(following, answers)
    with st.container(key="learn-banners"):
        for column, kind in zip(st.columns(2), (LECTURE, LAB), strict=True):
            with column, st.container(key=f"decks-{kind}", height="stretch"):
                for deck in library.decks(kind):
                    banner(deck, places.get(deck.name), answers)
    path(places, answers, following)
    challenges(places, answers)
    abilities(answers)
    more()


def more() -> None:
    """Draw the buttons below the decks: inventory, uploaded decks, own progress and, for the lecturer, Classroom."""
    with st.container(key="learn-more", horizontal=True, gap="small"):
        inventory_card.draw()
        uploaded_decks.draw()
        own_progress.draw()
        if session.is_lecturer():
            st.page_link("classroom.py", label="Classroom", icon=":material/group:")


places = {place.deck: place for place in application().progress.places(session.visitor())}
answers = application().progress.answers(session.visitor())
now = current_scene.current_scene()
if now is not None and now.page == LEARN:
    if not lecture_scene.is_presented(now, LEARN):
        scene(now)
elif (form := inventory_form.current()) is not None:
    inventory_form.draw(form)
else:
    with st.container(key="learn"):
        overview(places, answers)
if now is None or now.page != LEARN or now.scene.show is None:  # a view fills the window, and says why it waits
    page_layout.draw_engine_footer()
