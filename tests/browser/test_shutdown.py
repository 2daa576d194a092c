"""The server is ended with a run on and a page open: nothing is left, and the run is found again.

That it is killed, again and again: tests/faults/test_kills.py.
"""

import signal
import time
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from core.runs.run_database import RunDatabase
from tests.browser.browser_steps import new_visitor, run_in_view, shown_step, train_digits
from tests.server import PATIENCE, gone, serve, wait_for

ENDS_WITHIN_SECONDS = 5.0
ON_DISK_SECONDS = 1.0  # half a second is promised; opening the file from here takes a while too


def step_on_disk(home: Path, identity: str) -> int:
    """The last step of a run that is in the server's file."""
    database = RunDatabase(home / "runs.sqlite")
    steps = [event["step"] for event in database.events(identity) if "step" in event]
    database.close()
    return max(steps, default=0)


@pytest.mark.deep
def test_server_that_ends_leaves_no_process_and_its_run_is_interrupted(browser: Browser, tmp_path: Path) -> None:
    home = tmp_path / "home"
    page = new_visitor(browser)
    with serve(home) as server:
        train_digits(page, server.url, epochs=1000)
        reached = shown_step(page)
        identity = run_in_view(page, home).id
        wait_for(lambda: step_on_disk(home, identity) >= reached, ON_DISK_SECONDS, "the point on disk")
        wait_for(lambda: len(server.children()) >= 5, PATIENCE, "scheduler, two nannies, two workers")
        processes = server.children()
        started = time.monotonic()
        server.process.send_signal(signal.SIGINT)
        wait_for(lambda: server.process.poll() is not None, ENDS_WITHIN_SECONDS, "the server to end")
        wait_for(lambda: gone(processes), ENDS_WITHIN_SECONDS, "all processes to end")
        assert time.monotonic() - started < ENDS_WITHIN_SECONDS
    page.context.close()

    again = new_visitor(browser)
    with serve(home) as server:
        database = RunDatabase(home / "runs.sqlite")
        wait_for(lambda: not database.unfinished(), PATIENCE, "the run to be marked")
        again.goto(f"{server.url}/train?run={identity}")
        expect(again.get_by_role("heading", name="Run 1: interrupted")).to_be_visible()
        expect(again.get_by_text("The dashboard was closed while this run was on.")).to_be_visible()
        wait_for(lambda: shown_step(again) >= reached, PATIENCE, "the points that are kept")
        database.close()
    again.context.close()
