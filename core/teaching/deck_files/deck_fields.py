"""The reader of the fields of a deck's block, which reports every wrong field."""

import re
from typing import Any

from core.parameters import Constraint
from core.problems import closest, did_you_mean, quoted
from core.teaching.checks.check import as_tuples
from core.teaching.deck_files.deck_words import check_deck_words
from core.teaching.deck_files.deck_yaml import Node
from core.teaching.deck_problems import DeckProblem, mistake

ID = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
LONGEST_TEXT = 1_000  # characters of a question, a reply or a hint: about twelve lines
MAXIMUM_ITEMS = 40  # the largest number of items in a list of a block
MOST_UNKNOWN = 20  # unknown fields of a block that are reported, since finding the most similar name takes time


class Fields:
    """The fields of a block of a deck, with functions that read a field and report mistakes.

    Parameters
    ----------
    node
        The mapping.
    kind
        The kind of the block, with an article: "a task".
    keys
        All allowed fields.
    problems
        The list to which problems are added.
    """

    def __init__(self, node: Node, kind: str, keys: tuple[str, ...], problems: list[DeckProblem]) -> None:
        self.line, self.kind, self._problems = node.line, kind, problems
        self._nodes: dict[str, Node] = node.value if isinstance(node.value, dict) else {}
        if not isinstance(node.value, dict):
            expected = f"Expected the fields {', '.join(keys)}."
            self.report(node.line, f"{self._capital} is {quoted(node.plain)}.", expected, "Write each as key: value.")
        unknown = [item for item in self._nodes.items() if item[0] not in keys]
        for key, value in unknown[:MOST_UNKNOWN]:
            fix = "Correct or remove it."
            if value.value is None:  # words after a comma within braces count as a field
                fix = "Correct or remove it; where it belongs to a text with commas, put the whole text into quotes."
            self.report(value.line, f"{self._capital} has the unknown field {quoted(key)}.", did_you_mean(key, keys), fix)

    @property
    def _capital(self) -> str:
        """The kind of the block with a capital letter, for the beginning of a sentence."""
        return self.kind[0].upper() + self.kind[1:]

    def report(self, line: int, happened: str, expected: str, fix: str) -> None:
        """Report a mistake in a field."""
        self._problems.append(mistake(line, "deck-field", happened, expected, fix))

    def has(self, key: str) -> bool:
        return key in self._nodes

    def node(self, key: str, example: str = "") -> Node | None:
        """Return the node of a field. If the field is missing, return None.

        If an example is given, the field is required, and a missing field is reported.
        """
        node = self._nodes.get(key)
        if (node is None or node.value is None) and example:
            self.report(
                node.line if node else self.line, f"{self._capital} lacks {key}.", "Expected it.", f"Add {key}: {example}"
            )
            return None
        return node if node is not None and node.value is not None else None

    def text(self, key: str, example: str = "", longest: int = LONGEST_TEXT) -> str:
        """Return the text of a field. If the field is missing or invalid, return an empty string."""
        node = self.node(key, example)
        return "" if node is None else self.text_of(node, key, longest)

    def text_of(self, node: Node, key: str, longest: int = LONGEST_TEXT) -> str:
        """Return the text of a node. If the node is a list or a mapping, or the text too long, return an empty string."""
        if isinstance(node.value, dict | list):
            fix = f"Write {key}: and the words; put words with colons, commas or brackets into quotes."
            self.report(node.line, f"{key} of {self.kind} is {quoted(node.plain)}.", "Expected words.", fix)
            return ""
        text = node.text.strip()
        if not text or len(text) > longest:
            happened = f"{key} of {self.kind} has {len(text):,} characters."
            self.report(node.line, happened, f"Expected 1 to {longest:,}.", "Shorten it." if text else "Write something.")
            return ""
        check_deck_words(text, node.line, self._problems)
        return text

    def id(self, key: str = "id", example: str = "a-short-name") -> str:
        """Return a field that holds a short name, such as the id. If missing or invalid, return an empty string."""
        node = self.node(key, example)
        if node is None or ID.fullmatch(node.text):
            return node.text if node else ""
        happened = f"The {key} of {self.kind} is {quoted(node.plain)}."
        expected = "Expected 1 to 40 small letters, digits and hyphens."
        self.report(node.line, happened, expected, f"Correct the {key}.")
        return ""

    def items(self, key: str, example: str = "", fewest: int = 1) -> tuple[Node, ...]:
        """Return the nodes of a list field. If the field is missing or invalid, return an empty tuple."""
        node = self.node(key, example)
        if node is None:
            return ()
        if isinstance(node.value, list) and fewest <= len(node.value) <= MAXIMUM_ITEMS:
            return tuple(node.value)
        given = f"a list of {len(node.value)}" if isinstance(node.value, list) else quoted(node.plain)
        fix = f"Write {key}: {example or '[one, another]'}"
        self.report(node.line, f"{key} of {self.kind} is {given}.", f"Expected a list of {fewest} to {MAXIMUM_ITEMS}.", fix)
        return ()

    def value(self, key: str, constraint: Constraint, default: Any, example: str = "") -> Any:
        """Return the value of a field. If the field is missing or violates the constraint, return the default."""
        node = self.node(key, example)
        return default if node is None else self.value_of(node, key, constraint, default)

    def value_of(self, node: Node, key: str, constraint: Constraint, default: Any) -> Any:
        """Return the value of a node, with tuples for lists. If the value violates the constraint, return the default."""
        value = as_tuples(node.plain)
        if constraint.is_valid(value):
            return value
        happened = f"{key} of {self.kind} is {quoted(node.plain)}."
        self.report(node.line, happened, f"Expected {constraint.describe()}.", correction_hint(value, constraint))
        return default


def correction_hint(value: object, constraint: Constraint) -> str:
    """Return the advice for a value that violates a constraint, such as the most similar option."""
    options: tuple[str, ...] = getattr(constraint, "options", ())
    close = closest(value, options) if isinstance(value, str) else None
    return "Correct the value." if close is None else f"Did you mean '{close}'?"
