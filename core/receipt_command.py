"""The command `python -m core receipt`, which reads signed receipts of passed tasks and trains their runs again."""

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
from core.teaching import hand_in
from core.teaching.library import is_uploaded_deck
from core.teaching.trials import receipts
from core.teaching.trials.receipts import GradedRun, Receipt
from core.teaching.trials.regrading import compare_regraded

BROUGHT = "a deck that somebody brought"
DONE, PROBLEMS = 0, 1  # exit codes, which are the same for all commands
Train = Callable[[Experiment], Mapping[str, Any]]


def grade_receipts(sources: tuple[str, ...], train: Train | None) -> int:
    """Print receipts, the signed proofs of passed tasks. Train their runs again, and compare the losses and metrics.

    Parameters
    ----------
    sources
        The files of receipts, or HTML files of labs (handed-in work), which hold receipts.
    train
        A function that trains an experiment and returns its result. None means that only the signatures are checked.

    Returns
    -------
    int
        The exit code, which is 0 if this server signed all receipts and all losses and metrics are equal.

    Raises
    ------
    ProblemError
        The receipts name several backends.
    """
    if train is not None:
        os.environ[VARIABLE] = shared_backend(sources)  # before anything imports Keras
    return max(_grade(source, train) for source in sources)


def _grade(source: str, train: Train | None) -> int:
    try:
        return _grade_content(source, Path(source).read_bytes(), train)
    except ProblemError as error:
        print_error(f"{source}: {error.problem}")
        return PROBLEMS


def _grade_content(source: str, content: bytes, train: Train | None) -> int:
    if not hand_in.is_hand_in(content):
        receipt = receipts.read(content)
        print_line(f"{source}: signed by this server. {_words(receipt)}")
        return _train_again(receipt, train)
    file = hand_in.read(content)
    about = file.content
    who = about["nickname"] or "no name"
    brought = f" ({BROUGHT}, {about['deck']})" if is_uploaded_deck(about["deck"]) else ""
    print_line(f"{source}: signed by this server. {about['deck_title']}{brought}, {who}, {_time(about['written'])}.")
    print_line(f"  {about['good']} of {about['total']} right or done. {about.get('state', '')}".rstrip())
    code = DONE
    if not file.is_as_written:
        print_error(f"{source}: the words of the page were changed after it was signed; the signed words follow.")
        code = PROBLEMS
    for receipt in file.receipts:
        print_line(f"  {_words(receipt)}")
        code = max(code, _train_again(receipt, train))
    return code


def _train_again(receipt: Receipt, train: Train | None) -> int:
    """Train the runs of a receipt again, print whether losses and metrics are equal, and return the exit code."""
    code = DONE
    if train is None:
        return code
    for run in receipt.runs:
        graded = compare_regraded(run, train(run.experiment))
        print_line(f"  {graded.words}")
        code = code if graded.is_same else PROBLEMS
    return code


def _words(receipt: Receipt) -> str:
    who = f"{receipt.nickname}: " if receipt.nickname else ""
    observations = "; ".join(receipt.saw)
    brought = f" ({BROUGHT}, {receipt.deck})" if receipt.is_of_brought_deck else ""
    runs = quantity(len(receipt.runs), "run")
    return f"{who}{receipt.deck_title}{brought}, task {receipt.task}, {_time(receipt.passed)}, {runs}. {observations}."


def _time(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M UTC")


def shared_backend(sources: tuple[str, ...]) -> str:
    """Return the backend that all runs of the receipts share, so that a single process can train them.

    Raises
    ------
    ProblemError
        The receipts name several backends, and a process can have only a single backend.
    """
    backends = {run.experiment.fit.backend for source in sources for run in _runs(source)} or {"tensorflow"}
    if len(backends) > 1:
        raise ProblemError(
            Problem(
                "several-backends",
                (),
                f"The receipts hold runs of {', '.join(sorted(backends))}.",
                "Expected one backend, since a process can hold only one.",
                "Give the receipts in several commands.",
            )
        )
    return backends.pop()


def _runs(source: str) -> tuple[GradedRun, ...]:
    content = Path(source).read_bytes()
    try:
        several = hand_in.read(content).receipts if hand_in.is_hand_in(content) else (receipts.read(content),)
    except ProblemError:  # the grading of the receipt reports the same problem
        return ()
    return tuple(run for receipt in several for run in receipt.runs)
