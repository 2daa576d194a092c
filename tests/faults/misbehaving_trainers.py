"""Trainers that misbehave on purpose, and quickly. `train` replaces `core.worker.training.train:train` in tests of faults.

The seed of an experiment chooses the trainer: the experiment `experiment_for(slow)` is trained by `slow`.
"""

import ctypes
import os
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil

from core.experiment.edits import set_value
from core.experiment.model import Experiment
from core.experiment.templates import lecture_experiment
from core.files import write_atomically
from core.run_events import Command
from core.worker.callables import CommandSource, Report

NAME = "tests.faults.misbehaving_trainers:train"
BATCHES_A_SECOND = 20
STEPS = 1_000  # the number of steps in an epoch

KEPT: list[bytearray] = []  # memory that a process never releases
ENDED = {"history": {}, "validation": None, "test": {"loss": 1.0, "accuracy": 0.1}, "confusion_matrix": [[1]]}


class Work:
    """A run in the hands of a misbehaving trainer, with the functions to report batches and the end."""

    def __init__(self, experiment: Experiment, report: Report, next_command: CommandSource, folder: Path) -> None:
        self.experiment = experiment
        self.report = report
        self.next_command = next_command
        self.folder = folder
        self.step = 0

    def batch(self) -> None:
        self.step += 1
        place = {"step": self.step, "epoch": self.step / STEPS, "seconds": 10.0 * self.step}  # as the trainer claims
        self.report({"kind": "batch", **place, "loss": 1.0 / self.step, "accuracy": 0.5})

    def batches(self, count: int) -> None:
        for _ in range(count):
            self.batch()
            time.sleep(1 / BATCHES_A_SECOND)

    def end(self, how: str) -> dict:
        kept = {"which": "last", "step": self.step, "epoch": 0}
        self.report({"kind": "fitted", "how": how, "epochs": 0, "seconds": 1.0, "finite_step": self.step})
        return {**ENDED, "parameters": 1, "seconds": 1.0, "how": how, "epochs": 0, "kept": kept}


def quick(work: Work) -> dict:
    """Behave well: train a few batches, and end."""
    work.batches(2)
    return work.end("whole")


def slow(work: Work) -> dict:
    """Train until the command to stop."""
    while work.next_command() != Command("stop"):
        work.batches(1)
    return work.end("stop")


def deaf(work: Work) -> dict:
    """Train without end, and never read commands."""
    while True:
        work.batches(1)


def silent(work: Work) -> dict:
    """Report only the first batch, and never read commands."""
    work.batch()
    while True:
        time.sleep(1)


def crashing(work: Work) -> dict:
    """Raise a Python exception after the third step."""
    work.batches(3)
    raise ValueError("shapes (32,10) and (32,9) do not fit")


def killed(work: Work) -> dict:
    work.batches(3)
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError("it lives")


def segfaulting(work: Work) -> dict:
    work.batches(3)
    ctypes.string_at(0)
    raise AssertionError("it lives")


def exiting(work: Work) -> dict:
    work.batches(3)
    os._exit(3)


def hungry(work: Work) -> dict:
    """Allocate memory without end."""
    work.batches(3)
    taken = []
    while True:
        taken.append(bytearray(os.urandom(1) * 50_000_000))
        time.sleep(0.02)


def keeping(work: Work) -> dict:
    """End well, but keep nearly all the memory that the process may have, as TensorFlow does."""
    work.batches(2)
    most = float(os.environ["DASHBOARD_WORKER_MEMORY"]) * 1e9
    while psutil.Process().memory_info().rss < 0.88 * most:
        KEPT.append(bytearray(os.urandom(1) * 10_000_000))
    time.sleep(1.0)  # Dask checks the memory ten times per second
    return work.end("whole")


def dying_while_saving(work: Work) -> dict:
    """Kill the process when half of a checkpoint is written."""

    def whole(path: Path) -> None:
        path.write_bytes(b"an earlier checkpoint")

    def half(path: Path) -> None:
        path.write_bytes(b"half of")
        os.kill(os.getpid(), signal.SIGKILL)

    write_atomically(work.folder / "checkpoint-000001.npz", whole)
    work.batch()
    write_atomically(work.folder / "checkpoint-000001.npz", half)
    raise AssertionError("it lives")


def babbling(work: Work) -> dict:
    """Report invalid and unknown events, and far too many batches."""
    work.report({"kind": "paused"})  # lacks all its fields
    work.report({"kind": "from the future", "step": None})
    work.report({"kind": "batch"})
    for _ in range(5_000):
        work.batch()
    return work.end("whole")


TRAINERS: tuple[Callable[[Work], dict], ...] = (
    quick,
    slow,
    deaf,
    silent,
    crashing,
    killed,
    segfaulting,
    exiting,
    hungry,
    dying_while_saving,
    babbling,
    keeping,
)


def experiment_for(trainer: Callable[[Work], dict]) -> Experiment:
    """Return the experiment that this trainer trains."""
    return set_value(lecture_experiment("digits"), ("fit", "seed"), TRAINERS.index(trainer))


def train(
    experiment: Experiment, report: Report, next_command: CommandSource, folder: Path, resume: bool = False, **_others: Any
) -> dict:
    """Call the misbehaving trainer that the seed of the experiment chooses. See `core.worker.training.train.train`."""
    report({"kind": "start", "steps": STEPS, "epochs": 1, "seconds": 0.0})
    return TRAINERS[experiment.fit.seed](Work(experiment, report, next_command, folder))
