"""`python -m core receipt`: read signed receipts of passed tasks, and train their runs again to the same digit."""

import os
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from core.catalogue.backends import VARIABLE
from core.command_output import print_error, print_line
from core.experiment.model import Experiment
from core.number_text import quantity
from core.problems import Problem, ProblemError
from core.teaching.trials.receipts import GradedRun, Receipt, read
from core.teaching.trials.regrading import compared

DONE, PROBLEMS = 0, 1  # exit codes, as those of the other commands
Train = Callable[[Experiment], Mapping[str, Any]]


def grade_receipts(sources: tuple[str, ...], train: Train | None) -> int:
    """Print what receipts say, and compare the numbers of their runs with those of the same runs trained again.

    Parameters
    ----------
    sources
        The files.
    train
        Trains an experiment and returns its result; None where signatures alone are looked at.

    Returns
    -------
    int
        The exit code: 0 where all are signed by this server and all numbers are equal.

    Raises
    ------
    ProblemError
        The receipts name several backends.
    """
    if train is not None:
        os.environ[VARIABLE] = backend_of(sources)  # before anything imports Keras
    return max(_grade(source, train) for source in sources)


def _grade(source: str, train: Train | None) -> int:
    try:
        receipt = read(Path(source).read_bytes())
    except ProblemError as error:
        print_error(f"{source}: {error.problem}")
        return PROBLEMS
    print_line(f"{source}: signed by this server. {_words(receipt)}")
    if train is None:
        return DONE
    code = DONE
    for run in receipt.runs:
        graded = compared(run, train(run.experiment))
        print_line(f"  {graded.words}")
        code = code if graded.is_same else PROBLEMS
    return code


def _words(receipt: Receipt) -> str:
    when = datetime.fromtimestamp(receipt.passed, UTC).strftime("%Y-%m-%d %H:%M UTC")
    who = f"{receipt.nickname}: " if receipt.nickname else ""
    saw = "; ".join(receipt.saw)
    return f"{who}{receipt.deck_title}, task {receipt.task}, {when}, {quantity(len(receipt.runs), 'run')}. {saw}."


def backend_of(sources: tuple[str, ...]) -> str:
    """The backend of all runs of some receipts, which one process can train.

    Raises
    ------
    ProblemError
        They name several backends, of which one process can have but one.
    """
    backends = {run.experiment.fit.backend for source in sources for run in _runs(source)} or {"tensorflow"}
    if len(backends) > 1:
        raise ProblemError(
            Problem(
                "several-backends",
                (),
                f"The receipts hold runs of {', '.join(sorted(backends))}.",
                "Expected one backend, since a process can hold only one.",
                "Give the receipts one after the other.",
            )
        )
    return backends.pop()


def _runs(source: str) -> tuple[GradedRun, ...]:
    try:
        return read(Path(source).read_bytes()).runs
    except ProblemError:  # said when it is graded
        return ()
