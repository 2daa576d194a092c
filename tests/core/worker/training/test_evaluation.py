"""What is kept of an evaluated set."""

from pathlib import Path

import keras
import numpy as np
import pytest

from core.experiment.edits import set_value
from core.worker.data.load import load_raw, load_sets, to_bytes
from core.worker.training.evaluation import MISTAKES_KEPT, as_probabilities, evaluate, save
from core.worker.training.train import train
from tests.core.conftest import Trained
from tests.core.sample_experiments import with_compile, with_data, with_fit


def test_file_of_the_test_set_agrees_with_the_result(trained: Trained) -> None:
    with np.load(trained.folder / "test.npz", allow_pickle=False) as content:
        matrix = content["confusion_matrix"]
        assert matrix.tolist() == trained.result["confusion_matrix"]
        assert content["support"].tolist() == matrix.sum(axis=1).tolist()
        assert content["recall"] == pytest.approx(np.diag(matrix) / matrix.sum(axis=1))
        assert content["precision"] == pytest.approx(np.diag(matrix) / matrix.sum(axis=0))
        assert int(content["num_mistakes"]) == matrix.sum() - np.trace(matrix)


def test_kept_mistakes_are_the_pictures_that_were_answered_wrongly(trained: Trained) -> None:
    test_images, test_labels = load_raw("digits")[1]
    with np.load(trained.folder / "test.npz", allow_pickle=False) as content:
        indexes = content["mistake_indexes"]
        assert 0 < len(indexes) == min(int(content["num_mistakes"]), MISTAKES_KEPT)
        assert (content["mistake_labels"] == test_labels[indexes]).all()
        assert (content["mistake_images"] == to_bytes(test_images[indexes], "digits")).all()
        answers = content["mistake_probabilities"]
        assert (answers.argmax(axis=1) != test_labels[indexes]).all()
        to_truth = answers[np.arange(len(indexes)), test_labels[indexes]]
        assert (np.diff(to_truth) >= 0).all()  # the most confident mistake first


@pytest.mark.deep
@pytest.mark.parametrize("pixels", ["0-255", "-1-1"])
def test_kept_pictures_look_the_same_whatever_the_range(pixels: str, trained: Trained, tmp_path: Path) -> None:
    experiment = with_data(with_fit(trained.experiment, epochs=1), pixels=pixels)
    train(experiment, lambda event: None, lambda: None, tmp_path)
    test_images, _ = load_raw("digits")[1]
    with np.load(tmp_path / "test.npz", allow_pickle=False) as content:
        assert (content["mistake_images"] == to_bytes(test_images[content["mistake_indexes"]], "digits")).all()


def test_evaluate_reads_one_hot_labels_too(trained: Trained) -> None:
    model = keras.saving.load_model(trained.folder / "model.keras")
    one_hot = with_compile(trained.experiment, loss={"name": "CategoricalCrossentropy"})
    model.compile(loss="categorical_crossentropy", metrics=["accuracy"])
    found = evaluate(model, one_hot, load_sets(one_hot).test)
    assert found.scores.confusion_matrix.tolist() == trained.result["confusion_matrix"]
    assert found.metrics["loss"] == pytest.approx(trained.result["test"]["loss"])
    assert found.labels.shape == (360,)
    assert found.probabilities.shape == (360, 10)


def test_probabilities_are_left_as_they_are() -> None:
    answers = np.array([[0.25, 0.75], [1.0, 0.0]], "float32")
    assert (as_probabilities(answers) == answers).all()


def test_logits_become_probabilities() -> None:
    found = as_probabilities(np.array([[0.0, 0.0], [100.0, -100.0], [2.0, 1.0]], "float32"))
    assert found.sum(axis=1) == pytest.approx([1, 1, 1])
    assert found[0] == pytest.approx([0.5, 0.5])
    assert found[1] == pytest.approx([1.0, 0.0])
    assert found[2] == pytest.approx([np.e / (1 + np.e), 1 / (1 + np.e)])


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_answers_that_are_no_numbers_give_numbers(bad: float) -> None:
    assert np.isfinite(as_probabilities(np.array([[bad, 1.0], [0.5, 0.5]], "float32"))).all()


@pytest.mark.deep
def test_net_with_linear_answers_is_evaluated(trained: Trained, tmp_path: Path) -> None:
    experiment = set_value(with_fit(trained.experiment, epochs=1), ("layers", "output", "arguments", "activation"), "linear")
    experiment = set_value(experiment, ("compile", "loss", "arguments", "from_logits"), True)
    result = train(experiment, lambda event: None, lambda: None, tmp_path)
    assert result["test"]["accuracy"] > 0.5
    with np.load(tmp_path / "test.npz", allow_pickle=False) as content:
        assert content["mistake_probabilities"].sum(axis=1) == pytest.approx(1.0, abs=1e-5)


def test_save_keeps_the_worst_mistakes_only(tmp_path: Path, trained: Trained) -> None:
    model = keras.saving.load_model(trained.folder / "model.keras")
    model.set_weights([np.zeros_like(weight) for weight in model.get_weights()])  # calls everything a 0
    images, labels = load_sets(trained.experiment).train
    found = evaluate(model, trained.experiment, (images, labels))
    save(tmp_path / "train.npz", found, np.zeros((len(labels), 96, 96, 3), "uint8"), np.arange(len(labels)))
    with np.load(tmp_path / "train.npz", allow_pickle=False) as content:
        assert len(content["mistake_images"]) == len(content["mistake_labels"]) == MISTAKES_KEPT
        assert int(content["num_mistakes"]) == (labels != 0).sum()
