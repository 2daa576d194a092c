"""The documentation of decks: its example is a deck, and its tables name all there is."""

import re

from core.teaching.checks.figures import FIGURES
from core.teaching.checks.task_checks import CHECKS
from core.teaching.deck import KINDS
from core.teaching.deck_files.deck_blocks import BLOCKS
from core.teaching.deck_files.parse_deck import FRONT, NOTES, parse_deck
from tests.test_readme import PROJECT, table_under

TEXT = (PROJECT / "docs" / "decks.md").read_text(encoding="utf-8")


def test_example_is_a_whole_deck_with_every_kind_of_block_but_marks_and_recordings() -> None:
    (example,) = re.findall(r"````markdown\n(.*?)````", TEXT, re.DOTALL)
    read = parse_deck(example, "example")
    assert list(map(str, read.problems)) == []
    assert set(re.findall(r"^```(\w+)$", example, re.MULTILINE)) == {*BLOCKS, NOTES} - {"mark", "recorded"}


def test_every_field_and_kind_and_block_is_explained() -> None:
    rows = table_under("Field of a deck")
    assert [row[0].strip("`") for row in rows] == list(FRONT)
    assert all(f"`{kind}`" in " ".join(row[1] for row in rows) for kind in KINDS)
    assert [row[0].strip("`") for row in table_under("Block")] == [*BLOCKS, NOTES]


def test_every_check_is_in_the_table() -> None:
    rows = [tuple(row) for row in table_under("Check")]
    expected = [
        (f"`{check.name}`", check.sentence, ", ".join(f"`{one.name}`" for one in check.parameters) or "none")
        for check in CHECKS.values()
    ]
    assert rows == expected


def test_every_figure_is_in_the_table() -> None:
    answered = {True: "the run that follows", False: "the draft"}
    expected = [(f"`{figure.name}`", figure.sentence, answered[figure.needs_run]) for figure in FIGURES.values()]
    assert [tuple(row) for row in table_under("Figure")] == expected
