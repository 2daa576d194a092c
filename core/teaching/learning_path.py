"""The learning path: the chapters of the lessons, and the deck that a visitor should open next."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from core.teaching import library
from core.teaching.deck import CHALLENGE, INVENTORY, LESSON, Deck
from core.teaching.deck_items import has_passed, is_deck_finished
from core.teaching.progress import Answer, DeckPosition

NUMBERED = re.compile(r"(\d+) · (.+)")  # the title of a deck that has a number


@dataclass(frozen=True)
class NextDeck:
    """The deck that a visitor should open next."""

    deck: Deck
    number: int = 0  # the index of the visitor's scene, counted from 0
    is_begun: bool = False

    @property
    def minutes_left(self) -> int:
        """The minutes for the rest of the deck, if all scenes take equally long."""
        return math.ceil(self.deck.minutes * (1 - self.number / len(self.deck.scenes)))


def next_deck(places: Sequence[DeckPosition], answers: Sequence[Answer]) -> NextDeck | None:
    """Return the deck that a visitor should open next. If they passed all lessons and challenges, return None.

    A deck that was begun, but neither finished nor passed, comes first. Then comes the first lesson or challenge that was
    never opened, then the first that was finished but not passed.

    Parameters
    ----------
    places
        The visitor's positions in decks, the latest position first.
    answers
        All answers of the visitor.
    """
    for position in places:
        deck = library.find_deck(position.deck)
        if deck is None or deck.kind == INVENTORY:
            continue
        if not is_deck_finished(position) and not has_passed(deck, answers):
            return NextDeck(deck, scene_number(deck, position), is_begun=True)
    finished = {position.deck for position in places}
    missing = [deck for deck in (*library.decks(LESSON), *library.decks(CHALLENGE)) if not has_passed(deck, answers)]
    ordered = sorted(missing, key=lambda deck: deck.name in finished)  # a stable sort keeps the order of the path
    return NextDeck(ordered[0]) if ordered else None


def scene_number(deck: Deck, position: DeckPosition) -> int:
    """Return the index of the scene at which a visitor is in a deck, counted from 0.

    Return 0 if the deck no longer has this scene.
    """
    return next((number for number, scene in enumerate(deck.scenes) if scene.id == position.scene), 0)


def chapters(decks: Sequence[Deck]) -> tuple[tuple[str, tuple[Deck, ...]], ...]:
    """Group lessons by chapter, and return the name and the decks of each chapter in order."""
    return tuple((name, tuple(several)) for name, several in groupby(decks, lambda deck: deck.chapter))


def split_deck_title(deck: Deck) -> tuple[str, str]:
    """Return the number of a deck and the rest of its title, such as "3" and "Three sets".

    The number is an empty string if the title has no number.
    """
    match = NUMBERED.fullmatch(deck.title)
    return (match[1], match[2]) if match else ("", deck.title)


def passed_decks(answers: Sequence[Answer]) -> tuple[Deck, ...]:
    """Return the passed lessons and challenges whose field `can` names a learned ability, in the order of the path."""
    decks = (*library.decks(LESSON), *library.decks(CHALLENGE))
    return tuple(deck for deck in decks if deck.can and has_passed(deck, answers))


def state_words(deck: Deck, position: DeckPosition | None, answers: Sequence[Answer]) -> str:
    """Return the state of a visitor in a deck as a text: "passed", "seen" or "at 2 of 5".

    Return an empty string for a deck that was never opened.

    Parameters
    ----------
    deck
        The deck.
    position
        The visitor's position in the deck; None before the first visit.
    answers
        All answers of the visitor.
    """
    if has_passed(deck, answers):
        return "passed"
    if position is None:
        return ""
    return "seen" if is_deck_finished(position) else f"at {scene_number(deck, position) + 1} of {len(deck.scenes)}"
