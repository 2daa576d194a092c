"""Numbers as texts: one rounding for each kind of figure, and no line that breaks inside one."""

import math

import pytest

from core.number_text import (
    accuracy_text,
    day_text,
    enumeration,
    loss_text,
    metric_text,
    moment_text,
    percent,
    rounded,
    seconds_text,
    short_text,
    with_no_break_spaces,
    written_day_text,
)


@pytest.mark.parametrize(
    ("value", "text"),  # the same cases stand in tests/javascript/text_format.test.js
    [
        (0.38412, "0.384"),
        (0.38, "0.380"),
        (44.8, "44.8"),
        (5347, "5,350"),
        (1e6, "1,000,000"),
        (0.00012345, "0.000123"),
        (4.8e-7, "4.80 · 10⁻⁷"),
        (0, "0"),
    ],
)
def test_measurements_have_three_significant_digits(value: float, text: str) -> None:
    assert rounded(value) == loss_text(value) == text
    assert seconds_text(value) == f"{text}\u00a0s"


@pytest.mark.parametrize(
    ("value", "text"), [(0.25, "0.25"), (-0.25, "−0.25"), (-1234.5, "−1,230"), (1e-7, "1.00 · 10⁻⁷"), (0.0, "0")]
)
def test_number_of_a_network_is_short_and_has_a_real_minus_sign(value: float, text: str) -> None:
    assert short_text(value) == text


def test_a_loss_that_is_no_number_says_so() -> None:
    assert loss_text(math.nan) == "nan"


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [("val_accuracy", 0.93056, "0.9306"), ("accuracy", 0.93, "0.9300"), ("loss", 0.93056, "0.931")],
)
def test_every_accuracy_has_four_decimal_places(name: str, value: float, text: str) -> None:
    assert metric_text(name, value) == text
    assert "accuracy" not in name or accuracy_text(value) == text


def test_no_line_breaks_inside_a_figure() -> None:
    assert percent(0.171) == "17\u00a0%"
    assert (
        with_no_break_spaces("28 × 28 × 1 pixels, ? × 3, 17 % in 3 s")
        == "28\u00a0×\u00a028\u00a0×\u00a01 pixels, ?\u00a0×\u00a03, 17\u00a0% in 3\u00a0s"
    )
    assert with_no_break_spaces("5 samples of 2 sets") == "5 samples of 2 sets"


def test_day_is_written_out() -> None:
    assert [day_text(seconds) for seconds in (0.0, 1_795_921_779.0)] == ["1 January 1970", "29 November 2026"]
    assert written_day_text("2026-11-09") == "9 November 2026"
    assert moment_text(0.0) == "1 January 1970, 00:00 UTC"


@pytest.mark.parametrize(
    ("words", "text"), [([], ""), (["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")]
)
def test_an_enumeration_ends_with_and(words: list[str], text: str) -> None:
    assert enumeration(words) == text
