"""The command that grades receipts again: signatures, and a real run to the same digit."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from core.__main__ import main
from core.catalogue.backends import VARIABLE
from core.problems import ProblemError
from core.receipt_command import grade_receipts, shared_backend
from core.teaching.hand_in import html
from core.teaching.trials.receipts import GradedRun, Receipt, receipt_to_dict, write
from tests.core.conftest import Trained
from tests.core.sample_experiments import LECTURE, with_fit
from tests.core.teaching.recorded_runs import recorded
from tests.core.teaching.sample_deck import sample_deck


def receipt_of(trained: Trained) -> Receipt:
    run = GradedRun(trained.experiment, {name: trained.result[name] for name in ("history", "validation", "test")}, ())
    return Receipt("deck", "A deck", "bar", "Do.", ("saw",), 1.0, trained.experiment, (run,), 1.8e9, "Ada")


@pytest.fixture
def file(tmp_path: Path, trained: Trained) -> Path:
    path = tmp_path / "receipt.json"
    path.write_text(write(receipt_of(trained)), encoding="utf-8")
    return path


@pytest.mark.deep
def test_run_is_graded_again_to_the_same_digit(
    file: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(VARIABLE, "tensorflow")
    assert main(["receipt", str(file)]) == 0
    printed = capsys.readouterr().out
    assert "signed by this server. Ada: A deck, task bar, 2027-01-15 08:00 UTC, 1 run." in printed
    assert "all 16 numbers are equal to the last digit" in printed


@pytest.mark.deep
def test_other_numbers_are_named(file: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv(VARIABLE, "tensorflow")
    result = recorded("lecture").run.result
    assert result is not None
    assert grade_receipts((str(file),), lambda _experiment: result) == 1
    assert "numbers differ" in capsys.readouterr().out


def test_altered_receipt_is_refused_untrained(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    content = json.loads(file.read_text())
    file.write_text(json.dumps({**content, "nickname": "Eve"}))
    assert main(["receipt", "--signature-only", str(file)]) == 1
    assert "not as this server signed it" in capsys.readouterr().err


def test_file_of_a_lab_is_checked_with_its_receipts(
    tmp_path: Path, trained: Trained, capsys: pytest.CaptureFixture[str]
) -> None:
    receipt = replace(receipt_of(trained), deck="deck-0123456789abcdef0123", nickname="")
    path, deck = tmp_path / "lab.html", sample_deck()
    path.write_text(html(deck, (), [], "Ada", 1.8e9, [receipt_to_dict(receipt)]), encoding="utf-8")
    assert main(["receipt", "--signature-only", str(path)]) == 0
    printed = capsys.readouterr().out
    assert "signed by this server. Epochs, Ada, 2027-01-15 08:00 UTC." in printed and "0 of 2 right or done." in printed
    assert "A deck (a deck that somebody brought, deck-0123456789abcdef0123), task bar, 2027-01-15 08:00 UTC" in printed
    brought = replace(deck, name="deck-0123456789abcdef0123")
    path.write_text(html(brought, (), [], "Ada", 1.8e9), encoding="utf-8")
    assert main(["receipt", "--signature-only", str(path)]) == 0
    assert "Epochs (a deck that somebody brought, deck-0123456789abcdef0123), Ada" in capsys.readouterr().out
    path.write_text(path.read_text().replace("0 of 2 right", "2 of 2 right"), encoding="utf-8")
    assert main(["receipt", "--signature-only", str(path)]) == 1
    assert "the words of the page were changed after it was signed" in capsys.readouterr().err


def test_two_backends_are_refused(file: Path, tmp_path: Path, trained: Trained) -> None:
    assert shared_backend((str(file),)) == "tensorflow"
    run = GradedRun(with_fit(LECTURE, backend="jax"), {}, ())
    other = tmp_path / "other.json"
    other.write_text(write(Receipt("deck", "A deck", "bar", "Do.", (), 1.0, LECTURE, (run,), 0.0)))
    with pytest.raises(ProblemError, match="jax, tensorflow"):
        shared_backend((str(file), str(other)))
