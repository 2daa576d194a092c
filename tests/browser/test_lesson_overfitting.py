"""The pictures of the lesson on overfitting under a mouse: what is pressed counts, and what is moved points to its epoch."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.deck_steps import at, begin, go_on, settle, shipped, train
from tests.server import Server

NAME = "lesson-09-overfitting"
MOST_PRESSED = 8  # images
# The middle of the slider's handle, and of the line in the chart.
PLACES = """() => ["[data-testid=stSliderThumbValue]", ".shapelayer path"].map((found) => {
    const box = [...document.querySelectorAll(`[class*=st-key-mark-] ${found}`)].at(-1).getBoundingClientRect();
    return (box.left + box.right) / 2;
})"""


@pytest.mark.parametrize(("width", "height"), [(1280, 720), (1440, 900)])
def test_pressed_image_is_the_one_that_counts(page: Page, server: Server, width: int, height: int) -> None:
    """The words about an image had moved the board below the pointer, so that a press hit two images, or another one."""
    page.set_viewport_size({"width": width, "height": height})
    deck = shipped(NAME)
    begin(page, server, NAME)
    at(page, deck, 1)
    train(page, 1)
    go_on(page)
    at(page, deck, 2)
    settle(page)
    handle, line = page.evaluate(PLACES)
    assert abs(handle - line) < 3, "the handle stands above the line of its epoch"
    go_on(page)
    at(page, deck, 3)
    field, slider, words = (page.locator(f".answers {part}") for part in (".field", ".slider", ".image-words"))
    expect(field).to_be_visible()
    slider.fill(slider.get_attribute("max") or "")
    settle(page)
    before, tiles = field.bounding_box(), page.locator(".answers .tile.wrong")
    for number in range(0, tiles.count(), max(1, tiles.count() // MOST_PRESSED)):
        box, label = tiles.nth(number).bounding_box(), tiles.nth(number).get_attribute("aria-label") or ""
        assert box is not None
        page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        expect(words).to_contain_text(re.compile(label.split(",")[0] + r"\b", re.IGNORECASE))
        assert field.bounding_box() == before
        assert words.evaluate("words => words.parentElement.scrollHeight <= words.parentElement.clientHeight"), "cut"
    ticks = page.locator("[class*=st-key-goals-]").get_by_text("check_circle", exact=True)
    expect(ticks.first).to_be_visible()
    page.get_by_role("button", name="Begin this scene anew").click()
    expect(ticks).to_have_count(0)
    settle(page)
    expect(ticks).to_have_count(0)
    expect(slider).to_have_value("0")
