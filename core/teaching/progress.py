"""Each visitor's progress in the database: positions in decks, answers, activities on pages, and settings."""

import json
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import sqlalchemy as sql
from sqlalchemy.dialects.sqlite import insert

from core.runs import schema
from core.runs.schema import ABSTENTIONS, ACTIVITIES, ANSWERS, ASSIGNMENTS, LEARNERS, PLACES, RECEIPTS, VISITS, clear_wal

ANSWER_KINDS = ("prediction", "question", "task", "hint", "choice", "mark", "moved", "review")  # the values of `Answer.kind`
PREDICTION, QUESTION, TASK, HINT, CHOICE, MARK, MOVED, REVIEW = ANSWER_KINDS
SHOWN, REPAIR = "shown", "repair"  # values of hints: the task was done by Show me; a problem was repaired by its button
MOST_ACTIVITIES = 500  # stored activities of a visitor; the oldest are deleted first
MOST_TRIES = 50  # stored answers of a visitor to an item: the first answer and the latest answers stay
FEW_VISITORS = 200  # visitors whose answers a query selects; for more visitors, the query reads all answers
LONGEST_DETAIL = 200  # characters of `Activity.detail`
LONGEST_NICKNAME = 40  # characters of a nickname
ANSWER_COLUMNS = ("deck", "item", "kind", "value", "share", "answered")  # the fields of an Answer


@dataclass(frozen=True)
class DeckPosition:
    """A visitor's position in a deck, with the times of their start, last visit and finish."""

    deck: str  # the name of the deck
    scene: str  # the id of the scene
    begun: float  # when the deck was begun, in seconds since 1970, as all times here
    seen: float  # when the visitor was last in the deck
    is_open: bool  # whether the guide shows the deck now
    finished: float | None  # when the visitor last reached the end, perhaps before they began the deck again


@dataclass(frozen=True)
class Visit:
    """A visit to a scene: when the scene was opened, and the visitor's version of its experiment."""

    opened: float  # when the scene's experiment was opened, in seconds since 1970
    draft: str = ""  # the experiment that the visitor left, as JSON; "" without an experiment


@dataclass(frozen=True)
class Answer:
    """A visitor's answer to a question, a guess, or an attempt at a task. A shown hint is stored as an answer, too."""

    deck: str  # the name of the deck; "" for a guess outside of decks
    item: str  # the id of the question, prediction or task
    kind: str  # an element of ANSWER_KINDS
    value: str  # the option, the number, or the words of the checks
    share: float | None  # how right the answer is, from 0 to 1; None while unknown
    answered: float  # when the visitor answered


@dataclass(frozen=True)
class Activity:
    """An activity of a visitor on a page, such as a click on a cell of the confusion matrix."""

    kind: str  # "page", "cell", "drawn" ...
    detail: str  # such as "evaluate.py", "shirt→coat" ...; "" if the kind says all
    done: float  # when the visitor last did the activity


@dataclass(frozen=True)
class Learner:
    """The nickname and the settings of a visitor."""

    nickname: str = ""  # the name that a lecturer sees; "" means no nickname
    guesses_first: bool = False  # whether Train asks for a guess


Entry = tuple[Learner, tuple[DeckPosition, ...], tuple[Answer, ...]]
# Selects numbers of each visitor that change when an answer is added or graded.
STATE_OF_ANSWERS = sql.select(
    ANSWERS.c.visitor,
    sql.func.count(),
    sql.func.max(ANSWERS.c.position),
    sql.func.count(ANSWERS.c.share),
    sql.func.total(ANSWERS.c.share),
).group_by(ANSWERS.c.visitor)


class Progress:
    """The progress of all visitors, stored in the database.

    Parameters
    ----------
    engine
        The engine of the database, from `core.runs.schema.open_file`.
    now
        The clock, which returns the time in seconds since 1970.
    """

    def __init__(self, engine: sql.Engine, now: Callable[[], float] = time.time) -> None:
        self._engine = engine
        self._now = now
        self._reading = threading.Lock()
        self._entries: dict[str, tuple[Any, Entry]] = {}  # cache of `learners`: the key and the entry

    # Places

    def open_place(self, visitor: str) -> DeckPosition | None:
        """Return the position in the deck that the guide shows a visitor. If no deck is open, return None."""
        rows = self._places((PLACES.c.visitor == visitor) & PLACES.c.is_open)
        return rows[0] if rows else None

    def places(self, visitor: str) -> tuple[DeckPosition, ...]:
        """Return a visitor's positions in all decks that they began, the latest position first."""
        return self._places(PLACES.c.visitor == visitor)

    def _places(self, which: sql.ColumnElement[bool]) -> tuple[DeckPosition, ...]:
        columns = [column for column in PLACES.c if column.name != "visitor"]
        query = sql.select(*columns).where(which).order_by(PLACES.c.seen.desc())
        return tuple(DeckPosition(**row) for row in self._rows(query))

    def go_to(self, visitor: str, deck: str, scene: str) -> bool:
        """Open a deck at a scene for a visitor, and close the open deck.

        Returns
        -------
        bool
            Whether the visitor opens this scene for the first time since they began the deck.
        """
        now = self._now()
        here = (PLACES.c.visitor == visitor) & PLACES.c.is_open & (PLACES.c.deck != deck)
        position = insert(PLACES).values(visitor=visitor, deck=deck, scene=scene, begun=now, seen=now, is_open=True)
        visit = insert(VISITS).values(visitor=visitor, deck=deck, scene=scene, opened=now).on_conflict_do_nothing()
        with self._engine.begin() as connection:
            connection.execute(PLACES.update().where(here).values(is_open=False))
            connection.execute(
                position.on_conflict_do_update(
                    index_elements=["visitor", "deck"], set_={"scene": scene, "seen": now, "is_open": True}
                )
            )
            return bool(connection.execute(visit).rowcount)

    def begin_again(self, visitor: str, deck: str) -> None:
        """Let a visitor begin a deck again. Their answers, and the time at which they finished, stay on record."""
        now = self._now()
        which = (PLACES.c.visitor == visitor) & (PLACES.c.deck == deck)
        with self._engine.begin() as connection:
            connection.execute(PLACES.update().where(which).values(begun=now))
            connection.execute(VISITS.delete().where((VISITS.c.visitor == visitor) & (VISITS.c.deck == deck)))

    # Scenes

    def visits(self, visitor: str, deck: str) -> dict[str, Visit]:
        """Return the scenes of a deck that a visitor opened since they began the deck, by scene id."""
        which = (VISITS.c.visitor == visitor) & (VISITS.c.deck == deck)
        rows = self._rows(sql.select(VISITS.c.scene, VISITS.c.opened, VISITS.c.draft).where(which))
        return {row["scene"]: Visit(row["opened"], row["draft"]) for row in rows}

    def begin_scene(self, visitor: str, deck: str, scene: str) -> None:
        """Store that a visitor begins a scene anew now, and forget their version of its experiment."""
        now = self._now()
        row = insert(VISITS).values(visitor=visitor, deck=deck, scene=scene, opened=now)
        self._write(
            row.on_conflict_do_update(index_elements=["visitor", "deck", "scene"], set_={"opened": now, "draft": ""})
        )

    def keep_draft(self, visitor: str, deck: str, scene: str, draft: str) -> None:
        """Store a visitor's version of the experiment of a scene that they opened, as JSON, for their next visit."""
        which = (VISITS.c.visitor == visitor) & (VISITS.c.deck == deck) & (VISITS.c.scene == scene)
        self._write(VISITS.update().where(which).values(draft=draft))

    def leave(self, visitor: str) -> None:
        """Close the deck that the guide shows. The visitor's position in the deck stays stored."""
        self._write(PLACES.update().where(PLACES.c.visitor == visitor).values(is_open=False))

    def finish(self, visitor: str, deck: str) -> None:
        """Store that a visitor reached the end of a deck, and close the deck."""
        which = (PLACES.c.visitor == visitor) & (PLACES.c.deck == deck)
        self._write(PLACES.update().where(which).values(is_open=False, finished=self._now(), seen=self._now()))

    def mark_done(self, visitor: str, deck: str, scene: str) -> None:
        """Store that a visitor finished a deck without the guide: an inventory (a test), or a lecture that they heard.

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
        position = insert(PLACES).values(visitor=visitor, deck=deck, begun=now, **done)
        self._write(position.on_conflict_do_update(index_elements=["visitor", "deck"], set_=done))

    # Answers

    def answer(self, visitor: str, answer: Answer) -> None:
        """Store an answer with the current time. Of more than MOST_TRIES answers, only the first and the latest stay."""
        self._store_answer(visitor, answer, None)

    def answer_once(self, visitor: str, answer: Answer, since: float) -> None:
        """Store an answer as `answer` does, unless the item was answered since a time: the first guess counts.

        Parameters
        ----------
        visitor, answer
            The same arguments as in `answer`. The earlier answer may come from another tab.
        since
            The time, in seconds since 1970.
        """
        self._store_answer(visitor, answer, since)

    def _store_answer(self, visitor: str, answer: Answer, since: float | None) -> None:
        values = {"visitor": visitor, **asdict(answer), "answered": self._now()}
        same = [ANSWERS.c[name] == values[name] for name in ("visitor", "deck", "item", "kind")]
        is_new = sql.true() if since is None else ~sql.exists().where(*same, ANSWERS.c.answered >= since)
        row = sql.select(*(sql.literal(value, ANSWERS.c[name].type) for name, value in values.items())).where(is_new)
        tries = sql.select(ANSWERS.c.position).where(*same).order_by(ANSWERS.c.position)
        with self._engine.begin() as connection:
            connection.execute(ANSWERS.insert().from_select(list(values), row))
            if len(positions := connection.execute(tries).scalars().all()) > MOST_TRIES:
                connection.execute(ANSWERS.delete().where(ANSWERS.c.position.in_(positions[1 : 1 - MOST_TRIES])))

    def judge(self, visitor: str, deck: str, item: str, share: float) -> None:
        """Store how right the last answer to an item was, from 0 to 1, after a run has shown the result."""
        mine = (ANSWERS.c.visitor == visitor) & (ANSWERS.c.deck == deck) & (ANSWERS.c.item == item)
        last = sql.select(sql.func.max(ANSWERS.c.position)).where(mine).scalar_subquery()
        self._write(ANSWERS.update().where(ANSWERS.c.position == last).values(share=share))

    def save_task_receipt(self, visitor: str, content: Mapping[str, Any]) -> None:
        """Store the receipt that proves that a visitor passed a task.

        Parameters
        ----------
        visitor
            The visitor.
        content
            A receipt, from `core.teaching.trials.receipts.receipt_to_dict`.
        """
        values = {"passed": content["passed"], "content": json.dumps(content)}
        row = insert(RECEIPTS).values(visitor=visitor, deck=content["deck"], task=content["task"], **values)
        self._write(row.on_conflict_do_update(index_elements=["visitor", "deck", "task"], set_=values))

    def receipts(self, visitor: str, deck: str | None = None, since: float = 0.0) -> dict[str, dict[str, Any]]:
        """Return the receipts that prove a visitor's passed tasks, by task id; see `answers` for the arguments."""
        which = (RECEIPTS.c.visitor == visitor) & (RECEIPTS.c.passed >= since)
        if deck is not None:
            which &= RECEIPTS.c.deck == deck
        rows = self._rows(sql.select(RECEIPTS.c.task, RECEIPTS.c.content).where(which).order_by(RECEIPTS.c.passed))
        return {row["task"]: json.loads(row["content"]) for row in rows}

    def answers(self, visitor: str, deck: str | None = None, since: float = 0.0) -> tuple[Answer, ...]:
        """Return all answers of a visitor in decks, the first answer first. Answers in reviews are left out.

        Parameters
        ----------
        visitor
            The visitor.
        deck
            The name of the only deck that counts. "" means guesses outside of decks, None means all decks.
        since
            The time before which answers do not count, in seconds since 1970.
        """
        of_deck = sql.true() if deck is None else ANSWERS.c.deck == deck
        return self._tries(visitor, (ANSWERS.c.kind != REVIEW) & (ANSWERS.c.answered >= since) & of_deck)

    def reviews(self, visitor: str) -> tuple[Answer, ...]:
        """Return all answers of a visitor in reviews, the first answer first."""
        return self._tries(visitor, ANSWERS.c.kind == REVIEW)

    def _tries(self, visitor: str, which: sql.ColumnElement[bool]) -> tuple[Answer, ...]:
        query = sql.select(*(ANSWERS.c[name] for name in ANSWER_COLUMNS)).where((ANSWERS.c.visitor == visitor) & which)
        return tuple(Answer(**row) for row in self._rows(query.order_by(ANSWERS.c.position)))

    # Activities

    def note(self, visitor: str, kind: str, detail: str = "") -> None:
        """Store an activity of a visitor with the current time, which replaces the time of the same earlier activity.

        Parameters
        ----------
        visitor
            The visitor.
        kind, detail
            The activity; see `Activity`. A detail is cut after 200 characters.
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

    def forget(self, visitor: str, kind: str) -> None:
        """Delete the activities of a kind that a visitor did."""
        self._write(ACTIVITIES.delete().where((ACTIVITIES.c.visitor == visitor) & (ACTIVITIES.c.kind == kind)))

    def activities(self, visitor: str, since: float = 0.0) -> tuple[Activity, ...]:
        """Return the activities of a visitor since a time, the oldest activity first."""
        columns = [ACTIVITIES.c[name] for name in ("kind", "detail", "done")]
        which = (ACTIVITIES.c.visitor == visitor) & (ACTIVITIES.c.done >= since)
        return tuple(Activity(**row) for row in self._rows(sql.select(*columns).where(which).order_by(ACTIVITIES.c.done)))

    # The visitor's own

    def learner(self, visitor: str) -> Learner:
        """Return the nickname and the settings of a visitor."""
        rows = self._rows(sql.select(LEARNERS.c.nickname, LEARNERS.c.guesses_first).where(LEARNERS.c.visitor == visitor))
        return Learner(**rows[0]) if rows else Learner()

    def choose(self, visitor: str, learner: Learner) -> None:
        """Store the nickname and the settings of a visitor. A nickname is cut after 40 characters."""
        values = {**asdict(learner), "nickname": learner.nickname.strip()[:LONGEST_NICKNAME]}
        row = insert(LEARNERS).values(visitor=visitor, **values)
        self._write(row.on_conflict_do_update(index_elements=["visitor"], set_=values))

    def everything_of(self, visitor: str) -> dict[str, Any]:
        """Return the stored progress of a visitor for a download, without the visitor's secret id."""

        def rows(table: sql.Table, order: str) -> list[dict[str, Any]]:
            columns = (column for column in table.c if column.name != "visitor")
            return self._rows(sql.select(*columns).where(table.c.visitor == visitor).order_by(table.c[order]))

        return {
            "learner": asdict(self.learner(visitor)),
            "places": [asdict(position) for position in self.places(visitor)],
            "scenes": rows(VISITS, "opened"),
            "answers": [asdict(answer) for answer in (*self.answers(visitor), *self.reviews(visitor))],
            "receipts": [json.loads(row["content"]) for row in rows(RECEIPTS, "passed")],
            "activities": [asdict(activity) for activity in self.activities(visitor)],
            "assignments": rows(ASSIGNMENTS, "assigned"),
            "takes_part": not self._rows(sql.select(ABSTENTIONS.c.visitor).where(ABSTENTIONS.c.visitor == visitor)),
        }

    def delete(self, visitor: str) -> None:
        """Delete the progress of a visitor. Runs and drafts stay."""
        with self._engine.begin() as connection:
            for table in schema.OF_LEARNERS:
                connection.execute(table.delete().where(table.c.visitor == visitor))
        clear_wal(self._engine)

    # All visitors

    def learners(self) -> dict[str, Entry]:
        """Return the settings, positions and answers of all visitors who began a deck or guessed, by visitor.

        The entry of a visitor who did nothing since the last call is the same object as before.
        """
        with self._reading:
            chosen = {visitor: tuple(rest) for visitor, *rest in self._tuples(sql.select(*LEARNERS.c))}
            places = _grouped(self._tuples(sql.select(*PLACES.c).order_by(PLACES.c.seen.desc())))
            states = {visitor: tuple(rest) for visitor, *rest in self._tuples(STATE_OF_ANSWERS)}
            keys = {visitor: (chosen.get(visitor), places[visitor], states.get(visitor)) for visitor in {*places, *states}}
            changed = [visitor for visitor, key in keys.items() if self._entries.get(visitor, (None,))[0] != key]
            answers = self._answers_of(changed)
            for visitor in changed:
                learner = Learner(*chosen[visitor]) if visitor in chosen else Learner()
                entry = learner, tuple(DeckPosition(*row) for row in places[visitor]), tuple(answers[visitor])
                self._entries[visitor] = keys[visitor], entry
            self._entries = {visitor: self._entries[visitor] for visitor in sorted(keys)}
            return {visitor: entry for visitor, (_, entry) in self._entries.items()}

    def _answers_of(self, visitors: Sequence[str]) -> defaultdict[str, list[Answer]]:
        """Return the answers of some visitors as lists by visitor, the first answer first."""
        columns = [ANSWERS.c[name] for name in ("visitor", *ANSWER_COLUMNS)]
        query = sql.select(*columns).where(ANSWERS.c.kind != REVIEW).order_by(ANSWERS.c.position)
        if len(visitors) <= FEW_VISITORS:
            query = query.where(ANSWERS.c.visitor.in_(visitors))
        answers = defaultdict(list)
        for visitor, *values in self._tuples(query):
            answers[visitor].append(Answer(*values))
        return answers

    def _tuples(self, query: sql.Executable) -> list[tuple[Any, ...]]:
        with self._engine.connect() as connection:
            return [tuple(row) for row in connection.execute(query)]

    def _rows(self, query: sql.Select[Any]) -> list[dict[str, Any]]:
        with self._engine.connect() as connection:
            return [dict(row) for row in connection.execute(query).mappings()]

    def _write(self, statement: sql.Executable) -> None:
        with self._engine.begin() as connection:
            connection.execute(statement)


def _grouped(rows: Iterable[tuple[Any, ...]]) -> defaultdict[str, tuple[tuple[Any, ...], ...]]:
    """Group rows by their first column, and return the other columns of each group in order."""
    groups = defaultdict(list)
    for first, *rest in rows:
        groups[first].append(tuple(rest))
    return defaultdict(tuple, {first: tuple(group) for first, group in groups.items()})
