"""Figures that answer predictions: their values on recorded runs, and guesses beside them."""

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from core.teaching.checks.evidence import Evidence, LookUp
from core.teaching.checks.figures import FIGURES, band_labels, compare, run_after
from tests.core.sample_experiments import LECTURE, with_fit
from tests.core.teaching.recorded_runs import CREATED, evaluation_of, first_loss_of, recorded, summary_of

LOOK_UP = LookUp(summary=lambda _: summary_of("lecture"), evaluation=evaluation_of, first_loss=first_loss_of)
ARGUMENTS: Mapping[str, Any] = {"layer": "Flatten"}


def value(name: str, run: str = "lecture", **arguments: Any) -> Any:
    return FIGURES[name].value(Evidence(LECTURE, look_up=LOOK_UP), recorded(run), arguments)


def test_draft_answers_without_a_run() -> None:
    evidence = Evidence(with_fit(LECTURE, batch_size=16), look_up=LOOK_UP)
    assert FIGURES["parameters"].value(evidence) == 64 * 128 + 128 + 1290
    assert FIGURES["batches_per_epoch"].value(evidence) == math.ceil(1293 / 16)
    assert FIGURES["output_shape"].value(evidence, arguments=ARGUMENTS) == (64,)
    assert FIGURES["output_shape"].value(evidence) == (10,)


def test_run_answers_once_it_is_over() -> None:
    result = recorded("lecture").run.result
    assert result is not None
    assert value("validation_accuracy") == result["validation"]["accuracy"]
    assert value("training_accuracy") == result["history"]["accuracy"][-1]
    assert value("gap") == pytest.approx(100 * (result["history"]["accuracy"][-1] - result["validation"]["accuracy"]))
    assert value("last_loss") == result["validation"]["loss"]
    assert value("seconds") == result["seconds"]
    assert FIGURES["validation_accuracy"].value(Evidence(LECTURE)) is None


def test_first_loss_of_digits_is_about_ln_10() -> None:
    assert value("first_loss") == pytest.approx(math.log(10), abs=0.3)


def test_test_accuracy_waits_until_the_set_is_open() -> None:
    assert value("test_accuracy") is None
    run = recorded("lecture", test_openings=1)
    assert FIGURES["test_accuracy"].value(Evidence(LECTURE), run) == run.run.accuracy("test")


def test_overfitting_is_seen_where_the_loss_rises() -> None:
    assert value("overfits", "overfitting") is True and value("overfits") is False
    assert 1 < value("best_epoch", "overfitting") < 40
    assert value("overfits", "without validation") is None


def test_pair_is_right_in_either_direction() -> None:
    figure, pairs = FIGURES["most_confused_pair"], value("most_confused_pair")
    one, other = pairs.split(" or ")[0].split(" and ")
    assert compare(figure, f"{other}→{one}", pairs).is_right
    assert compare(figure, f"{one} and {other}", pairs, options=(f"{one} and {other}", "another pair")).is_right
    assert not compare(figure, "another pair", pairs, options=(f"{one} and {other}", "another pair")).is_right
    assert compare(figure, "another pair", pairs, options=("A and B", "another pair")).is_right


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
        ("parameters", "7,850", True, "You said 7,850 parameters; it was 7,850 parameters.", {}),
        ("parameters", "7849", False, "You said 7,849 parameters; it was 7,850 parameters.", {}),
        ("first_loss", "2,3", True, "You said 2.30; it was 2.41.", {"within": 0.3}),
        ("output_shape", "(28, 28, 1)", True, "You said (28, 28, 1); it was 28 × 28 × 1.", {}),
        ("output_shape", "28x28", False, "You said 28x28; it was 28 × 28 × 1.", {}),
        ("overfits", "Yes", True, "You said Yes; it was yes.", {"options": ("Yes", "No")}),
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
    compared = compare(FIGURES[name], guess, values[name], **options)
    words = compared.words.replace("\N{NO-BREAK SPACE}", " ")
    assert compared.is_right is right
    assert words == said.replace("4 epoch.", "4.")


def test_bands_cover_all_values() -> None:
    labels = band_labels(FIGURES["validation_accuracy"], (0.5, 0.7, 0.95))
    assert [label.replace("\N{NO-BREAK SPACE}", " ") for label in labels] == [
        "below 50 %",
        "50 to 70 %",
        "70 to 95 %",
        "above 95 %",
    ]
    edges = [compare(FIGURES["seconds"], place, 10.0, bands=(5.0, 10.0)).is_right for place in range(3)]
    assert edges == [False, False, True]


def test_first_run_after_a_guess_answers_it() -> None:
    first, second = recorded("lecture", 1), recorded("dropout", 2)
    evidence = Evidence(LECTURE, (second, first))
    assert run_after(evidence, 0.0) == first
    assert run_after(evidence, CREATED + 61) == second
    assert run_after(evidence, CREATED + 121) is None
    waiting = replace(second, run=replace(second.run, state="training", result=None))
    assert run_after(Evidence(LECTURE, (waiting, first)), CREATED + 61) is None
