"""Take the screenshots for README.md and docs/: Chromium goes through the lecture in the real app, without a network.

python -m docs.pictures
"""

import re
import tempfile
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from tests.browser.chromium import open_browser
from tests.server import serve

FOLDER = Path(__file__).parent
START_SIZE = {"width": 1280, "height": 660}  # pixels: the whole page Start, without empty space below
TRAIN_SIZE = {"width": 1440, "height": 920}  # pixels; room for curves and code
LOOKS_SIZE = {"width": 1280, "height": 720}  # pixels, as on a projector
TRAINING_SECONDS = 180.0  # five epochs take 20 s on a laptop, and longer on a busy machine
SETTLE_SECONDS = 1.0  # the time in which charts and fonts fade in


def save(page: Page, name: str) -> None:
    """Save a screenshot of the page in this folder."""
    page.mouse.move(0, 0)  # so that no tooltip is open
    page.wait_for_timeout(SETTLE_SECONDS * 1000)
    page.screenshot(path=FOLDER / name)
    print(f"wrote {FOLDER / name}")


def start_screen(page: Page, url: str) -> None:
    """Take the screenshot of the page Start, once its pictures are drawn and the engine is ready."""
    page.set_viewport_size(START_SIZE)
    page.goto(url)
    page.get_by_role("button", name="Train this network").wait_for()
    page.get_by_text("Works offline", exact=True).wait_for()
    page.locator(".st-key-start-net .percent").get_by_text("%").first.wait_for()
    save(page, "start.png")


def trained(page: Page) -> None:
    """Train the lecture's network, and take the screenshot of Train with the code beside the curves."""
    page.set_viewport_size(TRAIN_SIZE)
    page.get_by_role("button", name="Train this network").click()
    page.locator(".st-key-line-progress").wait_for()
    page.get_by_role("link", name="4 Train").click()
    page.get_by_role("heading", name=re.compile("Run 1")).wait_for()
    page.get_by_role("heading", name="Train").press("c")
    page.locator(".st-key-code-script").wait_for()
    page.get_by_role("heading", name=re.compile("Run 1.*finished")).wait_for(timeout=TRAINING_SECONDS * 1000)
    page.locator(".st-key-outcome").get_by_text("validation accuracy").wait_for()
    save(page, "train.png")


def looks(page: Page) -> None:
    """Take a screenshot of Compile with the drawer of code in each theme."""
    page.set_viewport_size(LOOKS_SIZE)
    page.get_by_role("link", name="3 Compile").click()
    page.locator(".paths .legend li").first.wait_for()
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme)
        save(page, f"compile-{theme}.png")


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, serve(Path(folder)) as server, sync_playwright() as playwright:
        browser = open_browser(playwright)
        page = browser.new_page()
        page.set_default_timeout(60_000)
        start_screen(page, server.url)
        trained(page)
        looks(page)
        browser.close()


if __name__ == "__main__":
    main()
