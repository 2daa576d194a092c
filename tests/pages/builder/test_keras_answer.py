"""Define: what is drawn before Keras answers, and how its answer arrives."""

from core.runs import manager
from tests.pages.conftest import Open
from tests.pages.fake_workers import SUMMARISE, ScriptedWorkers
from tests.pages.real_keras import Keras


def test_checking_until_keras_has_answered(open_screen: Open, workers: ScriptedWorkers) -> None:
    workers.answers_shapes = False
    screen = open_screen("define")
    assert screen.block("hidden")["shape"] == "checking"
    assert "Checking the shapes" in screen.text()
    assert screen.rail()["Define"] == ("busy", "3 layers, checking")
    assert not screen.has("totals")
    assert not screen.button("line-train").disabled  # a run that is started early is checked first


def test_shapes_are_asked_for_once_and_arrive(open_screen: Open, workers: ScriptedWorkers, keras: Keras) -> None:
    workers.answers_shapes = False
    screen = open_screen("define").run()
    assert workers.asked == [SUMMARISE]
    workers.answer_shapes()
    screen.run()
    assert screen.rail()["Define"] == ("done", "3 layers, 9,610 parameters")
    assert workers.asked == [SUMMARISE]


def test_keras_is_starting_is_said(open_screen: Open, workers: ScriptedWorkers, installed: manager.Runs) -> None:
    workers.answers_shapes = False
    installed.supervisor.engine = manager.EngineState()
    assert "Keras is starting; shapes follow in a few seconds" in open_screen("define").text()


def test_a_problem_that_needs_no_keras_is_drawn_before_it_answers(open_screen: Open, workers: ScriptedWorkers) -> None:
    screen = open_screen("define")
    workers.answers_shapes = False
    screen.build("remove", layer="output")
    (problem,) = screen.block("hidden")["problems"]
    assert (problem["code"], screen.block("hidden")["shape"]) == ("units-differ-from-classes", "checking")


def test_an_edit_is_drawn_before_keras_answers_and_its_shapes_follow_in_the_same_run(
    open_screen: Open, workers: ScriptedWorkers
) -> None:
    screen = open_screen("define")
    assert not screen.has("keras-answer"), "the shapes were known"
    workers.answers_late = True
    screen.build("remove", layer="output")
    drawn, answer = screen.component("builder"), screen.component("keras-answer")
    assert screen.block("hidden")["shape"] == "checking"
    assert [block["shape"] for block in answer["blocks"]] == ["64 numbers", "128 numbers"]
    assert answer["network"] == drawn["network"]
    assert "**8,320** parameters" in screen.text("totals")
    assert screen.rail()["Define"] == ("problem", "units differ from classes")
    screen.run()
    assert not screen.has("keras-answer")
    assert screen.block("hidden")["shape"] == "128 numbers"
    assert screen.component("builder")["network"] != drawn["network"], "the earlier answer no longer counts"
