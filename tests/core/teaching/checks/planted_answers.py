"""Planted answers of visitors to a task: drafts, recorded runs, and answers to questions."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

from core.experiment.corrections import Corrections
from core.experiment.model import Experiment
from core.experiment.shapes import Summary
from core.export.reproducibility import ExportRunResult, fingerprint
from core.parameters import EntryRef
from core.runs.comparison import Outcome
from core.runs.run_record import Run
from core.teaching.checks.evidence import Evidence, EvidenceLoaders
from core.teaching.deck import CheckCall, Task
from core.teaching.progress import Activity
from tests.core.sample_experiments import LECTURE, layer, stack, with_data, with_fit
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
STAMP = ExportRunResult(fingerprint(LECTURE), 12, 0, 0.0, "", 0.9, 3.0, 0.0)


@dataclass(frozen=True)
class Answer:
    """A visitor's work on a task: draft, runs, activities and answers."""

    title: str
    calls: Calls
    draft: Experiment = LECTURE
    runs: tuple[Outcome, ...] = ()
    did: tuple[tuple[str, str], ...] = ()
    answers: Mapping[str, Any] = field(default_factory=dict)
    start: Experiment | None = None
    stamp: ExportRunResult | None = None
    shifted: tuple[float, float] | None = None  # the accuracies on images and on shifted images

    @property
    def task(self) -> Task:
        calls = tuple(CheckCall(name, arguments, 1) for name, arguments in self.calls.items())
        return Task("task", "Do it.", calls, (), None, 0, 1)

    def evidence(self, summarise: Callable[[Experiment], Summary]) -> Evidence:
        look_up = EvidenceLoaders(
            summary=cache(summarise),
            evaluation=evaluation_of,
            first_loss=first_loss_of,
            stamp=lambda _run: self.stamp,
            shifted=lambda _run, _pixels: self.shifted,
        )
        activities = tuple(Activity(kind, detail, 0.0) for kind, detail in self.did)
        return Evidence(self.draft, self.runs, activities, self.answers, start=self.start, look_up=look_up)


def opened(outcome: Outcome) -> Outcome:
    return replace(outcome, run=replace(outcome.run, test_openings=1))


def of(outcome: Outcome, **changes: Any) -> Outcome:
    """Return a recorded run with some values changed, such as the experiment."""
    return replace(outcome, run=replace(outcome.run, **changes))


def run_of(name: str) -> Run:
    return recorded(name).run


def trained(*names: str) -> tuple[Outcome, ...]:
    """Return recorded runs of a visitor, the newest first. The names are given from the oldest to the newest."""
    return tuple(reversed([recorded(name, number) for number, name in enumerate(names, 1)]))


def worst(name: str, part: str = "validation") -> tuple[str, str]:
    """Return the actual and the predicted class of the largest cell off the diagonal of a run's confusion matrix."""
    evaluated = evaluation_of(run_of(name), part)
    assert evaluated is not None
    pair = max(evaluated.pairs(), key=lambda pair: pair.count)
    return str(pair.actual), str(pair.predicted)


def on_seeds(name: str, seeds: tuple[int, ...], first_number: int) -> tuple[Outcome, ...]:
    """Return a recorded run once for each seed, as if it had been trained with this seed, the newest first."""
    runs = [recorded(name, first_number + index) for index in range(len(seeds))]
    return tuple(of(run, experiment=with_fit(run.run.experiment, seed=seed)) for run, seed in zip(runs, seeds, strict=True))[
        ::-1
    ]


COSINE = {"name": "CosineDecay", "arguments": {"initial_learning_rate": 0.001, "decay_steps": 164}}
EARLY = EntryRef("EarlyStopping", (("monitor", "loss"), ("patience", 5)))
PLATEAU = EntryRef("ReduceLROnPlateau", (("monitor", "val_loss"),))
CORRECTED = Corrections((("train", 3, 5),), (("train", 4),))
OWN = with_data(LECTURE, dataset=f"own-{'0' * 20}")  # a data set of 120 pictures in 2 classes that a link names
TWO_NETWORKS = (*on_seeds("overfitting", (0, 1, 2), 4), *on_seeds("lecture", (0, 1, 2), 1))
SMALLEST = {"parameters": {"at_most": 1_000}, "accuracy": {"at_least": 0.6}}
