"""How quickly Define answers an edit of a network of 40 layers, measured in Chromium on the real server:

    python -m tests.benchmarks.builder

Prints, of several edits by key, the milliseconds until the browser shows a problem that needs no Keras, until it shows the
new drawing, and until all shapes are there. Times of one machine; on a busy one they say little.
"""

import statistics
import tempfile
from pathlib import Path

from playwright.sync_api import Page, expect, sync_playwright

from tests.browser.chromium import open_browser
from tests.server import serve

LAYERS = 40
REPEATS = 8
REST = 1500  # ms between edits, so that each finds the page at rest

# Presses a key on the focused layer, and waits until a condition on the drawing holds; the milliseconds between.
PRESS = """([key, altKey, condition]) => new Promise((resolve) => {
  const hosts = [...document.querySelectorAll("*")].filter((one) => one.shadowRoot?.querySelector(".builder"));
  const root = hosts[0].shadowRoot.querySelector(".builder");
  const holds = new Function("root", `return ${condition}`);
  const started = performance.now();
  root.getRootNode().activeElement.dispatchEvent(
    new KeyboardEvent("keydown", { key, altKey, bubbles: true, composed: true, cancelable: true }));
  const look = () => (holds(root) ? resolve(performance.now() - started) : setTimeout(look, 4));
  look();
})"""
PROBLEM = "root.querySelector('.problem.error')"
DRAWN = f"root.querySelectorAll('.block:not(.picture)').length === {LAYERS - 1}"
SHAPES = f"{DRAWN} && [...root.querySelectorAll('.facts .shape')].every((one) => one.textContent !== 'checking')"


def pressed(page: Page, number: int, key: str, condition: str) -> float:
    """Milliseconds from a key on the layer of this number until a condition holds; then the edit is taken back."""
    names = page.locator(".block:not(.picture) .name")
    names.nth(number).focus()
    found = page.evaluate(PRESS, [key, False, condition])
    page.wait_for_timeout(REST)
    page.keyboard.press("Control+z")
    expect(names).to_have_count(LAYERS)
    page.wait_for_timeout(REST)
    return found


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright, serve(Path(folder)) as server:
        browser = open_browser(playwright)
        page = browser.new_page()
        page.goto(f"{server.url}/define")
        names = page.locator(".block:not(.picture) .name")
        expect(page.locator(".facts .shape").nth(1)).to_have_text("128 numbers", timeout=60_000)
        names.nth(1).focus()
        for _ in range(LAYERS - 3):
            page.keyboard.press("Control+d")
        expect(names).to_have_count(LAYERS)
        page.wait_for_timeout(2 * REST)
        for what, last, condition in (("problem", True, PROBLEM), ("drawing", False, DRAWN), ("shapes", False, SHAPES)):
            times = sorted(
                pressed(page, LAYERS - 1 if last else 5 + repeat, "Delete", condition) for repeat in range(REPEATS)
            )
            print(f"edit to {what:<8} {statistics.median(times):6.0f} ms   ({' '.join(f'{one:.0f}' for one in times)})")
        browser.close()


if __name__ == "__main__":
    main()
