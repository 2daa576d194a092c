"""The file that a visitor hands in: a self-contained HTML page with their guesses, answers and tasks in a deck.

The page also contains this content as JSON signed by this server, with the receipts that prove passed tasks. `read` checks
whether the JSON or the text of the page was changed.
"""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from html import unescape
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from core.teaching.deck import Deck, Mark, Part, Prediction, Question, Show, Task
from core.teaching.deck_items import has_passed, has_tasks, open_items, open_items_text
from core.teaching.library import OF_BROUGHT, is_uploaded_deck
from core.teaching.progress import HINT, Answer
from core.teaching.shows.reached_goals import goals_reached, reached_goals_text
from core.teaching.trials.receipts import Receipt, receipt_from
from core.teaching.trials.signatures import MOST_BYTES, SignedFileKind

PAGES = Environment(
    loader=FileSystemLoader(Path(__file__).parent),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
OPEN = "not answered"
VERSION = 1
SIGNED = SignedFileKind("file", "layer-by-layer.hand-in", "hand-in-refused")
SIGNED_PART = re.compile(r'<pre id="signed" hidden>(.*?)</pre>', re.DOTALL)


@dataclass(frozen=True)
class HandedIn:
    """A guess, an answer or a task, as listed on the page to hand in."""

    asked: str  # the question, or the task
    said: str  # the first answer, or the words of the checks; OPEN without an answer
    mark: str  # "right", "wrong", "no result", "not answered", "done" or "not done"
    tries: int  # how many answers were given in all
    hints: int  # how many hints were shown


@dataclass(frozen=True)
class HandedInScene:
    """The guesses, answers and tasks of a scene, as listed on the page to hand in."""

    title: str
    items: tuple[HandedIn, ...]


@dataclass(frozen=True)
class HandedInRun:
    """A run of the visitor, as listed on the page to hand in."""

    title: str  # "Run 4: with dropout"
    sentence: str  # the experiment
    numbers: str  # the result of the run


def handed_in(deck: Deck, answers: Sequence[Answer]) -> tuple[HandedInScene, ...]:
    """Return the guesses, answers and tasks to hand in, by scene. Scenes without such items are left out.

    Parameters
    ----------
    deck
        The deck.
    answers
        The visitor's answers in the deck, the first answer first.
    """
    scenes = (HandedInScene(scene.title, tuple(_items(scene.parts, answers))) for scene in deck.scenes)
    return tuple(scene for scene in scenes if scene.items)


def _items(parts: Sequence[Part], answers: Sequence[Answer]) -> Iterator[HandedIn]:
    for part in parts:
        if isinstance(part, Task | Question | Prediction | Mark):
            tries = [answer for answer in answers if answer.item == part.id and answer.kind != HINT]
            hints = sum(answer.item == part.id and answer.kind == HINT for answer in answers)
            question = part.do if isinstance(part, Task) else part.ask
            counted = tries[-1:] if isinstance(part, Task) else tries[:1]
            said = counted[0].value if counted else OPEN
            yield HandedIn(question, said, _mark(part, counted), len(tries), hints)
        elif isinstance(part, Show) and part.reach:
            reached = goals_reached(part, answers)
            mark = "done" if len(reached) == len(part.reach) else "not done"
            yield HandedIn(part.do, reached_goals_text(part, reached) or OPEN, mark, len(reached), 0)


def _mark(part: Part, counted: Sequence[Answer]) -> str:
    """Return the grade of an item, such as "right" or "not done". Only the first answer in `counted` is used."""
    share = counted[0].share if counted else None
    if isinstance(part, Task):
        return "done" if share == 1.0 else "not done"
    if share is None:
        return "no result" if counted else "not answered"
    return "right" if share == 1.0 else "wrong"


@dataclass(frozen=True)
class HandInFile:
    """The content of a file that was handed in, after its signature was verified."""

    content: Mapping[str, Any]  # signed by this server
    receipts: tuple[Receipt, ...]  # the receipts of the tasks that were done
    is_as_written: bool  # whether the words of the page are still as this server wrote them


def html(  # noqa: PLR0913 - each argument comes from another module
    deck: Deck,
    answers: Sequence[Answer],
    runs: Sequence[HandedInRun],
    who: str,
    now: float,
    receipts: Sequence[Mapping[str, Any]] = (),
) -> str:
    """Return the HTML page to hand in, with its signed JSON. All texts are escaped, and the page has no scripts.

    Parameters
    ----------
    deck
        The deck.
    answers
        All answers of the visitor in the deck, the first answer first. A deck that is begun again keeps its first answers.
    runs
        The visitor's runs since they began the deck.
    who
        The visitor's nickname. An empty string means no nickname.
    now
        The time, in seconds since 1970.
    receipts
        The receipts of passed tasks, as `core.teaching.trials.receipts.receipt_to_dict` returns them.
    """
    scenes = handed_in(deck, answers)
    items = [item for scene in scenes for item in scene.items]
    content = {
        "version": VERSION,
        "deck": deck.name,
        "deck_title": deck.title,
        "brought": is_uploaded_deck(deck.name),
        "sentence": deck.sentence,
        "nickname": who,
        "written": now,
        "good": sum(item.mark in ("done", "right") for item in items),
        "total": len(items),
        "state": _state(deck, answers),
        "scenes": [asdict(scene) for scene in scenes],
        "runs": [asdict(run) for run in runs],
        "receipts": list(receipts),
    }
    content["page"] = _digest(_page(content, ""))
    return _page(content, json.dumps(SIGNED.sign(json.loads(json.dumps(content)))))


def _state(deck: Deck, answers: Sequence[Answer]) -> str:
    """Say whether a visitor passed a deck, or else what is open. Return an empty string if the deck cannot be passed."""
    if not has_tasks(deck):
        return ""
    still_open = open_items_text(open_items(deck, answers))
    return "Passed." if has_passed(deck, answers) else f"Not passed yet: {still_open} still open."


def _page(content: Mapping[str, Any], signed: str) -> str:
    day = f"{datetime.fromtimestamp(content['written']):%d %B %Y, %H:%M}"
    return PAGES.get_template("hand_in.html").render(content, day=day, of_brought=OF_BROUGHT, signed=signed)


def _digest(page: str) -> str:
    """Return the SHA-256 checksum of a page without its signed JSON. The kind of white space does not matter."""
    lines = "\n".join(SIGNED_PART.sub("", page.removeprefix("\ufeff")).split())
    return hashlib.sha256(lines.encode()).hexdigest()


def is_hand_in(text: bytes) -> bool:
    """Return whether a file looks like a page that was handed in. A file that begins with { is a receipt in JSON."""
    return not text.lstrip().startswith(b"{")


def read(text: bytes) -> HandInFile:
    """Read a file that was handed in, and verify its signature.

    Parameters
    ----------
    text
        The file, which may come from anyone. Its content is used only after its signature was verified.

    Raises
    ------
    ProblemError
        The file is no page to hand in, or lacks the signature of this server. The problem says which.
    """
    if len(text) > 2 * MOST_BYTES:  # the signed part is escaped, and therefore longer
        raise SIGNED.refusal(f"The file has {len(text):,} bytes.", f"Expected at most {2 * MOST_BYTES:,}.")
    page = text.decode("utf-8", "replace")
    parts = SIGNED_PART.findall(page)
    if len(parts) != 1 or not parts[0] or "<" in parts[0]:  # other words could hide in a second part, or in markup
        number = f"{len(parts)} signed parts" if len(parts) > 1 else "no signed part"
        raise SIGNED.refusal(f"The file has {number}.", "Expected the page that the end of a lab gives.")
    content = SIGNED.read(unescape(parts[0]))
    if content.get("version") != VERSION:
        raise SIGNED.refusal(f"The file has version {content.get('version')}.", f"This dashboard reads version {VERSION}.")
    receipts = tuple(receipt_from(entry) for entry in content["receipts"])
    return HandInFile(content, receipts, is_as_written=_digest(page) == content["page"])
