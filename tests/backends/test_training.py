"""Training on the backend of this process: watched and steered as on TensorFlow, with the numbers of the plain script."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import keras
import numpy as np
import pytest

from core.catalogue.backends import BACKENDS
from core.experiment.execution import Execution, choose_execution
from core.experiment.model import Experiment
from core.export.script import script
from core.problems import ProblemError
from core.run_events import Command, read_command
from core.worker.callables import CommandSource
from core.worker.training.summary import summarise
from core.worker.training.train import train
from tests.backends.conftest import BACKEND
from tests.core.sample_experiments import FLATTEN, LECTURE, OUTPUT, layer, stack, template, with_compile, with_fit

STEPS = 41  # in an epoch of Digits, in batches of 32
TWO = with_fit(LECTURE, epochs=2, backend=BACKEND)
SGD = with_compile(TWO, optimizer={"name": "SGD", "arguments": {"learning_rate": 0.05}})
CONVNET = with_fit(template("convnet"), epochs=1, batch_size=128, backend=BACKEND)  # dropout draws random numbers
# It draws random numbers also where it is only asked, and the optimizer gives its variables values when it is built.
RECURRENT = with_compile(
    with_fit(
        stack(
            layer("Reshape", target_shape=[8, 8]),
            layer("LSTM", units=8, dropout=0.2, recurrent_dropout=0.2),
            OUTPUT,
            train_images=320,
        ),
        epochs=2,
        backend=BACKEND,
    ),
    optimizer={"name": "ScheduleFreeAdamW"},
)
SEVERAL = Execution(4 if BACKENDS[BACKEND].several_steps else 1)


@pytest.fixture(scope="module", autouse=True)
def all_told() -> Iterator[None]:
    """Nothing is left out for want of time, so that watching has every chance to change a number."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("SAMPLE_EVERY_SECONDS", "REPORT_EVERY_SECONDS", "LOOK_AGAIN_SECONDS", "HEALTH_EVERY_SECONDS"):
            patch.setattr(f"core.worker.training.progress_callback.{name}", 0.0)
        patch.setattr("core.worker.training.checkpoints.COPY_EVERY_SECONDS", 0.0)
        yield


def told(experiment: Experiment, next_command: CommandSource = lambda: None, **options: object) -> tuple[dict, list[dict]]:
    events: list[dict] = []
    return train(experiment, events.append, next_command, **options), events


def kinds(events: list[dict], kind: str) -> list[dict]:
    return [event for event in events if event["kind"] == kind]


def numbers(result: dict) -> tuple:
    return result["history"], result["validation"], result["test"], result["confusion_matrix"]


def commands(*texts: str) -> CommandSource:
    """One command at each look, the first one before training, "" for none; then to go on."""
    left = list(texts)
    return lambda: read_command(left.pop(0) if left else "continue")


def run_script(experiment: Experiment, execution: Execution) -> tuple[dict, dict]:
    """History and test metrics of the exported script, run as a person would run it."""
    quick = "import sys\nsys.modules['tensorflow'] = None  # which set_random_seed would load, for seconds\n"
    text = script(experiment, execution=execution) + "\nimport json\nprint('@' + json.dumps([history.history, test]))\n"
    environment = {name: value for name, value in os.environ.items() if name != "KERAS_BACKEND"}
    done = subprocess.run([sys.executable, "-c", quick + text], capture_output=True, text=True, env=environment, timeout=120)
    assert done.returncode == 0, done.stderr
    (line,) = (line for line in done.stdout.splitlines() if line.startswith("@"))
    history, test = json.loads(line[1:])
    return history, test


def test_augmentation_works_without_tensorflow() -> None:
    """Keras' own layers of it ask whether TensorFlow is loaded, and must not believe so."""
    result, _ = told(
        with_fit(stack({"id": "flip", "name": "RandomFlip", "arguments": {}}, FLATTEN, OUTPUT), epochs=1, backend=BACKEND)
    )
    assert np.isfinite(result["validation"]["loss"])
    assert "tensorflow" not in sys.modules


def test_process_computes_with_the_backend_and_without_tensorflow() -> None:
    assert keras.backend.backend() == BACKEND
    told(with_fit(TWO, epochs=1))
    assert sys.modules.get("tensorflow") is None


@pytest.fixture(scope="module")
def plain(all_told: None) -> tuple[dict, list[dict]]:
    """What comes of TWO, and all that can be told of it."""
    return told(TWO, execution=SEVERAL)


@pytest.mark.parametrize("experiment", [CONVNET, RECURRENT], ids=["convnet", "recurrent"])
def test_what_is_trained_and_watched_is_what_is_exported_to_the_last_digit(experiment: Experiment) -> None:
    execution = choose_execution(experiment, summarise(experiment))
    result, events = told(experiment, execution=execution)
    assert not kinds(events, "unwatched")
    assert all(kinds(events, kind) for kind in ("batch", "sample", "look", "health", "epoch"))
    assert (result["history"], result["test"]) == run_script(experiment, execution)


def test_batches_tell_their_loss_rate_and_gradient() -> None:
    _, events = told(SGD)
    batches = kinds(events, "batch")
    assert len(batches) == 2 * STEPS
    assert [event["learning_rate"] for event in batches] == pytest.approx([0.05] * 2 * STEPS)
    assert all(event["batch_loss"] > 0 for event in batches)
    assert batches[0]["gradient_norm"] > 0, "at first, and then as often as costs next to nothing"
    assert all(event["gradient_norm"] > 0 for event in batches if "gradient_norm" in event)


def test_look_at_the_whole_validation_set_counts_what_keras_measured(plain: tuple[dict, list[dict]]) -> None:
    _, events = plain
    for epoch in kinds(events, "epoch"):
        look = next(one for one in kinds(events, "look") if one["whole"] and one["epoch"] == epoch["epoch"])
        right = sum(cell[2] for cell in look["cells"] if cell[0] == cell[1])
        assert right / look["images"] == pytest.approx(epoch["val_accuracy"])


def test_one_step_of_sgd_changes_weights_by_learning_rate_times_gradient() -> None:
    _, events = told(SGD, commands("step", "step", "continue", "stop"))
    first, second = kinds(events, "stepped")
    assert (first["step"], second["step"]) == (1, 2)
    assert first["after"] < first["before"]
    for one in first["layers"]:
        assert one["change"] == pytest.approx(0.05 * one["gradient"], rel=1e-3)


@pytest.mark.parametrize("texts", [("step", "step", "step"), ("", "", "pause", "step"), ("pace=0.5",)], ids=str)
def test_steps_by_hand_and_a_slower_pace_change_none_of_the_numbers(
    texts: tuple[str, ...], plain: tuple[dict, list[dict]]
) -> None:
    assert numbers(told(TWO, commands(*texts), execution=SEVERAL)[0]) == numbers(plain[0])


def test_learning_rate_changed_in_mid_run_is_the_one_that_is_used() -> None:
    _, events = told(SGD, commands("", "", "learning_rate=0.25"))
    assert kinds(events, "batch")[-1]["learning_rate"] == pytest.approx(0.25)


def test_stop_ends_at_the_next_look_with_the_weights_of_then() -> None:
    result, events = told(TWO, commands("", "", "", "stop"), execution=SEVERAL)
    assert result["how"] == "stop" and result["epochs"] == 0
    assert not kinds(events, "epoch")
    assert result["kept"]["step"] == 3 * SEVERAL.steps_per_execution
    assert np.isfinite(result["test"]["loss"])


def test_stop_in_a_pause_before_the_first_batch_evaluates_what_there_is() -> None:
    result, _ = told(TWO, commands("pause", "stop"))
    assert (result["how"], result["kept"]["step"]) == ("stop", 0)


def test_resumed_run_has_the_numbers_of_one_that_was_never_interrupted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.worker.training.checkpoints.SAVE_EVERY_SECONDS", 0.0)
    events: list[dict] = []

    def next_command() -> Command | None:
        return Command("release") if kinds(events, "saved") else None

    experiment = with_fit(CONVNET, epochs=2)
    train(experiment, events.append, next_command, tmp_path)
    resumed, _ = told(experiment, folder=tmp_path, resume=True)
    assert numbers(resumed) == numbers(told(experiment)[0])


def test_experiment_of_another_backend_is_refused_with_a_repair() -> None:
    with pytest.raises(ProblemError) as refused:
        train(LECTURE, lambda event: None, lambda: None)
    assert refused.value.problem.code == "worker-on-another-backend"
    assert refused.value.problem.repairs[0].value == BACKEND
