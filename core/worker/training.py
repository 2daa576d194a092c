"""Train: `fit`, watched. It reports what happens, can be stopped at any batch, and changes none of the numbers.

Events, each a dict with a "kind"; pages, ledger and stream read them:

    phase   {"phase": "loading" | "compiling" | "training" | "validating" | "evaluating"}
    start   {"steps": in an epoch, "epochs", "seconds"}
    batch   {"step", "epoch", "loss", "accuracy", "seconds"}: Keras' batch logs, the epoch's running means
    sample  {"step", "epoch", "val_loss", "val_accuracy", "images"}: measured on a part of the validation set
    epoch   {"step", "epoch", "loss", "accuracy", "val_loss", "val_accuracy", "seconds"}
    fitted  {"stopped": bool, "epochs": how many were completed, "seconds"}
"""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import keras
import numpy as np

from core.catalogue.datasets import first_choice
from core.checks import check
from core.experiment import Experiment
from core.files import write_atomically
from core.problems import ProblemError
from core.templates import lecture
from core.worker import evaluation
from core.worker.datasets import Pair, Sets, load
from core.worker.model import build
from core.worker.summary import summarise

Report = Callable[[dict], None]
ShouldStop = Callable[[], bool]

REPORT_EVERY_SECONDS = 0.1  # ten a second look continuous
SAMPLE_EVERY_SECONDS = 0.6  # so that samples stay a small share of the time
SAMPLES_IN_AN_EPOCH = 4
SAMPLE_IMAGES = 512


class Stopped(Exception):
    """Raised inside fit when a stop was asked for: the only way that skips the validation pass."""


@dataclass(frozen=True)
class Progress:
    """Where a run stands; what a batch number alone cannot say."""

    steps: int  # in an epoch
    epochs: int

    @classmethod
    def of(cls, experiment: Experiment) -> "Progress":
        return cls(math.ceil(experiment.data.num_used / experiment.fit.batch_size), experiment.fit.epochs)


class Watcher(keras.callbacks.Callback):
    """Reports what fit does and stops it when asked to."""

    def __init__(self, experiment: Experiment, sets: Sets, report: Report, should_stop: ShouldStop) -> None:
        super().__init__()
        self.progress = Progress.of(experiment)
        self.report = report
        self.should_stop = should_stop
        self.epoch = 0  # completed epochs
        self.started = self.reported = self.sampled = time.perf_counter()
        self.samples = 0  # within this epoch
        self.sample_pair: Pair | None = None
        if sets.validation is not None:
            images, labels = sets.validation
            self.sample_pair = (images[:SAMPLE_IMAGES], labels[:SAMPLE_IMAGES])

    def seconds(self) -> float:
        return round(time.perf_counter() - self.started, 3)

    def on_train_begin(self, logs: dict | None = None) -> None:
        self.started = self.sampled = time.perf_counter()
        self.reported = 0.0
        self.report({"kind": "start", "steps": self.progress.steps, "epochs": self.progress.epochs, "seconds": 0.0})

    def on_epoch_begin(self, epoch: int, logs: dict | None = None) -> None:
        self.samples = 0

    def on_train_batch_end(self, batch: int, logs: dict | None = None) -> None:
        if self.should_stop():
            raise Stopped
        now = time.perf_counter()
        if now - self.reported < REPORT_EVERY_SECONDS:
            return
        if not self.reported:
            self.report({"kind": "phase", "phase": "training"})
        self.reported = now
        done = min(batch + 1, self.progress.steps)
        self.report({"kind": "batch", **self._place(done), **finite(logs), "seconds": self.seconds()})
        due = (self.samples + 1) / (SAMPLES_IN_AN_EPOCH + 1) * self.progress.steps
        wanted = self.sample_pair is not None and self.samples < SAMPLES_IN_AN_EPOCH and done >= due
        if wanted and now - self.sampled >= SAMPLE_EVERY_SECONDS:
            self._sample(done)

    def on_test_begin(self, logs: dict | None = None) -> None:
        self.report({"kind": "phase", "phase": "validating"})

    def on_test_batch_end(self, batch: int, logs: dict | None = None) -> None:
        if self.should_stop():
            raise Stopped

    def on_epoch_end(self, epoch: int, logs: dict | None = None) -> None:
        self.epoch = epoch + 1
        place = {"step": self.epoch * self.progress.steps, "epoch": float(self.epoch)}
        self.report({"kind": "epoch", **place, **finite(logs), "seconds": self.seconds()})
        if self.epoch < self.progress.epochs:
            self.report({"kind": "phase", "phase": "training"})

    def _place(self, done: int) -> dict:
        return {
            "step": self.epoch * self.progress.steps + done,
            "epoch": round(self.epoch + done / self.progress.steps, 6),
        }

    def _sample(self, done: int) -> None:
        images, labels = self.sample_pair  # type: ignore[misc]
        answers = self.model.predict_on_batch(images)
        actual = labels.argmax(axis=-1) if labels.ndim == 2 else labels
        measured = {
            "val_loss": float(self.model.loss(labels, answers)),
            "val_accuracy": float((answers.argmax(axis=-1) == actual).mean()),
        }
        self.report({"kind": "sample", **self._place(done), **finite(measured), "images": len(images)})
        self.samples += 1
        self.sampled = time.perf_counter()


def finite(logs: dict | None) -> dict:
    """Numbers fit for JSON: NaN and infinity become None, which charts show as what they are."""
    return {name: float(value) if math.isfinite(value) else None for name, value in (logs or {}).items()}


def train(experiment: Experiment, report: Report, should_stop: ShouldStop, folder: Path | None = None) -> dict:
    """Train an experiment and evaluate what came of it.

    Arguments:
        experiment: what to train.
        report: is given each event; see the top of this file.
        should_stop: asked at every batch; True ends the training there.
        folder: where the model (`model.keras`) and the evaluations (`validation.npz`, `test.npz`) are kept; None keeps
            nothing.

    Returns:
        {"parameters", "history", "validation", "test", "confusion_matrix", "seconds", "stopped"}: history as Keras'
        History has it; confusion_matrix of the test set, rows are actual classes.

    Raises:
        ProblemError: the experiment has a problem that stands in the way.
    """
    problems = [problem for problem in check(experiment, summarise(experiment)) if problem.blocks]
    if problems:
        raise ProblemError(problems[0])
    report({"kind": "phase", "phase": "loading"})
    sets = load(experiment)
    report({"kind": "phase", "phase": "compiling"})
    keras.utils.set_random_seed(experiment.fit.seed)
    model = build(experiment)
    watcher = Watcher(experiment, sets, report, should_stop)
    stopped = _fit(model, experiment, sets, watcher)
    seconds = watcher.seconds()
    report({"kind": "fitted", "stopped": stopped, "epochs": watcher.epoch, "seconds": seconds})
    report({"kind": "phase", "phase": "evaluating"})
    result = {
        "parameters": model.count_params(),
        "history": {name: [float(value) for value in values] for name, values in model.history.history.items()},
        **_evaluate(model, experiment, sets, folder),
        "seconds": seconds,
        "stopped": stopped,
    }
    if folder is not None:
        write_atomically(folder / "model.keras", model.save)
    return result


def _fit(model: keras.Model, experiment: Experiment, sets: Sets, watcher: Watcher) -> bool:
    """Run fit; True when it was stopped."""
    try:
        model.fit(
            *sets.train,
            epochs=experiment.fit.epochs,
            batch_size=experiment.fit.batch_size,
            validation_data=sets.validation,
            callbacks=[watcher],
            verbose=0,
        )
    except Stopped:
        return True
    return False


def _evaluate(model: keras.Model, experiment: Experiment, sets: Sets, folder: Path | None) -> dict:
    """Evaluate validation and test set; the test set's file stays unread until a person opens it."""
    found: dict = {"validation": None}
    pairs = {"validation": sets.validation, "test": sets.test}
    for name, pair in pairs.items():
        if pair is None:
            continue
        evaluated = evaluation.evaluate(model, experiment, pair)
        found[name] = {**evaluated.metrics, "accuracy": evaluated.metrics.get("accuracy", evaluated.scores.accuracy)}
        if name == "test":
            found["confusion_matrix"] = evaluated.scores.confusion_matrix.tolist()
        if folder is not None:
            evaluation.save(folder / f"{name}.npz", evaluated, _pictures(pair[0], experiment.data.pixels))
    return found


def _pictures(prepared: np.ndarray, pixels: str) -> np.ndarray:
    """Images as people look at them, uint8 from 0 to 255: what `datasets.prepare` did, undone."""
    scale, offset = {"0-255": (1.0, 0.0), "0-1": (255.0, 0.0), "-1-1": (127.5, 127.5)}[pixels]
    return np.rint(prepared * scale + offset).astype("uint8")


def clean() -> None:
    """Forget the names and graphs of networks that were trained; a task of its own, since it takes half a second."""
    keras.backend.clear_session()


def warm() -> dict:
    """Take the whole road once, so that a person's first run starts at once; nothing is kept.

    Returns:
        {"seconds_per_step"}: what a training step of the lecture's net takes on this machine, once warm.
    """
    experiment = lecture(first_choice())
    steps = 0
    started = time.perf_counter()

    def enough() -> bool:
        nonlocal steps, started
        steps += 1
        if steps == 20:
            started = time.perf_counter()  # the first steps trace and compile
        return steps > 220

    sets = load(experiment)
    keras.utils.set_random_seed(0)
    model = build(experiment)
    watcher = Watcher(experiment, sets, lambda event: None, enough)
    _fit(model, experiment, sets, watcher)
    measured = (time.perf_counter() - started) / max(1, steps - 20)
    model.predict(sets.test[0][:64], verbose=0)
    model.evaluate(sets.test[0][:64], sets.test[1][:64], verbose=0)
    clean()
    return {"seconds_per_step": measured}
