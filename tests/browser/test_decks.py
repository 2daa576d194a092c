"""Decks in a browser: the lecture by Page Down alone and without a network, a task with its hints, the guide on a phone."""

import re
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, Route, expect

from core.teaching.deck import Question
from tests.browser.browser_steps import new_visitor
from tests.browser.deck_steps import TRAINED, at, begin, go_on, shipped
from tests.page_pictures.capture import rest
from tests.server import PATIENCE, Server, wait_for

LOCAL = "127.0.0.1"
CODE = re.compile(r"/room · (\d{4})")
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
        if scene.title == "Watch it learn":
            expect(page.locator(".st-key-stage-state")).to_contain_text("Run 1: finished", timeout=TRAINED)
        if scene.title == "Open the test set":
            expect(page.get_by_role("heading", name="The test set is sealed")).to_be_visible()
        rest(page)
        page.keyboard.press("PageDown")
        if any(isinstance(part, Question) for part in scene.parts):
            expect(page.locator('[class*="st-key-asked-"][class*="-right"]')).to_be_visible()
            page.keyboard.press("PageDown")
    expect(page.get_by_text("You have seen Introduction to image classification.")).to_be_visible()
    assert asked == []


@pytest.mark.deep
def test_two_windows_of_a_lecture_follow_each_other_and_answers_come_from_a_phone(page: Page, server: Server) -> None:
    deck = shipped("lecture")
    begin(page, server, "lecture")
    at(page, deck, 1)
    expect(page.get_by_role("button", name="Presenter’s window")).to_be_visible()
    rest(page)
    with page.context.expect_page() as opened:
        page.keyboard.press("n")
    presenter = opened.value
    expect(presenter.get_by_role("heading", name=deck.scenes[0].title)).to_be_visible()
    presenter.locator(".st-key-jump-4").get_by_role("button").click()
    at(page, deck, 5)
    way_in = page.locator(".st-key-asked-way-in")
    expect(way_in).to_contain_text(CODE)
    code = CODE.search(way_in.inner_text())
    assert code is not None
    assert page.context.browser is not None
    phone = new_visitor(page.context.browser, 390, 844)
    phone.goto(f"{server.url}/room?code={code[1]}")
    phone.get_by_role("button", name="11,059,200").click()
    expect(page.locator(".st-key-asked-head")).to_contain_text("1 of 1")
    expect(page.locator('[class*="-right"]')).to_have_count(0)
    page.locator('[class*="st-key-asked-features-0"]').get_by_role("button").focus()
    page.keyboard.press("b")
    expect(page.locator(".lecture-black")).to_be_visible()
    presenter.keyboard.press("b")
    expect(page.locator(".lecture-black")).to_have_count(0)
    presenter.keyboard.press("PageDown")
    expect(page.locator('[class*="-right"]').first).to_be_visible()
    expect(phone.get_by_text("each pixel has three numbers")).to_be_visible()
    page.keyboard.press("ArrowRight")
    at(page, deck, 6)
    expect(presenter.get_by_role("heading", name=deck.scenes[5].title)).to_be_visible()
    expect(phone.get_by_text("Look at the projector")).to_be_visible()
    phone.context.close()


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
    expect(task).to_contain_text("101,770 parameters; asked for: 111,146 (9,376 too few)")
    for label in ("Hint", "A bigger hint", "Show me"):
        task.get_by_role("button", name=label, exact=True).click()
    expect(task).to_contain_text("111,146 parameters")
    expect(task).to_contain_text("Done. Go on when you like.")


@pytest.mark.deep
def test_guide_that_scrolled_away_on_a_tablet_is_a_press_away(page: Page, server: Server) -> None:
    page.set_viewport_size({"width": 820, "height": 1180})
    deck = shipped("lesson-04-layers")
    begin(page, server, deck.name)
    for number in (1, 2, 3):
        at(page, deck, number)
        rest(page)
        go_on(page)
    at(page, deck, 4)
    rest(page)
    back = page.get_by_role("button", name=re.compile("^Guide ↑"))
    expect(back).to_have_count(0)
    page.get_by_test_id("stMain").evaluate("main => main.scrollBy(0, 2000)")
    expect(back).to_have_text("Guide ↑ 0 of 4 done")
    expect(page.get_by_test_id("stBottom")).to_be_visible()
    wait_for(lambda: back.evaluate(UPPERMOST), PATIENCE, "the button to lie above all else")
    back.click()
    expect(page.locator(".st-key-guide-head")).to_be_in_viewport(ratio=1)
    expect(page.locator(".st-key-guide-head")).to_be_focused()
    expect(back).to_have_count(0)
