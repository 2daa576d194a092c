"""Train the runs that the tests of checks need, and record their results: `python -m tests.core.teaching.record_runs`.

The arguments are the names of runs to train again. Without arguments, the command trains the runs that have no recording.
All runs use Digits.
"""

import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

from core.experiment.model import Experiment
from core.parameters import EntryRef
from core.run_events import Command
from tests.core.sample_experiments import FLATTEN, LECTURE, OUTPUT, layer, stack, with_compile, with_data, with_fit
from tests.core.teaching.recorded_runs import path_of, write

WIDE = stack(FLATTEN, layer("Dense", units=256, activation="relu"), OUTPUT, train_images=60)
DROPPED = stack(FLATTEN, layer("Dense", units=128, activation="relu"), layer("Dropout", rate=0.3), OUTPUT)
SPLIT_ACTIVATIONS = stack(
    layer("Reshape", target_shape=[64]),
    layer("Dense", units=128),
    layer("Activation", activation="relu"),
    layer("Dense", units=10),
    layer("Softmax"),
)
RESCALED = stack(
    layer("Rescaling", scale=1 / 255), FLATTEN, layer("Dense", units=128, activation="relu"), OUTPUT, pixels="0-255"
)
STOPPING = EntryRef("EarlyStopping", (("monitor", "val_loss"), ("patience", 2), ("restore_best_weights", True)))
FAST = {"optimizer": {"name": "Adam", "arguments": {"learning_rate": 0.01}}}

RUNS: Mapping[str, Experiment] = {
    "lecture": with_fit(LECTURE, epochs=5),
    "lecture, seed 1": with_fit(LECTURE, epochs=5, seed=1),
    "lecture, seed 2": with_fit(LECTURE, epochs=5, seed=2),
    "one epoch": with_fit(LECTURE, epochs=1),
    "large batches": with_fit(LECTURE, epochs=5, batch_size=256),
    "dropout": with_fit(DROPPED, epochs=5),
    "activations apart": with_fit(SPLIT_ACTIVATIONS, epochs=5),
    "rescaled by a layer": with_fit(RESCALED, epochs=5),
    "unscaled": with_data(with_fit(LECTURE, epochs=5), pixels="0-255"),
    "softmax alone": with_fit(stack(FLATTEN, OUTPUT), epochs=5),
    "overfitting": with_compile(with_fit(WIDE, epochs=40), **FAST),
    "stopped early": with_compile(with_fit(WIDE, epochs=40, callbacks=(STOPPING,)), **FAST),
    "stopped by hand": with_fit(LECTURE, epochs=8),
    "without validation": with_data(with_fit(LECTURE, epochs=2), validation_split=0.0),
}
STEPS_BEFORE_STOP = 100  # the steps of the run "stopped by hand"


def train_one(name: str) -> None:
    """Train a run, and record it."""
    from core.experiment.execution import choose_execution  # noqa: PLC0415 - tests that read recordings are free of Keras
    from core.worker.training.summary import summarise  # noqa: PLC0415
    from core.worker.training.train import clear_trained_models, train  # noqa: PLC0415

    experiment, events = RUNS[name], []

    def command() -> Command | None:
        is_late = bool(events) and events[-1].get("step", 0) >= STEPS_BEFORE_STOP
        return Command("stop") if name == "stopped by hand" and is_late else None

    summary = summarise(experiment)
    with tempfile.TemporaryDirectory() as folder:
        execution = choose_execution(experiment, summary)
        result = train(experiment, events.append, command, Path(folder), execution=execution)
        write(name, experiment, result, summary, events, Path(folder))
    clear_trained_models()


def main(names: list[str]) -> None:
    """Train and record runs, and print the seconds of each run."""
    for name in names or [known for known in RUNS if not path_of(known).exists()]:
        began = time.perf_counter()
        train_one(name)
        print(f"{time.perf_counter() - began:6.1f} s  {name}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
