"""The experiment as a value, and the numbers that follow from its fields."""

from dataclasses import FrozenInstanceError

import pytest

from core.catalogue.datasets import DATASETS
from core.catalogue.optimizers import OPTIMIZERS
from core.experiment.model import (
    DATA,
    FIT,
    Compile,
    Data,
    EntryRef,
    Experiment,
    Fit,
    Layer,
    arguments_with_defaults,
    keras_arguments,
    to_dict,
)
from core.experiment.templates import TEMPLATES
from core.parameters import Parameter
from tests.core.sample_experiments import LECTURE, template, with_data


@pytest.mark.parametrize("value", [Experiment(), Data(), Compile(), Fit(), Layer("Dense"), EntryRef("Adam")], ids=repr)
def test_experiment_is_frozen_and_can_be_a_key(value: object) -> None:
    hash(value)
    with pytest.raises(FrozenInstanceError):
        value.name = "other"


@pytest.mark.parametrize("name", TEMPLATES)
def test_template_is_frozen_all_the_way_down(name: str) -> None:
    assert {template(name): 1}[template(name)] == 1


@pytest.mark.parametrize("parameter", [*DATA.values(), *FIT.values()], ids=lambda parameter: parameter.name)
def test_field_accepts_its_default_edges_and_usual_values(parameter: Parameter) -> None:
    values = (parameter.default, *parameter.constraint.boundary_values(), *parameter.usual)
    assert [value for value in values if not parameter.constraint.is_valid(value)] == []
    assert [value for value in parameter.constraint.bad_values() if parameter.constraint.is_valid(value)] == []


def test_defaults_are_those_of_the_parameters() -> None:
    assert {name: getattr(Data(), name) for name in DATA} == {name: one.default for name, one in DATA.items()}
    assert {name: getattr(Fit(), name) for name in FIT} == {name: one.default for name, one in FIT.items()}


@pytest.mark.parametrize(
    ("dataset", "split", "wanted", "validation", "used"),
    [
        ("fashion_mnist", 0.1, None, 6_000, 54_000),
        ("digits", 0.1, None, 144, 1_293),  # 143.7, which scikit-learn rounds up
        ("digits", 0.0, None, 0, 1_437),
        ("digits", 0.1, 100, 144, 100),
        ("digits", 0.1, 5_000, 144, 1_293),  # at most all available images
        ("cifar100", 0.5, None, 25_000, 25_000),
    ],
)
def test_data_counts_its_images(dataset: str, split: float, wanted: int | None, validation: int, used: int) -> None:
    data = Data(dataset, validation_split=split, train_images=wanted)
    assert (data.num_validation, data.num_used) == (validation, used)
    assert data.num_available == DATASETS[dataset].num_train - validation


def test_complete_gives_set_values_and_defaults() -> None:
    values = arguments_with_defaults(EntryRef("SGD", (("momentum", 0.9),)), OPTIMIZERS["SGD"])
    assert values["momentum"] == 0.9
    assert values["learning_rate"] == OPTIMIZERS["SGD"].parameter("learning_rate").default
    assert list(values) == [one.name for one in OPTIMIZERS["SGD"].parameters]


def test_passed_leaves_defaults_to_keras() -> None:
    assert keras_arguments(EntryRef("SGD", (("momentum", 0.9),)), OPTIMIZERS["SGD"]) == {"momentum": 0.9}


def test_passed_makes_whole_numbers_real_where_keras_wants_them() -> None:
    rate = keras_arguments(EntryRef("SGD", (("learning_rate", 1),)), OPTIMIZERS["SGD"])["learning_rate"]
    assert (rate, type(rate)) == (1.0, float)
    dense = Layer("Dense", (("units", 128),))
    assert type(keras_arguments(dense, dense.entry)["units"]) is int


def test_passed_gives_required_arguments_that_were_not_set() -> None:
    dense = Layer("Dense")
    assert keras_arguments(dense, dense.entry) == {"units": dense.entry.parameter("units").default}


def test_to_dict_has_lists_for_tuples_and_the_order_of_the_format() -> None:
    content = to_dict(template("lstm"))
    assert list(content) == ["version", "data", "layers", "compile", "fit"]
    assert content["layers"][0] == {"id": "rows", "name": "Reshape", "arguments": {"target_shape": [8, 8]}}


def test_equal_experiments_are_equal_and_others_are_not() -> None:
    assert with_data(LECTURE, pixels="0-1") == LECTURE
    assert with_data(LECTURE, pixels="-1-1") != LECTURE
