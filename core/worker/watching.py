"""The callback that reports what fit does, and does what was asked of it meanwhile. It changes none of the numbers."""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

import keras

from core.experiment import Experiment
from core.worker.datasets import Pair, Sets
from core.worker.snapshots import NoRoom, Snapshots

Answer = TypeVar("Answer")
Report = Callable[[dict], None]
Asked = Callable[[], str]  # what was asked since the last look: "pause", "continue", "stop", "stop-best", "release" or ""

REPORT_EVERY_SECONDS = 0.1  # ten a second look continuous
SAMPLE_EVERY_SECONDS = 0.6  # so that samples stay a small share of the time
SAMPLES_IN_AN_EPOCH = 4
SAMPLE_IMAGES = 512
LOOK_EVERY_SECONDS = 0.05  # while it pauses
WORTH_TELLING_SECONDS = 0.3  # a shorter validation is over before its name is read


class Ended(Exception):
    """Raised inside fit to end it at once: the only way that skips the validation pass.

    How: "stop" (keep the last weights), "stop-best" (keep the best), "release" (it paused for long; go on later), or
    "not-finite" (loss or weights are no numbers any more).
    """

    def __init__(self, how: str) -> None:
        super().__init__(how)
        self.how = how


@dataclass(frozen=True)
class Progress:
    """Where a run stands; what a batch number alone cannot say."""

    steps: int  # in an epoch
    epochs: int

    @classmethod
    def of(cls, experiment: Experiment) -> "Progress":
        return cls(math.ceil(experiment.data.num_used / experiment.fit.batch_size), experiment.fit.epochs)


class Watcher(keras.callbacks.Callback):
    """Reports what fit does, and pauses or ends it when asked to."""

    def __init__(self, experiment: Experiment, sets: Sets, report: Report, asked: Asked) -> None:
        super().__init__()
        self.progress = Progress.of(experiment)
        self.report = report
        self.asked = asked
        self.snapshots: Snapshots | None = None
        self.earlier: dict[str, list[float]] = {}  # the history of epochs that were done before a resume
        self.earlier_seconds = 0.0
        self.epoch = 0  # completed epochs
        self.step = 0  # completed steps, over all epochs
        self.started = self.reported = self.sampled = self.validated = time.perf_counter()
        self.validation_told = True  # the first validation is
        self.samples = 0  # within this epoch
        self.sample_pair: Pair | None = None
        if sets.validation is not None:
            images, labels = sets.validation
            self.sample_pair = (images[:SAMPLE_IMAGES], labels[:SAMPLE_IMAGES])

    def go_on(self, snapshots: Snapshots, told: dict) -> None:
        """Start where a saved state stands, as `Snapshots.restore` told of it."""
        self.snapshots = snapshots
        self.epoch, self.earlier, self.earlier_seconds = told["epoch"], told["history"], told["seconds"]
        self.step = self.epoch * self.progress.steps
        snapshots.finite_step = self.step

    def seconds(self) -> float:
        """How long training has taken, without pauses."""
        return round(self.earlier_seconds + time.perf_counter() - self.started, 3)

    def history(self) -> dict[str, list[float]]:
        """Of all completed epochs, as Keras' History has it."""
        now = self.model.history.history if getattr(self.model, "history", None) is not None else {}
        names = dict.fromkeys([*self.earlier, *now])
        return {name: [*self.earlier.get(name, []), *(float(value) for value in now.get(name, []))] for name in names}

    # What Keras calls

    def on_train_begin(self, logs: dict | None = None) -> None:
        self.started = self.sampled = time.perf_counter()
        self.reported = 0.0
        counts = {"steps": self.progress.steps, "epochs": self.progress.epochs}
        self.report({"kind": "start", **counts, "seconds": self.seconds()})
        self._obey()

    def on_epoch_begin(self, epoch: int, logs: dict | None = None) -> None:
        self.samples = 0

    def on_train_batch_end(self, batch: int, logs: dict | None = None) -> None:
        done = min(batch + 1, self.progress.steps)
        self.step = self.epoch * self.progress.steps + done
        if not math.isfinite((logs or {}).get("loss", 0.0)) or not self._safely(self._weights_are_finite, True):
            self.report({"kind": "batch", **self._place(), **finite(logs), "seconds": self.seconds()})
            raise Ended("not-finite")
        self._obey()
        now = time.perf_counter()
        if now - self.reported < REPORT_EVERY_SECONDS:
            return
        if not self.reported:
            self.report({"kind": "phase", "phase": "training"})
        self.reported = now
        self.report({"kind": "batch", **self._place(), **finite(logs), "seconds": self.seconds()})
        due = (self.samples + 1) / (SAMPLES_IN_AN_EPOCH + 1) * self.progress.steps
        wanted = self.sample_pair is not None and self.samples < SAMPLES_IN_AN_EPOCH and done >= due
        if wanted and now - self.sampled >= SAMPLE_EVERY_SECONDS:
            self._safely(self._sample, None)

    def on_test_begin(self, logs: dict | None = None) -> None:
        self.validated = time.perf_counter()
        if self.validation_told:
            self.report({"kind": "phase", "phase": "validating"})

    def on_test_batch_end(self, batch: int, logs: dict | None = None) -> None:
        self._obey()

    def on_epoch_end(self, epoch: int, logs: dict | None = None) -> None:
        self.epoch = epoch + 1
        self.step = self.epoch * self.progress.steps
        self.report({"kind": "epoch", **self._place(), **finite(logs), "seconds": self.seconds()})
        if self.validation_told and self.epoch < self.progress.epochs:
            self.report({"kind": "phase", "phase": "training"})
        self.validation_told = time.perf_counter() - self.validated >= WORTH_TELLING_SECONDS
        if self.snapshots and self._safely(partial(self.snapshots.end_epoch, self.epoch, logs or {}), False):
            self.save(logs)

    # What was asked

    def save(self, logs: dict | None = None) -> None:
        """Save the end of the last completed epoch; pause where the disk is full, and try again."""
        assert self.snapshots is not None
        history = self.history()
        for name, value in (logs or {}).items():
            values = history.setdefault(name, [])
            if len(values) < self.epoch:  # Keras may call its own History after this
                values.append(float(value))
        while True:
            try:
                files = self.snapshots.save(self.epoch, history, self.seconds())
            except (NoRoom, OSError, MemoryError) as error:
                self._pause({"needed": getattr(error, "needed", 0), "free": getattr(error, "free", 0), "error": str(error)})
            else:
                self.report({"kind": "saved", **self._place(), "files": files})
                return

    def _obey(self) -> None:
        asked = self.asked()
        if asked == "pause":
            self._pause()
        elif asked and asked != "continue":
            raise Ended(asked)

    def _pause(self, no_room: dict | None = None) -> None:
        """Wait for "continue"; pauses do not count as training time."""
        began = time.perf_counter()
        self.report({"kind": "paused", **self._place(), "seconds": self.seconds(), "no_room": no_room})
        while (asked := self.asked()) in ("", "pause"):
            time.sleep(LOOK_EVERY_SECONDS)
        self.started += time.perf_counter() - began
        if asked != "continue":
            raise Ended(asked)
        self.report({"kind": "continued", **self._place(), "seconds": self.seconds()})

    def _safely(self, watch: Callable[[], Answer], otherwise: Answer) -> Answer:
        """Do what only watches; whatever goes wrong with it must not end what it watches."""
        try:
            return watch()
        except Exception as error:
            self.report({"kind": "unwatched", **self._place(), "error": f"{type(error).__name__}: {error}"[:200]})
            return otherwise

    def _weights_are_finite(self) -> bool:
        return self.snapshots is None or self.snapshots.look(self.step)

    def _place(self) -> dict:
        return {"step": self.step, "epoch": round(self.step / self.progress.steps, 6)}

    def _sample(self) -> None:
        images, labels = self.sample_pair  # type: ignore[misc]
        answers = self.model.predict_on_batch(images)
        actual = labels.argmax(axis=-1) if labels.ndim == 2 else labels
        measured = {
            "val_loss": float(self.model.loss(labels, answers)),
            "val_accuracy": float((answers.argmax(axis=-1) == actual).mean()),
        }
        self.report({"kind": "sample", **self._place(), **finite(measured), "images": len(images)})
        self.samples += 1
        self.sampled = time.perf_counter()


def finite(logs: dict | None) -> dict:
    """Numbers fit for JSON: NaN and infinity become None, which charts show as what they are."""
    return {name: float(value) if math.isfinite(value) else None for name, value in (logs or {}).items()}
