"""A layer has one name wherever a page speaks of it: on Define, in its settings, in the code, inside, and in one batch."""

from core.experiment.descriptions import layer_titles
from core.experiment.edits import set_value
from core.runs import manager
from tests.pages.conftest import Open
from tests.pages.fake_workers import ScriptedWorkers
from tests.pages.real_keras import Training
from tests.pages.screen import VISITOR
from tests.pages.test_inside import INSIDE, WHOLE
from tests.pages.training_run import SHORT

NAMED = set_value(SHORT, ("layers", "hidden", "custom_name"), "features")
TITLE = "Dense 128 relu (features)"


def test_a_layer_is_called_by_one_name_on_every_page_that_speaks_of_it(
    open_screen: Open, training: Training, installed: manager.Runs, workers: ScriptedWorkers
) -> None:
    assert layer_titles(NAMED)["hidden"] == TITLE
    define = open_screen("define", NAMED).build("select", layer="hidden")
    block = define.block("hidden")
    assert block["title"] == TITLE
    assert TITLE in define.text("layer-hidden").replace("*", "")
    assert define.build("select", layer="output").widget("layers/output/inputs").options[-1] == "Dense (features)"
    assert 'name="features"' in define.press("fold-code").component("code")["script"]

    inside = open_screen("inside", NAMED)
    workers.answer(INSIDE, WHOLE)
    assert [row["title"] for row in inside.run().component("inside-layers")["layers"]][2] == TITLE

    run = training.start(installed, workers, VISITOR, NAMED)
    titles = open_screen("train", NAMED, run=run).component(f"stepped-{run}")["titles"]
    assert titles["hidden"] == TITLE


def test_a_problem_names_the_layer_as_its_card_does(open_screen: Open) -> None:
    named = set_value(NAMED, ("layers", "output", "arguments", "units"), 7)
    for page in ("define", "compile", "train"):
        assert "Dense (outputs): The last layer" in open_screen(page, named).text("line-train-box")
    named = set_value(named, ("layers", "output", "custom_name"), "answers")
    screen = open_screen("define", named)
    assert screen.block("output")["called"] == "answers"
    assert "Dense (answers): The last layer" in screen.text("line-train-box")
