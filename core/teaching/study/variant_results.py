"""What came of the variants of a lesson: the questions that all variants ask, and the gain of who was assigned each."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from core.teaching.class_overview import first_try
from core.teaching.deck import Deck, Question
from core.teaching.study.gain import ClassGain, Learners, Pair, class_gain


@dataclass(frozen=True)
class QuestionResult:
    """How a question was answered at the first try by those of one variant."""

    ask: str
    right: int
    answered: int


@dataclass(frozen=True)
class VariantResult:
    """What came of one variant of a deck."""

    variant: str
    learners: int  # who were assigned it and take part
    questions: tuple[QuestionResult, ...]  # those that every variant asks, in the order of the deck
    gain: ClassGain | None  # in the inventory; None for too few


def shared_questions(deck: Deck) -> tuple[Question, ...]:
    """The questions that every variant of a deck asks."""
    asked = [_questions(version) for version in deck.versions]
    return tuple(question for question in asked[0] if all(question in several for several in asked))


def _questions(deck: Deck) -> list[Question]:
    return [part for scene in deck.scenes for part in scene.parts if isinstance(part, Question)]


def variant_results(
    deck: Deck,
    assigned: Mapping[str, str],
    learners: Learners,
    pairs: Mapping[str, Pair],
    without: Collection[str] = (),
) -> tuple[VariantResult, ...]:
    """The results of each variant of a deck, in the order of the deck.

    Parameters
    ----------
    deck
        A deck with variants.
    assigned
        The variant of each visitor who opened it.
    learners
        All visitors with their places and tries.
    pairs
        Both forms of the inventory of those who handed in both, by visitor.
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
    return QuestionResult(question.ask, sum(one.share == 1.0 for one in tries), len(tries))
