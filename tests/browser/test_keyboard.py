"""The lecture by keys alone in the window of 200 % zoom: what has the focus is always seen, and never lost."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.keyboard_steps import expect_focus, focused, go, press, tab_to
from tests.page_pictures.capture import rest
from tests.page_pictures.story import story
from tests.server import PATIENCE, Server, wait_for

ZOOMED = {"width": 720, "height": 450}  # what 200 % leaves of 1440 x 900


def open_start(page: Page, server: Server) -> None:
    page.set_viewport_size(ZOOMED)
    page.goto(server.url)
    expect(page.get_by_role("button", name="Train this network")).to_be_visible()
    rest(page)


def icons_read(page: Page) -> list[str]:
    """What a screen reader says of icons, which stand beside words that say the same."""
    return [line for line in story(page.locator("body").aria_snapshot()) if re.search(r"icon$|a picture of: .$", line)]


def test_focus_is_seen_at_every_stop_and_kept_when_train_is_pressed(page: Page, server: Server) -> None:
    open_start(page, server)
    tab_to(page, "^Train this network")
    page.keyboard.press("Enter")
    expect(page.locator(".st-key-line-progress")).to_be_visible()
    expect_focus(
        page, lambda now: re.search("^(Stop|Cancel|Train$)", now["name"]) is not None, "the focus to be on the page"
    )
    tab_to(page, "^(Stop|Cancel)")
    page.keyboard.press("Enter")
    expect(page.locator(".st-key-rail")).to_contain_text(re.compile("run 1 (stopped|cancelled)"))
    expect_focus(page, lambda now: now["tag"] != "BODY", "the focus to be on the page")


def test_focus_comes_out_from_behind_the_settings_of_a_layer(page: Page, server: Server) -> None:
    page.set_viewport_size(ZOOMED)
    page.goto(f"{server.url}/define")
    tab_to(page, "^Input$")
    for _ in range(2):
        press(page, "ArrowDown")
    page.keyboard.press("Enter")
    settings = page.locator(".st-key-open-layer")
    expect(settings.get_by_role("spinbutton", name="Units")).to_be_visible()
    rest(page)
    summary = page.get_by_label("Mouse and keys")
    summary.focus()
    press(page, "Tab")
    top = summary.evaluate("(summary) => summary.getBoundingClientRect().top")
    behind = settings.evaluate("(settings) => settings.getBoundingClientRect().top") + 20
    page.locator("[data-testid=stMain]").evaluate("(main, way) => main.scrollBy(0, way)", top - behind)
    assert press(page, "Shift+Tab")["name"] == "Mouse and keys"


@pytest.mark.gate("the focus is a browser's own: only there can keys alone lead through the five steps")
def test_lecture_by_keys_at_200_percent(page: Page, server: Server) -> None:
    open_start(page, server)
    go(page, "^Use other data", "Load")
    tab_to(page, "^Fashion-MNIST")
    for key in ("ArrowRight", "ArrowRight", "Space"):
        press(page, key)
    expect(page.locator(".st-key-rail")).to_contain_text("Digits, 1,293 images")

    go(page, "^2 Define", "Define", "Shift+Tab")
    layers = page.locator(".block:not(.picture) .name")
    expect(layers).to_have_count(3)
    tab_to(page, "Add a layer$")  # the palette is folded in a small window
    page.keyboard.press("Enter")
    tab_to(page, "^Add Dense")
    page.keyboard.press("Enter")
    expect(layers).to_have_count(4)
    before = layers.nth(2).inner_text()
    tab_to(page, "^Input$")
    for _ in range(3):
        press(page, "ArrowDown")
    page.keyboard.press("Enter")
    expect(page.get_by_role("spinbutton", name="Units")).to_be_visible()
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
    expect(page.locator(".st-key-card-evaluated-cell-images").get_by_role("img").first).to_be_visible()
    rest(page)
    expect_focus(page, lambda now: now["name"].startswith("actual 1, predicted 1: "), "the cell to keep the focus, in sight")
