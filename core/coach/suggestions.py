"""What to try when a run goes wrong: repairs of its experiment; empty lists where a repair would change nothing."""

import math
from dataclasses import replace

from core.catalogue.callbacks import CALLBACKS
from core.checks import repairs
from core.checks.training import suggested_callback
from core.coach.run_metrics import penalized_layers, penalty_arguments
from core.experiment import learning_rates
from core.experiment.edits import output_layer
from core.experiment.model import CATALOGUES, Experiment, Layer, in_keras_order
from core.number_text import percent, quantity
from core.parameters import EntryRef
from core.problems import ExperimentPath, Repair

RATE: ExperimentPath = learning_rates.RATE
DEFAULT_INITIALIZER = "glorot_uniform"  # Keras' default
# Initializers whose size depends on the number of inputs. The others give equal weights, or one size for all layers.
SIZED_INITIALIZERS = (
    "glorot_uniform",
    "glorot_normal",
    "he_uniform",
    "he_normal",
    "lecun_uniform",
    "lecun_normal",
    "orthogonal",
)
EQUAL_INITIALIZERS = ("zeros", "ones")
SMALL_SCALE = 0.1  # a layer with a smaller factor brings pixels from 0-255 to small numbers
USUAL_BATCH = 32
DROPOUT = 0.5
MOST_EPOCHS = 1_000


def _set_argument(layer: Layer, name: str, value: object, label: str) -> Repair:
    return Repair(label, "set", ("layers", layer.id, "arguments", name), value)


# The learning rate


def _set_rates(experiment: Experiment, rates: list[float]) -> list[Repair]:
    """Repairs that set the learning rate, or the highest rate of a schedule, to three significant digits."""
    optimizer, schedule = experiment.compile.optimizer, learning_rates.schedule_of(experiment)
    parameter, repairs = CATALOGUES["optimizer"][optimizer.name].parameter("learning_rate"), []
    for rate in dict.fromkeys(float(f"{rate:.3g}") for rate in rates):
        if parameter is not None and parameter.constraint.is_valid(rate):
            value = rate if schedule is None else learning_rates.suggested_schedule(schedule.name, experiment, rate)
            repairs.append(Repair(f"Try a learning rate of {rate:g}", "set", RATE, value))
    return repairs


def _usual_rate(experiment: Experiment) -> float:
    entry = CATALOGUES["optimizer"][experiment.compile.optimizer.name]
    parameter = entry.parameter("learning_rate")
    return float(entry.trait("try_learning_rate", parameter.default if parameter else math.nan))


def lower_rate(experiment: Experiment, rate: float) -> list[Repair]:
    """Repairs with smaller steps: the usual learning rate if it is smaller, and a tenth of the current one.

    Parameters
    ----------
    experiment
        The experiment that is trained.
    rate
        The learning rate of the run; NaN if unknown, which means the experiment's rate.
    """
    rate = learning_rates.constant_rate(experiment) if math.isnan(rate) else rate
    rates = [value for value in (_usual_rate(experiment), rate / 10) if value < rate * 0.9]
    return _set_rates(experiment, rates)


def higher_rate(experiment: Experiment, rate: float) -> list[Repair]:
    """Repairs with larger steps: the usual learning rate if it is larger, and ten times the current one."""
    rate = learning_rates.constant_rate(experiment) if math.isnan(rate) else rate
    entry = CATALOGUES["optimizer"][experiment.compile.optimizer.name]
    highest = entry.trait("usual_learning_rate", (0.0, math.inf))[1]
    rates = [value for value in (_usual_rate(experiment), rate * 10) if rate * 1.1 < value <= highest]
    return _set_rates(experiment, rates)


def constant_rate(experiment: Experiment) -> list[Repair]:
    """A repair that keeps the initial learning rate of a schedule."""
    if learning_rates.schedule_of(experiment) is None:
        return []
    rate = learning_rates.constant_rate(experiment)
    return [Repair(f"Try a constant learning rate of {rate:g}", "set", RATE, rate)]


def clip_gradients(experiment: Experiment) -> list[Repair]:
    """A repair that limits the gradient norm."""
    optimizer = experiment.compile.optimizer
    entry = CATALOGUES["optimizer"][optimizer.name]
    is_clipped = any(optimizer.argument(name) is not None for name in entry.trait("at_most_one", ()))
    if is_clipped or entry.parameter("global_clipnorm") is None:
        return []
    path = ("compile", "optimizer", "arguments", "global_clipnorm")
    return [Repair("Try gradients of at most 1", "set", path, 1.0)]


# Pixels and how many images


def scale_pixels(experiment: Experiment) -> list[Repair]:
    """A repair that scales pixels to 0-1; none if a layer normalises them, or needs whole numbers."""
    first = experiment.layers[:3]
    scaled = any(layer.entry.trait("normalises") for layer in first[:2])
    whole = any(layer.entry.trait("reads_whole_numbers") for layer in first)
    if experiment.data.pixels != "0-255" or scaled or whole:
        return []
    return [Repair("Try pixels of 0 to 1", "set", ("data", "pixels"), "0-1")]


def remove_second_scaling(experiment: Experiment) -> list[Repair]:
    """A repair that removes the layer which scales small pixels once more."""
    if experiment.data.pixels == "0-255":
        return []
    for layer in experiment.layers:
        scale = layer.values.get("scale")
        if isinstance(scale, float) and abs(scale) < SMALL_SCALE:
            return [Repair(f"Try it without {layer.name}", "remove", ("layers", layer.id))]
    return []


def smaller_batches(experiment: Experiment) -> list[Repair]:
    """A repair with batches of the usual size, if they are larger."""
    return usual_batches(experiment) if experiment.fit.batch_size > USUAL_BATCH else []


def usual_batches(experiment: Experiment) -> list[Repair]:
    """A repair with batches of the usual size."""
    if experiment.fit.batch_size == USUAL_BATCH:
        return []
    return [Repair(f"Try batches of {USUAL_BATCH}", "set", ("fit", "batch_size"), USUAL_BATCH)]


def enough_epochs(experiment: Experiment, steps: int) -> list[Repair]:
    """A repair with enough epochs for twice as many steps, and at least twice as many epochs as now."""
    epochs = min(MOST_EPOCHS, max(2 * experiment.fit.epochs, math.ceil(2 * steps / experiment.epoch_steps)))
    return [Repair(f"Try {epochs:,} epochs", "set", ("fit", "epochs"), epochs)]


def all_images(experiment: Experiment) -> list[Repair]:
    """A repair that uses all training images, if only some are used."""
    if experiment.data.num_used == experiment.data.num_available:
        return []
    label = f"Try all {experiment.data.num_available:,} images"
    return [Repair(label, "set", ("data", "train_images"), None)]


# Layers


def starts_with_equal_weights(layer: Layer) -> bool:
    """Whether all weights of a layer start with the same value."""
    return layer.values.get("kernel_initializer") in EQUAL_INITIALIZERS


def starts_unusually(layer: Layer) -> bool:
    """Whether the initial weights of a layer do not depend on its number of inputs."""
    return layer.values.get("kernel_initializer", DEFAULT_INITIALIZER) not in SIZED_INITIALIZERS


def random_start(layer: Layer) -> Repair:
    """A repair with random initial weights whose size fits the layer."""
    return _set_argument(layer, "kernel_initializer", DEFAULT_INITIALIZER, f"Try {DEFAULT_INITIALIZER} for {layer.name}")


def set_output_activation(layer: Layer, name: str) -> Repair:
    """A repair that sets a layer's activation; a layer that is only an activation is removed."""
    if layer.entry.parameter("activation") is None:
        return repairs.remove(layer)
    return _set_argument(layer, "activation", name, f"Try the last activation {name}")


def use_leaky_relu(layer: Layer) -> list[Repair]:
    """A repair with an activation that is never flat."""
    return [_set_argument(layer, "activation", "leaky_relu", f"Try leaky_relu for {layer.name}")]


def use_relu(experiment: Experiment) -> list[Repair]:
    """A repair with relu in all hidden layers whose activation is flat at both ends."""
    last = output_layer(experiment)

    def changed(layer: Layer) -> Layer:
        flat = layer.values.get("activation") in ("sigmoid", "tanh", "softmax", "hard_sigmoid", "softsign")
        if not flat or layer == last or layer.entry.parameter("recurrent_initializer"):
            return layer
        return replace(layer, arguments=in_keras_order({**dict(layer.arguments), "activation": "relu"}, layer.entry))

    layers = tuple(map(changed, experiment.layers[:-1])) + experiment.layers[-1:]
    return [Repair("Try relu in the hidden layers", "set", ("layers",), layers)] if layers != experiment.layers else []


def more_units(layer: Layer) -> list[Repair]:
    """A repair with more units or filters."""
    for name, units in (("units", 128), ("filters", 32)):
        if layer.entry.parameter(name) is not None:
            return [_set_argument(layer, name, units, f"Try {units} {name} in {layer.name}")]
    return []


def weaker_penalties(experiment: Experiment) -> list[Repair]:
    """Repairs that remove all penalties, and layers that only add a penalty."""

    def changed(layer: Layer) -> Layer:
        names = penalty_arguments(layer)
        if not names:
            return layer
        return replace(layer, arguments=in_keras_order({**dict(layer.arguments), **dict.fromkeys(names)}, layer.entry))

    alone = [layer for layer in penalized_layers(experiment) if not penalty_arguments(layer)]
    layers = tuple(map(changed, experiment.layers))
    repairs_found = [Repair("Try it without penalties", "set", ("layers",), layers)] if layers != experiment.layers else []
    return [*repairs_found, *(repair for layer in alone for repair in without_layer(layer))]


def without_layer(layer: Layer) -> list[Repair]:
    """A repair that removes a layer."""
    return [Repair(f"Try it without {layer.name}", "remove", ("layers", layer.id))]


def smaller_momentum(layer: Layer) -> Repair:
    """A repair with running averages that adapt faster."""
    return _set_argument(layer, "momentum", 0.9, "Try a momentum of 0.9")


def add_hidden_layer(experiment: Experiment) -> list[Repair]:
    """A repair that adds a layer before the output layer."""
    last = output_layer(experiment)
    if last is None:
        return []
    value = ("Dense", (("units", 128), ("activation", "relu")))
    return [Repair("Try a hidden layer of 128 units", "insert", ("layers", last.id), value)]


def more_dropout(experiment: Experiment) -> list[Repair]:
    """A repair that adds Dropout before the output layer, or raises its rate."""
    for layer in experiment.layers:
        rate = layer.values.get("rate")
        if isinstance(rate, float):
            return [_set_argument(layer, "rate", DROPOUT, f"Try Dropout of {DROPOUT:g}")] if rate < DROPOUT else []
    last = output_layer(experiment)
    if last is None:
        return []
    value = ("Dropout", (("rate", DROPOUT),))
    return [Repair(f"Try Dropout of {DROPOUT:g}", "insert", ("layers", last.id), value)]


def less_dropout(layer: Layer) -> list[Repair]:
    """A repair that drops a smaller share."""
    values = layer.values
    name = max(
        (name for name in ("rate", "dropout", "recurrent_dropout") if values.get(name)), key=lambda name: values[name]
    )
    less = min(float(f"{values[name] / 2:.2g}"), DROPOUT)
    return [_set_argument(layer, name, less, f"Try to drop only {percent(less)}")]


# Loss


def read_logits(experiment: Experiment) -> list[Repair]:
    """A repair that makes the loss apply softmax."""
    loss = experiment.compile.loss
    if CATALOGUES["loss"][loss.name].parameter("from_logits") is None:
        return []
    return [Repair("Try from_logits True", "set", ("compile", "loss", "arguments", "from_logits"), True)]


def read_probabilities(experiment: Experiment) -> list[Repair]:
    """A repair that makes the loss read probabilities."""
    loss = experiment.compile.loss
    if not loss.argument("from_logits", False):
        return []
    return [Repair("Try from_logits False", "set", ("compile", "loss", "arguments", "from_logits"), False)]


def cross_entropy(experiment: Experiment) -> list[Repair]:
    """A repair with cross-entropy, if another loss is chosen."""
    entries = CATALOGUES["loss"]
    if entries[experiment.compile.loss.name].trait("guessing_loss") == "log":
        return []
    wants = entries[experiment.compile.loss.name].trait("labels")
    entry = next(
        candidate
        for candidate in entries.values()
        if candidate.trait("guessing_loss") == "log" and candidate.trait("labels") == wants
    )
    return [Repair("Try cross-entropy", "set", ("compile", "loss"), EntryRef(entry.name))]


# How long, and from where


def more_epochs(experiment: Experiment) -> Repair:
    """A repair with twice as many epochs."""
    epochs = min(MOST_EPOCHS, 2 * experiment.fit.epochs)
    return Repair(f"Try {epochs:,} epochs", "set", ("fit", "epochs"), epochs)


def stop_early(experiment: Experiment, best: int | None) -> list[Repair]:
    """Repairs that stop when the validation gets worse, and that train for the best number of epochs."""
    names = [callback.name for callback in experiment.fit.callbacks]
    ending = next(entry.name for entry in CALLBACKS.values() if entry.trait("ends_early"))
    suggested_repairs = []
    if ending not in names and experiment.fit.epochs > 1:
        callbacks = (*experiment.fit.callbacks, suggested_callback(ending, experiment))
        suggested_repairs.append(Repair(f"Try {ending}", "set", ("fit", "callbacks"), callbacks))
    if best is not None and best < experiment.fit.epochs:
        suggested_repairs.append(Repair(f"Try {quantity(best, 'epoch')}", "set", ("fit", "epochs"), best))
    return suggested_repairs


def reduce_on_plateau(experiment: Experiment) -> list[Repair]:
    """A repair with a callback that lowers the learning rate on a plateau; none beside a schedule."""
    name = next(entry.name for entry in CALLBACKS.values() if entry.parameter("factor") is not None)
    if learning_rates.schedule_of(experiment) is not None or name in [
        callback.name for callback in experiment.fit.callbacks
    ]:
        return []
    callbacks = (*experiment.fit.callbacks, suggested_callback(name, experiment))
    return [Repair(f"Try {name}", "set", ("fit", "callbacks"), callbacks)]


def another_seed(experiment: Experiment) -> Repair:
    """A repair with another seed, which also splits the images differently."""
    return Repair("Try another seed", "set", ("fit", "seed"), (experiment.fit.seed + 1) % 2**32)
