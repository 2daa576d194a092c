"""Learn as a path: one button goes on, stations and badges say what was passed, and the rest opens at a press."""

import re
from xml.etree import ElementTree

import pytest
from streamlit.runtime.context import ContextProxy

from core.application import application
from core.lecturer_token import token
from core.teaching import library
from pages.shell.session import LECTURER_COOKIE
from pages.teaching import path_drawings
from tests.core.teaching.study.inventory_answers import passing
from tests.pages.conftest import Open
from tests.pages.screen import VISITOR, Screen

PASSED = ("lesson-01-keras", "lesson-02-pixels", "challenge-04-thrift")


def passed_some(open_screen: Open) -> Screen:
    for name in PASSED:
        for answer in passing(name):
            application().progress.answer(VISITOR, answer)
    deck = library.find_deck("lesson-03-sets")
    assert deck is not None
    application().progress.go_to(VISITOR, deck.name, deck.scenes[1].id)
    application().progress.leave(VISITOR)
    return open_screen("learn")


def primary_buttons(screen: Screen) -> list[str]:
    return [str(one.key) for one in screen.app.button if one.proto.type == "primary"]


def test_newcomer_has_one_primary_button_which_begins_the_first_lesson(open_screen: Open) -> None:
    screen = open_screen("learn")
    assert "Begin: 1 · A first network" in screen.text("continue")
    assert f"About {library.decks('lesson')[0].minutes} minutes." in screen.text("continue")
    assert primary_buttons(screen) == ["continue-deck"]
    screen.press("continue-deck")
    assert "1 · A first network · 1 of" in screen.text("scene-head")


def test_continue_leads_to_the_scene_where_the_visitor_was(open_screen: Open) -> None:
    screen = passed_some(open_screen)
    deck = library.find_deck("lesson-03-sets")
    assert deck is not None
    said = screen.text("continue")
    assert "Continue: 3 · Three sets" in said
    assert f"Scene 2 of {len(deck.scenes)}: {deck.scenes[1].title}" in said
    lessons = len(library.decks("lesson"))
    assert f'aria-label="2 of {lessons} lessons passed"' in screen.component("continue-ring-drawing")["svg"]
    screen.press("continue-deck")
    assert f"3 · Three sets · 2 of {len(deck.scenes)}" in screen.text("guide-head")


def test_only_what_was_passed_is_marked_as_passed(open_screen: Open) -> None:
    screen = passed_some(open_screen)
    states = {deck.name: screen.button(f"open-{deck.name}").label for deck in library.decks() if deck.kind != "inventory"}
    assert {name for name, label in states.items() if "passed" in label} == set(PASSED)
    assert states["challenge-04-thrift"] == "**5** At most 1,000 parameters :small[passed]"
    assert ":small[at 2 of" in states["lesson-03-sets"]
    assert screen.has("station-passed-lesson-01-keras") and screen.has("station-next-lesson-03-sets")
    assert screen.has("station-open-lesson-04-layers") and screen.has("badge-open-challenge-01-scaling")


def test_learn_says_what_one_can_do_now(open_screen: Open) -> None:
    assert not open_screen("learn").has("abilities")
    said = passed_some(open_screen).text("abilities")
    for name in PASSED:
        deck = library.find_deck(name)
        assert deck is not None and deck.can and f"- {deck.can} :small[{deck.title}]" in said
    assert said.count(":small[") == len(PASSED)


def test_who_passed_all_is_told_so_and_has_no_button_to_go_on(open_screen: Open) -> None:
    for deck in (*library.decks("lesson"), *library.decks("challenge")):
        for answer in passing(deck.name):
            application().progress.answer(VISITOR, answer)
    screen = open_screen("learn")
    assert "You passed every lesson and every challenge." in screen.text("continue")
    assert primary_buttons(screen) == []


def test_banner_opens_the_lecture_and_then_goes_on(open_screen: Open) -> None:
    screen = open_screen("learn")
    assert screen.button("open-lecture").label == "Open the lecture"
    assert screen.button("open-lab").label == "Open the lab"
    screen.press("open-lecture").press("guide-next")
    screen.press("guide-leave").go("learn")
    assert screen.button("open-lecture").label == "Continue the lecture"
    assert ", at 2 of" in screen.text("deck-lecture")


def test_lecturer_alone_presents_and_has_a_way_to_the_class(open_screen: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    screen = open_screen("learn")
    assert ways_on(screen) == []
    monkeypatch.setattr(ContextProxy, "cookies", {LECTURER_COOKIE: token()})
    screen.run()
    assert screen.button("open-lecture").label == "Present the lecture"
    assert ways_on(screen) == ["Classroom"]


def ways_on(screen: Screen) -> list[str]:
    """The labels of the links below the decks."""
    return [link.proto.label for link in screen.app.get_by_key("learn-more").get("page_link")]


def test_learn_has_few_words(open_screen: Open) -> None:
    assert len(re.findall(r"\w+", words_in_sight(open_screen("learn")))) <= 250


def words_in_sight(screen: Screen) -> str:
    """All words of Learn but those that open at a press."""
    folded = ("inventory", "own-decks", "own-progress")
    said = screen.text("learn")
    for key in folded:
        said = said.replace(screen.text(key), "")
    return said.replace(":small[", "[")


@pytest.mark.parametrize("deck", library.decks("lesson"), ids=lambda deck: deck.name)
def test_each_lesson_has_a_drawing_of_its_own(deck: object) -> None:
    drawn = {name: path_drawings.station(name, "1", is_passed=False, is_next=False) for name in path_drawings.STATIONS}
    assert deck.drawing in drawn
    assert list(drawn.values()).count(drawn[deck.drawing]) == 1


def test_station_without_a_drawing_shows_its_number() -> None:
    drawn = path_drawings.station("", "7", is_passed=False, is_next=True)
    assert ">7</text>" in drawn and "var(--press)" in drawn


def test_tick_stands_on_a_passed_station_alone() -> None:
    passed = path_drawings.station("loss", "6", is_passed=True, is_next=False)
    still_open = path_drawings.station("loss", "6", is_passed=False, is_next=False)
    assert len(ElementTree.fromstring(passed)) == len(ElementTree.fromstring(still_open)) + 2


@pytest.mark.parametrize("svg", [path_drawings.lecture(""), path_drawings.lecture("data:,"), path_drawings.lab()])
def test_drawings_of_banners_are_whole_and_decorative(svg: str) -> None:
    assert ElementTree.fromstring(svg).get("aria-hidden") == "true"


def test_ring_without_a_passed_lesson_has_no_arc() -> None:
    assert path_drawings.ring(0, 12).count("<circle") == 1
    assert path_drawings.ring(3, 12).count("<circle") == 2
