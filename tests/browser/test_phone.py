"""Train on a phone: numbers are whole, and words say what is seen, also before the script of a component has come."""

import re

from playwright.sync_api import Page, Route, expect

from pages.components.browser_modules import address
from tests.browser.browser_steps import train_digits
from tests.server import Server

PHONE = {"width": 390, "height": 844}
CLASSES = 10
FINGER = 44  # pixels
# Shows a matrix with this many images in each cell of the diagonal, and returns the texts of the cells that are cut.
CUT = """async (table, { module, classes, images }) => {
    const { Matrix } = await import(new URL(module, document.baseURI).href);
    const scale = [[0, "#FFFFFF"], [1, "#08306B"]];
    const names = Array.from({ length: classes }, (_, index) => `class ${index}`);
    const matrix = new Matrix(table, names, { light: scale, dark: scale }, { pick: () => {}, read: () => {} });
    matrix.show(names.map((_, index) => [index, index, images]));
    const isCut = (cell) => cell.scrollWidth > cell.clientWidth;
    return [...table.querySelectorAll("td")].filter(isCut).map((cell) => cell.textContent);
}"""


def test_bar_and_curves_have_words(page: Page, server: Server) -> None:
    page.set_viewport_size(PHONE)
    held: list[Route] = []
    page.route("**/run_progress/run_progress.js", lambda route: held.append(route))
    train_digits(page, server.url, epochs=1)
    phase = page.locator(".run-progress .phase")
    expect(phase).to_have_text("Connecting …")
    expect(phase).to_be_visible()
    expect(page.locator(".run-progress .bar")).to_be_hidden()
    for route in held:
        route.continue_()
    expect(page.get_by_text(re.compile(r"^Epoch 1 of 1: training loss "))).to_be_visible()


def test_tabs_stand_in_one_row_and_train_in_a_bar(page: Page, server: Server) -> None:
    page.set_viewport_size(PHONE)
    page.goto(f"{server.url}/take_away")
    tabs = page.get_by_role("navigation", name="Pages of Evaluate").get_by_role("link")
    expect(tabs.last).to_contain_text("Take away")
    expect(tabs.last).to_be_in_viewport(ratio=1)
    boxes = tabs.evaluate_all("tabs => tabs.map(tab => tab.getBoundingClientRect().toJSON())")
    assert len({box["y"] for box in boxes}) == 1 and min(box["height"] for box in boxes) >= FINGER
    page.goto(f"{server.url}/load")
    bar = page.locator(".st-key-line")
    expect(bar).to_be_in_viewport(ratio=1)
    assert bar.evaluate("bar => bar.getBoundingClientRect().width") == PHONE["width"]
    expect(bar.get_by_test_id("stIconMaterial").filter(visible=True)).to_have_count(0)


def test_numbers_of_a_matrix_are_whole(page: Page, server: Server) -> None:
    train_digits(page, server.url, epochs=1)
    page.set_viewport_size(PHONE)
    table = page.locator("table.matrix").first
    expect(table).to_be_visible()
    for images in (59, 505, 1_000):
        of = {"module": address("components/confusion_matrix/matrix.js"), "classes": CLASSES, "images": images}
        assert table.evaluate(CUT, of) == [], f"{images} images in a cell"
