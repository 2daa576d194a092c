"""The results of each variant of a lesson: the first answers to questions that all variants ask, and the gain."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from core.teaching.class_overview import first_try
from core.teaching.deck import Deck, Question
from core.teaching.study.gain import ClassGain, Learners, Pair, class_gain


@dataclass(frozen=True)
class QuestionResult:
    """The number of right first answers to a question, from the visitors of a variant."""

    ask: str
    right: int
    answered: int


@dataclass(frozen=True)
class VariantResult:
    """The results of all visitors with a variant of a deck."""

    variant: str
    learners: int  # the number of learners with this variant who take part
    questions: tuple[QuestionResult, ...]  # the questions that every variant asks, in the order of the deck
    gain: ClassGain | None  # the gain in the inventory; None for too few learners


def shared_questions(deck: Deck) -> tuple[Question, ...]:
    """Return the questions that every variant of a deck asks."""
    questions = [_questions(version) for version in deck.versions]
    return tuple(question for question in questions[0] if all(question in several for several in questions))


def _questions(deck: Deck) -> list[Question]:
    return [part for scene in deck.scenes for part in scene.parts if isinstance(part, Question)]


def variant_results(
    deck: Deck,
    assigned: Mapping[str, str],
    learners: Learners,
    pairs: Mapping[str, Pair],
    without: Collection[str] = (),
) -> tuple[VariantResult, ...]:
    """Return the results of each variant of a deck, in the order of the deck.

    Parameters
    ----------
    deck
        A deck with variants.
    assigned
        The variant of each visitor who opened the deck.
    learners
        All visitors with their positions in decks and their answers.
    pairs
        Both forms of the inventory for each visitor who handed in both.
    without
        Visitors who do not take part.
    """
    results = []
    for variant in deck.variants:
        mine = [visitor for visitor, value in assigned.items() if value == variant and visitor not in without]
        questions = tuple(_result(deck, question, learners, mine) for question in shared_questions(deck))
        gain = class_gain([pairs[visitor] for visitor in mine if visitor in pairs])
        results.append(VariantResult(variant, len(mine), questions, gain))
    return tuple(results)


def _result(deck: Deck, question: Question, learners: Learners, visitors: Iterable[str]) -> QuestionResult:
    several = (learners[visitor][2] for visitor in visitors if visitor in learners)
    tries = [answer for answers in several if (answer := first_try(answers, deck, question))]
    return QuestionResult(question.ask, sum(answer.share == 1.0 for answer in tries), len(tries))
