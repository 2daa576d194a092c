"""The decks of a server: shipped ones by kind, and those that people bring, under a name made of their text."""

import pytest

from core.files import home
from core.teaching import library
from core.teaching.deck import KINDS
from core.teaching.deck_problems import DeckProblem
from tests.core.teaching.deck_files.test_parse_deck import DECK


def test_shipped_decks_are_found_by_name_and_by_kind() -> None:
    assert library.broken() == {}
    everything = library.decks()
    assert everything and len({deck.name for deck in everything}) == len(everything)
    assert [deck for kind in KINDS for deck in library.decks(kind)] == sorted(
        everything, key=lambda deck: (KINDS.index(deck.kind), deck.name)
    )
    for deck in everything:
        assert library.find(deck.name) == deck
        assert library.text_of(deck.name)


@pytest.mark.parametrize("name", ["", "nothing", "../decks/lecture", "deck-" + "0" * 20, "deck-../../x"])
def test_name_of_no_deck_finds_none(name: str) -> None:
    assert library.find(name) is None
    assert library.text_of(name) is None


def test_deck_that_was_brought_is_kept_under_a_name_made_of_its_text() -> None:
    first, again = library.bring(DECK.encode()), library.bring(DECK.encode())
    assert first.deck is not None and first.deck.name == again.deck.name
    assert library.find(first.deck.name) == first.deck
    assert library.text_of(first.deck.name) == DECK
    other = library.bring(DECK.replace("minutes: 8", "minutes: 9").encode())
    assert other.deck is not None and other.deck.name != first.deck.name
    assert len(list((home() / "decks").iterdir())) == 2
    assert first.deck not in library.decks()


def test_broken_deck_is_not_kept() -> None:
    read = library.bring(DECK.replace("kind: lesson", "kind: leson").encode())
    assert read.deck is None and [problem.line for problem in read.problems] == [3]
    assert not (home() / "decks").exists()


def test_server_keeps_a_limited_number_of_decks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(library, "MOST_BROUGHT", 1)
    kept = library.bring(DECK.encode()).deck
    refused = library.bring(DECK.replace("minutes: 8", "minutes: 9").encode())
    assert kept is not None and library.find(kept.name) == kept
    assert refused.deck is None
    (problem,) = refused.problems
    assert isinstance(problem, DeckProblem) and problem.problem.code == "too-many-decks"
    assert library.bring(DECK.encode()).deck == kept
