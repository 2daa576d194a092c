"""Functions that suggest repairs for the experiment of a run. A list of repairs is empty if nothing would change."""

import math
from collections.abc import Sequence
from dataclasses import replace

from core.catalogue.callbacks import CALLBACKS
from core.checks import repairs
from core.checks.bad_practice import USUAL_DROPOUT
from core.checks.batches import QUICK_MOMENTUM, batch_size_for_batch_norm, usual_batch_size
from core.checks.initial_weights import constant_initializer_name, initializer_repairs, unusual_initializers
from core.checks.pixels import check_pixels
from core.checks.training import suggested_callback
from core.coach.run_metrics import dropped_share, penalized_layers, penalty_arguments
from core.experiment import learning_rates
from core.experiment.edits import output_layer
from core.experiment.model import CATALOGUES, FIT, Experiment, Layer, in_keras_order
from core.number_text import percent, quantity
from core.parameters import EntryRef, Integer
from core.problems import ExperimentPath, Repair

RATE: ExperimentPath = learning_rates.RATE


def _set_argument(layer: Layer, name: str, value: object, label: str) -> Repair:
    return Repair(label, "set", ("layers", layer.id, "arguments", name), value)


# The learning rate


def _set_rates(experiment: Experiment, rates: list[float]) -> list[Repair]:
    """Return a repair for each learning rate, rounded to three significant digits.

    A repair sets the constant learning rate, or the highest rate of a schedule.
    """
    optimizer, schedule = experiment.compile.optimizer, learning_rates.schedule_of(experiment)
    parameter, repairs = CATALOGUES["optimizer"][optimizer.name].parameter("learning_rate"), []
    for rate in dict.fromkeys(float(f"{rate:.3g}") for rate in rates):
        if parameter is not None and parameter.constraint.is_valid(rate):
            value = rate if schedule is None else learning_rates.suggested_schedule(schedule.name, experiment, rate)
            repairs.append(Repair(f"Try a learning rate of {rate:g}", "set", RATE, value))
    return repairs


def lower_rate(experiment: Experiment, rate: float) -> list[Repair]:
    """Return repairs that lower the learning rate: to a usual rate, and to a tenth of the current rate.

    Parameters
    ----------
    experiment
        The experiment that is trained.
    rate
        The learning rate of the run. For NaN, use the experiment's rate.
    """
    rate = learning_rates.constant_rate(experiment) if math.isnan(rate) else rate
    rates = [value for value in (learning_rates.suggested_rate(experiment), rate / 10) if value < rate * 0.9]
    return _set_rates(experiment, rates)


def higher_rate(experiment: Experiment, rate: float) -> list[Repair]:
    """Return repairs that raise the learning rate: to a usual rate, and to ten times the current rate."""
    rate = learning_rates.constant_rate(experiment) if math.isnan(rate) else rate
    highest = learning_rates.usual_rates(experiment)[1]
    rates = [value for value in (learning_rates.suggested_rate(experiment), rate * 10) if rate * 1.1 < value <= highest]
    return _set_rates(experiment, rates)


def constant_rate(experiment: Experiment) -> list[Repair]:
    """Return a repair that replaces a schedule by a constant learning rate. The list is empty without a schedule."""
    if learning_rates.schedule_of(experiment) is None:
        return []
    rate = learning_rates.constant_rate(experiment)
    return [Repair(f"Try a constant learning rate of {rate:g}", "set", RATE, rate)]


def clip_gradients(experiment: Experiment) -> list[Repair]:
    """Return a repair that limits the gradient norm.

    The list is empty if the optimizer clips gradients already, or cannot clip them.
    """
    optimizer = experiment.compile.optimizer
    entry = CATALOGUES["optimizer"][optimizer.name]
    is_clipped = any(optimizer.argument(name) is not None for name in entry.trait("at_most_one", ()))
    if is_clipped or entry.parameter("global_clipnorm") is None:
        return []
    path = ("compile", "optimizer", "arguments", "global_clipnorm")
    return [Repair("Try gradients of at most 1", "set", path, 1.0)]


# Pixels and number of images


def scale_pixels(experiment: Experiment) -> list[Repair]:
    """Return the repair of the checks for unscaled pixels. Return an empty list if the pixels are scaled."""
    return _pixel_repairs(experiment, "unscaled-pixels")


def remove_second_scaling(experiment: Experiment) -> list[Repair]:
    """Return the repair of the checks for pixels that are scaled twice."""
    return _pixel_repairs(experiment, "scaled-twice", "scaled-away")


def _pixel_repairs(experiment: Experiment, *codes: str) -> list[Repair]:
    return [repair for problem in check_pixels(experiment) if problem.code in codes for repair in problem.repairs[:1]]


def smaller_batches(experiment: Experiment) -> list[Repair]:
    """Return a repair that sets the usual batch size, if the current batch size is larger."""
    usual = usual_batch_size(experiment)
    return _batches_of(usual, experiment) if experiment.fit.batch_size > usual else []


def batches_to_normalise(experiment: Experiment) -> list[Repair]:
    """Return a repair that sets a batch size that suits BatchNormalization."""
    return _batches_of(batch_size_for_batch_norm(experiment), experiment)


def _batches_of(size: int, experiment: Experiment) -> list[Repair]:
    if experiment.fit.batch_size == size:
        return []
    return [Repair(f"Try batches of {size}", "set", ("fit", "batch_size"), size)]


def _allowed_epochs(epochs: int) -> int:
    """Limit a number of epochs to the largest number that a run may have."""
    constraint = FIT["epochs"].constraint
    return min(epochs, constraint.high) if isinstance(constraint, Integer) else epochs


def enough_epochs(experiment: Experiment, steps: int) -> list[Repair]:
    """Return a repair that trains for at least `2 * steps` steps, and at least twice the current epochs."""
    epochs = _allowed_epochs(max(2 * experiment.fit.epochs, math.ceil(2 * steps / experiment.epoch_steps)))
    return [Repair(f"Try {epochs:,} epochs", "set", ("fit", "epochs"), epochs)]


def all_images(experiment: Experiment) -> list[Repair]:
    """Return a repair that uses all training images, if the experiment uses only some of them."""
    if experiment.data.num_used == experiment.data.num_available:
        return []
    label = f"Try all {experiment.data.num_available:,} images"
    return [Repair(label, "set", ("data", "train_images"), None)]


# Layers


def has_equal_initial_weights(layer: Layer) -> bool:
    """Tell whether all weights of a layer start with the same value."""
    return constant_initializer_name(layer) is not None


def has_unusual_initializers(layer: Layer) -> bool:
    """Tell whether initializers ignore a layer's number of inputs, or start biases far from 0."""
    return bool(unusual_initializers(layer))


def reset_initial_weights(experiment: Experiment) -> list[Repair]:
    """Return a repair that resets the unusual initializers of all layers to Keras' defaults."""
    return initializer_repairs(experiment, {layer.id: unusual_initializers(layer) for layer in experiment.layers})


def set_output_activation(layer: Layer, name: str) -> Repair:
    """Return a repair that sets a layer's activation. If the layer is only an activation, the repair removes the layer."""
    if layer.entry.parameter("activation") is None:
        return repairs.remove(layer)
    return _set_argument(layer, "activation", name, f"Try the last activation {name}")


def use_leaky_relu(experiment: Experiment) -> list[Repair]:
    """Return a repair that replaces relu by leaky_relu, which is never flat, in all layers."""
    flat = tuple(layer for layer in experiment.layers if layer.values.get("activation") == "relu")
    return _in_all(experiment, flat, "activation", "leaky_relu", "Try leaky_relu")


def _in_all(experiment: Experiment, layers: Sequence[Layer], name: str, value: object, label: str) -> list[Repair]:
    """Return a repair that sets an argument in all given layers. Return an empty list without layers."""
    if len(layers) < 2:
        return [_set_argument(layer, name, value, f"{label} for {layer.name}") for layer in layers]
    changed = repairs.with_argument(experiment, tuple(layers), name, value)
    return [repairs.replace_layers(f"{label} in all {len(layers)} layers", changed)]


def use_relu(experiment: Experiment) -> list[Repair]:
    """Return a repair that sets relu in all hidden layers with a saturating activation, such as sigmoid or softmax."""
    last = output_layer(experiment)

    def changed(layer: Layer) -> Layer:
        flat = layer.values.get("activation") in ("sigmoid", "tanh", "softmax", "hard_sigmoid", "softsign")
        if not flat or layer == last or layer.entry.parameter("recurrent_initializer"):
            return layer
        return replace(layer, arguments=in_keras_order({**dict(layer.arguments), "activation": "relu"}, layer.entry))

    layers = tuple(map(changed, experiment.layers[:-1])) + experiment.layers[-1:]
    return [Repair("Try relu in the hidden layers", "set", ("layers",), layers)] if layers != experiment.layers else []


def more_units(experiment: Experiment, layers: Sequence[Layer]) -> list[Repair]:
    """Return repairs that set more units or filters in all given layers."""
    return [
        repair
        for name, count in (("units", 128), ("filters", 32))
        for repair in _in_all(
            experiment,
            [layer for layer in layers if layer.entry.parameter(name) is not None],
            name,
            count,
            f"Try {count} {name}",
        )
    ]


def weaker_penalties(experiment: Experiment) -> list[Repair]:
    """Return repairs that remove all regularizers, and the layers that only add a penalty."""

    def changed(layer: Layer) -> Layer:
        names = penalty_arguments(layer)
        if not names:
            return layer
        return replace(layer, arguments=in_keras_order({**dict(layer.arguments), **dict.fromkeys(names)}, layer.entry))

    alone = [layer for layer in penalized_layers(experiment) if not penalty_arguments(layer)]
    layers = tuple(map(changed, experiment.layers))
    removed_penalties = (
        [Repair("Try it without penalties", "set", ("layers",), layers)] if layers != experiment.layers else []
    )
    return [*removed_penalties, *(repair for layer in alone for repair in without_layer(layer))]


def without_layer(layer: Layer) -> list[Repair]:
    """Return a repair that removes a layer."""
    return [Repair(f"Try it without {layer.name}", "remove", ("layers", layer.id))]


def smaller_momentum(experiment: Experiment, layers: Sequence[Layer]) -> Repair:
    """Return a repair that lowers the momentum of all given layers, so that their running averages adapt faster."""
    return _in_all(experiment, layers, "momentum", QUICK_MOMENTUM, f"Try a momentum of {QUICK_MOMENTUM:g}")[0]


def add_hidden_layer(experiment: Experiment) -> list[Repair]:
    """Return a repair that adds a Dense layer before the output layer."""
    last = output_layer(experiment)
    if last is None:
        return []
    value = ("Dense", (("units", 128), ("activation", "relu")))
    return [Repair("Try a hidden layer of 128 units", "insert", ("layers", last.id), value)]


def more_dropout(experiment: Experiment) -> list[Repair]:
    """Return a repair that raises the rate of the first Dropout, or adds a Dropout before the output layer."""
    for layer in experiment.layers:
        rate = layer.values.get("rate")
        if isinstance(rate, float):
            return (
                [_set_argument(layer, "rate", USUAL_DROPOUT, f"Try Dropout of {USUAL_DROPOUT:g}")]
                if rate < USUAL_DROPOUT
                else []
            )
    last = output_layer(experiment)
    if last is None:
        return []
    value = ("Dropout", (("rate", USUAL_DROPOUT),))
    return [Repair(f"Try Dropout of {USUAL_DROPOUT:g}", "insert", ("layers", last.id), value)]


def less_dropout(experiment: Experiment, most: float) -> list[Repair]:
    """Return a repair that lowers the dropout rate of all layers that drop more than `most`."""
    layers = [layer for layer in experiment.layers if dropped_share(layer) > most]
    shares = {layer.id: min(float(f"{dropped_share(layer) / 2:.2g}"), USUAL_DROPOUT) for layer in layers}
    if len(layers) == 1:
        (layer,) = layers
        less = shares[layer.id]
        return [_set_argument(layer, _dropping(layer)[0], less, f"Try to drop only {percent(less)}")]
    for layer in layers:
        for name in _dropping(layer):
            experiment = repairs.with_argument(experiment, (layer,), name, shares[layer.id])
    return [repairs.replace_layers(f"Try to drop less in all {len(layers)} layers", experiment)] if layers else []


def _dropping(layer: Layer) -> list[str]:
    """Return the names of the dropout arguments that have the layer's largest rate."""
    return [name for name in ("rate", "dropout", "recurrent_dropout") if layer.values.get(name) == dropped_share(layer)]


# Loss


def read_logits(experiment: Experiment) -> list[Repair]:
    """Return a repair that sets `from_logits=True`. Return an empty list if the loss has no such argument."""
    loss = experiment.compile.loss
    if CATALOGUES["loss"][loss.name].parameter("from_logits") is None:
        return []
    return [Repair("Try from_logits True", "set", ("compile", "loss", "arguments", "from_logits"), True)]


def read_probabilities(experiment: Experiment) -> list[Repair]:
    """Return a repair that sets `from_logits=False`. Return an empty list if the loss already reads probabilities."""
    loss = experiment.compile.loss
    if not loss.argument("from_logits", False):
        return []
    return [Repair("Try from_logits False", "set", ("compile", "loss", "arguments", "from_logits"), False)]


def cross_entropy(experiment: Experiment) -> list[Repair]:
    """Return a repair that replaces another loss by cross-entropy."""
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


# Epochs and seed


def more_epochs(experiment: Experiment) -> Repair:
    """Return a repair that doubles the number of epochs."""
    epochs = _allowed_epochs(2 * experiment.fit.epochs)
    return Repair(f"Try {epochs:,} epochs", "set", ("fit", "epochs"), epochs)


def stop_early(experiment: Experiment, best: int | None) -> list[Repair]:
    """Return repairs that add EarlyStopping, or set the number of epochs to the best epoch so far."""
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
    """Return a repair that adds ReduceLROnPlateau.

    The list is empty if the callback is chosen already, or if the optimizer has a schedule, which Keras refuses to change.
    """
    name = next(entry.name for entry in CALLBACKS.values() if entry.parameter("factor") is not None)
    if learning_rates.schedule_of(experiment) is not None or name in [
        callback.name for callback in experiment.fit.callbacks
    ]:
        return []
    callbacks = (*experiment.fit.callbacks, suggested_callback(name, experiment))
    return [Repair(f"Try {name}", "set", ("fit", "callbacks"), callbacks)]


def another_seed(experiment: Experiment) -> Repair:
    """Return a repair that sets another seed, which also splits the images differently."""
    return Repair("Try another seed", "set", ("fit", "seed"), (experiment.fit.seed + 1) % 2**32)
