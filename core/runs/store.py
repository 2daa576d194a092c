"""Every run ever started, with its events and result, and each visitor's draft with its undo history. The truth on disk.

SQLite through SQLAlchemy; writes are synced. Events are gathered for a moment and written together.
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
from core.runs.drafts import Drafts
from core.runs.history import RunHistory
from core.runs.run_record import Run
from core.runs.schema import EVENTS, RUNS, open_file
from core.runs.states import FINAL, STATES, before
from core.runs.storage_failures import DatabaseGone

WRITE_EVERY_SECONDS = 0.2  # points are promised on disk within half a second
MERGED = 10_000  # batches, a quarter of an hour of reports: of more, so many are chosen before they are put together


class Ledger(Drafts, RunHistory):
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
        self._waiting: list[dict[str, Any]] = []
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
        run_id = secrets.token_hex(16)  # no "__": Streamlit refuses it in a component's key
        row = {"id": run_id, "visitor": visitor, "experiment": dumps(experiment), "state": "queued", "series": series}
        last = sql.select(sql.func.coalesce(sql.func.max(RUNS.c.number), 0) + 1).where(RUNS.c.visitor == visitor)
        number = last.scalar_subquery()
        self._change(RUNS.insert().values(**row, number=number, created=self._now(), test_openings=0))
        run = self.run(run_id)
        assert run is not None
        return run

    def interrupt(self, problem: Problem) -> None:
        """Move all runs that are not over to the state "interrupted"."""
        for run in self.unfinished():
            self.change_state(run.id, "interrupted", problem=problem)

    def change_state(
        self, run_id: str, state: str, *, problem: Problem | None = None, result: dict[str, Any] | None = None
    ) -> bool:
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
        condition = (RUNS.c.id == run_id) & RUNS.c.state.in_(before(state))
        return self._change(RUNS.update().where(condition).values(**values)) == 1

    def set_result(self, run_id: str, result: dict[str, Any]) -> None:
        """Note down a result that came after the run had ended, as it does for a stopped one."""
        self._change(RUNS.update().where(RUNS.c.id == run_id).values(result=json.dumps(result)))

    def resume(self, run_id: str, experiment: Experiment) -> bool:
        """Put a run that is over in the queue again; True when it was.

        Parameters
        ----------
        run_id
            The run.
        experiment
            The same, or the same with more epochs.
        """
        condition = (RUNS.c.id == run_id) & RUNS.c.state.in_([name for name in FINAL if name in before("queued")])
        values = {"state": "queued", "experiment": dumps(experiment), "ended": None, "problem": None, "result": None}
        return self._change(RUNS.update().where(condition).values(**values, parts=RUNS.c.parts + 1)) == 1

    def purge(self, older_than: float) -> list[str]:
        """Forget runs for good that were deleted more than `older_than` seconds ago; their ids."""
        condition = RUNS.c.deleted < self._now() - older_than
        with self._engine.begin() as connection:
            gone = list(connection.execute(sql.select(RUNS.c.id).where(condition)).scalars())
            connection.execute(EVENTS.delete().where(EVENTS.c.run.in_(gone)))
            connection.execute(RUNS.delete().where(RUNS.c.id.in_(gone)))
        return gone

    # Events

    def append(self, run_id: str, event: RunEvent) -> None:
        """Note down what a run reported; on disk within half a second."""
        with self._lock:
            if run_id not in self._positions:
                self._positions[run_id] = self._last_position(run_id)
            self._positions[run_id] += 1
            row = {"run": run_id, "position": self._positions[run_id]}
            self._waiting.append({**row, "content": json.dumps(event), "kind": event["kind"]})

    def events(self, run_id: str, most: int | None = None, kinds: Collection[str] = ()) -> list[RunEvent]:
        """The events that a run reported, in order.

        Parameters
        ----------
        run_id
            The run.
        most
            Give only what counts: at most so many "batch" events, neighbours put together (`curves.merge_batches`), and of
            heavy kinds the last whole one with what came after it; None for all.
        kinds
            Only events of these kinds; () for all.
        """
        self.flush()
        mine = EVENTS.c.run == run_id
        if kinds:
            mine &= EVENTS.c.kind.in_(kinds)
        with self._engine.connect() as connection:
            if most is None:
                return [event for _, event in _read(connection, mine)]
            found = list(_read(connection, mine & EVENTS.c.kind.not_in(("batch", *HEAVY))))
            found += _read(connection, _enough(connection, mine & (EVENTS.c.kind == "batch"), max(most, MERGED)))
            resumed = [(position, event["epoch"]) for position, event in found if event["kind"] == "resumed"]
            for heavy in HEAVY:
                found += _newest(connection, mine & (EVENTS.c.kind == heavy), resumed)
        return merge_batches([event for _, event in sorted(found, key=lambda one: one[0])], most)

    def commands(self, run_id: str) -> list[CommandEvent]:
        """The commands that a run was given, in order."""
        return [event for event in self.events(run_id, kinds=("steered",)) if event["kind"] == "steered"]

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

    def _last_position(self, run_id: str) -> int:
        statement = sql.select(sql.func.max(EVENTS.c.position)).where(EVENTS.c.run == run_id)
        with self._engine.connect() as connection:
            last = connection.execute(statement).scalar()
        return -1 if last is None else last

    def _write_now_and_then(self) -> None:
        while not self._closing.wait(WRITE_EVERY_SECONDS):
            self.flush()


def _read(connection: sql.Connection, condition: Any, *, newest_first: bool = False) -> Iterator[tuple[int, RunEvent]]:
    """The positions of events, and the events; those that are unreadable are left out."""
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


def _newest(connection: sql.Connection, condition: Any, resumed: list[tuple[int, float]]) -> list[tuple[int, RunEvent]]:
    """The newest whole event, and those after it, without any that was undone; `resumed`: where, and to which epoch."""
    found = []
    for position, event in _read(connection, condition, newest_first=True):
        if any(position < where and epoch_of(event) > epoch for where, epoch in resumed):
            continue
        found.append((position, event))
        if event.get("whole", True):
            break
    return found


def _event(content: str) -> RunEvent | None:
    """An event as it was noted down; None where somebody's hand, or a tear, made it unreadable."""
    try:
        event = json.loads(content)
    except ValueError:
        return None
    return cast(RunEvent, event) if isinstance(event, dict) and "kind" in event else None
