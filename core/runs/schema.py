"""The tables of the database, the migration of older files, and the recovery of damaged files."""

import logging
import shutil
import sqlite3
from contextlib import closing, suppress
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

import sqlalchemy as sql

from core.problems import Problem, ProblemError
from core.runs.storage_failures import DatabaseGone

SCHEMA = 3  # the user_version that SQLite stores for the tables below

metadata = sql.MetaData()
RUNS = sql.Table(
    "runs",
    metadata,
    sql.Column("position", sql.Integer, primary_key=True),  # positions are in the order of starting
    sql.Column(
        "id", sql.String, unique=True, nullable=False
    ),  # long and random, since any visitor who knows the id may watch the run
    sql.Column("visitor", sql.String, nullable=False, index=True),
    sql.Column("number", sql.Integer, nullable=False),  # 1, 2, 3 ... of its visitor
    sql.Column("experiment", sql.Text, nullable=False),
    sql.Column("state", sql.String, nullable=False, index=True),
    sql.Column("created", sql.Float, nullable=False),
    sql.Column("ended", sql.Float),
    sql.Column("problem", sql.Text),
    sql.Column("result", sql.Text),
    sql.Column("test_openings", sql.Integer, nullable=False, default=0),
    sql.Column(
        "test_sealed", sql.Boolean, nullable=False, server_default="0"
    ),  # True if the owner sealed the test set again
    sql.Column("name", sql.Text, nullable=False, server_default=""),
    sql.Column("note", sql.Text, nullable=False, server_default=""),
    sql.Column("series", sql.String, nullable=False, server_default=""),  # the same id for all repeats of an experiment
    sql.Column("parts", sql.Integer, nullable=False, server_default="1"),  # number of starts and resumes
    sql.Column("deleted", sql.Float),  # time of the deletion; the row is removed a day later
)
EVENTS = sql.Table(
    "events",
    metadata,
    sql.Column("run", sql.String, primary_key=True),
    sql.Column("position", sql.Integer, primary_key=True),
    sql.Column("content", sql.Text, nullable=False),
    sql.Column("kind", sql.String, nullable=False, server_default=""),
    sql.Index("ix_events_kind", "run", "kind", "position"),  # lets a query read points without the large events between them
)
OPENINGS = sql.Table(  # openings of test sets; they stay when the run is deleted
    "openings",
    metadata,
    sql.Column("position", sql.Integer, primary_key=True),
    sql.Column("visitor", sql.String, nullable=False, index=True),
    sql.Column("run", sql.String, nullable=False),
    sql.Column("dataset", sql.String, nullable=False),
    sql.Column("opened", sql.Float, nullable=False),  # seconds since 1970
)
DRAFTS = sql.Table(
    "drafts",
    metadata,
    sql.Column("visitor", sql.String, primary_key=True),
    sql.Column("experiment", sql.Text, nullable=False),
    sql.Column("undo", sql.Text, nullable=False, default="[]"),
    sql.Column("redo", sql.Text, nullable=False, default="[]"),
    sql.Column("code_open", sql.Boolean, nullable=False, default=False),
)
LOCKS = sql.Table(  # the parts that a lecturer's link locks in a visitor's draft
    "locks",
    metadata,
    sql.Column("visitor", sql.String, primary_key=True),
    sql.Column("content", sql.Text, nullable=False),
)
# The progress of learners: see `core.teaching.progress`. Later versions may add tables without a new number of the schema.
PLACES = sql.Table(  # the position of each visitor in each deck
    "places",
    metadata,
    sql.Column("visitor", sql.String, primary_key=True),
    sql.Column("deck", sql.String, primary_key=True),
    sql.Column("scene", sql.String, nullable=False),
    sql.Column("begun", sql.Float, nullable=False),  # seconds since 1970, as in all tables here
    sql.Column("seen", sql.Float, nullable=False),  # time of the last visit
    sql.Column("is_open", sql.Boolean, nullable=False, default=True),  # whether the guide shows the deck
    sql.Column("finished", sql.Float),  # time of reaching the end; None before
)
VISITS = sql.Table(  # the scenes that a visitor opened since they began a deck
    "visits",
    metadata,
    sql.Column("visitor", sql.String, primary_key=True),
    sql.Column("deck", sql.String, primary_key=True),
    sql.Column("scene", sql.String, primary_key=True),
    sql.Column("opened", sql.Float, nullable=False),  # when the scene's experiment was opened; earlier runs do not count
    sql.Column(
        "draft", sql.Text, nullable=False, server_default=""
    ),  # the visitor's last experiment in this scene; "" for none
)
ANSWERS = sql.Table(  # every try of every question, prediction and task
    "answers",
    metadata,
    sql.Column("position", sql.Integer, primary_key=True),
    sql.Column("visitor", sql.String, nullable=False, index=True),
    sql.Column("deck", sql.String, nullable=False),
    sql.Column("item", sql.String, nullable=False),
    sql.Column("kind", sql.String, nullable=False),  # one of `core.teaching.progress.ANSWER_KINDS`
    sql.Column("value", sql.Text, nullable=False),
    sql.Column("share", sql.Float),  # the score, from 0 to 1; None while unknown
    sql.Column("answered", sql.Float, nullable=False),
)
RECEIPTS = sql.Table(  # the evidence of a passed task, to be signed when the visitor hands in
    "receipts",
    metadata,
    sql.Column("visitor", sql.String, primary_key=True),
    sql.Column("deck", sql.String, primary_key=True),
    sql.Column("task", sql.String, primary_key=True),
    sql.Column("passed", sql.Float, nullable=False),  # seconds since 1970
    sql.Column("content", sql.Text, nullable=False),  # JSON of `core.teaching.trials.receipts`, without a signature
)
ACTIVITIES = sql.Table(  # the visits and actions of a visitor on pages, each kind once
    "activities",
    metadata,
    sql.Column("visitor", sql.String, primary_key=True),
    sql.Column("kind", sql.String, primary_key=True),
    sql.Column("detail", sql.String, primary_key=True),
    sql.Column("done", sql.Float, nullable=False),  # the last time
)
LEARNERS = sql.Table(  # a visitor's choices about learning
    "learners",
    metadata,
    sql.Column("visitor", sql.String, primary_key=True),
    sql.Column("nickname", sql.String, nullable=False, default=""),  # "" for none
    sql.Column("guesses_first", sql.Boolean, nullable=False, default=False),  # whether Train asks for a guess
)
ASSIGNMENTS = sql.Table(  # the random choices for each visitor: see `core.teaching.study.assignments`
    "assignments",
    metadata,
    sql.Column("visitor", sql.String, primary_key=True),
    sql.Column("what", sql.String, primary_key=True),
    sql.Column("value", sql.String, nullable=False),
    sql.Column("assigned", sql.Float, nullable=False),  # seconds since 1970
)
ROOMS = sql.Table(  # the codes by which phones answer in lectures: see `core.teaching.rooms`
    "rooms",
    metadata,
    sql.Column("visitor", sql.String, primary_key=True),  # who presents
    sql.Column("code", sql.String, unique=True, nullable=False),
    sql.Column("opened", sql.Float, nullable=False),  # seconds since 1970
)
ABSTENTIONS = sql.Table(  # visitors who do not take part in comparisons by chance
    "abstentions",
    metadata,
    sql.Column("visitor", sql.String, primary_key=True),
)
# The stored progress of visitors, which may be deleted.
OF_LEARNERS = (PLACES, VISITS, RECEIPTS, ANSWERS, ACTIVITIES, LEARNERS, ASSIGNMENTS, ABSTENTIONS, ROOMS)

KINDS = "UPDATE events SET kind = coalesce(json_extract(content, '$.kind'), '') WHERE kind = '' AND json_valid(content)"
# Version 2 counted a run's openings in its own row alone.
EARLIER_OPENINGS = """
WITH RECURSIVE each_opening(visitor, run, dataset, opened, remaining) AS (
    SELECT visitor, id, coalesce(json_extract(experiment, '$.data.dataset'), ''), created, min(test_openings, 1000)
    FROM runs WHERE test_openings > 0 AND json_valid(experiment) AND id NOT IN (SELECT run FROM openings)
    UNION ALL SELECT visitor, run, dataset, opened, remaining - 1 FROM each_opening WHERE remaining > 1
)
INSERT INTO openings (visitor, run, dataset, opened) SELECT visitor, run, dataset, opened FROM each_opening
"""
# The statements that migrate a file of each earlier version to the next version.
MIGRATIONS = {
    1: (
        "ALTER TABLE runs ADD COLUMN name TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE runs ADD COLUMN note TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE runs ADD COLUMN series VARCHAR NOT NULL DEFAULT ''",
        "ALTER TABLE runs ADD COLUMN parts INTEGER NOT NULL DEFAULT 1",
        "ALTER TABLE runs ADD COLUMN deleted FLOAT",
        "ALTER TABLE events ADD COLUMN kind VARCHAR NOT NULL DEFAULT ''",
        KINDS,
    ),
    2: ("ALTER TABLE runs ADD COLUMN test_sealed BOOLEAN NOT NULL DEFAULT 0",),
}


def open_file(path: Path) -> sql.Engine:
    """Open the database. Create a missing file, migrate an older file, and recover a damaged file.

    Raises
    ------
    ProblemError
        The file is of a newer version, or the folder cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.is_file():
            _refuse_newer(path)
        if path.is_file() and not _is_whole(path):
            recover_database(path)
        engine = sql.create_engine(f"sqlite:///{path}")
        sql.event.listen(engine, "connect", _prepare_connection)
        _bring_up_to_date(engine)
        same_file = _SameFile(path)
        sql.event.listen(engine, "do_connect", same_file.check)
        sql.event.listen(engine, "checkout", same_file.check)
    except (OSError, sql.exc.OperationalError) as error:
        raise ProblemError(data_folder_problem(error)) from error
    return engine


def clear_wal(engine: sql.Engine) -> None:
    """Write SQLite's write-ahead log into the database and empty the log, which holds deleted rows until then.

    If another connection is reading, SQLite keeps the rest of the log; the next call empties the log.
    """
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")


class _SameFile:
    """A check that refuses connections after the database file was deleted or replaced.

    Otherwise open connections would write into the deleted file without an error, and new connections would make an empty
    file.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._number = path.stat().st_ino
        self._is_gone = False

    def check(self, *_of_the_connection: object) -> None:
        try:
            self._is_gone |= self._path.stat().st_ino != self._number
        except OSError:
            self._is_gone = True
        if self._is_gone:  # from now on, since another file may get the same number
            raise DatabaseGone(f"{self._path.name} is not the file any more that was opened")


def data_folder_problem(error: Exception) -> Problem:
    """Return the problem of a data folder that cannot be used. The text names no path, since visitors read the text."""
    cause = getattr(error, "orig", None) or error
    words = getattr(cause, "strerror", None) or cause
    return Problem(
        code="data-folder-unusable",
        where=(),
        happened=f"The data folder cannot be used: {words}.",
        expected="Expected a folder that can be read and written, with room on its disk.",
        fix="Make it writable, free some space, or set the variable DASHBOARD_HOME to another folder.",
    )


def _refuse_newer(path: Path) -> None:
    version = 0
    with closing(sqlite3.connect(path)) as connection, suppress(sqlite3.DatabaseError):  # a damaged file has no version
        version = connection.execute("PRAGMA user_version").fetchone()[0]
    if version > SCHEMA:
        raise ProblemError(
            Problem(
                code="database-newer",
                where=(),
                happened=f"{path.name} was written by a newer dashboard: version {version} of its tables.",
                expected=f"Expected version {SCHEMA} or an earlier one. The file was left as it is.",
                fix="Start the newer dashboard, or set the variable DASHBOARD_HOME to another folder.",
            )
        )


def _bring_up_to_date(engine: sql.Engine) -> None:
    with engine.begin() as connection:
        connection.exec_driver_sql("BEGIN IMMEDIATE")  # all statements or none: a crash leaves the old file
        version = connection.exec_driver_sql("PRAGMA user_version").scalar() or 0
        for earlier in range(version if version > 0 else SCHEMA, SCHEMA):
            for statement in MIGRATIONS[earlier]:
                connection.exec_driver_sql(statement)
        for table in metadata.sorted_tables:
            connection.execute(sql.schema.CreateTable(table, if_not_exists=True))
            for index in table.indexes:
                connection.execute(sql.schema.CreateIndex(index, if_not_exists=True))
        if 0 < version < SCHEMA:
            connection.exec_driver_sql(EARLIER_OPENINGS)
        connection.exec_driver_sql(f"PRAGMA user_version = {SCHEMA}")


def _is_whole(path: Path) -> bool:
    with closing(sqlite3.connect(path)) as connection:
        try:
            answer = connection.execute("PRAGMA integrity_check(1)").fetchone()
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_ERROR:  # the file cannot be opened, which is no damage
                raise OSError(str(error)) from error
            return False
        except (sqlite3.DatabaseError, UnicodeDecodeError):  # UnicodeDecodeError if SQLite's message quotes damaged text
            return False
    return bool(answer == ("ok",))


def recover_database(path: Path) -> Path:
    """Move a damaged file away, and copy its readable rows to a new file: in each table, the rows before the damage.

    Returns
    -------
    Path
        The new path of the damaged file.
    """
    aside = path.with_name(f"{path.stem}-damaged-{datetime.now():%Y%m%d-%H%M%S-%f}{path.suffix}")
    shutil.move(path, aside)
    for ending in ("-wal", "-shm"):
        if path.with_name(path.name + ending).exists():
            shutil.move(path.with_name(path.name + ending), aside.with_name(aside.name + ending))
    engine = sql.create_engine(f"sqlite:///{path}")
    metadata.create_all(engine)
    num_rows = 0
    with closing(sqlite3.connect(aside)) as damaged, engine.begin() as connection:
        damaged.execute("PRAGMA writable_schema = ON")  # otherwise SQLite reads nothing of a truncated file
        damaged.row_factory = sqlite3.Row
        damaged.text_factory = _text
        for table in metadata.sorted_tables:
            rows = _readable_rows(damaged, table)
            if rows:
                connection.execute(table.insert().prefix_with("OR IGNORE"), rows)
            num_rows += len(rows)
        connection.exec_driver_sql(KINDS)  # files of version 1 have no kinds
        connection.exec_driver_sql(EARLIER_OPENINGS)
        connection.exec_driver_sql(f"PRAGMA user_version = {SCHEMA}")
    engine.dispose()
    logging.getLogger("dashboard").warning(
        "%s was damaged: %d rows were taken over; the damaged file is kept as %s", path, num_rows, aside
    )
    return aside


def _readable_rows(damaged: sqlite3.Connection, table: sql.Table) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    with suppress(sqlite3.DatabaseError, UnicodeDecodeError):
        for row in damaged.execute(f"SELECT * FROM {table.name}"):
            known = {column.name for column in table.columns}
            rows.append({name: row[name] for name in row.keys() if name in known})  # noqa: SIM118 - a Row is no dict
    return rows


_text = partial(str, encoding="utf-8", errors="replace")  # a few wrong bytes must not hide all other rows


def _prepare_connection(connection: Any, _record: Any) -> None:
    connection.text_factory = _text
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")  # readers never wait for the writer
    cursor.execute("PRAGMA busy_timeout=5000")
    cursor.execute("PRAGMA secure_delete=ON")  # deleted rows are overwritten, whatever SQLite was built with
    cursor.close()
