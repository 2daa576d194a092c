"""Each case of a test belongs to one set: plain, deep or nightly."""

import pytest

from tests.deep_cases import deep_except, first_of_each, nightly_except


def test_case_is_plain_deep_or_nightly() -> None:
    cases = deep_except(["a"], nightly_except(["a", "b"], ["a", "b", "c"]))
    assert [(case.values, [mark.name for mark in case.marks]) for case in cases] == [
        (("a",), []),
        (("b",), ["deep"]),
        (("c",), ["nightly"]),
    ]


@pytest.mark.parametrize("leave", [deep_except, nightly_except])
def test_name_that_no_case_has_is_an_error(leave) -> None:
    with pytest.raises(AssertionError, match="no case is called"):
        leave(["d"], ["a", "b"])


def test_first_of_each_kind_is_found_by_its_name() -> None:
    cases = [pytest.param(number, id=name) for name, number in (("one", 1), ("three", 3), ("two", 2))]
    assert first_of_each(lambda number: number % 2, cases) == ["one", "two"]
