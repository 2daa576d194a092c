"""Marks the cases of a test that only `pytest -m deep` or `-m exhaustive` runs; CONTRIBUTING.md says what they hold."""

from collections.abc import Callable, Iterable

import pytest

ParameterSet = type(pytest.param())  # pytest has no public name for it


def name_of(case: object) -> object:
    """The id of a case, or its value where it has none."""
    if not isinstance(case, ParameterSet):
        return case
    return case.values[0] if case.id is None else case.id


def deep_except(quick: Iterable[object], cases: Iterable[object]) -> list[ParameterSet]:
    """Cases for `parametrize`, all of them deep but a few, and but the exhaustive ones.

    Arguments:
        quick: the ids or values of the cases that plain `pytest` runs too. An error if no case has one of them.
        cases: values, or what `pytest.param` or `exhaustive_except` make of them.
    """
    return _marked_except(quick, cases, pytest.mark.deep)


def deep_after(quick: int, cases: Iterable[object]) -> list[ParameterSet]:
    """Cases for `parametrize` that all try the same code, in which the first few therefore stand for all.

    Arguments:
        quick: how many cases plain `pytest` runs; the others are deep.
        cases: values, or what `pytest.param` makes of them.
    """
    params = [case if isinstance(case, ParameterSet) else pytest.param(case) for case in cases]
    return params[:quick] + [
        pytest.param(*one.values, id=one.id, marks=(*one.marks, pytest.mark.deep)) for one in params[quick:]
    ]


def exhaustive_except(kept: Iterable[object], cases: Iterable[object]) -> list[ParameterSet]:
    """Cases for `parametrize` or `deep_except`, which only `pytest -m exhaustive` runs, but a few.

    Arguments:
        kept: the ids or values of the cases that the deep set runs for all others. An error if no case has one of them.
        cases: values, or what `pytest.param` makes of them.
    """
    return _marked_except(kept, cases, pytest.mark.exhaustive)


def _marked_except(kept: Iterable[object], cases: Iterable[object], mark: pytest.MarkDecorator) -> list[ParameterSet]:
    wanted, marked = list(kept), []
    for case in cases:
        one = case if isinstance(case, ParameterSet) else pytest.param(case)
        is_kept = name_of(case) in wanted
        if is_kept:
            wanted.remove(name_of(case))
        is_exhaustive = any(each.name == "exhaustive" for each in one.marks)
        marked.append(one if is_kept or is_exhaustive else pytest.param(*one.values, id=one.id, marks=(*one.marks, mark)))
    assert not wanted, f"no case is called {wanted}"
    return marked


def first_of_each(kind: Callable[..., object], cases: Iterable[ParameterSet]) -> list[object]:
    """The names of cases, the first of each kind; `kind` is asked with the values of a case."""
    found: dict[object, object] = {}
    for case in cases:
        found.setdefault(kind(*case.values), name_of(case))
    return list(found.values())
