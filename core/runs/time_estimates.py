"""The expected duration of a run: measured on an earlier run of the same network, or estimated from its layers."""

import statistics
from collections.abc import Callable, Iterable
from itertools import pairwise
from typing import Any

from core.analysis.curves import MAXIMUM_POINTS
from core.experiment.execution import Execution, step_seconds
from core.experiment.model import Experiment, Layer
from core.experiment.multiply_adds import unwrapped_entry
from core.experiment.shapes import Summary
from core.experiment.templates import lecture_experiment
from core.run_events import RunEvent
from core.runs.run_database import RunDatabase
from core.runs.run_record import Run
from core.runs.time_left import Durations, RunTimeEstimate, RunWorkload, TimeLeft

EARLIER_RUNS = 20  # the newest runs of a visitor, which are searched for a run of the same network
DURATIONS_KEPT = 1_000  # runs whose durations stay in memory; a hundred bytes each
# The duration of the first step, in steps of the lecture's network, since both are the work of one thread; measured as in
# `core.experiment.execution`.
START_STEPS = 200  # steps for loading, and for tracing and compiling any network
START_STEPS_A_LAYER = 20
START_STEPS_OF = {"values_per_step": 200, "heads_argument": 150}  # additional steps for layers with these traits


def has_same_step_time(first: Experiment, second: Experiment) -> bool:
    """Return whether a step of both experiments takes equally long: same data, layers, batch size, backend and optimizer."""
    keys = [
        (each.data.dataset, each.layers, each.fit.batch_size, each.fit.backend, each.fit.mode, each.compile.optimizer.name)
        for each in (first, second)
    ]
    return keys[0] == keys[1]


def measured_durations(run: Run, events: Iterable[RunEvent], images: int) -> Durations | None:
    """Return the measured durations of a run. Return None if the run ended too early.

    Parameters
    ----------
    run
        A run that is over.
    events
        The events of the run, of which a few hundred batches are enough.
    images
        The number of images that the run trained on.
    """
    work = RunWorkload.of(run.experiment, images)
    clock = TimeLeft(RunTimeEstimate(work))
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
    experiment: Experiment, work: RunWorkload, seconds_per_step: float | None, summary: Summary | None, execution: Execution
) -> Durations | None:
    """Return the durations of a run, estimated from its layers. Return None if they are unknown.

    Parameters
    ----------
    experiment
        The experiment to train.
    work
        The work of the run.
    seconds_per_step
        The seconds of a step of the lecture's network, measured when the engine started, or None if unmeasured.
    summary
        The table of the network, or None while Keras has not answered.
    execution
        How the run's steps are executed.
    """
    known = lecture_experiment(experiment.data.dataset)
    if seconds_per_step is None or experiment.fit.backend != known.fit.backend:
        return None
    is_lecture = (experiment.layers, experiment.fit.batch_size) == (known.layers, known.fit.batch_size)
    if not is_lecture and (summary is None or summary.refused):
        return None
    step = step_seconds(experiment, summary, seconds_per_step, execution)
    start = START_STEPS + sum(_start_steps(layer) for layer in experiment.layers)
    return work.durations(step, seconds_per_step * start)


def _start_steps(layer: Layer) -> int:
    """Return how much longer the first step takes because of a layer, in steps of the lecture's network."""
    more = sum(steps for trait, steps in START_STEPS_OF.items() if unwrapped_entry(layer).trait(trait) is not None)
    return START_STEPS_A_LAYER + more * (2 if layer.entry.trait("bidirectional") else 1)


class Estimates:
    """The expected durations of runs, from a visitor's earlier runs or from their layers. Safe to use from several threads.

    Parameters
    ----------
    database
        The store of runs.
    trained
        Returns the number of images that an experiment trains on.
    estimate
        Returns the `estimated` durations of an experiment's work on this machine.
    """

    def __init__(
        self,
        database: RunDatabase,
        trained: Callable[[Experiment], int],
        estimate: Callable[[Experiment, RunWorkload], Durations | None],
    ) -> None:
        self._database = database
        self._trained = trained
        self._estimate = estimate
        self._measured: dict[tuple[Any, ...], Durations | None] = {}  # of runs that are over

    def expected(self, experiment: Experiment, visitor: str, completed: int = 0) -> RunTimeEstimate:
        """Return the work of an experiment, and its expected duration on this machine.

        Parameters
        ----------
        experiment
            The experiment to train.
        visitor
            The visitor whose earlier runs of the same network are used. Without such runs, the duration is estimated from
            the layers.
        completed
            The number of epochs that are done already.
        """
        work = RunWorkload.of(experiment, self._trained(experiment), completed)
        for run in self._database.runs_of(visitor, EARLIER_RUNS):
            if (
                run.is_over
                and has_same_step_time(run.experiment, experiment)
                and (durations := self._durations_of(run)) is not None
            ):
                return RunTimeEstimate(work, durations)
        return RunTimeEstimate(work, self._estimate(experiment, work))

    def _durations_of(self, run: Run) -> Durations | None:
        """Return the measured durations of a run that is over. Its events are read only once."""
        key = (run.id, run.parts, run.ended)
        if key not in self._measured:
            if len(self._measured) >= DURATIONS_KEPT:
                self._measured.clear()
            self._measured[key] = measured_durations(
                run, self._database.events(run.id, MAXIMUM_POINTS), self._trained(run.experiment)
            )
        return self._measured[key]


def epoch_seconds(events: Iterable[RunEvent]) -> tuple[float | None, float | None]:
    """Return the seconds of a run's first epoch, and the median of all later epochs. Each is None without such an epoch."""
    ends = [0.0, *(event["seconds"] for event in events if event["kind"] == "epoch")]
    lengths = [after - before for before, after in pairwise(ends)]
    return lengths[0] if lengths else None, statistics.median(lengths[1:]) if lengths[1:] else None
