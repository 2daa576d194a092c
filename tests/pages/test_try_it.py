"""Try it: a picture of one's own, what the network sees of it, what it says, and how it is broken."""

import base64
import io
import json

import numpy as np
from PIL import Image
from streamlit.testing.v1 import AppTest

from core.analysis.image_perturbations import SHEET
from core.application import application
from core.experiment.image_ref import OWN, ImageRef
from core.png import from_data_uri
from core.problems import Problem
from core.run_files import WEIGHTS
from core.runs import manager
from core.views.adversarial_image import AdversarialImage, AdversarialImageQuestion
from core.views.predictions import ProbabilitiesQuestion
from core.views.set_images import ImageQuestion
from pages.components.pixel_pad.digit_lines import DIGIT_LINES
from tests.pages.conftest import DIGITS, Open
from tests.pages.fake_workers import ScriptedWorkers
from tests.pages.real_keras import Training
from tests.pages.screen import VISITOR, Screen

SAYS, NUDGED, PICTURE = ProbabilitiesQuestion.function, AdversarialImageQuestion.function, ImageQuestion.function
SURE = (0.01, 0.91, *(8 * (0.01,)))
UNSURE = (0.5, 0.1, *(8 * (0.05,)))


def drawing(left: int = 130, right: int = 150) -> str:
    sheet = np.zeros((SHEET, SHEET), "uint8")
    sheet[40:240, left:right] = 255
    file = io.BytesIO()
    Image.fromarray(sheet).save(file, "PNG")
    return "data:image/png;base64," + base64.b64encode(file.getvalue()).decode()


def drawn(open_screen: Open) -> Screen:
    screen = open_screen("try_it", DIGITS)
    screen.app.session_state["try-drawing"] = drawing()
    return screen.run()


def test_nothing_is_said_before_there_is_a_picture(open_screen: Open) -> None:
    screen = open_screen("try_it", DIGITS)
    assert screen.component("try-pad")["paper"] == "#000000", "digits are bright on dark"
    assert "Follow the dotted 3, or draw what you like: the answer comes while you draw." in screen.text("try-says")
    assert not screen.has("try-seen")


def test_before_there_is_a_picture_an_example_leads_to_an_answer(open_screen: Open, workers: ScriptedWorkers) -> None:
    screen = open_screen("try_it", DIGITS)
    assert "It sees 8 × 8 pixels. An example: 3." in screen.text("try-sees")
    assert "It can only name its 10 classes." in screen.text("try-says")
    bars = screen.component("try-bars")
    assert [(row["name"], row["share"], row["text"]) for row in bars["rows"]] == [(str(digit), 0, "") for digit in range(10)]
    assert (bars["inSight"], bars["best"], bars["words"]) == (10, "", ""), "no answer is claimed"
    screen.press("try-from-data")
    assert workers.answer(PICTURE, np.full((8, 8, 1), 60, "uint8"))[1] == ImageRef("validation", 0)
    assert not screen.run().has("try-example")


def test_drawing_is_seen_as_the_data_is_and_answered(open_screen: Open, workers: ScriptedWorkers) -> None:
    screen = drawn(open_screen)
    experiment, model, asked = workers.answer(SAYS, SURE)
    assert (experiment, model, asked.part, asked.shape) == (DIGITS, "", OWN, (8, 8, 1))
    seen = np.frombuffer(asked.pixels, "uint8").reshape(8, 8)
    assert (seen[:, [0, 7]] == 0).all() and (seen[:, 3:5].max(axis=1) > 100).all(), "in the middle, eight rows high"
    assert "1 91.0 %" in screen.run().text("try-says").replace("*", "")
    assert "8 × 8 pixels, put in the middle, and prepared as in training" in screen.text("try-sees")


def test_drawing_is_asked_about_once_the_one_before_is_answered(open_screen: Open, workers: ScriptedWorkers) -> None:
    screen = drawn(open_screen)
    for columns in ((100, 110), (100, 150), (100, 190)):  # the line grows wider while nothing is answered
        screen.app.session_state["try-drawing"] = drawing(*columns)
        screen.run()
    assert workers.asked.count(SAYS) == 1
    assert "%" not in screen.text("try-says")
    workers.answer(SAYS, UNSURE)
    screen.run()
    assert workers.asked.count(SAYS) == 2
    last = workers.answer(SAYS, SURE)[2]
    assert np.array_equal(
        np.frombuffer(last.pixels, "uint8").reshape(8, 8), from_data_uri(screen.component("try-seen")["items"][0]["src"])
    )
    assert "1 91.0 %" in screen.run().text("try-says").replace("*", "")


def test_slider_changes_the_picture_and_the_answer_beside_the_one_before(
    open_screen: Open, workers: ScriptedWorkers
) -> None:
    screen = drawn(open_screen)
    before = workers.answer(SAYS, SURE)[2]
    screen.run().put("try-invert", True)
    after = workers.answer(SAYS, UNSURE)[2]
    assert (np.frombuffer(after.pixels, "uint8") == 255 - np.frombuffer(before.pixels, "uint8")).all()
    screen.run()
    assert "Before the change: 1, 91.0 %." in screen.text("try-says")
    assert "8 × 8 pixels; invert" in screen.text("try-sees")
    assert "8 × 8 pixels; invert" in screen.go("inside").go("try_it").text("try-sees"), "kept while one looks elsewhere"
    assert "invert" not in screen.press("Undo all").text("try-sees")
    assert not screen.widget("try-invert").value


def test_file_is_answered_and_one_that_is_no_picture_says_why(open_screen: Open, workers: ScriptedWorkers) -> None:
    screen = open_screen("try_it", DIGITS).put("try-way", "A file")
    file = io.BytesIO()
    Image.new("L", (3_000, 2_000), 90).save(file, "PNG")
    screen.app.file_uploader[0].set_value(("grey.png", file.getvalue(), "image/png"))
    assert "3,000 × 2,000 pixels; its middle was cut out and brought to 8 × 8." in screen.run().text("try-source")
    assert set(workers.answer(SAYS, SURE)[2].pixels) == {90}
    screen.run()
    screen.app.file_uploader[0].set_value(("page.png", b"<html>", "image/png"))
    assert "page.png was not taken: a web page or another text, not a picture made of pixels." in screen.run().text(
        "problem-try-unreadable"
    ).replace("\\", "")
    assert not screen.has("try-seen")
    screen.app.file_uploader[0].set_value(("grey.png", file.getvalue(), "image/png"))
    assert not screen.run().has("problem-try-unreadable")


def test_nudged_picture_is_the_one_that_is_seen_and_answered(open_screen: Open, workers: ScriptedWorkers) -> None:
    screen = drawn(open_screen)
    workers.answer(SAYS, SURE)
    screen.run().put("try-nudge", 12)
    _, _, asked, levels = workers.answer(NUDGED, AdversarialImage(bytes(range(64)), 1, UNSURE))
    assert (asked.part, levels) == (OWN, 12)
    assert "8 × 8 pixels; nudge 12 away from 1" in screen.run().text("try-sees")
    assert "0 50.0 %" in screen.text("try-says").replace("*", "")
    assert "Before the change: 1, 91.0 %." in screen.text("try-says")
    screen.press("Inside your network")
    assert screen.app.session_state["picked"] == ImageRef(OWN, pixels=bytes(range(64)), shape=(8, 8, 1))


def test_while_a_nudge_is_awaited_a_picture_and_its_answer_stay(open_screen: Open, workers: ScriptedWorkers) -> None:
    screen = drawn(open_screen)
    straight = workers.answer(SAYS, SURE)[2]
    screen.run().put("try-nudge", 12)

    def seen() -> np.ndarray:
        return from_data_uri(screen.component("try-seen")["items"][0]["src"])

    assert np.array_equal(seen(), np.frombuffer(straight.pixels, "uint8").reshape(8, 8))
    assert "The picture with nudge 12 follows in a moment …" in screen.text("try-sees")
    assert "8 × 8 pixels, put in the middle, and prepared as in training" in screen.text("try-sees")
    assert "1 91.0 %" in screen.text("try-says").replace("*", "") and "Without the nudge." in screen.text("try-says")
    workers.answer(NUDGED, AdversarialImage(bytes(range(64)), 1, UNSURE))
    screen.run().put("try-nudge", 13)
    assert np.array_equal(seen().ravel(), np.arange(64)), "the last nudge of this picture"
    assert "8 × 8 pixels; nudge 12 away from 1" in screen.text("try-sees")
    assert "The picture with nudge 13 follows in a moment …" in screen.text("try-sees")
    assert "0 50.0 %" in screen.text("try-says").replace("*", "") and "Without" not in screen.text("try-says")
    workers.answer(NUDGED, AdversarialImage(bytes(range(1, 65)), 1, UNSURE))
    assert "nudge 13 away from 1" in screen.run().text("try-sees") and "follows" not in screen.text("try-sees")
    screen.put("try-invert", True)
    assert np.array_equal(seen(), 255 - np.frombuffer(straight.pixels, "uint8").reshape(8, 8)), "not that of another one"
    assert "8 × 8 pixels; invert" in screen.text("try-sees") and "away from" not in screen.text("try-sees")


def test_answer_to_a_drawing_follows_a_run_that_trains(
    open_screen: Open, training: Training, installed: manager.Runs, workers: ScriptedWorkers
) -> None:
    run = training.start(installed, workers, VISITOR)
    start, first = (installed.reader.folder(run) / WEIGHTS.format(epoch=epoch) for epoch in (0, 1))
    screen = open_screen("try_it", run=run)
    screen.app.session_state["try-drawing"] = drawing()
    screen.run().put("try-rotate", 30)
    straight = workers.answer(SAYS, UNSURE)[2]  # one at a time, as they change faster than answers come
    screen.run()
    turned = workers.answer(SAYS, UNSURE)[2]
    assert "The network's answer before training" in screen.run().text("try-says")
    start.touch()
    assert "0 50.0 %" in screen.run().text("try-says").replace("*", ""), "they are the same weights"
    first.touch()
    asked = len(workers.asked)
    assert "0 50.0 %" in screen.run().text("try-says").replace("*", ""), "the old answer stays until there is another"
    assert workers.asked[asked:].count(SAYS) == 2
    assert {workers.answer(SAYS, SURE)[1:] for _ in range(2)} == {(str(first), turned), (str(first), straight)}
    assert "1 91.0 %" in screen.run().text("try-says").replace("*", "")
    assert "The network's answer after epoch 1" in screen.text("try-says")
    assert "Follows the run: epoch 1 of 2." in screen.text()
    assert screen.widget("try-rotate").value == 30
    assert "The network's answer before training" in screen.put("subject-moment", "start").text("try-says")


def test_network_that_cannot_be_nudged_says_why(open_screen: Open, workers: ScriptedWorkers) -> None:
    screen = drawn(open_screen)
    screen.put("try-nudge", 5)
    workers.answer(NUDGED, Problem("no-slope", (), "No nudge can be found.", "Expected another.", "Set the nudge to 0."))
    assert "No nudge can be found." in screen.run().text("try-sees")
    assert screen.has("try-seen"), "without the nudge"


def test_image_of_the_data_is_tried_as_it_is_and_looked_into(open_screen: Open, workers: ScriptedWorkers) -> None:
    screen = open_screen("try_it", DIGITS).put("try-way", "From the data")
    picture = np.full((8, 8, 1), 60, "uint8")
    assert workers.answer(PICTURE, picture)[1] == ImageRef("validation", 0)
    screen.run()
    assert workers.answer(SAYS, SURE)[2] == ImageRef("validation", 0)
    screen.run().press("Inside your network")
    assert screen.title == "Inside your network"


def test_sheet_has_the_grid_of_the_data_and_a_digit_to_trace(open_screen: Open) -> None:
    screen = open_screen("try_it", DIGITS)
    pad = screen.component("try-pad")
    assert pad["cells"] == 8, "as many as the images have pixels along a side"
    assert pad["line"] == DIGIT_LINES["3"] and pad["trace"] == "Follow the dots,\nor draw your own"
    assert pad["ghost"] == "", "the outline of a digit looks like no digit"
    other = screen.put("try-ghost", "7").component("try-pad")
    assert other["line"] == DIGIT_LINES["7"]
    without = screen.put("try-ghost", "Nothing").component("try-pad")
    assert without["line"] == without["ghost"] == "" and without["trace"] == "Draw here"
    assert "\nDraw what you like: the answer comes while you draw." in screen.text("try-says")


def test_lines_on_a_sheet_are_a_drawing_until_the_sheet_is_empty_again(open_screen: Open) -> None:
    application().progress.go_to(VISITOR, "challenge-15-own-drawings", "a-drawing-it-has-never-seen")
    screen = open_screen("try_it", DIGITS)
    for sheet, count in ((drawing(), 1), (drawing(right=180), 1), ("", 1), (drawing(), 2)):
        screen.change("try-pad", drawing=sheet)
        drawn = [one.detail for one in application().progress.activities(VISITOR) if one.kind == "drawn"]
        assert len(drawn) == count


def test_drawing_that_the_tab_kept_is_answered_and_is_not_drawn_once_more(
    open_screen: Open, workers: ScriptedWorkers
) -> None:
    application().progress.go_to(VISITOR, "lesson-10-confusion-matrix", "fool-it")
    screen = open_screen("try_it", DIGITS)
    assert screen.component("try-pad")["keep"] == "try-drawing"
    screen.tell("try-pad", "restored", drawing())
    assert workers.answer(SAYS, SURE)[2].shape == (8, 8, 1)
    assert "1 91.0 %" in screen.run().text("try-says").replace("*", "")
    assert screen.component("try-pad")["drawing"] == drawing()
    assert "drawn" not in [one.kind for one in application().progress.activities(VISITOR)]
    screen.tell("try-pad", "restored", 7)  # a browser may tell anything
    assert screen.component("try-pad")["drawing"] == drawing()
    screen.tell("try-pad", "restored", "")  # it was cleared
    assert screen.component("try-pad")["drawing"] == "" and screen.has("try-example")


def test_bars_of_ten_classes_keep_their_order(open_screen: Open, workers: ScriptedWorkers) -> None:
    screen = drawn(open_screen)
    workers.answer(SAYS, (0.02, 0.6, 0.3, 0.01, 0.01, 0.01, 0.01, 0.01, 0.02, 0.01))
    shown = screen.run().component("try-bars")
    assert [row["name"] for row in shown["rows"]] == list("0123456789") and shown["inSight"] == 10
    assert [row["text"] for row in shown["rows"][1:3]] == ["60.0\u00a0%", "30.0\u00a0%"]
    assert (shown["best"], shown["words"]) == ("1", "The network says 1, 60.0\u00a0%.")


def many_bars() -> None:
    from pages.interpret.answer_card import draw_bars  # noqa: PLC0415 - AppTest runs the body alone

    draw_bars([f"class {label}" for label in range(12)], [0.05] * 10 + [0.3, 0.2])


def test_likeliest_of_many_classes_stand_first_and_the_others_unfold() -> None:
    app = AppTest.from_function(many_bars).run()
    shown = json.loads(app.get_by_key("try-bars").proto.json)
    assert [row["name"] for row in shown["rows"][:3]] == ["class 10", "class 11", "class 0"]
    assert len(shown["rows"]) == 12 and shown["inSight"] == 4


def test_untrained_network_says_so_and_can_be_trained(open_screen: Open, installed: manager.Runs) -> None:
    screen = open_screen("try_it", DIGITS)
    assert "This network has not been trained yet, so it only guesses." in screen.text("try-untrained")
    screen.press("try-train")
    assert [run.experiment for run in installed.database.runs_of(VISITOR)] == [DIGITS]
    assert not screen.has("try-untrained")


def test_dare_is_to_reach_the_runner_up_and_is_done_once_the_network_says_it(
    open_screen: Open, workers: ScriptedWorkers
) -> None:
    screen = drawn(open_screen)
    workers.answer(SAYS, (0.02, 0.6, 0.3, 0.01, 0.01, 0.01, 0.01, 0.01, 0.02, 0.01))
    assert screen.run().button("try-fool").label == "Fool it: make it say 2"
    screen.press("try-fool")
    assert "Dare: make it say 2, now 30.0 %, while a person still sees " in screen.text("try-dared").replace("*", "")
    assert [row["name"] for row in screen.component("try-bars")["rows"] if row["isTarget"]] == ["2"]
    screen.app.session_state["try-drawing"] = drawing(100, 190)
    screen.run()
    workers.answer(SAYS, (0.02, 0.3, 0.6, 0.01, 0.01, 0.01, 0.01, 0.01, 0.02, 0.01))
    assert "Fooled: it says 2, if you still see " in screen.run().text("try-dared")
    assert screen.button("try-fool").label == "Go on: make it say 0", "not 1, which the drawing shows"
    assert not screen.press("try-give-up").has("try-dared")


def test_dare_never_asks_for_what_the_drawing_shows(open_screen: Open, workers: ScriptedWorkers) -> None:
    screen = drawn(open_screen)
    workers.answer(SAYS, (0.02, 0.3, 0.15, 0.01, 0.01, 0.01, 0.01, 0.01, 0.02, 0.46))
    assert screen.run().button("try-fool").label == "Fool it: make it say 1", "it shows a 9, as far as is known"
    screen.put("try-shows-9", 1)
    assert screen.button("try-fool").label == "Fool it: make it say 2", "1 would be right, and 9 is said already"
    screen.press("try-fool")
    assert "make it say 2, now 15.0 %, while a person still sees 1" in screen.text("try-dared").replace("*", "")


def test_reached_dare_is_noted_once_for_the_tasks_of_a_deck(open_screen: Open, workers: ScriptedWorkers) -> None:
    application().progress.go_to(VISITOR, "lesson-10-confusion-matrix", "fool-it")
    screen = drawn(open_screen)
    workers.answer(SAYS, (0.02, 0.6, 0.3, 0.01, 0.01, 0.01, 0.01, 0.01, 0.02, 0.01))
    screen.run().press("try-fool")
    screen.app.session_state["try-drawing"] = drawing(100, 190)
    screen.run()
    assert "fooled" not in [one.kind for one in application().progress.activities(VISITOR)]
    workers.answer(SAYS, (0.02, 0.3, 0.6, 0.01, 0.01, 0.01, 0.01, 0.01, 0.02, 0.01))
    screen.run()
    assert screen.component("try-bars")["reached"] == "2"
    assert "fooled" not in [one.kind for one in application().progress.activities(VISITOR)], "a drawn page notes nothing"
    screen.tell("try-bars", "reached", "2")
    screen.tell("try-bars", "reached", "2")
    fooled = [one for one in application().progress.activities(VISITOR) if one.kind == "fooled"]
    assert [one.detail for one in fooled] == ["2@"], "the network is of no run"


def test_target_of_a_dare_stays_in_sight_when_it_is_unlikely(open_screen: Open, workers: ScriptedWorkers) -> None:
    screen = drawn(open_screen)
    workers.answer(SAYS, SURE)
    screen.run().press("try-fool")
    target = next(row["name"] for row in screen.component("try-bars")["rows"] if row["isTarget"])
    screen.app.session_state["try-drawing"] = drawing(100, 190)
    screen.run()
    workers.answer(SAYS, (0.0, 0.4, 0.3, 0.1, 0.1, 0.1, 0.0, 0.0, 0.0, 0.0))
    shown = screen.run().component("try-bars")
    assert target in [row["name"] for row in shown["rows"][: shown["inSight"]]]


def test_picture_is_kept_among_the_visitors_own_pictures(open_screen: Open, workers: ScriptedWorkers) -> None:
    screen = drawn(open_screen)
    workers.answer(SAYS, SURE)
    screen.run().put("try-keep-as", "1").press("try-keep-own")
    assert "Kept: 1 picture of 1." in screen.text("try-keep")
    (item,) = application().uploads.items(VISITOR)
    assert item.label == "1"
    screen.go("own").put("own-way", "files")
    assert "1: 1 picture" in screen.text("given-1").replace("*", "")


def test_picture_is_not_kept_while_another_upload_is_open(open_screen: Open, workers: ScriptedWorkers) -> None:
    application().uploads.give(VISITOR, "zip", b"PK", "pictures.zip")
    screen = drawn(open_screen)
    workers.answer(SAYS, SURE)
    button = screen.run().button("try-keep-own")
    assert button.disabled
    assert button.help == "An upload on Your own pictures is open: use it, or remove it first."
