"""Keras' own tables: `model.summary()` on Define, and `history.history` on Train."""

import csv
import io

import pytest

from core.runs import manager
from core.runs.comparison import history_csv, outcome
from tests.pages.conftest import DIGITS, Open
from tests.pages.fake_workers import ScriptedWorkers
from tests.pages.real_keras import Training


def test_summary_stands_beside_the_drawing(open_screen: Open) -> None:
    closed = open_screen("define", DIGITS)
    assert closed.has("summary-popover") and not closed.has("summary-table"), "a table is made when it is looked at"
    screen = closed.open("summary-popover")
    table = screen.app.dataframe[0].value
    assert table[["layer", "type", "output shape", "parameters"]].to_numpy().tolist() == [
        ["inputs", "Input", "(None, 8, 8, 1)", 0],
        ["flatten", "Flatten", "(None, 64)", 0],
        ["dense", "Dense", "(None, 128)", 8_320],
        ["outputs", "Dense", "(None, 10)", 1_290],
    ]
    assert table["role"].tolist() == ["input layer", "", "hidden layer", "output layer"]
    assert "Total parameters **9,610** · trainable **9,610** · non-trainable **0**" in screen.text("summary-table")


def test_drawing_names_input_hidden_and_output_layers(open_screen: Open) -> None:
    drawn = open_screen("define", DIGITS).component("builder")
    assert drawn["picture"] == "input layer: one image of Digits, 8 × 8 × 1"
    assert [block["role"] for block in drawn["blocks"]] == ["", "hidden layer", "output layer"]


def test_history_stands_beside_the_curves(
    open_screen: Open, training: Training, installed: manager.Runs, workers: ScriptedWorkers
) -> None:
    run = training.start(installed, workers, "ada")
    assert not open_screen("train").has("history-popover"), "no epoch is complete"
    training.end(installed, workers, run)
    screen = open_screen("train").open("history-popover")
    table, history = screen.app.dataframe[0].value, training.result["history"]
    assert table["epoch"].tolist() == [1, 2]
    for name in ("loss", "accuracy", "val_loss", "val_accuracy"):
        assert table[name].tolist() == pytest.approx(history[name])
    assert screen.has("history-csv")


def test_run_says_what_computed_it(
    open_screen: Open, training: Training, installed: manager.Runs, workers: ScriptedWorkers
) -> None:
    training.whole(installed, workers, "ada")
    assert "Computed on the " in open_screen("runs").text("run-details")


def test_history_as_csv_has_all_digits(training: Training, installed: manager.Runs, workers: ScriptedWorkers) -> None:
    run = installed.database.run(training.whole(installed, workers, "ada"))
    assert run is not None
    lines = list(csv.DictReader(io.StringIO(history_csv(outcome(run, lambda _: ())))))
    assert [float(line["val_loss"]) for line in lines] == training.result["history"]["val_loss"]
    assert [line["epoch"] for line in lines] == ["1", "2"]
