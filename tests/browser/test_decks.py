"""Decks in a browser: the lecture by Page Down alone and without a network, and the lab done by clicks."""

import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, Route, expect

from core.teaching import library
from core.teaching.deck import Deck
from tests.browser.browser_steps import button
from tests.server import Server

LOCAL = "127.0.0.1"


def shipped(name: str) -> Deck:
    deck = library.find(name)
    assert deck is not None, library.broken()
    return deck


def begin(page: Page, server: Server, name: str) -> None:
    """Open a deck on Learn."""
    page.goto(f"{server.url}/learn")
    page.locator(f".st-key-open-{name}").get_by_role("button", name="Begin").click()


def at(page: Page, deck: Deck, number: int) -> None:
    """Wait until a scene, counted from 1, is on the screen."""
    where = page.locator(".st-key-guide-head, .st-key-scene-head")
    expect(where).to_contain_text(f"{number} of {len(deck.scenes)}")
    expect(where).to_contain_text(deck.scenes[number - 1].title)


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
        page.keyboard.press("PageDown")
    expect(page.get_by_text("You finished Introduction to image classification.")).to_be_visible()
    assert asked == []


class Lab:
    """The lab in a browser, one scene after another."""

    def __init__(self, page: Page, deck: Deck) -> None:
        self.page, self.deck, self.number = page, deck, 1

    def next(self) -> None:
        """Go to the next scene."""
        self.page.locator(".st-key-guide-next").get_by_role("button").click()
        self.number += 1
        at(self.page, self.deck, self.number)

    def answer(self, option: str, reply: str) -> None:
        """Choose an option of a question, and wait for its reply."""
        label = self.page.locator("[class*=st-key-question-] label")
        label.filter(has_text=re.compile(f"^{re.escape(option)}$")).click()
        expect(self.page.get_by_text(reply)).to_be_visible()

    def guess(self, option: str) -> None:
        """Choose an option of a prediction."""
        self.page.locator(".st-key-guide").get_by_role("button", name=option, exact=True).click()
        expect(self.page.locator(".st-key-guide")).to_contain_text("You said")

    def see(self, words: str) -> None:
        """Wait until the guide says something."""
        expect(self.page.locator(".st-key-guide")).to_contain_text(words)

    def have_shown(self, task: str) -> None:
        """Take both hints of a task, and have it done."""
        place = self.page.locator(f".st-key-task-lab-{task}")
        for label in ("Hint", "A bigger hint", "Show me"):
            place.get_by_role("button", name=label, exact=True).click()


@pytest.mark.deep
def test_lab_is_done_by_clicks_and_handed_in(page: Page, server: Server, tmp_path: Path) -> None:
    deck = shipped("lab")
    begin(page, server, "lab")
    at(page, deck, 1)
    lab = Lab(page, deck)
    lab.next()
    lab.answer("10 %", "divide by all 70,000")  # wrong first: the reply says why
    lab.answer("14 %", "Yes: 10,000 of 70,000.")
    lab.answer("None", "Each pixel of each image has a number")
    images = page.get_by_role("spinbutton", name="Train images")
    images.fill("1000")  # another way that the lab allows: a test has no minute for a run
    images.press("Enter")
    expect(page.locator(".st-key-line")).to_contain_text("1,000 images")
    lab.next()
    lab.answer("About half", "That is the background.")
    lab.next()
    lab.answer("To the left", "nearly all of them")
    lab.next()
    page.locator(".st-key-beside").get_by_role("radio", name=re.compile("^0 to 1|^0-1")).first.locator("..").click()
    lab.see("Done. Go on when you like.")
    lab.answer("The same number must stay the same grey", "lighter here and darker there")
    lab.next()
    lab.answer("0.1", "one image in ten has its 1 there")
    lab.next()
    lab.guess("100,000 to 200,000 parameters")
    lab.have_shown("stack")
    lab.see("111,146 parameters, as asked")
    lab.see("it was 111,146 parameters.")
    lab.next()
    lab.have_shown("settings")
    lab.see("Done. Go on when you like.")
    lab.guess("yes")
    button(page, "Train").click()
    expect(page.get_by_role("heading", name="Run 1: finished")).to_be_visible()
    expect(page.locator(".st-key-task-lab-train")).to_contain_text("Done. Go on when you like.")
    lab.see("You said yes; it was")
    lab.next()
    lab.answer("It learns the training images by heart", "That is overfitting")
    lab.next()
    page.get_by_role("radio", name="Test", exact=True).locator("..").click()
    page.get_by_role("button", name=re.compile("Open the test set")).first.click()
    lab.see("Done. Go on when you like.")
    lab.answer("Stop earlier or add Dropout", "Both keep the network from learning")
    lab.next()
    lab.have_shown("dropout")
    expect(page.get_by_role("heading", name="Run 2: finished")).to_be_visible()
    lab.see("Done. Go on when you like.")
    lab.next()
    lab.answer("Computers round each number", "about seven digits")
    lab.next()
    lab.answer("Fewer images are answered, and more of these answers are right", "depends on what a wrong answer costs")
    lab.next()
    lab.have_shown("digits")
    expect(page.get_by_role("heading", name="Run 3: finished")).to_be_visible()
    page.get_by_role("link", name=re.compile("^5 Evaluate")).click()
    page.get_by_role("radio", name="Test", exact=True).locator("..").click()
    page.get_by_role("button", name=re.compile("Open the test set")).first.click()
    lab.see("Done. Go on when you like.")
    lab.next()
    with page.expect_download() as loading:
        page.get_by_role("button", name="Download the file to hand in").click()
    loading.value.save_as(tmp_path / "lab.html")
    handed_in = (tmp_path / "lab.html").read_text(encoding="utf-8")
    assert "Exercise 5: dropout" in handed_in
    assert "111,146 parameters" in handed_in
    assert handed_in.count("not done") == 0
