"""What each visitor has done of the decks: places, answers, activities, and what they chose about learning."""

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

import sqlalchemy as sql
from sqlalchemy.dialects.sqlite import insert

from core.runs.schema import ABSTENTIONS, ACTIVITIES, ANSWERS, ASSIGNMENTS, LEARNERS, PLACES

PREDICTION, QUESTION, TASK, HINT, CHOICE, MARK = ANSWER_KINDS = ("prediction", "question", "task", "hint", "choice", "mark")
MOST_ACTIVITIES = 500  # of one visitor; the oldest go first
LONGEST_DETAIL = 200  # characters
LONGEST_NICKNAME = 40  # characters
TABLES = (PLACES, ANSWERS, ACTIVITIES, LEARNERS, ASSIGNMENTS, ABSTENTIONS)


@dataclass(frozen=True)
class Place:
    """Where a visitor is in a deck."""

    deck: str  # its name
    scene: str  # the id of the scene
    begun: float  # when the deck was begun, in seconds since 1970, as all times here
    seen: float  # when they were there last
    is_open: bool  # whether the guide shows the deck now
    finished: float | None  # when they came to its end


@dataclass(frozen=True)
class Answer:
    """One try of a question, a prediction or a task; an option of an inventory; for a hint, that it was shown."""

    deck: str  # its name; "" for a guess outside of decks
    item: str  # the id of the question, prediction or task
    kind: str  # one of ANSWER_KINDS
    value: str  # the option, the number, or what the checks saw
    share: float | None  # how right it is, from 0 to 1; None where that is not known yet
    answered: float  # when


@dataclass(frozen=True)
class Activity:
    """Something that a visitor looked at or did on a page."""

    kind: str  # "page", "cell", "drawn" ...
    detail: str  # which: "evaluate.py", "shirt→coat" ...; "" where the kind says it all
    done: float  # when, the last time


@dataclass(frozen=True)
class Learner:
    """What a visitor chose about learning."""

    nickname: str = ""  # by which a lecturer sees them; "" for none
    guesses_first: bool = False  # whether Train asks for a guess


class Progress:
    """The progress of all visitors, in the database.

    Parameters
    ----------
    engine
        Of the database, as `core.runs.schema.open_file` opens it.
    now
        Returns the time in seconds since 1970.
    """

    def __init__(self, engine: sql.Engine, now: Callable[[], float] = time.time) -> None:
        self._engine = engine
        self._now = now

    # Places

    def open_place(self, visitor: str) -> Place | None:
        """The place that the guide shows a visitor; None where no deck is open."""
        rows = self._places((PLACES.c.visitor == visitor) & PLACES.c.is_open)
        return rows[0] if rows else None

    def places(self, visitor: str) -> tuple[Place, ...]:
        """A visitor's places in all decks that they began, the last one first."""
        return self._places(PLACES.c.visitor == visitor)

    def _places(self, which: sql.ColumnElement[bool]) -> tuple[Place, ...]:
        columns = [column for column in PLACES.c if column.name != "visitor"]
        query = sql.select(*columns).where(which).order_by(PLACES.c.seen.desc())
        return tuple(Place(**row) for row in self._rows(query))

    def go_to(self, visitor: str, deck: str, scene: str) -> None:
        """Open a deck at a scene for a visitor, and close the one that was open."""
        now = self._now()
        here = (PLACES.c.visitor == visitor) & PLACES.c.is_open & (PLACES.c.deck != deck)
        place = insert(PLACES).values(visitor=visitor, deck=deck, scene=scene, begun=now, seen=now, is_open=True)
        with self._engine.begin() as connection:
            connection.execute(PLACES.update().where(here).values(is_open=False))
            connection.execute(
                place.on_conflict_do_update(
                    index_elements=["visitor", "deck"], set_={"scene": scene, "seen": now, "is_open": True}
                )
            )

    def begin_again(self, visitor: str, deck: str, scene: str) -> None:
        """Open a deck at its first scene as if it had not been done; the answers of before stay on record."""
        with self._engine.begin() as connection:
            connection.execute(PLACES.delete().where((PLACES.c.visitor == visitor) & (PLACES.c.deck == deck)))
        self.go_to(visitor, deck, scene)

    def leave(self, visitor: str) -> None:
        """Close the deck that the guide shows; its place stays."""
        self._write(PLACES.update().where(PLACES.c.visitor == visitor).values(is_open=False))

    def finish(self, visitor: str, deck: str) -> None:
        """Note that a visitor came to the end of a deck, and close it."""
        which = (PLACES.c.visitor == visitor) & (PLACES.c.deck == deck)
        self._write(PLACES.update().where(which).values(is_open=False, finished=self._now(), seen=self._now()))

    def mark_done(self, visitor: str, deck: str, scene: str) -> None:
        """Note that a visitor has done a deck without its guide: a form of an inventory, or a lecture that they heard.

        Parameters
        ----------
        visitor
            The visitor.
        deck
            The name of the deck.
        scene
            The id of its last scene.
        """
        now = self._now()
        done = {"scene": scene, "seen": now, "finished": now, "is_open": False}
        place = insert(PLACES).values(visitor=visitor, deck=deck, begun=now, **done)
        self._write(place.on_conflict_do_update(index_elements=["visitor", "deck"], set_=done))

    # Answers

    def answer(self, visitor: str, answer: Answer) -> None:
        """Add a try; its time is now."""
        self._write(ANSWERS.insert().values(visitor=visitor, **{**asdict(answer), "answered": self._now()}))

    def judge(self, visitor: str, deck: str, item: str, share: float) -> None:
        """Say how right the last try of an item was, now that it is known."""
        mine = (ANSWERS.c.visitor == visitor) & (ANSWERS.c.deck == deck) & (ANSWERS.c.item == item)
        last = sql.select(sql.func.max(ANSWERS.c.position)).where(mine).scalar_subquery()
        self._write(ANSWERS.update().where(ANSWERS.c.position == last).values(share=share))

    def answers(self, visitor: str, deck: str | None = None, since: float = 0.0) -> tuple[Answer, ...]:
        """All tries of a visitor, the first one first.

        Parameters
        ----------
        visitor
            The visitor.
        deck
            The name of a deck whose tries alone are meant; "" for guesses outside of decks, None for all.
        since
            The time before which tries do not count, in seconds since 1970.
        """
        which = (ANSWERS.c.visitor == visitor) & (ANSWERS.c.answered >= since)
        if deck is not None:
            which &= ANSWERS.c.deck == deck
        columns = [ANSWERS.c[name] for name in ("deck", "item", "kind", "value", "share", "answered")]
        return tuple(Answer(**row) for row in self._rows(sql.select(*columns).where(which).order_by(ANSWERS.c.position)))

    # Activities

    def note(self, visitor: str, kind: str, detail: str = "") -> None:
        """Note what a visitor looked at or did; what they did before is noted with its last time.

        Parameters
        ----------
        visitor
            The visitor.
        kind, detail
            What it was; see `Activity`. A longer detail than 200 characters is cut.
        """
        now = self._now()
        row = insert(ACTIVITIES).values(visitor=visitor, kind=kind, detail=detail[:LONGEST_DETAIL], done=now)
        mine = ACTIVITIES.c.visitor == visitor
        kept = sql.select(ACTIVITIES.c.done).where(mine).order_by(ACTIVITIES.c.done.desc())
        with self._engine.begin() as connection:
            connection.execute(row.on_conflict_do_update(index_elements=["visitor", "kind", "detail"], set_={"done": now}))
            oldest = connection.execute(kept.offset(MOST_ACTIVITIES - 1).limit(1)).scalar()
            if oldest is not None:
                connection.execute(ACTIVITIES.delete().where(mine & (ACTIVITIES.c.done < oldest)))

    def activities(self, visitor: str, since: float = 0.0) -> tuple[Activity, ...]:
        """What a visitor looked at or did since a time, the last thing last."""
        columns = [ACTIVITIES.c[name] for name in ("kind", "detail", "done")]
        which = (ACTIVITIES.c.visitor == visitor) & (ACTIVITIES.c.done >= since)
        return tuple(Activity(**row) for row in self._rows(sql.select(*columns).where(which).order_by(ACTIVITIES.c.done)))

    # The visitor's own

    def learner(self, visitor: str) -> Learner:
        """What a visitor chose about learning."""
        columns = (LEARNERS.c.nickname, LEARNERS.c.guesses_first)
        rows = self._rows(sql.select(*columns).where(LEARNERS.c.visitor == visitor))
        return Learner(**rows[0]) if rows else Learner()

    def choose(self, visitor: str, learner: Learner) -> None:
        """Keep what a visitor chose about learning; a longer nickname than 40 characters is cut."""
        values = {**asdict(learner), "nickname": learner.nickname.strip()[:LONGEST_NICKNAME]}
        row = insert(LEARNERS).values(visitor=visitor, **values)
        self._write(row.on_conflict_do_update(index_elements=["visitor"], set_=values))

    def everything_of(self, visitor: str) -> dict[str, Any]:
        """All that is kept of what a visitor learned, for them to take away; without their secret name."""
        return {
            "learner": asdict(self.learner(visitor)),
            "places": [asdict(place) for place in self.places(visitor)],
            "answers": [asdict(answer) for answer in self.answers(visitor)],
            "activities": [asdict(activity) for activity in self.activities(visitor)],
            "assignments": self._rows(
                sql.select(ASSIGNMENTS.c.what, ASSIGNMENTS.c.value, ASSIGNMENTS.c.assigned)
                .where(ASSIGNMENTS.c.visitor == visitor)
                .order_by(ASSIGNMENTS.c.assigned)
            ),
            "takes_part": not self._rows(sql.select(ABSTENTIONS.c.visitor).where(ABSTENTIONS.c.visitor == visitor)),
        }

    def delete(self, visitor: str) -> None:
        """Delete all that is kept of what a visitor learned; runs and drafts stay."""
        with self._engine.begin() as connection:
            for table in TABLES:
                connection.execute(table.delete().where(table.c.visitor == visitor))

    # All visitors

    def learners(self) -> dict[str, tuple[Learner, tuple[Place, ...], tuple[Answer, ...]]]:
        """All visitors who began a deck or guessed, by their names, with their places and their tries."""
        began = sql.union(sql.select(PLACES.c.visitor), sql.select(ANSWERS.c.visitor))
        visitors = [row["visitor"] for row in self._rows(sql.select(began.subquery().c.visitor))]
        return {visitor: (self.learner(visitor), self.places(visitor), self.answers(visitor)) for visitor in visitors}

    def _rows(self, query: sql.Select[Any]) -> list[dict[str, Any]]:
        with self._engine.connect() as connection:
            return [dict(row) for row in connection.execute(query).mappings()]

    def _write(self, statement: sql.Executable) -> None:
        with self._engine.begin() as connection:
            connection.execute(statement)
