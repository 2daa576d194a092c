"""Rules that recognise settings which keep a network from learning, from a run's numbers.

`core.coach.rules` orders all rules.
"""

import math

from core.coach import suggestions
from core.coach.run_metrics import (
    UNLEARNT,
    RunMetrics,
    batch_normalizers,
    dropped_share,
    output_activations,
    penalized_layers,
    warning,
)
from core.number_text import percent, rounded
from core.problems import Problem

FEW_STEPS = 60  # in a whole run; ready networks have learned most after 200 to 500
FEW_LARGE_STEPS = 150  # in a run whose batches could be smaller
LARGE_BATCH = 256  # images
DOMINATES = 0.5  # share of the loss
PULLS = 0.1  # share of the loss, if the first loss was more than twice that of guessing
TINY_BATCH = 4  # images
STRONG_DROPOUT = 0.75  # share of a layer's inputs
MOSTLY_FLAT = 0.5  # share of a layer's outputs
ENOUGH_STEPS = 400  # by then, every class should have been predicted
SOME_LEFT = 0.2  # share of what a guessing network has to learn


def few_updates(run: RunMetrics) -> Problem | None:
    """The run has too few steps to learn much, and this network has not learned much."""
    experiment, steps = run.experiment, run.experiment.epoch_steps
    planned, num_epochs = steps * experiment.fit.epochs, len(run.epochs)
    to_come = experiment.fit.epochs - num_epochs
    last_fall = run.remaining[-2] - run.remaining[-1]
    unlearnt = run.remaining[-1] - to_come * last_fall > UNLEARNT  # even if the loss falls as fast to the end
    batch, images = experiment.fit.batch_size, experiment.data.num_used
    large = batch >= LARGE_BATCH
    falls = run.loss[-1] < run.loss[0] and not run.rate < run.usual_rate[0]
    if planned > (FEW_LARGE_STEPS if large else FEW_STEPS) or not (falls and unlearnt):
        return None
    times = f"{steps * num_epochs:,} times in {num_epochs} epochs"
    return warning(
        f"The weights have changed only {times}, and the loss is {rounded(run.loss[-1])}.",
        f"Expected some hundred changes or more; this run makes {planned:,}.",
        "Take smaller batches, or train for more epochs." if large else "Train for more epochs, or on more images.",
        f"Most likely the batches are too large: {batch:,} of {images:,} images are {steps:,} to an epoch, "
        "and each batch changes the weights once."
        if large
        else f"Most likely the run is too short: {images:,} images are {steps:,} batches to an epoch.",
        ("fit", "batch_size") if large else ("fit", "epochs"),
        [*suggestions.smaller_batches(experiment), *suggestions.enough_epochs(experiment, FEW_LARGE_STEPS)],
    )


def strong_penalty(run: RunMetrics) -> Problem | None:
    """Penalties on weights or outputs make up most of the loss, and the network answers badly."""
    layers, penalty, loss = penalized_layers(run.experiment), run.penalty, run.loss[-1]
    guess = math.log(run.classes) if math.isnan(run.guessing_loss) else run.guessing_loss
    began = max(run.early_losses, default=math.nan) - guess
    remaining = run.remaining_by_accuracy[-1]
    pulls = began > guess and penalty > PULLS * loss and run.remaining_without_penalty > UNLEARNT
    dominates = penalty > DOMINATES * loss and remaining > UNLEARNT
    if not layers or not (pulls or dominates or began > guess and remaining > DOMINATES):
        return None
    observation = (
        f"{percent(penalty / loss)} of the loss of {rounded(loss)} are penalties"
        if pulls or dominates
        else f"The penalties began at about {rounded(began)}, beside {rounded(guess)} for wrong answers"
    )
    names = " and ".join(run.label(layer) for layer in layers[:2])
    return warning(
        f"{observation}, and {percent(run.accuracy_now)} of the images are right.",
        "Expected the answers to make up most of the loss.",
        "Take a weaker penalty, or none.",
        f"Most likely the penalty of {names} is too strong: small weights lower the loss more than right answers do.",
        ("layers", layers[0].id),
        suggestions.weaker_penalties(run.experiment),
    )


def strong_dropout(run: RunMetrics) -> Problem | None:
    """Dropout leaves too little to learn from."""
    layer = max(run.experiment.layers, key=dropped_share, default=None)
    share = dropped_share(layer) if layer is not None else 0.0
    if layer is None or share < STRONG_DROPOUT or not (1 - run.accuracy[-1]) / (1 - 1 / run.classes) > UNLEARNT:
        return None
    val = run.val_accuracy[-1]
    whole = f", and {val:.3f} in the validation, where nothing is dropped" if val > 0 else ""
    return warning(
        f"{percent(share)} of what goes into {run.label(layer)} is dropped, and the training accuracy is "
        f"{run.accuracy[-1]:.3f}{whole}.",
        "Expected a share of 0.2 to 0.5.",
        "Drop less.",
        f"Most likely the {percent(1 - share)} that are left are too few to learn from.",
        ("layers", layer.id),
        suggestions.less_dropout(layer),
    )


def tiny_batches(run: RunMetrics) -> Problem | None:
    """Batch normalisation over so few images that mean and spread are mostly random."""
    layers, batch = batch_normalizers(run.experiment), run.experiment.fit.batch_size
    if not layers or batch > TINY_BATCH or not max(run.remaining[-1], run.remaining_by_accuracy[-1]) > UNLEARNT:
        return None
    return warning(
        f"Mean and spread in {run.label(layers[0])} are those of {batch} image{'' if batch == 1 else 's'} at a time, "
        f"and the loss is {rounded(run.loss[-1])} after {len(run.epochs)} epochs.",
        "Expected batches of 16 images or more where a layer normalises them.",
        "Take larger batches, or train without BatchNormalization.",
        "Most likely the batches are too small: the mean of so few images is mostly chance, and that of one image leaves "
        "nothing of it.",
        ("fit", "batch_size"),
        [*suggestions.usual_batches(run.experiment), *suggestions.without_layer(layers[0])],
    )


def saturated_units(run: RunMetrics) -> Problem | None:
    """Most outputs of a hidden layer lie at the flat ends of its activation."""
    flat = [
        (layer, share) for layer, health in run.layers_with_health() if (share := health.get("flat") or 0.0) > MOSTLY_FLAT
    ]
    if not flat or not run.remaining[-1] > UNLEARNT / 2:
        return None
    layer, share = max(flat, key=lambda pair: pair[1])
    start = [suggestions.random_start(layer)] if suggestions.starts_unusually(layer) else []
    function = layer.values.get("activation") or layer.name
    return warning(
        f"{percent(share)} of the answers of {run.label(layer)} lie at the ends of {function}.",
        f"Expected most of them in between: at its ends {function} is flat, and what is flat has no gradient.",
        "Let the weights start smaller." if start else "Use relu in the hidden layers, or take a smaller learning rate.",
        "Most likely its weights start too large for the number of its inputs."
        if start
        else "Most likely its weights have grown too large, by steps that were too large or pixels that are not scaled.",
        ("layers", layer.id),
        [*start, *suggestions.use_relu(run.experiment), *suggestions.lower_rate(run.experiment, run.rate)],
    )


def wrong_loss(run: RunMetrics) -> Problem | None:
    """The loss is not made for classes, and some classes are never predicted."""
    repairs = suggestions.cross_entropy(run.experiment)
    never = [label for label, count in run.num_actual.items() if count and not run.num_predicted.get(label)]
    late = run.steps >= ENOUGH_STEPS
    if not repairs or not output_activations(run.experiment) or len(never) < (1 if late else 2):
        return None
    if not run.remaining_by_accuracy[-1] > (SOME_LEFT if late else UNLEARNT):
        return None
    return warning(
        f"{percent(run.accuracy_now)} of the images are right, and {len(never)} of {run.classes} classes never came up.",
        "Expected some answers of each class.",
        "Use cross-entropy, which is made for classes.",
        f"Most likely it is the loss: the gradient of {run.experiment.compile.loss.name} is smallest where answers are "
        "wrong and sure.",
        ("compile", "loss"),
        [*repairs, *suggestions.higher_rate(run.experiment, run.rate)],
    )
