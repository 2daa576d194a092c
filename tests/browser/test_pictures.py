"""A picture as its numbers, read from the last row of a lecture hall."""

import gzip
import re

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from core.files import keras_datasets
from tests.browser.browser_steps import SCROLLED
from tests.page_pictures.capture import rest
from tests.server import PATIENCE, Server, wait_for

MOST_ROWS = 12  # of the numbers beside the images of a data set
SMALLEST_LETTERS = 16.0  # pixels
T_SHIRT = 0  # the label of the first row of the gallery
WHERE = re.compile(r"Row (\d+), column (\d+): (\d+)")


def first_t_shirt() -> np.ndarray:
    """The first picture of the gallery, as it stands in the files of Fashion-MNIST."""
    folder = keras_datasets() / "fashion-mnist"
    labels = np.frombuffer(gzip.decompress((folder / "train-labels-idx1-ubyte.gz").read_bytes()), "uint8", offset=8)
    images = np.frombuffer(gzip.decompress((folder / "train-images-idx3-ubyte.gz").read_bytes()), "uint8", offset=16)
    return images.reshape(-1, 28, 28)[np.flatnonzero(labels == T_SHIRT)[0]]


def marked(page: Page) -> tuple[int, int, int]:
    """The row, the column and the number of the marked pixel, as the page says it."""
    found = WHERE.search(page.locator(".st-key-numbers .picture").inner_text())
    assert found is not None
    row, column, value = map(int, found.groups())
    return row, column, value


def expect_marked(page: Page, row: int, column: int) -> None:
    wait_for(lambda: marked(page)[:2] == (row, column), PATIENCE, f"the pixel in row {row}, column {column} to be marked")


def expect_numbers_of(page: Page, picture: np.ndarray) -> tuple[int, int]:
    """The numbers that are shown are the picture's, around the marked one; returns how many rows and columns they are."""
    card = page.locator(".st-key-numbers")
    shown = np.array(
        card.locator("tbody").evaluate("body => [...body.rows].map(row => [...row.cells].map(e => +e.innerText))")
    )
    place = card.locator("td.here").evaluate("cell => [cell.parentElement.rowIndex, cell.cellIndex]")
    row, column, value = marked(page)
    rows, columns = shown.shape
    top, left = row - place[0], column - place[1]
    np.testing.assert_array_equal(shown, picture[top : top + rows, left : left + columns])
    assert value == picture[row, column]
    return rows, columns


@pytest.mark.deep
def test_numbers_of_a_picture_are_large_and_follow_the_keys(page: Page, server: Server) -> None:
    picture = first_t_shirt()
    page.set_viewport_size({"width": 1024, "height": 768})
    page.goto(f"{server.url}/load")
    card = page.locator(".st-key-numbers")
    canvas = card.locator("canvas")
    expect(card.locator("td.here")).to_be_visible()
    rest(page)  # there are as many numbers as there is room for, which changes while the page comes
    assert max(expect_numbers_of(page, picture)) < 28
    expect(card).to_contain_text("The frame in the image is what the numbers show.")
    letters = card.locator("td").evaluate_all("cells => cells.map(cell => parseFloat(getComputedStyle(cell).fontSize))")
    assert min(letters) >= SMALLEST_LETTERS
    assert card.evaluate("card => card.scrollWidth <= card.clientWidth")
    row, column, _ = marked(page)
    canvas.focus()
    for key in ("ArrowRight", "ArrowRight", "ArrowUp"):
        page.keyboard.press(key)
    expect_marked(page, row - 1, column + 2)
    expect_numbers_of(page, picture)
    canvas.click(position={"x": 2, "y": 2})
    expect_marked(page, 0, 0)
    rows, columns = expect_numbers_of(page, picture)  # as many as there is room for, now that all of the page is there
    last = card.locator("tr").last.locator("td").last
    last.hover()  # the numbers stay where they are, so that each can be pointed at
    expect_marked(page, rows - 1, columns - 1)
    assert expect_numbers_of(page, picture) == (rows, columns)
    card.locator("tr").nth(1).locator("td").nth(1).hover()
    card.locator("table").evaluate(SCROLLED)  # nobody pointed at what comes below a pointer at rest
    assert marked(page)[:2] == (1, 1)

    page.set_viewport_size({"width": 1920, "height": 1080})
    expect(card.locator("tr")).to_have_count(MOST_ROWS)  # beside the images, which stay in sight
    expect(card.locator("tr").first.locator("td")).to_have_count(28)
    rest(page)
    assert expect_numbers_of(page, picture) == (MOST_ROWS, 28)


def test_numbers_of_a_pressed_picture_are_in_sight_beside_it(page: Page, server: Server) -> None:
    for width, height in ((1440, 900), (1024, 768)):
        page.set_viewport_size({"width": width, "height": height})
        page.goto(f"{server.url}/load")
        picture = page.locator(".st-key-gallery").get_by_role("button", name="Sandal, image 3")
        expect(page.locator(".st-key-numbers td.here")).to_be_visible()
        picture.click()
        expect(picture).to_have_attribute("aria-pressed", "true")
        expect(page.locator(".st-key-numbers canvas")).to_have_attribute("aria-label", re.compile("^A Sandal "))
        expect(page.locator(".st-key-numbers canvas")).to_be_in_viewport(ratio=0.9)
        expect(picture).to_be_in_viewport()


def test_what_stands_in_fields_is_as_large_as_what_stands_beside_them(page: Page, server: Server) -> None:
    page.goto(f"{server.url}/train")
    fields = page.locator("[data-testid=stMain] input:is([type=text], [type=number], [role=combobox], [inputmode])")
    expect(page.get_by_role("spinbutton", name="Epochs", exact=True)).to_be_visible()
    rest(page)
    letters = fields.evaluate_all("fields => fields.map(field => parseFloat(getComputedStyle(field).fontSize))")
    assert len(letters) >= 4 and min(letters) >= SMALLEST_LETTERS  # optimizer, epochs, batch size, training images
