"""axe finds nothing on any page that keeps somebody out, in both themes and states; and the pages fit the screens."""

import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TypeVar

import pytest
from playwright.sync_api import Browser, Page

from tests.page_pictures.accessibility import OF_COLOURS, STREAMLITS_OWN, findings
from tests.page_pictures.capture import MEASURED, QUIET_MILLISECONDS, SIZES, open_page, page_paths, rest
from tests.page_pictures.states import EMPTY, FAILED, FINISHED, PROBLEM, RUNNING, as_visitor, reach, write_drafts
from tests.server import PATIENCE, Server, wait_for

WIDE, NARROW = "1440x900", "390x844"
LECTURE = ("start", "load", "define", "compile", "train", "evaluate")
TALLEST = 1_800  # pixels, of a page of the lecture on a wide screen
LECTURE_PAGES = (*LECTURE, "stage", "mistakes", "inside", "why", "try_it")
WITHOUT_A_RUN = ("train", "stage", "runs", "evaluate", "mistakes", "inside", "why", "try_it", "take_away", "own")
# The pages that a state changes, in a size.
CASES = [
    pytest.param(FINISHED, WIDE, tuple(page_paths()), id="finished"),
    pytest.param(FINISHED, NARROW, LECTURE, id="finished on a phone"),
    pytest.param(EMPTY, WIDE, WITHOUT_A_RUN, id="empty"),
    pytest.param(FAILED, WIDE, ("train", "stage", "runs", "evaluate"), id="failed"),
    pytest.param(PROBLEM, WIDE, LECTURE, id="problem"),
    pytest.param(RUNNING, WIDE, ("start", "train", "stage", "runs", "backends"), id="running"),
]
GROUNDS = {"light": "rgb(245, 246, 248)", "dark": "rgb(11, 15, 20)"}  # as in .streamlit/config.toml
RULES = {"light": (), "dark": OF_COLOURS}  # that are tried in each theme: all, then those that its colours can break
MOST_SECONDS = 5.0  # within which a page rests, and its components have its colours and its size
GO = """(path) => {
    history.pushState(null, "", path);
    dispatchEvent(new PopStateEvent("popstate"));
}"""  # as the browser's Back and Forward do
GRAVE = ("critical", "serious", "moderate")

Found = TypeVar("Found")


@pytest.fixture(scope="module")
def reached(browser: Browser, server: Server) -> set[str]:
    """The states that visitors of this server are in; a test adds its own."""
    write_drafts(server.log.parent)
    return set()


@pytest.mark.deep
@pytest.mark.parametrize(("state", "size", "pages"), CASES)
def test_axe_finds_nothing_grave_on_any_page(
    browser: Browser, server: Server, reached: set[str], state: str, size: str, pages: Sequence[str]
) -> None:
    check_pages(pages, browser, server, reached, state, size)


@pytest.mark.gate("axe looks at what a browser made of the pages of the lecture, here in the light theme")
def test_axe_finds_nothing_grave_on_the_lectures_pages(browser: Browser, server: Server, reached: set[str]) -> None:
    reach_once(FINISHED, browser, server, reached)
    found, titles = [], set()
    with as_visitor(browser, server, FINISHED, *SIZES[WIDE], "light") as context:
        page, _errors, _rested = open_page(context, server, "", PATIENCE)
        for name in LECTURE:
            page.evaluate(GO, f"/{page_paths()[name]}")  # a whole load of each page would take twice as long
            assert rest(page, PATIENCE), f"{name} never came to rest"
            found += [(name, one) for one in lasting(page, partial(grave, page, RULES["light"]), PATIENCE)]
            titles.add(page.title())
    assert found == []
    assert len(titles) == len(LECTURE), "each page was seen"


def reach_once(state: str, browser: Browser, server: Server, reached: set[str]) -> None:
    if state not in reached:
        reach(state, browser, server)
        reached.add(state)


def check_pages(pages: Sequence[str], browser: Browser, server: Server, reached: set[str], state: str, size: str) -> None:
    """Each page in a state, in both themes; one that rests is looked at in the other sizes too."""
    reach_once(state, browser, server, reached)
    live = state == RUNNING
    found, misfits = [], []
    with as_visitor(browser, server, state, *SIZES[size], "light") as context:
        for name in pages:
            # A page whose run goes on never comes to rest: it is looked at once its script has ended.
            quiet = 0 if live else QUIET_MILLISECONDS
            page, _errors, rested = open_page(context, server, page_paths()[name], quiet=quiet)
            assert rested, f"{name} never came to rest"
            for theme, rules in RULES.items():
                page.emulate_media(color_scheme=theme)
                wait_for(lambda page=page, theme=theme: ground(page) == GROUNDS[theme], PATIENCE, f"the {theme} theme")
                found += [(name, theme, one) for one in lasting(page, partial(grave, page, rules))]
            if size == WIDE and not live:
                misfits += [f"{name} {words}" for words in misfits_of(page, limited=name in LECTURE_PAGES)]
            page.close()
    assert found == []
    assert misfits == []


def misfits_of(page: Page, *, limited: bool) -> list[str]:
    """How a page on a wide screen is too tall for the lecture, and in which sizes something sticks out at its right."""
    found = []
    if limited and (height := page.evaluate(MEASURED)["height"]) > TALLEST:
        found.append(f"is {height} pixels tall, more than {TALLEST}")
    for size, (width, height) in SIZES.items():
        page.set_viewport_size({"width": width, "height": height})
        rest(page, MOST_SECONDS)
        if over := lasting(page, partial(overflow, page)):
            found.append(f"sticks out by {over} pixels at {size}")
    return found


def lasting(page: Page, look: Callable[[], Found], seconds: float = MOST_SECONDS) -> Found:
    """What a look at a page finds, and still finds later: components take over its colours and its size after the page."""
    deadline = time.monotonic() + seconds
    while (found := look()) and time.monotonic() < deadline:
        rest(page, MOST_SECONDS)
    return found


def overflow(page: Page) -> int:
    """How many pixels stick out at the right."""
    return page.evaluate(MEASURED)["overflow"]


def grave(page: Page, rules: Sequence[str]) -> list[dict[str, str]]:
    """What axe finds that keeps somebody out."""
    return [one for one in findings(page, rules) if one["impact"] in GRAVE]


def ground(page: Page) -> str:
    """The colour behind the page's text."""
    return page.evaluate("getComputedStyle(document.querySelector('[data-testid=stApp]')).backgroundColor")


def test_axe_is_there_to_find_something(browser: Browser, tmp_path: Path) -> None:
    page = browser.new_page()
    page.set_content("<html lang=en><title>A page</title><main><h1>A page</h1><div></div></main></html>")
    assert findings(page) == []
    (known,) = [one for one in STREAMLITS_OWN if one.rule == "presentation-role-conflict"]
    zone = '<section role="presentation" aria-label="A file" tabindex="-1"{}>Drop a file</section>'
    page.evaluate("html => { document.querySelector('div').innerHTML = html; }", zone.format(f" {known.within[1:-1]}"))
    assert findings(page) == []
    page.evaluate("html => { document.querySelector('div').innerHTML = html; }", zone.format(""))
    assert [one["rule"] for one in findings(page)] == [known.rule], "only Streamlit's own are left out"
    page.evaluate("document.querySelector('div').innerHTML = ''")
    page.evaluate("document.querySelector('div').attachShadow({ mode: 'open' }).innerHTML = '<button></button>'")
    assert [one["rule"] for one in findings(page)] == ["button-name"]
    page.close()
