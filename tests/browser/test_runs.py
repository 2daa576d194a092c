"""Two runs side by side, one deleted and had back, and one told again."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from core.runs.run_database import RunDatabase
from tests.browser.browser_steps import press_train, run_in_view, train_digits, unfold_settings
from tests.page_pictures.capture import rest
from tests.server import Server

ALARM = {"kind": "alarm", "step": 82, "epoch": 2.0, "code": "overfitting", "title": "Overfitting"}


def tick(page: Page, run: int) -> None:
    """Press the box of a run, which adds it to those that are compared, or leaves it out."""
    page.get_by_role("checkbox", name=f"Compare Run {run}").click()


def have_the_coach_say(page: Page, home: Path, alarm: dict) -> None:
    """Note down that the coach spoke while the run in view was on: two epochs of a good run give it no reason."""
    database = RunDatabase(home / "runs.sqlite")
    database.append(run_in_view(page, home).id, alarm)
    database.close()


@pytest.mark.deep
def test_address_in_a_name_or_a_note_is_no_link_for_those_who_watch(
    page: Page, other: Page, server: Server, home: Path
) -> None:
    train_digits(page, server.url, epochs=1)
    expect(page.get_by_role("heading", name="Run 1: finished")).to_be_visible()
    database = RunDatabase(home / "runs.sqlite")
    run = run_in_view(page, home).id
    database.describe(
        run, name="http://evil.example WWW.evil.example", note="HTTPS://evil.example/x or mail me@evil.example"
    )
    database.close()
    other.goto(f"{server.url}/runs?run={run}")
    expect(other.get_by_role("heading", name="Run 1: http")).to_be_visible()
    expect(other.get_by_text("or mail me")).to_be_visible()
    hosts = other.locator("a").evaluate_all("links => links.map((link) => new URL(link.href).hostname)")
    assert "127.0.0.1" in hosts and not {"", "evil.example", "www.evil.example"} & set(hosts)


def test_two_runs_are_compared_one_is_deleted_and_had_back_and_one_is_replayed(
    page: Page, server: Server, home: Path
) -> None:
    train_digits(page, server.url, epochs=2)
    expect(page.get_by_role("heading", name="Run 1: finished")).to_be_visible()
    have_the_coach_say(page, home, ALARM)
    unfold_settings(page)
    epochs = page.get_by_role("spinbutton", name="Epochs", exact=True)
    epochs.fill("3")
    epochs.press("Enter")
    expect(page.locator(".st-key-line")).to_contain_text("epochs 3 (was 2)")
    press_train(page)
    expect(page.get_by_role("heading", name="Run 2: finished")).to_be_visible()

    page.get_by_role("link", name="All runs").click()
    expect(page.get_by_role("heading", name="Run 2", exact=True)).to_be_visible()  # the run in view is selected
    expect(page.locator(".st-key-runs-rows button")).to_contain_text(["Run 2", "Run 1"])
    tick(page, 1)
    expect(page.get_by_role("heading", name="2 runs side by side")).to_be_visible()
    compared = page.locator(".st-key-card-runs-compared")
    expect(compared).to_contain_text("Run 2 = run 1 with epochs 3 (was 2): validation accuracy")
    for chart in ("accuracy", "loss"):
        for run in (1, 2):
            label = page.locator(f".st-key-overlay-{chart} .textpoint", has_text=f"Run {run}")
            expect(label).to_be_visible()

    tick(page, 2)
    expect(page.get_by_role("heading", name="Run 1", exact=True)).to_be_visible()
    rest(page)  # what was shown of both runs is gone
    page.get_by_role("button", name="Delete").click()
    expect(page.get_by_text("Run 1 was deleted.")).to_be_visible()
    page.reload()
    page.locator(".st-key-card-runs-deleted").get_by_role("button", name="Undo").click()
    expect(page.get_by_role("heading", name="Run 1", exact=True)).to_be_visible()
    expect(page.get_by_text("Run 1 was deleted.")).to_have_count(0)

    page.get_by_role("radio", name="16 ×").click()
    page.get_by_role("button", name="Start replay").click()
    replay = page.locator(".st-key-card-replay")
    expect(replay.get_by_role("heading", name="Replay of run 1 at 16 times the speed")).to_be_visible()
    expect(replay.locator(".stMarkdownBadge")).to_contain_text("Replay")
    expect(replay.locator(".run-curves-status")).to_have_text(re.compile(r"replay · step \d+ of 82 · over"))
    expect(replay.get_by_text("Epoch 2 of 2: training loss")).to_be_visible()
    expect(replay.locator(".run-curves-coach")).to_have_text("Coach at epoch 2: Overfitting.")
    page.get_by_role("button", name="Stop replay").click()
    expect(replay.locator(".run-curves")).to_have_count(0)
