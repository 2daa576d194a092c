"""Class: a receipt that was handed in is read, and its runs are trained again to the same digit."""

from dataclasses import replace

import pytest

from core.runs import manager
from core.teaching.hand_in import html
from core.teaching.trials import receipts
from core.teaching.trials.receipts import NUMBERS, GradedRun, Receipt
from pages.shell import session
from tests.core.teaching.sample_deck import sample_deck
from tests.pages.conftest import Open
from tests.pages.fake_workers import ScriptedWorkers
from tests.pages.real_keras import Training
from tests.pages.screen import Screen


@pytest.fixture
def screen(open_screen: Open, monkeypatch: pytest.MonkeyPatch) -> Screen:
    monkeypatch.setattr(session, "is_lecturer", lambda: True)
    return open_screen("classroom")


def hand_in(screen: Screen, content: bytes) -> Screen:
    screen.app.file_uploader[0].set_value(("receipt.json", content, "application/json"))
    return screen.run()


def receipt_of(training: Training) -> str:
    """A signed receipt that rests on a real run."""
    run = GradedRun(training.experiment, {name: training.result[name] for name in NUMBERS if training.result.get(name)}, ())
    saw = ("The validation accuracy is 0.93, as asked.",)
    task = ("lab", "The lab", "train", "Train it until it is good.", saw)
    return receipts.write(Receipt(*task, 1.0, training.experiment, (run,), 1_790_000_000.0, "Countess"))


def test_receipt_is_read_and_its_run_is_trained_again(
    screen: Screen, training: Training, installed: manager.Runs, workers: ScriptedWorkers
) -> None:
    text = hand_in(screen, receipt_of(training).encode()).text("grade-receipt")
    assert "Signed by this server." in text
    assert "Countess reached 100 % of a task of “The lab”" in text
    assert "The validation accuracy is 0.93, as asked." in text
    assert "0 of 1 run trained again." in screen.press("Train 1 run again").text("grade-receipt")
    training.end(installed, workers, workers.started_runs[-1])
    text = screen.run().text("grade-receipt")
    assert "numbers are equal to the last digit." in text and not screen.has_button("receipt-stop")


def test_other_numbers_are_said(
    screen: Screen, training: Training, installed: manager.Runs, workers: ScriptedWorkers
) -> None:
    hand_in(screen, receipt_of(training).encode()).press("Train 1 run again")
    training.end(installed, workers, workers.started_runs[-1], validation={"loss": 0.5, "accuracy": 0.25})
    assert "numbers differ, by" in screen.run().text("grade-receipt")


def test_stopped_run_is_said(screen: Screen, training: Training, installed: manager.Runs, workers: ScriptedWorkers) -> None:
    hand_in(screen, receipt_of(training).encode()).press("Train 1 run again").press("receipt-stop")
    workers.fail(workers.started_runs[-1], MemoryError("no room"))
    assert "the run did not finish. Its page says why." in screen.run().text("grade-receipt")


def test_receipt_of_a_deck_that_somebody_brought_is_marked(screen: Screen, training: Training) -> None:
    receipt = replace(receipts.read(receipt_of(training)), deck="deck-0123456789abcdef0123")
    text = hand_in(screen, receipts.write(receipt).encode()).text("grade-receipt")
    assert "This is a deck that somebody brought" in text and "deck-0123456789abcdef0123" in text


def test_file_of_a_lab_is_checked_and_its_receipts_are_looked_at(screen: Screen, training: Training) -> None:
    content = receipts.receipt_to_dict(receipts.read(receipt_of(training)))
    page = html(sample_deck(), (), [], "Ada", 1_790_000_100.0, [content])
    text = hand_in(screen, page.encode()).text("grade-receipt")
    assert "Signed by this server. Ada, “Epochs”" in text.replace("**", "") and "0 of 2 right or done." in text
    assert "Task train of “The lab”: passed on 21 September 2026" in text.replace("**", "")
    assert "as Countess at that time." in text and "somebody brought" not in text
    assert "Train 1 run again" not in text
    assert screen.press("handed-in-0").has_button("Train 1 run again")
    changed = hand_in(screen, page.replace("0 of 2 right", "2 of 2 right").encode()).text("grade-receipt")
    assert "The words of the page were changed after it was signed." in changed and "0 of 2 right" in changed


def test_forged_receipt_is_refused(screen: Screen, training: Training) -> None:
    text = hand_in(screen, receipt_of(training).replace("Countess", "Marquise").encode()).text("grade-receipt")
    assert "The receipt is not as this server signed it." in text
    assert not screen.has_button("Train 1 run again")
