"""Training, watched: what it reports, that it stops, and that watching changes none of the numbers."""

import random
import sys
import threading
from pathlib import Path

import keras
import numpy as np
import pytest

from core.experiment.edits import set_value
from core.experiment.model import Experiment
from core.problems import ProblemError
from core.run_events import Command
from core.worker.data.load import load_sets
from core.worker.training.build_model import build, build_optimizer_and_metrics
from core.worker.training.progress import RunLength, metrics
from core.worker.training.train import train
from tests.core.conftest import Trained
from tests.core.sample_experiments import FLATTEN, LECTURE, OUTPUT, layer, stack, with_compile, with_data, with_fit
from tests.core.typed_events import mismatches
from tests.deep_cases import deep_except

STEPS = 41  # 1,293 images in batches of 32


def kinds(events: list[dict], *wanted: str) -> list[dict]:
    return [event for event in events if event["kind"] in wanted]


OBSERVED = ("batch", "sample", "look", "network", "health")  # as often as there is time for


def test_events_come_in_the_order_of_the_work(trained: Trained) -> None:
    order = [event.get("phase", event["kind"]) for event in trained.events if event["kind"] not in OBSERVED]
    # A validation that is over before its name is read is told once; epochs that take their time are saved each.
    first = ["training", "validating", "epoch", "training"]
    epochs = [one for one in order[: order.index("fitted")] if one not in ("saved", "validating", "training")]
    assert [one for one in order if one != "saved"][:8] == ["loading", "compiling", "start", "watched", *first]
    assert epochs == ["loading", "compiling", "start", "watched", "epoch", "epoch", "epoch"]
    assert order[order.index("fitted") :] == ["fitted", "saved", "evaluating"]


def test_events_are_what_their_types_say(trained: Trained) -> None:
    assert {"phase", "start", "watched", "batch", "look", "network", "health", "epoch", "fitted"} <= {
        one["kind"] for one in trained.events
    }
    assert not mismatches(trained.events)


def test_events_count_steps_and_epochs(trained: Trained) -> None:
    (start,) = kinds(trained.events, "start")
    assert (start["steps"], start["epochs"]) == (STEPS, 3)
    ends = kinds(trained.events, "epoch")
    assert [(event["step"], event["epoch"]) for event in ends] == [(41, 1.0), (82, 2.0), (123, 3.0)]
    (fitted,) = kinds(trained.events, "fitted")
    assert (fitted["how"], fitted["epochs"]) == ("whole", 3)


def test_batches_lie_between_the_epochs_and_time_goes_on(trained: Trained) -> None:
    points = kinds(trained.events, "batch", "epoch")
    places = [(event["step"], event["epoch"]) for event in points]
    assert places == sorted(places)
    assert kinds(points, "batch"), "the first step of a fit is told, however fast it is"
    assert all(event["epoch"] == pytest.approx(event["step"] / STEPS, abs=1e-6) for event in points)
    seconds = [event["seconds"] for event in points]
    assert seconds == sorted(seconds)
    told = {"batch_loss", "batches", "learning_rate", "gradient_norm", "images_per_second", "at"}
    assert set(kinds(points, "batch")[0]) == {"kind", "step", "epoch", "loss", "accuracy", "seconds", *told}


def test_epochs_hold_the_numbers_of_the_history(trained: Trained) -> None:
    ends = kinds(trained.events, "epoch")
    for name, values in trained.result["history"].items():
        assert [event[name] for event in ends] == values
    assert set(trained.result["history"]) == {"loss", "accuracy", "val_loss", "val_accuracy"}


def plain_fit(experiment: Experiment) -> tuple[dict, dict]:
    """History and test metrics of Keras' own fit, unwatched."""
    sets = load_sets(experiment)
    keras.utils.set_random_seed(experiment.fit.seed)
    model = build(experiment)
    history = model.fit(
        *sets.train,
        epochs=experiment.fit.epochs,
        batch_size=experiment.fit.batch_size,
        validation_data=sets.validation,
        verbose=0,
    )
    return history.history, model.evaluate(*sets.test, verbose=0, return_dict=True)


def test_watching_changes_none_of_the_numbers(trained: Trained) -> None:
    history, test = plain_fit(trained.experiment)
    assert trained.result["history"] == history
    assert trained.result["test"] == test


@pytest.mark.deep
def test_a_thread_that_draws_from_the_common_chance_changes_no_digit(trained: Trained) -> None:
    over, interval = threading.Event(), sys.getswitchinterval()

    def draw() -> None:  # as Dask does now and then in the trainer's process
        while not over.is_set():
            random.sample(range(100), 10)

    thread = threading.Thread(target=draw, daemon=True)
    sys.setswitchinterval(1e-5)  # so that it draws between two layers too
    thread.start()
    try:
        result = train(with_fit(trained.experiment, epochs=1), lambda event: None, lambda: None)
    finally:
        sys.setswitchinterval(interval)
        over.set()
        thread.join()
    assert result["history"]["loss"] == trained.result["history"]["loss"][:1]


def test_first_step_is_traced_only_once() -> None:
    images, labels = load_sets(LECTURE).train
    model, traced = build(LECTURE), []
    build_optimizer_and_metrics(model, LECTURE, labels)
    assert not any(np.any(keras.ops.convert_to_numpy(one)) for one in model.metrics_variables)
    step = model.train_step

    def counted(data: object) -> dict:
        traced.append(data)
        return step(data)

    model.train_step = counted
    model.fit(images[:64], labels[:64], verbose=0)
    assert len(traced) == 1


@pytest.mark.deep
def test_samples_change_none_of_the_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.worker.training.progress_callback.SAMPLE_SHARE", 1e9)  # however long they take
    monkeypatch.setattr("core.worker.training.progress_callback.SAMPLE_EVERY_SECONDS", 0.0)
    monkeypatch.setattr("core.worker.training.progress_callback.REPORT_EVERY_SECONDS", 0.0)
    experiment = with_fit(stack(FLATTEN, layer("Dropout", rate=0.3), OUTPUT), epochs=2)  # Dropout draws random numbers
    events: list[dict] = []
    result = train(experiment, events.append, lambda: None)
    samples = kinds(events, "sample")
    assert len(samples) == 8  # four in an epoch
    assert all(0 < event["val_loss"] < 5 and 0 <= event["val_accuracy"] <= 1 for event in samples)
    assert samples[0]["images"] == 144
    assert len(kinds(events, "batch")) == 2 * STEPS
    assert (result["history"], result["test"]) == plain_fit(experiment)


@pytest.mark.deep
def test_sample_measures_what_keras_measures(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.worker.training.progress_callback.SAMPLE_SHARE", 1e9)
    monkeypatch.setattr("core.worker.training.progress_callback.SAMPLE_EVERY_SECONDS", 0.0)
    monkeypatch.setattr("core.worker.training.progress_callback.REPORT_EVERY_SECONDS", 0.0)
    monkeypatch.setattr("core.worker.training.progress_callback.SAMPLES_IN_AN_EPOCH", STEPS)  # one at every step
    events: list[dict] = []
    experiment = with_compile(with_fit(LECTURE, epochs=1), loss={"name": "CategoricalCrossentropy"})
    result = train(experiment, events.append, lambda: None)
    last = kinds(events, "sample")[-1]
    assert last["step"] == STEPS
    assert last["val_loss"] == pytest.approx(result["history"]["val_loss"][0], rel=1e-5)
    assert last["val_accuracy"] == pytest.approx(result["history"]["val_accuracy"][0])


@pytest.mark.deep
def test_another_seed_gives_another_run(trained: Trained) -> None:
    other = train(with_fit(trained.experiment, epochs=1, seed=1), lambda event: None, lambda: None)
    assert other["history"]["loss"][0] != trained.result["history"]["loss"][0]


def test_result_has_what_follows_from_training(trained: Trained) -> None:
    result = trained.result
    numbers = {"parameters", "history", "validation", "test", "confusion_matrix", "seconds", "evaluation_seconds"}
    assert set(result) == {*numbers, "how", "epochs", "kept", "provenance"}
    assert 0 < result["evaluation_seconds"] < 600
    assert [part["Keras"] for part in result["provenance"]] == [keras.__version__], "one process trained it all"
    assert (result["how"], result["epochs"]) == ("whole", 3)
    assert result["kept"] == {"which": "last", "step": 3 * STEPS, "epoch": 3}
    assert result["parameters"] == 65 * 128 + 129 * 10
    matrix = np.array(result["confusion_matrix"])
    assert matrix.shape == (10, 10)
    assert np.trace(matrix) / 360 == pytest.approx(result["test"]["accuracy"])
    sets = load_sets(trained.experiment)
    assert matrix.sum(axis=1).tolist() == np.bincount(sets.test[1]).tolist()  # rows are actual classes
    assert result["validation"]["loss"] == pytest.approx(result["history"]["val_loss"][-1])


def test_files_are_left_in_the_folder(trained: Trained) -> None:
    names = sorted(path.name for path in trained.folder.iterdir())
    assert "weights-000000.npz" in names, "what training started from"
    # Which epochs' weights are the best, and of which there was time to keep them, are no matter of this test.
    assert [name for name in names if not name.startswith(("best-", "weights-"))] == [
        "checkpoint-000003.npz", "model.keras", "test.npz", "validation.npz"
    ]  # fmt: skip
    model = keras.saving.load_model(trained.folder / "model.keras")
    test = load_sets(trained.experiment).test
    assert model.evaluate(*test, verbose=0, return_dict=True) == trained.result["test"]


@pytest.mark.parametrize("batches", deep_except([1], [50, 1]))
def test_stop_within_an_epoch_keeps_what_came_before(batches: int, tmp_path: Path) -> None:
    events: list[dict] = []
    looks = 0

    def after_some_batches() -> (
        Command | None
    ):  # called before the first batch, and at each, those of the validation included
        nonlocal looks
        looks += 1
        return Command("stop") if looks > batches else None

    result = train(with_fit(LECTURE, epochs=1_000), events.append, after_some_batches, tmp_path / "run")
    assert result["how"] == "stop"
    done = len(kinds(events, "epoch"))
    assert done == (1 if batches == 50 else 0)
    (fitted,) = kinds(events, "fitted")
    assert (fitted["how"], fitted["epochs"]) == ("stop", done)
    assert all(event["step"] <= 50 for event in kinds(events, "batch"))
    assert {len(values) for values in result["history"].values()} <= {done}
    assert (tmp_path / "run" / "model.keras").is_file()


@pytest.mark.deep
def test_stop_during_validation_does_not_wait_for_its_end() -> None:
    events: list[dict] = []

    def stop() -> Command | None:
        return Command("stop") if events[-1].get("phase") == "validating" else None

    result = train(with_fit(LECTURE, epochs=9), events.append, stop)
    assert result["how"] == "stop"
    assert kinds(events, "epoch") == []


def test_training_without_validation_reports_no_validation() -> None:
    events: list[dict] = []
    experiment = with_data(with_fit(LECTURE, epochs=1), validation_split=0.0)
    result = train(experiment, events.append, lambda: None)
    assert result["validation"] is None
    assert set(result["history"]) == {"loss", "accuracy"}
    assert [event for event in events if event.get("phase") == "validating"] == []
    assert not kinds(events, "look", "watched"), "there is nothing to look at"


@pytest.mark.deep
def test_training_without_metrics_still_reports_the_accuracy() -> None:
    result = train(with_compile(with_fit(LECTURE, epochs=1), metrics=[]), lambda event: None, lambda: None)
    assert 0 < result["test"]["accuracy"] < 1
    assert set(result["history"]) == {"loss", "val_loss"}


@pytest.mark.parametrize(
    ("loss", "metric", "name"),
    [
        ("CategoricalCrossentropy", "AUC", "auc"),
        pytest.param(
            "CategoricalCrossentropy", "TopKCategoricalAccuracy", "top_k_categorical_accuracy", marks=pytest.mark.deep
        ),
        ("SparseCategoricalCrossentropy", "TopKCategoricalAccuracy", "sparse_top_k_categorical_accuracy"),
    ],
)
def test_metric_has_the_same_name_in_every_run_of_a_process(loss: str, metric: str, name: str) -> None:
    experiment = with_compile(LECTURE, loss={"name": loss}, metrics=[{"name": metric}])
    images, labels = load_sets(experiment).validation
    for _ in range(2):
        keras.metrics.AUC(), keras.metrics.TopKCategoricalAccuracy()  # which take the plain names
        model = build(experiment)
        model.run_eagerly = True  # which spares the time that a graph takes to trace
        history = model.fit(images[:32], labels[:32], validation_data=(images, labels), verbose=0).history
        assert set(history) == {"loss", "val_loss", name, f"val_{name}"}


def test_training_refuses_an_experiment_with_problems() -> None:
    events: list[dict] = []
    with pytest.raises(ProblemError, match=r"The last layer, Dense, has units=3\."):
        train(set_value(LECTURE, ("layers", "output", "arguments", "units"), 3), events.append, lambda: None)
    assert events == []


def test_metrics_keep_numbers_and_drops_the_rest() -> None:
    numbers = {"loss": np.float32(0.5), "a": float("nan"), "b": float("inf")}
    assert metrics(numbers) == {"loss": 0.5, "a": None, "b": None}
    assert metrics(None) == {}


def test_progress_counts_the_last_part_of_a_batch() -> None:
    assert RunLength.of(LECTURE) == RunLength(STEPS, 5)
    assert RunLength.of(with_fit(LECTURE, batch_size=65_536)).steps == 1
    assert RunLength.of(with_fit(with_data(LECTURE, train_images=64), batch_size=32)).steps == 2
