"""The second grading of a receipt, which trains each of its runs again and compares the numbers to the last digit.

In mode "exact" the numbers are equal if versions, processor and threads are the same as in the first run; see
`core.export.reproducibility`.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from core.export.reproducibility import compare
from core.runs.manager import Runs
from core.teaching.trials.receipts import GradedRun, Receipt

SERIES = "regrade-"  # the beginning of the name of each series that grades a receipt again


@dataclass(frozen=True)
class RegradedRun:
    """The comparison of a run in a receipt with the same run trained again."""

    seed: int
    numbers: int  # the number of compared metrics
    different: int  # the number of metrics that were not equal to the last digit
    largest: float  # the largest difference
    where: str  # the first number that differs, in words; "" if all are equal

    @property
    def is_same(self) -> bool:
        return self.different == 0 and self.numbers > 0

    @property
    def words(self) -> str:
        """The comparison in a sentence."""
        if self.is_same:
            return f"Seed {self.seed}: all {self.numbers:,} numbers are equal to the last digit."
        if not self.numbers:
            return f"Seed {self.seed}: the receipt holds no numbers to compare."
        return (
            f"Seed {self.seed}: {self.different:,} of {self.numbers:,} numbers differ, by {self.largest:.3g} at most; "
            f"first the {self.where}."
        )


@dataclass(frozen=True)
class Grading:
    """The progress of a second grading: how many runs were trained again, and their comparisons."""

    found: tuple[RegradedRun | None, ...]  # a comparison for each run; None if the run is not over, or has failed
    over: int  # the number of runs that are over
    runs: int

    @property
    def is_over(self) -> bool:
        return self.over == self.runs


def compare_regraded(run: GradedRun, result: Mapping[str, Any]) -> RegradedRun:
    """Compare the metrics of a run in a receipt with the metrics of the same experiment trained again."""
    parts = [compare(*(_of_set(numbers, name) for numbers in (run.numbers, result))) for name in ("test", "validation")]
    (count, different, largest, where), (more, also, larger, there) = parts
    words = where or there.replace("on the test set", "on the validation set")
    return RegradedRun(run.experiment.fit.seed, count + more, different + also, max(largest, larger), words)


def _of_set(numbers: Mapping[str, Any], name: str) -> dict[str, Any]:
    """Return the metrics of a set in the form that `compare` takes. The metrics of the test set include the history."""
    return {"history": (numbers.get("history") or {}) if name == "test" else {}, "test": numbers.get(name) or {}}


# On a server


def begin_regrading(runs: Runs, receipt: Receipt, visitor: str, *, is_lecturer: bool = False) -> str:
    """Queue all runs of a receipt to be trained again, and return the name of their series, which groups the runs.

    Parameters
    ----------
    runs
        The runs of this server.
    receipt
        The receipt.
    visitor
        The visitor who grades, and who owns these runs.
    is_lecturer
        Whether this visitor is the lecturer, whose runs come first.

    Raises
    ------
    ProblemError
        An experiment cannot be trained here, or the queue is full.
    """
    series = SERIES + secrets.token_hex(8)
    runs.start_all([run.experiment for run in receipt.runs], visitor, series, is_lecturer=is_lecturer)
    return series


def regrading_progress(runs: Runs, receipt: Receipt, series: str) -> Grading:
    """Return how many runs of a receipt were trained again, and their comparisons, without waiting.

    Parameters
    ----------
    runs, receipt
        The same arguments as in `begin_regrading`.
    series
        The name of the series that `begin_regrading` returned.
    """
    several = runs.database.series(series)
    trained = {run.experiment: run.result for run in several if run.is_over and run.result}
    regraded = tuple(
        compare_regraded(run, result) if (result := trained.get(run.experiment)) is not None else None
        for run in receipt.runs
    )
    return Grading(regraded, sum(run.is_over for run in several), len(several))


def stop(runs: Runs, series: str) -> None:
    """Stop the runs that `begin_regrading` queued. Runs that wait in the queue are cancelled."""
    for run in runs.database.series(series):
        if not run.is_over:
            runs.stop(run.id)
