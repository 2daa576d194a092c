"""Why this answer: one picture explains it, or four methods for any class; and the map of images that can be picked from."""

import pytest

from core.engine.inspector import MOST_ENDS
from core.experiment.image_ref import ImageRef
from core.problems import Problem
from core.runs import manager
from core.views.explanations import METHODS, Explanation, ExplanationQuestion
from core.views.feature_map import FeatureMapQuestion, FeatureScatter, ScatterPoint
from core.views.predictions import ProbabilitiesQuestion
from core.views.set_images import ImageQuestion
from tests.pages.conftest import DIGITS, Open
from tests.pages.fake_workers import ScriptedWorkers
from tests.pages.real_keras import Training
from tests.pages.screen import VISITOR, Screen

SAYS, EXPLAIN, CLOUD = ProbabilitiesQuestion.function, ExplanationQuestion.function, FeatureMapQuestion.function
PROBABILITIES = (0.1, 0.2, 0.7, *(7 * (0.0,)))
FOUND = Explanation(
    "data:,1", "By 7 points.", "Strongest for it at row 1, column 2 of 8 × 8.", ends=("+7 points", "−7 points")
)
DOTS = FeatureScatter(
    "validation", "hidden", 128, (0.4, 0.2), (ScatterPoint(5, 0, 1, 3, 3), ScatterPoint(9, 1, 0, 4, 2)), "data:,2", 20
)


def answered(screen: Screen, workers: ScriptedWorkers) -> Screen:
    """The page, once the network has said what it says."""
    workers.answer(SAYS, PROBABILITIES)
    workers.answer(CLOUD, DOTS)
    return screen.run()


@pytest.fixture
def first(open_screen: Open, workers: ScriptedWorkers) -> Screen:
    """The page as it is at first."""
    return answered(open_screen("why"), workers)


@pytest.fixture
def screen(open_screen: Open, workers: ScriptedWorkers) -> Screen:
    """The page with all methods side by side."""
    shown = open_screen("own")
    shown.app.session_state["why-way"] = "all"
    return answered(shown.go("why"), workers)


def test_page_begins_with_one_picture_and_what_its_colours_mean(first: Screen, workers: ScriptedWorkers) -> None:
    assert workers.asked.count(EXPLAIN) == 1, "the other methods wait until somebody asks for them"
    assert workers.answer(EXPLAIN, FOUND)[4:] == ("occlusion", "")
    text = first.run().text("why")
    assert "It says **2** (70.0 %)." in text
    assert "Covering a **blue** place made 2 less likely, covering an **orange** place more likely." in text
    assert "against 2" in text and "for 2" in text and "The scale goes from +7 points to −7 points." in text
    assert "Occlusion for 2 over the image." in first.component("why-picture-occlusion")["items"][0]["alt"]
    assert METHODS["occlusion"].can in text and METHODS["saliency"].can not in text


def test_another_method_is_a_choice(first: Screen, workers: ScriptedWorkers) -> None:
    workers.answer(EXPLAIN, FOUND)
    first.put("why-way", "grad_cam")
    assert workers.answer(EXPLAIN, Explanation(missing="There are no maps."))[4:] == ("grad_cam", "")
    assert "There are no maps." in first.run().text("why")


def test_all_methods_explain_the_answer(screen: Screen, workers: ScriptedWorkers) -> None:
    asked = workers.answer(EXPLAIN, FOUND)
    assert asked == (DIGITS, "", ImageRef("validation", 0), 2, "occlusion", "")
    assert workers.asked.count(EXPLAIN) == len(METHODS)
    screen.run()
    assert "By 7 points." in screen.text("why-occlusion")
    assert "Strongest for it" in screen.component("why-picture-occlusion")["items"][0]["alt"]
    for method in METHODS.values():
        assert method.can in screen.text(f"why-{method.name}")
        assert method.cannot in screen.text(f"why-{method.name}")


def test_another_class_can_be_asked_about(screen: Screen, workers: ScriptedWorkers) -> None:
    screen.put("why-class-digits", 7)
    assert workers.answer(EXPLAIN, Explanation(missing="There is no gradient."))[3] == 7
    assert "There is no gradient." in screen.run().text("why-occlusion")


def test_layer_whose_maps_are_weighed_can_be_chosen(screen: Screen, workers: ScriptedWorkers) -> None:
    able = Explanation("data:,1", "From the maps of layer conv2.", "", layers=("conv1", "conv2"), layer="conv2")
    questions = [workers.answer(EXPLAIN, one) for one in (FOUND, FOUND, FOUND, able)]  # Grad-CAM was asked first
    assert [one[4:] for one in questions[2:]] == [("saliency", ""), ("grad_cam", "")]
    assert screen.run().widget("why-layer").value == "conv2"
    screen.put("why-layer", "conv1")
    assert workers.answer(EXPLAIN, able)[4:] == ("grad_cam", "conv1")


def test_problem_of_the_inspector_is_reported_and_can_be_asked_again(screen: Screen, workers: ScriptedWorkers) -> None:
    for _ in METHODS:
        workers.answer(EXPLAIN, Problem("view-failed", (), "It broke.", "Expected a whole one.", "Train again."))
    assert [one.proto.title for one in screen.run().app.error] == ["It broke."] * len(METHODS)
    asked = workers.asked.count(EXPLAIN)
    screen.press("again-view-explain-0-2-occlusion")
    assert workers.asked.count(EXPLAIN) == asked + 1, "only this card's question is asked anew"
    workers.answer(EXPLAIN, FOUND)
    assert "By 7 points." in screen.run().text("why-occlusion")
    assert len(screen.app.error) == len(METHODS) - 1


@pytest.mark.deep
def test_question_that_ends_the_inspector_can_be_asked_again_once_it_has_rested(
    screen: Screen, workers: ScriptedWorkers, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(MOST_ENDS):
        workers.end_over(EXPLAIN)
        screen.run()
    screen.run()
    assert [one.proto.title for one in screen.app.error] == [
        f"The process that looks into networks ended {MOST_ENDS} times over this question."
    ]
    text, again = screen.text("why-occlusion"), "again-view-explain-0-2-occlusion"
    assert "Ask again" in text and "In 60 s. Until then it rests, so that others are answered." in text
    assert screen.button(again).disabled
    monkeypatch.setattr("pages.interpret.network_ref.REST_SECONDS", 0.0)  # a minute later
    assert "Until then" not in screen.run().text("why-occlusion")
    asked = workers.asked.count(EXPLAIN)
    monkeypatch.setattr("core.engine.inspector.REST_SECONDS", 0.0)
    screen.press(again)
    assert workers.asked.count(EXPLAIN) == asked + 1
    workers.answer(EXPLAIN, FOUND)
    assert "By 7 points." in screen.run().text("why-occlusion")
    assert not screen.app.error


def test_a_dot_is_picked(
    screen: Screen, workers: ScriptedWorkers, training: Training, installed: manager.Runs, open_screen: Open
) -> None:
    shown = screen.component("why-cloud")
    assert shown["dots"] == [[5, 0, 1, 3, 3], [9, 1, 0, 4, 2]]
    assert "Images that the network finds alike mostly lie close together." in screen.text("alike")
    [more] = [caption.help for caption in screen.app.get_by_key("card-alike").caption]
    assert "128 numbers for each of 2 images" in more and "called wrongly (1 of them)" in more
    screen.tell("why-cloud", "picked", 9)
    assert workers.answer(SAYS, PROBABILITIES)[2] == ImageRef("validation", 9)
    screen.tell("why-cloud", "picked", 10**6)  # a browser may tell anything
    assert screen.run().component("why-cloud")["picked"] == 0
    run = training.whole(installed, workers, VISITOR)
    open_screen("why", run=run)
    assert workers.answer(CLOUD, DOTS)[1] == str(installed.reader.folder(run) / "model.keras")


@pytest.mark.parametrize("page", ["why", "inside"])
def test_missing_files_are_reported_once(open_screen: Open, workers: ScriptedWorkers, page: str) -> None:
    shown = open_screen(page)
    workers.answer(ImageQuestion.function, Problem("data-set-missing", (), "It is gone.", "Expected files.", "Get them."))
    shown.run()
    assert [one.proto.title for one in shown.app.error] == ["It is gone."]
    assert not shown.has("picker")
