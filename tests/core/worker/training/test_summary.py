"""The table of a stack, with Keras' built model as oracle."""

import keras
import pytest

from core.catalogue.datasets import DATASETS
from core.experiment.memory import training_bytes, weight_bytes
from core.experiment.model import Experiment
from core.experiment.shapes import LayerRow, Summary, num_values, shape_text
from core.experiment.templates import TEMPLATES
from core.number_text import memory_text
from core.worker.training.build_model import build
from core.worker.training.summary import summarise
from tests.core.sample_experiments import FLATTEN, LECTURE, OUTPUT, layer, stack, template, with_compile, with_fit


def assert_equals_built_model(experiment: Experiment) -> None:
    model, summary = build(experiment), summarise(experiment)
    assert summary.refused == ""
    for row in summary.rows:
        built = model.get_layer(row.id)
        assert row.output_shape == tuple(built.output.shape[1:])
        assert row.parameters == built.count_params()
        assert row.trainable == sum(int(weight.value.numpy().size) for weight in built.trainable_variables)
    assert summary.parameters == model.count_params()
    assert summary.output_shape == tuple(model.output_shape[1:])


@pytest.mark.parametrize("name", TEMPLATES)
@pytest.mark.parametrize("dataset", ["digits", "cifar100"])
def test_table_equals_the_built_model(name: str, dataset: str) -> None:
    assert_equals_built_model(template(name, dataset))


def test_table_shows_what_training_changes() -> None:
    summary = summarise(stack(layer("BatchNormalization"), FLATTEN, OUTPUT))
    assert summary.rows[0] == LayerRow("layer-1", (8, 8, 1), 4, 2, ((8, 8, 1),))
    assert (summary.rows[0].non_trainable, summary.non_trainable) == (2, 2)
    assert summary.trainable == 2 + 650


def test_table_ends_before_the_layer_that_keras_refuses() -> None:
    summary = summarise(stack(FLATTEN, layer("Conv2D"), OUTPUT))
    assert [row.id for row in summary.rows] == ["layer-1"]
    assert summary.refused == "layer-2"
    assert summary.reason.endswith("expected min_ndim=4, found ndim=2. Full shape received: (None, 64)")
    assert "Arguments received" not in summary.reason
    assert len(summary.reason) <= 301
    assert "\x1b" not in summarise(stack(layer("MaxPooling2D", pool_size=9))).reason  # Keras marks words for terminals


def test_huge_network_leaves_nothing_that_takes_its_memory_later() -> None:
    wide = layer("Dense", units=2_000_000)
    assert summarise(stack(FLATTEN, wide, wide, OUTPUT)).parameters > 4e12
    with keras.StatelessScope():  # at its end Keras gives values to all variables that wait for one
        waiting = keras.Variable(keras.initializers.Ones(), shape=(2,))
    assert waiting.numpy().tolist() == [1, 1]


def test_empty_stack_gives_the_picture() -> None:
    assert summarise(stack()) == Summary((8, 8, 1), ())
    assert summarise(stack()).output_shape == (8, 8, 1)


def test_input_of_a_layer_is_the_output_before() -> None:
    summary = summarise(LECTURE)
    assert summary.input_of("flatten") == (8, 8, 1)
    assert summary.input_of("hidden") == (64,)
    assert summary.input_of("output") == (128,)
    assert summary.row("hidden") == LayerRow("hidden", (128,), 65 * 128, 65 * 128, ((64,),), 65 * 128)
    assert summary.row("gone") is None


def test_memory_counts_weights_gradients_and_what_the_optimizer_keeps() -> None:
    summary = summarise(LECTURE)
    # Weights, gradients, Adam's two, and the copies: a checkpoint of three, and five of the weights.
    assert weight_bytes(LECTURE, summary) == 4 * summary.parameters * (4 + 3 + 5)
    sgd = with_compile(LECTURE, optimizer={"name": "SGD"})
    assert weight_bytes(sgd, summary) == 4 * summary.parameters * (2 + 1 + 5)
    momentum = with_compile(LECTURE, optimizer={"name": "SGD", "arguments": {"momentum": 0.9}})
    assert weight_bytes(momentum, summary) == 4 * summary.parameters * (3 + 2 + 5)
    activations = 64 + 64 + 128 + 10
    for batch_size in (1, 32):
        expected = weight_bytes(LECTURE, summary) + 4 * 2 * activations * batch_size
        assert training_bytes(with_fit(LECTURE, batch_size=batch_size), summary) == expected


@pytest.mark.parametrize(
    ("num_bytes", "text"),
    [
        (0, "0 bytes"),
        (999, "999 bytes"),
        (1_000, "1 kB"),
        (1_221_240, "1.22 MB"),
        (122_124_000, "122 MB"),
        (24.6e12, "24,600 GB"),
    ],
)
def test_memory_text_has_three_digits_and_a_unit(num_bytes: float, text: str) -> None:
    assert memory_text(num_bytes) == text


@pytest.mark.parametrize(
    ("shape", "text", "count"),
    [
        ((28, 28, 1), "28 × 28 × 1", 784),
        ((784,), "784 numbers", 784),
        ((1,), "1 number", 1),
        ((None, 8), "? × 8", 8),
        ((1_000, 2), "1,000 × 2", 2_000),
    ],
)
def test_shape_is_spoken_and_counted(shape: tuple, text: str, count: int) -> None:
    assert shape_text(shape) == text
    assert num_values(shape) == count


@pytest.mark.parametrize("dataset", DATASETS)
def test_table_starts_with_the_shape_of_the_pictures(dataset: str) -> None:
    assert summarise(template("lecture", dataset)).input_shape == DATASETS[dataset].image_shape
