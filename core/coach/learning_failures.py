"""Rules that recognise a network that learns nothing, or little, from a run's numbers.

`core.coach.rules` orders all rules.
"""

import math
from collections.abc import Sequence
from typing import NamedTuple

from core.checks.outputs import PROBABILITIES
from core.coach import suggestions
from core.coach.run_metrics import UNLEARNT, RunMetrics, mean_fall, output_activations, warning
from core.experiment.model import CATALOGUES, Layer
from core.number_text import percent, rounded
from core.problems import Problem, Repair

BADLY = 0.8  # share of what a guessing network has to learn; a run with that much left learns badly
HARDLY = 0.9
GUESSING = 0.02  # relative distance to ln K at which a loss counts as guessing
SLOWLY = 0.02  # fall in one epoch, as a share of the loss of guessing
FEW_EPOCHS = 2  # too few to tell whether a loss falls slowly
ENOUGH_STEPS = 120  # before that, a network may still be on its first plateau
LONG_PLATEAU = 200  # steps; a residual network on colour pictures guesses for 190 of them
LONG_GRADIENT = 100.0  # for cross-entropy on scaled pixels; 0.1 to 10 are common
HALF = 0.5
NEAR = 3.0  # times the smallest usual learning rate
RISING = 1.25  # the training loss, relative to its lowest value
FAR = 3.0  # times the largest usual learning rate
WEAK = 0.05  # gradient / weights of the first layer, relative to the last layer; 0.2 to 10 is healthy
MANY_SQUASHING = 4  # layers whose activation is flat at both ends
VANISHED = 1e-3  # the first layer's gradient, relative to the last layer's
MOSTLY_DEAD = 0.5  # while the run learns badly; healthy networks have up to 0.55 on these pictures
NEARLY_ALL_DEAD = 0.95  # dense networks on colour pictures still learn with 0.81
HARDLY_FALLS = 0.005  # share of the loss, in one epoch


def not_finite(run: RunMetrics) -> Problem | None:
    """The loss or the weights are not finite any more."""
    if (step := run.not_finite_step) is None:
        return None
    last = run.gradients()[-1:]
    epoch = math.ceil(step / run.experiment.epoch_steps)
    grown = f" The last gradient that was finite was {rounded(last[0])} long." if last else ""
    unscaled = suggestions.scale_pixels(run.experiment)
    return warning(
        f"The loss became infinite or not a number in epoch {epoch}, by step {step:,}.{grown}",
        "Expected numbers to the end; whatever is computed from one that is none becomes none.",
        f"Take smaller steps{', and scale the pixels' if unscaled else ''}.",
        f"Most likely the steps were too large{', and so were the pixels' if unscaled else ''}: each one overshot further.",
        suggestions.RATE,
        [*unscaled, *suggestions.lower_rate(run.experiment, run.rate), *suggestions.clip_gradients(run.experiment)],
    )


def softmax_twice(run: RunMetrics) -> Problem | None:
    """The loss does not fall below the minimum that softmax applied twice can reach."""
    ends = [layer for layer, activation in output_activations(run.experiment) if activation in PROBABILITIES]
    floor = math.log(1 + (run.classes - 1) / math.e)  # with probability 1 for the right class before the second softmax
    if len(ends) + _reads_logits(run) < 2 or math.isnan(run.guessing_loss) or not run.loss[-1] > floor * 0.98:
        return None
    correct = (
        f", though {percent(run.val_accuracy[-1])} of the validation images are right" if run.val_accuracy[-1] > 0 else ""
    )
    repairs = (
        [suggestions.set_output_activation(ends[-1], "linear")]
        if len(ends) > 1
        else suggestions.read_probabilities(run.experiment)
    )
    return warning(
        f"The loss is {rounded(run.loss[-1])} after {len(run.epochs)} epochs{correct}.",
        f"Expected it to come near 0; with softmax applied twice it cannot fall below {rounded(floor)}.",
        "Apply softmax once.",
        "Softmax of softmax is nearly the same for all classes, so that gradients are small and learning is slow.",
        ("layers", ends[-1].id),
        repairs,
    )


def _reads_logits(run: RunMetrics) -> bool:
    return bool(run.experiment.compile.loss.argument("from_logits", False))


def no_softmax(run: RunMetrics) -> Problem | None:
    """The outputs are not what the loss reads."""
    ends = output_activations(run.experiment)
    expects = CATALOGUES["loss"][run.experiment.compile.loss.name].trait("expects", PROBABILITIES)
    if not ends or _reads_logits(run) or ends[-1][1] in expects or not run.remaining[-1] > 1 - BADLY:
        return None
    layer, activation = ends[-1]
    logits = suggestions.read_logits(run.experiment) if activation == "linear" else []
    return warning(
        f"The loss is {rounded(run.loss[-1])} after {len(run.epochs)} epochs, and the last activation is {activation}.",
        f"Expected {' or '.join(expects)} before this loss, which reads the answers as probabilities.",
        f"Set the last activation to {expects[0]}{', or tell the loss that it gets logits' if logits else ''}.",
        "Answers below 0 or above 1 are cut off, and where they are cut off there is no gradient.",
        ("layers", layer.id),
        [*logits, suggestions.set_output_activation(layer, expects[0])],
    )


def unscaled_pixels(run: RunMetrics) -> Problem | None:
    """Pixels from 0 to 255, and a first loss far above guessing."""
    repairs = suggestions.scale_pixels(run.experiment)
    began = max(run.early_losses, default=math.nan)
    if not repairs or not (began > 2 * run.guessing_loss or (math.isnan(run.guessing_loss) and run.remaining[-1] > BADLY)):
        return None
    guess = "" if math.isnan(run.guessing_loss) else f"; guessing alone has {rounded(run.guessing_loss)}"
    return warning(
        f"Pixels go in as 0 to 255, and the first batches had a loss of up to {rounded(began)}{guess}.",
        "Expected a first loss near that of guessing, and inputs of about the size of 1.",
        "Scale the pixels to 0 to 1.",
        "Weights start out for inputs near 1: with larger ones the first answers are far too sure, and the gradients huge.",
        ("data", "pixels"),
        repairs,
    )


def stuck_with_known_cause(run: RunMetrics) -> Problem | None:
    """The loss is that of guessing, and the network shows why."""
    if not _is_guessing(run):
        return None
    twice = suggestions.remove_second_scaling(run.experiment)
    if twice:
        why = "Most likely the pixels are scaled twice: they come in as 0 to 1, and a layer divides them once more."
        return _stuck_warning(run, "Scale them once.", why, twice)
    squashed = [layer for layer, _ in run.hidden_layers if layer.values.get("activation") == "softmax"]
    if squashed:
        why = f"Most likely {run.label(squashed[0])}: softmax in the middle makes all numbers small and nearly the same."
        return _stuck_warning(run, "Use relu in the hidden layers.", why, suggestions.use_relu(run.experiment))
    equal = [
        layer
        for layer, health in run.trainable_layers()
        if health["weights"] == 0.0 or suggestions.starts_with_equal_weights(layer)
    ]
    if equal:
        why = f"Most likely the start: all weights of {run.label(equal[0])} are the same, so that its units learn the same."
        return _stuck_warning(run, "Let its weights start at random.", why, [suggestions.random_start(equal[0])])
    return None


def _is_guessing(run: RunMetrics) -> bool:
    return not math.isnan(run.guessing_loss) and all(abs(remaining - 1) < GUESSING for remaining in run.remaining[-2:])


def _stuck_warning(run: RunMetrics, fix: str, why: str, repairs: Sequence[Repair]) -> Problem:
    at = f"near ln {run.classes} = {rounded(run.guessing_loss)}, that" if not math.isnan(run.guessing_loss) else "that"
    return warning(
        f"The loss is {rounded(run.loss[-1])} after {len(run.epochs)} epochs: {at} of a net that guesses.",
        "Expected it to fall below that in the first epoch.",
        fix,
        why,
        ("layers",),
        repairs,
    )


def exploding_gradients(run: RunMetrics) -> Problem | None:
    """Long gradients, and the network learns nothing."""
    lengths = sorted(run.gradients(len(run.epochs) - 2.0))
    if not lengths or lengths[len(lengths) // 2] < LONG_GRADIENT or not run.remaining[-1] > BADLY:
        return None
    middle = lengths[len(lengths) // 2]
    heaviest = max(run.hidden_layers, key=lambda pair: pair[1]["weights"] or 0.0, default=None)
    start = [suggestions.random_start(heaviest[0])] if heaviest and suggestions.starts_unusually(heaviest[0]) else []
    cause = f"the weights of {run.label(heaviest[0])} start too large" if start and heaviest else "the steps are too large"
    return warning(
        f"The gradient is about {rounded(middle)} long, and the loss {rounded(run.loss[-1])} after "
        f"{len(run.epochs)} epochs.",
        "Expected a gradient of about 0.1 to 10, which shrinks while the net learns.",
        "Let the weights start smaller, or cut gradients that are too long." if start else "Cut gradients, or step less.",
        f"Most likely {cause}: each layer multiplies the gradient on its way back, until it explodes.",
        ("compile", "optimizer"),
        [*start, *suggestions.clip_gradients(run.experiment), *suggestions.lower_rate(run.experiment, run.rate)],
    )


def learning_rate_too_high(run: RunMetrics) -> Problem | None:
    """With a high learning rate, the loss does not fall; or the loss is worse than guessing."""
    dead = _layer_with_most_dead_units(run)
    is_early = run.has_small_steps or run.steps < ENOUGH_STEPS
    worse = all(remaining > 1 + GUESSING for remaining in run.remaining[-2:])
    rises = run.loss[-1] > RISING * min(run.loss)
    badly = all(remaining > HARDLY for remaining in run.remaining[-2:]) or run.loss[-1] > run.loss[0] or rises
    is_dead = dead is not None and dead.share >= MOSTLY_DEAD
    unusual = run.has_large_steps() and (badly or is_dead) or run.has_large_steps(FAR) and run.remaining[-1] > UNLEARNT
    if not (unusual or (worse or rises) and not is_early and run.remaining[-1] > UNLEARNT):
        return None
    also = f", and {percent(dead.share)} of the units of {run.label(dead.layer)} are dead" if is_dead and dead else ""
    low, high = run.usual_rate
    optimizer = run.experiment.compile.optimizer.name
    return warning(
        f"With a learning rate of {run.rate:g} the loss is {rounded(run.loss[-1])} after {len(run.epochs)} epochs{also}.",
        f"Expected it to fall; usual learning rates of {optimizer} are {low:g} to {high:g}.",
        "Take a smaller learning rate.",
        "Most likely each step overshoots the valley that it aims at, so that the loss jumps about, or units die.",
        suggestions.RATE,
        suggestions.lower_rate(run.experiment, run.rate),
    )


def vanishing_gradients(run: RunMetrics) -> Problem | None:
    """The first layers hardly get a gradient, and the network learns little."""
    layers = [(layer, health) for layer, health in run.trainable_layers() if health["gradient"] is not None]
    if len(layers) < 3 or not run.remaining[-1] > UNLEARNT:
        return None
    first, last = layers[0], layers[-1]
    if (
        not last[1]["gradient"] or not first[1]["gradient"]
    ):  # a gradient of exactly 0 comes from dead units, not from many layers
        return None
    share = first[1]["gradient"] / last[1]["gradient"]
    squashing = [health for _, health in layers[:-1] if health.get("flat") is not None]
    # A step changes a layer by the ratio of its gradient to its weights.
    weak = share * (last[1]["weights"] or 0.0) / max(first[1]["weights"] or 0.0, 1e-9) < WEAK
    weak = weak and len(squashing) >= MANY_SQUASHING and run.remaining[-1] > HALF
    if not (weak or share < VANISHED and run.remaining[-1] > BADLY):
        return None
    return warning(
        f"The gradient of {run.label(first[0])} is {rounded(first[1]['gradient'])} long, "
        f"that of {run.label(last[0])} {rounded(last[1]['gradient'])}.",
        "Expected gradients of about the same size in all layers; the first ones hardly learn.",
        "Use relu in the hidden layers, or fewer layers.",
        f"Most likely each of the {len(layers)} layers makes the gradient smaller on its way back, until it vanishes.",
        ("layers",),
        suggestions.use_relu(run.experiment),
    )


class _DeadUnits(NamedTuple):
    share: float  # of the layer's units
    layer: Layer
    units: int


def _layer_with_most_dead_units(run: RunMetrics) -> _DeadUnits | None:
    # In a layer that is too narrow, one dead unit is a large share: `generalization.underfitting` covers such layers.
    wide = [(layer, health) for layer, health in run.layers_with_health() if health["units"] >= run.least_units]
    dead = [_DeadUnits(share, layer, health["units"]) for layer, health in wide if (share := health["dead"]) is not None]
    return max(dead, key=lambda units: units.share, default=None)


def dead_units(run: RunMetrics) -> Problem | None:
    """Most units of a layer give 0 for every image."""
    deadest = _layer_with_most_dead_units(run)
    badly = run.remaining[-1] > BADLY and not run.loss[-1] < (1 - HARDLY_FALLS) * run.loss[-2]
    badly = badly and run.steps >= LONG_PLATEAU
    if deadest is None or deadest.share < (MOSTLY_DEAD if badly else NEARLY_ALL_DEAD):
        return None
    share, layer, units = deadest
    start = [suggestions.random_start(layer)] if suggestions.starts_unusually(layer) else []
    count = round(share * units)
    return warning(
        f"{count:,} of the {units:,} units of {run.label(layer)} answer 0 to every image.",
        "Expected most units to answer to some images; those that never do get no gradient, and never will.",
        "Let the weights start otherwise." if start else "Take a smaller learning rate, or leaky_relu.",
        "Most likely its weights start so that every sum is below 0."
        if start
        else "Most likely a step that was too large has pushed them to where every sum is below 0.",
        ("layers", layer.id),
        [*start, *suggestions.use_leaky_relu(layer), *suggestions.lower_rate(run.experiment, run.rate)],
    )


def learning_rate_too_low(run: RunMetrics) -> Problem | None:
    """The loss falls, but hardly."""
    low, high = run.usual_rate
    falls = all(before > after for before, after in zip(run.loss, run.loss[1:], strict=False))
    slowly = mean_fall(run.remaining) < SLOWLY and run.remaining[-1] > BADLY and run.remaining[0] <= 1 + 2 * GUESSING
    long_enough = run.steps >= ENOUGH_STEPS and (len(run.epochs) > FEW_EPOCHS or _is_guessing(run))
    below = run.has_small_steps and (falls or slowly) and run.remaining[-1] > UNLEARNT
    if not (below or slowly and falls and run.rate <= NEAR * low and long_enough):
        return None
    return warning(
        f"With a learning rate of {run.rate:g} the loss went from {rounded(run.loss[0])} to {rounded(run.loss[-1])} "
        f"in {len(run.epochs)} epochs.",
        f"Expected more; usual learning rates of {run.experiment.compile.optimizer.name} are {low:g} to {high:g}.",
        "Take a larger learning rate.",
        "Most likely the steps go the right way, but are too small.",
        suggestions.RATE,
        suggestions.higher_rate(run.experiment, run.rate),
    )


def stuck_at_guess(run: RunMetrics) -> Problem | None:
    """The loss is that of guessing; `generalization.underfitting` reports layers that are too narrow one epoch later."""
    is_narrow = any(health["units"] < run.least_units for _, health in run.hidden_layers)
    if is_narrow or not _is_guessing(run) or run.steps < LONG_PLATEAU:
        return None
    why = "Most likely the gradient says nothing: steps too small or too large, or layers that lose the image."
    fix = "Try another learning rate; if that changes nothing, start from the lecture's net and add one layer at a time."
    return _stuck_warning(
        run,
        fix,
        why,
        [*suggestions.higher_rate(run.experiment, run.rate), *suggestions.lower_rate(run.experiment, run.rate)],
    )


def softmax_with_from_logits(run: RunMetrics) -> Problem | None:
    """The network ends with softmax, and the loss applies it once more."""
    ends = output_activations(run.experiment)
    if not ends or not _reads_logits(run) or ends[-1][1] not in PROBABILITIES:
        return None
    return warning(
        f"The last activation is {ends[-1][1]}, and the loss has from_logits=True: it would apply softmax once more.",
        "Expected one of the two.",
        "Set from_logits to False, or the last activation to linear.",
        f"Here the loss fell to {rounded(run.loss[-1])}, since Keras saw it and took the numbers before {ends[-1][1]}; "
        "where it cannot see that, learning is slow.",
        ("compile", "loss"),
        [*suggestions.read_probabilities(run.experiment), suggestions.set_output_activation(ends[-1][0], "linear")],
    )
