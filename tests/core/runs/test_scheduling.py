"""Turns that are fair to all who wait, and expected starts that come true."""

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.runs.scheduling import QueuedRun, expected_starts, queue_order

PEOPLE = "abcde"


def queue(text: str, *, first: str = "L") -> list[QueuedRun]:
    """The waiting runs: "abA" are runs of a, b and a in order of arrival; capital letters are the same people."""
    return [QueuedRun(f"{place}", one.lower(), one in first) for place, one in enumerate(text)]


def order(text: str, training: str = "") -> str:
    return "".join(one.visitor for one in queue_order(queue(text), training))


@pytest.mark.parametrize(
    ("waiting", "training", "expected"),
    [
        ("", "", ""),
        ("abc", "", "abc"),
        ("aaab", "", "abaa"),
        ("aabbcc", "", "abcabc"),
        ("aaaabc", "a", "bcaaaa"),
        ("abab", "b", "abab"),
        ("abc", "abc", "abc"),
        ("aab", "aa", "baa"),
        ("abL", "", "lab"),
        ("abLL", "", "llab"),
        ("abLa", "l", "laba"),
        ("aLbL", "", "llab"),
    ],
)
def test_order_on_examples(waiting: str, training: str, expected: str) -> None:
    assert order(waiting, training) == expected


waiting_ones = st.lists(st.sampled_from(PEOPLE + "L"), max_size=12).map("".join)
training_ones = st.lists(st.sampled_from(PEOPLE), max_size=4).map("".join)


@given(waiting_ones, training_ones)
def test_all_who_wait_have_a_turn_and_each_ones_runs_keep_their_order(waiting: str, training: str) -> None:
    came = queue(waiting)
    turns = queue_order(came, training)
    assert sorted(turns, key=came.index) == came
    for person in {one.visitor for one in came}:
        mine = [one for one in turns if one.visitor == person]
        assert mine == [one for one in came if one.visitor == person]


@given(waiting_ones, training_ones)
def test_lecturer_goes_first(waiting: str, training: str) -> None:
    firsts = [one.is_first for one in queue_order(queue(waiting), training)]
    assert firsts == sorted(firsts, reverse=True)


@given(st.lists(st.sampled_from(PEOPLE), max_size=12), training_ones)
def test_nobody_has_one_more_while_another_who_waits_has_fewer(waiting: list[str], training: str) -> None:
    turns = queue_order(queue("".join(waiting)), training)
    had = Counter(training)
    for place, one in enumerate(turns):
        later = {other.visitor for other in turns[place:]}
        assert had[one.visitor] == min(had[visitor] for visitor in later)
        had[one.visitor] += 1


@given(st.lists(st.sampled_from(PEOPLE), max_size=12), training_ones)
def test_within_a_round_who_came_first_begins_first(waiting: list[str], training: str) -> None:
    came = queue("".join(waiting))
    rounds, had = {}, Counter(training)
    for one in came:
        rounds[one.run] = had[one.visitor]
        had[one.visitor] += 1
    turns = queue_order(came, training)
    for number in set(rounds.values()):
        places = [int(one.run) for one in turns if rounds[one.run] == number]
        assert places == sorted(places)


@given(waiting_ones, training_ones, st.sampled_from(PEOPLE))
def test_whoever_comes_later_never_delays_a_first_run(waiting: str, training: str, newcomer: str) -> None:
    before = queue_order(queue(waiting), training)
    after = queue_order(queue(waiting + newcomer), training)
    seen: set[str] = set(training)
    for place, one in enumerate(before):
        if one.visitor not in seen:
            assert after.index(one) <= place
        seen.add(one.visitor)


# About when each begins


def lasting(*seconds: float | None) -> list[QueuedRun]:
    return [QueuedRun(str(place), str(place), seconds=one) for place, one in enumerate(seconds)]


@pytest.mark.parametrize(
    ("waiting", "left", "trainers", "expected"),
    [
        ((), (), 1, []),
        ((10.0,), (), 1, [0.0]),
        ((10.0, 20.0, 5.0), (7.0,), 1, [7.0, 17.0, 37.0]),
        # Two trainers, free in 4 and 10 s: the first begins at 4 and ends at 14, the second begins at 10 and ends at 12.
        ((10.0, 2.0, 1.0, 1.0), (10.0, 4.0), 2, [4.0, 10.0, 12.0, 13.0]),
        ((10.0, 20.0), (7.0,), 2, [0.0, 7.0]),
        ((10.0, 20.0, 1.0), (), 3, [0.0, 0.0, 0.0]),
        ((1.0,), (0.0,), 1, [0.0]),
        # The duration of the second run is unknown: it begins after the first run, and later starts are open.
        ((10.0, None, 5.0), (7.0,), 1, [7.0, 17.0, None]),
        ((None, 5.0), (), 2, [0.0, None]),
        ((10.0, 20.0), (None,), 1, [None, None]),
        ((10.0, 20.0), (5.0, None), 2, [None, None]),
        ((10.0, 20.0), (), 0, [None, None]),
        ((10.0,), (5.0, 9.0), 1, [5.0]),  # one of two trainers is about to leave
    ],
)
def test_expected_starts_on_examples(
    waiting: tuple[float | None, ...], left: tuple[float | None, ...], trainers: int, expected: list[float | None]
) -> None:
    assert expected_starts(lasting(*waiting), left, trainers) == expected


@given(
    st.lists(st.floats(0.0, 1e4), max_size=10),
    st.lists(st.floats(0.0, 1e4), max_size=3),
    st.integers(1, 3),
)
def test_starts_rise_and_no_more_run_at_once_than_there_are_trainers(
    seconds: list[float], left: list[float], trainers: int
) -> None:
    left = left[:trainers]
    starts = expected_starts(lasting(*seconds), left, trainers)
    assert starts == sorted(starts)
    spans = [(0.0, one) for one in left]
    spans += [(start or 0.0, (start or 0.0) + one) for start, one in zip(starts, seconds, strict=True)]
    for begins, _ in spans:
        assert sum(start <= begins < end for start, end in spans) <= trainers


@given(st.lists(st.one_of(st.none(), st.floats(0.0, 1e4)), max_size=10))
def test_what_nobody_knows_is_said_of_all_that_follow(seconds: list[float | None]) -> None:
    starts = expected_starts(lasting(*seconds), (), 1)
    known = next((place for place, one in enumerate(seconds) if one is None), len(seconds))
    assert all(start is not None for start in starts[: known + 1])
    assert all(start is None for start in starts[known + 1 :])


def test_order_does_not_depend_on_how_long_runs_take() -> None:
    came = queue("aabc")
    timed = [replace(one, seconds=float(9 - place)) for place, one in enumerate(came)]
    assert [one.run for one in queue_order(timed, "")] == [one.run for one in queue_order(came, "")]
