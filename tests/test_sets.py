"""The gate holds few system tests, each for a reason. Tests that flip are few, have a reason, and are not in the gate."""

import pytest

from tests.conftest import COLLECTED, is_system_test

MOST = {"gate": 20, "unsteady": 15}
SHORTEST_REASON = 20  # letters, such as "waits for Plotly's second drawing, 3 of 40 on two busy cores"


def marked(request: pytest.FixtureRequest, name: str) -> list[tuple[pytest.Item, pytest.Mark]]:
    """The collected tests of all sets that have a mark, each with the mark."""
    marks = [(item, item.get_closest_marker(name)) for item in request.config.stash[COLLECTED]]
    return [(item, mark) for item, mark in marks if mark is not None]


@pytest.mark.parametrize("name", MOST)
def test_marked_tests_are_few_and_each_has_a_reason(request: pytest.FixtureRequest, name: str) -> None:
    tests = marked(request, name)
    assert len(tests) <= MOST[name]
    without = [item.nodeid for item, mark in tests if len(" ".join(mark.args)) < SHORTEST_REASON]
    assert without == []


def test_tests_that_flip_are_in_the_deep_set_alone(request: pytest.FixtureRequest) -> None:
    assert [item.nodeid for item, _ in marked(request, "unsteady") if not item.get_closest_marker("deep")] == []


def test_system_tests_are_deep_or_are_tried_again_in_the_gate(request: pytest.FixtureRequest) -> None:
    tests = [item for item in request.config.stash[COLLECTED] if is_system_test(item.path)]
    in_gate = [item for item in tests if not {"deep", "exhaustive"} & {mark.name for mark in item.iter_markers()}]
    assert all(item.get_closest_marker("gate") and item.get_closest_marker("flaky") for item in in_gate)
    again = [item for item in request.config.stash[COLLECTED] if item.get_closest_marker("flaky")]
    assert set(again) == set(in_gate)


def test_exhaustive_tests_are_no_part_of_the_deep_set(request: pytest.FixtureRequest) -> None:
    assert [item.nodeid for item, _ in marked(request, "exhaustive") if item.get_closest_marker("deep")] == []
