"""Pause, stop, resume and more epochs, of the worker's own function: what they keep, and that they change no digit."""

import shutil
from collections.abc import Callable
from pathlib import Path

import keras
import numpy as np
import pytest

from core.experiment.model import Experiment
from core.run_events import Command, read_command
from core.run_files import BEST, CHECKPOINT, saved_epochs
from core.worker.callables import CommandSource
from core.worker.training.train import train
from tests.core.conftest import Trained
from tests.core.sample_experiments import FLATTEN, LECTURE, OUTPUT, layer, stack, with_compile, with_fit
from tests.core.typed_events import mismatches
from tests.deep_cases import deep_except

STEPS, VALIDATION_STEPS = 41, 5  # in an epoch of Digits, in batches of 32
ONE, TWO, THREE = (with_fit(LECTURE, epochs=epochs) for epochs in (1, 2, 3))
DROPOUT = with_fit(
    stack(FLATTEN, layer("Dropout", rate=0.3), OUTPUT, train_images=300), epochs=2
)  # chance goes on within it from step to step


def nothing() -> None:
    """No command."""


def at_look(look: int, *texts: str) -> CommandSource:
    """Commands from this look on, "" for none. The first look is before training; then one a batch, validation's too."""
    left = [""] * (look - 1) + list(texts)
    return lambda: read_command(left.pop(0)) if left else None


def kinds(events: list[dict], kind: str) -> list[dict]:
    return [event for event in events if event["kind"] == kind]


def numbers(result: dict) -> tuple:
    """All that must be equal to the last digit."""
    return result["history"], result["validation"], result["test"], result["confusion_matrix"]


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Trained:
    """The lecture's net on Digits, trained for one epoch."""
    events, folder = [], tmp_path_factory.mktemp("first")
    return Trained(ONE, train(ONE, events.append, nothing, folder), events, folder)


@pytest.fixture
def after_one(first: Trained, tmp_path: Path) -> Path:
    """A folder in which one epoch is saved."""
    return shutil.copytree(first.folder, tmp_path / "run")


@pytest.mark.deep
def test_more_epochs_give_the_numbers_of_a_run_that_had_them_from_the_start(whole: Callable, after_one: Path) -> None:
    assert saved_epochs(after_one) == [1]
    events: list[dict] = []
    resumed = train(THREE, events.append, nothing, after_one, resume=True)
    assert numbers(resumed) == numbers(whole(THREE))
    assert [event["epoch"] for event in kinds(events, "resumed")] == [1.0]
    assert [event["epoch"] for event in kinds(events, "epoch")] == [2.0, 3.0]
    assert resumed["seconds"] >= kinds(events, "start")[0]["seconds"] > 0, "the time before counts too"


@pytest.mark.deep
def test_more_epochs_draw_the_chances_of_a_run_that_had_them_from_the_start(whole: Callable, tmp_path: Path) -> None:
    train(with_fit(DROPOUT, epochs=1), lambda event: None, nothing, tmp_path)
    assert numbers(train(DROPOUT, lambda event: None, nothing, tmp_path, resume=True)) == numbers(whole(DROPOUT))


@pytest.mark.deep
def test_run_that_was_stopped_within_an_epoch_goes_on_as_if_it_never_was(whole: Callable, after_one: Path) -> None:
    stopped = train(THREE, lambda event: None, at_look(20, "stop"), after_one, resume=True)
    assert (stopped["how"], stopped["epochs"]) == ("stop", 1)
    assert numbers(train(THREE, lambda event: None, nothing, after_one, resume=True)) == numbers(whole(THREE))


@pytest.mark.deep
def test_resume_without_a_checkpoint_starts_from_the_beginning(first: Trained, tmp_path: Path) -> None:
    events: list[dict] = []
    result = train(ONE, events.append, nothing, tmp_path, resume=True)
    assert numbers(result) == numbers(first.result)
    assert [event["epoch"] for event in kinds(events, "resumed")] == [0.0]


@pytest.mark.deep
def test_pause_waits_is_reported_and_changes_no_digit(whole: Callable) -> None:
    events: list[dict] = []
    result = train(TWO, events.append, at_look(9, "pause", "", "", "pause", "continue"))
    (paused,), (continued,) = kinds(events, "paused"), kinds(events, "continued")
    assert paused["step"] == continued["step"] == 8
    assert not mismatches(events)
    assert paused["no_room"] is None
    assert continued["seconds"] - paused["seconds"] < 0.1, "a pause is no training time"
    assert numbers(result) == numbers(whole(TWO))


@pytest.mark.deep
@pytest.mark.parametrize("answer", deep_except(["stop-best"], ["stop", "stop-best"]))
def test_pause_can_end_in_other_ways(answer: str) -> None:
    events: list[dict] = []
    assert train(TWO, events.append, at_look(2, "pause", answer))["how"] == answer
    assert not kinds(events, "continued")


def test_release_says_how_far_it_came_and_evaluates_nothing() -> None:
    events: list[dict] = []
    asked = at_look(1 + STEPS + VALIDATION_STEPS + 9, "pause", "release")
    assert train(TWO, events.append, asked) == {"how": "release", "epochs": 1}
    assert kinds(events, "paused")[0]["step"] == STEPS + 9
    assert not kinds(events, "continued")
    assert "evaluating" not in [event.get("phase") for event in events]


@pytest.mark.deep
def test_stop_before_the_first_batch_changes_no_weights(first: Trained, after_one: Path) -> None:
    stopped = train(TWO, lambda event: None, lambda: Command("stop"), after_one, resume=True)
    assert numbers(stopped) == numbers(first.result)


@pytest.mark.deep
def test_stop_keeps_the_best_weights_where_asked_for(tmp_path: Path) -> None:
    # Steps as large as these leave the best epoch behind soon.
    wild = with_compile(with_fit(LECTURE, epochs=500), optimizer={"name": "Adam", "arguments": {"learning_rate": 0.05}})
    events: list[dict] = []

    def next_command() -> Command | None:
        losses = [event["val_loss"] for event in kinds(events, "epoch")]
        return Command("stop-best") if len(losses) > 3 and min(losses) < losses[-1] else None

    result = train(wild, events.append, next_command, tmp_path)
    losses = result["history"]["val_loss"]
    best = losses.index(min(losses)) + 1
    assert result["kept"] == {"which": "best", "step": best * 41, "epoch": best}
    assert best < len(losses)
    assert result["validation"]["loss"] == pytest.approx(min(losses), rel=1e-6)


@pytest.mark.deep
def test_best_weights_are_saved_and_outlast_a_resume(tmp_path: Path) -> None:
    wild = with_compile(with_fit(LECTURE, epochs=6), optimizer={"name": "Adam", "arguments": {"learning_rate": 0.05}})
    losses = train(wild, lambda event: None, nothing, tmp_path)["history"]["val_loss"]
    best = losses.index(min(losses)) + 1
    assert saved_epochs(tmp_path, BEST) == [best]
    result = train(with_fit(wild, epochs=7), lambda event: None, lambda: Command("stop-best"), tmp_path, resume=True)
    assert result["kept"]["epoch"] == best
    assert result["validation"]["loss"] == pytest.approx(min(losses), rel=1e-6)


def exploding() -> Experiment:
    """A net whose loss grows beyond all numbers within a few steps."""
    linear = {"name": "Dense", "arguments": {"units": 10}}
    loss = {"name": "MeanSquaredError", "arguments": {}}
    optimizer = {"name": "SGD", "arguments": {"learning_rate": 1.0, "momentum": 0.99}}
    return with_compile(with_fit(stack(FLATTEN, linear, pixels="0-255"), epochs=5), optimizer=optimizer, loss=loss)


def test_loss_that_is_no_number_stops_within_a_step_and_keeps_the_last_finite_weights(tmp_path: Path) -> None:
    events: list[dict] = []
    result = train(exploding(), events.append, nothing, tmp_path)
    assert result["how"] == "not-finite"
    last = kinds(events, "batch")[-1]
    assert last["loss"] is None, "the point is there, and says that it is no number"
    assert result["kept"]["which"] == "last finite"
    assert result["kept"]["step"] < last["step"]
    (fitted,) = kinds(events, "fitted")
    assert fitted["finite_step"] == result["kept"]["step"]
    assert np.isfinite(result["test"]["loss"])
    assert (tmp_path / "model.keras").is_file()


@pytest.mark.deep
def test_full_disk_pauses_the_run_until_there_is_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DASHBOARD_FREE_DISK", "1000000")  # GB: no disk is so large
    events: list[dict] = []

    def next_command() -> Command | None:
        if events[-1]["kind"] != "paused":
            return None
        monkeypatch.setenv("DASHBOARD_FREE_DISK", "0")
        return Command("continue")

    result = train(ONE, events.append, next_command, tmp_path)
    (paused,) = kinds(events, "paused")
    assert paused["no_room"]["needed"] > 1e15 > paused["no_room"]["free"]
    assert result["how"] == "whole"
    assert saved_epochs(tmp_path) == [1]


@pytest.mark.deep
def test_run_that_waits_for_room_goes_on_by_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DASHBOARD_FREE_DISK", "1000000")
    events: list[dict] = []

    def make_room() -> None:
        if events and events[-1]["kind"] == "paused":
            monkeypatch.setenv("DASHBOARD_FREE_DISK", "0")

    result = train(ONE, events.append, make_room, tmp_path)
    assert [event["kind"] for event in events if event["kind"] in ("paused", "continued", "saved")] == [
        "paused",
        "continued",
        "saved",
    ]
    assert result["how"] == "whole" and saved_epochs(tmp_path) == [1]


@pytest.mark.deep
@pytest.mark.parametrize(
    "save_every", deep_except(["each epoch"], [pytest.param(0.0, id="each epoch"), pytest.param(1e6, id="only the end")])
)
def test_full_disk_leaves_the_earlier_checkpoint(
    after_one: Path, monkeypatch: pytest.MonkeyPatch, save_every: float
) -> None:
    monkeypatch.setattr("core.worker.training.checkpoints.SAVE_EVERY_SECONDS", save_every)
    before = (after_one / CHECKPOINT.format(epoch=1)).read_bytes()
    monkeypatch.setenv("DASHBOARD_FREE_DISK", "1000000")
    events: list[dict] = []

    def next_command() -> Command | None:
        return Command("stop") if events and events[-1]["kind"] == "paused" else None

    result = train(TWO, events.append, next_command, after_one, resume=True)
    assert result["how"] == "whole", "it was trained to its end before its end could not be saved"
    assert saved_epochs(after_one) == [1]
    assert (after_one / CHECKPOINT.format(epoch=1)).read_bytes() == before


@pytest.mark.deep
def test_only_the_newest_checkpoint_is_kept(after_one: Path) -> None:
    train(TWO, lambda event: None, nothing, after_one, resume=True)
    assert saved_epochs(after_one) == [2]
    assert len(saved_epochs(after_one, BEST)) == 1
    assert not list(after_one.glob(".writing-*"))


@pytest.mark.deep
def test_what_only_watches_cannot_end_what_it_watches(whole: Callable, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_memory(*_arguments: object) -> None:
        raise MemoryError("no room for a copy")

    expected = whole(TWO)  # before anything is broken
    monkeypatch.setattr("core.worker.training.progress_callback.SAMPLE_EVERY_SECONDS", 0.0)
    monkeypatch.setattr("core.worker.training.progress_callback.REPORT_EVERY_SECONDS", 0.0)
    monkeypatch.setattr(keras.Model, "predict_on_batch", no_memory)
    events: list[dict] = []
    result = train(TWO, events.append, nothing)
    assert numbers(result) == numbers(expected)
    assert kinds(events, "unwatched")[0]["error"] == "MemoryError: no room for a copy"
    assert not kinds(events, "sample")
