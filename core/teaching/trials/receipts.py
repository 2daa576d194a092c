"""Receipts that prove passed tasks: the results of the checks, the experiments and their metrics, signed by this server.

A receipt is JSON that anybody can read. Its signature proves that this server made the judgement. Anybody can repeat
the training with its experiments and seeds and compare the metrics, as `core.teaching.trials.regrading` does.
"""

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from core.experiment.model import Experiment, to_dict
from core.experiment.serialization import from_dict
from core.problems import ProblemError
from core.runs.comparison import Outcome
from core.teaching.checks.task_checks import TaskResult
from core.teaching.deck import Deck, Task
from core.teaching.library import is_uploaded_deck
from core.teaching.trials.signatures import SignedFileKind

VERSION = 1
SIGNED = SignedFileKind("receipt", "layer-by-layer.receipt", "receipt-refused")
LONGEST_NICKNAME = 40  # characters of a nickname
NUMBERS = ("history", "validation", "test")  # the parts of a run's result that a second grading compares


@dataclass(frozen=True)
class GradedRun:
    """A run in a receipt that proves the judgement, with its experiment and its metrics."""

    experiment: Experiment  # the experiment with the seed of the run
    numbers: Mapping[str, Any]  # "history", "validation" and "test", as training gave them
    versions: tuple[Mapping[str, str], ...]  # the versions in each part of the run; () if unknown
    is_own: bool = True  # whether the visitor chose its seed


@dataclass(frozen=True)
class Receipt:
    """A receipt that proves a passed task."""

    deck: str  # the name of the deck
    deck_title: str
    task: str  # the id of the task
    do: str  # the words of the task
    saw: tuple[str, ...]  # the words of each check
    share: float  # the reached share of the task, from 0 to 1
    experiment: Experiment  # the experiment of the judged run, or the judged draft
    runs: tuple[GradedRun, ...]  # the run of the visitor, then the runs with other seeds
    passed: float  # when the task was passed, in seconds since 1970
    nickname: str = ""  # the visitor's nickname at that time; "" without a nickname

    @property
    def is_of_brought_deck(self) -> bool:
        """Whether the task is from an uploaded deck, whose text anybody may have written."""
        return is_uploaded_deck(self.deck)

    @property
    def seeds(self) -> tuple[int, ...]:
        """The seeds of the runs, in their order."""
        return tuple(run.experiment.fit.seed for run in self.runs)


def receipt_of(  # noqa: PLR0913 - keyword arguments: the parts of a receipt, each from another module
    deck: Deck,
    task: Task,
    judged: TaskResult,
    experiment: Experiment,
    *,
    others: Sequence[Outcome] = (),
    nickname: str = "",
    passed: float | None = None,
) -> Receipt:
    """Return the receipt for a judged task, with its runs.

    Parameters
    ----------
    deck, task
        The task, and its deck.
    judged
        The judgement of the task by its checks.
    experiment
        The visitor's draft, which the receipt holds if no run was judged.
    others
        The runs of the trial with other seeds.
    nickname
        The visitor's chosen name; cut to 40 characters.
    passed
        When the task was passed, in seconds since 1970. None means now.
    """
    own = [_graded(judged.outcome, is_own=True)] if judged.outcome is not None else []
    return Receipt(
        deck=deck.name,
        deck_title=deck.title,
        task=task.id,
        do=task.do,
        saw=tuple(result.words for result in judged.check_results),
        share=round(judged.share, 4),
        experiment=judged.outcome.run.experiment if judged.outcome is not None else experiment,
        runs=(*own, *(_graded(outcome, is_own=False) for outcome in others)),
        passed=time.time() if passed is None else passed,
        nickname=" ".join(nickname.split())[:LONGEST_NICKNAME],
    )


def _graded(outcome: Outcome, *, is_own: bool) -> GradedRun:
    result = outcome.run.result or {}
    return GradedRun(
        outcome.run.experiment,
        {name: result[name] for name in NUMBERS if result.get(name) is not None},
        tuple(result.get("provenance") or ()),
        is_own,
    )


# As a signed text


def write(receipt: Receipt) -> str:
    """Return a receipt as JSON text, with the signature of this server."""
    return write_content(receipt_to_dict(receipt))


def write_content(content: Mapping[str, Any]) -> str:
    """Return the dict of a receipt, from `receipt_to_dict`, as JSON text with the signature of this server."""
    return json.dumps(SIGNED.sign(content), indent=1, ensure_ascii=False) + "\n"


def receipt_to_dict(receipt: Receipt) -> dict[str, Any]:
    """Return a receipt as a dict of JSON values, which can be stored now and signed later."""
    plain = {**asdict(receipt), "version": VERSION, "experiment": to_dict(receipt.experiment)}
    plain["runs"] = [
        {
            "experiment": to_dict(run.experiment),
            "numbers": dict(run.numbers),
            "versions": [dict(part) for part in run.versions],
            "is_own": run.is_own,
        }
        for run in receipt.runs
    ]
    content: dict[str, Any] = json.loads(json.dumps(plain))
    return content


def read(text: str | bytes) -> Receipt:
    """Read a receipt, and verify that this server signed the receipt.

    Parameters
    ----------
    text
        The text of a receipt, which may come from anyone. Its content is used only after its signature was verified.

    Raises
    ------
    ProblemError
        The text is no receipt, or lacks the signature of this server. The problem says which.
    """
    return receipt_from(SIGNED.read(text))


def receipt_from(content: Mapping[str, Any]) -> Receipt:
    """Return the receipt from its JSON content, whose signature was verified before.

    Raises
    ------
    ProblemError
        Another version wrote the receipt, which cannot be read any more.
    """
    if content.get("version") != VERSION:
        raise SIGNED.refusal(
            f"The receipt has version {str(content.get('version'))[:20]}.", f"This dashboard reads version {VERSION}."
        )
    try:
        return _receipt(content)
    except (KeyError, TypeError, ValueError, ProblemError) as error:
        raise SIGNED.refusal(
            "The receipt was signed here, and holds an experiment that cannot be read any more.",
            f"Expected the format of an earlier version: {error}.",
        ) from None


def _receipt(content: Mapping[str, Any]) -> Receipt:
    names = ("deck", "deck_title", "task", "do", "share", "passed", "nickname")
    runs = tuple(
        GradedRun(from_dict(run["experiment"]), run["numbers"], tuple(run["versions"]), bool(run["is_own"]))
        for run in content["runs"]
    )
    return Receipt(
        **{name: content[name] for name in names},
        saw=tuple(content["saw"]),
        experiment=from_dict(content["experiment"]),
        runs=runs,
    )
