"""The reader of the YAML in a deck's blocks, which allows plain values only and keeps the line of each value.

PyYAML finds the structure. Plain words become values as in JSON and YAML 1.2, so that `yes` is the word "yes", 1e-3 is a
number and 2026-11-27 is no date. Anchors, aliases and tags are refused, since a few lines can expand to gigabytes.
"""

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from core.problems import quoted
from core.teaching.deck_problems import DeckProblem, mistake

MAXIMUM_BLOCK = 20_000  # characters of a block; a network of 200 layers takes 15,000
MAXIMUM_DEPTH = 12  # the deepest block, a wrapped layer in a task, is 9 deep
MAXIMUM_DIGITS = 20  # digits of a whole number, as in an experiment's JSON
WHOLE = re.compile(r"[-+]?[0-9]+")
REAL = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
WORDS: Mapping[str, bool | None] = {"true": True, "false": False, "null": None, "~": None, "": None}

# A part of a message of PyYAML, the mistake in plain words, and the fix.
ADVICE = (
    (
        "mapping values are not allowed",
        "A second colon stands in one line.",
        'Put a text that holds a colon into quotes: ask: "Which one: this or that?"',
    ),
    ("cannot start any token", "A value begins with a character that YAML keeps for itself.", "Put the value into quotes."),
    ("could not find expected ':'", "A line is neither a key with a colon nor a part of a list.", "Write key: value."),
    (
        "expected <block end>",
        "A line does not fit what stands above it.",
        "Indent what belongs together by the same spaces.",
    ),
    (
        "expected ',' or",
        "A bracket or brace is not closed, or a comma is missing.",
        "Close it, and quote texts with commas.",
    ),
    ("unexpected end of stream", "A quote or a bracket is not closed.", "Close it."),
    ("unknown escape character", "A backslash in double quotes stands before another letter.", "Write single quotes."),
    (
        "did not find expected",
        "A bracket or brace is not closed, or a comma is missing.",
        "Close it, and quote texts with commas.",
    ),
)


@dataclass(frozen=True)
class Node:
    """A YAML value in a block, with its line in the file."""

    value: Any  # None, bool, int, float or str; a dict of nodes by key; or a list of nodes
    line: int
    text: str = ""  # a plain value as written

    @property
    def plain(self) -> Any:
        """The value without line numbers, as dicts, lists and scalars."""
        if isinstance(self.value, dict):
            return {key: node.plain for key, node in self.value.items()}
        return [node.plain for node in self.value] if isinstance(self.value, list) else self.value


class _Refused(Exception):
    """Raised if the YAML of a block cannot be read."""

    def __init__(self, problem: DeckProblem) -> None:
        super().__init__(str(problem))
        self.problem = problem


def read_yaml(text: str, line: int, problems: list[DeckProblem]) -> Node | None:
    """Read the YAML of a block. If the YAML is invalid, report the mistake and return None.

    Parameters
    ----------
    text
        The YAML.
    line
        Its first line in the file.
    problems
        The list to which problems are added.

    Returns
    -------
    Node or None
        The value, or None for an unreadable block.
    """
    if len(text) > MAXIMUM_BLOCK:
        happened = f"The block has {len(text):,} characters."
        problems.append(mistake(line, "deck-too-long", happened, f"Expected at most {MAXIMUM_BLOCK:,}.", "Shorten it."))
        return None
    try:
        return _Reader(text, line, problems).document()
    except _Refused as refused:
        problems.append(refused.problem)
    except yaml.YAMLError as error:
        problems.append(_syntax_mistake(error, text, line))
    return None


def _syntax_mistake(error: Any, text: str, first: int) -> DeckProblem:
    """Translate an error of PyYAML into a mistake in plain words."""
    said, mark = str(getattr(error, "problem", None) or "it holds a control character"), getattr(error, "problem_mark", None)
    at = min(mark.line, text.rstrip("\n").count("\n")) if mark is not None else 0
    plain = next(((happened, fix) for part, happened, fix in ADVICE if part in said), None)
    shown = text.split("\n")[at].strip()
    if shown.startswith("\t") or "'\\t'" in said:
        plain = ("A tab stands where YAML expects spaces.", "Write spaces in place of the tab.")
    happened, fix = plain or (f"YAML cannot read the line: {said}.", "Correct the line.")
    where = f" The line is {quoted(shown, 60)}." if shown else ""
    return mistake(first + at, "deck-yaml", f"{happened}{where}", "Expected YAML: key: value.", fix)


class _Reader:
    """A reader that turns the events of PyYAML's parser into nodes."""

    def __init__(self, text: str, first: int, problems: list[DeckProblem]) -> None:
        self._events: Iterator[Any] = iter(yaml.parse(text, Loader=yaml.SafeLoader))
        self._first = first
        self._problems = problems

    def document(self) -> Node | None:
        """Return the root node of the text. Raise _Refused if the text is empty or has a second document."""
        next(self._events)  # the start of the stream
        event = next(self._events)
        if isinstance(event, yaml.StreamEndEvent):
            expected = "Expected lines of the form key: value."
            raise _Refused(mistake(self._first, "deck-empty", "The block is empty.", expected, "Fill it, or take it away."))
        node = self._node(next(self._events), 1)
        next(self._events)  # the end of the document
        event = next(self._events)
        if not isinstance(event, yaml.StreamEndEvent):
            happened = "A line of three hyphens or dots divides the block."
            raise _Refused(mistake(self._line(event), "deck-yaml", happened, "Expected one document.", "Remove that line."))
        return node

    def _line(self, event: Any) -> int:
        return int(self._first + event.start_mark.line)

    def _node(self, event: Any, depth: int) -> Node:
        line = self._line(event)
        if isinstance(event, yaml.AliasEvent) or event.anchor is not None:
            self._refuse(line, "An anchor (&) or an alias (*) stands in the block.", "Write the value out, or quote it.")
        if event.tag is not None:
            self._refuse(line, f"The tag {quoted(event.tag)} stands in the block.", "Remove it, or quote the text.")
        if depth > MAXIMUM_DEPTH:
            self._refuse(line, f"The block is nested more than {MAXIMUM_DEPTH} deep.", "Remove brackets or braces.")
        if isinstance(event, yaml.ScalarEvent):
            return self._scalar(event, line)
        if isinstance(event, yaml.SequenceStartEvent):
            return Node(list(self._items(depth)), line)
        return Node(self._pairs(depth), line)

    def _refuse(self, line: int, happened: str, fix: str) -> None:
        raise _Refused(mistake(line, "deck-yaml", happened, "Expected plain keys and values.", fix))

    def _items(self, depth: int) -> Iterator[Node]:
        while not isinstance(event := next(self._events), yaml.SequenceEndEvent):
            yield self._node(event, depth + 1)

    def _pairs(self, depth: int) -> dict[str, Node]:
        pairs: dict[str, Node] = {}
        while not isinstance(event := next(self._events), yaml.MappingEndEvent):
            if not isinstance(event, yaml.ScalarEvent):
                self._refuse(self._line(event), "A key is a list or has keys of its own.", "Write a word before the colon.")
            key, value = self._node(event, depth + 1), self._node(next(self._events), depth + 1)
            if key.text in pairs:
                happened = f"The key {quoted(key.text)} stands twice; it stands in line {pairs[key.text].line} too."
                self._problems.append(mistake(key.line, "deck-key-twice", happened, "Expected it once.", "Remove one."))
            pairs.setdefault(key.text, value)
        return pairs

    def _scalar(self, event: Any, line: int) -> Node:
        text = event.value
        if not event.implicit[0]:  # quoted, or written over several lines
            return Node(text, line, text)
        if text in WORDS:
            return Node(WORDS[text], line, text)
        if WHOLE.fullmatch(text) and len(text) <= MAXIMUM_DIGITS:
            return Node(int(text), line, text)
        if REAL.fullmatch(text) and len(text) <= MAXIMUM_BLOCK and math.isfinite(float(text)):
            return Node(float(text), line, text)
        return Node(text, line, text)
