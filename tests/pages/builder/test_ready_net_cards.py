"""Define: ready nets as cards, each with its own layers and parameters, chosen by one press."""

import pytest

from core.experiment.graph import inputs_of
from core.experiment.templates import TEMPLATES, apply_template
from tests.core.sample_experiments import template
from tests.deep_cases import deep_after
from tests.pages.conftest import DIGITS, Open
from tests.pages.fake_workers import ScriptedWorkers
from tests.pages.real_keras import Keras
from tests.pages.test_define import selected


@pytest.mark.parametrize("name", deep_after(2, TEMPLATES))
def test_a_ready_net_replaces_the_layers(open_screen: Open, name: str) -> None:
    screen = open_screen("define").build("select", layer="output")
    assert not screen.has("ready_nets"), "closed, the cards would be sent again at each edit"
    screen.open("templates").tell("ready_nets", "chosen", name)
    assert not screen.has("ready_nets"), "what was chosen is seen at once"
    assert screen.draft.layers == template(name).layers
    assert selected(screen) is None


@pytest.mark.parametrize("told", ["no such net", None, ["lenet"]])
def test_what_is_no_ready_net_changes_nothing(open_screen: Open, told: object) -> None:
    assert open_screen("define").open("templates").tell("ready_nets", "chosen", told).draft == DIGITS


def test_each_card_is_drawn_from_its_layers_with_what_keras_counts(open_screen: Open, keras: Keras) -> None:
    screen = open_screen("define").open("templates")
    nets = screen.component("ready_nets")["nets"]
    assert [net["name"] for net in nets] == list(TEMPLATES)
    for net in nets:
        experiment = apply_template(DIGITS, net["name"])
        summary, inputs = keras.summarise(experiment), inputs_of(experiment)
        assert net["count"] == f"{len(experiment.layers)} layers, {summary.parameters:,} parameters"
        drawn = {layer["id"]: (tuple(layer["inputs"]), tuple(layer["dims"])) for layer in net["layers"]}
        assert drawn == {row.id: (inputs[row.id], row.output_shape) for row in summary.rows}
        assert net["sentence"] == TEMPLATES[net["name"]].sentence
    assert [net["name"] for net in nets if net["isChosen"]] == ["lecture"]


def test_cards_are_there_before_keras_has_counted(open_screen: Open, workers: ScriptedWorkers) -> None:
    screen = open_screen("define")
    workers.answers_shapes = False
    nets = {net["name"]: net for net in screen.open("templates").component("ready_nets")["nets"]}
    assert nets["lenet"]["count"] == "8 layers, checking"
    assert [layer["dims"] for layer in nets["lenet"]["layers"]] == [[]] * 8
