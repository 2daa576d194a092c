"""A trained network on shifted images."""

import numpy as np
import pytest

from core.problems import Problem
from core.worker.views.shifted_images import shift, shifted_accuracy
from tests.core.conftest import Trained
from tests.core.sample_experiments import with_data


def test_images_move_and_leave_black() -> None:
    images = np.arange(1.0, 10.0).reshape(1, 3, 3, 1)
    down, left = shift(images, 1, 0, 0.0)[0, :, :, 0], shift(images, 0, -2, -1.0)[0, :, :, 0]
    assert down.tolist() == [[0, 0, 0], [1, 2, 3], [4, 5, 6]]
    assert left.tolist() == [[3, -1, -1], [6, -1, -1], [9, -1, -1]]
    assert (shift(images, 3, 0, 0.0) == 0).all() and (shift(images, 0, 0, 0.0) == images).all()


def test_dense_network_names_fewer_shifted_images(trained: Trained) -> None:
    as_they_are, shifted = shifted_accuracy(trained.experiment, str(trained.folder / "model.keras"), 1)
    assert as_they_are == pytest.approx(trained.result["validation"]["accuracy"], abs=1e-6)
    assert shifted < as_they_are - 0.1
    assert shifted_accuracy(trained.experiment, str(trained.folder / "model.keras"), 0) == (as_they_are, as_they_are)


def test_without_validation_images_there_is_nothing_to_shift(trained: Trained) -> None:
    answer = shifted_accuracy(with_data(trained.experiment, validation_split=0.0), str(trained.folder / "model.keras"), 1)
    assert isinstance(answer, Problem) and answer.code == "no-validation-set"
