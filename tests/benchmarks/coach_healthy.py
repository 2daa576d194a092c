"""Twenty-five kinds of healthy runs for `tests.benchmarks.coach_trial`, each drawn twice by a seed."""

from collections.abc import Callable
from random import Random

from core.catalogue.callbacks import CALLBACKS
from core.experiment.edits import apply_repair
from core.experiment.learning_rates import RATE, suggested_schedule
from core.experiment.model import EntryRef, Experiment, in_keras_order
from core.problems import Repair
from tests.benchmarks.coach_failures import (
    CLOTHES,
    COLOURED,
    DIGITS,
    DRAWS,
    Draw,
    either,
    flat_net,
    log_uniform,
    on,
    sequence,
    small_convnet,
    uniform,
)
from tests.core.coach.coach_plan import NORM, conv, dense, drop, normal, penalty, run
from tests.core.coach.coach_runs import made
from tests.core.sample_experiments import layer


def by(optimizer: str, low: float, high: float, **arguments: object) -> Draw:
    """Return a healthy run with an optimizer at a usual learning rate."""
    return lambda random: on(random, either(random), parts=made(optimizer, log_uniform(random, low, high), **arguments))


def losing(name: str, **arguments: object) -> Draw:
    return lambda random: on(random, either(random), parts=made(loss=name, **arguments))


def smoothed(random: Random) -> Callable[[], Experiment]:
    parts = made("Adam", log_uniform(random, 0.0003, 0.002))
    share = uniform(random, 0.1, 0.5)
    return on(random, either(random), parts=parts | made(loss="CategoricalCrossentropy", label_smoothing=share), epochs=8)


def cosine(random: Random) -> Callable[[], Experiment]:
    """Return a run with a cosine schedule that is as long as the run."""
    constant = on(random, either(random), parts=made("Adam", 0.003), epochs=6)

    def scheduled() -> Experiment:
        experiment = constant()
        schedule = suggested_schedule("CosineDecay", experiment)
        return apply_repair(experiment, Repair("", "set", RATE, schedule))

    return scheduled


def single_images(random: Random) -> Callable[[], Experiment]:
    parts = made("SGD", random.choice((0.003, 0.005)))
    return on(random, flat_net(random), (DIGITS, CLOTHES), parts=parts, batch_size=1, images=1_000)


def half_dropped(random: Random) -> Callable[[], Experiment]:
    return on(random, flat_net(random, drop(0.5)), (DIGITS, CLOTHES), images=400, epochs=25)


def normalised(random: Random) -> Callable[[], Experiment]:
    norm = random.choice((layer("BatchNormalization", momentum=0.9), layer("LayerNormalization")))
    return on(random, (dense(64), norm, dense(64), norm))


def groups(random: Random) -> Callable[[], Experiment]:
    return on(
        random, (conv(8, padding="same"), layer("GroupNormalization", groups=2), *small_convnet()[1:]), (CLOTHES, COLOURED)
    )


def self_normalising(random: Random) -> Callable[[], Experiment]:
    selu = dense(96, "selu", kernel_initializer="lecun_normal")
    return on(random, (selu, layer("AlphaDropout", rate=0.1), selu))


def recurrent(name: str, **arguments: object) -> Draw:
    def draw(random: Random) -> Callable[[], Experiment]:
        pictures = random.choice((DIGITS, CLOTHES))
        rows = layer("Reshape", target_shape=[8, 8] if pictures == DIGITS else [28, 28])
        return sequence((rows, layer(name, units=random.choice((32, 48)), **arguments)), pictures, random)

    return draw


def augmented(random: Random) -> Callable[[], Experiment]:
    moved = layer("RandomTranslation", height_factor=0.05, width_factor=0.05)
    turned = layer("RandomRotation", factor=uniform(random, 0.01, 0.03))
    return on(random, (moved, turned, *small_convnet()), epochs=6)


def stopped(random: Random) -> Callable[[], Experiment]:
    arguments = in_keras_order({"patience": 2, "restore_best_weights": True}, CALLBACKS["EarlyStopping"])
    return on(random, either(random), (DIGITS, CLOTHES), epochs=12, callbacks=(EntryRef("EarlyStopping", arguments),))


def penalised(random: Random) -> Callable[[], Experiment]:
    return on(random, flat_net(random, **penalty("l2", log_uniform(random, 0.0001, 0.003))))


def alone(random: Random) -> Callable[[], Experiment]:
    return on(random, either(random), (DIGITS, CLOTHES), split=0.0)


def centred(random: Random) -> Callable[[], Experiment]:
    return on(random, flat_net(random, activation="tanh"), pixels="-1-1")


def wide_start(random: Random) -> Callable[[], Experiment]:
    return on(random, (dense(256, kernel_initializer="he_normal"), dense(96, **normal(0.05))))


def large_batches(random: Random) -> Callable[[], Experiment]:
    return on(random, flat_net(random), (DIGITS, CLOTHES), batch_size=random.choice((128, 256)), epochs=20)


def ready(*names: str) -> Draw:
    """Return a run of one of the dashboard's ready nets, by chance."""

    def draw(random: Random) -> Callable[[], Experiment]:
        pictures = random.choice((DIGITS, CLOTHES))
        return run(random.choice(names), pictures, images=None if pictures == DIGITS else 1_500, epochs=4)

    return draw


def noisy(random: Random) -> Callable[[], Experiment]:
    return on(random, (layer("GaussianNoise", stddev=0.1), *small_convnet()))


KINDS: dict[str, Draw] = {
    "Adam": by("Adam", 0.0003, 0.003),
    "SGD": by("SGD", 0.02, 0.1),
    "SGD with momentum": by("SGD", 0.005, 0.02, momentum=0.9),
    "Clipped": by("SGD", 0.03, 0.1, global_clipnorm=1.0),
    "RMSprop": by("RMSprop", 0.0003, 0.002),
    "Adagrad": by("Adagrad", 0.01, 0.05),
    "AdamW": by("AdamW", 0.0005, 0.003, weight_decay=0.01),
    "Lion": by("Lion", 0.0001, 0.0005),
    "Adam with averaged weights": by("Adam", 0.0005, 0.002, use_ema=True, ema_momentum=0.98),
    "Cosine": cosine,
    "Label smoothing": smoothed,
    "Focal loss": losing("CategoricalFocalCrossentropy"),
    "Mean squared error": losing("MeanSquaredError"),
    "Single images": single_images,
    "Dropout of a half on 400 images": half_dropped,
    "Normalised": normalised,
    "Group normalisation": groups,
    "Self-normalising": self_normalising,
    "GRU": recurrent("GRU"),
    "Augmented": augmented,
    "Early stopping": stopped,
    "L2": penalised,
    "Without a validation set": alone,
    "Pixels of -1 to 1": centred,
    "Wide layers": wide_start,
    "Large batches": large_batches,
    "Ready convnets": ready("lenet", "convnet", "inception"),
    "Little noise": noisy,
    "Batch normalisation in a convnet": lambda random: on(
        random, (conv(8, padding="same"), NORM, *small_convnet()[1:]), (CLOTHES, COLOURED), epochs=6
    ),
}


def healthy(seed: int) -> dict[str, Callable[[], Experiment]]:
    """Return the healthy runs by name, each as the function that makes its experiment."""
    return {
        f"{name} {draw + 1}": make(Random(f"{seed} {name} {draw}")) for name, make in KINDS.items() for draw in range(DRAWS)
    }
