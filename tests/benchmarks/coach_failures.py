"""Thirty kinds of failures for `tests.benchmarks.coach_trial`, each drawn twice by a seed: values, nets and pictures."""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from core.experiment.model import Experiment
from tests.core.coach.coach_plan import FLATTEN, NORM, convnet, dense, drop, normal, penalty, run
from tests.core.coach.coach_runs import made
from tests.core.sample_experiments import OUTPUT, layer

DIGITS, CLOTHES, COLOURED = "digits", "fashion_mnist", "coloured"
PICTURES = (DIGITS, CLOTHES, COLOURED)
IMAGES = {DIGITS: None, CLOTHES: 2_500, COLOURED: 2_500}  # so few images that a training takes seconds
SOFTMAX = layer("Activation", activation="softmax")

Draw = Callable[[Random], Callable[[], Experiment]]


@dataclass(frozen=True)
class Kind:
    """A kind of failure: the alarm codes that name its cause, and a word that the coach's message must contain."""

    draw: Draw
    codes: tuple[str, ...]
    word: str = ""


def log_uniform(random: Random, low: float, high: float) -> float:
    """Return a random number between `low` and `high`, with two digits. All orders of magnitude are equally likely."""
    return float(f"{low * (high / low) ** random.random():.2g}")


def uniform(random: Random, low: float, high: float) -> float:
    return float(f"{random.uniform(low, high):.3g}")


def flat_net(random: Random, *more: dict, **arguments: object) -> tuple[dict, ...]:
    """Return a hidden layer of random size, followed by the layers `more`."""
    return (dense(random.choice((64, 96, 128)), **arguments), *more)


def start(**more: object) -> dict:
    return {"name": "Constant", "arguments": more}


def on(
    random: Random, net: tuple[dict, ...], pictures: tuple[str, ...] = PICTURES, **more: object
) -> Callable[[], Experiment]:
    """Return a run of a net on a random kind of pictures. For coloured pictures, the net gets two convolutions first."""
    name = random.choice(pictures)
    flat = not any(each["name"] in ("Conv2D", "Flatten") for each in net)
    whole = convnet(8, hidden=net) if flat and name == COLOURED else net
    return run(whole, name, **{"images": IMAGES[name], "epochs": 5, "seed": random.randrange(100), **more})


def small_convnet(filters: int = 8) -> tuple[dict, ...]:
    """Return a convnet that also fits pictures of 8 x 8 pixels."""
    return convnet(filters, hidden=(dense(64),), padding="same")


def either(random: Random) -> tuple[dict, ...]:
    """Return a dense net or a small convnet, by chance."""
    return random.choice((flat_net(random), small_convnet()))


def rate(optimizer: str, low: float, high: float) -> Draw:
    return lambda random: on(random, either(random), parts=made(optimizer, log_uniform(random, low, high)))


def sgd(name: str, low: float, high: float) -> Draw:
    """Return a failure by SGD at a usual learning rate, with one extreme argument."""

    def draw(random: Random) -> Callable[[], Experiment]:
        arguments = {name: log_uniform(random, low, high)}
        return on(random, flat_net(random), parts=made("SGD", random.choice((0.05, 0.1)), **arguments))

    return draw


def momentum(random: Random) -> Callable[[], Experiment]:
    value = 1 - log_uniform(random, 0.0005, 0.004)
    return on(random, flat_net(random), (DIGITS, CLOTHES), parts=made("SGD", 0.1, momentum=value))


def epsilon(random: Random) -> Callable[[], Experiment]:
    return on(random, flat_net(random), (DIGITS, CLOTHES), parts=made("Adam", 0.001, epsilon=uniform(random, 0.5, 1)))


def averages(random: Random) -> Callable[[], Experiment]:
    parts = made("Adam", 0.001, use_ema=True, ema_momentum=random.choice((0.9995, 0.9998, 0.9999)))
    return on(random, flat_net(random), parts=parts, epochs=3)


def labels(share: str) -> Draw:
    """Return a failure by wrong labels. `share` is the end of a title of `coach_pictures.MADE`."""

    def draw(random: Random) -> Callable[[], Experiment]:
        name = random.choice(("digits", "clothes"))
        title = f"{name}, {share}"
        return run(flat_net(random), title, epochs=15 if name == "digits" else 6, split=0.3, seed=random.randrange(100))

    return draw


def noisy(random: Random) -> Callable[[], Experiment]:
    return labels(random.choice(("half of the labels drawn anew", "4 of 10 labels drawn anew")))(random)


def imbalance(random: Random) -> Callable[[], Experiment]:
    name = random.choice(("digits", "coloured"))
    net = flat_net(random) if name == "digits" else small_convnet()
    return run(net, f"{name}, most of one class", split=0.3, epochs=5, seed=random.randrange(100))


def zeros(random: Random) -> Callable[[], Experiment]:
    count = random.choice((1, 2, 3))
    return on(random, (dense(64, kernel_initializer="zeros"),) * count)


def low_biases(random: Random) -> Callable[[], Experiment]:
    bias = start(value=-uniform(random, 5, 12))
    return on(random, (dense(64, bias_initializer=bias),) * random.choice((1, 2)))


def saturated(random: Random) -> Callable[[], Experiment]:
    function = random.choice(("tanh", "sigmoid"))
    return on(random, (dense(96, function, **normal(uniform(random, 2, 4))),))


def recurrent(random: Random) -> Callable[[], Experiment]:
    name, units = random.choice((DIGITS, CLOTHES)), random.choice((32, 48))
    rows = layer("Reshape", target_shape=[8, 8] if name == DIGITS else [28, 28])
    spread = {"name": "RandomNormal", "arguments": {"stddev": uniform(random, 0.4, 0.8)}}
    net = (rows, layer("SimpleRNN", units=units, activation="relu", recurrent_initializer=spread))
    return sequence(net, name, random)


def sequence(net: tuple[dict, ...], name: str, random: Random) -> Callable[[], Experiment]:
    # `run` flattens pictures first; a Flatten behind the recurrent layer changes nothing and keeps the rows.
    return run((*net, FLATTEN), name, images=IMAGES[name], epochs=5, seed=random.randrange(100))


def single_images(random: Random) -> Callable[[], Experiment]:
    parts = made("Adam", random.choice((0.008, 0.01)))
    return on(random, flat_net(random), (DIGITS, CLOTHES), parts=parts, batch_size=1, images=1_000, epochs=4)


def constraint(random: Random) -> Callable[[], Experiment]:
    tight = {"name": "MaxNorm", "arguments": {"max_value": log_uniform(random, 0.01, 0.05)}}
    return on(random, (dense(96, kernel_constraint=tight),))


def augmentation(random: Random) -> Callable[[], Experiment]:
    far = uniform(random, 0.6, 0.9)
    moved = layer("RandomTranslation", height_factor=far, width_factor=far)
    zoomed = layer("RandomZoom", height_factor=uniform(random, 0.5, 0.7))
    return on(random, (moved, zoomed, *small_convnet()), (DIGITS, CLOTHES))


def noise(random: Random) -> Callable[[], Experiment]:
    return on(random, (layer("GaussianNoise", stddev=uniform(random, 0.8, 1)), *small_convnet(16)))


def dropout(random: Random) -> Callable[[], Experiment]:
    return on(random, flat_net(random, drop(uniform(random, 0.85, 0.96))))


def penalised(random: Random) -> Callable[[], Experiment]:
    name, low, high = random.choice((("l1", 0.03, 0.1), ("l2", 0.3, 1.0)))
    return on(random, flat_net(random, **penalty(name, log_uniform(random, low, high))))


def bottleneck(random: Random) -> Callable[[], Experiment]:
    narrow = dense(random.choice((1, 2)), random.choice(("relu", "tanh")))
    return on(random, (dense(64), narrow, dense(64)), epochs=6)


def deep_sigmoid(random: Random) -> Callable[[], Experiment]:
    return on(random, (dense(64, "sigmoid"),) * random.choice((7, 8, 9)))


def unscaled(random: Random) -> Callable[[], Experiment]:
    return on(random, either(random), pixels="0-255", parts=made("SGD", log_uniform(random, 0.003, 0.01)))


def slow_normalisation(random: Random) -> Callable[[], Experiment]:
    slow = layer("BatchNormalization", momentum=random.choice((0.999, 0.9995)))
    return on(random, (dense(64), slow, dense(64), slow), (DIGITS, CLOTHES), epochs=3)


def tiny_batches(random: Random) -> Callable[[], Experiment]:
    size = random.choice((1, 2))
    return on(random, (dense(64), NORM, dense(32), NORM), images=600, epochs=4, batch_size=size)


def large_batches(random: Random) -> Callable[[], Experiment]:
    return on(random, flat_net(random), batch_size=random.choice((1_024, 2_048)), epochs=4)


def by_heart(random: Random) -> Callable[[], Experiment]:
    images = random.choice((150, 300))
    return on(random, (dense(512), dense(256)), (CLOTHES, COLOURED), images=images, epochs=20, batch_size=16)


def absolute(random: Random) -> Callable[[], Experiment]:
    parts = made("SGD", random.choice((0.05, 0.1))) | made(loss="MeanAbsoluteError")
    return on(random, flat_net(random), parts=parts)


def falling_rate(random: Random) -> Callable[[], Experiment]:
    arguments = {"initial_learning_rate": 0.001, "decay_steps": random.choice((8, 12)), "decay_rate": 0.5}
    parts = made("Adam", {"name": "ExponentialDecay", "arguments": arguments})
    return on(random, either(random), parts=parts, epochs=7)


def twice(random: Random) -> Callable[[], Experiment]:
    return on(random, flat_net(random, OUTPUT, SOFTMAX))


KINDS = {
    "Learning rate too high": Kind(rate("Adam", 0.05, 0.5), ("learning-rate-too-high",), "learning rate"),
    "Learning rate too low": Kind(rate("Adam", 1e-6, 8e-6), ("learning-rate-too-low",), "learning rate"),
    "Momentum near 1": Kind(momentum, ("high-momentum",), "momentum"),
    "Gradients clipped to nothing": Kind(sgd("clipnorm", 1e-5, 1e-3), ("clipped-gradients",), "clipnorm"),
    "Weight decay": Kind(sgd("weight_decay", 0.3, 0.99), ("strong-weight-decay",), "weight_decay"),
    "Epsilon near 1": Kind(epsilon, ("high-epsilon",), "epsilon"),
    "Weights averaged too slowly": Kind(averages, ("averaged-weights",), "ema_momentum"),
    "Random labels": Kind(labels("all labels drawn anew"), ("random-labels",), "labels"),
    "Noisy labels": Kind(noisy, ("label-noise",), "labels"),
    "Uneven classes": Kind(imbalance, ("class-imbalance",)),
    "Weights that start at 0": Kind(zeros, ("stuck-at-guess",), "start"),
    "Biases far below 0": Kind(low_biases, ("dead-units",), "biases"),
    "Weights that start too large": Kind(saturated, ("saturated-units",), "start"),
    "Recurrent weights that start too large": Kind(recurrent, ("exploding-gradients",), "recurrent"),
    "Large steps on single images": Kind(single_images, ("learning-rate-too-high",), "batch"),
    "Tight constraint": Kind(constraint, ("tight-constraint",), "max_value"),
    "Strong augmentation": Kind(augmentation, ("strong-augmentation",), "Random"),
    "Strong noise": Kind(noise, ("strong-noise",), "stddev"),
    "Strong dropout": Kind(dropout, ("strong-dropout",)),
    "Strong penalty": Kind(penalised, ("strong-penalty",)),
    "A layer of one or two units": Kind(bottleneck, ("underfitting",), "unit"),
    "Deep stack of sigmoid": Kind(deep_sigmoid, ("vanishing-gradients",)),
    "Unscaled pixels": Kind(unscaled, ("unscaled-pixels",)),
    "Slow batch normalisation": Kind(slow_normalisation, ("moving-averages",)),
    "Normalisation of tiny batches": Kind(tiny_batches, ("tiny-batches",)),
    "Few updates": Kind(large_batches, ("few-updates",)),
    "Few images learnt by heart": Kind(by_heart, ("overfitting",)),
    "Mean absolute error": Kind(absolute, ("wrong-loss",)),
    "Rate that falls too early": Kind(falling_rate, ("plateau",), "learning rate"),
    "Softmax twice": Kind(twice, ("softmax-twice",)),
}
DRAWS = 2  # the number of failures of each kind


def failures(seed: int) -> dict[str, tuple[Kind, Callable[[], Experiment]]]:
    """Return the failures by name, each with its kind and the function that makes its experiment."""
    return {
        f"{name} {draw + 1}": (kind, kind.draw(Random(f"{seed} {name} {draw}")))
        for name, kind in KINDS.items()
        for draw in range(DRAWS)
    }
