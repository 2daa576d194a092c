"""Every run ever started, with its events and result, and each visitor's draft with its undo history. The truth on disk.

SQLite through SQLAlchemy; writes are synced. Events are gathered for a moment and written together.
"""

import json
import secrets
import threading
import time
from collections import defaultdict
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sql

from core.experiment import Experiment
from core.problems import Problem
from core.reading import dumps, loads

# A run's states, and those that may follow each. Those that nothing follows are final.
STATES: dict[str, tuple[str, ...]] = {
    "queued": ("starting", "failed", "interrupted", "cancelled"),
    "starting": ("training", "stopping", "finished", "failed", "interrupted"),
    "training": ("paused", "stopping", "finished", "stopped", "failed", "interrupted"),
    "paused": ("training", "stopping", "failed", "interrupted"),
    "stopping": ("finished", "stopped", "failed", "interrupted"),
    "finished": (),
    "stopped": (),
    "failed": (),
    "interrupted": (),
    "cancelled": (),
}
FINAL = tuple(state for state, following in STATES.items() if not following)

WRITE_EVERY_SECONDS = 0.2  # points are promised on disk within half a second
UNDO_STEPS = 100
SCHEMA = 1  # SQLite's user_version of the tables below

metadata = sql.MetaData()
RUNS = sql.Table(
    "runs",
    metadata,
    sql.Column("position", sql.Integer, primary_key=True),  # in the order of starting
    sql.Column("id", sql.String, unique=True, nullable=False),  # long and random: whoever has it may watch
    sql.Column("visitor", sql.String, nullable=False, index=True),
    sql.Column("number", sql.Integer, nullable=False),  # 1, 2, 3 ... of its visitor
    sql.Column("experiment", sql.Text, nullable=False),
    sql.Column("state", sql.String, nullable=False, index=True),
    sql.Column("created", sql.Float, nullable=False),
    sql.Column("ended", sql.Float),
    sql.Column("problem", sql.Text),
    sql.Column("result", sql.Text),
    sql.Column("test_openings", sql.Integer, nullable=False, default=0),
)
EVENTS = sql.Table(
    "events",
    metadata,
    sql.Column("run", sql.String, primary_key=True),
    sql.Column("position", sql.Integer, primary_key=True),
    sql.Column("content", sql.Text, nullable=False),
)
DRAFTS = sql.Table(
    "drafts",
    metadata,
    sql.Column("visitor", sql.String, primary_key=True),
    sql.Column("experiment", sql.Text, nullable=False),
    sql.Column("undo", sql.Text, nullable=False, default="[]"),
    sql.Column("redo", sql.Text, nullable=False, default="[]"),
    sql.Column("code_open", sql.Boolean, nullable=False, default=True),
)


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

    @property
    def is_over(self) -> bool:
        return self.state in FINAL


@dataclass(frozen=True)
class Draft:
    """The experiment that a visitor is editing."""

    experiment: Experiment
    undo: tuple[str, ...] = ()  # earlier experiments as JSON, the last one newest
    redo: tuple[str, ...] = ()  # experiments that were undone, the last one newest
    code_open: bool = True  # whether the code panel is unfolded

    @property
    def before(self) -> Experiment | None:
        """The experiment before the last change, or None."""
        return loads(self.undo[-1]) if self.undo else None


class Ledger:
    """The file of runs and drafts. Safe to use from several threads."""

    def __init__(self, path: Path, now: Callable[[], float] = time.time) -> None:
        """Open or make the ledger at `path`; `now` gives the time in seconds since 1970."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self._now = now
        self._engine = sql.create_engine(f"sqlite:///{path}")
        sql.event.listen(self._engine, "connect", _prepare_connection)
        metadata.create_all(self._engine)
        with self._engine.begin() as connection:
            connection.exec_driver_sql(f"PRAGMA user_version = {SCHEMA}")
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

    def add_run(self, experiment: Experiment, visitor: str) -> Run:
        """Note down a new run in the state "queued"."""
        identity = secrets.token_hex(16)  # no "__": Streamlit refuses it in a component's key
        row = {"id": identity, "visitor": visitor, "experiment": dumps(experiment), "state": "queued"}
        last = sql.select(sql.func.coalesce(sql.func.max(RUNS.c.number), 0) + 1).where(RUNS.c.visitor == visitor)
        number = last.scalar_subquery()
        with self._engine.begin() as connection:
            connection.execute(RUNS.insert().values(**row, number=number, created=self._now(), test_openings=0))
        run = self.run(identity)
        assert run is not None
        return run

    def run(self, identity: str) -> Run | None:
        """The run with this id, or None."""
        found = self._runs(RUNS.c.id == identity)
        return found[0] if found else None

    def runs_of(self, visitor: str, most: int = 50) -> list[Run]:
        """A visitor's runs, the newest first."""
        return self._runs(RUNS.c.visitor == visitor, most)

    def unfinished(self) -> list[Run]:
        """All runs that are not over, the newest first."""
        return self._runs(RUNS.c.state.not_in(FINAL), None)

    def change_state(self, identity: str, state: str, *, problem: Problem | None = None, result: dict | None = None) -> bool:
        """Move a run to another state.

        Returns:
            True when it moved; False when its present state does not allow that, which happens when two things end a run
            at once: the first one counts.
        """
        values: dict[str, Any] = {"state": state}
        if state in FINAL:
            values["ended"] = self._now()
        if problem is not None:
            values["problem"] = json.dumps(asdict(problem))
        if result is not None:
            values["result"] = json.dumps(result)
        allowed = [before for before, following in STATES.items() if state in following]
        with self._engine.begin() as connection:
            statement = RUNS.update().where(RUNS.c.id == identity, RUNS.c.state.in_(allowed)).values(**values)
            return connection.execute(statement).rowcount == 1

    def set_result(self, identity: str, result: dict) -> None:
        """Note down a result that came after the run had ended, as it does for a stopped one."""
        with self._engine.begin() as connection:
            connection.execute(RUNS.update().where(RUNS.c.id == identity).values(result=json.dumps(result)))

    def open_test_set(self, identity: str) -> None:
        """Count one more opening of a run's test set."""
        with self._engine.begin() as connection:
            statement = RUNS.update().where(RUNS.c.id == identity)
            connection.execute(statement.values(test_openings=RUNS.c.test_openings + 1))

    def _runs(self, condition: Any, most: int | None = 1) -> list[Run]:
        statement = RUNS.select().where(condition).order_by(RUNS.c.position.desc()).limit(most)
        with self._engine.connect() as connection:
            return [_run(row._mapping) for row in connection.execute(statement)]

    # Events

    def append(self, identity: str, event: dict) -> None:
        """Note down what a run reported; on disk within half a second."""
        with self._lock:
            if identity not in self._positions:
                self._positions[identity] = self._last_position(identity)
            self._positions[identity] += 1
            row = {"run": identity, "position": self._positions[identity], "content": json.dumps(event)}
            self._waiting.append(row)

    def events(self, identity: str) -> list[dict]:
        """All that a run reported, in order."""
        self.flush()
        statement = sql.select(EVENTS.c.content).where(EVENTS.c.run == identity).order_by(EVENTS.c.position)
        with self._engine.connect() as connection:
            return [json.loads(content) for content in connection.execute(statement).scalars()]

    def flush(self) -> None:
        """Write the events that wait."""
        with self._lock:
            if self._waiting:
                with self._engine.begin() as connection:
                    connection.execute(EVENTS.insert(), self._waiting)
                self._waiting = []  # only now: what could not be written is tried again

    def _last_position(self, identity: str) -> int:
        statement = sql.select(sql.func.max(EVENTS.c.position)).where(EVENTS.c.run == identity)
        with self._engine.connect() as connection:
            last = connection.execute(statement).scalar()
        return -1 if last is None else last

    def _write_now_and_then(self) -> None:
        while not self._closing.wait(WRITE_EVERY_SECONDS):
            with suppress(sql.exc.OperationalError):  # a full disk or a locked file: the next round tries again
                self.flush()

    # Drafts

    def draft(self, visitor: str) -> Draft | None:
        """A visitor's draft, or None where there is none yet."""
        with self._engine.connect() as connection:
            row = connection.execute(DRAFTS.select().where(DRAFTS.c.visitor == visitor)).one_or_none()
        if row is None:
            return None
        undo, redo = tuple(json.loads(row.undo)), tuple(json.loads(row.redo))
        return Draft(loads(row.experiment), undo, redo, row.code_open)

    def edit_draft(self, visitor: str, experiment: Experiment) -> Draft:
        """Replace a visitor's draft; what it was can be had back by `undo`."""
        old = self.draft(visitor)
        if old is None:
            return self._save_draft(visitor, Draft(experiment))
        if dumps(old.experiment) == dumps(experiment):  # 1 and True are equal, and differ here
            return old
        undo = (*old.undo, dumps(old.experiment))[-UNDO_STEPS:]
        return self._save_draft(visitor, Draft(experiment, undo, (), old.code_open))

    def undo(self, visitor: str) -> Draft | None:
        """Take a visitor's last change back; the draft as it then is."""
        old = self.draft(visitor)
        if old is None or not old.undo:
            return old
        redo = (*old.redo, dumps(old.experiment))
        return self._save_draft(visitor, Draft(loads(old.undo[-1]), old.undo[:-1], redo, old.code_open))

    def redo(self, visitor: str) -> Draft | None:
        """Make the change again that was taken back last; the draft as it then is."""
        old = self.draft(visitor)
        if old is None or not old.redo:
            return old
        undo = (*old.undo, dumps(old.experiment))
        return self._save_draft(visitor, Draft(loads(old.redo[-1]), undo, old.redo[:-1], old.code_open))

    def fold_code(self, visitor: str, code_open: bool) -> None:
        """Remember whether a visitor has the code panel unfolded."""
        with self._engine.begin() as connection:
            connection.execute(DRAFTS.update().where(DRAFTS.c.visitor == visitor).values(code_open=code_open))

    def _save_draft(self, visitor: str, draft: Draft) -> Draft:
        values = {
            "experiment": dumps(draft.experiment),
            "undo": json.dumps(draft.undo),
            "redo": json.dumps(draft.redo),
            "code_open": draft.code_open,
        }
        with self._engine.begin() as connection:
            if not connection.execute(DRAFTS.update().where(DRAFTS.c.visitor == visitor).values(**values)).rowcount:
                connection.execute(DRAFTS.insert().values(visitor=visitor, **values))
        return draft


def _prepare_connection(connection: Any, _record: Any) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")  # readers never wait for the writer
    cursor.execute("PRAGMA busy_timeout=5000")
    cursor.close()


def _run(row: Any) -> Run:
    problem = json.loads(row["problem"]) if row["problem"] else None
    return Run(
        id=row["id"],
        number=row["number"],
        visitor=row["visitor"],
        experiment=loads(row["experiment"]),
        state=row["state"],
        created=row["created"],
        ended=row["ended"],
        problem=Problem(**{**problem, "where": tuple(problem["where"]), "repairs": ()}) if problem else None,
        result=json.loads(row["result"]) if row["result"] else None,
        test_openings=row["test_openings"],
    )
