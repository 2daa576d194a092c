"""Inside your network: a number that adds up to Keras', by keyboard, also before training; then why, and another image."""

import re

from playwright.sync_api import Page, expect

from core.experiment.share_links import Link, write
from tests.browser.browser_steps import button, press_train
from tests.core.sample_experiments import template, with_data, with_fit
from tests.server import Server

STOPS = 30  # of the Tab key, at most, from the image that is looked into to the map of images
SUM = re.compile(
    r"Row (\d+), column (\d+): all (\d+) products (\S+) ([+−]) (\S+) \(bias\) = (\S+) → relu → (\S+)\. "
    r"Keras has (\S+) before relu"
)


def number(text: str) -> float:
    return float(text.replace("−", "-"))


def expect_adds_up(page: Page, row: int, column: int, moment: str = "") -> None:
    """The sentence below the window speaks of this place at a moment, and its numbers add up to those of Keras."""
    line = page.get_by_role("group", name=moment or "One number").locator(".sum")
    expect(line).to_contain_text(f"Row {row}, column {column}: ")
    found = SUM.search(line.inner_text())
    assert found is not None, line.inner_text()
    sign = -1 if found[5] == "−" else 1
    total, after, keras = number(found[7]), number(found[8]), number(found[9].rstrip("."))
    assert abs(number(found[4]) + sign * number(found[6]) - total) < 2e-6
    assert abs(total - keras) < 1e-5
    assert abs(after - max(0.0, total)) < 1e-5


def test_from_all_layers_to_one_number_and_why(page: Page, server: Server) -> None:
    experiment = with_fit(with_data(template("convnet"), train_images=200), epochs=2)
    page.goto(f"{server.url}/train?experiment={write(Link(experiment))}")
    expect(page.locator(".st-key-line")).to_contain_text("2 epochs")
    press_train(page)
    expect(page.get_by_role("heading", name=re.compile("Run 1: finished"))).to_be_visible()
    page.get_by_role("link", name="Evaluate").first.click()
    page.get_by_role("link", name="Inside").click()
    page.get_by_role("button", name=re.compile(r"^Conv2D .* \(conv2\)")).click()
    out = page.locator(".window .out")
    expect(out).to_be_visible()  # it is hidden until its module hears keys, and what is hidden takes no focus
    out.focus()
    expect(page.locator(".window .sum")).to_contain_text("Row 3, column 3: ")
    expect_adds_up(page, 3, 3)
    out.press("ArrowRight")
    expect_adds_up(page, 3, 4)
    out.press("ArrowUp")
    expect_adds_up(page, 2, 4)
    button(page, "All layers").click()  # the window leaves the page, as it does while an answer is awaited
    page.get_by_role("button", name=re.compile(r"^Conv2D .* \(conv2\)")).click()
    expect_adds_up(page, 2, 4)
    trained = page.locator(".window .sum").inner_text()
    page.get_by_role("slider", name="Weights").focus()
    page.keyboard.press("Home")
    expect(page.get_by_test_id("stSliderThumbValue").get_by_text("before training")).to_be_visible()
    expect(page.locator(".window .sum")).not_to_have_text(trained)
    expect_adds_up(page, 2, 4)
    page.get_by_text("Compare with another moment").click()
    expect(page.get_by_role("heading", name="Its maps: start")).to_be_visible()
    expect(page.get_by_role("heading", name="Its maps: epoch 1")).to_be_visible()
    expect_adds_up(page, 2, 4, "start")
    out = page.get_by_role("group", name="epoch 1").locator(".out")
    expect(out).to_be_visible()
    out.press("ArrowDown")
    for moment in ("start", "epoch 1"):
        expect_adds_up(page, 3, 4, moment)
    change = page.locator(".window .change")
    for moment in ("start", "epoch 1"):
        line = page.get_by_role("group", name=moment).locator(".sum").inner_text()
        expect(change).to_contain_text(SUM.search(line)[9].rstrip("."))
    button(page, "All layers").click()
    conv2 = page.get_by_role("button", name=re.compile(r"^Conv2D .* \(conv2\)"))
    expect(conv2.locator(".moment")).to_have_text(["start", "epoch 1"])

    page.get_by_role("button", name="Why this answer?").click()
    expect(page.get_by_role("img", name=re.compile("^Occlusion for "))).to_have_js_property("naturalWidth", 264)
    page.get_by_role("combobox", name="Method").click()
    page.get_by_role("option", name="All four side by side").click()
    expect(page.locator(".st-key-why-explained img")).to_have_count(0)
    for name in ("Grad-CAM", "Saliency", "Integrated gradients", "Occlusion"):
        expect(page.get_by_role("img", name=re.compile(f"^{name} for "))).to_have_js_property("naturalWidth", 264)
    plane = page.locator(".cloud .plane")
    page.get_by_role("button", name="Next image").focus()
    for _ in range(STOPS):
        if plane.evaluate("plane => plane.matches(':focus-visible')"):
            break
        page.keyboard.press("Tab")
    expect(plane).to_be_focused()
    before = page.locator(".cloud .which").inner_text()
    page.keyboard.press("ArrowRight")
    expect(page.locator(".cloud .which")).not_to_have_text(before)
    number_in_set = re.search(r"image (\d+)", page.locator(".cloud .which").inner_text())
    assert number_in_set is not None
    page.keyboard.press("Enter")
    expect(page.locator(".st-key-picker")).to_contain_text(f"validation image {number_in_set[1]} of 144")
    expect(page.get_by_role("img", name=re.compile("^Occlusion for "))).to_be_visible()
    expect(plane).to_be_focused()
