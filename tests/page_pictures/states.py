"""What visitors have done before their pages are shown: nothing, trained, failed, made a mistake, training now.

Each state is a visitor of its own, known by the cookie. Drafts are written into the database before anyone looks; runs are
started with the button of a page and carried out by the real workers.
"""

import re
from dataclasses import replace
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext

from core.experiment.edits import remove_layer
from core.experiment.model import Experiment
from core.experiment.templates import lecture
from core.runs.store import Ledger
from tests.server import PATIENCE, Server, wait_for

EMPTY, FINISHED, FAILED, PROBLEM, RUNNING = STATES = ("empty", "finished", "failed", "problem", "running")
LONG = 1_000  # epochs; more than are trained while pictures are taken

LECTURE = lecture("digits")
DRAFTS: dict[str, Experiment] = {  # a visitor without one gets the first screen's
    FINISHED: LECTURE,
    FAILED: replace(LECTURE, fit=replace(LECTURE.fit, epochs=LONG)),
    PROBLEM: remove_layer(LECTURE, "output"),
    RUNNING: replace(LECTURE, fit=replace(LECTURE.fit, epochs=LONG)),
}


def visitor(state: str) -> str:
    """The name of the visitor who is in a state; letters only, since it goes into a cookie."""
    return f"pictures{state}"


def as_visitor(browser: Browser, server: Server, state: str, width: int, height: int, theme: str) -> BrowserContext:
    """A browser of the visitor who is in a state; the caller closes it.

    Arguments:
        browser: the browser program.
        server: which to visit.
        state: one of STATES.
        width: of the window, in pixels.
        height: of the window, in pixels.
        theme: "light" or "dark", as the visitor's system has it.
    """
    context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=theme, reduced_motion="reduce")
    context.set_default_timeout(PATIENCE * 1000)
    context.add_cookies([{"name": "visitor", "value": visitor(state), "url": server.url}])
    return context


def write_drafts(home: Path) -> None:
    """Write the draft of each visitor into the database of a server."""
    ledger = Ledger(home / "runs.sqlite")
    for state, experiment in DRAFTS.items():
        ledger.edit_draft(visitor(state), experiment)
    ledger.close()


def reach(state: str, browser: Browser, server: Server) -> None:
    """Start the run that a state needs and wait for what the state is named after; "empty" and "problem" need none."""
    if state in (EMPTY, PROBLEM):
        return
    with as_visitor(browser, server, state, 1440, 900, "light") as context:
        page = context.new_page()
        page.goto(f"{server.url}/train")
        page.get_by_role("button", name=re.compile(r"^Train( Shortcut T)?$")).first.click()
        if state == FINISHED:
            _wait_for(server, state, "finished")
            return
        _wait_for(server, state, "training")
        if state == FAILED:
            for trainer in server.trainers():
                trainer.kill()
            _wait_for(server, state, "failed")


def _wait_for(server: Server, state: str, run_state: str) -> None:
    ledger = Ledger(server.log.parent / "runs.sqlite")

    def reached() -> bool:
        run = ledger.newest(visitor(state))
        return run is not None and run.state == run_state

    try:
        wait_for(reached, PATIENCE, f"the run of {state} to be {run_state}")
    finally:
        ledger.close()
