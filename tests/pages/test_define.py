"""Define: the stack of layers, its table of shapes, and each layer's problems with their repairs."""

import pytest

from core import runs
from core.catalogue.layers import LAYERS
from core.edits import find, set_value
from core.experiment import Experiment
from core.shapes import spoken
from core.templates import TEMPLATES
from tests.core.nets import FLATTEN, OUTPUT, layer, stack, template
from tests.pages.conftest import DIGITS, Open
from tests.pages.recorded import Keras
from tests.pages.scripted import SUMMARISE, ScriptedWorkers

UNITS = ("layers", "hidden", "arguments", "units")


# The table


@pytest.mark.parametrize("name", TEMPLATES)
def test_each_layer_shows_what_keras_says_of_it(open_screen: Open, keras: Keras, name: str) -> None:
    experiment = template(name)
    screen, summary = open_screen("define", experiment), keras.summarise(experiment)
    assert len(summary.rows) == len(experiment.layers)
    for row in summary.rows:
        text = screen.text(f"layer-{row.id}")
        assert spoken(row.output_shape) in text
        assert f"{row.parameters:,} parameters" in text
    assert f"Parameters\n{summary.parameters:,}" in screen.text("totals")
    assert "Answers\n10 numbers" in screen.text("totals")
    assert not screen.app.error


def test_input_is_one_picture(open_screen: Open) -> None:
    assert open_screen("define").text("input-card") == "**Input**: one picture of Digits, 8 × 8 × 1"


def test_checking_until_keras_has_answered(open_screen: Open, workers: ScriptedWorkers) -> None:
    workers.answers_shapes = False
    screen = open_screen("define")
    assert screen.text("layer-hidden").splitlines()[1] == "checking"
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


def test_keras_is_starting_is_said(open_screen: Open, workers: ScriptedWorkers, installed: runs.Runs) -> None:
    workers.answers_shapes = False
    installed.tender.engine = runs.Engine()
    assert "Keras is starting; shapes follow in a few seconds" in open_screen("define").text()


def test_layers_behind_a_refused_one_have_no_shape_yet(open_screen: Open) -> None:
    screen = open_screen("define", stack(layer("LSTM", units=8), OUTPUT))
    assert "no shape yet" in screen.text("layer-layer-2")
    assert "parameters" not in screen.text("layer-layer-2")


# Editing


def test_selected_layer_shows_its_settings_and_folds_again(open_screen: Open) -> None:
    screen = open_screen("define").press("select-hidden")
    assert screen.widget("layers/hidden/arguments/units").value == 128
    assert LAYERS["Dense"].sentence in screen.text("layer-hidden")
    assert not screen.press("select-hidden").app.number_input
    screen.press("select-hidden").press("select-flatten")
    assert "Flatten has nothing to set." in screen.text("layer-flatten")
    assert not screen.app.number_input


def test_a_changed_argument_changes_draft_shapes_and_phrase(open_screen: Open) -> None:
    screen = open_screen("define").press("select-hidden").put("layers/hidden/arguments/units", 16)
    assert screen.draft == set_value(DIGITS, UNITS, 16)
    assert "2  Dense 16 relu" in screen.text("layer-hidden")
    assert "1,040 parameters" in screen.text("layer-hidden")
    assert screen.widget("layers/hidden/arguments/units").value == 16


@pytest.mark.parametrize("name", LAYERS)
def test_every_layer_of_the_palette_can_be_added(open_screen: Open, name: str) -> None:
    screen = open_screen("define").press(f"add-{name}")
    assert screen.layers == ["Flatten", "Dense", name, "Dense"]
    added = screen.draft.layers[2]
    assert screen.app.session_state["selected_layer"] == added.id
    screen.unfold(f"layers/{added.id}")
    assert screen.settings(f"layers/{added.id}") == {parameter.name for parameter in LAYERS[name].parameters}


def test_a_layer_is_added_after_the_selected_one(open_screen: Open) -> None:
    screen = open_screen("define")
    assert "before the last layer, Dense 10 softmax" in screen.text("palette")
    screen.press("select-flatten")
    assert "after Flatten, which is selected" in screen.text("palette")
    assert screen.press("add-Dropout").layers == ["Flatten", "Dropout", "Dense", "Dense"]
    assert screen.press("add-Activation").layers == ["Flatten", "Dropout", "Activation", "Dense", "Dense"]


def test_a_layer_can_be_added_to_nothing(open_screen: Open) -> None:
    screen = open_screen("define", stack())
    assert "at the end" in screen.text("palette")
    assert screen.press("add-Flatten").layers == ["Flatten"]


def test_move_duplicate_and_delete(open_screen: Open) -> None:
    screen = open_screen("define", template("convnet")).press("arrow_upward-dropout")
    names = ["Conv2D", "MaxPooling2D", "Conv2D", "MaxPooling2D", "Dropout", "Flatten", "Dense"]
    assert screen.layers == names
    assert screen.press("arrow_downward-dropout").draft == template("convnet")
    assert screen.press("content_copy-pool1").layers[:3] == ["Conv2D", "MaxPooling2D", "MaxPooling2D"]
    assert screen.press("delete-pool1").draft.layers[1].id == "maxpooling2d-1"


def test_ends_of_the_stack_cannot_be_passed(open_screen: Open) -> None:
    screen = open_screen("define")
    assert screen.button("arrow_upward-flatten").disabled
    assert screen.button("arrow_downward-output").disabled
    assert not screen.button("arrow_upward-output").disabled


def test_deleting_all_layers_says_what_to_do(open_screen: Open) -> None:
    screen = open_screen("define")
    for identity in ("flatten", "hidden", "output"):
        screen.press(f"delete-{identity}")
    assert "The network has no layers." in screen.text("problem-stack-0")
    assert screen.rail()["Define"][0] == "problem"
    assert screen.press("Add a Dense layer").layers == ["Dense"]


def test_undo_and_redo_bring_values_and_widgets_back(open_screen: Open) -> None:
    screen = open_screen("define")
    assert screen.button("undo").disabled
    assert screen.button("redo").disabled
    screen.press("select-hidden").put("layers/hidden/arguments/units", 16).put("layers/hidden/arguments/units", 8)
    assert "2 changes" in screen.button("undo").help
    screen.press("undo")
    assert screen.draft == set_value(DIGITS, UNITS, 16)
    assert screen.widget("layers/hidden/arguments/units").value == 16
    assert screen.press("undo").draft == DIGITS
    assert screen.button("undo").disabled
    screen.press("redo").press("redo")
    assert screen.widget("layers/hidden/arguments/units").value == 8
    assert screen.button("redo").disabled


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_ready_net_replaces_the_layers(open_screen: Open, name: str) -> None:
    screen = open_screen("define").press("select-output").press(f"template-{name}")
    assert screen.draft.layers == template(name).layers
    assert not screen.app.number_input  # nothing is selected any more


def test_start_again_brings_the_lectures_net_and_can_be_undone(open_screen: Open) -> None:
    screen = open_screen("define", template("lenet")).press("start-again")
    assert screen.draft.layers == DIGITS.layers
    assert screen.press("undo").draft == template("lenet")


# Problems

SHAPES = [
    (stack(layer("LSTM", units=8), OUTPUT), "layer-1", "LSTM got 8 × 8 × 1", "Read it row by row: add Reshape (8, 8)"),
    (
        stack(layer("Reshape", target_shape=[5, 5]), FLATTEN, OUTPUT),
        "layer-1",
        "which is 64 numbers",
        "Set target_shape to (8, 8)",
    ),
    (
        stack(layer("Conv2D", kernel_size=9), FLATTEN, OUTPUT),
        "layer-1",
        "what comes in is only 8 × 8",
        "Set padding to same",
    ),
    (stack(FLATTEN, layer("Conv2D"), FLATTEN, OUTPUT), "layer-2", "Conv2D got 64 numbers", "Move Conv2D before Flatten"),
    (stack(FLATTEN, layer("Dense", units=7, activation="softmax")), "layer-2", "has units=7", "Set units to 10"),
    (
        stack(FLATTEN, layer("Dense", units=10)),
        "layer-2",
        "The last activation is linear.",
        "Set the last activation to softmax",
    ),
    (stack(FLATTEN, layer("Dense", units=0), OUTPUT), "layer-2", "Dense: units is 0.", "Set units to 64"),
    (stack(FLATTEN, layer("Dropout", rate=1.0), OUTPUT), "layer-2", "Dropout: rate is 1.0.", "Set rate to 0.3"),
]


@pytest.mark.parametrize(
    ("experiment", "guilty", "words", "repair"), SHAPES, ids=lambda one: one if isinstance(one, str) else ""
)
def test_problem_stands_on_the_guilty_layer_and_its_button_mends_it(
    open_screen: Open, experiment: Experiment, guilty: str, words: str, repair: str
) -> None:
    screen = open_screen("define", experiment)
    assert words in screen.text(f"problem-{guilty}-0")
    others = [one.id for one in experiment.layers if one.id != guilty and screen.has(f"problem-{one.id}-0")]
    assert not others
    if screen.app.error:
        assert words in screen.text(f"layer-{guilty}-bad")
        assert screen.rail()["Define"][0] == "problem"
        assert screen.button("line-train").disabled
    screen.press(repair)
    assert not screen.has(f"problem-{guilty}-0")
    assert screen.press("undo").draft == experiment


def test_dense_on_a_picture_is_a_warning_and_its_end_an_error(open_screen: Open) -> None:
    screen = open_screen("define", stack(layer("Dense", units=5, activation="relu"), OUTPUT))
    assert "applies it to the last axis only" in screen.text("problem-layer-1-0")
    assert "gives 8 × 8 × 10" in screen.text("problem-layer-2-0")
    screen.press("repair-layer-1-0-0-1")  # Flatten before the first one
    assert screen.layers == ["Flatten", "Dense", "Dense"]
    assert not screen.app.error


def test_network_too_large_for_this_machine_says_so(open_screen: Open) -> None:
    screen = open_screen("define", set_value(DIGITS, UNITS, 1_000_000))
    assert not screen.app.error
    screen = open_screen("define", stack(FLATTEN, layer("Dense", units=1_000_000), layer("Dense", units=1_000_000), OUTPUT))
    assert "parameters; training it needs about 16" in screen.text()
    assert screen.button("line-train").disabled


def test_repair_of_a_layer_that_another_tab_deleted_does_nothing(open_screen: Open, installed: runs.Runs) -> None:
    screen = open_screen("define", stack(FLATTEN, layer("Dense", units=7, activation="softmax")))
    other = stack(FLATTEN, {"id": "other", **OUTPUT})
    installed.ledger.edit_draft("ada", other)
    screen.press("Set units to 10")
    assert screen.draft == other
    assert "That was changed meanwhile" in screen.app.toast[0].value


def test_repair_of_a_layer_that_is_another_one_now_does_nothing(open_screen: Open, installed: runs.Runs) -> None:
    screen = open_screen("define", stack(FLATTEN, layer("Dense", units=7, activation="softmax")))
    other = stack(FLATTEN, layer("Dropout"), OUTPUT)
    installed.ledger.edit_draft("ada", other)
    screen.press("Set units to 10")
    assert screen.draft == other


@pytest.mark.parametrize("button", ["arrow_upward", "arrow_downward", "content_copy", "delete", "select"])
def test_buttons_of_a_layer_that_another_tab_deleted_do_nothing(
    open_screen: Open, installed: runs.Runs, button: str
) -> None:
    screen = open_screen("define")
    other = stack({"id": "other", **OUTPUT})
    installed.ledger.edit_draft("ada", other)
    assert screen.press(f"{button}-hidden").draft == other


def test_widget_of_a_layer_that_another_tab_deleted_does_nothing(open_screen: Open, installed: runs.Runs) -> None:
    screen = open_screen("define").press("select-hidden")
    other = stack({"id": "other", **OUTPUT})
    installed.ledger.edit_draft("ada", other)
    assert screen.put("layers/hidden/arguments/units", 3).draft == other


def test_signs_of_markdown_in_a_message_mean_themselves(open_screen: Open) -> None:
    experiment = set_value(DIGITS, ("layers", "hidden", "arguments", "activation"), "*relu*<b>")
    screen = open_screen("define", experiment)
    assert r"\*relu\*\<b\>" in screen.app.get_by_key("problem-hidden-0").error[0].proto.title
    assert find(screen.press("Set activation to None").draft, "hidden").argument("activation") is None
