"""Writes what happens to runs to the store, and sends it to browsers."""

from typing import Any

from core.problems import Problem
from core.run_events import Actor, CommandEvent, Position, RunEvent
from core.runs.event_stream import EventStreams
from core.runs.states import state_event
from core.runs.store import Ledger


class RunRecorder:
    """Records events, commands and states. Safe to use from several threads.

    Parameters
    ----------
    ledger, streams
        The store and the event streams.
    """

    def __init__(self, ledger: Ledger, streams: EventStreams) -> None:
        self._ledger = ledger
        self._streams = streams

    def record(self, run_id: str, event: RunEvent) -> None:
        """Record an event of a run."""
        self._ledger.append(run_id, event)
        self._streams.publish(run_id, event)

    def log_command(self, run_id: str, what: str, by: Actor, position: Position, asked: str = "") -> None:
        """Record a command in the history of a run.

        Parameters
        ----------
        run_id
            The run.
        what
            The command in words.
        by
            Who gave the command.
        position
            The position of the run.
        asked
            The command as text, if it changes how the run trains; see `core.run_events.read_command`.
        """
        step, epoch = position["step"], position["epoch"]
        event: CommandEvent = {"kind": "steered", "what": what, "by": by, "step": step, "epoch": epoch}
        if asked:
            event["asked"] = asked
        self.record(run_id, event)

    def change_state(
        self, run_id: str, state: str, *, problem: Problem | None = None, result: dict[str, Any] | None = None
    ) -> bool:
        """Change the state of a run; True if it changed."""
        has_changed = self._ledger.change_state(run_id, state, problem=problem, result=result)
        if has_changed:
            self._streams.publish(run_id, state_event(state, problem))
        return has_changed

    def end(self, run_id: str, state: str, problem: Problem | None = None) -> None:
        """Change the state of a run to a final one, and end its event stream."""
        self.change_state(run_id, state, problem=problem)
        self._streams.finish(run_id)

    def stop(self, run_id: str, problem: Problem | None) -> None:
        """Change the state of a run to "stopped"; its event stream goes on until it is evaluated."""
        self.change_state(run_id, "stopping")  # the state that leads to "stopped"
        self.change_state(run_id, "stopped", problem=problem)
