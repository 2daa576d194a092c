"""The database: all runs with their events and results, and each visitor's draft with its undo history.

The database is an SQLite file, used through SQLAlchemy, with synced writes. Events are collected for a moment and written
together.
"""

import json
import math
import secrets
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any, cast

import sqlalchemy as sql

from core.analysis.curves import merge_batches
from core.experiment.model import Experiment
from core.experiment.serialization import dumps
from core.problems import Problem
from core.run_events import HEAVY, CommandEvent, RunEvent, epoch_of
from core.runs.drafts import DraftQueries
from core.runs.history import HistoryQueries
from core.runs.run_record import Run
from core.runs.schema import EVENTS, RUNS, clear_wal, open_file
from core.runs.states import FINAL, STATES, states_before
from core.runs.storage_failures import DatabaseGone

WRITE_EVERY_SECONDS = 0.2  # an event is on disk within half a second
MOST_MERGED_EVENTS = 10_000  # the most batch events that are read and then merged: the reports of a quarter of an hour


class RunDatabase(DraftQueries, HistoryQueries):
    """The database file of runs and drafts. Safe to use from several threads.

    Parameters
    ----------
    path
        The path of the file. A missing file is created.
    now
        Returns the time in seconds since 1970.

    Raises
    ------
    ProblemError
        The file or its folder cannot be used. The problem says why.
    """

    def __init__(self, path: Path, now: Callable[[], float] = time.time) -> None:
        super().__init__()
        self._now = now
        self._engine = open_file(path)
        self.problem = ""  # why events could not be written; "" if they could
        self._lock = threading.Lock()  # of the waiting events and their positions
        self._writing = threading.Lock()  # held while events are written, which a slow disk may make long
        self._waiting: list[dict[str, Any]] = []
        self._positions: dict[str, int] = defaultdict(lambda: -1)
        self._closing = threading.Event()
        self._writer = threading.Thread(target=self._write_regularly, daemon=True)
        self._writer.start()

    def close(self) -> None:
        """Write the waiting events and close the file."""
        self._closing.set()
        self._writer.join()
        self.flush()
        self._engine.dispose()

    @property
    def engine(self) -> sql.Engine:
        """The SQLAlchemy engine, for the tables of other packages."""
        return self._engine

    # Runs

    def add_run(self, experiment: Experiment, visitor: str, series: str = "") -> Run:
        """Add a run in the state "queued", and return the run."""
        run_id = secrets.token_hex(16)  # no "__", which Streamlit refuses in a component's key
        row = {"id": run_id, "visitor": visitor, "experiment": dumps(experiment), "state": "queued", "series": series}
        last = sql.select(sql.func.coalesce(sql.func.max(RUNS.c.number), 0) + 1).where(RUNS.c.visitor == visitor)
        number = last.scalar_subquery()
        self._change(RUNS.insert().values(**row, number=number, created=self._now(), test_openings=0))
        run = self.run(run_id)
        assert run is not None
        return run

    def interrupt(self, problem: Problem) -> None:
        """Change the state of all unfinished runs to "interrupted", with this problem."""
        for run in self.unfinished():
            self.change_state(run.id, "interrupted", problem=problem)

    def change_state(
        self, run_id: str, state: str, *, problem: Problem | None = None, result: dict[str, Any] | None = None
    ) -> bool:
        """Change the state of a run.

        Returns
        -------
        bool
            True if the state changed, or False if the present state does not allow the change. So if two threads end a run
            at once, the first caller wins.
        """
        values: dict[str, Any] = {"state": state, "ended": self._now() if STATES[state].is_over else None}
        if problem is not None:
            values["problem"] = json.dumps(asdict(problem))
        if result is not None:
            values["result"] = json.dumps(result)
        condition = (RUNS.c.id == run_id) & RUNS.c.state.in_(states_before(state))
        return self._change(RUNS.update().where(condition).values(**values)) == 1

    def set_result(self, run_id: str, result: dict[str, Any]) -> None:
        """Set the result of a run that is over already, such as a stopped run after its evaluation."""
        self._change(RUNS.update().where(RUNS.c.id == run_id).values(result=json.dumps(result)))

    def resume(self, run_id: str, experiment: Experiment) -> bool:
        """Change the state of a run that is over to "queued", and return whether the state has changed.

        Parameters
        ----------
        run_id
            The run.
        experiment
            The run's experiment, perhaps with more epochs.
        """
        condition = (RUNS.c.id == run_id) & RUNS.c.state.in_([name for name in FINAL if name in states_before("queued")])
        values = {"state": "queued", "experiment": dumps(experiment), "ended": None, "problem": None, "result": None}
        return self._change(RUNS.update().where(condition).values(**values, parts=RUNS.c.parts + 1)) == 1

    def purge(self, older_than: float) -> list[str]:
        """Remove the runs that were deleted more than `older_than` seconds ago, and return their ids."""
        condition = RUNS.c.deleted < self._now() - older_than
        with self._engine.begin() as connection:
            gone = list(connection.execute(sql.select(RUNS.c.id).where(condition)).scalars())
            connection.execute(EVENTS.delete().where(EVENTS.c.run.in_(gone)))
            connection.execute(RUNS.delete().where(RUNS.c.id.in_(gone)))
        clear_wal(self._engine)  # also of what was deleted while another connection was reading
        return gone

    # Events

    def remove_events(self, run_ids: Collection[str], kinds: Collection[str]) -> None:
        """Remove the events of these kinds of some runs from the file, so that nothing of them can be read there."""
        self.flush()
        condition = EVENTS.c.run.in_(run_ids) & EVENTS.c.kind.in_(kinds)
        with self._engine.begin() as connection:
            removed = connection.execute(EVENTS.delete().where(condition)).rowcount
        if removed:
            clear_wal(self._engine)

    def append(self, run_id: str, event: RunEvent) -> None:
        """Add an event to a run. The event is on disk within half a second."""
        with self._lock:
            if run_id not in self._positions:
                self._positions[run_id] = self._last_position(run_id)
            self._positions[run_id] += 1
            row = {"run": run_id, "position": self._positions[run_id]}
            self._waiting.append({**row, "content": json.dumps(event), "kind": event["kind"]})

    def events(self, run_id: str, most: int | None = None, kinds: Collection[str] = ()) -> list[RunEvent]:
        """Return the events of a run, in order.

        Parameters
        ----------
        run_id
            The run.
        most
            The largest number of "batch" events to return. Neighbours are merged (see `curves.merge_batches`). Events
            of repeated steps are left out. Of each kind in HEAVY, only the last event on the whole validation set
            and all later events are kept. None returns all events.
        kinds
            The kinds of events to return. An empty collection returns all kinds.
        """
        self.flush()
        mine = EVENTS.c.run == run_id
        if kinds:
            mine &= EVENTS.c.kind.in_(kinds)
        with self._engine.connect() as connection:
            if most is None:
                return [event for _, event in _read(connection, mine)]
            chosen = list(_read(connection, mine & EVENTS.c.kind.not_in(("batch", *HEAVY))))
            chosen += _read(
                connection, _spread_out(connection, mine & (EVENTS.c.kind == "batch"), max(most, MOST_MERGED_EVENTS))
            )
            resumed = [(position, event["epoch"]) for position, event in chosen if event["kind"] == "resumed"]
            for heavy in HEAVY:
                chosen += _newest(connection, mine & (EVENTS.c.kind == heavy), resumed)
        return merge_batches([event for _, event in sorted(chosen, key=lambda pair: pair[0])], most)

    def commands(self, run_id: str) -> list[CommandEvent]:
        """Return the events that record the commands to a run, in order."""
        return [event for event in self.events(run_id, kinds=("steered",)) if event["kind"] == "steered"]

    def flush(self) -> None:
        """Write the collected events to the file. If this fails, keep them in memory, and set `problem` to the reason."""
        with self._writing:
            with self._lock:
                rows = list(self._waiting)
            if not rows:
                return
            try:
                with self._engine.begin() as connection:
                    connection.execute(EVENTS.insert(), rows)
            except (sql.exc.DatabaseError, DatabaseGone) as error:  # a full disk; a locked, damaged or deleted file
                self.problem = str(getattr(error, "orig", error))
                return
            self.problem = ""
            with self._lock:
                del self._waiting[: len(rows)]

    def _last_position(self, run_id: str) -> int:
        statement = sql.select(sql.func.max(EVENTS.c.position)).where(EVENTS.c.run == run_id)
        with self._engine.connect() as connection:
            last = connection.execute(statement).scalar()
        return -1 if last is None else last

    def _write_regularly(self) -> None:
        while not self._closing.wait(WRITE_EVERY_SECONDS):
            self.flush()


def _read(connection: sql.Connection, condition: Any, *, newest_first: bool = False) -> Iterator[tuple[int, RunEvent]]:
    """Yield the readable events that meet an SQL condition, each with its position in the run."""
    column = EVENTS.c.position
    statement = sql.select(column, EVENTS.c.content).where(condition).order_by(column.desc() if newest_first else column)
    with connection.execute(statement) as rows:
        for position, content in rows:
            if (event := _event(content)) is not None:
                yield position, event


def _spread_out(connection: sql.Connection, batches: Any, most: int) -> Any:
    """Return an SQL condition for about `most` batch events, evenly spread, with the first and the last batch event."""
    position = EVENTS.c.position
    counts = sql.select(sql.func.count(), sql.func.min(position), sql.func.max(position)).where(batches)
    count, first, last = connection.execute(counts).one()
    if count <= most:
        return batches
    # The first batch of each stretch of positions: every n-th position may hold another kind of event.
    stretch = (position - first) // math.ceil((last - first + 1) / most)
    chosen = sql.select(sql.func.min(position)).where(batches).group_by(stretch)
    return batches & position.in_(chosen.union_all(sql.select(sql.literal(last))))


def _newest(connection: sql.Connection, condition: Any, resumed: list[tuple[int, float]]) -> list[tuple[int, RunEvent]]:
    """Return the newest event on the whole validation set and all later events, each with its position.

    Events of steps that a resumed run repeated are skipped. An event without the key "whole" counts as whole.

    Parameters
    ----------
    connection
        The connection to the file.
    condition
        Selects the events of a kind in HEAVY.
    resumed
        The position of each "resumed" event, and the epoch from which the run resumed there.
    """
    newest = []
    for position, event in _read(connection, condition, newest_first=True):
        if any(position < resumed_at and epoch_of(event) > epoch for resumed_at, epoch in resumed):
            continue
        newest.append((position, event))
        if event.get("whole", True):
            break
    return newest


def _event(content: str) -> RunEvent | None:
    """Parse an event from JSON. Return None if the event is damaged."""
    try:
        event = json.loads(content)
    except ValueError:
        return None
    return cast(RunEvent, event) if isinstance(event, dict) and "kind" in event else None
