"""A check that a task names, and its result: the reached share of the goal, the observed value, and the difference."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from core.number_text import number
from core.parameters import Integer, Optional, Parameter, Real
from core.teaching.checks.evidence import Evidence

Arguments = Mapping[str, Any]
EXPERIMENT, RUN, VISITOR = SUBJECTS = ("experiment", "run", "visitor")
MOST_MISSED_SHARE = 0.95  # the greatest share of a missed goal, so that no page rounds the share to "100 %"
MOST_COUNT = 10**12  # the greatest count that a deck may ask for


@dataclass(frozen=True)
class CheckResult:
    """The result of a check: the reached share of the goal, and the texts that explain the result."""

    share: float  # the reached share of the goal, from 0 to 1
    observed: str  # the observed value in words: "109,386 parameters"
    shortfall: str = ""  # the goal that was not reached: "asked for: 101,770 (7,616 too many)"; "" if the goal was reached
    advice: str = ""  # the next step; a challenge leaves advice to its hints
    is_pending: bool = False  # whether a worker is still computing
    margin: float | None = None  # how far a measured number lies on the right side of its bound; None for other checks

    @property
    def has_passed(self) -> bool:
        return self.share >= 1.0

    @property
    def words(self) -> str:
        """The result with its advice, such as "pixels from 0 to 255; asked for: 0 to 1. Choose the range on Load."."""
        if self.has_passed or not self.advice:
            return self.verdict
        return f"{self.verdict}. {self.advice[0].upper()}{self.advice[1:].rstrip('.')}."

    @property
    def verdict(self) -> str:
        """The result in words, without its advice."""
        return self.observed if self.has_passed else f"{self.observed}; {self.shortfall}"


Judge = Callable[[Evidence, Arguments], CheckResult]


@dataclass(frozen=True)
class Check:
    """A check that tasks can name, such as "accuracy". The check judges the evidence about a visitor."""

    name: str
    sentence: str  # the goal of the check in words, for lecturers
    judge: Judge  # the function that judges the evidence; its arguments include the defaults of absent arguments
    parameters: tuple[Parameter, ...] = ()
    required: tuple[str, ...] = ()  # names of the parameters that a deck must give
    one_of: tuple[str, ...] = ()  # names of parameters of which a deck must give at least 1
    subject: str = EXPERIMENT  # the judged object: an experiment, a run, or all actions of the visitor
    depends_on_chance: bool = False  # whether another seed may change the judgement

    def read(self, arguments: Arguments) -> dict[str, Any]:
        """Return all arguments of the check. Lists become tuples, and absent arguments get their defaults."""
        given = {name: as_tuples(value) for name, value in arguments.items()}
        return {parameter.name: given.get(parameter.name, parameter.default) for parameter in self.parameters}

    def apply(self, evidence: Evidence, arguments: Arguments) -> CheckResult:
        """Apply this check to the evidence about a visitor, with the arguments from a deck."""
        return self.judge(evidence, self.read(arguments))


def as_tuples(value: Any) -> Any:
    """Return a value from YAML or JSON, with its lists converted to tuples."""
    return tuple(map(as_tuples, value)) if isinstance(value, list | tuple) else value


def passed(observed: str) -> CheckResult:
    """Return the result of a check whose goal was reached."""
    return CheckResult(1.0, observed)


def partly_passed(share: float, observed: str, shortfall: str, advice: str = "") -> CheckResult:
    """Return the result of a check that reached only a share of its goal."""
    return CheckResult(max(0.0, min(MOST_MISSED_SHARE, share)), observed, shortfall, advice)


# Bounds of a number

BOUNDS = ("equal", "at_least", "at_most")


def count_bounds(unit: str = "") -> tuple[Parameter, ...]:
    """Return the parameters `equal`, `at_least` and `at_most` for a check of a whole number."""
    return _bounds(Integer(0, MOST_COUNT), unit)


def number_bounds(low: float, high: float, unit: str = "") -> tuple[Parameter, ...]:
    """Return the parameters `at_least` and `at_most` for a check of a measured number.

    There is no parameter `equal`, since measurements are seldom equal.
    """
    return _bounds(Real(low, high), unit)[1:]


def _bounds(constraint: Integer | Real, unit: str) -> tuple[Parameter, ...]:
    sentences = ("The value that is asked.", "The least value that passes.", "The greatest value that passes.")
    return tuple(
        Parameter(name, None, Optional(constraint, "not asked"), sentence, unit)
        for name, sentence in zip(BOUNDS, sentences, strict=True)
    )


def judge_count(value: int, arguments: Arguments, noun: str, subject: str = "") -> CheckResult:
    """Check whether a whole number, such as a count of parameters, lies within the bounds that a task sets.

    The result has a message such as "109,386 parameters; asked for: 101,770 (7,616 too many)".

    Parameters
    ----------
    value
        The number to check.
    arguments
        The bounds `equal`, `at_least` and `at_most`. An absent bound is None.
    noun
        The noun for the counted things in the singular, such as "parameter". An added "s" makes its plural.
    subject
        The words before the number, such as "Run 4: ", or an empty string.
    """
    observed = f"{subject}{value:,} {noun if value == 1 else noun + 's'}"
    equal, least, most = (arguments.get(name) for name in BOUNDS)
    if equal is not None and value != equal:
        return partly_passed(1 - abs(value - equal) / max(equal, 1), observed, _wanted("", value, equal))
    if least is not None and value < least:
        return partly_passed(value / least, observed, _wanted("at least ", value, least))
    if most is not None and value > most:
        return partly_passed(most / value, observed, _wanted("at most ", value, most))
    return passed(observed)


def _wanted(bound: str, value: int, wanted: int) -> str:
    """Return the bound and the distance from it, such as "asked for: at most 10 (2 too many)"."""
    off = f" ({abs(value - wanted):,} too {'many' if value > wanted else 'few'})" if value else ""
    return f"asked for: {bound}{wanted:,}{off}"


def judge_number(
    value: float, arguments: Arguments, observed: str, words: Callable[[float], str] = number, start: float = 0.0
) -> CheckResult:
    """Check whether a measured number, such as an accuracy, lies within the bounds that a task sets.

    Parameters
    ----------
    value
        The measured number.
    arguments
        The bounds `at_least` and `at_most`. An absent bound is None.
    observed
        The measured number in words.
    words
        The function that turns a bound, or the distance from a bound, into text.
    start
        The value that counts as 0 % of the goal, such as the accuracy of guessing.
    """
    least, most = arguments.get("at_least"), arguments.get("at_most")
    margins = [value - least] if least is not None else []
    margins += [most - value] if most is not None else []
    result = passed(observed)
    if least is not None and value < least:
        share = (value - start) / (least - start) if least > start else 0.0
        result = partly_passed(share, observed, f"asked for: at least {words(least)} ({words(least - value)} too low)")
    elif most is not None and value > most:
        share = most / value if most > 0 else 0.0
        result = partly_passed(share, observed, f"asked for: at most {words(most)} ({words(value - most)} too high)")
    return replace(result, margin=min(margins, default=None))
