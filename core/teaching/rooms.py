"""Rooms, in which people answer the questions of a lecture on their phones.

A lecture that somebody presents has a code of four digits. Everybody who types the code sees the current question and can
answer. Only the presenter's browser can change the scene.
"""

import secrets
import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import sqlalchemy as sql
from sqlalchemy.dialects.sqlite import insert

from core.runs.schema import ANSWERS, PLACES, ROOMS
from core.teaching.progress import Answer, Progress

DIGITS = 4
CODES = 10**DIGITS
KEPT_SECONDS = 24 * 3600  # the time after which a code may be given to another lecture
HERE_SECONDS = 10.0  # a phone asks every two seconds; whoever asked within this time is in the room
SHOWN = "answer-shown"  # the kind of activity which notes that the answer of a question was shown
REMEMBERED_SECONDS = 0.5
MOST_ROOMS = 1_000  # codes for which phones are counted; a wrong code counts too until the server ends
MOST_HERE = 2_000  # phones of a room that are counted


@dataclass(frozen=True)
class RoomScore:
    """The numbers of people in a room who answered a question, and who answered correctly."""

    right: int  # people whose last answer is right
    answered: int

    @property
    def share(self) -> float:
        """The share of the answers that are right, or 0 if nobody answered."""
        return self.right / self.answered if self.answered else 0.0


def score_of(counts: Counter[str], right: Iterable[str]) -> RoomScore:
    """Return the score of a room on a question, from the number of people who chose each option.

    Parameters
    ----------
    counts
        The number of people who chose each option.
    right
        The options that are right.
    """
    return RoomScore(sum(counts[option] for option in right), sum(counts.values()))


@dataclass(frozen=True)
class Room:
    """A lecture that somebody presents, with the code by which phones join."""

    visitor: str  # the presenter
    code: str
    deck: str
    scene: str  # the id of the scene that the room shows

    @property
    def answers_of(self) -> str:
        """The deck name under which answers of this room are stored. No deck has this name, so the answers pass no task."""
        return f"room {self.code} {self.deck}"


class Rooms:
    """All rooms of a server, stored in the database.

    Parameters
    ----------
    engine
        The engine of the database.
    progress
        The progress of all visitors, in the same database.
    now
        The clock, which returns the time in seconds since 1970.
    """

    def __init__(self, engine: sql.Engine, progress: Progress, now: Callable[[], float] = time.time) -> None:
        self._engine = engine
        self._progress = progress
        self._now = now
        self._states: dict[str, tuple[float, str]] = {}  # by code: the time of reading, and the state
        self._here: dict[str, dict[str, float]] = {}  # by code: when each phone asked last

    def open(self, visitor: str) -> str:
        """Open a room for the lecture of a visitor, and return its code. An open room keeps its code."""
        with self._engine.begin() as connection:
            connection.execute(ROOMS.delete().where(ROOMS.c.opened < self._now() - KEPT_SECONDS))
            mine = connection.execute(sql.select(ROOMS.c.code).where(ROOMS.c.visitor == visitor)).scalar()
            if mine is None:
                taken = set(connection.execute(sql.select(ROOMS.c.code)).scalars())
                mine = _free_code(taken)
            row = insert(ROOMS).values(visitor=visitor, code=mine, opened=self._now())
            connection.execute(row.on_conflict_do_update(index_elements=["visitor"], set_={"opened": self._now()}))
            return mine

    def code(self, visitor: str) -> str:
        """Return the code of the lecture that a visitor presents. If there is no lecture, return an empty string."""
        with self._engine.connect() as connection:
            return connection.execute(sql.select(ROOMS.c.code).where(ROOMS.c.visitor == visitor)).scalar() or ""

    def find(self, code: str) -> Room | None:
        """Return the room that has a code. If nobody presents with this code now, return None."""
        same = (ROOMS.c.visitor == PLACES.c.visitor) & PLACES.c.is_open
        query = sql.select(ROOMS.c.visitor, ROOMS.c.code, PLACES.c.deck, PLACES.c.scene).join(PLACES, same)
        with self._engine.connect() as connection:
            row = connection.execute(query.where(ROOMS.c.code == code)).first()
        return None if row is None else Room(*row)

    def be_here(self, code: str, visitor: str) -> None:
        """Record that a phone is in a room now."""
        if code not in self._here and len(self._here) >= MOST_ROOMS:
            return
        phones = self._here.setdefault(code, {})
        if visitor in phones or len(phones) < MOST_HERE:
            phones[visitor] = self._now()

    def here(self, code: str) -> int:
        """Return how many phones were in a room within the last 10 seconds."""
        since = self._now() - HERE_SECONDS
        phones = self._here.get(code, {})
        for visitor in [visitor for visitor, last in list(phones.items()) if last < since]:
            phones.pop(visitor, None)
        return len(phones)

    def remembered(self, code: str, state: Callable[[Room], str]) -> str:
        """Return the state of a room from a cache, so that the database is read at most twice a second.

        Return an empty string if no room has the code.

        Parameters
        ----------
        code
            The code of the room.
        state
            The function that reads the state.
        """
        now, (read, known) = self._now(), self._states.get(code, (-REMEMBERED_SECONDS, ""))
        if abs(now - read) < REMEMBERED_SECONDS:
            return known
        room = self.find(code)
        if room is None:
            self._states.pop(code, None)
            return ""
        self._states[code] = now, (known := state(room))
        return known

    # The answers of the room

    def answer(self, room: Room, visitor: str, item: str, kind: str, value: str) -> None:
        """Store a phone's answer. If a phone answers again before the right answer is shown, its last answer counts."""
        self._progress.answer(visitor, Answer(room.answers_of, item, kind, value, None, 0.0))

    def answer_of(self, room: Room, visitor: str, item: str, since: float) -> str:
        """Return the last answer of a phone to a question since a time. If there is no answer, return an empty string."""
        tries = self._progress.answers(visitor, room.answers_of, since=since)
        return next((answer.value for answer in reversed(tries) if answer.item == item), "")

    def counts(self, room: Room, item: str, since: float) -> Counter[str]:
        """Return how many phones chose each answer, counting only the last answer of each phone since a time."""
        about = (ANSWERS.c.deck == room.answers_of) & (ANSWERS.c.item == item) & (ANSWERS.c.answered >= since)
        last = sql.select(sql.func.max(ANSWERS.c.position)).where(about).group_by(ANSWERS.c.visitor)
        with self._engine.connect() as connection:
            values = connection.execute(sql.select(ANSWERS.c.value).where(ANSWERS.c.position.in_(last))).scalars()
            return Counter(values)

    def tries(self, room: Room) -> int:
        """Return a number that grows with each answer in a room. If there is no answer, return 0.

        The number is the position of the last answer among the answers of all rooms and decks.
        """
        about = sql.select(sql.func.max(ANSWERS.c.position)).where(ANSWERS.c.deck == room.answers_of)
        with self._engine.connect() as connection:
            return connection.execute(about).scalar() or 0

    # The answer that is shown

    def show(self, visitor: str, deck: str, item: str) -> None:
        """Record that the presenter shows the right answer of a question."""
        self._progress.note(visitor, SHOWN, f"{deck}/{item}")

    def is_shown(self, visitor: str, deck: str, item: str, since: float) -> bool:
        """Return whether the presenter has shown the right answer of a question since the deck was begun."""
        several = self._progress.activities(visitor, since=since)
        return any(activity.kind == SHOWN and activity.detail == f"{deck}/{item}" for activity in several)

    def shown(self, room: Room) -> int:
        """Return how many answers the presenter of a room has shown so far."""
        return sum(activity.kind == SHOWN for activity in self._progress.activities(room.visitor))


def _free_code(taken: set[str]) -> str:
    """Return a random code that no room has. If 100 random codes are taken, return a code with more digits."""
    for _ in range(100):
        code = f"{secrets.randbelow(CODES):0{DIGITS}}"
        if code not in taken:
            return code
    return f"{secrets.randbelow(CODES**2):0{2 * DIGITS}}"


def room_state(rooms: Rooms, code: str) -> str:
    """Return a key that changes when phones must redraw the room: its scene, and the number of shown answers.

    Return an empty string if no room has the code.
    """
    return rooms.remembered(code, lambda room: f"{room.deck}/{room.scene}/{rooms.shown(room)}")


def answers_state(rooms: Rooms, code: str) -> str:
    """Return a key that changes when the projector must redraw the bars: the last answer, and the number of phones.

    Return an empty string if no room has the code.
    """
    room = rooms.find(code)
    return "" if room is None else f"{rooms.tries(room)}/{rooms.here(code)}"
