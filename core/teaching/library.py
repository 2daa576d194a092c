"""The decks of a server: decks that come with the product, and uploaded decks.

An uploaded deck is stored in the data folder. Its name is made from a hash of its text, so that the same text is stored
once. Everybody who knows the name can open the deck, but only its owners and the lecturer see the deck in a list.
"""

import hashlib
import json
import re
import threading
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from core.files import PROJECT, data_folder, write_atomically
from core.settings import setting
from core.teaching.deck import INVENTORY, Deck
from core.teaching.deck_check import check_in_subprocess
from core.teaching.deck_files.parse_deck import LESS, MAXIMUM_BYTES, DeckReadResult, parse_deck
from core.teaching.deck_problems import DeckProblem, mistake

SHIPPED = PROJECT / "decks"
BROUGHT = re.compile(r"deck-[0-9a-f]{20}")  # the name of an uploaded deck
OF_BROUGHT = "This is a deck that somebody brought: its title and tasks say whatever its author liked, and so do its checks."
MOST_BROUGHT = 500  # uploaded decks on a server; at most 64 MB
ENDING = ".md"
NUMBER = re.compile(r"(\d+) · ")  # the number at the beginning of a title
FIELD = re.compile(r"^(title|sentence):(.*)$", re.MULTILINE)  # a field at the top of a deck
LONGEST_FRONT = 2_000  # bytes at the beginning of a file that hold these fields
OWNERS = "owners.json"  # the file with the owners of the uploaded decks
CHECK_SECONDS = 2.0  # the computing time that a deck may take; the lab takes 0.02 s
PROCESS_SECONDS = 20.0  # the computing time of the process that checks a deck, with the start of the process
WAIT_SECONDS = 20.0  # the time that a deck waits for the checks of other decks

_checking = threading.Semaphore(1)  # several processes at once would take processors and memory from pages
_changing = threading.Lock()  # held while files of decks change


def decks(kind: str | None = None) -> tuple[Deck, ...]:
    """Return the decks that come with the product, ordered by kind and by the number in the title.

    The names of files do not give the order within a kind, since answers are stored under these names: a name never
    changes, while the number in a title may change.

    Parameters
    ----------
    kind
        An element of `core.teaching.deck.KINDS`, or None for all kinds.
    """
    return tuple(deck for deck in _shipped()[0].values() if kind in (None, deck.kind))


def unreadable_decks() -> dict[str, tuple[DeckProblem, ...]]:
    """Return the problems of the product's decks that cannot be read, by file name."""
    return dict(_shipped()[1])


def find_deck(name: str) -> Deck | None:
    """Return a deck by its name. If this server has no such deck, return None."""
    deck = _shipped()[0].get(name)
    return deck if deck is not None or not BROUGHT.fullmatch(name) else _brought(_path(name))


def is_uploaded_deck(name: str) -> bool:
    """Return whether a deck's name is that of an uploaded deck."""
    return BROUGHT.fullmatch(name) is not None


def save_uploaded_deck(content: bytes, visitor: str = "", *, is_lecturer: bool = False) -> DeckReadResult:
    """Check an uploaded deck, and store the deck if there is no problem.

    Parameters
    ----------
    content
        The file, at most MAXIMUM_BYTES.
    visitor
        The visitor who uploaded the deck and may delete the deck. An empty string means nobody.
    is_lecturer
        Whether the visitor is the lecturer, who may store any number of decks.

    Returns
    -------
    DeckReadResult
        The deck, which `find_deck` knows by its name from now on, or the problems of the file.
    """
    if not _checking.acquire(timeout=WAIT_SECONDS):
        happened, fix = "This server is checking decks of other people.", "Wait a minute, and bring the deck again."
        return DeckReadResult(None, (mistake(1, "decks-busy", happened, "Expected a moment without other decks.", fix),))
    try:
        read = check_in_subprocess(content, uploaded_deck_name(content), CHECK_SECONDS, PROCESS_SECONDS)
    finally:
        _checking.release()
    if read is None:
        happened = f"To check the deck takes longer than {PROCESS_SECONDS:g} s of computing, or too much memory."
        return DeckReadResult(None, (mistake(1, "deck-too-long", happened, "Expected less.", LESS),))
    return store_checked_deck(read, content, visitor, is_lecturer=is_lecturer)


def uploaded_deck_name(content: bytes) -> str:
    """Return the name of an uploaded deck, which is made from a hash of its file."""
    return f"deck-{hashlib.sha256(content[: MAXIMUM_BYTES + 1]).hexdigest()[:20]}"


def store_checked_deck(
    read: DeckReadResult, content: bytes, visitor: str = "", *, is_lecturer: bool = False
) -> DeckReadResult:
    """Store an uploaded deck if its check found no problem and there is room for the deck.

    Parameters
    ----------
    read
        The result of the check, under the name of `uploaded_deck_name`.
    content, visitor, is_lecturer
        As in `save_uploaded_deck`.

    Returns
    -------
    DeckReadResult
        The deck, or the problems of the file or of the store.
    """
    if read.deck is None:
        return read
    if read.deck.kind == INVENTORY:
        happened, expected = "The file is a form of an inventory.", "Expected a lecture, a lesson, a lab or a challenge."
        fix = f"Ask who runs the server to put both forms into the folder {SHIPPED.name}, in place of those there."
        return DeckReadResult(None, (mistake(1, "deck-inventory", happened, expected, fix),))
    name = read.deck.name
    with _changing:
        problem = None if is_lecturer else _too_many(name, visitor)
        if problem is not None:
            return DeckReadResult(None, (problem,))
        if not _path(name).exists():
            write_atomically(_path(name), lambda temporary: temporary.write_bytes(content))
        owners = _owners()
        if visitor and visitor not in owners.get(name, ()):
            _write_owners({**owners, name: [*owners.get(name, ()), visitor]})
    return read


@dataclass(frozen=True)
class UploadedDeck:
    """The entry of an uploaded deck in a list of decks."""

    name: str
    title: str
    sentence: str


def decks_uploaded_by(visitor: str) -> tuple[UploadedDeck, ...]:
    """Return the decks that a visitor uploaded, the latest deck first."""
    names = [name for name, visitors in reversed(_owners().items()) if visitor in visitors]
    return tuple(_listed(_path(name)) for name in names if _path(name).is_file())


def all_uploaded_decks() -> tuple[UploadedDeck, ...]:
    """Return all uploaded decks of this server, ordered by title."""
    decks = [_listed(path) for path in _path("").parent.glob(f"*{ENDING}") if BROUGHT.fullmatch(path.stem)]
    return tuple(sorted(decks, key=lambda deck: (deck.title, deck.name)))


def _listed(path: Path) -> UploadedDeck:
    """Return the list entry of an uploaded deck. Only the top of the file is read, since a page lists hundreds of decks."""
    with path.open("rb") as file:
        fields = dict(FIELD.findall(file.read(LONGEST_FRONT).decode("utf-8", "replace")))
    return UploadedDeck(path.stem, *(fields.get(name, "").strip().strip("'\"") for name in ("title", "sentence")))


def delete(name: str, visitor: str, *, is_lecturer: bool = False) -> None:
    """Remove a visitor from the owners of an uploaded deck.

    The file is deleted if no owner is left, or if the lecturer deletes the deck.
    """
    with _changing:
        owners = _owners()
        left = [owner for owner in owners.get(name, ()) if owner != visitor and not is_lecturer]
        if not BROUGHT.fullmatch(name) or (not is_lecturer and visitor not in owners.get(name, ())):
            return
        if not left:
            _path(name).unlink(missing_ok=True)
        others = {other: visitors for other, visitors in owners.items() if other != name}
        _write_owners({**others, name: left} if left else others)


def _too_many(name: str, visitor: str) -> DeckProblem | None:
    """Return the problem if the visitor or the server has too many decks to store another deck.

    Return None if there is room for the deck.
    """
    owners, most_each = _owners(), int(setting("own_decks"))
    mine = [deck for deck, visitors in owners.items() if visitor in visitors]
    if visitor and name not in mine and len(mine) >= most_each:
        happened, fix = f"You keep {len(mine)} decks on this server.", "Delete a deck that you no longer need, on Learn."
        return mistake(1, "too-many-decks", happened, f"Expected fewer than {most_each}.", fix)
    if not _path(name).exists() and sum(1 for _ in _path(name).parent.glob(f"*{ENDING}")) >= MOST_BROUGHT:
        happened, expected = f"This server keeps {MOST_BROUGHT} decks that people brought.", "Expected fewer of them."
        fix = "Ask the lecturer to delete some of them on Learn."
        return mistake(1, "too-many-decks", happened, expected, fix)
    return None


def _owners() -> dict[str, list[str]]:
    """Return the visitors who uploaded each deck, by the name of the deck.

    Decks of earlier versions of the dashboard have no owners.
    """
    try:
        content = json.loads((data_folder() / "decks" / OWNERS).read_text(encoding="utf-8"))
        return {str(name): [str(visitor) for visitor in visitors] for name, visitors in content.items()}
    except (OSError, ValueError, AttributeError, TypeError):
        return {}


def _write_owners(owners: dict[str, list[str]]) -> None:
    text = json.dumps(owners)
    write_atomically(data_folder() / "decks" / OWNERS, lambda temporary: temporary.write_text(text, encoding="utf-8"))


def text_of(name: str) -> str | None:
    """Return the Markdown of a deck. If this server has no deck of that name, return None."""
    shipped = SHIPPED / f"{name}{ENDING}" if name in _shipped()[0] else None
    path = shipped or (_path(name) if BROUGHT.fullmatch(name) else None)
    return path.read_text(encoding="utf-8-sig") if path is not None and path.is_file() else None


def _path(name: str) -> Path:
    """Return the path of an uploaded deck. The caller has checked the name."""
    return data_folder() / "decks" / f"{name}{ENDING}"


@lru_cache(maxsize=1)
def _shipped() -> tuple[dict[str, Deck], dict[str, tuple[DeckProblem, ...]]]:
    """Return the decks of the product by name, and the problems of decks that cannot be read."""
    whole, wrong = dict[str, Deck](), dict[str, tuple[DeckProblem, ...]]()
    for path in sorted(SHIPPED.glob(f"*{ENDING}")):
        read = parse_deck(path.read_bytes(), path.stem)
        if read.deck is None:
            wrong[path.stem] = read.problems
        else:
            whole[path.stem] = read.deck
    return {deck.name: deck for deck in sorted(whole.values(), key=_place)}, wrong


def _place(deck: Deck) -> tuple[str, int, str]:
    """Return the sort key of a deck: the first word of its file name, which gives its kind, then the number in its title."""
    number = NUMBER.match(deck.title)
    return deck.name.split("-")[0], int(number[1]) if number else 0, deck.name


@lru_cache(maxsize=64)
def _read(path: Path, _changed: int) -> Deck | None:
    return parse_deck(
        path.read_bytes(), path.stem, checks_experiments=False
    ).deck  # experiments were checked when the deck was uploaded


def _brought(path: Path) -> Deck | None:
    try:
        return _read(path, path.stat().st_mtime_ns)
    except OSError:
        return None
