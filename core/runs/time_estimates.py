"""How long a run will take: measured on an earlier run of the same network, else estimated from its layers."""

import statistics
from collections.abc import Callable, Iterable
from itertools import pairwise
from typing import Any

from core.analysis.curves import MAXIMUM_POINTS
from core.experiment.execution import Execution, step_seconds
from core.experiment.model import Experiment, Layer
from core.experiment.multiply_adds import computing_entry
from core.experiment.shapes import Summary
from core.experiment.templates import lecture
from core.run_events import RunEvent
from core.runs.run_record import Run
from core.runs.store import Ledger
from core.runs.time_left import Durations, Expected, TimeLeft, Work

EARLIER_RUNS = 20  # of a visitor, which are searched for a run of the same network
DURATIONS_KEPT = 1_000  # of runs; a hundred bytes each
# The duration of the first step, in steps of the lecture's network, since both are the work of one thread; measured as in
# `core.experiment.execution`.
START_STEPS = 200  # for loading, and for tracing and compiling any network
START_STEPS_A_LAYER = 20
START_STEPS_OF = {"values_per_step": 200, "heads_argument": 150}  # more for layers with these traits


def costs_alike(first: Experiment, second: Experiment) -> bool:
    """Whether a step takes equally long in both: the same network, data set, batch size and execution."""
    keys = [
        (each.data.dataset, each.layers, each.fit.batch_size, each.fit.backend, each.fit.mode, each.compile.optimizer.name)
        for each in (first, second)
    ]
    return keys[0] == keys[1]


def measured(run: Run, events: Iterable[RunEvent], images: int) -> Durations | None:
    """The measured durations of a run; None if the run ended too early.

    Parameters
    ----------
    run
        A run that is over.
    events
        The events of the run; a few hundred of its batches are enough.
    images
        The number of images that the run trained on.
    """
    work = Work.of(run.experiment, images)
    clock = TimeLeft(Expected(work))
    for event in events:
        clock.take(event)
    result = run.result or {}
    durations = clock.durations
    if durations is None and result.get("seconds"):
        epochs = result.get("epochs") or run.experiment.fit.epochs
        durations = work.durations(result["seconds"] / (epochs * work.steps))
        durations = Durations(0.0, durations.step, 0.0, durations.end, is_measured=True)
    if durations is None or "evaluation_seconds" not in result:
        return durations
    return Durations(durations.start, durations.step, durations.between, result["evaluation_seconds"], is_measured=True)


def estimated(
    experiment: Experiment, work: Work, seconds_per_step: float | None, summary: Summary | None, execution: Execution
) -> Durations | None:
    """The durations of a run, estimated from its layers; None if unknown.

    Parameters
    ----------
    experiment
        The experiment to train.
    work
        The work of the run.
    seconds_per_step
        The seconds of a step of the lecture's network, measured when the engine started; None where unmeasured.
    summary
        The table of the network; None while Keras has not answered.
    execution
        How the run's steps are executed.
    """
    known = lecture(experiment.data.dataset)
    if seconds_per_step is None or experiment.fit.backend != known.fit.backend:
        return None
    is_lecture = (experiment.layers, experiment.fit.batch_size) == (known.layers, known.fit.batch_size)
    if not is_lecture and (summary is None or summary.refused):
        return None
    step = step_seconds(experiment, summary, seconds_per_step, execution)
    start = START_STEPS + sum(_start_steps(layer) for layer in experiment.layers)
    return work.durations(step, seconds_per_step * start)


def _start_steps(layer: Layer) -> int:
    """What a layer adds to the first step, in steps of the lecture's net."""
    more = sum(steps for trait, steps in START_STEPS_OF.items() if computing_entry(layer).trait(trait) is not None)
    return START_STEPS_A_LAYER + more * (2 if layer.entry.trait("bidirectional") else 1)


class Estimates:
    """How long runs will take, from a visitor's earlier runs or by their layers. Safe to use from several threads.

    Parameters
    ----------
    ledger
        The store of runs.
    trained
        Returns the number of images that an experiment trains on.
    estimate
        Returns the `estimated` durations of an experiment's work on this machine.
    """

    def __init__(
        self,
        ledger: Ledger,
        trained: Callable[[Experiment], int],
        estimate: Callable[[Experiment, Work], Durations | None],
    ) -> None:
        self._ledger = ledger
        self._trained = trained
        self._estimate = estimate
        self._measured: dict[tuple[Any, ...], Durations | None] = {}  # of runs that are over

    def expected(self, experiment: Experiment, visitor: str, completed: int = 0) -> Expected:
        """How long an experiment will take on this machine.

        Parameters
        ----------
        experiment
            The experiment to train.
        visitor
            The visitor whose earlier runs of the same network are measured; without such runs, the layers give the
            estimate.
        completed
            The number of epochs that are done already.
        """
        work = Work.of(experiment, self._trained(experiment), completed)
        for run in self._ledger.runs_of(visitor, EARLIER_RUNS):
            if run.is_over and costs_alike(run.experiment, experiment) and (durations := self._of(run)) is not None:
                return Expected(work, durations)
        return Expected(work, self._estimate(experiment, work))

    def _of(self, run: Run) -> Durations | None:
        """How long the parts of a run that is over took, read once from its events."""
        key = (run.id, run.parts, run.ended)
        if key not in self._measured:
            if len(self._measured) >= DURATIONS_KEPT:
                self._measured.clear()
            self._measured[key] = measured(run, self._ledger.events(run.id, MAXIMUM_POINTS), self._trained(run.experiment))
        return self._measured[key]


def epoch_seconds(events: Iterable[RunEvent]) -> tuple[float | None, float | None]:
    """The seconds of the first epoch of a run, and the median of the others; None if there is none."""
    ends = [0.0, *(event["seconds"] for event in events if event["kind"] == "epoch")]
    lengths = [after - before for before, after in pairwise(ends)]
    return lengths[0] if lengths else None, statistics.median(lengths[1:]) if lengths[1:] else None
