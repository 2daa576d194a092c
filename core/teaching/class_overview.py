"""What a class has done of decks: how far each visitor came, where they are stuck, and their commonest wrong answers."""

import csv
import io
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from core.teaching.deck import INVENTORY, Deck, Question, Scene
from core.teaching.progress import PREDICTION, QUESTION, TASK, Answer, Learner, Place

STUCK_SECONDS = 240.0  # at one scene, by which most have passed it; lessons take 6 to 10 minutes in all
LEAVES = 3_600.0  # who was seen at no scene for an hour has left, and is not stuck
CSV_COLUMNS = ("who", "deck", "scene", "scenes", "finished", "tasks done", "hints", "questions right", "questions")

Learners = Mapping[str, tuple[Learner, tuple[Place, ...], tuple[Answer, ...]]]  # by visitor


@dataclass(frozen=True)
class Standing:
    """How far one visitor came in one deck."""

    who: str  # a nickname, or "Visitor 3" for who has none
    deck: str  # its title
    scene: str  # the title of the scene at which they are
    number: int  # of that scene, counted from 1
    scenes: int  # of the deck
    is_finished: bool
    tasks_done: int
    hints: int  # that were asked for
    right: int  # questions that are answered rightly at last
    questions: int  # that were answered
    seen: float  # when they were there last, in seconds since 1970


@dataclass(frozen=True)
class Stuck:
    """A scene at which visitors have been for long."""

    deck: str
    scene: str
    who: tuple[str, ...]


@dataclass(frozen=True)
class WrongAnswer:
    """The commonest wrong answer to a question."""

    deck: str
    ask: str  # the question
    answer: str
    count: int  # visitors who chose it
    answered: int  # visitors who answered the question


def names(learners: Learners) -> dict[str, str]:
    """What each visitor is called: by their nickname, else by a number, since their real name is a secret."""
    return {
        visitor: learner.nickname or f"Visitor {number}"
        for number, (visitor, (learner, *_)) in enumerate(learners.items(), 1)
    }


def standings(learners: Learners, decks: Iterable[Deck]) -> tuple[Standing, ...]:
    """How far each visitor came in each deck that they began, those seen last first."""
    by_name, called = {deck.name: deck for deck in decks if deck.kind != INVENTORY}, names(learners)
    found = [
        _standing(called[visitor], by_name[place.deck], place, answers)
        for visitor, (_, places, answers) in learners.items()
        for place in places
        if place.deck in by_name
    ]
    return tuple(sorted(found, key=lambda standing: standing.seen, reverse=True))


def _standing(who: str, deck: Deck, place: Place, answers: tuple[Answer, ...]) -> Standing:
    mine = [answer for answer in answers if answer.deck == deck.name and answer.answered >= place.begun]
    last = {answer.item: answer.share for answer in mine if answer.kind == QUESTION}
    number, scene = _scene(deck, place)
    return Standing(
        who,
        deck.title,
        scene.title,
        number,
        len(deck.scenes),
        place.finished is not None,
        tasks_done=len({answer.item for answer in mine if answer.kind == TASK and answer.share == 1.0}),
        hints=sum(answer.kind == "hint" for answer in mine),
        right=sum(share == 1.0 for share in last.values()),
        questions=len(last),
        seen=place.seen,
    )


def _scene(deck: Deck, place: Place) -> tuple[int, Scene]:
    """The number and the scene of a place; the first one where the deck has changed since."""
    found = ((number, scene) for number, scene in enumerate(deck.scenes, 1) if scene.id == place.scene)
    return next(found, (1, deck.scenes[0]))


def stuck(several: Iterable[Standing], now: float) -> tuple[Stuck, ...]:
    """The scenes at which visitors have been for longer than most need, the fullest first.

    Parameters
    ----------
    several
        How far each visitor came.
    now
        The time, in seconds since 1970.
    """
    waiting: dict[tuple[str, str], list[str]] = defaultdict(list)
    for standing in several:
        if not standing.is_finished and STUCK_SECONDS <= now - standing.seen < LEAVES:
            waiting[standing.deck, standing.scene].append(standing.who)
    found = [Stuck(deck, scene, tuple(who)) for (deck, scene), who in waiting.items()]
    return tuple(sorted(found, key=lambda one: len(one.who), reverse=True))


def wrong_answers(learners: Learners, decks: Iterable[Deck]) -> tuple[WrongAnswer, ...]:
    """The commonest wrong answer to each question, by the first try of each visitor; the commonest of all first."""
    found = []
    for deck in decks:
        for question in (part for scene in deck.scenes for part in scene.parts if isinstance(part, Question)):
            first = [one for _, _, answers in learners.values() if (one := first_try(answers, deck, question))]
            wrong = Counter(answer.value for answer in first if answer.share != 1.0)
            for text, count in wrong.most_common(1):
                found.append(WrongAnswer(deck.title, question.ask, text, count, len(first)))
    return tuple(sorted(found, key=lambda one: one.count, reverse=True))


def first_try(answers: tuple[Answer, ...], deck: Deck, question: Question) -> Answer | None:
    """The first answer to a question of a deck; None where there is none."""
    return next((one for one in answers if (one.deck, one.item, one.kind) == (deck.name, question.id, QUESTION)), None)


def hit_rate(answers: Iterable[Answer]) -> tuple[int, int]:
    """How many guesses were right, and how many were judged."""
    judged = [answer.share for answer in answers if answer.kind == PREDICTION and answer.share is not None]
    return sum(share == 1.0 for share in judged), len(judged)


def as_csv(several: Iterable[Standing]) -> str:
    """How far each visitor came, as CSV with a line of names; texts that a spreadsheet would compute begin with '."""
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\n")
    writer.writerow(CSV_COLUMNS)
    for one in several:
        finished = "yes" if one.is_finished else "no"
        numbers = (one.number, one.scenes, finished, one.tasks_done, one.hints, one.right, one.questions)
        writer.writerow((as_text(one.who), as_text(one.deck), *numbers))
    return written.getvalue()


def as_text(cell: str) -> str:
    """A cell of a CSV file that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell
