"""The state of a run on a trainer: its position, its pauses, and the latest advice of the coach."""

import time
from concurrent.futures import Future
from typing import Any

from core.problems import Problem
from core.run_events import Command, Phase, Position, RunEvent
from core.runs.advice import Advice
from core.runs.liveness import Liveness
from core.runs.run_record import Run
from core.runs.scheduling import Waiting
from core.runs.time_left import TimeLeft

NOWHERE: Position = {"step": 0, "epoch": 0.0}  # before the first step
NEEDED = {  # the fields that the server reads, by kind of event
    "batch": ("step", "epoch", "seconds"),
    "epoch": ("step", "epoch", "seconds"),
    "start": ("seconds",),
    "paused": ("no_room",),
    "phase": ("phase",),
    "fitted": ("how",),
}


def lacking(event: RunEvent) -> list[str]:
    """The missing fields of an event; an event with missing fields must change nothing."""
    return [name for name in NEEDED.get(event["kind"], ()) if name not in event]


class ActiveRun:
    """A run on a trainer.

    Parameters
    ----------
    run
        The run.
    turn
        The run's entry in the queue.
    """

    def __init__(self, run: Run, turn: Waiting) -> None:
        self.run = run
        self.turn = turn
        self.waits_again: Waiting | None = None  # its next entry in the queue, if its process died before it began
        self.future: Future[Any] | None = None
        self.position = NOWHERE  # of the last batch or epoch event
        self.seconds = 0.0  # of training, in the same event
        self.time_left = TimeLeft(turn.expected) if turn.expected else None
        self.learning_rate: float | None = None  # of the last batch, or set by a command since then; None if unknown
        self.pace = 0.0  # seconds that an epoch is slowed to, of the last batch or set by a command; 0 for full speed
        self.epochs = self.coached = 0  # epochs reported by this trainer, and as many at the coach's last advice
        self.alarm = ""  # the code of the coach's last alarm; "" for none
        self.advice: Advice | None = None  # the coach's last advice; None before the first
        self.coach_due = 0.0  # earliest time of the next advice, by the monotonic clock
        self.paused_since: float | None = None  # by the monotonic clock
        self.is_released = False  # True after the command to release the trainer
        self.is_leaving = False  # True when the run is over and its trainer is being reset
        self.problem: Problem | None = None  # why the server ended the run
        self.is_forced = False  # True while the process of the run is being ended
        self.liveness = Liveness()
        self.phase: Phase = "training"  # the last one reported

    def update(self, event: RunEvent) -> None:
        """Take over what an event reports: phase, position, learning rate, pace and pauses."""
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
        """Take over what a command changes, before an event reports it."""
        if command.value is not None and command.name == "learning_rate":
            self.learning_rate = command.value
        elif command.value is not None and command.name == "pace":
            self.pace = command.value

    @property
    def where(self) -> str:
        """The position in words: "at epoch 3, step 41"."""
        if self.position is NOWHERE:
            return "before the first step"
        return f"at epoch {int(self.position['epoch']) + 1}, step {self.position['step']:,}"
