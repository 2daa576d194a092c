"""How a function of a worker hears and is heard: it reports events to the server, and asks for the next command."""

from collections.abc import Callable

from core.run_events import Command, WorkerEvent

Report = Callable[[WorkerEvent], None]
CommandSource = Callable[[], Command | None]  # the next command that was not carried out yet; None where there is none
