"""Callbacks and schedules in training: Keras' own numbers, the best weights, and no digit lost by a break or more epochs."""

import shutil
from collections.abc import Callable
from pathlib import Path

import keras
import pytest

from core.catalogue.callbacks import CALLBACKS
from core.experiment import learning_rates
from core.experiment.edits import set_value
from core.experiment.model import EntryRef, Experiment
from core.run_events import Command
from core.run_files import saved_epochs
from core.worker.data.load import load_sets
from core.worker.training.build_model import build, make_keras_object
from core.worker.training.train import train
from tests.core.conftest import Trained
from tests.core.sample_experiments import LECTURE, with_compile, with_data, with_fit
from tests.deep_cases import deep_except

SMALL = with_data(LECTURE, train_images=300)
STEPS, VALIDATION_STEPS = 10, 5  # in an epoch of 300 images
WILD = with_compile(SMALL, optimizer={"name": "Adam", "arguments": {"learning_rate": 0.1}})  # soon past its best
STOPPING = EntryRef("EarlyStopping", (("patience", 2), ("restore_best_weights", True)))
REDUCING = EntryRef("ReduceLROnPlateau", (("factor", 0.5), ("patience", 1), ("cooldown", 1)))


def with_callbacks(experiment: Experiment, epochs: int, *callbacks: EntryRef) -> Experiment:
    return with_fit(experiment, epochs=epochs, callbacks=callbacks)


STOPPED = with_callbacks(WILD, 30, STOPPING)
PATIENT = EntryRef("EarlyStopping", (("patience", 4), ("restore_best_weights", True)))
# Its sixth epoch is the best, after the seventh the learning rate is halved, and the eighth is the last.
BOTH = with_callbacks(WILD, 8, PATIENT, REDUCING)
REDUCED = with_callbacks(WILD, 8, REDUCING)


def nothing() -> None:
    """No command."""


def numbers(result: dict) -> tuple:
    """All that must be equal to the last digit."""
    return tuple(result[name] for name in ("history", "validation", "test", "confusion_matrix", "how", "epochs", "kept"))


@pytest.fixture
def saved_each_epoch(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is left unsaved for want of time."""
    monkeypatch.setattr("core.worker.training.checkpoints.SAVE_EVERY_SECONDS", 0.0)
    monkeypatch.setattr("core.worker.training.checkpoints.SAVING_SHARE", 1e9)


@pytest.fixture(scope="module")
def stopped(tmp_path_factory: pytest.TempPathFactory) -> Trained:
    """The run of STOPPED, which its callback ended."""
    events, folder = [], tmp_path_factory.mktemp("stopped")
    return Trained(STOPPED, train(STOPPED, events.append, nothing, folder), events, folder)


KINDS = [pytest.param(STOPPED, id="stopping"), pytest.param(REDUCED, id="reducing"), pytest.param(BOTH, id="both")]


@pytest.mark.deep
@pytest.mark.parametrize("experiment", deep_except(["both"], KINDS))
def test_callbacks_give_the_numbers_of_keras(experiment: Experiment, stopped: Trained, whole: Callable) -> None:
    sets, fit = load_sets(experiment), experiment.fit
    keras.utils.set_random_seed(fit.seed)
    model = build(experiment)
    callbacks = [make_keras_object(one, "callbacks") for one in fit.callbacks]
    history = model.fit(
        *sets.train,
        epochs=fit.epochs,
        batch_size=fit.batch_size,
        validation_data=sets.validation,
        callbacks=callbacks,
        verbose=0,
    ).history
    result = stopped.result if experiment == STOPPED else whole(experiment)
    assert result["history"] == history
    assert result["test"] == model.evaluate(*sets.test, verbose=0, return_dict=True)


def test_early_stopping_ends_the_run_with_the_weights_of_its_best_epoch(stopped: Trained) -> None:
    result = stopped.result
    losses = result["history"]["val_loss"]
    best = losses.index(min(losses)) + 1
    assert (result["how"], result["epochs"], len(losses)) == ("whole", best + 2, best + 2)
    assert best + 2 < 30
    assert result["kept"] == {"which": "best", "step": best * STEPS, "epoch": best}
    assert result["validation"]["loss"] == pytest.approx(min(losses), rel=1e-6)


@pytest.mark.deep
def test_best_weights_are_taken_after_all_epochs_too(whole: Callable) -> None:
    result = whole(BOTH)
    losses = result["history"]["val_loss"]
    assert (result["epochs"], result["kept"]["which"]) == (BOTH.fit.epochs, "best")
    assert result["validation"]["loss"] == pytest.approx(min(losses), rel=1e-6)
    assert min(losses) < losses[-1], "or this shows nothing"


@pytest.mark.deep
def test_early_stopping_keeps_the_last_weights_where_it_is_not_to_restore(stopped: Trained, whole: Callable) -> None:
    result = whole(with_callbacks(WILD, 30, EntryRef("EarlyStopping", (("patience", 2),))))
    assert result["epochs"] == stopped.result["epochs"]
    assert result["kept"] == {"which": "last", "step": result["epochs"] * STEPS, "epoch": result["epochs"]}
    assert result["validation"]["loss"] == pytest.approx(result["history"]["val_loss"][-1], rel=1e-6)


def test_last_epoch_of_a_run_that_ends_early_is_reported_as_the_last(stopped: Trained) -> None:
    events = stopped.events
    order = [
        event.get("phase", event["kind"])
        for event in events
        if event["kind"] not in ("batch", "look", "network", "health", "saved")
    ]
    assert order[-3:] == ["epoch", "fitted", "evaluating"]
    (fitted,) = [event for event in events if event["kind"] == "fitted"]
    assert (fitted["how"], fitted["epochs"]) == ("whole", stopped.result["epochs"])


def test_plateau_reduces_the_learning_rate_and_reports_it(whole: Callable) -> None:
    found = whole(BOTH)["history"]["learning_rate"]
    assert found[0] == pytest.approx(0.1)
    steps = {round(after / before, 6) for before, after in zip(found, found[1:], strict=False)}
    assert steps == {1.0, 0.5}


@pytest.mark.deep
@pytest.mark.usefixtures("saved_each_epoch")
def test_run_that_is_interrupted_again_and_again_gives_the_numbers_of_one_that_was_not(
    whole: Callable, tmp_path: Path
) -> None:
    results: list[dict] = []
    for epochs in (4, 3, BOTH.fit.epochs):  # the second time the best epoch is over, and the learning rate just halved
        # Looks before training, in these epochs with validation, and in the next.
        left = [None] * (1 + epochs * (STEPS + VALIDATION_STEPS) + 5)

        def next_command(left: list[None] = left) -> Command | None:
            return left.pop() if left else Command("stop")

        results.append(train(BOTH, lambda event: None, next_command, tmp_path, resume=True))
    assert [(one["how"], one["epochs"]) for one in results] == [("stop", 4), ("stop", 7), ("whole", 8)]
    assert numbers(results[-1]) == numbers(whole(BOTH))


WITH_MORE = [pytest.param(BOTH, 7, id="best-weights"), pytest.param(REDUCED, 6, id="last-weights")]


@pytest.mark.deep
@pytest.mark.parametrize(("experiment", "first"), deep_except(["best-weights"], WITH_MORE))
def test_more_epochs_give_the_numbers_of_a_run_that_had_them(
    experiment: Experiment, first: int, whole: Callable, tmp_path: Path
) -> None:
    train(with_fit(experiment, epochs=first), lambda event: None, nothing, tmp_path)
    more = train(experiment, lambda event: None, nothing, tmp_path, resume=True)
    assert more["epochs"] == 8
    assert numbers(more) == numbers(whole(experiment))


@pytest.mark.deep
def test_averaged_weights_that_fit_ends_with_are_not_those_that_more_epochs_start_from(tmp_path: Path) -> None:
    adam = {"name": "Adam", "arguments": {"learning_rate": 0.03, "use_ema": True, "ema_momentum": 0.9}}
    experiment = with_fit(with_compile(SMALL, optimizer=adam), epochs=2)
    train(with_fit(experiment, epochs=1), lambda event: None, nothing, tmp_path)
    more = train(experiment, lambda event: None, nothing, tmp_path, resume=True)
    assert numbers(more) == numbers(train(experiment, lambda event: None, nothing))


@pytest.mark.deep
def test_run_that_a_callback_has_ended_stays_ended(stopped: Trained, tmp_path: Path) -> None:
    folder, events = shutil.copytree(stopped.folder, tmp_path / "run"), []
    again = train(with_fit(STOPPED, epochs=99), events.append, nothing, folder, resume=True)
    assert "epoch" not in [event["kind"] for event in events]
    assert numbers(again) == numbers(stopped.result)
    assert saved_epochs(folder) == [again["epochs"]]


@pytest.mark.parametrize("name", CALLBACKS)
def test_all_that_changes_in_a_callback_is_named(name: str) -> None:
    callback = make_keras_object(EntryRef(name), "callbacks")
    callback.on_train_begin()
    entry = CALLBACKS[name]
    before = dict(vars(callback))
    callback.set_model(build(LECTURE))
    for epoch, loss in enumerate((0.5, *[1.0] * 30)):
        callback.on_epoch_end(epoch, {"val_loss": loss})
    changed = {one for one, value in vars(callback).items() if not callable(value) and value is not before.get(one)}
    known = {*entry.trait("state_attributes"), entry.trait("weights_attribute")}
    assert {one for one in changed if not one.startswith("_")} - {"min_delta"} <= known
    assert all(hasattr(callback, one) for one in known if one)


FALLING = EntryRef("CosineDecay", (("initial_learning_rate", 0.02), ("decay_steps", 30)))
SCHEDULED = set_value(with_fit(SMALL, epochs=3), learning_rates.RATE, FALLING)


@pytest.fixture(scope="module")
def scheduled() -> tuple[dict, list[dict]]:
    """The run of SCHEDULED, every step reported, in which a person asks for another learning rate: its result and events."""
    events: list[dict] = []
    commands = iter([None, Command("learning_rate", 0.5)])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("core.worker.training.progress_callback.REPORT_EVERY_SECONDS", 0.0)
        return train(SCHEDULED, events.append, lambda: next(commands, None)), events


def test_schedule_drives_the_learning_rate_of_every_step(scheduled: tuple[dict, list[dict]]) -> None:
    told = [(event["step"], event["learning_rate"]) for event in scheduled[1] if event["kind"] == "batch"]
    assert [step for step, _ in told] == list(range(1, 31))
    assert [rate for _, rate in told] == pytest.approx(
        [learning_rates.rate_at(FALLING, step) for step, _ in told], rel=1e-4, abs=1e-8
    )


@pytest.mark.deep
def test_learning_rate_that_a_schedule_drives_cannot_be_changed_by_hand(
    scheduled: tuple[dict, list[dict]], whole: Callable
) -> None:
    result, events = scheduled
    (refused,) = [event for event in events if event["kind"] == "refused"]
    assert refused["asked"] == "learning_rate=0.5"
    assert refused["error"] == "CosineDecay drives the learning rate, so that nobody can change the rate by hand."
    assert numbers(result) == numbers(whole(SCHEDULED))


@pytest.mark.deep
def test_schedule_goes_on_where_it_was_after_a_break(whole: Callable, tmp_path: Path) -> None:
    train(with_fit(SCHEDULED, epochs=1), lambda event: None, nothing, tmp_path)
    assert numbers(train(SCHEDULED, lambda event: None, nothing, tmp_path, resume=True)) == numbers(whole(SCHEDULED))
