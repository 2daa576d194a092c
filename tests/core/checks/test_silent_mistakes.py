"""Mistakes that Keras trains silently: each is reported at its cause, and every repair removes the mistake."""

import pytest

from core.catalogue.callbacks import CALLBACKS
from core.catalogue.listing import KINDS
from core.experiment.edits import apply_repair
from core.experiment.model import EntryRef, Experiment, Value, in_keras_order
from core.problems import Problem
from tests.core.checks.repair_simulation import PRESSES, presses_to_mend, problems_of
from tests.core.coach.coach_runs import HEALTHY
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


def dense(**arguments: object) -> Experiment:
    """The lecture's network with other arguments of its hidden layer."""
    return stack(FLATTEN, layer("Dense", **{"units": 32, "activation": "relu", **arguments}), OUTPUT)


def chosen(name: str, **arguments: object) -> dict:
    return {"name": name, "arguments": arguments}


def optimizer(name: str, **arguments: object) -> Experiment:
    return with_compile(LECTURE, optimizer=chosen(name, **arguments))


def watched(name: str, **arguments: Value) -> Experiment:
    """A run of 20 epochs with a callback."""
    callback = EntryRef(name, in_keras_order({"patience": 3, **arguments}, CALLBACKS[name]))
    return with_fit(LECTURE, epochs=20, callbacks=(callback,))


STOPPING = "EarlyStopping"
ROWS = layer("Reshape", target_shape=[8, 8])
LOGIT_NET = loss("CategoricalCrossentropy", ends(answers(None)), from_logits=True)

# The mistake, its experiment, the code, where the problem is, and words of its message.
SILENT: list[tuple[str, Experiment, str, str, str]] = [
    # Outputs and loss
    ("binary cross-entropy of softmax", loss("BinaryCrossentropy"), "loss-does-not-fit-activation", "loss",
     "BinaryCrossentropy asks of each class by itself, and softmax makes the 10 answers add up to 1. "
     "Expected CategoricalCrossentropy, or sigmoid."),
    ("binary focal cross-entropy of softmax", loss("BinaryFocalCrossentropy"), "loss-does-not-fit-activation", "loss",
     "Expected CategoricalFocalCrossentropy, or sigmoid."),
    ("binary cross-entropy of logits", loss("BinaryCrossentropy", ends(answers(None))), "activation-does-not-fit-loss",
     "layer-3", "BinaryCrossentropy expects sigmoid."),
    ("relu before a Softmax layer", ends(answers("relu"), SOFTMAX), "two-activations", "layer-3",
     "Dense (dense2) applies relu to the answers, before the softmax of Softmax (outputs)."),
    ("sigmoid before softmax", ends(answers("sigmoid"), layer("Activation", activation="softmax")), "two-activations",
     "layer-3", "Expected softmax alone."),
    ("a ReLU layer before a Softmax layer", ends(answers(None), layer("ReLU"), SOFTMAX), "two-activations", "layer-4",
     "Remove ReLU."),
    ("relu after softmax", ends(OUTPUT, layer("ReLU")), "two-activations", "layer-4",
     "ReLU (outputs) applies relu to the answers, after the softmax of Dense (dense2)."),
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
    ("noise on the answers", ends(OUTPUT, layer("GaussianNoise")), "noise-at-the-end", "layer-4", "at random"),
    # Two output layers
    ("two layers that answer", net(("flat", "Flatten"), ("a", "Dense", ANSWERS), ("b", "Dense", ANSWERS, ("flat",))),
     "output-not-used", "a", "Answer with the mean of it and Dense (outputs): add Average"),
    ("two heads with Softmax layers", net(("flat", "Flatten"), ("a", "Dense", {"units": 10}), ("sa", "Softmax"),
     ("b", "Dense", {"units": 10}, ("flat",)), ("sb", "Softmax")), "output-not-used", "sa", "add Average"),
    ("two branches that end", net(("c1", "Conv2D", {"filters": 4}), ("f1", "Flatten"), ("d1", "Dense", RELU),
     ("c2", "Conv2D", {"filters": 4, "activation": "relu"}, ("input",)), ("f2", "Flatten"), ("out", "Dense", ANSWERS)),
     "output-not-used", "d1", "Join it with the input of Dense (outputs): add Concatenate"),
    # Pixels
    ("rescaled on Load and in the net", begins(RESCALING), "scaled-twice", "layer-1",
     "Rescaling (rescaling) makes 0 to 0.00392 of numbers that Load gives as 0 to 1. Expected pixels to be scaled once."),
    ("rescaled after Flatten", stack(FLATTEN, RESCALING, HIDDEN, OUTPUT), "scaled-twice", "layer-2", "scale here only"),
    ("rescaled behind augmentation", begins(layer("RandomZoom", height_factor=0.1), RESCALING), "scaled-twice", "layer-2",
     "scaled once"),
    ("rescaled twice in the net", begins(RESCALING, RESCALING, pixels="0-255"), "scaled-twice", "layer-2",
     "that Rescaling (rescaling1) gives as 0 to 1"),
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
    # Augmentation
    ("digits upside down", begins(layer("RandomFlip", mode="vertical")), "flip-changes-class", "layer-1",
     "RandomFlip (random_flip) mirrors images upside down: mode=vertical. Expected no flips of Digits. "
     "Remove RandomFlip."),
    ("mirrored digits", begins(HORIZONTAL), "flip-changes-class", "layer-1", "left to right"),
    ("clothes upside down", begins(layer("RandomFlip"), dataset="fashion_mnist"), "flip-not-seen", "layer-1",
     "Expected flips from left to right only. Shops show clothes one way up."),
    ("photographs upside down", begins(layer("RandomFlip", mode="vertical"), dataset="cifar10"), "flip-not-seen", "layer-1",
     "Set mode to horizontal."),
    ("digits turned by any angle", begins(layer("RandomRotation", factor=0.5)), "turned-too-far", "layer-1",
     "turns images by up to 180 degrees: factor=0.5. Expected at most 45 degrees with Digits."),
    ("clothes turned on their side", begins(layer("RandomRotation", factor=[-0.3, 0.1]), dataset="fashion_mnist"),
     "turned-too-far", "layer-1", "108 degrees"),
    ("every picture a negative", begins(layer("RandomInvert", factor=[1.0, 1.0], value_range=[0, 1])), "no-picture-as-it-is",
     "layer-1", "changes every image in training: factor=(1.0, 1.0). Expected some that stay as they are"),
    ("every picture bent", begins(layer("RandomElasticTransform", factor=[1.0, 1.0], value_range=[0, 1])),
     "no-picture-as-it-is", "layer-1", "Set factor to 0.3."),
    ("every picture blurred", begins(layer("RandomGaussianBlur", factor=[1.0, 1.0], value_range=[0, 1])),
     "no-picture-as-it-is", "layer-1", "Set factor to 0.3."),
    ("every picture from the side", begins(layer("RandomPerspective", factor=[1.0, 1.0])), "no-picture-as-it-is",
     "layer-1", "Set factor to 0.3."),
    ("solarized as Keras has it", begins(layer("Solarization", value_range=[0, 1])), "no-picture-as-it-is", "layer-1",
     "Solarization (solarization) changes every image in training: threshold_factor=0.0."),
    ("every photograph in grey", begins(layer("RandomGrayscale", factor=1.0), dataset="cifar10"), "no-picture-as-it-is",
     "layer-1", "Set factor to 0.3."),
    # Batches
    ("normalisation over a batch of 1", with_fit(ends(NORM, OUTPUT), batch_size=1), "small-batches", "layer-3",
     "BatchNormalization (norm) gets batches of 1 image. Expected batches of 16 or more. Set batch size to 32"),
    ("normalisation over a batch of 2", with_fit(ends(NORM, OUTPUT), batch_size=2), "small-batches", "layer-3", "2 images"),
    ("normalisation over a last batch of 1", with_fit(ends(NORM, OUTPUT), batch_size=17), "last-batch-of-one", "batch_size",
     "1,293 images in batches of 17 leave 1 for the last batch of each epoch."),
    ("all images in one batch", with_fit(LECTURE, batch_size=2_000), "one-batch-an-epoch", "batch_size",
     "A batch holds 2,000 images, and there are 1,293 to train on."),
    ("a normalisation that follows too slowly", with_fit(ends(NORM, OUTPUT), epochs=1), "averages-stay-behind", "layer-3",
     "has momentum=0.99, and the weights change 41 times."),
    # Layers
    ("weights that are all 0.1", dense(kernel_initializer=chosen("Constant", value=0.1)), "all-start-alike", "layer-2",
     "all start alike: kernel_initializer=Constant."),
    ("weights without a spread", dense(kernel_initializer=chosen("RandomNormal", stddev=0.0)), "all-start-alike", "layer-2",
     "kernel_initializer=RandomNormal"),
    ("weights between equal numbers", dense(kernel_initializer=chosen("RandomUniform", minval=0.1, maxval=0.1)),
     "all-start-alike", "layer-2", "Expected random weights."),
    ("patterns of a depthwise convolution that start alike", begins(layer("DepthwiseConv2D", kernel_size=3,
     depthwise_initializer="zeros")), "all-start-alike", "layer-1", "depthwise_initializer=zeros"),
    ("weights that start far too large", dense(kernel_initializer=chosen("RandomNormal", stddev=10.0)), "high-stddev",
     "layer-2", "Dense (dense), kernel initializer RandomNormal has stddev=10. Expected at most 1."),
    ("a penalty that is all", dense(kernel_regularizer=chosen("L2", l2=1.0)), "high-l2", "layer-2", "L2 has l2=1."),
    ("a constraint that leaves nothing", dense(kernel_constraint=chosen("MaxNorm", max_value=0.0)), "low-max_value",
     "layer-2", "MaxNorm has max_value=0. Expected at least 0.1."),
    ("relu twice", ends(layer("ReLU"), OUTPUT), "activation-twice", "layer-3", "which has relu already"),
    ("log_softmax in a hidden layer", dense(activation="log_softmax"), "hidden-log-softmax", "layer-2", "very end"),
    ("a ReLU that lets nothing through", stack(FLATTEN, answers(None), layer("ReLU", max_value=0.0), OUTPUT),
     "low-max_value", "layer-3", "nothing reaches the next layer"),
    ("a leaky ReLU without a bend", stack(FLATTEN, answers(None), layer("LeakyReLU", negative_slope=1.0), OUTPUT),
     "high-negative_slope", "layer-3", "Set negative_slope to 0.1."),
    ("gates that are no gates", stack(ROWS, layer("LSTM", units=16, recurrent_activation="relu"), OUTPUT),
     "gate-not-between-0-and-1", "layer-2", "recurrent_activation=relu. Expected a function between 0 and 1"),
    ("pictures that are covered whole", begins(layer("RandomErasing", scale=[1.0, 1.0], value_range=[0, 1])), "high-scale",
     "layer-1", "hides nearly all of many images"),
    ("noise that hides the picture", begins(layer("GaussianNoise", stddev=1.0)), "high-stddev", "layer-1", "at most 0.5"),
    ("a grey picture normalised over its channel", begins(layer("LayerNormalization")), "normalises-one-number", "layer-1",
     "LayerNormalization (norm) got 8 × 8 × 1"),
    ("groups of one number", ends(layer("GroupNormalization", groups=32), OUTPUT), "normalises-one-number", "layer-3",
     "got 32 numbers"),
    ("grey pictures dropped whole", begins(layer("SpatialDropout2D", rate=0.3)), "drops-whole-pictures", "layer-1",
     "has only one"),
    ("a pattern that lies in the padding", stack(CONV, layer("MaxPooling2D", pool_size=6), layer("Conv2D", filters=4,
     kernel_size=3, padding="same", activation="relu"), FLATTEN, OUTPUT), "window-sees-padding", "layer-3", "only 1 × 1"),
    ("a picture read pixel by pixel", stack(layer("Reshape", target_shape=[784, 1]), layer("LSTM", units=8), OUTPUT,
     dataset="fashion_mnist"), "long-sequence", "layer-2", "reads 784 steps of 1 number."),
    ("a picture cut down to its middle", begins(layer("Cropping2D", cropping=12), dataset="fashion_mnist"),
     "hardly-anything-left", "layer-1", "leaves 16 of 784 numbers"),
    # The loss, metrics, optimizer and callbacks
    ("labels that say nothing", loss("CategoricalCrossentropy", label_smoothing=0.9), "high-label_smoothing", "loss",
     "label_smoothing=0.9"),
    ("a curve of logits", with_compile(LOGIT_NET, metrics=[{"name": "AUC"}]), "metric-reads-other-answers", "metrics",
     "AUC reads probabilities, and the network gives logits"),
    ("a hit rate of logits", with_compile(LOGIT_NET, metrics=[{"name": "Precision"}]), "metric-reads-other-answers",
     "metrics", "Remove Precision."),
    ("the cross-entropy of logits as a metric", with_compile(LECTURE, metrics=[chosen("CategoricalCrossentropy",
     from_logits=True)]), "metric-reads-other-answers", "metrics", "Set from_logits to False."),
    ("the best ten of ten", with_compile(LECTURE, metrics=[chosen("TopKCategoricalAccuracy", k=10)]),
     "always-among-the-best", "metrics", "has k=10, and there are 10 classes"),
    ("a momentum without an end", optimizer("SGD", learning_rate=0.1, momentum=0.999), "high-momentum", "optimizer",
     "SGD has momentum=0.999. Expected at most 0.99. Set momentum to 0.9."),
    ("steps without a memory", optimizer("Adam", beta_2=0.0), "low-beta_2", "optimizer", "at least 0.3"),
    ("steps cut to nothing", optimizer("SGD", learning_rate=0.1, clipnorm=1e-6), "low-clipnorm", "optimizer",
     "Leave clipnorm empty."),
    ("steps divided by 1", optimizer("Adam", epsilon=1.0), "high-epsilon", "optimizer", "Set epsilon to 1e-07."),
    ("weights that never change", optimizer("Adam", gradient_accumulation_steps=1_000), "longer-than-the-run", "optimizer",
     "changes the weights after each 1,000 batches, and this run has 205"),
    ("a learning rate that never rises", optimizer("ScheduleFreeAdamW", learning_rate=0.0025, warmup_steps=10_000),
     "longer-than-the-run", "optimizer", "Set warmup_steps to 0."),
    ("a loss that shall rise", watched(STOPPING, mode="max"), "wrong-direction", "callbacks",
     "EarlyStopping watches val_loss with mode=max. Expected mode min: lower is better."),
    ("an accuracy that shall fall", watched(STOPPING, mode="min", monitor="val_accuracy"), "wrong-direction", "callbacks",
     "Set mode to max."),
    ("an improvement that never comes", watched(STOPPING, min_delta=1.0), "high-min_delta", "callbacks", "at most 0.1"),
    ("a mark that nothing can pass", watched(STOPPING, monitor="val_accuracy", baseline=1.0), "unreachable-baseline",
     "callbacks", "wants val_accuracy to pass 1."),
    ("reduced after the stop", with_fit(LECTURE, epochs=20, callbacks=(EntryRef(STOPPING, (("patience", 3),)),
     EntryRef("ReduceLROnPlateau", (("patience", 5),)))), "reduced-after-the-stop", "callbacks", "ends the run after 3"),
    ("nothing to reduce", watched("ReduceLROnPlateau", min_lr=0.01), "nothing-to-reduce", "callbacks", "min_lr=0.01"),
]  # fmt: skip
each_mistake = pytest.mark.parametrize(
    ("experiment", "code", "where", "words"), [mistake[1:] for mistake in SILENT], ids=[mistake[0] for mistake in SILENT]
)


def named(experiment: Experiment, code: str) -> list[Problem]:
    return [problem for problem in problems_of(experiment) if problem.code == code]


@each_mistake
def test_mistake_is_named_where_it_was_made(experiment: Experiment, code: str, where: str, words: str) -> None:
    problem = named(experiment, code)[0]
    assert where in problem.where[1:2], problem.where
    assert words in f"{problem} {problem.why}"
    assert problem.repairs


@each_mistake
def test_every_repair_removes_the_mistake(experiment: Experiment, code: str, where: str, words: str) -> None:
    problem = named(experiment, code)[0]
    for repair in problem.repairs:
        mended = apply_repair(experiment, repair)
        assert problem not in problems_of(mended), repair.label


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
    "some pictures a negative": begins(layer("RandomInvert", factor=0.3, value_range=[0, 1])),
    "contrast as strong as it gets": begins(layer("RandomContrast", factor=1.0, value_range=[0, 1])),
    "blurred far": begins(layer("RandomGaussianBlur", kernel_size=31, value_range=[0, 1])),
    "from the side as Keras has it": begins(layer("RandomPerspective")),
    "a digit in black and white": begins(layer("RandomPosterization", factor=1, value_range=[0, 1])),
    "digits turned a little": begins(layer("RandomRotation", factor=0.1)),
    "normalisation over a batch of 32": with_fit(ends(NORM, OUTPUT), batch_size=32),
    "a batch of 1": with_fit(LECTURE, batch_size=1),
    "few images": with_fit(with_data(LECTURE, train_images=32), batch_size=32),
    "a grey picture normalised along its rows": begins(layer("LayerNormalization", axis=2)),
    "a ReLU layer": stack(FLATTEN, answers(None), layer("ReLU"), OUTPUT),
    "a zero start of the answers": ends(layer("Dense", units=10, activation="softmax", kernel_initializer="zeros")),
    "a penalty as Keras has it": dense(kernel_regularizer="l2"),
    "a row-wise GRU": stack(ROWS, layer("GRU", units=16), OUTPUT),
    "the best five of ten": with_compile(LECTURE, metrics=[{"name": "TopKCategoricalAccuracy"}]),
    "F1 of logits": with_compile(LOGIT_NET, metrics=[{"name": "F1Score"}]),
    "momentum as everyone has it": optimizer("SGD", learning_rate=0.05, momentum=0.9, nesterov=True),
    "an accuracy that shall rise": watched(STOPPING, mode="max", monitor="val_accuracy"),
    "reduced before the stop": with_fit(
        LECTURE,
        epochs=20,
        callbacks=(EntryRef(STOPPING, (("patience", 6),)), EntryRef("ReduceLROnPlateau", (("patience", 2),))),
    ),
    "the residual net on photographs": template("residual", "cifar10"),
}


@pytest.mark.parametrize("name", RIGHT)
def test_right_experiments_have_no_problem(name: str) -> None:
    assert problems_of(RIGHT[name]) == ()


@pytest.mark.parametrize("name", HEALTHY)
def test_healthy_run_of_the_coach_has_no_problem(name: str) -> None:
    assert problems_of(HEALTHY[name]) == ()


def test_bounds_hold_what_keras_has_by_default_and_what_lecturers_try() -> None:
    for kind in KINDS.values():
        for entry in kind.entries.values():
            for parameter in entry.parameters:
                if (bounds := parameter.workable) is None:
                    continue
                better = parameter.default if bounds.better is None else bounds.better
                for value in (parameter.default, better, *parameter.usual):
                    ends = value if isinstance(value, tuple) else () if value is None else (value,)
                    assert all(bounds.low <= abs(end) <= bounds.high for end in ends), f"{entry.name} {parameter.name}"
                assert parameter.constraint.is_valid(better)
                assert bounds.why.endswith(".")
