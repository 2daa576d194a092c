"""Figures that answer predictions: their values on recorded runs, and guesses beside them."""

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from core.teaching.checks.confused_classes import ConfusedClasses
from core.teaching.checks.evidence import Evidence, EvidenceLoaders
from core.teaching.checks.predictable_values import (
    PREDICTABLE_VALUES,
    band_labels,
    compare,
    first_run_after,
    unreadable_reason,
)
from tests.core.sample_experiments import LECTURE, with_fit
from tests.core.teaching.recorded_runs import CREATED, evaluation_of, first_loss_of, recorded, summary_of

LOOK_UP = EvidenceLoaders(summary=lambda _: summary_of("lecture"), evaluation=evaluation_of, first_loss=first_loss_of)
ARGUMENTS: Mapping[str, Any] = {"layer": "Flatten"}


def value(name: str, run: str = "lecture", **arguments: Any) -> Any:
    return PREDICTABLE_VALUES[name].value(Evidence(LECTURE, look_up=LOOK_UP), recorded(run), arguments)


def test_draft_answers_without_a_run() -> None:
    evidence = Evidence(with_fit(LECTURE, batch_size=16), look_up=LOOK_UP)
    assert PREDICTABLE_VALUES["parameters"].value(evidence) == 64 * 128 + 128 + 1290
    assert PREDICTABLE_VALUES["batches_per_epoch"].value(evidence) == math.ceil(1293 / 16)
    assert PREDICTABLE_VALUES["output_shape"].value(evidence, arguments=ARGUMENTS) == (64,)
    assert PREDICTABLE_VALUES["output_shape"].value(evidence) == (10,)


def test_run_answers_once_it_is_over() -> None:
    result = recorded("lecture").run.result
    assert result is not None
    assert value("validation_accuracy") == result["validation"]["accuracy"]
    assert value("training_accuracy") == result["history"]["accuracy"][-1]
    assert value("gap") == pytest.approx(100 * (result["history"]["accuracy"][-1] - result["validation"]["accuracy"]))
    assert value("last_loss") == result["validation"]["loss"]
    assert value("seconds") == result["seconds"]
    assert PREDICTABLE_VALUES["validation_accuracy"].value(Evidence(LECTURE)) is None


def test_first_loss_of_digits_is_about_ln_10() -> None:
    assert value("first_loss") == pytest.approx(math.log(10), abs=0.3)


def test_test_accuracy_waits_until_the_set_is_open() -> None:
    assert value("test_accuracy") is None
    run = recorded("lecture", test_openings=1)
    assert PREDICTABLE_VALUES["test_accuracy"].value(Evidence(LECTURE), run) == run.run.accuracy("test")


def test_overfitting_is_seen_where_the_loss_rises() -> None:
    assert value("overfits", "overfitting") is True and value("overfits") is False
    assert 1 < value("best_epoch", "overfitting") < 40
    assert value("overfits", "without validation") is None


def test_pair_is_right_in_either_direction() -> None:
    predicted, pairs = PREDICTABLE_VALUES["most_confused_pair"], value("most_confused_pair")
    one, other = pairs[0].first, pairs[0].second
    assert compare(predicted, f"{other}→{one}", pairs).is_right
    assert compare(predicted, f"{one} and {other}", pairs, options=(f"{one} and {other}", "another pair")).is_right
    assert not compare(predicted, "another pair", pairs, options=(f"{one} and {other}", "another pair")).is_right
    assert compare(predicted, "another pair", pairs, options=("A and B", "another pair")).is_right


def test_pair_says_which_class_was_taken_for_the_other() -> None:
    predicted, pair = PREDICTABLE_VALUES["most_confused_pair"], ConfusedClasses("1", "8", 0, 11)
    assert predicted.words((pair,)) == "1 and 8 (8 taken for 1: 11 images, 1 taken for 8: none)"
    assert compare(predicted, "3 and 8", (pair,)).words.startswith("You said 3 and 8; it was 1 and 8 (8 taken for 1")


@pytest.mark.parametrize(
    ("name", "guess", "right", "said", "options"),
    [
        (
            "validation_accuracy",
            "70 to 85\N{NO-BREAK SPACE}%",
            False,
            "You said 70 to 85 %; it was 91.4 %.",
            {"bands": (0.7, 0.85)},
        ),
        ("validation_accuracy", 2, True, "You said above 85 %; it was 91.4 %.", {"bands": (0.7, 0.85)}),
        ("validation_accuracy", "91 %", True, "You said 91.0 %; it was 91.4 %.", {"within": 0.01}),
        ("validation_accuracy", 91, True, "You said 91.0 %; it was 91.4 %.", {"within": 0.01}),
        ("validation_accuracy", "about 0.5", False, "You said 50.0 %; it was 91.4 %.", {"within": 0.3}),
        ("parameters", "7,850", True, "You said 7,850 parameters, and that is right.", {}),
        ("parameters", "7849", False, "You said 7,849 parameters; it is 7,850 parameters.", {}),
        ("first_loss", "2,3", True, "You said 2.3; it was 2.41.", {"within": 0.3}),
        ("output_shape", "(28, 28, 1)", True, "You said 28 × 28 × 1, and that is right.", {}),
        ("output_shape", "28x28", False, "You said 28 × 28; it is 28 × 28 × 1.", {}),
        ("overfits", "Yes", True, "You said yes, and that is right.", {"options": ("Yes", "No")}),
        ("best_epoch", "no idea", False, "You said no idea; it was 4 epoch.", {"within": 2}),
    ],
)
def test_guess_and_result_stand_side_by_side(name: str, guess: Any, right: bool, said: str, options: dict[str, Any]) -> None:
    values = {
        "validation_accuracy": 0.914,
        "parameters": 7_850,
        "first_loss": 2.41,
        "output_shape": (28, 28, 1),
        "overfits": True,
        "best_epoch": 4,
    }
    compared = compare(PREDICTABLE_VALUES[name], guess, values[name], **options)
    words = compared.words.replace("\N{NO-BREAK SPACE}", " ")
    assert compared.is_right is right
    assert words == said.replace("4 epoch.", "4.")


@pytest.mark.parametrize(
    ("name", "guess", "value", "why"),
    [
        (
            "output_shape",
            "36",
            (6, 6, 4),
            "“36” has 1 number. Expected 3 numbers, such as 8 x 8 x 1. Type your guess again.",
        ),
        ("output_shape", "6 6 4", (6, 6, 4), ""),
        ("output_shape", "many", None, "“many” has 0 numbers. Expected 1 number, such as 1. Type your guess again."),
        (
            "most_confused_pair",
            "3, 8",
            None,
            "“3, 8” does not name two classes. Expected two classes with “and” between them, such as 0 and 1.",
        ),
        ("most_confused_pair", "8 and 3", None, ""),
        ("first_loss", "small", None, "“small” is no number. Expected a number, such as 2.3. Type your guess again."),
        ("first_loss", "2,3", None, ""),
    ],
)
def test_typed_guess_that_cannot_be_read_is_explained(name: str, guess: str, value: Any, why: str) -> None:
    assert unreadable_reason(PREDICTABLE_VALUES[name], guess, value) == why


def test_bands_cover_all_values() -> None:
    labels = band_labels(PREDICTABLE_VALUES["validation_accuracy"], (0.5, 0.7, 0.95))
    assert [label.replace("\N{NO-BREAK SPACE}", " ") for label in labels] == [
        "below 50 %",
        "50 to 70 %",
        "70 to 95 %",
        "above 95 %",
    ]
    edges = [compare(PREDICTABLE_VALUES["seconds"], place, 10.0, bands=(5.0, 10.0)).is_right for place in range(3)]
    assert edges == [False, False, True]


def test_first_run_after_a_guess_answers_it() -> None:
    first, second = recorded("lecture", 1), recorded("dropout", 2)
    evidence = Evidence(LECTURE, (second, first))
    assert first_run_after(evidence, 0.0) == first
    assert first_run_after(evidence, CREATED + 61) == second
    assert first_run_after(evidence, CREATED + 121) is None
    waiting = replace(second, run=replace(second.run, state="training", result=None))
    assert first_run_after(Evidence(LECTURE, (waiting, first)), CREATED + 61) is None


def test_run_that_was_stopped_early_answers_no_guess() -> None:
    run = recorded("lecture", 1)
    stopped = replace(run, run=replace(run.run, state="stopped"))
    half = -(-run.run.experiment.fit.epochs // 2)
    early, late = (replace(stopped, epochs=run.epochs[:count]) for count in (half - 1, half))
    assert first_run_after(Evidence(LECTURE, (early,)), 0.0) is None
    assert first_run_after(Evidence(LECTURE, (run, early)), 0.0) == run
    assert first_run_after(Evidence(LECTURE, (late,)), 0.0) == late
