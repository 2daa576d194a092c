"""Load: which pictures, how scaled, how split; and what to do where they are not on this machine."""

from dataclasses import replace
from pathlib import Path

import plotly.graph_objects as go
import pytest
from PIL import Image

from core.catalogue.datasets import DATASETS
from core.datasets.previews import preview_path, read_preview
from core.experiment.edits import find_layer
from core.experiment.templates import lecture_experiment
from core.files import keras_datasets
from core.problems import Problem, ProblemError, Repair
from core.runs import manager
from tests.core.sample_experiments import with_data
from tests.pages.conftest import DIGITS, Open
from tests.pages.fake_workers import PREVIEW, ScriptedWorkers
from tests.pages.screen import Screen

CIFAR10 = lecture_experiment("cifar10")
DOWNLOAD = "data:cifar10"


def test_every_data_set_says_whether_it_is_here(open_screen: Open) -> None:
    proto = open_screen("load").widget("data/dataset").proto
    icons = {option.content: option.content_icon for option in proto.options}
    labels = {name: f"{data.title} :gray[{data.kind}]" for name, data in DATASETS.items()}
    assert icons == {label: "" if name == "digits" else ":material/download:" for name, label in labels.items()}


def test_choice_of_a_data_set_keeps_its_widget_and_so_the_focus(open_screen: Open) -> None:
    screen = open_screen("load")
    before = screen.widget("data/dataset").key
    screen.put("data/dataset", "mnist")
    assert screen.draft.data.dataset == "mnist"
    assert screen.widget("data/dataset").key == before


def set_sizes(screen: Screen) -> dict[str, int]:
    """Return the number of images of each set that the bar shows."""
    return {share["title"]: share["images"] for share in screen.component("sets-chart")["sets"]}


def test_three_sets_with_their_sizes(open_screen: Open) -> None:
    assert set_sizes(open_screen("load")) == {"Training set": 1_293, "Validation set": 144, "Test set": 360}


def test_sentence_on_the_data_says_where_all_its_images_go(open_screen: Open) -> None:
    screen = open_screen("load")
    assert "; 10 classes: 1,293 to train on, 144 to validate, 360 for the test." in screen.text()
    screen.put("data/validation_split", 0.0)
    assert "; 10 classes: 1,437 to train on, 360 for the test." in screen.text()
    screen = open_screen("load", with_data(DIGITS, train_images=1_000))
    assert "1,000 to train on, 144 to validate, 360 for the test, 293 not used." in screen.text()


def test_sizes_stand_before_the_files_are_here_and_make_up_all_images(open_screen: Open) -> None:
    text = open_screen("load", lecture_experiment("fashion_mnist")).text()
    assert "70,000 grey images of clothes from a shop." in text
    assert "; 10 classes: 54,000 to train on, 6,000 to validate, 10,000 for the test." in text


def test_no_validation_set_is_said(open_screen: Open) -> None:
    screen = open_screen("load").put("data/validation_split", 0.0)
    assert screen.draft.data.validation_split == 0.0
    assert set_sizes(screen)["Validation set"] == 0
    notes = {share["title"]: share["note"] for share in screen.component("sets-chart")["sets"]}
    assert notes["Validation set"] == "None: progress is not checked."
    assert not screen.app.error


def test_gallery_shows_eight_pictures_of_each_class(open_screen: Open) -> None:
    grid = open_screen("load").component("gallery-pictures")
    assert len(grid["items"]) == 80
    assert [item["caption"] for item in grid["items"][:9]] == ["0", *[""] * 7, "1"]
    assert grid["selectable"]


def test_charts_and_pictures_are_made_once_for_all_who_look(open_screen: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    """A class that opens Load at once would wait for them else: they take longer than all else on the page."""
    grid = open_screen("load").component("gallery-pictures")
    made: list[str] = []
    add_bar, save = go.Figure.add_bar, Image.Image.save
    monkeypatch.setattr(go.Figure, "add_bar", lambda *one, **two: made.append("chart") or add_bar(*one, **two))
    monkeypatch.setattr(Image.Image, "save", lambda *one, **two: made.append("picture") or save(*one, **two))
    assert open_screen("load").component("gallery-pictures") == grid
    assert not made


def test_one_picture_is_shown_as_its_numbers(open_screen: Open) -> None:
    screen = open_screen("load")
    assert "One image is 64 numbers" in screen.text("numbers")
    screen.app.session_state["picked_picture"] = ("digits", "7-2")  # as a click in the gallery leaves it
    words = (
        "This image is of class 7. A pixel of 0 is black, of 255 white. Before training each is scaled to the range 0 to 1."
    )
    assert words in screen.run().text("numbers")
    shown = screen.component("numbers-pixels")
    assert shown["label"] == "A 7 as a grid of 8 by 8 numbers from 0 to 255."
    preview = read_preview("digits")
    assert preview is not None
    assert shown["values"] == preview.images[7, 2].tolist()
    grid = screen.component("gallery-pictures")
    assert (grid["selected"], grid["answer"]) == ("7-2", "numbers"), "the picture is marked, and its numbers come into sight"
    grid = screen.tell("gallery-pictures", "picked", "3-1").component("gallery-pictures")
    assert grid["selected"] == "3-1"
    assert screen.component("numbers-pixels")["values"] == preview.images[3, 1].tolist()


def test_class_balance_is_said_in_words(open_screen: Open) -> None:
    assert "the classes have 139 to 146 images" in open_screen("load").open_tab("Class balance", "load-view").text("balance")


def test_other_data_make_the_last_layer_follow(open_screen: Open) -> None:
    screen = open_screen("load").put("data/dataset", "cifar100")
    assert screen.draft.data.dataset == "cifar100"
    assert find_layer(screen.draft, "output").argument("units") == 100
    assert "CIFAR-100 is not on this machine yet" in screen.text("fetch")
    screen.put("data/dataset", "digits")
    assert screen.draft == DIGITS


@pytest.mark.parametrize(
    ("changes", "words", "repair", "mended"),
    [
        ({"train_images": 5_000}, "5,000 training images are asked for; Digits has 1,293.", "Use all training images", None),
        ({"train_images": 1_290}, "cannot be drawn evenly from 10 classes", "Use all training images", None),
        ({"validation_split": 0.002}, "keeps 3 images aside", "Keep 10\u00a0% aside", 0.1),
        ({"pixels": "0-255"}, "Pixels go in as 0 to 255.", "Scale pixels to the range 0 to 1", "0-1"),
        ({"train_images": 5}, "train_images is 5.", "Set train_images to None", None),
    ],
    ids=lambda one: next(iter(one)) if isinstance(one, dict) else None,
)
def test_a_problem_says_so_and_its_button_mends_it(
    open_screen: Open, changes: dict, words: str, repair: str, mended: object
) -> None:
    screen = open_screen("load", with_data(DIGITS, **changes))
    assert words in screen.text("problem-data-0")
    screen.press(repair)
    assert getattr(screen.draft.data, next(iter(changes))) == mended
    assert not screen.has("problem-data-0")
    assert screen.rail()["Load"][0] == "done"


def test_missing_files_are_named_with_where_they_belong(open_screen: Open) -> None:
    screen = open_screen("load", CIFAR10)
    text = screen.text("fetch")
    assert "CIFAR-10 is not on this machine yet" in text
    assert "a download of 170 MB, once" in text
    assert f"Copy these files into `{keras_datasets()}`:" in text.replace("/cifar-10-batches-py-target`", "`")
    assert screen.app.code[0].value == "\n".join(Path(name).name for name in DATASETS["cifar10"].files)
    assert screen.rail()["Load"] == ("problem", "files are missing")
    assert screen.button("line-train").disabled
    assert not screen.has("three-sets")


def test_package_that_brings_the_files_is_named(open_screen: Open) -> None:
    assert "the package `dataset-fashion-mnist` brings them" in open_screen(
        "load", lecture_experiment("fashion_mnist")
    ).text("fetch")


def test_digits_can_be_used_instead(open_screen: Open) -> None:
    screen = open_screen("load", CIFAR10).press("Use Digits instead")
    assert screen.draft.data.dataset == "digits"
    assert screen.has("three-sets")
    assert screen.rail()["Load"] == ("done", "Digits, 1,293 images")


def test_download_shows_how_far_it_is(open_screen: Open, workers: ScriptedWorkers) -> None:
    screen = open_screen("load", CIFAR10).press("Download CIFAR-10")
    assert "0 bytes of 170 MB, waiting for the server" in screen.text("fetch")
    workers.report(DOWNLOAD, kind="fetched", share=0.25, bytes=42_600_000, seconds=5.0)
    assert "42.6 MB of 170 MB, 15 s left" in screen.run().text("fetch")
    progress = screen.app.get("progress")[0]
    assert progress.proto.value == 25
    assert not screen.has_button("Download CIFAR-10")


def test_a_second_press_is_no_second_download(open_screen: Open, workers: ScriptedWorkers, installed: manager.Runs) -> None:
    open_screen("load", CIFAR10).press("Download CIFAR-10")
    installed.downloads.start("cifar10")  # as another visitor's press
    assert workers.asked.count("core.worker.data.download:fetch") == 1


def test_download_can_be_given_up(open_screen: Open, workers: ScriptedWorkers) -> None:
    open_screen("load", CIFAR10).press("Download CIFAR-10").press("Give up")
    assert workers.commands == [(DOWNLOAD, "stop")]


def test_failed_download_says_why_and_what_works(open_screen: Open, workers: ScriptedWorkers) -> None:
    screen = open_screen("load", CIFAR10).press("Download CIFAR-10")
    problem = Problem(
        code="download-failed",
        where=("data", "dataset"),
        happened="CIFAR-10 could not be downloaded: no network.",
        expected="Expected its files.",
        fix="Copy them.",
        repairs=(Repair("Use Digits", "set", ("data", "dataset"), "digits"),),
    )
    workers.fail(DOWNLOAD, ProblemError(problem))
    assert "CIFAR-10 could not be downloaded: no network." in screen.run().text("problem-download")
    assert not screen.button("Download CIFAR-10").disabled
    assert screen.press("Use Digits").draft.data.dataset == "digits"


def test_download_that_breaks_gives_a_problem_too(open_screen: Open, workers: ScriptedWorkers) -> None:
    screen = open_screen("load", CIFAR10).press("Download CIFAR-10")
    workers.fail(DOWNLOAD, OSError("disk full"))
    assert "CIFAR-10 could not be prepared: OSError: disk full" in screen.run().text("problem-download")
    screen.press("Download CIFAR-10")
    assert not screen.has("problem-download")
    assert "waiting for the server" in screen.text("fetch")


def test_download_that_arrived_shows_the_sets(open_screen: Open, workers: ScriptedWorkers, keras_home: Path) -> None:
    screen = open_screen("load", CIFAR10).press("Download CIFAR-10")
    for name in DATASETS["cifar10"].files:
        (keras_home / "datasets" / name).parent.mkdir(parents=True, exist_ok=True)
        (keras_home / "datasets" / name).touch()
    workers.finish(DOWNLOAD)
    screen.run()
    assert not screen.has("fetch")
    assert set_sizes(screen)["Training set"] == 45_000
    assert "Reading the images" in screen.text()


def test_pictures_that_cannot_be_read_are_explained(open_screen: Open, workers: ScriptedWorkers) -> None:
    screen = open_screen("load")
    preview_path("digits").unlink()
    screen.run()
    assert "Reading the images" in screen.text()
    workers.end_over(PREVIEW)
    screen.run()
    workers.end_over(PREVIEW)
    text = screen.run().text()
    assert "Digits could not be shown: Killed:" in text
    assert "Reading the images" not in text
    assert "Reading the images" in screen.press("Try again").text()


def test_nothing_can_be_downloaded_before_the_engine_is_ready(open_screen: Open, installed: manager.Runs) -> None:
    installed.supervisor.engine = manager.EngineState()
    button = open_screen("load", CIFAR10).button("Download CIFAR-10")
    assert button.disabled
    assert "The engine is starting" in button.help


def test_unused_images_are_counted(open_screen: Open) -> None:
    screen = open_screen("load", with_data(DIGITS, train_images=1_000))
    assert set_sizes(screen) == {"Training set": 1_000, "Validation set": 144, "Not used": 293, "Test set": 360}
    assert replace(screen.draft, data=DIGITS.data) == DIGITS


def test_number_of_training_images_is_the_same_on_the_next_page(open_screen: Open) -> None:
    screen = open_screen("load", with_data(DIGITS, train_images=1_000)).put("data/pixels", "0-255")
    for page in ("train", "load"):
        assert screen.go(page).widget("data/train_images").value == 1_000
    screen.put("data/train_images", 500)
    assert screen.go("train").widget("data/train_images").value == 500
    screen.put("data/train_images", None)
    assert screen.go("load").widget("data/train_images").value is None


def test_data_sets_of_points_are_one_click_away(open_screen: Open) -> None:
    links = [link.proto for link in open_screen("load").app.get("page_link")]
    [points] = [link for link in links if link.label.startswith("Points")]
    assert (points.label, points.page) == ("Points instead of images: Blobs, Ring, Corners, Spiral, Long spiral", "border")
