"""Define: what one picture becomes after each layer, asked for once the network rests."""

from core.experiment.edits import set_value
from core.experiment.model import INPUT
from core.network_state import NetworkDrawingState
from core.runs import manager
from core.views.layer_outputs import LayerOutput, NetworkPreview, NetworkPreviewQuestion, UnitPicture
from tests.pages.conftest import DIGITS, Open
from tests.pages.fake_workers import ScriptedWorkers
from tests.pages.real_keras import Training
from tests.pages.screen import VISITOR
from tests.pages.training_run import SHORT

GLIMPSE = NetworkPreviewQuestion.function
AFTER = NetworkPreview({INPUT: LayerOutput(("data:,1",), 1, 64), "hidden": LayerOutput(("data:,2",), 1, 128)})
LOOK: NetworkDrawingState = {
    "image": {"height": 1, "width": 1, "channels": 1, "pixels": "AA=="},
    "label": 7,
    "is_learned": True,
    "columns": [],
    "links": [],
    "weights": [],
    "trained": ["hidden"],
    "maps": {},
    "answers": [],
}


def test_data_is_asked_for_once_the_network_rests(open_screen: Open, workers: ScriptedWorkers) -> None:
    screen = open_screen("define")
    assert screen.component("builder")["data"]["after"] == {}
    assert GLIMPSE not in workers.asked
    assert screen.run().component("builder")["data"]["after"] == {}
    assert workers.answer(GLIMPSE, AFTER) == (DIGITS, 0, "")
    shown = screen.run().run().component("builder")["data"]
    assert shown["after"]["hidden"] == {"pictures": ["data:,2"], "words": "128 numbers", "isAnswer": False}
    assert shown["note"] == "untrained: the random weights that training starts from"
    screen.run()
    assert workers.asked.count(GLIMPSE) == 1


def test_output_layer_names_the_likeliest_classes(open_screen: Open, workers: ScriptedWorkers) -> None:
    screen = open_screen("define")
    screen.run()
    output = LayerOutput(("data:,3",), 1, 10, likeliest=((7, 0.92), (9, 0.05)))
    workers.answer(GLIMPSE, NetworkPreview({"output": output}, LOOK))
    shown = screen.run().run().component("builder")["data"]
    assert shown["after"]["output"]["words"] == "says 7 (92\u00a0%), 9 (5\u00a0%)"
    assert (shown["look"], shown["label"], shown["isTrained"]) == (LOOK, "7", True)


def test_another_picture_is_taken(open_screen: Open, workers: ScriptedWorkers) -> None:
    screen = open_screen("define")
    for places in (1, 1, -1, 5, "1"):
        screen.build("picture", places=places)
    screen.run()
    assert workers.answer(GLIMPSE, AFTER)[1] == 1
    assert screen.draft == DIGITS


def test_data_can_be_switched_off(open_screen: Open, workers: ScriptedWorkers) -> None:
    screen = open_screen("define").put("show_data", value=False).run()
    assert screen.component("builder")["data"] is None
    assert GLIMPSE not in workers.asked


def test_data_of_a_large_network_is_not_asked_for(open_screen: Open, workers: ScriptedWorkers) -> None:
    screen = open_screen("define", set_value(DIGITS, ("layers", "hidden", "arguments", "units"), 1_000_000)).run().run()
    assert "too large" in screen.component("builder")["data"]["note"]
    assert GLIMPSE not in workers.asked


def test_data_is_that_of_the_trained_network_where_its_run_is_over(
    open_screen: Open, training: Training, installed: manager.Runs, workers: ScriptedWorkers
) -> None:
    run = training.whole(installed, workers, VISITOR)
    path = installed.reader.folder(run) / "model.keras"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()
    screen = open_screen("define", SHORT).run()
    shown = screen.component("builder")["data"]
    assert (shown["note"], shown["isTrained"]) == ("weights of run 1", True)
    assert workers.answer(GLIMPSE, AFTER) == (SHORT, 0, str(path))
    screen.build("add", name="Dropout")
    assert screen.component("builder")["data"]["note"] == "unchanged layers keep the weights of run 1"
    screen.run()
    assert workers.answer(GLIMPSE, AFTER) == (screen.draft, 0, str(path))
    other = set_value(screen.draft, ("data", "train_images"), 50)
    assert "untrained" in open_screen("define", other).component("builder")["data"]["note"]


def test_settings_show_what_units_look_for(open_screen: Open, workers: ScriptedWorkers) -> None:
    screen = open_screen("define").build("select", layer="hidden")
    screen.run()
    pictures = tuple(UnitPicture(unit, f"data:,{unit}") for unit in (4, 0))
    workers.answer(GLIMPSE, NetworkPreview({}, LOOK, {"hidden": pictures}))
    shown = screen.run().run()
    assert "**What two of its units look for**" in shown.text("unit-pictures")
    assert "Blue: a bright pixel there adds to the sum. Orange: a bright pixel subtracts." in shown.text("unit-pictures")
    images = shown.component("units-hidden")["items"]
    assert [image["src"] for image in images] == ["data:,4", "data:,0"]
    assert images[0]["alt"] == "The weights of unit 5, drawn as pixels"
    assert not shown.build("select", layer="output").has("unit-pictures")
