"""Compare the numbers of an exported script with those of its run, and keep the result with the run."""

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

STAMP = "reproduced.json"  # in a run's folder
EXPECTED, SCRIPT = "expected.json", "experiment.py"  # in the folder of the job


@dataclass(frozen=True)
class Stamp:
    """The result of running an export."""

    experiment: str  # the fingerprint of the exported experiment
    numbers: int  # how many were compared
    different: int  # how many of them were not equal to the last digit
    largest: float  # the largest difference; infinity where one is missing
    where: str  # the first number that differs, in words; "" where none does
    accuracy: float | None  # on the test set, as the export gave it
    seconds: float  # that the script took
    at: float  # when, in seconds since 1970
    changed: tuple[str, ...] = ()  # versions in which the run and the export differ, in words
    is_known: bool = False  # whether the versions of the run were recorded
    unsteady: int | None = None  # how many numbers differed when the script was run once more; None where it was not

    @property
    def is_same(self) -> bool:
        """Whether all numbers are equal, to the last digit."""
        return self.different == 0


def fingerprint(experiment: Experiment) -> str:
    """A hash that only equal experiments share."""
    return hashlib.sha256(dumps(experiment).encode()).hexdigest()


def expected(result: Mapping[str, Any]) -> dict[str, Any]:
    """The numbers of a run that its export has to give, from the run's result."""
    test = {name: result["test"][name] for name in result["test"]}
    return {"history": result["history"], "test": test, "provenance": result.get("provenance", [])}


def changes(then: Sequence[Mapping[str, str]], now: Mapping[str, str]) -> tuple[str, ...]:
    """The versions in which a run and its export differ, in words such as "Keras 3.15.0 then, 3.15.1 now".

    Parameters
    ----------
    then
        The versions that the run was made with: one entry for each process that trained a part.
    now
        The versions that the export is made with; both as `core.worker.training.provenance` returns them.
    """
    differences = (
        f"{name} {versions.get(name, 'none')} then, {now.get(name, 'none')} now"
        for versions in then
        for name in dict.fromkeys([*versions, *now])
        if versions.get(name) != now.get(name)
    )
    return tuple(dict.fromkeys(differences))


def reason(stamp: Stamp) -> str:
    """Why an export did not give its run's numbers, as far as it was checked, in sentences."""
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
        return "Why is not known: what this run was made with was not recorded. Train it again, and compare once more."
    return (
        "Nothing that was checked differs: versions, processor and threads are those of the run, and the script gave the "
        "same numbers when it was run twice. What is left was not checked: what the dashboard did while it trained, and how "
        "the backend arranged the computation there. Please report it, with the script."
    )


def compare(of_run: Mapping[str, Any], of_export: Mapping[str, Any]) -> tuple[int, int, float, str]:
    """How many numbers were compared, how many differ, by how much at most, and the first that does, in words.

    Parameters
    ----------
    of_run
        The numbers of the run, {"history": by name, one value each epoch, "test": by name}.
    of_export
        The same numbers of the export. Accuracy of the test set is compared where both have it: a run always does.
    """
    count, different, largest, where = 0, 0, 0.0, ""
    for words, value, other in _pairs(of_run, of_export):
        count += 1
        if value == other or (value is not None and other is not None and math.isnan(value) and math.isnan(other)):
            continue
        different += 1
        where = where or words
        gap = math.inf if value is None or other is None else abs(value - other)
        largest = max(largest, math.inf if math.isnan(gap) else gap)
    return count, different, largest, where


def _pairs(of_run: Mapping[str, Any], of_export: Mapping[str, Any]) -> Iterator[tuple[str, float | None, float | None]]:
    for name, values in of_run["history"].items():
        others = of_export["history"].get(name, [])
        for epoch in range(max(len(values), len(others))):
            value, other = (series[epoch] if epoch < len(series) else None for series in (values, others))
            yield from _numbers(f"{name.replace('_', ' ')} of epoch {epoch + 1}", value, other)
    for name, value in of_run["test"].items():
        if name in of_export["test"]:
            yield from _numbers(f"{name.replace('_', ' ')} on the test set", value, of_export["test"][name])


def _numbers(words: str, value: Any, other: Any) -> Iterator[tuple[str, float | None, float | None]]:
    """A pair of numbers; or several pairs, of a metric with a number for each class."""
    if isinstance(value, list) and isinstance(other, list):
        for first, second in zip_longest(value, other):
            yield words, first, second
    else:
        yield words, value, other


def write(folder: Path, stamp: Stamp) -> None:
    """Keep a stamp with its run."""
    write_atomically(folder / STAMP, lambda path: path.write_text(json.dumps(asdict(stamp))))


def read(folder: Path, experiment: Experiment) -> Stamp | None:
    """The stamp of a run; None where there is none, or where the run was trained further since."""
    try:
        content = json.loads((folder / STAMP).read_text())
        stamp = Stamp(**content | {"changed": tuple(content.get("changed", ()))})
    except (OSError, ValueError, TypeError, AttributeError):
        return None
    return stamp if stamp.experiment == fingerprint(experiment) else None
