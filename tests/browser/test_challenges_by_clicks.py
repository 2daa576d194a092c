"""Three challenges by clicks, as a good student does them: on seeds that nobody chose, on own pictures, on own drawings."""

import io
import re
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, expect
from sklearn.datasets import load_digits

from core.teaching import library
from core.teaching.deck import CHALLENGE, Question
from tests.browser.browser_steps import draw_line, upload_zip
from tests.browser.deck_steps import DONE, TRAINED, at, begin, go_on, settle, shipped, train
from tests.server import Server

EACH = 24  # pictures of each class
DRAWN = 5  # drawings of each class
SHAPES = {  # the lines to draw, as shares of the sheet's width and height
    "bar": ((0.5, 0.1), (0.5, 0.9)),
    "roof": ((0.1, 0.8), (0.5, 0.2), (0.9, 0.8)),
    "floor": ((0.1, 0.7), (0.9, 0.7)),
}
GUIDE = ".st-key-guide"


def answer(page: Page, deck: str, question: Question) -> None:
    """Choose the right option."""
    right = [option.is_right for option in question.options].index(True)
    asked = page.locator(f".st-key-question-{deck}-{question.id}")
    asked.get_by_test_id("stRadioOption").nth(right).click(position={"x": 8, "y": 8})
    expect(asked.get_by_test_id("stAlert")).to_contain_text("check_circle")


def finish(page: Page, name: str) -> None:
    """Answer the question of the last scene, and press Finish; Learn counts the challenge as passed."""
    deck = shipped(name)
    at(page, deck, len(deck.scenes))
    settle(page)
    answer(page, name, next(part for part in deck.scenes[-1].parts if isinstance(part, Question)))
    settle(page)
    go_on(page)
    expect(page.locator(".st-key-finished")).to_contain_text(f"You passed {deck.title}.")
    expect(page.locator(f".st-key-deck-{name}")).to_contain_text("passed")
    expect(page.locator(".st-key-decks-challenge")).to_contain_text(f"1 of {len(library.decks(CHALLENGE))} passed.")


@pytest.mark.exhaustive
def test_network_is_rescued_by_scaling_and_passes_on_other_seeds(page: Page, server: Server) -> None:
    name = "challenge-01-scaling"
    begin(page, server, name)
    at(page, shipped(name), 1)
    settle(page)
    page.locator(f".st-key-predict-{name}-blame").get_by_role("radio").first.click()
    settle(page)
    train(page, 1)
    expect(page.locator(f".st-key-predict-{name}-blame")).to_contain_text("it was")
    expect(page.locator(GUIDE)).not_to_contain_text(DONE)
    page.get_by_role("link", name="1 Load").click()
    settle(page)
    page.get_by_role("radiogroup", name="Pixels").get_by_text("0 to 1", exact=True).click()
    settle(page)
    page.get_by_role("link", name="4 Train").click()
    settle(page)
    train(page, 2)
    expect(page.locator(GUIDE)).not_to_contain_text(DONE)  # chance may have helped
    page.get_by_role("button", name="Try 3 other seeds").click()
    expect(page.locator(GUIDE)).to_contain_text(DONE, timeout=TRAINED)
    expect(page.locator(GUIDE)).to_contain_text(re.compile("Passed: [36] of [36] more runs with other seeds pass, too"))
    go_on(page)
    finish(page, name)


def write_zip(path: Path) -> None:
    """Zeros and ones as PNG files, in one folder for each class."""
    digits = load_digits()
    with zipfile.ZipFile(path, "w") as archive:
        for label, name in enumerate(("cups", "keys")):
            for number in np.flatnonzero(digits.target == label)[:EACH]:
                file = io.BytesIO()
                Image.fromarray(np.rint(digits.images[number] * (255 / 16)).astype("uint8")).save(file, "PNG")
                archive.writestr(f"things/{name}/{number}.png", file.getvalue())


@pytest.mark.deep
def test_own_pictures_are_brought_trained_on_and_tested(page: Page, server: Server, tmp_path: Path) -> None:
    name = "challenge-12-own-data"
    write_zip(tmp_path / "things.zip")
    begin(page, server, name)
    at(page, shipped(name), 1)
    settle(page)
    upload_zip(page, tmp_path / "things.zip")
    page.get_by_role("button", name="Make the data set").click()
    page.get_by_role("button", name="Use these pictures").click()
    expect(page.locator(GUIDE)).to_contain_text(DONE)
    go_on(page)
    at(page, shipped(name), 2)
    settle(page)
    epochs = page.locator(".st-key-train-controls").get_by_role("spinbutton", name="Epochs")
    epochs.fill("20")
    epochs.press("Enter")
    settle(page)
    train(page, 1)
    expect(page.locator(GUIDE)).not_to_contain_text(DONE)
    page.get_by_role("link", name="Evaluate this run").click()
    page.get_by_role("button", name="Open the test set").click()
    page.get_by_role("button", name="Yes, open it").click()
    expect(page.locator(GUIDE)).to_contain_text(DONE)
    go_on(page)
    finish(page, name)


@pytest.mark.deep
def test_own_drawings_are_a_data_set_that_the_network_of_the_scene_learns(page: Page, server: Server) -> None:
    name = "challenge-15-own-drawings"
    begin(page, server, name)
    at(page, shipped(name), 1)
    settle(page)
    page.get_by_text("Drawings", exact=True).click()
    page.locator(".st-key-own-sheet-0").wait_for()
    for number, (shape, line) in enumerate(line for line in SHAPES.items() for _ in range(DRAWN)):
        if not number % DRAWN:
            page.get_by_role("textbox", name="Class").fill(shape)
            page.get_by_role("textbox", name="Class").press("Enter")
            settle(page)
        keep = page.locator(".st-key-own-keep-drawing").get_by_role("button", name=f"Keep it as {shape}")
        draw_line(
            page.locator(f".st-key-own-sheet-{number} canvas.drawing"), [(x, y + number % DRAWN / 60) for x, y in line]
        )
        keep.click()
        page.locator(f".st-key-own-sheet-{number + 1}").wait_for()
    page.get_by_role("button", name="Look through them").click()
    page.get_by_role("button", name="Make the data set").click()
    page.get_by_role("button", name="Use these pictures").click()
    expect(page.locator(GUIDE)).to_contain_text(DONE)
    go_on(page)
    at(page, shipped(name), 2)
    settle(page)
    train(page, 1)  # such different shapes are learned within five epochs
    expect(page.locator(GUIDE)).to_contain_text(DONE)
    go_on(page)
    at(page, shipped(name), 3)
    settle(page)
    for number, line in enumerate((SHAPES["roof"], SHAPES["floor"]), 1):
        draw_line(page.locator(".pad canvas.drawing"), line)
        expect(page.locator(GUIDE)).to_contain_text(f"{number} drawing")
        settle(page)
        page.locator(".pad").get_by_role("button", name="Clear").click()
    expect(page.locator(GUIDE)).to_contain_text(DONE)
    finish(page, name)
