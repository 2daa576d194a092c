"""The comparison of the losses and metrics of an exported script and of its run. The result is kept with the run."""

import hashlib
import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import zip_longest
from pathlib import Path
from typing import Any

from core.experiment.model import Experiment
from core.experiment.serialization import dumps
from core.files import write_atomically

STAMP = "reproduced.json"  # the file of the result in a run's folder
EXPECTED, SCRIPT = "expected.json", "experiment.py"  # files in the folder of the export job


ComparedNumber = tuple[str, float | None, float | None]  # a name in words, the value of the run, and that of the export


@dataclass(frozen=True)
class ExportRunResult:
    """The result of running an exported script: whether the script and the run have equal losses and metrics."""

    experiment: str  # the fingerprint of the exported experiment
    numbers: int  # count of the compared numbers
    different: int  # count of the numbers that were not equal to the last digit
    largest: float  # the largest difference; infinity for a missing number
    where: str  # the first number that differs, in words; "" if none differs
    accuracy: float | None  # the accuracy on the test set, as the script measured it
    seconds: float  # the time that the script took
    at: float  # the time of the comparison, in seconds since 1970
    changed: tuple[str, ...] = ()  # versions in which the run and the export differ, in words
    is_known: bool = False  # whether the versions of the run were recorded
    unsteady: int | None = None  # count of differences in a second run of the script; None if the script ran once
    last: tuple[ComparedNumber, ...] = ()  # the numbers of the last epoch; empty in results of earlier versions

    @property
    def is_same(self) -> bool:
        """Whether all numbers are equal to the last digit."""
        return self.different == 0


def fingerprint(experiment: Experiment) -> str:
    """Return the hash of an experiment. Different experiments have different hashes."""
    return hashlib.sha256(dumps(experiment).encode()).hexdigest()


def expected_numbers(result: Mapping[str, Any]) -> dict[str, Any]:
    """Return the losses and metrics that the exported script of a run must reproduce, from the result of the run."""
    test = {name: result["test"][name] for name in result["test"]}
    return {"history": result["history"], "test": test, "provenance": result.get("provenance", [])}


def changes(then: Sequence[Mapping[str, str]], now: Mapping[str, str]) -> tuple[str, ...]:
    """List the versions in which a run and its export differ, such as "Keras 3.15.0 then, 3.15.1 now".

    Parameters
    ----------
    then
        The versions that made the run, with an entry for each process that trained a part of the run.
    now
        The versions that run the exported script. For the form of both, see `core.worker.training.provenance`.
    """
    differences = (
        f"{name} {versions.get(name, 'none')} then, {now.get(name, 'none')} now"
        for versions in then
        for name in dict.fromkeys([*versions, *now])
        if versions.get(name) != now.get(name)
    )
    return tuple(dict.fromkeys(differences))


def mismatch_reason(stamp: ExportRunResult) -> str:
    """Explain in sentences why an exported script gave other losses or metrics than its run, as far as known."""
    sentences = []
    if stamp.changed:
        sentences.append(f"The run was made with other things than the export: {'; '.join(stamp.changed)}.")
        sentences.append("Train it again here, and its numbers can be compared.")
    if stamp.unsteady:
        sentences.append(
            f"The script, run twice here, gave {stamp.unsteady:,} other numbers the second time: this network is not "
            "computed in the same order each time on this machine, so that no run of it can be repeated to the last digit."
        )
    if sentences:
        return " ".join(sentences)
    if not stamp.is_known or stamp.unsteady is None:
        return "The cause is not known: the versions of this run were not recorded. Train it again, and compare once more."
    return (
        "Nothing that was checked differs: versions, processor and threads are those of the run, and the script gave the "
        "same numbers when it was run twice. Other causes were not checked: the dashboard's work during the training, and "
        "the backend's order of computation. Please report it, with the script."
    )


def compare(of_run: Mapping[str, Any], of_export: Mapping[str, Any]) -> tuple[int, int, float, str]:
    """Compare the losses and metrics of a run and of its exported script.

    Parameters
    ----------
    of_run
        The losses and metrics of the run, as {"history": {name: [value of each epoch]}, "test": {name: value}}.
    of_export
        Those of the exported script, in the same form. A test metric that the script lacks is not compared.

    Returns
    -------
    tuple[int, int, float, str]
        The count of compared numbers, the count of differences, the largest difference, and the first difference in words.
    """
    count, different, largest, where = 0, 0, 0.0, ""
    for words, value, exported in _pairs(of_run, of_export):
        count += 1
        if value == exported or (value is not None and exported is not None and math.isnan(value) and math.isnan(exported)):
            continue
        different += 1
        where = where or words
        gap = math.inf if value is None or exported is None else abs(value - exported)
        largest = max(largest, math.inf if math.isnan(gap) else gap)
    return count, different, largest, where


def last_epoch(of_run: Mapping[str, Any], of_export: Mapping[str, Any]) -> tuple[ComparedNumber, ...]:
    """Return each loss and metric of the last epoch, with the values of the run and of the export. See `compare`."""
    last = len(next(iter(of_run["history"].values()), ()))
    return tuple(pair for pair in _pairs(of_run, of_export) if pair[0].endswith(f" of epoch {last}"))


def _pairs(of_run: Mapping[str, Any], of_export: Mapping[str, Any]) -> Iterator[ComparedNumber]:
    for name, values in of_run["history"].items():
        exported_values = of_export["history"].get(name, [])
        for epoch in range(max(len(values), len(exported_values))):
            value, exported = (series[epoch] if epoch < len(series) else None for series in (values, exported_values))
            yield from _numbers(f"{name.replace('_', ' ')} of epoch {epoch + 1}", value, exported)
    for name, value in of_run["test"].items():
        if name in of_export["test"]:
            yield from _numbers(f"{name.replace('_', ' ')} on the test set", value, of_export["test"][name])


def _numbers(words: str, value: Any, exported: Any) -> Iterator[ComparedNumber]:
    """Yield a value of the run with the value of the export, or a pair for each class if a metric has several values."""
    if isinstance(value, list) and isinstance(exported, list):
        for first, second in zip_longest(value, exported):
            yield words, first, second
    else:
        yield words, value, exported


def write(folder: Path, stamp: ExportRunResult) -> None:
    """Write the result of a comparison to the folder of its run."""
    write_atomically(folder / STAMP, lambda path: path.write_text(json.dumps(asdict(stamp))))


def read(folder: Path, experiment: Experiment) -> ExportRunResult | None:
    """Read the result of a comparison. Return None if the result is missing, or if the run was trained further since."""
    try:
        content = json.loads((folder / STAMP).read_text())
        lists = {"changed": tuple(content.get("changed", ())), "last": tuple(map(tuple, content.get("last", ())))}
        stamp = ExportRunResult(**content | lists)
    except (OSError, ValueError, TypeError, AttributeError):
        return None
    return stamp if stamp.experiment == fingerprint(experiment) else None
