"""Decks in a browser: the lecture by Page Down alone and without a network, a task with its hints, the guide on a phone."""

import re
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.deck_steps import at, begin, go_on, shipped
from tests.page_pictures.capture import rest
from tests.server import Server

LOCAL = "127.0.0.1"
UPPERMOST = """one => {
    const { x, y, width, height } = one.getBoundingClientRect();
    return document.elementFromPoint(x + width / 2, y + height / 2) === one;
}"""


@pytest.mark.deep
def test_lecture_is_presented_by_page_down_alone_and_without_a_network(page: Page, server: Server) -> None:
    asked: list[str] = []

    def only_here(route: Route) -> None:
        if urlsplit(route.request.url).hostname == LOCAL:
            route.continue_()
        else:
            asked.append(route.request.url)
            route.abort()

    page.route(re.compile("^https?:"), only_here)
    deck = shipped("lecture")
    begin(page, server, "lecture")
    for number, scene in enumerate(deck.scenes, 1):
        at(page, deck, number)
        if scene.title == "Train: watch it learn":
            expect(page.get_by_role("heading", name="Run 1: finished")).to_be_visible()
        if scene.title == "Evaluate: is it any good?":
            expect(
                page.get_by_role("img", name=re.compile("Confusion matrix")).or_(page.locator(".st-key-matrix"))
            ).to_be_visible()
        rest(page)
        page.keyboard.press("PageDown")
    expect(page.get_by_text("You finished Introduction to image classification.")).to_be_visible()
    assert asked == []


@pytest.mark.deep
def test_hints_grow_and_show_me_does_the_task_in_sight(page: Page, server: Server) -> None:
    deck = shipped("lab")
    begin(page, server, "lab")
    scenes = enumerate(deck.scenes, 1)
    number = next(number for number, scene in scenes if any(getattr(part, "id", "") == "stack" for part in scene.parts))
    for earlier in range(1, number):
        at(page, deck, earlier)
        rest(page)
        go_on(page)
    at(page, deck, number)
    task = page.locator(".st-key-task-lab-stack")
    expect(task).to_contain_text("101,770 parameters; 111,146 are asked: 9,376 too few")
    for label in ("Hint", "A bigger hint", "Show me"):
        task.get_by_role("button", name=label, exact=True).click()
    expect(task).to_contain_text("111,146 parameters, as asked")
    expect(task).to_contain_text("Done. Go on when you like.")


@pytest.mark.deep
def test_guide_that_scrolled_away_on_a_phone_is_a_press_away(page: Page, server: Server) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    deck = shipped("lesson-04-layers")
    begin(page, server, deck.name)
    for number in (1, 2):
        at(page, deck, number)
        rest(page)
        go_on(page)
    at(page, deck, 3)
    rest(page)
    back = page.get_by_role("button", name=re.compile("^Guide ↑"))
    expect(back).to_have_count(0)
    page.get_by_test_id("stMain").evaluate("main => main.scrollBy(0, 2000)")
    expect(back).to_have_text("Guide ↑ 0 of 4 as asked")
    expect(page.get_by_test_id("stBottom")).to_be_visible()
    assert back.evaluate(UPPERMOST), "something lies over it"
    back.click()
    expect(page.locator(".st-key-guide-head")).to_be_in_viewport(ratio=1)
    expect(page.locator(".st-key-guide-head")).to_be_focused()
    expect(back).to_have_count(0)
