"""The states of visitors before their pages are shown: no run, a finished or failed run, a mistake, or an active run.

Each state has a visitor of its own, whom the server knows by the cookie. The drafts are written into the database before the
first page is opened. The runs are started by the button of a page, and trained by the real workers.
"""

import re
from dataclasses import replace
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext

from core.experiment.edits import remove_layer
from core.experiment.model import Experiment
from core.experiment.templates import lecture_experiment
from core.runs.run_database import RunDatabase
from tests.page_pictures.script_runs import note_script_runs
from tests.server import PATIENCE, Server, wait_for

EMPTY, FINISHED, FAILED, PROBLEM, RUNNING = STATES = ("empty", "finished", "failed", "problem", "running")
LONG = 1_000  # the epochs of a run that lasts longer than the pictures take

LECTURE = lecture_experiment("digits")
DRAFTS: dict[str, Experiment] = {  # the visitor of another state gets the default draft
    FINISHED: LECTURE,
    FAILED: replace(LECTURE, fit=replace(LECTURE.fit, epochs=LONG)),
    PROBLEM: remove_layer(LECTURE, "output"),
    RUNNING: replace(LECTURE, fit=replace(LECTURE.fit, epochs=LONG)),
}


def visitor(state: str) -> str:
    """Return the name of the visitor with a state. The name has only letters, since it is the value of a cookie."""
    return f"pictures{state}"


def as_visitor(browser: Browser, server: Server, state: str, width: int, height: int, theme: str) -> BrowserContext:
    """Return a browser context of the visitor with a state. The caller closes the context.

    Parameters
    ----------
    browser
        The browser.
    server
        The server to visit.
    state
        An entry of STATES.
    width, height
        The size of the window, in pixels.
    theme
        "light" or "dark", the theme of the visitor's system.
    """
    context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=theme, reduced_motion="reduce")
    context.set_default_timeout(PATIENCE * 1000)
    note_script_runs(context)
    context.add_cookies([{"name": "visitor", "value": visitor(state), "url": server.url}])
    return context


def write_drafts(home: Path) -> None:
    """Write the draft of each visitor into the database of a server."""
    database = RunDatabase(home / "runs.sqlite")
    for state, experiment in DRAFTS.items():
        database.edit_draft(visitor(state), experiment)
    database.close()


def reach(state: str, browser: Browser, server: Server) -> None:
    """Start the run of a state, and wait until the run has reached the state. "empty" and "problem" need no run."""
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
    database = RunDatabase(server.log.parent / "runs.sqlite")

    def reached() -> bool:
        run = database.newest(visitor(state))
        return run is not None and run.state == run_state

    try:
        wait_for(reached, PATIENCE, f"the run of {state} to be {run_state}")
    finally:
        database.close()
