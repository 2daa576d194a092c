"""The figures that answer predictions: computed from the draft, or from the run that follows.

A guess is one of the bands between edges, one of a few options, or a number that may be off by a tolerance. Afterwards guess
and result stand side by side: "You said 70 to 85 %; it was 91.4 %."
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from core.experiment.shapes import shape_text
from core.number_text import loss_text, number, percent, seconds_text
from core.parameters import Optional, Parameter
from core.runs.comparison import Outcome
from core.teaching.answers import as_number, as_shape, as_share, as_yes, is_pair, plain
from core.teaching.checks.argument_constraints import Text
from core.teaching.checks.evidence import Evidence
from core.teaching.checks.network_checks import shape_of
from core.teaching.checks.run_numbers import best_epoch, gap_of, loss_rise, measured

AND, OR = " and ", " or "  # between the classes of a pair, and between pairs that are confused equally often
OVERFITS = 1.08  # the validation loss, relative to its lowest value, from which on a run counts as one that overfits
Value = Any  # float, bool, str (a pair) or a tuple (a shape); None where it is not known yet


@dataclass(frozen=True)
class Kind:
    """How a kind of figure is written, and how a guess is compared with it."""

    words: Callable[[Value], str]
    read: Callable[[Any], Any]  # the guess as a value
    is_same: Callable[[Value, Any], bool]  # without a tolerance
    is_number: bool = True  # whether bands and tolerances make sense


def _exactly(value: Value, guess: Any) -> bool:
    return guess is not None and value == guess


def _percent_words(share: float) -> str:
    return percent(share, 1)


SHARE = Kind(_percent_words, as_share, _exactly)
POINTS = Kind(lambda points: f"{number(round(points, 1))} points", as_number, _exactly)
COUNT = Kind(lambda count: f"{count:,.0f}", as_number, _exactly)
LOSS = Kind(loss_text, as_number, _exactly)
SECONDS = Kind(seconds_text, as_number, _exactly)
SHAPE = Kind(shape_text, as_shape, _exactly, is_number=False)
PAIR = Kind(
    str, str, lambda pairs, guess: any(is_pair(guess, *pair.split(AND)) for pair in pairs.split(OR)), is_number=False
)
YES_NO = Kind(lambda yes: "yes" if yes else "no", as_yes, _exactly, is_number=False)


@dataclass(frozen=True)
class Figure:
    """A figure that a prediction of a deck can name."""

    name: str
    sentence: str  # what it is, for lecturers
    unit: str  # "share of images", "parameters" ...; "" for a pure number
    kind: Kind
    compute: Callable[[Evidence, Outcome | None, Mapping[str, Any]], Value]  # None where it is not known yet
    needs_run: bool = False  # whether the run that follows answers it; else the draft does
    parameters: tuple[Parameter, ...] = ()

    def value(self, evidence: Evidence, outcome: Outcome | None = None, arguments: Mapping[str, Any] | None = None) -> Value:
        """The figure; None while it is not known.

        Parameters
        ----------
        evidence
            The evidence; its experiment answers where no run is needed.
        outcome
            The run that followed the guess; None for none yet. See `run_after`.
        arguments
            The arguments of the prediction.
        """
        if self.needs_run and (outcome is None or not outcome.run.result):
            return None
        return self.compute(evidence, outcome, arguments or {})

    def words(self, value: Value) -> str:
        """The figure in words, with its unit: "91.4 %", "101,770 parameters"."""
        text = self.kind.words(value)
        return f"{text} {self.unit}" if self.kind is COUNT and self.unit else text


def run_after(evidence: Evidence, moment: float) -> Outcome | None:
    """The first run with a result that was started after a guess.

    Parameters
    ----------
    evidence
        The evidence.
    moment
        When the guess was made, in seconds since 1970.
    """
    return next((outcome for outcome in reversed(evidence.finished) if outcome.run.created >= moment), None)


# What the draft answers


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


# What a run answers


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
    pairs = [(int(both[one, other]), one, other) for one in range(len(both)) for other in range(one + 1, len(both))]
    most = max(count for count, *_ in pairs)
    return OR.join(f"{classes[one]}{AND}{classes[other]}" for count, one, other in pairs if count == most) if most else None


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
FIGURES: Mapping[str, Figure] = MappingProxyType(
    {
        figure.name: figure
        for figure in (
            Figure("parameters", "How many parameters the network has.", "parameters", COUNT, _parameters),
            Figure("batches_per_epoch", "How many steps an epoch takes.", "steps", COUNT, _batches),
            Figure("output_shape", "The shape of a layer's output.", "", SHAPE, _output_shape, parameters=(LAYER,)),
            Figure(
                "validation_accuracy",
                "The share of validation images that the run names rightly.",
                "share of images",
                SHARE,
                _measured("validation", "accuracy"),
                needs_run=True,
            ),
            Figure(
                "test_accuracy",
                "The share of test images that the run names rightly, once the test set is open.",
                "share of images",
                SHARE,
                _test_accuracy,
                needs_run=True,
            ),
            Figure(
                "training_accuracy",
                "The share of training images that the run names rightly, as Keras' history has it.",
                "share of images",
                SHARE,
                _measured("training", "accuracy"),
                needs_run=True,
            ),
            Figure(
                "first_loss",
                "The loss of the first batch, before the network has learned anything: about ln of the number of classes.",
                "",
                LOSS,
                _first_loss,
                needs_run=True,
            ),
            Figure(
                "last_loss", "The validation loss at the end.", "", LOSS, _measured("validation", "loss"), needs_run=True
            ),
            Figure(
                "most_confused_pair",
                "The two classes that are confused most on the validation set, in either direction.",
                "",
                PAIR,
                _confused_pair,
                needs_run=True,
            ),
            Figure(
                "overfits",
                f"Whether the validation loss ends more than {100 * (OVERFITS - 1):.0f} % above its lowest value.",
                "",
                YES_NO,
                _overfits,
                needs_run=True,
            ),
            Figure("best_epoch", "The epoch with the lowest validation loss.", "", COUNT, _best_epoch, needs_run=True),
            Figure("seconds", "How long training takes.", "seconds", SECONDS, _seconds, needs_run=True),
            Figure(
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
class Compared:
    """A guess and its result."""

    is_right: bool
    words: str  # "You said 70 to 85 %; it was 91.4 %."


def band_labels(figure: Figure, bands: tuple[float, ...]) -> tuple[str, ...]:
    """The options between the edges of bands: ("below 50 %", "50 to 70 %", "above 70 %")."""
    write = _edge_words(figure)
    ends = [write(edge) for edge in bands]
    inner = [f"{_bare(low)} to {high}" for low, high in zip(ends, ends[1:], strict=False)]
    return (f"below {ends[0]}", *inner, f"above {ends[-1]}") if ends else ()


def _edge_words(figure: Figure) -> Callable[[float], str]:
    if figure.kind is SHARE:
        return lambda edge: percent(edge, 0 if round(100 * edge, 6).is_integer() else 1)
    if figure.kind is SECONDS:
        return lambda edge: f"{number(edge)} s"
    if figure.kind is LOSS:
        return number
    return lambda edge: figure.words(edge)


def _bare(words: str) -> str:
    """The lower end of a band, without the unit that its upper end has."""
    return words.split("\N{NO-BREAK SPACE}")[0].split(" ")[0]


def band_of(bands: tuple[float, ...], value: float) -> int:
    """The number of the band, from 0, that a value lies in; an edge belongs to the band above it."""
    return sum(value >= edge for edge in bands)


def compare(  # noqa: PLR0913 - what a prediction of a deck holds
    figure: Figure,
    guess: Any,
    value: Value,
    *,
    bands: tuple[float, ...] = (),
    options: tuple[str, ...] = (),
    within: float | None = None,
) -> Compared:
    """Compare a guess with its result.

    Parameters
    ----------
    figure
        The figure.
    guess
        What was guessed: a band as `band_labels` has it or its number from 0, an option, or a number as text or number.
    value
        The figure's value, not None.
    bands
        The edges of the bands; () where none are offered.
    options
        The options by name; () where none are offered.
    within
        How far a typed number may be off.
    """
    it_was = f"it was {figure.words(value)}."
    if bands:
        labels = band_labels(figure, bands)
        place = guess if isinstance(guess, int) and not isinstance(guess, bool) else _place(labels, str(guess))
        said = labels[place] if 0 <= place < len(labels) else str(guess)
        return Compared(place == band_of(bands, value), f"You said {said}; {it_was}")
    meant = figure.kind.read(guess)
    if options or not figure.kind.is_number:
        is_right = figure.kind.is_same(value, meant)
        if figure.kind is PAIR and AND not in str(guess) and "→" not in str(guess):  # "another pair": none of those offered
            is_right = not any(figure.kind.is_same(value, option) for option in options)
        return Compared(is_right, f"You said {guess}; {it_was}")
    said = figure.words(meant) if meant is not None else str(guess)
    is_right = meant is not None and abs(meant - value) <= (within or 0.0) * (1 + 1e-9) + 1e-12
    return Compared(is_right, f"You said {said}; {it_was}")


def _place(labels: tuple[str, ...], guess: str) -> int:
    return next((place for place, label in enumerate(labels) if plain(label) == plain(guess)), -1)
