"""Buttons lead on where a tab is open, and stands in the address; and what comes begins at its top."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from core.teaching.deck import Deck
from tests.browser.browser_steps import train_digits
from tests.browser.deck_steps import HEADS, at, shipped
from tests.page_pictures.capture import rest
from tests.server import PATIENCE, Server, wait_for

SCROLLED = "() => document.querySelector('[data-testid=stMain]').scrollTop"
TO_ITS_END = "() => { const main = document.querySelector('[data-testid=stMain]'); main.scrollTop = main.scrollHeight; }"
PROJECTOR, LOW = {"width": 1280, "height": 720}, 170  # pixels: a result that leaves room for the matrix
ADDED = "evaluate-|load-view"  # to the address, by what is open on a page
NAME = re.compile(r"Image [\d,]+ of [\d,]+ of the (validation|test) set")


def open_tab(page: Page, name: str, address: str) -> None:
    """Open a tab; the address then holds it."""
    page.get_by_role("tab", name=name).click()
    expect(page).to_have_url(re.compile(address))


def expect_page(page: Page, title: str) -> None:
    """A page is on the screen from its top, and the address holds nothing of the page before."""
    expect(page.get_by_role("heading", level=1, name=title, exact=True)).to_be_in_viewport()
    expect(page).not_to_have_url(re.compile(ADDED))


def shown_image(card: Locator) -> str:
    """The name of the image on the page of mistakes."""
    expect(card).to_contain_text(NAME)
    found = NAME.search(card.inner_text())
    assert found is not None
    return found[0]


@pytest.mark.deep
def test_buttons_of_evaluate_lead_on_from_an_open_tab(page: Page, server: Server) -> None:
    train_digits(page, server.url, epochs=1)
    page.set_viewport_size(PROJECTOR)
    page.get_by_role("link", name="Evaluate this run").click()
    expect(page.locator("table.matrix td").first).to_be_in_viewport()
    rest(page)
    result = page.locator(".st-key-result-card").bounding_box()
    assert result is not None and result["height"] <= LOW
    open_tab(page, "Worst mistakes", "evaluate-view=Worst")
    worst = (
        page.locator(".st-key-mistakes-validation").get_by_role("button", name=re.compile("^A .* that was called ")).first
    )
    called = worst.get_attribute("aria-label") or worst.get_by_role("img").get_attribute("alt") or ""
    actual, predicted = re.fullmatch(r"A (\w+) that was called (\w+), \d+\s% sure", called).groups()
    worst.click()
    expect_page(page, "Mistakes")
    card = page.locator(".st-key-card-closeup-card")
    expect(card).to_contain_text(f"Labelled “{actual}”; the network said “{predicted}”")
    image = shown_image(card)

    for name in ("Inside your network", "Why this answer?"):
        page.get_by_role("button", name=name).click()
        expect_page(page, name)
        expect(page.locator(".st-key-picker")).to_contain_text(f"{actual}: {image.lower()}")
        page.get_by_role("link", name="Mistakes").click()
        expect(card).to_contain_text(image)

    page.get_by_role("link", name="5 Evaluate").click()
    open_tab(page, "Worst mistakes", "evaluate-view=Worst")
    page.get_by_role("button", name="Look at them closely").click()
    expect_page(page, "Mistakes")
    expect(card).to_contain_text(image)

    page.get_by_role("link", name="5 Evaluate").click()
    page.get_by_role("button", name="Open the test set").click()
    page.get_by_role("button", name="Yes, open it").click()
    expect(page).to_have_url(re.compile("evaluate-set=Both"))
    page.get_by_role("tab", name="Confusion matrix").click()
    pair = page.locator(".st-key-pairs-test").get_by_role("button").first
    actual, predicted = re.search("of “(.*)” were called “(.*)”", pair.inner_text()).groups()
    pair.click()
    page.get_by_role("button", name="Look closely").click()
    expect_page(page, "Mistakes")
    expect(card).to_contain_text(f"Labelled “{actual}”; the network said “{predicted}”")
    assert ": test image " in shown_image(card)


def expect_scene(page: Page, deck: Deck, number: int) -> None:
    """A scene, counted from 1, is on the screen, and its page, or what fills it, is seen from its top."""
    at(page, deck, number)
    rest(page)  # until then the head of the scene before may be there too
    expect(page.locator(HEADS)).to_be_in_viewport()
    wait_for(lambda: page.evaluate(SCROLLED) == 0, PATIENCE, "the page to be at its top")


def test_next_leads_on_from_an_open_tab_and_each_scene_begins_at_its_top(page: Page, server: Server) -> None:
    page.set_viewport_size({"width": 720, "height": 450})
    page.goto(f"{server.url}/learn")
    deck = shipped("challenge-09-diagnosis")
    page.locator(f".st-key-open-{deck.name}").get_by_role("button").click()
    expect_scene(page, deck, 1)
    for number in (2, 3):
        page.evaluate(TO_ITS_END)
        page.locator(".st-key-guide-next").get_by_role("button").press("Enter")
        expect_scene(page, deck, number)
    page.locator(".st-key-scene-leave").get_by_role("button").click()
    expect(page.get_by_role("heading", level=1, name="Learn")).to_be_in_viewport()

    deck = shipped("lesson-02-pixels")
    page.locator(f".st-key-open-{deck.name}").get_by_role("button").click()
    expect_scene(page, deck, 1)
    open_tab(page, "Pixel values", "load-view=Pixel")
    page.locator(".st-key-guide-next").get_by_role("button").click()
    expect(page).to_have_title("Train · Layer by Layer")
    expect(page).not_to_have_url(re.compile(ADDED))
    expect_scene(page, deck, 2)
