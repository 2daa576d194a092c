"""Drafts: edits, undo and redo, each visitor's own; always through the database file."""

import json
import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.experiment.builder_commands import NetworkCommand, decode_command, run_command
from core.experiment.edits import set_value
from core.experiment.model import INPUT, Experiment, Layer
from core.experiment.serialization import dumps
from core.problems import ProblemError
from core.runs.drafts import UNDO_STEPS
from core.runs.run_database import RunDatabase
from tests.core.random_networks import random_network
from tests.core.sample_experiments import LECTURE, with_fit


@pytest.fixture
def database(tmp_path: Path) -> Iterator[RunDatabase]:
    database = RunDatabase(tmp_path / "runs.sqlite")
    yield database
    database.close()


def edited(epochs: int) -> Experiment:
    return with_fit(LECTURE, epochs=epochs)


def test_draft_is_edited_undone_and_redone(database: RunDatabase) -> None:
    assert database.draft("visitor") is None
    for epochs in (1, 2, 3):
        database.edit_draft("visitor", edited(epochs))
    assert database.draft("visitor").before == edited(2)
    assert database.undo("visitor").experiment == edited(2)
    assert database.undo("visitor").experiment == edited(1)
    assert database.undo("visitor").experiment == edited(1)
    assert database.redo("visitor").experiment == edited(2)
    assert database.redo("visitor").experiment == edited(3)
    assert database.redo("visitor").experiment == edited(3)
    assert database.draft("visitor").experiment == edited(3)


@pytest.mark.parametrize(("change", "arguments"), [("edit_draft", (edited(9),)), ("undo", ()), ("redo", ())])
def test_no_other_tab_changes_the_draft_between_the_reading_and_the_saving(
    database: RunDatabase, monkeypatch: pytest.MonkeyPatch, change: str, arguments: tuple[Experiment, ...]
) -> None:
    """Otherwise the undo history would lose the change of the other tab."""
    for epochs in (1, 2, 3):
        database.edit_draft("visitor", edited(epochs))
    database.undo("visitor")
    could_change: list[bool] = []
    with ThreadPoolExecutor(1) as other_tab:
        for name in ("draft", "_save_draft"):
            method = getattr(database, name)

            def look_first(*arguments: Any, _method: Callable[..., Any] = method) -> Any:
                could_change.append(other_tab.submit(is_free, database).result())
                return _method(*arguments)

            monkeypatch.setattr(database, name, look_first)
        getattr(database, change)("visitor", *arguments)
        assert could_change == [False, False]
        assert other_tab.submit(is_free, database).result()


def is_free(database: RunDatabase) -> bool:
    """Whether this thread could change the visitor's draft now."""
    lock = database.edit_lock("visitor")
    if lock.acquire(blocking=False):
        lock.release()
        return True
    return False


def test_edit_after_undo_leaves_nothing_to_redo(database: RunDatabase) -> None:
    for epochs in (1, 2):
        database.edit_draft("visitor", edited(epochs))
    database.undo("visitor")
    assert database.edit_draft("visitor", edited(9)).redo == ()
    assert database.redo("visitor").experiment == edited(9)
    assert database.undo("visitor").experiment == edited(1)


def test_edit_that_changes_nothing_is_no_step(database: RunDatabase) -> None:
    database.edit_draft("visitor", LECTURE)
    same = set_value(LECTURE, ("layers", "hidden", "arguments", "units"), 128)
    assert database.edit_draft("visitor", same).undo == ()


@pytest.mark.deep
def test_undo_goes_back_a_hundred_steps_and_no_more(database: RunDatabase) -> None:
    for epochs in range(1, UNDO_STEPS + 6):
        draft = database.edit_draft("visitor", edited(epochs))
    assert len(draft.undo) == UNDO_STEPS
    for _ in range(UNDO_STEPS + 10):
        draft = database.undo("visitor")
    assert draft.experiment == edited(5)


def test_history_ends_where_a_step_cannot_be_read(tmp_path: Path) -> None:
    """An earlier version may have known layers that this version lacks; later steps can still be undone."""
    path = tmp_path / "runs.sqlite"
    database = RunDatabase(path)
    for epochs in (1, 2, 3, 4, 5):
        database.edit_draft("visitor", edited(epochs))
    database.undo("visitor")
    database.close()
    with sqlite3.connect(path) as connection:
        undo, redo = (json.dumps([*before, dumps(edited(one))]) for before, one in ((["{}"], 3), (["{}"], 5)))
        connection.execute("UPDATE drafts SET undo = ?, redo = ?", (undo, redo))
    database = RunDatabase(path)
    assert database.draft("visitor").before == edited(3)
    last = database.undo("visitor")
    assert (last.experiment, last.undo, last.before) == (edited(3), (), None)
    assert database.redo("visitor").experiment == edited(4)
    first = database.redo("visitor")
    assert (first.experiment, first.redo) == (edited(5), ())
    database.close()


def test_draft_that_cannot_be_read_leaves_the_steps_before_it(tmp_path: Path) -> None:
    path = tmp_path / "runs.sqlite"
    database = RunDatabase(path)
    for epochs in (1, 2, 3, 4):
        database.edit_draft("visitor", edited(epochs))
    database.close()
    with sqlite3.connect(path) as connection:
        undo = json.dumps([dumps(edited(1)), dumps(edited(2)), "{}", "no JSON"])
        connection.execute("UPDATE drafts SET experiment = ?, undo = ?", ('{"version": 1, "layers": 3}', undo))
    database = RunDatabase(path)
    assert database.draft("visitor").experiment == edited(2), "the last one that can be read"
    assert database.edit_draft("visitor", edited(9)).before == edited(2)
    assert database.undo("visitor").experiment == edited(2)
    assert database.undo("visitor").experiment == edited(1)
    database.close()


def merged(num_inputs: int, num_merges: int = 1) -> Experiment:
    """Dense layers in a row, and layers that add the outputs of many of them."""
    dense = tuple(Layer("Dense", (("units", 4),), f"dense-{'x' * 28}-{number:03}") for number in range(num_inputs))
    inputs = tuple(layer.id for layer in dense)
    adds = tuple(Layer("Add", (), f"add-{number}", inputs) for number in range(num_merges))
    return replace(LECTURE, layers=(*dense, *adds))


def test_what_could_not_be_read_again_is_refused_and_changes_nothing(tmp_path: Path) -> None:
    for unreadable, happened in (
        (merged(100, 90), "The experiment has more than 262,144 bytes, the most that are read."),
        (merged(201), "layers is a list of 202."),
        (
            replace(LECTURE, layers=(Layer("Add", (), "sum", tuple(f"n{number}" for number in range(201))),)),
            "layers → number 1 → inputs is a list of 201.",
        ),
        (replace(LECTURE, layers=(Layer("Flatten", (), "ö"),)), "The id of layer number 1 is 'ö'."),
    ):
        database = RunDatabase(tmp_path / "runs.sqlite")
        for epochs in (1, 2):
            database.edit_draft("visitor", edited(epochs))
        before = database.draft("visitor")
        with pytest.raises(ProblemError) as raised:
            database.edit_draft("visitor", unreadable)
        assert (raised.value.problem.code, raised.value.problem.happened) == ("cannot-be-kept", happened)
        assert database.draft("visitor") == before
        database.close()
        database = RunDatabase(tmp_path / "runs.sqlite")
        assert database.draft("visitor") == before
        database.close()


MOVES = st.fixed_dictionaries(
    {
        "do": st.sampled_from([kind.__name__.lower() for kind in get_args(NetworkCommand)]),
        "name": st.sampled_from(("Add", "Dense", "Bidirectional", "TimeDistributed", "Conv2D", "a block", "é" * 50)),
        "layer": st.integers(0, 300),
        "with": st.integers(0, 300),
        "before": st.none() | st.integers(0, 300),
        "places": st.sampled_from((-1, 1)),
        "times": st.sampled_from((1, 3, 50)),
    }
)


def moved(experiment: Experiment, move: dict) -> Experiment:
    """An experiment after a command of the builder; layers are named by their numbers."""

    def identity(number: int | None) -> str | None:
        if number is None:
            return None
        ids = [INPUT, *(layer.id for layer in experiment.layers)]
        return ids[number % len(ids)]

    event = {**move, **{key: identity(move[key]) for key in ("layer", "with", "before")}}
    event |= {"from": event["with"], "layers": [event["layer"], event["with"]]}
    return run_command(experiment, decode_command(event))


def assert_kept_or_refused(seed: int, moves: list[dict]) -> None:
    """A network after commands of the builder is the same after a restart, or was refused."""
    with TemporaryDirectory() as folder:
        database = RunDatabase(Path(folder) / "runs.sqlite")
        kept = database.edit_draft("visitor", random_network(seed)).experiment
        for move in moves:
            with suppress(KeyError, ValueError):  # as on pages: no such layer, or an impossible command
                experiment = moved(kept, move)
                with suppress(ProblemError):
                    kept = database.edit_draft("visitor", experiment).experiment
                    assert kept == experiment
        history = database.draft("visitor").undo
        database.close()
        database = RunDatabase(Path(folder) / "runs.sqlite")
        assert (database.draft("visitor").experiment, database.draft("visitor").undo) == (kept, history)
        for _ in history:
            assert database.undo("visitor") is not None
        assert database.draft("visitor").experiment == random_network(seed)
        database.close()


GESTURES = given(st.integers(0, 5_000), st.lists(MOVES, max_size=25))


@pytest.mark.deep
@settings(max_examples=15, deadline=None)
@GESTURES
def test_whatever_gestures_make_is_the_same_after_a_restart_or_refused(seed: int, moves: list[dict]) -> None:
    assert_kept_or_refused(seed, moves)


@pytest.mark.deep
@settings(max_examples=150, deadline=None)
@GESTURES
def test_whatever_many_gestures_make_is_the_same_after_a_restart_or_refused(seed: int, moves: list[dict]) -> None:
    assert_kept_or_refused(seed, moves)


def test_each_visitor_has_a_draft_of_their_own(database: RunDatabase) -> None:
    database.edit_draft("a", edited(1))
    database.edit_draft("b", edited(2))
    assert (database.draft("a").experiment, database.draft("b").experiment) == (edited(1), edited(2))
    assert database.undo("c") is None and database.redo("c") is None


def test_open_code_is_remembered_through_edits(database: RunDatabase) -> None:
    database.edit_draft("visitor", edited(1))
    assert database.draft("visitor").code_open is False
    database.fold_code("visitor", True)
    database.edit_draft("visitor", edited(2))
    database.undo("visitor")
    assert database.draft("visitor").code_open is True
