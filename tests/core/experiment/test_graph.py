"""Networks of any shape: the connections of layers, their problems, and Keras' agreement with our shapes."""

import json

import keras
import pytest

from core.checks.experiment_checks import check
from core.experiment.edits import (
    append_layer,
    apply_repair,
    duplicate_layer,
    fold,
    insert_layer,
    new_layer,
    remove_layer,
    set_inputs,
)
from core.experiment.graph import dead_ends, inputs_of, is_sequential, successors
from core.experiment.model import Experiment
from core.experiment.serialization import dumps, from_dict, loads
from core.export.script import step_code
from core.problems import Problem, ProblemError
from core.worker.training.build_model import build
from core.worker.training.summary import summarise
from core.worker.training.train import train
from tests.core.sample_experiments import LECTURE, RESIDUAL, net, with_fit


def problems(experiment: Experiment) -> list[Problem]:
    return list(check(experiment, summarise(experiment)))


def test_a_layer_takes_the_one_before_it_unless_it_says_otherwise() -> None:
    assert inputs_of(RESIDUAL)["conv-1"] == ("input",)
    assert inputs_of(RESIDUAL)["add"] == ("conv-1", "conv-2")
    assert inputs_of(RESIDUAL)["flat"] == ("add",)
    assert [layer.id for layer in successors(RESIDUAL, "conv-1")] == ["conv-2", "add"]
    assert [layer.id for layer in successors(RESIDUAL, "input")] == ["conv-1"]
    assert is_sequential(LECTURE) and not is_sequential(RESIDUAL)


def test_a_stack_that_names_the_layers_before_it_is_still_sequential() -> None:
    assert is_sequential(net(("flat", "Flatten", {}, ("input",)), ("output", "Dense", {"units": 10}, ("flat",))))


def test_graph_goes_through_json_and_a_stack_has_no_new_keys() -> None:
    folded = fold(RESIDUAL, ["conv-1", "conv-2", "add"], "Residual block")
    assert loads(dumps(folded)) == folded
    assert json.loads(dumps(folded))["layers"][2]["inputs"] == ["conv-1", "conv-2"]
    assert set(json.loads(dumps(LECTURE))["layers"][0]) == {"id", "name", "arguments"}


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"id": "input"}, "A layer has the id 'input'."),
        ({"inputs": "flat"}, "is 'flat'"),
        ({"inputs": ["no space"]}, "An input of layer number 1 is 'no space'."),
        ({"inputs": [1]}, "An input of layer number 1 is 1."),
        ({"block": "two\nlines"}, "is in the block"),
        ({"block": "x" * 41}, "Expected a name of at most 40 characters"),
    ],
)
def test_what_has_no_meaning_is_refused(more: dict, message: str) -> None:
    with pytest.raises(ProblemError, match=message):
        from_dict({"version": 1, "layers": [{"name": "Flatten", **more}]})


def test_keras_makes_the_same_shapes_and_parameters() -> None:
    summary, model = summarise(RESIDUAL), build(RESIDUAL)
    assert summary.parameters == model.count_params()
    assert summary.inputs_of("add") == ((8, 8, 4), (8, 8, 4))
    for layer in RESIDUAL.layers:
        assert model.get_layer(layer.id).output.shape[1:] == summary.row(layer.id).output_shape
    assert isinstance(build(LECTURE), keras.Sequential) and not isinstance(model, keras.Sequential)


@pytest.mark.deep
def test_health_of_a_graph_shows_each_layer_that_learns() -> None:
    events: list[dict] = []
    train(with_fit(RESIDUAL, epochs=1), events.append, lambda: None)
    told = next(event for event in events if event["kind"] == "health")
    assert {layer["id"] for layer in told["layers"]} == {"conv-1", "conv-2", "output"}
    assert all(layer["dead"] is not None for layer in told["layers"] if layer["id"] != "output")


def test_script_of_a_graph_is_functional_with_blocks_as_comments() -> None:
    text = step_code(fold(RESIDUAL, ["conv-1", "conv-2", "add"], "Residual block"), "define")
    assert (
        text
        == """\
# Define
inputs = keras.Input((8, 8, 1))

# Residual block
conv1 = layers.Conv2D(4, 3, padding="same", activation="relu")(inputs)
x = layers.Conv2D(4, 3, padding="same", activation="relu")(conv1)
x = layers.Add()([conv1, x])

x = layers.Flatten()(x)
x = layers.Dropout(0.2)(x)
outputs = layers.Dense(10, activation="softmax")(x)

model = keras.Model(inputs, outputs)"""
    )
    assert "keras.Sequential" in step_code(LECTURE, "define")


# Editing


def test_layer_put_before_a_merge_comes_into_the_branch_above_it() -> None:
    changed = insert_layer(RESIDUAL, new_layer(RESIDUAL, "BatchNormalization"), "add")
    assert inputs_of(changed)["batchnormalization-1"] == ("conv-2",)
    assert inputs_of(changed)["add"] == ("conv-1", "batchnormalization-1")
    assert not problems(changed)


def test_layer_put_after_the_end_of_a_branch_comes_into_it() -> None:
    changed = append_layer(RESIDUAL, new_layer(RESIDUAL, "BatchNormalization"), "conv-2")
    assert inputs_of(changed)["add"] == ("conv-1", "batchnormalization-1")
    changed = append_layer(RESIDUAL, new_layer(RESIDUAL, "BatchNormalization"), "conv-1")
    assert inputs_of(changed)["conv-2"] == ("batchnormalization-1",) and inputs_of(changed)["add"] == ("conv-1", "conv-2")
    assert not problems(changed)


def test_what_took_a_removed_layer_takes_what_that_took() -> None:
    assert inputs_of(remove_layer(RESIDUAL, "conv-1"))["add"] == ("input", "conv-2")
    assert inputs_of(remove_layer(RESIDUAL, "conv-2"))["add"] == ("conv-1", "conv-1")
    assert inputs_of(remove_layer(RESIDUAL, "add"))["flat"] == ("conv-1", "conv-2")
    assert inputs_of(remove_layer(RESIDUAL, "flat"))["drop"] == ("add",)


def test_copies_follow_each_other() -> None:
    changed = duplicate_layer(RESIDUAL, "conv-2", times=3)
    assert [layer.name for layer in changed.layers].count("Conv2D") == 5
    assert inputs_of(changed)["add"][1] == changed.layers[4].id
    assert not problems(changed)


def test_inputs_that_are_the_plain_order_are_not_named() -> None:
    assert set_inputs(RESIDUAL, "add", ("conv-2",)).layers[2].inputs == ()


# Problems

OUTPUT = ("output", "Dense", {"units": 10, "activation": "softmax"})
BROKEN = {
    "gone": (
        net(("flat", "Flatten", {}, ("gone",)), OUTPUT),
        "flat",
        "Flatten takes the output of 'gone', which is no layer.",
    ),
    "later": (
        net(("flat", "Flatten", {}, ("output",)), OUTPUT),
        "flat",
        "takes the output of Dense (outputs), which comes later",
    ),
    "itself": (net(("flat", "Flatten", {}, ("flat",)), OUTPUT), "flat", "Flatten (flatten), which is itself"),
    "one input for a merge": (
        net(("a", "Flatten"), ("add", "Add"), OUTPUT),
        "add",
        "Add takes 1 input. Expected 2 or more.",
    ),
    "two inputs for a layer": (
        net(("a", "Flatten"), ("b", "Flatten", {}, ("input",)), ("output", "Dense", {"units": 10}, ("a", "b"))),
        "output",
        "Dense takes 2 inputs. Expected 1.",
    ),
    "an output for nothing": (
        net(("a", "Flatten"), ("b", "Flatten", {}, ("input",)), OUTPUT),
        "a",
        "No layer takes the output of Flatten. Expected a layer below",
    ),
}


@pytest.mark.parametrize("case", BROKEN)
def test_guilty_layer_is_named_and_one_press_mends_it(case: str) -> None:
    experiment, guilty, message = BROKEN[case]
    blocking = [one for one in problems(experiment) if one.blocks]
    assert blocking[0].where == ("layers", guilty)
    assert message in str(blocking[0])
    mended = apply_repair(experiment, blocking[0].repairs[0])
    assert not [one for one in problems(mended) if one.blocks and one.code == blocking[0].code]


CIRCLES = {
    "a convolution behind it": net(
        ("flat", "Flatten"),
        ("hidden", "Dense", {"units": 64}),
        ("sum", "Add", {}, ("later", "hidden")),
        ("later", "BatchNormalization"),
        ("look", "Conv2D", {"filters": 8, "kernel_size": 3}),
        OUTPUT,
    ),
    "whole numbers that go round in it": net(
        ("bins", "Discretization", {"bin_boundaries": [0.5]}),
        ("one", "Flatten", {}, ("bins", "two")),
        ("two", "Flatten", {}, ("one",)),
        ("output", "Dense", {"units": 10, "activation": "softmax"}, ("input",)),
    ),
    "an input that is gone beside it": net(("flat", "Flatten", {}, ("gone", "flat", "input")), OUTPUT),
    "a layer above that takes what is gone": net(
        ("first", "Flatten"),
        ("above", "Flatten", {}, ("gone",)),
        ("sum", "Add"),
        ("output", "Dense", {"units": 10, "activation": "softmax"}, ("first",)),
    ),
}


@pytest.mark.parametrize("case", CIRCLES)
def test_network_in_a_circle_is_reported_and_each_repair_can_be_pressed(case: str) -> None:
    """A walk up along the inputs never ended: the page stayed empty, and the server busy."""
    blocking = [one for one in problems(CIRCLES[case]) if one.blocks]
    assert "input-not-before" in [one.code for one in blocking]
    for one in blocking:
        for each in one.repairs:
            assert problems(apply_repair(CIRCLES[case], each)) != blocking


def test_table_ends_at_a_merge_of_which_one_input_is_not_there() -> None:
    table = summarise(CIRCLES["a convolution behind it"])
    assert (table.refused, [row.id for row in table.rows]) == ("sum", ["flat", "hidden"])
    assert table.reason == "Its input does not exist."


def test_branch_that_is_pooled_to_a_size_is_no_windows_fault() -> None:
    """A press that kept the size by windows changed nothing, since the branch has no windows."""
    experiment = net(
        ("pool", "AdaptiveMaxPooling2D", {"output_size": 5}),
        ("mix", "Multiply", {}, ("pool", "input")),
        ("flat", "Flatten"),
        OUTPUT,
    )
    (problem,) = [one for one in problems(experiment) if one.blocks]
    assert [one.label for one in problem.repairs] == [
        "Flatten each, and lay them side by side",
        "Go on without it, with AdaptiveMaxPooling2D (pool)",
        "Remove Multiply",
    ]
    assert not [one for one in problems(apply_repair(experiment, problem.repairs[0])) if one.blocks]


def test_what_a_merge_makes_of_answers_gets_answers_of_its_own() -> None:
    """Removing a Flatten of the other branch led back to the first problem."""
    experiment = net(
        ("look", "Conv2D", {"filters": 4, "kernel_size": 3}),
        ("flat", "Flatten"),
        OUTPUT,
        ("other", "Flatten", {}, ("look",)),
        ("both", "Concatenate", {}, ("other", "output")),
    )
    (problem,) = [one for one in problems(experiment) if one.blocks]
    assert str(problem).startswith("The network ends with Concatenate, which gives 154 numbers. Expected 10 numbers")
    assert [one.label for one in problem.repairs] == ["Add Dense 10 softmax at the end"]
    assert not [one for one in problems(apply_repair(experiment, problem.repairs[0])) if one.blocks]


def test_dead_ends_are_all_but_the_answers() -> None:
    experiment, _, _ = BROKEN["an output for nothing"]
    assert [layer.id for layer in dead_ends(experiment)] == ["a"]
    assert dead_ends(RESIDUAL) == ()
