"""Recorded runs that come with the product, to be played where a deck has no time to train.

`python -m tests.record_runs` records them anew.
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
OWNER = "account-recorded"  # stands for a visitor; names that begin so are refused in cookies
# By name: what the run shows, for lecturers who write decks.
RECORDED_RUNS: Mapping[str, str] = MappingProxyType(
    {
        "lecture-fashion": "The lecture's network on all 54,000 training images of Fashion-MNIST, five epochs.",
        "overfitting-digits": "A wide network on 60 images of Digits: the validation loss falls, and rises again.",
    }
)


@dataclass(frozen=True)
class Recording:
    """A run as it was recorded."""

    experiment: Experiment
    events: tuple[RunEvent, ...]  # all that it reported, in order
    result: Mapping[str, Any]  # what training returned
    machine: str  # where and when it was recorded, in words


def path_of(name: str) -> Path:
    """The file of a recording."""
    return FOLDER / f"{name}{ENDING}"


@cache
def recording(name: str) -> Recording:
    """A recording by its name, which is one of RECORDED_RUNS."""
    with gzip.open(path_of(name), "rt", encoding="utf-8") as file:
        read = json.load(file)
    return Recording(from_dict(read["experiment"]), tuple(read["events"]), read["result"], read["machine"])


def recorded_run(runs: Runs, name: str) -> Run:
    """The recorded run among the runs of a server, which everybody may look at and nobody owns; it is added at first.

    Parameters
    ----------
    runs
        The runs of the server.
    name
        One of RECORDED_RUNS.
    """
    ledger = runs.ledger
    known = next((run for run in ledger.runs_of(OWNER, None) if run.name == name), None)
    if known is not None:
        return known
    recorded = recording(name)
    run = ledger.add_run(recorded.experiment, OWNER)
    ledger.describe(run.id, name=name, note=recorded.machine)
    for event in recorded.events:
        ledger.append(run.id, event)
    ledger.flush()
    for state in ("starting", "training"):
        ledger.change_state(run.id, state)
    ledger.change_state(run.id, "finished", result=dict(recorded.result))
    added = ledger.run(run.id)
    return run if added is None else added
