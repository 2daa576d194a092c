"""Every way to change an experiment."""

import pytest

from core.catalogue.layers import LAYERS
from core.checks.experiment_checks import check
from core.experiment.edits import (
    apply_repair,
    duplicate_layer,
    find_layer,
    get_value,
    insert_layer,
    move_layer,
    new_layer,
    output_layer,
    remove_layer,
    set_value,
)
from core.experiment.model import EntryRef, Experiment
from core.problems import ExperimentPath, Repair
from tests.core.sample_experiments import LECTURE, OUTPUT, layer, stack, template, with_compile

TWO_METRICS = with_compile(LECTURE, metrics=[{"name": "Accuracy"}, {"name": "TopKCategoricalAccuracy"}])


def ids(experiment: Experiment) -> list[str]:
    return [one.id for one in experiment.layers]


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("data", "pixels"), "-1-1"),
        (("data", "train_images"), 100),
        (("layers", "hidden", "arguments", "units"), 16),
        (("layers", "hidden", "arguments", "kernel_initializer"), "he_normal"),
        (("compile", "optimizer", "arguments", "learning_rate"), 0.1),
        (("compile", "optimizer"), EntryRef("SGD")),
        (("compile", "loss"), EntryRef("Poisson")),
        (("compile", "loss", "arguments", "from_logits"), True),
        (("compile", "metrics"), ()),
        (("compile", "metrics", "TopKCategoricalAccuracy", "arguments", "k"), 3),
        (("fit", "epochs"), 7),
    ],
    ids=lambda one: "/".join(one) if isinstance(one, tuple) and one and isinstance(one[0], str) else None,
)
def test_set_value_is_read_back_and_changes_nothing_else(path: ExperimentPath, value: object) -> None:
    before = get_value(TWO_METRICS, path)
    changed = set_value(TWO_METRICS, path, value)
    assert get_value(changed, path) == value != before
    assert get_value(TWO_METRICS, path) == before
    if path[-1] not in ("kernel_initializer", "from_logits", "k"):  # these were not written before, and now are
        assert set_value(changed, path, before) == TWO_METRICS


def test_get_value_gives_the_default_of_what_was_not_set() -> None:
    assert get_value(LECTURE, ("layers", "hidden", "arguments", "use_bias")) is True
    assert get_value(LECTURE, ("compile", "optimizer", "arguments", "beta_1")) == 0.9


def test_set_value_keeps_the_layers_place_and_id() -> None:
    changed = set_value(LECTURE, ("layers", "hidden", "arguments", "units"), 16)
    assert ids(changed) == ["flatten", "hidden", "output"]
    assert find_layer(changed, "hidden").argument("activation") == "relu"


@pytest.mark.parametrize(
    "path", [("layers", "gone", "arguments", "units"), ("layers", "hidden", "arguments", "gone"), ("nowhere", "x")]
)
def test_set_value_refuses_a_path_that_leads_nowhere(path: ExperimentPath) -> None:
    with pytest.raises(KeyError):
        set_value(LECTURE, path, 1)


def test_last_layer_follows_the_number_of_classes() -> None:
    changed = set_value(LECTURE, ("data", "dataset"), "cifar100")
    assert find_layer(changed, "output").argument("units") == 100
    assert find_layer(changed, "hidden") == find_layer(LECTURE, "hidden")
    assert set_value(changed, ("data", "dataset"), "digits") == LECTURE


def test_last_layer_follows_behind_an_activation() -> None:
    experiment = stack({"name": "Flatten"}, layer("Dense", units=10), layer("Activation", activation="softmax"))
    changed = set_value(experiment, ("data", "dataset"), "cifar100")
    assert find_layer(changed, "layer-2").argument("units") == 100


def test_last_layer_that_does_not_fit_is_left_as_it_is() -> None:
    experiment = stack({"name": "Flatten"}, layer("Dense", units=7))
    assert find_layer(set_value(experiment, ("data", "dataset"), "cifar100"), "layer-2").argument("units") == 7


def test_other_data_leave_the_layers_alone() -> None:
    assert set_value(LECTURE, ("data", "train_images"), 10).layers == LECTURE.layers


def test_answering_layer_is_the_last_that_does_more_than_apply_a_function() -> None:
    assert output_layer(stack(layer("Dense", units=10), layer("Activation", activation="relu"))).id == "layer-1"
    assert output_layer(LECTURE).id == "output"
    assert output_layer(stack(layer("Activation", activation="relu"))) is None
    assert output_layer(stack()) is None


def test_new_layer_has_a_new_id_and_its_required_arguments() -> None:
    dense = new_layer(LECTURE, "Dense")
    assert (dense.id, dense.arguments) == ("dense-1", (("units", 64), ("activation", "relu")))
    assert new_layer(insert_layer(LECTURE, dense), "Dense").id == "dense-2"
    assert new_layer(LECTURE, "Dense", units=5).arguments == (("units", 5),)


def test_layer_that_was_just_added_has_no_habit_that_fails() -> None:
    for name in (name for name, entry in LAYERS.items() if entry.parameter("use_bias")):
        new = new_layer(LECTURE, name)
        problems = check(insert_layer(LECTURE, new, "output"))
        assert not [one for one in problems if one.where[1] == new.id and not one.blocks], name


def test_order_of_changes_makes_no_difference() -> None:
    bias, units = (("layers", "hidden", "arguments", name) for name in ("use_bias", "units"))
    assert set_value(set_value(LECTURE, bias, False), units, 3) == set_value(set_value(LECTURE, units, 3), bias, False)


def test_insert_puts_a_layer_before_another_or_at_the_end() -> None:
    dropout = new_layer(LECTURE, "Dropout")
    assert ids(insert_layer(LECTURE, dropout, "output")) == ["flatten", "hidden", "dropout-1", "output"]
    assert ids(insert_layer(LECTURE, dropout)) == ["flatten", "hidden", "output", "dropout-1"]


def test_duplicate_has_a_new_id_and_stands_right_after() -> None:
    changed = duplicate_layer(LECTURE, "hidden")
    assert ids(changed) == ["flatten", "hidden", "dense-1", "output"]
    assert find_layer(changed, "dense-1").arguments == find_layer(changed, "hidden").arguments
    assert ids(duplicate_layer(changed, "hidden")) == ["flatten", "hidden", "dense-2", "dense-1", "output"]


def test_remove_takes_one_layer() -> None:
    assert ids(remove_layer(LECTURE, "hidden")) == ["flatten", "output"]


@pytest.mark.parametrize(
    ("identity", "places", "order"),
    [
        ("hidden", -1, ["hidden", "flatten", "output"]),
        ("hidden", 1, ["flatten", "output", "hidden"]),
        ("flatten", -1, ["flatten", "hidden", "output"]),  # already at that end
        ("output", 9, ["flatten", "hidden", "output"]),
        ("output", -2, ["output", "flatten", "hidden"]),
    ],
)
def test_move_changes_the_order_and_stays_at_the_ends(identity: str, places: int, order: list[str]) -> None:
    changed = move_layer(LECTURE, identity, places)
    assert ids(changed) == order
    assert set(changed.layers) == set(LECTURE.layers)


def test_repair_sets_inserts_removes_and_moves() -> None:
    units = Repair("Set", "set", ("layers", "hidden", "arguments", "units"), 3)
    assert find_layer(apply_repair(LECTURE, units), "hidden").argument("units") == 3
    insert = Repair("Add", "insert", ("layers", "output"), ("Dropout", (("rate", 0.5),)))
    assert ids(apply_repair(LECTURE, insert)) == ["flatten", "hidden", "dropout-1", "output"]
    at_end = Repair("Add", "insert", ("layers", "end"), ("Flatten", ()))
    assert ids(apply_repair(LECTURE, at_end)) == ["flatten", "hidden", "output", "flatten-1"]
    assert ids(apply_repair(LECTURE, Repair("Remove", "remove", ("layers", "hidden")))) == ["flatten", "output"]
    assert ids(apply_repair(LECTURE, Repair("Move", "move", ("layers", "hidden"), -1))) == ["hidden", "flatten", "output"]


def test_repair_removes_a_metric() -> None:
    changed = apply_repair(TWO_METRICS, Repair("Remove", "remove", ("compile", "metrics", "TopKCategoricalAccuracy")))
    assert changed == LECTURE


@pytest.mark.parametrize(
    "one",
    [
        Repair("Set", "set", ("layers", "gone", "arguments", "units"), 3),
        Repair("Insert", "insert", ("layers", "gone"), ("Flatten", ())),
        Repair("Move", "move", ("layers", "gone"), -1),
        Repair("Remove", "remove", ("layers", "gone")),
    ],
    ids=lambda one: one.verb,
)
def test_repair_of_a_layer_that_is_gone_says_so(one: Repair) -> None:
    with pytest.raises(KeyError, match="gone"):
        apply_repair(LECTURE, one)


def test_ids_stay_apart_through_many_edits() -> None:
    experiment = template("convnet")
    for _ in range(30):
        experiment = duplicate_layer(experiment, "conv2")
        experiment = insert_layer(experiment, new_layer(experiment, OUTPUT["name"]))
        experiment = remove_layer(experiment, experiment.layers[-2].id)
    assert len(set(ids(experiment))) == len(experiment.layers)
