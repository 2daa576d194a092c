"""Each case of a test belongs to one set: plain, deep or exhaustive."""

import pytest

from tests.deep_cases import deep_except, exhaustive_except, first_of_each


def test_case_is_plain_deep_or_exhaustive() -> None:
    cases = deep_except(["a"], exhaustive_except(["a", "b"], ["a", "b", "c"]))
    assert [(case.values, [mark.name for mark in case.marks]) for case in cases] == [
        (("a",), []),
        (("b",), ["deep"]),
        (("c",), ["exhaustive"]),
    ]


@pytest.mark.parametrize("leave", [deep_except, exhaustive_except])
def test_name_that_no_case_has_is_an_error(leave) -> None:
    with pytest.raises(AssertionError, match="no case is called"):
        leave(["d"], ["a", "b"])


def test_first_of_each_kind_is_found_by_its_name() -> None:
    cases = [pytest.param(number, id=name) for name, number in (("one", 1), ("three", 3), ("two", 2))]
    assert first_of_each(lambda number: number % 2, cases) == ["one", "two"]
