"""Parameters: the values that a person may choose. Each parameter holds its constraint as data.

The widget, the check, the message and the tests of bad input all use this constraint. A constraint has four methods:

- `is_valid(value)` returns whether a value is allowed.
- `describe()` returns the constraint in words that follow "expected".
- `boundary_values()` returns allowed values at the limits.
- `bad_values()` returns values just outside the limits, and values of wrong types.

Types are checked before ranges, so that True does not count as 1, and NaN does not count as a number.
"""

import math
import re
from dataclasses import dataclass, field
from typing import Any, Protocol

from core.number_text import number


class Constraint(Protocol):
    """The interface of a constraint, which says which values a parameter may have."""

    def is_valid(self, value: object) -> bool: ...
    def describe(self) -> str: ...
    def boundary_values(self) -> tuple[Any, ...]: ...
    def bad_values(self) -> tuple[Any, ...]: ...


Value = Any  # None, bool, int, float, str, a tuple of these, or an EntryRef for a nested choice
Arguments = tuple[tuple[str, Value], ...]


@dataclass(frozen=True)
class EntryRef:
    """A chosen catalogue entry: its name and the arguments that were set. Other arguments keep Keras' defaults."""

    name: str
    arguments: Arguments = ()

    def argument(self, name: str, default: Value = None) -> Value:
        """Return the value that is set for an argument, or `default` if the argument is not set."""
        return dict(self.arguments).get(name, default)


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


@dataclass(frozen=True)
class Integer:
    """The constraint of a whole number: every `step`th number from `low` to `high`, both included."""

    low: int
    high: int
    step: int = 1  # a step of 2 and an odd `low` allow odd numbers only

    def is_valid(self, value: object) -> bool:
        if not isinstance(value, int) or isinstance(value, bool):
            return False
        return self.low <= value <= self.high and (value - self.low) % self.step == 0

    def describe(self) -> str:
        steps = "" if self.step == 1 else f", in steps of {self.step}"
        return f"a whole number from {number(self.low)} to {number(self.high)}{steps}"

    def boundary_values(self) -> tuple[Any, ...]:
        return (self.low, self.high)

    def bad_values(self) -> tuple[Any, ...]:
        between = () if self.step == 1 else (self.low + 1,)
        return (*between, self.low - 1, self.high + 1, self.low + 0.5, True, None, str(self.low), float("nan"), [self.low])


@dataclass(frozen=True)
class Real:
    """The constraint of a finite number from `low` to `high`. An open end is excluded."""

    low: float
    high: float
    low_open: bool = False
    high_open: bool = False

    def is_valid(self, value: object) -> bool:
        if isinstance(value, bool) or not isinstance(value, int | float):
            return False
        if isinstance(value, float) and not math.isfinite(value):  # `isfinite` fails for a large whole number
            return False
        above = value > self.low if self.low_open else value >= self.low
        below = value < self.high if self.high_open else value <= self.high
        return above and below

    def describe(self) -> str:
        low = f"above {number(self.low)}" if self.low_open else f"from {number(self.low)}"
        high = f"below {number(self.high)}" if self.high_open else f"to {number(self.high)}"
        if self.low_open and not self.high_open:
            high = f"up to {number(self.high)}"
        return f"a number {low} {'and ' if self.high_open else ''}{high}"

    def boundary_values(self) -> tuple[Any, ...]:
        step = (self.high - self.low) * 1e-6
        return (self.low + step if self.low_open else self.low, self.high - step if self.high_open else self.high)

    def bad_values(self) -> tuple[Any, ...]:
        outside = (self.low if self.low_open else self.low - 1.0, self.high if self.high_open else self.high + 1.0)
        return (*outside, float("nan"), float("inf"), -float("inf"), True, None, str(self.low), [self.low])


@dataclass(frozen=True)
class Choice:
    """The constraint of a choice among a few options, which are listed in teaching order."""

    options: tuple[str, ...]
    also: str = ""  # a regular expression of further allowed names, which no widget offers

    def is_valid(self, value: object) -> bool:
        if not isinstance(value, str):
            return False
        return value in self.options or (bool(self.also) and re.fullmatch(self.also, value) is not None)

    def describe(self) -> str:
        return "one of " + ", ".join(f"'{option}'" for option in self.options)

    def boundary_values(self) -> tuple[Any, ...]:
        return self.options

    def bad_values(self) -> tuple[Any, ...]:
        return (self.options[0] + "?", "", 0, True, None, [self.options[0]])


@dataclass(frozen=True)
class BooleanValue:
    """The constraint of a switch, which is on or off."""

    def is_valid(self, value: object) -> bool:
        return isinstance(value, bool)

    def describe(self) -> str:
        return "true or false"

    def boundary_values(self) -> tuple[Any, ...]:
        return (False, True)

    def bad_values(self) -> tuple[Any, ...]:
        return (0, 1, "true", None)


@dataclass(frozen=True)
class Integers:
    """The constraint of a list of `shortest` to `longest` whole numbers, a tuple in Keras, such as (28, 28)."""

    shortest: int
    longest: int
    low: int
    high: int

    def is_valid(self, value: object) -> bool:
        if not isinstance(value, tuple) or not self.shortest <= len(value) <= self.longest:
            return False
        return all(_is_whole(size) and self.low <= size <= self.high for size in value)

    def describe(self) -> str:
        lengths = str(self.shortest) if self.shortest == self.longest else f"{self.shortest} to {self.longest}"
        return f"{lengths} whole numbers from {number(self.low)} to {number(self.high)}"

    def boundary_values(self) -> tuple[Any, ...]:
        return ((self.low,) * self.shortest, (self.high,) * self.longest)

    def bad_values(self) -> tuple[Any, ...]:
        return ((self.low - 1,) * self.shortest, (self.low,) * (self.longest + 1), (True,) * self.shortest, "28", None)


@dataclass(frozen=True)
class Reals:
    """The constraint of a list of `shortest` to `longest` numbers, each above `low` and at most `high`."""

    shortest: int
    longest: int
    low: float
    high: float

    @property
    def each(self) -> Real:
        """The constraint of each number in the list."""
        return Real(self.low, self.high, low_open=True)

    def is_valid(self, value: object) -> bool:
        if not isinstance(value, tuple) or not self.shortest <= len(value) <= self.longest:
            return False
        return all(self.each.is_valid(item) for item in value)

    def describe(self) -> str:
        lengths = str(self.shortest) if self.shortest == self.longest else f"{self.shortest} to {self.longest}"
        return f"{lengths} numbers above {number(self.low)} and up to {number(self.high)}"

    def boundary_values(self) -> tuple[Any, ...]:
        return (self.each.boundary_values()[:1] * self.shortest, self.each.boundary_values()[1:] * self.longest)

    def bad_values(self) -> tuple[Any, ...]:
        outside = tuple((item,) * self.shortest for item in self.each.bad_values())
        return (*outside, self.each.boundary_values()[1:] * (self.longest + 1), (), "0.1", 0.1, None)


@dataclass(frozen=True)
class PerAxisInteger:
    """The constraint of a whole number for all axes of a window, or of a number for each of `count` axes."""

    low: int
    high: int
    count: int = 2  # 2: height and width; 3: depth, height and width

    def is_valid(self, value: object) -> bool:
        each = Integers(self.count, self.count, self.low, self.high)
        return Integer(self.low, self.high).is_valid(value) or each.is_valid(value)

    def describe(self) -> str:
        words = {2: "two of them (height, width)", 3: "three of them (depth, height, width)"}[self.count]
        return f"one whole number from {number(self.low)} to {number(self.high)}, or {words}"

    def boundary_values(self) -> tuple[Any, ...]:
        return (self.low, (self.low,) * (self.count - 1) + (self.high,))

    def bad_values(self) -> tuple[Any, ...]:
        return (self.low - 1, (self.low, self.high + 1), (self.low,), True, None, "3", 1.5)


@dataclass(frozen=True)
class Padding:
    """The constraint of padding or cropping: a number for all sides, a number for each axis, or two for each axis."""

    low: int
    high: int
    count: int = 2  # axes: 1 for a sequence, 2 for a picture, 3 for a volume

    def is_valid(self, value: object) -> bool:
        pair = Integers(2, 2, self.low, self.high)
        if Integer(self.low, self.high).is_valid(value):
            return True
        if self.count == 1:
            return pair.is_valid(value)
        if not isinstance(value, tuple) or len(value) != self.count:
            return False
        return Integers(self.count, self.count, self.low, self.high).is_valid(value) or all(map(pair.is_valid, value))

    def describe(self) -> str:
        words = {
            1: "two of them (at the beginning, at the end)",
            2: "two (height, width) or four of them (above, below, left, right)",
            3: "three (depth, height, width) or six of them (before and after on each)",
        }[self.count]
        return f"one whole number from {number(self.low)} to {number(self.high)}, or {words}"

    def boundary_values(self) -> tuple[Any, ...]:
        pair = (self.low, self.high)
        return (self.low, self.high, pair if self.count == 1 else (pair,) * self.count)

    def bad_values(self) -> tuple[Any, ...]:
        pair = (self.low, self.high)
        return (self.low - 1, (self.low,), (pair,), (pair, self.low), (*pair, self.high, self.high), True, None, "1", 1.5)


@dataclass(frozen=True)
class RealOrRange:
    """The constraint of a number from `low` to `high`, or of an interval within these limits."""

    low: float
    high: float
    single: bool = True  # whether a single number is allowed

    def is_valid(self, value: object) -> bool:
        number_rule = Real(self.low, self.high)
        if not isinstance(value, tuple):
            return self.single and number_rule.is_valid(value)
        return len(value) == 2 and all(map(number_rule.is_valid, value)) and value[0] <= value[1]

    def describe(self) -> str:
        limits = f"from {number(self.low)} to {number(self.high)}"
        return f"one number {limits}, or two, the lower first" if self.single else f"two numbers {limits}, the lower first"

    def boundary_values(self) -> tuple[Any, ...]:
        alone = (self.low, self.high) if self.single else ()
        return (*alone, (self.low, self.high), (self.high, self.high))

    def bad_values(self) -> tuple[Any, ...]:
        outside = ((self.high, self.low), (self.low,), (self.low, self.high + 1.0), (self.low, math.nan), self.high + 1.0)
        return (*outside, True, None, "0.1", (), (True, True))


@dataclass(frozen=True)
class EntryChoice:
    """The constraint of a catalogue entry with arguments, or of a short name that stands for Keras' default arguments."""

    kind: str  # the catalogue, a key of `core.experiment.model.CATALOGUES`
    options: tuple[str, ...]  # names of the allowed entries
    short: tuple[str, ...] = ()  # short names of allowed entries

    def is_valid(self, value: object) -> bool:
        if isinstance(value, EntryRef):
            return value.name in self.options
        return isinstance(value, str) and value in self.short

    def describe(self) -> str:
        return "one of " + ", ".join(f"'{option}'" for option in self.short or self.options)

    def boundary_values(self) -> tuple[Any, ...]:
        return (*self.short, *map(EntryRef, self.options))

    def bad_values(self) -> tuple[Any, ...]:
        return ("?", "", 0, True, None, EntryRef("?"), self.options)


@dataclass(frozen=True)
class Optional:
    """The constraint of a value that `inner` allows, or None (null in JSON)."""

    inner: Constraint
    nothing: str = "none"  # the meaning of None, for people

    def is_valid(self, value: object) -> bool:
        return value is None or self.inner.is_valid(value)

    def describe(self) -> str:
        return f"{self.inner.describe()}, or null ({self.nothing})"

    def boundary_values(self) -> tuple[Any, ...]:
        return (None, *self.inner.boundary_values())

    def bad_values(self) -> tuple[Any, ...]:
        return tuple(value for value in self.inner.bad_values() if value is not None)


def unwrap_optional(constraint: Constraint) -> Any:
    """Return the inner constraint of an `Optional`. Return any other constraint unchanged."""
    return constraint.inner if isinstance(constraint, Optional) else constraint


@dataclass(frozen=True)
class WorkableRange:
    """The range of values with which networks usually learn. Keras silently accepts values outside this range."""

    low: float  # if the parameter is a pair of values, the value farther from 0 counts
    high: float
    why: str  # the effect of a value outside the range, in a sentence
    better: Any = None  # a better value; None means the parameter's default


@dataclass(frozen=True)
class Parameter:
    """A parameter that a person may set, with its default, constraint and explanation."""

    name: str  # the name in Keras, or in the experiment's JSON
    default: Any  # the value to start with
    constraint: Constraint
    help: str  # a sentence for a beginner
    unit: str = ""  # "images", "epochs"; empty for a pure number
    usual: tuple[Any, ...] = field(default=())  # values that a lecturer tries; may be empty
    workable: WorkableRange | None = None  # bounds beyond which networks seldom learn; None if unknown

    @property
    def label(self) -> str:
        """The name for people: "Kernel size" for `kernel_size`."""
        words = self.name.replace("_", " ")
        return words[0].upper() + words[1:]
