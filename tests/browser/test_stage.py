"""The stage on a projector: all of a run on one screen of 1024 x 768, steered by four keys."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.browser_steps import button, choose_digits
from tests.server import PATIENCE, Server, wait_for

PROJECTOR = {"width": 1024, "height": 768}
PARTS = ("top", "state", "curves", "matrix", "images", "said")
SCROLLS = """["html", '[data-testid="stMain"]', ".st-key-stage"].map((name) => document.querySelector(name))
  .map((one) => [one.scrollWidth - one.clientWidth, one.scrollHeight - one.clientHeight])"""
POINTS = "({ data }) => data.find((trace) => trace.name === 'training, mean of some batches').x.length"
SMALLEST_LETTERS = 16.0  # pixels; what names the twelve images
LETTERS = """() => {
  const found = [];
  const walk = (root) => {
    for (const one of root.querySelectorAll("*")) {
      if (one.shadowRoot) walk(one.shadowRoot);
      const says = [...one.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.textContent.trim());
      const box = one.getBoundingClientRect();
      if (says && box.width > 1 && box.height > 1) found.push([parseFloat(getComputedStyle(one).fontSize), one.textContent]);
    }
  };
  walk(document.querySelector(".st-key-stage"));
  return found.filter(([size]) => size > 0);
}"""

# How many pixels the words at the line ends stick out of the place that they have, which cuts them.
CUT = """(ends) => {
  const area = ends.getBoundingClientRect();
  return [...ends.querySelectorAll(".run-curves-end b, .run-curves-chance-name")].map((word) => {
    const box = word.getBoundingClientRect();
    const cuts = [area.top - box.top, box.bottom - area.bottom, area.left - box.left, box.right - area.right];
    return [word.textContent, Math.max(...cuts)];
  });
}"""


def part(page: Page, name: str) -> Locator:
    return page.locator(f".st-key-stage-{name}")


def expect_no_scrolling(page: Page) -> None:
    wait_for(lambda: page.evaluate(SCROLLS) == [[0, 0]] * 3, PATIENCE, "all to be on one screen")


def expect_one_screen(page: Page) -> None:
    """Nothing scrolls; all parts are in sight, none lies on another, and what they hold does not leave them."""
    expect_no_scrolling(page)
    boxes = {}
    for name in PARTS:
        box = part(page, name).bounding_box()
        assert box is not None and box["width"] > 100 and box["height"] > 25, (name, box)
        assert box["x"] >= 0 and box["x"] + box["width"] <= PROJECTOR["width"], (name, box)
        assert box["y"] >= 0 and box["y"] + box["height"] <= PROJECTOR["height"], (name, box)
        boxes[name] = box
    for upper, lower in (*zip(PARTS, PARTS[1:], strict=False), ("curves", "images")):
        if (upper, lower) != ("curves", "matrix"):  # they stand side by side
            assert boxes[upper]["y"] + boxes[upper]["height"] <= boxes[lower]["y"] + 1, (upper, lower)
    assert boxes["curves"]["x"] + boxes["curves"]["width"] <= boxes["matrix"]["x"]
    for inside, name in ((".run-curves", "curves"), ("table.matrix", "matrix"), ("ul.images", "images")):
        box, around = part(page, name).locator(inside).bounding_box(), boxes[name]
        assert box is not None
        assert box["y"] + box["height"] <= around["y"] + around["height"] + 1, f"{inside} is higher than its place"
    for ends in page.locator(".run-curves-ends").locator("visible=true").all():
        words = ends.evaluate(CUT)
        assert any(text.startswith("guessing ") for text, _ in words)
        assert max(cut for _, cut in words) <= 1, f"cut: {words}"
    small = [(size, text) for size, text in page.evaluate(LETTERS) if size < SMALLEST_LETTERS]
    assert not small, small


def cells(page: Page) -> list[str]:
    return part(page, "matrix").locator("td").all_inner_texts()


@pytest.mark.gate("keys of the page pause, step, resume and stop a run that a real trainer trains")
def test_a_lecture_from_the_stage(page: Page, server: Server) -> None:
    page.set_viewport_size(PROJECTOR)
    choose_digits(page, server.url, epochs=1000)
    page.get_by_role("link", name="Stage").click()
    expect(part(page, "empty")).to_contain_text("Teach a network to read small handwritten digits")
    expect(page.locator(".st-key-rail, .st-key-line, [data-testid='stSidebar']")).to_have_count(0)

    page.keyboard.press("t")
    expect(part(page, "state")).to_contain_text("Run 1")
    expect(part(page, "state")).to_contain_text("epoch")
    loss = page.locator(".run-curves-chart").first
    wait_for(lambda: loss.evaluate(POINTS) > 5, PATIENCE, "the first points")
    expect(page.get_by_role("list", name="Watched images").locator("li")).to_have_count(12)
    expect(part(page, "matrix").locator("td[aria-disabled='false']").first).to_be_visible()
    expect_one_screen(page)
    before, drawn = cells(page), loss.evaluate(POINTS)
    wait_for(lambda: cells(page) != before, PATIENCE, "the matrix to change")
    wait_for(lambda: loss.evaluate(POINTS) > drawn, PATIENCE, "more points")
    page.emulate_media(color_scheme="dark")
    expect(page.locator(".st-key-stage")).to_have_css("background-color", "rgb(11, 15, 20)")
    expect_one_screen(page)

    part(page, "matrix").locator("td[aria-label^='actual 7, predicted 7:']").click()
    behind = part(page, "images").locator(".st-key-behind-cell")
    expect(behind).to_contain_text("7, said 7: ")
    expect(behind.get_by_role("img").first).to_be_visible()
    button(page, "Close").click()
    expect(page.get_by_role("list", name="Watched images")).to_be_visible()

    page.keyboard.press("p")
    expect(part(page, "state")).to_contain_text("Paused")
    expect(button(page, "Continue")).to_be_visible()
    page.keyboard.press("s")
    page.keyboard.press("p")
    expect(button(page, "Pause")).to_be_visible()
    continued = loss.evaluate(POINTS)
    wait_for(lambda: loss.evaluate(POINTS) > continued, PATIENCE, "points of the run that goes on")
    page.keyboard.press("x")
    expect(part(page, "state")).to_contain_text(re.compile(r"Run 1: stopped · validation accuracy 0\.\d"))
    unfold = page.get_by_role("switch", name="Change something and train again")
    unfold.press("Space")
    expect(page.get_by_role("spinbutton", name="Epochs")).to_be_visible()
    expect(part(page, "images")).to_be_hidden()
    expect_no_scrolling(page)
    unfold.press("Space")
    expect(page.get_by_role("spinbutton", name="Epochs")).to_be_hidden()
    page.get_by_role("link", name="Back to Train").click()
    expect(page.get_by_role("heading", name="Run 1: stopped")).to_be_visible()
