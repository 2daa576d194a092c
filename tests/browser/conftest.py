"""Chromium and the real server, for all journeys."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from core.runs.store import Ledger
from tests.browser.browser_steps import PATIENCE_MILLISECONDS, new_visitor
from tests.browser.chromium import find_chromium, open_browser
from tests.conftest import HAS_FAILED
from tests.server import PATIENCE, Server, serve, wait_for

expect.set_options(timeout=PATIENCE_MILLISECONDS)

# On a first deep link Streamlit probes for its own endpoints below the page's path, and gets 404.
EXPECTED_ERRORS = ("the server responded with a status of 404",)


@pytest.fixture(scope="package")  # while Playwright is open, no other test can run an event loop
def browser() -> Iterator[Browser]:
    """One headless Chromium, or a skip that says why not."""
    if find_chromium() is None:
        pytest.skip("Chromium is not here: install Debian's package chromium")
    with sync_playwright() as playwright:
        browser = open_browser(playwright)
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def server(tmp_path_factory: pytest.TempPathFactory, fashion_mnist: str) -> Iterator[Server]:
    """One server for all journeys; each journey comes with a browser of its own, so as another visitor."""
    with serve(tmp_path_factory.mktemp("server") / "home") as server:
        yield server


@pytest.fixture(scope="module", autouse=True)
def nothing_left_on(server: Server) -> Iterator[None]:
    """A run that a journey left on does not keep the only trainer from the next file."""
    yield
    end_runs(server)


@pytest.fixture(autouse=True)
def nothing_left_of_a_failed_journey(request: pytest.FixtureRequest, browser: Browser, server: Server) -> Iterator[None]:
    """The pages and the run of a failed journey do not keep processor and trainer from its second try."""
    yield
    if request.node.stash.get(HAS_FAILED, False):
        for context in browser.contexts:
            context.close()
        end_runs(server)


def end_runs(server: Server) -> None:
    """End all runs that are on, by the death of their trainer."""
    ledger = Ledger(server.log.parent / "runs.sqlite")
    while left := ledger.unfinished():
        for trainer in server.trainers():
            trainer.kill()
        wait_for(lambda left=left: len(ledger.unfinished()) < len(left), PATIENCE, "a run that was left on to end")
    ledger.close()


@pytest.fixture
def page(browser: Browser, server: Server) -> Iterator[Page]:
    """A page of a new visitor; the journey fails if the browser's console showed an error."""
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
    """A page of another visitor, in a browser of their own."""
    page = new_visitor(browser, 1024, 768)
    yield page
    page.context.close()
