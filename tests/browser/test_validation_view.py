"""What a network says of the validation set while it learns: the matrix, by mouse and by keyboard, and the dozen images."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.browser_steps import SCROLLED, train_long
from tests.server import PATIENCE, Server, wait_for

IMAGES_OF_A_CELL = 8  # at most
TITLE = re.compile(r"(\d), said (\d): (\d+) images? at epoch [\d.]+")
PIXELS = 8  # across an image of Digits


def cell(page: Page, actual: int, predicted: int) -> Locator:
    """A cell of the matrix."""
    return page.locator(f'table.matrix td[aria-label^="actual {actual}, predicted {predicted}:"]')


def expect_behind(page: Page, actual: int, predicted: int) -> None:
    """The images behind a cell are shown, and the run still trains."""
    behind = page.locator(".st-key-behind-cell")
    expect(behind).to_contain_text(f"{actual}, said {predicted}: ")
    images = behind.get_by_role("img", name=f"{actual}, said {predicted}")

    def are_all_there() -> bool:  # later epochs may change how many there are
        found = TITLE.search(behind.inner_text())
        return found is not None and images.count() == min(int(found[3]), IMAGES_OF_A_CELL)

    wait_for(are_all_there, PATIENCE, "as many images as the title says")
    for image in images.all():
        expect(image).to_have_js_property("naturalWidth", PIXELS)
    expect(cell(page, actual, predicted)).to_have_attribute("aria-selected", "true")
    expect(page.locator('table.matrix td[aria-selected="true"]')).to_have_count(1)
    assert page.get_by_role("heading", name="Run 1: training").is_visible()


@pytest.mark.deep
def test_cells_show_their_images_while_the_network_trains(page: Page, server: Server) -> None:
    train_long(page, server.url)
    expect(cell(page, 7, 7)).to_have_attribute("aria-disabled", "false")
    cell(page, 7, 7).click()
    expect_behind(page, 7, 7)

    cell(page, 0, 0).focus()
    for key, place in (
        ("ArrowRight", (0, 1)),
        ("ArrowDown", (1, 1)),
        ("End", (1, 9)),
        ("ArrowRight", (1, 9)),
        ("Home", (1, 0)),
    ):
        page.keyboard.press(key)
        expect(cell(page, *place)).to_be_focused()
    page.keyboard.press("ArrowRight")
    readout = page.locator(".st-key-watching-matrix .readout")
    focused = re.compile(r"^Actual 1, predicted 1: \d+ images, [\d.]+\s% of this class")
    expect(readout).to_contain_text(focused)
    page.locator("table.matrix").first.evaluate(SCROLLED)
    expect(readout).to_contain_text(focused)
    page.keyboard.press("Enter")
    expect_behind(page, 1, 1)
    expect(cell(page, 1, 1)).to_be_focused()
    page.get_by_role("button", name="Close", exact=True).click()
    expect(page.locator(".st-key-behind-cell")).to_have_count(0)

    items = page.get_by_role("list", name="Watched images").locator("li")
    expect(items).to_have_count(12)
    for item in items.all():
        expect(item.locator("img")).to_have_js_property("naturalWidth", PIXELS)
        percents = [int(text.removesuffix("\u00a0%")) for text in item.locator(".percent").all_inner_texts()]
        assert len(percents) == 3
        assert 0 < sum(percents) <= 101
        assert percents[0] == max(percents)  # a wrong answer is followed by the right one
        expect(item.locator(".verdict")).to_contain_text(re.compile("right|wrong"))
    page.keyboard.press("x")
    expect(page.get_by_role("heading", name="Run 1: stopped")).to_be_visible()
