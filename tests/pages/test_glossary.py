"""The glossary, and what a pressed term asks for."""

import pytest

from core.glossary.terms import TERMS
from pages.components.browser_modules import FILES, GLOSSARY, glossary_data
from tests.pages.conftest import Open

MARKS = "term-links"


def test_glossary_begins_with_the_term_of_its_address(open_screen: Open) -> None:
    screen = open_screen("glossary")
    assert screen.component("glossary-index")["term"] == "network"
    screen.app.query_params["term"] = "momentum"
    assert screen.run().component("glossary-index")["term"] == "momentum"


@pytest.mark.parametrize("page", ["start", "compile", "evaluate", "stage", "ready"])
def test_terms_are_marked_on_every_page(open_screen: Open, page: str) -> None:
    assert open_screen(page).component(MARKS)["terms"].endswith(GLOSSARY)


def test_term_opens_the_page_that_shows_it_or_the_glossary(open_screen: Open) -> None:
    screen = open_screen("compile").tell(MARKS, "opened", {"term": "pixel", "page": "images"})
    assert screen.title == "Images are numbers"
    screen = open_screen("compile").tell(MARKS, "opened", {"term": "pixel", "page": ""})
    assert (screen.title, screen.component("glossary-index")["term"]) == ("Glossary", "pixel")


@pytest.mark.parametrize(
    "asked",
    [None, "pixel", {}, {"term": "no such"}, {"term": ["pixel"]}, {"page": "images"}, {"term": "__class__", "page": "runs"}],
)
def test_browser_that_asks_for_no_term_stays(open_screen: Open, asked: object) -> None:
    assert open_screen("compile").tell(MARKS, "opened", asked).title == "Compile"


def test_browser_cannot_open_a_page_that_a_term_is_not_linked_to(open_screen: Open) -> None:
    assert open_screen("compile").tell(MARKS, "opened", {"term": "pixel", "page": "runs"}).title == "Glossary"


def test_browsers_get_all_terms_with_the_titles_of_pages() -> None:
    assert [term["key"] for term in glossary_data()] == list(TERMS)
    assert FILES[GLOSSARY].startswith(b"export default [{")
    titles = {term["page"]: term["link"] for term in glossary_data() if term["page"]}
    assert titles["images"] == "Images are numbers"
    assert all(term["link"].startswith("https://") for term in glossary_data() if not term["page"])
