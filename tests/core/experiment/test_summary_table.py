"""`model.summary()` as a table, against Keras' own; and the roles of layers."""

import keras
import pytest

from core.experiment.edits import insert_layer, new_layer
from core.experiment.model import Experiment
from core.experiment.summary_table import layer_roles, summary_rows
from core.experiment.templates import lecture_experiment
from core.worker.training.build_model import build
from core.worker.training.summary import summarise
from tests.core.sample_experiments import RESIDUAL, template

LECTURE = lecture_experiment("fashion_mnist")


@pytest.mark.parametrize("experiment", [LECTURE, template("convnet"), RESIDUAL], ids=["lecture", "convnet", "residual"])
def test_table_is_what_keras_prints(experiment: Experiment) -> None:
    rows = summary_rows(experiment, summarise(experiment))
    layers = [layer for layer in build(experiment).layers if not isinstance(layer, keras.layers.InputLayer)]
    assert [(row.type, row.output_shape, row.parameters) for row in rows] == [
        (type(layer).__name__, str(layer.output.shape), layer.count_params()) for layer in layers
    ]


def test_layers_that_learn_before_the_last_one_are_hidden() -> None:
    with_dropout = insert_layer(LECTURE, new_layer(LECTURE, "Dropout", rate=0.3), "output")
    roles = layer_roles(with_dropout, summarise(with_dropout))
    assert list(roles.values()) == ["", "hidden layer", "", "output layer"]
    unknown = layer_roles(with_dropout, None)
    assert list(unknown.values()) == ["", "", "", "output layer"], "what learns is not known yet"


def test_activation_behind_the_last_layer_leaves_it_the_output_layer() -> None:
    ended = insert_layer(LECTURE, new_layer(LECTURE, "Softmax"), None)
    assert list(layer_roles(ended, summarise(ended)).values()) == ["", "hidden layer", "output layer", ""]


def test_inputs_are_named_where_layers_branch() -> None:
    assert {row.takes for row in summary_rows(LECTURE, summarise(LECTURE))} == {""}
    assert any(", " in row.takes for row in summary_rows(RESIDUAL, summarise(RESIDUAL)))
