"""Evaluate: the marks of a run, and the test set, which is sealed until somebody opens it."""

import json

import numpy as np
import pytest

from core import runs
from tests.pages.conftest import DIGITS, Open
from tests.pages.recorded import Training
from tests.pages.scripted import ScriptedWorkers

CLASSES = tuple(str(digit) for digit in range(10))


@pytest.fixture
def trained(training: Training, installed: runs.Runs, workers: ScriptedWorkers) -> str:
    """The id of a run of Ada's that is over, with its evaluations in the data folder."""
    return training.whole(installed, workers, "ada")


def openings(installed: runs.Runs, run: str) -> int:
    found = installed.ledger.run(run)
    assert found is not None
    return found.test_openings


def test_nothing_is_trained_yet(open_screen: Open) -> None:
    screen = open_screen("evaluate")
    assert "Nothing to evaluate yet" in screen.text("empty")
    assert "Train a network first; press **Train** below." in screen.text("empty")
    assert not screen.has("set")


def test_run_that_goes_on_is_waited_for(
    open_screen: Open, training: Training, installed: runs.Runs, workers: ScriptedWorkers
) -> None:
    training.start(installed, workers, "ada")
    assert "Run 1 is still training. Its marks are shown here once it ends." in open_screen("evaluate").text("empty")


def test_run_that_failed_has_no_marks(
    open_screen: Open, training: Training, installed: runs.Runs, workers: ScriptedWorkers
) -> None:
    workers.fail(training.start(installed, workers, "ada"), ValueError("no"))
    text = open_screen("evaluate").text("empty")
    assert "Run 1 failed before it could be evaluated. Train again." in text


def test_run_that_was_cancelled_has_no_marks(open_screen: Open, installed: runs.Runs) -> None:
    installed.tender.engine = runs.Engine()
    installed.stop(installed.start(DIGITS, "ada").id)
    text = open_screen("evaluate").text("empty")
    assert "Run 1 was cancelled before it could be evaluated. Train again." in text


def test_stopped_run_is_being_evaluated_until_its_marks_are_there(
    open_screen: Open, training: Training, installed: runs.Runs, workers: ScriptedWorkers
) -> None:
    run = training.start(installed, workers, "ada")
    installed.stop(run)
    workers.report(run, kind="fitted", how="stop", epochs=1, seconds=0.5)
    screen = open_screen("evaluate")
    assert "The network is being evaluated" in screen.text("empty")
    training.end(installed, workers, run, how="stop")
    assert "Accuracy" in screen.run().text("numbers-validation")


def test_validation_set_comes_first_with_its_numbers(open_screen: Open, trained: str, training: Training) -> None:
    screen = open_screen("evaluate")
    found = training.result["validation"]
    assert screen.widget("set").value == "Validation set"
    assert f"Accuracy\n{found['accuracy']:.4f}" in screen.text("numbers-validation")
    assert f"Loss\n{found['loss']:.4g}" in screen.text("numbers-validation")
    assert screen.rail()["Evaluate"] == ("done", f"validation accuracy {found['accuracy']:.3f}")
    assert "Run 1: Digits, 1,293 images → Flatten" in screen.text()


def test_confusion_matrix_counts_or_gives_percent(open_screen: Open, trained: str, installed: runs.Runs) -> None:
    with np.load(installed.folder(trained) / "validation.npz") as content:
        counts = content["confusion_matrix"]
    screen = open_screen("evaluate")

    def cells() -> dict:
        return json.loads(screen.app.get_by_key("matrix-chart-validation").proto.spec)["data"][0]

    assert counts.sum() == 144
    assert np.asarray(cells()["text"]).astype(int).tolist() == counts.tolist()
    assert tuple(cells()["x"]) == tuple(cells()["y"]) == CLASSES
    screen.put("cells-validation", "Percent of actual class")
    assert np.allclose(np.asarray(cells()["text"]).astype(float).sum(axis=1), 100, atol=5)
    assert "Rows are what it is, columns what the network said" in screen.text("matrix-validation")


def test_classes_are_listed_with_precision_and_recall(open_screen: Open, trained: str, installed: runs.Runs) -> None:
    table = open_screen("evaluate").app.dataframe[0].value
    with np.load(installed.folder(trained) / "validation.npz") as content:
        assert table["recall"].tolist() == pytest.approx(content["recall"].tolist())
        assert table["images"].tolist() == content["support"].tolist()
    assert table["class"].tolist() == list(CLASSES)


def test_mistakes_are_shown_with_what_was_said(open_screen: Open, trained: str, installed: runs.Runs) -> None:
    screen = open_screen("evaluate")
    with np.load(installed.folder(trained) / "validation.npz") as content:
        total, labels = int(content["num_mistakes"]), content["mistake_labels"]
        said = content["mistake_probabilities"].argmax(axis=1)
    assert total > 0
    assert f"{total:,} mistake" in screen.text("mistakes-validation")
    items = screen.component("mistake-pictures-validation")["items"]
    assert len(items) == min(24, total)
    assert items[0]["alt"] == f"A {labels[0]} that was called {said[0]}"
    assert items[0]["tone"] == "wrong"


# The test set


def test_test_set_is_sealed(open_screen: Open, trained: str, installed: runs.Runs) -> None:
    screen = open_screen("evaluate").put("set", "Test set")
    assert "The test set is sealed" in screen.text("sealed")
    assert not screen.has("numbers-test")
    assert not screen.app.dataframe
    assert openings(installed, trained) == 0


def test_test_set_is_opened_once_and_counted(
    open_screen: Open, trained: str, training: Training, installed: runs.Runs
) -> None:
    screen = open_screen("evaluate").put("set", "Test set").press("Open the test set")
    accuracy = training.result["test"]["accuracy"]
    assert openings(installed, trained) == 1
    assert f"Accuracy\n{accuracy:.4f}" in screen.text("numbers-test")
    assert "You have opened the test set once, over all runs." in screen.text()
    assert screen.rail()["Evaluate"] == ("done", f"test accuracy {accuracy:.3f}")
    assert screen.widget("set").value == "Test set"
    screen.put("set", "Validation set").put("set", "Test set").run()
    assert openings(installed, trained) == 1  # it is open now
    assert not screen.has_button("open-test")


def test_openings_of_all_runs_are_added(
    open_screen: Open, training: Training, trained: str, installed: runs.Runs, workers: ScriptedWorkers
) -> None:
    open_screen("evaluate").put("set", "Test set").press("Open the test set")
    second = training.whole(installed, workers, "ada")
    screen = open_screen("evaluate").put("set", "Test set")
    assert "The test set is sealed" in screen.text("sealed")
    assert "You have opened the test set 2 times, over all runs." in screen.press("Open the test set").text()
    assert (openings(installed, trained), openings(installed, second)) == (1, 1)


def test_two_tabs_open_it_both_and_both_count(open_screen: Open, trained: str, installed: runs.Runs) -> None:
    one, other = (open_screen("evaluate").put("set", "Test set") for _ in range(2))
    one.press("Open the test set")
    other.press("Open the test set")
    assert openings(installed, trained) == 2
    assert "opened the test set 2 times" in other.text()


def test_a_watcher_sees_the_marks_but_cannot_open_the_test_set(open_screen: Open, trained: str) -> None:
    screen = open_screen("evaluate", DIGITS, visitor="grace", run=trained)
    assert screen.has("numbers-validation")
    screen.put("set", "Test set")
    assert not screen.has_button("open-test")
    assert "Only whoever trained this network can open it." in screen.text("sealed")


def test_what_its_owner_opened_a_watcher_may_see(open_screen: Open, trained: str, installed: runs.Runs) -> None:
    installed.ledger.open_test_set(trained)
    screen = open_screen("evaluate", DIGITS, visitor="grace", run=trained).put("set", "Test set")
    assert screen.has("numbers-test")


# Runs that lack something


def test_run_without_validation_set_says_so(
    open_screen: Open, training_without_validation: Training, installed: runs.Runs, workers: ScriptedWorkers
) -> None:
    run = training_without_validation.whole(installed, workers, "ada")
    screen = open_screen("evaluate")
    assert "This run kept no validation set aside" in screen.text()
    assert screen.rail()["Evaluate"] == ("needs you", "test set is sealed")
    screen.put("set", "Test set").press("Open the test set")
    assert screen.has("numbers-test")
    assert openings(installed, run) == 1


@pytest.mark.parametrize(("shown", "name"), [("Validation set", "validation"), ("Test set", "test")])
def test_file_that_is_gone_is_said(open_screen: Open, trained: str, installed: runs.Runs, shown: str, name: str) -> None:
    installed.ledger.open_test_set(trained)
    (installed.folder(trained) / f"{name}.npz").unlink()
    screen = open_screen("evaluate").put("set", shown)
    assert "evaluation of this" not in screen.text()
    assert f"The {shown.lower()}'s evaluation is missing" in screen.text()
    assert "Train again to evaluate again." in screen.text()


def test_network_without_a_mistake(open_screen: Open, trained: str, installed: runs.Runs) -> None:
    path = installed.folder(trained) / "validation.npz"
    with np.load(path) as content:
        kept = {name: content[name] for name in content.files}
    kept |= {name: kept[name][:0] for name in kept if name.startswith("mistake_")}
    np.savez(path, **{**kept, "confusion_matrix": np.diag(kept["support"]), "num_mistakes": np.array(0)})
    screen = open_screen("evaluate")
    assert "Every image was classified rightly." in screen.text("mistakes-validation")
    assert "There is no mistake." in screen.text("matrix-validation")
