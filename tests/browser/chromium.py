"""Debian's Chromium, as the browser tests and benchmarks open it."""

import shutil

from playwright.sync_api import Browser, Playwright

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def find_chromium() -> str | None:
    """Where Chromium is, or None where it is not installed."""
    return next((path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), None)


def open_browser(playwright: Playwright) -> Browser:
    """A headless browser; the caller closes it."""
    return playwright.chromium.launch(executable_path=find_chromium(), args=FLAGS)
