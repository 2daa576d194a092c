"""Room: a phone answers the question of a lecture."""

import pytest

from core.application import application
from core.teaching import library
from core.teaching.deck import Deck
from core.teaching.progress import QUESTION
from tests.pages.conftest import Open


@pytest.fixture
def deck() -> Deck:
    found = library.find_deck("lecture")
    assert found is not None
    return found


def number_of(deck: Deck, title: str) -> int:
    return [scene.title for scene in deck.scenes].index(title)


def test_a_phone_answers_and_sees_the_answer_once_it_is_shown(open_screen: Open, deck: Deck) -> None:
    application().progress.go_to("eve", deck.name, deck.scenes[number_of(deck, "How many numbers does one unit learn?")].id)
    rooms = application().rooms
    code = rooms.open("eve")
    screen = open_screen("room").put("room-code", code)
    assert screen.title == "How many numbers does one unit learn?"
    screen.press("room-option-unit-2")
    room = rooms.find(code)
    assert room is not None and rooms.counts(room, "unit", 0.0) == {"65": 1}
    assert "64 weights" not in screen.text("room")
    rooms.show("eve", deck.name, "unit")
    screen.run()
    assert "64 weights and a bias." in screen.text("room")
    assert screen.button("room-option-unit-0").disabled


@pytest.mark.parametrize(
    ("option", "words"),
    [
        (2, "**You are right.** In the room, **2 of 4** are right (50 %)."),
        (1, "**Your answer is not right.** In the room, **1 of 4** are right (25 %)."),
        (None, "In the room, **1 of 3** are right (33 %)."),
    ],
)
def test_a_phone_sees_its_answer_beside_those_of_the_room(
    open_screen: Open, deck: Deck, option: int | None, words: str
) -> None:
    application().progress.go_to("eve", deck.name, deck.scenes[number_of(deck, "How many numbers does one unit learn?")].id)
    rooms = application().rooms
    room = rooms.find(rooms.open("eve"))
    assert room is not None
    for visitor, value in (("bob", "64"), ("cleo", "65"), ("dan", "1")):
        rooms.answer(room, visitor, "unit", QUESTION, value)
    screen = open_screen("room").put("room-code", room.code)
    if option is not None:
        screen.press(f"room-option-unit-{option}")
    assert "In the room" not in screen.text("room"), "nobody sees it before the answer is shown"
    rooms.show("eve", deck.name, "unit")
    assert words in screen.run().text("room").splitlines()
    assert ":gray[1]" in screen.button("room-option-unit-0").label


def test_a_code_that_nobody_has_opens_no_room(open_screen: Open) -> None:
    screen = open_screen("room").put("room-code", "1234")
    assert "No lecture has this code now." in screen.text()
