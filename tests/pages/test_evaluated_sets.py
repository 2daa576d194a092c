"""Training set beside the others, on Evaluate and for several runs; and a network that may say "not sure"."""

import numpy as np
import pytest

from core.analysis.evaluation_files import read_evaluated_set
from core.experiment.edits import insert_layer, new_layer
from core.number_text import NO_BREAK, percent, quantity
from core.runs import manager
from core.views.training_scores import SetScores, gap_text
from tests.pages.conftest import Open
from tests.pages.fake_workers import ScriptedWorkers
from tests.pages.real_keras import Training, short

TRAINING_SCORES = "core.worker.views.training_scores:training_scores"
DROPOUT = insert_layer(short(), new_layer(short(), "Dropout", rate=0.3), "output")


@pytest.fixture
def trained(training: Training, installed: manager.Runs, workers: ScriptedWorkers) -> str:
    """The id of a run of Ada's that is over, with its evaluations in the data folder."""
    return training.whole(installed, workers, "ada")


def test_training_set_stands_beside_the_others_with_the_gap(
    open_screen: Open, trained: str, training: Training, workers: ScriptedWorkers, installed: manager.Runs
) -> None:
    screen = open_screen("evaluate")
    assert "Evaluating the training set" in screen.text("set-gap")
    found = training.result["validation"]
    _, model = workers.answer(TRAINING_SCORES, SetScores(found["accuracy"] + 0.042, 0.2, 1_293, 1_293))
    assert model == str(installed.reader.folder(trained) / "model.keras")
    words = screen.run().text("set-gap")
    assert f"accuracy {found['accuracy'] + 0.042:.4f} (gap 4.2 points to validation), loss 0.200." in words
    help_ = next(one.help for one in screen.app.markdown if "points to validation" in one.value)
    assert "The gap on Train differs: its training figure is a mean over an epoch" in help_
    assert "test" not in words
    assert "points to test" in screen.press("open-test").text("set-gap")


def test_network_that_is_gone_has_no_gap(open_screen: Open, trained: str, installed: manager.Runs) -> None:
    (installed.reader.folder(trained) / "model.keras").unlink()
    assert "The network of run 1 is gone from the data folder" in open_screen("evaluate").text("set-gap")


def test_threshold_says_how_many_are_answered_and_how_many_of_those_rightly(
    open_screen: Open, trained: str, installed: manager.Runs
) -> None:
    found = read_evaluated_set(installed.reader.folder(trained) / "validation.npz")
    assert found is not None
    sure, right = found.probabilities.max(axis=1), found.predicted == found.labels
    screen = open_screen("evaluate").open_tab("Threshold").put("threshold", 0.3)
    answered, rightly = int((sure >= 0.3).sum()), int((right & (sure >= 0.3)).sum())
    assert 0 < answered < 144
    words = screen.text("threshold-validation")
    assert f"{answered} of 144 images answered, {rightly} of them correctly." in words
    assert f"Of the {144 - answered} “not sure”, {int((~right & (sure < 0.3)).sum())} would have been wrong." in words
    assert "No image has a tie" in words
    assert f"Of those right\n{rightly / answered:.4f}" in words
    screen.put("threshold", 1.0).put("threshold-measure", "Margin")
    assert "margin at least 1.00" in screen.text("threshold-validation")


def test_ties_are_decided_by_the_first_class_or_by_the_margin(
    open_screen: Open, trained: str, installed: manager.Runs
) -> None:
    path = installed.reader.folder(trained) / "validation.npz"
    with np.load(path) as content:
        kept = {name: content[name] for name in content.files}
    kept["probabilities"] = np.full_like(kept["probabilities"], 0.1)  # every class of every image
    np.savez(path, **kept)
    screen = open_screen("evaluate").open_tab("Threshold").put("threshold", 0.1)
    zeros = int((kept["labels"] == 0).sum())
    words = screen.text("threshold-validation")
    assert f"144 images have a tie: 144 answered by the first of the classes, {zeros} of them correctly." in words
    screen.put("threshold-measure", "Margin")
    assert "144 images have a tie (its margin is 0): “not sure” at this threshold." in screen.text("threshold-validation")


def test_two_runs_stand_in_a_table_of_sets_with_dropout_yes_or_no(
    open_screen: Open, training: Training, workers: ScriptedWorkers, installed: manager.Runs
) -> None:
    runs = []
    for experiment in (None, DROPOUT):
        runs.append(training.start(installed, workers, "ada", experiment))
        training.end(installed, workers, runs[-1])
    first, second = runs
    installed.database.open_test_set(first)
    screen = open_screen("runs").put("runs-as-table", True).put("runs-selected", [first, second])
    assert TRAINING_SCORES not in workers.asked, "a folded table costs nothing"
    screen.open("set-table")
    for accuracy in (0.8, 0.9):  # the last question first: that of the run with dropout
        workers.answer(TRAINING_SCORES, SetScores(accuracy, 0.25, 1_293, 1_293))
    table = screen.run().app.dataframe[1].value
    held = {name: f"{training.result[name]['accuracy']:.4f}" for name in ("validation", "test")}
    assert table[["run", "dropout", "set", "accuracy"]].values.tolist() == [
        ["1", "no", "training", "0.9000"],
        ["1", "no", "validation", held["validation"]],
        ["1", "no", "test", held["test"]],
        ["2", "yes, 0.3", "training", "0.8000"],
        ["2", "yes, 0.3", "validation", held["validation"]],
        ["2", "yes, 0.3", "test", "sealed"],
    ]
    gap = 100 * (0.9 - training.result["test"]["accuracy"])
    assert (
        f"Run 1: a gap of {gap_text(100 * (0.9 - training.result['validation']['accuracy']))} to validation" in screen.text()
    )
    assert f"and {gap_text(gap)} to test." in screen.text()


def test_pairs_that_are_left_out_of_a_tie_are_counted(open_screen: Open, trained: str, installed: manager.Runs) -> None:
    found = read_evaluated_set(installed.reader.folder(trained) / "validation.npz")
    assert found is not None
    shares = [percent(pair.share).replace(NO_BREAK, " ") for pair in found.pairs()]
    ties = shares[5:].count(shares[4])
    assert (f"And {quantity(ties, 'pair')} more at {shares[4]}." in open_screen("evaluate").text("matrix-aside")) == bool(
        ties
    )


def test_cell_on_the_diagonal_says_recall_and_precision(open_screen: Open, trained: str, installed: manager.Runs) -> None:
    found = read_evaluated_set(installed.reader.folder(trained) / "validation.npz")
    assert found is not None
    right, row, column = (int(count) for count in (found.matrix[3, 3], found.matrix[3].sum(), found.matrix[:, 3].sum()))
    screen = open_screen("evaluate")
    screen.tell(f"confusion-{trained}-validation", "cell", {"actual": 3, "predicted": 3})
    said = screen.text("evaluated-cell-images").replace("*", "")
    assert f"{right} of the {row} in its row: a recall of {100 * right / row:.0f} %." in said
    assert f"{right} of the {column} in its column: a precision of {100 * right / column:.0f} %." in said
