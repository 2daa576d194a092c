"""axe finds nothing on any page that keeps somebody out: in both themes, and whatever a visitor has done before."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.deep_cases import deep_except
from tests.page_pictures.accessibility import STREAMLITS_OWN, findings
from tests.page_pictures.capture import SIZES, THEMES, open_page, page_paths
from tests.page_pictures.states import FINISHED, STATES, as_visitor, reach, write_drafts
from tests.server import Server

WIDE, NARROW = "1440x900", "390x844"
CASES = [
    pytest.param(state, theme, size, id=f"{state}-{theme}-{size}")
    for size, states in ((WIDE, STATES), (NARROW, (FINISHED,)))
    for state in states
    for theme in THEMES
]
GRAVE = ("critical", "serious", "moderate")


@pytest.fixture(scope="module")
def reached(browser: Browser, server: Server) -> set[str]:
    """The states that visitors of this server are in; a test adds its own."""
    write_drafts(server.log.parent)
    return set()


@pytest.mark.parametrize(("state", "theme", "size"), deep_except(["finished-light-1440x900"], CASES))
def test_axe_finds_nothing_grave_on_any_page(
    browser: Browser, server: Server, reached: set[str], state: str, theme: str, size: str
) -> None:
    if state not in reached:
        reach(state, browser, server)
        reached.add(state)
    found = []
    with as_visitor(browser, server, state, *SIZES[size], theme) as context:
        for name, path in page_paths().items():
            page, _errors, rested = open_page(context, server, path)
            assert rested, f"{name} never came to rest"
            found += [(name, one) for one in findings(page) if one["impact"] in GRAVE]
            page.close()
    assert found == []


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
