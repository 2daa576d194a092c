"""Sure and wrong: what became of an image between the lowest validation loss and the end."""

import numpy as np
import pytest

from core.problems import Problem
from core.runs.manager import Runs
from core.teaching.shows.interactive_view import ViewSubject
from core.teaching.shows.sure_and_wrong import (
    AT_THE_END,
    CAME_RIGHT,
    STAYED_WRONG,
    SURE_AND_WRONG,
    TURNED,
    AnswersByEpoch,
)
from core.views.predictions import answers_from_probabilities
from tests.core.sample_experiments import LECTURE

LABELS = np.zeros(5, int)


def answers(*of_label: float) -> np.ndarray:
    return np.array([[share, 1 - share] for share in of_label])


# By image: right all along; unsure and wrong, then sure; wrong and unsure all along; wrong, then right; right and unsure,
# then sure and wrong.
BEFORE, LOWEST, END = (
    answers_from_probabilities(answers(*shares), LABELS)
    for shares in ((0.5, 0.1, 0.1, 0.1, 0.1), (0.8, 0.45, 0.4, 0.3, 0.6), (0.99, 0.01, 0.35, 0.9, 0.05))
)
GROUND = AnswersByEpoch(7, (1, 4, 9), (BEFORE, LOWEST, END), np.zeros((5, 8, 8, 1), "uint8"), ("cat", "dog"))


def test_story_begins_at_the_stored_epoch_with_the_lowest_loss() -> None:
    assert GROUND.lowest == 1 and GROUND.best is LOWEST and GROUND.last is END


@pytest.mark.parametrize(
    ("image", "goals"),
    [(0, ()), (1, (TURNED,)), (2, (STAYED_WRONG,)), (3, (CAME_RIGHT,)), (4, (TURNED,)), (5, ())],
)
def test_image_reaches_what_became_of_it(image: int, goals: tuple[str, ...]) -> None:
    assert tuple(SURE_AND_WRONG.reached(GROUND, {}, image)) == goals


def test_goals_that_no_image_reaches_are_reached_by_who_saw_the_end() -> None:
    assert GROUND.absent == () == tuple(SURE_AND_WRONG.reached(GROUND, {}, AT_THE_END))
    calm = AnswersByEpoch(7, (1, 9), (LOWEST, LOWEST), GROUND.pictures, GROUND.classes)
    assert calm.absent == (TURNED, CAME_RIGHT), "two images are wrong before and after"
    assert tuple(SURE_AND_WRONG.reached(calm, {}, AT_THE_END)) == (TURNED, CAME_RIGHT)
    assert SURE_AND_WRONG.moved_to.is_valid(AT_THE_END)
    assert SURE_AND_WRONG.words(AT_THE_END) == "no image of this run did"


def test_value_is_an_image_and_its_words_count_from_one() -> None:
    assert SURE_AND_WRONG.moved_to.is_valid(3) and not SURE_AND_WRONG.moved_to.is_valid("turned")
    assert SURE_AND_WRONG.words(3) == "image 4"


def test_without_a_run_the_view_says_what_to_do(runs: Runs) -> None:
    problem = SURE_AND_WRONG.ground(runs, ViewSubject(LECTURE, LECTURE), {}, False)
    assert isinstance(problem, Problem) and problem.fix == "Train it; the picture follows when the run is over."
