"""Thresholds, by hand and on a trained network's answers to Digits."""

import numpy as np
import pytest

from core.analysis.evaluation_files import EvaluatedSet, read_evaluated_set
from core.analysis.thresholds import CONFIDENCE, MARGIN, MEASURES, certainty, counts_at_threshold, threshold_curve
from tests.core.conftest import Trained

LABELS = np.array([0, 1, 2, 1, 0])
PROBABILITIES = np.array(
    [
        [0.9, 0.1, 0.0],  # right
        [0.5, 0.5, 0.0],  # a tie with a wrong first class
        [0.2, 0.2, 0.6],  # right
        [0.0, 0.5, 0.5],  # a tie with a right first class
        [0.1, 0.2, 0.7],  # wrong
    ],
    dtype="float32",
)
BY_HAND = EvaluatedSet({"labels": LABELS, "probabilities": PROBABILITIES})


@pytest.fixture(scope="module")
def digits(trained: Trained) -> EvaluatedSet:
    found = read_evaluated_set(trained.folder / "test.npz")
    assert found is not None
    return found


def test_threshold_of_zero_answers_everything_as_argmax_does() -> None:
    found = counts_at_threshold(BY_HAND, CONFIDENCE, 0.0)
    assert (found.images, found.answered, found.right) == (5, 5, 3)
    assert (found.ties, found.ties_answered, found.ties_right) == (2, 2, 1)


def test_answer_is_as_sure_as_the_threshold_or_surer() -> None:
    assert (counts_at_threshold(BY_HAND, CONFIDENCE, 0.6).answered, counts_at_threshold(BY_HAND, CONFIDENCE, 0.6).right) == (
        3,
        2,
    )
    assert counts_at_threshold(BY_HAND, CONFIDENCE, 0.61).answered == 2
    assert counts_at_threshold(BY_HAND, CONFIDENCE, 0.61).share_right == 0.5
    assert counts_at_threshold(BY_HAND, CONFIDENCE, 0.95).share_right is None


def test_margin_leaves_ties_unanswered() -> None:
    assert certainty(BY_HAND, MARGIN) == pytest.approx([0.8, 0.0, 0.4, 0.0, 0.5])
    found = counts_at_threshold(BY_HAND, MARGIN, 0.01)
    assert (found.answered, found.ties, found.ties_answered) == (3, 2, 0)


@pytest.mark.parametrize("measure", list(MEASURES))
def test_curve_is_what_each_threshold_gives(digits: EvaluatedSet, measure: str) -> None:
    curve = threshold_curve(digits, measure)
    for step in (0, 30, 50, 77, 100):
        one = counts_at_threshold(digits, measure, curve.thresholds[step])
        assert curve.answered[step] == pytest.approx(one.share_answered)
        assert curve.right[step] == pytest.approx(np.nan if one.share_right is None else one.share_right, nan_ok=True)


def test_no_threshold_gives_the_accuracy_of_the_run(digits: EvaluatedSet, trained: Trained) -> None:
    found = counts_at_threshold(digits, CONFIDENCE, 0.0)
    assert found.share_right == pytest.approx(trained.result["test"]["accuracy"])
    assert found.images == 360
    sure = counts_at_threshold(digits, CONFIDENCE, 0.9)
    assert sure.answered < 360 and (sure.share_right or 0) > (found.share_right or 1)
