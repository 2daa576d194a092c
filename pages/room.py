"""The page Room, on which a phone answers a question of a lecture until the projector shows the right answer."""

import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import streamlit as st

from core.application import application
from core.number_text import percent
from core.teaching import library
from core.teaching.deck import Deck, Prediction, Question, Scene
from core.teaching.progress import PREDICTION, QUESTION
from core.teaching.rooms import Room, RoomScore, room_state, score_of
from pages.components.room_watch.room_watch import room_watch
from pages.frame import page_layout
from pages.shell import session
from pages.shell.messages import escape_markdown
from pages.teaching.purpose_card import purpose_card, room_drawing
from pages.teaching.room_answers import room_question

STYLE = Path(__file__).parent / "room.css"
CODE = "room-code"  # the key of the field


def code_of_room() -> str:
    """Return the code of the room in the address. Return an empty string if the address has no code."""
    return re.sub(r"\D", "", st.query_params.get("code", ""))[:8]


def keep_code() -> None:
    """Put the typed code into the address, so that the code stays after a reload."""
    st.query_params["code"] = re.sub(r"\D", "", str(st.session_state.get(CODE, "")))[:8]


def enter(code: str) -> None:
    """Draw the field for the code of a room, and a warning if no lecture has the code of the address."""
    sentence = "For your phone in a lecture: the projector shows a question and a code, and you answer here."
    with purpose_card(room_drawing(), "Answer in a lecture", sentence):
        with st.container(key="room-field", width=280, gap="small"):
            st.text_input(
                "The code on the projector, for example 4721",
                key=CODE,
                type="phone",  # a phone shows its digits
                icon="",
                placeholder="––––",  # four places
                autocomplete="off",
                max_chars=4,
                on_change=keep_code,
            )
            st.button("Join", key="room-join", type="primary", width="stretch", on_click=keep_code)
        if code:
            st.warning("No lecture has this code now. Type the code on the projector.", icon=":material/key:")
        st.caption("Nobody asks for your name: the projector shows only how many chose each answer.")
        st.page_link("learn.py", label="No lecture? Go to Learn", icon=":material/school:")


def room_scene(deck: Deck, room: Room) -> Scene | None:
    """Return the current scene of a room's lecture. Return None if the deck has no such scene."""
    return next((scene for scene in deck.scenes if scene.id == room.scene), None)


def ask(room: Room, part: Question | Prediction) -> None:
    """Draw a question with its options as buttons. The visitor may change the answer until the right answer is shown."""
    rooms, visitor = application().rooms, session.visitor()
    poll, is_shown = room_question(part), rooms.is_shown(room.visitor, room.deck, part.id, lecture_start_time(room))
    said = rooms.answer_of(room, visitor, part.id, lecture_start_time(room))
    counts = rooms.counts(room, part.id, lecture_start_time(room)) if is_shown else Counter[str]()
    st.title(escape_markdown(poll.ask))
    for number, option in enumerate(poll.options):
        is_right = is_shown and bool(poll.right) and poll.right[number]
        icon = ":material/check_circle:" if is_right else ":material/radio_button_checked:" if option == said else None
        st.button(
            f"{escape_markdown(option)} :gray[{counts[option]}]" if is_shown else escape_markdown(option),
            key=f"room-option-{part.id}-{number}{'-right' if is_right else ''}",
            width="stretch",
            icon=icon,
            type="primary" if option == said else "secondary",
            disabled=is_shown,
            on_click=keep,
            args=(room, part, option),
        )
    if is_shown:
        right = [option for option, is_right in zip(poll.options, poll.right, strict=True) if is_right]
        st.markdown(compare(said, right, score_of(counts, right)))
        st.markdown(poll.reply)
    elif said:
        st.markdown("Kept. You may still change your mind, until the answer is shown.")


def compare(said: str, right: Sequence[str], score: RoomScore) -> str:
    """Return a sentence on whether the visitor is right, and how many people in the room are right.

    Parameters
    ----------
    said
        The visitor's answer, or "" for no answer.
    right
        The options that are right.
    score
        The score of the room.
    """
    own = "" if not said else "**You are right.** " if said in right else "**Your answer is not right.** "
    if not score.answered:
        return f"{own}Nobody answered."
    return f"{own}In the room, **{score.right} of {score.answered}** are right ({percent(score.share)})."


def keep(room: Room, part: Question | Prediction, option: str) -> None:
    """Save the visitor's answer, unless the projector already shows the right answer."""
    rooms = application().rooms
    if not rooms.is_shown(room.visitor, room.deck, part.id, lecture_start_time(room)):
        kind = QUESTION if isinstance(part, Question) else PREDICTION
        rooms.answer(room, session.visitor(), part.id, kind, option)


def lecture_start_time(room: Room) -> float:
    """Return the time at which the lecture of a room began. Earlier answers belong to an earlier class."""
    return next((lecture.begun for lecture in application().progress.places(room.visitor) if lecture.deck == room.deck), 0.0)


def draw(room: Room) -> None:
    """Draw the questions of the lecture's current scene."""
    deck = library.find_deck(room.deck)
    scene = room_scene(deck, room) if deck is not None else None
    several = [part for part in scene.parts if isinstance(part, Question | Prediction)] if scene is not None else []
    if deck is not None and scene is not None and not several:
        st.title(escape_markdown(scene.title))
        st.markdown("Look at the projector. The next question comes here by itself.")
    for part in several:
        ask(room, part)
    st.caption(escape_markdown(deck.title) if deck is not None else "")


st.html(STYLE)
code = code_of_room()
room = application().rooms.find(code) if code else None
if room is None:
    enter(code)
else:
    with st.container(horizontal_alignment="center").container(key="room", width=480):
        draw(room)
if code:
    room_watch(code, room_state(application().rooms, code))
page_layout.draw_engine_footer()
