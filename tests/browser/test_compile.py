"""Compile in pictures: the ball follows the learning rate, optimizers run over the loss, and the loss's bar is dragged."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.browser_steps import button, draw_line, press_train
from tests.server import Server


def test_ball_and_ways_are_drawn_from_the_drafts_own_loss_and_follow_the_learning_rate(page: Page, server: Server) -> None:
    page.goto(f"{server.url}/compile")
    valley, ways = page.locator("svg.valley"), page.locator(".paths")
    expect(valley).to_have_attribute("aria-label", re.compile("^The loss of this draft along the gradient, and a ball"))
    words = re.compile(r"Your network's loss: \d\.\d\d → \d\.\d\d after 20 steps; the lowest on this line is \d\.\d\d")
    expect(page.locator(".ball .sentence")).to_have_text(words)
    page.locator(".st-key-details-optimizer summary").click()
    expect(ways.get_by_role("listitem")).to_have_text([re.compile(r"^Adam: loss \d\.\d\d after 20 steps$")])
    rate = page.get_by_role("slider", name="Learning rate")
    rate.focus()
    for _ in range(4):  # 0.003, 0.01, 0.03, 0.1
        rate.press("ArrowRight")
    expect(page.locator(".ball .title").last).to_have_text("Too large: the ball jumps out")
    page.get_by_text("Everyday", exact=True).click()
    expect(ways.get_by_role("listitem")).to_have_text(
        [re.compile(rf"^{number} {name}: ") for number, name in enumerate(("Adam", "SGD", "RMSprop"), 1)]
    )


def test_phone_shows_the_ball_first_and_the_code_where_it_is_asked_for(page: Page, server: Server) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{server.url}/compile")
    expect(page.locator("svg.valley")).to_be_in_viewport(ratio=0.5)
    expect(page.locator(".st-key-code-script")).to_have_count(0)
    page.get_by_role("button", name="Code").first.click()
    expect(page.locator(".st-key-code-script")).to_be_in_viewport(ratio=1)
    page.get_by_role("button", name="Close the code").click()
    expect(page.locator(".st-key-code-script")).to_have_count(0)


def test_key_opens_and_closes_the_drawer_of_code_but_writes_in_a_field(page: Page, server: Server) -> None:
    page.goto(f"{server.url}/train")
    drawer, epochs = page.locator(".st-key-code-script"), page.get_by_role("spinbutton", name="Epochs")
    button = page.get_by_role("button", name="Code", exact=True).first
    expect(button).to_have_attribute("aria-expanded", "false")  # the page hears keys
    page.keyboard.press("c")
    expect(drawer).to_be_in_viewport()
    expect(button).to_have_attribute("aria-expanded", "true")
    epochs.press("c")
    epochs.blur()
    expect(drawer).to_be_visible()
    page.keyboard.press("c")
    expect(drawer).to_have_count(0)
    line = page.locator(".st-key-code-line .script")
    expect(line).to_be_hidden()
    epochs.fill("7")
    epochs.press("Enter")
    expect(line).to_be_visible()
    expect(line.locator(".line")).to_contain_text("epochs=7")


def test_bar_of_the_loss_is_moved_by_keys_and_by_the_pointer(page: Page, server: Server) -> None:
    page.goto(f"{server.url}/compile")
    bar = page.get_by_role("slider", name="Probability of the right class")
    readout = page.locator(".loss-bar .readout")
    expect(readout).to_have_text("Drag the bar. At 30 %: loss −ln 0.30 = 1.20")
    expect(bar).to_contain_text("guessing among 10 classes: ln 10 = 2.30")
    bar.focus()
    bar.press("PageUp")
    bar.press("ArrowRight")
    expect(readout).to_have_text("Drag the bar. At 41 %: loss −ln 0.41 = 0.89")
    expect(bar).to_have_attribute("aria-valuetext", "41 percent: the loss is 0.89.")
    draw_line(bar, [(0.5, 0.5), (0.995, 0.5)])
    expect(readout).to_have_text("Drag the bar. At 100 %: loss −ln 1.00 = 0")


@pytest.mark.deep
def test_strip_of_batches_fills_while_a_run_goes_on(page: Page, server: Server) -> None:
    page.goto(f"{server.url}/train")
    strip = page.get_by_role("region", name="Epochs and batches")
    expect(strip).to_contain_text("54,000 images are cut into 1,688 batches of 32, the last of 16.")
    epochs = page.get_by_role("spinbutton", name="Epochs")
    epochs.fill("200")  # a quick machine trains five before the strip, out of sight until then, is drawn a second time
    epochs.press("Enter")
    expect(strip).to_contain_text("200 epochs")
    press_train(page)
    expect(strip).to_contain_text(re.compile(r"Epoch \d+ of 200\s*Batch [1-9][\d,]* of 1,688"))
    strip.scroll_into_view_if_needed()
    expect(strip.locator(".batches .filled")).to_have_attribute("style", re.compile(r"scaleX\(0\.\d+\)"))
    button(page, "Stop").click()
