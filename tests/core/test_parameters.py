"""Constraints: which values they accept, and how they describe themselves."""

import math

import pytest

from core.number_text import number, percent, rounded
from core.parameters import (
    BooleanValue,
    Choice,
    Constraint,
    Integer,
    Integers,
    Optional,
    Padding,
    Parameter,
    PerAxisInteger,
    Real,
    RealOrRange,
    Reals,
)

CONSTRAINTS: tuple[Constraint, ...] = (
    Integer(1, 512),
    Integer(-3, 3),
    Integer(1, 31, step=2),
    Integer(0, 2**32 - 1),
    Real(0.0, 0.5),
    Real(0.0, 10.0, low_open=True),
    Real(0.0, 1.0, high_open=True),
    Real(0.0, 1.0, low_open=True, high_open=True),
    Real(-1e6, 1e6),
    Choice(("relu", "softmax")),
    BooleanValue(),
    Integers(2, 2, 1, 64),
    Integers(1, 4, -1, 1_000_000),
    PerAxisInteger(1, 64),
    PerAxisInteger(1, 64, 3),
    Padding(0, 64, 1),
    Padding(0, 64, 2),
    Padding(0, 64, 3),
    RealOrRange(-1.0, 1.0),
    RealOrRange(0.0, 255.0, single=False),
    Reals(1, 16, -1e6, 1e6),
)
ALL = [*CONSTRAINTS, *(Optional(constraint) for constraint in CONSTRAINTS)]
each_constraint = pytest.mark.parametrize("constraint", ALL, ids=repr)


@each_constraint
def test_constraint_accepts_its_boundary_values(constraint: Constraint) -> None:
    assert constraint.boundary_values()
    assert [value for value in constraint.boundary_values() if not constraint.is_valid(value)] == []


@each_constraint
def test_constraint_rejects_its_bad_values(constraint: Constraint) -> None:
    assert len(constraint.bad_values()) >= 3
    assert [value for value in constraint.bad_values() if constraint.is_valid(value)] == []


@pytest.mark.parametrize(
    "constraint", [Integer(0, 2), Real(0.0, 2.0), PerAxisInteger(1, 2), Optional(Integer(0, 2))], ids=repr
)
def test_true_is_not_one(constraint: Constraint) -> None:
    assert constraint.is_valid(1)
    assert not constraint.is_valid(True)
    assert not constraint.is_valid(False)


@pytest.mark.parametrize(
    "constraint", [Integer(0, 2), Real(-5.0, 5.0), PerAxisInteger(1, 2), Optional(Real(0.0, 1.0))], ids=repr
)
@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_nan_and_infinity_are_no_numbers(constraint: Constraint, value: float) -> None:
    assert not constraint.is_valid(value)


@each_constraint
def test_constraint_answers_for_any_value_at_all(constraint: Constraint) -> None:
    odd = (10**400, -(10**400), "1e-3 ", {}, [], (), object(), b"1")
    assert [value for value in odd if constraint.is_valid(value) is not False] == []


def test_one_is_not_true_for_a_switch() -> None:
    assert not BooleanValue().is_valid(1)
    assert BooleanValue().is_valid(True)


def test_integers_reject_true() -> None:
    assert Integers(2, 2, 1, 64).is_valid((1, 1))
    assert not Integers(2, 2, 1, 64).is_valid((True, 1))


def test_real_refuses_an_open_end() -> None:
    assert not Real(0.0, 1.0, low_open=True).is_valid(0.0)
    assert not Real(0.0, 1.0, high_open=True).is_valid(1.0)
    assert Real(0.0, 1.0).is_valid(0.0)
    assert Real(0.0, 1.0).is_valid(1)


@pytest.mark.parametrize(
    ("constraint", "words"),
    [
        (Integer(1, 1_000_000), "a whole number from 1 to 1,000,000"),
        (Real(0.0, 0.5), "a number from 0 to 0.5"),
        (Real(0.0, 10.0, low_open=True), "a number above 0 up to 10"),
        (Real(0.0, 1.0, low_open=True, high_open=True), "a number above 0 and below 1"),
        (Choice(("valid", "same")), "one of 'valid', 'same'"),
        (BooleanValue(), "true or false"),
        (Integers(2, 2, 1, 64), "2 whole numbers from 1 to 64"),
        (Integers(1, 4, -1, 1_000), "1 to 4 whole numbers from -1 to 1,000"),
        (PerAxisInteger(1, 64), "one whole number from 1 to 64, or two of them (height, width)"),
        (Integer(1, 31, step=2), "a whole number from 1 to 31, in steps of 2"),
        (PerAxisInteger(1, 64, 3), "one whole number from 1 to 64, or three of them (depth, height, width)"),
        (Padding(0, 9, 1), "one whole number from 0 to 9, or two of them (at the beginning, at the end)"),
        (Padding(0, 9), "one whole number from 0 to 9, or two (height, width) or four of them (above, below, left, right)"),
        (RealOrRange(0.0, 1.0), "one number from 0 to 1, or two, the lower first"),
        (RealOrRange(0.0, 1.0, single=False), "two numbers from 0 to 1, the lower first"),
        (Optional(Integer(10, 1_000), "all"), "a whole number from 10 to 1,000, or null (all)"),
    ],
)
def test_describe_gives_the_constraint_in_words(constraint: Constraint, words: str) -> None:
    assert constraint.describe() == words


@pytest.mark.parametrize(("value", "text"), [(101_770, "101,770"), (0.1, "0.1"), (2.0, "2"), (1e-7, "1e-07"), (-1, "-1")])
def test_number_reads_well(value: float, text: str) -> None:
    assert number(value) == text


def test_label_is_the_name_in_words() -> None:
    assert Parameter("kernel_size", 3, PerAxisInteger(1, 64), "Height and width.").label == "Kernel size"


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (0.38, "0.380"),
        (44.8, "44.8"),
        (100.2, "100"),
        (999.6, "1,000"),
        (5353, "5,350"),
        (0.00015, "0.000150"),
        (4.8e-7, "4.80 · 10⁻⁷"),
        (0, "0"),
        (math.nan, "nan"),
    ],
)
def test_measurement_has_three_digits_and_no_exponent_of_a_machine(value: float, words: str) -> None:
    assert rounded(value) == words


def test_share_is_written_in_percent() -> None:
    assert (percent(0.174), percent(0.174, 1), percent(1)) == ("17\u00a0%", "17.4\u00a0%", "100\u00a0%")
