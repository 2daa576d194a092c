"""axe finds nothing that keeps somebody out in the scenes of decks: the views to move, and the lecture on a projector."""

from functools import partial

import pytest
from playwright.sync_api import Browser, Page

from core.teaching import library
from core.teaching.deck import Question
from tests.browser.browser_steps import new_visitor
from tests.browser.deck_steps import at, begin, go_on, shipped
from tests.browser.test_accessibility import GROUNDS, MOST_SECONDS, RULES, grave, ground, lasting
from tests.deep_cases import deep_except, exhaustive_except
from tests.page_pictures.capture import SIZES, rest
from tests.server import PATIENCE, Server, wait_for

DECKS_WITH_VIEWS = [deck.name for deck in library.decks() if any(scene.show for scene in deck.scenes)]
PROJECTOR = (1280, 720)

PHONE, DESKTOP = "390x844", "1440x900"
LEARNED = [name for name in DECKS_WITH_VIEWS if name != "lecture"]
LARGEST = ("lesson-03-sets", "lesson-13-weight", "lesson-14-border")  # decks whose views stand for the others


@pytest.mark.parametrize("name", deep_except([], exhaustive_except(LARGEST, LEARNED)))
def test_axe_finds_nothing_grave_in_the_views_of_a_deck(browser: Browser, server: Server, name: str) -> None:
    assert grave_in_views(browser, server, name, DESKTOP) == []


@pytest.mark.parametrize("name", deep_except([], exhaustive_except(["lesson-14-border"], LEARNED)))
def test_axe_finds_nothing_grave_in_the_views_of_a_deck_on_a_phone(browser: Browser, server: Server, name: str) -> None:
    assert grave_in_views(browser, server, name, PHONE) == []


def grave_in_views(browser: Browser, server: Server, name: str, size: str) -> list[tuple[str, str, dict[str, str]]]:
    """Return the findings of axe in all scenes of a deck that have a view, with the titles of the scenes and the themes."""
    page, deck = new_visitor(browser, *SIZES[size]), shipped(name)
    begin(page, server, name)
    last = max(number for number, scene in enumerate(deck.scenes, 1) if scene.show)
    found = []
    for number, scene in enumerate(deck.scenes[:last], 1):
        at(page, deck, number)
        rest(page, MOST_SECONDS)
        if scene.show:
            found += in_both_themes(page, scene.title)
        if number < last:
            go_on(page)
    page.context.close()
    return found


@pytest.mark.deep
def test_axe_finds_nothing_grave_in_the_lecture(browser: Browser, server: Server) -> None:
    page, deck = new_visitor(browser, *PROJECTOR), shipped("lecture")
    begin(page, server, "lecture")
    found = []
    for number, scene in enumerate(deck.scenes, 1):
        at(page, deck, number)
        found += in_both_themes(page, scene.title)
        if any(isinstance(part, Question) for part in scene.parts):
            page.keyboard.press("PageDown")
            page.locator('[class*="st-key-asked-"][class*="-right"]').first.wait_for()
            found += in_both_themes(page, f"{scene.title}, answered")
        page.keyboard.press("PageDown")
    page.context.close()
    assert found == []


def in_both_themes(page: Page, title: str) -> list[tuple[str, str, dict[str, str]]]:
    """What axe finds in a scene that rests, with the title and the theme."""
    found = []
    rest(page, MOST_SECONDS)
    for theme, rules in RULES.items():
        page.emulate_media(color_scheme=theme, reduced_motion="reduce")
        wait_for(lambda theme=theme: ground(page) != GROUNDS[other(theme)], PATIENCE, f"the {theme} theme")
        found += [(title, theme, one) for one in lasting(page, partial(grave, page, rules))]
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    return found


def other(theme: str) -> str:
    """The theme that a page leaves."""
    return next(name for name in GROUNDS if name != theme)
