"""Each lesson, done by somebody who follows only what is on the screen; every term is explained where it stands."""

import pytest
from playwright.sync_api import Page, expect

from core.teaching import library
from core.teaching.deck import LESSON
from tests.browser.deck_steps import begin, shipped, steps
from tests.core.glossary.term_finder import find_terms
from tests.server import Server

LESSONS = [deck.name for deck in library.decks(LESSON)]
# What a scene says, without what is pressed; which terms are marked there; and whether it scrolls without a sign.
SEEN = """() => {
    const scene = document.querySelector(".st-key-guide, .st-key-scene");
    const chosen = "button, a, code, [data-testid=stRadioOption]";
    const isSaid = (one) => !one.closest(chosen) && !one.querySelector("p, li") && one.checkVisibility();
    const said = [...scene.querySelectorAll("p, li, h1")].filter(isSaid);
    const body = document.querySelector("[class*=st-key-guide-body]");
    const hidden = body ? body.scrollHeight - body.clientHeight - body.scrollTop : 0;
    return {
        texts: said.map((one) => one.innerText),
        marked: [...scene.querySelectorAll("button.glossary-term")].map((mark) => mark.dataset.term),
        isCut: hidden > 10 && !body.hasAttribute("data-more"),
    };
}"""


@pytest.mark.deep
@pytest.mark.parametrize("name", LESSONS)
def test_lesson_is_done_from_what_is_on_the_screen(page: Page, server: Server, name: str) -> None:
    deck = shipped(name)
    begin(page, server, name)
    for scene, done in steps(page, deck):
        seen = page.evaluate(SEEN)
        used = {found.term.key for text in seen["texts"] for found in find_terms(text)}
        assert used - set(seen["marked"]) == set(), f"not explained in scene {scene}, {done}"
        assert not seen["isCut"], f"more words stand below, without a sign, in scene {scene}, {done}"
    expect(page.get_by_text(f"You finished {deck.title}.")).to_be_visible()
