"""How long a run will still take: by its own steps once it has measured some, before that by what was expected.

All seconds are those of a run's clock, which stands still while the run pauses.
"""

import statistics
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from core.catalogue.callbacks import CALLBACKS
from core.experiment.model import Experiment
from core.run_events import BatchEvent, EpochEvent, FittedEvent, RunEvent, StartEvent

# What else a run does, beside its training steps, measured on ready nets on two cores of a busy server. What is traced and
# compiled once takes as many times longer as the first step does, on a slow or busy machine too.
FORWARD = 0.35  # of a training step's time for an image: the way forward alone, as in a validation
EVALUATIONS = 2  # how often each image of validation and test set is looked at when a run is over: metrics, then answers
FIRST_VALIDATION = 0.4  # of the first step's time: tracing the first validation of a part
AFTER_EPOCH = 0.05  # of it: what is looked at and kept after each epoch
AT_END = 1.1  # of it: tracing what answers, scoring, and writing files, once training is over
STEPS_KEPT = 400  # intervals between reports, ten a second: the last ones tell how fast a run is now
FEWEST_INTERVALS = 2  # that are a measurement; the first report follows the first step, which traces and compiles


@dataclass(frozen=True)
class Durations:
    """How long the parts of a run take, in seconds."""

    start: float  # until its first step is done, tracing and compiling
    step: float  # each training step
    between: float  # after each epoch: the validation, and what is looked at and kept
    end: float  # the evaluation once training is over
    is_measured: bool = False  # on a run of the same net; else estimated from its layers


@dataclass(frozen=True)
class Work:
    """What a run has to do, in images and steps."""

    steps: int  # in an epoch
    epochs: int
    batch_size: int
    validation: int  # images of the validation set
    test: int  # images of the test set
    completed: int = 0  # epochs that are done already, where it goes on with a saved one
    may_end_early: bool = False  # a callback may end it before its last epoch

    @classmethod
    def of(cls, experiment: Experiment, images: int, completed: int = 0) -> "Work":
        """What an experiment has to do that trains on so many images, of which some epochs may be completed."""
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
        """How long the parts take where a training step takes `step` seconds, and the first one `start`."""
        forward = FORWARD * step / self.batch_size
        between = AFTER_EPOCH * start + forward * self.validation
        return Durations(start, step, between, self._end(forward, start))

    def evaluation(self, between: float, start: float) -> float:
        """How long the evaluation takes where a validation was measured: the same, for more images."""
        return self._end(max(0.0, between - AFTER_EPOCH * start) / max(1, self.validation), start)

    def _end(self, forward: float, start: float) -> float:
        return AT_END * start + EVALUATIONS * forward * (self.validation + self.test)


def ends_early(experiment: Experiment) -> bool:
    """Whether a callback may end a run before its last epoch: then a time is told as the longest that it will take."""
    return any(CALLBACKS[one.name].trait("ends_early", False) for one in experiment.fit.callbacks)


@dataclass(frozen=True)
class Expected:
    """What a run has to do, and how long that should take."""

    work: Work
    durations: Durations | None = None  # None where nothing tells

    @property
    def seconds(self) -> float | None:
        """Of all that is left to do; None where nothing tells."""
        return TimeLeft(self).seconds

    @property
    def words(self) -> str:
        """For people: "about 40 s (estimated from its layers)", "at most 3 minutes (measured on an earlier run)", or ""."""
        if self.durations is None or self.seconds is None:
            return ""
        long = f"{max(1, self.seconds):.0f} s" if self.seconds < 100 else f"{self.seconds / 60:.0f} minutes"
        word = "at most" if self.work.may_end_early else "about"
        return (
            f"{word} {long} ({'measured on an earlier run' if self.durations.is_measured else 'estimated from its layers'})"
        )


class TimeLeft:
    """Reads the events of one run, and says how long it will still take.

    Parameters
    ----------
    expected
        The work of the run and its expected duration, before the run has measured anything.
    """

    def __init__(self, expected: Expected) -> None:
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
        """Take the next event of the run."""
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
        """A training step of this run, as it was measured; None before that."""
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
        """Seconds of a typical epoch after the first one, which traces and compiles; of the last three."""
        return statistics.median([after - before for before, after in pairwise(self._ends)][-3:])

    @property
    def durations(self) -> Durations | None:
        """How long the parts of this run take, as far as it has measured them, and expected in proportion; None: unknown."""
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
        """Whether `seconds` follows from this run's own steps, or those of a run of the same net; else it is estimated."""
        durations = self.durations
        return durations is not None and durations.is_measured

    @property
    def seconds(self) -> float | None:
        """How long the run will still take, its evaluation included; None where nothing tells."""
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
        """Add to an event how long the run will still take, where that is known."""
        if (seconds := self.seconds) is None:
            return
        event["left"] = round(seconds, 1)
        if not self.is_measured:
            event["left_estimated"] = True
        if self._work.may_end_early and not self._is_fitted:
            event["left_at_most"] = True


def _weighted_median(intervals: Iterable[tuple[int, float]]) -> float:
    """The median of seconds a step, each step counting once: one that stalls does not change it."""
    each = sorted((seconds / steps, steps) for steps, seconds in intervals)
    half = sum(steps for _, steps in each) / 2
    for seconds, steps in each:
        half -= steps
        if half <= 0:
            return seconds
    return each[-1][0]
