"""An experiment in words."""

from dataclasses import replace

import pytest

from core.checks.experiment_checks import check
from core.experiment.descriptions import (
    compile_phrase,
    data_phrase,
    difference,
    fit_phrase,
    layer_phrase,
    layer_titles,
    layers_phrase,
    network_sentence,
    scaling_sentence,
    sentence,
)
from core.experiment.edits import insert_layer, move_layer, new_layer, remove_layer, set_value
from core.experiment.model import EntryRef, Experiment
from core.experiment.shapes import LayerRow, Summary
from core.experiment.templates import lecture_experiment
from tests.core.datasets.sample_datasets import own_digits
from tests.core.sample_experiments import FLATTEN, LECTURE, OUTPUT, layer, stack, template, with_compile, with_data, with_fit


@pytest.mark.parametrize(
    ("data", "pixels", "words"),
    [
        ("fashion_mnist", "0-1", "Before training each is divided by 255, so that it lies between 0 and 1."),
        ("digits", "0-1", "Before training each is scaled to the range 0 to 1."),  # its files hold numbers up to 16
        ("mnist", "-1-1", "Before training each is scaled to the range −1 to 1."),
        ("digits", "0-255", "The network gets these numbers as they are."),
    ],
)
def test_scaling_of_pixels_is_said(data: str, pixels: str, words: str) -> None:
    assert scaling_sentence(with_data(LECTURE, dataset=data, pixels=pixels).data) == words


@pytest.mark.parametrize(
    ("one", "words"),
    [
        (FLATTEN, "Flatten"),
        (layer("Dense", units=128, activation="relu"), "Dense 128 relu"),
        (layer("Conv2D", filters=32, kernel_size=3, activation="relu", padding="same"), "Conv2D 32 3 × 3 relu"),
        (layer("Conv2D", filters=8, kernel_size=[3, 5]), "Conv2D 8 3 × 5"),
        (layer("MaxPooling2D", pool_size=2), "MaxPooling2D 2 × 2"),
        (layer("Conv1D", filters=8, kernel_size=3), "Conv1D 8 3"),
        (layer("Conv3D", filters=8, kernel_size=3), "Conv3D 8 3 × 3 × 3"),
        (layer("Dropout", rate=0.5), "Dropout 0.5"),
        (layer("Reshape", target_shape=[28, 28]), "Reshape 28 × 28"),
        (layer("LSTM", units=64, return_sequences=True), "LSTM 64 return sequences"),
    ],
    ids=lambda one: one["name"] if isinstance(one, dict) else None,
)
def test_layer_phrase_is_a_few_words(one: dict, words: str) -> None:
    assert layer_phrase(stack(one).layers[0]) == words


def test_phrases_of_the_lecture() -> None:
    experiment = lecture_experiment("fashion_mnist")
    assert data_phrase(experiment) == "Fashion-MNIST, 54,000 images"
    assert compile_phrase(experiment) == "Adam 0.001, cross-entropy"
    assert fit_phrase(experiment) == "5 epochs, batches of 32"
    assert layers_phrase(experiment) == "Flatten, Dense 128 relu, Dense 10 softmax"
    assert sentence(experiment) == (
        "Fashion-MNIST, 54,000 images → Flatten, Dense 128 relu, Dense 10 softmax → "
        "Adam 0.001, cross-entropy → 5 epochs, batches of 32"
    )


def test_fit_phrase_knows_one_from_many() -> None:
    assert fit_phrase(with_fit(LECTURE, epochs=1, batch_size=1_024)) == "1 epoch, batches of 1,024"


def test_stack_phrase_shortens_the_middle_of_a_long_stack() -> None:
    assert layers_phrase(template("convnet")) == (
        "Conv2D 32 3 × 3 relu, MaxPooling2D 2 × 2, Conv2D 64 3 × 3 relu, … 3 more …, Dense 10 softmax"
    )
    assert layers_phrase(stack()) == "no layers yet"


CONV = layer("Conv2D", filters=32, kernel_size=3)
POOL = layer("MaxPooling2D", pool_size=2)


def table(experiment: Experiment, *answers: int, refused: str = "") -> Summary:
    """A table of which only the shape of the answers matters."""
    shape = (1,) if refused else answers
    return Summary(
        (8, 8, 1), (LayerRow(experiment.layers[-1].id, shape, 0, 0),), refused, "it does not fit" if refused else ""
    )


@pytest.mark.parametrize(
    ("experiment", "answers", "words"),
    [
        (lecture_experiment("fashion_mnist"), (10,), "784 pixels → 128 units → 10 answers"),
        (lecture_experiment("cifar10"), (10,), "3,072 pixel values → 128 units → 10 answers"),
        (stack(FLATTEN, OUTPUT), (10,), "64 pixels → 10 answers"),
        (stack(CONV, POOL, CONV, FLATTEN, OUTPUT), (10,), "64 pixels → 32 filters → 32 filters → 10 answers"),
        (stack(FLATTEN, layer("Dense", units=1), layer("Dense", units=2)), (2,), "64 pixels → 1 unit → 2 answers"),
        (stack(FLATTEN, layer("Dense", units=1, activation="sigmoid")), (1,), "64 pixels → 1 answer"),
        (stack(CONV, CONV, CONV, CONV, FLATTEN, OUTPUT), (10,), "64 pixels → 6 layers → 10 answers"),
        (stack(FLATTEN, layer("Dense", units=10), layer("Softmax")), (10,), "64 pixels → 10 answers"),
        (stack(CONV, layer("GlobalAveragePooling2D")), (32,), "64 pixels → 32 filters → 32 answers"),
        (stack(CONV), (6, 6, 32), "64 pixels → answers of 6 × 6 × 32"),
        (stack(layer("DepthwiseConv2D", kernel_size=3), FLATTEN, OUTPUT), (10,), "64 pixels → 3 layers → 10 answers"),
        (
            stack(layer("Reshape", target_shape=[8, 8]), layer("LSTM", units=64), OUTPUT),
            (10,),
            "64 pixels → 64 units → 10 answers",
        ),
        (template("residual"), (10,), "64 pixels → 12 layers with branches → 10 answers"),
        (template("two-ways"), (10,), "64 pixels → 3 layers → 10 answers"),
    ],
    ids=lambda one: one if isinstance(one, str) else "",
)
def test_net_line_says_what_the_network_is(experiment: Experiment, answers: tuple[int, ...], words: str) -> None:
    assert network_sentence(experiment, table(experiment, *answers)) == words


def test_net_line_says_what_stands_in_the_way_of_answers() -> None:
    convolution = stack(FLATTEN, layer("Conv2D", filters=32, kernel_size=3))
    assert network_sentence(stack(), None) == "64 pixels → no layers yet"
    assert network_sentence(LECTURE, None) == "64 pixels → 128 units → checking"
    assert network_sentence(convolution, table(convolution, refused="layer-2")) == (
        "64 pixels → no answer: Conv2D (outputs) cannot take what it gets"
    )
    bad = stack(FLATTEN, layer("Dense", units=-5), OUTPUT)
    assert network_sentence(bad, None, check(bad)) == "64 pixels → 3 layers → a value is not allowed"


HIDDEN = ("layers", "hidden", "arguments")


@pytest.mark.parametrize(
    ("new", "words"),
    [
        (LECTURE, "the same experiment"),
        (set_value(LECTURE, ("compile", "optimizer", "arguments", "learning_rate"), 0.01), "learning rate 0.01 (was 0.001)"),
        (with_fit(LECTURE, epochs=1_000), "epochs 1,000 (was 5)"),
        (with_data(LECTURE, train_images=1_000), "train images 1,000 (was all)"),
        (with_data(LECTURE, pixels="-1-1"), "pixels -1-1 (was 0-1)"),
        (set_value(LECTURE, (*HIDDEN, "units"), 16), "Dense units 16 (was 128)"),
        (set_value(LECTURE, (*HIDDEN, "use_bias"), False), "Dense use bias False (was True)"),
        (insert_layer(LECTURE, new_layer(LECTURE, "Dropout", rate=0.3), "output"), "+ Dropout 0.3"),
        (remove_layer(LECTURE, "hidden"), "− Dense 128 relu"),
        (move_layer(LECTURE, "hidden", -1), "layers in another order"),
        (set_value(LECTURE, ("compile", "optimizer"), EntryRef("SGD")), "SGD 0.01 (was Adam 0.001)"),
        (set_value(LECTURE, ("compile", "optimizer"), EntryRef("RMSprop")), "RMSprop (was Adam)"),
        (set_value(LECTURE, ("compile", "loss"), EntryRef("Poisson")), "Poisson (was SparseCategoricalCrossentropy)"),
        (with_compile(LECTURE, metrics=[{"name": "TopKCategoricalAccuracy"}]), "+ TopKCategoricalAccuracy, − Accuracy"),
    ],
    ids=lambda one: one if isinstance(one, str) else "",
)
def test_difference_is_one_line(new: Experiment, words: str) -> None:
    assert difference(new, LECTURE) == words


def test_difference_is_the_same_for_a_default_that_is_written_out() -> None:
    assert difference(set_value(LECTURE, (*HIDDEN, "use_bias"), True), LECTURE) == "the same experiment"


def test_difference_lists_all_changes() -> None:
    new = insert_layer(with_fit(LECTURE, epochs=3), new_layer(LECTURE, "Dropout", rate=0.3), "output")
    new = set_value(new, ("compile", "optimizer", "arguments", "learning_rate"), 0.01)
    assert difference(new, LECTURE) == "epochs 3 (was 5), + Dropout 0.3, learning rate 0.01 (was 0.001)"


def test_short_difference_counts_what_it_does_not_name() -> None:
    new = with_fit(LECTURE, epochs=7, batch_size=64, seed=3)
    assert difference(new, LECTURE, most=2) == "epochs 7 (was 5), batch size 64 (was 32) and 1 more"
    assert difference(new, LECTURE, most=3) == difference(new, LECTURE)


def test_network_that_was_built_again_is_no_change() -> None:
    again = replace(LECTURE, layers=tuple(replace(layer, id=f"{layer.id}-2") for layer in LECTURE.layers))
    assert difference(with_fit(again, epochs=3), LECTURE) == "epochs 3 (was 5)"
    flatten, hidden, output = again.layers
    assert difference(replace(LECTURE, layers=(flatten, output)), LECTURE) == "− Dense 128 relu"
    assert difference(replace(LECTURE, layers=(hidden, flatten, output)), LECTURE) != "the same experiment"


def test_difference_sees_a_metrics_argument() -> None:
    old = with_compile(LECTURE, metrics=[{"name": "TopKCategoricalAccuracy"}])
    new = with_compile(LECTURE, metrics=[{"name": "TopKCategoricalAccuracy", "arguments": {"k": 3}}])
    assert difference(new, old) == "TopKCategoricalAccuracy k 3 (was 5)"


def test_own_pictures_are_called_by_their_title() -> None:
    own = lecture_experiment(own_digits("ada"))
    assert data_phrase(own) == "Three digits, 386 images"
    assert network_sentence(own, table(own, 3)) == "64 pixels → 128 units → 3 answers"
    assert "dataset Three digits (was digits)" in difference(own, lecture_experiment("digits"))


def test_title_has_a_name_only_where_it_says_more_than_the_kind() -> None:
    assert list(layer_titles(template("convnet")).values()) == [
        "the image",
        "Conv2D 32 3 × 3 relu (conv1)",
        "MaxPooling2D 2 × 2 (pool1)",
        "Conv2D 64 3 × 3 relu (conv2)",
        "MaxPooling2D 2 × 2 (pool2)",
        "Flatten",
        "Dropout 0.5",
        "Dense 10 softmax (outputs)",
    ]
