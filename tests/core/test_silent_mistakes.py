"""Mistakes that Keras trains without a word: each is named where it was made, and every button leads to a net without it."""

import pytest

from core.checks import check
from core.edits import repair
from core.experiment import Experiment
from core.problems import Problem
from tests.core.doctor import PRESSES, found, presses_to_mend
from tests.core.nets import FLATTEN, LECTURE, OUTPUT, layer, net, stack, template, with_compile, with_data, with_fit

HIDDEN = layer("Dense", units=32, activation="relu")
CONV = layer("Conv2D", filters=8, kernel_size=3, activation="relu")
NORM = layer("BatchNormalization")
SOFTMAX = layer("Softmax")
RESCALING = layer("Rescaling", scale=1 / 255)
NORMALIZATION = layer("Normalization")
HORIZONTAL = layer("RandomFlip", mode="horizontal")
LOGITS = {"loss": {"name": "SparseCategoricalCrossentropy", "arguments": {"from_logits": True}}}
ANSWERS = {"units": 10, "activation": "softmax"}
RELU = {"units": 32, "activation": "relu"}


def answers(activation: str | None) -> dict:
    return layer("Dense", units=10, activation=activation)


def ends(*last: dict) -> Experiment:
    return stack(FLATTEN, HIDDEN, *last)


def begins(*first: dict, **data: object) -> Experiment:
    return stack(*first, FLATTEN, HIDDEN, OUTPUT, **data)


def loss(name: str, experiment: Experiment = LECTURE, **arguments: object) -> Experiment:
    return with_compile(experiment, loss={"name": name, "arguments": arguments})


# What was done, the experiment, the code, where it is named, and words that a person reads.
SILENT: list[tuple[str, Experiment, str, str, str]] = [
    # What comes out, and the loss that reads it
    ("binary cross-entropy of softmax", loss("BinaryCrossentropy"), "loss-does-not-fit-activation", "loss",
     "BinaryCrossentropy asks of each class by itself, and softmax makes the 10 answers add up to 1. "
     "Expected CategoricalCrossentropy, or sigmoid."),
    ("binary focal cross-entropy of softmax", loss("BinaryFocalCrossentropy"), "loss-does-not-fit-activation", "loss",
     "Expected CategoricalFocalCrossentropy, or sigmoid."),
    ("binary cross-entropy of logits", loss("BinaryCrossentropy", ends(answers(None))), "activation-does-not-fit-loss",
     "layer-3", "BinaryCrossentropy expects sigmoid."),
    ("relu before a Softmax layer", ends(answers("relu"), SOFTMAX), "two-activations", "layer-3",
     "Dense (layer 3) applies relu to the answers, before the softmax of Softmax (layer 4)."),
    ("sigmoid before softmax", ends(answers("sigmoid"), layer("Activation", activation="softmax")), "two-activations",
     "layer-3", "Expected softmax alone."),
    ("a ReLU layer before a Softmax layer", ends(answers(None), layer("ReLU"), SOFTMAX), "two-activations", "layer-4",
     "Remove ReLU."),
    ("relu after softmax", ends(OUTPUT, layer("ReLU")), "two-activations", "layer-4",
     "ReLU (layer 4) applies relu to the answers, after the softmax of Dense (layer 3)."),
    ("a ReLU layer for the answers", ends(answers(None), layer("ReLU")), "activation-does-not-fit-loss", "layer-4",
     "The last activation is relu."),
    ("a Softmax layer and from_logits", with_compile(ends(answers(None), SOFTMAX), **LOGITS), "softmax-with-from-logits",
     "loss", "applied twice"),
    ("relu and from_logits", with_compile(ends(answers("relu")), **LOGITS), "activation-does-not-fit-loss", "layer-3",
     "with from_logits=True expects linear. Set it to linear."),
    ("sigmoid and from_logits", loss("CategoricalCrossentropy", ends(answers("sigmoid")), from_logits=True),
     "softmax-with-from-logits", "loss", "The last activation is sigmoid"),
    ("pooled answers without softmax", stack(CONV, layer("Conv2D", filters=10, kernel_size=3, activation="relu"),
     layer("GlobalAveragePooling2D")), "activation-does-not-fit-loss", "layer-3", "Add softmax at the end."),
    ("the sum of two softmaxes", net(("flat", "Flatten"), ("a", "Dense", ANSWERS), ("b", "Dense", ANSWERS, ("flat",)),
     ("sum", "Add", {}, ("a", "b"))), "activation-does-not-fit-loss", "sum", "Add softmax at the end."),
    ("dropout before the softmax", ends(answers(None), layer("Dropout"), SOFTMAX), "dropout-at-the-end", "layer-4",
     "Dropout stands after the layer that gives the answers."),
    ("noise on the answers", ends(OUTPUT, layer("GaussianNoise")), "noise-at-the-end", "layer-4", "wrong by chance"),
    # Two layers that end
    ("two layers that answer", net(("flat", "Flatten"), ("a", "Dense", ANSWERS), ("b", "Dense", ANSWERS, ("flat",))),
     "output-not-used", "a", "Answer with the mean of it and Dense (layer 3): add Average"),
    ("two heads with Softmax layers", net(("flat", "Flatten"), ("a", "Dense", {"units": 10}), ("sa", "Softmax"),
     ("b", "Dense", {"units": 10}, ("flat",)), ("sb", "Softmax")), "output-not-used", "sa", "add Average"),
    ("two branches that end", net(("c1", "Conv2D", {"filters": 4}), ("f1", "Flatten"), ("d1", "Dense", RELU),
     ("c2", "Conv2D", {"filters": 4, "activation": "relu"}, ("input",)), ("f2", "Flatten"), ("out", "Dense", ANSWERS)),
     "output-not-used", "d1", "Lay it beside what Dense (layer 6) takes: add Concatenate"),
    # What goes in
    ("rescaled on Load and in the net", begins(RESCALING), "scaled-twice", "layer-1",
     "Rescaling (layer 1) makes 0 to 0.00392 of numbers that Load gives as 0 to 1. Expected pixels to be scaled once."),
    ("rescaled after Flatten", stack(FLATTEN, RESCALING, HIDDEN, OUTPUT), "scaled-twice", "layer-2", "scale here only"),
    ("rescaled behind augmentation", begins(layer("RandomZoom", height_factor=0.1), RESCALING), "scaled-twice", "layer-2",
     "scaled once"),
    ("rescaled twice in the net", begins(RESCALING, RESCALING, pixels="0-255"), "scaled-twice", "layer-2",
     "that Rescaling (layer 1) gives as 0 to 1"),
    ("normalized twice", begins(NORMALIZATION, NORMALIZATION), "scaled-twice", "layer-2", "makes -3 to 1"),
    ("centred on Load and in the net", begins(NORMALIZATION, pixels="-1-1"), "scaled-twice", "layer-1",
     "Load gives as -1 to 1"),
    ("normalized as if pixels were small", begins(NORMALIZATION, pixels="0-255"), "unscaled-pixels", "layer-1",
     "Normalization makes -1 to 509 of pixels that go in as 0 to 255."),
    ("rescaled up", begins(layer("Rescaling", scale=255.0)), "unscaled-pixels", "layer-1", "Remove Rescaling."),
    ("rescaled to nothing", begins(layer("Rescaling", scale=0.0)), "scaled-away", "layer-1", "makes 0 to 0"),
    ("raw pixels behind augmentation", begins(layer("RandomZoom", height_factor=0.1), pixels="0-255"), "unscaled-pixels",
     "pixels", "Pixels go in as 0 to 255."),
    ("brightness of 0 to 255 behind a Rescaling", begins(RESCALING, layer("RandomBrightness"), pixels="0-255"),
     "range-differs-from-pixels", "layer-2", "they go in as 0 to 1. Expected value_range"),
    # What chance makes of pictures
    ("digits upside down", begins(layer("RandomFlip", mode="vertical")), "flip-changes-class", "layer-1",
     "RandomFlip (layer 1) mirrors pictures upside down: mode=vertical. Expected no flips of Digits. Remove RandomFlip."),
    ("mirrored digits", begins(HORIZONTAL), "flip-changes-class", "layer-1", "left to right"),
    ("clothes upside down", begins(layer("RandomFlip"), dataset="fashion_mnist"), "flip-not-seen", "layer-1",
     "Expected flips from left to right only. Shops show clothes one way up."),
    ("photographs upside down", begins(layer("RandomFlip", mode="vertical"), dataset="cifar10"), "flip-not-seen", "layer-1",
     "Set mode to horizontal."),
    ("digits turned by any angle", begins(layer("RandomRotation", factor=0.5)), "turned-too-far", "layer-1",
     "turns pictures by up to 180 degrees: factor=0.5. Expected at most 45 degrees with Digits."),
    ("clothes turned on their side", begins(layer("RandomRotation", factor=[-0.3, 0.1]), dataset="fashion_mnist"),
     "turned-too-far", "layer-1", "108 degrees"),
    # Batches
    ("normalisation over a batch of 1", with_fit(ends(NORM, OUTPUT), batch_size=1), "small-batches", "layer-3",
     "BatchNormalization (layer 3) gets batches of 1 image. Expected batches of 16 or more. Set batch size to 32"),
    ("normalisation over a batch of 2", with_fit(ends(NORM, OUTPUT), batch_size=2), "small-batches", "layer-3", "2 images"),
    ("normalisation over a last batch of 1", with_fit(ends(NORM, OUTPUT), batch_size=17), "last-batch-of-one", "batch_size",
     "1,293 images in batches of 17 leave 1 for the last batch of each epoch."),
    ("all images in one batch", with_fit(LECTURE, batch_size=2_000), "one-batch-an-epoch", "batch_size",
     "A batch holds 2,000 images, and there are 1,293 to train on."),
]  # fmt: skip
each_mistake = pytest.mark.parametrize(
    ("experiment", "code", "where", "words"), [one[1:] for one in SILENT], ids=[one[0] for one in SILENT]
)


def named(experiment: Experiment, code: str) -> list[Problem]:
    return [problem for problem in check(experiment) if problem.code == code]


@each_mistake
def test_mistake_is_named_where_it_was_made(experiment: Experiment, code: str, where: str, words: str) -> None:
    problem = named(experiment, code)[0]
    assert where in problem.where[1:2], problem.where
    assert words in f"{problem} {problem.why}"
    assert problem.repairs


@each_mistake
def test_every_button_takes_it_away(experiment: Experiment, code: str, where: str, words: str) -> None:
    problem = named(experiment, code)[0]
    for one in problem.repairs:
        mended = repair(experiment, one)
        assert problem not in check(mended), one.label


@each_mistake
def test_first_buttons_lead_to_a_net_without_any_problem(experiment: Experiment, code: str, where: str, words: str) -> None:
    assert presses_to_mend(experiment, PRESSES) in range(1, PRESSES + 1)


RIGHT: dict[str, Experiment] = {
    "binary cross-entropy of sigmoid": loss("BinaryCrossentropy", ends(answers("sigmoid"))),
    "logits": with_compile(ends(answers(None)), **LOGITS),
    "a Softmax layer": ends(answers(None), SOFTMAX),
    "pooled answers": stack(
        CONV, layer("Conv2D", filters=10, kernel_size=3, activation="relu"), layer("GlobalAveragePooling2D"), SOFTMAX
    ),
    "the mean of two softmaxes": net(
        ("flat", "Flatten"), ("a", "Dense", ANSWERS), ("b", "Dense", ANSWERS, ("flat",)), ("both", "Average", {}, ("a", "b"))
    ),
    "scaled in the net": begins(RESCALING, pixels="0-255"),
    "scaled to -1 to 1 in the net": begins(layer("Rescaling", scale=1 / 127.5, offset=-1.0), pixels="0-255"),
    "centred in the net": begins(NORMALIZATION),
    "scaled and centred in the net": begins(RESCALING, NORMALIZATION, pixels="0-255"),
    "normalised by mean and spread": begins(layer("Normalization", mean=0.1307, variance=0.0949)),
    "raw pixels, normalised behind the first convolution": stack(CONV, NORM, FLATTEN, OUTPUT, pixels="0-255"),
    "brightness behind a Rescaling": begins(RESCALING, layer("RandomBrightness", value_range=[0, 1]), pixels="0-255"),
    "clothes mirrored": begins(HORIZONTAL, dataset="fashion_mnist"),
    "digits turned a little": begins(layer("RandomRotation", factor=0.1)),
    "normalisation over a batch of 32": with_fit(ends(NORM, OUTPUT), batch_size=32),
    "a batch of 1": with_fit(LECTURE, batch_size=1),
    "few images": with_fit(with_data(LECTURE, train_images=32), batch_size=32),
    "the residual net on photographs": template("residual", "cifar10"),
}


@pytest.mark.parametrize("name", RIGHT)
def test_what_is_right_is_left_alone(name: str) -> None:
    assert found(RIGHT[name]) == ()
