"""The lessons as stations along a path, and the challenges as badges."""

from collections.abc import Mapping, Sequence

import streamlit as st

from core.teaching import library
from core.teaching.deck import CHALLENGE, LESSON, Deck
from core.teaching.deck_items import has_passed
from core.teaching.learning_path import NextDeck, chapters, passed_decks, split_deck_title, state_words
from core.teaching.progress import Answer, DeckPosition
from pages.components.drawing.drawing import drawing
from pages.shell.messages import escape_markdown
from pages.teaching import current_scene
from pages.teaching.path_drawings import station

Places = Mapping[str, DeckPosition]  # by the names of decks


def path(places: Places, answers: Sequence[Answer], following: NextDeck | None) -> None:
    """Draw the path of lessons, grouped by chapters, with a station for each lesson.

    Parameters
    ----------
    places, answers
        The visitor's progress in decks, and their answers.
    following
        The next deck of the visitor, which is marked.
    """
    several = chapters(library.decks(LESSON))
    if not several:
        return
    with st.container(key=f"decks-{LESSON}", gap="small"):
        _head(LESSON, "The path", answers)
        with st.container(key="stations"):
            columns = st.columns([len(decks) for _, decks in several], gap="small")
            for number, (column, (name, decks)) in enumerate(zip(columns, several, strict=True), 1):
                is_last = number == len(several)
                with column, st.container(key=f"chapter-{'last' if is_last else number}"):
                    if name:
                        st.subheader(escape_markdown(name), anchor=False)
                    with st.container(key=f"stops-{number}", horizontal=True, gap=None):
                        for deck in decks:
                            _station(deck, places.get(deck.name), answers, following)


def _station(deck: Deck, progress: DeckPosition | None, answers: Sequence[Answer], following: NextDeck | None) -> None:
    is_passed, is_next = has_passed(deck, answers), following is not None and following.deck.name == deck.name
    state = "passed" if is_passed else "next" if is_next else "open"
    drawn = station(deck.drawing, split_deck_title(deck)[0], is_passed=is_passed, is_next=is_next)
    with (
        st.container(key=f"deck-{deck.name}"),
        st.container(key=f"station-{state}-{deck.name}", horizontal_alignment="center", gap=None),
    ):
        drawing(drawn, key=f"drawing-{deck.name}")
        _opener(deck, state_words(deck, progress, answers))


def challenges(places: Places, answers: Sequence[Answer]) -> None:
    """Draw the challenges as a list, each with a drawing, its minutes or the visitor's progress."""
    decks = library.decks(CHALLENGE)
    if not decks:
        return
    with st.container(key=f"decks-{CHALLENGE}", gap="small"):
        _head(CHALLENGE, "Challenges", answers, " A goal, and no steps.")
        with st.container(key="badges"):
            for deck in decks:
                words = state_words(deck, places.get(deck.name), answers)
                state = "passed" if words == "passed" else "open"
                drawn = station(deck.drawing, split_deck_title(deck)[0], is_passed=words == "passed", is_next=False)
                with (
                    st.container(key=f"deck-{deck.name}"),
                    st.container(
                        key=f"badge-{state}-{deck.name}", horizontal=True, vertical_alignment="center", gap="small"
                    ),
                ):
                    drawing(drawn, key=f"drawing-{deck.name}")
                    _opener(deck, words)


def abilities(answers: Sequence[Answer]) -> None:
    """Draw the list of the visitor's abilities, with a sentence for each passed lesson and challenge."""
    decks = passed_decks(answers)
    if not decks:
        return
    with st.container(key="abilities", gap="small"):
        st.header("You can", anchor=False)
        lines = "\n".join(f"- {escape_markdown(deck.can)} :small[{escape_markdown(deck.title)}]" for deck in decks)
        with st.container(key="abilities-list"):
            st.markdown(lines)


def _head(kind: str, title: str, answers: Sequence[Answer], more: str = "") -> None:
    decks = library.decks(kind)
    with st.container(key=f"head-{kind}", horizontal=True, gap="small"):
        st.header(title, anchor=False, width="content")
        st.caption(f"{sum(has_passed(deck, answers) for deck in decks)} of {len(decks)} passed.{more}", width="content")


def _opener(deck: Deck, state: str) -> None:
    """Draw the button that opens a deck: its number, its name and the visitor's progress."""
    number, name = split_deck_title(deck)
    label = f"**{number}** {escape_markdown(name)}" if number else escape_markdown(name)
    st.button(
        f"{label} :small[{state}]" if state else label,
        key=f"open-{deck.name}",
        type="tertiary",
        help=f"{escape_markdown(deck.sentence)} {deck.minutes} minutes.",
        on_click=current_scene.open_deck,
        args=(deck.name,),
    )
