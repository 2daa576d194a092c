"""The decks of a server: those that come with the product, and those that people brought.

A deck that somebody brought is kept below the data folder under a name made of its text, so that a link can name it and the
same text is kept once. Who has the name can open the deck; no page lists them.
"""

import hashlib
import re
from functools import lru_cache
from pathlib import Path

from core.files import PROJECT, data_folder, write_atomically
from core.teaching.deck import INVENTORY, Deck
from core.teaching.deck_files.parse_deck import MAXIMUM_BYTES, ReadDeck, parse_deck
from core.teaching.deck_problems import DeckProblem, mistake

SHIPPED = PROJECT / "decks"
BROUGHT = re.compile(r"deck-[0-9a-f]{20}")  # the name of a deck that somebody brought
MOST_BROUGHT = 500  # on one server; at most 64 MB
ENDING = ".md"


def decks(kind: str | None = None) -> tuple[Deck, ...]:
    """The decks that come with the product, in the order of their files.

    Parameters
    ----------
    kind
        One of `core.teaching.deck.KINDS`; None for all.
    """
    return tuple(deck for deck in _shipped()[0].values() if kind in (None, deck.kind))


def broken() -> dict[str, tuple[DeckProblem, ...]]:
    """The problems of decks in the folder of the product that cannot be read, by the names of their files."""
    return dict(_shipped()[1])


def find(name: str) -> Deck | None:
    """A deck by its name, or None if this server has none of it."""
    deck = _shipped()[0].get(name)
    return deck if deck is not None or not BROUGHT.fullmatch(name) else _brought(_path(name))


def bring(content: bytes) -> ReadDeck:
    """Keep a deck that somebody brought.

    Parameters
    ----------
    content
        The file, at most MAXIMUM_BYTES.

    Returns
    -------
    ReadDeck
        The deck, under the name by which `find` gives it from now on; or what is wrong with the file.
    """
    name = f"deck-{hashlib.sha256(content[: MAXIMUM_BYTES + 1]).hexdigest()[:20]}"
    read = parse_deck(content, name)
    if read.deck is not None and read.deck.kind == INVENTORY:
        happened, expected = "The file is one form of an inventory.", "Expected a lecture, a lesson, a lab or a challenge."
        fix = f"Ask who runs the server to put both forms into the folder {SHIPPED.name}, in place of those there."
        return ReadDeck(None, (mistake(1, "deck-inventory", happened, expected, fix),))
    path = _path(name)
    if read.deck is None or path.exists():
        return read
    if path.parent.is_dir() and sum(1 for _ in path.parent.glob(f"*{ENDING}")) >= MOST_BROUGHT:
        happened, expected = f"This server keeps {MOST_BROUGHT} decks that people brought.", "Expected fewer of them."
        fix = f"Ask who runs the server to delete some from the folder {path.parent.name} of its data folder."
        return ReadDeck(None, (mistake(1, "too-many-decks", happened, expected, fix),))
    path.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(path, lambda temporary: temporary.write_bytes(content))
    return read


def text_of(name: str) -> str | None:
    """The Markdown of a deck, to look at or to take away; None if this server has none of that name."""
    shipped = SHIPPED / f"{name}{ENDING}" if name in _shipped()[0] else None
    path = shipped or (_path(name) if BROUGHT.fullmatch(name) else None)
    return path.read_text(encoding="utf-8-sig") if path is not None and path.is_file() else None


def _path(name: str) -> Path:
    """Where a deck that somebody brought is kept; its name was checked."""
    return data_folder() / "decks" / f"{name}{ENDING}"


@lru_cache(maxsize=1)
def _shipped() -> tuple[dict[str, Deck], dict[str, tuple[DeckProblem, ...]]]:
    """The decks of the product by name, and the problems of those that cannot be read."""
    whole, wrong = dict[str, Deck](), dict[str, tuple[DeckProblem, ...]]()
    for path in sorted(SHIPPED.glob(f"*{ENDING}")):
        read = parse_deck(path.read_bytes(), path.stem)
        if read.deck is None:
            wrong[path.stem] = read.problems
        else:
            whole[path.stem] = read.deck
    return whole, wrong


@lru_cache(maxsize=64)
def _read(path: Path, _changed: int) -> Deck | None:
    return parse_deck(path.read_bytes(), path.stem).deck


def _brought(path: Path) -> Deck | None:
    try:
        return _read(path, path.stat().st_mtime_ns)
    except OSError:
        return None
