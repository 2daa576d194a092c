"""The limit of open files: raised to what the system allows, and quiet once it is used up."""

import asyncio
import logging
import subprocess
import sys

import pytest

from core import open_files

RAISE = """
import resource
from core import open_files
resource.setrlimit(resource.RLIMIT_NOFILE, (256, 900))
open_files.raise_limit()
print(open_files.limit())
"""


def test_limit_is_raised_to_the_highest_that_the_system_allows() -> None:
    said = subprocess.run([sys.executable, "-c", RAISE], capture_output=True, text=True, check=True, timeout=180)
    assert said.stdout.strip() == "900"


def test_some_files_are_kept_for_pages_that_are_open(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(open_files, "limit", lambda: 1_024)
    monkeypatch.setattr(open_files, "used", lambda: 921)
    assert open_files.has_room()
    monkeypatch.setattr(open_files, "used", lambda: 922)
    assert not open_files.has_room()
    monkeypatch.setattr(open_files, "limit", lambda: None)
    assert open_files.has_room()


@pytest.mark.parametrize(("limit", "pages"), [(256, 46), (1_024, 411), (4_096, 1_793), (50, 0)])
def test_room_for_pages_leaves_files_to_the_server(limit: int, pages: int) -> None:
    assert open_files.room_for_pages(limit) == pages


def test_connections_that_cannot_be_accepted_are_told_once_a_minute(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    now = 100.0
    monkeypatch.setattr(open_files.time, "monotonic", lambda: now)
    handle, loop = open_files.OpenFilesErrorHandler(), asyncio.new_event_loop()
    failure = {"message": "socket.accept() out of system resource", "exception": OSError(24, "Too many open files")}
    with caplog.at_level(logging.ERROR):
        for _ in range(2_048):
            handle(loop, failure)
        assert len(caplog.records) == 1
        assert "nobody new gets in. docs/hosting.md says how to allow more." in caplog.text
        now += 60.0
        handle(loop, failure)
        assert len(caplog.records) == 2
        handle(loop, {"message": "another fault"})
        assert "another fault" in caplog.text
    loop.close()
