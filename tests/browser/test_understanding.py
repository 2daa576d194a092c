"""From a number to why: own pictures, a network, its worst cell, a mistake, what it made of it, and all taken home."""

import io
import json
import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import nbformat
import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, expect
from sklearn.datasets import load_digits

from tests.browser.browser_steps import draw_line, press_train, run_in_view, unfold_settings, upload_zip
from tests.page_pictures.capture import rest
from tests.server import Server

CLASSES = {3: "three", 5: "five", 8: "eight", 9: "nine"}
EACH = 60  # pictures
SIDE = 16  # pixels
IN_LINE = """() => {
    const tops = [...document.querySelectorAll(".st-key-card-take-model [data-testid=stPopover]")].map(
        (one) => Math.round(one.getBoundingClientRect().top));
    return tops.length === 3 && new Set(tops).size === 1;
}"""  # the last buttons of the three formats, though the words above them are of different lengths
CELL = re.compile(r"actual (\w+), predicted (\w+): (\w+) image")


def write_zip(path: Path) -> None:
    """Digits as PNG files, in one folder for each class."""
    digits = load_digits()
    with zipfile.ZipFile(path, "w") as archive:
        for label, name in CLASSES.items():
            for number in np.flatnonzero(digits.target == label)[:EACH]:
                picture = Image.fromarray(np.rint(digits.images[number] * (255 / 16)).astype("uint8"))
                file = io.BytesIO()
                picture.resize((SIDE, SIDE), Image.Resampling.BICUBIC).save(file, "PNG")
                archive.writestr(f"digits/{name}/{number}.png", file.getvalue())


def bring(page: Page, server: Server, path: Path) -> None:
    """Upload a zip file, make a data set of it, and use it."""
    page.goto(f"{server.url}/load")
    page.get_by_role("link", name="Your own pictures", exact=True).click()
    upload_zip(page, path)
    page.get_by_role("button", name="Make the data set").click()
    page.get_by_role("button", name="Use these pictures").click()
    # Digits, which is there already, differs in capitals alone.
    expect(page.locator("[class*=st-key-rail-load]")).to_contain_text("digits 2, 172 images")


def take_template(page: Page, title: str) -> None:
    """Take a ready net on Define."""
    page.get_by_role("link", name="2 Define").click()
    page.get_by_role("button", name="Ready nets").click()
    page.get_by_role("button", name=title).click()
    page.keyboard.press("Escape")
    expect(page.locator("[class*=st-key-rail-define]")).to_contain_text("parameters")


def train(page: Page, epochs: int, number: int) -> None:
    """Train for some epochs, and wait for the end."""
    page.get_by_role("link", name="4 Train").click()
    if number > 1:
        unfold_settings(page)
    box = page.get_by_role("spinbutton", name="Epochs", exact=True)
    box.fill(str(epochs))
    box.press("Enter")
    expect(page.locator(".st-key-line")).to_contain_text(re.compile(rf"\b{epochs}\b"))
    rest(page)  # Train has come to the place that it has after the edit
    press_train(page)
    expect(page.get_by_role("heading", name=f"Run {number}: finished")).to_be_visible()


def press_worst_cell(page: Page) -> tuple[str, str]:
    """Press the cell off the diagonal that holds most images; its actual and predicted class."""
    cells = page.locator(".st-key-matrix-validation").get_by_role("gridcell")
    expect(cells).to_have_count(len(CLASSES) ** 2)
    expect(page.locator(".st-key-matrix-validation td[aria-disabled=false]").first).to_be_visible()
    found = []
    for cell in cells.all():
        actual, predicted, count = CELL.match(cell.get_attribute("aria-label") or "").groups()
        if actual != predicted and count != "no":
            found.append((int(count), actual, predicted, cell))
    _, actual, predicted, worst = max(found, key=lambda one: one[0])
    worst.click()
    return actual, predicted


def save(page: Page, name: str | re.Pattern, folder: Path) -> Path:
    """Press a button that gives a file, and keep the file under the name that it is given."""
    with page.expect_download() as coming:
        page.get_by_role("button", name=name).click()
    path = folder / coming.value.suggested_filename
    coming.value.save_as(path)
    return path


def accuracy_of_notebook(path: Path) -> float:
    """Run the code of a notebook, beside the files that it needs; the accuracy on the test set that it found."""
    book = nbformat.read(path, as_version=4)
    cells = [cell.source for cell in book.cells if cell.cell_type == "code"]
    code = "\n".join(cell for cell in cells if not cell.startswith("%"))  # what is installed is here already
    output = path.with_suffix(".json")
    code += f"\nimport json\njson.dump(test, open({str(output)!r}, 'w'))\n"
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    subprocess.run([sys.executable, "-c", code], cwd=path.parent, check=True, env=environment, stdout=subprocess.DEVNULL)
    return json.loads(output.read_text())["accuracy"]


RING = [(0.5 + 0.25 * np.sin(turn), 0.5 - 0.35 * np.cos(turn)) for turn in np.linspace(0, 2 * np.pi, 24)]


@pytest.mark.deep
def test_from_pictures_of_ones_own_to_why_and_home(page: Page, server: Server, home: Path, tmp_path: Path) -> None:
    write_zip(tmp_path / "digits.zip")
    bring(page, server, tmp_path / "digits.zip")
    take_template(page, "LeNet-5")
    train(page, epochs=1, number=1)
    run = run_in_view(page, home)
    assert run.result is not None

    page.get_by_role("link", name="Evaluate this run").click()
    actual, predicted = press_worst_cell(page)
    words = f"Labelled “{actual}”; the network said “{predicted}”"
    expect(page.locator(".st-key-card-evaluated-cell-images")).to_contain_text(words)
    page.get_by_role("button", name="Look closely").click()
    expect(page.locator(".st-key-card-closeup-card")).to_contain_text(words)

    page.get_by_role("button", name="Why this answer?").click()
    page.get_by_role("combobox", name="Method").click()
    page.get_by_role("option", name="Grad-CAM").click()
    expect(page.get_by_alt_text(re.compile("Grad-CAM")).first).to_be_visible()
    page.get_by_role("button", name="Inside your network").click()
    expect(page.get_by_text(f"{actual}: image ").first).to_be_visible()
    page.get_by_role("button", name=re.compile("Conv2D")).first.click()
    expect(page.locator("canvas.out")).to_be_visible()  # it is hidden until its module hears keys
    page.locator("canvas.out").press("ArrowRight")
    expect(page.locator(".window .sum")).to_contain_text("=")

    page.goto(page.url.replace("/inside", "/try_it"))
    draw_line(page.locator(".pad canvas.drawing"), RING)
    expect(page.locator(".st-key-try-says")).to_contain_text(re.compile(r"\d\s%"))
    page.locator(".st-key-try-break summary").click()
    page.get_by_role("slider", name=re.compile("Rotate")).press("PageUp")
    expect(page.locator(".st-key-try-sees")).to_contain_text("rotate")
    expect(page.locator(".st-key-try-says")).to_contain_text(re.compile("efore the change"))

    train(page, epochs=4, number=2)
    expect(page.get_by_text("Against run 1: epochs 4 (was 1)")).to_be_visible()
    second = run_in_view(page, home)
    assert second.result is not None
    page.get_by_role("link", name="Evaluate this run").click()
    page.get_by_role("link", name="Take away").click()
    page.wait_for_function(IN_LINE)
    page.get_by_text("Optional: does the script give the same numbers?").click()
    page.get_by_role("button", name="Run the export and compare").click()
    expect(page.get_by_text("the run's, to the last digit")).to_be_visible()
    code = save(page, "Notebook (.ipynb)", tmp_path)
    save(page, re.compile("Download own-"), tmp_path)
    assert accuracy_of_notebook(code) == second.result["test"]["accuracy"]
