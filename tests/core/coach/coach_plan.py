"""Runs for the coach on three kinds of pictures: planted failures and healthy runs.

The rules and thresholds were chosen on the half "tuned"; the half "held out" only tests them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from core.experiment.model import Experiment
from core.experiment.serialization import from_dict
from core.experiment.templates import apply_template, lecture_experiment
from tests.core.coach import coach_pictures
from tests.core.coach.coach_runs import HEALTHY, PLANTED, made
from tests.core.sample_experiments import FLATTEN, OUTPUT, layer, with_compile

TUNED, HELD_OUT = "tuned", "held out"


@dataclass(frozen=True)
class Planned:
    """A run: a function that makes its experiment (and its pictures), and the code of the expected alarm, or ""."""

    make: Callable[[], Experiment]
    code: str
    half: str


def run(  # noqa: PLR0913 - a row of a table
    net: str | tuple[dict, ...],
    dataset: str = "fashion_mnist",
    *,
    images: int | None = None,
    pixels: str = "0-1",
    split: float = 0.1,
    parts: dict | None = None,
    **fit: object,
) -> Callable[[], Experiment]:
    """Return a function that makes the experiment of a run, and its pictures if necessary.

    Parameters
    ----------
    net
        The name of a template, or the layers between Flatten and the output layer. If one of the layers is a Flatten or a
        GlobalAveragePooling2D, all layers before the output layer.
    dataset
        The name of a data set, or a title of `coach_pictures.MADE`.
    images
        The number of training images, or None for all.
    pixels, split
        The scaling of the pixels and the validation split.
    parts
        The optimizer and the loss, as `made` returns them.
    **fit
        Epochs, batch size and seed.
    """

    def make() -> Experiment:
        name = coach_pictures.keep(dataset) if dataset in coach_pictures.MADE else dataset
        experiment = _with_net(lecture_experiment(name), net)
        data = {"pixels": pixels} if pixels != "0-1" else {}
        experiment = replace(
            experiment,
            data=replace(experiment.data, train_images=images, validation_split=split, **data),
            fit=replace(experiment.fit, **fit),
        )
        return with_compile(experiment, **(parts or {}))

    return make


def _with_net(experiment: Experiment, net: str | tuple[dict, ...]) -> Experiment:
    if isinstance(net, str):
        return apply_template(experiment, net)
    flat = any(layer["name"] in ("Flatten", "GlobalAveragePooling2D") for layer in net)
    last = net[-1] if net else FLATTEN
    answers = () if last["name"] == "Activation" or last.get("arguments", {}).get("units") == 10 else (OUTPUT,)
    layers = [*net, *answers] if flat else [FLATTEN, *net, *answers]
    stacked = from_dict({"version": 1, "data": {"dataset": experiment.data.dataset}, "layers": layers})
    return replace(experiment, layers=stacked.layers)


def dense(units: int = 128, activation: str = "relu", **arguments: object) -> dict:
    return layer("Dense", units=units, activation=activation, **arguments)


def conv(filters: int = 32, activation: str = "relu", **arguments: object) -> dict:
    return layer("Conv2D", filters=filters, kernel_size=3, activation=activation, **arguments)


def penalty(name: str, strength: float) -> dict:
    """Return the argument of a layer that penalises its weights, as JSON."""
    return {"kernel_regularizer": {"name": name.upper(), "arguments": {name: strength}}}


def normal(spread: float, mean: float = 0.0) -> dict:
    """Return the argument of a layer that draws its initial weights from a normal distribution, as JSON."""
    return {"kernel_initializer": {"name": "RandomNormal", "arguments": {"stddev": spread, "mean": mean}}}


POOL = layer("MaxPooling2D", pool_size=2)
NORM = layer("BatchNormalization")
COLOURED, FASHION = "coloured", "fashion_mnist"


def drop(rate: float) -> dict:
    return layer("Dropout", rate=rate)


def convnet(filters: int = 32, activation: str = "relu", hidden: tuple[dict, ...] = (), **more: object) -> tuple[dict, ...]:
    first, second = conv(filters, activation, **more), conv(2 * filters, activation, **more)
    return (first, POOL, second, POOL, FLATTEN, *hidden)


_FAILURES: Mapping[str, tuple[Callable[[], Experiment], str]] = {
    # Fashion-MNIST, tuned
    "clothes: Adam at 0.000001, 60,000 images": (
        run("lecture", parts=made("Adam", 1e-6), epochs=3), "learning-rate-too-low"),
    "clothes: SGD at 0.001": (
        run("lecture", images=20_000, parts=made("SGD", 0.001), epochs=4, batch_size=64), "learning-rate-too-low"),
    "clothes: batches of 16,384, 60,000 images": (
        run("lecture", parts=made("Adam", 0.001), epochs=5, batch_size=16_384), "few-updates"),
    "clothes: SGD, batches of 4,096 of 10,000 images": (
        run("lecture", images=10_000, parts=made("SGD", 0.05), epochs=4, batch_size=4_096), "few-updates"),
    "clothes: Adam at 0.1": (
        run("lecture", images=10_000, parts=made("Adam", 0.1), epochs=4), "learning-rate-too-high"),
    "clothes: SGD with momentum at 1": (
        run((dense(), dense(64)), images=10_000, parts=made("SGD", 1.0, momentum=0.9), epochs=4), "learning-rate-too-high"),
    "clothes: L2 of 0.3": (
        run((dense(**penalty("l2", 0.3)),), images=10_000, epochs=4), "strong-penalty"),
    "clothes: L1 of 0.03 in two layers": (
        run((dense(**penalty("l1", 0.03)), dense(64, **penalty("l1", 0.03))), images=10_000, epochs=5), "strong-penalty"),
    "clothes: nine layers of sigmoid": (
        run((dense(64, "sigmoid"),) * 8, images=10_000, epochs=3), "vanishing-gradients"),
    "clothes: weights that start below 0": (
        run((dense(**normal(0.02, -0.05)), dense(64)), images=5_000, epochs=4), "dead-units"),
    "clothes: sigmoid of large weights": (
        run((dense(128, "sigmoid", **normal(3.0)),), images=5_000, epochs=5), "saturated-units"),
    "clothes: a wide net on 500 images": (
        run((dense(512), dense(512)), images=500, epochs=20), "overfitting"),
    "clothes: a hidden layer of two units": (
        run((dense(2),), images=10_000, epochs=5), "underfitting"),
    "clothes: a convnet on pixels of 0 to 255": (
        run("convnet", images=4_000, pixels="0-255", epochs=3), "unscaled-pixels"),
    "clothes: Dropout of 95 percent": (
        run((dense(), drop(0.95)), images=10_000, epochs=4), "strong-dropout"),
    "clothes: batch normalisation in batches of 2": (
        run((dense(64), NORM, dense(64), NORM), images=2_000, epochs=3, batch_size=2), "tiny-batches"),
    "clothes: half of the labels drawn anew": (
        run("lecture", "clothes, half of the labels drawn anew", epochs=5), "label-noise"),
    "clothes: most of one class": (
        run("lecture", "clothes, most of one class", epochs=3), "class-imbalance"),
    "clothes: mean absolute error": (
        run((dense(),), images=10_000, parts=made("SGD", 0.05) | made(loss="MeanAbsoluteError"), epochs=4), "wrong-loss"),
    "clothes: LSTM, SGD at 0.001": (
        run("lstm", images=3_000, parts=made("SGD", 0.001), epochs=4), "learning-rate-too-low"),
    "clothes: transformer, Adam at 0.1": (
        run("transformer", images=2_000, parts=made("Adam", 0.1), epochs=3), "learning-rate-too-high"),
    # Colour pictures
    "coloured: convnet, Adam at 0.000005": (
        run("convnet", COLOURED, images=4_000, parts=made("Adam", 5e-6), epochs=4), "learning-rate-too-low"),
    "coloured: convnet, Adam at 0.1": (
        run("convnet", COLOURED, images=4_000, parts=made("Adam", 0.1), epochs=3), "learning-rate-too-high"),
    "coloured: convnet, batches of 2,048": (
        run("convnet", COLOURED, images=6_000, epochs=4, batch_size=2_048), "few-updates"),
    "coloured: convnet, L2 of 0.5": (
        run(convnet(16, **penalty("l2", 0.5)), COLOURED, images=4_000, epochs=4), "strong-penalty"),
    "coloured: a convnet on 500 images": (
        run(convnet(32, hidden=(dense(256),)), COLOURED, images=500, epochs=20), "overfitting"),
    "coloured: most labels right, 4 of 10 drawn anew": (
        run(convnet(32, hidden=(dense(128),)), "coloured, 4 of 10 labels drawn anew", epochs=6, batch_size=64),
        "label-noise"),
    "coloured: Dropout of 90 percent, dense": (
        run((dense(256), drop(0.9)), COLOURED, images=8_000, epochs=4, batch_size=64), "strong-dropout"),
    "coloured: batches of 1, batch normalisation": (
        run((dense(64), NORM, dense(64), NORM), COLOURED, images=1_000, epochs=3, batch_size=1), "tiny-batches"),
    "coloured: softmax in the middle": (
        run((*convnet(16), OUTPUT, layer("Activation", activation="softmax"), OUTPUT), COLOURED, images=4_000, epochs=4),
        "stuck-at-guess"),
    # Digits
    "digits: batches of 1,024": (
        run("lecture", "digits", parts=made("Adam", 0.001), epochs=3, batch_size=1_024), "few-updates"),
    "digits: L2 of 1": (
        run((dense(64, **penalty("l2", 1.0)),), "digits", epochs=6), "strong-penalty"),
    "digits: 4 of 10 labels drawn anew": (
        run("lecture", "digits, 4 of 10 labels drawn anew", split=0.3, epochs=15), "label-noise"),
    "digits: all labels drawn anew": (
        run("lecture", "digits, all labels drawn anew", split=0.3, epochs=15), "random-labels"),
    "clothes: all labels drawn anew": (
        run((dense(256),), "clothes, all labels drawn anew", epochs=12), "random-labels"),
    "clothes: gradients cut to a length of 0.0001": (
        run("lecture", images=3_000, parts=made("SGD", 0.01, clipnorm=0.0001), epochs=4), "clipped-gradients"),
    "digits: most of one class": (
        run("lecture", "digits, most of one class", split=0.3, epochs=4), "class-imbalance"),
    "digits: batch normalisation in batches of 1": (
        run((dense(64), NORM, dense(64), NORM), "digits", epochs=3, batch_size=1), "tiny-batches"),
}  # fmt: skip

_HELD_FAILURES: Mapping[str, tuple[Callable[[], Experiment], str]] = {
    "clothes: RMSprop at 0.000002": (
        run((dense(256), dense(64)), images=30_000, parts=made("RMSprop", 2e-6), epochs=2, batch_size=64),
        "learning-rate-too-low"),
    "clothes: SGD at 0.0003, 60,000 images": (
        run("lecture", parts=made("SGD", 0.0003), epochs=3, batch_size=64), "learning-rate-too-low"),
    "clothes: convnet, SGD at 0.002": (
        run("convnet", images=5_000, parts=made("SGD", 0.002), epochs=3), "learning-rate-too-low"),
    "clothes: Nadam, batches of 8,192": (
        run((dense(256),), images=30_000, parts=made("Nadam", 0.001), epochs=4, batch_size=8_192), "few-updates"),
    "clothes: SGD with momentum, batches of 4,096": (
        run("lecture", images=20_000, parts=made("SGD", 0.01, momentum=0.9), epochs=3, batch_size=4_096), "few-updates"),
    "clothes: RMSprop at 0.2": (
        run((dense(256), dense(64)), images=10_000, parts=made("RMSprop", 0.2), epochs=4, batch_size=64),
        "learning-rate-too-high"),
    "clothes: LeNet-5, Adam at 0.1": (
        run("lenet", images=5_000, parts=made("Adam", 0.1), epochs=3, batch_size=64), "learning-rate-too-high"),
    "clothes: LSTM, Adam at 0.5": (
        run("lstm", images=2_000, parts=made("Adam", 0.5), epochs=3, batch_size=64), "learning-rate-too-high"),
    "clothes: L2 of 0.1 on a convnet": (
        run(convnet(16, **penalty("l2", 0.2)), images=5_000, epochs=4, batch_size=64), "strong-penalty"),
    "clothes: L1 of 0.1, RMSprop": (
        run((dense(64, **penalty("l1", 0.1)),), images=20_000, parts=made("RMSprop", 0.001), epochs=4, batch_size=128),
        "strong-penalty"),
    "clothes: seven layers of sigmoid, RMSprop": (
        run((dense(128, "sigmoid"),) * 7, images=20_000, parts=made("SGD", 0.1), epochs=3, batch_size=64),
        "vanishing-gradients"),
    "clothes: tanh of large weights": (
        run((dense(128, "tanh", **normal(2.0)), dense(64, "tanh", **normal(1.0))), images=5_000, epochs=5),
        "saturated-units"),
    "clothes: convolutions that start below 0": (
        run((conv(16, **normal(0.05, -0.2)), POOL, FLATTEN, dense(64)), images=4_000, epochs=3), "dead-units"),
    "clothes: 1,000 images by heart": (
        run((dense(512), dense(256)), images=1_000, parts=made("RMSprop", 0.001), epochs=20, batch_size=16), "overfitting"),
    "clothes: a hidden layer of three units": (
        run((dense(64), dense(3), dense(64)), images=10_000, epochs=5, batch_size=64), "underfitting"),
    "clothes: a dense net on pixels of 0 to 255": (
        run((dense(256), dense(64)), images=20_000, pixels="0-255", parts=made("SGD", 0.01), epochs=3), "unscaled-pixels"),
    "clothes: Dropout of 90 percent, twice": (
        run((dense(256), drop(0.9), dense(128), drop(0.9)), images=10_000, epochs=4, batch_size=64), "strong-dropout"),
    "clothes: a convnet with batch normalisation, batches of 2": (
        run((conv(8), POOL, FLATTEN, dense(64), NORM, dense(32), NORM), images=1_000, epochs=3, batch_size=2),
        "tiny-batches"),
    "clothes: 3 of 10 labels drawn anew": (
        run((dense(256), drop(0.2)), "clothes, 3 of 10 labels drawn anew", epochs=6, batch_size=64), "label-noise"),
    "clothes: most of one class, convnet": (
        run("convnet", "clothes, most of one class", parts=made("SGD", 0.01, momentum=0.9), epochs=3, batch_size=64),
        "class-imbalance"),
    "clothes: no softmax": (
        run((dense(), dense(10, "linear")), images=10_000, epochs=3), "no-softmax"),
    "clothes: mean absolute error, Adam": (
        run((dense(64), dense(64)), images=10_000, parts=made("Adam", 0.001) | made(loss="MeanAbsoluteError"), epochs=4),
        "wrong-loss"),
    "coloured: VGG-style, SGD at 0.0005": (
        run(convnet(16, hidden=(dense(64),)), COLOURED, images=4_000, parts=made("SGD", 0.0005, momentum=0.9), epochs=4,
            batch_size=64), "learning-rate-too-low"),
    "coloured: dense net, Adam at 0.00001": (
        run((dense(256), dense(64)), COLOURED, parts=made("Adam", 1e-5), epochs=4), "learning-rate-too-low"),
    "coloured: convnet, RMSprop at 0.05": (
        run(convnet(16), COLOURED, images=4_000, parts=made("RMSprop", 0.05), epochs=4), "learning-rate-too-high"),
    "coloured: dense net, batches of 4,096": (
        run((dense(256),), COLOURED, parts=made("Adam", 0.001), epochs=6, batch_size=4_096), "few-updates"),
    "coloured: L1 of 0.05": (
        run((dense(128, **penalty("l1", 0.05)), dense(64)), COLOURED, images=6_000, epochs=4, batch_size=64),
        "strong-penalty"),
    "coloured: VGG-style on 700 images": (
        run(convnet(32, hidden=(dense(512), dense(256))), COLOURED, images=700, epochs=18, batch_size=16), "overfitting"),
    "coloured: 4 of 10 labels drawn anew, small": (
        run(convnet(16), "coloured, 4 of 10 labels drawn anew", epochs=7, batch_size=32, seed=3), "label-noise"),
    "coloured: most of one class": (
        run(convnet(16), "coloured, most of one class", epochs=5), "class-imbalance"),
    "coloured: a convnet with one filter": (
        run((conv(1), POOL, conv(1), POOL, FLATTEN), COLOURED, images=5_000, epochs=6), "underfitting"),
    "coloured: pixels of 0 to 255": (
        run(convnet(16, hidden=(dense(64),)), COLOURED, images=4_000, pixels="0-255", epochs=3, batch_size=64),
        "unscaled-pixels"),
    "digits: SGD, batches of 700": (
        run((dense(64), dense(64)), "digits", parts=made("SGD", 0.1), epochs=4, batch_size=700), "few-updates"),
    "digits: RMSprop at 0.000003": (
        run((dense(128),), "digits", parts=made("RMSprop", 3e-6), epochs=4, seed=5), "learning-rate-too-low"),
    "digits: Nadam at 0.5": (
        run((dense(128), dense(64)), "digits", parts=made("Nadam", 0.5), epochs=4, seed=5), "learning-rate-too-high"),
    "digits: L2 of 0.5 in two layers": (
        run((dense(64, **penalty("l2", 0.5)), dense(64, **penalty("l2", 0.5))), "digits", epochs=5, seed=5),
        "strong-penalty"),
}  # fmt: skip

_SOUND: Mapping[str, Callable[[], Experiment]] = {
    "clothes: the lecture's net, 60,000 images": run("lecture", epochs=5),
    "clothes: SGD at 0.01, 60,000 images": run("lecture", parts=made("SGD", 0.01), epochs=4),
    "clothes: SGD at 0.1": run("lecture", images=10_000, parts=made("SGD", 0.1), epochs=5),
    "clothes: convnet": run("convnet", images=6_000, epochs=4),
    "clothes: LSTM": run("lstm", images=3_000, epochs=4),
    "clothes: transformer": run("transformer", images=3_000, epochs=4, batch_size=64),
    "clothes: batches of 512, 60,000 images": run("lecture", epochs=5, batch_size=512),
    "clothes: batches of 1,024, ten epochs": run("lecture", images=30_000, epochs=10, batch_size=1_024),
    "clothes: L2 of 0.001": run((dense(**penalty("l2", 0.001)),), images=20_000, epochs=5),
    "clothes: nine tenths of each label spread": run(
        "lecture",
        images=3_000,
        parts=made("Adam", 0.001) | made(loss="CategoricalCrossentropy", label_smoothing=0.9),
        epochs=5,
    ),
    "clothes: Dropout of a half": run((dense(256), drop(0.5)), images=10_000, epochs=5),
    "clothes: 500 images": run("lecture", images=500, epochs=8),
    "clothes: one epoch": run("lecture", images=20_000, epochs=1),
    "clothes: batch normalisation": run((dense(), NORM, dense(64), NORM), images=20_000, epochs=4, batch_size=64),
    "coloured: convnet": run("convnet", COLOURED, epochs=6, batch_size=32),
    "coloured: dense net": run((dense(256), dense(64)), COLOURED, epochs=6, batch_size=64),
    "coloured: SGD with momentum": run(convnet(16), COLOURED, images=6_000, parts=made("SGD", 0.01, momentum=0.9), epochs=6),
    "coloured: residual net": run("residual", COLOURED, images=2_000, epochs=3),
    "coloured: batch normalisation": run(
        (conv(16), NORM, POOL, conv(32), NORM, POOL, FLATTEN, dense(64)), COLOURED, images=5_000, epochs=4, batch_size=64),
    "digits: transformer": run("transformer", "digits", epochs=6),
    "digits: batches of 256, twenty epochs": run("lecture", "digits", epochs=20, batch_size=256),
}  # fmt: skip

_HELD_SOUND: Mapping[str, Callable[[], Experiment]] = {
    "clothes: Nadam, 60,000 images": run((dense(256), dense(64)), parts=made("Nadam", 0.001), epochs=3, batch_size=64),
    "clothes: SGD with momentum": run("lecture", images=30_000, parts=made("SGD", 0.01, momentum=0.9), epochs=4),
    "clothes: RMSprop": run((dense(64), dense(64)), images=15_000, parts=made("RMSprop", 0.001), epochs=5, batch_size=64),
    "clothes: LeNet-5": run("lenet", images=8_000, epochs=4, batch_size=64),
    "clothes: bidirectional GRU": run("two-ways", images=2_000, epochs=4),
    "clothes: inception block": run("inception", images=2_000, epochs=3),
    "clothes: separable": run("separable", images=3_000, epochs=5, batch_size=32),
    "clothes: batches of 2,048, twenty epochs": run("lecture", images=40_000, epochs=20, batch_size=2_048),
    "clothes: batches of 256, AdamW": run("lecture", images=30_000, parts=made("AdamW", 0.001), epochs=5, batch_size=256),
    "clothes: L2 of 0.0001 on a convnet": run(convnet(16, **penalty("l2", 0.0001)), images=5_000, epochs=5, batch_size=64),
    "clothes: L1 of 0.0001": run((dense(**penalty("l1", 0.0001)),), images=20_000, epochs=5, batch_size=64),
    "clothes: tanh": run((dense(128, "tanh"), dense(64, "tanh")), images=10_000, epochs=5),
    "clothes: sigmoid": run((dense(128, "sigmoid"),), images=15_000, epochs=5),
    "clothes: 1,000 images, convnet": run("convnet", images=1_000, epochs=8),
    "clothes: softmax alone": run((), images=10_000, epochs=5),
    "clothes: batches of 8": run("lecture", images=5_000, epochs=4, batch_size=8),
    "digits: single images, SGD at 0.003": run(
        (dense(64),), "digits", images=1_000, parts=made("SGD", 0.003), epochs=5, batch_size=1, seed=89),
    "digits: Dropout of a half, 400 images": run((dense(64), drop(0.5)), "digits", images=400, epochs=25, seed=55),
    "digits: convnet, mean squared error": run(
        convnet(8, hidden=(dense(64),), padding="same"),
        "digits", parts=made("Adam", 0.001) | made(loss="MeanSquaredError"), epochs=5, seed=27),
    "coloured: VGG-style": run(convnet(32, hidden=(dense(128),)), COLOURED, images=8_000, epochs=4, batch_size=64),
    "coloured: convnet, RMSprop": run(convnet(16), COLOURED, images=6_000, parts=made("RMSprop", 0.001), epochs=6),
    "coloured: Dropout of 0.3": run(
        convnet(16, hidden=(drop(0.3), dense(64))), COLOURED, images=6_000, epochs=5, batch_size=64),
    "coloured: LeNet-5": run("lenet", COLOURED, images=6_000, epochs=5),
    "coloured: mean squared error": run(
        convnet(16, hidden=(dense(64),)), COLOURED, images=5_000, parts=made(loss="MeanSquaredError"), epochs=5),
    "digits: Nadam, seed 7": run((dense(128), dense(64)), "digits", parts=made("Nadam", 0.002), epochs=5, seed=7),
    "digits: 200 images": run("lecture", "digits", images=200, epochs=10, batch_size=16, seed=7),
    "digits: SGD at 0.05, seed 7": run((dense(64),), "digits", parts=made("SGD", 0.05), epochs=8, batch_size=16, seed=7),
}  # fmt: skip


def _known(experiment: Experiment) -> Callable[[], Experiment]:
    return lambda: experiment


RUNS: Mapping[str, Planned] = {
    **{name: Planned(_known(experiment), code, TUNED) for name, (experiment, code) in PLANTED.items()},
    **{name: Planned(_known(experiment), "", TUNED) for name, experiment in HEALTHY.items()},
    **{name: Planned(make, code, TUNED) for name, (make, code) in _FAILURES.items()},
    **{name: Planned(make, "", TUNED) for name, make in _SOUND.items()},
    **{f"{name} (held out)": Planned(make, code, HELD_OUT) for name, (make, code) in _HELD_FAILURES.items()},
    **{f"{name} (held out)": Planned(make, "", HELD_OUT) for name, make in _HELD_SOUND.items()},
}
