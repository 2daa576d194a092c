"""Comparisons of runs: a table, the effect of a change, the spread of repeats with other seeds, and CSV files."""

import statistics
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from math import isfinite
from typing import Any, cast

from core.analysis import curves
from core.csv_text import csv_text
from core.experiment.descriptions import difference
from core.number_text import accuracy_text, quantity
from core.run_events import DRAWN, CommandEvent, EpochEvent, RemainingTime, RunEvent
from core.runs.history import previous_run
from core.runs.run_record import Run
from core.runs.states import STATES

OUTCOME_KINDS = ("epoch", "resumed")  # the kinds of events from which `outcome` reads metrics
ENDS_EARLY = {"stopped": "was stopped", "failed": "failed", "interrupted": "was interrupted", "cancelled": "was cancelled"}


@dataclass(frozen=True)
class Outcome:
    """The metrics of a run after each epoch."""

    run: Run
    epochs: tuple[Mapping[str, float | None], ...]  # the numbers after each epoch, by Keras' history names; None: not finite

    @property
    def measured_on(self) -> str:
        """The set on which the curves are measured: "validation", or "training" for a run without a validation set."""
        return "training" if self.epochs and "val_loss" not in self.epochs[-1] else "validation"

    def curve(self, name: str) -> list[float | None]:
        """Return the "loss" or "accuracy" on the set `measured_on` after each epoch. If not measured, return []."""
        key = f"val_{name}" if self.measured_on == "validation" else name
        return [epoch[key] for epoch in self.epochs if key in epoch]

    @property
    def history(self) -> dict[str, list[float | None]]:
        """The values of each metric after each epoch, as in Keras' `history.history`."""
        names = dict.fromkeys(name for epoch in self.epochs for name in epoch if name != "seconds")
        return {name: [epoch.get(name) for epoch in self.epochs] for name in names}

    def last(self, name: str) -> float | None:
        """Return the validation loss or accuracy of the kept weights, or of the last epoch until they are evaluated."""
        evaluated = (self.run.result or {}).get("validation") or {}
        if name in evaluated:
            return _finite(evaluated[name])
        values = self.curve(name) if self.measured_on == "validation" else []
        return values[-1] if values else None

    @property
    def last_epoch_words(self) -> str:
        """A sentence on why the last epoch's accuracy differs from that of the kept weights. Empty if both are equal."""
        curve, kept_accuracy = self.curve("accuracy"), self.run.accuracy("validation")
        if self.measured_on != "validation" or not curve or curve[-1] is None or kept_accuracy is None:
            return ""
        ended, result = accuracy_text(curve[-1]), accuracy_text(kept_accuracy)
        if ended == result:
            return ""
        kept = (self.run.result or {})["kept"]
        which = f"its best, of epoch {kept['epoch']}" if kept["which"] == "best" else f"those of step {kept['step']:,}"
        if self.run.experiment.compile.optimizer.argument("use_ema"):
            which = "running averages over all steps, with which Keras replaced them at the end (use_ema)"
        return (
            f"Epoch {len(self.epochs):,}, the last whole one, ended at a validation accuracy of {ended}. The weights that "
            f"the run kept are {which}: they reach {result}."
        )

    def best(self, name: str) -> float | None:
        """Return the lowest validation loss, or the highest validation accuracy, of all epochs."""
        values = self.curve(name) if self.measured_on == "validation" else []
        known = [value for value in values if value is not None]
        return (min if name == "loss" else max)(known) if known else self.last(name)

    @property
    def seconds(self) -> float | None:
        """The duration of the training in seconds, or None before the first epoch ends."""
        if self.run.result:
            return cast("float | None", self.run.result["seconds"])
        return self.epochs[-1].get("seconds") if self.epochs else None


def outcome(run: Run, events: Callable[[str], Sequence[RunEvent]]) -> Outcome:
    """Return the metrics of a run after each epoch, from its result or else from its events.

    Parameters
    ----------
    run
        The run.
    events
        Returns the events of a run by the run's id, at least those of OUTCOME_KINDS. Only called if the run has no result,
        since reading events is slow.
    """
    history = (run.result or {}).get("history") or {}
    if history:
        length = max(len(values) for values in history.values())
        ends = [{name: values[index] for name, values in history.items() if index < len(values)} for index in range(length)]
    else:
        ends = [_numbers(event) for event in curves.epoch_events(events(run.id))]
    return Outcome(run, tuple({name: _finite(value) for name, value in end.items()} for end in ends))


# Keys of an epoch event that are no metrics: the origin, the time of sending, and the remaining time of the run.
BESIDE_NUMBERS = {"kind", "epoch", "step", "at", "worker", *RemainingTime.__annotations__}


def _numbers(event: EpochEvent) -> dict[str, Any]:
    return {name: value for name, value in event.items() if name not in BESIDE_NUMBERS}


def _finite(value: float | None) -> float | None:
    return value if value is not None and isfinite(value) else None


# The table


@dataclass(frozen=True)
class Row:
    """A row of the table of runs."""

    run: str  # the id of the run
    number: int
    name: str
    state: str  # the state of the run in words
    started: float  # seconds since 1970
    change: str  # the difference from the run before; "" for the first run
    epochs: int  # the number of completed epochs
    accuracy: float | None  # the accuracy of the kept weights on the validation set
    best_accuracy: float | None
    loss: float | None
    best_loss: float | None
    test_accuracy: float | None  # the accuracy on the test set; None unless the test set was opened
    parameters: int | None
    seconds: float | None
    note: str


def rows(outcomes: Sequence[Outcome]) -> list[Row]:
    """Return the table of a visitor's runs, with a row for each run.

    Parameters
    ----------
    outcomes
        The outcomes of all runs, the newest first.
    """
    runs = [outcome.run for outcome in outcomes]
    return [_row(outcome, previous_run(outcome.run, runs)) for outcome in outcomes]


def _row(outcome: Outcome, older: Run | None) -> Row:
    run, result = outcome.run, outcome.run.result or {}
    return Row(
        run=run.id,
        number=run.number,
        name=run.name,
        state=STATES[run.state].word,
        started=run.created,
        change=difference(run.experiment, older.experiment) if older else "",
        epochs=len(outcome.epochs),
        accuracy=outcome.last("accuracy"),
        best_accuracy=outcome.best("accuracy"),
        loss=outcome.last("loss"),
        best_loss=outcome.best("loss"),
        test_accuracy=result["test"]["accuracy"] if run.test_is_open and result else None,
        parameters=result.get("parameters"),
        seconds=outcome.seconds,
        note=run.note,
    )


def matches(row: Row, text: str) -> bool:
    """Return whether a run's name, note and change together contain all words of a search text. Case is ignored."""
    searched = f"run {row.number} {row.name} {row.note} {row.change}".casefold()
    return all(word in searched for word in text.casefold().split())


# Two runs


def compare(newer: Outcome, older: Outcome) -> str:
    """Describe how a change affected the accuracy: "Run 4 = run 3 + Dropout 0.3: validation accuracy +1.2 points".

    Points are percentage points. If the two runs cannot be compared, the sentence says why.
    """
    words = difference(newer.run.experiment, older.run.experiment)
    equation = f"Run {newer.run.number} = run {older.run.number}"
    if words == "the same experiment":
        equation += " once more"
    else:
        equation += f" {words}" if words.startswith(("+ ", "− ")) else f" with {words}"
    return f"{equation}: {incomparable(newer, older) or _points(newer, older)}."


def incomparable(newer: Outcome, older: Outcome) -> str:
    """Return why two runs cannot be compared, as a clause. If they can be compared, return an empty string."""
    for outcome in (newer, older):
        run = outcome.run
        if not run.is_over:
            return f"run {run.number} is {STATES[run.state].word}, so there is nothing to compare yet"
        if not outcome.epochs:
            return f"run {run.number} ended before its first epoch was complete"
    data = [outcome.run.experiment.data for outcome in (newer, older)]
    if data[0].dataset != data[1].dataset:
        learned = " and ".join(
            f"run {outcome.run.number} learned from {outcome.run.experiment.data.entry.title}" for outcome in (newer, older)
        )
        return f"{learned}, so their accuracies cannot be compared"
    for outcome in (newer, older):
        if outcome.last("accuracy") is None:
            return f"run {outcome.run.number} kept no validation set aside, so there is no accuracy to compare"
    return ""


def _points(newer: Outcome, older: Outcome) -> str:
    now, was = newer.run.experiment, older.run.experiment
    change = 100 * ((newer.last("accuracy") or 0.0) - (older.last("accuracy") or 0.0))
    text = f"validation accuracy {signed_number(change)} points"
    if (now.data.validation_split, now.fit.seed) != (was.data.validation_split, was.fit.seed):
        text += ", measured on other validation images"
    if now.data.corrections != was.data.corrections:
        text += "; labels or images were corrected between them"
    if now.compile.loss != was.compile.loss:
        text += "; their losses are different things and cannot be compared"
    early = [outcome for outcome in (newer, older) if outcome.run.state in ENDS_EARLY]
    return "; ".join([text, *map(ended_early, early)])


def ended_early(outcome: Outcome) -> str:
    """Describe how far a run got that ended early: "run 2 was stopped after 1 of 5 epochs"."""
    run, completed = outcome.run, len(outcome.epochs)
    return f"run {run.number} {ENDS_EARLY[run.state]} after {completed:,} of {quantity(run.experiment.fit.epochs, 'epoch')}"


def signed_number(points: float) -> str:
    """Format percentage points with a sign and a single decimal: "+1.2", "−0.4", "±0.0"."""
    sign = "±" if abs(points) < 0.05 else "+" if points > 0 else "−"
    return f"{sign}{abs(points):.1f}"


def command_lines(commands: Iterable[CommandEvent]) -> list[str]:
    """Describe each command to a run in a line: "pause at epoch 2.4", "stop at epoch 3, by the lecturer"."""
    lines = []
    for event in commands:
        who = f", by the {event['by']}" if event["by"] != "owner" else ""
        lines.append(f"{event['what']} at epoch {event['epoch']:.3g}{who}")
    return lines


# Repeats with other seeds


@dataclass(frozen=True)
class Measure:
    """The mean, standard deviation and range of a metric over several runs."""

    count: int  # the number of runs
    mean: float
    deviation: float | None  # the standard deviation, with n - 1; None for a single run
    lowest: float
    highest: float


@dataclass(frozen=True)
class Band:
    """The mean and the range of a curve over several runs, after each epoch that all runs completed."""

    mean: tuple[float, ...]
    lowest: tuple[float, ...]
    highest: tuple[float, ...]


@dataclass(frozen=True)
class Spread:
    """How much the results of an experiment vary between runs with different seeds."""

    measured_on: str  # "validation" or "training"
    finals: Mapping[str, Measure]  # the spread of each metric on the validation set, by "accuracy" and "loss"
    bands: Mapping[str, Band]  # the band of each curve, by "accuracy" and "loss"


def spread(outcomes: Sequence[Outcome]) -> Spread:
    """Return how much the results of runs with different seeds vary. Ignore runs without a complete epoch."""
    counted = [outcome for outcome in outcomes if outcome.epochs]
    names = ("accuracy", "loss")
    finals = {name: [value for outcome in counted if (value := outcome.last(name)) is not None] for name in names}
    bands = {name: _band([outcome.curve(name) for outcome in counted]) for name in names}
    return Spread(
        counted[0].measured_on if counted else "validation",
        {name: _measure(values) for name, values in finals.items() if values},
        {name: band for name, band in bands.items() if band.mean},
    )


def _measure(values: Sequence[float]) -> Measure:
    deviation = statistics.stdev(values) if len(values) > 1 else None
    return Measure(len(values), statistics.fmean(values), deviation, min(values), max(values))


def _band(curves_of_runs: Sequence[Sequence[float | None]]) -> Band:
    points = []
    for values in zip(*curves_of_runs, strict=False):
        known = [value for value in values if value is not None]
        if len(known) < len(values):  # a loss that is not finite has no mean
            break
        points.append((statistics.fmean(known), min(known), max(known)))
    mean, lowest, highest = zip(*points, strict=True) if points else ((), (), ())
    return Band(mean, lowest, highest)


# CSV


def table_csv(table: Iterable[Row]) -> str:
    """Return the table of runs as CSV, with a header line. Times are in UTC."""
    lines = [{**asdict(row), "started": datetime.fromtimestamp(row.started, UTC).isoformat(" ", "seconds")} for row in table]
    return _csv(lines, [name for name in Row.__dataclass_fields__ if name != "run"])


def history_csv(outcome: Outcome) -> str:
    """Return a run's metrics after each epoch as CSV, with all digits. "nan" stands for a number that is not finite."""
    columns = outcome.history
    lines = [
        {
            "epoch": number,
            **{name: "nan" if values[number - 1] is None else values[number - 1] for name, values in columns.items()},
        }
        for number in range(1, len(outcome.epochs) + 1)
    ]
    return _csv(lines, ["epoch", *columns])


def points_csv(events: Sequence[RunEvent]) -> str:
    """Return all points of a run's curves as CSV, without thinning: its batch, sample and epoch events.

    "nan" stands for a number that is not finite.
    """
    points = [event for event in curves.current_events(events) if event["kind"] in DRAWN]
    titles = dict.fromkeys(["kind", "epoch", "step", "seconds", *(name for point in points for name in point)])
    lines = [{name: "nan" if value is None else value for name, value in point.items()} for point in points]
    return _csv(lines, list(titles))


def _csv(lines: Iterable[Mapping[str, Any]], titles: Sequence[str]) -> str:
    return csv_text(titles, ([line.get(title) for title in titles] for line in lines))
