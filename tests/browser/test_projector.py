"""A projector of 1280 x 720: the main thing of Train and of Evaluate is in the first screenful."""

from playwright.sync_api import Locator, Page, expect

from tests.browser.browser_steps import train_digits
from tests.page_pictures.capture import rest
from tests.server import Server

PROJECTOR = {"width": 1280, "height": 720}
ROWS = 5  # of the ten rows of the matrix
CHART = 150  # pixels of a chart


def bottom(element: Locator) -> float:
    return element.evaluate("(element) => element.getBoundingClientRect().bottom")


def test_charts_are_in_sight_before_the_first_run(page: Page, server: Server) -> None:
    page.set_viewport_size(PROJECTOR)
    page.goto(f"{server.url}/train")
    chart = page.locator(".run-curves-charts figure").first
    expect(chart).to_be_visible()
    expect(page.locator(".st-key-card-empty .words")).to_be_visible()
    rest(page)
    top = chart.evaluate("(chart) => chart.getBoundingClientRect().top")
    assert PROJECTOR["height"] - top >= CHART


def test_half_of_the_matrix_is_in_sight_after_a_run(page: Page, server: Server) -> None:
    page.set_viewport_size(PROJECTOR)
    train_digits(page, server.url, epochs=1)
    page.get_by_role("link", name="Evaluate this run").click()
    row = page.locator("table.matrix tbody tr").nth(ROWS - 1)
    expect(row).to_be_visible()
    expect(page.locator(".st-key-set-gap").get_by_text("gap")).to_be_visible()
    rest(page)
    assert bottom(row) <= PROJECTOR["height"]
