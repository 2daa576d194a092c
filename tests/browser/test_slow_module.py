"""A number of a layer can be clicked once its module is loaded, and not before: no click on a busy page is lost."""

import re

import pytest
from playwright.sync_api import Page, Route, expect

from core.experiment.share_links import Link, write
from tests.browser.browser_steps import draw_line
from tests.core.sample_experiments import template
from tests.server import PATIENCE, Server, wait_for


def once_asked_for(page: Page, held: list[Route]) -> Route:
    """The request for a module, which is held back; Playwright hands requests over while it is asked something."""
    wait_for(lambda: page.evaluate("true") and held, PATIENCE, "the module to be asked for")
    return held[0]


@pytest.mark.deep
def test_number_cannot_be_clicked_before_the_click_is_heard(page: Page, server: Server) -> None:
    held: list[Route] = []
    page.route(re.compile(r"/weighted_sums/weighted_sums\.js$"), lambda route: held.append(route))
    page.goto(f"{server.url}/inside?experiment={write(Link(template('convnet')))}")
    page.get_by_role("button", name=re.compile(r"^Conv2D .* \(conv2\)")).click()
    out = page.locator(".window .out")
    out.wait_for(state="attached")
    module = once_asked_for(page, held)
    expect(out).to_be_hidden()
    module.continue_()
    out.click(position={"x": 2, "y": 2})
    expect(page.locator(".window .sum")).to_contain_text("Row 1, column 1: ")


@pytest.mark.deep
def test_sheet_cannot_be_drawn_on_before_the_line_is_seen(page: Page, server: Server) -> None:
    held: list[Route] = []
    page.route(re.compile(r"/pixel_pad/pixel_pad\.js$"), lambda route: held.append(route))
    page.goto(f"{server.url}/try_it?experiment={write(Link(template('convnet')))}")
    sheet = page.locator(".pad canvas.drawing")
    sheet.wait_for(state="attached")
    module = once_asked_for(page, held)
    expect(sheet).to_be_hidden()
    expect(page.get_by_text("what you like: the answer comes while you draw.")).to_be_visible()
    module.continue_()
    draw_line(sheet, [(0.5, 0.2), (0.5, 0.8)])
    expect(page.locator(".st-key-try-says")).to_contain_text(re.compile(r"\d\s%"))
