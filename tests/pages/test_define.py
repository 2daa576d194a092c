"""Define: the network as a drawing, its shapes, and the gestures that change it."""

import pytest

from core.application import application
from core.catalogue.layers import LAYERS
from core.experiment.edits import find_layer, set_value
from core.experiment.model import INPUT
from core.experiment.ready_blocks import READY_BLOCKS
from core.experiment.shapes import shape_text
from core.experiment.templates import TEMPLATES
from core.runs import manager
from core.runs.drafts import Lock
from tests.core.sample_experiments import OUTPUT, RESIDUAL, layer, stack, template
from tests.deep_cases import deep_after, deep_except
from tests.pages.conftest import DIGITS, Open
from tests.pages.fake_workers import ScriptedWorkers
from tests.pages.real_keras import Keras, Training
from tests.pages.screen import Screen

UNITS = ("layers", "hidden", "arguments", "units")


def selected(screen: Screen) -> str | None:
    """The layer whose settings are shown."""
    return screen.component("builder")["selected"]


# The drawing


def test_network_follows_the_run_that_trains_it_and_no_other(
    open_screen: Open, installed: manager.Runs, workers: ScriptedWorkers, training: Training
) -> None:
    screen = open_screen("define", DIGITS)
    assert screen.component("builder")["url"] == ""
    run = training.start(installed, workers, "ada", screen.draft)
    assert screen.run().component("builder")["url"].startswith(f"/live/{run}?part=")
    application().drafts.edit_draft("ada", set_value(DIGITS, ("compile", "optimizer", "arguments", "learning_rate"), 0.01))
    assert screen.run().component("builder")["url"] != "", "the network is the same"
    application().drafts.edit_draft("ada", set_value(DIGITS, UNITS, 7))
    assert screen.run().component("builder")["url"] == ""
    application().drafts.edit_draft("ada", DIGITS)
    training.end(installed, workers, run)
    assert screen.run().component("builder")["url"] == "", "it is over"


@pytest.mark.parametrize("name", TEMPLATES)
def test_each_layer_shows_what_keras_says_of_it(open_screen: Open, keras: Keras, name: str) -> None:
    experiment = template(name)
    screen, summary = open_screen("define", experiment), keras.summarise(experiment)
    assert len(summary.rows) == len(experiment.layers)
    for row in summary.rows:
        shown = screen.block(row.id)
        assert (shown["shape"], shown["parameters"]) == (shape_text(row.output_shape), row.parameters)
    assert sum(block["share"] for block in screen.component("builder")["blocks"]) == pytest.approx(1.0)
    assert f"**{summary.parameters:,}** parameters" in screen.text("totals")
    assert "answers **10 numbers**" in screen.text("totals")
    assert not any(block["problems"] for block in screen.component("builder")["blocks"])


def test_input_is_one_picture(open_screen: Open) -> None:
    assert open_screen("define").component("builder")["picture"] == "input layer: one image of Digits, 8 × 8 × 1"


def test_multiply_adds_count_each_weight_at_each_place(open_screen: Open, keras: Keras) -> None:
    screen = open_screen("define", RESIDUAL)
    assert screen.block("conv-1")["operations"] == (3 * 3 * 1 * 4 + 4) * 64
    assert screen.block("output")["operations"] == screen.block("output")["parameters"]
    strided = open_screen("define", template("residual"))
    assert strided.block("conv2a")["operations"] == (3 * 3 * 32 + 1) * 64 * 4 * 4, (
        "a stride of 2 leaves 4 x 4 places of 8 x 8"
    )
    assert f"**{keras.summarise(strided.draft).multiply_adds:,}** multiply-adds" in strided.text("totals")


def test_parameters_that_training_leaves_alone_are_told_apart(open_screen: Open) -> None:
    screen = open_screen("define", stack(layer("BatchNormalization"), layer("Flatten"), OUTPUT))
    assert "**654** parameters, 2 of them non-trainable" in screen.text("totals")
    assert (screen.block("layer-1")["parameters"], screen.block("layer-1")["nonTrainable"]) == (4, 2)
    screen.build("select", layer="layer-1")
    assert "4 parameters, 2 of them non-trainable · no multiply-adds" in screen.text("layer-layer-1")
    screen.build("select", layer="layer-3")
    assert "10 × (64 weights + 1 bias) = **650 parameters** · 650 multiply-adds" in screen.text("layer-layer-3")
    assert "of them non-trainable" not in open_screen("define", DIGITS).text("totals")


def test_layers_behind_a_refused_one_have_no_shape_yet(open_screen: Open) -> None:
    shown = open_screen("define", stack(layer("LSTM", units=8), OUTPUT)).block("layer-2")
    assert (shown["shape"], shown["parameters"]) == ("no shape yet", None)


def test_a_graph_is_drawn_with_what_each_layer_takes(open_screen: Open) -> None:
    screen = open_screen("define", RESIDUAL)
    assert screen.block("conv-1")["inputs"] == [INPUT]
    assert screen.block("add")["inputs"] == ["conv-1", "conv-2"]
    assert screen.block("add")["takes"] == "Conv2D (conv1) and Conv2D (conv2)"
    assert screen.block("flat")["takes"] == ""  # the plain order needs no words


def test_the_palette_has_all_layers_each_with_a_sentence_and_a_drawing(open_screen: Open) -> None:
    palette = open_screen("define").component("builder")["palette"]
    assert [entry["name"] for entry in palette] == [*LAYERS, *READY_BLOCKS]
    assert all(entry["sentence"] and entry["group"] for entry in palette)
    assert not [entry["name"] for entry in palette if entry["drawing"] == "other"]


# Editing


def test_selected_layer_shows_its_settings_and_folds_again(open_screen: Open) -> None:
    screen = open_screen("define").build("select", layer="hidden")
    assert screen.widget("layers/hidden/arguments/units").value == 128
    assert LAYERS["Dense"].sentence in screen.text("layer-hidden")
    assert not screen.build("select", layer="hidden").app.number_input
    screen.build("select", layer="hidden").build("select", layer="flatten")
    assert "Flatten has nothing to set." in screen.text("layer-flatten")
    assert not screen.has("layer-hidden")
    assert selected(screen.press("close-flatten")) is None


def test_a_changed_argument_changes_draft_shapes_and_phrase(open_screen: Open) -> None:
    screen = open_screen("define").build("select", layer="hidden").put("layers/hidden/arguments/units", 16)
    assert screen.draft == set_value(DIGITS, UNITS, 16)
    assert screen.block("hidden")["phrase"] == "Dense 16 relu"
    assert screen.block("hidden")["parameters"] == 1_040
    assert screen.widget("layers/hidden/arguments/units").value == 16


FIRST_OF_GROUP = {entry.group: entry.name for entry in reversed(LAYERS.values())}.values()


@pytest.mark.parametrize("name", deep_after(3, FIRST_OF_GROUP))
def test_layer_of_every_group_of_the_palette_can_be_added(open_screen: Open, name: str) -> None:
    screen = open_screen("define").build("add", name=name)
    assert screen.layers == ["Flatten", "Dense", name, "Dense"]
    added = screen.draft.layers[2]
    assert (selected(screen), screen.component("builder")["added"]) == (None, added.id)
    screen.build("select", layer=added.id).unfold(f"layers/{added.id}")
    assert screen.settings(f"layers/{added.id}") >= {parameter.name for parameter in LAYERS[name].parameters}


def test_buttons_move_duplicate_repeat_and_delete(open_screen: Open) -> None:
    screen = open_screen("define", template("convnet")).build("select", layer="dropout").press("arrow_upward-dropout")
    names = ["Conv2D", "MaxPooling2D", "Conv2D", "MaxPooling2D", "Dropout", "Flatten", "Dense"]
    assert screen.layers == names
    assert screen.press("arrow_downward-dropout").draft == template("convnet")
    screen.build("select", layer="pool1")
    assert screen.press("content_copy-pool1").layers[:3] == ["Conv2D", "MaxPooling2D", "MaxPooling2D"]
    assert screen.put("copies-pool1", 3).press("do-repeat-pool1").layers.count("MaxPooling2D") == 6
    assert screen.press("delete-pool1").draft.layers[1].id == "maxpooling2d-4"


def test_ends_of_the_network_cannot_be_passed(open_screen: Open) -> None:
    screen = open_screen("define").build("select", layer="flatten")
    assert screen.button("arrow_upward-flatten").disabled
    screen.build("select", layer="output")
    assert screen.button("arrow_downward-output").disabled
    assert not screen.button("arrow_upward-output").disabled


def test_all_settings_stay_open_when_another_layer_is_selected(open_screen: Open) -> None:
    screen = open_screen("define", template("lenet")).build("select", layer="c1").unfold("layers/c1")
    assert "use_bias" in screen.settings("layers/c1")
    assert "use_bias" in screen.build("select", layer="c3").settings("layers/c3")
    screen.app.session_state["others:layers/c3"] = False
    screen.run()
    assert "use_bias" not in screen.build("select", layer="f5").settings("layers/f5")


@pytest.mark.parametrize("name", READY_BLOCKS)
def test_a_ready_block_is_one_press(open_screen: Open, name: str) -> None:
    screen = open_screen("define", template("convnet")).build("select", layer="conv1").build("add", name=name)
    new = [one for one in screen.component("builder")["blocks"] if one["block"] == name]
    assert len(new) == len(READY_BLOCKS[name].layers) and selected(screen) == new[0]["id"]
    assert screen.press("undo").draft == template("convnet")


def test_inputs_are_chosen_on_the_card(open_screen: Open) -> None:
    screen = open_screen("define", RESIDUAL).build("select", layer="add")
    assert screen.widget("layers/add/inputs").value == ["conv-1", "conv-2"]
    assert screen.widget("layers/add/inputs").options == ["The image", "Conv2D (conv1)", "Conv2D (conv2)"]
    screen.put("layers/add/inputs", ["conv-2", INPUT])
    assert find_layer(screen.draft, "add").inputs == ("conv-2", INPUT)
    assert screen.block("add")["takes"] == "Conv2D (conv2) and the image"


def test_old_choice_of_inputs_that_a_browser_still_tells_of_is_no_change(open_screen: Open) -> None:
    screen = open_screen("define", template("convnet")).build("select", layer="pool1")
    widget = screen.widget("layers/pool1/inputs")
    shown = screen.widget_states()
    widget.set_value([INPUT])
    chosen = screen.widget_states()
    widget.set_value(["conv1"])
    moved = screen.build("shift", layer="pool1", places=1).draft
    screen.send(shown)  # as a browser tells that has not drawn the move yet
    assert (screen.draft, find_layer(moved, "pool1").inputs) == (moved, ())
    screen.send(chosen)  # and so if somebody was quick
    assert find_layer(screen.draft, "pool1").inputs == (INPUT,)


def test_merge_and_branch_by_widgets(open_screen: Open) -> None:
    screen = open_screen("define", template("convnet")).build("select", layer="conv2")
    screen.put("merge-other-conv2", ["conv1", INPUT]).press("do-merge-conv2")
    merged = screen.draft.layers[3]
    assert (merged.name, merged.inputs) == ("Add", ("conv2", "conv1", INPUT))
    assert selected(screen) == merged.id
    screen = open_screen("define", template("convnet")).build("select", layer="pool1")
    screen.put("branch-name-pool1", "Dropout").press("do-branch-pool1")
    assert [(one.name, one.inputs) for one in screen.draft.layers[2:4]] == [("Dropout", ()), ("Conv2D", ("pool1",))]


def test_several_gestures_at_once_are_done_in_their_order(open_screen: Open) -> None:
    screen = open_screen("define")
    screen.tell("builder", "events", [{"do": "add", "name": "Dropout"}, {"do": "shift", "layer": "dropout-1", "places": -1}])
    assert screen.layers == ["Flatten", "Dropout", "Dense", "Dense"]
    assert screen.press("undo").layers == ["Flatten", "Dense", "Dropout", "Dense"]


@pytest.mark.parametrize("told", [None, "add", [None], [{"do": "no"}], [{"do": "add"}], [{"do": "select", "layer": 3}]])
def test_what_makes_no_sense_changes_nothing(open_screen: Open, told: object) -> None:
    assert open_screen("define").tell("builder", "events", told).draft == DIGITS


def test_a_locked_network_is_looked_at_and_not_changed(open_screen: Open, installed: manager.Runs) -> None:
    screen = open_screen("define")
    installed.database.set_lock("ada", Lock(("layers",), (), "the link's experiment", ""))
    screen.build("select", layer="hidden")
    assert screen.component("builder")["locked"].startswith("Locked by the link")
    assert screen.button("delete-hidden").disabled
    assert screen.widget("layers/hidden/inputs").disabled
    assert not screen.has_button("do-branch-hidden")
    assert screen.build("remove", layer="hidden").draft == DIGITS


def test_deleting_all_layers_says_what_to_do(open_screen: Open) -> None:
    screen = open_screen("define")
    for identity in ("flatten", "hidden", "output"):
        screen.build("remove", layer=identity)
    assert "The network has no layers yet." in screen.text("empty-network")
    assert screen.rail()["Define"][0] == "problem"
    assert screen.press("Add a Dense layer").layers == ["Dense"]


def test_undo_and_redo_bring_values_and_widgets_back(open_screen: Open) -> None:
    screen = open_screen("define")
    assert screen.button("undo").disabled
    assert screen.button("redo").disabled
    screen.build("select", layer="hidden")
    screen.put("layers/hidden/arguments/units", 16).put("layers/hidden/arguments/units", 8)
    assert "2 changes" in screen.button("undo").help
    screen.press("undo")
    assert screen.draft == set_value(DIGITS, UNITS, 16)
    assert screen.widget("layers/hidden/arguments/units").value == 16
    assert screen.press("undo").draft == DIGITS
    assert screen.button("undo").disabled
    screen.press("redo").press("redo")
    assert screen.widget("layers/hidden/arguments/units").value == 8
    assert screen.button("redo").disabled


def test_start_again_brings_the_lectures_net_and_can_be_undone(open_screen: Open) -> None:
    screen = open_screen("define", template("lenet")).press("start-again")
    assert screen.draft.layers == DIGITS.layers
    assert screen.press("undo").draft == template("lenet")


def test_a_layer_is_named_on_its_card_and_called_so_everywhere(open_screen: Open) -> None:
    screen = open_screen("define").build("select", layer="hidden")
    name = screen.widget("layers/hidden/custom_name")
    assert (name.value, name.placeholder) == ("", "dense")
    screen.put("layers/hidden/custom_name", " features ")
    assert find_layer(screen.draft, "hidden").custom_name == "features"
    assert screen.block("hidden")["called"] == "features"
    assert "**Dense 128 relu (features)**" in screen.text("layer-hidden")
    assert 'layers.Dense(128, activation="relu", name="features"),' in screen.press("fold-code").component("code")["script"]
    screen.put("layers/hidden/custom_name", "")
    assert screen.draft == DIGITS and screen.block("hidden")["called"] == "dense"
    assert find_layer(screen.press("undo").draft, "hidden").custom_name == "features"
    assert screen.widget("layers/hidden/custom_name").value == "features"


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("2nd", "Expected a letter, then letters, digits or _"),
        ("model", "Expected a name that neither Python nor the script uses"),
        ("dense_1", "Expected another name than those that Keras itself gives"),
        ("last", "Expected a name that no other layer has"),
    ],
)
def test_a_name_that_cannot_be_used_changes_nothing_and_says_why(open_screen: Open, typed: str, expected: str) -> None:
    start = set_value(DIGITS, ("layers", "output", "custom_name"), "last")
    screen = open_screen("define", start).build("select", layer="hidden").put("layers/hidden/custom_name", typed)
    assert screen.draft == start
    message = screen.text("problem-name-hidden")
    assert f"Dense cannot be named '{typed}'." in message and expected in message


# Another tab


@pytest.mark.parametrize("button", ["arrow_upward", "arrow_downward", "content_copy", "delete", "do-merge", "do-branch"])
def test_buttons_of_a_layer_that_another_tab_deleted_do_nothing(
    open_screen: Open, installed: manager.Runs, button: str
) -> None:
    screen = open_screen("define").build("select", layer="hidden")
    other = stack({"id": "other", **OUTPUT})
    installed.database.edit_draft("ada", other)
    assert screen.press(f"{button}-hidden").draft == other


GESTURES = ["move", "shift", "duplicate", "remove", "join", "fold", "select"]


@pytest.mark.parametrize("do", deep_except(["remove"], GESTURES))
def test_gestures_about_a_layer_that_another_tab_deleted_do_nothing(
    open_screen: Open, installed: manager.Runs, do: str
) -> None:
    screen = open_screen("define")
    other = stack({"id": "other", **OUTPUT})
    installed.database.edit_draft("ada", other)
    told = {"layer": "hidden", "layers": ["hidden"], "name": "block", "from": INPUT, "places": 1, "before": None}
    assert screen.build(do, **told).draft == other


def test_widget_of_a_layer_that_another_tab_deleted_does_nothing(open_screen: Open, installed: manager.Runs) -> None:
    screen = open_screen("define").build("select", layer="hidden")
    other = stack({"id": "other", **OUTPUT})
    installed.database.edit_draft("ada", other)
    assert screen.put("layers/hidden/arguments/units", 3).draft == other


def test_what_is_told_twice_is_done_once(open_screen: Open) -> None:
    screen = open_screen("define").build("duplicate", layer="hidden", number=4).build("duplicate", layer="hidden", number=4)
    assert (screen.layers.count("Dense"), screen.component("builder")["done"]) == (3, 4)
    assert screen.build("duplicate", layer="hidden", number=5).layers.count("Dense") == 4


def test_undo_and_redo_by_key_are_told_by_the_builder(open_screen: Open) -> None:
    screen = open_screen("define").build("duplicate", layer="hidden", number=1)
    assert screen.build("undo", number=2).build("undo", number=2).draft == DIGITS
    assert screen.build("redo", number=3).layers.count("Dense") == 3


def test_no_two_layers_have_the_same_title(open_screen: Open) -> None:
    screen = open_screen("define")
    assert [screen.block(layer)["title"] for layer in ("hidden", "output")] == [
        "Dense 128 relu",
        "Dense 10 softmax (outputs)",
    ]


def test_settings_keep_their_place_while_the_pictures_of_the_layers_are_waited_for(open_screen: Open) -> None:
    screen = open_screen("define").build("select", layer="hidden")
    assert screen.app.get_by_key("define-waiting").children, "the pictures are waited for"
    places = [child.proto.id for child in screen.app.get_by_key("define-net").children.values()]
    assert len(places) == 2 and "open-layer" in places[1], "in another place the field would lose the focus"


def test_scene_opens_the_settings_of_the_layer_that_it_asks_about_alone(open_screen: Open) -> None:
    screen = open_screen("define", DIGITS)
    screen.build("select", layer=DIGITS.layers[-1].id)
    screen.go("learn").press("open-lesson-05-shapes")
    while not screen.has("builder"):
        assert screen.app.session_state["selected_layer"] is None
        screen.press("guide-next")
    shown = next(layer for layer in screen.draft.layers if layer.id == screen.app.session_state["selected_layer"])
    assert shown.name == "Conv2D" and screen.has("open-layer")
    screen.press("guide-next")
    assert screen.app.session_state["selected_layer"] is None
