"""The live curves keep what a visitor chose: zoom, hidden lines, axes; while points come in and the page changes."""

import math
import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.browser_steps import (
    OVERTAKEN,
    choose_digits,
    draw_line,
    press_train,
    shown_step,
    train_long,
    unfold_settings,
)
from tests.server import PATIENCE, Server, wait_for

BATCH, RUNNING, SMOOTH = "training, mean of some batches", "training, running mean", "training, smoothed"
VALIDATION = {"validation", "validation, on a sample"}
POINTS_LATER = 20
ZOOM = "({ layout: { xaxis, yaxis } }) => [...xaxis.range, ...yaxis.range]"
LEGIBLE = "({ data }) => data.filter((trace) => trace.name && trace.visible !== false).map((trace) => trace.name)"
POINTS = "({ data }, name) => data.find((trace) => trace.name === name).x.length"
LETTERS = "({ layout }) => layout.font.color"
TICKS = "({ layout }) => [...(layout.xaxis.tickvals ?? [])]"
GUESSED = "({ data }) => Array.from(data[0].y)"
SCHEME = "getComputedStyle(document.body).colorScheme"
TYPE = "({ layout }, axis) => layout[axis].type"


def visible(chart: Locator) -> set[str]:
    """The names of the lines that a chart shows."""
    return set(chart.evaluate(LEGIBLE))


def drag(chart: Locator) -> None:
    """Zoom into the left half of a chart."""
    draw_line(chart.locator(".nsewdrag").first, [(0.02, 0.1), (0.5, 0.8)])


def switch(page: Page, name: str, *, pressed: bool) -> None:
    """Press a switch of the curves; it then says that it is on, or that it is off."""
    button = page.locator(".run-curves").get_by_role("button", name=re.compile(f"^{name}"))
    button.click()
    expect(button).to_have_attribute("aria-pressed", str(pressed).lower())


def expect_kept(chart: Locator, zoom: list[float]) -> None:
    assert chart.evaluate(ZOOM) == zoom
    assert not visible(chart) & VALIDATION


def test_charts_are_built_before_the_first_run_and_filled_anew_by_each_run(page: Page, server: Server) -> None:
    choose_digits(page, server.url, epochs=2)
    loss = page.locator(".run-curves-chart").first
    expect(loss.locator(".main-svg").first).to_be_visible()
    assert loss.evaluate(GUESSED) == pytest.approx([math.log(10)] * 2), "the level of a network that guesses is there before"
    expect(page.locator(".run-curves-skeleton")).to_be_hidden()
    loss.evaluate("(chart) => { chart.builtBefore = true; }")
    press_train(page)
    expect(page.get_by_role("heading", name="Run 1: finished")).to_be_visible()
    wait_for(lambda: loss.evaluate(POINTS, "validation") == 2, PATIENCE, "two epochs on the chart")
    unfold_settings(page)
    page.get_by_role("spinbutton", name="Epochs", exact=True).fill("3")
    page.keyboard.press("Enter")
    expect(page.locator(".st-key-line")).to_contain_text("epochs 3 (was 2)")
    press_train(page)
    expect(page.get_by_role("heading", name="Run 2: finished")).to_be_visible()
    wait_for(lambda: loss.evaluate(POINTS, "validation") == 3, PATIENCE, "three epochs, and none of run 1")
    assert loss.evaluate(ZOOM)[:2] == [0, 3]
    assert loss.evaluate("(chart) => chart.builtBefore"), "the same chart shows both runs"
    expect(page.locator(".run-curves-end", has_text="run 1").first).to_be_visible()  # run 1 stays as a pale line


@pytest.mark.deep
def test_zoom_and_hidden_lines_outlive_new_points_a_rerun_and_another_theme(page: Page, server: Server) -> None:
    page.add_init_script(OVERTAKEN)
    train_long(page, server.url)
    shown_step(page)
    loss, accuracy = (page.locator(".run-curves-chart").nth(place) for place in (0, 1))
    wait_for(lambda: visible(loss) >= {BATCH, *VALIDATION}, PATIENCE, "the lines to be there")
    whole = loss.evaluate(ZOOM)
    drag(loss)
    wait_for(lambda: loss.evaluate(ZOOM)[1] < whole[1], PATIENCE, "the zoom")
    zoom = loss.evaluate(ZOOM)
    assert 0 < zoom[0] < zoom[1] < 600
    expect(page.get_by_role("button", name="Reset zoom")).to_be_enabled()
    more = page.locator(".run-curves-more .run-curves-chart")
    expect(more.first).to_be_hidden()
    page.get_by_role("button", name=re.compile("^More curves")).click()
    switch(page, "validation", pressed=False)
    wait_for(lambda: not visible(loss) & VALIDATION, PATIENCE, "the validation to go")

    page.evaluate("overtaken.curves()")
    drawn = loss.evaluate(POINTS, BATCH)
    wait_for(lambda: loss.evaluate(POINTS, BATCH) >= drawn + POINTS_LATER, PATIENCE, f"{POINTS_LATER} more points")
    expect_kept(loss, zoom)
    unfold_settings(page)
    epochs = page.get_by_role("spinbutton", name="Epochs")
    epochs.fill("999")
    epochs.press("Enter")
    expect(page.locator(".st-key-code-line .lines")).to_contain_text("epochs=999")  # so the page was run again
    expect_kept(loss, zoom)
    light = loss.evaluate(LETTERS)
    page.emulate_media(color_scheme="dark")
    wait_for(lambda: loss.evaluate(LETTERS) != light, PATIENCE, "the dark theme")
    wait_for(lambda: page.evaluate(SCHEME) == "dark", PATIENCE, "the dark theme of what pops up")
    drawn = loss.evaluate(POINTS, BATCH)
    wait_for(lambda: loss.evaluate(POINTS, BATCH) > drawn, PATIENCE, "a point in the dark")
    expect_kept(loss, zoom)
    expect(page.get_by_role("heading", name="Run 1: training")).to_be_visible()

    switch(page, "Smooth", pressed=True)
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

    def ticks_are_right() -> bool:
        ticks = accuracy.evaluate(TICKS)
        return {*ticks} <= {*evenly} and ticks[-1:] == [1000]

    wait_for(ticks_are_right, PATIENCE, "ticks at ends of epochs that do not crowd, up to the last")
    page.keyboard.press("x")
    expect(page.get_by_role("heading", name="Run 1: stopped")).to_be_visible()

    page.get_by_role("link", name="1 Load").click()
    page.get_by_role("link", name="Your own pictures", exact=True).click()
    expect(page.get_by_role("heading", name="Your own pictures")).to_be_visible()
    left = page.evaluate("Object.keys(overtaken)")
    assert {"code_view", "curves", "validation_view"} <= set(left)
    for name in left:  # Streamlit may call what has left the page once more
        page.evaluate(f"overtaken.{name}()")
