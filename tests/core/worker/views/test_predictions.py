"""The answers of a network to a set, and its images."""

import numpy as np
import pytest

from core.problems import Problem
from core.views.predictions import MOST_IMAGES, SetAnswers
from core.worker.views.predictions import answered_images, set_answers
from tests.core.conftest import Trained
from tests.core.sample_experiments import with_data


def test_answers_are_those_that_the_run_was_evaluated_with(trained: Trained) -> None:
    answers = set_answers(trained.experiment, str(trained.folder / "model.keras"))
    assert isinstance(answers, SetAnswers) and len(answers.labels) == 144 < MOST_IMAGES
    assert (~answers.wrong).mean() == pytest.approx(trained.result["validation"]["accuracy"], abs=1e-6)
    assert answers.loss == pytest.approx(trained.result["validation"]["loss"], abs=1e-5)


def test_weights_of_an_epoch_answer_too(trained: Trained) -> None:
    early = set_answers(trained.experiment, str(trained.folder / "weights-000001.npz"))
    assert isinstance(early, SetAnswers), early
    assert early.loss > set_answers(trained.experiment, str(trained.folder / "model.keras")).loss


def test_pictures_are_of_the_same_images(trained: Trained) -> None:
    pictures = answered_images(trained.experiment)
    assert pictures.dtype == np.uint8 and pictures.shape == (144, 8, 8, 1) and pictures.max() == 255


def test_set_without_images_is_a_problem(trained: Trained) -> None:
    empty = set_answers(with_data(trained.experiment, validation_split=0.0), str(trained.folder / "model.keras"))
    assert isinstance(empty, Problem) and empty.happened == "The validation set has no images."
