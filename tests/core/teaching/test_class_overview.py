"""What who teaches sees of a class: how far everybody came, where they are stuck, and the commonest wrong answers."""

import csv
import io
import time
from dataclasses import replace
from pathlib import Path

import pytest

from core.runs.schema import ANSWERS, PLACES, open_file
from core.teaching import class_overview as overview
from core.teaching import library
from core.teaching.deck import LESSON, Deck
from core.teaching.progress import HINT, PREDICTION, QUESTION, TASK, Answer, DeckPosition, Learner, Progress
from tests.core.teaching.sample_deck import sample_deck

NOW = 10_000.0


@pytest.fixture
def deck() -> Deck:
    return sample_deck()


def answer(item: str, kind: str, value: str, share: float | None, at: float = NOW - 500) -> Answer:
    return Answer("epochs", item, kind, value, share, at)


def place(scene: str, seen: float, finished: float | None = None) -> DeckPosition:
    return DeckPosition("epochs", scene, NOW - 1_000, seen, finished is None, finished)


def test_standing_counts_tasks_hints_and_first_answers(deck: Deck) -> None:
    tries = (
        answer("epoch", QUESTION, "One batch", 0.0, at=NOW - 2_000),  # before they began again
        answer("epoch", QUESTION, "All images once", 1.0),
        answer("ten", HINT, "", None),
        answer("ten", TASK, "10 epochs", 1.0),
    )
    (one,) = overview.deck_progress({"secret": (Learner("Ada"), (place("do", NOW),), tries)}, [deck])
    assert (one.who, one.deck, one.scene, one.number, one.scenes) == ("Ada", "Epochs", "Do", 2, 2)
    assert (one.tasks_done, one.tasks, one.hints) == (1, 1, 1)
    assert (one.right_first, one.right, one.answered, one.questions) == (0, 1, 1, 1), "the very first answer counts"
    assert (one.is_seen, one.is_passed) == (False, True)


def test_who_turned_all_pages_has_seen_the_deck_and_not_passed_it(deck: Deck) -> None:
    (one,) = overview.deck_progress({"secret": (Learner("Ada"), (place("do", NOW, finished=NOW),), ())}, [deck])
    assert (one.is_seen, one.is_passed, one.tasks_done, one.tasks) == (True, False, 0, 1)
    names, row = csv.reader(io.StringIO(overview.as_csv([one])))
    assert dict(zip(names, row, strict=True)) | {"seen to the end": "yes", "passed": "no"} == dict(
        zip(names, row, strict=True)
    )


def test_deck_that_was_begun_again_is_not_seen_to_its_end(deck: Deck) -> None:
    again = replace(place("think", NOW, finished=NOW - 2_000), begun=NOW - 1_000, is_open=True)
    (one,) = overview.deck_progress({"secret": (Learner("Ada"), (again,), ())}, [deck])
    assert not one.is_seen


def test_who_only_opened_the_first_scene_is_not_stuck(deck: Deck) -> None:
    learners = {"a": (Learner("Ada"), (place("think", NOW - overview.STUCK_SECONDS),), ())}
    assert overview.stuck_scenes(overview.deck_progress(learners, [deck]), NOW) == ()
    learners["a"] = (*learners["a"][:2], (answer("epoch", QUESTION, "One batch", 0.0),))
    (one,) = overview.stuck_scenes(overview.deck_progress(learners, [deck]), NOW)
    assert (one.scene, one.who) == ("Think", ("Ada",))


def test_visitor_without_a_nickname_is_numbered_and_never_named(deck: Deck) -> None:
    learners = {"secret-1": (Learner("Ada"), (), ()), "secret-2": (Learner(), (place("think", NOW),), ())}
    (one,) = overview.deck_progress(learners, [deck])
    assert one.who == "No nickname (2)"
    assert "secret" not in overview.as_csv([one])


def test_stuck_are_those_who_stay_and_have_not_left(deck: Deck) -> None:
    learners = {
        "a": (Learner("Ada"), (place("do", NOW - overview.STUCK_SECONDS),), ()),
        "b": (Learner("Bob"), (place("do", NOW - 10),), ()),
        "c": (Learner("Cid"), (place("do", NOW - overview.LEAVES_SECONDS),), ()),
        "d": (Learner("Dan"), (place("do", NOW - overview.STUCK_SECONDS, finished=NOW),), ()),
    }
    (one,) = overview.stuck_scenes(overview.deck_progress(learners, [deck]), NOW)
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
    several = overview.deck_progress(learners, [replace(deck, title="@Epochs")])
    names, row = csv.reader(io.StringIO(overview.as_csv(several)))
    assert tuple(names) == overview.CSV_COLUMNS
    assert row[:5] == ["'=1+1", "'@Epochs", "2", "2", "no"]


@pytest.mark.deep
def test_class_of_a_thousand_is_read_again_in_a_moment(tmp_path: Path) -> None:
    decks, progress = library.decks(), Progress(open_file(tmp_path / "runs.sqlite"))
    lesson = next(deck for deck in decks if deck.kind == LESSON)
    rows = [
        {"visitor": f"visitor-{number}", "deck": lesson.name, "item": f"item-{item}", "kind": QUESTION, "value": "one"}
        | {"share": 0.0, "answered": NOW}
        for number in range(1_000)
        for item in range(20)
    ]
    place = {"deck": lesson.name, "scene": lesson.scenes[0].id, "begun": 0.0, "seen": NOW, "is_open": True}
    with progress._engine.begin() as connection:
        connection.execute(ANSWERS.insert(), rows)
        connection.execute(PLACES.insert(), [{"visitor": f"visitor-{number}", **place} for number in range(1_000)])

    def look() -> None:
        for number in range(20):  # as many answer in five seconds
            progress.answer(f"visitor-{number}", Answer(lesson.name, "item-0", QUESTION, "two", 1.0, 0.0))
        began = time.thread_time()
        learners = progress.learners()
        several = overview.deck_progress(learners, decks)
        assert len(overview.stuck_scenes(several, NOW + 300)[0].who) == 1_000
        overview.wrong_answers(learners, decks)
        taken.append(time.thread_time() - began)

    taken: list[float] = []
    for _ in range(4):
        look()
    assert min(taken) < 0.1, taken
