"""A deck to hand in: one HTML file with a visitor's guesses, answers and tasks, which needs nothing else."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from core.teaching.deck import Deck, Mark, Part, Prediction, Question, Task
from core.teaching.progress import HINT, Answer

PAGES = Environment(
    loader=FileSystemLoader(Path(__file__).parent),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
OPEN = "not answered"


@dataclass(frozen=True)
class HandedIn:
    """One guess, answer or task, as it is handed in."""

    asked: str  # the question, or what was to do
    said: str  # the answer, or what the checks saw; OPEN where there is none
    mark: str  # "right", "wrong", "done", "not done" or "not known"
    tries: int  # how many answers were given in all
    hints: int  # how many hints were shown


@dataclass(frozen=True)
class HandedInScene:
    """All that is handed in of one scene."""

    title: str
    items: tuple[HandedIn, ...]


@dataclass(frozen=True)
class HandedInRun:
    """A run that is handed in with a deck."""

    title: str  # "Run 4: with dropout"
    sentence: str  # the experiment
    numbers: str  # its result


def handed_in(deck: Deck, answers: Sequence[Answer]) -> tuple[HandedInScene, ...]:
    """What a visitor has to hand in of a deck, scene by scene; scenes that ask nothing are left out.

    Parameters
    ----------
    deck
        The deck.
    answers
        The visitor's tries in it, the first one first.
    """
    scenes = (HandedInScene(scene.title, tuple(_items(scene.parts, answers))) for scene in deck.scenes)
    return tuple(scene for scene in scenes if scene.items)


def _items(parts: Sequence[Part], answers: Sequence[Answer]) -> Iterator[HandedIn]:
    for part in parts:
        if isinstance(part, Task | Question | Prediction | Mark):
            tries = [one for one in answers if one.item == part.id and one.kind != HINT]
            hints = sum(one.item == part.id and one.kind == HINT for one in answers)
            asked = part.do if isinstance(part, Task) else part.ask
            said = tries[-1].value if tries else OPEN
            yield HandedIn(asked, said, _mark(part, tries), len(tries), hints)


def _mark(part: Part, tries: Sequence[Answer]) -> str:
    share = tries[-1].share if tries else None
    if isinstance(part, Task):
        return "done" if share == 1.0 else "not done"
    if share is None:
        return "not known"
    return "right" if share == 1.0 else "wrong"


def html(deck: Deck, answers: Sequence[Answer], runs: Sequence[HandedInRun], who: str, now: float) -> str:
    """The file to hand in. All words are escaped; it loads nothing, and runs nothing.

    Parameters
    ----------
    deck
        The deck.
    answers
        The visitor's tries in it, the first one first.
    runs
        The visitor's runs since they began the deck.
    who
        The visitor's nickname; "" for none.
    now
        The time, in seconds since 1970.
    """
    scenes = handed_in(deck, answers)
    items = [item for scene in scenes for item in scene.items]
    return PAGES.get_template("hand_in.html").render(
        deck=deck,
        scenes=scenes,
        runs=runs,
        who=who,
        day=f"{datetime.fromtimestamp(now):%d %B %Y, %H:%M}",
        good=sum(item.mark in ("done", "right") for item in items),
        total=len(items),
    )
