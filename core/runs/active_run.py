"""The state of a run that is on a trainer: its position, its pauses, and the coach's latest advice."""

import threading
import time
from concurrent.futures import Future
from typing import Any

from core.problems import Problem
from core.run_events import EVENT_TYPES, Command, Phase, Position, RunEvent
from core.runs.advice import Advice
from core.runs.liveness import Liveness
from core.runs.run_record import Run
from core.runs.scheduling import QueuedRun
from core.runs.time_left import TimeLeft

NOWHERE: Position = {"step": 0, "epoch": 0.0}  # the position before the first step


def missing_event_fields(event: RunEvent) -> list[str]:
    """Return the names of the required keys that an event lacks, sorted. Such an event must be refused."""
    required: frozenset[str] = getattr(EVENT_TYPES.get(event["kind"]), "__required_keys__", frozenset())
    return sorted(required - event.keys())


class ActiveRun:
    """The state that the server keeps in memory for a run on a trainer, until the run ends.

    Parameters
    ----------
    run
        The run.
    turn
        The run's entry in the queue.
    """

    def __init__(self, run: Run, turn: QueuedRun) -> None:
        self.run = run
        self.turn = turn
        self.waits_again: QueuedRun | None = (
            None  # the run's next entry in the queue, if its process died before the first step
        )
        self.future: Future[Any] | None = None
        self.position = NOWHERE  # the position in the last batch or epoch event
        self.seconds = 0.0  # the seconds of training in the same event
        self.time_left = TimeLeft(turn.expected) if turn.expected else None
        self.learning_rate: float | None = None  # the rate of the last batch, or of a later command; None if unknown
        self.pace = 0.0  # the seconds to which an epoch is slowed, from the last batch or a command; 0 for full speed
        self.epochs = self.coached = 0  # the epochs that this trainer reported: until now, and until the coach's last advice
        self.alarm = ""  # the code of the coach's last alarm; "" for none
        self.advice: Advice | None = None  # the coach's last advice; None before the first
        self.coach_due = 0.0  # earliest time of the next advice, by the monotonic clock
        self.paused_since: float | None = None  # the start of the pause by the monotonic clock; None without a pause
        self.has_fitted = threading.Event()  # set once the fit has ended and the end is recorded
        self.is_released = False  # True after the command to release the trainer
        self.is_leaving = False  # True when the run is over and its trainer is being reset
        self.problem: Problem | None = None  # why the server ended the run
        self.is_forced = False  # True while the process of the run is being ended
        self.liveness = Liveness()
        self.phase: Phase = "training"  # the last reported phase

    def update(self, event: RunEvent) -> None:
        """Update the run's phase, position, learning rate, pace and pause from an event of its trainer."""
        if event["kind"] == "phase":
            self.phase = event["phase"]
        elif event["kind"] in ("batch", "epoch"):
            self.position, self.seconds = {"step": event["step"], "epoch": event["epoch"]}, event["seconds"]
        if event["kind"] == "batch":
            self.learning_rate, self.pace = event.get("learning_rate"), event.get("pace", 0.0)
        elif event["kind"] == "epoch":
            self.learning_rate = event.get("learning_rate", self.learning_rate)  # with ReduceLROnPlateau
            self.epochs += 1
        elif event["kind"] in ("start", "continued"):
            self.paused_since = None
        elif event["kind"] == "paused":
            self.paused_since = time.monotonic()

    def apply(self, command: Command) -> None:
        """Set the learning rate or pace that a command contains, before an event of the trainer reports the change."""
        if command.value is not None and command.name == "learning_rate":
            self.learning_rate = command.value
        elif command.value is not None and command.name == "pace":
            self.pace = command.value

    @property
    def where(self) -> str:
        """The position in training as text, such as "at epoch 3, step 41"."""
        if self.position is NOWHERE:
            return "before the first step"
        return f"at epoch {int(self.position['epoch']) + 1}, step {self.position['step']:,}"
