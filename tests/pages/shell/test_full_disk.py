"""A full disk: pages can be read, and say that nothing is noted down."""

import pytest
import sqlalchemy as sql

from core.application import application
from core.runs import manager
from tests.bring_deck import bring
from tests.core.teaching.deck_files.test_parse_deck import DECK
from tests.pages.conftest import Open
from tests.pages.screen import VISITOR, Screen

PAGES = ("start", "load", "define", "compile", "train", "evaluate", "mistakes", "inside", "why", "try_it", "runs", "learn")
LOOK = """
# Look at Compile {page=load.py}

```task
id: look
do: Open Compile.
checks:
  - pages: {files: [compile]}
hints: [Press 3 Compile above.]
```
"""
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
    application().progress.go_to(VISITOR, deck.name, deck.scenes[0].id)
    assert "Look at the data" in open_screen("load").text("guide-head")
    fill()
    for page in PAGES:
        screen = open_screen(page)
        assert screen.title, page
        assert "This page failed" not in screen.text(), page
        assert "The disk of the data folder is full" in screen.text("problem-refusal"), page


def test_task_that_is_passed_on_a_full_disk_can_be_read(open_screen: Open, fill: object) -> None:
    deck = bring(DECK.partition("# Guess")[0] + LOOK)
    open_screen("start")
    application().progress.go_to(VISITOR, deck.name, deck.scenes[-1].id)
    application().progress.note(VISITOR, "page", "compile.py")
    fill()
    screen = open_screen("load")
    assert screen.title and "This page failed" not in screen.text()
    assert "The disk of the data folder is full" in screen.text("problem-refusal")


def test_new_visitor_reads_every_page_on_a_full_disk(open_screen: Open, fill: object) -> None:
    installed = open_screen("start").installed
    fill()
    for page in PAGES:
        screen = Screen(installed, None).go(page)
        assert screen.title, page
        assert "This page failed" not in screen.text(), page
