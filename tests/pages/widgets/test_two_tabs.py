"""Two tabs of a visitor edit the draft at once: each edit waits for the other, and both stay."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from core.experiment.edits import get_value, set_value
from core.runs import manager
from tests.pages.conftest import DIGITS, Open

EPOCHS = ("fit", "epochs")
EDITS = (
    ("load", "data/dataset", "mnist"),
    ("compile", "compile/optimizer", "SGD"),
    ("compile", "compile/metrics", ["Accuracy", "TopKCategoricalAccuracy"]),
    ("compile", "rate-kind", "Schedule"),
    ("train", "fit/callbacks", ["EarlyStopping"]),
)


@pytest.mark.parametrize(("page", "widget", "value"), EDITS, ids=[widget for _, widget, _ in EDITS])
def test_edit_keeps_what_another_tab_changed_meanwhile(
    open_screen: Open, installed: manager.Runs, monkeypatch: pytest.MonkeyPatch, page: str, widget: str, value: Any
) -> None:
    screen = open_screen(page)
    lock = installed.database.edit_lock
    other_tab = iter([set_value(DIGITS, EPOCHS, 7)])

    @contextmanager
    def after_the_other_tab(visitor: str) -> Iterator[None]:
        with lock(visitor):
            if (experiment := next(other_tab, None)) is not None:
                installed.database.edit_draft(visitor, experiment)
            yield

    monkeypatch.setattr(installed.database, "edit_lock", after_the_other_tab)
    draft = screen.put(widget, value).draft
    assert get_value(draft, EPOCHS) == 7
    assert draft != set_value(DIGITS, EPOCHS, 7)
