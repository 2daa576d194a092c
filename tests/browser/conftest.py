"""Fixtures for all journeys: Chromium and the real server."""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from core.runs.run_database import RunDatabase
from tests.browser.browser_steps import PATIENCE_MILLISECONDS, new_visitor
from tests.browser.chromium import find_chromium, open_browser
from tests.conftest import HAS_FAILED
from tests.server import PATIENCE, Server, serve, wait_for

expect.set_options(timeout=PATIENCE_MILLISECONDS)

ON_A_TRAINER = ("training", "stopping", "paused")  # the states of a run whose trainer can be ended
# If a browser first opens a page other than Start, Streamlit requests its endpoints below the page's path, and gets 404.
EXPECTED_ERRORS = ("the server responded with a status of 404",)


@pytest.fixture(scope="package")  # while Playwright is open, no other test can run an event loop
def browser() -> Iterator[Browser]:
    """A headless Chromium for all tests of this process. Without Chromium, the tests are skipped with the reason."""
    if find_chromium() is None:
        pytest.skip("Chromium is not here: install Debian's package chromium")
    with sync_playwright() as playwright:
        browser = open_browser(playwright)
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def server(tmp_path_factory: pytest.TempPathFactory, fashion_mnist: str) -> Iterator[Server]:
    """A server for all journeys of this process. Each journey has its own browser, and so is another visitor."""
    with serve(tmp_path_factory.mktemp("server") / "home") as server:
        yield server


@pytest.fixture(scope="module", autouse=True)
def nothing_left_on(server: Server) -> Iterator[None]:
    """End all runs after the tests of a file, so that the next file can use the only trainer."""
    yield
    end_runs(server)


@pytest.fixture(autouse=True)
def nothing_left_of_a_failed_journey(request: pytest.FixtureRequest, browser: Browser, server: Server) -> Iterator[None]:
    """Close the pages and end the run of a failed journey, so that the next journey can use processor and trainer."""
    yield
    if request.node.stash.get(HAS_FAILED, False):
        for context in browser.contexts:
            context.close()
        end_runs(server)


def end_runs(server: Server) -> None:
    """End all active runs by killing their trainers. A run that waits for a trainer is ended once it has a trainer."""
    database = RunDatabase(server.log.parent / "runs.sqlite")
    ended: set[str] = set()  # each run once, since a second kill would only delay the next trainer

    def are_over() -> bool:
        left = database.unfinished()
        for run in left:
            if run.state not in ON_A_TRAINER or run.id in ended:
                continue
            ended.add(run.id)
            if run.state == "paused":  # after a long pause, no trainer has the run
                database.change_state(run.id, "interrupted")
            for trainer in server.trainers():
                with suppress(psutil.NoSuchProcess):  # the trainer has already ended
                    trainer.kill()
        return not left

    wait_for(are_over, PATIENCE, "all runs that were left on to end")
    database.close()


@pytest.fixture
def page(browser: Browser, server: Server) -> Iterator[Page]:
    """A page of a new visitor. The journey fails if the browser's console shows an error."""
    page = new_visitor(browser)
    errors: list[str] = []
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    page.context.close()
    assert [error for error in errors if not any(known in error for known in EXPECTED_ERRORS)] == []


@pytest.fixture
def home(server: Server) -> Path:
    """The server's data folder."""
    return server.log.parent


@pytest.fixture
def other(browser: Browser) -> Iterator[Page]:
    """A page of another visitor, with cookies of its own."""
    page = new_visitor(browser, 1024, 768)
    yield page
    page.context.close()
