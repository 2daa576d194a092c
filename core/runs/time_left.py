"""The remaining time of a run, computed from its measured steps or, at the start, from its expected duration.

All seconds are by the clock of the run, which stands still while the run pauses.
"""

import statistics
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from core.catalogue.callbacks import CALLBACKS
from core.experiment.model import Experiment
from core.run_events import BatchEvent, EpochEvent, FittedEvent, RunEvent, StartEvent

# The duration of the work other than training steps, measured with the ready networks on a busy server of 2 cores. Work that
# is traced and compiled once is given in units of the first step, which also takes longer on a slow or busy machine.
FORWARD = 0.35  # the forward pass of an image, as in a validation, in units of a training step for an image
EVALUATIONS = 2  # passes over validation and test set at the end: for the metrics, and for the predictions
FIRST_VALIDATION = 0.4  # tracing the first validation, in units of the first step
AFTER_EPOCH = 0.05  # measuring and saving after each epoch, in units of the first step
AT_END = 1.1  # tracing the predictions, scoring and writing files after training, in units of the first step
STEPS_KEPT = 400  # intervals between reports, ten a second; older intervals do not show the present speed
FEWEST_INTERVALS = 2  # intervals that a measurement needs; the first report follows the slow first step


@dataclass(frozen=True)
class Durations:
    """The durations of the parts of a run, in seconds."""

    start: float  # the time until the first step is done, with tracing and compiling
    step: float  # the time of a training step
    between: float  # the time after each epoch, for validating, measuring and saving
    end: float  # the time of the evaluation after training
    is_measured: bool = False  # True: measured on a run of the same network; False: estimated from its layers


@dataclass(frozen=True)
class RunWorkload:
    """The amount of work of a run, in images and steps."""

    steps: int  # the number of steps in an epoch
    epochs: int
    batch_size: int
    validation: int  # images of the validation set
    test: int  # images of the test set
    completed: int = 0  # epochs, if the run resumes from a saved epoch
    may_end_early: bool = False  # whether a callback may end the run before its last epoch

    @classmethod
    def of(cls, experiment: Experiment, images: int, completed: int = 0) -> "RunWorkload":
        """Return the work of an experiment that trains on a number of images, after `completed` epochs."""
        data, fit = experiment.data, experiment.fit
        return cls(
            steps=-(-images // fit.batch_size),
            epochs=fit.epochs,
            batch_size=fit.batch_size,
            validation=data.num_validation,
            test=data.entry.num_test,
            completed=completed,
            may_end_early=ends_early(experiment),
        )

    def durations(self, step: float, start: float = 0.0) -> Durations:
        """Return the durations of a run if a training step takes `step` seconds, and the first step `start` seconds."""
        forward = FORWARD * step / self.batch_size
        between = AFTER_EPOCH * start + forward * self.validation
        return Durations(start, step, between, self._end(forward, start))

    def evaluation(self, between: float, start: float) -> float:
        """Return the seconds of the final evaluation, estimated from the measured seconds between two epochs."""
        return self._end(max(0.0, between - AFTER_EPOCH * start) / max(1, self.validation), start)

    def _end(self, forward: float, start: float) -> float:
        return AT_END * start + EVALUATIONS * forward * (self.validation + self.test)


def ends_early(experiment: Experiment) -> bool:
    """Return whether a callback may end a run before its last epoch. Pages then show the longest possible duration."""
    return any(CALLBACKS[callback.name].trait("ends_early", False) for callback in experiment.fit.callbacks)


@dataclass(frozen=True)
class RunTimeEstimate:
    """The work of a run, and its expected durations."""

    work: RunWorkload
    durations: Durations | None = None  # None if unknown

    @property
    def seconds(self) -> float | None:
        """The expected seconds of the whole run, or None if unknown."""
        return TimeLeft(self).seconds

    @property
    def words(self) -> str:
        """The duration in words, such as "about 40 s (estimated from its layers)", or an empty string if unknown."""
        if self.durations is None or self.seconds is None:
            return ""
        long = f"{max(1, self.seconds):.0f} s" if self.seconds < 100 else f"{self.seconds / 60:.0f} minutes"
        word = "at most" if self.work.may_end_early else "about"
        return (
            f"{word} {long} ({'measured on an earlier run' if self.durations.is_measured else 'estimated from its layers'})"
        )


class TimeLeft:
    """A clock that computes the remaining time of a run from its events.

    Parameters
    ----------
    expected
        The work of the run and its expected duration, before the run has measured anything.
    """

    def __init__(self, expected: RunTimeEstimate) -> None:
        self._work = expected.work
        self._expected = expected.durations
        self._completed = expected.work.completed  # epochs
        self._step = self._completed * self._work.steps  # completed steps, over all epochs
        self._pace = 0.0  # seconds that an epoch is slowed to; 0 for full speed
        self._began = 0.0  # the run's clock at the start of this part
        self._first: float | None = None  # seconds until the first report of this part
        self._last: tuple[int, float] | None = None  # step and seconds of the epoch's last report
        self._intervals: deque[tuple[int, float]] = deque(maxlen=STEPS_KEPT)  # steps and seconds between two reports
        self._ends: list[float] = []  # the seconds at which the epochs of this part ended
        self._validated: float | None = None  # seconds after the last report of the first epoch of this part
        self._is_fitted = False

    def take(self, event: RunEvent) -> None:
        """Update the clock from the next event of the run."""
        if event["kind"] == "resumed":
            self._step, self._completed = event["step"], round(event["epoch"])
        elif event["kind"] == "start":
            self._began, self._first, self._last, self._validated = event["seconds"], None, None, None
            self._ends, self._is_fitted = [], False
        elif event["kind"] == "batch":
            self._take_batch(event["step"], event["seconds"])
            self._pace = event.get("pace", 0.0)
        elif event["kind"] == "epoch":
            self._take_epoch(event)
        elif event["kind"] == "fitted":
            self._is_fitted = True

    def _take_batch(self, step: int, seconds: float) -> None:
        if self._first is None:
            self._first = seconds - self._began
        elif self._last is not None and step > self._last[0]:
            self._intervals.append((step - self._last[0], seconds - self._last[1]))
        self._last, self._step = (step, seconds), step

    def _take_epoch(self, event: EpochEvent) -> None:
        self._completed = round(event["epoch"])
        if self._last is not None and not self._ends and self.step_seconds is not None:
            self._validated = event["seconds"] - self._last[1] - (event["step"] - self._last[0]) * self.step_seconds
        self._step, self._last = event["step"], None
        self._ends.append(event["seconds"])

    @property
    def step_seconds(self) -> float | None:
        """The measured seconds of a training step, or None before enough steps are done."""
        if len(self._intervals) >= FEWEST_INTERVALS:
            return _weighted_median(self._intervals)
        if len(self._ends) > 1:
            return self._typical_epoch / max(1, self._work.steps)
        if self._ends and self._first is not None:
            steps = self._ends[0] - self._began - (1 + FIRST_VALIDATION) * self._first
            return max(0.0, steps) / max(1, self._work.steps)
        return None

    @property
    def _typical_epoch(self) -> float:
        """The median seconds of the last three epochs, without the first epoch, which traces and compiles."""
        return statistics.median([after - before for before, after in pairwise(self._ends)][-3:])

    @property
    def durations(self) -> Durations | None:
        """The durations of this run: measured, or estimated for parts without a measurement. None if nothing is known."""
        step = self.step_seconds
        if step is None:
            return self._expected
        start = self._first or (self._expected.start if self._expected else 0.0)
        like = self._work.durations(step, start)
        earlier = self._expected if self._expected is not None and self._expected.is_measured else None
        slower = step / earlier.step if earlier is not None and earlier.step else 1.0
        between, end = (earlier.between * slower, earlier.end * slower) if earlier else (like.between, like.end)
        if len(self._ends) > 1:
            between = max(0.0, self._typical_epoch - self._work.steps * step)
        elif self._validated is not None:
            between = max(self._validated - FIRST_VALIDATION * start, AFTER_EPOCH * start)
        if self._ends and self._work.validation and earlier is None:
            end = self._work.evaluation(between, start)
        return Durations(start, step, between, end, is_measured=True)

    @property
    def is_measured(self) -> bool:
        """Whether `seconds` comes from measured steps of this run, or of a run of the same network."""
        durations = self.durations
        return durations is not None and durations.is_measured

    @property
    def seconds(self) -> float | None:
        """The remaining seconds of the run, the evaluation included, or None if unknown."""
        durations = self.durations
        if durations is None:
            return None
        if self._is_fitted:
            return durations.end
        step = max(durations.step, self._pace / max(1, self._work.steps))
        steps = max(0, self._work.steps * self._work.epochs - self._step)
        epochs = max(0, self._work.epochs - self._completed)
        once = durations.start if self._first is None and steps else 0.0
        if not self._ends and epochs and self._work.validation:
            once += FIRST_VALIDATION * durations.start
        return once + steps * step + epochs * durations.between + durations.end

    def annotate(self, event: StartEvent | BatchEvent | EpochEvent | FittedEvent) -> None:
        """Add the remaining time of the run to an event, if that time is known."""
        if (seconds := self.seconds) is None:
            return
        event["left"] = round(seconds, 1)
        if not self.is_measured:
            event["left_estimated"] = True
        if self._work.may_end_early and not self._is_fitted:
            event["left_at_most"] = True


def _weighted_median(intervals: Iterable[tuple[int, float]]) -> float:
    """Return the median of the seconds per step, weighted by steps, so that a stall does not change the result."""
    each = sorted((seconds / steps, steps) for steps, seconds in intervals)
    half = sum(steps for _, steps in each) / 2
    for seconds, steps in each:
        half -= steps
        if half <= 0:
            return seconds
    return each[-1][0]
