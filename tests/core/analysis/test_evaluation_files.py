"""Files of evaluated sets agree with Keras and scikit-learn, and give the images of each kind."""

from pathlib import Path
from types import MappingProxyType

import keras
import numpy as np
import pytest
from sklearn import metrics

from core.analysis.evaluation_files import (
    EvaluatedSet,
    confident_mistakes,
    images_in_cell,
    least_sure,
    probabilities_of,
    read_evaluated_set,
    true_label,
    varied_mistakes,
    worst_mistakes,
)
from core.catalogue.losses import LOSSES
from core.worker.data.load import load_raw, load_sets, set_indexes
from core.worker.training.evaluation import evaluate, losses_of, save
from core.worker.training.validation_view import to_pixels
from tests.core.conftest import Trained
from tests.core.sample_experiments import with_compile


@pytest.fixture(scope="module")
def whole(trained: Trained) -> EvaluatedSet:
    """The evaluated test set of a run."""
    evaluated = read_evaluated_set(trained.folder / "test.npz")
    assert evaluated is not None
    return evaluated


def older(evaluated: EvaluatedSet) -> EvaluatedSet:
    """An evaluated set of an older version."""
    new = ("labels", "probabilities", "losses", "places", "order", "top_k")
    kept = {
        name: value for name, value in evaluated.content.items() if name not in new and not name.startswith("calibration")
    }
    return EvaluatedSet(MappingProxyType(kept))


@pytest.mark.deep
def test_all_answers_are_those_of_keras(trained: Trained, whole: EvaluatedSet) -> None:
    images, labels = load_sets(trained.experiment).test
    model = keras.saving.load_model(trained.folder / "model.keras")
    assert whole.is_whole
    assert (whole.labels == labels).all()
    assert whole.probabilities == pytest.approx(model.predict(images, verbose=0), abs=1e-6)
    assert whole.losses.mean() == pytest.approx(trained.result["test"]["loss"], rel=1e-5)
    assert whole.top_k[3] == metrics.top_k_accuracy_score(labels, whole.probabilities, k=3)
    assert whole.matrix.tolist() == metrics.confusion_matrix(labels, whole.predicted).tolist()


@pytest.mark.parametrize("name", ["validation", "test"])
def test_file_indexes_lead_to_the_images_in_the_files(trained: Trained, name: str) -> None:
    evaluated = read_evaluated_set(trained.folder / f"{name}.npz")
    assert evaluated is not None
    train, test = load_raw("digits")
    images, labels = test if name == "test" else train
    assert (labels[evaluated.file_indexes] == evaluated.labels).all()
    for index, picture in evaluated.pictures().items():
        assert (picture.squeeze() == np.rint(images[evaluated.file_indexes[index]] * (255 / 16))).all()


@pytest.mark.parametrize("name", sorted(LOSSES))
def test_each_image_has_the_loss_that_keras_gives_it_alone(trained: Trained, name: str) -> None:
    experiment = with_compile(trained.experiment, loss={"name": name})
    _, encoded = load_sets(experiment).test
    labels = load_sets(trained.experiment).test[1]
    answers = np.full((len(labels), 10), 0.05, "float32")
    answers[np.arange(len(labels)), labels - np.arange(len(labels)) % 2] = 0.55
    losses = losses_of(experiment, encoded, answers, answers[np.arange(len(labels)), labels])
    measure = getattr(keras.losses, name)()
    alone = [float(measure(encoded[index : index + 1], answers[index : index + 1])) for index in range(4)]
    if name in ("Dice", "Tversky"):  # these losses compare a whole batch
        alone = [-np.log(answers[index, labels[index]]) for index in range(4)]
    assert losses[:4] == pytest.approx(alone, rel=1e-5)
    assert losses.shape == labels.shape


def test_images_of_each_kind(whole: EvaluatedSet) -> None:
    wrong = set(np.flatnonzero(whole.predicted != whole.labels))
    assert set(worst_mistakes(whole)) == set(confident_mistakes(whole)) == wrong
    assert set(least_sure(whole)) == set(range(len(whole.labels))) - wrong
    assert (np.diff(whole.losses[worst_mistakes(whole)]) <= 0).all()
    assert (np.diff(whole.probabilities.max(axis=1)[confident_mistakes(whole)]) <= 0).all()
    assert (np.diff(whole.probabilities.max(axis=1)[least_sure(whole)]) >= 0).all()
    pair = whole.pairs()[0]
    assert len(images_in_cell(whole, pair.actual, pair.predicted)) == pair.count
    assert pair.share == max(other.share for other in whole.pairs())
    assert sum(other.count for other in whole.pairs()) == whole.num_mistakes == len(wrong)


def test_older_files_still_open(whole: EvaluatedSet) -> None:
    old = older(whole)
    assert not old.is_whole
    assert old.matrix.tolist() == whole.matrix.tolist()
    assert old.pairs() == whole.pairs()
    assert set(worst_mistakes(old)) == set(worst_mistakes(whole))
    assert len(confident_mistakes(old)) == len(least_sure(old)) == 0
    assert old.order.tolist() == list(range(10))
    pair = old.pairs()[0]
    cell = images_in_cell(old, pair.actual, pair.predicted)
    assert set(cell) == set(images_in_cell(whole, pair.actual, pair.predicted))
    assert (probabilities_of(old, cell) == probabilities_of(whole, cell)).all()
    assert true_label(old, cell[0]) == pair.actual


@pytest.mark.parametrize("content", [b"", b"PK not a zip", b"\x93NUMPY"])
def test_invalid_file_gives_none(tmp_path: Path, content: bytes) -> None:
    assert read_evaluated_set(tmp_path / "gone.npz") is None
    (tmp_path / "broken.npz").write_bytes(content)
    assert read_evaluated_set(tmp_path / "broken.npz") is None


def test_a_file_that_is_written_again_is_read_again(trained: Trained, tmp_path: Path) -> None:
    model = keras.saving.load_model(trained.folder / "model.keras")
    images, labels = load_sets(trained.experiment).test
    path, shown = tmp_path / "test.npz", to_pixels(images, trained.experiment.data.pixels)
    where = set_indexes(trained.experiment.data, 0).test
    for count in (50, 60):
        evaluated = evaluate(model, trained.experiment, (images[:count], labels[:count]))
        save(path, evaluated, shown[:count], where[:count])
        now = read_evaluated_set(path)
        assert now is not None
        assert len(now.labels) == count


def test_telling_mistakes_are_the_worst_of_as_many_classes_as_possible(whole: EvaluatedSet) -> None:
    worst = worst_mistakes(whole).tolist()
    labels = [true_label(whole, index) for index in worst]
    classes = list(dict.fromkeys(labels))
    assert len(classes) > 4
    assert varied_mistakes(whole, 4) == [worst[labels.index(label)] for label in classes[:4]]
    assert varied_mistakes(whole, 500)[0] == worst[0]
    assert sorted(varied_mistakes(whole, 500)) == sorted(index for index in worst if index in whole.pictures())


def test_without_pictures_there_are_no_telling_mistakes(whole: EvaluatedSet) -> None:
    assert varied_mistakes(EvaluatedSet(whole.content, are_pictures_gone=True), 4) == []
