"""What a check is, and what it says: how much of what is asked was reached, what it saw, and what is missing."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from core.number_text import number
from core.parameters import Integer, Optional, Parameter, Real
from core.teaching.checks.evidence import Evidence

Arguments = Mapping[str, Any]
EXPERIMENT, RUN, VISITOR = SUBJECTS = ("experiment", "run", "visitor")
NEARLY = 0.95  # the greatest share of what was not reached: a page that rounds it shows no "100 %"
MOST = 10**12  # of a count that a deck may ask for


@dataclass(frozen=True)
class Seen:
    """What a check saw."""

    share: float  # of what is asked, from 0 to 1; 1 is all of it
    saw: str  # with the value: "109,386 parameters"
    missing: str = ""  # what is asked, and what to change: "101,770 are asked: 7,616 too many"; "" where all was reached
    is_pending: bool = False  # whether a worker is still computing what it takes
    margin: float | None = None  # how far a measured number lies on the right side of its bound; None for other checks

    @property
    def has_passed(self) -> bool:
        return self.share >= 1.0

    @property
    def words(self) -> str:
        """Both in one line: "101,770 parameters, as asked", or "109,386 parameters; 101,770 are asked: 7,616 too many"."""
        return f"{self.saw}, as asked" if self.has_passed else f"{self.saw}; {self.missing}"


Judge = Callable[[Evidence, Arguments], Seen]


@dataclass(frozen=True)
class Check:
    """A check that a task of a deck can name."""

    name: str
    sentence: str  # what it asks for, for lecturers
    judge: Judge  # gets all arguments, absent ones with their defaults
    parameters: tuple[Parameter, ...] = ()
    required: tuple[str, ...] = ()  # names of the parameters that a deck must give
    one_of: tuple[str, ...] = ()  # of these at least one must be given
    subject: str = EXPERIMENT  # an experiment, draft or trained; one run; or all that the visitor did
    depends_on_chance: bool = False  # whether another seed may change what it says

    def read(self, arguments: Arguments) -> dict[str, Any]:
        """All arguments: those of a deck, with tuples for lists, and the defaults of the others."""
        given = {name: as_tuples(value) for name, value in arguments.items()}
        return {parameter.name: given.get(parameter.name, parameter.default) for parameter in self.parameters}

    def see(self, evidence: Evidence, arguments: Arguments) -> Seen:
        """Judge evidence with the arguments of a deck."""
        return self.judge(evidence, self.read(arguments))


def as_tuples(value: Any) -> Any:
    """A value from YAML or JSON, with tuples for lists."""
    return tuple(map(as_tuples, value)) if isinstance(value, list | tuple) else value


def passed(saw: str) -> Seen:
    """All that is asked was reached."""
    return Seen(1.0, saw)


def partly(share: float, saw: str, missing: str) -> Seen:
    """Only a share of what is asked was reached."""
    return Seen(max(0.0, min(NEARLY, share)), saw, missing)


# Bounds of a number

BOUNDS = ("equal", "at_least", "at_most")


def count_bounds(unit: str = "") -> tuple[Parameter, ...]:
    """The parameters of a check that bounds a whole number."""
    return _bounds(Integer(0, MOST), unit)


def number_bounds(low: float, high: float, unit: str = "") -> tuple[Parameter, ...]:
    """The parameters of a check that bounds a number, without an exact value: measurements are seldom equal."""
    return _bounds(Real(low, high), unit)[1:]


def _bounds(constraint: Integer | Real, unit: str) -> tuple[Parameter, ...]:
    sentences = ("The value that is asked.", "The least value that passes.", "The greatest value that passes.")
    return tuple(
        Parameter(name, None, Optional(constraint, "not asked"), sentence, unit)
        for name, sentence in zip(BOUNDS, sentences, strict=True)
    )


def judge_count(value: int, arguments: Arguments, noun: str, subject: str = "") -> Seen:
    """Compare a whole number with its bounds: "109,386 parameters; 101,770 are asked: 7,616 too many".

    Parameters
    ----------
    value
        What was counted.
    arguments
        The bounds, of which absent ones are None.
    noun
        What was counted, in the singular; an "s" makes its plural.
    subject
        What it was counted in, to stand before: "Run 4: "; "" for nothing.
    """
    saw = f"{subject}{value:,} {noun if value == 1 else noun + 's'}"
    equal, least, most = (arguments.get(name) for name in BOUNDS)
    if equal is not None and value != equal:
        asked = "is" if equal == 1 else "are"
        return partly(1 - abs(value - equal) / max(equal, 1), saw, f"{equal:,} {asked} asked: {_off(value, equal)}")
    if least is not None and value < least:
        return partly(value / least, saw, f"at least {least:,} {'is' if least == 1 else 'are'} asked: {_off(value, least)}")
    if most is not None and value > most:
        return partly(most / value, saw, f"at most {most:,} {'is' if most == 1 else 'are'} asked: {_off(value, most)}")
    return passed(saw)


def _off(value: int, asked: int) -> str:
    return f"{abs(value - asked):,} too {'many' if value > asked else 'few'}"


def judge_number(
    value: float, arguments: Arguments, saw: str, words: Callable[[float], str] = number, start: float = 0.0
) -> Seen:
    """Compare a measured number with its bounds; none asks for an exact value, since measurements are seldom equal.

    Parameters
    ----------
    value
        What was measured.
    arguments
        The bounds, of which absent ones are None.
    saw
        What was measured, in words and with the value.
    words
        Writes a bound, or a distance from it.
    start
        The value of who has done nothing yet, from which the share is counted: the accuracy of guessing.
    """
    least, most = arguments.get("at_least"), arguments.get("at_most")
    margins = [value - least] if least is not None else []
    margins += [most - value] if most is not None else []
    seen = passed(saw)
    if least is not None and value < least:
        share = (value - start) / (least - start) if least > start else 0.0
        seen = partly(share, saw, f"at least {words(least)} is asked: {words(least - value)} too low")
    elif most is not None and value > most:
        share = most / value if most > 0 else 0.0
        seen = partly(share, saw, f"at most {words(most)} is asked: {words(value - most)} too high")
    return replace(seen, margin=min(margins, default=None))
