"""Guess first: Train asks one question where the visitor wants that, and the run's page has guess and result."""

import pytest

from core.application import application
from core.runs import manager
from core.teaching.guess_questions import ANOTHER_PAIR, guess_question, similar_class_pairs
from core.teaching.progress import Learner
from tests.pages.conftest import DIGITS, Open
from tests.pages.fake_workers import ScriptedWorkers
from tests.pages.real_keras import Training
from tests.pages.screen import VISITOR, Screen


@pytest.fixture
def asking(open_screen: Open) -> Screen:
    """The page Train of a visitor who wants to guess."""
    screen = open_screen("train")
    screen.put("guess-first", True)
    assert application().progress.learner(VISITOR) == Learner("", guesses_first=True)
    return screen


def test_train_asks_nothing_unless_it_is_wanted(open_screen: Open) -> None:
    screen = open_screen("train").press("Train")
    assert not screen.has_button("Train without a guess")
    assert application().history.newest(VISITOR) is not None


def test_train_asks_first_and_a_tap_trains(
    asking: Screen, installed: manager.Runs, workers: ScriptedWorkers, training: Training
) -> None:
    asking.press("Train")
    assert application().history.newest(VISITOR) is None
    assert "Which share of the validation images will it classify correctly?" in asking.text()
    asking.press("guess-85 to 95\u00a0%")
    run = application().history.newest(VISITOR)
    assert run is not None
    (given,) = application().progress.answers(VISITOR, "")
    assert (given.item, given.share) == (run.id, None)
    assert not asking.has_button("Train without a guess")
    accuracy = 0.9321
    training.end(installed, workers, run.id, validation={**training.result["validation"], "accuracy": accuracy})
    assert "Your guess: You said 85 to 95 %; it was 93.2 %." in asking.run().text()
    assert "Your guess:" in asking.go("evaluate").text()
    (given,) = application().progress.answers(VISITOR, "")
    assert given.share == 1.0
    assert "1 guess, 1 right (100 %)." in asking.go("learn").text("own-progress")


def test_second_guess_from_another_tab_does_not_count(asking: Screen, open_screen: Open) -> None:
    other_tab = open_screen("train").press("Train")
    asking.press("Train").press("guess-85 to 95\u00a0%")
    other_tab.press("guess-below 50\u00a0%")
    (given,) = application().progress.answers(VISITOR, "")
    assert given.value == "validation_accuracy: 85 to 95\u00a0%"


def test_no_guess_is_needed(asking: Screen) -> None:
    asking.press("Train").press("Train without a guess")
    assert application().history.newest(VISITOR) is not None
    assert application().progress.answers(VISITOR) == ()


def test_questions_take_turns_and_pairs_are_those_that_look_alike(open_screen: Open) -> None:
    open_screen("load")  # the images that pages show are there
    asked = [guess_question(DIGITS, number).predictable_value for number in range(4)]
    assert asked == ["validation_accuracy", "most_confused_pair", "overfits", "validation_accuracy"]
    pairs = similar_class_pairs(DIGITS)
    assert len(pairs) == 4
    assert guess_question(DIGITS, 1).options == (*pairs, ANOTHER_PAIR)
