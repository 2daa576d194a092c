"""The views of lessons 1, 2, 8 and 9 in their scenes: what the component gets, and what a move reaches."""

import numpy as np
import pytest

from core.application import application
from core.runs import manager
from core.teaching import library, scene_experiments
from core.teaching.shows.stop_in_time import losses_by_epoch
from core.views.path import BatchPathsQuestion, batch_paths
from core.views.predictions import (
    AnsweredImagesQuestion,
    ProbabilitiesQuestion,
    SetAnswersQuestion,
    answers_from_probabilities,
)
from core.views.scaling import ScaledStepsQuestion
from tests.core.teaching.shows.test_scaling import BOWL
from tests.core.views.test_path import UNIT
from tests.pages.conftest import DIGITS, Open
from tests.pages.fake_workers import ScriptedWorkers
from tests.pages.real_keras import Training
from tests.pages.screen import VISITOR, Screen
from tests.pages.test_try_it import drawing

BATCHES = BatchPathsQuestion.function
SCALED = ScaledStepsQuestion.function
ANSWERS, PICTURES = SetAnswersQuestion.function, AnsweredImagesQuestion.function


def scene_with(open_screen: Open, lesson: str, view: str) -> tuple[Screen, str]:
    """The scene of a lesson that shows a view, and the key of the view."""
    deck = library.find_deck(lesson)
    assert deck is not None, library.unreadable_decks()
    scene = next(one for one in deck.scenes if one.show is not None and one.show.view == view)
    application().progress.go_to(VISITOR, deck.name, scene.id)
    assert scene.show is not None
    return open_screen("learn", DIGITS), f"show-{deck.name}-{scene.show.id}"


def ticks(screen: Screen) -> int:
    return screen.text("guide").count("check_circle")


def test_batch_size_of_lesson_8_is_a_path(open_screen: Open, workers: ScriptedWorkers) -> None:
    screen, key = scene_with(open_screen, "lesson-08-batches", "path")
    workers.answer(BATCHES, batch_paths(UNIT))
    shown = screen.run().component(key)
    assert [path["batchSize"] for path in shown["paths"]] == [1, 2, 4, 8, 16, 32, 40]
    assert [len(path["points"]) for path in shown["paths"]][0] == 41
    screen.tell(key, "moved", 1)
    screen.tell(key, "moved", 40)
    assert ticks(screen) == 2 and "40 images" in screen.text("guide")


def test_step_of_lesson_2_is_shown_for_both_ranges_of_pixels(open_screen: Open, workers: ScriptedWorkers) -> None:
    screen, key = scene_with(open_screen, "lesson-02-pixels", "scaling")
    (asked,) = workers.answer(SCALED, BOWL)
    assert asked.compile.optimizer.name == "SGD"
    shown = screen.run().component(key)
    assert [side["pixels"] for side in shown["sides"]] == ["0-1", "0-255"]
    verdicts = dict(zip(shown["rateTexts"], zip(*(side["verdicts"] for side in shown["sides"]), strict=True), strict=True))
    assert verdicts["1"] == ("helps", "harms") and verdicts["0.0001"][0] == "little"
    screen.tell(key, "moved", 1.0)
    assert ticks(screen) == 1 and screen.component(key)["reached"] == {"helps-small-pixels": 1.0}


def test_stop_of_lesson_9_is_judged_by_the_server(open_screen: Open) -> None:
    screen, key = scene_with(open_screen, "lesson-09-overfitting", "stop-in-time")
    assert len(screen.component(key)["runs"]) == len(losses_by_epoch())
    lowest = losses_by_epoch()[1].stop(1).lowest
    screen.tell(key, "moved", [1, lowest + 9])
    assert ticks(screen) == 0
    screen.tell(key, "moved", [1, lowest + 2])
    assert ticks(screen) == 1 and "2 epochs late" in screen.text("guide")


@pytest.mark.parametrize(
    ("lesson", "view"), [("lesson-09-overfitting", "sure-and-wrong"), ("lesson-01-keras", "own-drawing")]
)
def test_scene_that_needs_a_run_trains_it_at_a_press(open_screen: Open, lesson: str, view: str) -> None:
    screen, key = scene_with(open_screen, lesson, view)
    assert "You have not trained the network of this lesson since you began it" in screen.text(
        "show-missing"
    ) and not screen.has(key)
    assert not screen.has("problem-show"), "nothing is wrong, so that nothing is red"
    screen.press("show-train")
    run = application().history.active_run(VISITOR)
    deck = library.find_deck(lesson)
    assert run is not None and deck is not None
    number = next(number for number, scene in enumerate(deck.scenes) if scene.show is not None and scene.show.view == view)
    own = scene_experiments.scene_experiment(deck, number)
    assert own is not None and own.is_of(run.experiment), "the experiment of the scene, not the visitor's draft"
    assert "The picture follows when run 1 is over." in screen.text("show-missing"), "still in the scene"


def with_answers(
    open_screen: Open, installed: manager.Runs, workers: ScriptedWorkers, training: Training, late: list[float]
) -> tuple[Screen, str]:
    """The scene of lesson 9 with the answers of a run; `late` are the probabilities of the labels at its end."""
    deck = library.find_deck("lesson-09-overfitting")
    assert deck is not None
    screen, key = scene_with(open_screen, deck.name, "sure-and-wrong")
    training.whole(installed, workers, VISITOR, scene_experiments.experiment_to_open(deck.scenes[0]))
    screen.run()
    labels = np.zeros(4, int)
    for shares in (late, [0.8, 0.3, 0.4, 0.6]):  # the last question is answered first
        workers.answer(ANSWERS, answers_from_probabilities(np.array([[one, 1 - one] for one in shares]), labels))
    workers.answer(PICTURES, np.zeros((4, 8, 8, 1), "uint8"))
    return screen.run(), key


@pytest.fixture
def answered(open_screen: Open, installed: manager.Runs, workers: ScriptedWorkers, training: Training) -> tuple[Screen, str]:
    """The scene of lesson 9 with the answers of a run, whose loss rose after its first epoch."""
    return with_answers(open_screen, installed, workers, training, late=[0.9, 0.02, 0.7, 0.05])


def test_answers_of_lesson_9_go_from_the_lowest_loss_to_the_end(answered: tuple[Screen, str]) -> None:
    screen, key = answered
    shown = screen.component(key)
    assert [tile["image"] for tile in shown["tiles"]] == [1, 2, 3], "the first image is right at all epochs"
    assert [answer["column"] for answer in shown["tiles"][2]["answers"]][:: len(shown["epochs"]) - 1] == [1, 3]
    assert shown["figures"][0][:2] == ["2", "0"] and shown["figures"][-1][:2] == ["2", "2"]
    assert [sum(counts) for counts in shown["right"]][0] == 2


def test_sureness_of_lesson_9_is_said_as_its_column_says(
    open_screen: Open, installed: manager.Runs, workers: ScriptedWorkers, training: Training
) -> None:
    """An image of 69.6 % had stood in "50 to 70 %" as an unsure one, with the words "70 %"."""
    screen, key = with_answers(open_screen, installed, workers, training, late=[0.9, 0.304, 0.7, 0.014])
    ends = [tile["answers"][-1] for tile in screen.component(key)["tiles"]]
    assert [(end["sure"].replace("\u202f", " ").replace("\xa0", " "), end["column"]) for end in ends] == [
        *(("69 %", 1), ("70 %", 2), ("98 %", 3)),
    ]


def test_image_of_lesson_9_that_turned_is_a_tick(answered: tuple[Screen, str]) -> None:
    screen, key = answered
    screen.tell(key, "moved", 0)
    assert ticks(screen) == 0, "it is right all along"
    screen.tell(key, "moved", 3)
    assert ticks(screen) == 1 and "image 4" in screen.text("guide")
    screen.tell(key, "moved", 2)
    assert ticks(screen) == 2


def test_scene_begun_anew_opens_its_goals_and_keeps_its_run(answered: tuple[Screen, str]) -> None:
    """A later scene tells of the same run, so the run stays in view; the page of the next scene shows it."""
    screen, key = answered
    opened = screen.component(key)["opened"]
    screen.tell(key, "moved", 3)
    assert screen.component(key)["opened"] == opened
    screen.press("begin-anew-head")
    assert ticks(screen) == 0 and screen.component(key)["reached"] == {}
    assert screen.component(key)["opened"] > opened, "the board is laid out as at first"
    screen.tell(key, "moved", 2)
    assert ticks(screen) == 1, "a goal counts again"
    screen.tell(key, "moved", 3)
    assert ticks(screen) == 2
    screen.press("guide-next")
    assert screen.title == "Run 1: finished"


# Lesson 1


SAYS = ProbabilitiesQuestion.function
SURE_OF_3 = (0.0, 0.0, 0.0, 0.9, 0.0, 0.05, 0.0, 0.0, 0.05, 0.0)


def test_drawing_of_lesson_1_moves_ten_bars_and_is_judged(
    open_screen: Open, installed: manager.Runs, workers: ScriptedWorkers, training: Training
) -> None:
    deck = library.find_deck("lesson-01-keras")
    assert deck is not None
    screen, key = scene_with(open_screen, deck.name, "own-drawing")
    assert "nothing answers a drawing" in screen.text("show")
    training.whole(installed, workers, VISITOR, scene_experiments.experiment_to_open(deck.scenes[0]))
    assert "The answer follows each stroke." in screen.run().text("own-drawing")
    screen.app.session_state[f"{key}-pad-kept"] = drawing(100, 190)
    screen.run()
    workers.answer(SAYS, SURE_OF_3)
    bars = screen.run().component(f"{key}-bars")
    assert [row["name"] for row in bars["rows"]] == list("0123456789") and bars["inSight"] == 10
    assert "**3** 90" in screen.text("own-drawing-winner")
    assert "What the network gets: 8 × 8 pixels, moved and sized as in its data" in screen.text("own-drawing-seen")
    screen.press("Right answer")
    assert ticks(screen) == 1 and "class 3" in screen.text("guide")
    screen.press("Wrong answer")
    assert ticks(screen) == 2


# Lesson 4


def test_image_goes_through_the_stack_of_lesson_4(open_screen: Open, workers: ScriptedWorkers) -> None:
    screen, key = scene_with(open_screen, "lesson-04-layers", "send-through")
    assert "The network has no layers yet." in screen.text("show") and not screen.has(key)


def test_goal_that_no_image_of_a_run_reaches_is_a_tick_at_the_end(
    open_screen: Open, installed: manager.Runs, workers: ScriptedWorkers, training: Training
) -> None:
    screen, key = with_answers(open_screen, installed, workers, training, late=[0.6, 0.02, 0.7, 0.55])
    assert screen.component(key)["absent"] == ["turned"]
    screen.tell(key, "moved", -1)
    assert ticks(screen) == 1 and "no image of this run did" in screen.text("guide")
