"""How quickly Define answers an edit of a network of 40 layers, measured in Chromium on the real server:

    python -m tests.benchmarks.builder [--training] [--repeats 12] [--also URL]

Prints, of several edits by key, the milliseconds until the browser has painted a problem that needs no Keras, until it has
painted the new drawing, and until all shapes are there; no edit is made twice, so that every table is asked of Keras.
`--training` measures while another visitor's run keeps the trainer busy; `--also` takes turns with a second server, such as
one of an earlier version: times of one machine say little, differences between two servers on it say more.
"""

import argparse
import re
import statistics
import tempfile
from dataclasses import replace
from pathlib import Path

from playwright.sync_api import Browser, Page, expect, sync_playwright

from core.experiment.share_links import Link, write
from core.experiment.templates import apply_template, lecture
from tests.browser.browser_steps import button, shown_step
from tests.browser.chromium import open_browser
from tests.server import serve

LAYERS = 40
REPEATS = 12
REST = 1200  # ms between edits, so that each finds the page at rest
PATIENCE = 60_000  # ms

# Presses a key on the focused layer, and waits until a condition on the drawing holds and the browser has painted it since;
# the milliseconds between.
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
WAITS = {"problem": PROBLEM, "drawing": DRAWN, "shapes": SHAPES}  # what each edit waits for


def open_network(browser: Browser, url: str) -> Page:
    """Define with the lecture's network, its hidden layer repeated until there are 40."""
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
    """Milliseconds from Delete on the layer of this number until a condition holds; then the edit is taken back."""
    names = page.locator(".block:not(.picture) .name")
    names.nth(number).focus()
    found = page.evaluate(PRESS, ["Delete", condition])
    page.wait_for_timeout(REST)
    page.keyboard.press("Control+z")
    try:
        expect(names).to_have_count(LAYERS, timeout=10_000)
    except AssertionError:  # an earlier version may have gone back two steps
        page.keyboard.press("Control+y")
        expect(names).to_have_count(LAYERS, timeout=PATIENCE)
    page.wait_for_timeout(REST)
    return found


def train_long(browser: Browser, url: str) -> None:
    """A run of another visitor, of a convnet that takes both cores for longer than the measurement."""
    page = browser.new_context().new_page()
    experiment = apply_template(lecture("fashion_mnist"), "convnet")
    link = write(Link(replace(experiment, fit=replace(experiment.fit, epochs=1000))))
    page.goto(f"{url}/?experiment={link}")
    page.wait_for_timeout(REST)
    page.goto(f"{url}/train")
    button(page, "Train").click()
    expect(page.get_by_role("heading", name=re.compile("Run 1"))).to_be_visible(timeout=PATIENCE)
    shown_step(page)
    page.goto("about:blank")


def measure(pages: list[Page], repeats: int) -> list[dict[str, list[float]]]:
    """The milliseconds of each page's edits, by what was waited for; the pages take turns."""
    times: list[dict[str, list[float]]] = [{what: [] for what in WAITS} for _ in pages]
    numbers = iter(range(1, LAYERS - 1))
    for _ in range(repeats):
        for what, condition in WAITS.items():
            number = LAYERS - 1 if what == "problem" else next(numbers)
            for page, found in zip(pages, times, strict=True):
                found[what].append(edited(page, number, condition))
    return times


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--training", action="store_true")
    parser.add_argument("--repeats", type=int, default=REPEATS)
    parser.add_argument("--also", default="")
    given = parser.parse_args()
    if not 1 <= given.repeats <= (LAYERS - 2) // 2:
        parser.error(f"at most {(LAYERS - 2) // 2} repeats: no edit is made twice")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright, serve(Path(folder)) as server:
        browser = open_browser(playwright)
        urls = [server.url, *([given.also] if given.also else [])]
        pages = [open_network(browser.new_context(), url) for url in urls]
        if given.training:
            train_long(browser, server.url)
        for url, found in zip(urls, measure(pages, given.repeats), strict=True):
            print(url if given.also else "", "while a run trains" if given.training else "")
            for what, times in found.items():
                p95 = sorted(times)[round(0.95 * (len(times) - 1))]
                each = " ".join(f"{one:.0f}" for one in times)
                print(
                    f"edit to {what:<8} median {statistics.median(times):4.0f} ms   p95 {p95:4.0f} ms   ({each})", flush=True
                )
        browser.close()


if __name__ == "__main__":
    main()
