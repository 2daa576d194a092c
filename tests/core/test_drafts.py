"""Drafts: edits, undo and redo, each visitor's own; always through the ledger's file."""

import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.drafts import UNDO_STEPS
from core.edits import set_value
from core.experiment import Experiment
from core.ledger import Ledger
from core.reading import dumps
from tests.core.nets import LECTURE, with_fit


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    ledger = Ledger(tmp_path / "runs.sqlite")
    yield ledger
    ledger.close()


def edited(epochs: int) -> Experiment:
    return with_fit(LECTURE, epochs=epochs)


def test_draft_is_edited_undone_and_redone(ledger: Ledger) -> None:
    assert ledger.draft("visitor") is None
    for epochs in (1, 2, 3):
        ledger.edit_draft("visitor", edited(epochs))
    assert ledger.draft("visitor").before == edited(2)  # type: ignore[union-attr]
    assert ledger.undo("visitor").experiment == edited(2)  # type: ignore[union-attr]
    assert ledger.undo("visitor").experiment == edited(1)  # type: ignore[union-attr]
    assert ledger.undo("visitor").experiment == edited(1)  # type: ignore[union-attr]
    assert ledger.redo("visitor").experiment == edited(2)  # type: ignore[union-attr]
    assert ledger.redo("visitor").experiment == edited(3)  # type: ignore[union-attr]
    assert ledger.redo("visitor").experiment == edited(3)  # type: ignore[union-attr]
    assert ledger.draft("visitor").experiment == edited(3)  # type: ignore[union-attr]


def test_edit_after_undo_leaves_nothing_to_redo(ledger: Ledger) -> None:
    for epochs in (1, 2):
        ledger.edit_draft("visitor", edited(epochs))
    ledger.undo("visitor")
    assert ledger.edit_draft("visitor", edited(9)).redo == ()
    assert ledger.redo("visitor").experiment == edited(9)  # type: ignore[union-attr]
    assert ledger.undo("visitor").experiment == edited(1)  # type: ignore[union-attr]


def test_edit_that_changes_nothing_is_no_step(ledger: Ledger) -> None:
    ledger.edit_draft("visitor", LECTURE)
    same = set_value(LECTURE, ("layers", "hidden", "arguments", "units"), 128)
    assert ledger.edit_draft("visitor", same).undo == ()


def test_undo_goes_back_a_hundred_steps_and_no_more(ledger: Ledger) -> None:
    for epochs in range(1, UNDO_STEPS + 6):
        draft = ledger.edit_draft("visitor", edited(epochs))
    assert len(draft.undo) == UNDO_STEPS
    for _ in range(UNDO_STEPS + 10):
        draft = ledger.undo("visitor")  # type: ignore[assignment]
    assert draft.experiment == edited(5)


def test_history_ends_where_a_step_cannot_be_read(tmp_path: Path) -> None:
    """An earlier version may have known layers that this one does not; what came after them can still be undone."""
    path = tmp_path / "runs.sqlite"
    ledger = Ledger(path)
    for epochs in (1, 2, 3, 4, 5):
        ledger.edit_draft("visitor", edited(epochs))
    ledger.undo("visitor")
    ledger.close()
    with sqlite3.connect(path) as connection:
        undo, redo = (json.dumps([*before, dumps(edited(one))]) for before, one in ((["{}"], 3), (["{}"], 5)))
        connection.execute("UPDATE drafts SET undo = ?, redo = ?", (undo, redo))
    ledger = Ledger(path)
    assert ledger.draft("visitor").before == edited(3)  # type: ignore[union-attr]
    last = ledger.undo("visitor")
    assert (last.experiment, last.undo, last.before) == (edited(3), (), None)  # type: ignore[union-attr]
    assert ledger.redo("visitor").experiment == edited(4)  # type: ignore[union-attr]
    first = ledger.redo("visitor")
    assert (first.experiment, first.redo) == (edited(5), ())  # type: ignore[union-attr]
    ledger.close()


def test_each_visitor_has_a_draft_of_their_own(ledger: Ledger) -> None:
    ledger.edit_draft("a", edited(1))
    ledger.edit_draft("b", edited(2))
    assert (ledger.draft("a").experiment, ledger.draft("b").experiment) == (edited(1), edited(2))  # type: ignore[union-attr]
    assert ledger.undo("c") is None and ledger.redo("c") is None


def test_folded_code_is_remembered_through_edits(ledger: Ledger) -> None:
    ledger.edit_draft("visitor", edited(1))
    assert ledger.draft("visitor").code_open is True  # type: ignore[union-attr]
    ledger.fold_code("visitor", False)
    ledger.edit_draft("visitor", edited(2))
    ledger.undo("visitor")
    assert ledger.draft("visitor").code_open is False  # type: ignore[union-attr]
