"""The database's events for a screen: merged batches, and of heavy events only the shown ones."""

import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.runs.run_database import RunDatabase
from tests.core.runs.cpu_time import fastest


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "runs" / "runs.sqlite"


@pytest.fixture
def database(path: Path) -> Iterator[RunDatabase]:
    database = RunDatabase(path)
    yield database
    database.close()


@pytest.mark.deep
def test_a_million_events_are_thinned_in_about_a_second(path: Path, database: RunDatabase) -> None:
    count, epochs = 1_000_000, 50
    event = "json_object('kind', k, 'step', n, 'epoch', n / 20000.0, 'loss', 0.123456789, 'seconds', n * 0.001)"
    with sqlite3.connect(path) as connection:
        connection.execute(
            f"WITH RECURSIVE steps(n, k) AS (SELECT 0, 'batch' UNION ALL SELECT n + 1, "
            f"CASE WHEN (n + 1) % {count // epochs} = 7 THEN 'epoch' ELSE 'batch' END FROM steps WHERE n < {count - 1}) "
            f"INSERT INTO events (run, position, content, kind) SELECT 'run', n, {event}, k FROM steps"
        )
    assert fastest(lambda: database.events("run", most=1_200)) < 3.0  # 0.6 s here, without coverage
    events = database.events("run", most=1_200)
    steps = [one["step"] for one in events]
    assert steps == sorted(set(steps)) and (steps[0], steps[-1]) == (0, count - 1)
    assert sum(one["kind"] == "epoch" for one in events) == epochs
    assert 1_100 <= len(events) - epochs <= 1_201
    assert max(after - before for before, after in zip(steps, steps[1:], strict=False)) < 2 * count / 1_200


def test_batches_that_come_in_turns_with_other_events_are_thinned_evenly(database: RunDatabase) -> None:
    kinds = ("epoch", "batch", "saved")  # as of a network with epochs that take no longer than a report
    for position in range(3_000):
        database.append("run", {"kind": kinds[position % 3], "step": position})
    for most in (10, 333, 500, 999):
        steps = [one["step"] for one in database.events("run", most) if one["kind"] == "batch"]
        assert most * 0.5 <= len(steps) <= most + 1
        assert (steps[0], steps[-1]) == (1, 2_998)
    assert len(database.events("run", 1_000)) == len(database.events("run")) == 3_000


def test_neighbouring_batches_are_put_together_and_no_sum_is_lost(database: RunDatabase) -> None:
    for step in range(5_000):
        loss = None if step == 1_234 else 0.5
        batch = {"kind": "batch", "step": step, "loss": loss, "batch_loss": float(step % 7), "batches": 1 + step % 3}
        database.append("run", batch)
    merged, whole = database.events("run", most=300), database.events("run")
    assert len(whole) == 5_000 and len(merged) == 300
    for total in (lambda event: event["batches"], lambda event: event["batch_loss"] * event["batches"]):
        assert sum(map(total, merged)) == pytest.approx(sum(map(total, whole)))
    assert [1_234 <= event["step"] < 1_234 + 20 for event in merged if event["loss"] is None] == [True], "NaN is seen"


def test_of_batches_that_are_done_again_only_the_later_ones_are_put_together(database: RunDatabase) -> None:
    def tell(first: int, last: int, loss: float) -> None:
        for step in range(first, last):
            one = {"kind": "batch", "step": step, "epoch": step / 100, "batch_loss": loss, "batches": 1}
            database.append("run", one)

    tell(1, 160, 9.0)
    database.append("run", {"kind": "resumed", "step": 0, "epoch": 0.0})
    tell(1, 160, 1.0)
    assert {event["batch_loss"] for event in database.events("run", most=10) if event["kind"] == "batch"} == {1.0}


def look(epoch: float, *, whole: bool = True) -> dict:
    return {"kind": "look", "epoch": epoch, "whole": whole, "cells": [[0, 0, 6_000, [1, 2, 3]]] * 90}


def test_of_looks_only_the_last_whole_one_and_what_follows_it_is_read(database: RunDatabase) -> None:
    for event in (look(1.0), look(1.5, whole=False), look(2.0), look(2.3, whole=False), look(2.6, whole=False)):
        database.append("run", event)
        database.append("run", {"kind": "epoch", "epoch": event["epoch"]})
    looks = [event["epoch"] for event in database.events("run", most=10) if event["kind"] == "look"]
    assert looks == [2.0, 2.3, 2.6]
    assert len(database.events("run", kinds=("look",))) == 5
    database.append("run", {"kind": "resumed", "step": 10, "epoch": 1.0})
    assert [event["kind"] for event in database.events("run", most=10)] == ["look", "epoch", "resumed"], "2.0 was undone"
    database.append("run", look(1.4, whole=False))
    assert [event["epoch"] for event in database.events("run", most=10) if event["kind"] == "look"] == [1.0, 1.4]


def test_looks_that_are_not_needed_cost_nothing_to_read(database: RunDatabase, monkeypatch: pytest.MonkeyPatch) -> None:
    for epoch in range(300):
        database.append("run", {"kind": "watched", "pictures": []}) if epoch == 0 else database.append("run", look(epoch))
    read = []
    monkeypatch.setattr(
        "core.runs.run_database.json.loads", lambda text: read.append(text) or json.JSONDecoder().decode(text)
    )
    assert [event["kind"] for event in database.events("run", most=10)] == ["watched", "look"]
    assert len(read) == 2


def test_events_that_were_removed_beside_a_reader_leave_the_disk_with_the_next_purge(
    path: Path, database: RunDatabase
) -> None:
    database.append("run", {"kind": "watched", "step": 1, "images": ["a-picture-of-ann"]})
    database.flush()
    reader = sqlite3.connect(path)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM events").fetchone()
    database.remove_events(["run"], ("watched",))
    assert _is_on_disk("a-picture-of-ann", path.parent), "the log keeps what a reader may still want"
    reader.close()
    database.purge(older_than=3600)
    assert not _is_on_disk("a-picture-of-ann", path.parent)


def _is_on_disk(text: str, folder: Path) -> bool:
    return any(text.encode() in path.read_bytes() for path in folder.glob("*.sqlite*"))
