"""Receipts: read back as they were written; forged and altered ones are refused; graded again to the same digit."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from itsdangerous import Signer

from core.problems import ProblemError
from core.teaching.checks.evidence import Evidence
from core.teaching.checks.task_checks import judge
from core.teaching.deck import CheckCall, Deck, Task
from core.teaching.trials.receipts import Receipt, read, receipt_of, write
from core.teaching.trials.regrading import compare_regraded
from core.teaching.trials.signatures import MOST_BYTES
from tests.core.sample_experiments import LECTURE
from tests.core.teaching.recorded_runs import recorded

DECK = Deck("challenges", "Twelve challenges", "challenge", "Try.", 30, ())
TASK = Task("scaling", "Rescue the net.", (CheckCall("accuracy", {"at_least": 0.8}, 1),), (), None, 3, 1)


@pytest.fixture
def receipt() -> Receipt:
    outcomes = (recorded("lecture"),)
    judged = judge(TASK, Evidence(LECTURE, outcomes))
    assert judged.has_passed
    others = (recorded("lecture, seed 1", 2), recorded("lecture, seed 2", 3))
    return receipt_of(DECK, TASK, judged, LECTURE, others=others, nickname="  Ada\n", passed=1.8e9)


def refused(text: str | bytes) -> str:
    with pytest.raises(ProblemError) as caught:
        read(text)
    problem = caught.value.problem
    assert problem.code == "receipt-refused" and problem.fix
    return problem.happened


def test_receipt_comes_back_as_it_was(receipt: Receipt) -> None:
    assert read(write(receipt)) == receipt
    assert receipt.seeds == (0, 1, 2) and receipt.nickname == "Ada"
    assert "validation accuracy" in receipt.saw[0] and receipt.share == 1
    assert receipt.runs[0].versions and receipt.runs[0].is_own and not receipt.runs[1].is_own


def test_layout_of_the_file_does_not_matter(receipt: Receipt) -> None:
    content = json.loads(write(receipt))
    assert read(json.dumps(dict(reversed(content.items())), indent=7)) == receipt


CHANGES: dict[str, Callable[[dict[str, Any]], object]] = {
    "nickname": lambda content: content.update(nickname="Eve"),
    "task": lambda content: content.update(task="thrift"),
    "share": lambda content: content.update(share=0.99),
    "time": lambda content: content.update(passed=1.8e9 - 1),
    "what was seen": lambda content: content["saw"].append("more"),
    "a number's last digit": lambda content: content["runs"][0]["numbers"]["history"]["loss"].__setitem__(
        0, content["runs"][0]["numbers"]["history"]["loss"][0] + 1e-12
    ),
    "a seed": lambda content: content["runs"][1]["experiment"]["fit"].update(seed=3),
    "a run left out": lambda content: content["runs"].pop(),
    "another experiment": lambda content: content["experiment"]["fit"].update(epochs=6),
    "a key more": lambda content: content.update(grade="A"),
    "a whole number for a fraction": lambda content: content.update(share=True),
    "an empty signature": lambda content: content.update(signature=""),
    "a signature of something else": lambda content: content.update(signature=content["signature"][::-1]),
    "a signature that is no text": lambda content: content.update(signature=[content["signature"]]),
    "a signature of strange letters": lambda content: content.update(signature="\ud800é"),
}


@pytest.mark.parametrize("what", CHANGES)
def test_altered_receipt_is_refused(receipt: Receipt, what: str) -> None:
    content = json.loads(write(receipt))
    CHANGES[what](content)
    assert "not as this server signed it" in refused(json.dumps(content))


def test_forged_receipt_is_refused(receipt: Receipt, monkeypatch: pytest.MonkeyPatch) -> None:
    text = write(receipt)
    content = json.loads(text)
    signature = content.pop("signature")
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":"))
    for guessed in ("", "secret", "layer-by-layer.receipt"):
        forged = Signer(guessed or "x").get_signature(canonical).decode()
        assert "not as this server signed it" in refused(json.dumps({**content, "signature": forged}))
    monkeypatch.setenv("DASHBOARD_LECTURER_TOKEN", "another server's secret")
    assert json.loads(write(receipt))["signature"] != signature
    assert "not as this server signed it" in refused(text)


def test_second_value_of_a_key_is_refused(receipt: Receipt) -> None:
    """Who reads the file sees the one, and a program the other."""
    text = write(receipt).replace('"nickname": "Ada"', '"nickname": "Eve",\n "nickname": "Ada"')
    assert "The key nickname stands twice in the receipt." in refused(text)


def test_receipt_says_that_its_deck_was_brought(receipt: Receipt) -> None:
    assert not receipt.is_of_brought_deck
    assert replace(receipt, deck="deck-0123456789abcdef0123").is_of_brought_deck


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{}",
        "[]",
        "no JSON",
        '{"signature": "x"',
        b"\xff\xfe",
        "[" * 100_000,
        '{"signature":' + '{"a":' * 50 + "1" + "}" * 51,
        " " * (MOST_BYTES + 1),
    ],
)
def test_other_texts_are_refused(text: str | bytes) -> None:
    assert refused(text)


def test_receipt_is_graded_again_to_the_same_digit(receipt: Receipt) -> None:
    results = {run.experiment: dict(run.numbers) for run in receipt.runs}
    graded = [compare_regraded(run, results[run.experiment]) for run in receipt.runs]
    assert [each.is_same for each in graded] == [True, True, True]
    assert "equal to the last digit" in graded[0].words
    last = receipt.runs[2].experiment
    results[last] = json.loads(json.dumps(results[last]))
    results[last]["validation"]["accuracy"] += 1e-9
    *_, differing = [compare_regraded(run, results[run.experiment]) for run in receipt.runs]
    assert differing.different == 1 and "accuracy on the validation set" in differing.words
