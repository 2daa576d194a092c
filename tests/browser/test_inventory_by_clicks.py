"""What do you know? by clicks: one form before, the other one after, what was gained, and the way out of comparisons."""

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from core.teaching.inventory_form import UNSURE
from core.teaching.study.inventory import Form, forms
from tests.browser.browser_steps import become_lecturer
from tests.page_pictures.capture import rest
from tests.server import Server

TOTAL = 25  # questions of a form


def expect_form(page: Page, when: str) -> Form:
    """A form is on the screen from its top, with nothing answered; returns which one it is."""
    expect(page.get_by_role("heading", level=1)).to_have_text(f"What do you know? {when}")
    expect(page.get_by_role("heading", level=1)).to_be_in_viewport()
    expect(page.locator(".st-key-inventory-progress-end")).to_contain_text(f"0 of {TOTAL} answered")
    first = page.locator(".st-key-card-inventory-item-1")
    expect(first.get_by_role("radio", name=UNSURE)).to_be_visible()
    return next(form for form in forms() if form.items[0].question.ask in first.inner_text())


def answer(page: Page, form: Form, right: int, given: int = 0) -> None:
    """Answer the questions of a form: the first ones right, then in turns with a wrong option and "I do not know".

    Of the first ones some may have been given an answer before.
    """
    for item in form.items:
        text = next(one.text for one in item.question.options if one.is_right is (item.number <= right))
        text = UNSURE if item.number > right and item.number % 2 == 0 else text
        asked = page.locator(f".st-key-card-inventory-item-{item.number}").get_by_role("radiogroup")
        asked.get_by_text(text, exact=True).click()
        answered = f"{max(item.number, given)} of {TOTAL} answered"
        expect(page.locator(".st-key-inventory-progress-end")).to_contain_text(answered)


def hand_in(page: Page) -> None:
    """Hand a form in from its end; the card on Learn is seen at once."""
    page.get_by_role("button", name="Hand in").click()
    expect(page.get_by_role("heading", level=1, name="Learn")).to_be_in_viewport()


@pytest.mark.deep
def test_form_before_form_after_and_what_was_gained(page: Page, other: Page, server: Server, home: Path) -> None:
    page.goto(f"{server.url}/learn")
    page.get_by_role("button", name="What do you know?").click()
    page.get_by_role("button", name="Begin with the first form").click()
    first = expect_form(page, "Before")
    end = page.locator(".st-key-inventory-form")
    expect(page.get_by_role("button", name="Hand in")).to_be_disabled()
    expect(end).to_contain_text(f"{TOTAL} questions without an answer: 1, 2, 3,")

    for item in first.items[:3]:
        page.locator(f".st-key-card-inventory-item-{item.number}").get_by_text(UNSURE, exact=True).click()
    expect(end).to_contain_text(f"{TOTAL - 3} questions without an answer: 4, 5, 6,")
    page.get_by_role("button", name="Go on later").click()
    page.reload()
    page.get_by_role("button", name="What do you know?").click()
    page.get_by_role("button", name=f"Go on: 3 of {TOTAL} answered").click()
    expect(page.locator(".st-key-card-inventory-item-3").get_by_role("radio", name=UNSURE)).to_be_checked()
    answer(page, first, right=8, given=3)
    hand_in(page)

    card = page.locator(".st-key-inventory")
    expect(card).to_contain_text("The first form is handed in. Thank you.")
    expect(card).not_to_contain_text("Right before")
    expect(card.get_by_role("button", name="Begin with the second form")).to_be_disabled()
    expect(card).to_be_in_viewport(ratio=1)
    card.get_by_role("button", name="I heard the lecture in class").click()
    card.get_by_role("button", name="Begin with the second form").click()
    second = expect_form(page, "After")
    assert second.name != first.name
    answer(page, second, right=14)
    hand_in(page)
    for title, value in (("Right before", "8 of 25"), ("Right after", "14 of 25"), ("Gain", "0.35")):
        expect(card.get_by_test_id("stMetric").filter(has_text=title)).to_contain_text(value)
    expect(card).to_contain_text("17 were missing before, and 6 more are right now: 6 / 17 = 0.35 of what could be gained.")
    expect(card).to_be_in_viewport(ratio=1)
    card.get_by_text("Each question, with what may stand behind a wrong answer").click()
    missed = card.locator(".st-key-inventory-explained-15")
    expect(missed).to_contain_text(re.compile("before .*not right, after .*not right"))
    belief = next(one.misconception for one in first.items[14].question.options if not one.is_right)
    expect(missed).to_contain_text(belief)

    page.get_by_role("button", name="Close", exact=True).click()
    expect(page.get_by_role("button", name="What do you know?")).to_be_visible()
    page.get_by_role("button", name="Your progress").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Export what is mine").click()
    mine = json.loads(download.value.path().read_text(encoding="utf-8"))
    assert len({(one["deck"], one["item"]) for one in mine["answers"]}) == 2 * TOTAL
    assert mine["takes_part"]

    become_lecturer(other, server, home)
    other.goto(f"{server.url}/classroom")
    gain = other.locator(".st-key-card-class-gain")
    expect(gain).to_contain_text("handed in both forms.")
    page.get_by_text("Take part in comparisons").click()
    rest(page)  # the server knows it
    other.reload()
    expect(gain).to_contain_text("1 more learner chose not to take part.")
    page.reload()
    page.get_by_role("button", name="Your progress").click()
    expect(page.get_by_role("switch", name="Take part in comparisons")).not_to_be_checked()
