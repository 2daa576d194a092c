"""One person shares a network as a link, another one opens it: the same network, and the draft of before one click away."""

import re
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from core.experiment.model import Experiment
from core.runs.run_database import RunDatabase
from tests.browser.browser_steps import become_lecturer, button, upload_zip
from tests.faults.sample_uploads import digits, folders, zipped
from tests.server import Server

LINK = re.compile(r"/\?experiment=1\.[\w.-]+$")


def draft_of(page: Page, home: Path) -> Experiment:
    """The draft of a page's visitor, from the database on disk."""
    (name,) = (one["value"] for one in page.context.cookies() if one["name"] == "visitor")
    database = RunDatabase(home / "runs.sqlite")
    draft = database.draft(name)
    database.close()
    assert draft is not None
    return draft.experiment


def test_link_opens_the_same_network_in_another_browser(page: Page, other: Page, server: Server, home: Path) -> None:
    become_lecturer(page, server, home)
    page.goto(f"{server.url}/define")
    button(page, "Ready nets").click()
    page.get_by_role("button", name="LeNet-5").click()
    expect(page.locator(".st-key-rail")).to_contain_text("8 layers, 61,706 parameters")
    page.keyboard.press("Escape")
    button(page, "Share").click()
    field = page.get_by_role("textbox", name="Link")
    expect(field).to_have_value(LINK)
    link = field.input_value()

    other.goto(server.url)
    expect(other.locator(".st-key-rail")).to_contain_text("3 layers, 101,770 parameters")
    own = draft_of(other, home)
    other.goto(link)
    expect(other.get_by_text("A link offers an experiment on Fashion-MNIST with 8 layers.")).to_be_visible()
    assert draft_of(other, home) == own
    button(other, "Open it").click()
    expect(other.get_by_text("Your draft was replaced by the link's experiment.")).to_be_visible()
    expect(other.locator(".st-key-rail")).to_contain_text("8 layers, 61,706 parameters")
    expect(other).not_to_have_url(re.compile("experiment="))
    assert draft_of(other, home) == draft_of(page, home)
    button(other, "Undo").click()
    expect(other.locator(".st-key-rail")).to_contain_text("3 layers, 101,770 parameters")
    assert draft_of(other, home) == own

    page.locator(".st-key-share-locked").get_by_text("Train", exact=True).click()
    expect(field).not_to_have_value(link)
    other.goto(field.input_value())
    button(other, "Open it").click()
    expect(other.get_by_text("Train is locked by the link you opened.")).to_be_visible()
    other.get_by_role("link", name="Train").first.click()
    expect(other.get_by_role("spinbutton", name="Epochs")).to_be_disabled()
    button(other, "Unlock: open your own draft").click()
    expect(other.get_by_role("spinbutton", name="Epochs").first).to_be_enabled()  # the locked one fades away
    assert draft_of(other, home) == own
    other.goto(link[:-5])
    expect(other.get_by_text("The link is damaged")).to_be_visible()


@pytest.mark.deep
def test_pictures_of_ones_own_are_trained_on_and_seen_by_another_one_through_a_link(
    page: Page, other: Page, server: Server, home: Path
) -> None:
    files = {**folders(count=30, classes=3), "one/cut.png": digits(1, 1)[0][:40]}
    page.goto(f"{server.url}/own")
    upload_zip(page, {"name": "my digits.zip", "mimeType": "application/zip", "buffer": zipped(files)})
    expect(page.locator(".st-key-card-found")).to_contain_text("Pictures")
    expect(button(page, "Make the data set")).to_be_disabled()
    page.get_by_text("Leave them out", exact=True).click()
    expect(page.get_by_role("textbox", name="Name")).to_have_value("my digits")
    button(page, "Make the data set").click()
    button(page, "Use these pictures").click()
    expect(page.locator(".st-key-rail")).to_contain_text("my digits, 64 images")
    page.get_by_role("button", name="Code", exact=True).first.click()
    with page.expect_download() as download:
        page.locator("[class*=st-key-file-code-own-]").get_by_role("button").click()
    name = download.value.suggested_filename.removesuffix(".npz")
    with np.load(download.value.path()) as pictures, images_in(home, name) as kept:
        assert sorted(kept) == ["x_test", "x_train", "y_test", "y_train"]
        assert all(np.array_equal(pictures[one], kept[one]) for one in kept)
        assert sorted(pictures) == ["classes", *sorted(kept)], "the file names its classes"
        assert list(pictures["classes"]) == ["one", "two", "zero"]
    page.locator(".st-key-line").get_by_role("button", name="Train").click()
    expect(page.locator(".st-key-rail")).to_contain_text("run 1 finished")
    assert draft_of(page, home).data.dataset == name

    other.goto(f"{server.url}/load")
    expect(other.get_by_text("Three sets")).to_be_visible()
    expect(other.get_by_text("my digits")).to_have_count(0)
    other.goto(page.url)  # who has the link to a run sees its pictures
    expect(other.get_by_role("img", name="an image of: zero").first).to_be_visible()


def images_in(home: Path, name: str) -> np.lib.npyio.NpzFile:
    """The pictures of a data set, from the server's disk."""
    return np.load(home / "datasets" / name / "images.npz", allow_pickle=False)
