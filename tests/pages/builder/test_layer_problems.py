"""Define: problems stand on the guilty layer in plain words, and their buttons mend it."""

import pytest

from core.experiment.edits import find_layer, set_value
from core.experiment.model import Experiment
from core.runs import manager
from tests.core.sample_experiments import FLATTEN, OUTPUT, layer, stack
from tests.deep_cases import deep_after
from tests.pages.conftest import DIGITS, Open

UNITS = ("layers", "hidden", "arguments", "units")
SHAPES = [
    (stack(layer("LSTM", units=8), OUTPUT), "layer-1", "LSTM got 8 × 8 × 1", "Read it row by row: add Reshape (8, 8)"),
    (
        stack(layer("Reshape", target_shape=[5, 5]), FLATTEN, OUTPUT),
        "layer-1",
        "which is 64 numbers",
        "Set target_shape to (8, 8)",
    ),
    (
        stack(layer("Conv2D", kernel_size=9, activation="relu"), FLATTEN, OUTPUT),
        "layer-1",
        "its input is only 8 × 8",
        "Set padding to same",
    ),
    (
        stack(FLATTEN, layer("Conv2D", activation="relu"), FLATTEN, OUTPUT),
        "layer-2",
        "Conv2D got 64 numbers",
        "Move Conv2D before Flatten",
    ),
    (stack(FLATTEN, layer("Dense", units=7, activation="softmax")), "layer-2", "has units=7", "Set units to 10"),
    (
        stack(FLATTEN, layer("Dense", units=10)),
        "layer-2",
        "The last activation is linear.",
        "Set the last activation to softmax",
    ),
    (stack(FLATTEN, layer("Dense", units=0, activation="relu"), OUTPUT), "layer-2", "Dense: units is 0.", "Set units to 64"),
    (stack(FLATTEN, layer("Dropout", rate=1.0), OUTPUT), "layer-2", "Dropout: rate is 1.0.", "Set rate to 0.3"),
]


@pytest.mark.parametrize(
    ("experiment", "guilty", "words", "repair"),
    deep_after(3, [pytest.param(*shape) for shape in SHAPES]),
    ids=lambda one: one if isinstance(one, str) else "",
)
def test_problem_stands_on_the_guilty_layer_and_its_button_mends_it(
    open_screen: Open, experiment: Experiment, guilty: str, words: str, repair: str
) -> None:
    screen = open_screen("define", experiment)
    problem = screen.block(guilty)["problems"][0]
    assert words in f"{problem['happened']} {problem['rest']}"
    others = [one.id for one in experiment.layers if one.id != guilty and screen.block(one.id)["problems"]]
    assert not others
    if problem["blocks"]:
        assert screen.rail()["Define"][0] == "problem"
        assert screen.button("line-train").disabled
    screen.mend(repair)
    assert not screen.block(guilty)["problems"]
    assert screen.press("undo").draft == experiment


def test_problem_and_its_buttons_stand_in_the_settings_of_the_layer_too(open_screen: Open) -> None:
    screen = open_screen("define", stack(FLATTEN, layer("Dense", units=7, activation="softmax")))
    screen.build("select", layer="layer-1")
    assert not screen.has("problem-of-layers-layer-1-0")
    screen.build("select", layer="layer-2")
    card = screen.text("layer-layer-2")
    assert "has units=7" in card
    assert card.index("Units") < card.index("has units=7") < card.index("All settings"), "the field stays in its place"
    screen.press("Set units to 10")
    assert not screen.has("problem-of-layers-layer-2-0")
    assert find_layer(screen.draft, "layer-2").argument("units") == 10


def test_problem_of_a_setting_that_is_folded_away_stands_below_these(open_screen: Open) -> None:
    wrong = layer("Dense", units=10, activation="softmax", bias_initializer="no")
    card = open_screen("define", stack(FLATTEN, wrong)).build("select", layer="layer-2").text("layer-layer-2")
    assert card.index("All settings") < card.index("bias_initializer is")


def test_dense_on_a_picture_is_a_warning_and_its_end_an_error(open_screen: Open) -> None:
    screen = open_screen("define", stack(layer("Dense", units=5, activation="relu"), OUTPUT))
    first, last = (screen.block(one)["problems"][0] for one in ("layer-1", "layer-2"))
    assert "applies it to the last axis only" in first["happened"] + first["rest"]
    assert "gives 8 × 8 × 10" in last["happened"]
    assert (first["blocks"], last["blocks"]) == (False, True)
    screen.build("repair", layer="layer-1", repair=first["repairs"][0]["id"])  # Flatten before it
    assert screen.layers == ["Flatten", "Dense", "Dense"]
    assert not any(block["problems"] for block in screen.component("builder")["blocks"])


def test_repair_of_another_problem_changes_nothing(open_screen: Open) -> None:
    screen = open_screen("define", stack(layer("Dense", units=5, activation="relu"), OUTPUT))
    first, last = (screen.block(one)["problems"][0]["repairs"][0]["id"] for one in ("layer-1", "layer-2"))
    assert first != last
    screen.build("repair", layer="layer-1", repair=last).build("repair", layer="layer-1", repair=None)
    assert screen.layers == ["Dense", "Dense"]


def test_network_too_large_for_this_machine_says_so(open_screen: Open) -> None:
    screen = open_screen("define", set_value(DIGITS, UNITS, 1_000_000))
    assert not screen.block("hidden")["problems"]
    large = stack(FLATTEN, layer("Dense", units=1_000_000), layer("Dense", units=1_000_000), OUTPUT)
    screen = open_screen("define", large)
    assert "parameters; training it needs about 48,004 GB" in screen.text("line-train-box")
    assert screen.button("line-train").disabled


def test_repair_of_a_layer_that_another_tab_deleted_does_nothing(open_screen: Open, installed: manager.Runs) -> None:
    screen = open_screen("define", stack(FLATTEN, layer("Dense", units=7, activation="softmax")))
    other = stack(FLATTEN, {"id": "other", **OUTPUT})
    installed.database.edit_draft("ada", other)
    screen.mend("Set units to 10")
    assert screen.draft == other
    assert "Another tab changed this part meanwhile" in screen.app.toast[0].value


def test_repair_of_a_layer_that_is_another_one_now_does_nothing(open_screen: Open, installed: manager.Runs) -> None:
    screen = open_screen("define", stack(FLATTEN, layer("Dense", units=7, activation="softmax")))
    other = stack(FLATTEN, layer("Dropout"), OUTPUT)
    installed.database.edit_draft("ada", other)
    screen.mend("Set units to 10")
    assert screen.draft == other
