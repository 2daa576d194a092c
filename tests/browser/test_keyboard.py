"""The lecture by keys alone in the window of 200 % zoom: what has the focus is always seen, and never lost."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.browser_steps import PATIENCE_MILLISECONDS
from tests.page_pictures.capture import rest
from tests.page_pictures.story import story
from tests.server import PATIENCE, Server, wait_for

ZOOMED = {"width": 720, "height": 450}  # what 200 % leaves of 1440 x 900
MOST_STOPS = 150  # of the Tab key, on a page
# The focused element's name, and whether it is seen: some of it is in the window, and nothing lies over that.
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
    const isEnough = below - above >= Math.min(bottom - top, 16) && after - before >= Math.min(right - left, 16);
    const isFree = Boolean(over && (shown.contains(over) || over.contains(shown)));
    const where = [left, top, right, bottom].map(Math.round).join();
    return { tag: element.tagName, name, seen: isEnough && isFree, where };
}"""


def focused(page: Page) -> dict:
    return page.evaluate(FOCUSED)


def press(page: Page, key: str) -> dict:
    """Press a key; what has the focus then is seen."""
    page.keyboard.press(key)
    now = focused(page)
    if not now["seen"]:  # the page may still scroll
        rest(page, 2)
        now = focused(page)
    assert now["seen"] or now["tag"] == "BODY", f"out of sight, or covered, after {key}: {now}"
    return now


def tab_to(page: Page, name: str, key: str = "Tab") -> None:
    """Press Tab until what has this name, a pattern, has the focus."""
    passed = []
    for _ in range(MOST_STOPS):
        now = press(page, key)
        if re.search(name, now["name"]):
            return
        passed.append(now["name"][:30])
    raise AssertionError(f"no {key} leads to {name!r}, but to {passed}")


def expect_focus(page: Page, is_right: Callable[[dict], bool], what: str) -> None:
    """The focus comes to where it should be, and is seen there."""

    def is_there() -> bool:
        now = focused(page)
        return is_right(now) and now["seen"]

    try:
        wait_for(is_there, PATIENCE, what)
    except AssertionError as error:
        raise AssertionError(f"{error}; the focus is on {focused(page)}") from error


def open_start(page: Page, server: Server) -> None:
    page.set_viewport_size(ZOOMED)
    page.goto(server.url)
    expect(page.get_by_role("button", name="Train this network")).to_be_visible()
    rest(page)


def go(page: Page, link: str, title: str, key: str = "Tab") -> None:
    """Go to a page by its link."""
    tab_to(page, link, key)
    page.keyboard.press("Enter")
    expect(page).to_have_title(f"{title} · Layer by Layer", timeout=PATIENCE_MILLISECONDS)
    expect(page.get_by_role("heading", level=1, name=title)).to_be_visible()
    rest(page)
    expect_focus(page, lambda now: now["tag"] != "BODY", "the focus to be on the page")


def icons_read(page: Page) -> list[str]:
    """What a screen reader says of icons, which stand beside words that say the same."""
    return [line for line in story(page.locator("body").aria_snapshot()) if re.search(r"icon$|a picture of: .$", line)]


def test_focus_is_seen_at_every_stop_and_kept_when_train_is_pressed(page: Page, server: Server) -> None:
    open_start(page, server)
    tab_to(page, "^Train this network")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name=re.compile("Run 1: "))).to_be_visible()
    expect_focus(
        page, lambda now: re.search("^(Stop|Cancel|Train$)", now["name"]) is not None, "the focus to be on the page"
    )
    tab_to(page, "^(Stop|Cancel)")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name=re.compile("Run 1: (stopped|cancelled)"))).to_be_visible()
    expect_focus(page, lambda now: now["tag"] != "BODY", "the focus to be on the page")


@pytest.mark.deep
def test_lecture_by_keys_at_200_percent(page: Page, server: Server) -> None:
    open_start(page, server)
    go(page, "^Use other data", "Load")
    tab_to(page, "^Fashion-MNIST$")
    for key in ("ArrowRight", "ArrowRight", "Space"):
        press(page, key)
    expect(page.locator(".st-key-rail")).to_contain_text("Digits, 1,293 images")

    go(page, "^2 Define", "Define", "Shift+Tab")
    layers = page.locator(".block:not(.picture) .name")
    expect(layers).to_have_count(3)
    tab_to(page, "^Add Dense")
    page.keyboard.press("Enter")
    expect(layers).to_have_count(4)
    before = layers.nth(2).inner_text()
    tab_to(page, "^Units$")
    press(page, "ArrowUp")
    page.keyboard.press("Enter")
    expect(layers.nth(2)).not_to_have_text(before)

    go(page, "^3 Compile", "Compile", "Shift+Tab")
    tab_to(page, "^Adam$")
    press(page, "ArrowRight")
    press(page, "Space")
    expect(page.locator(".st-key-rail")).to_contain_text("SGD")

    go(page, "^4 Train", "Train", "Shift+Tab")
    tab_to(page, "^Train$")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name=re.compile("Run 1: "))).to_be_visible()
    expect_focus(page, lambda now: now["tag"] != "BODY", "the focus to be on the page")
    expect(page.get_by_role("heading", name="Run 1: finished")).to_be_visible()
    rest(page)
    expect_focus(page, lambda now: now["tag"] != "BODY", "the focus to be on the page")
    wait_for(lambda: not icons_read(page), PATIENCE, "no icon to be read aloud")

    go(page, "^Evaluate this run", "Evaluate", "Shift+Tab")
    tab_to(page, "^actual 0, predicted 0: ")
    press(page, "ArrowRight")
    press(page, "ArrowDown")
    assert focused(page)["name"].startswith("actual 1, predicted 1: ")
    page.keyboard.press("Enter")
    expect(page.locator(".st-key-evaluated-cell-images").get_by_role("img").first).to_be_visible()
    rest(page)
    assert focused(page)["name"].startswith("actual 1, predicted 1: ")
    assert focused(page)["seen"]
