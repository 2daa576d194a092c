"""How sure answers are: which images turned sure and wrong, and what the loss makes of it."""

import numpy as np
import pytest

from core.views.predictions import answers_from_probabilities, newly_confident_errors

LABELS = np.array([0, 0, 1, 1])
UNSURE = answers_from_probabilities(np.array([[0.6, 0.4], [0.45, 0.55], [0.4, 0.6], [0.05, 0.95]]), LABELS)
SURE = answers_from_probabilities(np.array([[0.95, 0.05], [0.05, 0.95], [0.92, 0.08], [0.95, 0.05]]), LABELS)


def test_answers_know_the_predicted_class_and_the_probability_of_the_label() -> None:
    assert UNSURE.predicted.tolist() == [0, 1, 1, 1] and UNSURE.wrong.tolist() == [False, True, False, False]
    assert UNSURE.sureness.tolist() == [0.6, 0.55, 0.6, 0.95] and UNSURE.of_label.tolist() == [0.6, 0.45, 0.6, 0.95]
    assert UNSURE.loss == pytest.approx(-np.log([0.6, 0.45, 0.6, 0.95]).mean())
    assert (UNSURE.num_wrong, UNSURE.num_sure_and_wrong, SURE.num_sure_and_wrong) == (1, 0, 3)


def test_image_turned_where_it_was_unsure_and_is_sure_and_wrong() -> None:
    assert newly_confident_errors(UNSURE, SURE).tolist() == [1, 2], "3 was sure before, 0 is right"
    assert newly_confident_errors(SURE, UNSURE).tolist() == []


def test_probability_of_zero_has_a_finite_loss() -> None:
    assert np.isfinite(answers_from_probabilities(np.array([[1.0, 0.0]]), np.array([1])).loss)
