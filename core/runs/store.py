"""Every run ever started, with its events and result, and each visitor's draft with its undo history. The truth on disk.

SQLite through SQLAlchemy; writes are synced. Events are gathered for a moment and written together.
"""

import json
import logging
import math
import secrets
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sql

from core.analysis.curves import HEAVY, merge
from core.experiment.model import Experiment
from core.experiment.serialization import dumps, loads
from core.problems import Problem, ProblemError, read_problem
from core.runs.drafts import Drafts
from core.runs.schema import EVENTS, OPENINGS, RUNS, open_file
from core.runs.states import FINAL, STATES, before
from core.runs.storage_failures import DatabaseGone

WRITE_EVERY_SECONDS = 0.2  # points are promised on disk within half a second
MERGED = 10_000  # batches, a quarter of an hour of reports: of more, so many are chosen before they are put together
LONGEST_NAME = 80  # characters of a run's name
LONGEST_NOTE = 500


@dataclass(frozen=True)
class Run:
    """One time that an experiment was done."""

    id: str  # long and random
    number: int  # 1, 2, 3 ... of its visitor
    visitor: str  # whose it is
    experiment: Experiment
    state: str  # one of STATES
    created: float  # seconds since 1970
    ended: float | None
    problem: Problem | None  # why it failed
    result: dict | None  # what training returned
    test_openings: int  # how often its test set was opened
    name: str  # what its owner calls it; "" for none
    note: str  # what its owner noted down
    series: str  # the same for all repeats of one experiment with other seeds; "" for none
    parts: int  # how often it was begun or gone on with
    deleted: float | None  # when its owner deleted it
    test_sealed: bool = False  # whether its owner has sealed the test set again

    @property
    def is_over(self) -> bool:
        return STATES[self.state].is_over

    @property
    def test_is_open(self) -> bool:
        """Whether what the network says of the test set may be seen."""
        return self.test_openings > 0 and not self.test_sealed

    def accuracy(self, name: str) -> float | None:
        """The accuracy of the weights that the run kept, on the whole of a set, from 0 to 1; None where there is none.

        It is the run's result. The last epoch's own figure may differ: a run may go on after it, or keep an earlier epoch.

        Parameters
        ----------
        name
            The name of the set: "validation" or "test".
        """
        evaluated = (self.result or {}).get(name)
        return evaluated["accuracy"] if evaluated else None

    @property
    def title(self) -> str:
        """The run as its owner calls it: "Run 4: with dropout", or "Run 4"."""
        return f"Run {self.number}: {self.name}" if self.name else f"Run {self.number}"


class Ledger(Drafts):
    """The file of runs and drafts. Safe to use from several threads."""

    def __init__(self, path: Path, now: Callable[[], float] = time.time) -> None:
        """Open or make the ledger at `path`; `now` gives the time in seconds since 1970.

        Raises
        ------
        ProblemError
            The file or its folder cannot be used; the problem says why.
        """
        super().__init__()
        self._now = now
        self._engine = open_file(path)
        self.problem = ""  # why events could not be written; "" where they are
        self._lock = threading.Lock()
        self._waiting: list[dict] = []
        self._positions: dict[str, int] = defaultdict(lambda: -1)
        self._closing = threading.Event()
        self._writer = threading.Thread(target=self._write_now_and_then, daemon=True)
        self._writer.start()

    def close(self) -> None:
        """Write what is waiting and let go of the file."""
        self._closing.set()
        self._writer.join()
        self.flush()
        self._engine.dispose()

    # Runs

    def add_run(self, experiment: Experiment, visitor: str, series: str = "") -> Run:
        """Note down a new run in the state "queued"."""
        identity = secrets.token_hex(16)  # no "__": Streamlit refuses it in a component's key
        row = {"id": identity, "visitor": visitor, "experiment": dumps(experiment), "state": "queued", "series": series}
        last = sql.select(sql.func.coalesce(sql.func.max(RUNS.c.number), 0) + 1).where(RUNS.c.visitor == visitor)
        number = last.scalar_subquery()
        self._change(RUNS.insert().values(**row, number=number, created=self._now(), test_openings=0))
        run = self.run(identity)
        assert run is not None
        return run

    def run(self, identity: str) -> Run | None:
        """The run with this id, or None; deleted ones are none."""
        found = self._runs(RUNS.c.id == identity, RUNS.c.deleted.is_(None))
        return found[0] if found else None

    def runs_of(self, visitor: str, most: int | None = 50, skip: int = 0) -> list[Run]:
        """A visitor's runs, the newest first, without deleted ones; at most `most`, after the first `skip`."""
        return self._runs(RUNS.c.visitor == visitor, RUNS.c.deleted.is_(None), most=most, skip=skip)

    def series(self, series: str) -> list[Run]:
        """The runs of one series, the newest first."""
        return self._runs(RUNS.c.series == series, RUNS.c.deleted.is_(None), most=None)

    def count_runs(self, visitor: str) -> int:
        """How many runs a visitor has, without deleted ones."""
        statement = sql.select(sql.func.count()).where(RUNS.c.visitor == visitor, RUNS.c.deleted.is_(None))
        with self._engine.connect() as connection:
            return int(connection.execute(statement).scalar() or 0)

    def unfinished(self) -> list[Run]:
        """All runs that are not over, the newest first."""
        return self._runs(RUNS.c.state.not_in(FINAL), most=None)

    def interrupt(self, problem: Problem) -> None:
        """Move all runs that are not over to the state "interrupted"."""
        for run in self.unfinished():
            self.change_state(run.id, "interrupted", problem=problem)

    def change_state(self, identity: str, state: str, *, problem: Problem | None = None, result: dict | None = None) -> bool:
        """Move a run to another state.

        Returns
        -------
        bool
            True when the state changed; False when the present state does not allow the change, which happens when two
            things end a run at once: the first one counts.
        """
        values: dict[str, Any] = {"state": state, "ended": self._now() if STATES[state].is_over else None}
        if problem is not None:
            values["problem"] = json.dumps(asdict(problem))
        if result is not None:
            values["result"] = json.dumps(result)
        condition = (RUNS.c.id == identity) & RUNS.c.state.in_(before(state))
        return self._change(RUNS.update().where(condition).values(**values)) == 1

    def set_result(self, identity: str, result: dict) -> None:
        """Note down a result that came after the run had ended, as it does for a stopped one."""
        self._change(RUNS.update().where(RUNS.c.id == identity).values(result=json.dumps(result)))

    def go_on(self, identity: str, experiment: Experiment) -> bool:
        """Put a run that is over in the queue again; True when it was.

        Parameters
        ----------
        identity
            The run.
        experiment
            The same, or the same with more epochs.
        """
        condition = (RUNS.c.id == identity) & RUNS.c.state.in_([name for name in FINAL if name in before("queued")])
        values = {"state": "queued", "experiment": dumps(experiment), "ended": None, "problem": None, "result": None}
        return self._change(RUNS.update().where(condition).values(**values, parts=RUNS.c.parts + 1)) == 1

    def describe(self, identity: str, *, name: str | None = None, note: str | None = None) -> None:
        """Give a run a name or a note; what is longer than LONGEST_NAME or LONGEST_NOTE is cut."""
        values = {}
        if name is not None:
            values["name"] = _one_line(name)[:LONGEST_NAME]
        if note is not None:
            values["note"] = note.replace("\0", "").strip()[:LONGEST_NOTE]
        if values:
            self._change(RUNS.update().where(RUNS.c.id == identity).values(**values))

    def delete_run(self, identity: str) -> bool:
        """Delete a run that is over; `restore_run` brings it back until it is purged. True when it was deleted."""
        condition = (RUNS.c.id == identity) & RUNS.c.state.in_(FINAL)
        return self._change(RUNS.update().where(condition).values(deleted=self._now())) == 1

    def restore_run(self, identity: str) -> None:
        """Undo the deletion of a run."""
        self._change(RUNS.update().where(RUNS.c.id == identity).values(deleted=None))

    def last_deleted(self, visitor: str) -> Run | None:
        """The run that a visitor deleted last, while `restore_run` can bring it back; None where there is none."""
        gone = self._runs(RUNS.c.visitor == visitor, RUNS.c.deleted.is_not(None), most=None)
        return max(gone, key=lambda run: run.deleted or 0.0, default=None)

    def purge(self, older_than: float) -> list[str]:
        """Forget runs for good that were deleted more than `older_than` seconds ago; their ids."""
        condition = RUNS.c.deleted < self._now() - older_than
        with self._engine.begin() as connection:
            gone = list(connection.execute(sql.select(RUNS.c.id).where(condition)).scalars())
            connection.execute(EVENTS.delete().where(EVENTS.c.run.in_(gone)))
            connection.execute(RUNS.delete().where(RUNS.c.id.in_(gone)))
        return gone

    def open_test_set(self, identity: str) -> None:
        """Open a run's test set, and count that."""
        run = self.run(identity)
        if run is None:
            return
        values = {"visitor": run.visitor, "run": run.id, "dataset": run.experiment.data.dataset, "opened": self._now()}
        opened = {"test_openings": RUNS.c.test_openings + 1, "test_sealed": False}
        with self._engine.begin() as connection:
            connection.execute(RUNS.update().where(RUNS.c.id == identity).values(**opened))
            connection.execute(OPENINGS.insert().values(**values))

    def seal_test_set(self, identity: str) -> None:
        """Show a run's test set no more; how often it was opened stays counted."""
        self._change(RUNS.update().where(RUNS.c.id == identity).values(test_sealed=True))

    def openings(self, visitor: str, dataset: str) -> tuple[int, int]:
        """How often a visitor has opened the test set of this data set, and for how many runs; deleted ones count too."""
        mine = (OPENINGS.c.visitor == visitor) & (OPENINGS.c.dataset == dataset)
        counts = sql.select(sql.func.count(), sql.func.count(OPENINGS.c.run.distinct())).where(mine)
        with self._engine.connect() as connection:
            times, several = connection.execute(counts).one()
        return int(times), int(several)

    def _change(self, statement: Any) -> int:
        with self._engine.begin() as connection:
            return connection.execute(statement).rowcount

    def _runs(self, *conditions: Any, most: int | None = 1, skip: int = 0) -> list[Run]:
        statement = RUNS.select().where(*conditions).order_by(RUNS.c.position.desc()).limit(most).offset(skip)
        with self._engine.connect() as connection:
            rows = connection.execute(statement).all()
        return [run for row in rows if (run := _run(row._mapping)) is not None]

    # Events

    def append(self, identity: str, event: dict) -> None:
        """Note down what a run reported; on disk within half a second."""
        with self._lock:
            if identity not in self._positions:
                self._positions[identity] = self._last_position(identity)
            self._positions[identity] += 1
            row = {"run": identity, "position": self._positions[identity]}
            self._waiting.append({**row, "content": json.dumps(event), "kind": event.get("kind", "")})

    def events(self, identity: str, most: int | None = None, kinds: Collection[str] = ()) -> list[dict]:
        """The events that a run reported, in order.

        Parameters
        ----------
        identity
            The run.
        most
            Give only what counts: at most so many "batch" events, neighbours put together (see `curves.merge`), and of
            heavy kinds the last whole one with what came after it; None for all.
        kinds
            Only events of these kinds; () for all.
        """
        self.flush()
        mine = EVENTS.c.run == identity
        if kinds:
            mine &= EVENTS.c.kind.in_(kinds)
        with self._engine.connect() as connection:
            if most is None:
                return [event for _, event in _read(connection, mine)]
            found = list(_read(connection, mine & EVENTS.c.kind.not_in(("batch", *HEAVY))))
            found += _read(connection, _enough(connection, mine & (EVENTS.c.kind == "batch"), max(most, MERGED)))
            resumed = [(place, event["epoch"]) for place, event in found if event.get("kind") == "resumed"]
            for heavy in HEAVY:
                found += _newest(connection, mine & (EVENTS.c.kind == heavy), resumed)
        return merge([event for _, event in sorted(found, key=lambda one: one[0])], most)

    def flush(self) -> None:
        """Write the events that wait; what cannot be written stays in memory, and `problem` says why."""
        with self._lock:
            if not self._waiting:
                return
            try:
                with self._engine.begin() as connection:
                    connection.execute(EVENTS.insert(), self._waiting)
            except (sql.exc.DatabaseError, DatabaseGone) as error:  # a full disk, a locked, torn or deleted file: next time
                self.problem = str(getattr(error, "orig", error))
            else:
                self.problem = ""
                self._waiting = []

    def _last_position(self, identity: str) -> int:
        statement = sql.select(sql.func.max(EVENTS.c.position)).where(EVENTS.c.run == identity)
        with self._engine.connect() as connection:
            last = connection.execute(statement).scalar()
        return -1 if last is None else last

    def _write_now_and_then(self) -> None:
        while not self._closing.wait(WRITE_EVERY_SECONDS):
            self.flush()


def _one_line(text: str) -> str:
    return " ".join(text.replace("\0", "").split())


def _read(connection: sql.Connection, condition: Any, *, newest_first: bool = False) -> Iterator[tuple[int, dict]]:
    """The places of events and what they are; those that are unreadable are left out."""
    place = EVENTS.c.position
    statement = sql.select(place, EVENTS.c.content).where(condition).order_by(place.desc() if newest_first else place)
    with connection.execute(statement) as rows:
        for position, content in rows:
            if (event := _event(content)) is not None:
                yield position, event


def _enough(connection: sql.Connection, batches: Any, most: int) -> Any:
    """The condition of about `most` of some batches, the first and the last one among them."""
    place = EVENTS.c.position
    counts = sql.select(sql.func.count(), sql.func.min(place), sql.func.max(place)).where(batches)
    count, first, last = connection.execute(counts).one()
    if count <= most:
        return batches
    # One of each stretch: every so many-th would miss them where they come in turns with other events.
    stretch = (place - first) // math.ceil((last - first + 1) / most)
    chosen = sql.select(sql.func.min(place)).where(batches).group_by(stretch)
    return batches & place.in_(chosen.union_all(sql.select(sql.literal(last))))


def _newest(connection: sql.Connection, condition: Any, resumed: list[tuple[int, float]]) -> list[tuple[int, dict]]:
    """The newest whole event, and those after it, without any that was undone; `resumed`: where, and to which epoch."""
    found = []
    for place, event in _read(connection, condition, newest_first=True):
        if any(place < where and event.get("epoch", 0.0) > epoch for where, epoch in resumed):
            continue
        found.append((place, event))
        if event.get("whole", True):
            break
    return found


def _event(content: str) -> dict | None:
    """An event as it was noted down; None where somebody's hand, or a tear, made it unreadable."""
    try:
        event = json.loads(content)
    except ValueError:
        return None
    return event if isinstance(event, dict) else None


def _run(row: Any) -> Run | None:
    """A row as a Run; None where somebody's hand made it unreadable, so that the others can still be seen."""
    names = ("id", "number", "visitor", "state", "created", "ended", "test_openings", "name", "note", "series")
    try:
        STATES[row["state"]]
        if not all(isinstance(row[name] or 0, int | float) for name in ("number", "created", "ended", "deleted")):
            raise ValueError("a number is none")
        return Run(
            **{name: row[name] for name in (*names, "parts", "deleted")},
            test_sealed=bool(row["test_sealed"]),
            experiment=loads(row["experiment"]),
            problem=read_problem(json.loads(row["problem"])) if row["problem"] else None,
            result=dict(json.loads(row["result"])) if row["result"] else None,
        )
    except (KeyError, ValueError, TypeError, ProblemError) as error:
        logging.getLogger("dashboard").warning("run %s cannot be read: %s", row["id"], error)
        return None
