"""Whoever turns the pages of a deck, clicks its options, or runs what is not its experiment passes nothing of it."""

from collections.abc import Iterator

import pytest

from core.application import application
from core.runs import manager
from core.teaching import hand_in, library
from core.teaching.checks.check import EXPERIMENT
from core.teaching.checks.task_checks import CHECKS
from core.teaching.class_overview import deck_progress
from core.teaching.deck import INVENTORY, LECTURE, Deck, Prediction, Question, Scene, Task
from core.teaching.deck_files.deck_experiments import apply_deck_change
from core.teaching.deck_items import has_passed, items_of
from pages.shell import session
from pages.teaching.predictions import options_of
from pages.teaching.room_answers import room_question
from tests.deep_cases import deep_except
from tests.pages.conftest import Open
from tests.pages.fake_workers import ScriptedWorkers
from tests.pages.real_keras import Training
from tests.pages.screen import VISITOR, Screen

DECKS = [deck.name for deck in library.decks() if deck.kind != INVENTORY]
QUICK = ("lecture", "lesson-11-convolution", "challenge-03-counting")
DONE = "Done. Go on when you like."
PERFECT = {"validation": {"loss": 0.01, "accuracy": 1.0}, "test": {"loss": 0.01, "accuracy": 1.0}}


def shipped(name: str) -> Deck:
    deck = library.find_deck(name)
    assert deck is not None, library.unreadable_decks()
    return application().assignments.version_of(VISITOR, deck)


def scenes(screen: Screen, deck: Deck) -> Iterator[Scene]:
    """Begin a deck, and go through it by Next alone; gives each scene while it is on the screen."""
    screen.press(f"open-{deck.name}")
    for number, scene in enumerate(deck.scenes, 1):
        head = next(key for key in ("lecture-foot", "scene-head", "guide-head") if screen.has(key))
        assert f"{number} of {len(deck.scenes)}" in screen.text(head)
        yield scene
        if screen.button("guide-next").label == "Show the answer":
            screen.press("guide-next")
        screen.press("guide-next")


def expect_nothing_passed(screen: Screen, deck: Deck, right: int = 0) -> None:
    """Learn, Class and the file to hand in say that the deck was seen, and no part of it is done.

    Arguments:
        right: how many questions were right at the first answer.
    """
    said = screen.text("finished")
    assert screen.title == "Learn" and f"You have seen {deck.title}" in said
    assert ("still open." in said) == bool(list(items_of(deck)))
    assert "passed" not in screen.text(f"deck-{deck.name}")
    for kind in ("lesson", "challenge"):
        assert f"0 of {len(library.decks(kind))} passed." in screen.text(f"decks-{kind}")
    answers, receipts = application().progress.answers(VISITOR), application().progress.receipts(VISITOR)
    assert not has_passed(deck, answers) and receipts == {}
    (standing,) = (one for one in deck_progress(application().progress.learners(), [deck]) if one.deck == deck.title)
    assert standing.is_seen and not standing.is_passed and standing.tasks_done == 0, "what Class shows"
    marks = [item.mark for scene in hand_in.handed_in(deck, answers) for item in scene.items]
    assert "done" not in marks and marks.count("right") == right


@pytest.mark.parametrize("name", deep_except(QUICK, DECKS))
def test_who_presses_only_next_passes_nothing(open_screen: Open, name: str) -> None:
    screen, deck = open_screen("learn"), shipped(name)
    for _ in scenes(screen, deck):
        assert DONE not in screen.text()
    expect_nothing_passed(screen, deck)
    assert application().progress.answers(VISITOR) == ()


@pytest.mark.parametrize("name", deep_except(("lesson-03-sets",), DECKS))
def test_who_clicks_every_option_passes_nothing(open_screen: Open, name: str) -> None:
    screen, deck, right = open_screen("learn"), shipped(name), 0
    for scene in scenes(screen, deck):
        for part in scene.parts:
            if deck.kind == LECTURE and isinstance(part, Question | Prediction):
                right += isinstance(part, Question) and part.options[0].is_right
                for number in range(len(room_question(part).options)):
                    screen.press(f"asked-{part.id}-{number}")
            elif isinstance(part, Question):
                right += part.options[0].is_right
                for option in part.options:
                    screen.put(f"question-{name}-{part.id}-options", option.text)
            elif isinstance(part, Prediction) and options_of(part):
                screen.put(f"guess-{name}-{part.id}", options_of(part)[0])
        assert DONE not in screen.text()
    expect_nothing_passed(screen, deck, right)


@pytest.mark.parametrize("name", deep_except(("challenge-03-counting",), DECKS))
def test_who_opens_and_trains_a_friends_file_passes_nothing(
    open_screen: Open, installed: manager.Runs, workers: ScriptedWorkers, training: Training, name: str
) -> None:
    screen, deck = open_screen("learn"), shipped(name)
    for scene in scenes(screen, deck):
        for task in (part for part in scene.parts if isinstance(part, Task) and part.show is not None):
            friends = apply_deck_change(task.show, screen.draft)
            application().drafts.edit_draft(VISITOR, friends)
            application().progress.note(VISITOR, session.BROUGHT)
            run = training.start(installed, workers, VISITOR, friends)
            training.end(installed, workers, run, **PERFECT)
            said = screen.run().text()  # the guide, or the card of a scene without a page
            assert DONE not in said, task.id
            if any(CHECKS[call.name].subject == EXPERIMENT for call in task.checks):
                assert "it was opened from a file or a link" in said
    expect_nothing_passed(screen, deck)
