"""Make the pictures of README.md and docs/: the real app in Chromium, taken through the lecture. Needs no network.

python -m docs.pictures
"""

import re
import tempfile
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from tests.browser.chromium import open_browser
from tests.server import serve

FOLDER = Path(__file__).parent
START_SIZE = {"width": 1280, "height": 660}  # pixels; nothing is below
TRAIN_SIZE = {"width": 1440, "height": 920}  # pixels; room for curves and code
TRAINING_SECONDS = 180.0  # five epochs take 20 s on a laptop; this one may be busy
SETTLE_SECONDS = 1.0  # charts and fonts fade in


def save(page: Page, name: str) -> None:
    """Write what the page shows as a picture in this folder."""
    page.mouse.move(0, 0)  # no tooltip
    page.wait_for_timeout(SETTLE_SECONDS * 1000)
    page.screenshot(path=FOLDER / name)
    print(f"wrote {FOLDER / name}")


def start_screen(page: Page, url: str) -> None:
    """The first screen that a person sees, once its pictures are there and the engine is ready."""
    page.set_viewport_size(START_SIZE)
    page.goto(url)
    page.get_by_role("button", name="Train this network").wait_for()
    page.get_by_text("engine ready").wait_for()
    page.locator("img").nth(9).wait_for()
    save(page, "start.png")


def trained(page: Page) -> None:
    """The lecture's network, trained, with its code beside the curves."""
    page.set_viewport_size(TRAIN_SIZE)
    page.get_by_role("button", name="Train this network").click()
    page.get_by_role("heading", name=re.compile("Run 1")).wait_for()
    page.get_by_role("button", name=re.compile("code", re.IGNORECASE)).first.wait_for()
    if page.get_by_role("button", name="Show code").is_visible():
        page.get_by_role("button", name="Show code").click()
    page.get_by_role("heading", name=re.compile("Run 1.*finished")).wait_for(timeout=TRAINING_SECONDS * 1000)
    page.get_by_text("Validation accuracy").first.wait_for()
    save(page, "train.png")


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, serve(Path(folder)) as server, sync_playwright() as playwright:
        browser = open_browser(playwright)
        page = browser.new_page()
        page.set_default_timeout(60_000)
        start_screen(page, server.url)
        trained(page)
        browser.close()


if __name__ == "__main__":
    main()
