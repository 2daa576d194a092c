"""Presenter: the window beside a lecture turns it, and stays what it is."""

import pytest

from core.application import application
from core.teaching import library
from core.teaching.deck import Deck
from core.teaching.progress import QUESTION
from tests.pages.conftest import Open
from tests.pages.screen import VISITOR


@pytest.fixture
def deck() -> Deck:
    found = library.find_deck("lecture")
    assert found is not None
    return found


def number_of(deck: Deck, title: str) -> int:
    return [scene.title for scene in deck.scenes].index(title)


def test_the_window_of_who_presents_turns_the_lecture_and_stays(open_screen: Open, deck: Deck) -> None:
    application().progress.go_to(VISITOR, deck.name, deck.scenes[0].id)
    screen = open_screen("presenter")
    assert "Page Down goes on" in screen.text("presenter-notes")
    assert f"Next: **{deck.scenes[1].title}**" in screen.text("presenter-next")
    screen.press(f"jump-{number_of(deck, 'Watch it learn')}")
    place = application().progress.open_place(VISITOR)
    assert place is not None and place.scene == "watch-it-learn"
    assert screen.title == "Watch it learn" and screen.has("presenter"), "the window stays what it is"
    run = application().history.newest(VISITOR)
    assert run is not None and run.state != "failed", "the scene trains, from whichever window it is opened"
    assert screen.component("presenter-clock")["passed"] == sum(
        scene.minutes for scene in deck.scenes[: number_of(deck, "Watch it learn")]
    )


def test_nobody_turns_the_lecture_of_somebody_else(open_screen: Open, deck: Deck) -> None:
    application().progress.go_to("eve", deck.name, deck.scenes[2].id)
    screen = open_screen("presenter")
    assert screen.title == "The presenter's window"
    assert [link.proto.url for link in screen.app.get("link_button")] == ["/learn"], "in a window beside this window"
    place = application().progress.open_place("eve")
    assert place is not None and place.scene == deck.scenes[2].id


def test_who_presents_sees_a_bar_for_each_option_and_which_is_right(open_screen: Open, deck: Deck) -> None:
    application().progress.go_to(
        VISITOR, deck.name, deck.scenes[number_of(deck, "How many numbers does one unit learn?")].id
    )
    rooms = application().rooms
    room = rooms.find(rooms.open(VISITOR))
    assert room is not None
    for visitor, value in (("bob", "64"), ("cleo", "65"), ("dan", "64"), ("eve", "1")):
        rooms.answer(room, visitor, "unit", QUESTION, value)
    bars = [(bar.text, bar.value) for bar in open_screen("presenter").app.get("progress")]
    assert bars == [("1: 1", 25), ("64: 2", 50), (":material/check_circle: 65: 1", 25), ("8,320: 0", 0)]
