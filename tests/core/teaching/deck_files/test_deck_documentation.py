"""The documentation of decks: its example is a deck, and its tables name all there is."""

import re

from core.number_text import number
from core.teaching.checks.predictable_values import PREDICTABLE_VALUES
from core.teaching.checks.task_checks import CHECKS
from core.teaching.deck import KINDS
from core.teaching.deck_files.deck_blocks import BLOCKS
from core.teaching.deck_files.parse_deck import FRONT, NOTES, parse_deck
from core.teaching.shows.catalogue import SHOWS
from tests.test_readme import PROJECT, table_under

TEXT = (PROJECT / "docs" / "decks.md").read_text(encoding="utf-8")

EXCEPT = {"mark", "show", "recorded", "curves", "picture", "result", "editor"}


def test_example_is_a_whole_deck_with_every_kind_of_block_but_a_few() -> None:
    example, _ = re.findall(r"````markdown\n(.*?)````", TEXT, re.DOTALL)
    read = parse_deck(example, "example")
    assert list(map(str, read.problems)) == []
    assert set(re.findall(r"^```(\w+)$", example, re.MULTILINE)) == {*BLOCKS, NOTES} - EXCEPT


def test_example_of_a_view_is_a_scene_of_a_deck() -> None:
    _, example = re.findall(r"````markdown\n(.*?)````", TEXT, re.DOTALL)
    read = parse_deck(f"---\ntitle: T\nkind: lesson\nsentence: S.\nminutes: 5\n---\n\n{example}", "example")
    assert list(map(str, read.problems)) == []


def test_every_view_to_move_is_in_the_tables() -> None:
    settings = {view.name: ", ".join(f"`{one.name}`" for one in view.parameters) or "none" for view in SHOWS.values()}
    assert [tuple(row) for row in table_under("View")] == [
        (f"`{view.name}`", view.sentence, settings[view.name]) for view in SHOWS.values()
    ]
    assert [tuple(row) for row in table_under("Goal of a view")] == [
        (f"`{goal.name}`", goal.sentence, f"`{view.name}`") for view in SHOWS.values() for goal in view.goals
    ]
    assert [tuple(row) for row in table_under("Setting of a view")] == [
        (f"`{one.name}`", one.help, one.constraint.describe(), _default(one.default), f"`{view.name}`")
        for view in SHOWS.values()
        for one in view.parameters
    ]


def _default(value: object) -> str:
    return number(value) if isinstance(value, int | float) and not isinstance(value, bool) else str(value)


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
    expected = [
        (f"`{predictable_value.name}`", predictable_value.sentence, answered[predictable_value.needs_run])
        for predictable_value in PREDICTABLE_VALUES.values()
    ]
    assert [tuple(row) for row in table_under("Figure")] == expected
