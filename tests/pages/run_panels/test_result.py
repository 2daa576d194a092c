"""A run has one result, on every page: the accuracy of the weights that it kept, on the whole of a set."""

import json
from typing import Any

import pytest
from streamlit.dataframe_util import convert_arrow_bytes_to_pandas_df

from core.runs import manager
from tests.core.sample_experiments import with_fit
from tests.deep_cases import deep_after
from tests.pages.conftest import Open
from tests.pages.fake_workers import ScriptedWorkers
from tests.pages.real_keras import Training, short
from tests.pages.training_run import Room, kept

LONG = with_fit(short(), epochs=6)
HISTORY = {"loss": [0.5], "accuracy": [0.85], "val_loss": [0.4], "val_accuracy": [0.8932]}
KEPT = {"loss": 0.41, "accuracy": 0.8925}
ENDED = "Epoch 1, the last whole one, ended at a validation accuracy of 0.8932. The weights that the run kept are "


@pytest.fixture
def stopped(room: Room) -> str:
    """A run that was stopped one batch after its first epoch."""
    run = room.begin(experiment=LONG)
    room.installed.stop(run)
    came = {"how": "stop", "epochs": 1, "history": HISTORY, "validation": KEPT, "kept": kept("last", 42)}
    room.training.end(room.installed, room.workers, run, **came)
    return run


def test_one_result_on_all_pages(room: Room, stopped: str) -> None:
    screen = room.open("train", LONG)
    assert screen.rail()["Evaluate"] == ("done", "validation accuracy 0.8925")
    assert "validation accuracy 0.8925, validation loss 0.410, trained in " in screen.text("outcome")
    assert screen.component(f"headline-{stopped}")["title"] == "89 of 100 right"
    assert screen.component(f"headline-{stopped}")["note"] == "It was stopped after 1 of 6 epochs."
    assert screen.component(f"dots-{stopped}") == {"right": 89, "of": 100, "url": ""}
    assert f"{ENDED}those of step 42: they reach 0.8925." in screen.text()
    assert "validation accuracy **0.8925** · loss **0.410**" in room.open("stage", LONG).text("stage-state")
    marks = room.open("evaluate", LONG).text("numbers-validation")
    assert "Accuracy\n0.8925" in marks and "Loss\n0.410" in marks
    screen = room.open("runs", LONG).put("runs-as-table", True)
    table = screen.app.dataframe[0]
    assert table.value["accuracy"].tolist() == [0.8925]
    assert tuple(shown_cell(table, column) for column in ("accuracy", "loss")) == ("0.8925", "0.410")
    assert "Validation accuracy\n0.8925" in screen.text("run-numbers")
    assert "Validation loss\n0.410" in screen.text("run-numbers")
    assert f"{ENDED}those of step 42: they reach 0.8925." in screen.text("run-details")


def shown_cell(table: Any, column: str) -> str:
    """The text that a table of one row shows in a column."""
    return str(convert_arrow_bytes_to_pandas_df(table.proto.arrow_data.styler.display_values)[column].iloc[0])


def test_best_weights_are_said_to_be_kept(room: Room) -> None:
    run = room.begin(experiment=LONG)
    room.installed.stop(run, keep="best")
    came = {"how": "stop-best", "epochs": 1, "history": HISTORY, "validation": KEPT, "kept": kept("best", 41)}
    room.training.end(room.installed, room.workers, run, **came)
    assert f"{ENDED}its best, of epoch 1: they reach 0.8925." in room.open("train", LONG).text()


def test_nothing_is_said_where_the_last_epoch_ended_at_the_result(
    open_screen: Open, training: Training, installed: manager.Runs, workers: ScriptedWorkers
) -> None:
    training.whole(installed, workers, "ada")
    assert "the last whole one" not in open_screen("train", short()).text()


# Charts


def axis(screen: Any, key: str) -> dict:
    return json.loads(screen.app.get_by_key(key).proto.spec)["layout"]["xaxis"]


def test_one_epoch_is_numbers_and_no_chart(room: Room) -> None:
    one = with_fit(short(), epochs=1)
    for accuracy in (0.8, 0.9):
        run = room.begin(experiment=one)
        values = {"loss": 0.4, "accuracy": accuracy}
        history = {"loss": [0.5], "accuracy": [0.7], "val_loss": [0.4], "val_accuracy": [accuracy]}
        room.training.end(room.installed, room.workers, run, epochs=1, history=history, validation=values)
    screen = room.open("backends", one).open_tab("Three backends", "keras-view").put("backends-shown", "Your runs")
    assert "A curve begins with the second epoch: train two or more." in screen.text("backends-pictures")
    assert not screen.has("own-curves")
    words = "After epoch 1, the only epoch:\n\n- Run 2: **0.9000**"
    screen = room.open("runs", one).put("runs-as-table", True)
    screen.put("runs-selected", [run.id for run in room.installed.database.runs_of("ada")])
    assert f"{words}\n- Run 1: **0.8000**" in screen.text("runs-compared")
    assert not screen.has("overlay-loss")


@pytest.mark.parametrize(
    ("epochs", "step"),
    deep_after(
        2, [pytest.param(2, 1), pytest.param(30, 5), pytest.param(8, 1), pytest.param(9, 2), pytest.param(1_000, 200)]
    ),
)
def test_axis_of_epochs_has_whole_numbers(room: Room, epochs: int, step: int) -> None:
    several = with_fit(short(), epochs=epochs)
    history = {
        "loss": [0.5] * epochs,
        "accuracy": [0.7] * epochs,
        "val_loss": [0.4] * epochs,
        "val_accuracy": [0.8] * epochs,
    }
    room.training.end(room.installed, room.workers, room.begin(experiment=several), epochs=epochs, history=history)
    screen = room.open("backends", several).open_tab("Three backends", "keras-view").put("backends-shown", "Your runs")
    shown = axis(screen, "own-curves")
    assert (shown["tickmode"], shown["tick0"], shown["dtick"], shown["tickformat"]) == ("linear", 0, step, ",d")
