"""What visitors did for a task, planted by tests: drafts, recorded runs, answers."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

from core.experiment.model import Experiment
from core.experiment.shapes import Summary
from core.export.reproducibility import Stamp, fingerprint
from core.parameters import EntryRef
from core.runs.comparison import Outcome
from core.runs.run_record import Run
from core.teaching.checks.evidence import Evidence, LookUp
from core.teaching.deck import CheckCall, Task
from core.teaching.progress import Activity
from tests.core.sample_experiments import LECTURE, layer, stack
from tests.core.teaching.recorded_runs import evaluation_of, first_loss_of, recorded

Calls = Mapping[str, Mapping[str, Any]]
FLATTEN, SOFTMAX = layer("Flatten"), layer("Softmax")
RESHAPE = layer("Reshape", target_shape=[784])
RELU = layer("Activation", activation="relu")


def dense(units: int, activation: str | None = None, **more: Any) -> dict:
    return layer("Dense", units=units, **({"activation": activation} if activation else {}), **more)


def clothes(*layers: dict, **data: Any) -> Experiment:
    return stack(*layers, dataset="fashion_mnist", **data)


LECTURE_LAYERS = (FLATTEN, dense(128, "relu"), dense(10, "softmax"))
LECTURE_STACK = {"names": ["Flatten", "Dense", "Dense"]}
LAB = (FLATTEN, dense(128, "relu"), dense(64, "relu"), dense(32, "relu"), dense(10, "softmax"))
CONVOLUTION = clothes(layer("Conv2D", filters=10, kernel_size=28), FLATTEN, SOFTMAX)
STAMP = Stamp(fingerprint(LECTURE), 12, 0, 0.0, "", 0.9, 3.0, 0.0)


@dataclass(frozen=True)
class Answer:
    """What a visitor did for a task."""

    title: str
    calls: Calls
    draft: Experiment = LECTURE
    runs: tuple[Outcome, ...] = ()
    did: tuple[tuple[str, str], ...] = ()
    answers: Mapping[str, Any] = field(default_factory=dict)
    start: Experiment | None = None
    stamp: Stamp | None = None

    @property
    def task(self) -> Task:
        calls = tuple(CheckCall(name, arguments, 1) for name, arguments in self.calls.items())
        return Task("task", "Do it.", calls, (), None, 0, 1)

    def evidence(self, summarise: Callable[[Experiment], Summary]) -> Evidence:
        look_up = LookUp(
            summary=cache(summarise), evaluation=evaluation_of, first_loss=first_loss_of, stamp=lambda _run: self.stamp
        )
        activities = tuple(Activity(kind, detail, 0.0) for kind, detail in self.did)
        return Evidence(self.draft, self.runs, activities, self.answers, start=self.start, look_up=look_up)


def opened(outcome: Outcome) -> Outcome:
    return replace(outcome, run=replace(outcome.run, test_openings=1))


def of(outcome: Outcome, **changes: Any) -> Outcome:
    """A recorded run with another experiment, as a plan says."""
    return replace(outcome, run=replace(outcome.run, **changes))


def run_of(name: str) -> Run:
    return recorded(name).run


def trained(*names: str) -> tuple[Outcome, ...]:
    """Recorded runs of a visitor, the newest first; they are named from the oldest to the newest."""
    return tuple(reversed([recorded(name, number) for number, name in enumerate(names, 1)]))


def worst(name: str, part: str = "validation") -> tuple[str, str]:
    """The actual and the predicted class of a run's largest cell off the diagonal."""
    evaluated = evaluation_of(run_of(name), part)
    assert evaluated is not None
    pair = max(evaluated.pairs(), key=lambda pair: pair.count)
    return str(pair.actual), str(pair.predicted)


COSINE = {"name": "CosineDecay", "arguments": {"initial_learning_rate": 0.001, "decay_steps": 164}}
EARLY = EntryRef("EarlyStopping", (("monitor", "loss"), ("patience", 5)))
PLATEAU = EntryRef("ReduceLROnPlateau", (("monitor", "val_loss"),))
SMALLEST = {"parameters": {"at_most": 1_000}, "accuracy": {"at_least": 0.6}}
