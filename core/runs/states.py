"""The states of a run, and which states may follow each state."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from core.problems import Problem
from core.run_events import StateEvent


@dataclass(frozen=True)
class State:
    """A state of a run, such as "training" or "finished"."""

    name: str  # in the store
    word: str  # on pages
    following: tuple[str, ...]  # the states that may follow
    is_over: bool = False  # True for a run that is over until somebody resumes the run


STATES: Mapping[str, State] = MappingProxyType(
    {
        state.name: state
        for state in (
            State("queued", "waiting", ("starting", "stopping", "failed", "interrupted", "cancelled")),
            # Queued follows if the process died before the run began: the run waits for another trainer.
            State("starting", "starting", ("training", "queued", "stopping", "finished", "failed", "interrupted")),
            State("training", "training", ("paused", "stopping", "finished", "stopped", "failed", "interrupted")),
            # Queued follows if the run goes on after a long pause, which released its trainer.
            State("paused", "paused", ("training", "queued", "stopping", "failed", "interrupted")),
            State("stopping", "stopping", ("finished", "stopped", "failed", "interrupted")),
            # Final states. From all but the last, a run can resume from the last saved epoch.
            State("finished", "finished", ("queued",), is_over=True),
            State("stopped", "stopped", ("queued",), is_over=True),
            State("failed", "failed", ("queued",), is_over=True),
            State("interrupted", "interrupted", ("queued",), is_over=True),
            State("cancelled", "cancelled", (), is_over=True),
        )
    }
)
FINAL = tuple(state.name for state in STATES.values() if state.is_over)


def states_before(state: str) -> tuple[str, ...]:
    """Return the states from which a run may change to this state."""
    return tuple(earlier.name for earlier in STATES.values() if state in earlier.following)


def state_event(state: str, problem: Problem | None = None) -> StateEvent:
    """Return the event that tells browsers the state of a run. `problem` is the reason for the state."""
    known = STATES[state]
    message = str(problem) if problem else ""
    return {"kind": "state", "state": state, "word": known.word, "over": known.is_over, "message": message}
