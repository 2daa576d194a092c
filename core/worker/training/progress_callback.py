"""The callback that reports the progress of fit and handles commands meanwhile, without changing any number."""

import math
import time
from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar, cast

import keras

from core.experiment.execution import random_when_traced
from core.experiment.learning_rates import schedule_of
from core.experiment.model import Experiment
from core.run_events import BatchEvent, Command, Confusion, DiskFullReason, Ending, EpochEvent, Position
from core.worker.callables import CommandSource, Report
from core.worker.data.load import num_trained
from core.worker.training.backend_hooks import Batches, batches
from core.worker.training.checkpoints import DiskFull, Snapshots
from core.worker.training.network_observer import NetworkObserver
from core.worker.training.progress import LastBatchReport, RunLength, finite_or_none, metrics
from core.worker.training.single_step import step_with_diagnostics

Answer = TypeVar("Answer")

REPORT_EVERY_SECONDS = 0.1  # ten reports a second look continuous
SAMPLE_EVERY_SECONDS = 0.6  # the time between two samples in the first epoch, which people watch most closely
SAMPLE_SHARE = 0.001  # the share of the time for samples after the first epoch
SAMPLES_IN_AN_EPOCH = 4
LOOK_AGAIN_SECONDS = 0.4  # the time between two confusion matrices of the whole validation set: epochs of Digits are shorter
HEALTH_EVERY_SECONDS = 0.5  # the least time between two measurements of the layers; see HEALTH_SHARE
HEALTH_SHARE = 0.002  # the share of a run's time for measuring its layers
NETWORK_SHARE = 0.01  # the share of the time after the first epoch for drawing the network
GRADIENT_SHARE = 0.001  # the share of the time after the first epoch for computing the gradient norm
LOOK_EVERY_SECONDS = 0.05  # the time between two checks for commands in a pause
SAVE_AGAIN_SECONDS = 1.0  # the time before a full disk is checked again; twice as long after each failure
SAVE_AGAIN_AT_MOST_SECONDS = 60.0
WORTH_REPORTING_SECONDS = 0.3  # a shorter validation ends before anyone can read about it


class FitEnded(Exception):
    """Raised inside fit to end the fit at once, since Keras has no other way to skip the validation.

    Parameters
    ----------
    ending
        The way in which the fit ends.
    """

    def __init__(self, ending: Ending) -> None:
        super().__init__(ending)
        self.ending = ending


class ProgressCallback(keras.callbacks.Callback):
    """A callback that reports the progress of a fit, and on command pauses, slows down, steps through or ends the fit."""

    def __init__(self, experiment: Experiment, report: Report, next_command: CommandSource) -> None:
        super().__init__()
        self.experiment = experiment
        self.progress = RunLength.of(experiment)
        self.report = report
        self.next_command = next_command
        self.snapshots: Snapshots | None = None
        self.observer: NetworkObserver | None = None
        self.batches: Batches | None = None
        self.earlier: dict[str, list[float]] = {}  # the history of the epochs before a resume
        self.earlier_seconds = 0.0
        self.epoch = 0  # completed epochs
        self.step = 0  # completed steps, over all epochs
        self.paced = 0.0  # when the last step of a slowed run ended
        self.is_first = True  # no command was handled yet
        self.pace = 0.0  # the wanted seconds of an epoch; 0 for full speed
        self.steps_next = False  # a single step was requested when the epoch had no more batches
        self.last_report = LastBatchReport()
        self.started = self.reported = self.sample_due = self.looked = self.validated = time.perf_counter()
        self.health_due = self.started + HEALTH_EVERY_SECONDS
        self.gradient_due = self.network_due = self.started
        self.reports_validation = True  # the first validation is reported
        self.samples = 0  # within this epoch
        self.rate: float | None = None  # the learning rate, if known

    def resume(self, snapshots: Snapshots, saved: dict[str, Any]) -> None:
        """Continue from the saved state that `Snapshots.restore` returned."""
        self.snapshots = snapshots
        self.epoch, self.earlier, self.earlier_seconds = saved["epoch"], saved["history"], saved["seconds"]
        self.step = self.epoch * self.progress.steps
        snapshots.finite_step = self.step
        if not self.epoch:
            self._safely(partial(snapshots.weights.keep, 0), False)

    def attach(self, model: keras.Model, observer: NetworkObserver) -> None:
        """Attach this callback to a compiled model that was not traced yet. `observer` measures the model."""
        self.observer = observer
        self.batches = batches(model, self.progress.steps, self._before_steps, self._after_step)

    def seconds(self) -> float:
        """Return the training time in seconds, without pauses."""
        return round(self.earlier_seconds + time.perf_counter() - self.started, 3)

    def history(self) -> dict[str, list[float]]:
        """Return the history of all completed epochs, as in Keras' History."""
        current = self.model.history.history if getattr(self.model, "history", None) is not None else {}
        names = dict.fromkeys([*self.earlier, *current])
        return {name: [*self.earlier.get(name, []), *(float(value) for value in current.get(name, []))] for name in names}

    # Called by Keras

    def on_train_begin(self, logs: dict[str, Any] | None = None) -> None:
        self.started = time.perf_counter()
        self.sample_due = self.started + SAMPLE_EVERY_SECONDS
        self.reported = 0.0
        steps, epochs = self.progress.steps, self.progress.epochs
        self.report({"kind": "start", "steps": steps, "epochs": epochs, "seconds": self.seconds()})
        if self.observer and (watched := self._safely(self.observer.watched, None)):
            pictures, labels, indexes = watched["pictures"], watched["labels"], watched["indexes"]
            self.report({"kind": "watched", "pictures": pictures, "labels": labels, "indexes": indexes})
        self.is_first = True

    def on_epoch_begin(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        self.samples = 0
        self.last_report = LastBatchReport()
        self.rate = None  # callbacks change the rate between epochs
        if self.batches:
            self.batches.begin_epoch()

    def on_train_batch_end(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        self._stepped(self.batches.done if self.batches else batch + 1, logs or {})

    def on_test_begin(self, logs: dict[str, Any] | None = None) -> None:
        self.validated = time.perf_counter()
        if self.observer:
            self.observer.recorder.begin_validation()
        if self.reports_validation:
            self.report({"kind": "phase", "phase": "validating"})

    def on_test_batch_end(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        self._handle_command()

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        self.epoch = epoch + 1
        self.step = self.epoch * self.progress.steps
        event = {"kind": "epoch", **self._position(), **metrics(logs), "seconds": self.seconds()}
        self.report(cast(EpochEvent, event))
        is_last = self.epoch == self.progress.epochs or self.model.stop_training  # set by an earlier callback
        if self.reports_validation and not is_last:
            self.report({"kind": "phase", "phase": "training"})
        self.reports_validation = time.perf_counter() - self.validated >= WORTH_REPORTING_SECONDS
        if self.observer and (is_last or time.perf_counter() - self.looked >= LOOK_AGAIN_SECONDS):
            self._report_confusion(self._safely(self.observer.whole, None))
        if self.observer and (is_last or time.perf_counter() >= self.network_due):
            self._safely(self._report_network, None)
        if self.observer and (is_last or time.perf_counter() >= self.health_due):
            self._safely(self._report_health, None)
        if self.snapshots:
            self._safely(partial(self.snapshots.weights.keep, self.epoch), False)
        due = self.snapshots and self._safely(partial(self.snapshots.end_epoch, self.epoch, logs or {}), False)
        # The last epoch is saved after fit, so that a stop while the disk is full leaves a complete run.
        if due and not is_last:
            self.save(logs)

    def _report_health(self) -> None:
        assert self.observer is not None
        began = time.perf_counter()
        if (health := self.observer.health()) is not None:
            self.report({"kind": "health", **self._position(), **health})
        now = time.perf_counter()
        self.health_due = now + max(HEALTH_EVERY_SECONDS, (now - began) / HEALTH_SHARE)

    # Steps

    def _stepped(self, done: int, logs: dict[str, Any]) -> None:
        """Check loss and weights after training steps, handle a command, and report. `done` counts this epoch's steps."""
        self.step = self.epoch * self.progress.steps + min(done, self.progress.steps)
        if not math.isfinite(logs.get("loss", 0.0)) or not self._safely(self._weights_are_finite, True):
            self.report(self._batch(done, logs))
            raise FitEnded("not-finite")
        self._handle_command()
        now = time.perf_counter()
        if now - self.reported < REPORT_EVERY_SECONDS:
            return
        if not self.reported:
            self.report({"kind": "phase", "phase": "training"})
        self.reported = now
        self.report(self._batch(done, logs))
        due = (self.samples + 1) / (SAMPLES_IN_AN_EPOCH + 1) * self.progress.steps
        wanted = self.observer is not None and self.observer.validation is not None
        wanted = wanted and self.samples < SAMPLES_IN_AN_EPOCH and done >= due
        if wanted and now >= self.sample_due:
            self._safely(self._sample, None)

    def _batch(self, done: int, logs: dict[str, Any]) -> BatchEvent:
        """Return the event that reports the steps since the last report."""
        at = round(time.time(), 3)
        numbers = {"kind": "batch", **self._position(), **metrics(logs), "seconds": self.seconds(), "at": at}
        event = cast(BatchEvent, numbers)
        images = min(done * self.experiment.fit.batch_size, num_trained(self.experiment))
        loss, now = event.get("loss"), time.perf_counter()
        last, self.last_report = self.last_report, LastBatchReport(done, images, (loss or 0.0) * images, now)
        if loss is not None and images > last.images:
            # Keras gives the epoch's running mean; the growth of its sum belongs to the batches since the last report.
            event["batch_loss"] = (loss * images - last.sum_of_losses) / (images - last.images)
            event["batches"] = done - last.done
        if now > last.when:
            event["images_per_second"] = round((images - last.images) / (now - last.when), 1)
        self._safely(partial(self._add_learning, event), None)
        if self.pace:
            event["pace"] = self.pace
        return event

    def _add_learning(self, event: BatchEvent) -> None:
        event["learning_rate"], began = finite_or_none(self._learning_rate()), time.perf_counter()
        if self.observer and (not self.epoch or began >= self.gradient_due):  # people watch the first epoch most closely
            event["gradient_norm"] = finite_or_none(self.observer.recorder.gradient_norm())
            ended = time.perf_counter()
            self.gradient_due = ended + (ended - began) / GRADIENT_SHARE

    def _learning_rate(self) -> float:
        """Return the learning rate. Reading takes time, so the rate is read again only after changes or with a schedule."""
        if self.rate is None or schedule_of(self.experiment):
            self.rate = float(self.model.optimizer.learning_rate)
        return self.rate

    def _before_steps(self) -> bool:
        """Handle commands before Keras runs the first steps. Return True if steps are to run singly."""
        is_first, self.is_first = self.is_first, False
        if self.steps_next:
            self.steps_next = False
            self._step_with_diagnostics()
            self._pause()
        elif is_first:
            self._handle_command()
        return self.pace > 0

    def _after_step(self, logs: dict[str, Any]) -> None:
        """Report a step of a slowed run, and wait until the step's time is over."""
        began = time.perf_counter()
        assert self.batches is not None
        self._stepped(self.batches.done, logs)
        due = self.paced + self.pace / self.progress.steps
        while (remaining := due - time.perf_counter()) > 0 and self.pace:
            time.sleep(min(remaining, LOOK_EVERY_SECONDS))
            self._handle_command()
        self.paced = max(due, began)
        self.started += max(0.0, time.perf_counter() - began)

    def _step_with_diagnostics(self) -> bool:
        """Run a single step and report its effects. Return False if the epoch has no more batches."""
        assert self.batches is not None and self.observer is not None
        batches, logs = self.batches, dict[str, Any]()
        data = batches.next()
        if data is None:
            return False

        def step(batch: object) -> None:
            logs.update(batches.take_step(batch))

        recorder = self.observer.recorder
        details = step_with_diagnostics(self.model, self.experiment, data, step, recorder.gradient_norms)
        done = batches.done
        self.step = self.epoch * self.progress.steps + done
        self.report(self._batch(done, {name: float(value) for name, value in logs.items()}))
        self.report({"kind": "stepped", **self._position(), **details})
        return True

    # Commands

    def save(self, logs: dict[str, Any] | None = None) -> None:
        """Save a checkpoint of the last completed epoch. If the disk is full, pause and try again."""
        assert self.snapshots is not None
        history = self.history()
        for name, value in (logs or {}).items():
            values = history.setdefault(name, [])
            if len(values) < self.epoch:  # Keras may call its own History after this
                values.append(float(value))
        patience = SAVE_AGAIN_SECONDS
        while True:
            try:
                files = self.snapshots.save(self.epoch, history, self.seconds())
            except (DiskFull, OSError, MemoryError) as error:
                words = getattr(error, "strerror", None) or str(error) or type(error).__name__  # without the path of a file
                needed, free = getattr(error, "needed", 0), getattr(error, "free", 0)
                no_room: DiskFullReason = {"needed": needed, "free": free, "error": words}
                self._pause(no_room, patience)
                patience = min(2 * patience, SAVE_AGAIN_AT_MOST_SECONDS)
            else:
                position = self._position()
                self.report({"kind": "saved", "step": position["step"], "epoch": position["epoch"], "files": files})
                return

    def _handle_command(self) -> None:
        command = self.next_command()
        if command is None or self._changes(command):
            return
        if command.name == "pause":
            self._pause()
        elif command.name == "step":
            self._take_step()
            if not self.steps_next:  # otherwise the step waits until Keras hands over a batch
                self._pause()
        elif command.name in ("stop", "stop-best", "release"):
            raise FitEnded(command.name)

    def _changes(self, command: Command) -> bool:
        """Change the learning rate or the pace of the run on command. Return False for any other command."""
        if command.name == "learning_rate" and (schedule := schedule_of(self.experiment)):  # Keras would raise
            self._refuse(command, f"{schedule.name} drives the learning rate, so that nobody can change the rate by hand.")
        elif command.name == "learning_rate":
            self.model.optimizer.learning_rate = command.value
            self.rate = None
        elif command.name == "pace" and not self._refuses_single_steps(command):
            self.pace, self.paced = command.value or 0.0, time.perf_counter()
        return command.name in ("learning_rate", "pace")

    def _refuse(self, command: Command, error: str) -> None:
        self.report({"kind": "refused", **self._position(), "asked": str(command), "error": error})

    def _take_step(self) -> None:
        self.steps_next = not self._refuses_single_steps(Command("step")) and not self._step_with_diagnostics()

    def _refuses_single_steps(self, command: Command) -> bool:
        """Return whether a single step would differ from a step of the exported script. If so, report the refusal."""
        layer = random_when_traced(self.experiment)
        if layer:
            self._refuse(
                command,
                f"{layer} chooses its changes when Keras builds the training step. A step by itself would be built anew, "
                "with other changes, and the run would not be that of its script any more.",
            )
        return bool(layer)

    def _pause(self, no_room: DiskFullReason | None = None, patience: float = 0.0) -> None:
        """Wait for the command "continue". Pauses do not count as training time.

        Parameters
        ----------
        no_room
            The missing space, if the disk is full.
        patience
            The seconds before the disk is checked again.
        """
        began = time.perf_counter()
        self.report({"kind": "paused", **self._position(), "seconds": self.seconds(), "no_room": no_room})
        try:
            while not self._ends_pause(self.next_command(), can_step=no_room is None):
                if no_room and time.perf_counter() - began > patience and self.snapshots and self.snapshots.has_room():
                    break  # training continues by itself
                time.sleep(LOOK_EVERY_SECONDS)
        finally:
            self.started += time.perf_counter() - began
        self.report({"kind": "continued", **self._position(), "seconds": self.seconds()})

    def _ends_pause(self, command: Command | None, *, can_step: bool) -> bool:
        """Handle a command in a pause. Return True if training continues."""
        if command is None or self._changes(command):
            return False
        if command.name == "step" and can_step:
            self._take_step()
            return self.steps_next  # in the next epoch, which begins with the requested step
        if command.name in ("stop", "stop-best", "release"):
            raise FitEnded(command.name)
        return command.name == "continue"

    def _safely(self, observe: Callable[[], Answer], otherwise: Answer) -> Answer:
        """Call `observe`. If the call fails, report the error and return `otherwise`, so that the training goes on."""
        try:
            return observe()
        except Exception as error:
            self.report({"kind": "unwatched", **self._position(), "error": f"{type(error).__name__}: {error}"[:200]})
            return otherwise

    def _weights_are_finite(self) -> bool:
        return self.snapshots is None or self.snapshots.copy_if_due(self.step)

    def _position(self) -> Position:
        return {"step": self.step, "epoch": round(self.step / self.progress.steps, 6)}

    def _sample(self) -> None:
        assert self.observer is not None
        began = time.perf_counter()
        measured, confusion = self.observer.sample()
        self.report({"kind": "sample", **self._position(), **metrics(measured), "images": confusion["images"]})
        self._report_confusion(confusion)
        self._report_network()
        self.samples += 1
        ended = time.perf_counter()
        rest = (ended - began) / SAMPLE_SHARE if self.epoch else 0.0
        self.sample_due = ended + max(SAMPLE_EVERY_SECONDS, rest)

    def _report_network(self) -> None:
        assert self.observer is not None
        began = time.perf_counter()
        self.report({"kind": "network", **self._position(), **self.observer.network()})
        ended = time.perf_counter()
        self.network_due = ended + ((ended - began) / NETWORK_SHARE if self.epoch > 1 else 0.0)

    def _report_confusion(self, confusion: Confusion | None) -> None:
        if confusion is not None:
            self.report({"kind": "look", **self._position(), **confusion})
            self.looked = time.perf_counter()
