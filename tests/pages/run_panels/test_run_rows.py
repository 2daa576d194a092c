"""Runs as rows: the result of each, which is best and why, and the choice of what is looked at."""

from core.runs import manager
from tests.pages.conftest import Open
from tests.pages.fake_workers import ScriptedWorkers
from tests.pages.real_keras import Training
from tests.pages.test_runs import DROPOUT, Train, train

__all__ = ["train"]


def test_rows_say_the_result_of_each_run_and_why_it_differs(open_screen: Open, train: Train) -> None:
    train()
    best = train(DROPOUT, 0.012)
    screen = open_screen("runs")
    newest, oldest = screen.component("runs-rows")["rows"]
    assert (newest["title"], oldest["title"]) == ("Run 2", "Run 1")
    assert (newest["id"], newest["isChosen"], newest["isBest"], oldest["isBest"]) == (best, True, True, False)
    assert newest["result"].endswith(" of 100 right")
    assert (newest["size"], newest["than"]) == ("1 more", "than run 1")
    assert newest["reason"] == "no more than a new random start could change"
    assert (newest["change"], oldest["change"]) == ("+ Dropout 0.3", "")
    assert (oldest["size"], oldest["note"], len(oldest["curve"])) == ("", "", 2)
    assert not screen.app.dataframe, "the numbers are a press away"
    assert (
        f"Run 2 is best: {newest['result']}. 1 more than run 1, no more than a new random start could change."
        in screen.text("runs-best")
    )


def test_pressed_row_is_looked_at_and_ticked_rows_are_compared(open_screen: Open, train: Train) -> None:
    first, second = train(), train(DROPOUT)
    screen = open_screen("runs")
    screen.tell("runs-rows", "chosen", [first])
    assert "Run 1\n" in screen.run().text("run-details")
    screen.tell("runs-rows", "chosen", [second, first, "no run of mine"])
    assert "2 runs side by side" in screen.run().text("runs-compared")
    screen.tell("runs-rows", "chosen", "anything")
    assert "2 runs side by side" in screen.run().text("runs-compared")


def test_run_that_is_on_says_its_state_and_a_failed_one_that_it_has_no_result(
    open_screen: Open, training: Training, installed: manager.Runs, workers: ScriptedWorkers
) -> None:
    workers.fail(training.start(installed, workers, "ada"), ValueError("no"))
    training.start(installed, workers, "ada")
    rows = open_screen("runs").component("runs-rows")["rows"]
    assert [row["result"] for row in rows] == ["Training", "No result"]
    assert [row["isBest"] for row in rows] == [False, False]


def test_single_run_has_its_row_too(open_screen: Open, train: Train) -> None:
    train()
    screen = open_screen("runs")
    assert [row["title"] for row in screen.component("runs-rows")["rows"]] == ["Run 1"]
    assert "Change something and train a second run, to compare the two." in screen.text()
    assert " of 100 right" not in screen.text("run-details"), "the row has it"
