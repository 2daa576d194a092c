"""Find, name and delete the recorded runs of visitors, and open the test sets of runs."""

import json
import logging
from collections.abc import Callable, Collection, Iterable
from typing import Any

import sqlalchemy as sql

from core.problems import ProblemError, read_problem
from core.runs.drafts import read_experiment
from core.runs.run_record import Run
from core.runs.schema import OPENINGS, RUNS
from core.runs.states import FINAL, STATES

LONGEST_NAME = 80  # characters of a run's name
LONGEST_NOTE = 500


class HistoryQueries:
    """The methods of `RunDatabase` that find, name and delete runs."""

    _engine: sql.Engine
    _now: Callable[[], float]

    def run(self, run_id: str) -> Run | None:
        """Return the run with this id. Return None if the run is unknown or deleted."""
        runs = self._runs(RUNS.c.id == run_id, RUNS.c.deleted.is_(None))
        return runs[0] if runs else None

    def runs_of(self, visitor: str, most: int | None = 50, skip: int = 0, *, since: float = 0.0) -> list[Run]:
        """Return a visitor's runs, the newest first: at most `most` runs after the first `skip` runs.

        Deleted runs, and runs that were created before `since` (seconds since 1970), are left out.
        """
        conditions = RUNS.c.visitor == visitor, RUNS.c.created >= since
        return self._runs(*conditions, RUNS.c.deleted.is_(None), most=most, skip=skip)

    def active_run(self, visitor: str) -> Run | None:
        """Return the visitor's unfinished run, or None if all runs are over. A run that has begun precedes waiting runs."""
        mine = RUNS.c.visitor == visitor, RUNS.c.deleted.is_(None)
        unfinished = self._runs(*mine, RUNS.c.state.not_in(FINAL), most=None)
        return min(unfinished, key=lambda run: (run.state == "queued", run.number), default=None)

    def series(self, series: str) -> list[Run]:
        """Return the runs of a series, such as the repeats of an experiment, the newest first."""
        return self._runs(RUNS.c.series == series, RUNS.c.deleted.is_(None), most=None)

    def count_runs(self, visitor: str) -> int:
        """Return the number of a visitor's runs, without deleted runs."""
        statement = sql.select(sql.func.count()).where(RUNS.c.visitor == visitor, RUNS.c.deleted.is_(None))
        with self._engine.connect() as connection:
            return int(connection.execute(statement).scalar() or 0)

    def newest(self, visitor: str) -> Run | None:
        """Return a visitor's newest run, or None if the visitor has no runs."""
        return next(iter(self.runs_of(visitor, 1)), None)

    def previous(self, run: Run) -> Run | None:
        """Return the same visitor's run before this run, without cancelled runs. Return None if no such run exists."""
        mine = RUNS.c.visitor == run.visitor, RUNS.c.deleted.is_(None)
        statement = _newest_first(*mine, RUNS.c.number < run.number, RUNS.c.state != "cancelled")
        with self._engine.connect() as connection, connection.execute(statement) as rows:
            readable = filter(None, map(_run, rows.mappings()))  # reads row by row
            return next(readable, None)

    def states(self, run_ids: Collection[str]) -> dict[str, str]:
        """Return a dictionary from run ids to the runs' states. Deleted runs are left out."""
        columns = sql.select(RUNS.c.id, RUNS.c.state).where(RUNS.c.id.in_(run_ids), RUNS.c.deleted.is_(None))
        with self._engine.connect() as connection:
            return {row.id: row.state for row in connection.execute(columns)}

    def runs_on(self, dataset: str) -> list[Run]:
        """Return all runs whose experiment uses a data set, deleted runs included."""
        runs = self._runs(RUNS.c.experiment.contains(dataset), most=None)
        return [run for run in runs if run.experiment.data.dataset == dataset]

    def unfinished(self) -> list[Run]:
        """Return all runs that are not over, the newest first."""
        return self._runs(RUNS.c.state.not_in(FINAL), most=None)

    def describe(self, run_id: str, *, name: str | None = None, note: str | None = None) -> None:
        """Set the name or the note of a run. Longer texts are cut to LONGEST_NAME and LONGEST_NOTE characters."""
        values = {}
        if name is not None:
            values["name"] = _one_line(name)[:LONGEST_NAME]
        if note is not None:
            values["note"] = note.replace("\0", "").strip()[:LONGEST_NOTE]
        if values:
            self._change(RUNS.update().where(RUNS.c.id == run_id).values(**values))

    def delete_run(self, run_id: str) -> bool:
        """Delete a run that is over, and return whether this worked. `restore_run` can undo this until the run is purged."""
        condition = (RUNS.c.id == run_id) & RUNS.c.state.in_(FINAL)
        return self._change(RUNS.update().where(condition).values(deleted=self._now())) == 1

    def restore_run(self, run_id: str) -> None:
        """Undo the deletion of a run."""
        self._change(RUNS.update().where(RUNS.c.id == run_id).values(deleted=None))

    def last_deleted(self, visitor: str) -> Run | None:
        """Return the run that a visitor deleted last and that can still be restored, or None if no such run exists."""
        gone = self._runs(RUNS.c.visitor == visitor, RUNS.c.deleted.is_not(None), most=None)
        return max(gone, key=lambda run: run.deleted or 0.0, default=None)

    def open_test_set(self, run_id: str) -> None:
        """Unseal the test set of a run: count this opening, and let pages show the evaluation on the test set.

        A test set that is open stays open, and no opening is added: a browser may deliver one click twice.
        """
        run = self.run(run_id)
        if run is None:
            return
        values = {"visitor": run.visitor, "run": run.id, "dataset": run.experiment.data.dataset, "opened": self._now()}
        opened = {"test_openings": RUNS.c.test_openings + 1, "test_sealed": False}
        is_sealed = RUNS.c.test_sealed | (RUNS.c.test_openings == 0)
        with self._engine.begin() as connection:
            if connection.execute(RUNS.update().where(RUNS.c.id == run_id, is_sealed).values(**opened)).rowcount:
                connection.execute(OPENINGS.insert().values(**values))

    def seal_test_set(self, run_id: str) -> None:
        """Hide the evaluation of a run on the test set again. The earlier openings stay counted."""
        self._change(RUNS.update().where(RUNS.c.id == run_id).values(test_sealed=True))

    def openings(self, visitor: str, dataset: str) -> tuple[int, int]:
        """Return how often a visitor opened the test set of a data set, and for how many runs. Count deleted runs too."""
        mine = (OPENINGS.c.visitor == visitor) & (OPENINGS.c.dataset == dataset)
        counts = sql.select(sql.func.count(), sql.func.count(OPENINGS.c.run.distinct())).where(mine)
        with self._engine.connect() as connection:
            times, several = connection.execute(counts).one()
        return int(times), int(several)

    def _change(self, statement: Any) -> int:
        with self._engine.begin() as connection:
            return connection.execute(statement).rowcount

    def _runs(self, *conditions: Any, most: int | None = 1, skip: int = 0) -> list[Run]:
        statement = _newest_first(*conditions).limit(most).offset(skip)
        with self._engine.connect() as connection:
            rows = connection.execute(statement).mappings().all()
        return [run for row in rows if (run := _run(row)) is not None]


def _newest_first(*conditions: Any) -> sql.Select[Any]:
    return RUNS.select().where(*conditions).order_by(RUNS.c.position.desc())


def previous_run(run: Run, earlier: Iterable[Run]) -> Run | None:
    """Return the run that came before a run, without cancelled runs. Return None if no such run exists.

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
    """Convert a database row to a run. Return None if the row is damaged, so that the other runs can still be shown."""
    names = ("id", "number", "visitor", "state", "created", "ended", "test_openings", "name", "note", "series")
    try:
        STATES[row["state"]]
        if not all(isinstance(row[name] or 0, int | float) for name in ("number", "created", "ended", "deleted")):
            raise ValueError("a number is none")
        return Run(
            **{name: row[name] for name in (*names, "parts", "deleted")},
            test_sealed=bool(row["test_sealed"]),
            experiment=read_experiment(row["experiment"]),
            problem=read_problem(json.loads(row["problem"])) if row["problem"] else None,
            result=dict(json.loads(row["result"])) if row["result"] else None,
        )
    except (KeyError, ValueError, TypeError, ProblemError) as error:
        logging.getLogger("dashboard").warning("run %s cannot be read: %s", row["id"], error)
        return None
