"""Questions of earlier decks that come back some days later.

Retrieval that is spread over days helps to remember: Latimier, Peyre and Ramus, "A meta-analytic review of the benefit of
spacing out retrieval practice episodes on retention" (Educational Psychology Review, 2021), g = 0.74.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from core.teaching.deck import Deck, Question
from core.teaching.progress import QUESTION, Answer

DAY = 86_400.0  # seconds
DAYS = (2, 7, 21)  # after the first, the second and each further right answer in a row; a wrong one begins again
MOST_AT_ONCE = 3


@dataclass(frozen=True)
class DueQuestion:
    """A question that comes back."""

    deck: Deck
    question: Question
    due: float  # since when, in seconds since 1970


def due_questions(decks: Iterable[Deck], answers: Sequence[Answer], now: float) -> tuple[DueQuestion, ...]:
    """The questions that come back now, those due for longest first; at most three.

    Parameters
    ----------
    decks
        All decks of the server.
    answers
        All tries of a visitor, the first one first. A question that they never answered does not come back.
    now
        The time, in seconds since 1970.
    """
    found = [
        DueQuestion(deck, question, due)
        for deck in decks
        for scene in deck.scenes
        for question in scene.parts
        if isinstance(question, Question) and (due := _due(deck, question, answers)) is not None and due <= now
    ]
    return tuple(sorted(found, key=lambda one: one.due)[:MOST_AT_ONCE])


def _due(deck: Deck, question: Question, answers: Sequence[Answer]) -> float | None:
    """When a question comes back; None where it was never answered."""
    tries = [one for one in answers if (one.deck, one.item, one.kind) == (deck.name, question.id, QUESTION)]
    if not tries:
        return None
    in_a_row = 0
    for one in reversed(tries):
        if one.share != 1.0:
            break
        in_a_row += 1
    return tries[-1].answered + DAYS[min(max(in_a_row, 1), len(DAYS)) - 1] * DAY
