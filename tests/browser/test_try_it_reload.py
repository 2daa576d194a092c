"""A drawing on Try it stays while the page is reloaded, and what was cleared stays away."""

import re

from playwright.sync_api import Page, expect

from tests.browser.browser_steps import draw_line
from tests.server import PATIENCE, Server, wait_for

LINE = [(0.4, 0.15), (0.6, 0.5), (0.4, 0.85)]


def test_drawing_stays_when_the_page_is_reloaded(page: Page, server: Server) -> None:
    page.goto(f"{server.url}/try_it")
    says, sheet = page.locator(".st-key-try-says"), page.locator(".pad canvas.drawing")
    draw_line(sheet, LINE)
    expect(says).to_contain_text(re.compile(r"\d\s%"))
    drawn = sheet.evaluate("sheet => sheet.toDataURL()")
    page.reload()
    expect(says).to_contain_text(re.compile(r"\d\s%"))
    wait_for(lambda: sheet.evaluate("sheet => sheet.toDataURL()") == drawn, PATIENCE, "the drawing of before")
    page.get_by_role("button", name="Clear").click()
    expect(says).to_contain_text("the answer comes while you draw")
    page.reload()
    expect(page.locator(".st-key-try-example img")).to_be_visible()
    expect(says).to_contain_text("the answer comes while you draw")
