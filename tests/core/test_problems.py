"""Problems as values."""

import pickle

import pytest

from core.problems import Problem, ProblemError, Repair, nearest, quoted

PROBLEM = Problem(
    "value-not-allowed",
    ("fit", "epochs"),
    "epochs is 0.",
    "Expected a whole number from 1 to 1,000.",
    "Choose one.",
    repairs=(Repair("Set epochs to 5", "set", ("fit", "epochs"), 5),),
)


def test_problem_reads_as_what_happened_expected_and_fix() -> None:
    assert str(PROBLEM) == "epochs is 0. Expected a whole number from 1 to 1,000. Choose one."


@pytest.mark.parametrize("empty", ["happened", "expected", "fix"])
def test_problem_lacks_no_part(empty: str) -> None:
    parts = {"happened": "a", "expected": "b", "fix": "c", empty: ""}
    with pytest.raises(ValueError, match="the problem 'some-code' lacks a part; it needs happened, expected and fix"):
        Problem("some-code", (), **parts)


def test_only_errors_block() -> None:
    assert PROBLEM.blocks
    assert not Problem("code", (), "a", "b", "c", severity="warning").blocks


def test_problem_error_carries_its_problem_through_a_pickle() -> None:
    error = pickle.loads(pickle.dumps(ProblemError(PROBLEM)))
    assert error.problem == PROBLEM
    assert str(error) == str(PROBLEM)


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("unit", "Did you mean 'units'?"),
        ("UNITS", "Did you mean 'units'?"),
        ("zzz", "Known are: units, activation."),
        ("units" + "x" * 100_000, "Known are: units, activation."),
    ],
    ids=["near", "other case", "far", "long"],
)
def test_nearest_hints_at_the_known_name(name: str, hint: str) -> None:
    assert nearest(name, ("units", "activation")) == hint


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("relu", "'relu'"),
        (None, "None"),
        ((3, 3), "(3, 3)"),
        ("x" * 40, "'" + "x" * 40 + "'"),
        ("x" * 10_000, "'" + "x" * 39 + "…"),
        ("half a pair: \ud800", "'half a pair: \\ud800'"),
    ],
    ids=["text", "nothing", "tuple", "as long as may be", "too long", "half a character pair"],
)
def test_quoted_shows_a_value_and_cuts_it(value: object, text: str) -> None:
    assert quoted(value) == text
    assert quoted(value).encode("utf-8")


def test_many_known_names_are_cut() -> None:
    assert nearest("zzz", tuple(map(str, range(112)))).endswith("18, 19 and 92 more.")
