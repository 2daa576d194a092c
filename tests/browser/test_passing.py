"""Who only turns pages, clicks every option, opens a friend's file or runs another experiment passes nothing."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from core.experiment.serialization import dumps
from core.teaching import library
from core.teaching.deck import CHALLENGE, LAB, LECTURE, LESSON, Deck, Task
from core.teaching.deck_files.deck_experiments import apply_deck_change
from core.teaching.scene_experiments import experiment_to_open
from tests.browser.browser_steps import button
from tests.browser.deck_steps import DONE, at, begin, go_on, settle, shipped, train
from tests.deep_cases import deep_except, exhaustive_except
from tests.server import Server

DECKS = [deck.name for kind in (LESSON, CHALLENGE, LAB, LECTURE) for deck in library.decks(kind)]
BY_DAY = (
    "lesson-07-learning-rate",
    "challenge-06-optimizer",
    "lab",
)  # `test_who_passes_nothing` tries all without a browser


def expect_nothing_passed(page: Page, deck: Deck) -> None:
    """Learn says that the deck was seen, and what is open; no deck counts as passed."""
    said = page.locator(".st-key-finished")
    expect(said).to_contain_text(re.compile(rf"You have seen {re.escape(deck.title)}.*still open\."))
    expect(page.locator(f".st-key-deck-{deck.name}")).to_contain_text("seen")
    for kind in (LESSON, CHALLENGE):
        expect(page.locator(f".st-key-decks-{kind}")).to_contain_text(f"0 of {len(library.decks(kind))} passed.")


@pytest.mark.parametrize("name", exhaustive_except(BY_DAY, DECKS))
def test_who_presses_only_next_passes_nothing(page: Page, server: Server, name: str) -> None:
    deck = shipped(name)
    begin(page, server, name)
    for number in range(1, len(deck.scenes) + 1):
        at(page, deck, number)
        settle(page)
        if number == len(deck.scenes) and deck.kind == LAB:
            expect_nothing_handed_in(page)
        go_on(page)
    expect_nothing_passed(page, deck)


def expect_nothing_handed_in(page: Page) -> None:
    """The file to hand in names each task and question, and none as done or right."""
    with page.expect_download() as download:
        page.get_by_role("button", name="Download the file to hand in").click()
    marks = re.findall(r'class="mark">([^<]+)<', download.value.path().read_text(encoding="utf-8"))
    assert set(marks) == {"not done", "not answered"}


@pytest.mark.parametrize(
    "name",
    deep_except(
        (), exhaustive_except(["lesson-03-sets"], ["challenge-09-diagnosis", "lesson-03-sets", "lesson-11-convolution"])
    ),
)
def test_who_clicks_every_option_passes_nothing(page: Page, server: Server, name: str) -> None:
    deck = shipped(name)
    begin(page, server, name)
    for number in range(1, len(deck.scenes) + 1):
        at(page, deck, number)
        settle(page)
        for asked in page.locator("[class*=st-key-question-]").all():
            for option in asked.get_by_test_id("stRadioOption").all():
                option.click(position={"x": 8, "y": 8})
                settle(page)
        assert page.get_by_text(DONE).count() == 0, f"scene {number}"
        go_on(page)
    expect_nothing_passed(page, deck)


@pytest.mark.deep
def test_who_opens_a_friends_file_passes_nothing(page: Page, server: Server, tmp_path: Path) -> None:
    deck = shipped("challenge-03-counting")
    task = next(part for part in deck.scenes[0].parts if isinstance(part, Task))
    start = experiment_to_open(deck.scenes[0])
    assert task.show is not None and start is not None
    file = tmp_path / "friend.json"
    file.write_text(dumps(apply_deck_change(task.show, start)))
    begin(page, server, deck.name)
    at(page, deck, 1)
    settle(page)
    button(page, "Share").click()
    page.locator("input[type=file]").first.set_input_files(file)
    guide = page.locator(".st-key-guide")
    expect(guide).to_contain_text("7,850 parameters")
    expect(guide).to_contain_text("it was opened from a file or a link")
    expect(guide).not_to_contain_text(DONE)
    page.keyboard.press("Escape")
    go_on(page)
    at(page, deck, 2)
    settle(page)
    go_on(page)
    expect_nothing_passed(page, deck)


@pytest.mark.exhaustive
def test_who_runs_another_lessons_experiment_passes_nothing(page: Page, server: Server) -> None:
    begin(page, server, "lesson-01-keras")
    first = shipped("lesson-01-keras")
    for number in (1, 2):
        at(page, first, number)
        settle(page)
        go_on(page)
    at(page, first, 3)
    settle(page)
    train(page, 1)
    expect(page.locator(".st-key-guide")).to_contain_text(DONE)
    page.get_by_role("button", name="Leave").click()
    settle(page)

    second = shipped("lesson-07-learning-rate")
    begin(page, server, second.name)
    at(page, second, 1)
    settle(page)
    go_on(page)
    at(page, second, 2)
    settle(page)
    guide = page.locator(".st-key-guide")
    expect(guide).to_contain_text("no new run of this experiment yet; press Train")
    page.locator(f".st-key-predict-{second.name}-tiny").get_by_role("radio").first.click()
    field = page.locator(".st-key-train-controls").get_by_role("spinbutton", name="Epochs")
    field.fill("4")
    field.press("Enter")
    settle(page)
    train(page, 2)
    expect(guide).to_contain_text("Your draft is not the experiment of this scene: epochs 4 (was 5).")
    expect(guide).not_to_contain_text(DONE)
    expect(guide).not_to_contain_text("it was")
