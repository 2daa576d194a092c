"""Questions that come back some days later: after longer and longer times, and anew after a wrong answer."""

import pytest

from core.teaching.progress import QUESTION, Answer
from core.teaching.review import DAY, due_questions
from tests.core.teaching.sample_deck import sample_deck


def tries(*days_and_shares: tuple[float, float]) -> list[Answer]:
    return [Answer("epochs", "epoch", QUESTION, "x", share, day * DAY) for day, share in days_and_shares]


@pytest.mark.parametrize(
    ("answers", "due"),
    [
        (tries((0, 1.0)), 2),
        (tries((0, 0.0)), 2),
        (tries((0, 1.0), (2, 1.0)), 9),
        (tries((0, 1.0), (2, 1.0), (9, 1.0)), 30),
        (tries((0, 1.0), (2, 1.0), (9, 1.0), (30, 1.0)), 51),
        (tries((0, 1.0), (2, 1.0), (9, 0.0)), 11),
    ],
)
def test_question_comes_back_after_longer_times(answers: list[Answer], due: int) -> None:
    assert due_questions([sample_deck()], answers, due * DAY - 1) == ()
    (one,) = due_questions([sample_deck()], answers, due * DAY)
    assert one.question.id == "epoch"


def test_question_that_was_never_answered_does_not_come_back() -> None:
    assert due_questions([sample_deck()], [], 100 * DAY) == ()
    other = [Answer("other", "epoch", QUESTION, "x", 1.0, 0.0)]
    assert due_questions([sample_deck()], other, 100 * DAY) == ()
