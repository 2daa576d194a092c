"""The interactive view of a recorded run that is replayed until the visitor stops the run at the start of overfitting."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from core.files import PROJECT
from core.number_text import loss_text, quantity
from core.parameters import Integer, Integers, Parameter
from core.runs.manager import Runs
from core.teaching.shows.interactive_view import Goal, InteractiveView, Settings, ViewSubject

FILE = PROJECT / "decks" / "recorded" / "stop-in-time.json"  # `python -m tests.record_stop_in_time` records the runs anew
IN_TIME = "in-time"
MOST_EPOCHS = 1_000  # epochs of a run


@dataclass(frozen=True)
class StoppedRun:
    """A run that a person stopped after an epoch, compared with the epoch of the lowest validation loss."""

    epoch: int  # the last epoch, from 1
    lowest: int  # the epoch with the lowest validation loss, from 1
    loss: float  # the validation loss after the last epoch
    lowest_loss: float

    @property
    def off(self) -> int:
        """The number of epochs by which the run was stopped too late. A negative number means too early."""
        return self.epoch - self.lowest

    @property
    def words(self) -> str:
        """The comparison as a sentence."""
        if not self.off:
            return f"Exactly at the lowest validation loss, {loss_text(self.lowest_loss)}, after epoch {self.lowest}."
        side = "after" if self.off > 0 else "before"
        return (
            f"{quantity(abs(self.off), 'epoch')} {side} the lowest validation loss: {loss_text(self.loss)}, "
            f"not {loss_text(self.lowest_loss)}."
        )


def stop_after_epoch(losses: Sequence[float], epoch: int) -> StoppedRun:
    """Compare the epoch after which a run is stopped (from 1) with the epoch of the lowest validation loss."""
    lowest = min(range(len(losses)), key=lambda index: losses[index])
    return StoppedRun(epoch, lowest + 1, losses[epoch - 1], losses[lowest])


@dataclass(frozen=True)
class LossesByEpoch:
    """The training and validation losses of a recorded run after each epoch."""

    seed: int
    loss: tuple[float, ...]
    val_loss: tuple[float, ...]

    def stop(self, epoch: int) -> StoppedRun:
        """Judge whether the visitor stopped the run early or late, by the epoch after which the run was stopped."""
        return stop_after_epoch(self.val_loss, epoch)


@cache
def losses_by_epoch() -> tuple[LossesByEpoch, ...]:
    """Return the recorded runs, in the order in which they are played."""
    read: list[dict[str, Any]] = json.loads(FILE.read_text(encoding="utf-8"))
    return tuple(LossesByEpoch(run["seed"], tuple(run["loss"]), tuple(run["val_loss"])) for run in read)


def _ground(_runs: Runs, _subject: ViewSubject, _settings: Settings, _wait: bool) -> tuple[LossesByEpoch, ...]:
    return losses_by_epoch()


def _reached(runs: tuple[LossesByEpoch, ...], settings: Settings, value: tuple[int, int]) -> Iterable[str]:
    number, epoch = value
    if not (number < len(runs) and 1 <= epoch <= len(runs[number].val_loss)):
        return []
    return [IN_TIME] if abs(runs[number].stop(epoch).off) <= settings["within"] else []


def _words(value: tuple[int, int]) -> str:
    off = losses_by_epoch()[value[0]].stop(value[1]).off
    return "exactly" if not off else f"{quantity(abs(off), 'epoch')} {'late' if off > 0 else 'early'}"


STOP_IN_TIME = InteractiveView(
    name="stop-in-time",
    sentence="The losses of recorded runs grow epoch by epoch; the visitor stops each where it begins to overfit.",
    ground=_ground,
    moved_to=Integers(2, 2, 0, MOST_EPOCHS),
    reached=_reached,
    words=_words,
    goals=(
        Goal(
            IN_TIME,
            "stopped within {within} epochs of the lowest validation loss",
            "The run was stopped at most so many epochs before or after its lowest validation loss.",
        ),
    ),
    parameters=(Parameter("within", 3, Integer(0, 20), "How many epochs a stop may be off."),),
    needs_experiment=False,
)
