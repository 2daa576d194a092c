"""A full disk: pages can be read, and say that nothing is noted down."""

import pytest
import sqlalchemy as sql

from core.application import application
from core.runs import manager
from tests.bring_deck import bring
from tests.core.teaching.deck_files.test_parse_deck import DECK
from tests.pages.conftest import Open
from tests.pages.screen import Screen

PAGES = ("start", "load", "define", "compile", "train", "evaluate", "mistakes", "inside", "why", "try_it", "runs", "learn")
FULL = """
CREATE TRIGGER full_{table}_{action} BEFORE {action} ON {table}
BEGIN SELECT RAISE(FAIL, 'database or disk is full'); END
"""


@pytest.fixture
def fill(installed: manager.Runs) -> object:
    """Let all writes fail as SQLite does on a full disk."""

    def now() -> None:
        with installed.database.engine.begin() as connection:
            for table in sql.inspect(connection).get_table_names():
                for action in ("INSERT", "UPDATE", "DELETE"):
                    connection.exec_driver_sql(FULL.format(table=table, action=action))

    return now


@pytest.mark.deep
def test_visitor_in_a_lesson_reads_every_page_on_a_full_disk(open_screen: Open, fill: object) -> None:
    deck = bring(DECK)
    application().progress.go_to("ada", deck.name, deck.scenes[0].id)
    assert "Look at the data" in open_screen("load").text("guide-head")
    fill()
    for page in PAGES:
        screen = open_screen(page)
        assert screen.title, page
        assert "This page failed" not in screen.text(), page
        assert "The disk of the data folder is full" in screen.text("problem-refusal"), page


def test_new_visitor_reads_every_page_on_a_full_disk(open_screen: Open, fill: object) -> None:
    installed = open_screen("start").installed
    fill()
    for page in PAGES:
        screen = Screen(installed, None).go(page)
        assert screen.title, page
        assert "This page failed" not in screen.text(), page
