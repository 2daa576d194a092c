"""What a watched function of a worker is called with: it reports events to the server, and asks for the next command."""

from collections.abc import Callable

from core.run_events import Command, WorkerEvent

Report = Callable[[WorkerEvent], None]
CommandSource = Callable[[], Command | None]  # the next command; None where there is none
