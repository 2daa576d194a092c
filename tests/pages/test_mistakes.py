"""Mistakes: each list of images, and one of them looked at closely."""

import numpy as np
import pytest

from core.analysis.evaluation_files import (
    EvaluatedSet,
    confident_mistakes,
    images_in_cell,
    least_sure,
    read_evaluated_set,
    worst_mistakes,
)
from core.engine.experiment_facts import ClassCountsQuestion
from core.experiment.corrections import NONE
from core.experiment.edits import leave_out_image, relabel
from core.experiment.image_ref import ImageRef
from core.experiment.set_sizes import ImagesPerClass
from core.experiment.templates import lecture_experiment
from core.number_text import rounded
from core.runs import manager
from core.views.set_images import SetImagesQuestion
from tests.pages.conftest import DIGITS, Open
from tests.pages.fake_workers import ScriptedWorkers
from tests.pages.real_keras import Training
from tests.pages.screen import Screen

COUNTS = ClassCountsQuestion.function
PICTURES = SetImagesQuestion.function


@pytest.fixture
def trained(training: Training, installed: manager.Runs, workers: ScriptedWorkers) -> str:
    """The id of a run of Ada's that is over."""
    return training.whole(installed, workers, "ada")


@pytest.fixture
def kept(installed: manager.Runs, trained: str) -> EvaluatedSet:
    """Its validation set's evaluation."""
    found = read_evaluated_set(installed.reader.folder(trained) / "validation.npz")
    assert found is not None
    return found


def listed(screen: Screen, run: str) -> list[int]:
    """The images in the list."""
    return [int(item["id"]) for item in screen.component(f"mistakes-gallery-{run}-validation")["items"]]


def bars(screen: Screen) -> list[str]:
    """The answers that are drawn, as their words."""
    return [row["text"] for row in screen.component("closeup-bars")["rows"]]


def test_nothing_to_look_at_yet(open_screen: Open) -> None:
    text = open_screen("mistakes").text("empty")
    assert "No mistakes to look at yet" in text
    assert "the worst mistake first" in text


def test_worst_come_first_and_one_is_looked_at_closely(open_screen: Open, trained: str, kept: EvaluatedSet) -> None:
    screen, order = open_screen("mistakes"), worst_mistakes(kept)
    assert listed(screen, trained) == order[:12].tolist()
    screen.tell(f"mistakes-gallery-{trained}-validation", "picked", str(order[2]))
    label, said = kept.labels[order[2]], kept.predicted[order[2]]
    assert f"Labelled “{label}”; the network said “{said}”" in screen.text("closeup-card")
    loss, mean = rounded(kept.losses[order[2]]), rounded(kept.losses.mean())
    words = f"Image {order[2] + 1} of 144 of the validation set. Its loss is {loss}; the mean loss of the set is {mean}."
    assert words in screen.text("closeup-words")
    [hint] = [caption.help for caption in screen.app.get_by_key("closeup-words").caption]
    assert hint.startswith(f"In the files it is image {kept.file_indexes[order[2]] + 1:,}. ")
    assert bars(screen) == [f"{100 * share:.1f}\u00a0%" for share in kept.probabilities[order[2]].tolist()]
    assert [row["name"] for row in screen.component("closeup-bars")["rows"] if row["isTruth"]] == [str(label)]


def test_each_kind_has_its_list(open_screen: Open, trained: str, kept: EvaluatedSet, workers: ScriptedWorkers) -> None:
    screen = open_screen("mistakes").put("mistakes-kind", "confident")
    assert listed(screen, trained) == confident_mistakes(kept)[:12].tolist()
    screen.put("mistakes-kind", "pair")
    first = kept.pairs()[0]
    assert listed(screen, trained) == images_in_cell(kept, first.actual, first.predicted)[:12].tolist()
    other = kept.pairs()[1]
    screen.put("mistakes-pair", (other.actual, other.predicted))
    assert listed(screen, trained) == images_in_cell(kept, other.actual, other.predicted)[:12].tolist()
    screen.put("mistakes-kind", "unsure")
    _, asked, part = workers.answer(PICTURES, np.zeros((1, 8, 8, 1), "uint8"))  # right ones are asked of a worker
    assert (asked, part) == (tuple(least_sure(kept)[:1].tolist()), "validation")
    assert "closeup-picture" in [one.key for one in screen.run().app if hasattr(one, "key")]


def test_long_lists_are_turned_over(open_screen: Open, trained: str, kept: EvaluatedSet) -> None:
    order = worst_mistakes(kept)
    assert len(order) > 0
    screen = open_screen("mistakes")
    if len(order) <= 12:
        assert not screen.has("mistakes-next"), "a list that fits needs no turning"
        return
    screen.press("Next")
    assert listed(screen, trained) == order[12:24].tolist()
    assert f"13 to {min(24, len(order))} of {len(order)}" in screen.text("mistakes-list")
    assert listed(screen.press("Previous"), trained) == order[:12].tolist()
    assert screen.button("Previous").disabled


def test_cell_on_evaluate_leads_here(open_screen: Open, trained: str, kept: EvaluatedSet) -> None:
    pair = kept.pairs()[0]
    screen = open_screen("evaluate")
    screen.tell(f"confusion-{trained}-validation", "cell", {"actual": pair.actual, "predicted": pair.predicted})
    index = int(images_in_cell(kept, pair.actual, pair.predicted)[-1])
    screen.tell(f"cell-gallery-{trained}-validation", "picked", str(index))
    assert screen.title == "Mistakes"
    assert screen.widget("mistakes-kind").value == "pair"
    assert f"Image {index + 1} of 144 of" in screen.text("closeup-card")


def test_test_set_stays_sealed(open_screen: Open, trained: str, installed: manager.Runs) -> None:
    screen = open_screen("mistakes")
    assert "of the test set" not in screen.text()
    assert not screen.has("mistakes-set"), "a choice of one set is no choice"
    installed.database.open_test_set(trained)
    screen = open_screen("mistakes").put("mistakes-set", "test")
    assert "of the test set" in screen.text("closeup-card")


# What goes on from an image


def test_label_is_changed_in_the_draft_and_undone(open_screen: Open, trained: str, kept: EvaluatedSet) -> None:
    index = int(worst_mistakes(kept)[0])
    place, right = int(kept.file_indexes[index]), (int(kept.labels[index]) + 1) % 10
    screen = open_screen("mistakes").put(f"right-class-{trained}-validation-{index}", right).press("Change the label")
    assert screen.draft.data.corrections.relabelled == (("train", place, right),)
    assert f"In your draft it is “{right}”." in screen.text("closeup-card")
    assert "Your draft: 1 label changed." in screen.text("closeup-card")
    assert screen.rail()["Load"][1] == "Digits, 1,293 images, 1 label changed"
    screen.press("Leave it out of the data")
    assert screen.draft.data.corrections.removed == (("train", place),)
    assert not screen.draft.data.corrections.relabelled
    assert screen.press("Take this back").draft.data.corrections == NONE
    assert not screen.has("retrain-line")


def test_corrected_draft_is_trained_as_a_new_run(open_screen: Open, trained: str, installed: manager.Runs) -> None:
    screen = open_screen("mistakes").press("Leave it out of the data").press("Retrain as a new run")
    newest = installed.database.runs_of("ada")[0]
    assert (newest.number, len(newest.experiment.data.corrections)) == (2, 1)
    assert screen.title.startswith("Run 2: ")


def test_image_of_other_data_than_the_drafts_cannot_be_corrected(open_screen: Open, trained: str) -> None:
    screen = open_screen("mistakes", lecture_experiment("mnist"))
    assert screen.button("Change the label").disabled
    assert "Your draft learns from MNIST" in screen.button("Leave it out of the data").help


@pytest.mark.parametrize(
    ("button", "title"), [("Inside your network", "Inside your network"), ("Why this answer?", "Why this answer?")]
)
def test_image_is_looked_into(open_screen: Open, trained: str, kept: EvaluatedSet, button: str, title: str) -> None:
    screen = open_screen("mistakes").press(button)
    assert screen.title == title
    assert screen.app.session_state["picked"] == ImageRef("validation", int(worst_mistakes(kept)[0]))


def test_corrections_are_listed_on_load_and_undone(open_screen: Open, workers: ScriptedWorkers) -> None:
    screen = open_screen("load", leave_out_image(relabel(DIGITS, "train", 5, 3), "train", 8))
    assert "Corrected by hand: 1 label changed, 1 image removed" in screen.text("corrections")
    _, indexes, part = workers.answer(PICTURES, np.zeros((2, 8, 8, 1), "uint8"))
    assert (indexes, part) == ((5, 8), "train files")
    items = screen.run().component("corrected-pictures")["items"]
    assert [(item["caption"], item["detail"]) for item in items] == [
        ("now 3", "training image 6"),
        ("left out", "training image 9"),
    ]
    assert screen.rail()["Load"] == ("done", "Digits, about 1,293 images, 1 label changed, 1 image removed")
    assert "Counting the images that are left" in screen.open_tab("Class balance", "load-view").text("balance")
    train, validation = (129, *[129] * 8, 131), (14, *[15] * 8, 10)
    workers.answer(COUNTS, ImagesPerClass(train, validation, (0,) * 10, (36,) * 10))
    assert screen.run().rail()["Load"] == ("done", "Digits, 1,292 images, 1 label changed, 1 image removed")
    shares = {share["title"]: (share["images"], share["note"]) for share in screen.component("sets-chart")["sets"]}
    assert [shares[title][0] for title in ("Training set", "Validation set", "Test set")] == [1_292, 144, 360]
    assert "1 left out." in shares["Training set"][1]
    assert "the classes have 141 to 144 images. Counted with what was corrected" in screen.text("balance")
    screen.tell("corrected-pictures", "picked", "train 8")
    assert screen.draft == relabel(DIGITS, "train", 5, 3)
    screen.press("Take all back")
    assert screen.draft == DIGITS
    assert not screen.has("corrections")
