"""Compare the speed of training with the speed of a plain Keras script, on Fashion-MNIST:

    python -m tests.benchmarks.training [--rounds 3]

The command compares the plain script (`model.fit` and nothing else), the trainer with its callbacks, and the trainer without
callbacks. They take turns, each in a new process. There are two nets: the lecture's net in batches of 32, and a small
convnet in batches of 128. The command prints the median and the spread of the seconds per epoch, without the first epoch,
which traces and compiles. The last line is

    mlp_exact=… mlp_fast=… cnn=… watching=…

The first three numbers say how many times as fast as the plain script the trainer with callbacks is, by the medians. The
last number is the share of an epoch that the callbacks take for the lecture's net. The command fails if mode "exact" does
not give the script's losses to the last digit.
"""

import argparse
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable

from core.experiment.execution import choose_execution
from core.experiment.model import Experiment
from core.export.script import script
from tests.core.sample_experiments import template, with_fit

EPOCHS = {"mlp": 4, "cnn": 2}
ROUNDS = 3
WAYS = ("plain", "exact", "exact without watchers", "fast", "fast without watchers")
MARK = "RESULT "


def experiment_of(net: str, way: str) -> Experiment:
    """Return the experiment of a net, "mlp" or "cnn", in the mode of a way of training. See `WAYS`."""
    name, batch_size = {"mlp": ("lecture", 32), "cnn": ("convnet", 128)}[net]
    mode = "fast" if way.startswith("fast") else "exact"
    return with_fit(template(name, "fashion_mnist"), epochs=EPOCHS[net], batch_size=batch_size, mode=mode)


def timer() -> tuple[object, list[float]]:
    """Return a callback that measures the seconds of each epoch with its validation, and the list of these seconds."""
    import keras

    seconds: list[float] = []

    class Timer(keras.callbacks.Callback):
        def on_epoch_begin(self, epoch: int, logs: dict | None = None) -> None:
            self.began = time.perf_counter()

        def on_epoch_end(self, epoch: int, logs: dict | None = None) -> None:
            seconds.append(time.perf_counter() - self.began)

    return Timer(), seconds


def plain(experiment: Experiment) -> dict:
    """Train by the exported script, with a callback that measures the time."""
    callback, seconds = timer()
    validated = "    validation_data=(x_val, y_val),\n"
    text = script(experiment).replace(validated, f"{validated}    verbose=0,\n    callbacks=[clock],\n", 1)
    names: dict = {"clock": callback}
    exec(text[: text.index("# Evaluate")], names)  # noqa: S102 -- our own export
    return {"seconds": seconds, "loss": names["history"].history["loss"], "watching": 0.0}


def watched(experiment: Experiment) -> dict:
    """Train by the trainer with its callbacks, and measure the time of the callbacks too."""
    from core.worker.training import train
    from core.worker.training.progress_callback import ProgressCallback
    from core.worker.training.summary import summarise

    spent = 0.0
    inside = False

    def timed(method: Callable) -> Callable:
        def call(*arguments: object, **options: object) -> object:
            nonlocal spent, inside
            if inside:
                return method(*arguments, **options)
            inside, began = True, time.perf_counter()
            try:
                return method(*arguments, **options)
            finally:
                inside = False
                spent += time.perf_counter() - began

        return call

    for name in [one for one in vars(ProgressCallback) if one.startswith("on_")]:
        setattr(ProgressCallback, name, timed(getattr(ProgressCallback, name)))
    ends, told = [], []

    def report(event: dict) -> None:
        told.append(json.dumps(event))  # events are also converted to JSON on their way to the server
        if event["kind"] in ("start", "epoch"):
            ends.append((time.perf_counter(), spent))

    result = train.train(experiment, report, lambda: None, execution=choose_execution(experiment, summarise(experiment)))
    pairs = list(zip(ends, ends[1:], strict=False))
    seconds = [after[0] - before[0] for before, after in pairs]
    return {
        "seconds": seconds,
        "loss": result["history"]["loss"],
        "watching": (ends[-1][1] - ends[1][1]) / (ends[-1][0] - ends[1][0]),
    }


def unwatched(experiment: Experiment) -> dict:
    """Train the trainer's model by the trainer's execution, without the trainer's callbacks."""
    import keras

    from core.worker.data.load import load_sets
    from core.worker.training.build_model import build
    from core.worker.training.summary import summarise

    callback, seconds = timer()
    sets, execution = load_sets(experiment), choose_execution(experiment, summarise(experiment))
    keras.utils.set_random_seed(experiment.fit.seed)
    model = build(experiment, execution)
    fit = experiment.fit
    history = model.fit(
        *sets.train,
        epochs=fit.epochs,
        batch_size=fit.batch_size,
        validation_data=sets.validation,
        callbacks=[callback],
        verbose=0,
    )
    return {"seconds": seconds, "loss": history.history["loss"], "watching": 0.0}


def measure(net: str, way: str) -> dict:
    """Train once in a new process, and return the result of `plain`, `watched` or `unwatched`."""
    command = [sys.executable, "-m", "tests.benchmarks.training", "--one", net, way]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    lines = [line for line in done.stdout.splitlines() if line.startswith(MARK)]
    if not lines:
        raise SystemExit(f"{net}, {way}: {done.stderr[-2000:]}")
    return json.loads(lines[-1].removeprefix(MARK))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="how often each is measured, in turn")
    parser.add_argument("--one", nargs=2, metavar=("NET", "WAY"), help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.one:
        net, way = asked.one
        how = plain if way == "plain" else unwatched if way.endswith("without watchers") else watched
        print(MARK + json.dumps(how(experiment_of(net, way))))
        return

    found: dict[tuple[str, str], list[dict]] = {}
    for _ in range(asked.rounds):
        for net, ways in {"mlp": WAYS, "cnn": WAYS[:3]}.items():
            for way in ways:
                measured = measure(net, way)
                print(f"{net} {way}: {', '.join(f'{one:.2f}' for one in measured['seconds'])} s", flush=True)
                found.setdefault((net, way), []).append(measured)

    medians = {}
    for (net, way), several in found.items():
        seconds = [one for each in several for one in each["seconds"][1:]]
        medians[net, way] = statistics.median(seconds)
        print(f"{net:4} {way:24} {medians[net, way]:6.2f} s an epoch ({min(seconds):.2f} to {max(seconds):.2f})")
    for net in EPOCHS:
        losses = {json.dumps(one["loss"]) for way in WAYS[:3] for one in found[net, way]}
        if len(losses) > 1:
            raise SystemExit(f"{net}: the losses of mode exact are not the plain script's: {losses}")
        print(f"{net}: losses of the plain script and of mode exact are equal to the last digit: {losses.pop()}")
    print(f"mlp: losses of mode fast: {json.dumps(found['mlp', 'fast'][0]['loss'])}")
    watching = statistics.median(one["watching"] for one in found["mlp", "exact"])
    faster = {way: medians["mlp", "plain"] / medians["mlp", way] for way in ("exact", "fast")}
    cnn = medians["cnn", "plain"] / medians["cnn", "exact"]
    print(f"mlp_exact={faster['exact']:.2f} mlp_fast={faster['fast']:.2f} cnn={cnn:.2f} watching={watching:.3f}")


if __name__ == "__main__":
    main()
