"""One run, many browsers: who is cut off finds all points again, watchers watch, and the lecturer may pause it."""

import re
import time
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from core.runs.run_database import RunDatabase
from tests.browser.browser_steps import (
    become_lecturer,
    button,
    new_visitor,
    press_train,
    run_in_view,
    shown_step,
    train_long,
)
from tests.browser.network_cable import cable
from tests.server import PATIENCE, Server, serve, wait_for

OFFLINE_SECONDS = 8.0
WATCHERS = "Only whoever started this run, or the lecturer, can steer it."
POINTS = """(() => {
  const line = document.querySelector(".run-curves-chart").data.find((trace) => trace.name === "training, running mean");
  return Array.from(line.x).filter((_, index) => line.y[index] !== null);
})()"""  # without the gaps between epochs


def press(page: Page, name: str) -> None:
    button(page, name).click()


def expect_state(state: str, *pages: Page) -> None:
    """All these pages say, without a reload, that run 1 is in this state."""
    for page in pages:
        expect(page.get_by_role("heading", name=f"Run 1: {state}")).to_be_visible()


def reported_points(home: Path, identity: str) -> list[float]:
    """Where all losses lie that a run reported, in epochs, as they are on disk."""
    database = RunDatabase(home / "runs.sqlite")
    events = database.events(identity)
    database.close()
    return [event["epoch"] for event in events if event["kind"] in ("batch", "epoch")]


def two_tabs_press_train(browser: Browser, server: Server, home: Path) -> None:
    """Two tabs of one browser train the same thing: one run, and both show it."""
    first = new_visitor(browser)
    tabs = [first, first.context.new_page()]
    for tab in tabs:
        tab.goto(f"{server.url}/train")
        expect(tab.get_by_text("Ready to train")).to_be_visible()
    press_train(tabs[0])
    expect_state("waiting", tabs[0])
    press_train(tabs[1])
    expect(tabs[1].get_by_text("Run 1 is on already: here is the run.")).to_be_visible()
    expect_state("waiting", tabs[1])
    for tab in tabs:
        expect(tab.locator(".st-key-line")).to_contain_text("Waiting, place 1")
    assert run_in_view(tabs[0], home).id == run_in_view(tabs[1], home).id
    press(tabs[0], "Cancel")
    expect_state("cancelled", *tabs)
    first.context.close()


@pytest.mark.deep
def test_run_of_an_owner_who_is_cut_off_is_watched_paused_and_found_again(
    browser: Browser, server: Server, home: Path
) -> None:
    owner, watcher, lecturer = (new_visitor(browser) for _ in range(3))
    with cable(server.url) as line:
        train_long(owner, line.url)
        reached = shown_step(owner)
        run = run_in_view(owner, home)
        line.pull()
        pulled = time.monotonic()
        expect(owner.locator(".run-curves-status")).to_contain_text("connection lost, trying again")
        expect(owner.locator(".st-key-line")).to_contain_text("(no connection)")

        watcher.goto(f"{server.url}/train?run={run.id}")
        wait_for(lambda: shown_step(watcher) > reached, PATIENCE, "a later step on the watcher's page")
        for name in ("Pause", "Stop"):
            expect(button(watcher, name)).to_be_disabled()
        watcher.locator(".st-key-stop").hover()
        expect(watcher.get_by_text(WATCHERS)).to_be_visible()
        become_lecturer(lecturer, server, home)
        lecturer.goto(f"{server.url}/train?run={run.id}")
        expect(button(lecturer, "Pause")).to_be_enabled()
        two_tabs_press_train(browser, server, home)

        expect(owner.locator(".run-curves-status")).to_contain_text("connection lost, trying again")
        wait_for(lambda: time.monotonic() - pulled > OFFLINE_SECONDS, OFFLINE_SECONDS, "the time offline to pass")
        line.plug_in()
        offline = shown_step(watcher)
        wait_for(lambda: shown_step(owner) >= offline, PATIENCE, "the steps of the time offline")
        press(lecturer, "Pause")
        expect_state("paused", lecturer, watcher, owner)

        def is_whole() -> bool:
            return owner.evaluate(POINTS) == reported_points(home, run.id)

        # The last points come to the page and to the disk a moment after the word that the run is paused.
        wait_for(is_whole, PATIENCE, "all points: no batch is missing, and none is there twice")
        press(owner, "Continue")
        expect_state("training", owner, watcher)
        press(owner, "Stop")
        expect_state("stopped", owner, watcher, lecturer)
        for page in (owner, watcher, lecturer):
            page.context.close()


def test_pages_of_a_server_that_could_not_be_set_up_say_why(browser: Browser, tmp_path: Path) -> None:
    blocked = tmp_path / "a file"
    blocked.touch()
    page = new_visitor(browser)
    with serve(tmp_path / "home", DASHBOARD_HOME=str(blocked)) as server:
        for place in ("", "train", "evaluate"):
            page.goto(f"{server.url}/{place}")
            expect(page.get_by_text("The data folder cannot be used: File exists.")).to_be_visible()
            expect(page.get_by_text(str(blocked))).to_have_count(0)  # visitors read it
            expect(page.get_by_text("Make it writable, free some space, or set the variable DASHBOARD_HOME")).to_be_visible()
            expect(page.get_by_text(re.compile("Traceback|ProblemError"))).to_have_count(0)
    page.context.close()
