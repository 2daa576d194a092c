"""A lesson by keys alone: failed, hinted and passed, with the focus seen at every stop."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from core.teaching import library
from tests.browser.keyboard_steps import expect_focus, press, tab_into, tab_to
from tests.page_pictures.capture import rest
from tests.server import Server

LESSON = "lesson-04-layers"


def expect_scene(page: Page, number: int) -> None:
    """A scene, counted from 1, is on the screen, and the focus is somewhere on it."""
    deck = library.find_deck(LESSON)
    assert deck is not None
    heads = page.locator(".st-key-guide-head, .st-key-scene-head")  # of the scene before too, until a rerun ends
    head = heads.filter(has_text=f"{number} of {len(deck.scenes)}")
    expect(head.first).to_contain_text(deck.scenes[number - 1].title)
    rest(page)
    expect_focus(page, lambda now: now["tag"] != "BODY", "the focus to be on the page")


def go_on(page: Page, number: int) -> None:
    """Go to the next scene, which has this number."""
    tab_into(page, ".st-key-guide-next", "Shift+Tab")
    page.keyboard.press("Enter")
    expect_scene(page, number)


def part(page: Page, kind: str, name: str) -> Locator:
    return page.locator(f".st-key-{kind}-{LESSON}-{name}")


def add_layer(page: Page, name: str, layers: Locator, count: int) -> None:
    """Search for a layer by its name, and add it; the focus is in the field."""
    page.keyboard.press("Control+a")
    page.keyboard.type(name)
    page.keyboard.press("Enter")
    expect(layers).to_have_count(count)
    rest(page)


def expect_settings(page: Page, name: str) -> None:
    """The settings of a layer are open, and those of the layer before are gone: what is typed there would be lost."""
    expect(page.locator("[class*=st-key-settings-title]")).to_contain_text(name)
    rest(page)


def set_units(page: Page, units: int) -> None:
    """Type the units of the layer whose settings are open."""
    tab_to(page, "^Units$")
    page.keyboard.press("Control+a")
    page.keyboard.type(str(units))
    page.keyboard.press("Enter")


@pytest.mark.deep
def test_lesson_is_failed_hinted_and_passed_by_keys_alone(page: Page, server: Server) -> None:
    page.goto(f"{server.url}/learn")
    rest(page)
    tab_into(page, f".st-key-open-{LESSON}")
    page.keyboard.press("Enter")
    expect_scene(page, 1)
    go_on(page, 2)

    tab_into(page, f".st-key-question-{LESSON}-small")
    press(page, "ArrowDown")
    press(page, "ArrowUp")
    expect(part(page, "question", "small")).to_contain_text("Those are the weights.")  # the biases were forgotten
    rest(page)
    expect_focus(page, lambda now: now["tag"] != "BODY", "the focus to be on the page")
    go_on(page, 3)

    question = part(page, "question", "ten")
    tab_into(page, f".st-key-question-{LESSON}-ten")
    press(page, "ArrowDown")
    expect(question).to_contain_text("It would not be slow.")
    press(page, "ArrowDown")
    expect(question).to_contain_text("All ten together are 1")
    go_on(page, 4)

    layers, task = page.locator(".block:not(.picture) .name"), part(page, "task", "stack")
    expect(task).to_contain_text("Hint")
    tab_to(page, "^Search all layers$")
    for count, name in enumerate(("flatten", "dense", "dense"), 1):
        add_layer(page, name, layers, count)
    expect(layers).to_have_text([re.compile("Flatten"), re.compile("Dense"), re.compile("Dense")])
    expect(task).to_contain_text("asked for: units 128, not 64")
    expect(task).not_to_contain_text("Done. Go on when you like.")

    tab_into(page, f".st-key-hint-{LESSON}-stack", "Shift+Tab")
    page.keyboard.press("Enter")
    expect(task).to_contain_text("search for one by its name")
    rest(page)
    expect_focus(page, lambda now: now["tag"] != "BODY", "the focus to be on the page, since the button is gone")
    tab_to(page, "A bigger hint", "Shift+Tab")
    page.keyboard.press("Enter")
    expect(task).to_contain_text("units 128, activation relu")
    rest(page)
    expect_focus(page, lambda now: now["tag"] != "BODY", "the focus to be on the page")

    tab_to(page, "^Input$")
    for _ in range(2):
        press(page, "ArrowDown")
    expect(layers.nth(1)).to_be_focused()
    page.keyboard.press("Enter")
    expect_settings(page, "Dense")
    set_units(page, 128)
    expect(layers.nth(1)).to_contain_text("128")
    page.keyboard.press("Escape")
    expect(layers.nth(1)).to_be_focused()
    press(page, "ArrowDown")
    page.keyboard.press("Enter")
    expect_settings(page, "outputs")
    set_units(page, 10)
    expect(layers.nth(2)).to_contain_text("10")
    rest(page)  # what is typed into a field that is drawn anew would be lost
    tab_to(page, "^Activation$")
    page.keyboard.type("softmax")
    page.keyboard.press("Enter")
    expect(task).to_contain_text("101,770 parameters")
    expect(task).to_contain_text("Done. Go on when you like.")
    rest(page)  # the message above has vanished, and all below it has moved
    expect_focus(page, lambda now: now["name"] == "Activation", "the field that was set last to be in sight")
    go_on(page, 5)
