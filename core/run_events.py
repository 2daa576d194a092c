"""Every event that a run reports and every command that it takes: no other module knows their kinds and fields.

A worker reports events as dicts that travel as JSON: the store keeps them, pages and the coach read them, browsers draw
them. People's databases hold these kinds and keys, so they never change. `RunEvent` is any event of a run; `EVENT_TYPES`
has their types by kind.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal, NotRequired, TypedDict, get_args, get_type_hints

# What happened


class Timed(TypedDict):
    """What each event of a worker holds once it has left its process."""

    at: NotRequired[float]  # when it was reported, in seconds since 1970


class Position(Timed):
    """Where a run stands."""

    step: int  # completed steps, over all epochs
    epoch: float  # completed epochs: 2.5 is in the middle of the third


class Metrics(TypedDict, total=False):
    """Keras' logs by their history names; None is no finite number.

    Those of an experiment's other metrics stand beside them, under names that no type can list: `metric` reads any.
    """

    loss: float | None
    accuracy: float | None
    val_loss: float | None
    val_accuracy: float | None


class RemainingTime(TypedDict, total=False):
    """How long the run will still take; the server adds it where it can tell (see `core.runs.time_left`)."""

    left: float  # seconds
    left_estimated: bool  # True: no step of this network was measured yet
    left_at_most: bool  # True: a callback may end the run earlier


Phase = Literal["loading", "compiling", "training", "validating", "evaluating", "waking", "waiting"]


class PhaseEvent(Timed):
    """A run does something else from now on. The server adds "waking" and "waiting", while a trainer starts or is silent."""

    kind: Literal["phase"]
    phase: Phase
    words: NotRequired[str]  # for people, instead of the phase


class ResumedEvent(Position):
    """A run goes on from here; what it reported of later steps is done again."""

    kind: Literal["resumed"]


class StartEvent(Timed, RemainingTime):
    """The fit begins."""

    kind: Literal["start"]
    steps: int  # in an epoch
    epochs: int
    seconds: float  # of training so far, without pauses


class WatchedImages(TypedDict):
    """The dozen images of the validation set that are watched; see `core.worker.training.validation_view`."""

    pictures: list[str]  # data: URIs of PNG
    labels: list[int]
    indexes: list[int]  # into the validation set


class WatchedEvent(Timed, WatchedImages):
    """The fit begins with these images."""

    kind: Literal["watched"]


class BatchEvent(Position, Metrics, RemainingTime):
    """Some steps are done; the metrics are Keras' batch logs, which are the running means of the epoch."""

    kind: Literal["batch"]
    seconds: float  # of training so far, without pauses
    batch_loss: NotRequired[float | None]  # the mean loss of the steps since the last such event
    batches: NotRequired[int]  # how many those are
    images_per_second: NotRequired[float]  # in those
    learning_rate: NotRequired[float | None]
    gradient_norm: NotRequired[float | None]  # of the last step, at times
    pace: NotRequired[float]  # seconds that an epoch is slowed to


class SampleEvent(Position, Metrics):
    """Loss and accuracy on a part of the validation set, within an epoch."""

    kind: Literal["sample"]
    images: int  # of that part


class Confusion(TypedDict):
    """The confusion matrix on the validation set or a part of it, and the answers to the watched images."""

    images: int  # that the network was asked about
    whole: bool  # whether these are the whole validation set
    cells: list[list[Any]]  # those that are not 0: [actual class, predicted class, count, [indexes of some images]]
    probabilities: list[list[float]]  # (watched images, classes)


class ConfusionEvent(Position, Confusion):
    """The network was asked about the validation set, or a part of it."""

    kind: Literal["look"]


class LayerHealth(TypedDict):
    """How one layer does that learns or applies a function; see `core.worker.training.layer_stats.measure`."""

    id: str
    units: int  # outputs on the last axis
    gradient: float | None  # length (L2 norm)
    weights: float | None  # length (L2 norm)
    dead: float | None  # the share of units that are 0 for every image
    flat: float | None  # the share of outputs at the ends of the function's range


class Health(TypedDict):
    """How each layer does."""

    images: int  # that were shown
    penalty: NotRequired[float | None]  # what penalties add to the loss
    layers: list[LayerHealth]


class HealthEvent(Position, Health):
    """The layers were measured."""

    kind: Literal["health"]


class LayerStep(TypedDict):
    """What one step did to a layer: lengths (L2 norms)."""

    id: str
    gradient: float
    change: float
    weights: float  # before the step


class SingleStep(TypedDict):
    """A step that was taken by itself, with what it changed; see `core.worker.training.single_step`."""

    before: float  # the batch's loss before the step
    after: float
    batch_size: int
    layers: list[LayerStep]
    pictures: list[str]  # data: URIs of PNG, of the first images
    labels: list[int]  # of these images
    right_before: list[float]  # the probability of the right class of each, before the step
    right_after: list[float]


class SingleStepEvent(Position, SingleStep):
    """A step was taken by itself."""

    kind: Literal["stepped"]


class EpochEvent(Position, Metrics, RemainingTime):
    """An epoch is complete."""

    kind: Literal["epoch"]
    seconds: float  # of training so far, without pauses
    learning_rate: NotRequired[float | None]  # that this epoch had, with ReduceLROnPlateau


class SavedEvent(Position):
    """The end of this epoch is on disk."""

    kind: Literal["saved"]
    files: list[str]  # the names that were written
    worker: NotRequired[str]  # the address of the worker that keeps them, where the server does not see its disk


class UnwatchedEvent(Position):
    """Something that only watches went wrong; training goes on."""

    kind: Literal["unwatched"]
    error: str


class NoRoom(TypedDict):
    """Why a run cannot be saved on a full disk."""

    needed: int  # bytes
    free: int  # bytes
    error: str


class PausedEvent(Position):
    """The run waits."""

    kind: Literal["paused"]
    seconds: float  # of training so far, without pauses
    no_room: NoRoom | None  # why it waits, where nobody asked for it


class ContinuedEvent(Position):
    """The run goes on after a pause."""

    kind: Literal["continued"]
    seconds: float  # of training so far, without pauses


class RefusedEvent(Position):
    """A command cannot be carried out; training goes on."""

    kind: Literal["refused"]
    asked: str  # the command as text
    error: str


# How a fit ended: it ran to its end, though a callback may have made that an early one; it was stopped, and keeps its last
# or its best weights; its loss or weights are no numbers any more; or it gave its trainer back, to go on later.
Ending = Literal["whole", "stop", "stop-best", "not-finite", "release"]
WHOLE: Ending = "whole"


class FittedEvent(Timed, RemainingTime):
    """The fit is over; the evaluation follows."""

    kind: Literal["fitted"]
    how: Ending
    epochs: int  # completed
    seconds: float  # of training, without pauses
    finite_step: int  # when the weights were last seen finite


Actor = Literal["owner", "lecturer", "server"]  # who gave a command


class CommandEvent(Position):
    """A person, or the server, gave the run a command. The server notes it down."""

    kind: Literal["steered"]
    what: str  # for people
    by: Actor
    asked: NotRequired[str]  # the command as text, where it changes the run


class AlarmEvent(Position):
    """The coach sees something else than before. The server adds it."""

    kind: Literal["alarm"]
    code: str  # of the coach's rule; "" where there is nothing to worry about any more
    title: str


class StateEvent(TypedDict):
    """The run changed its state. The server sends it to browsers; it is not kept, since the run's row holds the state."""

    kind: Literal["state"]
    state: str  # a name in `core.runs.states.STATES`
    word: str  # the state for people
    over: bool
    message: str  # why the run came to this state; "" where there is nothing to say
    place: NotRequired[int]  # in the queue; 1 is next
    starts_in: NotRequired[int | None]  # seconds; None where nobody knows


RunEvent = (
    PhaseEvent
    | ResumedEvent
    | StartEvent
    | WatchedEvent
    | BatchEvent
    | SampleEvent
    | ConfusionEvent
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
    """All events so far: browsers forget what they had. Only event streams hold it."""

    kind: Literal["history"]
    events: list[RunEvent]


def kind_of(event_type: type) -> str:
    """The kind of the events of a type, such as "look" of `ConfusionEvent`."""
    return str(get_args(get_type_hints(event_type)["kind"])[0])


EVENT_TYPES: Mapping[str, type] = MappingProxyType({kind_of(one): one for one in get_args(RunEvent)})

DRAWN = ("batch", "sample", "epoch")  # kinds of events that are points of curves
HEAVY = ("look", "watched", "health")  # kilobytes each; only the last one is of use to anybody
LATEST = ("state", "phase", "saved", "alarm", "stepped", "unwatched", *HEAVY)  # of these the last one counts
UNDONE = (*DRAWN, "look", "health", "alarm")  # what is reported again of steps that are done again


def metric(event: Mapping[str, object], name: str) -> float | None:
    """A number of an event by its Keras history name; None where it is missing or not finite."""
    value = event.get(name)
    return float(value) if isinstance(value, int | float) else None


def epoch_of(event: Mapping[str, object]) -> float:
    """How many epochs were completed at an event; 0 where it does not say."""
    return metric(event, "epoch") or 0.0


# What workers report beside that


class DownloadEvent(Timed):
    """How far the download of a data set is."""

    kind: Literal["fetched"]
    share: float  # 0 to 1
    bytes: int
    seconds: float


class PlacedEvent(TypedDict):
    """A worker has begun a run or a download."""

    kind: Literal["placed"]
    worker: str  # its address
    name: str


class AliveEvent(Timed):
    """The process of a run is there, whatever it computes."""

    kind: Literal["alive"]


WorkerEvent = RunEvent | DownloadEvent  # what a worker's function may report
ProcessEvent = PlacedEvent | AliveEvent  # what its process reports by itself

# What a run can be asked

CommandName = Literal["pause", "continue", "step", "stop", "stop-best", "release", "learning_rate", "pace"]


@dataclass(frozen=True)
class Command:
    """Something that a run is to do at its next batch."""

    name: CommandName
    value: float | None = None  # the learning rate; or the seconds that an epoch shall take, 0 for full speed

    def __str__(self) -> str:
        """The command as databases hold it: "stop-best" or "learning_rate=0.01"."""
        return self.name if self.value is None else f"{self.name}={self.value!r}"

    @property
    def words(self) -> str:
        """The command as a run's history says it: "stop, best weights" or "learning rate 0.01"."""
        if self.name == "learning_rate":
            return f"learning rate {self.value:g}"
        if self.name == "pace":
            return f"pace {self.value:g} s an epoch" if self.value else "pace full speed"
        return {"stop-best": "stop, best weights", "release": "give the trainer back"}.get(self.name, self.name)


def read_command(text: str) -> Command | None:
    """The command that was written as `text`; None where it is none."""
    name, has_value, value = text.partition("=")
    known = next((one for one in get_args(CommandName) if one == name), None)
    try:
        return Command(known, float(value) if has_value else None) if known else None
    except ValueError:  # somebody's hand wrote the value
        return None
