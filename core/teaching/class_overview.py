"""The progress of a class in decks: each visitor's scene, the scenes where visitors are stuck, and common wrong answers."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from core.csv_text import csv_text
from core.teaching.deck import INVENTORY, Deck, Question, Scene
from core.teaching.deck_items import has_passed, is_deck_finished, items_of
from core.teaching.progress import MOVED, PREDICTION, QUESTION, TASK, Answer, DeckPosition, Learner

STUCK_SECONDS = 240.0  # the time at a scene after which a visitor is stuck; lessons take 6 to 10 minutes in all
MOST_REMEMBERED = 4_096  # visitors whose progress is cached
LEAVES_SECONDS = 3_600.0  # seconds; a visitor who opened no scene for an hour has left, and is not stuck
CSV_COLUMNS = (
    *("who", "deck", "scene", "scenes", "seen to the end", "passed", "tasks done", "tasks", "hints"),
    *("right at the first answer", "right at last", "answered", "questions"),
)

Learners = Mapping[str, tuple[Learner, tuple[DeckPosition, ...], tuple[Answer, ...]]]  # by visitor


@dataclass(frozen=True)
class DeckProgress:
    """A row of the class overview: the progress of a visitor in a deck."""

    who: str  # a nickname, or "No nickname (3)"
    deck: str  # the title of the deck
    scene: str  # the title of the visitor's scene
    number: int  # the number of this scene, counted from 1
    scenes: int  # the number of scenes in the deck
    is_seen: bool  # whether the visitor reached the end since they last began the deck
    is_passed: bool  # whether the visitor passed the deck
    tasks_done: int
    tasks: int  # the number of tasks in the deck
    hints: int  # the number of hints that were shown
    right_first: int  # questions whose first answer was right
    right: int  # questions whose last answer is right
    answered: int  # questions with an answer
    questions: int  # the number of questions in the deck
    seen: float  # when the visitor was last in the deck, in seconds since 1970
    has_done: bool = True  # whether the visitor did more than open the first scene


@dataclass(frozen=True)
class StuckScene:
    """A scene at which visitors have been stuck for minutes, with their names. Who has waited longest comes first."""

    deck: str
    scene: str
    who: tuple[str, ...]


@dataclass(frozen=True)
class WrongAnswer:
    """The most common wrong answer to a question, with the number of visitors who chose the answer."""

    deck: str
    ask: str  # the question
    answer: str
    count: int  # visitors who chose the answer
    answered: int  # visitors who answered the question


def visitor_names(learners: Learners) -> dict[str, str]:
    """Return the name to show for each visitor: the nickname or "No nickname (3)", since the visitor's id is secret."""
    return {
        visitor: learner.nickname or f"No nickname ({number})"
        for number, (visitor, (learner, *_)) in enumerate(learners.items(), 1)
    }


def deck_progress(learners: Learners, decks: Iterable[Deck]) -> tuple[DeckProgress, ...]:
    """Return the progress of each visitor in each deck that they began. The most recently seen visitors come first."""
    by_name, called = _by_name(tuple(map(_Same, decks))), visitor_names(learners)
    several = [
        standing
        for visitor, entry in learners.items()
        for standing in _standings_of(called[visitor], _Same(entry), _Same(by_name))
    ]
    return tuple(sorted(several, key=lambda standing: standing.seen, reverse=True))


class _Same:
    """A cache key that compares its value by identity, since comparing large values is slow."""

    __slots__ = ("value",)

    def __init__(self, value: Any) -> None:
        self.value = value

    def __hash__(self) -> int:
        return id(self.value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.value is self.value


@lru_cache(maxsize=16)
def _by_name(decks: tuple[_Same, ...]) -> dict[str, Deck]:
    """Return the decks by name, without the inventory, which is the test before and after the lessons."""
    return {deck.value.name: deck.value for deck in decks if deck.value.kind != INVENTORY}


@lru_cache(maxsize=MOST_REMEMBERED)
def _standings_of(who: str, entry: _Same, decks: _Same) -> tuple[DeckProgress, ...]:
    """Return the progress of a visitor in each deck. The result is cached until the visitor does something."""
    _, places, answers = entry.value
    known = (position for position in places if position.deck in decks.value)
    return tuple(_standing(who, decks.value[position.deck], position, answers) for position in known)


@lru_cache(maxsize=MOST_REMEMBERED)
def _first_tries(entry: _Same) -> tuple[tuple[str, str, str, bool], ...]:
    """Return a visitor's first answer to each question as (deck, question, answer, whether the answer was right)."""
    _, _, answers = entry.value
    first = {(answer.deck, answer.item): answer for answer in reversed(answers) if answer.kind == QUESTION}
    return tuple((*question, answer.value, answer.share == 1.0) for question, answer in first.items())


def _standing(who: str, deck: Deck, position: DeckPosition, answers: tuple[Answer, ...]) -> DeckProgress:
    counts = Counter(item.name for item in items_of(deck) if not item.variant)
    mine = [answer for answer in answers if answer.deck == deck.name]
    questions = [answer for answer in mine if answer.kind == QUESTION]
    first = {answer.item: answer.share for answer in reversed(questions)}
    last = {answer.item: answer.share for answer in questions}
    number, scene = _scene(deck, position)
    return DeckProgress(
        who,
        deck.title,
        scene.title,
        number,
        len(deck.scenes),
        is_seen=is_deck_finished(position),
        is_passed=has_passed(deck, answers),
        tasks_done=len({answer.item for answer in mine if answer.kind in (TASK, MOVED) and answer.share == 1.0}),
        tasks=counts["task"],
        hints=sum(answer.kind == "hint" for answer in mine),
        right_first=sum(share == 1.0 for share in first.values()),
        right=sum(share == 1.0 for share in last.values()),
        answered=len(last),
        questions=max(counts["question"], len(last)),
        seen=position.seen,
        has_done=number > 1 or bool(mine),
    )


def _scene(deck: Deck, position: DeckPosition) -> tuple[int, Scene]:
    """Return the visitor's scene and its number, from 1. If the deck no longer has this scene, return the first scene."""
    matches = ((number, scene) for number, scene in enumerate(deck.scenes, 1) if scene.id == position.scene)
    return next(matches, (1, deck.scenes[0]))


def stuck_scenes(several: Iterable[DeckProgress], now: float) -> tuple[StuckScene, ...]:
    """Return the scenes at which visitors are stuck. The scene with the most visitors comes first.

    Visitors are stuck if they opened the scene 4 to 60 minutes ago, and have neither finished nor passed the deck.
    Visitors who only opened the first scene of a deck do not count, since they may be reading or have left.

    Parameters
    ----------
    several
        The progress of each visitor, from `deck_progress`.
    now
        The time, in seconds since 1970.
    """
    waiting: dict[tuple[str, str], list[str]] = defaultdict(list)
    for standing in several:
        is_working = standing.has_done and not (standing.is_seen or standing.is_passed)
        if is_working and STUCK_SECONDS <= now - standing.seen < LEAVES_SECONDS:
            waiting[standing.deck, standing.scene].append(standing.who)
    waits = [StuckScene(deck, scene, tuple(reversed(who))) for (deck, scene), who in waiting.items()]
    return tuple(sorted(waits, key=lambda each: len(each.who), reverse=True))


def wrong_answers(learners: Learners, decks: Iterable[Deck]) -> tuple[WrongAnswer, ...]:
    """Return the most common wrong answer to each question, counting only the first answer of each visitor.

    The answer that most visitors gave comes first.
    """
    answered = Counter[tuple[str, str]]()
    wrong = defaultdict[tuple[str, str], Counter[str]](Counter)
    for entry in learners.values():
        for deck_name, item, value, is_right in _first_tries(_Same(entry)):
            answered[deck_name, item] += 1
            if not is_right:
                wrong[deck_name, item][value] += 1
    commonest = []
    for deck in decks:
        for question in (part for scene in deck.scenes for part in scene.parts if isinstance(part, Question)):
            for text, count in wrong[deck.name, question.id].most_common(1):
                commonest.append(WrongAnswer(deck.title, question.ask, text, count, answered[deck.name, question.id]))
    return tuple(sorted(commonest, key=lambda each: each.count, reverse=True))


def first_try(answers: tuple[Answer, ...], deck: Deck, question: Question) -> Answer | None:
    """Return a visitor's first answer to a question of a deck. If there is no answer, return None."""
    return next((each for each in answers if (each.deck, each.item, each.kind) == (deck.name, question.id, QUESTION)), None)


def hit_rate(answers: Iterable[Answer]) -> tuple[int, int]:
    """Return how many guesses were right, and how many guesses have a known result."""
    judged = [answer.share for answer in answers if answer.kind == PREDICTION and answer.share is not None]
    return sum(share == 1.0 for share in judged), len(judged)


def as_csv(several: Iterable[DeckProgress]) -> str:
    """Return the progress of each visitor as CSV with a header line; see `core.csv_text`."""
    rows = []
    for row in several:
        states = ("yes" if state else "no" for state in (row.is_seen, row.is_passed))
        tasks = (row.tasks_done, row.tasks, row.hints)
        numbers = (row.number, row.scenes, *states, *tasks, row.right_first, row.right, row.answered, row.questions)
        rows.append((row.who, row.deck, *numbers))
    return csv_text(CSV_COLUMNS, rows)
