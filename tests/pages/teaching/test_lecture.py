"""A lecture on a projector: scenes that fill the screen, what the room says, and the window of who presents."""

import re

import pytest

from core.application import application
from core.runs import manager
from core.teaching import library
from core.teaching.deck import Deck, Question, Words
from core.teaching.progress import QUESTION
from pages.teaching import lecture_scene
from tests.pages.conftest import DIGITS, Open
from tests.pages.fake_workers import ScriptedWorkers
from tests.pages.real_keras import Training
from tests.pages.screen import VISITOR, Screen
from tests.server import PROJECT

MOST_WORDS = 40  # of a scene that a hall reads
SMALLEST_LETTERS = 20  # pixels on a projector of 1280 x 720, for the foot of a scene


@pytest.fixture
def deck() -> Deck:
    found = library.find_deck("lecture")
    assert found is not None
    return found


def number_of(deck: Deck, title: str) -> int:
    return [scene.title for scene in deck.scenes].index(title)


def screen_text(screen: Screen) -> str:
    return screen.text("lecture-way-in")


def go_to(deck: Deck, title: str) -> None:
    application().progress.go_to(VISITOR, deck.name, deck.scenes[number_of(deck, title)].id)


def test_scenes_hold_few_words_and_their_minutes_are_those_of_the_lecture(deck: Deck) -> None:
    assert sum(scene.minutes for scene in deck.scenes) == deck.minutes == 45
    for scene in deck.scenes:
        words = [part.markdown.partition("```")[0] for part in scene.parts if isinstance(part, Words)]
        assert len(" ".join(words).split()) <= MOST_WORDS, scene.title


def letter_sizes(sheet: str) -> dict[str, int]:
    """The letters of a style sheet on a projector of 1280 x 720, in pixels, by their selectors."""
    projector, _, _narrow = re.sub(r"/\*.*?\*/", "", sheet, flags=re.DOTALL).partition("@media")
    variables = {f"var({name})": size for name, size in re.findall(r"(--[\w-]+): (calc\(\d+ \* var\(--u\)\));", projector)}
    sizes = re.findall(r"([^{}]+)\{[^{}]*?font-size: ([^;!]+?)(?: !important)?;", projector)
    grows = re.compile(r"calc\((\d+) \* var\(--u\)\)")
    return {" ".join(selector.split()): int(grows.fullmatch(variables.get(size, size))[1]) for selector, size in sizes}


def test_letters_of_a_scene_are_as_large_as_the_documentation_says() -> None:
    sheet = lecture_scene.STYLE.read_text(encoding="utf-8")
    words = " ".join((PROJECT / "docs" / "decks.md").read_text(encoding="utf-8").split())
    promised = re.search(r"(\d+) pixels high on a projector of 1280 × 720; words have (\d+), and answers (\d+)\.", words)
    assert promised is not None and promised.groups() == ("56", "28", "30")
    assert "--u: min(100vw / 1280, 100vh / 720);" in sheet
    sizes = letter_sizes(sheet)
    answers = '.st-key-lecture-asked [class*="st-key-asked-"] button p'
    shown = [sizes[selector] for selector in (".st-key-lecture-head h1", ".st-key-lecture-head :is(p, li)", answers)]
    assert shown == [56, 28, 30]
    assert min(sizes.values()) >= SMALLEST_LETTERS


def test_a_scene_fills_the_screen(open_screen: Open, deck: Deck) -> None:
    screen = open_screen("learn").press("open-lecture")
    assert screen.title == deck.scenes[0].title
    assert not screen.has("rail") and not screen.has("line")
    assert f"1 of {len(deck.scenes)}" in screen.text("lecture-foot")
    assert screen.press("guide-next").title == deck.scenes[1].title
    assert screen.press("guide-back").title == deck.scenes[0].title


def test_the_answer_comes_before_the_next_scene(open_screen: Open, deck: Deck) -> None:
    go_to(deck, "How many numbers does one unit learn?")
    screen = open_screen("learn")
    assert screen.button("guide-next").label == "Show the answer"
    assert not screen.has_button("asked-unit-2-right") and "64 weights" not in screen.text("lecture-asked")
    screen.press("guide-next")
    assert screen.has_button("asked-unit-2-right") and screen.has_button("asked-unit-0-wrong")
    assert "64 weights and a bias." in screen.text("lecture-asked")
    assert screen.press("guide-next").title == "How wrong is an answer?"


@pytest.mark.usefixtures("open_to_all")
def test_answers_of_phones_are_counted_without_right_or_wrong(open_screen: Open, deck: Deck) -> None:
    go_to(deck, "How many numbers does one unit learn?")
    rooms = application().rooms
    room = rooms.find(rooms.open(VISITOR))
    assert room is not None
    for visitor, value in (("bob", "64"), ("cleo", "65"), ("dan", "64")):
        rooms.answer(room, visitor, "unit", QUESTION, value)
        rooms.be_here(room.code, visitor)
    screen = open_screen("learn")
    assert "3 of 3" in screen.text("asked-head")
    assert screen.button("asked-unit-1").label == "64 :gray[2]"
    assert f"10.1.2.3:8501/room · {room.code}" in screen.text("asked-way-in")
    assert screen.has("asked-code"), "the QR code"


@pytest.mark.usefixtures("open_to_all")
def test_a_scene_lets_all_phones_in_before_the_first_question(open_screen: Open, deck: Deck) -> None:
    go_to(deck, "Answer with your phone")
    code = application().rooms.open(VISITOR)
    assert screen_text(open_screen("learn")) == f"**10.1.2.3:8501/room** · code **{code}**"


def test_a_server_for_its_own_machine_says_how_phones_come_in(open_screen: Open, deck: Deck) -> None:
    go_to(deck, "Answer with your phone")
    code = application().rooms.open(VISITOR)
    words = screen_text(screen := open_screen("learn"))
    assert (
        "this server answers to its own machine only" in words
        and f"On this machine: **localhost:8501/room** · code **{code}**" in words
    )
    assert "streamlit run dashboard.py --server.address 0.0.0.0" in words
    go_to(deck, "How many numbers does one unit learn?")
    words = screen.run().text("asked-way-in")
    assert "started with `--server.address 0.0.0.0`" in words and f"localhost:8501/room · {code}" in words
    assert not screen.has("asked-code")


def test_the_stage_shows_a_run_of_the_lecture(open_screen: Open, deck: Deck) -> None:
    go_to(deck, "Guess before it learns")
    screen = open_screen("learn").press("guide-next")
    assert screen.has("stage") and screen.has("lecture-foot"), "not Train: the scene says where its run is watched"


def test_questions_of_the_lecture_have_one_right_option(deck: Deck) -> None:
    for question in (part for scene in deck.scenes for part in scene.parts if isinstance(part, Question)):
        assert sum(option.is_right for option in question.options) == 1, question.id


def test_the_test_set_is_what_its_scene_begins_with(
    open_screen: Open, deck: Deck, installed: manager.Runs, workers: ScriptedWorkers, training: Training
) -> None:
    number = number_of(deck, "Open the test set")
    application().progress.go_to(VISITOR, deck.name, deck.scenes[number].id)  # seen before, as in the other window
    application().progress.go_to(VISITOR, deck.name, deck.scenes[number - 1].id)
    training.whole(installed, workers, VISITOR, DIGITS)
    screen = open_screen("learn", DIGITS).press("guide-next").press("guide-next")  # the answer comes first
    assert screen.title == "Open the test set"
    assert screen.has("card-test-set-sealed") and not screen.has("marks-validation")
