"""Learn: the lecture, lessons, challenges and the lab; and the scene of a deck that takes place on no other page."""

from pathlib import Path

import streamlit as st

from core.application import application
from core.glossary.terms import DRAWINGS
from core.teaching import library
from core.teaching.deck import CHALLENGE, LAB, LECTURE, LESSON, Deck
from core.teaching.progress import Place
from pages.components.drawing.drawing import drawing
from pages.shell import page_layout, session
from pages.shell.messages import plain
from pages.shell.page_map import page_of
from pages.shell.view import current_view
from pages.teaching import current_scene, decks_of_ones_own, inventory_card, inventory_form, own_progress, review_card
from pages.teaching.current_scene import LEARN
from pages.teaching.guide import scene_parts, turn

SECTIONS = {
    LESSON: ("Lessons", "One idea each: guess, do, and see why."),
    CHALLENGE: ("Challenges", "A goal and no steps; hints where you want them."),
    LECTURE: ("The lecture", "The whole lecture, to present or to read. Page Down goes on."),
    LAB: ("The lab", "Seven exercises, checked as you go, with a page to hand in."),
}
STYLE = Path(__file__).parent / "learn.css"
CARD_WIDTH = 304  # pixels: three side by side on a small projector, four on a large one


def scene(now: current_scene.Current) -> None:
    """Draw the scene that takes place here, in large letters."""
    with st.container(key="scene", border=True):
        with st.container(key="scene-head", horizontal=True, vertical_alignment="center", gap="small"):
            with st.container(width="stretch", gap=None):
                st.title(plain(now.scene.title))
                st.caption(f"{plain(now.deck.title)} · {now.number + 1} of {len(now.deck.scenes)}")
            turn(now)
            st.button("Leave", key="scene-leave", type="tertiary", icon=":material/close:", on_click=current_scene.leave)
        scene_parts(now, current_view())


def section(kind: str, places: dict[str, Place]) -> None:
    """Draw all decks of a kind as cards."""
    decks = library.decks(kind)
    if not decks:
        return
    title, sentence = SECTIONS[kind]
    done = sum(deck.name in places and places[deck.name].finished is not None for deck in decks)
    with st.container(key=f"decks-{kind}", gap="small"):
        st.header(title)
        st.caption(f"{sentence} {done} of {len(decks)} done." if len(decks) > 1 else sentence)
        with st.container(horizontal=True, gap="small"):
            for deck in decks:
                card(deck, places.get(deck.name))


def card(deck: Deck, place: Place | None) -> None:
    """Draw a deck: what it is about, how long it takes, how far the visitor came, and the button that opens it."""
    with st.container(key=f"deck-{deck.name}", border=True, width=CARD_WIDTH, height="stretch", gap="small"):
        if (draw := DRAWINGS.get(deck.drawing)) is not None:
            drawing(draw(), key=f"drawing-{deck.name}")
        st.markdown(f"**{plain(deck.title)}**")
        st.markdown(plain(deck.sentence))
        with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
            st.caption(f"{deck.minutes} minutes · {_state(deck, place)}", width="content")
            is_begun = place is not None and place.finished is None
            st.button(
                "Continue" if is_begun else "Again" if place is not None else "Begin",
                key=f"open-{deck.name}",
                icon=":material/play_arrow:",
                help=f"Open {deck.title}",
                on_click=current_scene.open_deck,
                args=(deck.name,),
            )


def _state(deck: Deck, place: Place | None) -> str:
    if place is None:
        return "new"
    if place.finished is not None:
        return ":material/check_circle: done"
    number = next((number for number, one in enumerate(deck.scenes, 1) if one.id == place.scene), 1)
    return f"at {number} of {len(deck.scenes)}"


places = {place.deck: place for place in application().progress.places(session.visitor())}
now = current_scene.current_scene()
if now is not None and now.page == LEARN:
    scene(now)
elif (form := inventory_form.current()) is not None:
    inventory_form.draw(form)
else:
    page_layout.heading("Learn", page_of(LEARN).sentence, code=False)
    st.html(STYLE)
    if (finished := st.session_state.pop("finished_deck", None)) and (deck := library.find(finished)):
        end = "" if deck.title.endswith("?") else "."
        st.success(f"You finished {plain(deck.title)}{end}", icon=":material/check_circle:")
    review_card.draw()
    inventory_card.draw()
    for kind in SECTIONS:
        section(kind, places)
    decks_of_ones_own.draw()
    own_progress.draw()
    st.page_link("classroom.py", label="Class: for who presents", icon=":material/group:")
page_layout.engine_foot()
