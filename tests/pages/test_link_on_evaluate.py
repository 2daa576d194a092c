"""Evaluate shows the notice of a link that was opened, and the test set, on one page."""

from core.experiment.share_links import Link, write
from core.runs import manager
from tests.core.sample_experiments import template
from tests.pages.conftest import Open
from tests.pages.fake_workers import ScriptedWorkers
from tests.pages.real_keras import Training


def test_opened_test_set_stands_beside_the_notice_of_a_link(
    open_screen: Open, training: Training, installed: manager.Runs, workers: ScriptedWorkers
) -> None:
    training.whole(installed, workers, "ada")
    screen = open_screen("evaluate")
    screen.app.query_params["experiment"] = write(Link(template("lenet")))
    screen.go("evaluate").press("accept-experiment").press("open-test")
    assert screen.text("link-notice").startswith("Your draft was replaced by the link's experiment.")
    assert "You have opened the test set of Digits once, for 1 run." in screen.text("opened")
