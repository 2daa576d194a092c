"""Shipped decks that are broken by chance: each gets a message with its line, or is a whole deck still."""

import random
import re
from collections.abc import Callable

import pytest

from core.teaching import library
from core.teaching.deck_files.deck_experiments import experiment_after_each_change
from core.teaching.deck_files.parse_deck import parse_deck
from tests.deep_cases import deep_except

NAMES = tuple(deck.name for deck in library.decks())
MUTATIONS = 200
MORE = 2_000  # in the deep set
FENCE = re.compile(r"^(```|~~~)", re.MULTILINE)
KEY = re.compile(r"\b[a-z_]+(?=:)")
VALUE = re.compile(r"(?<=: )[^,}\n]+")
SIGNS = "{}[]:,\"'`#-&*!|>%@<\\\t\n ~=0aé😀\0\u2028"


def _lines(change: Callable[[list[str], int, random.Random], None]) -> Callable[[str, random.Random], str]:
    """A mutation that changes the lines of a deck at a place by chance."""

    def mutate(text: str, chance: random.Random) -> str:
        lines = text.split("\n")
        change(lines, chance.randrange(len(lines)), chance)
        return "\n".join(lines)

    return mutate


def _delete(lines: list[str], at: int, chance: random.Random) -> None:
    del lines[at : at + chance.choice((1, 1, 2, 5, 40))]


def _duplicate(lines: list[str], at: int, chance: random.Random) -> None:
    lines[at:at] = lines[at : at + chance.choice((1, 1, 3, 20))]


def _swap(lines: list[str], at: int, chance: random.Random) -> None:
    other = chance.randrange(len(lines))
    lines[at], lines[other] = lines[other], lines[at]


def _indent(lines: list[str], at: int, chance: random.Random) -> None:
    lines[at] = chance.choice((" ", "  ", "\t", "    ", "> ", "- ")) + lines[at]


def _cut(lines: list[str], at: int, chance: random.Random) -> None:
    lines[at] = lines[at][: chance.randrange(len(lines[at]) + 1)]


def _garble(text: str, chance: random.Random) -> str:
    letters = list(text)
    for _ in range(chance.choice((1, 1, 2, 10))):
        at = chance.randrange(len(letters))
        letters[at : at + chance.choice((0, 1, 1, 4))] = chance.choice(SIGNS)
    return "".join(letters)


def _break_fence(text: str, chance: random.Random) -> str:
    fence = chance.choice(list(FENCE.finditer(text)))
    return text[: fence.start()] + chance.choice(("", "``", "````", "~~~", "```task\n```")) + text[fence.end() :]


def _break_key(text: str, chance: random.Random) -> str:
    key = chance.choice(list(KEY.finditer(text)))
    other = chance.choice(list(KEY.finditer(text))).group()
    name = chance.choice((other, key.group()[:-1], key.group()[::-1], "", "true", "1", "no"))
    return text[: key.start()] + name + text[key.end() :]


def _break_value(text: str, chance: random.Random) -> str:
    value = chance.choice(list(VALUE.finditer(text)))
    other = chance.choice(
        ("", "yes", "1e-3", "-1", "[]", "{}", "null", "2026-11-27", "[[1]]", ".nan", "99999999999999999999999")
    )
    return text[: value.start()] + other + text[value.end() :]


KINDS = (_lines(_delete), _lines(_duplicate), _lines(_swap), _lines(_indent), _lines(_cut))
WAYS = (*KINDS, _garble, _break_fence, _break_key, _break_value)


def broken(number: int) -> str:
    """A shipped deck with a mutation, or several; the same number gives the same one."""
    chance = random.Random(number)
    text = library.text_of(NAMES[number % len(NAMES)]) or ""
    for _ in range(chance.choice((1, 1, 1, 2, 5))):
        is_short = not (FENCE.search(text) and KEY.search(text) and VALUE.search(text))  # a fence, key or value is needed
        text = chance.choice(KINDS if is_short else WAYS)(text, chance)
    return text


@pytest.mark.deep
@pytest.mark.parametrize("first", deep_except([0], range(0, MORE, MUTATIONS)))
def test_broken_deck_gets_messages_with_lines_or_is_a_deck(first: int) -> None:
    refused = 0
    for number in range(first, first + MUTATIONS):
        text = broken(number)
        read = parse_deck(text, "broken")
        assert (read.deck is None) == bool(read.problems), number
        last = text.count("\n") + text.count("\r") + 1
        assert all(1 <= problem.line <= last for problem in read.problems), number
        assert all(str(problem).isprintable() for problem in read.problems), number
        if read.deck is not None:
            assert read.deck.scenes and list(experiment_after_each_change(read.deck)) is not None, number
        refused += read.deck is None
    assert refused > MUTATIONS / 2, "most mutations do harm"


@pytest.mark.deep
def test_most_messages_are_near_the_line_that_was_broken() -> None:
    """A field that is misspelt is named at its own line."""
    near = total = 0
    for number in range(100):
        chance = random.Random(number)
        text = library.text_of(NAMES[number % len(NAMES)]) or ""
        keys = [key for key in KEY.finditer(text) if text[key.start() - 1] in "\n {" and "```" in text[: key.start()]]
        key = chance.choice(keys)
        read = parse_deck(f"{text[: key.start()]}{key.group()}x{text[key.end() :]}", "misspelt")
        line = text.count("\n", 0, key.start()) + 1
        total += read.deck is None
        near += any(abs(problem.line - line) <= 1 for problem in read.problems)
    assert total >= 80 and near >= 0.9 * total, (near, total)
