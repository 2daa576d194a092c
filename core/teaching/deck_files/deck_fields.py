"""Read the fields of a deck's block, and report every one that is wrong."""

import re
from typing import Any

from core.parameters import Constraint
from core.problems import closest, did_you_mean, quoted
from core.teaching.checks.check import as_tuples
from core.teaching.deck_files.deck_words import check_words
from core.teaching.deck_files.deck_yaml import Node
from core.teaching.deck_problems import DeckProblem, mistake

ID = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
LONGEST_TEXT = 1_000  # characters of a question, a reply or a hint: about twelve lines
MAXIMUM_ITEMS = 40  # of a list in a block


class Fields:
    """The fields of one mapping.

    Parameters
    ----------
    node
        The mapping.
    what
        What it is, with an article: "a task".
    keys
        All fields that it may have.
    problems
        Takes what is wrong.
    """

    def __init__(self, node: Node, what: str, keys: tuple[str, ...], problems: list[DeckProblem]) -> None:
        self.line, self.what, self._problems = node.line, what, problems
        self._nodes: dict[str, Node] = node.value if isinstance(node.value, dict) else {}
        if not isinstance(node.value, dict):
            expected = f"Expected the fields {', '.join(keys)}."
            self.report(node.line, f"{self.What} is {quoted(node.plain)}.", expected, "Write each as key: value.")
        for key, value in self._nodes.items():
            if key not in keys:
                fix = "Correct or remove it."
                if value.value is None:  # what follows a comma within braces
                    fix = "Correct or remove it; where it belongs to a text with commas, put the whole text into quotes."
                self.report(value.line, f"{self.What} has the unknown field {quoted(key)}.", did_you_mean(key, keys), fix)

    @property
    def What(self) -> str:  # noqa: N802 - the same words at the beginning of a sentence
        """What it is, as the beginning of a sentence."""
        return self.what[0].upper() + self.what[1:]

    def report(self, line: int, happened: str, expected: str, fix: str) -> None:
        """Report that a field is wrong."""
        self._problems.append(mistake(line, "deck-field", happened, expected, fix))

    def has(self, key: str) -> bool:
        return key in self._nodes

    def node(self, key: str, example: str = "") -> Node | None:
        """A field as it was read; with an example, a field that must be there."""
        node = self._nodes.get(key)
        if (node is None or node.value is None) and example:
            self.report(
                node.line if node else self.line, f"{self.What} lacks {key}.", "Expected it.", f"Add {key}: {example}"
            )
            return None
        return node if node is not None and node.value is not None else None

    def text(self, key: str, example: str = "", longest: int = LONGEST_TEXT) -> str:
        """A field of words; "" if it is absent or wrong."""
        node = self.node(key, example)
        return "" if node is None else self.text_of(node, key, longest)

    def text_of(self, node: Node, key: str, longest: int = LONGEST_TEXT) -> str:
        """The words of a node: numbers and yes are words too where words are asked for."""
        if isinstance(node.value, dict | list):
            fix = f"Write {key}: and the words; put words with colons, commas or brackets into quotes."
            self.report(node.line, f"{key} of {self.what} is {quoted(node.plain)}.", "Expected words.", fix)
            return ""
        text = node.text.strip()
        if not text or len(text) > longest:
            happened = f"{key} of {self.what} has {len(text):,} characters."
            self.report(node.line, happened, f"Expected 1 to {longest:,}.", "Shorten it." if text else "Write something.")
            return ""
        check_words(text, node.line, self._problems)
        return text

    def id(self, key: str = "id", example: str = "a-short-name") -> str:
        """A short name, such as the id; "" if it is absent or wrong."""
        node = self.node(key, example)
        if node is None or ID.fullmatch(node.text):
            return node.text if node else ""
        happened = f"The {key} of {self.what} is {quoted(node.plain)}."
        expected = "Expected 1 to 40 small letters, digits and hyphens."
        self.report(node.line, happened, expected, f"Correct the {key}.")
        return ""

    def items(self, key: str, example: str = "", fewest: int = 1) -> tuple[Node, ...]:
        """A list of nodes; () if it is absent or wrong."""
        node = self.node(key, example)
        if node is None:
            return ()
        if isinstance(node.value, list) and fewest <= len(node.value) <= MAXIMUM_ITEMS:
            return tuple(node.value)
        given = f"a list of {len(node.value)}" if isinstance(node.value, list) else quoted(node.plain)
        fix = f"Write {key}: {example or '[one, another]'}"
        self.report(node.line, f"{key} of {self.what} is {given}.", f"Expected a list of {fewest} to {MAXIMUM_ITEMS}.", fix)
        return ()

    def value(self, key: str, constraint: Constraint, default: Any, example: str = "") -> Any:
        """A field that keeps to a constraint; its default if it is absent or wrong."""
        node = self.node(key, example)
        return default if node is None else self.value_of(node, key, constraint, default)

    def value_of(self, node: Node, key: str, constraint: Constraint, default: Any) -> Any:
        """The value of a node that keeps to a constraint; lists are tuples there."""
        value = as_tuples(node.plain)
        if constraint.is_valid(value):
            return value
        happened = f"{key} of {self.what} is {quoted(node.plain)}."
        self.report(node.line, happened, f"Expected {constraint.describe()}.", correction(value, constraint))
        return default


def correction(value: object, constraint: Constraint) -> str:
    """How to repair a value that a constraint refuses: the closest option, where there are options."""
    options: tuple[str, ...] = getattr(constraint, "options", ())
    close = closest(value, options) if isinstance(value, str) else None
    return "Correct the value." if close is None else f"Did you mean '{close}'?"
