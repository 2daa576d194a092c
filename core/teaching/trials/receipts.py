"""Receipts of passed tasks: what was seen, with the experiments and their numbers, signed by this server.

A receipt is JSON that anybody can read. Its signature says that this server saw it so. With its experiments, seeds and
numbers anybody can train the same again; `core.teaching.trials.regrading` does.
"""

import hashlib
import json
import re
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from itsdangerous.signer import HMACAlgorithm, Signer

from core.experiment.model import Experiment, to_dict
from core.experiment.serialization import from_dict
from core.lecturer_token import token
from core.problems import Problem, ProblemError
from core.runs.comparison import Outcome
from core.teaching.checks.task_checks import Judged
from core.teaching.deck import Deck, Task

VERSION = 1
MOST_BYTES = 2_000_000  # of a receipt: seven runs of a thousand epochs with a few metrics
MOST_DEEP = 20  # brackets within brackets: an experiment nests less
LONGEST_NICKNAME = 40  # characters
AGAIN = "Ask who handed it in for the file as it was downloaded, without changes."
NUMBERS = ("history", "validation", "test")  # of a run's result: what is compared


@dataclass(frozen=True)
class GradedRun:
    """A run that a receipt rests on."""

    experiment: Experiment  # with its seed
    numbers: Mapping[str, Any]  # "history", "validation" and "test", as training gave them
    versions: tuple[Mapping[str, str], ...]  # that it was made with, for each part of it; () where unknown
    is_own: bool = True  # whether the visitor chose its seed


@dataclass(frozen=True)
class Receipt:
    """A passed task."""

    deck: str  # its name
    deck_title: str
    task: str  # its id
    do: str  # what the task asked
    saw: tuple[str, ...]  # what each check saw
    share: float  # of the task that was reached, from 0 to 1
    experiment: Experiment  # the draft that was judged, where no run was
    runs: tuple[GradedRun, ...]  # that it rests on: the visitor's own first, then those of other seeds
    passed: float  # when, in seconds since 1970
    nickname: str = ""  # that the visitor chose for this; "" for none

    @property
    def seeds(self) -> tuple[int, ...]:
        """The seeds of the runs, in their order."""
        return tuple(run.experiment.fit.seed for run in self.runs)


def receipt_of(  # noqa: PLR0913 - keyword arguments: what a receipt says, each from another place
    deck: Deck,
    task: Task,
    judged: Judged,
    experiment: Experiment,
    *,
    others: Sequence[Outcome] = (),
    nickname: str = "",
    now: Callable[[], float] = time.time,
) -> Receipt:
    """The receipt of a judged task.

    Parameters
    ----------
    deck, task
        The task, and the deck that it stands in.
    judged
        How it was judged.
    experiment
        The draft.
    others
        The runs of the trial with other seeds.
    nickname
        What the visitor wants to be called; cut to 40 characters.
    now
        The clock.
    """
    own = [_graded(judged.outcome, is_own=True)] if judged.outcome is not None else []
    return Receipt(
        deck=deck.name,
        deck_title=deck.title,
        task=task.id,
        do=task.do,
        saw=tuple(seen.words for seen in judged.seen),
        share=round(judged.share, 4),
        experiment=judged.outcome.run.experiment if judged.outcome is not None else experiment,
        runs=(*own, *(_graded(outcome, is_own=False) for outcome in others)),
        passed=now(),
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
    """A receipt as JSON for people and programs, with the signature of this server."""
    content = _content(receipt)
    return json.dumps({**content, "signature": _signature(content)}, indent=1, ensure_ascii=False) + "\n"


def _content(receipt: Receipt) -> dict[str, Any]:
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


def _signer() -> Signer:
    """A signer whose key comes from the server's secret, and serves for receipts alone."""
    return Signer(token(), salt="layer-by-layer.receipt", key_derivation="hmac", algorithm=HMACAlgorithm(hashlib.sha256))


def _signature(content: Mapping[str, Any]) -> str:
    return _signer().get_signature(_canonical(content)).decode()


def _canonical(content: Mapping[str, Any]) -> bytes:
    """The bytes that are signed: equal for equal content, whatever the order of keys and the spaces of a file."""
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode()


def read(text: str | bytes) -> Receipt:
    """Read a receipt that this server signed.

    Parameters
    ----------
    text
        The text of a receipt, from anyone. Nothing but its signature is looked at before that was found to be right.

    Raises
    ------
    ProblemError
        The text is no receipt, or not as this server signed it; the problem says which.
    """
    content = _parsed(text)
    signature = content.pop("signature", None)
    if not isinstance(signature, str) or not _signer().verify_signature(
        _canonical(content), signature.encode("utf-8", "replace")
    ):
        raise _refusal(
            "The receipt is not as this server signed it.",
            "Expected the signature that this server's secret gives to exactly this content: something was changed, or "
            "another server signed it, or its secret was changed since.",
        )
    if content.get("version") != VERSION:
        raise _refusal(
            f"The receipt has version {str(content.get('version'))[:20]}.", f"This dashboard reads version {VERSION}."
        )
    try:
        return _receipt(content)
    except (KeyError, TypeError, ValueError, ProblemError) as error:
        raise _refusal(
            "The receipt was signed here, and holds an experiment that cannot be read any more.",
            f"Expected what an earlier version wrote: {error}.",
        ) from None


def _parsed(text: str | bytes) -> dict[str, Any]:
    raw = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
    if len(raw) > MOST_BYTES:
        raise _refusal(f"The file has {len(raw):,} bytes.", f"Expected at most {MOST_BYTES:,}.")
    if _depth(raw) > MOST_DEEP:
        raise _refusal("The file nests more deeply than any receipt.", f"Expected at most {MOST_DEEP} levels.")
    try:
        content = json.loads(raw)
    except (ValueError, RecursionError):
        raise _refusal("The file is no JSON.", "Expected a receipt as this dashboard writes it.") from None
    if not isinstance(content, dict) or "signature" not in content:
        raise _refusal("The file is no receipt.", "Expected JSON with a signature.")
    return content


def _depth(raw: bytes) -> int:
    """How deeply brackets nest, outside of texts; only ever too high where a text is damaged."""
    depth = deepest = 0
    for bracket in re.findall(rb"[\[\]{}]", re.sub(rb'"(?:[^"\\]|\\.)*"', b"", raw)):
        depth += 1 if bracket in b"[{" else -1
        deepest = max(deepest, depth)
    return deepest


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


def _refusal(happened: str, expected: str) -> ProblemError:
    return ProblemError(Problem("receipt-refused", (), happened, expected, AGAIN))
