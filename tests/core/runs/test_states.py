"""The table of states holds together."""

import pytest

from core.runs.states import FINAL, STATES, states_before


def reachable(state: str) -> set[str]:
    """All states that can follow this state, directly or later."""
    found: set[str] = set()
    ahead = [state]
    while ahead:
        for following in STATES[ahead.pop()].following:
            if following not in found:
                found.add(following)
                ahead.append(following)
    return found


def test_names_are_the_keys_and_words_read_well() -> None:
    assert [state.name for state in STATES.values()] == list(STATES)
    assert all(state.word.islower() for state in STATES.values())
    assert len({state.word for state in STATES.values()}) == len(STATES)


def test_all_states_come_from_queued() -> None:
    assert {"queued", *reachable("queued")} == set(STATES)


@pytest.mark.parametrize("state", STATES)
def test_what_follows_is_in_the_table_and_each_way_can_end(state: str) -> None:
    assert set(STATES[state].following) <= set(STATES)
    assert state not in STATES[state].following
    assert STATES[state].is_over or reachable(state) & set(FINAL)


@pytest.mark.parametrize("state", STATES)
def test_before_is_what_following_says_from_the_other_side(state: str) -> None:
    assert {one for one in STATES if state in STATES[one].following} == set(states_before(state))


def test_ends_are_those_that_only_a_resume_leaves() -> None:
    assert FINAL == ("finished", "stopped", "failed", "interrupted", "cancelled")
    for state in FINAL:
        assert STATES[state].following in ((), ("queued",))
    assert STATES["cancelled"].following == (), "it never began"


@pytest.mark.parametrize("state", [state for state in STATES if state not in FINAL])
def test_server_that_goes_away_interrupts_whatever_is_on(state: str) -> None:
    assert {"interrupted", "failed"} <= set(STATES[state].following)
