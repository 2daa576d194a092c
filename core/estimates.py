"""How long a run will take, before it has begun: by an earlier run of the same net, else by what its layers cost."""

import math
import statistics
from collections.abc import Iterable
from itertools import pairwise

from core.execution import Execution, step_seconds
from core.experiment import Experiment
from core.ledger import Run
from core.shapes import Summary
from core.templates import lecture
from core.time_left import Durations, Expected, TimeLeft, Work

START_SECONDS = 1.0  # loading, and what Keras compiles and traces of any net
START_SECONDS_A_LAYER = 0.15  # tracing


def images_of(experiment: Experiment) -> int:
    """How many images are trained on, those that are left out too; a worker can say how many of them these are."""
    return experiment.data.num_used


def steps_of(experiment: Experiment, images: int | None = None) -> int:
    """How many steps a whole run takes; `images` that it trains on, where some are left out."""
    num_images = images_of(experiment) if images is None else images
    return math.ceil(num_images / experiment.fit.batch_size) * experiment.fit.epochs


def costs_alike(one: Experiment, other: Experiment) -> bool:
    """Whether a step of both takes equally long: the same net on the same pictures, in batches of one size, run alike."""
    keys = [
        (each.data.dataset, each.layers, each.fit.batch_size, each.fit.backend, each.fit.mode, each.compile.optimizer.name)
        for each in (one, other)
    ]
    return keys[0] == keys[1]


def measured(run: Run, events: Iterable[dict], images: int) -> Durations | None:
    """How long the parts of a run took; None where it did not come so far that it tells.

    Arguments:
        run: one that is over.
        events: what it reported; of its batches a few hundred are enough.
        images: how many it trained on.
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
    """How long the parts of a run should take, by what its layers cost; None where nothing tells.

    Arguments:
        experiment: what shall be trained.
        work: what it has to do.
        seconds_per_step: a step of the lecture's net, measured when the engine started; None where it was not.
        summary: the table of its network; None while Keras has not answered.
        execution: how its steps are executed.
    """
    known = lecture(experiment.data.dataset)
    if seconds_per_step is None or experiment.fit.backend != known.fit.backend:
        return None
    is_lecture = (experiment.layers, experiment.fit.batch_size) == (known.layers, known.fit.batch_size)
    if not is_lecture and (summary is None or summary.refused):
        return None
    step = step_seconds(experiment, summary, seconds_per_step, execution)
    start = START_SECONDS + START_SECONDS_A_LAYER * len(experiment.layers)
    return work.durations(step, start)


def epoch_seconds(events: Iterable[dict]) -> tuple[float | None, float | None]:
    """How long the first epoch of a run took, and a typical one of the others (their median); None where there is none."""
    ends = [0.0, *(event["seconds"] for event in events if event["kind"] == "epoch")]
    first, *others = [after - before for before, after in pairwise(ends)] or [None]
    return first, statistics.median(others) if others else None
