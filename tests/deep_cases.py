"""Marks the cases of a test that only `pytest -m deep` runs; CONTRIBUTING.md says what the deep set holds."""

from collections.abc import Callable, Iterable

import pytest

ParameterSet = type(pytest.param())  # pytest has no public name for it


def name_of(case: object) -> object:
    """The id of a case, or its value where it has none."""
    if not isinstance(case, ParameterSet):
        return case
    return case.values[0] if case.id is None else case.id


def deep_except(quick: Iterable[object], cases: Iterable[object]) -> list[ParameterSet]:
    """Cases for `parametrize`, all of them deep but a few.

    Arguments:
        quick: the ids or values of the cases that plain `pytest` runs too. It is an error if no case has one of them.
        cases: values, or what `pytest.param` makes of them.
    """
    wanted, found = list(quick), []
    for case in cases:
        one = case if isinstance(case, ParameterSet) else pytest.param(case)
        if name_of(case) in wanted:
            wanted.remove(name_of(case))
            found.append(one)
        else:
            found.append(pytest.param(*one.values, id=one.id, marks=(*one.marks, pytest.mark.deep)))
    assert not wanted, f"no case is called {wanted}"
    return found


def first_of_each(kind: Callable[..., object], cases: Iterable[ParameterSet]) -> list[object]:
    """The names of cases, the first of each kind; `kind` is asked with the values of a case."""
    found: dict[object, object] = {}
    for case in cases:
        found.setdefault(kind(*case.values), name_of(case))
    return list(found.values())
