"""The recorded runs of visitors: find them, name them, delete them, and open their test sets."""

import json
import logging
from collections.abc import Callable, Collection, Iterable
from typing import Any

import sqlalchemy as sql

from core.experiment.serialization import loads
from core.problems import ProblemError, read_problem
from core.runs.run_record import Run
from core.runs.schema import OPENINGS, RUNS
from core.runs.states import FINAL, STATES

LONGEST_NAME = 80  # characters of a run's name
LONGEST_NOTE = 500


class RunHistory:
    """The runs of the ledger's file."""

    _engine: sql.Engine
    _now: Callable[[], float]

    def run(self, run_id: str) -> Run | None:
        """The run with this id; None if there is none, or if it is deleted."""
        found = self._runs(RUNS.c.id == run_id, RUNS.c.deleted.is_(None))
        return found[0] if found else None

    def runs_of(self, visitor: str, most: int | None = 50, skip: int = 0, *, since: float = 0.0) -> list[Run]:
        """A visitor's runs, the newest first, without deleted ones; at most `most`, after the first `skip`.

        Runs that were created before `since`, in seconds since 1970, are left out.
        """
        whose = RUNS.c.visitor == visitor, RUNS.c.created >= since
        return self._runs(*whose, RUNS.c.deleted.is_(None), most=most, skip=skip)

    def active_run(self, visitor: str) -> Run | None:
        """The visitor's unfinished run, a training run before a waiting one; None if all runs are over."""
        unfinished = [run for run in self.runs_of(visitor) if not run.is_over]
        return min(unfinished, key=lambda run: (run.state == "queued", run.number), default=None)

    def series(self, series: str) -> list[Run]:
        """The runs of a series, the newest first."""
        return self._runs(RUNS.c.series == series, RUNS.c.deleted.is_(None), most=None)

    def count_runs(self, visitor: str) -> int:
        """The number of a visitor's runs, without deleted ones."""
        statement = sql.select(sql.func.count()).where(RUNS.c.visitor == visitor, RUNS.c.deleted.is_(None))
        with self._engine.connect() as connection:
            return int(connection.execute(statement).scalar() or 0)

    def newest(self, visitor: str) -> Run | None:
        """A visitor's newest run, or None."""
        return next(iter(self.runs_of(visitor, 1)), None)

    def previous(self, run: Run) -> Run | None:
        """The run of the same visitor that a run is compared with, or None; see the function of this name."""
        return previous(run, self.runs_of(run.visitor))

    def states(self, run_ids: Collection[str]) -> dict[str, str]:
        """The present states of runs by id, without deleted runs."""
        columns = sql.select(RUNS.c.id, RUNS.c.state).where(RUNS.c.id.in_(run_ids), RUNS.c.deleted.is_(None))
        with self._engine.connect() as connection:
            return {row.id: row.state for row in connection.execute(columns)}

    def unfinished(self) -> list[Run]:
        """All runs that are not over, the newest first."""
        return self._runs(RUNS.c.state.not_in(FINAL), most=None)

    def describe(self, run_id: str, *, name: str | None = None, note: str | None = None) -> None:
        """Set the name or the note of a run; they are cut to LONGEST_NAME and LONGEST_NOTE."""
        values = {}
        if name is not None:
            values["name"] = _one_line(name)[:LONGEST_NAME]
        if note is not None:
            values["note"] = note.replace("\0", "").strip()[:LONGEST_NOTE]
        if values:
            self._change(RUNS.update().where(RUNS.c.id == run_id).values(**values))

    def delete_run(self, run_id: str) -> bool:
        """Delete a run that is over; True if it was deleted. `restore_run` brings it back until it is purged."""
        condition = (RUNS.c.id == run_id) & RUNS.c.state.in_(FINAL)
        return self._change(RUNS.update().where(condition).values(deleted=self._now())) == 1

    def restore_run(self, run_id: str) -> None:
        """Undo the deletion of a run."""
        self._change(RUNS.update().where(RUNS.c.id == run_id).values(deleted=None))

    def last_deleted(self, visitor: str) -> Run | None:
        """The run that a visitor deleted last and `restore_run` can bring back, or None."""
        gone = self._runs(RUNS.c.visitor == visitor, RUNS.c.deleted.is_not(None), most=None)
        return max(gone, key=lambda run: run.deleted or 0.0, default=None)

    def open_test_set(self, run_id: str) -> None:
        """Open a run's test set, and count that."""
        run = self.run(run_id)
        if run is None:
            return
        values = {"visitor": run.visitor, "run": run.id, "dataset": run.experiment.data.dataset, "opened": self._now()}
        opened = {"test_openings": RUNS.c.test_openings + 1, "test_sealed": False}
        with self._engine.begin() as connection:
            connection.execute(RUNS.update().where(RUNS.c.id == run_id).values(**opened))
            connection.execute(OPENINGS.insert().values(**values))

    def seal_test_set(self, run_id: str) -> None:
        """Hide the test set of a run again; its openings stay counted."""
        self._change(RUNS.update().where(RUNS.c.id == run_id).values(test_sealed=True))

    def openings(self, visitor: str, dataset: str) -> tuple[int, int]:
        """How often a visitor opened the test set of a data set, and for how many runs; deleted runs count too."""
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
            rows = connection.execute(statement).mappings().all()
        return [run for row in rows if (run := _run(row)) is not None]


def previous(run: Run, earlier: Iterable[Run]) -> Run | None:
    """The run before another run, without cancelled runs; None if there is none.

    Parameters
    ----------
    run
        The run.
    earlier
        Runs of the same visitor, the newest first.
    """
    return next((older for older in earlier if older.number < run.number and older.state != "cancelled"), None)


def _one_line(text: str) -> str:
    return " ".join(text.replace("\0", "").split())


def _run(row: Any) -> Run | None:
    """Read a row as a run; None if the row is damaged, so that the other runs can still be shown."""
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
