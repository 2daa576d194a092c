"""Scores, by hand and against scikit-learn."""

import numpy as np
import pytest
from sklearn import metrics

from core.analysis.scores import BINS, calibrate, class_order, compute_scores

# Three classes, the last of which never occurs; sizes differ so that axes cannot be mixed up.
LABELS = np.array([0, 0, 0, 1, 1])
ANSWERS = np.array(
    [
        [0.8, 0.1, 0.1],  # right
        [0.2, 0.7, 0.1],  # a 0 called 1
        [0.3, 0.3, 0.4],  # a 0 called 2
        [0.1, 0.9, 0.0],  # right
        [0.9, 0.05, 0.05],  # a confident 0 for a 1
    ]
)


def test_rows_of_the_matrix_are_actual_classes() -> None:
    assert compute_scores(LABELS, ANSWERS, 3).confusion_matrix.tolist() == [[1, 1, 1], [1, 1, 0], [0, 0, 0]]


def test_scores_of_a_small_example_by_hand() -> None:
    scores = compute_scores(LABELS, ANSWERS, 3)
    assert scores.precision.tolist() == [1 / 2, 1 / 2, 0.0]
    assert scores.recall.tolist() == [1 / 3, 1 / 2, 0.0]  # 0 for the class that never occurs
    assert scores.f1 == pytest.approx([2 / 5, 1 / 2, 0.0])
    assert scores.support.tolist() == [3, 2, 0]
    assert scores.accuracy == 2 / 5


def test_worst_mistakes_gave_the_truth_the_least_probability() -> None:
    assert compute_scores(LABELS, ANSWERS, 3).worst_mistakes.tolist() == [4, 1, 2]


def test_equally_bad_mistakes_keep_their_order() -> None:
    answers = np.tile([[0.1, 0.9]], (4, 1))
    assert compute_scores(np.array([0, 1, 0, 0]), answers, 2).worst_mistakes.tolist() == [0, 2, 3]


def test_no_mistakes_is_no_error() -> None:
    scores = compute_scores(np.array([1, 0]), np.array([[0.1, 0.9], [0.9, 0.1]]), 2)
    assert (scores.accuracy, len(scores.worst_mistakes)) == (1.0, 0)


@pytest.mark.parametrize("num_classes", [2, 7, 10])
def test_scores_are_those_of_scikit_learn(num_classes: int) -> None:
    generator = np.random.default_rng(num_classes)
    labels = generator.integers(0, num_classes, 97)
    answers = generator.random((97, num_classes)) + np.eye(num_classes)[labels] * 0.5
    predicted, scores = answers.argmax(axis=1), compute_scores(labels, answers, num_classes)
    assert (scores.confusion_matrix == metrics.confusion_matrix(labels, predicted)).all()
    assert scores.precision == pytest.approx(metrics.precision_score(labels, predicted, average=None))
    assert scores.recall == pytest.approx(metrics.recall_score(labels, predicted, average=None))
    assert scores.f1 == pytest.approx(metrics.f1_score(labels, predicted, average=None))
    assert scores.accuracy == pytest.approx(metrics.accuracy_score(labels, predicted))
    assert set(scores.worst_mistakes) == set(np.flatnonzero(labels != predicted))


# Top-k, calibration and the order by confusion


def test_top_k_is_scikit_learns_and_one_by_hand() -> None:
    assert compute_scores(LABELS, ANSWERS, 3).top_k == {
        2: 3 / 5
    }  # of two equal second classes, scikit-learn takes the later class
    generator = np.random.default_rng(3)
    labels, answers = generator.integers(0, 10, 97), generator.random((97, 10))
    top_k = compute_scores(labels, answers, 10).top_k
    assert top_k == {k: metrics.top_k_accuracy_score(labels, answers, k=k) for k in (2, 3, 5)}


def test_two_classes_have_no_top_k() -> None:
    assert compute_scores(np.array([1, 0]), np.array([[0.1, 0.9], [0.9, 0.1]]), 2).top_k == {}


def test_calibration_error_by_hand() -> None:
    calibration = calibrate(np.array([0.95, 0.95, 0.95, 0.95, 0.6]), np.array([True, True, True, False, False]))
    assert calibration.counts.tolist() == [0, 0, 0, 0, 0, 1, 0, 0, 0, 4]
    assert calibration.right.tolist() == [0, 0, 0, 0, 0, 0, 0, 0, 0, 3]
    assert calibration.error == pytest.approx(4 / 5 * (0.95 - 0.75) + 1 / 5 * 0.6)


def test_calibration_is_the_definition_on_many_images() -> None:
    generator = np.random.default_rng(1)
    sure, is_right = generator.random(1_000).astype("float32"), generator.random(1_000) < 0.7
    calibration, error = calibrate(sure, is_right), 0.0
    for low in range(BINS):
        inside = (sure > low / BINS) & (sure <= (low + 1) / BINS)
        assert (calibration.counts[low], calibration.right[low]) == (inside.sum(), is_right[inside].sum())
        assert (calibration.confidence[low], calibration.accuracy[low]) == pytest.approx(
            (sure[inside].mean(), is_right[inside].mean())
        )
        error += inside.mean() * abs(is_right[inside].mean() - sure[inside].mean())
    assert calibration.error == pytest.approx(error)


@pytest.mark.parametrize("sure", [[], [1.0000001, 1.0], [0.0, 0.1]])
def test_calibration_of_edges(sure: list[float]) -> None:
    calibration = calibrate(np.array(sure, "float32"), np.ones(len(sure), bool))
    assert calibration.counts.sum() == len(sure)
    assert 0 <= calibration.error <= 1


def test_classes_that_are_confused_stand_side_by_side() -> None:
    matrix = np.diag([90] * 6)
    for first, second in ((0, 3), (1, 5), (2, 4)):
        matrix[first, second] = matrix[second, first] = 10
    classes = class_order(matrix).tolist()
    assert sorted(classes) == list(range(6))
    assert all(abs(classes.index(first) - classes.index(second)) == 1 for first, second in ((0, 3), (1, 5), (2, 4)))


def test_groups_touch_where_they_are_confused() -> None:
    matrix = np.diag([90] * 4)
    for first, second, count in ((0, 3, 12), (1, 2, 12), (0, 2, 5)):
        matrix[first, second] = matrix[second, first] = count
    assert class_order(matrix).tolist() in ([3, 0, 2, 1], [1, 2, 0, 3])


@pytest.mark.parametrize("size", [1, 2, 3])
def test_order_of_few_classes_and_of_none_that_occurs(size: int) -> None:
    assert sorted(class_order(np.zeros((size, size), int)).tolist()) == list(range(size))
