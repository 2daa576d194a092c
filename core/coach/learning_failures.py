"""Rules that recognise, from the numbers of a run, a network that learns nothing or little.

`core.coach.rules` orders all rules.
"""

import math
from collections.abc import Sequence
from typing import NamedTuple

from core.checks.initial_weights import BIAS, RECURRENT, unusual_initializers
from core.checks.outputs import PROBABILITIES
from core.coach import suggestions
from core.coach.bad_labels import is_above_chance
from core.coach.run_metrics import (
    POOR_REMAINING,
    RISING_LOSS_RATIO,
    RunMetrics,
    coach_problem,
    mean_decrease,
    output_activations,
)
from core.experiment.learning_rates import SMALL_BATCH, usual_rates_text
from core.experiment.model import CATALOGUES, Layer
from core.number_text import percent, quantity, rounded
from core.problems import Problem, Repair

BAD_REMAINING = 0.8  # share that is left to learn, 1 for a guessing network; a run above this share learns badly
HARDLY_LEARNT_REMAINING = 0.9  # the share left to learn above which a run has learned hardly anything
GUESSING_TOLERANCE = 0.02  # a loss counts as guessing if it differs from ln K by less than this share
SLOW_DECREASE = 0.02  # a loss falls slowly if an epoch lowers it by less than this share of the loss of guessing
FEW_EPOCHS = 2  # epochs that are too few to tell whether a loss falls slowly
ENOUGH_STEPS = 120  # training steps before which a network may still be on its first plateau
LONG_PLATEAU = 200  # training steps; a residual network on colour pictures guesses for 190 steps
HUGE_LOSS = 10.0  # a loss is huge from this multiple of the loss of guessing
LONG_GRADIENT = 100.0  # a huge gradient norm for cross-entropy on scaled pixels; 0.1 to 10 are common
HALF_REMAINING = 0.5  # the share left to learn above which weak gradients are reported
LOW_RATE_FACTOR = 3.0  # a rate up to this multiple of the lowest usual learning rate may be too low
HIGH_RATE_FACTOR = 3.0  # a rate above this multiple of the highest usual learning rate is far too high
WEAK_GRADIENT_RATIO = 0.05  # of gradient to weights in the first layer, relative to the last layer; 0.2 to 10 is healthy
MANY_SQUASHING = 4  # layers with an activation that is flat at both ends
VANISHED_GRADIENT_RATIO = 1e-3  # of the first layer's norm to the last layer's norm; below it, the gradient has vanished
MOSTLY_DEAD = 0.5  # the share of dead units that explains a run that learns badly; healthy networks have up to 0.55
NEARLY_ALL_DEAD = 0.95  # the share of dead units that is a fault in any run; dense networks still learn with 0.81
HARDLY_FALLS = 0.005  # the loss hardly falls if an epoch lowers it by less than this share


def not_finite(run: RunMetrics) -> Problem | None:
    """Recognise a loss or weights that became infinite or NaN."""
    if (step := run.not_finite_step) is None:
        return None
    last = run.gradients()[-1:]
    epoch = math.ceil(step / run.experiment.epoch_steps)
    grown = f" The last gradient that was finite was {rounded(last[0])} long." if last else ""
    unscaled = suggestions.scale_pixels(run.experiment)
    return coach_problem(
        f"The loss became infinite or not a number in epoch {epoch}, by step {step:,}.{grown}",
        "Expected numbers to the end; a single infinity or NaN spreads to all later results.",
        f"Take smaller steps{', and scale the pixels' if unscaled else ''}.",
        f"Most likely the steps were too large{', and so were the pixels' if unscaled else ''}: each one overshot further.",
        suggestions.RATE,
        [*unscaled, *suggestions.lower_rate(run.experiment, run.rate), *suggestions.clip_gradients(run.experiment)],
    )


def softmax_twice(run: RunMetrics) -> Problem | None:
    """Recognise softmax applied twice: the loss stays near or above the minimum that a second softmax allows."""
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
    return coach_problem(
        f"The loss is {rounded(run.loss[-1])} after {len(run.epochs)} epochs{correct}.",
        f"Expected it to come near 0; with softmax applied twice it cannot fall below {rounded(floor)}.",
        "Apply softmax once.",
        "Softmax of softmax is nearly the same for all classes, so that gradients are small and learning is slow.",
        ("layers", ends[-1].id),
        repairs,
    )


def _reads_logits(run: RunMetrics) -> bool:
    return bool(run.experiment.compile.loss.argument("from_logits", False))


def unsuitable_output_activation(run: RunMetrics) -> Problem | None:
    """Recognise an output activation that does not fit the loss, such as linear outputs without `from_logits`."""
    ends = output_activations(run.experiment)
    expects = CATALOGUES["loss"][run.experiment.compile.loss.name].trait("expects", PROBABILITIES)
    if not ends or _reads_logits(run) or ends[-1][1] in expects or not run.remaining[-1] > 1 - BAD_REMAINING:
        return None
    layer, activation = ends[-1]
    logits = suggestions.read_logits(run.experiment) if activation == "linear" else []
    return coach_problem(
        f"The loss is {rounded(run.loss[-1])} after {len(run.epochs)} epochs, and the last activation is {activation}.",
        f"Expected {' or '.join(expects)} before this loss, which reads the answers as probabilities.",
        f"Set the last activation to {expects[0]}{', or tell the loss that it gets logits' if logits else ''}.",
        "Answers below 0 or above 1 are cut off, and where they are cut off there is no gradient.",
        ("layers", layer.id),
        [*logits, suggestions.set_output_activation(layer, expects[0])],
    )


def find_unscaled_pixels(run: RunMetrics) -> Problem | None:
    """Recognise unscaled pixels: the checks warned of them, and the first losses are far above the loss of guessing."""
    ignored = next((problem for problem in run.warnings if problem.code == "unscaled-pixels"), None)
    began = max(run.early_losses, default=math.nan)
    unknown = math.isnan(run.guessing_loss) and run.remaining[-1] > BAD_REMAINING
    if ignored is None or not (began > 2 * run.guessing_loss or unknown):
        return None
    guess = "" if math.isnan(run.guessing_loss) else f"; guessing alone has {rounded(run.guessing_loss)}"
    return coach_problem(
        f"{ignored.happened.removesuffix('.')}, and the first batches had a loss of up to {rounded(began)}{guess}.",
        "Expected a first loss near that of guessing, and inputs of about the size of 1.",
        ignored.fix,
        "Weights start out for inputs near 1. With larger ones the first answers are far too sure, and the first steps so "
        "long that the network may only guess afterwards.",
        ignored.where,
        ignored.repairs,
    )


def stuck_with_known_cause(run: RunMetrics) -> Problem | None:
    """Recognise a loss that stays at the loss of guessing, if the layers show the cause, such as equal initial weights."""
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
    equal = [layer for layer, _ in run.trainable_layers() if suggestions.has_equal_initial_weights(layer)]
    if equal:
        why = f"Most likely the start: all weights of {run.label(equal[0])} are the same, so that its units learn the same."
        return _stuck_warning(run, "Let weights start at random.", why, suggestions.reset_initial_weights(run.experiment))
    return None


def _is_guessing(run: RunMetrics) -> bool:
    return not math.isnan(run.guessing_loss) and all(
        abs(remaining - 1) < GUESSING_TOLERANCE for remaining in run.remaining[-2:]
    )


def _stuck_warning(run: RunMetrics, fix: str, why: str, repairs: Sequence[Repair]) -> Problem:
    at = f"near ln {run.classes} = {rounded(run.guessing_loss)}, that" if not math.isnan(run.guessing_loss) else "that"
    return coach_problem(
        f"The loss is {rounded(run.loss[-1])} after {len(run.epochs)} epochs: {at} of a net that guesses.",
        "Expected it to fall below that in the first epoch.",
        fix,
        why,
        ("layers",),
        repairs,
    )


def exploding_gradients(run: RunMetrics) -> Problem | None:
    """Recognise exploding gradients: their norm or the loss is huge, and the network learns nothing."""
    lengths = sorted(run.gradients(len(run.epochs) - 2.0))
    middle = lengths[len(lengths) // 2] if lengths else 0.0
    layer = _layer_with_heaviest_start(run)
    huge = layer is not None and (run.remaining[-1] > HUGE_LOSS or _is_warned_of_memory(run))
    if not (middle > LONG_GRADIENT and run.remaining[-1] > BAD_REMAINING or huge):
        return None
    part = "recurrent weights" if layer and RECURRENT in unusual_initializers(layer) else "weights"
    cause = f"the {part} of {run.label(layer)} start too large" if layer else "the steps are too large"
    observation = f"The gradient is about {rounded(middle)} long, and the loss" if lengths else "The loss is"
    return coach_problem(
        f"{observation} {rounded(run.loss[-1])} after {len(run.epochs)} epochs.",
        "Expected a gradient of about 0.1 to 10, which shrinks while the net learns.",
        "Let the weights start smaller, or cut gradients that are too long." if layer else "Cut gradients, or step less.",
        f"Most likely {cause}: each layer multiplies the gradient on its way back, until it explodes.",
        ("layers", layer.id) if layer else ("compile", "optimizer"),
        [
            *suggestions.reset_initial_weights(run.experiment),
            *suggestions.clip_gradients(run.experiment),
            *suggestions.lower_rate(run.experiment, run.rate),
        ],
    )


def _is_warned_of_memory(run: RunMetrics) -> bool:
    """Tell whether the result is poor, and the checks warned that initial recurrent weights are too large."""
    warned = any(problem.code == "recurrent-start-too-large" for problem in run.warnings)
    return warned and run.remaining_now > POOR_REMAINING


def _layer_with_heaviest_start(run: RunMetrics) -> Layer | None:
    """Return the layer with the largest weights among the hidden layers with unusual initializers, or None."""
    unusual = [(layer, health) for layer, health in run.hidden_layers if suggestions.has_unusual_initializers(layer)]
    heaviest = max(unusual, key=lambda pair: pair[1]["weights"] or 0.0, default=None)
    return heaviest[0] if heaviest else None


def learning_rate_too_high(run: RunMetrics) -> Problem | None:
    """Recognise a learning rate that is too high: the loss does not fall, rises again, or is worse than guessing."""
    dead = _layer_with_most_dead_units(run)
    is_early = run.has_small_steps or run.steps < ENOUGH_STEPS
    worse = all(remaining > 1 + GUESSING_TOLERANCE for remaining in run.remaining[-2:]) and not run.stands_still
    rises = run.loss[-1] > RISING_LOSS_RATIO * min(run.loss)
    badly = (
        all(remaining > HARDLY_LEARNT_REMAINING for remaining in run.remaining[-2:]) or run.loss[-1] > run.loss[0] or rises
    )
    is_dead = dead is not None and dead.share >= MOSTLY_DEAD
    unusual = (
        run.has_large_steps()
        and (badly or is_dead)
        or run.has_large_steps(HIGH_RATE_FACTOR)
        and run.remaining[-1] > POOR_REMAINING
    )
    if not (unusual or (worse or rises) and not is_early and run.remaining[-1] > POOR_REMAINING):
        return None
    also = f", and {percent(dead.share)} of the units of {run.label(dead.layer)} are dead" if is_dead and dead else ""
    optimizer, size = run.experiment.compile.optimizer.name, run.experiment.fit.batch_size
    small = f", after a noisy batch of {quantity(size, 'image')}," if size < SMALL_BATCH else ""
    return coach_problem(
        f"With a learning rate of {run.rate:g} the loss is {rounded(run.loss[-1])} after {len(run.epochs)} epochs{also}.",
        f"Expected it to fall; usual learning rates of {optimizer} are {usual_rates_text(run.experiment)}.",
        "Take a smaller learning rate.",
        f"Most likely each step{small} overshoots the valley that it aims at, so that the loss jumps about, or units die.",
        suggestions.RATE,
        suggestions.lower_rate(run.experiment, run.rate),
    )


def vanishing_gradients(run: RunMetrics) -> Problem | None:
    """Recognise vanishing gradients: the first layer's gradient is tiny, and the network learns little."""
    layers = [(layer, health) for layer, health in run.trainable_layers() if health["gradient"] is not None]
    if len(layers) < 3 or not run.remaining[-1] > POOR_REMAINING:
        return None
    first, last = layers[0], layers[-1]
    if (
        not last[1]["gradient"] or not first[1]["gradient"]
    ):  # a gradient of exactly 0 comes from dead units, not from many layers
        return None
    share = first[1]["gradient"] / last[1]["gradient"]
    squashing = [health for _, health in layers[:-1] if health.get("flat") is not None]
    # A step changes a layer by the ratio of its gradient to its weights.
    weak = share * (last[1]["weights"] or 0.0) / max(first[1]["weights"] or 0.0, 1e-9) < WEAK_GRADIENT_RATIO
    weak = weak and len(squashing) >= MANY_SQUASHING and run.remaining[-1] > HALF_REMAINING
    if not (weak or share < VANISHED_GRADIENT_RATIO and run.remaining[-1] > BAD_REMAINING):
        return None
    return coach_problem(
        f"The gradient of {run.label(first[0])} is {rounded(first[1]['gradient'])} long, "
        f"that of {run.label(last[0])} {rounded(last[1]['gradient'])}.",
        "Expected gradients of about the same size in all layers; the first ones hardly learn.",
        "Use relu in the hidden layers, or fewer layers.",
        f"Most likely each of the {len(layers)} layers makes the gradient smaller on its way back, until it vanishes.",
        ("layers",),
        suggestions.use_relu(run.experiment),
    )


class _DeadUnits(NamedTuple):
    share: float  # the dead share of the layer's units
    layer: Layer
    units: int


def _layer_with_most_dead_units(run: RunMetrics) -> _DeadUnits | None:
    # In a layer that is too narrow, a dead unit is a large share: `generalization.underfitting` covers such layers.
    wide = [(layer, health) for layer, health in run.layers_with_health() if health["units"] >= run.least_units]
    dead = [_DeadUnits(share, layer, health["units"]) for layer, health in wide if (share := health["dead"]) is not None]
    return max(dead, key=lambda units: units.share, default=None)


def dead_units(run: RunMetrics) -> Problem | None:
    """Recognise a layer in which most units give 0 for every image."""
    deadest = _layer_with_most_dead_units(run)
    if any(health["units"] < run.least_units for _, health in run.hidden_layers):
        return None  # behind a layer that is too narrow, units of other layers die too
    badly = run.remaining[-1] > BAD_REMAINING and not run.loss[-1] < (1 - HARDLY_FALLS) * run.loss[-2]
    badly = badly and run.steps >= LONG_PLATEAU
    if deadest is None or deadest.share < (MOSTLY_DEAD if badly else NEARLY_ALL_DEAD):
        return None
    share, layer, units = deadest
    start = suggestions.reset_initial_weights(run.experiment) if suggestions.has_unusual_initializers(layer) else []
    part = "biases" if BIAS in unusual_initializers(layer) else "weights"
    count = round(share * units)
    return coach_problem(
        f"{count:,} of the {units:,} units of {run.label(layer)} answer 0 to every image.",
        "Expected most units to answer to some images; those that never do get no gradient, and never will.",
        f"Let the {part} start otherwise." if start else "Take a smaller learning rate, or leaky_relu.",
        f"Most likely its {part} start so that every sum is below 0."
        if start
        else "Most likely a step that was too large has pushed them to where every sum is below 0.",
        ("layers", layer.id),
        [*start, *suggestions.use_leaky_relu(run.experiment), *suggestions.lower_rate(run.experiment, run.rate)],
    )


def learning_rate_too_low(run: RunMetrics) -> Problem | None:
    """Recognise a learning rate that is too low: the loss falls, but very slowly."""
    falls = all(before > after for before, after in zip(run.loss, run.loss[1:], strict=False))
    slowly = (
        mean_decrease(run.remaining) < SLOW_DECREASE
        and run.remaining[-1] > BAD_REMAINING
        and run.remaining[0] <= 1 + 2 * GUESSING_TOLERANCE
    )
    long_enough = run.steps >= ENOUGH_STEPS and (len(run.epochs) > FEW_EPOCHS or _is_guessing(run))
    below = run.has_small_steps and (falls or slowly) and run.remaining[-1] > POOR_REMAINING
    if not (below or slowly and falls and run.rate <= LOW_RATE_FACTOR * run.usual_rate[0] and long_enough):
        return None
    return coach_problem(
        f"With a learning rate of {run.rate:g} the loss went from {rounded(run.loss[0])} to {rounded(run.loss[-1])} "
        f"in {len(run.epochs)} epochs.",
        f"Expected more; usual learning rates of {run.experiment.compile.optimizer.name} are "
        f"{usual_rates_text(run.experiment)}.",
        "Take a larger learning rate.",
        "Most likely the steps go the right way, but are too small.",
        suggestions.RATE,
        suggestions.higher_rate(run.experiment, run.rate),
    )


def stuck_at_guess(run: RunMetrics) -> Problem | None:
    """Recognise a loss that stays at the loss of guessing, if no cause is known.

    If a layer has too few units, `generalization.underfitting` reports the problem an epoch later instead.
    """
    is_narrow = any(health["units"] < run.least_units for _, health in run.hidden_layers)
    learns = is_above_chance(run, 1 / run.classes)
    if is_narrow or learns or not _is_guessing(run) or run.steps < LONG_PLATEAU:
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
    """Recognise a softmax output with `from_logits=True`, if the network learned nevertheless."""
    ends = output_activations(run.experiment)
    if not ends or not _reads_logits(run) or ends[-1][1] not in PROBABILITIES:
        return None
    return coach_problem(
        f"The last activation is {ends[-1][1]}, and the loss has from_logits=True: it would apply softmax once more.",
        "Expected one of the two.",
        "Set from_logits to False, or the last activation to linear.",
        f"Here the loss fell to {rounded(run.loss[-1])}, since Keras saw it and took the numbers before {ends[-1][1]}; "
        "where it cannot see that, learning is slow.",
        ("compile", "loss"),
        [*suggestions.read_probabilities(run.experiment), suggestions.set_output_activation(ends[-1][0], "linear")],
    )
