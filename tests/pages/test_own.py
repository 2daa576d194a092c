"""Your own pictures: brought, looked through, made a data set; and on Load like any other."""

import base64
import io
import json
import threading
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image
from streamlit.runtime.context import ContextProxy

from core.application import application
from core.catalogue.datasets import OWN_ENTRY, OWN_IMAGES, data_set, folder_of
from core.datasets import upload_state, user_datasets
from core.datasets.previews import preview_path, read_preview
from core.datasets.upload_report import write_report
from core.datasets.upload_state import UploadState
from core.experiment.share_links import Link, write
from core.experiment.templates import lecture_experiment
from core.runs import manager
from pages.datasets.upload_steps import BRING, DRAWINGS, LOOK, MAKE, USE, upload_step
from pages.shell.upload_memory import MEMORY, HeldUpload
from tests.core.datasets.sample_datasets import own_digits
from tests.faults.sample_uploads import as_file, digits, folders, found_in, made, zipped
from tests.pages.conftest import DIGITS, Open
from tests.pages.fake_workers import ScriptedWorkers
from tests.pages.real_keras import Training, short
from tests.pages.screen import VISITOR, Screen

JPEG, PNG = "data:image/jpeg;base64,", "data:image/png;base64,"
FAULTY = {
    **folders(),
    "one/bad.jpg": b"<html>",
    "empty/": b"",
    "one/wide.png": as_file(np.full((9, 30), 200, "uint8")),
    "one/again.png": digits(1, 1)[0],
}


@pytest.fixture(autouse=True)
def nothing_goes_on(installed: manager.Runs) -> Iterator[None]:
    yield
    application().uploads.clear(VISITOR)


def read(files: dict[str, bytes], title: str = "") -> None:
    """Have files read, as the process does it."""
    found_in(zipped(files))
    upload_state.write_state(upload_state.upload_folder(VISITOR), UploadState("read", "zip", title=title))


def test_train_waits_until_there_are_pictures_to_train_on(open_screen: Open) -> None:
    assert not open_screen("own").has_button("line-train")


def test_zip_is_taken_and_the_page_says_how_far_it_is(open_screen: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(application().uploads, "_turn", threading.Semaphore(0))  # it waits for its turn
    screen = open_screen("own").put("own-way", "zip")
    screen.app.file_uploader[0].set_value(("pets.zip", zipped(folders()), "application/zip"))
    assert "Reading the pictures" in screen.run().text("busy")
    folder = upload_state.upload_folder(VISITOR)
    upload_state.write_state(folder, UploadState("reading", "zip", done=500, total=2_000, seconds=2.0))
    assert "500 of 2,000 pictures, 6 s left" in screen.run().text("busy")
    upload_state.write_state(folder, UploadState("reading", "zip", done=1_000, total=2_000, seconds=1.0, stage="comparing"))
    assert "Looking for pictures that are nearly the same" in screen.run().text("busy")
    screen.press("own-stop")
    assert "Stopped. The upload is still here." in screen.text()
    assert screen.press("own-clear").has("ways")


def test_report_names_what_was_found_and_making_waits_for_choices(open_screen: Open) -> None:
    own_digits(VISITOR)
    read(FAULTY, "Three digits")
    screen = open_screen("own")
    assert screen.widget("own-title").value == "Three digits 2", "the first name is taken"
    assert "Pictures\n22" in screen.text("found")
    assert "1 file cannot be used" in screen.text("bad")
    assert "The same picture twice: 1" in screen.text("copies")
    assert "from 8 × 8 to 30 × 9 pixels" in screen.text("conversions")
    assert screen.button("own-make").disabled
    assert screen.button("own-make").help.startswith("1 of 23 files cannot be used")
    screen.put("own-leave-bad", True)
    assert screen.button("own-make").help == "A class has too few pictures: empty (0)."
    screen.put("own-leave-small", True)
    assert not screen.button("own-make").disabled
    items = screen.component("own-before-after")["items"]
    assert [item["caption"] for item in items[:2]] == ["before", "after: 32\u00a0×\u00a032"]
    assert items[0]["alt"] == "one/wide.png, before", "the least square one first"


def test_test_pictures_that_are_learned_from_are_left_out_at_one_click(open_screen: Open) -> None:
    new = {f"test/{name}/new.png": digits(label, 12)[-1] for label, name in ((0, "zero"), (2, "two"))}
    known = {f"test/{name}/known.png": digits(label, 1)[0] for label, name in ((0, "zero"), (1, "one"))}
    read(folders(classes=3, above="train/") | new | known)
    screen = open_screen("own")
    assert "2 of 4 test pictures are in the training set too" in screen.text("leaks")
    drawn = screen.component("leak-pictures-0")["items"]
    assert [item["alt"] for item in drawn] == [
        "test: test/zero/known.png, the very same",
        "training: train/zero/0.png, the very same",
    ]
    assert drawn[0]["src"] == drawn[1]["src"]
    assert screen.widget("own-drop-copies").label.endswith("of pictures in both sets, the test picture")
    screen.press("own-leave-leaks")
    assert "2 left out: the test set keeps 2. All training pictures stay." in screen.text("leaks")
    assert screen.button("own-make").help == "A class has too few pictures: one (10 + 0 for testing)."
    assert screen.widget("own-colour-grey").value == "grey", "all are, and all but two as well"
    screen.press("own-keep-leaks")
    assert not screen.button("own-make").disabled
    upload_state.write_state(upload_state.upload_folder(VISITOR), UploadState("made", "zip", name=own_digits(VISITOR)))
    screen.run().press("own-reopen")
    screen.press("own-leave-leaks").put("own-leave-small", True)
    assert not screen.button("own-make").disabled


def test_dark_pictures_are_reported_and_brightened_at_one_click(open_screen: Open) -> None:
    read({name: as_file(np.asarray(Image.open(io.BytesIO(one))) // 16) for name, one in folders().items()})
    screen = open_screen("own")
    assert "the brightest pixel of all is 15 of 255" in screen.text("conversions")
    dark = screen.component("own-before-after")["items"]
    bright = screen.put("own-brighten", True).component("own-before-after")["items"]
    assert dark[0] == bright[0] and dark[1]["src"] != bright[1]["src"], "after, not before"
    screen.press("own-make")
    assert json.loads((upload_state.upload_folder(VISITOR) / upload_state.CHOICES).read_text())["white"] == 15


@pytest.mark.parametrize(
    ("compared", "words"),
    [(0, "were not looked for: there are 20, and for more than"), (12, "Only 12 of 20 different pictures were compared")],
)
def test_pictures_that_were_not_compared_are_reported(open_screen: Open, compared: int, words: str) -> None:
    read(folders())
    folder = upload_state.upload_folder(VISITOR)
    found = application().uploads.report(VISITOR)
    assert found is not None and (found.near_compared, found.near_total) == (20, 20)
    write_report(folder, replace(found, near_compared=compared))
    assert words in open_screen("own").text("copies")


def test_new_data_set_is_taken_with_an_answer_for_each_class(open_screen: Open) -> None:
    name = own_digits(VISITOR)
    upload_state.upload_folder(VISITOR).mkdir(parents=True)
    upload_state.write_state(upload_state.upload_folder(VISITOR), UploadState("made", "zip", name=name))
    screen = open_screen("own")
    assert "429 pictures to learn from and 108 to test" in screen.text("made")
    screen.press("own-use")
    assert screen.draft.data.dataset == name
    assert screen.draft.layers[-1].argument("units") == 3
    assert application().uploads.state(VISITOR) is None


def test_pictures_of_which_some_had_no_room_are_refused_as_a_whole(open_screen: Open) -> None:
    screen = open_screen("own").put("own-way", "files")
    session_id = "test session id"  # AppTest's own
    assert not MEMORY.admit(HeldUpload(session_id, "second", VISITOR, 300_000_000))
    screen.app.file_uploader[0].set_value(("first.png", digits(0, 1)[0], "image/png"))
    screen.run()
    assert "300 MB more were uploaded than there is room for; none of these files was taken." in screen.text(
        "problem-refusal"
    )
    assert application().uploads.items(VISITOR) == ()
    screen.app.file_uploader[0].set_value(("first.png", digits(0, 1)[0], "image/png"))
    screen.run()
    assert [one.name for one in application().uploads.items(VISITOR)] == ["first.png"], "said once"


def test_problem_of_an_upload_is_reported_with_the_ways_on(open_screen: Open) -> None:
    upload_state.upload_folder(VISITOR).mkdir(parents=True)
    upload_state.write_state(upload_state.upload_folder(VISITOR), UploadState("reading", "zip"))  # of a server that is gone
    screen = open_screen("own")
    assert "The server was started anew while it read these pictures." in screen.text("problem-own")
    assert screen.has_button("own-again")


def test_classes_are_given_one_by_one(open_screen: Open) -> None:
    screen = open_screen("own").put("own-way", "files")
    assert screen.button("own-read").disabled
    for label, name in enumerate(("cats", "dogs")):
        screen.app.file_uploader[0].set_value((f"{name}.png", digits(label, 1)[0], "image/png"))
        screen.run()
    assert [(one.label, one.name) for one in application().uploads.items(VISITOR)] == [
        ("cats", "cats.png"),
        ("dogs", "dogs.png"),
    ]
    assert not screen.button("own-read").disabled
    screen.press("take-away-dogs")
    assert [one.label for one in application().uploads.items(VISITOR)] == ["cats"]


@pytest.mark.parametrize(("url", "lends"), [("http://localhost:8501", True), ("http://10.0.0.7:8501", False)])
def test_camera_is_offered_where_browsers_lend_one(
    open_screen: Open, monkeypatch: pytest.MonkeyPatch, url: str, lends: bool
) -> None:
    monkeypatch.setattr(ContextProxy, "url", url)
    screen = open_screen("own").put("own-way", "camera")
    assert ("Browsers lend a camera" in screen.text("ways")) is not lends


def test_snapshots_that_follow_each_other_quickly_are_each_kept_once(
    open_screen: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ContextProxy, "url", "http://localhost:8501")
    screen = open_screen("own").put("own-way", "camera")
    shots = [
        {"number": number, "label": label, "picture": JPEG + base64.b64encode(digits(0, number)[-1]).decode()}
        for number, label in ((1, "cats"), (2, "cats"), (3, "dogs"))
    ]
    screen.tell("own-camera", "events", shots[:1])
    assert screen.component("own-camera") == {"label": "cats", "done": 1}
    screen.tell("own-camera", "events", shots)  # the first one again: its answer had not come yet
    assert screen.component("own-camera")["done"] == 3
    screen.tell("own-camera", "events", [{"number": 4, "label": "cats", "picture": "no picture"}, 5, {"label": 7}])
    given = [(one.label, one.name) for one in application().uploads.items(VISITOR)]
    assert given == [("cats", "snapshot 1.jpg"), ("cats", "snapshot 2.jpg"), ("dogs", "snapshot 3.jpg")]
    kept = [(upload_state.upload_folder(VISITOR) / one.file).read_bytes() for one in application().uploads.items(VISITOR)]
    assert kept == digits(0, 3)
    assert "cats: 2 pictures" in screen.text("ways").replace("*", "")


def test_drawings_are_kept_one_by_one_each_on_an_empty_sheet(open_screen: Open) -> None:
    screen = open_screen("own").put("own-way", "draw")
    assert screen.component("own-sheet-0")["trace"] == "Name the class first"
    assert screen.button("own-keep-drawing").help == "Name the class first."
    assert screen.put("own-class", "cats").component("own-sheet-0")["trace"] == "Draw: cats"
    assert screen.button("own-keep-drawing").disabled
    for number, name in enumerate(("cats", "cats", "dogs")):
        screen.put("own-class", name)
        screen.app.session_state["own-drawing"] = PNG + base64.b64encode(digits(0, number + 1)[-1]).decode()
        assert screen.run().has(f"own-sheet-{number}")
        assert screen.button("own-keep-drawing").label == f"Keep it as {name}"
        screen.press("own-keep-drawing")
        assert not screen.has(f"own-sheet-{number}")
    given = [(one.label, one.name) for one in application().uploads.items(VISITOR)]
    assert given == [("cats", "drawing 1.png"), ("cats", "drawing 2.png"), ("dogs", "drawing 3.png")]
    kept = [(upload_state.upload_folder(VISITOR) / one.file).read_bytes() for one in application().uploads.items(VISITOR)]
    assert kept == digits(0, 3)
    shown = [[item["alt"] for item in screen.component(f"own-drawings-{name}")["items"]] for name in ("cats", "dogs")]
    assert shown == [["cats, drawing 1", "cats, drawing 2"], ["dogs, drawing 3"]]
    assert not screen.button("own-read").disabled


def test_sheet_that_holds_no_png_is_not_kept(open_screen: Open) -> None:
    screen = open_screen("own").put("own-way", "draw")
    screen.app.session_state["own-drawing"] = "data:text/html;base64,PGI+"
    screen.put("own-class", "cats").press("own-keep-drawing")
    assert application().uploads.items(VISITOR) == ()


def test_load_lists_own_sets_and_deletes_with_undo(open_screen: Open) -> None:
    name = own_digits(VISITOR)
    screen = open_screen("load", lecture_experiment(name))
    labels = [option.content for option in screen.widget("data/dataset").proto.options]
    assert labels[-1] == "Three digits"
    assert len(screen.component("gallery-pictures")["items"]) == 24
    screen.press(f"delete-load-{name}")
    assert "The pictures of Three digits were deleted." in screen.text()
    assert screen.button("line-train").disabled
    assert not screen.press("own-restore").button("line-train").disabled
    screen.go("own").press(f"delete-list-{name}")
    assert "Three digits was deleted." in screen.text("own-sets")
    screen.press(f"restore-{name}")
    assert len(screen.component(f"pictures-{name}")["items"]) == 8


def test_class_is_renamed_and_nothing_else_changes(open_screen: Open) -> None:
    name = own_digits(VISITOR)
    files = {path: path.read_bytes() for path in (folder_of(name) / OWN_IMAGES, preview_path(name))}
    before = data_set(name)
    screen = open_screen("own").put(f"rename-class-list-{name}", 1)

    def rename(typed: str) -> tuple[str, ...]:
        screen.put(f"rename-to-list-{name}-1", typed).press(f"rename-list-{name}-now")
        return data_set(name).classes

    assert rename("<b>eins</b>") == ("zero", "b eins b", "two")
    assert "zero, b eins b, two" in screen.text("own-sets")
    assert rename("TWO") == ("zero", "b eins b", "two")
    assert "Another class is called 'TWO' already." in screen.text()
    assert rename("=-=") == ("zero", "b eins b", "two")
    assert "'=-=' is no name for a class." in screen.text()
    assert rename("One") == ("zero", "One", "two")  # its own name in other letters would do too
    assert rename("one") == before.classes and data_set(name) == before
    assert {path: path.read_bytes() for path in files} == files
    user_datasets.rename(name, "bob", 0, "mine")
    assert data_set(name) == before


def test_test_pictures_that_were_learned_from_are_reported_with_their_data_set(open_screen: Open) -> None:
    name = own_digits(VISITOR)
    entry = folder_of(name) / OWN_ENTRY
    entry.write_text(json.dumps({**json.loads(entry.read_text()), "leaks": 5}))
    screen = open_screen("load", lecture_experiment(name))
    assert "5 of its 108 test pictures are in the training set too, or nearly" in screen.text("own-card")


def test_evaluate_says_which_share_of_the_test_was_learned_from(
    open_screen: Open, training: Training, installed: manager.Runs, workers: ScriptedWorkers
) -> None:
    learned = {f"train/{label}/{number}.png": one for label in range(10) for number, one in enumerate(digits(label, 11))}
    new = {f"test/{label}/new.png": digits(label, 12)[-1] for label in range(10)}
    known = {f"test/{label}/known.png": digits(label, 1)[0] for label in (3, 5)}
    found_in(zipped(learned | new | known))

    def evaluated(**chosen: bool) -> str:
        run = training.start(installed, workers, VISITOR, short(made(**chosen)))
        training.end(installed, workers, run)
        return open_screen("evaluate", run=run).text()

    assert (
        "2 of its 12 test pictures are in the training set too, or nearly: a test looks better than it is. To mend the "
        "data set, make it again, with these left out of the test set."
    ) in evaluated(drop_copies=False)
    assert "looks better" not in evaluated(leave_leaks_out=True)


def test_others_see_pictures_by_a_link_alone_and_cannot_delete_them(open_screen: Open) -> None:
    name = own_digits("bob")
    screen = open_screen("load")
    assert "Three digits" not in [option.content for option in screen.widget("data/dataset").proto.options]
    screen.app.query_params["experiment"] = write(Link(lecture_experiment(name)))
    screen.run().press("accept-experiment")
    assert screen.draft.data.dataset == name
    assert "Somebody's own pictures" in screen.text("own-card")
    assert screen.button(f"delete-load-{name}").disabled
    user_datasets.delete(name, VISITOR)
    assert user_datasets.data_sets_of("bob") == (name,)


def test_link_to_pictures_that_are_not_here_says_so_with_a_repair(open_screen: Open) -> None:
    absent = replace(DIGITS, data=replace(DIGITS.data, dataset="own-0123456789abcdef0123"))
    screen = open_screen("load")
    screen.app.query_params["experiment"] = write(Link(absent))
    screen.run().press("accept-experiment")
    assert "These pictures are not on this machine." in screen.text()
    assert screen.button("line-train").disabled
    for page in ("start", "define", "compile", "train", "evaluate", "mistakes", "inside", "why", "try_it", "images"):
        screen.go(page)
    assert screen.go("load").mend("Use Digits").draft.data.dataset == "digits"


def test_every_page_shows_pictures_of_a_small_set(open_screen: Open) -> None:
    name = own_digits(VISITOR)
    preview = read_preview(name)
    assert preview is not None
    assert preview.images.shape[:2] == (3, 12)
    screen: Screen = open_screen("start", lecture_experiment(name))
    assert "Teach a network to tell zero, one and two apart" in screen.text("start")
    for page in ("define", "compile", "train", "evaluate", "mistakes", "inside", "why", "try_it", "images"):
        screen.go(page)
    assert data_set(name).title in screen.go("load").text()


@pytest.mark.parametrize(
    ("now", "step"),
    [
        (None, BRING),
        (UploadState("collecting", "files"), BRING),
        (UploadState("reading", "zip"), LOOK),
        (UploadState("read", "zip"), LOOK),
        (UploadState("making", "zip"), MAKE),
        (UploadState("made", "zip"), USE),
    ],
)
def test_upload_is_at_one_of_four_steps(now: UploadState | None, step: int) -> None:
    assert upload_step(now) == step


@pytest.mark.parametrize("way", DRAWINGS)
def test_each_way_is_drawn(open_screen: Open, way: str) -> None:
    screen = open_screen("own").put("own-way", way)
    assert screen.component(f"own-drawing-{way}")["svg"].startswith("<svg")
