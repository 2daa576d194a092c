"""Constraints for arguments that only decks have: texts, lists of texts, and the arguments of a layer."""

from dataclasses import dataclass
from typing import Any

LONGEST_TEXT = 200  # characters of a text


@dataclass(frozen=True)
class Text:
    """The constraint for a text of a single line."""

    noun: str = "a text"  # names the text in messages

    def is_valid(self, value: object) -> bool:
        return isinstance(value, str) and 0 < len(value) <= LONGEST_TEXT and value.isprintable()

    def describe(self) -> str:
        return f"{self.noun} of at most {LONGEST_TEXT} characters"

    def boundary_values(self) -> tuple[Any, ...]:
        return ("a", "a" * LONGEST_TEXT)

    def bad_values(self) -> tuple[Any, ...]:
        return ("", "a" * (LONGEST_TEXT + 1), "a\nb", 1, None, True)


@dataclass(frozen=True)
class Texts:
    """The constraint for a list of texts."""

    options: tuple[str, ...] = ()  # the allowed texts; () allows any
    shortest: int = 1
    longest: int = 50

    def is_valid(self, value: object) -> bool:
        if not isinstance(value, tuple) or not self.shortest <= len(value) <= self.longest:
            return False
        return all(Text().is_valid(text) and (not self.options or text in self.options) for text in value)

    def describe(self) -> str:
        of = f" of {', '.join(self.options[:4])} …" if len(self.options) > 4 else f" of {', '.join(self.options)}"
        return f"a list of {self.shortest} to {self.longest} texts{of if self.options else ''}"

    def boundary_values(self) -> tuple[Any, ...]:
        text = self.options[0] if self.options else "a"
        return ((text,) * self.shortest, (text,) * self.longest)

    def bad_values(self) -> tuple[Any, ...]:
        few = () if self.shortest == 0 else ((),)
        unknown = (("?",),) if self.options else ()
        return (*few, *unknown, ("a",) * (self.longest + 1), ("",), (1,), "a", None)


@dataclass(frozen=True)
class Values:
    """The constraint for a dict of Keras arguments, such as {units: 128, activation: relu}."""

    def is_valid(self, value: object) -> bool:
        return isinstance(value, dict) and all(isinstance(name, str) and name.isidentifier() for name in value)

    def describe(self) -> str:
        return "arguments by their names in Keras, such as {units: 128, activation: relu}"

    def boundary_values(self) -> tuple[Any, ...]:
        return ({}, {"units": 128})

    def bad_values(self) -> tuple[Any, ...]:
        return ("units", 1, None, ("units",), {"not a name": 1})
