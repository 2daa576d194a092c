"""How long things will take, from what was measured on this machine."""

import math
import statistics
from collections.abc import Callable, Iterable
from itertools import pairwise

from core.execution import step_seconds
from core.experiment import Experiment
from core.ledger import Run
from core.shapes import Summary
from core.templates import lecture


def images_of(experiment: Experiment) -> int:
    """How many images are trained on, those that are left out too; a worker can say how many of them these are."""
    return experiment.data.num_used


def steps_of(experiment: Experiment, images: int | None = None) -> int:
    """How many steps a whole run takes; `images` that it trains on, where some are left out."""
    num_images = images_of(experiment) if images is None else images
    return math.ceil(num_images / experiment.fit.batch_size) * experiment.fit.epochs


def expected_seconds(
    experiment: Experiment,
    earlier: Iterable[Run],
    seconds_per_step: float | None,
    summary: Summary | None = None,
    *,
    images: Callable[[Experiment], int] = images_of,
) -> float | None:
    """About how long an experiment will train; None where nothing tells.

    Arguments:
        experiment: what shall be trained.
        earlier: runs of the same person; those of the same stack in batches of the same size tell.
        seconds_per_step: a step of the lecture's net, measured when the engine started; None where it was not.
        summary: the table of its network: how much there is to multiply tells where nothing like it has run.
        images: how many images an experiment trains on.
    """
    steps = steps_of(experiment, images(experiment))
    stack = (experiment.data.dataset, experiment.layers, experiment.fit.batch_size, experiment.fit.backend)
    for run in earlier:
        one = run.experiment
        measured = (run.result or {}).get("seconds")
        like = (one.data.dataset, one.layers, one.fit.batch_size, one.fit.backend)
        if measured and run.state == "finished" and stack == like:
            return float(measured) / steps_of(one, images(one)) * steps
    known = lecture(experiment.data.dataset)
    if seconds_per_step is None or experiment.fit.backend != known.fit.backend:
        return None
    if stack[1:] == (known.layers, known.fit.batch_size, known.fit.backend):
        return seconds_per_step * steps
    if summary is None or summary.refused:
        return None
    return step_seconds(experiment, summary, seconds_per_step) * steps


def seconds_left(place: dict | None, epochs: int, expected: float | None) -> float | None:
    """How long a run that is on will still train.

    Arguments:
        place: its last event with "epoch" (completed, with a fraction) and "seconds"; None before the first.
        epochs: how many there will be.
        expected: what it was expected to take in all.
    """
    if place is None or not place["epoch"]:
        return expected
    return float(place["seconds"] * max(0.0, epochs / place["epoch"] - 1))


def epoch_seconds(events: Iterable[dict]) -> tuple[float | None, float | None]:
    """How long the first epoch of a run took, and a typical one of the others (their median); None where there is none."""
    ends = [0.0, *(event["seconds"] for event in events if event["kind"] == "epoch")]
    first, *others = [after - before for before, after in pairwise(ends)] or [None]
    return first, statistics.median(others) if others else None
