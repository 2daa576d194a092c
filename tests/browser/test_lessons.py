"""Each lesson, done by somebody who follows only what is on the screen; every term is explained where it stands."""

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from core.teaching import library
from core.teaching.deck import LESSON
from tests.browser.deck_steps import begin, shipped, steps
from tests.core.glossary.term_finder import find_terms
from tests.deep_cases import exhaustive_except
from tests.server import PATIENCE, Server, wait_for

LESSONS = [deck.name for deck in library.decks(LESSON)]
# What a scene says, without what is pressed; which terms are marked there; and whether it scrolls without a sign.
SEEN = """() => {
    const scene = document.querySelector(".st-key-guide, .st-key-card-scene");
    const chosen = "button, a, code, [data-testid=stRadioOption]";
    const isSaid = (one) => !one.closest(chosen) && !one.querySelector("p, li") && one.checkVisibility();
    const isCode = (node) => node.nodeName === "CODE";
    const withoutCode = (one) => [...one.childNodes].map((node) => isCode(node) ? " " : node.textContent).join("");
    const said = [...scene.querySelectorAll("p, li, h1")].filter(isSaid);
    const body = document.querySelector("[class*=st-key-guide-body]");
    const hidden = body ? body.scrollHeight - body.clientHeight - body.scrollTop : 0;
    return {
        texts: said.map(withoutCode),
        marked: [...scene.querySelectorAll("button.glossary-term")].map((mark) => mark.dataset.term),
        isCut: hidden > 10 && !body.hasAttribute("data-more"),
    };
}"""


def lack_of(page: Page) -> str:
    """What the words of a scene lack, or "": a mark at a term, or the sign that more words stand below."""
    seen = page.evaluate(SEEN)
    path = urlsplit(page.url).path.rpartition("/")[2]
    used = {found.term.key for text in seen["texts"] for found in find_terms(text, path)}
    if missing := used - set(seen["marked"]):
        return f"not explained: {', '.join(sorted(missing))}"
    return "more words stand below, without a sign" if seen["isCut"] else ""


@pytest.mark.parametrize("name", exhaustive_except(["lesson-03-sets", "lesson-07-learning-rate"], LESSONS))
def test_lesson_is_done_from_what_is_on_the_screen(page: Page, server: Server, name: str) -> None:
    deck = shipped(name)
    begin(page, server, name)
    for scene, done in steps(page, deck):
        try:  # terms are marked a moment after the page has changed, which a task does by itself as well
            wait_for(lambda: not lack_of(page), PATIENCE, "the marks and the sign")
        except AssertionError as error:
            raise AssertionError(f"{lack_of(page)} in scene {scene}, {done}") from error
    expect(page.get_by_text(f"You passed {deck.title}.")).to_be_visible()
