"""Grade a receipt again: train each of its runs once more, and compare the numbers to the last digit.

In mode "exact" they are equal where versions, processor and threads are those of the run; see `core.export.reproducibility`.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from core.export.reproducibility import compare
from core.runs.manager import Runs
from core.teaching.trials.receipts import GradedRun, Receipt

SERIES = "regrade-"  # how the series of runs begin that grade a receipt again


@dataclass(frozen=True)
class Regraded:
    """A run of a receipt, trained again."""

    seed: int
    numbers: int  # how many were compared
    different: int  # how many of them were not equal to the last digit
    largest: float  # the largest difference
    where: str  # the first number that differs, in words; "" where none does

    @property
    def is_same(self) -> bool:
        return self.different == 0 and self.numbers > 0

    @property
    def words(self) -> str:
        """The comparison in one sentence."""
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
    """How far the runs of a receipt are that are trained again."""

    found: tuple[Regraded | None, ...]  # for each run of the receipt; None for one that is not over, or has failed
    over: int  # how many of the runs are over
    runs: int

    @property
    def is_over(self) -> bool:
        return self.over == self.runs


def compared(run: GradedRun, result: Mapping[str, Any]) -> Regraded:
    """Compare the numbers of a run with those of the same experiment trained again."""
    parts = [compare(*(_of_set(numbers, name) for numbers in (run.numbers, result))) for name in ("test", "validation")]
    (count, different, largest, where), (more, also, larger, there) = parts
    words = where or there.replace("on the test set", "on the validation set")
    return Regraded(run.experiment.fit.seed, count + more, different + also, max(largest, larger), words)


def _of_set(numbers: Mapping[str, Any], name: str) -> dict[str, Any]:
    """The numbers as `compare` takes them: of the test set with the history, or of the validation set alone."""
    return {"history": (numbers.get("history") or {}) if name == "test" else {}, "test": numbers.get(name) or {}}


# On a server


def begin(runs: Runs, receipt: Receipt, visitor: str) -> str:
    """Queue all runs of a receipt once more; returns their series.

    Parameters
    ----------
    runs
        The runs of this server.
    receipt
        The receipt.
    visitor
        Who grades it, whose runs these are.

    Raises
    ------
    ProblemError
        An experiment cannot be trained here, or the queue is full.
    """
    series = SERIES + secrets.token_hex(8)
    runs.start_all([run.experiment for run in receipt.runs], visitor, series)
    return series


def look(runs: Runs, receipt: Receipt, series: str) -> Grading:
    """How far the runs of a receipt are that are trained again. Never waits.

    Parameters
    ----------
    runs, receipt
        As `begin` takes them.
    series
        What `begin` returned.
    """
    several = runs.ledger.series(series)
    trained = {run.experiment: run.result for run in several if run.is_over and run.result}
    found = tuple(
        compared(run, result) if (result := trained.get(run.experiment)) is not None else None for run in receipt.runs
    )
    return Grading(found, sum(run.is_over for run in several), len(several))


def stop(runs: Runs, series: str) -> None:
    """Stop what `begin` began: runs that wait are cancelled, the one that trains is stopped."""
    for run in runs.ledger.series(series):
        if not run.is_over:
            runs.stop(run.id)
