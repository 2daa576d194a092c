"""Recordings of the coach's runs: a file for each run, with the events that the coach reads."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from core.analysis.curves import merge_batches
from core.catalogue.datasets import OWN_ENTRY, folder_of, is_own
from core.experiment.model import Experiment, to_dict
from core.experiment.serialization import from_dict
from core.files import write_atomically

FOLDER = Path(__file__).parent / "recorded_runs"
MENDED = " mended"  # suffix of the name of a run with the coach's advice applied
HEARD = ("batch", "epoch", "health", "look", "fitted")  # kinds of events that the coach reads
LEFT_OUT = (
    "seconds",
    "at",
    "images_per_second",
    "batches",
    "probabilities",
    "images",
    "whole",
)  # fields that the coach does not read
MOST_BATCHES = 24
MATRICES_UNTIL, MATRIX_EVERY = 3, 5  # in epochs: later confusion matrices are stored for every fifth epoch and for the last
DIGITS_KEPT = 5  # significant digits


@dataclass(frozen=True)
class Recording:
    """A recorded run."""

    content: dict  # the experiment as JSON
    entry: dict | None  # the entry of a person's own pictures
    tried: tuple[str, ...]  # the labels of the applied repairs
    events: tuple[dict, ...]

    def experiment(self) -> Experiment:
        """Return the experiment. If it uses own pictures, write their entry into the data folder."""
        if self.entry is not None:
            path = folder_of(self.content["data"]["dataset"]) / OWN_ENTRY
            if not path.is_file():
                write_atomically(path, lambda temporary: temporary.write_text(json.dumps(self.entry), encoding="utf-8"))
        return from_dict(self.content)

    @property
    def accuracy(self) -> float:
        """The last validation accuracy, or else the last training accuracy, or 0 without both."""
        ends = [event for event in self.events if event["kind"] == "epoch"]
        return float(ends[-1].get("val_accuracy") or ends[-1].get("accuracy") or 0.0) if ends else 0.0


def path_of(name: str) -> Path:
    """Return the path of a run's recording."""
    plain = "".join(character if character.isalnum() or character == "." else "-" for character in name.lower())
    return FOLDER / f"{'-'.join(part for part in plain.split('-') if part)}.json"


def shortened(events: Sequence[dict]) -> list[dict]:
    """Shorten events to the part that the coach reads: merged batches, rounded numbers, matrices without images."""
    heard = [event for event in events if event["kind"] in HEARD and event.get("whole", True)]
    looks = [event["epoch"] for event in heard if event["kind"] == "look"]
    kept_looks = {index for index in looks if index <= MATRICES_UNTIL or index % MATRIX_EVERY == 0} | set(looks[-1:])
    found = []
    for event in merge_batches(heard, MOST_BATCHES):
        if event["kind"] == "look" and event["epoch"] not in kept_looks:
            continue
        kept = {name: _rounded(value) for name, value in event.items() if name not in LEFT_OUT}
        if "cells" in kept:
            kept |= {"whole": True, "cells": [cell[:3] for cell in event["cells"]]}
        found.append(kept)
    return found


def _rounded(value: object) -> object:
    if isinstance(value, float):
        return float(f"{value:.{DIGITS_KEPT}g}")
    if isinstance(value, list):
        return [_rounded(item) for item in value]
    return {name: _rounded(item) for name, item in value.items()} if isinstance(value, dict) else value


def write(name: str, experiment: Experiment, events: Sequence[dict], tried: Sequence[str] = ()) -> Path:
    """Write a recording, and return its path."""
    dataset = experiment.data.dataset
    entry = json.loads((folder_of(dataset) / OWN_ENTRY).read_text(encoding="utf-8")) if is_own(dataset) else None
    content = {
        "name": name,
        "experiment": to_dict(experiment),
        "entry": entry,
        "tried": list(tried),
        "events": shortened(events),
    }
    path = path_of(name)
    text = json.dumps(content, separators=(",", ":"))
    write_atomically(path, lambda temporary: temporary.write_text(text + "\n", encoding="utf-8"))
    return path


@cache
def recordings() -> Mapping[str, Recording]:
    """Return all recordings, by name."""
    recordings_by_name = {}
    for path in sorted(FOLDER.glob("*.json")):
        content = json.loads(path.read_text(encoding="utf-8"))
        tried, events = tuple(content.get("tried", ())), tuple(content["events"])
        recordings_by_name[content["name"]] = Recording(content["experiment"], content["entry"], tried, events)
    return recordings_by_name
