"""Steps by keys alone: the Tab key leads to each named element, and the focused element is always visible."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.browser_steps import PATIENCE_MILLISECONDS
from tests.page_pictures.capture import rest
from tests.server import PATIENCE, wait_for

MOST_STOPS = 150  # the presses of the Tab key that may be needed on a page
# Returns the focused element's name, and whether the element is visible: in the window, and not covered.
FOCUSED = """() => {
    let element = document.activeElement;
    while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
    if (!element || element === document.body) return { tag: "BODY", name: "", seen: false };
    const words = element.cloneNode(true);
    for (const icon of words.querySelectorAll("[data-testid=stIconMaterial], kbd")) icon.remove();
    const name = (element.ariaLabel || element.labels?.[0]?.textContent || words.textContent || "").trim();
    const shown = element.matches("input[type=checkbox], input[type=radio]") ? element.closest("label") ?? element : element;
    const { top, bottom, left, right } = shown.getBoundingClientRect();
    const [above, below] = [Math.max(top, 0), Math.min(bottom, innerHeight)];
    const [before, after] = [Math.max(left, 0), Math.min(right, innerWidth)];
    const over = element.getRootNode().elementFromPoint((before + after) / 2, (above + below) / 2);
    // A browser scrolls by whole pixels: up to one pixel of an element may remain out of sight.
    const isEnough = below - above >= Math.min(bottom - top, 16) - 1 && after - before >= Math.min(right - left, 16) - 1;
    const isFree = Boolean(over && (shown.contains(over) || over.contains(shown)));
    const where = [left, top, right, bottom].map(Math.round).join();
    const cover = isFree ? "" : (over?.outerHTML ?? "nothing").slice(0, 200);
    return { tag: element.tagName, name, seen: isEnough && isFree, where, cover };
}"""


def focused(page: Page) -> dict:
    return page.evaluate(FOCUSED)


def press(page: Page, key: str) -> dict:
    """Press a key, wait until the focused element is visible, and return the focused element."""
    page.keyboard.press(key)
    return wait_for_focus(page, lambda now: now["seen"] or now["tag"] == "BODY", f"the focus to be in sight after {key}")


def tab_to(page: Page, name: str, key: str = "Tab") -> None:
    """Press Tab until an element has the focus whose name matches the pattern `name`."""
    passed = []
    for _ in range(MOST_STOPS):
        now = press(page, key)
        if re.search(name, now["name"]):
            return
        passed.append(now["name"][:30])
    raise AssertionError(f"no {key} leads to {name!r}, but to {passed}")


def tab_into(page: Page, selector: str, key: str = "Tab") -> None:
    """Press Tab until the focus is within an element that matches a CSS selector."""
    passed = []
    for _ in range(MOST_STOPS):
        now = press(page, key)
        if page.evaluate("(selector) => Boolean(document.activeElement?.closest(selector))", selector):
            return
        passed.append(now["name"][:30])
    raise AssertionError(f"no {key} leads into {selector!r}, but to {passed}")


def expect_focus(page: Page, is_right: Callable[[dict], bool], what: str) -> None:
    """Wait until the right element has the focus and is visible."""
    wait_for_focus(page, lambda now: is_right(now) and now["seen"], what)


def wait_for_focus(page: Page, is_right: Callable[[dict], bool], what: str) -> dict:
    """Wait until the focused element is right, for the page may still scroll or draw, and return it."""

    def found() -> dict | None:
        now = focused(page)
        return now if is_right(now) else None

    try:
        return wait_for(found, PATIENCE, what)
    except AssertionError as error:
        raise AssertionError(f"{error}; the focus is on {focused(page)}") from error


def go(page: Page, link: str, title: str, key: str = "Tab") -> None:
    """Go to a page by its link and the Enter key."""
    tab_to(page, link, key)
    page.keyboard.press("Enter")
    expect(page).to_have_title(f"{title} · Layer by Layer", timeout=PATIENCE_MILLISECONDS)
    expect(page.get_by_role("heading", level=1, name=title)).to_be_visible()
    rest(page)
    expect_focus(page, lambda now: now["tag"] != "BODY", "the focus to be on the page")
