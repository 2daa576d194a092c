"""The states of a run: one table that the ledger, the queue, the pages and the tests share."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from core.problems import Problem
from core.run_events import StateEvent


@dataclass(frozen=True)
class State:
    """What a run can be."""

    name: str  # as the ledger keeps it
    word: str  # as people read it
    following: tuple[str, ...]  # the states that may come next
    is_over: bool = False  # nothing more comes of it, unless it is resumed


STATES: Mapping[str, State] = MappingProxyType(
    {
        state.name: state
        for state in (
            State("queued", "waiting", ("starting", "stopping", "failed", "interrupted", "cancelled")),
            # Queued: its process died before it began, and it waits for another one.
            State("starting", "starting", ("training", "queued", "stopping", "finished", "failed", "interrupted")),
            State("training", "training", ("paused", "stopping", "finished", "stopped", "failed", "interrupted")),
            # Queued: a long pause gives the trainer back, and to go on it waits for another one.
            State("paused", "paused", ("training", "queued", "stopping", "failed", "interrupted")),
            State("stopping", "stopping", ("finished", "stopped", "failed", "interrupted")),
            # The ends. All but the last can go on from the last epoch that was saved.
            State("finished", "finished", ("queued",), is_over=True),
            State("stopped", "stopped", ("queued",), is_over=True),
            State("failed", "failed", ("queued",), is_over=True),
            State("interrupted", "interrupted", ("queued",), is_over=True),
            State("cancelled", "cancelled", (), is_over=True),
        )
    }
)
FINAL = tuple(state.name for state in STATES.values() if state.is_over)


def before(state: str) -> tuple[str, ...]:
    """The states that a state may follow."""
    return tuple(one.name for one in STATES.values() if state in one.following)


def described(state: str, problem: Problem | None = None) -> StateEvent:
    """A state as the event that browsers are sent; `problem` says why a run came to it."""
    known = STATES[state]
    message = str(problem) if problem else ""
    return {"kind": "state", "state": state, "word": known.word, "over": known.is_over, "message": message}
