"""Runs of the lecture's network on all backends, recorded on another machine, for machines that lack a backend.

`python -m tests.benchmarks.backends` writes a new recording.
"""

import json
import statistics
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

RECORDING = Path(__file__).with_name("recorded_backends.json")


@dataclass(frozen=True)
class RecordedRun:
    """A recorded run of the lecture's network on a backend."""

    backend: str
    data: str  # the name of the data set
    sentence: str  # the experiment, in words
    seconds: tuple[float, ...]  # the time from the start of training to the end of each epoch
    history: Mapping[str, tuple[float, ...]]  # the metrics after each epoch, by Keras' history names

    @property
    def first_epoch(self) -> float:
        """The seconds of the first epoch, which also traces and compiles."""
        return self.seconds[0]

    @property
    def typical_epoch(self) -> float:
        """The median seconds of all epochs after the first."""
        return statistics.median(b - a for a, b in zip(self.seconds, self.seconds[1:], strict=False))


@dataclass(frozen=True)
class BackendRecording:
    """Recorded runs on all backends, with the date and the machine of the recording."""

    date: str  # the date of the recording, such as "2026-11-27"
    machine: str
    python: str  # the version of Python
    versions: Mapping[str, str]  # the versions of Keras and the backends, by package
    runs: tuple[RecordedRun, ...]

    def of(self, data: str) -> tuple[RecordedRun, ...]:
        """Return the runs on a data set, in the order of the backends, or on another data set if none were recorded."""
        known = {run.data for run in self.runs}
        chosen = data if data in known else self.runs[-1].data
        return tuple(run for run in self.runs if run.data == chosen)


@cache
def recording() -> BackendRecording:
    """Return the recorded runs that come with the dashboard."""
    read = json.loads(RECORDING.read_text(encoding="utf-8"))
    runs = tuple(
        RecordedRun(
            run["backend"],
            run["data"],
            run["sentence"],
            tuple(run["seconds"]),
            {name: tuple(values) for name, values in run["history"].items()},
        )
        for run in read["runs"]
    )
    return BackendRecording(read["date"], read["machine"], read["python"], read["versions"], runs)
