"""Runs side by side: their table, the effect of a change, the spread of repeats, and CSV that no spreadsheet computes."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from statistics import fmean, stdev

import pytest

from core.experiment.edits import insert_layer, new_layer, set_value
from core.experiment.model import EntryRef, Experiment
from core.runs.comparison import (
    Outcome,
    command_lines,
    compare,
    matches,
    outcome,
    points_csv,
    rows,
    signed_number,
    spread,
    table_csv,
)
from core.runs.run_database import RunDatabase
from core.runs.run_record import Run
from tests.core.conftest import Trained
from tests.core.sample_experiments import LECTURE, with_data, with_fit

DROPOUT = insert_layer(LECTURE, new_layer(LECTURE, "Dropout", rate=0.3), "output")


@pytest.fixture
def database(tmp_path: Path) -> Iterator[RunDatabase]:
    database = RunDatabase(tmp_path / "runs.sqlite", now=lambda: 1_700_000_000.0)
    yield database
    database.close()


def history(accuracies: list[float], validation: bool = True) -> dict:
    """A history with these validation accuracies; each loss is 1 less the accuracy."""
    numbers = {"loss": [1 - one for one in accuracies], "accuracy": accuracies}
    return numbers | ({f"val_{name}": values for name, values in numbers.items()} if validation else {})


def result_of(kept: dict) -> dict:
    last = {name: values[-1] for name, values in kept.items()} if kept.get("loss") else {}
    validation = {"loss": last["val_loss"], "accuracy": last["val_accuracy"]} if "val_loss" in last else None
    test = {"loss": 0.5, "accuracy": 0.875}
    return {"parameters": 9_610, "history": kept, "validation": validation, "test": test, "seconds": 1.5}


def run_of(
    database: RunDatabase, experiment: Experiment = LECTURE, *accuracies: float, state: str = "finished", series: str = ""
) -> Run:
    """A run with these validation accuracies after its epochs, and with a result if finished or stopped."""
    run = database.add_run(experiment, "ada", series)
    validation = experiment.data.validation_split > 0
    for number, accuracy in enumerate(accuracies, 1):
        values = {name: value[0] for name, value in history([accuracy], validation).items()}
        database.append(
            run.id, {"kind": "epoch", "epoch": float(number), "step": number * 41, **values, "seconds": number * 1.0}
        )
    result = result_of(history(list(accuracies), validation)) if state in ("finished", "stopped") and accuracies else None
    for one in () if state == "cancelled" else ("starting", "training"):
        database.change_state(run.id, one)
    if state != "training":
        database.change_state(run.id, state, result=result)
    return again(database, run)


def again(database: RunDatabase, run: Run) -> Run:
    found = database.run(run.id)
    assert found is not None
    return found


def outcomes(database: RunDatabase) -> list[Outcome]:
    """Of all runs, the newest first."""
    return [outcome(run, database.events) for run in database.runs_of("ada", None)]


# The outcome of a run


def test_outcome_is_the_same_from_a_result_and_from_events(database: RunDatabase, trained: Trained) -> None:
    run = database.add_run(trained.experiment, "ada")
    for event in trained.events:
        database.append(run.id, event)
    told = outcome(run, database.events)
    database.set_result(run.id, trained.result)
    kept = outcome(again(database, run), database.events)
    for name in ("loss", "accuracy"):
        assert told.curve(name) == kept.curve(name) == trained.result["history"][f"val_{name}"]
        assert told.last(name) == kept.last(name) == trained.result["history"][f"val_{name}"][-1]
    assert kept.seconds == trained.result["seconds"]


def test_best_is_the_lowest_loss_and_the_highest_accuracy(database: RunDatabase) -> None:
    run_of(database, LECTURE, 0.5, 0.75, 0.625)
    (one,) = outcomes(database)
    assert (one.best("accuracy"), one.last("accuracy")) == (0.75, 0.625)
    assert (one.best("loss"), one.last("loss")) == (0.25, 0.375)


def test_curves_are_those_of_training_where_no_validation_set_was_kept(database: RunDatabase) -> None:
    run_of(database, with_data(LECTURE, validation_split=0.0), 0.5, 0.75)
    (one,) = outcomes(database)
    assert one.measured_on == "training"
    assert one.curve("accuracy") == [0.5, 0.75]
    assert one.last("accuracy") is None and one.best("loss") is None


def test_epochs_that_were_done_again_count_once(database: RunDatabase) -> None:
    run = run_of(database, LECTURE, 0.5, 0.6, 0.7, state="interrupted")
    database.append(run.id, {"kind": "resumed", "epoch": 1.0, "step": 41})
    database.append(run.id, {"kind": "epoch", "epoch": 2.0, "step": 82, "val_loss": 0.2, "val_accuracy": 0.8})
    assert outcome(run, database.events).curve("accuracy") == [0.5, 0.8]


def test_run_that_is_on_has_an_outcome_whatever_its_events_say_beside_numbers(database: RunDatabase) -> None:
    run = run_of(database, LECTURE, 0.5, state="training")
    sent = {"at": 1_795_760_863.4, "worker": "tcp://127.0.0.1:39863", "left": 10.8, "left_estimated": True}
    values = {"val_loss": 0.25, "val_accuracy": 0.75, "seconds": 2.0}
    database.append(run.id, {"kind": "epoch", "epoch": 2.0, "step": 82, **values, **sent})
    one = outcome(run, database.events)
    assert one.curve("accuracy") == [0.5, 0.75]
    assert one.epochs[-1] == values


def test_loss_that_is_no_number_is_none(database: RunDatabase) -> None:
    run = run_of(database, LECTURE, 0.5)
    database.set_result(run.id, result_of({name: [*values, float("nan")] for name, values in history([0.5]).items()}))
    one = outcome(again(database, run), database.events)
    assert one.curve("loss") == [0.5, None]
    assert one.best("loss") == 0.5


# The table


def test_table_has_a_row_for_each_run_the_newest_first(database: RunDatabase) -> None:
    first = run_of(database, LECTURE, 0.5, 0.75)
    database.describe(first.id, name="the lecture's", note="a start")
    run_of(database, DROPOUT, state="cancelled")
    run_of(database, DROPOUT, 0.25, state="failed")
    database.open_test_set(run_of(database, with_fit(DROPOUT, seed=1), 0.5, 0.625).id)
    table = rows(outcomes(database))
    assert [row.number for row in table] == [4, 3, 2, 1]
    assert [row.state for row in table] == ["finished", "failed", "cancelled", "finished"]
    assert [row.change for row in table] == ["seed 1 (was 0)", "+ Dropout 0.3", "+ Dropout 0.3", ""]  # 2 was cancelled
    assert [row.test_accuracy for row in table] == [0.875, None, None, None]  # only 4 was opened
    assert [row.epochs for row in table] == [2, 1, 0, 2]
    assert [row.parameters for row in table] == [9_610, None, None, 9_610]
    assert [row.seconds for row in table] == [1.5, 1.0, None, 1.5]
    assert (table[0].accuracy, table[0].best_loss) == (0.625, 0.375)
    assert (table[3].name, table[3].note) == ("the lecture's", "a start")


@pytest.mark.parametrize(
    ("text", "is_found"),
    [
        ("", True),
        ("DROP", True),
        ("with overfits", True),
        ("0.3 run 2", True),
        ("0.4", False),
        ("dropout noise relu", False),
    ],
)
def test_runs_are_found_by_all_words_in_name_note_or_change(database: RunDatabase, text: str, is_found: bool) -> None:
    run_of(database)
    database.describe(run_of(database, DROPOUT).id, name="With noise", note="overfits less")
    assert matches(rows(outcomes(database))[0], text) == is_found


# Two runs


def compared(database: RunDatabase) -> str:
    newer, older = outcomes(database)
    return compare(newer, older)


def test_compare_says_what_a_change_brought_in_points(database: RunDatabase) -> None:
    run_of(database, LECTURE, 0.5, 0.75)
    run_of(database, DROPOUT, 0.5, 0.762)
    assert compared(database) == "Run 2 = run 1 + Dropout 0.3: validation accuracy +1.2 points."


RATE = set_value(LECTURE, ("compile", "optimizer", "arguments", "learning_rate"), 0.01)


@pytest.mark.parametrize(
    ("newer", "accuracy", "words"),
    [
        (LECTURE, 0.75, "Run 2 = run 1 once more: validation accuracy ±0.0 points."),
        (RATE, 0.7, "Run 2 = run 1 with learning rate 0.01 (was 0.001): validation accuracy −5.0 points."),
        (
            with_fit(LECTURE, seed=3),
            0.8,
            "Run 2 = run 1 with seed 3 (was 0): validation accuracy +5.0 points, measured on other validation images.",
        ),
        (
            set_value(LECTURE, ("compile", "loss"), EntryRef("Poisson")),
            0.8,
            "Run 2 = run 1 with Poisson (was SparseCategoricalCrossentropy): validation accuracy +5.0 points; "
            "their losses are different things and cannot be compared.",
        ),
        (
            with_data(LECTURE, validation_split=0.0),
            0.8,
            "Run 2 = run 1 with validation split 0.0 (was 0.1): "
            "run 2 kept no validation set aside, so there is no accuracy to compare.",
        ),
        (
            with_data(LECTURE, dataset="mnist"),
            0.9,
            "Run 2 = run 1 with dataset mnist (was digits): "
            "run 2 learned from MNIST and run 1 learned from Digits, so their accuracies cannot be compared.",
        ),
    ],
    ids=["same", "worse", "seed", "loss", "no validation", "data set"],
)
def test_compare_is_honest(database: RunDatabase, newer: Experiment, accuracy: float, words: str) -> None:
    run_of(database, LECTURE, 0.75)
    run_of(database, newer, accuracy)
    assert compared(database) == words


@pytest.mark.parametrize(
    ("state", "accuracies", "words"),
    [
        ("training", [0.5], "run 2 is training, so there is nothing to compare yet."),
        ("failed", [], "run 2 ended before its first epoch was complete."),
        ("failed", [0.8], "validation accuracy +5.0 points; run 2 failed after 1 of 5 epochs."),
        ("stopped", [0.8, 0.85], "validation accuracy +10.0 points; run 2 was stopped after 2 of 5 epochs."),
        ("interrupted", [0.75], "validation accuracy ±0.0 points; run 2 was interrupted after 1 of 5 epochs."),
    ],
)
def test_compare_says_when_a_run_did_not_come_to_its_end(
    database: RunDatabase, state: str, accuracies: list[float], words: str
) -> None:
    run_of(database, LECTURE, 0.75)
    run_of(database, DROPOUT, *accuracies, state=state)
    assert compared(database) == f"Run 2 = run 1 + Dropout 0.3: {words}"


@pytest.mark.parametrize(("points", "words"), [(0.04, "±0.0"), (-0.04, "±0.0"), (0.06, "+0.1"), (-12.34, "−12.3")])
def test_signed_has_one_decimal(points: float, words: str) -> None:
    assert signed_number(points) == words


def test_steering_is_told_line_by_line() -> None:
    commands = [
        {"kind": "steered", "what": "pause", "by": "owner", "epoch": 2.41},
        {"kind": "steered", "what": "stop", "by": "lecturer", "epoch": 3.0},
    ]
    assert command_lines(commands) == ["pause at epoch 2.41", "stop at epoch 3, by the lecturer"]


# Repeats


def test_spread_of_a_series(database: RunDatabase) -> None:
    finals = [0.5, 0.75, 0.625]
    for seed, final in enumerate(finals):
        run_of(database, with_fit(LECTURE, seed=seed), 0.25, final, series="s")
    run_of(database, with_fit(LECTURE, seed=3), state="failed", series="s")  # no epoch: the run does not count
    found = spread(outcomes(database))
    accuracy = found.finals["accuracy"]
    assert (accuracy.count, accuracy.mean, accuracy.lowest, accuracy.highest) == (3, 0.625, 0.5, 0.75)
    assert accuracy.deviation == pytest.approx(stdev(finals))
    assert accuracy.deviation == pytest.approx((sum((one - fmean(finals)) ** 2 for one in finals) / 2) ** 0.5)  # n - 1
    assert found.measured_on == "validation"
    assert (found.bands["accuracy"].mean, found.bands["accuracy"].lowest) == ((0.25, 0.625), (0.25, 0.5))
    assert found.bands["loss"].highest == (0.75, 0.5)


def test_spread_without_validation_set_has_bands_of_training_only(database: RunDatabase) -> None:
    for seed in range(2):
        experiment = with_fit(with_data(LECTURE, validation_split=0.0), seed=seed)
        run_of(database, experiment, 0.25, 0.5 + seed / 4, series="s")
    found = spread(outcomes(database))
    assert found.measured_on == "training"
    assert found.finals == {}
    assert found.bands["accuracy"].mean == (0.25, 0.625)


def test_spread_of_one_run_has_no_deviation(database: RunDatabase) -> None:
    run_of(database, LECTURE, 0.5, series="s")
    assert spread(outcomes(database)).finals["accuracy"].deviation is None


def test_band_ends_with_the_shortest_run(database: RunDatabase) -> None:
    run_of(database, LECTURE, 0.25, 0.5, 0.75, series="s")
    run_of(database, LECTURE, 0.5, 0.75, series="s", state="stopped")
    assert spread(outcomes(database)).bands["accuracy"].mean == (0.375, 0.625)


# CSV


def read(text: str) -> list[dict]:
    return list(csv.DictReader(io.StringIO(text)))


@pytest.mark.parametrize("text", ["=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", '=HYPERLINK("http://evil.example","x")'])
def test_text_that_a_spreadsheet_would_compute_is_neutralised(database: RunDatabase, text: str) -> None:
    database.describe(run_of(database).id, name=text, note=f"{text}\nand more")
    (row,) = read(table_csv(rows(outcomes(database))))
    assert row["name"] == f"'{text}"
    assert row["note"] == f"'{text}\nand more"


def test_tab_and_carriage_return_are_neutralised_too() -> None:
    (row,) = read(points_csv([{"kind": "batch", "epoch": 0.5, "step": 1, "odd": "\t=1"}]))
    assert row["odd"] == "'\t'=1"


def test_numbers_in_csv_stay_numbers(database: RunDatabase) -> None:
    run_of(database, LECTURE, 0.5, 1.25)  # its loss is below zero
    run_of(database, DROPOUT, 0.5)
    newer, older = read(table_csv(rows(outcomes(database))))
    assert (older["loss"], older["best_loss"], older["epochs"], older["parameters"]) == ("-0.25", "-0.25", "2", "9610")
    assert older["test_accuracy"] == ""
    assert older["started"] == "2023-11-14 22:13:20+00:00"
    assert newer["change"] == "'+ Dropout 0.3"
    assert "run" not in older  # anybody with the id may watch


def test_points_of_a_real_run_are_whole(trained: Trained) -> None:
    table = read(points_csv(trained.events))
    points = [event for event in trained.events if event["kind"] in ("batch", "sample", "epoch")]
    assert [(row["kind"], float(row["epoch"]), int(row["step"])) for row in table] == [
        (point["kind"], point["epoch"], point["step"]) for point in points
    ]
    losses = [float(row["val_loss"]) for row in table if row["kind"] == "epoch"]
    assert losses == trained.result["history"]["val_loss"]


def test_points_say_nan_where_there_is_no_number() -> None:
    (row,) = read(points_csv([{"kind": "batch", "epoch": 0.5, "step": 1, "loss": None}]))
    assert row["loss"] == "nan"
    assert row["seconds"] == ""
