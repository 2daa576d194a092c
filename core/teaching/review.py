"""The short review: three questions of earlier decks, asked when a visitor comes back on another day.

Retrieval that is spread over days helps to remember: Latimier, Peyre and Ramus, "A meta-analytic review of the benefit of
spacing out retrieval practice episodes on retention" (Educational Psychology Review, 2021), g = 0.74.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from core.teaching.deck import Deck, Question, Scene
from core.teaching.progress import QUESTION, REVIEW, Answer

HOUR, DAY = 3_600.0, 86_400.0  # seconds
NIGHT = 10 * HOUR  # answers that lie farther apart were given on two days
EARLY_SECONDS = 8 * HOUR  # a person may come so much earlier than at the same time of day
DAYS = (1, 3, 7, 21)  # days of waiting, by the number of right days in a row; a wrong answer begins again
MOST_AT_ONCE = 3


@dataclass(frozen=True)
class DueQuestion:
    """A question of an earlier deck that the review asks again."""

    deck: Deck
    scene: Scene  # the scene of the question
    question: Question
    was_wrong: bool  # whether the first answer on the last day with an answer was wrong
    answered: float  # the time of the last answer, in seconds since 1970


@dataclass(frozen=True)
class ReviewResult:
    """The answers of a visitor in a review."""

    answers: tuple[Answer, ...]  # the answers, the first answer first

    @property
    def right(self) -> int:
        """The number of right answers."""
        return sum(answer.share == 1.0 for answer in self.answers)


def due_questions(
    decks: Iterable[Deck], answers: Sequence[Answer], reviews: Sequence[Answer], now: float
) -> tuple[DueQuestion, ...]:
    """Return the questions that today's review still has to ask.

    Questions that were answered wrongly come first, then the questions that were answered longest ago. The review mixes
    questions of several decks.

    Parameters
    ----------
    decks
        All decks of the server.
    answers
        All answers of a visitor in decks, the first answer first. A question that they never answered does not come back.
    reviews
        Their answers in reviews, the first answer first.
    now
        The time, in seconds since 1970.
    """
    left = MOST_AT_ONCE - len(review_of_the_day(reviews, now).answers)
    tries = sorted((*answers, *reviews), key=lambda answer: answer.answered)
    due = [
        known
        for deck in decks
        for scene in deck.scenes
        for question in scene.parts
        if isinstance(question, Question) and (known := _due(deck, scene, question, tries, now)) is not None
    ]
    reviewed = {answer.deck for answer in review_of_the_day(reviews, now).answers}
    return _mixed(sorted(due, key=lambda known: (not known.was_wrong, known.answered)), reviewed)[: max(0, left)]


def review_of_the_day(reviews: Sequence[Answer], now: float) -> ReviewResult:
    """Return the answers of a visitor in today's review; see `due_questions` for the arguments."""
    return ReviewResult(tuple(answer for answer in reviews if now - answer.answered < DAY - EARLY_SECONDS))


def _mixed(due: Sequence[DueQuestion], reviewed: set[str]) -> tuple[DueQuestion, ...]:
    """Move a question of each deck that was not reviewed today to the front, so that a review covers several decks."""
    first: list[DueQuestion] = []
    rest: list[DueQuestion] = []
    seen = set(reviewed)
    for known in due:
        (rest if known.deck.name in seen else first).append(known)
        seen.add(known.deck.name)
    return (*first, *rest)


def _due(deck: Deck, scene: Scene, question: Question, tries: Sequence[Answer], now: float) -> DueQuestion | None:
    """Return a question if the review has to ask the question again now. Otherwise return None.

    A question whose options are all right is never asked again.
    """
    mine = [answer for answer in tries if (answer.deck, answer.item) == (deck.name, question.id)]
    mine = [answer for answer in mine if answer.kind in (QUESTION, REVIEW)]
    if not mine or all(option.is_right for option in question.options):
        return None
    days = _first_of_each_day(mine)
    in_a_row = next((number for number, answer in enumerate(reversed(days)) if answer.share != 1.0), len(days))
    wait = DAYS[min(max(in_a_row, 1), len(DAYS)) - 1] * DAY - EARLY_SECONDS
    last = mine[-1].answered
    return DueQuestion(deck, scene, question, in_a_row == 0, last) if last + wait <= now else None


def _first_of_each_day(tries: Sequence[Answer]) -> list[Answer]:
    """Return the first answer of each day, since the visitor has seen the reply before later answers."""
    return [tries[0], *(later for earlier, later in pairwise(tries) if later.answered - earlier.answered > NIGHT)]
