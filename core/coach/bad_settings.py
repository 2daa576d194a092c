"""Rules that recognise, from the numbers of a run, settings that keep a network from learning.

`core.coach.rules` orders all rules.
"""

import math

from core.checks.bad_practice import MOST_DROPPED
from core.checks.batches import FEW_IMAGES_TO_NORMALISE, FEW_LARGE_UPDATES, FEW_UPDATES, FEWEST_BATCH_IMAGES, LARGE_BATCH
from core.coach import suggestions
from core.coach.run_metrics import (
    POOR_REMAINING,
    RunMetrics,
    batch_normalizers,
    coach_problem,
    dropped_share,
    output_activations,
    penalized_layers,
)
from core.number_text import percent, rounded
from core.problems import Problem

DOMINANT_PENALTY_SHARE = 0.5  # penalties that make up this share of the loss are too strong
PULLING_PENALTY_SHARE = 0.1  # the same share, if the first loss was more than twice the loss of guessing
HALF_REMAINING = 0.5  # the share left to learn above which a high first loss is enough
MOSTLY_FLAT = 0.5  # a layer is saturated if this share of its outputs lies at the flat ends of its activation
ENOUGH_STEPS = 400  # training steps after which every class should have been predicted
LATE_POOR_REMAINING = 0.2  # after these steps, the share that is left to learn in a poor run; a guessing network has 1


def few_updates(run: RunMetrics) -> Problem | None:
    """Recognise a run with too few weight updates, if its loss is still high."""
    experiment, steps = run.experiment, run.experiment.epoch_steps
    planned, num_epochs = steps * experiment.fit.epochs, len(run.epochs)
    to_come = experiment.fit.epochs - num_epochs
    last_fall = run.remaining[-2] - run.remaining[-1]
    unlearnt = run.remaining[-1] - to_come * last_fall > POOR_REMAINING  # even if the loss falls as fast to the end
    batch, images = experiment.fit.batch_size, experiment.data.num_used
    large = batch >= LARGE_BATCH
    falls = run.loss[-1] < run.loss[0] and not run.rate < run.usual_rate[0]
    if planned > (FEW_LARGE_UPDATES if large else FEW_UPDATES) or not (falls and unlearnt):
        return None
    times = f"{steps * num_epochs:,} times in {num_epochs} epochs"
    return coach_problem(
        f"The weights have changed only {times}, and the loss is {rounded(run.loss[-1])}.",
        f"Expected some hundred changes or more; this run makes {planned:,}.",
        "Take smaller batches, or train for more epochs." if large else "Train for more epochs, or on more images.",
        f"Most likely the batches are too large: {batch:,} of {images:,} images are {steps:,} to an epoch, "
        "and each batch changes the weights once."
        if large
        else f"Most likely the run is too short: {images:,} images are {steps:,} batches to an epoch.",
        ("fit", "batch_size") if large else ("fit", "epochs"),
        [*suggestions.smaller_batches(experiment), *suggestions.enough_epochs(experiment, FEW_LARGE_UPDATES)],
    )


def strong_penalty(run: RunMetrics) -> Problem | None:
    """Recognise regularization that is too strong: penalties make up much of the loss, and the accuracy is low."""
    layers, penalty, loss = penalized_layers(run.experiment), run.penalty, run.loss[-1]
    guess = math.log(run.classes) if math.isnan(run.guessing_loss) else run.guessing_loss
    began = max(run.early_losses, default=math.nan) - guess
    remaining = run.remaining_by_accuracy[-1]
    pulls = began > guess and penalty > PULLING_PENALTY_SHARE * loss and run.remaining_without_penalty > POOR_REMAINING
    dominates = penalty > DOMINANT_PENALTY_SHARE * loss and remaining > POOR_REMAINING
    if not layers or not (pulls or dominates or began > guess and remaining > HALF_REMAINING):
        return None
    observation = (
        f"{percent(penalty / loss)} of the loss of {rounded(loss)} are penalties"
        if pulls or dominates
        else f"The penalties began at about {rounded(began)}, beside {rounded(guess)} for wrong answers"
    )
    names = " and ".join(run.label(layer) for layer in layers[:2])
    return coach_problem(
        f"{observation}, and {percent(run.accuracy_now)} of the images are right.",
        "Expected the answers to make up most of the loss.",
        "Take a weaker penalty, or none.",
        f"Most likely the penalty of {names} is too strong: small weights lower the loss more than right answers do.",
        ("layers", layers[0].id),
        suggestions.weaker_penalties(run.experiment),
    )


def strong_dropout(run: RunMetrics) -> Problem | None:
    """Recognise Dropout with too high a rate: the training accuracy stays low."""
    layer = max(run.experiment.layers, key=dropped_share, default=None)
    share = dropped_share(layer) if layer is not None else 0.0
    if layer is None or share <= MOST_DROPPED or not (1 - run.accuracy[-1]) / (1 - 1 / run.classes) > POOR_REMAINING:
        return None
    val = run.val_accuracy[-1]
    whole = f", and {val:.3f} in the validation, where nothing is dropped" if val > 0 else ""
    return coach_problem(
        f"{percent(share)} of the input of {run.label(layer)} is dropped, and the training accuracy is "
        f"{run.accuracy[-1]:.3f}{whole}.",
        "Expected a share of 0.2 to 0.5.",
        "Drop less.",
        f"Most likely the {percent(1 - share)} that are left are too few to learn from.",
        ("layers", layer.id),
        suggestions.less_dropout(run.experiment, MOST_DROPPED),
    )


def tiny_batches(run: RunMetrics) -> Problem | None:
    """Recognise BatchNormalization over batches so small that their mean and variance are mostly random."""
    layers, batch = batch_normalizers(run.experiment), run.experiment.fit.batch_size
    if (
        not layers
        or batch >= FEWEST_BATCH_IMAGES
        or not max(run.remaining[-1], run.remaining_by_accuracy[-1]) > POOR_REMAINING
    ):
        return None
    return coach_problem(
        f"Mean and spread in {run.label(layers[0])} are those of {batch} image{'' if batch == 1 else 's'} at a time, "
        f"and the loss is {rounded(run.loss[-1])} after {len(run.epochs)} epochs.",
        f"Expected batches of {FEW_IMAGES_TO_NORMALISE} images or more where a layer normalises them.",
        "Take larger batches, or train without BatchNormalization.",
        "Most likely the batches are too small: the mean of so few images is mostly chance, and that of one image leaves "
        "nothing of it.",
        ("fit", "batch_size"),
        [*suggestions.batches_to_normalise(run.experiment), *suggestions.without_layer(layers[0])],
    )


def saturated_units(run: RunMetrics) -> Problem | None:
    """Recognise saturated units: most outputs of a hidden layer lie at the flat ends of its activation."""
    flat = [
        (layer, share)
        for layer, health in run.layers_with_health()
        if (share := health.get("flat") or 0.0) > MOSTLY_FLAT and health["units"] >= run.least_units
    ]
    if not flat or not run.remaining[-1] > POOR_REMAINING / 2:
        return None
    layer, share = max(flat, key=lambda pair: pair[1])
    start = suggestions.reset_initial_weights(run.experiment) if suggestions.has_unusual_initializers(layer) else []
    function = layer.values.get("activation") or layer.name
    return coach_problem(
        f"{percent(share)} of the answers of {run.label(layer)} lie at the ends of {function}.",
        f"Expected most of them in between: at its ends {function} is flat, without a gradient.",
        "Let the weights start smaller." if start else "Use relu in the hidden layers, or take a smaller learning rate.",
        "Most likely its weights start too large for the number of its inputs."
        if start
        else "Most likely its weights have grown too large, by steps that were too large or pixels that are not scaled.",
        ("layers", layer.id),
        [*start, *suggestions.use_relu(run.experiment), *suggestions.lower_rate(run.experiment, run.rate)],
    )


def wrong_loss(run: RunMetrics) -> Problem | None:
    """Recognise a loss that does not suit classification, if some classes are not predicted in two successive epochs."""
    repairs = suggestions.cross_entropy(run.experiment)
    never = run.never_predicted
    late = run.steps >= ENOUGH_STEPS
    if not repairs or not output_activations(run.experiment) or len(never) < (1 if late else 2):
        return None
    if not run.remaining_by_accuracy[-1] > (LATE_POOR_REMAINING if late else POOR_REMAINING):
        return None
    return coach_problem(
        f"{percent(run.accuracy_now)} of the images are right, and {len(never)} of {run.classes} classes "
        f"{'has' if len(never) == 1 else 'have'} not come up for an epoch.",
        "Expected some answers of each class.",
        "Use cross-entropy, which is made for classes.",
        f"Most likely it is the loss: the gradient of {run.experiment.compile.loss.name} is smallest where answers are "
        "wrong and sure.",
        ("compile", "loss"),
        [*repairs, *suggestions.higher_rate(run.experiment, run.rate)],
    )
