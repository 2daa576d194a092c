"""Recorded runs that a deck plays if there is no time to train, and recorded curves that visitors read.

`python -m tests.record_runs` records the runs again, `python -m tests.record_curves` the curves.
"""

import gzip
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from core.experiment.model import Experiment
from core.experiment.serialization import from_dict
from core.files import PROJECT
from core.run_events import RunEvent
from core.runs.manager import Runs
from core.runs.run_record import Run

FOLDER = PROJECT / "decks" / "recorded"
ENDING = ".json.gz"
CURVES_FILE = FOLDER / "curves.json"
NUMBERS = ("loss", "val_loss", "accuracy", "val_accuracy")  # the metrics after each epoch
OWNER = "account-recorded"  # the owner of recorded runs in place of a visitor; cookies cannot hold such a name
# By name: the subject of the run, for lecturers who write decks.
RECORDED_RUNS: Mapping[str, str] = MappingProxyType(
    {
        "lecture-fashion": "The lecture's network on all 54,000 training images of Fashion-MNIST, five epochs.",
        "overfitting-digits": "A wide network on 60 images of Digits: the validation loss falls, and rises again.",
    }
)
# By name: the subject of the run, for lecturers who write decks. The names give nothing away, since visitors may read the
# file of a deck.
RECORDED_CURVES: Mapping[str, str] = MappingProxyType(
    {
        "curve-a": "The lecture's network on Digits, twelve epochs: nothing is wrong.",
        "curve-b": "The same with a learning rate of 0.00001: too small.",
        "curve-c": "The same with a learning rate of 1: too large.",
        "curve-d": "A wide network on 100 images of Digits, which overfits.",
        "curve-e": "The lecture's network after three epochs: stopped too early.",
        "curve-f": "The lecture's network with one unit in its hidden layer: too small.",
    }
)


@dataclass(frozen=True)
class RunRecording:
    """The experiment, the events and the result of a recorded run."""

    experiment: Experiment
    events: tuple[RunEvent, ...]  # all its events, in order
    result: Mapping[str, Any]  # the result of training
    machine: str  # the machine and the time of the recording, in words


def recording_path(name: str) -> Path:
    """Return the path of a recorded run, given by its name."""
    return FOLDER / f"{name}{ENDING}"


@cache
def recording(name: str) -> RunRecording:
    """Return a recorded run by its name, an element of RECORDED_RUNS."""
    with gzip.open(recording_path(name), "rt", encoding="utf-8") as file:
        read = json.load(file)
    return RunRecording(from_dict(read["experiment"]), tuple(read["events"]), read["result"], read["machine"])


def recorded_run(runs: Runs, name: str) -> Run:
    """Return a recorded run as a run of this server that everybody may see. The first call adds the run.

    Parameters
    ----------
    runs
        The runs of the server.
    name
        An element of RECORDED_RUNS.
    """
    database = runs.database
    known = next((run for run in database.runs_of(OWNER, None) if run.name == name), None)
    if known is not None:
        return known
    recorded = recording(name)
    run = database.add_run(recorded.experiment, OWNER)
    database.describe(run.id, name=name, note=recorded.machine)
    for event in recorded.events:
        database.append(run.id, event)
    database.flush()
    for state in ("starting", "training"):
        database.change_state(run.id, state)
    database.change_state(run.id, "finished", result=dict(recorded.result))
    added = database.run(run.id)
    return run if added is None else added


@dataclass(frozen=True)
class RecordedCurve:
    """The losses and accuracies of a recorded run after each epoch."""

    experiment: Experiment
    epochs: tuple[Mapping[str, float], ...]  # NUMBERS of each epoch


@cache
def recorded_curve(name: str) -> RecordedCurve:
    """Return the recorded losses and accuracies of a run by name, an element of RECORDED_CURVES."""
    read: dict[str, Any] = json.loads(CURVES_FILE.read_text(encoding="utf-8"))[name]
    rows = zip(*(read[number] for number in NUMBERS), strict=True)
    return RecordedCurve(from_dict(read["experiment"]), tuple(dict(zip(NUMBERS, row, strict=True)) for row in rows))
