"""Types of two callables for a worker's functions: `Report` sends an event, `CommandSource` returns the next command."""

from collections.abc import Callable

from core.run_events import Command, WorkerEvent

Report = Callable[[WorkerEvent], None]
CommandSource = Callable[[], Command | None]  # returns the next command, or None if no command waits
