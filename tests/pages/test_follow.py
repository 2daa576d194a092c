"""Follow: somebody who scanned the code of a run sees it, guesses, and draws for it."""

import pytest

from core.application import application
from core.runs import manager
from tests.pages.conftest import Open
from tests.pages.fake_workers import ScriptedWorkers
from tests.pages.real_keras import Training
from tests.pages.screen import VISITOR, Screen


def test_page_without_a_run_says_where_the_code_is(open_screen: Open) -> None:
    screen = open_screen("follow")
    assert screen.title == "Follow a run"
    assert "Scan the code of a run" in screen.text()


def test_guest_guesses_while_the_run_is_on_and_hears_how_near_it_was(
    open_screen: Open, installed: manager.Runs, workers: ScriptedWorkers, training: Training
) -> None:
    run = training.start(installed, workers, VISITOR)
    guest = open_screen("follow", visitor="guest", run=run)
    assert guest.title == "Run 1 is training"
    assert guest.component(f"follow-curve-{run}")["epochs"] == 2
    guest.put("follow-guess", 55).press("follow-keep")
    assert "You guess 55 of 100. The end of the run answers." in guest.text("follow-guessed").replace("*", "")
    assert not guest.has("follow-guess")
    (answer,) = application().progress.answers("guest")
    assert (answer.item, answer.value, answer.kind) == (f"follow-{run}", "55", "prediction")
    training.end(installed, workers, run)
    right = round(100 * training.result["validation"]["accuracy"])
    guest.run()
    assert guest.title == f"{right} of 100 right"
    assert f"You guessed 55: {abs(right - 55)} off." in guest.text("follow-guessed").replace("*", "")


def test_finished_run_asks_for_no_guess_and_leads_to_the_sheet(
    open_screen: Open, installed: manager.Runs, workers: ScriptedWorkers, training: Training
) -> None:
    screen: Screen = open_screen("train")
    run = training.whole(installed, workers, VISITOR, screen.draft)
    guest = open_screen("follow", visitor="guest", run=run)
    assert not guest.has_button("follow-keep")
    links = [link.proto.label for link in guest.app.get_by_key("follow-draw").get("page_link")]
    assert links == ["Draw, and see what it says"]


def test_share_shows_the_picture_of_a_result_and_the_way_to_follow(
    open_screen: Open, installed: manager.Runs, workers: ScriptedWorkers, training: Training
) -> None:
    screen = open_screen("train")
    assert not screen.open("share").has("share-result"), "there is no run yet"
    run = training.whole(installed, workers, VISITOR, screen.draft)
    shown = screen.run()
    assert shown.component("follow-link")["path"] == f"/follow?run={run}"
    card = shown.component("share-card")
    right = round(100 * training.result["validation"]["accuracy"])
    assert f"{right} of 100 right" in card["svg"] and card["name"] == "run-1.png"
    assert card["words"].startswith(f"Run 1: {right} of 100 right on Digits")
    assert "share-link" in [str(one.key) for one in shown.app if getattr(one, "key", None)], "the draft is shared as before"


@pytest.mark.usefixtures("open_to_all")
def test_share_and_stage_have_a_code_for_phones_while_the_run_is_on(
    open_screen: Open, installed: manager.Runs, workers: ScriptedWorkers, training: Training
) -> None:
    run = training.start(installed, workers, VISITOR)
    address = f"http://10.1.2.3:8501/follow?run={run}"
    screen = open_screen("train").open("share")
    assert screen.component("follow-link")["path"] == address
    assert f"QR code of the address {address}" in screen.component("share-code-picture")["svg"]
    assert not screen.has("share-no-phones")
    stage = open_screen("stage")
    assert f"QR code of the address {address}" in stage.component("stage-code-picture")["svg"]
    assert not open_screen("stage", visitor="guest", run=run).has("stage-code"), "who watches on a phone is there already"
    training.end(installed, workers, run)
    assert not stage.run().has("stage-code")
    assert not screen.run().has("share-code") and screen.has("share-card"), "the picture of the result has the code"


def test_share_says_why_phones_cannot_follow_and_stage_has_no_code(
    open_screen: Open, installed: manager.Runs, workers: ScriptedWorkers, training: Training
) -> None:
    run = training.start(installed, workers, VISITOR)
    screen = open_screen("train").open("share")
    assert "the server must be started with `--server.address 0.0.0.0`" in screen.text("share-no-phones")
    assert screen.component("follow-link")["path"] == f"/follow?run={run}", "the browser fills in this machine"
    assert not screen.has("share-code")
    assert not open_screen("stage").has("stage-code")
