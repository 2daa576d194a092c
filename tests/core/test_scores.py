"""Scores, by hand and against scikit-learn."""

import numpy as np
import pytest
from sklearn import metrics

from core.scores import score

# Three classes, the last of which never occurs; sizes differ so that axes cannot be mixed up.
LABELS = np.array([0, 0, 0, 1, 1])
ANSWERS = np.array(
    [
        [0.8, 0.1, 0.1],  # right
        [0.2, 0.7, 0.1],  # a 0 called 1
        [0.3, 0.3, 0.4],  # a 0 called 2
        [0.1, 0.9, 0.0],  # right
        [0.9, 0.05, 0.05],  # a 1 called 0, and sure of it
    ]
)


def test_rows_of_the_matrix_are_actual_classes() -> None:
    assert score(LABELS, ANSWERS, 3).confusion_matrix.tolist() == [[1, 1, 1], [1, 1, 0], [0, 0, 0]]


def test_scores_of_a_small_example_by_hand() -> None:
    found = score(LABELS, ANSWERS, 3)
    assert found.precision.tolist() == [1 / 2, 1 / 2, 0.0]
    assert found.recall.tolist() == [1 / 3, 1 / 2, 0.0]  # 0 for the class that never occurs
    assert found.f1 == pytest.approx([2 / 5, 1 / 2, 0.0])
    assert found.support.tolist() == [3, 2, 0]
    assert found.accuracy == 2 / 5


def test_worst_mistakes_gave_the_truth_the_least_probability() -> None:
    assert score(LABELS, ANSWERS, 3).worst_mistakes.tolist() == [4, 1, 2]


def test_equally_bad_mistakes_keep_their_order() -> None:
    answers = np.tile([[0.1, 0.9]], (4, 1))
    assert score(np.array([0, 1, 0, 0]), answers, 2).worst_mistakes.tolist() == [0, 2, 3]


def test_no_mistakes_is_no_error() -> None:
    found = score(np.array([1, 0]), np.array([[0.1, 0.9], [0.9, 0.1]]), 2)
    assert (found.accuracy, len(found.worst_mistakes)) == (1.0, 0)


@pytest.mark.parametrize("num_classes", [2, 7, 10])
def test_scores_are_those_of_scikit_learn(num_classes: int) -> None:
    generator = np.random.default_rng(num_classes)
    labels = generator.integers(0, num_classes, 97)
    answers = generator.random((97, num_classes)) + np.eye(num_classes)[labels] * 0.5
    predicted, found = answers.argmax(axis=1), score(labels, answers, num_classes)
    assert (found.confusion_matrix == metrics.confusion_matrix(labels, predicted)).all()
    assert found.precision == pytest.approx(metrics.precision_score(labels, predicted, average=None))
    assert found.recall == pytest.approx(metrics.recall_score(labels, predicted, average=None))
    assert found.f1 == pytest.approx(metrics.f1_score(labels, predicted, average=None))
    assert found.accuracy == pytest.approx(metrics.accuracy_score(labels, predicted))
    assert set(found.worst_mistakes) == set(np.flatnonzero(labels != predicted))
