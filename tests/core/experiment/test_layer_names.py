"""The name of each layer: its kind in reading order, or a person's own name; old files and links have no own names."""

import json
import keyword

import pytest

from core.catalogue.layers import LAYERS
from core.checks.experiment_checks import check
from core.experiment import share_links
from core.experiment.descriptions import difference
from core.experiment.edits import apply_repair, duplicate_layer, get_value, insert_layer, new_layer, set_value
from core.experiment.layer_names import LONGEST_NAME, RESERVED, custom_names, invalid_name_reason, layer_names
from core.experiment.model import Experiment
from core.experiment.serialization import dumps, from_dict, loads
from core.experiment.templates import TEMPLATES
from core.problems import ProblemError
from tests.core.random_networks import random_network
from tests.core.sample_experiments import CONV, LECTURE, RESIDUAL, net, template

# An experiment of version 0.1, without names of a person's own.
OLD_LINK = (
    "1.9aba1406.eNqNkc1OwzAQhN9lzwYlRUgoN1TEC3BEVbR1Numq_pPtlJYo7866FKjSCyfL49lv7PEEB4qJvYOmVtBhRmim85ooQ"
    "wMdD5wTKAh8JJNEqe5q2eaI7Fq2OJCIbjRGwQENy6TA2hQMy3h1X88KDJ4kA5r3CbgTQm8wZ3JCcWhJhNdfAeMwWnKS2EzzrC4DO"
    "-66a_8LuUQLN4yuXLSpV09yoDMfzjcRdyQzwh_MjzmM-Z-wasFKvs8Wj4LbKNDeBjZU_D5ktvxJsWwu4OcO7ZJrCKNjN7QRM5V-q"
    "qqeS0U-pavRt4Ax0Vo8g4-s0ayjGAQSfTjd1gSWsti-K_5J13qMqG_dG_H35XMmoOD1TtRHBVvMetcmeQI0DysFiUjKkudLuNmi3"
    "hf4pvj0nlzpUT4s-dgb_yER1ncllI7SlpTzBUzQylo"
)


def names(experiment: Experiment) -> list[str]:
    return list(layer_names(experiment).values())


def named(experiment: Experiment, **custom: str) -> Experiment:
    """The experiment with names of a person's own, by the layer's id."""
    for identity, name in custom.items():
        experiment = set_value(experiment, ("layers", identity, "custom_name"), name)
    return experiment


def test_layers_are_named_by_what_they_are_in_reading_order() -> None:
    assert names(LECTURE) == ["flatten", "dense", "outputs"]
    assert names(template("convnet")) == ["conv1", "pool1", "conv2", "pool2", "flatten", "dropout", "outputs"]
    residual = ["conv1", "conv2", "conv3", "add1", "relu1", "conv4", "conv5", "shortcut", "add2", "relu2", "pool", "outputs"]
    assert names(template("residual")) == residual


def test_the_shorter_way_round_a_block_is_the_shortcut() -> None:
    def block(*ways: tuple, merge: str = "Add") -> Experiment:
        return net(*ways, ("merge", merge, {}, ("c", ways[-1][0])), ("flat", "Flatten"), ("out", "Dense"))

    long = ("a", "Conv2D", CONV), ("b", "Conv2D", CONV, ("a",)), ("c", "Conv2D", CONV, ("b",))
    around = ("d", "Conv2D", CONV, ("a",))
    with_norm = ("d", "Conv2D", CONV, ("a",)), ("n", "BatchNormalization", {}, ("d",))
    longer = (*long[:2], ("e", "ReLU", {}, ("b",)), ("c", "Conv2D", CONV, ("e",)))
    assert layer_names(block(*long, around))["d"] == "shortcut"
    assert layer_names(block(*longer, *with_norm))["n"] == "shortcut"
    assert layer_names(block(*long, *with_norm))["n"] == "norm"  # as long as the other
    assert layer_names(block(*long, around, merge="Concatenate"))["d"] == "conv4"  # an Inception block, or the like
    assert "shortcut" not in names(RESIDUAL)  # nothing is done on its way round


def test_a_layer_put_between_others_leaves_those_of_other_kinds_as_they_were() -> None:
    before = template("convnet")
    after = insert_layer(before, new_layer(before, "BatchNormalization"), "pool1")
    assert {one: layer_names(after)[one] for one in layer_names(before)} == layer_names(before)


def test_a_custom_name_wins_and_stays_whatever_is_put_before_it() -> None:
    experiment = named(template("convnet"), conv2="edges", pool1="pool7")
    assert names(experiment) == ["conv", "pool7", "edges", "pool", "flatten", "dropout", "outputs"]
    longer = insert_layer(experiment, new_layer(experiment, "Conv2D"), "conv1")
    assert layer_names(longer)["conv2"] == "edges"
    assert custom_names(duplicate_layer(experiment, "conv2")) == {"conv2": "edges", "pool1": "pool7"}
    assert names(named(template("convnet"), conv2="conv1"))[:3] == ["conv", "pool1", "conv1"]
    assert get_value(experiment, ("layers", "conv2", "custom_name")) == "edges"


@pytest.mark.parametrize("seed", range(60))
def test_all_names_are_identifiers_each_once_that_no_script_uses(seed: int) -> None:
    several = names(random_network(seed))
    assert len(set(several)) == len(several)
    assert all(one.isidentifier() and not keyword.iskeyword(one) for one in several)
    assert not RESERVED.intersection(several) - {"outputs"}


def test_every_layer_of_the_catalogue_has_a_short_name_that_is_free() -> None:
    short = {entry.trait("short_name") for entry in LAYERS.values()}
    assert not RESERVED & short and all(one.isidentifier() for one in short)
    assert max(map(len, short)) <= 26, "a name that fits into a line"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("edges", ""),
        ("stem_2", ""),
        ("a" * LONGEST_NAME, ""),
        ("a" * (LONGEST_NAME + 1), "at most 30"),
        ("2nd", "Expected a letter"),
        ("_private", "Expected a letter"),
        ("höhe", "Expected a letter"),
        ("two words", "Expected a letter"),
        ("edges\n", "Expected a letter"),
        ("class", "neither Python nor the script"),
        ("match", "neither Python nor the script"),
        ("print", "neither Python nor the script"),
        ("x", "neither Python nor the script"),
        ("model", "neither Python nor the script"),
        ("outputs", "neither Python nor the script"),
        ("conv2d", "Keras itself gives"),
        ("conv2d_13", "Keras itself gives"),
        ("re_lu", "Keras itself gives"),
        ("taken", "no other layer"),
    ],
)
def test_a_name_that_cannot_be_used_says_why(name: str, expected: str) -> None:
    fault = invalid_name_reason(name, ["taken"])
    assert expected in fault and bool(expected) == bool(fault)


def test_custom_names_go_through_json_and_links_and_those_without_are_as_before() -> None:
    experiment = named(LECTURE, hidden="edges")
    assert loads(dumps(experiment)) == experiment
    assert share_links.read(share_links.write(share_links.Link(experiment))).experiment == experiment
    assert json.loads(dumps(experiment))["layers"][1]["custom_name"] == "edges"
    assert all("custom_name" not in json.loads(dumps(LECTURE))["layers"][index] for index in range(3))
    assert share_links.read(OLD_LINK).experiment == LECTURE
    assert share_links.write(share_links.Link(LECTURE)) == OLD_LINK


@pytest.mark.parametrize("value", ["two words", "a" * 31, 3, None, ["a"], "_a", "a\n"])
def test_a_name_without_meaning_is_refused(value: object) -> None:
    with pytest.raises(ProblemError, match="has the custom_name"):
        from_dict({"version": 1, "layers": [{"name": "Flatten", "custom_name": value}]})


@pytest.mark.parametrize(
    ("name", "expected"), [("model", "neither Python"), ("flatten", "Keras itself"), ("edges", "no other layer")]
)
def test_a_name_that_is_not_free_is_a_problem_that_one_press_mends(name: str, expected: str) -> None:
    experiment = named(LECTURE, flatten="edges", hidden=name)
    (problem,) = check(experiment)
    assert (problem.code, problem.where, problem.blocks) == ("layer-name", ("layers", "hidden"), True)
    assert problem.happened == f"Dense cannot be named '{name}'." and expected in problem.expected
    assert not list(check(apply_repair(experiment, problem.repairs[0])))
    assert names(experiment) == ["edges", "dense", "outputs"]  # the shown names stay usable


def test_a_name_is_a_difference() -> None:
    assert difference(named(LECTURE, hidden="edges"), LECTURE) == "Dense named edges (was dense)"
    assert difference(LECTURE, named(LECTURE, hidden="edges")) == "Dense named dense (was edges)"


@pytest.mark.parametrize("name", TEMPLATES)
def test_each_template_has_names_that_a_line_has_room_for(name: str) -> None:
    assert all(len(one) <= 16 for one in names(template(name)))


def test_names_that_a_caller_changes_stay_right_for_the_next_one() -> None:
    layer_names(template("convnet"))["conv"] = "spoiled"
    assert "spoiled" not in layer_names(template("convnet")).values()
