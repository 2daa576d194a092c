"""What who teaches sees of a class: how far everybody came, where they are stuck, and the commonest wrong answers."""

import csv
import io
from dataclasses import replace

import pytest

from core.teaching import class_overview as overview
from core.teaching.deck import Deck
from core.teaching.progress import HINT, PREDICTION, QUESTION, TASK, Answer, Learner, Place
from tests.core.teaching.sample_deck import sample_deck

NOW = 10_000.0


@pytest.fixture
def deck() -> Deck:
    return sample_deck()


def answer(item: str, kind: str, value: str, share: float | None, at: float = NOW - 500) -> Answer:
    return Answer("epochs", item, kind, value, share, at)


def place(scene: str, seen: float, finished: float | None = None) -> Place:
    return Place("epochs", scene, NOW - 1_000, seen, finished is None, finished)


def test_standing_counts_tasks_hints_and_questions_as_they_are_at_last(deck: Deck) -> None:
    tries = (
        answer("epoch", QUESTION, "One batch", 0.0),
        answer("epoch", QUESTION, "All images once", 1.0),
        answer("ten", HINT, "", None),
        answer("ten", TASK, "10 epochs", 1.0),
        answer("epoch", QUESTION, "One batch", 0.0, at=NOW - 2_000),  # before they began again
    )
    (one,) = overview.standings({"secret": (Learner("Ada"), (place("do", NOW),), tries)}, [deck])
    assert (one.who, one.deck, one.scene, one.number, one.scenes) == ("Ada", "Epochs", "Do", 2, 2)
    assert (one.tasks_done, one.hints, one.right, one.questions, one.is_finished) == (1, 1, 1, 1, False)


def test_visitor_without_a_nickname_is_numbered_and_never_named(deck: Deck) -> None:
    learners = {"secret-1": (Learner("Ada"), (), ()), "secret-2": (Learner(), (place("think", NOW),), ())}
    (one,) = overview.standings(learners, [deck])
    assert one.who == "Visitor 2"
    assert "secret" not in overview.as_csv([one])


def test_stuck_are_those_who_stay_and_have_not_left(deck: Deck) -> None:
    learners = {
        "a": (Learner("Ada"), (place("do", NOW - overview.STUCK_SECONDS),), ()),
        "b": (Learner("Bob"), (place("do", NOW - 10),), ()),
        "c": (Learner("Cid"), (place("do", NOW - overview.LEAVES),), ()),
        "d": (Learner("Dan"), (place("do", NOW - overview.STUCK_SECONDS, finished=NOW),), ()),
    }
    (one,) = overview.stuck(overview.standings(learners, [deck]), NOW)
    assert (one.scene, one.who) == ("Do", ("Ada",))


def test_commonest_wrong_answer_counts_first_tries(deck: Deck) -> None:
    texts = ("One batch", "One batch", "One image", "All images once")
    learners = {
        str(number): (Learner(), (), (answer("epoch", QUESTION, text, float(text.startswith("All"))),))
        for number, text in enumerate(texts)
    }
    learners["again"] = (Learner(), (), (answer("epoch", QUESTION, "One batch", 0.0), answer("epoch", QUESTION, "All", 1.0)))
    (one,) = overview.wrong_answers(learners, [deck])
    assert (one.ask, one.answer, one.count, one.answered) == ("What is an epoch?", "One batch", 3, 5)


def test_hit_rate_leaves_out_guesses_that_are_not_judged() -> None:
    guesses = [answer("a", PREDICTION, "x", share) for share in (1.0, 0.0, None, 1.0)]
    assert overview.hit_rate([*guesses, answer("epoch", QUESTION, "x", 1.0)]) == (2, 3)


def test_csv_has_a_row_for_each_and_nothing_that_a_spreadsheet_computes(deck: Deck) -> None:
    learners = {"a": (Learner("=1+1"), (place("do", NOW),), ())}
    several = overview.standings(learners, [replace(deck, title="@Epochs")])
    names, row = csv.reader(io.StringIO(overview.as_csv(several)))
    assert tuple(names) == overview.CSV_COLUMNS
    assert row[:5] == ["'=1+1", "'@Epochs", "2", "2", "no"]
