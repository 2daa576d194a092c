"""Measure how quickly Define answers an edit of a network of 40 layers, in Chromium on the real server:

    python -m tests.benchmarks.builder [--training] [--against COMMIT] [--repeats 5]

The command makes three edits by key in each repeat. It prints the milliseconds until the browser has painted a problem that
needs no Keras, until it has painted the new drawing, and until all shapes are known. No edit is made twice, so that Keras
has to answer each edit. With `--training`, another visitor's run keeps the trainer busy. With `--against`, the command also
measures another commit, in turn.
"""

import re
from dataclasses import replace

from playwright.sync_api import Browser, Page, expect, sync_playwright

from core.experiment.share_links import Link, write
from core.experiment.templates import apply_template, lecture_experiment
from tests.benchmarks.measurements import Measurements
from tests.benchmarks.versions import Version, parser, servers, turns, versions
from tests.browser.browser_steps import button, shown_step
from tests.browser.chromium import open_browser

LAYERS = 40
EDITS = 3  # the number of edits in a repeat
MOST_REPEATS = (LAYERS - 2) // 2 // EDITS  # with more repeats, an edit would be made twice
REST = 1200  # ms between edits, so that each finds the page at rest
PATIENCE = 60_000  # ms

# Presses a key on the focused layer, and waits until a condition on the drawing holds and the browser has painted. Returns
# the milliseconds from the key to the painting.
PRESS = """([key, condition]) => new Promise((resolve) => {
  const hosts = [...document.querySelectorAll("*")].filter((one) => one.shadowRoot?.querySelector(".builder"));
  const root = hosts[0].shadowRoot.querySelector(".builder");
  const holds = new Function("root", `return ${condition}`);
  const started = performance.now();
  root.getRootNode().activeElement.dispatchEvent(
    new KeyboardEvent("keydown", { key, bubbles: true, composed: true, cancelable: true }));
  const painted = () => requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - started)));
  const look = () => (holds(root) ? painted() : setTimeout(look, 4));
  look();
})"""
PROBLEM = "root.querySelector('.problem.error')"
DRAWN = f"root.querySelectorAll('.block:not(.picture)').length === {LAYERS - 1}"
SHAPES = f"{DRAWN} && [...root.querySelectorAll('.facts .shape')].every((one) => one.textContent !== 'checking')"
WAITS = {"problem": PROBLEM, "drawing": DRAWN, "shapes": SHAPES}  # the condition for which each edit waits


def open_network(browser: Browser, url: str) -> Page:
    """Open Define with the lecture's network, and copy its hidden layer until the network has 40 layers."""
    page = browser.new_page()
    page.goto(f"{url}/define")
    names = page.locator(".block:not(.picture) .name")
    expect(page.locator(".facts .shape").nth(1)).to_have_text("128 numbers", timeout=PATIENCE)
    names.nth(1).focus()
    for _ in range(LAYERS - 3):
        page.keyboard.press("Control+d")
    expect(names).to_have_count(LAYERS, timeout=PATIENCE)
    page.wait_for_timeout(3 * REST)
    return page


def edited(page: Page, number: int, condition: str) -> float:
    """Delete the layer of this number, and undo the edit. Return the milliseconds from Delete until a condition held."""
    names = page.locator(".block:not(.picture) .name")
    names.nth(number).focus()
    found = page.evaluate(PRESS, ["Delete", condition])
    page.wait_for_timeout(REST)
    page.keyboard.press("Control+z")
    try:
        expect(names).to_have_count(LAYERS, timeout=10_000)
    except AssertionError:  # an earlier version may have undone two steps
        page.keyboard.press("Control+y")
        expect(names).to_have_count(LAYERS, timeout=PATIENCE)
    page.wait_for_timeout(REST)
    return found


def train_long(browser: Browser, url: str) -> None:
    """Start a run of another visitor: a convnet that takes both cores for longer than the measurement."""
    page = browser.new_context().new_page()
    experiment = apply_template(lecture_experiment("fashion_mnist"), "convnet")
    link = write(Link(replace(experiment, fit=replace(experiment.fit, epochs=1000))))
    page.goto(f"{url}/?experiment={link}")
    page.wait_for_timeout(REST)
    page.goto(f"{url}/train")
    button(page, "Train").click()
    expect(page.get_by_role("heading", name=re.compile("Run 1"))).to_be_visible(timeout=PATIENCE)
    shown_step(page)
    page.goto("about:blank")


def measure_edits(
    browser: Browser, compared: list[Version], repeats: int, into: Measurements, training: bool = False
) -> None:
    """Measure the milliseconds of edits on the page of each version. The versions take turns."""
    with servers(compared) as started:
        pages = {version: open_network(browser.new_context(), server.url) for version, (server, _) in started.items()}
        if training:
            for server, _ in started.values():
                train_long(browser, server.url)
        numbers = iter(range(1, LAYERS - 1))
        for turn in range(min(repeats, MOST_REPEATS) * EDITS):
            for what, condition in WAITS.items():
                number = LAYERS - 1 if what == "problem" else next(numbers)
                for version in turns(compared, turn):
                    into.add(version, f"edit of {LAYERS} layers → {what}", edited(pages[version], number, condition), "ms")
        for page in pages.values():
            page.context.close()


def main() -> None:
    arguments = parser(__doc__)
    arguments.add_argument("--training", action="store_true")
    given = arguments.parse_args()
    with versions(given.against) as compared, sync_playwright() as playwright:
        browser = open_browser(playwright)
        found = Measurements(compared)
        measure_edits(browser, compared, given.repeats, found, given.training)
        browser.close()
        print(found.table())


if __name__ == "__main__":
    main()
