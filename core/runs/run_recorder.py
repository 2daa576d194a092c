"""Write the events, commands and states of runs to the database, and send them to browsers."""

from typing import Any

from core.problems import Problem
from core.run_events import UNSTORED, Actor, CommandEvent, Position, RunEvent
from core.runs.event_stream import EventStreams
from core.runs.run_database import RunDatabase
from core.runs.states import state_event


class RunRecorder:
    """Writes the events, commands and states of runs to the database and the streams. Safe to use from several threads.

    Parameters
    ----------
    database, streams
        The database and the event streams.
    """

    def __init__(self, database: RunDatabase, streams: EventStreams) -> None:
        self._database = database
        self._streams = streams

    def record(self, run_id: str, event: RunEvent) -> None:
        """Store an event of a run, unless its kind is never stored, and send the event to browsers."""
        if event["kind"] not in UNSTORED:
            self._database.append(run_id, event)
        self._streams.publish(run_id, event)

    def log_command(self, run_id: str, words: str, by: Actor, position: Position, command_text: str = "") -> None:
        """Record a command in the history of a run.

        Parameters
        ----------
        run_id
            The run.
        words
            The command in words.
        by
            Who gave the command.
        position
            The position of the run.
        command_text
            The command as text, if the command changes the training; see `core.run_events.read_command`.
        """
        step, epoch = position["step"], position["epoch"]
        event: CommandEvent = {"kind": "steered", "what": words, "by": by, "step": step, "epoch": epoch}
        if command_text:
            event["asked"] = command_text
        self.record(run_id, event)

    def change_state(
        self, run_id: str, state: str, *, problem: Problem | None = None, result: dict[str, Any] | None = None
    ) -> bool:
        """Change the state of a run, and return whether the state has changed."""
        has_changed = self._database.change_state(run_id, state, problem=problem, result=result)
        if has_changed:
            self._streams.publish(run_id, state_event(state, problem))
        return has_changed

    def end(self, run_id: str, state: str, problem: Problem | None = None) -> None:
        """Change the state of a run to a final state, and end its event stream."""
        self.change_state(run_id, state, problem=problem)
        self._streams.finish(run_id)

    def stop(self, run_id: str, problem: Problem | None) -> None:
        """Change the state of a run to "stopped". Its event stream goes on until the evaluation ends."""
        self.change_state(run_id, "stopping")  # the state that leads to "stopped"
        self.change_state(run_id, "stopped", problem=problem)
