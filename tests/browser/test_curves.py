"""The live curves keep what a visitor chose: zoom, hidden lines, axes; while points come in and the page changes."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.browser_steps import OVERTAKEN, shown_step, train_digits
from tests.server import PATIENCE, Server, wait_for

BATCH, RUNNING, SMOOTH = "training, mean of some batches", "training, running mean", "training, smoothed"
VALIDATION = {"validation", "validation, on a sample"}
POINTS_LATER = 20
ZOOM = "({ layout: { xaxis, yaxis } }) => [...xaxis.range, ...yaxis.range]"
LEGIBLE = "({ data }) => data.filter((trace) => trace.name && trace.visible !== false).map((trace) => trace.name)"
POINTS = "({ data }, name) => data.find((trace) => trace.name === name).x.length"
LETTERS = "({ layout }) => layout.font.color"
EPOCH_LINES = """({ layout }) => layout.shapes.filter((shape) => shape.layer === "below").map((shape) => shape.x0)"""
SCHEME = "getComputedStyle(document.body).colorScheme"
TYPE = "({ layout }, axis) => layout[axis].type"


def visible(chart: Locator) -> set[str]:
    """The names of the lines that a chart shows."""
    return set(chart.evaluate(LEGIBLE))


def drag(page: Page, chart: Locator) -> None:
    """Zoom into the left half of a chart."""
    chart.scroll_into_view_if_needed()
    box = chart.locator(".nsewdrag").first.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 0.02 * box["width"], box["y"] + 0.1 * box["height"])
    page.mouse.down()
    page.mouse.move(box["x"] + 0.5 * box["width"], box["y"] + 0.8 * box["height"], steps=5)
    page.mouse.up()


def switch(page: Page, name: str, *, pressed: bool) -> None:
    """Press a switch of the curves; it then says that it is on, or that it is off."""
    button = page.locator(".run-curves").get_by_role("button", name=re.compile(f"^{name}"))
    button.click()
    expect(button).to_have_attribute("aria-pressed", str(pressed).lower())


def expect_kept(chart: Locator, zoom: list[float]) -> None:
    assert chart.evaluate(ZOOM) == zoom
    assert not visible(chart) & VALIDATION


@pytest.mark.deep
def test_zoom_and_hidden_lines_outlive_new_points_a_rerun_and_another_theme(page: Page, server: Server) -> None:
    page.add_init_script(OVERTAKEN)
    train_digits(page, server.url, epochs=1000)
    shown_step(page)
    loss, accuracy = (page.locator(".run-curves-chart").nth(place) for place in (0, 1))
    wait_for(lambda: visible(loss) >= {BATCH, SMOOTH, *VALIDATION}, PATIENCE, "the lines to be there")
    whole = loss.evaluate(ZOOM)
    drag(page, loss)
    wait_for(lambda: loss.evaluate(ZOOM)[1] < whole[1], PATIENCE, "the zoom")
    zoom = loss.evaluate(ZOOM)
    assert 0 < zoom[0] < zoom[1] < 600
    expect(page.get_by_role("button", name="Reset zoom")).to_be_enabled()
    switch(page, "validation", pressed=False)
    wait_for(lambda: not visible(loss) & VALIDATION, PATIENCE, "the validation to go")

    page.evaluate("overtaken.curves()")
    drawn = loss.evaluate(POINTS, BATCH)
    wait_for(lambda: loss.evaluate(POINTS, BATCH) >= drawn + POINTS_LATER, PATIENCE, f"{POINTS_LATER} more points")
    expect_kept(loss, zoom)
    epochs = page.get_by_role("spinbutton", name="Epochs")
    epochs.fill("999")
    epochs.press("Enter")
    expect(page.locator(".st-key-code-side .lines")).to_contain_text("epochs=999")  # so the page was run again
    expect_kept(loss, zoom)
    light = loss.evaluate(LETTERS)
    page.emulate_media(color_scheme="dark")
    wait_for(lambda: loss.evaluate(LETTERS) != light, PATIENCE, "the dark theme")
    wait_for(lambda: page.evaluate(SCHEME) == "dark", PATIENCE, "the dark theme of what pops up")
    drawn = loss.evaluate(POINTS, BATCH)
    wait_for(lambda: loss.evaluate(POINTS, BATCH) > drawn, PATIENCE, "a point in the dark")
    expect_kept(loss, zoom)
    expect(page.get_by_role("heading", name="Run 1: training")).to_be_visible()

    more = page.locator(".run-curves-more .run-curves-chart")
    expect(more.first).to_be_hidden()
    page.get_by_role("button", name=re.compile("^More curves")).click()
    switch(page, "Log loss", pressed=True)
    wait_for(lambda: loss.evaluate(TYPE, "yaxis") == "log", PATIENCE, "the logarithmic axis")
    assert accuracy.evaluate(TYPE, "yaxis") == "linear"
    assert loss.evaluate(ZOOM)[:2] == zoom[:2], "the other axis keeps its zoom"
    for name, shown, hidden in (("Running mean", {RUNNING}, {BATCH, SMOOTH}), ("Batch loss", {BATCH, SMOOTH}, {RUNNING})):
        switch(page, name, pressed=True)
        wait_for(lambda shown=shown, hidden=hidden: shown <= visible(loss) and not hidden & visible(loss), PATIENCE, name)
        assert not visible(loss) & VALIDATION

    for place, name in enumerate(("Learning rate", "Length of the last step's gradient", "Images per second")):
        expect(page.locator(".run-curves-more .run-curves-sentence").nth(place)).to_have_text(
            re.compile(rf"{name}: \d\S* now")
        )
        wait_for(lambda place=place: more.nth(place).evaluate(POINTS, "as measured") > 0, PATIENCE, f"the points of {name}")
    switch(page, "Log epochs", pressed=True)
    evenly = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000]
    wait_for(lambda: accuracy.evaluate(EPOCH_LINES) == evenly, PATIENCE, "lines at ends of epochs that do not crowd")
    page.keyboard.press("x")
    expect(page.get_by_role("heading", name="Run 1: stopped")).to_be_visible()

    page.get_by_role("link", name="1 Load").click()
    page.get_by_role("link", name=re.compile("own pictures", re.IGNORECASE)).click()
    expect(page.get_by_role("heading", name="Your own pictures")).to_be_visible()
    left = page.evaluate("Object.keys(overtaken)")
    assert {"code_view", "curves", "validation_view"} <= set(left)
    for name in left:  # Streamlit may call what has left the page once more
        page.evaluate(f"overtaken.{name}()")
