"""Evaluate: the marks of a run, and the test set, which is sealed until somebody opens it."""

import base64
import json
import re

import numpy as np
import pytest

from core.analysis.evaluation_files import images_in_cell, read_evaluated_set
from core.number_text import loss_text
from core.runs import manager
from core.views.set_images import SetImagesQuestion
from tests.deep_cases import deep_after
from tests.pages.conftest import DIGITS, Open
from tests.pages.fake_workers import ScriptedWorkers
from tests.pages.real_keras import Training
from tests.pages.screen import Screen

PICTURES = SetImagesQuestion.function
HINT = "Press a cell of the matrix"  # in the place for the images of a cell, while none is pressed
CLASSES = tuple(str(digit) for digit in range(10))


@pytest.fixture
def trained(training: Training, installed: manager.Runs, workers: ScriptedWorkers) -> str:
    """The id of a run of Ada's that is over, with its evaluations in the data folder."""
    return training.whole(installed, workers, "ada")


def openings(installed: manager.Runs, run: str) -> int:
    found = installed.database.run(run)
    assert found is not None
    return found.test_openings


def test_nothing_is_trained_yet(open_screen: Open) -> None:
    screen = open_screen("evaluate")
    assert "Nothing to evaluate yet" in screen.text("empty")
    assert "Train a network first; press **Train** below." in screen.text("empty")
    assert not screen.has("empty-to-train"), "the button Train stands on this page already"
    assert not screen.has("card-matrix")
    assert "a row for what each is, a column for what the network said" in screen.text("empty-picture")


def test_run_that_goes_on_is_waited_for(
    open_screen: Open, training: Training, installed: manager.Runs, workers: ScriptedWorkers
) -> None:
    training.start(installed, workers, "ada")
    assert "Run 1 is still training. Its marks are shown here once it ends." in open_screen("evaluate").text("empty")


def test_run_that_failed_has_no_marks(
    open_screen: Open, training: Training, installed: manager.Runs, workers: ScriptedWorkers
) -> None:
    workers.fail(training.start(installed, workers, "ada"), ValueError("no"))
    text = open_screen("evaluate").text("empty")
    assert "Run 1 failed before it could be evaluated. Train again." in text


def test_run_that_was_cancelled_has_no_marks(open_screen: Open, installed: manager.Runs) -> None:
    installed.supervisor.engine = manager.EngineState()
    installed.stop(installed.start(DIGITS, "ada").id)
    text = open_screen("evaluate").text("empty")
    assert "Run 1 was cancelled before it could be evaluated. Train again." in text


def test_stopped_run_is_being_evaluated_until_its_marks_are_there(
    open_screen: Open, training: Training, installed: manager.Runs, workers: ScriptedWorkers
) -> None:
    run = training.start(installed, workers, "ada")
    installed.stop(run)
    workers.report(run, kind="fitted", how="stop", epochs=1, seconds=0.5, finite_step=3)
    screen = open_screen("evaluate")
    assert "The network is being evaluated" in screen.text("empty")
    training.end(installed, workers, run, how="stop")
    assert "Accuracy" in screen.run().text("numbers-validation")


def test_validation_set_comes_first_with_its_numbers(open_screen: Open, trained: str, training: Training) -> None:
    screen = open_screen("evaluate")
    found = training.result["validation"]
    assert f"Accuracy\n{found['accuracy']:.4f}" in screen.text("numbers-validation")
    assert f"Loss\n{loss_text(found['loss'])}" in screen.text("numbers-validation")
    assert screen.rail()["Evaluate"] == ("done", f"validation accuracy {found['accuracy']:.4f}, run 1")
    assert "Run 1: Digits, 1,293 images → Flatten" in screen.text()


def matrix(screen: Screen, run: str, name: str = "validation") -> dict:
    return screen.component(f"confusion-{run}-{name}")


def test_confusion_matrix_counts_or_gives_percent_in_either_order(
    open_screen: Open, trained: str, installed: manager.Runs
) -> None:
    with np.load(installed.reader.folder(trained) / "validation.npz") as content:
        counts, order = content["confusion_matrix"], content["order"]
    screen = open_screen("evaluate")
    shown = matrix(screen, trained)
    cells = np.zeros((10, 10), int)
    for actual, predicted, count in shown["cells"]:
        cells[actual, predicted] = count
    assert counts.sum() == 144
    assert cells.tolist() == counts.tolist()
    assert (tuple(shown["classes"]), shown["shows"], shown["order"]) == (CLASSES, "counts", list(range(10)))
    screen.put("cells-show", "predicted").put("classes-order", "By confusion")
    assert matrix(screen, trained)["shows"] == "predicted"
    assert matrix(screen, trained)["order"] == order.tolist()
    assert shown["answer"] == "card-evaluated-cell-images"


def test_cell_that_is_pressed_shows_its_images(
    open_screen: Open, trained: str, installed: manager.Runs, workers: ScriptedWorkers
) -> None:
    found = read_evaluated_set(installed.reader.folder(trained) / "validation.npz")
    assert found is not None
    worst, pair = found.pairs()[:2]
    screen = open_screen("evaluate")
    assert matrix(screen, trained)["selected"] == [worst.actual, worst.predicted], "opens with the worst confusion"
    screen.tell(f"confusion-{trained}-validation", "cell", {"actual": pair.actual, "predicted": pair.predicted})
    assert matrix(screen, trained)["selected"] == [pair.actual, pair.predicted]
    items = screen.component(f"cell-gallery-{trained}-validation")["items"]
    assert [int(item["id"]) for item in items] == images_in_cell(found, pair.actual, pair.predicted).tolist()
    said = re.compile(rf"said {CLASSES[pair.predicted]}")  # a class may itself be a number
    assert all(said.fullmatch(item["detail"]) for item in items)
    screen.tell(f"confusion-{trained}-validation", "cell", {"actual": 3, "predicted": 3})
    assert not screen.has(f"cell-gallery-{trained}-validation")  # right ones are asked of a worker
    wanted = images_in_cell(found, 3, 3)[:12].tolist()
    _, indexes, part = workers.answer(PICTURES, np.zeros((len(wanted), 8, 8, 1), "uint8"))
    assert (indexes, part) == (tuple(wanted), "validation")
    screen.press("Close")
    assert HINT in screen.text("evaluated-cell-images")
    assert matrix(screen, trained)["selected"] is None


@pytest.mark.parametrize("told", deep_after(2, [{"actual": 10, "predicted": 0}, None, 3, [], {"actual": -1}, {}]))
def test_what_is_no_cell_shows_nothing(open_screen: Open, trained: str, told: object) -> None:
    screen = open_screen("evaluate").press("Close").tell(f"confusion-{trained}-validation", "cell", told)
    assert HINT in screen.text("evaluated-cell-images")


def test_most_confused_pairs_are_sentences_that_lead_to_their_images(
    open_screen: Open, trained: str, installed: manager.Runs
) -> None:
    found = read_evaluated_set(installed.reader.folder(trained) / "validation.npz")
    assert found is not None
    pair = found.pairs()[0]
    screen = open_screen("evaluate")
    words = f"“{pair.actual}” were called “{pair.predicted}” ({pair.count} of {pair.support})"
    assert f"{100 * pair.share:.0f} % of {words}" in screen.text("pairs-validation")
    screen.press(f"pair-validation-{pair.actual}-{pair.predicted}")
    answer = screen.text("evaluated-cell-images")
    assert f"Validation set, {pair.count} image" in answer
    assert f"Labelled “{pair.actual}”; the network said “{pair.predicted}”." in answer


def test_calibration_and_top_k_are_shown(open_screen: Open, trained: str, installed: manager.Runs) -> None:
    with np.load(installed.reader.folder(trained) / "validation.npz") as content:
        error, (k, share) = float(content["calibration_error"]), content["top_k"][0]
        confidence = content["calibration_confidence"][content["calibration_counts"] > 0]
    screen = open_screen("evaluate").open_tab("Confidence")
    assert f"expected calibration error {error:.3f}" in screen.text("reliability")
    curve = json.loads(screen.app.get_by_key("reliability-chart").proto.spec)["data"][1]
    assert np.allclose(np.frombuffer(base64.b64decode(curve["x"]["bdata"]), curve["x"]["dtype"]), confidence)
    assert f"Top-{k:.0f}\n{share:.4f}" in screen.text("numbers-validation")


def test_run_of_an_older_dashboard_still_opens(open_screen: Open, trained: str, installed: manager.Runs) -> None:
    path = installed.reader.folder(trained) / "validation.npz"
    old = ("confusion_matrix", "precision", "recall", "f1", "support", "num_mistakes")
    with np.load(path) as content:
        kept = {name: content[name] for name in content.files if name in old or name.startswith("mistake_")}
    np.savez(path, **kept)
    screen = open_screen("evaluate")
    assert matrix(screen, trained)["cells"]
    assert "This run was evaluated by an older dashboard" in screen.open_tab("Confidence").text("certainty")
    assert screen.open_tab("Worst mistakes").component("mistake-pictures-validation")["items"]


def test_classes_are_listed_with_precision_and_recall(open_screen: Open, trained: str, installed: manager.Runs) -> None:
    table = open_screen("evaluate").open_tab("Class by class").app.dataframe[0].value
    with np.load(installed.reader.folder(trained) / "validation.npz") as content:
        assert table["recall"].tolist() == pytest.approx(content["recall"].tolist())
        assert table["images"].tolist() == content["support"].tolist()
    assert table["class"].tolist() == list(CLASSES)


def test_mistakes_are_shown_with_what_was_said(open_screen: Open, trained: str, installed: manager.Runs) -> None:
    screen = open_screen("evaluate").open_tab("Worst mistakes")
    with np.load(installed.reader.folder(trained) / "validation.npz") as content:
        total, labels = int(content["num_mistakes"]), content["mistake_labels"]
        said = content["mistake_probabilities"].argmax(axis=1)
    assert total > 0
    assert f"{total:,} mistake" in screen.text("mistakes-validation")
    items = screen.component("mistake-pictures-validation")["items"]
    assert len(items) == min(12, total)
    alts = [f"A {label} that was called {answer}" for label, answer in zip(labels, said, strict=True)]
    assert items[0]["alt"].partition(", ")[0] in alts
    assert items[0]["tone"] == "wrong"


# The test set


def test_test_set_is_sealed(open_screen: Open, trained: str, installed: manager.Runs) -> None:
    screen = open_screen("evaluate")
    assert "The test set is sealed" in screen.text("sealed")
    assert not screen.has("numbers-test")
    assert not screen.has(f"confusion-{trained}-test")
    assert len(screen.open_tab("Class by class").app.dataframe) == 1
    assert openings(installed, trained) == 0


@pytest.mark.parametrize("chosen", ["Test", "Both"])
def test_a_sealed_test_set_that_is_chosen_says_why_it_is_sealed(open_screen: Open, trained: str, chosen: str) -> None:
    screen = open_screen("evaluate").put("evaluate-set", chosen)
    assert "Every look at the test set tempts to choose what does well on it" in screen.text("marks-test")
    assert screen.text("sealed").startswith(":material/lock: You have not opened it yet."), "its card says that it is sealed"
    assert screen.has("numbers-validation") == screen.has(f"confusion-{trained}-validation") == (chosen == "Both")
    assert not screen.has(f"confusion-{trained}-test")


def test_switch_chooses_which_of_two_open_sets_is_shown(open_screen: Open, trained: str) -> None:
    screen = open_screen("evaluate").press("open-test")
    for chosen, names in (("Test", {"test"}), ("Validation", {"validation"}), ("Both", {"validation", "test"})):
        screen.put("evaluate-set", chosen)
        shown = {name for name in ("validation", "test") if screen.has(f"confusion-{trained}-{name}")}
        assert shown == names == {name for name in ("validation", "test") if screen.has(f"numbers-{name}")}
        assert "You have opened the test set of Digits once, for 1 run." in screen.text("opened"), "the count stays in sight"


def test_what_is_shown_stays_when_another_run_is(
    open_screen: Open, training: Training, trained: str, installed: manager.Runs, workers: ScriptedWorkers
) -> None:
    screen = open_screen("evaluate").press("open-test").put("evaluate-set", "Test").open_tab("Class by class")
    second = training.whole(installed, workers, "ada")
    installed.database.open_test_set(second)
    screen.app.query_params["run"] = second
    screen.run()
    assert "Run 2:" in screen.text()
    assert screen.has("classes-test")
    assert not screen.has("classes-validation")


def test_test_set_is_opened_once_and_counted(
    open_screen: Open, trained: str, training: Training, installed: manager.Runs
) -> None:
    screen = open_screen("evaluate").press("open-test")
    accuracy = training.result["test"]["accuracy"]
    assert openings(installed, trained) == 1
    assert f"Accuracy\n{accuracy:.4f}" in screen.text("numbers-test")
    assert "You have opened the test set of Digits once, for 1 run." in screen.text()
    assert screen.rail()["Evaluate"] == ("done", f"test accuracy {accuracy:.4f}, run 1")
    assert screen.has("confusion-" + trained + "-test")
    assert len(screen.open_tab("Class by class").app.dataframe) == 2
    screen.run()
    assert openings(installed, trained) == 1  # it is open now
    assert not screen.has_button("open-test")


def test_openings_of_all_runs_are_added(
    open_screen: Open, training: Training, trained: str, installed: manager.Runs, workers: ScriptedWorkers
) -> None:
    open_screen("evaluate").press("open-test")
    second = training.whole(installed, workers, "ada")
    screen = open_screen("evaluate")
    assert "The test set is sealed" in screen.text("sealed")
    assert "You have opened the test set of Digits 2 times, for 2 runs." in screen.press("open-test").text()
    assert (openings(installed, trained), openings(installed, second)) == (1, 1)


def test_click_that_comes_twice_or_from_two_tabs_opens_it_once(
    open_screen: Open, trained: str, installed: manager.Runs
) -> None:
    one, other = (open_screen("evaluate") for _ in range(2))
    one.press("open-test")
    other.press("open-test")
    assert openings(installed, trained) == 1
    assert "opened the test set of Digits once, for 1 run." in other.text()


def test_opening_is_asked_first_with_what_it_costs(open_screen: Open, trained: str, installed: manager.Runs) -> None:
    screen = open_screen("evaluate")
    words = screen.text("sealed")
    assert "You have not opened it yet. Open it once, at the end." in words
    assert "**Open it now?** Whatever you change after you have seen these numbers is chosen with" in words
    screen.press("open-test")
    assert (openings(installed, trained), screen.has("numbers-test")) == (1, True)


@pytest.mark.parametrize("page", deep_after(2, ["evaluate", "mistakes", "runs", "take_away", "stage", "train"]))
def test_no_page_shows_a_test_set_that_was_sealed_again(
    open_screen: Open, trained: str, installed: manager.Runs, page: str
) -> None:
    screen = open_screen("evaluate").press("open-test")
    screen.go("mistakes").put("mistakes-set", "test")
    screen.go("evaluate").press("seal-test").go(page)
    assert openings(installed, trained) == 1
    assert page == "stage" or screen.rail()["Evaluate"][1].startswith("validation accuracy")
    assert not any(screen.has(key) for key in ("numbers-test", f"confusion-{trained}-test", "mistakes-test"))
    assert "test accuracy" not in screen.text()
    assert page != "runs" or screen.put("runs-as-table", True).app.dataframe[0].value["test_accuracy"].isna().all()


def test_sealed_again_it_can_be_opened_again_and_each_look_counts(
    open_screen: Open, trained: str, installed: manager.Runs
) -> None:
    screen = open_screen("evaluate").press("open-test").press("seal-test")
    assert "You have opened the test set of Digits once, for 1 run." in screen.text("sealed")
    assert "You have opened the test set of Digits 2 times, for 1 run." in screen.press("open-test").text("opened")


def test_looks_stay_counted_when_their_run_is_deleted_for_good(
    open_screen: Open, training: Training, trained: str, installed: manager.Runs, workers: ScriptedWorkers
) -> None:
    open_screen("evaluate").press("open-test")
    installed.database.delete_run(trained)
    assert installed.database.purge(-1.0) == [trained]
    training.whole(installed, workers, "ada")
    assert "You have opened the test set of Digits once, for 1 run." in open_screen("evaluate").text("sealed")


def test_looks_are_counted_for_each_test_set_and_each_visitor(
    open_screen: Open, trained: str, installed: manager.Runs
) -> None:
    open_screen("evaluate").press("open-test")
    assert installed.database.openings("ada", "digits") == (1, 1)
    assert installed.database.openings("ada", "mnist") == installed.database.openings("grace", "digits") == (0, 0)


def test_a_watcher_reads_whose_looks_are_counted_and_cannot_seal(
    open_screen: Open, trained: str, installed: manager.Runs
) -> None:
    installed.database.open_test_set(trained)
    screen = open_screen("evaluate", DIGITS, visitor="grace", run=trained)
    assert "Whoever trained this network has opened the test set of Digits once, for 1 run." in screen.text("opened")
    assert not screen.has_button("seal-test")
    installed.database.seal_test_set(trained)
    assert "Only whoever trained this network can open it." in screen.run().text("sealed")


def test_a_watcher_sees_the_marks_but_cannot_open_the_test_set(open_screen: Open, trained: str) -> None:
    screen = open_screen("evaluate", DIGITS, visitor="grace", run=trained)
    assert screen.has("numbers-validation")
    assert "Somebody else's run 1: Digits, 1,293 images" in screen.text()
    assert "Somebody else's run 1" in screen.go("mistakes").text("heading")
    screen.go("evaluate")
    assert not screen.has_button("open-test")
    assert "Only whoever trained this network can open it." in screen.text("sealed")


def test_what_its_owner_opened_a_watcher_may_see(open_screen: Open, trained: str, installed: manager.Runs) -> None:
    installed.database.open_test_set(trained)
    screen = open_screen("evaluate", DIGITS, visitor="grace", run=trained).put("evaluate-set", "Test")
    assert screen.has("numbers-test")


# Runs that lack something


def test_run_without_validation_set_says_so(
    open_screen: Open, training_without_validation: Training, installed: manager.Runs, workers: ScriptedWorkers
) -> None:
    run = training_without_validation.whole(installed, workers, "ada")
    screen = open_screen("evaluate")
    assert "This run kept no validation set aside" in screen.text()
    assert screen.rail()["Evaluate"] == ("needs you", "test set is sealed, run 1")
    screen.press("open-test")
    assert screen.has("numbers-test")
    assert openings(installed, run) == 1


@pytest.mark.parametrize(("shown", "name"), [("Validation set", "validation"), ("Test set", "test")])
def test_file_that_is_gone_is_said(open_screen: Open, trained: str, installed: manager.Runs, shown: str, name: str) -> None:
    installed.database.open_test_set(trained)
    (installed.reader.folder(trained) / f"{name}.npz").unlink()
    screen = open_screen("evaluate").put("evaluate-set", "Both")
    assert "evaluation of this" not in screen.text()
    assert f"The {shown.lower()}'s evaluation is missing" in screen.text()
    assert "Train again to evaluate again." in screen.text()


def test_network_without_a_mistake(open_screen: Open, trained: str, installed: manager.Runs) -> None:
    path = installed.reader.folder(trained) / "validation.npz"
    with np.load(path) as content:
        kept = {name: content[name] for name in content.files}
    kept |= {name: kept[name][:0] for name in kept if name.startswith("mistake_")}
    np.savez(path, **{**kept, "confusion_matrix": np.diag(kept["support"]), "num_mistakes": np.array(0)})
    screen = open_screen("evaluate")
    assert "There is no mistake." in screen.text("card-matrix")
    assert "Every image was classified correctly." in screen.open_tab("Worst mistakes").text("mistakes-validation")


def test_the_matrix_stands_above_what_it_can_be_changed_to_and_above_the_sealed_set(open_screen: Open, trained: str) -> None:
    text = open_screen("evaluate").text()
    assert text.index("Confused most") < text.index("The test set is sealed")
    text = open_screen("evaluate").put("evaluate-set", "Both").text()
    assert text.index("The test set is sealed") < text.index("Confused most")
