"""Terms on pages, as a person meets them: marked once, explained where they stand, by pointer and by keys."""

import re

from playwright.sync_api import Page, expect

from core.glossary.terms import TERMS
from tests.page_pictures.capture import rest
from tests.server import Server

LINE = 40  # pixels; more than a line of text is high on the stage
SCANS = "performance.getEntriesByName('glossary').length"
# What Streamlit does to a text that it draws anew, and how often the page had been looked through before.
DRAW_ANEW = """mark => {
    const text = document.createTreeWalker(mark.parentElement, NodeFilter.SHOW_TEXT).nextNode();
    text.replaceWith(text.cloneNode());
    return performance.getEntriesByName("glossary").length;
}"""
# A text that is drawn anew takes its mark along, and a person scrolls before the page was looked through again.
TAKE_AWAY_AND_SCROLL = """mark => {
    mark.remove();
    document.querySelector('[data-testid="stMain"]').scrollBy(0, 20);
    return performance.getEntriesByName("glossary").length;
}"""
COMPILE_SENTENCE = "How the network learns. The settings at the start work for most networks: you need not change them."


def test_term_is_explained_where_it_stands(page: Page, server: Server) -> None:
    page.goto(f"{server.url}/compile")
    mark = page.get_by_role("button", name="Explain loss", exact=True)
    expect(mark).to_have_count(1)  # it stands there several times
    rest(page)  # while the page comes, a term may be gone for a moment, and its mark with it
    mark.focus()
    scans = mark.evaluate(DRAW_ANEW)
    page.wait_for_function(f"scans => {SCANS} > scans", arg=scans)
    expect(mark).to_be_focused()
    page.keyboard.press("Enter")
    card = page.get_by_role("dialog", name="loss", exact=True)
    expect(card).to_be_focused()
    page.get_by_test_id("stMain").evaluate("main => main.scrollBy(0, 20)")
    expect(card).to_contain_text(TERMS["loss"].sentence)
    expect(card.get_by_role("img")).to_be_visible()
    expect(mark).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("Escape")
    expect(card).to_be_hidden()
    expect(mark).to_be_focused()


def test_card_stays_while_the_text_of_its_term_is_drawn_anew(page: Page, server: Server) -> None:
    page.goto(f"{server.url}/compile")
    mark = page.get_by_role("button", name="Explain loss", exact=True)
    expect(mark).to_have_count(1)
    rest(page)
    mark.press("Enter")
    card = page.get_by_role("dialog", name="loss", exact=True)
    expect(card).to_be_focused()
    scans = mark.evaluate(TAKE_AWAY_AND_SCROLL)
    page.wait_for_function(f"scans => {SCANS} > scans", arg=scans)
    expect(mark).to_have_attribute("aria-expanded", "true")
    expect(card).to_be_focused()


def test_mark_lies_on_its_word_and_follows_it(page: Page, server: Server) -> None:
    page.goto(f"{server.url}/compile")
    mark = page.get_by_role("button", name="Explain network", exact=True)
    word = """mark => {
        const text = document.createTreeWalker(mark.parentElement, NodeFilter.SHOW_TEXT).nextNode();
        const range = document.createRange();
        const start = text.data.indexOf("network");
        range.setStart(text, start);
        range.setEnd(text, start + 7);
        const [one, other] = [range.getBoundingClientRect(), mark.getBoundingClientRect()];
        return Math.abs(one.left - other.left) + Math.abs(one.right - other.right);
    }"""
    expect(mark).to_be_visible()
    rest(page)  # while the page comes, a term may be gone for a moment, and its mark with it
    for width in (1440, 390, 1024):
        page.set_viewport_size({"width": width, "height": 900})
        page.wait_for_function(f"mark => ({word})(mark) < 1", arg=mark.element_handle())
    expect(page.get_by_text(COMPILE_SENTENCE, exact=True)).to_be_visible()  # a mark adds no text
    page.goto(f"{server.url}/stage")  # its buttons have a style of their own, which must not reach the marks
    mark = page.get_by_role("button", name="Explain relu", exact=True)
    expect(mark).to_be_visible()
    assert mark.evaluate("mark => mark.getBoundingClientRect().height") < LINE


def test_terms_of_a_popover_are_marked(page: Page, server: Server) -> None:
    page.goto(f"{server.url}/train")
    button = page.get_by_role("button", name="Seed and speed")
    button.click()
    inside = page.get_by_test_id("stPopoverBody")
    inside.get_by_role("button", name="Explain seed", exact=True).click()
    expect(page.get_by_role("dialog", name="seed", exact=True)).to_contain_text(TERMS["seed"].sentence)


def test_term_leads_to_the_glossary_and_stays_marked_after_reruns(page: Page, server: Server) -> None:
    page.goto(f"{server.url}/load")
    page.get_by_role("button", name="Explain network", exact=True).click()
    page.get_by_role("link", name="See it on “Define”").click()
    expect(page.get_by_role("heading", name="Define")).to_be_visible()
    page.get_by_role("navigation").get_by_role("link", name=re.compile("Compile")).click()
    page.get_by_role("button", name="Explain gradient", exact=True).click()
    page.get_by_role("link", name="All terms").click()
    expect(page.get_by_role("heading", name="Glossary")).to_be_visible()
    expect(page.get_by_role("region", name="gradient", exact=True)).to_contain_text(TERMS["gradient"].sentence)
    page.get_by_label("Search").fill("by heart")
    expect(page.get_by_role("region", name="overfitting")).to_be_visible()
    expect(page).to_have_url(f"{server.url}/glossary?term=overfitting")
    page.get_by_role("button", name="regularisation").press("Enter")
    expect(page.get_by_role("region", name="regularisation")).to_be_focused()


def test_tab_applies_what_was_typed_below_a_label_with_a_term(page: Page, server: Server) -> None:
    page.goto(f"{server.url}/define")
    page.get_by_role("button", name=re.compile("^Add Conv2D ")).click()
    block = page.locator(".block").filter(has_text="Conv2D").first
    block.locator(".name").click()
    field = page.get_by_role("textbox", name=re.compile("^Kernel size"))
    expect(field).to_be_visible()
    rest(page)
    label = page.locator("[data-testid=stElementContainer]").filter(has=field)
    expect(label.locator(".glossary-term")).not_to_have_count(0)
    field.fill("5")
    field.press("Tab")
    expect(block.locator(".facts, .name").first).to_contain_text("5 × 5")
    expect(field).not_to_be_focused()
