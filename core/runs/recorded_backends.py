"""The lecture's net on all backends, as it was trained once elsewhere: for machines that lack a backend.

`python -m tests.benchmarks.backends` records it anew.
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
    """One run of the recording."""

    backend: str
    data: str  # the name of the data set
    sentence: str  # the experiment, in words
    seconds: tuple[float, ...]  # from the start of training to the end of each epoch
    history: Mapping[str, tuple[float, ...]]  # after each epoch, by Keras' history names

    @property
    def first_epoch(self) -> float:
        """The seconds of the first epoch, which also traces and compiles."""
        return self.seconds[0]

    @property
    def typical_epoch(self) -> float:
        """The seconds of an epoch: the median of all but the first."""
        return statistics.median(b - a for a, b in zip(self.seconds, self.seconds[1:], strict=False))


@dataclass(frozen=True)
class Recording:
    """Runs on all backends, and where they were recorded."""

    date: str  # of the recording, such as "2026-11-27"
    machine: str
    python: str  # its version
    versions: Mapping[str, str]  # of Keras and the backends, by package
    runs: tuple[RecordedRun, ...]

    def of(self, data: str) -> tuple[RecordedRun, ...]:
        """The runs on a data set, in the order of the backends; those on another one where it was not recorded."""
        known = {run.data for run in self.runs}
        chosen = data if data in known else self.runs[-1].data
        return tuple(run for run in self.runs if run.data == chosen)


@cache
def recording() -> Recording:
    """The recording that comes with the dashboard."""
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
    return Recording(read["date"], read["machine"], read["python"], read["versions"], runs)
