"""The card on Learn after the last scene of a deck: the deck is passed, or some tasks and questions are still open."""

from collections.abc import Sequence

import streamlit as st

from core.application import application
from core.teaching import library
from core.teaching.deck import Deck
from core.teaching.deck_items import DeckItem, first_answers, has_tasks, open_items, open_items_text
from core.teaching.progress import Answer
from pages.shell import session
from pages.shell.messages import escape_markdown
from pages.teaching import current_scene

MOST_SHOWN = 5  # open items, each with its button
LONGEST_ITEM = 90  # characters of an item's words


def draw(answers: Sequence[Answer]) -> None:
    """Draw whether the deck that the visitor just finished is passed, or its open items.

    Draw nothing without such a deck.

    Parameters
    ----------
    answers
        All answers of the visitor.
    """
    deck = library.find_deck(st.session_state.get(current_scene.FINISHED, ""))
    if deck is None:
        return
    deck = application().assignments.version_of(session.visitor(), deck)
    still_open = open_items(deck, answers)
    with st.container(key="finished", gap="small"):
        if still_open:
            _still_open(deck, still_open)
        elif has_tasks(deck):
            st.success(f"You passed {_title(deck)} {_first_answers(deck, answers)}", icon=":material/check_circle:")
        else:
            st.info(f"You have seen {_title(deck)}", icon=":material/visibility:")
        _next_of(deck)


def _title(deck: Deck) -> str:
    return escape_markdown(deck.title) + ("" if deck.title.endswith("?") else ".")


def _still_open(deck: Deck, still_open: Sequence[DeckItem]) -> None:
    are = "is" if len(still_open) == 1 else "are"
    open_words = f"{open_items_text(still_open)} {are} still open."
    st.info(f"You have seen {_title(deck)} {open_words[0].upper()}{open_words[1:]}", icon=":material/visibility:")
    for item in still_open[:MOST_SHOWN]:
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.button(
                "Go there",
                key=f"open-item-{item.item.id}",
                icon=":material/arrow_forward:",
                help=f"Open the scene {escape_markdown(deck.scenes[item.number].title)}",
                on_click=current_scene.enter,
                args=(deck, item.number),
            )
            words = item.words if len(item.words) <= LONGEST_ITEM else f"{item.words[:LONGEST_ITEM].rstrip()} …"
            st.markdown(f"{item.name.capitalize()}: {words}")
    if len(still_open) > MOST_SHOWN:
        st.caption(f"And {len(still_open) - MOST_SHOWN} more.")


def _first_answers(deck: Deck, answers: Sequence[Answer]) -> str:
    """Say how many questions were right at the first answer. Return an empty string if the deck asks no questions."""
    right, total = first_answers(deck, answers)
    return f"{right} of {total} questions were right at the first answer." if total else ""


def _next_of(deck: Deck) -> None:
    """Draw the button that opens the next deck of the same kind."""
    several = library.decks(deck.kind)
    names = [known.name for known in several]
    if deck.name in names[:-1]:
        following = several[names.index(deck.name) + 1]
        st.button(
            f"Next: {escape_markdown(following.title)}",
            key="next-deck",
            icon=":material/arrow_forward:",
            on_click=current_scene.open_deck,
            args=(following.name,),
        )
