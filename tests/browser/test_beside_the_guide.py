"""The page beside the guide: where a scene opens, and that nothing floats over the guide or out of the window."""

from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect

from core.teaching.deck import Deck
from tests.browser.browser_steps import steady_box, train_digits
from tests.browser.deck_steps import TRAINED, WORST_CELL, at, begin, shipped, train
from tests.page_pictures.capture import rest
from tests.server import PATIENCE, Server, wait_for

SCROLLED = "() => document.querySelector('[data-testid=stMain]').scrollTop"
SIZES = ((1280, 720), (1024, 768), (390, 844))
# How many pixels of the bar at the foot, and of its buttons, lie over the guide or outside the window.
LIES_WRONG = """() => {
    const bar = document.querySelector(".st-key-line");
    const guide = document.querySelector(".st-key-guide").getBoundingClientRect();
    const isFixed = getComputedStyle(document.querySelector(".st-key-guide").parentElement).position === "fixed";
    const shown = [bar, ...bar.querySelectorAll("button")].filter((one) => one.checkVisibility());
    const boxes = shown.map((one) => one.getBoundingClientRect()).filter(({ width }) => width > 0);
    const outside = boxes.map(({ left, right }) => Math.max(0, right - innerWidth, -left));
    const shared = (one, from, to) => Math.min(one[to], guide[to]) - Math.max(one[from], guide[from]);
    const over = (one) => Math.max(0, Math.min(shared(one, "left", "right"), shared(one, "top", "bottom")));
    return Math.max(...outside, ...(isFixed ? boxes.map(over) : []));
}"""


def go_to(page: Page, deck: Deck, first: int, last: int) -> None:
    """Press Next from one scene to another, counted from 1, also where a scene has more to do."""
    for number in range(first, last):
        at(page, deck, number)
        rest(page)  # until then the guide of the page before may be there too
        page.locator(".st-key-guide-next").get_by_role("button").click()
    at(page, deck, last)


def number_of(deck: Deck, page: str) -> int:
    """The first scene, counted from 1, that takes place on a page."""
    return next(number for number, scene in enumerate(deck.scenes, 1) if scene.page == page)


@pytest.mark.deep
def test_long_list_of_changes_pushes_train_nowhere(page: Page, server: Server) -> None:
    train_digits(page, server.url, epochs=1)
    expect(page.get_by_role("heading", name="Run 1: finished")).to_be_visible(timeout=TRAINED)
    run = parse_qs(urlsplit(page.url).query)["run"][0]
    deck = shipped("lesson-05-shapes")
    begin(page, server, deck.name)
    go_to(page, deck, 1, number_of(deck, "define.py"))
    page.goto(f"{server.url}/define?run={run}")  # a lesson shows a run from before only if a visitor asks for it
    expect(page.locator(".st-key-line-news")).to_contain_text("+ Conv2D")
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        expect(page.locator(".st-key-line-train").get_by_role("button").first).to_be_in_viewport(ratio=1)
        wait_for(lambda: page.evaluate(LIES_WRONG) < 1, PATIENCE, f"the bar beside the guide, at {width} x {height}")


@pytest.mark.deep
def test_guide_on_a_phone_is_a_sheet_below_train_and_all_of_the_page(page: Page, server: Server) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    deck = shipped("lesson-01-keras")
    begin(page, server, deck.name)
    go_to(page, deck, 1, number_of(deck, "train.py"))
    unfolded = height_of_sheet_below_the_page(page)
    page.get_by_role("button", name="Fold", exact=True).click()
    expect(page.get_by_role("button", name="Unfold", exact=True)).to_be_visible()
    assert height_of_sheet_below_the_page(page) < unfolded / 2 < 844 / 4
    expect(page.locator(".st-key-guide")).to_contain_text("0 of 1 done")


def height_of_sheet_below_the_page(page: Page) -> float:
    """Scroll to the end of a page of the deck, and return the height of the guide that stands below it, in pixels."""
    guide, last = page.locator(".st-key-guide"), page.get_by_text("More curves, and what the lines mean")
    expect(last).to_be_visible()
    rest(page)
    page.get_by_test_id("stMain").evaluate("main => main.scrollTo(0, main.scrollHeight)")
    expect(guide).to_be_in_viewport(ratio=1)
    expect(page.locator(".st-key-line-train").get_by_role("button").first).to_be_in_viewport(ratio=1)
    wait_for(lambda: page.evaluate(LIES_WRONG) < 1, PATIENCE, "Train above the sheet")
    end, line, sheet = (steady_box(one) for one in (last, page.locator(".st-key-line"), guide))
    assert end["y"] + end["height"] <= line["y"] and line["y"] + line["height"] <= sheet["y"] + 1
    return sheet["height"]


def train_in_deck(page: Page, server: Server, deck: Deck) -> int:
    """Begin a deck on a projector, and train in its first scene on Train; the number of that scene."""
    page.set_viewport_size({"width": 1280, "height": 720})
    training = number_of(deck, "train.py")
    begin(page, server, deck.name)
    go_to(page, deck, 1, training)
    train(page, 1)
    return training


@pytest.mark.deep
def test_scene_opens_at_the_top_or_at_the_curves_that_it_speaks_of(page: Page, server: Server) -> None:
    deck = shipped("lesson-01-keras")
    training = train_in_deck(page, server, deck)
    go_to(page, deck, training, training + 1)
    expect(page.locator(".run-curves-chart").first).to_be_in_viewport(ratio=0.5)
    second = next(number for number, scene in enumerate(deck.scenes, 1) if scene.opens_experiment and number > training)
    go_to(page, deck, training + 1, second)
    expect(page.get_by_role("heading", name="No run yet")).to_be_visible()
    train(page, 2)
    go_to(page, deck, second, len(deck.scenes))
    expect(page.get_by_role("heading", name="Run 2: finished")).to_be_in_viewport(ratio=1)
    wait_for(lambda: page.evaluate(SCROLLED) == 0, PATIENCE, "the page to be at its top")


@pytest.mark.deep
def test_cell_of_the_matrix_opens_its_images_in_sight(page: Page, server: Server) -> None:
    deck = shipped("lesson-10-confusion-matrix")
    training = train_in_deck(page, server, deck)
    go_to(page, deck, training, number_of(deck, "evaluate.py"))
    expect(page.locator("table.matrix")).to_be_in_viewport(ratio=0.9)
    digit = page.get_by_role("columnheader", name="6").locator("span")
    assert digit.evaluate("digit => getComputedStyle(digit).writingMode") == "horizontal-tb", "it stands upright"
    cells = page.locator("table.matrix td[aria-disabled=false]")
    cell = cells.nth(cells.evaluate_all(WORST_CELL))
    cell.click()
    expect(page.locator(".st-key-card-evaluated-cell-images").get_by_role("img").first).to_be_in_viewport()
    expect(cell).to_be_in_viewport(ratio=1)


@pytest.mark.deep
def test_back_and_next_share_the_lowest_row_so_that_the_words_have_room(page: Page, server: Server) -> None:
    page.set_viewport_size({"width": 1280, "height": 720})
    deck = shipped("lesson-05-shapes")
    begin(page, server, deck.name)
    go_to(page, deck, 1, number_of(deck, "define.py"))
    places = {
        name: page.locator(f".st-key-{name}").first.bounding_box() for name in ("guide-back", "guide-next", "guide-leave")
    }
    back, onward, leave = (place["y"] for place in places.values() if place)
    assert abs(back - onward) < 4 and leave < back, "Next stays at the foot, with Back; Leave stands above both"
