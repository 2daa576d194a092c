"""Runs for the coach: planted failures, each with its alarm, and healthy runs."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from unittest.mock import patch

from core.coach.rules import find_alarm
from core.experiment.execution import choose_execution
from core.experiment.model import Experiment
from core.experiment.shapes import Summary
from core.problems import Problem
from tests.core.sample_experiments import FLATTEN, LECTURE, OUTPUT, layer, stack, template, with_compile, with_data, with_fit


def made(optimizer: str = "", rate: object = None, loss: str = "", **rest: object) -> dict:
    """Return an optimizer or a loss as JSON. `rest` are the arguments of the loss, or else of the optimizer."""
    parts: dict = {}
    if optimizer:
        parts["optimizer"] = {"name": optimizer, "arguments": {"learning_rate": rate, **({} if loss else rest)}}
    if loss:
        parts["loss"] = {"name": loss, "arguments": rest}
    return parts


def net(*hidden: dict, output: dict = OUTPUT, epochs: int = 3, **fit: object) -> Experiment:
    """Return an experiment on Digits: a network of Flatten, the hidden layers, and the output layer."""
    return with_fit(stack(FLATTEN, *hidden, output), epochs=epochs, **fit)


def dense(units: int = 64, activation: str = "relu", **arguments: object) -> dict:
    return layer("Dense", units=units, activation=activation, **arguments)


def lecture(epochs: int = 3, **fit: object) -> Experiment:
    return with_fit(LECTURE, epochs=epochs, **fit)


HALVING = {
    "name": "ExponentialDecay",
    "arguments": {"initial_learning_rate": 0.002, "decay_steps": 10, "decay_rate": 0.5},
}
COSINE = {"name": "CosineDecay", "arguments": {"initial_learning_rate": 0.003, "decay_steps": 164}}
SPARSE = "SparseCategoricalCrossentropy"

# For each failure, its experiment and the code of the alarm at its end. No other alarm comes before.
PLANTED: Mapping[str, tuple[Experiment, str]] = {
    "Steps of 9 on pixels of 0 to 255": (
        with_data(with_compile(net(dense(), dense()), **made("SGD", 9.0, momentum=0.9)), pixels="0-255"),
        "not-finite",
    ),
    "Softmax after softmax": (
        net(dense(), OUTPUT, output=layer("Activation", activation="softmax")),
        "softmax-twice",
    ),
    "No softmax, and a loss that needs it": (net(dense(), output=dense(10, "linear")), "no-softmax"),
    "Pixels of 0 to 255": (with_data(lecture(), pixels="0-255"), "unscaled-pixels"),
    "Batch normalisation that follows slowly": (
        net(dense(), layer("BatchNormalization", momentum=0.999), dense(), layer("BatchNormalization", momentum=0.999)),
        "moving-averages",
    ),
    "Averages of the weights that stay near the start": (
        with_compile(lecture(), **made("Adam", 0.001, use_ema=True, ema_momentum=0.9999)),
        "averaged-weights",
    ),
    "Gradients cut to a length of 0.0001": (
        with_compile(lecture(4), **made("SGD", 0.01, clipnorm=0.0001)),
        "clipped-gradients",
    ),
    "SGD with a weight decay of 1": (with_compile(lecture(4), **made("SGD", 0.1, weight_decay=1.0)), "strong-weight-decay"),
    "SGD with a momentum of 0.999": (with_compile(lecture(4), **made("SGD", 0.1, momentum=0.999)), "high-momentum"),
    "Adam with an epsilon of 1": (with_compile(lecture(4), **made("Adam", 0.001, epsilon=1.0)), "high-epsilon"),
    "Weights no longer than 0.01": (
        net(dense(kernel_constraint={"name": "MaxNorm", "arguments": {"max_value": 0.01}}), epochs=4),
        "tight-constraint",
    ),
    "Images moved by up to 80 percent": (
        with_fit(
            stack(
                layer("RandomTranslation", height_factor=0.8, width_factor=0.8),
                layer("RandomZoom", height_factor=0.7),
                FLATTEN,
                dense(),
                OUTPUT,
            ),
            epochs=4,
        ),
        "strong-augmentation",
    ),
    "Noise of a spread of 1": (
        with_fit(stack(layer("GaussianNoise", stddev=1.0), FLATTEN, dense(), OUTPUT), epochs=4),
        "strong-noise",
    ),
    "Answers of relu, and a loss that expects logits": (
        with_compile(net(dense(), output=dense(10, "relu"), epochs=4), **made(loss=SPARSE, from_logits=True)),
        "ignored-warning",
    ),
    "Biases that start at -10, in two layers": (
        net(*[dense(bias_initializer={"name": "Constant", "arguments": {"value": -10.0}})] * 2),
        "dead-units",
    ),
    "Recurrent weights that start too large": (
        with_fit(
            stack(
                layer("Reshape", target_shape=[8, 8]),
                layer(
                    "SimpleRNN",
                    units=48,
                    activation="relu",
                    recurrent_initializer={"name": "RandomNormal", "arguments": {"stddev": 0.6}},
                ),
                OUTPUT,
            ),
            epochs=4,
        ),
        "exploding-gradients",
    ),
    "All weights start at 0, in three layers": (net(*[dense(kernel_initializer="zeros")] * 3, epochs=4), "stuck-at-guess"),
    "Adam with a learning rate of 0.01 on single images": (
        with_data(with_compile(lecture(4, batch_size=1), **made("Adam", 0.01)), train_images=300),
        "learning-rate-too-high",
    ),
    "A hidden layer of one unit of tanh": (
        net(dense(), dense(1, "tanh"), dense(), epochs=6),
        "underfitting",
    ),
    "Pixels scaled twice": (
        with_fit(stack(layer("Rescaling", scale=1 / 255), FLATTEN, dense(), OUTPUT), epochs=3),
        "stuck-at-guess",
    ),
    "All weights start at 0": (net(dense(kernel_initializer="zeros")), "stuck-at-guess"),
    "All weights start at 1, in two layers": (
        net(dense(kernel_initializer="ones"), dense(kernel_initializer="ones")),
        "exploding-gradients",
    ),
    "Adam with a learning rate of 1": (with_compile(lecture(), **made("Adam", 1.0)), "learning-rate-too-high"),
    "SGD with a learning rate of 3": (with_compile(lecture(), **made("SGD", 3.0)), "learning-rate-too-high"),
    "Eight layers of sigmoid": (net(*[dense(activation="sigmoid")] * 7), "vanishing-gradients"),
    "RMSprop with a momentum of 0.9": (
        with_compile(net(dense(128)), **made("RMSprop", 0.01, momentum=0.9)),
        "learning-rate-too-high",
    ),
    "A hidden layer of two units": (net(dense(2), epochs=4), "underfitting"),
    "Adam with a learning rate of 0.000001": (with_compile(lecture(), **made("Adam", 1e-6)), "learning-rate-too-low"),
    "SGD with a learning rate of 0.001": (with_compile(lecture(4), **made("SGD", 0.001)), "learning-rate-too-low"),
    "Sigmoid and the mean absolute error": (
        with_compile(net(dense(activation="sigmoid")), **made("SGD", 0.1), **made(loss="MeanAbsoluteError")),
        "wrong-loss",
    ),
    "A wide net on 60 images": (
        with_data(with_compile(net(dense(512), dense(512), epochs=14), **made("Adam", 0.003)), train_images=60),
        "overfitting",
    ),
    "A learning rate that halves every ten steps": (with_compile(lecture(6), **made("Adam", HALVING)), "plateau"),
    "Dropout of 90 percent": (net(dense(), layer("Dropout", rate=0.9), epochs=4), "strong-dropout"),
    "Dropout of 70 percent, twice": (
        net(dense(), layer("Dropout", rate=0.7), dense(), layer("Dropout", rate=0.7), epochs=6),
        "validation-better",
    ),
    "Softmax, and a loss that expects logits": (
        with_compile(lecture(), **made(loss=SPARSE, from_logits=True)),
        "softmax-with-from-logits",
    ),
}

HEALTHY: Mapping[str, Experiment] = {
    "The lecture's net": lecture(5),
    "LeNet-5": with_fit(template("lenet"), epochs=4),
    "The small convnet, with Dropout": with_fit(template("convnet"), epochs=4),
    "The row-wise LSTM": with_fit(template("lstm"), epochs=3),
    "SGD": with_compile(lecture(6), **made("SGD", 0.1)),
    "SGD with momentum": with_compile(lecture(5), **made("SGD", 0.05, momentum=0.9)),
    "RMSprop, fast": with_compile(lecture(5), **made("RMSprop", 0.01)),
    "AdamW with a schedule": with_compile(lecture(4), **made("AdamW", COSINE, weight_decay=0.004)),
    "Nadam and the mean squared error": with_compile(lecture(4), **made("Nadam", 0.002), **made(loss="MeanSquaredError")),
    "One-hot cross-entropy, smoothed": with_compile(lecture(4), **made(loss="CategoricalCrossentropy", label_smoothing=0.1)),
    "Logits as they should be": with_compile(
        net(dense(), output=dense(10, "linear"), epochs=4), **made(loss=SPARSE, from_logits=True)
    ),
    "Dropout of a third": net(dense(128), layer("Dropout", rate=0.3), epochs=5),
    "Batch normalisation": net(dense(), layer("BatchNormalization", momentum=0.9), epochs=5),
    "Pixels of -1 to 1, and tanh": with_data(net(dense(activation="tanh"), epochs=4), pixels="-1-1"),
    "A penalty on weights": net(dense(kernel_regularizer="l2"), epochs=6),
    "Without a validation set": with_data(lecture(4), validation_split=0.0),
    "Batches of 8": lecture(3, batch_size=8),
}


WITHOUT_BUTTON = ("random-labels", "class-imbalance")  # alarms without a repair: labels or pictures must change
MISSED: tuple[str, ...] = ()  # runs with a wrong alarm; see docs/coach.md
NOT_MENDED: tuple[str, ...] = ()  # failures that the first advice does not solve; see docs/coach.md


@dataclass(frozen=True)
class Verdict:
    """The coach's alarm at a moment of a run."""

    epoch: float
    problem: Problem | None

    @property
    def code(self) -> str:
        return self.problem.code if self.problem else ""


class Fitted(Exception):
    """An exception that ends a run before its evaluation."""


@contextmanager
def all_told() -> Iterator[None]:
    """Let training report layers, answers and gradients in every epoch, even in a short epoch."""
    names = {"LOOK_AGAIN_SECONDS": 0.0, "HEALTH_EVERY_SECONDS": 0.0, "HEALTH_SHARE": 1e9, "GRADIENT_SHARE": 1e9}
    with patch.multiple("core.worker.training.progress_callback", **names):
        yield


@cache
def events_of(experiment: Experiment) -> tuple[dict, ...]:
    """Train an experiment, and return its events up to the evaluation."""
    # Tests of pages use the tables above, and stay free of Keras.
    from core.worker.training.summary import summarise  # noqa: PLC0415
    from core.worker.training.train import clear_trained_models, train  # noqa: PLC0415

    events: list[dict] = []

    def report(event: dict) -> None:
        events.append(event)
        if event["kind"] == "fitted":
            raise Fitted

    with all_told(), suppress(Fitted):
        train(experiment, report, lambda: None, execution=choose_execution(experiment, summarise(experiment)))
    clear_trained_models()
    return tuple(events)


def verdicts(
    experiment: Experiment, events: tuple[dict, ...] | None = None, summary: Summary | None = None
) -> list[Verdict]:
    """Return the coach's alarm after each event that can change the alarm."""
    reported = events_of(experiment) if events is None else events
    moments = [
        index
        for index, event in enumerate(reported)
        if event["kind"] in ("epoch", "health") or (event["kind"] == "batch" and event.get("loss") is None)
    ]
    return [Verdict(reported[index]["epoch"], find_alarm(experiment, reported[: index + 1], summary)) for index in moments]


def first_alarm(experiment: Experiment, run: Callable[[Experiment], list[Verdict]] = verdicts) -> Verdict | None:
    """Return the first alarm of a run, or None."""
    return next((verdict for verdict in run(experiment) if verdict.problem), None)
