"""The short review: three questions on another day, wrong ones first, of several decks, after longer and longer times."""

from dataclasses import replace

import pytest

from core.teaching.deck import Deck, Question
from core.teaching.progress import QUESTION, REVIEW, Answer
from core.teaching.review import DAY, EARLY_SECONDS, HOUR, due_questions, review_of_the_day
from tests.core.teaching.sample_deck import sample_deck

Try = tuple[float, float]  # the day, and how right it was


def tries(*days_and_shares: Try, deck: str = "epochs", kind: str = QUESTION) -> list[Answer]:
    return [Answer(deck, "epoch", kind, "x", share, day * DAY) for day, share in days_and_shares]


def named(*names: str) -> list[Deck]:
    """The sample deck under several names."""
    return [replace(sample_deck(), name=name) for name in names]


@pytest.mark.parametrize(
    ("answers", "due"),
    [
        (tries((0, 1.0)), 1),
        (tries((0, 0.0)), 1),
        (tries((0, 0.0), (0.001, 1.0)), 1.001),
        (tries((0, 1.0), (1, 1.0)), 4),
        (tries((0, 1.0), (1, 1.0), (4, 1.0)), 11),
        (tries((0, 1.0), (1, 1.0), (4, 1.0), (11, 1.0)), 32),
        (tries((0, 1.0), (1, 1.0), (4, 1.0), (11, 1.0), (32, 1.0)), 53),
        (tries((0, 1.0), (1, 1.0), (4, 0.0)), 5),
        (tries((0, 1.0), (1, 1.0), (4, 0.0), (4.001, 1.0)), 5.001),
    ],
)
def test_question_comes_back_after_longer_times(answers: list[Answer], due: float) -> None:
    assert due_questions([sample_deck()], answers, [], due * DAY - EARLY_SECONDS - 1) == ()
    (known,) = due_questions([sample_deck()], answers, [], due * DAY - EARLY_SECONDS + 1)
    assert known.question.id == "epoch"
    assert known.scene.title == "Think"


def test_question_that_was_right_only_at_the_second_try_counts_as_wrong() -> None:
    (known,) = due_questions([sample_deck()], tries((0, 0.0), (0.001, 1.0)), [], 2 * DAY)
    assert known.was_wrong
    (known,) = due_questions([sample_deck()], tries((0, 1.0), (0.001, 0.0)), [], 2 * DAY)
    assert not known.was_wrong


def test_wrong_questions_come_first_and_then_the_oldest() -> None:
    decks = named("a", "b", "c", "d", "e")
    answers = [
        *tries((0, 1.0), deck="a"),
        *tries((1, 1.0), deck="b"),
        *tries((2, 0.0), deck="c"),
        *tries((1.5, 0.0), deck="d"),
        *tries((0.5, 1.0), deck="e"),
    ]
    assert [known.deck.name for known in due_questions(decks, answers, [], 5 * DAY)] == ["d", "c", "a"]


def test_review_is_mixed_over_decks() -> None:
    scene = sample_deck().scenes[0]
    (question,) = (part for part in scene.parts if isinstance(part, Question))
    both = replace(scene, parts=(question, replace(question, id="again")))
    decks = [replace(sample_deck(), name="a", scenes=(both,)), *named("b")]
    answers = [Answer("a", name, QUESTION, "x", 0.0, 0.0) for name in ("epoch", "again")] + tries((0, 1.0), deck="b")
    due = due_questions(decks, answers, [], 3 * DAY)
    assert [(known.deck.name, known.question.id) for known in due] == [("a", "epoch"), ("b", "epoch"), ("a", "again")]


def test_review_of_a_day_ends_after_three_questions() -> None:
    decks = named(*"abcde")
    answers = [answer for deck in decks for answer in tries((0, 0.0), deck=deck.name)]
    reviews: list[Answer] = []
    for name in "abc":
        due = due_questions(decks, answers, reviews, DAY)
        assert due[0].deck.name == name and len(due) == 3 - len(reviews)
        reviews += tries((1, float(name != "b")), deck=name, kind=REVIEW)
    assert due_questions(decks, answers, reviews, DAY + HOUR) == ()
    result = review_of_the_day(reviews, DAY + HOUR)
    assert (result.right, len(result.answers)) == (2, 3)
    following = due_questions(decks, answers, reviews, 2 * DAY)
    assert [known.deck.name for known in following] == ["d", "e", "b"], "a and c were right, and rest"
    assert review_of_the_day(reviews, 2 * DAY).answers == ()


def test_question_that_was_never_answered_does_not_come_back() -> None:
    assert due_questions([sample_deck()], [], [], 100 * DAY) == ()
    other = [Answer("other", "epoch", QUESTION, "x", 1.0, 0.0)]
    assert due_questions([sample_deck()], other, [], 100 * DAY) == ()


def test_question_without_a_wrong_option_does_not_come_back() -> None:
    deck = sample_deck()
    scene = deck.scenes[0]
    (question,) = (part for part in scene.parts if isinstance(part, Question))
    verdict = replace(question, options=tuple(replace(option, is_right=True) for option in question.options))
    changed = replace(deck, scenes=(replace(scene, parts=(verdict,)), *deck.scenes[1:]))
    assert due_questions([changed], tries((0, 1.0)), [], 100 * DAY) == ()
