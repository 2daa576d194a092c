"""One batch at a time, as a lecturer shows it, by keyboard alone."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from core.runs.run_database import RunDatabase
from tests.browser.browser_steps import button, run_in_view, unfold_settings
from tests.server import PATIENCE, Server, wait_for

SUM = re.compile(r"(\d\.\d{4}) ([−+]) (\d\.\d{4}) = (\d\.\d{4})")
ON_DISK_SECONDS = 5.0  # half a second is promised; on a busy machine
PERCENT = re.compile(r"→ \d+\s%")


def sum_of(page: Page, step: int) -> tuple[float, float]:
    """The loss before and after a step, as shown; its numbers must add up as they stand there."""
    panel = page.locator(".stepped")
    expect(panel.get_by_role("heading", name=f"One batch: step {step}, epoch 1")).to_be_visible()
    found = SUM.search(panel.locator(".sum").inner_text())
    assert found is not None
    before, change, after = (float(found[group]) for group in (1, 3, 4))
    assert round(before + (change if found[2] == "+" else -change), 4) == after
    return before, after


@pytest.mark.deep
def test_a_batch_is_stepped_through_by_keyboard_and_its_numbers_add_up(page: Page, server: Server, home: Path) -> None:
    page.goto(f"{server.url}/train")
    expect(page.get_by_role("button", name="One batch")).to_be_visible()
    page.keyboard.press("s")
    before, after = sum_of(page, 1)
    assert 2.0 < before < 3.0, "an untrained network guesses, at about ln(10)"
    assert after < before
    expect(page.get_by_role("heading", name="Run 1: paused")).to_be_visible()
    panel = page.locator(".stepped")
    rows = panel.locator("tbody tr")
    assert [row.locator("th").inner_text() for row in rows.all()] == ["Dense 128 relu", "Dense 10 softmax (outputs)"]
    for row in rows.all():
        gradient, change, weights = (float(cell.inner_text()) for cell in row.locator("td.number").all())
        share = float(row.locator("td:last-child").inner_text().removesuffix("\u00a0%"))
        assert gradient > 0
        assert abs(share - 100 * change / weights) < 0.02 * share
    assert panel.locator("img").count() == 12
    expect(panel.locator("li").first).to_contain_text(PERCENT)

    expect(button(page, "Continue")).to_be_visible()  # the bar of the run is drawn last, and its buttons have the keys
    page.keyboard.press("s")
    sum_of(page, 2)
    wait_for(lambda: steps_on_disk(page, home) == [1, 2], ON_DISK_SECONDS, "both steps on disk")

    unfold_settings(page)
    field = page.get_by_role("spinbutton", name="Epochs")
    field.focus()
    page.keyboard.type("s")  # a letter in a field presses no button
    page.get_by_role("heading", name="Run 1: paused").click()
    page.keyboard.press("p")
    expect(button(page, "Pause")).to_be_visible()
    page.keyboard.press("x")
    expect(page.get_by_role("heading", name="Run 1: stopped")).to_be_visible()
    wait_for(lambda: "stop" in pressed(page, home), PATIENCE, "all commands on disk")
    assert pressed(page, home) == ["step", "step", "continue", "stop"]


def pressed(page: Page, home: Path) -> list[str]:
    """The visitor's commands to the run, from the database. The server may have waited for a new trainer."""
    steered = [event for event in events_of(page, home) if event["kind"] == "steered"]
    return [event["what"] for event in steered if event["by"] != "server"]


def steps_on_disk(page: Page, home: Path) -> list[int]:
    """The steps that were made by hand, as the database has them."""
    return [event["step"] for event in events_of(page, home) if event["kind"] == "stepped"]


def events_of(page: Page, home: Path) -> list[dict]:
    run = run_in_view(page, home)
    database = RunDatabase(home / "runs.sqlite")
    events = database.events(run.id)
    database.close()
    return events
