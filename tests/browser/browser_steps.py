"""Steps that several journeys through the app in a browser take."""

import re
from collections.abc import Iterable
from pathlib import Path

from playwright.sync_api import Browser, FilePayload, FloatRect, Locator, Page, expect

from core.number_text import quantity
from core.runs.run_database import RunDatabase
from core.runs.run_record import Run
from tests.page_pictures.capture import rest
from tests.page_pictures.script_runs import note_script_runs
from tests.server import PATIENCE, Server

# Streamlit may call a component and at once call the cleanup of that call, if newer data overtook the call. By this script,
# a test can do the same to any component that is or was on the page, for example by overtaken.builder().
OVERTAKEN = """
    const made = Blob;
    window.overtaken = {};
    window.Blob = function (parts, options) {
        const text = (part) => typeof part !== "string" ? part : part.replace(
            /export default async function (\\w+)\\(component\\) {/,
            (start, name) => `${start} overtaken.${name} = async () => { (await ${name}(component))?.(); };`);
        return new made(parts.map(text), options);
    };
"""
SCROLLED = """table => new Promise((done, refuse) => {
    table.addEventListener("pointerover", () => done(), { once: true });
    const main = document.querySelector("[data-testid=stMain]");
    const [before, step] = [main.scrollTop, table.querySelector("td").offsetHeight];
    main.scrollBy(0, step);
    if (main.scrollTop === before) main.scrollBy(0, -step); // it was at its end
    if (main.scrollTop === before) refuse(new Error("the page has nothing to scroll"));
})"""  # until the pointer, which rests, is over another cell
PATIENCE_MILLISECONDS = PATIENCE * 1000


def upload_zip(page: Page, file: Path | FilePayload) -> None:
    """Upload a zip file of folders on the page Your own pictures."""
    page.get_by_role("radio", name="A zip of folders").click()
    expect(page.get_by_text("Drop a zip file here")).to_be_visible()
    page.locator("input[type=file][accept*=zip]").set_input_files(file)


def new_visitor(browser: Browser, width: int = 1440, height: int = 900) -> Page:
    """Return an empty page of a new visitor. The caller closes the page's context."""
    context = browser.new_context(viewport={"width": width, "height": height})
    context.set_default_timeout(PATIENCE_MILLISECONDS)
    note_script_runs(context)
    return context.new_page()


def button(page: Page, name: str) -> Locator:
    """Return the button with exactly this name, with or without a shortcut key."""
    return page.get_by_role("button", name=re.compile(rf"^{re.escape(name)}( Shortcut \w)?$"))


def press_train(page: Page) -> None:
    """Press Train once the page has a single Train button. After an edit, the button moves from the settings to the bar."""
    train = button(page, "Train")
    expect(train).to_have_count(1)
    train.click()


def shown_step(page: Page) -> int:
    """Wait until the curves show a step, and return the number of the last step that they show."""
    status = page.locator(".run-curves-status", has_text=re.compile(r"step [1-9]"))
    status.wait_for()
    found = re.search(r"step ([\d,]+)", status.inner_text())
    assert found is not None
    return int(found[1].replace(",", ""))


def train_lecture(page: Page, url: str) -> None:
    """Press Train on the first screen, go to the page Train, and wait for the first point of the curves."""
    page.goto(url)
    page.get_by_role("button", name="Train this network").click()
    expect(page.locator(".st-key-line-progress")).to_be_visible()
    page.get_by_role("link", name="4 Train").click()
    expect(page.get_by_role("heading", name=re.compile("Run 1: "))).to_be_visible()
    shown_step(page)


def choose_digits(page: Page, url: str, epochs: int) -> None:
    """Choose the data set Digits and a number of epochs, and leave the page Train open."""
    page.goto(f"{url}/load")
    page.get_by_role("radio", name="Digits").click()
    expect(page.locator(".st-key-rail-load-here")).to_contain_text("Digits, 1,293 images")
    page.get_by_role("link", name="Train").first.click()
    box = page.get_by_role("spinbutton", name="Epochs")
    box.fill(str(epochs))
    box.press("Enter")
    expect(page.locator(".st-key-line")).to_contain_text(f"→ {quantity(epochs, 'epoch')},")


def unfold_settings(page: Page) -> None:
    """Unfold the settings of Train, which are folded once there is a run."""
    settings, switch = page.locator(".st-key-card-controls"), page.locator(".st-key-show-settings")
    expect(switch.or_(settings).filter(visible=True).first).to_be_visible()
    rest(page)  # while the page is drawn, the switch may disappear again
    if not settings.is_visible():
        switch.locator("label").click()
    expect(settings).to_be_visible()


def train_digits(page: Page, url: str, epochs: int) -> None:
    """Choose Digits and a number of epochs, and train."""
    choose_digits(page, url, epochs)
    press_train(page)
    expect(page.get_by_role("heading", name=re.compile("Run 1: "))).to_be_visible()


def train_long(page: Page, url: str) -> None:
    """Start the longest possible training on Digits, in small batches, so that it lasts long on a quick machine too."""
    choose_digits(page, url, epochs=1000)
    size = page.get_by_role("spinbutton", name="Batch size")
    size.fill("8")
    size.press("Enter")
    expect(page.get_by_role("region", name="Epochs and batches")).to_contain_text("162 batches of 8")
    press_train(page)
    expect(page.get_by_role("heading", name=re.compile("Run 1: "))).to_be_visible()


def run_in_view(page: Page, home: Path) -> Run:
    """Return the run that a page shows, from the database on disk."""
    expect(page).to_have_url(re.compile("run="))  # the address changes after the page
    found = re.search(r"run=([\w-]+)", page.url)
    assert found is not None, f"no run in {page.url}"
    database = RunDatabase(home / "runs.sqlite")
    run = database.run(found[1])
    database.close()
    assert run is not None
    return run


def become_lecturer(page: Page, server: Server, home: Path) -> None:
    """Open the lecturer's link that the terminal prints, and wait until the browser has the lecturer's cookie."""
    page.goto(f"{server.url}/lecturer#{(home / 'lecturer-token').read_text()}")
    expect(page).not_to_have_url(re.compile("lecturer"), timeout=PATIENCE_MILLISECONDS)


def steady_box(locator: Locator) -> FloatRect:
    """Return the box of an element, once the element is visible and no longer moves."""
    expect(locator).to_be_visible()
    locator.scroll_into_view_if_needed()
    box = locator.bounding_box()
    assert box is not None
    return box


def draw_line(sheet: Locator, points: Iterable[tuple[float, float]]) -> None:
    """Draw a line on the sheet with the mouse. The points are shares of the sheet's width and height."""
    box, mouse = steady_box(sheet), sheet.page.mouse
    first, *others = ((box["x"] + across * box["width"], box["y"] + down * box["height"]) for across, down in points)
    mouse.move(*first)
    mouse.down()
    for point in others:
        mouse.move(*point, steps=4)
    mouse.up()
