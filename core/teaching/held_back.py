"""The parts of pages that a deck holds back while a guess is open, since they would give the answer away."""

from collections.abc import Sequence

from core.teaching.deck import Deck, Prediction
from core.teaching.deck_items import is_item_done, tries_by_item
from core.teaching.progress import Answer
from core.teaching.scene_experiments import opening_scene_number


def held_back(deck: Deck, number: int, answers: Sequence[Answer]) -> frozenset[str]:
    """Return the parts of pages that a scene holds back, as names of `core.teaching.deck.HELD_BACK`.

    A guess holds parts back from the scene that opens its experiment to its own scene, until its result is known.

    Parameters
    ----------
    deck
        The deck in the visitor's variant.
    number
        The index of the scene, counted from 0.
    answers
        The visitor's answers since the visitor last began the deck.
    """
    tries, opened = tries_by_item(deck, answers), opening_scene_number(deck, number)
    return frozenset(
        name
        for later in range(number, len(deck.scenes))
        if opening_scene_number(deck, later) == opened
        for part in deck.scenes[later].parts
        if isinstance(part, Prediction) and not is_item_done(part, tries.get(part.id, ()))
        for name in part.hold_back
    )
