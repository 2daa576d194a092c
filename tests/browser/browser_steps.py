"""Steps that several journeys take."""

import re
from pathlib import Path

from playwright.sync_api import Browser, Locator, Page, expect

from core.number_text import quantity
from core.runs.run_record import Run
from core.runs.store import Ledger
from tests.server import PATIENCE, Server

# Streamlit may call a component and at once call the cleanup of that call, where newer data overtook it. By this any
# component that is, or was, on the page can be made to go through that: overtaken.builder().
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


def new_visitor(browser: Browser, width: int = 1440, height: int = 900) -> Page:
    """An empty page of somebody who was never here; the caller closes its context."""
    context = browser.new_context(viewport={"width": width, "height": height})
    context.set_default_timeout(PATIENCE_MILLISECONDS)
    return context.new_page()


def button(page: Page, name: str) -> Locator:
    """The button of exactly this name, whether or not a key presses it as well."""
    return page.get_by_role("button", name=re.compile(rf"^{re.escape(name)}( Shortcut \w)?$"))


def shown_step(page: Page) -> int:
    """The step that the curves have reached; waits for the first one."""
    status = page.locator(".run-curves-status", has_text=re.compile(r"step [1-9]"))
    status.wait_for()
    found = re.search(r"step ([\d,]+)", status.inner_text())
    assert found is not None
    return int(found[1].replace(",", ""))


def train_lecture(page: Page, url: str) -> None:
    """Press the first screen's button and wait for the first point."""
    page.goto(url)
    page.get_by_role("button", name="Train this network").click()
    expect(page.get_by_role("heading", name=re.compile("Run 1: "))).to_be_visible()
    shown_step(page)


def choose_digits(page: Page, url: str, epochs: int) -> None:
    """Choose Digits and a number of epochs; the page Train is open."""
    page.goto(f"{url}/load")
    page.get_by_role("radio", name="Digits").click()
    expect(page.locator(".st-key-rail-load-here")).to_contain_text("Digits, 1,293 images")
    page.get_by_role("link", name="Train").first.click()
    box = page.get_by_role("spinbutton", name="Epochs")
    box.fill(str(epochs))
    box.press("Enter")
    expect(page.locator(".st-key-line")).to_contain_text(f"→ {quantity(epochs, 'epoch')},")


def train_digits(page: Page, url: str, epochs: int) -> None:
    """Choose Digits and a number of epochs, and train."""
    choose_digits(page, url, epochs)
    button(page, "Train").click()
    expect(page.get_by_role("heading", name=re.compile("Run 1: "))).to_be_visible()


def run_in_view(page: Page, home: Path) -> Run:
    """The run that a page shows, from the ledger on disk."""
    found = re.search(r"run=([\w-]+)", page.url)
    assert found is not None, f"no run in {page.url}"
    ledger = Ledger(home / "runs.sqlite")
    run = ledger.run(found[1])
    ledger.close()
    assert run is not None
    return run


def become_lecturer(page: Page, server: Server, home: Path) -> None:
    """Open the lecturer's link as the terminal shows it, and wait until the browser holds the cookie."""
    page.goto(f"{server.url}/lecturer#{(home / 'lecturer-token').read_text()}")
    expect(page).not_to_have_url(re.compile("lecturer"), timeout=PATIENCE_MILLISECONDS)
