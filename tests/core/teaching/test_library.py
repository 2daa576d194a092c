"""The decks of a server: shipped ones by kind, and those that people bring, under a name made of their text."""

import threading
import time

import pytest

from core.files import home
from core.settings import variable
from core.teaching import library
from core.teaching.deck import KINDS
from core.teaching.deck_files.parse_deck import DeckReadResult, parse_deck
from core.teaching.deck_problems import DeckProblem
from core.teaching.learning_path import split_deck_title
from core.teaching.library import UploadedDeck
from tests.bring_deck import bring
from tests.core.teaching.deck_files.test_parse_deck import DECK


def test_shipped_decks_are_found_by_name_and_by_kind() -> None:
    assert library.unreadable_decks() == {}
    everything = library.decks()
    assert everything and len({deck.name for deck in everything}) == len(everything)
    assert [deck for kind in KINDS for deck in library.decks(kind)] == sorted(
        everything, key=lambda deck: (KINDS.index(deck.kind), int(split_deck_title(deck)[0] or 0), deck.name)
    )
    for deck in everything:
        assert library.find_deck(deck.name) == deck
        assert library.text_of(deck.name)


@pytest.mark.parametrize("name", ["", "nothing", "../decks/lecture", "deck-" + "0" * 20, "deck-../../x"])
def test_name_of_no_deck_finds_none(name: str) -> None:
    assert library.find_deck(name) is None
    assert library.text_of(name) is None


def test_deck_that_was_brought_is_kept_under_a_name_made_of_its_text() -> None:
    first, again = library.save_uploaded_deck(DECK.encode()).deck, bring(DECK)
    assert first is not None and first == again
    assert library.find_deck(first.name) == first
    assert library.text_of(first.name) == DECK
    other = bring(DECK.replace("minutes: 8", "minutes: 9"))
    assert other.name != first.name
    assert len(list((home() / "decks").iterdir())) == 2
    assert first not in library.decks()


def test_broken_deck_is_not_kept() -> None:
    read = library.save_uploaded_deck(DECK.replace("kind: lesson", "kind: leson").encode())
    assert read.deck is None and [problem.line for problem in read.problems] == [3]
    assert not (home() / "decks").exists()


@pytest.mark.deep
def test_server_keeps_a_limited_number_of_decks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(library, "MOST_BROUGHT", 1)
    kept = bring(DECK)
    refused = library.save_uploaded_deck(DECK.replace("minutes: 8", "minutes: 9").encode())
    assert library.find_deck(kept.name) == kept
    assert refused.deck is None
    (problem,) = refused.problems
    assert isinstance(problem, DeckProblem) and problem.problem.code == "too-many-decks"
    assert bring(DECK) == kept


@pytest.mark.deep
def test_person_keeps_a_limited_number_of_decks_and_deletes_their_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(variable("own_decks"), "1")
    another = DECK.replace("minutes: 8", "minutes: 9").encode()
    first = library.save_uploaded_deck(DECK.encode(), "ada").deck
    (problem,) = library.save_uploaded_deck(another, "ada").problems
    assert problem.problem.happened == "You keep 1 decks on this server."
    assert problem.problem.fix == "Delete a deck that you no longer need, on Learn."
    assert library.save_uploaded_deck(DECK.encode(), "bob").deck == first, "each person is counted on their own"
    library.delete(first.name, "eve")
    library.delete(first.name, "ada")
    assert library.decks_uploaded_by("ada") == ()
    assert [deck.name for deck in library.decks_uploaded_by("bob")] == [first.name], "the same deck belongs to bob too"
    second = library.save_uploaded_deck(another, "ada").deck
    assert library.decks_uploaded_by("ada") == (UploadedDeck(second.name, second.title, second.sentence),)
    library.delete(first.name, "bob")
    assert library.find_deck(first.name) is None
    assert library.text_of(first.name) is None


def test_stranger_deletes_no_deck_that_has_no_owner() -> None:
    deck = bring(DECK)
    library.delete(deck.name, "eve")
    assert library.find_deck(deck.name) == deck


@pytest.mark.deep
def test_lecturer_makes_room_on_a_server_that_is_full_of_decks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(library, "MOST_BROUGHT", 1)
    deck = library.save_uploaded_deck(DECK.encode(), "eve").deck
    another = DECK.replace("minutes: 8", "minutes: 9").encode()
    (problem,) = library.save_uploaded_deck(another, "ada").problems
    assert problem.problem.fix == "Ask the lecturer to delete some of them on Learn."
    assert library.save_uploaded_deck(another, "lecturer", is_lecturer=True).deck is not None
    assert len(library.all_uploaded_decks()) == 2
    library.delete(deck.name, "lecturer", is_lecturer=True)
    assert library.find_deck(deck.name) is None
    assert library.decks_uploaded_by("eve") == ()


@pytest.mark.deep
def test_deck_that_takes_long_to_check_is_refused_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(library, "CHECK_SECONDS", 0.5)
    began = time.process_time()
    (problem,) = library.save_uploaded_deck(hostile(49)).problems
    assert time.process_time() - began < 0.3, "another process computes, so that the pages of the server go on"
    assert problem.problem.happened == "To check the deck takes more than 0.5 s of computing."
    assert problem.problem.fix == "Open fewer experiments, or smaller networks; or divide it into several decks."


def test_deck_whose_check_does_not_end_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(library, "PROCESS_SECONDS", 0.001)
    (problem,) = library.save_uploaded_deck(hostile(49)).problems
    assert problem.problem.happened == "To check the deck takes longer than 0.001 s of computing, or too much memory."


def test_one_deck_is_checked_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(library, "WAIT_SECONDS", 0.0)
    begun, go_on = threading.Event(), threading.Event()

    def check(content: bytes, name: str, *limits: float) -> DeckReadResult:
        begun.set()
        go_on.wait(60)
        return parse_deck(content, name)

    monkeypatch.setattr(library, "check_in_subprocess", check)
    first = threading.Thread(target=library.save_uploaded_deck, args=(DECK.encode(),))
    first.start()
    begun.wait(60)
    (problem,) = library.save_uploaded_deck(DECK.encode()).problems
    go_on.set()
    first.join()
    assert problem.problem.happened == "This server is checking decks of other people."
    assert bring(DECK)


def hostile(experiments: int) -> bytes:
    """A deck with experiments that each take a fifth of a second to check, since the network has 191 layers."""
    layers = ", ".join(["Flatten", *["{Dense: {units: 9}}"] * 189, "{Dense: {units: 10, activation: softmax}}"])
    begin = f"```experiment\nstart: lecture\ndata: {{dataset: digits}}\nlayers: [{layers}]\n```\n"
    change = "```experiment\nstart: draft\nfit: {seed: %d}\n```\n"
    front = "---\ntitle: A\nkind: lesson\nsentence: B\nminutes: 1\n---\n\n# A\n\n"
    return (front + begin + "".join(change % seed for seed in range(experiments))).encode()
