"""What a person may choose, with its constraint as data.

One declaration drives the widget, the check, the message and the tests of bad input. A constraint knows four things:

- `is_valid(value)`: is this value allowed?
- `describe()`: the rule in words, to follow "expected".
- `boundary_values()`: allowed values at the limits.
- `bad_values()`: values just outside, and of wrong types.

Types come before ranges; True is not 1, and NaN is no number.
"""

import math
import re
from dataclasses import dataclass, field
from typing import Any, Protocol

from core.number_text import number
from core.typical_values import Workable


class Constraint(Protocol):
    """What every constraint can do."""

    def is_valid(self, value: object) -> bool: ...
    def describe(self) -> str: ...
    def boundary_values(self) -> tuple[Any, ...]: ...
    def bad_values(self) -> tuple[Any, ...]: ...


Value = Any  # None, bool, int, float, str, a tuple of these, or a EntryRef where the argument may be a choice itself
Arguments = tuple[tuple[str, Value], ...]


@dataclass(frozen=True)
class EntryRef:
    """A catalogue entry as chosen: its name and the arguments that were set. The others keep Keras' defaults."""

    name: str
    arguments: Arguments = ()

    def argument(self, name: str, default: Value = None) -> Value:
        """The value set for an argument, or `default`."""
        return dict(self.arguments).get(name, default)


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


@dataclass(frozen=True)
class Integer:
    """A whole number from `low` to `high`, both included; every `step`th of them."""

    low: int
    high: int
    step: int = 1  # 2 from an odd `low`: odd numbers only

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
    """A finite number from `low` to `high`; an open end is not itself allowed."""

    low: float
    high: float
    low_open: bool = False
    high_open: bool = False

    def is_valid(self, value: object) -> bool:
        if isinstance(value, bool) or not isinstance(value, int | float):
            return False
        if isinstance(value, float) and not math.isfinite(value):  # a whole number may be too large to ask
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
    """One of a few named options, in teaching order."""

    options: tuple[str, ...]
    also: str = ""  # a regular expression of names that are allowed too, and that nobody types

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
class Switch:
    """On or off."""

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
    """A list of `shortest` to `longest` whole numbers; Keras calls it a tuple, as in (28, 28)."""

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
    """A list of `shortest` to `longest` numbers, each above `low` and at most `high`."""

    shortest: int
    longest: int
    low: float
    high: float

    @property
    def each(self) -> Real:
        """What is allowed of each of them."""
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
    """One whole number for all sides of a window, or `count` of them, one for each."""

    low: int
    high: int
    count: int = 2  # 2: height and width; 3: depth too

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
    """What is put around a picture, or cut off: one whole number for all sides, one for each axis, or two for each."""

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
    """One number from `low` to `high`; or two, of which the first is not above the second."""

    low: float
    high: float
    single: bool = True  # whether one number may stand alone

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
    """A choice of a catalogue, with arguments of its own; where it has a short name, that alone will do."""

    kind: str  # the catalogue
    options: tuple[str, ...]  # the names in it that may be chosen
    short: tuple[str, ...] = ()  # short names, each for a choice with Keras' own arguments

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
    """What `inner` allows, or nothing at all (None in Keras, null in JSON)."""

    inner: Constraint
    nothing: str = "none"  # what nothing means, for people

    def is_valid(self, value: object) -> bool:
        return value is None or self.inner.is_valid(value)

    def describe(self) -> str:
        return f"{self.inner.describe()}, or null ({self.nothing})"

    def boundary_values(self) -> tuple[Any, ...]:
        return (None, *self.inner.boundary_values())

    def bad_values(self) -> tuple[Any, ...]:
        return tuple(value for value in self.inner.bad_values() if value is not None)


def unwrap_optional(constraint: Constraint) -> Any:
    """What is allowed where something is: a constraint without its `Optional`."""
    return constraint.inner if isinstance(constraint, Optional) else constraint


@dataclass(frozen=True)
class Parameter:
    """Something that a person may choose."""

    name: str  # as Keras, or the experiment's JSON, calls it
    default: Any  # the value to start with
    constraint: Constraint  # what is allowed
    help: str  # one sentence for a beginner
    unit: str = ""  # "images", "epochs"; empty for a pure number
    usual: tuple[Any, ...] = field(default=())  # a few values that a lecturer tries; () when there are none
    workable: Workable | None = None  # outside of which it seldom learns; None where no such bounds are known

    @property
    def label(self) -> str:
        """The name as a person reads it: `kernel_size` is "Kernel size"."""
        words = self.name.replace("_", " ")
        return words[0].upper() + words[1:]
