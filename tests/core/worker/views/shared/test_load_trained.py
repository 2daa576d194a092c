"""The network and the image that every view begins with: those that training had."""

from pathlib import Path

import numpy as np
import pytest

from core.experiment.image_ref import OWN, ImageRef, is_image_of, set_size
from core.experiment.model import Data
from core.problems import Problem
from core.worker.data.load import load_sets
from core.worker.training.evaluation import as_probabilities
from core.worker.views.set_images import image_pixels, set_labels
from core.worker.views.shared.load_trained import load_image, load_model
from tests.core.conftest import Trained
from tests.core.sample_experiments import LECTURE, with_data, with_fit


@pytest.mark.parametrize("part", ["validation", "test"])
def test_image_is_the_one_that_was_evaluated(part: str) -> None:
    experiment = with_fit(with_data(LECTURE, pixels="-1-1", validation_split=0.2), seed=3)
    images, classes = getattr(load_sets(experiment), part)
    assert set_size(part, experiment.data) == len(images)
    assert set_labels(experiment, part).tolist() == classes.tolist()
    for index in (0, 7, len(images) - 1):
        raw, prepared = load_image(experiment, ImageRef(part, index))
        assert np.array_equal(prepared[0], images[index])
        assert np.array_equal(raw, np.rint((images[index] + 1) * 127.5))


def test_own_picture_is_prepared_as_in_training() -> None:
    raw = np.arange(64, dtype="uint8").reshape(8, 8, 1) * 4
    shown, prepared = load_image(LECTURE, ImageRef(OWN, 0, raw.tobytes(), raw.shape))
    assert np.array_equal(shown, raw)
    np.testing.assert_allclose(prepared[0], raw / 255, rtol=1e-6)


def test_network_is_that_of_the_run(trained: Trained) -> None:
    path = str(trained.folder / "model.keras")
    images, classes = load_sets(trained.experiment).validation
    found = as_probabilities(np.asarray(load_model(trained.experiment, path)(images)))
    assert (found.argmax(axis=-1) == classes).mean() == pytest.approx(trained.result["validation"]["accuracy"])
    assert load_model(trained.experiment, path) is load_model(trained.experiment, path)
    assert load_model(trained.experiment) is not load_model(trained.experiment, path)


def test_what_goes_wrong_is_a_problem(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    found = image_pixels(with_data(LECTURE, dataset="mnist"), ImageRef())
    assert isinstance(found, Problem) and found.code == "data-set-missing"
    assert isinstance(image_pixels(LECTURE, ImageRef("validation", 10**9)), np.ndarray)  # it starts again


@pytest.mark.parametrize(
    ("picked", "expected"),
    [
        (ImageRef("validation", 143), True),
        (ImageRef("validation", 144), False),
        (ImageRef("test", 0), False),
        (ImageRef(OWN, 0, bytes(64), (8, 8, 1)), True),
        (ImageRef(OWN, 0, bytes(784), (28, 28, 1)), False),
        (ImageRef("nowhere", 0), False),
        (None, False),
    ],
)
def test_only_what_is_there_and_open_can_be_picked(picked: object, expected: bool) -> None:
    assert is_image_of(picked, Data("digits"), test_is_open=False) is expected
    assert is_image_of(ImageRef("test", 359), Data("digits"), test_is_open=True)
