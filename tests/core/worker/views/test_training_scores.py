"""What a network scores on its training set: against what Keras says of the saved file."""

import keras
import pytest

from core.problems import Problem
from core.views.training_scores import SetScores
from core.worker.data.load import load_sets
from core.worker.views import training_scores as module
from core.worker.views.shared.load_trained import load_model
from core.worker.views.training_scores import training_scores
from tests.core.conftest import Trained
from tests.core.sample_experiments import with_compile


def scores(trained: Trained, **compiled: object) -> SetScores:
    found = training_scores(with_compile(trained.experiment, **compiled), str(trained.folder / "model.keras"))
    assert isinstance(found, SetScores), found
    return found


def test_scores_are_what_keras_says_of_the_saved_network(trained: Trained) -> None:
    model = keras.saving.load_model(trained.folder / "model.keras")
    by_keras = model.evaluate(*load_sets(trained.experiment).train, verbose=0, return_dict=True)
    found = scores(trained)
    assert (found.accuracy, found.loss) == pytest.approx((by_keras["accuracy"], by_keras["loss"]))
    assert (found.images, found.available) == (1_293, 1_293)
    assert load_model(trained.experiment, str(trained.folder / "model.keras")).compiled is False, "views share it"


@pytest.mark.deep
def test_scores_need_no_accuracy_metric_and_read_one_hot_labels(trained: Trained) -> None:
    one_hot = scores(trained, loss={"name": "CategoricalCrossentropy"}, metrics=[])
    assert (one_hot.accuracy, one_hot.loss) == pytest.approx((scores(trained).accuracy, scores(trained).loss), rel=1e-5)


@pytest.mark.deep
def test_large_work_is_done_on_the_first_images(trained: Trained, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_NUMBERS", 64 * 1_100)
    assert scores(trained).images == 1_100
    monkeypatch.setattr(module, "MOST_MULTIPLY_ADDS", 1)
    assert scores(trained).images == module.FEWEST_IMAGES


def test_missing_file_is_a_problem(trained: Trained) -> None:
    found = training_scores(trained.experiment, str(trained.folder / "gone.keras"))
    assert isinstance(found, Problem) and found.code == "weights-gone"
