"""Mistakes of students: each is reported at the guilty layer, in plain words, and the first repair solves the problem.

    pytest tests/core/checks/test_mistakes.py -s

prints the share that is solved.
"""

from typing import Any

import pytest

from core.checks.experiment_checks import is_valid
from core.experiment.edits import set_value
from core.experiment.model import Experiment
from core.problems import ExperimentPath
from tests.core.checks.repair_simulation import PRESSES, presses_to_mend, problems_of, worst
from tests.core.sample_experiments import (
    FLATTEN,
    LECTURE,
    OUTPUT,
    layer,
    net,
    stack,
    template,
    with_compile,
    with_data,
    with_fit,
)

SHARE = 0.95  # share of mistakes that at most three presses solve


def dense(units: int = 32, activation: str | None = "relu", **more: Any) -> dict:
    return layer("Dense", units=units, activation=activation, **more)


def conv(filters: int = 8, size: int = 3, **more: Any) -> dict:
    return layer("Conv2D", **{"filters": filters, "kernel_size": size, "activation": "relu", **more})


POOL = layer("MaxPooling2D", pool_size=2)
GLOBAL = layer("GlobalAveragePooling2D")
ROWS = layer("Reshape", target_shape=[8, 8])
LSTM = layer("LSTM", units=16)
SEQUENCE = layer("LSTM", units=16, return_sequences=True)
SOFTMAX = layer("Activation", activation="softmax")
CONV = {"filters": 8, "kernel_size": 3, "activation": "relu"}
SAME = {**CONV, "padding": "same"}
END = ("output", "Dense", {"units": 10, "activation": "softmax"})
RELU = {"units": 32, "activation": "relu"}
FLAT = ("flat", "Flatten")


def hidden(**arguments: Any) -> Experiment:
    """The lecture's network with other arguments of its hidden layer."""
    experiment = LECTURE
    for name, value in arguments.items():
        experiment = set_value(experiment, ("layers", "hidden", "arguments", name), value)
    return experiment


# Name, experiment, where the problem is (a layer's id, or a path), and words of its message.
MISTAKES: list[tuple[str, Experiment, str | ExperimentPath, str]] = [
    # Shapes that do not fit together
    ("no Flatten before Dense", stack(dense(), OUTPUT), "layer-2", "gives 8 × 8 × 10"),
    ("no Flatten after convolutions", stack(conv(), POOL, OUTPUT), "layer-3", "gives 3 × 3 × 10"),
    ("Conv2D after Flatten", stack(FLATTEN, conv(), FLATTEN, OUTPUT), "layer-2", "got 64 numbers"),
    ("Conv2D after Dense", stack(FLATTEN, dense(), conv(), FLATTEN, OUTPUT), "layer-3", "got 32 numbers"),
    ("pooling after Flatten", stack(conv(), FLATTEN, POOL, OUTPUT), "layer-3", "a row of numbers"),
    ("convolution after global pooling", stack(conv(), GLOBAL, conv(), FLATTEN, OUTPUT), "layer-3", "got 8 numbers"),
    ("LSTM on a picture", stack(LSTM, OUTPUT), "layer-1", "Read it row by row"),
    ("LSTM after Flatten", stack(FLATTEN, LSTM, OUTPUT), "layer-2", "Expected a sequence"),
    ("LSTM after convolutions", stack(conv(), POOL, LSTM, OUTPUT), "layer-3", "got 3 × 3 × 8"),
    ("two LSTMs, the first gives its last step", stack(ROWS, LSTM, LSTM, OUTPUT), "layer-3", "whole sequence"),
    ("LSTM that gives its sequence to the answers", stack(ROWS, SEQUENCE, OUTPUT), "layer-3", "gives 8 × 10"),
    ("Conv1D on a picture", stack(layer("Conv1D", **CONV), FLATTEN, OUTPUT), "layer-1", "Expected a sequence"),
    ("Conv3D on a picture", stack(layer("Conv3D", **CONV), FLATTEN, OUTPUT), "layer-1", "Expected a volume"),
    ("ConvLSTM2D on a picture", stack(layer("ConvLSTM2D", **CONV), FLATTEN, OUTPUT), "layer-1", "Expected a volume"),
    ("Conv2D on a sequence", stack(ROWS, conv(), FLATTEN, OUTPUT), "layer-2", "which is a sequence"),
    ("pooling of a sequence on a picture", stack(conv(), layer("MaxPooling1D"), FLATTEN, OUTPUT), "layer-2", "sequence"),
    ("RepeatVector on a picture", stack(layer("RepeatVector", n=3), LSTM, OUTPUT), "layer-1", "a row of numbers"),
    ("attention on numbers", stack(FLATTEN, layer("Attention"), FLATTEN, OUTPUT), "layer-2", "Expected a sequence"),
    # Too large, too small
    ("too many poolings", stack(conv(), POOL, POOL, POOL, FLATTEN, OUTPUT), "layer-4", "only 1 × 1"),
    ("kernel larger than the picture", stack(conv(size=11), FLATTEN, OUTPUT), "layer-1", "kernel_size=11 × 11"),
    ("kernel larger than what is left", stack(conv(), POOL, conv(size=5), FLATTEN, OUTPUT), "layer-3", "only 3 × 3"),
    ("dilation that reaches too far", stack(conv(dilation_rate=4), FLATTEN, OUTPUT), "layer-1", "reaches over 9 × 9"),
    (
        "window longer than the sequence",
        stack(ROWS, layer("Conv1D", **CONV | {"kernel_size": 9}), FLATTEN, OUTPUT),
        "layer-2",
        "only 8 steps",
    ),
    ("crops everything", stack(layer("Cropping2D", cropping=4), FLATTEN, dense(), OUTPUT), "layer-1", "nothing is left"),
    (
        "crops everything of a sequence",
        stack(ROWS, layer("Cropping1D", cropping=[5, 3]), FLATTEN, OUTPUT),
        "layer-2",
        "5 + 3",
    ),
    ("far too many units", stack(FLATTEN, dense(1_000_000), dense(1_000_000), OUTPUT), "layer-3", "training it needs"),
    # Reshape and similar layers
    ("Reshape of other data", stack(layer("Reshape", target_shape=[28, 28, 1]), conv(), FLATTEN, OUTPUT), "layer-1", "784"),
    (
        "Reshape that does not divide",
        stack(layer("Reshape", target_shape=[5, -1]), LSTM, OUTPUT),
        "layer-1",
        "multiple of 5",
    ),
    ("Reshape with two open sizes", stack(layer("Reshape", target_shape=[-1, -1]), LSTM, OUTPUT), "layer-1", "left open"),
    ("Reshape to nothing", stack(layer("Reshape", target_shape=[0, 8]), LSTM, OUTPUT), "layer-1", "64 numbers"),
    ("Permute of two axes on a picture", stack(layer("Permute", dims=[2, 1]), FLATTEN, OUTPUT), "layer-1", "3 axes"),
    ("Permute with an axis twice", stack(layer("Permute", dims=[1, 1, 2]), FLATTEN, OUTPUT), "layer-1", "once"),
    (
        "normalised along an axis that is not there",
        stack(FLATTEN, layer("BatchNormalization", axis=3), OUTPUT),
        "layer-2",
        "axis=3",
    ),
    # Arguments that exclude each other
    ("strides with dilation", stack(conv(strides=2, dilation_rate=2), FLATTEN, OUTPUT), "layer-1", "both at once"),
    (
        "filters that groups do not divide",
        stack(conv(filters=9, groups=2), FLATTEN, OUTPUT),
        "layer-1",
        "9 filters in 2 groups",
    ),
    ("channels that groups do not divide", stack(conv(), conv(groups=3, filters=9), FLATTEN, OUTPUT), "layer-2", "divide 8"),
    (
        "group normalisation of few channels",
        stack(conv(), layer("GroupNormalization"), FLATTEN, OUTPUT),
        "layer-2",
        "groups=32",
    ),
    ("no units", hidden(units=0), ("layers", "hidden", "arguments", "units"), "units is 0"),
    ("units as a fraction", hidden(units=12.5), ("layers", "hidden", "arguments", "units"), "a whole number"),
    ("misspelt activation", hidden(activation="Relu"), ("layers", "hidden", "arguments", "activation"), "'relu'"),
    (
        "all dropped",
        stack(FLATTEN, dense(), layer("Dropout", rate=1.0), OUTPUT),
        ("layers", "layer-3", "arguments", "rate"),
        "below 1",
    ),
    # The end of the network
    ("no layers", stack(), ("layers",), "no layers"),
    ("only Flatten", stack(FLATTEN), "layer-1", "gives 64 numbers"),
    ("only a convolution", stack(conv()), "layer-1", "gives 6 × 6 × 8"),
    ("no layer for the answers", stack(FLATTEN, dense()), "layer-2", "has units=32"),
    ("one unit for ten classes", stack(FLATTEN, dense(), dense(1, "sigmoid")), "layer-3", "units=1"),
    ("nine units for ten classes", stack(FLATTEN, dense(9, "softmax")), "layer-2", "units=9"),
    ("ten units for a hundred classes", with_data(template("lecture"), dataset="cifar100"), "output", "100 classes"),
    ("no softmax", stack(FLATTEN, dense(), dense(10, None)), "layer-3", "activation is linear"),
    ("relu for the answers", stack(FLATTEN, dense(), dense(10, "relu")), "layer-3", "activation is relu"),
    ("two softmaxes", stack(FLATTEN, OUTPUT, SOFTMAX), "layer-3", "softmax once"),
    (
        "softmax and from_logits",
        set_value(LECTURE, ("compile", "loss", "arguments", "from_logits"), True),
        ("compile", "loss"),
        "applied twice",
    ),
    (
        "dropout after the answers",
        stack(FLATTEN, dense(), OUTPUT, layer("Dropout", rate=0.3)),
        "layer-4",
        "is the last layer",
    ),
    (
        "BatchNormalization right before softmax",
        stack(FLATTEN, dense(10, None), layer("BatchNormalization"), SOFTMAX),
        "layer-3",
        "after the layer that gives the answers",
    ),
    ("answers arranged anew", stack(FLATTEN, OUTPUT, layer("Reshape", target_shape=[2, 5])), "layer-3", "of the answers"),
    ("RepeatVector after the answers", stack(FLATTEN, OUTPUT, layer("RepeatVector", n=2)), "layer-3", "of the answers"),
    # Bad practice
    ("softmax in a hidden layer", hidden(activation="softmax"), "hidden", "very end"),
    ("Softmax layer between", stack(FLATTEN, dense(), layer("Softmax"), OUTPUT), "layer-3", "very end"),
    ("no activation between two Dense", hidden(activation=None), "hidden", "no activation"),
    (
        "no activation between two convolutions",
        stack(conv(activation=None), conv(), FLATTEN, OUTPUT),
        "layer-1",
        "no activation",
    ),
    ("dropout of 95 %", stack(FLATTEN, dense(), layer("Dropout", rate=0.95), OUTPUT), "layer-3", "95\u00a0%"),
    ("a hidden layer of one unit", hidden(units=1), "hidden", "units=1"),
    (
        "deep stack of sigmoids",
        stack(FLATTEN, *[dense(activation="sigmoid")] * 4, OUTPUT),
        "layer-2",
        "4 layers have sigmoid",
    ),
    ("strides wider than the window", stack(conv(strides=4), FLATTEN, OUTPUT), "layer-1", "moves by 4"),
    ("pooling the picture away", stack(layer("MaxPooling2D", pool_size=8), FLATTEN, dense(), OUTPUT), "layer-1", "1 × 1"),
    ("global pooling of the picture", stack(GLOBAL, dense(), OUTPUT), "layer-1", "1 number"),
    ("augmentation after Flatten", stack(FLATTEN, layer("RandomFlip"), dense(), OUTPUT), "layer-2", "a row of numbers"),
    (
        "augmentation after a convolution",
        stack(conv(), layer("RandomRotation", factor=0.1), FLATTEN, OUTPUT),
        "layer-2",
        "before",
    ),
    ("weights that all start alike", hidden(kernel_initializer="zeros"), "hidden", "start alike"),
    # Pixels
    ("pixels of 0 to 255", with_data(LECTURE, pixels="0-255"), ("data", "pixels"), "0 to 255"),
    ("Embedding of scaled pixels", with_data(template("embedding"), pixels="0-1"), ("data", "pixels"), "whole numbers"),
    ("Embedding of negative pixels", with_data(template("embedding"), pixels="-1-1"), ("data", "pixels"), "whole numbers"),
    (
        "Embedding of too few values",
        set_value(template("embedding"), ("layers", "embedding", "arguments", "input_dim"), 16),
        "embedding",
        "up to 255",
    ),
    # Compile and train
    (
        "learning rate 0",
        set_value(LECTURE, ("compile", "optimizer", "arguments", "learning_rate"), 0.0),
        ("compile", "optimizer", "arguments", "learning_rate"),
        "above 0",
    ),
    (
        "learning rate 1",
        set_value(LECTURE, ("compile", "optimizer", "arguments", "learning_rate"), 1.0),
        ("compile", "optimizer"),
        "high",
    ),
    ("metric of other labels", with_compile(LECTURE, metrics=[{"name": "AUC"}]), ("compile", "metrics", "AUC"), "one-hot"),
    ("more images than there are", with_data(LECTURE, train_images=5_000), ("data", "train_images"), "1,293"),
    ("no epochs", with_fit(LECTURE, epochs=0), ("fit", "epochs"), "epochs is 0"),
    # Branches
    (
        "Add of other channels",
        net(("a", "Conv2D", SAME), ("b", "Conv2D", SAME | {"filters": 16}), ("add", "Add", {}, ("a", "b")), FLAT, END),
        "add",
        "8 × 8 × 16 from Conv2D (conv2)",
    ),
    (
        "Add of other sizes",
        net(("a", "Conv2D", SAME), ("b", "Conv2D", CONV), ("add", "Add", {}, ("a", "b")), FLAT, END),
        "add",
        "6 × 6 × 8",
    ),
    (
        "Add of half the size",
        net(
            ("a", "Conv2D", SAME),
            ("b", "Conv2D", SAME | {"strides": 2, "filters": 16}),
            ("add", "Add", {}, ("a", "b")),
            FLAT,
            END,
        ),
        "add",
        "4 × 4 × 16",
    ),
    (
        "Add across a pooling",
        net(("a", "Conv2D", SAME), ("p", "MaxPooling2D"), ("b", "Conv2D", CONV), ("add", "Add", {}, ("a", "b")), FLAT, END),
        "add",
        "2 × 2 × 8",
    ),
    (
        "Add of a picture and numbers",
        net(("a", "Conv2D", SAME), FLAT, ("d", "Dense", RELU), ("add", "Multiply", {}, ("a", "d")), ("g", "Flatten"), END),
        "add",
        "32 numbers from Dense (dense)",
    ),
    (
        "Add of a picture and the same laid flat",
        net(("a", "Conv2D", SAME), ("b", "Conv2D", SAME), FLAT, ("add", "Add", {}, ("a", "flat")), ("g", "Flatten"), END),
        "add",
        "512 numbers",
    ),
    (
        "Add of rows of other lengths",
        net(FLAT, ("a", "Dense", RELU), ("b", "Dense", RELU | {"units": 16}), ("add", "Add", {}, ("a", "b")), END),
        "add",
        "16 numbers",
    ),
    (
        "Concatenate of other sizes",
        net(("a", "Conv2D", SAME), ("b", "Conv2D", CONV, ("input",)), ("join", "Concatenate", {}, ("a", "b")), FLAT, END),
        "join",
        "one axis only",
    ),
    (
        "Concatenate of a picture and numbers",
        net(("a", "Conv2D", SAME), FLAT, ("join", "Concatenate", {}, ("a", "flat")), ("g", "Flatten"), END),
        "join",
        "512 numbers",
    ),
    (
        "Concatenate along rows",
        net(
            ("a", "Conv2D", SAME),
            ("b", "Conv2D", SAME | {"filters": 4}),
            ("join", "Concatenate", {"axis": 1}, ("a", "b")),
            FLAT,
            END,
        ),
        "join",
        "8 × 8 × 4",
    ),
    (
        "attention of other features",
        net(
            ("r", "Reshape", {"target_shape": [8, 8]}),
            ("k", "Conv1D", SAME | {"filters": 16}),
            ("look", "Attention", {}, ("r", "k")),
            FLAT,
            END,
        ),
        "look",
        "8 × 16",
    ),
    ("a merge of one input", net(("a", "Conv2D", SAME), ("add", "Add"), FLAT, END), "add", "takes 1 input"),
    (
        "two inputs for Dense",
        net(FLAT, ("a", "Dense", RELU), ("output", "Dense", END[2], ("flat", "a"))),
        "output",
        "takes 2 inputs",
    ),
    ("an input that is gone", net(FLAT, ("output", "Dense", END[2], ("flatten",))), "output", "is no layer"),
    (
        "an output for nothing",
        net(("a", "Conv2D", SAME), ("b", "Conv2D", SAME, ("input",)), FLAT, END),
        "a",
        "No layer takes",
    ),
]
each_mistake = pytest.mark.parametrize(
    ("experiment", "where", "words"), [mistake[1:] for mistake in MISTAKES], ids=[mistake[0] for mistake in MISTAKES]
)


@each_mistake
def test_mistake_is_reported_where_it_was_made_in_plain_words(
    experiment: Experiment, where: str | ExperimentPath, words: str
) -> None:
    problem = worst(problems_of(experiment))
    assert problem.where == (where if isinstance(where, tuple) else ("layers", where)), str(problem)
    assert words in f"{problem} {problem.why}"
    assert problem.repairs


def test_first_buttons_mend_nearly_all() -> None:
    presses = {name: presses_to_mend(experiment) for name, experiment, _, _ in MISTAKES}
    mended = [name for name, needed in presses.items() if needed]
    once = [name for name, needed in presses.items() if needed == 1]
    share = len(mended) / len(MISTAKES)
    print(f"\n{len(mended)} of {len(MISTAKES)} mended, {share:.1%}, {len(once)} of them by one press")
    left = sorted(set(presses) - set(mended))
    assert len(MISTAKES) >= 60
    assert share >= SHARE, f"not by {PRESSES} presses: {left}"


def test_right_networks_have_no_problem() -> None:
    assert is_valid(problems_of(LECTURE)) and not problems_of(LECTURE)
