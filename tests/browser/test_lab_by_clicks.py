"""The lab done whole by clicks and typed values, from the first scene to the file that is handed in."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from core.teaching import hand_in, library
from tests.browser.browser_steps import button
from tests.browser.deck_steps import DONE, settle, train
from tests.server import Server

LAB = "lab"
TITLES = [scene.title for scene in library.decks(LAB)[0].scenes]
TASKS, QUESTIONS, GUESSES = 12, 14, 2


def words(text: str) -> re.Pattern[str]:
    """A text of a page, whose spaces may be no-break spaces."""
    return re.compile(r"\s".join(map(re.escape, text.split(" "))))


def task(page: Page, name: str) -> Locator:
    return page.locator(f".st-key-task-lab-{name}")


def answer(page: Page, question: str, text: str) -> None:
    """Choose an option; the reply says that it is right."""
    asked = page.locator(f".st-key-question-lab-{question}")
    asked.locator("label").filter(has_text=words(text)).click()
    expect(asked.get_by_test_id("stAlert")).to_contain_text("check_circle")


def go_on(page: Page, title: str) -> None:
    """Go to the next scene, whose title begins so; its head stays in sight."""
    number = next(number for number, one in enumerate(TITLES, 1) if one.startswith(title))
    settle(page)
    page.locator(".st-key-guide-next").get_by_role("button").click()
    head = page.locator(".st-key-guide-head, .st-key-scene-head").filter(has_text=f"{number} of {len(TITLES)}")
    expect(head).to_contain_text(TITLES[number - 1])
    expect(head).to_be_in_viewport()
    settle(page)


def type_into(page: Page, field: Locator, value: float) -> None:
    field.fill(f"{value:g}")
    field.press("Enter")
    settle(page)


def look_at_data(page: Page) -> None:
    """Do the scenes on Load."""
    page.get_by_role("tab", name="In a table").click()
    answer(page, "held-out", "14 %")
    answer(page, "missing", "None")
    go_on(page, "Exercise 1")
    page.get_by_role("tab", name="Pixel values").click()
    answer(page, "background", "About half")
    go_on(page, "Exercise 2")
    page.get_by_role("tab", name="A hundred of a class").click()
    answer(page, "shoes", "To the left")
    answer(page, "bias", "Nothing, since the test set has hardly any such shoes")
    answer(page, "augmentation", "Mirror training images at random, anew in each step")
    go_on(page, "Prepare")
    page.get_by_role("radiogroup", name="Pixels").get_by_text("0 to 1", exact=True).click()
    expect(task(page, "scale")).to_contain_text(DONE)
    answer(page, "per-pixel", "For networks with convolution")
    go_on(page, "Exercise 3")
    page.get_by_role("tab", name="Labels").click()
    answer(page, "one-hot-mean", "0.1")


def stack_layers(page: Page) -> None:
    answer(page, "parameters", "111,146")
    go_on(page, "Define: 784")
    layers = page.locator(".block:not(.picture) .name")
    for count in (4, 5):
        page.get_by_role("button", name=re.compile("^Add Dense ")).click()
        expect(layers).to_have_count(count)
    for place, units in ((2, 64), (3, 32)):
        layers.nth(place).click()
        expect(page.locator("[class*=st-key-settings-title]")).to_contain_text(f"dense{place}")
        settle(page)  # what stood there for the layer before is gone
        type_into(page, page.get_by_role("spinbutton", name="Units"), units)
        expect(layers.nth(place)).to_contain_text(str(units))
    expect(task(page, "stack")).to_contain_text(DONE)


def choose_settings(page: Page) -> None:
    """Choose what the lab asks."""
    settings = page.locator(".st-key-train-controls")
    type_into(page, settings.get_by_role("spinbutton", name="Epochs"), 60)
    button(page, "Callbacks").click()
    inside = page.locator(".st-key-callbacks-inside")
    inside.get_by_role("button", name="EarlyStopping").click()
    inside.get_by_role("combobox", name="Monitor").click()
    page.get_by_role("option", name="val_loss", exact=True).click()
    type_into(page, inside.get_by_role("spinbutton", name=re.compile("^Patience")), 5)
    page.keyboard.press("Escape")
    expect(task(page, "settings")).to_contain_text("Adam 0.001")
    expect(task(page, "settings")).to_contain_text(DONE)


def guess_and_train(page: Page) -> None:
    page.get_by_role("radio", name="no", exact=True).click()
    settle(page)
    page.get_by_role("radio", name=words("2 to 5 points")).click()
    settle(page)
    train(page, 1)
    expect(task(page, "train")).to_contain_text(DONE)
    for guess in ("overfits", "gap"):
        expect(page.locator(f".st-key-predict-lab-{guess}")).to_contain_text(re.compile(r";\sit\swas|that\sis\sright"))


def open_test_set(page: Page) -> None:
    page.get_by_role("button", name=re.compile("^Open the test set")).click()
    page.get_by_role("button", name="Yes, open it").click()


def add_dropout(page: Page) -> None:
    layers = page.locator(".block:not(.picture) .name")
    for count, place in ((6, 2), (7, 4), (8, 6)):
        page.get_by_role("button", name=re.compile("^Insert a layer before ")).nth(place).click()
        page.get_by_role("button", name=re.compile("^Add Dropout ")).click()
        expect(layers).to_have_count(count)
    train(page, 2)
    expect(task(page, "dropout")).to_contain_text(DONE)


def use_threshold(page: Page) -> None:
    page.get_by_role("tab", name="Threshold").click()
    card = page.locator(".st-key-threshold-card")
    expect(card).to_contain_text("confidence at least 0.50")
    page.get_by_role("slider", name=re.compile("Threshold")).press("PageUp")
    expect(card).not_to_contain_text("confidence at least 0.50")
    answer(page, "threshold", "Fewer images are answered, and more of these answers are right")
    answer(page, "calibrated", "They are too high: the network is overconfident")


def do_digits(page: Page) -> None:
    """Do Exercise 7, which leads from Load to Train and Evaluate; the guide goes along."""
    head = page.locator(".st-key-guide-head").filter(has_text="Exercise 7")
    page.get_by_role("radio", name="Digits").click()
    expect(page.locator(".st-key-rail")).to_contain_text("problem: too many images")  # 4,000 are asked for; it has 1,293
    page.get_by_role("link", name="4 Train").click()
    settings = page.locator(".st-key-train-controls")
    type_into(page, settings.get_by_role("spinbutton", name="Training images"), 1293)
    type_into(page, settings.get_by_role("spinbutton", name="Epochs"), 30)
    button(page, "Callbacks").click()
    page.locator(".st-key-callbacks-inside").get_by_role("button", name="EarlyStopping").click()
    page.keyboard.press("Escape")
    expect(head).to_be_in_viewport()
    train(page, 3)
    page.get_by_role("link", name="Evaluate this run").click()
    expect(head).to_be_in_viewport()
    open_test_set(page)
    expect(task(page, "digits")).to_contain_text(DONE)
    expect(head).to_be_in_viewport()


@pytest.mark.exhaustive
def test_lab_is_done_whole_by_clicks_and_handed_in(
    page: Page, server: Server, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page.goto(f"{server.url}/learn")
    page.locator(".st-key-open-lab").get_by_role("button", name="Open the lab").click()
    go_on(page, "Before")
    look_at_data(page)
    go_on(page, "Define: how much")
    stack_layers(page)
    go_on(page, "Compile")
    choose_settings(page)
    go_on(page, "Train")
    guess_and_train(page)
    go_on(page, "Exercise 4")
    answer(page, "charts", "It learns the training images by heart")
    go_on(page, "Evaluate")
    open_test_set(page)
    expect(task(page, "test")).to_contain_text(DONE)
    answer(page, "cures", "Stop earlier or add Dropout")
    go_on(page, "Exercise 5")
    add_dropout(page)
    go_on(page, "Predict")
    answer(page, "sum", "Computers round each number")
    go_on(page, "Exercise 6")
    use_threshold(page)
    go_on(page, "Exercise 7")
    do_digits(page)
    go_on(page, "Hand in")
    name = page.get_by_role("textbox", name="Name on the file")
    name.fill("Ada")
    name.press("Enter")
    settle(page)
    with page.expect_download() as download:
        page.get_by_role("button", name="Download the file to hand in").click()
    handed_in = download.value.path().read_text(encoding="utf-8")
    for mark in ("not done", "no result", "not answered"):
        assert f">{mark}<" not in handed_in
    assert handed_in.count(">done<") == TASKS
    assert handed_in.count(">right<") >= QUESTIONS
    assert handed_in.count('class="mark"') == TASKS + QUESTIONS + GUESSES
    monkeypatch.setenv("DASHBOARD_HOME", str(home))  # whose secret has signed the file
    file = hand_in.read(download.value.path().read_bytes())
    assert file.is_as_written and len(file.receipts) == TASKS
    rows = re.findall(r"<tr><td>Run (\d)</td>.*?, validation accuracy [\d.]+(, test accuracy [\d.]+)?</td></tr>", handed_in)
    assert [(number, bool(opened)) for number, opened in rows] == [("1", True), ("2", False), ("3", True)]
    for text in ("Ada · ", "14 %", "To the left"):
        assert words(text).search(handed_in), text
