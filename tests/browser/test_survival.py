"""A run goes on whatever the browser does, and a dead trainer is no dead dashboard."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.browser_steps import button, shown_step, train_digits, train_long, unfold_settings
from tests.server import PATIENCE, Server, wait_for


@pytest.mark.deep
def test_run_goes_on_over_reload_and_other_pages(page: Page, server: Server) -> None:
    train_long(page, server.url)
    before = shown_step(page)
    page.reload()
    expect(page.get_by_role("heading", name=re.compile("Run 1: training"))).to_be_visible()
    wait_for(lambda: shown_step(page) > before, PATIENCE, "a later step after the reload")
    page.get_by_role("link", name="Load").first.click()
    expect(page.locator(".st-key-line")).to_contain_text("epoch")
    expect_followed(page)
    page.get_by_role("link", name="Train").first.click()
    wait_for(lambda: shown_step(page) > before, PATIENCE, "a later step on the page that was left")
    button(page, "Stop").click()
    expect(page.get_by_role("heading", name="Run 1: stopped")).to_be_visible()
    expect(page.get_by_role("link", name="Evaluate this run")).to_be_visible()


def expect_followed(page: Page) -> None:
    """Inside follows the run: newer weights come onto it by themselves, and the number that is looked at keeps the focus."""
    page.get_by_role("link", name="Evaluate").first.click()
    page.get_by_role("link", name="Inside").click()
    page.get_by_role("button", name=re.compile("^Dense 128 ")).click()
    number = page.locator(".window .out")
    expect(number).to_be_visible()  # it is hidden until its module hears keys, and what is hidden takes no focus
    number.focus()
    followed = page.get_by_text(re.compile(r"^Follows the run: epoch \d+ of 1000\.$"))
    for _ in range(3):  # the page may be drawn anew once or twice for another reason
        expect(followed).not_to_have_text(followed.inner_text())
    expect(number).to_be_focused()


def test_run_is_found_again_after_tab_is_closed(browser: Browser, page: Page, server: Server) -> None:
    train_digits(page, server.url, epochs=1000)
    shown_step(page)
    context = page.context
    page.close()
    again = context.new_page()
    again.goto(f"{server.url}/train")
    expect(again.get_by_role("heading", name=re.compile("Run 1: training"))).to_be_visible()
    shown_step(again)
    unfold_settings(again)  # the draft is the visitor's own, and is there too
    expect(again.get_by_role("spinbutton", name="Epochs")).to_have_value("1000")
    button(again, "Stop").click()
    expect(again.get_by_role("heading", name="Run 1: stopped")).to_be_visible()


def test_deep_link_comes_first(page: Page, server: Server) -> None:
    page.goto(f"{server.url}/define")
    expect(page.get_by_role("heading", name="Define")).to_be_visible()
    expect(page.locator(".st-key-rail")).to_contain_text("3 layers, 101,770 parameters")
    page.get_by_role("button", name="Dense 128 relu", exact=True).click()
    box = page.get_by_role("spinbutton", name="Units")
    box.fill("64")
    box.press("Enter")
    expect(page.locator(".st-key-rail")).to_contain_text("50,890 parameters")
    page.reload()
    expect(page.locator(".st-key-rail")).to_contain_text("50,890 parameters")
    expect(page.get_by_role("button", name="Undo")).to_be_enabled()
    expect(page.locator(".block .name").first).to_be_visible()  # the drawing hears keys
    page.keyboard.press("Control+z")
    expect(page.locator(".st-key-rail")).to_contain_text("101,770 parameters")


@pytest.mark.gate("a killed trainer is told on the page, and the run is resumed by its button")
def test_killed_trainer_is_told_points_stay_and_the_run_is_resumed(page: Page, server: Server) -> None:
    train_digits(page, server.url, epochs=1000)
    reached = shown_step(page)
    wait_for(lambda: len(server.trainers()) == 1, PATIENCE, "one trainer alone")  # one that ended may still be listed
    [trainer] = server.trainers()
    trainer.kill()
    died = page.get_by_text(re.compile(r"The training process died at epoch \d+, step [\d,]+: .*signal 9"))
    expect(died).to_be_visible()
    expect(page.get_by_role("heading", name="Run 1: failed")).to_be_visible()
    wait_for(lambda: shown_step(page) >= reached, PATIENCE, "the points that stay")
    page.get_by_role("button", name=re.compile("^Resume from ")).click()
    expect(page.get_by_role("heading", name="Run 1: training")).to_be_visible()
    button(page, "Stop").click()
    expect(page.get_by_role("heading", name="Run 1: stopped")).to_be_visible()
