"""The types of all events and commands of a run. No other module knows their kinds and fields.

A worker reports events as dicts that travel as JSON. The store keeps the events, pages and the coach read them, and browsers
draw them. People's databases hold these kinds and keys, so they never change. `RunEvent` is any event of a run.
`EVENT_TYPES` holds the types of events by kind.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal, NotRequired, TypedDict, get_args, get_type_hints

from core.network_state import NetworkState, WatchedImages

# The events


class Timed(TypedDict):
    """The time of an event, a base class. Workers add the time when they send an event."""

    at: NotRequired[float]  # the time of the report, in seconds since 1970


class Position(Timed):
    """The position of a run in its training when an event happened."""

    step: int  # completed steps, over all epochs
    epoch: float  # completed epochs: 2.5 is in the middle of the third


class Metrics(TypedDict, total=False):
    """The losses and metrics of Keras' logs, by their names in Keras' history. None means infinite or NaN.

    Other metrics of an experiment have keys too, which no type can list. The function `metric` reads any of them.
    """

    loss: float | None
    accuracy: float | None
    val_loss: float | None
    val_accuracy: float | None


class RemainingTime(TypedDict, total=False):
    """The fields for the remaining time of a run, which the server adds if the time is known (see `core.runs.time_left`)."""

    left: float  # the remaining seconds
    left_estimated: bool  # whether the time is an estimate, since no step of this network was measured yet
    left_at_most: bool  # whether a callback may end the run earlier


Phase = Literal["loading", "compiling", "training", "validating", "evaluating", "waking", "waiting"]


class PhaseEvent(Timed):
    """The event of a run that begins another phase, such as "loading" or "training".

    The server adds the phase "waking" while a trainer starts, and "waiting" while a trainer is silent.
    """

    kind: Literal["phase"]
    phase: Phase
    words: NotRequired[str]  # words for people, shown instead of the phase


class ResumedEvent(Position):
    """The event of a run that resumes from a saved state at this position. Steps after this position are done again."""

    kind: Literal["resumed"]


class StartEvent(Timed, RemainingTime):
    """The event at the beginning of the fit."""

    kind: Literal["start"]
    steps: int  # steps of an epoch
    epochs: int
    seconds: float  # the time of training so far, without pauses


class WatchedEvent(Timed, WatchedImages):
    """The event with the validation images whose predictions are shown during training."""

    kind: Literal["watched"]


class BatchEvent(Position, Metrics, RemainingTime):
    """The event after some training steps. Its metrics are Keras' batch logs, the running means of the epoch."""

    kind: Literal["batch"]
    seconds: float  # the time of training so far, without pauses
    batch_loss: NotRequired[float | None]  # the mean loss of the steps since the last such event
    batches: NotRequired[int]  # the number of these steps
    images_per_second: NotRequired[float]  # the speed during these steps
    learning_rate: NotRequired[float | None]
    gradient_norm: NotRequired[float | None]  # the norm at the last step; only some events have this number
    pace: NotRequired[float]  # the seconds to which an epoch is slowed


class NetworkEvent(Position, NetworkState):
    """The event with the data for a new drawing of the network. The store drops this event."""

    kind: Literal["network"]


class SampleEvent(Position, Metrics):
    """The event with the metrics on a part of the validation set, measured within an epoch."""

    kind: Literal["sample"]
    images: int  # the number of images of this part


class Confusion(TypedDict):
    """The confusion matrix on the validation set or a part of it, and the predictions for the watched images."""

    images: int  # the number of images that the network classified
    whole: bool  # whether these images are the whole validation set
    cells: list[list[Any]]  # the cells that are not 0: [actual class, predicted class, count, [indexes of some images]]
    probabilities: list[list[float]]  # (watched images, classes)


class ConfusionEvent(Position, Confusion):
    """The event with a new confusion matrix on the validation set, or on a part of this set."""

    kind: Literal["look"]


class LayerHealth(TypedDict):
    """Measurements of a layer that has weights or an activation; see `core.worker.training.layer_stats.measure`."""

    id: str
    units: int  # the number of outputs on the last axis
    gradient: float | None  # the L2 norm of the gradient
    weights: float | None  # the L2 norm of the weights
    dead: float | None  # the share of units that are 0 for every image
    flat: float | None  # the share of outputs at the ends of the function's range


class Health(TypedDict):
    """Measurements of all layers, from which the coach judges whether the layers learn."""

    images: int  # the number of images that the layers were measured with
    penalty: NotRequired[float | None]  # the sum of the penalties in the loss
    layers: list[LayerHealth]


class HealthEvent(Position, Health):
    """The event with new measurements of the layers."""

    kind: Literal["health"]


class LayerStep(TypedDict):
    """The change of a layer by a training step, as lengths (L2 norms)."""

    id: str
    gradient: float
    change: float
    weights: float  # the norm of the weights before the step


class SingleStep(TypedDict):
    """A single training step that a person requested, with its effects; see `core.worker.training.single_step`."""

    before: float  # the batch's loss before the step
    after: float
    batch_size: int
    layers: list[LayerStep]
    pictures: list[str]  # the first images of the batch, as data: URIs of PNG
    labels: list[int]  # the labels of these images
    right_before: list[float]  # for each of these images, the probability of the right class before the step
    right_after: list[float]


class SingleStepEvent(Position, SingleStep):
    """The event after a single training step that a person requested."""

    kind: Literal["stepped"]


class EpochEvent(Position, Metrics, RemainingTime):
    """The event at the end of an epoch."""

    kind: Literal["epoch"]
    seconds: float  # the time of training so far, without pauses
    learning_rate: NotRequired[float | None]  # the learning rate of this epoch, with ReduceLROnPlateau


class SavedEvent(Position):
    """The event after the state at the end of an epoch was saved on disk."""

    kind: Literal["saved"]
    files: list[str]  # the names that were written
    worker: NotRequired[str]  # the address of the worker that keeps them, if the server does not see its disk


class UnwatchedEvent(Position):
    """The event after a measurement or a drawing of the run failed. Training goes on."""

    kind: Literal["unwatched"]
    error: str


class DiskFullReason(TypedDict):
    """The reason why a run cannot be saved on a full disk."""

    needed: int  # the bytes that the files need
    free: int  # the free bytes on the disk
    error: str


class PausedEvent(Position):
    """The event of a run that was paused."""

    kind: Literal["paused"]
    seconds: float  # the time of training so far, without pauses
    no_room: DiskFullReason | None  # the reason of a pause that nobody asked for


class ContinuedEvent(Position):
    """The event of a run that goes on after a pause."""

    kind: Literal["continued"]
    seconds: float  # the time of training so far, without pauses


class RefusedEvent(Position):
    """The event after a command could not be carried out. Training goes on."""

    kind: Literal["refused"]
    asked: str  # the command as text
    error: str


# The end of a fit: whole, though a callback may have ended the fit early; stopped, with its last or its best weights kept;
# not finite, with a loss or weights that are no numbers; or released, with its trainer given back, to go on later.
Ending = Literal["whole", "stop", "stop-best", "not-finite", "release"]
WHOLE: Ending = "whole"


class FittedEvent(Timed, RemainingTime):
    """The event at the end of the fit. The evaluation follows."""

    kind: Literal["fitted"]
    how: Ending
    epochs: int  # the number of completed epochs
    seconds: float  # the time of training, without pauses
    finite_step: int  # the last step at which the weights were seen to be finite


Actor = Literal["owner", "lecturer", "server"]  # who gave a command


class CommandEvent(Position):
    """The event of a command that a person or the server gave to the run. The server adds this event."""

    kind: Literal["steered"]
    what: str  # the command for people
    by: Actor
    asked: NotRequired[str]  # the command as text, if the command changes the run


class AlarmEvent(Position):
    """The event after the coach found another problem in the run than before, or none. The server adds this event."""

    kind: Literal["alarm"]
    code: str  # the code of the coach's rule; "" if the run has no fault any more
    title: str


class StateEvent(TypedDict):
    """The event of a run that changed its state. Only browsers get this event, since the database already has the state."""

    kind: Literal["state"]
    state: str  # a name in `core.runs.states.STATES`
    word: str  # the state for people
    over: bool
    message: str  # the reason of this state; "" if the state needs no reason
    place: NotRequired[int]  # the place in the queue; 1 is next
    starts_in: NotRequired[int | None]  # the expected seconds until the start; None if unknown


RunEvent = (
    PhaseEvent
    | ResumedEvent
    | StartEvent
    | WatchedEvent
    | BatchEvent
    | SampleEvent
    | ConfusionEvent
    | NetworkEvent
    | HealthEvent
    | SingleStepEvent
    | EpochEvent
    | SavedEvent
    | UnwatchedEvent
    | PausedEvent
    | ContinuedEvent
    | RefusedEvent
    | FittedEvent
    | CommandEvent
    | AlarmEvent
    | StateEvent
)


class HistoryEvent(TypedDict):
    """The event with all events of a run so far, which replace those in the browser. Only event streams send this event."""

    kind: Literal["history"]
    events: list[RunEvent]


def kind_of(event_type: type) -> str:
    """Return the kind of the events of a type, such as "look" for `ConfusionEvent`."""
    return str(get_args(get_type_hints(event_type)["kind"])[0])


EVENT_TYPES: Mapping[str, type] = MappingProxyType({kind_of(event): event for event in get_args(RunEvent)})

DRAWN = ("batch", "sample", "epoch")  # kinds of events that are points of curves
HEAVY = ("look", "watched", "health", "network")  # each event has kilobytes, and only the last event of a kind is of use
UNSTORED = ("network",)  # kinds of events that are sent to browsers and not stored
LATEST = ("state", "phase", "saved", "alarm", "stepped", "unwatched", *HEAVY)  # kinds of which only the last event counts
UNDONE = (*DRAWN, "look", "health", "network", "alarm")  # the events that are reported again when steps are done again


def metric(event: Mapping[str, object], name: str) -> float | None:
    """Return a metric of an event by its name in Keras' history. Return None if the value is missing or not finite."""
    value = event.get(name)
    return float(value) if isinstance(value, int | float) else None


def epoch_of(event: Mapping[str, object]) -> float:
    """Return the number of epochs that were completed at an event, or 0 if the event has no position."""
    return metric(event, "epoch") or 0.0


# Further reports of workers


class DownloadEvent(Timed):
    """The event with the progress of the download of a data set."""

    kind: Literal["fetched"]
    share: float  # 0 to 1
    bytes: int
    seconds: float


class WorkerStartedEvent(TypedDict):
    """The event of a worker that has begun a run or a download."""

    kind: Literal["placed"]
    worker: str  # the address of the worker
    name: str


class HeartbeatEvent(Timed):
    """The event that shows that the process of a run is alive, also during a long computation without other events."""

    kind: Literal["alive"]


WorkerEvent = RunEvent | DownloadEvent  # the reports of a worker's function
ProcessEvent = WorkerStartedEvent | HeartbeatEvent  # the reports of its process

# The commands

CommandName = Literal["pause", "continue", "step", "stop", "stop-best", "release", "learning_rate", "pace"]


@dataclass(frozen=True)
class Command:
    """A command that a run carries out at its next batch, such as "pause" or a new learning rate."""

    name: CommandName
    value: float | None = None  # the learning rate, or the seconds that an epoch shall take; 0 seconds mean full speed

    def __str__(self) -> str:
        """Return the command as databases hold it, such as "stop-best" or "learning_rate=0.01"."""
        return self.name if self.value is None else f"{self.name}={self.value!r}"

    @property
    def words(self) -> str:
        """The command as a run's history shows it, such as "stop, best weights" or "learning rate 0.01"."""
        if self.name == "learning_rate":
            return f"learning rate {self.value:g}"
        if self.name == "pace":
            return f"pace {self.value:g} s an epoch" if self.value else "pace full speed"
        return {"stop-best": "stop, best weights", "release": "give the trainer back"}.get(self.name, self.name)


def read_command(text: str) -> Command | None:
    """Parse a command from its text in the database, such as "stop-best". Return None if the text is invalid."""
    name, has_value, value = text.partition("=")
    known = next((command for command in get_args(CommandName) if command == name), None)
    try:
        return Command(known, float(value) if has_value else None) if known else None
    except ValueError:  # a person edited the value
        return None
