"""The path through the lessons: where a visitor goes on, and what is said of a deck."""

import pytest

from core.teaching import library
from core.teaching.deck import LESSON
from core.teaching.learning_path import chapters, next_deck, passed_decks, split_deck_title, state_words
from core.teaching.progress import DeckPosition
from tests.core.teaching.study.inventory_answers import passing

LESSONS = library.decks(LESSON)
CHALLENGES = library.decks("challenge")


def place(name: str, scene: int = 0, *, finished: float | None = None) -> DeckPosition:
    deck = library.find_deck(name)
    assert deck is not None
    return DeckPosition(name, deck.scenes[scene].id, 1.0, 2.0, False, finished)


def test_newcomer_begins_with_the_first_lesson() -> None:
    following = next_deck((), ())
    assert following is not None
    assert (following.deck, following.number, following.is_begun) == (LESSONS[0], 0, False)
    assert following.minutes_left == LESSONS[0].minutes


def test_deck_that_is_begun_goes_on_at_its_scene_with_the_minutes_that_are_left() -> None:
    following = next_deck((place("lab", 3), place("lesson-01-keras", 1)), ())
    assert following is not None and following.is_begun
    assert (following.deck.name, following.number) == ("lab", 3)
    share = 1 - 3 / len(following.deck.scenes)
    assert 0 <= following.minutes_left - following.deck.minutes * share < 1


def test_begun_deck_that_is_passed_already_does_not_come_again() -> None:
    begun = (place(CHALLENGES[0].name), place(LESSONS[1].name))
    following = next_deck(begun, passing(CHALLENGES[0].name))
    assert following is not None and (following.deck, following.is_begun) == (LESSONS[1], True)


def test_finished_lesson_is_left_out_until_all_others_are_finished() -> None:
    seen = tuple(place(deck.name, finished=3.0) for deck in (LESSONS[0], LESSONS[2]))
    following = next_deck(seen, ())
    assert following is not None and following.deck == LESSONS[1]
    everything = tuple(place(deck.name, finished=3.0) for deck in (*LESSONS, *CHALLENGES))
    again = next_deck(everything, passing(LESSONS[0].name))
    assert again is not None and again.deck == LESSONS[1], "the first one that was not passed"


def test_challenges_come_after_the_lessons_and_then_nothing() -> None:
    lessons = tuple(answer for deck in LESSONS for answer in passing(deck.name))
    following = next_deck((), lessons)
    assert following is not None and following.deck == CHALLENGES[0]
    assert next_deck((), (*lessons, *(answer for deck in CHALLENGES for answer in passing(deck.name)))) is None


def test_deck_that_is_gone_and_a_form_of_the_inventory_lead_nowhere() -> None:
    gone = DeckPosition("deck-00000000000000000000", "welcome", 1.0, 2.0, True, None)
    following = next_deck((gone, place("inventory-a")), ())
    assert following is not None and following.deck == LESSONS[0]


def test_scene_that_is_gone_leads_to_the_first_one() -> None:
    following = next_deck((DeckPosition("lab", "no-such-scene", 1.0, 2.0, True, None),), ())
    assert following is not None and following.number == 0


def test_chapters_hold_all_lessons_in_their_order() -> None:
    several = chapters(LESSONS)
    assert [name for name, _ in several] == ["Getting started", "A network", "Learning", "Going deeper"]
    assert [len(decks) for _, decks in several][:3] == [3, 2, 4]
    assert tuple(deck for _, decks in several for deck in decks) == LESSONS


def test_passed_decks_come_in_the_order_of_the_path() -> None:
    names = ("challenge-04-thrift", "lesson-06-loss", "lesson-02-pixels")
    answers = tuple(answer for name in names for answer in passing(name))
    assert [deck.name for deck in passed_decks(answers)] == ["lesson-02-pixels", "lesson-06-loss", "challenge-04-thrift"]
    assert passed_decks(answers[:-1]) == passed_decks(answers)[1:]
    assert passed_decks(()) == ()


def test_number_stands_apart_from_the_name() -> None:
    assert split_deck_title(LESSONS[2]) == ("3", "Three sets")
    lecture = library.find_deck("lecture")
    assert lecture is not None and split_deck_title(lecture) == ("", lecture.title)


@pytest.mark.parametrize(
    ("where", "words"),
    [
        (None, ""),
        (place("lesson-03-sets", 1), f"at 2 of {len(LESSONS[2].scenes)}"),
        (place("lesson-03-sets", 1, finished=0.5), f"at 2 of {len(LESSONS[2].scenes)}"),  # begun again since
        (place("lesson-03-sets", 1, finished=3.0), "seen"),
    ],
)
def test_state_says_how_far_the_visitor_came(where: DeckPosition | None, words: str) -> None:
    assert state_words(LESSONS[2], where, ()) == words
    assert state_words(LESSONS[2], where, passing(LESSONS[2].name)) == "passed"
