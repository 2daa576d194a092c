"""Define: where a layer goes that is pressed in the palette."""

from core.experiment.edits import find_layer, set_value
from core.experiment.model import INPUT
from core.experiment.ready_blocks import READY_BLOCKS
from tests.core.sample_experiments import RESIDUAL, stack, template
from tests.pages.conftest import DIGITS, Open
from tests.pages.test_define import selected


def test_a_layer_is_added_after_the_selected_one(open_screen: Open) -> None:
    screen = open_screen("define")
    assert screen.component("builder")["insert_label"] == "before Dense (outputs)"
    screen.build("select", layer="flatten")
    assert screen.component("builder")["insert_label"] == "after Flatten (flatten)"
    assert screen.build("add", name="Dropout").layers == ["Flatten", "Dropout", "Dense", "Dense"]
    assert screen.build("add", name="Activation").layers == ["Flatten", "Dropout", "Activation", "Dense", "Dense"]


def test_a_layer_added_to_the_selected_output_layer_goes_before_it(open_screen: Open) -> None:
    screen = open_screen("define").build("select", layer="output")
    assert screen.component("builder")["insert_label"] == "before Dense (outputs) (an activation: after this layer)"
    assert screen.build("add", name="BatchNormalization").layers == ["Flatten", "Dense", "BatchNormalization", "Dense"]
    assert not any(block["problems"] for block in screen.component("builder")["blocks"])
    linear = set_value(DIGITS, ("layers", "output", "arguments", "activation"), None)
    screen = open_screen("define", linear).build("select", layer="output").build("add", name="Softmax")
    assert screen.layers == ["Flatten", "Dense", "Dense", "Softmax"]
    assert screen.build("select", layer="output").build("add", name="Dropout").layers[2:] == ["Dropout", "Dense", "Softmax"]


def test_a_layer_added_to_the_selected_picture_is_the_first_one(open_screen: Open) -> None:
    screen = open_screen("define").build("select", layer=INPUT)
    assert screen.component("builder")["insert_label"] == "as the first layer"
    assert "Digits: 8 × 8 × 1, so 64 numbers" in screen.text("layer-input")
    assert screen.build("add", name="Conv2D").layers == ["Conv2D", "Flatten", "Dense", "Dense"]
    assert selected(screen) == screen.draft.layers[0].id
    screen = open_screen("define", RESIDUAL).build("select", layer=INPUT).build("add", name="Dropout")
    assert screen.layers[0] == "Dropout" and find_layer(screen.draft, "conv-1").inputs == ()
    assert selected(screen.build("select", layer=INPUT).press("close-input")) is None


def test_adding_opens_no_settings_and_layers_stack_in_the_order_of_presses(open_screen: Open) -> None:
    screen = open_screen("define")
    for name in ("Dropout", "Conv2D", "Flatten"):
        screen.build("add", name=name)
        assert selected(screen) is None, "the settings would cover the palette in a small window"
    assert screen.layers == ["Flatten", "Dense", "Dropout", "Conv2D", "Flatten", "Dense"]
    screen.build("add", name="Rescaling", before="hidden").build("add", name="Dropout")
    assert screen.layers[:4] == ["Flatten", "Rescaling", "Dropout", "Dense"]
    assert screen.component("builder")["added"] == screen.draft.layers[2].id
    screen.build("select", layer="output")
    assert screen.component("builder")["added"] is None
    assert screen.build("add", name="Dense").layers[-2:] == ["Dense", "Dense"]
    assert selected(screen) == screen.draft.layers[-2].id, "settings that are open follow the new layer"


def test_the_next_layer_goes_behind_the_whole_block_that_was_added(open_screen: Open) -> None:
    screen = open_screen("define", template("convnet")).build("add", name=next(iter(READY_BLOCKS)), after="conv1")
    last = [one for one in screen.draft.layers if one.block][-1]
    screen.build("add", name="Dropout")
    assert screen.draft.layers[screen.draft.layers.index(last) + 1].name == "Dropout"


def test_a_layer_can_be_added_to_nothing(open_screen: Open) -> None:
    screen = open_screen("define", stack())
    assert screen.component("builder")["insert_label"] == "at the end"
    assert screen.build("select", layer=INPUT).component("builder")["insert_label"] == "at the end"
    assert screen.build("add", name="Flatten").layers == ["Flatten"]


def test_layers_stack_in_the_order_of_presses_until_one_gives_the_answers(open_screen: Open) -> None:
    screen = open_screen("define", stack())
    for name in ("Flatten", "Dense", "Dropout", "Dense"):
        screen.build("add", name=name)
    assert screen.layers == ["Flatten", "Dense", "Dropout", "Dense"]
    last = screen.draft.layers[-1].id
    answering = set_value(screen.draft, ("layers", last, "arguments", "units"), 10)
    assert open_screen("define", answering).component("builder")["insert_label"] == "before Dense (outputs)"
