"""Mistakes whose first button once led to the next mistake, or that had no name: the guilty layer, and a net that learns."""

import math
from collections.abc import Mapping
from functools import cache

import pytest

from core.catalogue.callbacks import CALLBACKS
from core.checks.experiment_checks import check, is_valid
from core.experiment.edits import apply_repair
from core.experiment.learning_rates import usual_rates_text
from core.experiment.model import EntryRef, Experiment, in_keras_order
from core.problems import Problem
from core.worker.training.train import train
from tests.core.checks.repair_simulation import PRESSES, presses_to_mend, problems_of, table, worst
from tests.core.checks.test_mistakes import MISTAKES as KNOWN_MISTAKES
from tests.core.checks.test_silent_mistakes import SILENT
from tests.core.sample_experiments import FLATTEN, LECTURE, OUTPUT, layer, net, stack, with_compile, with_data, with_fit

SPREADS = 3  # standard deviations above the accuracy of guessing: 1 of 700 guessing nets comes so far
CONV = layer("Conv2D", filters=16, kernel_size=3, activation="relu")
CONV_LINEAR = layer("Conv2D", filters=16, kernel_size=3, activation=None)
HIDDEN = layer("Dense", units=32, activation="relu")
ANSWERS = layer("Conv2D", filters=10, kernel_size=1, activation=None)
AVERAGE = layer("GlobalAveragePooling2D")
ROWS = layer("Reshape", target_shape=[8, 8])
MAXIMUM = layer("GlobalMaxPooling2D")


def optimized(name: str, experiment: Experiment = LECTURE, **arguments: object) -> Experiment:
    return with_compile(experiment, optimizer={"name": name, "arguments": arguments})


def hidden(**arguments: object) -> Experiment:
    return stack(FLATTEN, layer("Dense", units=32, activation="relu", **arguments), OUTPUT)


def constant(value: float) -> dict:
    return {"name": "Constant", "arguments": {"value": value}}


def spread(stddev: float) -> dict:
    return {"name": "RandomNormal", "arguments": {"stddev": stddev}}


def watching(monitor: str) -> Experiment:
    arguments = in_keras_order({"patience": 2, "monitor": monitor}, CALLBACKS["EarlyStopping"])
    return with_fit(LECTURE, epochs=12, callbacks=(EntryRef("EarlyStopping", arguments),))


# The mistake: its experiment, the code and the path of the first problem, and words of its message.
MISTAKES: Mapping[str, tuple[Experiment, str, str, str]] = {
    # The first button once led elsewhere
    "UpSampling2D twice before a convolution": (
        stack(layer("UpSampling2D", size=32), layer("UpSampling2D", size=16), CONV, FLATTEN, OUTPUT),
        "too-large",
        "layer-1",
        "UpSampling2D (upsampling1) makes the image so large",
    ),
    "UnitNormalization after the answers": (
        stack(FLATTEN, HIDDEN, OUTPUT, layer("UnitNormalization")),
        "normalised-answers",
        "layer-4",
        "UnitNormalization stands after the layer that gives the answers. Expected the answers as they are.",
    ),
    "channels moved to the front": (
        stack(layer("Permute", dims=[3, 1, 2]), CONV, layer("MaxPooling2D"), FLATTEN, OUTPUT),
        "channels-moved",
        "layer-1",
        "makes 1 × 8 × 8 of 8 × 8 × 1: the channels are not last.",
    ),
    "channels moved, and Keras accepts it": (
        stack(
            layer("Permute", dims=[3, 1, 2]),
            layer("Conv2D", filters=8, kernel_size=3, padding="same", activation="relu"),
            FLATTEN,
            OUTPUT,
        ),
        "channels-moved",
        "layer-1",
        "Conv2D (conv) reads height × width × channels",
    ),
    "softmax along the rows of a map": (
        stack(CONV, ANSWERS, layer("Softmax", axis=1), AVERAGE),
        "softmax-along-wrong-axis",
        "layer-3",
        "Softmax (softmax) has axis=1, and its input is 6 × 6 × 10.",
    ),
    "softmax along the steps of a sequence": (
        stack(
            ROWS,
            layer("GRU", units=24, return_sequences=True),
            layer("Conv1D", filters=10, kernel_size=1, activation=None),
            layer("Softmax", axis=1),
            layer("GlobalAveragePooling1D"),
        ),
        "softmax-along-wrong-axis",
        "layer-4",
        "has axis=1",
    ),
    "a map pooled before an LSTM": (
        stack(CONV, MAXIMUM, layer("LSTM", units=24), OUTPUT),
        "steps-pooled-away",
        "layer-2",
        "makes one number a channel of 6 × 6 × 16, and LSTM (lstm) reads steps.",
    ),
    "a picture masked before a convolution": (
        stack(layer("Masking"), CONV, FLATTEN, OUTPUT),
        "wrong-rank",
        "layer-1",
        "Remove Masking.",
    ),
    # Once unnamed
    "SGD at 0.002 without momentum": (
        optimized("SGD", learning_rate=0.002),
        "unusual-learning-rate",
        "optimizer",
        "0.002 is low for SGD. Usual are 0.01 to 0.5.",
    ),
    "SGD at 0.5 with a momentum of 0.99": (
        optimized("SGD", learning_rate=0.5, momentum=0.99),
        "unusual-learning-rate",
        "optimizer",
        "0.5 is high for SGD. Usual are 0.001 to 0.01 with a momentum of 0.99.",
    ),
    "Adam at 0.01 on single images": (
        with_fit(optimized("Adam", learning_rate=0.01), batch_size=1),
        "unusual-learning-rate",
        "optimizer",
        "0.01 is high for Adam. Usual are 1.25e-05 to 0.00354 in batches of 1 image.",
    ),
    "a weight decay of 1": (
        optimized("SGD", learning_rate=0.1, weight_decay=1.0),
        "high-weight_decay",
        "optimizer",
        "SGD has weight_decay=1. Expected at most 0.03. Leave weight_decay empty.",
    ),
    "Adadelta with a weight decay of 1": (
        optimized("Adadelta", learning_rate=1.0, weight_decay=1.0),
        "high-weight_decay",
        "optimizer",
        "Adadelta has weight_decay=1. Expected at most 0.003. Leave weight_decay empty.",
    ),
    "Adafactor with a weight decay of 1": (
        optimized("Adafactor", learning_rate=0.01, weight_decay=1.0),
        "high-weight_decay",
        "optimizer",
        "Adafactor has weight_decay=1. Expected at most 0.1. Leave weight_decay empty.",
    ),
    "averages that stay near the start": (
        optimized("Adam", use_ema=True, ema_momentum=0.9999),
        "weights-average-too-slowly",
        "optimizer",
        "Adam has use_ema with ema_momentum=0.9999, and the weights change 205 times.",
    ),
    "a validation set of a dozen images": (
        with_data(LECTURE, validation_split=0.01),
        "few-validation-images",
        "validation_split",
        "A validation split of 0.01 keeps 15 images aside. Expected 100 or more. Keep 10",
    ),
    "four changes of the weights": (
        with_fit(with_data(LECTURE, train_images=500), batch_size=256, epochs=2),
        "few-updates",
        "batch_size",
        "In batches of 256 images this run changes the weights 4 times.",
    ),
    "hinge loss of softmax": (
        with_compile(LECTURE, loss={"name": "Hinge"}),
        "activation-does-not-fit-loss",
        "output",
        "Hinge expects linear.",
    ),
    "convolutions of single pixels": (
        stack(
            layer("Conv2D", filters=16, kernel_size=1, activation="relu"),
            layer("Conv2D", filters=16, kernel_size=1, activation="relu"),
            AVERAGE,
            OUTPUT,
        ),
        "sees-single-pixels",
        "layer-1",
        "All convolutions look at 1 × 1 pixel, and GlobalAveragePooling2D (pool) forgets where it was.",
    ),
    "EarlyStopping on the training loss": (watching("loss"), "watches-training", "callbacks", "Expected val_loss"),
    "biases that start at -10": (
        hidden(bias_initializer=constant(-10.0)),
        "bias-starts-far",
        "layer-2",
        "The biases of Dense (dense) start at about -10.",
    ),
    "a scale that starts at 0 before relu": (
        stack(
            FLATTEN,
            layer("Dense", units=32, activation=None),
            layer("BatchNormalization", gamma_initializer="zeros"),
            layer("ReLU"),
            OUTPUT,
        ),
        "scale-starts-at-zero",
        "layer-3",
        "All its outputs are 0, and relu has no gradient there",
    ),
    "recurrent weights that start too large": (
        stack(ROWS, layer("SimpleRNN", units=32, activation="relu", recurrent_initializer=spread(1.0)), OUTPUT),
        "recurrent-start-too-large",
        "layer-2",
        "start so large that each step multiplies the memory by about 5.7.",
    ),
    "pictures moved out of sight": (
        stack(layer("RandomTranslation", height_factor=0.5, width_factor=0.5), CONV, FLATTEN, OUTPUT),
        "high-height_factor",
        "layer-1",
        "RandomTranslation",
    ),
    "pictures zoomed beyond recognition": (
        stack(layer("RandomZoom", height_factor=0.6), CONV, FLATTEN, OUTPUT),
        "high-height_factor",
        "layer-1",
        "RandomZoom",
    ),
    "pictures zoomed in width alone": (
        stack(layer("RandomZoom", height_factor=0.1, width_factor=0.9), CONV, FLATTEN, OUTPUT),
        "high-width_factor",
        "layer-1",
        "RandomZoom (random_zoom) has width_factor=0.9. Expected at most 0.5.",
    ),
}
each = pytest.mark.parametrize("name", MISTAKES)


def first_problem(name: str) -> Problem:
    return worst(problems_of(MISTAKES[name][0]))


@each
def test_mistake_is_named_at_once_where_it_was_made(name: str) -> None:
    _, code, where, words = MISTAKES[name]
    problem = first_problem(name)
    assert problem.code == code
    assert where in problem.where[1:2]
    assert words in f"{problem} {problem.why}"


@each
def test_first_button_mends_the_mistake_and_makes_no_other(name: str) -> None:
    experiment, code, *_ = MISTAKES[name]
    mended = apply_repair(experiment, first_problem(name).repairs[0])
    assert [problem.code for problem in problems_of(mended)] == []
    assert presses_to_mend(experiment, PRESSES) == 1


def above_chance(experiment: Experiment) -> float:
    """The accuracy that a net which guesses hardly reaches: 0.147 on 360 digits, 0.109 on 10,000 clothes."""
    entry = experiment.data.entry
    chance = 1 / entry.num_classes
    return chance + SPREADS * math.sqrt(chance * (1 - chance) / entry.num_test)


@cache
def accuracy(experiment: Experiment) -> float:
    """The accuracy on the test images after a short run; many mistakes have the same net when they are mended."""
    small = with_data(experiment, train_images=min(1_500, experiment.data.num_available))
    result = train(with_fit(small, epochs=6, batch_size=16, callbacks=()), lambda event: None, lambda: None)
    return float(result["test"]["accuracy"])


@pytest.mark.deep
@each
def test_net_of_the_first_button_learns(name: str) -> None:
    mended = apply_repair(MISTAKES[name][0], first_problem(name).repairs[0])
    assert accuracy(mended) > above_chance(mended)


EVERY = {
    **{name: experiment for name, experiment, *_ in KNOWN_MISTAKES},
    **{name: experiment for name, experiment, *_ in SILENT},
}
HERE = ("digits", "fashion_mnist")  # data sets that need no download


@pytest.mark.exhaustive
@pytest.mark.parametrize("name", [name for name, experiment in EVERY.items() if experiment.data.dataset in HERE])
def test_net_of_the_first_buttons_of_every_known_mistake_learns(name: str, fashion_mnist: str) -> None:
    experiment = EVERY[name]
    for _ in range(PRESSES):
        if problems := problems_of(experiment):
            experiment = apply_repair(experiment, worst(problems).repairs[0])
    assert is_valid(problems_of(experiment))
    assert accuracy(experiment) > above_chance(experiment)


MIXING = {"units": 32, "activation": "relu"}
# Nets of papers and of experts.
RIGHT: Mapping[str, Experiment] = {
    "Dense on the channels of a map": stack(CONV, layer("Dense", **MIXING), layer("Dense", **MIXING), FLATTEN, OUTPUT),
    "a gate for each channel": net(
        ("conv", "Conv2D", {"filters": 16, "kernel_size": 3, "activation": "relu"}),
        ("mean", "GlobalAveragePooling2D", {"keepdims": True}),
        ("less", "Dense", {"units": 4, "activation": "relu"}),
        ("gate", "Dense", {"units": 16, "activation": "sigmoid"}),
        ("scaled", "Multiply", {}, ("conv", "gate")),
        ("flat", "Flatten"),
        ("output", "Dense", {"units": 10, "activation": "softmax"}),
    ),
    "a scale for each channel that starts small": stack(
        CONV,
        layer("DepthwiseConv2D", kernel_size=1, depthwise_initializer=constant(1e-6), use_bias=False),
        FLATTEN,
        OUTPUT,
    ),
    "pooling by attention": net(
        ("rows", "Reshape", {"target_shape": [8, 8]}),
        ("gru", "GRU", {"units": 16, "return_sequences": True}),
        ("score", "Dense", {"units": 1}),
        ("weights", "Softmax", {"axis": 1}),
        ("weighed", "Multiply", {}, ("gru", "weights")),
        ("sum", "GlobalAveragePooling1D"),
        ("output", "Dense", {"units": 10, "activation": "softmax"}),
    ),
    "the mean of probabilities": stack(CONV, layer("Conv2D", filters=10, kernel_size=1, activation="softmax"), AVERAGE),
    "a convolution taken apart": stack(
        layer("Conv2D", filters=8, kernel_size=[1, 5], activation=None),
        layer("Conv2D", filters=8, kernel_size=[5, 1], activation="relu"),
        FLATTEN,
        OUTPUT,
    ),
    "a Dense layer taken apart": stack(
        FLATTEN, layer("Dense", units=8, activation=None), layer("Dense", units=64, activation="relu"), OUTPUT
    ),
    "convolutions of single pixels before Flatten": stack(
        layer("Conv2D", filters=4, kernel_size=1, activation="relu"), FLATTEN, HIDDEN, OUTPUT
    ),
    "a slope for each channel": stack(CONV_LINEAR, layer("PReLU", shared_axes=[1, 2]), FLATTEN, OUTPUT),
    "AdamW with a decay of 1": optimized("AdamW", learning_rate=0.001, weight_decay=1.0),
    "Ftrl with a decay of 1": optimized("Ftrl", learning_rate=0.1, weight_decay=1.0),
    "squared hinge loss of softmax": with_compile(LECTURE, loss={"name": "SquaredHinge"}),
    "averages of the last hundred changes": optimized("Adam", use_ema=True, ema_momentum=0.98),
    "a positive start of the biases": hidden(bias_initializer="ones"),
    "a scale that starts at 0 before an addition": net(
        ("flat", "Flatten"),
        ("first", "Dense", {"units": 32, "activation": "relu"}),
        ("second", "Dense", {"units": 32, "activation": "relu"}),
        ("norm", "BatchNormalization", {"gamma_initializer": "zeros"}),
        ("sum", "Add", {}, ("first", "norm")),
        ("output", "Dense", {"units": 10, "activation": "softmax"}),
    ),
    "a scale that starts at 0 before an activation with a gradient there": stack(
        FLATTEN,
        layer("Dense", units=32, activation=None),
        layer("BatchNormalization", gamma_initializer="zeros"),
        layer("Activation", activation="gelu"),
        OUTPUT,
    ),
}


@pytest.mark.parametrize("name", RIGHT)
def test_nets_of_papers_have_no_problem(name: str) -> None:
    assert problems_of(RIGHT[name]) == ()


def test_slope_for_each_channel_has_as_many_weights_as_channels() -> None:
    row = table(RIGHT["a slope for each channel"]).row("layer-2")
    assert row is not None and row.parameters == 16


def test_the_same_mistake_in_many_layers_is_one_problem_with_one_repair_for_all() -> None:
    norms = [layer("BatchNormalization"), HIDDEN] * 21
    experiment = with_fit(stack(FLATTEN, HIDDEN, *norms, OUTPUT), epochs=1)
    (problem,) = problems_of(experiment)
    assert problem.code == "averages-stay-behind"
    assert problem.happened.endswith("The same holds for 20 more layers.")
    assert problem.repairs[0].label == "Set momentum to 0.9 in all 21 layers"
    assert all(problem.concerns("layers", layer.id) for layer in experiment.layers if layer.name == "BatchNormalization")
    assert problems_of(apply_repair(experiment, problem.repairs[0])) == ()


def test_layers_that_do_the_same_harm_are_removed_by_one_press() -> None:
    experiment = stack(*[layer("LayerNormalization")] * 3, FLATTEN, HIDDEN, OUTPUT)
    (problem,) = problems_of(experiment)
    assert problem.code == "normalises-one-number"
    assert problem.happened.endswith("The same holds for 2 more layers.")
    assert problem.repairs[0].label == "Remove all 3 LayerNormalization layers"
    assert problems_of(apply_repair(experiment, problem.repairs[0])) == ()


def test_check_and_coach_have_the_same_limits_for_a_learning_rate() -> None:
    for experiment in (
        optimized("SGD", learning_rate=0.002),
        optimized("SGD", learning_rate=0.5, momentum=0.99),
        with_fit(optimized("Adam", learning_rate=0.01), batch_size=1),
    ):
        (problem,) = check(experiment)
        assert problem.expected == f"Usual are {usual_rates_text(experiment)}."
