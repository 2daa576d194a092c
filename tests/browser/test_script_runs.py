"""A page is at rest only once the server has ended the run of the script that a click asked for."""

from playwright.sync_api import Page, expect

from tests.page_pictures.capture import rest
from tests.server import Server

NOTE_CHANGES = """() => {
    let now = window.isScriptAwaited;
    window.changes = [];
    const set = (value) => window.changes.push((now = value));
    Object.defineProperty(window, "isScriptAwaited", { get: () => now, set, configurable: true });
}"""
ALWAYS_AWAITED = 'Object.defineProperty(window, "isScriptAwaited", { get: () => true, set: () => {}, configurable: true })'


def test_run_of_the_script_is_awaited_from_the_click_until_its_end(page: Page, server: Server) -> None:
    page.goto(f"{server.url}/compile")
    assert rest(page)
    page.evaluate(NOTE_CHANGES)
    page.get_by_role("radio", name="SGD").first.click()
    expect(page.locator(".st-key-rail")).to_contain_text("SGD")
    assert rest(page)
    changes = page.evaluate("window.changes")
    assert (changes[0], changes[-1]) == (True, False)
    page.evaluate(ALWAYS_AWAITED)  # a run that begins by itself, as when Keras answers, would end the state
    assert not rest(page, seconds=1)
