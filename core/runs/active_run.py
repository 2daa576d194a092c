"""One run that a trainer has: where it stands, and what was made of it."""

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
NEEDED = {  # what the server reads of an event, by its kind
    "batch": ("step", "epoch", "seconds"),
    "epoch": ("step", "epoch", "seconds"),
    "start": ("seconds",),
    "paused": ("no_room",),
    "phase": ("phase",),
    "fitted": ("how",),
}


def lacking(event: RunEvent) -> list[str]:
    """What an event lacks of all that one of its kind must hold; an event that lacks something must change nothing."""
    return [name for name in NEEDED.get(event["kind"], ()) if name not in event]


class ActiveRun:
    """One run on a trainer."""

    def __init__(self, run: Run, turn: Waiting) -> None:
        self.run = run
        self.turn = turn  # how it waited
        self.waits_again: Waiting | None = None  # how it goes on waiting, where it has not begun
        self.future: Future[Any] | None = None
        self.position = NOWHERE  # of its last batch or epoch event
        self.seconds = 0.0  # of training, by the same event
        self.time_left = TimeLeft(turn.expected) if turn.expected else None
        self.learning_rate: float | None = None  # by its last batch, or as it was changed since then; None: not known
        self.pace = 0.0  # the same of the seconds that an epoch is slowed to
        self.epochs = self.coached = 0  # epochs that it told of since it began here, and when the coach last looked
        self.alarm = ""  # the code of what the coach last said; "" for nothing
        self.advice: Advice | None = None  # what it said then; None before it looked
        self.coach_due = 0.0  # when it may look again, by the monotonic clock
        self.paused_since: float | None = None  # by the monotonic clock
        self.is_released = False  # it was told to give its trainer back
        self.is_leaving = False  # it is over, and its trainer is being reset
        self.problem: Problem | None = None  # why it was made to end, where that is not of its own
        self.is_forced = False  # its process is being ended
        self.liveness = Liveness()
        self.phase: Phase = "training"  # that it told of last

    def follow(self, event: RunEvent) -> None:
        """Remember what an event says of where the run stands."""
        if event["kind"] == "phase":
            self.phase = event["phase"]
        elif event["kind"] in ("batch", "epoch"):
            self.position, self.seconds = {"step": event["step"], "epoch": event["epoch"]}, event["seconds"]
            self.learning_rate = event.get("learning_rate", self.learning_rate)
        if event["kind"] == "batch":
            self.pace = event.get("pace", 0.0)
        elif event["kind"] == "epoch":
            self.epochs += 1
        elif event["kind"] in ("start", "continued"):
            self.paused_since = None
        elif event["kind"] == "paused":
            self.paused_since = time.monotonic()

    def obey(self, command: Command) -> None:
        """Remember what a command changes, until an event says so."""
        if command.value is not None and command.name == "learning_rate":
            self.learning_rate = command.value
        elif command.value is not None and command.name == "pace":
            self.pace = command.value

    @property
    def where(self) -> str:
        """Where it stands, for people: "at epoch 3, step 41"."""
        if self.position is NOWHERE:
            return "before the first step"
        return f"at epoch {int(self.position['epoch']) + 1}, step {self.position['step']:,}"
