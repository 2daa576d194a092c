"""Uploads that wait for their turn, or for a person: their state and their files. No program runs here."""

import threading
from unittest.mock import Mock

import pytest

from core.datasets.upload_state import UploadState, upload_folder, write_state
from core.datasets.uploads import Uploads
from tests.server import PATIENCE

VISITOR = "ada"


@pytest.fixture
def run_program() -> Mock:
    """The function that would run the program which reads an upload."""
    return Mock()


@pytest.fixture
def uploads(run_program: Mock) -> Uploads:
    """Uploads of which none gets its turn until a test releases the turn."""
    return Uploads(at_once=0, run=run_program)


def test_stop_ends_the_wait_and_keeps_the_upload(uploads: Uploads, run_program: Mock) -> None:
    threads = set(threading.enumerate())
    uploads.give(VISITOR, "zip", b"an archive")
    assert uploads.state(VISITOR) == UploadState("reading", "zip")
    uploads.stop(VISITOR)
    assert uploads.state(VISITOR) == UploadState("collecting", "zip")
    assert (upload_folder(VISITOR) / "source.zip").read_bytes() == b"an archive"
    uploads._turn.release()
    for waiting in set(threading.enumerate()) - threads:
        waiting.join(PATIENCE)
    run_program.assert_not_called()
    assert uploads.state(VISITOR) == UploadState("collecting", "zip"), "the turn that comes too late changes nothing"


def test_upload_of_an_earlier_server_can_be_read_again(uploads: Uploads) -> None:
    upload_folder(VISITOR).mkdir(parents=True)
    write_state(upload_folder(VISITOR), UploadState("reading", "zip"))
    state = uploads.state(VISITOR)
    assert state is not None and state.problem is not None
    assert (state.step, state.problem.code) == ("collecting", "upload-interrupted")
