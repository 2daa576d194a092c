"""Decks that people bring on Learn: listed for those who brought them, and deleted by them or by the lecturer."""

import pytest
from streamlit.runtime.context import ContextProxy

from core.lecturer_token import token
from core.teaching import library
from pages.shell.session import LECTURER_COOKIE
from tests.bring_deck import bring
from tests.core.teaching.deck_files.test_parse_deck import DECK
from tests.pages.conftest import Open
from tests.pages.screen import VISITOR


def test_deck_is_brought_opened_and_deleted(open_screen: Open) -> None:
    screen = open_screen("learn")
    screen.app.file_uploader[0].set_value(("deck.md", DECK.encode(), "text/markdown"))
    screen.run()
    (deck,) = library.decks_uploaded_by(VISITOR)
    assert "The first network" in screen.text(f"brought-{deck.name}")
    assert screen.component(f"link-{deck.name}") == {"path": f"/?deck={deck.name}"}
    assert open_screen("learn").press(f"open-{deck.name}").title == "Load"
    other = open_screen("learn", visitor="eve")
    assert not other.has(f"brought-{deck.name}")
    assert not open_screen("learn").press(f"delete-{deck.name}").has(f"brought-{deck.name}")
    assert library.find_deck(deck.name) is None


def test_guess_whose_answer_stands_on_the_page_is_named_to_who_brought_it(open_screen: Open) -> None:
    screen = open_screen("learn")
    guess = "# A guess {page=define.py}\n\n```predict\nid: many\nask: How many?\nfigure: parameters\nbands: [1000]\n```\n"
    screen.app.file_uploader[0].set_value(("deck.md", f"{DECK}\n{guess}".encode(), "text/markdown"))
    screen.run()
    (deck,) = library.decks_uploaded_by(VISITOR)
    assert screen.has(f"brought-{deck.name}")
    assert "The guess many asks for parameters, which every page shows." in screen.text("own-decks")


def test_lecturer_deletes_decks_of_others(open_screen: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    deck = bring(DECK, "eve")
    assert deck is not None
    assert not open_screen("learn").has("decks-of-others")
    monkeypatch.setattr(ContextProxy, "cookies", {LECTURER_COOKIE: token()})
    screen = open_screen("learn")
    assert "The first network" in screen.text("decks-of-others")
    assert not screen.press(f"delete-{deck.name}").has("decks-of-others")
    assert library.find_deck(deck.name) is None
