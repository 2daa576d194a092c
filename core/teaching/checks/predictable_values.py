"""The values that visitors predict, computed from their draft or from the run that follows the guess.

A guess is a band between two edges, a named option, or a number that may be off by a tolerance. Afterwards the page shows
the guess beside the result: "You said 70 to 85 %; it was 91.4 %." A typed guess that cannot be read is not judged:
`unreadable_reason` says why.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from core.experiment.shapes import shape_text
from core.number_text import loss_text, number, percent, quantity, seconds_text
from core.parameters import Optional, Parameter
from core.runs.comparison import Outcome
from core.teaching.answer_parsing import as_number, as_pair, as_shape, as_share, as_yes_or_no, is_pair, normalised_answer
from core.teaching.checks.argument_constraints import Text
from core.teaching.checks.confused_classes import AND, OR, ConfusedClasses
from core.teaching.checks.evidence import Evidence
from core.teaching.checks.network_checks import shape_of
from core.teaching.checks.run_numbers import best_epoch, gap_of, loss_rise, measured

OVERFITS = 1.1  # a run overfits if its validation loss ends above this multiple of its lowest value
Value = Any  # float, bool, or a tuple (a shape, or pairs of classes); None while unknown


@dataclass(frozen=True)
class ValueKind:
    """A kind of value, such as a share or a shape, with functions that format a value, parse a guess, and compare both."""

    words: Callable[[Value], str]
    read: Callable[[Any], Any]  # the guess as a value
    is_same: Callable[[Value, Any], bool]  # whether two values are equal, without a tolerance
    is_number: bool = True  # whether bands and tolerances make sense
    example: str = ""  # a typed guess that can be read; "" where any number can


def _exactly(value: Value, guess: Any) -> bool:
    return guess is not None and value == guess


def _percent_words(share: float) -> str:
    return percent(share, 1)


SHARE = ValueKind(_percent_words, as_share, _exactly)
POINTS = ValueKind(lambda points: f"{number(round(points, 1))} points", as_number, _exactly)
COUNT = ValueKind(lambda count: f"{count:,.0f}", as_number, _exactly)
LOSS = ValueKind(loss_text, as_number, _exactly)
SECONDS = ValueKind(seconds_text, as_number, _exactly)
SHAPE = ValueKind(shape_text, as_shape, _exactly, is_number=False, example="8 x 8 x 1")
PAIR = ValueKind(
    lambda pairs: OR.join(pair.words for pair in pairs),
    str,
    lambda pairs, guess: any(is_pair(guess, pair.first, pair.second) for pair in pairs),
    is_number=False,
    example="0 and 1",
)
YES_NO = ValueKind(lambda yes: "yes" if yes else "no", as_yes_or_no, _exactly, is_number=False)


@dataclass(frozen=True)
class PredictableValue:
    """A value that visitors predict, such as the test accuracy. Decks name the value as the figure of a prediction."""

    name: str
    sentence: str  # the meaning of the value, for lecturers
    unit: str  # "share of images", "parameters" ...; "" for a pure number
    kind: ValueKind
    compute: Callable[[Evidence, Outcome | None, Mapping[str, Any]], Value]  # None while unknown
    needs_run: bool = False  # whether the run that follows answers, and not the draft
    parameters: tuple[Parameter, ...] = ()

    def value(self, evidence: Evidence, outcome: Outcome | None = None, arguments: Mapping[str, Any] | None = None) -> Value:
        """Compute the value from the draft or from a run. While the value is unknown, return None.

        Parameters
        ----------
        evidence
            The evidence. Its experiment answers if no run is needed.
        outcome
            The run that followed the guess, from `first_run_after`; None if there is no such run yet.
        arguments
            The arguments of the prediction.
        """
        if self.needs_run and (outcome is None or not outcome.run.result):
            return None
        return self.compute(evidence, outcome, arguments or {})

    def words(self, value: Value) -> str:
        """Return a value with its unit as a text, such as "91.4 %" or "101,770 parameters"."""
        text = self.kind.words(value)
        return f"{text} {self.unit}" if self.kind is COUNT and self.unit else text


def first_run_after(evidence: Evidence, moment: float) -> Outcome | None:
    """Return the first finished run that was started after a guess. If there is no such run yet, return None.

    A run that was stopped before half of its epochs says nothing about the guess, so it is passed over.

    Parameters
    ----------
    evidence
        The evidence.
    moment
        When the guess was made, in seconds since 1970.
    """
    later = (outcome for outcome in reversed(evidence.finished) if outcome.run.created >= moment)
    return next((outcome for outcome in later if not was_stopped_early(outcome)), None)


def was_stopped_early(outcome: Outcome) -> bool:
    """Return whether a visitor stopped a run before half of its epochs were complete."""
    return outcome.run.state == "stopped" and 2 * len(outcome.epochs) < outcome.run.experiment.fit.epochs


# Values of the draft


def _parameters(evidence: Evidence, _outcome: Outcome | None, _arguments: Mapping[str, Any]) -> Value:
    summary = evidence.summary
    return None if summary is None or summary.refused else summary.parameters


def _batches(evidence: Evidence, _outcome: Outcome | None, _arguments: Mapping[str, Any]) -> Value:
    experiment, counts = evidence.experiment, evidence.counts
    return experiment.epoch_steps if counts is None else -(-sum(counts.train) // experiment.fit.batch_size)


def _output_shape(evidence: Evidence, _outcome: Outcome | None, arguments: Mapping[str, Any]) -> Value:
    name, summary = arguments.get("layer"), evidence.summary
    if name:
        return shape_of(evidence, str(name))
    return None if summary is None or summary.refused else summary.output_shape


# Values of a run


def _measured(on: str, name: str) -> Callable[[Evidence, Outcome | None, Mapping[str, Any]], Value]:
    return lambda _evidence, outcome, _arguments: measured(outcome, on, name) if outcome else None


def _test_accuracy(_evidence: Evidence, outcome: Outcome | None, _arguments: Mapping[str, Any]) -> Value:
    return measured(outcome, "test", "accuracy") if outcome and outcome.run.test_is_open else None


def _first_loss(evidence: Evidence, outcome: Outcome | None, _arguments: Mapping[str, Any]) -> Value:
    return evidence.look_up.first_loss(outcome.run) if outcome else None


def _confused_pair(evidence: Evidence, outcome: Outcome | None, _arguments: Mapping[str, Any]) -> Value:
    evaluated = evidence.look_up.evaluation(outcome.run, "validation") if outcome else None
    if outcome is None or evaluated is None:
        return None
    matrix, classes = evaluated.matrix, outcome.run.experiment.data.entry.classes
    both = matrix + matrix.T
    pairs = [
        (int(both[first, second]), first, second) for first in range(len(both)) for second in range(first + 1, len(both))
    ]
    most = max(count for count, *_ in pairs)
    confused = (
        ConfusedClasses(classes[first], classes[second], int(matrix[first, second]), int(matrix[second, first]))
        for count, first, second in pairs
        if count == most
    )
    return tuple(confused) if most else None


def _gap(_evidence: Evidence, outcome: Outcome | None, _arguments: Mapping[str, Any]) -> Value:
    gap = gap_of(outcome) if outcome else None
    return None if gap is None else 100 * gap


def _overfits(_evidence: Evidence, outcome: Outcome | None, _arguments: Mapping[str, Any]) -> Value:
    rise = loss_rise(outcome) if outcome else None
    return None if rise is None else rise > OVERFITS


def _best_epoch(_evidence: Evidence, outcome: Outcome | None, _arguments: Mapping[str, Any]) -> Value:
    return best_epoch(outcome) if outcome else None


def _seconds(_evidence: Evidence, outcome: Outcome | None, _arguments: Mapping[str, Any]) -> Value:
    return outcome.seconds if outcome else None


LAYER = Parameter(
    "layer", None, Optional(Text("a layer's name or class"), "the network's output"), "The layer, by its name or class."
)
PREDICTABLE_VALUES: Mapping[str, PredictableValue] = MappingProxyType(
    {
        predictable_value.name: predictable_value
        for predictable_value in (
            PredictableValue("parameters", "How many parameters the network has.", "parameters", COUNT, _parameters),
            PredictableValue("batches_per_epoch", "How many steps an epoch takes.", "steps", COUNT, _batches),
            PredictableValue(
                "output_shape", "The shape of a layer's output.", "", SHAPE, _output_shape, parameters=(LAYER,)
            ),
            PredictableValue(
                "validation_accuracy",
                "The share of validation images that the run classifies correctly.",
                "share of images",
                SHARE,
                _measured("validation", "accuracy"),
                needs_run=True,
            ),
            PredictableValue(
                "test_accuracy",
                "The share of test images that the run classifies correctly, once the test set is open.",
                "share of images",
                SHARE,
                _test_accuracy,
                needs_run=True,
            ),
            PredictableValue(
                "training_accuracy",
                "The share of training images that the run classifies correctly, as in Keras' history.",
                "share of images",
                SHARE,
                _measured("training", "accuracy"),
                needs_run=True,
            ),
            PredictableValue(
                "first_loss",
                "The loss of the first batch, before the network has learned anything: about ln of the number of classes.",
                "",
                LOSS,
                _first_loss,
                needs_run=True,
            ),
            PredictableValue(
                "last_loss", "The validation loss at the end.", "", LOSS, _measured("validation", "loss"), needs_run=True
            ),
            PredictableValue(
                "most_confused_pair",
                "The two classes that are confused most on the validation set, in either direction.",
                "",
                PAIR,
                _confused_pair,
                needs_run=True,
            ),
            PredictableValue(
                "overfits",
                f"Whether the validation loss ends more than {100 * (OVERFITS - 1):.0f} % above its lowest value.",
                "",
                YES_NO,
                _overfits,
                needs_run=True,
            ),
            PredictableValue(
                "best_epoch", "The epoch with the lowest validation loss.", "", COUNT, _best_epoch, needs_run=True
            ),
            PredictableValue("seconds", "How long training takes.", "seconds", SECONDS, _seconds, needs_run=True),
            PredictableValue(
                "gap",
                "How many points the training accuracy lies above the validation accuracy.",
                "points",
                POINTS,
                _gap,
                needs_run=True,
            ),
        )
    }
)


# A guess beside its result


@dataclass(frozen=True)
class GuessResult:
    """The comparison of a guess with the actual value."""

    is_right: bool
    words: str  # "You said 70 to 85 %; it was 91.4 %."


def band_labels(predicted: PredictableValue, bands: tuple[float, ...]) -> tuple[str, ...]:
    """Return the labels of the bands between edges, such as ("below 50 %", "50 to 70 %", "above 70 %")."""
    write = _edge_words(predicted)
    ends = [write(edge) for edge in bands]
    inner = [f"{_bare(low)} to {high}" for low, high in zip(ends, ends[1:], strict=False)]
    return (f"below {ends[0]}", *inner, f"above {ends[-1]}") if ends else ()


def _edge_words(predicted: PredictableValue) -> Callable[[float], str]:
    if predicted.kind is SHARE:
        return lambda edge: percent(edge, 0 if round(100 * edge, 6).is_integer() else 1)
    if predicted.kind is SECONDS:
        return lambda edge: f"{number(edge)} s"
    if predicted.kind is LOSS:
        return number
    return lambda edge: predicted.words(edge)


def _bare(words: str) -> str:
    """Remove the unit from the lower end of a band, since the upper end has the same unit."""
    return words.split("\N{NO-BREAK SPACE}")[0].split(" ")[0]


def band_index(bands: tuple[float, ...], value: float) -> int:
    """Return the index of the band that holds a value, counted from 0. An edge belongs to the band above."""
    return sum(value >= edge for edge in bands)


def compare(  # noqa: PLR0913 - the fields of a prediction
    predicted: PredictableValue,
    guess: Any,
    value: Value,
    *,
    bands: tuple[float, ...] = (),
    options: tuple[str, ...] = (),
    within: float | None = None,
) -> GuessResult:
    """Compare a guess with the actual value.

    Parameters
    ----------
    predicted
        The value that was predicted.
    guess
        The guess: the label of a band from `band_labels`, the band's number from 0, an option, or a number.
    value
        The actual value, not None.
    bands
        The edges of the bands. An empty tuple means that no bands are offered.
    options
        The options by name. An empty tuple means that no options are offered.
    within
        How far a typed number may be off.
    """
    if bands:
        labels = band_labels(predicted, bands)
        index = guess if isinstance(guess, int) and not isinstance(guess, bool) else _place(labels, str(guess))
        said = labels[index] if 0 <= index < len(labels) else str(guess)
        return GuessResult(index == band_index(bands, value), _guess_words(predicted, said, value))
    meant = predicted.kind.read(guess)
    if options or not predicted.kind.is_number:
        is_right = predicted.kind.is_same(value, meant)
        if predicted.kind is PAIR and AND not in guess and "→" not in guess:  # "another pair" is none of the pairs
            is_right = not any(predicted.kind.is_same(value, option) for option in options)
        said = shape_text(meant) if predicted.kind is SHAPE and meant else guess
        return GuessResult(is_right, _guess_words(predicted, str(said), value))
    said = str(guess) if meant is None else number(meant) if predicted.kind is LOSS else predicted.words(meant)
    is_right = meant is not None and abs(meant - value) <= (within or 0.0) * (1 + 1e-9) + 1e-12
    return GuessResult(is_right, _guess_words(predicted, str(said), value))


def _guess_words(predicted: PredictableValue, said: str, value: Value) -> str:
    """Write a guess beside the actual value. A guess that is the value itself is written once."""
    actual = predicted.words(value)
    if normalised_answer(said) == normalised_answer(actual):
        return f"You said {actual}, and that is right."
    return f"You said {said}; it {'was' if predicted.needs_run else 'is'} {actual}."


def unreadable_reason(predicted: PredictableValue, guess: str, value: Value) -> str:
    """Return the reason why a typed guess cannot be read, with an example. Return an empty string for a readable guess.

    Parameters
    ----------
    predicted
        The value that is predicted.
    guess
        The typed text.
    value
        The actual value, whose number of sizes a guessed shape must have, or None while the value is unknown.
    """
    meant = predicted.kind.read(guess)
    if predicted.kind is SHAPE:
        needed = len(value) if value else max(len(meant), 1)
        if len(meant) != needed:
            example = " x ".join("8" * (needed - 1) + "1")
            typed, expected = quantity(len(meant), "number"), quantity(needed, "number")
            return f"“{guess}” has {typed}. Expected {expected}, such as {example}. Type your guess again."
    elif predicted.kind is PAIR:
        if as_pair(guess) is None:
            return (
                f"“{guess}” does not name two classes. Expected two classes with “and” between them, such as {PAIR.example}."
            )
    elif meant is None:
        return f"“{guess}” is no number. Expected a number, such as 2.3. Type your guess again."
    return ""


def _place(labels: tuple[str, ...], guess: str) -> int:
    return next((index for index, label in enumerate(labels) if normalised_answer(label) == normalised_answer(guess)), -1)
