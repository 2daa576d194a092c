"""The process that makes the first previews: it needs no server yet, and ends with the one that started it."""

from pathlib import Path

import pytest

from core.child_process import stop
from core.datasets.first_look import start_quick_previews
from core.datasets.previews import has_preview
from tests.server import PATIENCE, wait_for


@pytest.fixture(autouse=True)
def only_digits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))


def test_preview_of_the_first_data_set_is_made() -> None:
    process = start_quick_previews()
    wait_for(lambda: has_preview("digits"), PATIENCE, "the preview")
    assert process.wait(PATIENCE) == 0


def test_process_is_stopped_where_the_server_cannot_be_set_up() -> None:
    process = start_quick_previews()
    stop(process)
    assert process.poll() is not None
