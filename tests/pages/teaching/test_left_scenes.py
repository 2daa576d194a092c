"""A run that still trains when its scene is left counts for that scene; later runs, and drafts, never do."""

from dataclasses import replace

import pytest

from core.application import application
from core.experiment.model import Experiment
from core.runs import manager
from core.teaching import library
from core.teaching.progress import PREDICTION, TASK
from tests.pages.conftest import Open
from tests.pages.fake_workers import ScriptedWorkers
from tests.pages.real_keras import Training
from tests.pages.screen import VISITOR, Screen

LESSON = "lesson-07-learning-rate"
TRAINS = "still trains. Its result counts there as soon as the run ends."


@pytest.fixture
def guessed(open_screen: Open) -> Screen:
    """The first scene with a run, with its guess made."""
    screen = open_screen("learn").press(f"open-{LESSON}").press("guide-next")
    return screen.put(f"guess-{LESSON}-tiny", "below 25 %")


def done() -> dict[str, float | None]:
    """The share of each guess and task that the visitor has an answer to."""
    answers = application().progress.answers(VISITOR, LESSON)
    return {answer.item: answer.share for answer in answers if answer.kind in (PREDICTION, TASK)}


def test_run_that_ends_after_next_counts_for_the_task_and_the_guess_of_its_scene(
    guessed: Screen, installed: manager.Runs, workers: ScriptedWorkers, training: Training
) -> None:
    run = training.start(installed, workers, VISITOR, guessed.draft)
    title = library.find_deck(LESSON).scenes[1].title
    assert f"The run of {title} {TRAINS}" in guessed.run().press("guide-next").text().replace("**", "")
    assert done() == {"tiny": None}
    training.end(installed, workers, run)
    said = guessed.run().text().replace("**", "")
    assert f"{title}: You said below 25 %; it was" in said and "The task is done." in said
    assert TRAINS not in said
    shares = done()
    assert len(shares) == 2 and shares.pop("tiny") in (0.0, 1.0) and set(shares.values()) == {1.0}
    assert f"{title}: You said" not in guessed.press("guide-next").text().replace("**", ""), (
        "the next scene is about its own"
    )


def test_run_that_had_ended_unseen_counts_when_next_is_pressed(
    guessed: Screen, installed: manager.Runs, workers: ScriptedWorkers, training: Training
) -> None:
    training.whole(installed, workers, VISITOR, guessed.draft)  # the page has not been drawn again since
    assert "The task is done." in guessed.press("guide-next").text()
    assert None not in done().values() and len(done()) == 2


def test_run_that_began_after_its_scene_was_left_counts_for_nothing(
    guessed: Screen, installed: manager.Runs, workers: ScriptedWorkers, training: Training
) -> None:
    own = guessed.draft
    guessed.press("guide-next")
    training.whole(installed, workers, VISITOR, own)
    guessed.run().press("guide-next")
    assert done() == {"tiny": None}


def test_run_of_another_experiment_counts_for_nothing(
    guessed: Screen, installed: manager.Runs, workers: ScriptedWorkers, training: Training
) -> None:
    other: Experiment = replace(guessed.draft, fit=replace(guessed.draft.fit, epochs=2))
    run = training.start(installed, workers, VISITOR, other)
    assert TRAINS not in guessed.run().press("guide-next").text()
    training.end(installed, workers, run)
    guessed.run()
    assert done() == {"tiny": None}


def test_finish_waits_for_the_run_of_a_scene_that_was_left(
    guessed: Screen, installed: manager.Runs, workers: ScriptedWorkers, training: Training
) -> None:
    run = training.start(installed, workers, VISITOR, guessed.draft)
    guessed.run()
    while guessed.button("guide-next").label != "Finish":
        guessed.press("guide-next")
    assert guessed.button("guide-next").disabled
    assert "Runs of this deck still train. Finish waits for them." in guessed.text()
    training.end(installed, workers, run)
    assert not guessed.run().button("guide-next").disabled
    assert None not in done().values()


def test_lesson_that_is_begun_again_says_what_was_done_before(
    guessed: Screen, installed: manager.Runs, workers: ScriptedWorkers, training: Training
) -> None:
    training.whole(installed, workers, VISITOR, guessed.draft)
    assert "done before" not in guessed.run().text("guide-head")
    while guessed.button("guide-next").label != "Finish":
        guessed.press("guide-next")
    guessed.press("guide-next").press(f"open-{LESSON}")
    assert "done before" not in guessed.text(), "the first scene was not done"
    assert "done before" in guessed.press("guide-next").text("guide-head")


def test_guess_that_keras_answers_late_counts_in_the_next_scene(open_screen: Open, workers: ScriptedWorkers) -> None:
    workers.answers_shapes = False  # as while Keras is still starting
    lesson = "lesson-05-shapes"
    screen = open_screen("learn").press(f"open-{lesson}").press("guide-next").press("guide-next")
    screen.put(f"guess-{lesson}-conv", "6 x 6 x 1").press("guide-next")
    shares = [answer.share for answer in application().progress.answers(VISITOR, lesson)]
    assert shares == [None]
    workers.answer_shapes()
    assert "You said 6 × 6 × 1; it is 6 × 6 × 4." in screen.run().text()
    assert [answer.share for answer in application().progress.answers(VISITOR, lesson)] == [0.0]
