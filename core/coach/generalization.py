"""Rules that recognise a network that learns, but generalises badly, from a run's numbers.

`core.coach.rules` orders all rules.
"""

import math

from core.coach import suggestions
from core.coach.run_metrics import UNLEARNT, RunMetrics, dropped_share, mean_fall, warning
from core.number_text import percent, rounded
from core.problems import Problem

RISEN = 1.08  # the validation loss, relative to its lowest value
ENOUGH_STEPS = 400  # by then, ready networks have learned most on Fashion-MNIST
BY_HEART = 0.15  # how much higher the training accuracy is
FLAT = 0.01  # fall of the loss in FLAT_EPOCHS, as a share
FLAT_EPOCHS = 3
BETTER = 0.1  # how much higher the validation accuracy is than the training accuracy of the next epoch


def moving_averages(run: RunMetrics) -> Problem | None:
    """Running averages are still far from the training statistics, so that only validation goes wrong."""
    layers = [layer for layer in run.experiment.layers if layer.entry.parameter("moving_mean_initializer")]
    slow = [layer for layer in layers if layer.values["momentum"] ** run.epochs[-1]["step"] > 0.01]
    if not slow or not run.accuracy[-1] - run.val_accuracy[-1] > 2 * BY_HEART:
        return None
    steps, momentum = run.epochs[-1]["step"], slow[0].values["momentum"]
    return warning(
        f"The training accuracy is {run.accuracy[-1]:.3f}, the validation accuracy {run.val_accuracy[-1]:.3f}.",
        "Expected them to be close so early.",
        "Let the averages follow faster, with a momentum of 0.9, or train for longer.",
        f"Most likely the running averages of {run.label(slow[0])}, which only a validation uses: with a momentum of "
        f"{momentum:g} they are still {percent(momentum**steps)} of what they started as after {steps:,} steps.",
        ("layers", slow[0].id),
        [suggestions.smaller_momentum(slow[0]), suggestions.more_epochs(run.experiment)],
    )


def underfitting(run: RunMetrics) -> Problem | None:
    """The training loss stays high, and the network is small."""
    narrow = [(layer, health) for layer, health in run.hidden_layers if health["units"] < run.least_units]
    shallow = not run.hidden_layers
    fall = mean_fall(run.loss[-FLAT_EPOCHS:]) / run.loss[-1]
    better = run.val_accuracy[-1] > run.accuracy[-1] + BETTER
    if not (narrow or shallow) or len(run.epochs) < 3 or better:
        return None
    long_enough = bool(narrow) and run.steps >= ENOUGH_STEPS
    if not ((fall < 0.05 or long_enough) and run.remaining[-1] > UNLEARNT):
        return None
    if narrow:
        layer, health = narrow[0]
        cause = f"{run.label(layer)} has {health['units']} units, too few to tell {run.classes} classes apart"
        repairs = suggestions.more_units(layer)
    else:
        cause, repairs = "a net without a hidden layer can only weigh pixels", suggestions.add_hidden_layer(run.experiment)
    hardly = " and hardly falls" if fall < 0.05 else ""
    accuracy = f", and the training accuracy {run.accuracy[-1]:.3f}" if run.accuracy[-1] > 0 else ""
    return warning(
        f"After {len(run.epochs)} epochs the training loss is still {rounded(run.loss[-1])}{hardly}{accuracy}.",
        "Expected a net to learn its training images well, whatever it makes of others.",
        "Give the net more room.",
        f"Most likely {cause}.",
        ("layers",),
        [*repairs, suggestions.more_epochs(run.experiment)],
    )


def overfitting(run: RunMetrics) -> Problem | None:
    """The validation loss rises while the training loss falls, or the accuracies are far apart."""
    losses, count = run.val_loss, len(run.epochs)
    best = min(range(count), key=lambda epoch: losses[epoch])
    rises = count - 1 - best >= FLAT_EPOCHS and losses[-1] > RISEN * losses[best] and losses[-1] > 1.3 * run.loss[-1]
    gaps = [accuracy - val_accuracy for accuracy, val_accuracy in zip(run.accuracy, run.val_accuracy, strict=True)]
    apart = len(gaps) > FLAT_EPOCHS and all(gap > BY_HEART for gap in gaps[-FLAT_EPOCHS:])
    apart = apart and losses[-1] > 0.99 * min(losses[:-FLAT_EPOCHS], default=math.inf)
    if not (rises and run.loss[-1] < run.loss[best]) and not apart:
        return None
    learnt = f"the training loss fell to {rounded(run.loss[-1])}"
    if rises:
        risen = f"has risen from {rounded(losses[best])} to {rounded(losses[-1])}"
        observation = f"Since epoch {best + 1} the validation loss {risen}, while {learnt}."
    else:
        since = next(epoch for epoch, gap in enumerate(gaps) if gap > BY_HEART) + 1
        observation = (
            f"Since epoch {since} the training accuracy has been far above the validation accuracy, "
            f"now {run.accuracy[-1]:.3f} against {run.val_accuracy[-1]:.3f}, while {learnt}."
        )
    data = run.experiment.data
    few = f"the {data.num_used:,} images that it sees, of {data.num_available:,}" if data.train_images else "its images"
    return warning(
        observation,
        "Expected both to fall together.",
        "Use more images, add Dropout, or stop earlier.",
        f"Most likely the net learns {few} by heart, instead of what they have in common.",
        ("fit", "epochs"),
        [
            *suggestions.all_images(run.experiment),
            *suggestions.more_dropout(run.experiment),
            *suggestions.stop_early(run.experiment, best + 1 if rises else None),
        ],
    )


def plateau(run: RunMetrics) -> Problem | None:
    """The training loss stopped falling before it became small."""
    before, after = run.loss[:-FLAT_EPOCHS], run.loss[-FLAT_EPOCHS:]
    if len(before) < 2 or not min(after) > (1 - FLAT) * min(before) or not run.remaining[-1] > 0.05:
        return None
    rates = run.learning_rates
    driven = suggestions.constant_rate(run.experiment) if rates and rates[-1] < rates[0] / 10 else []
    since = next(epoch for epoch, loss in enumerate(run.loss) if loss <= min(run.loss) / (1 - FLAT)) + 1
    return warning(
        f"The training loss has been about {rounded(after[-1])} since epoch {since}.",
        "Expected it to fall from epoch to epoch, as long as there is something left to learn.",
        "Keep the learning rate up for longer." if driven else "Take a smaller learning rate, or let a callback do so.",
        f"Most likely the learning rate, which fell from {rates[0]:.2g} to {rates[-1]:.2g}, before the net had learnt."
        if driven
        else "Most likely the steps are too large for the narrow valley that it has come to.",
        suggestions.RATE,
        driven or [*suggestions.lower_rate(run.experiment, run.rate), *suggestions.reduce_on_plateau(run.experiment)],
    )


def validation_better(run: RunMetrics) -> Problem | None:
    """The validation is better than the training of the next epoch."""
    # The training numbers are means over an epoch, and the validation follows it: comparing it with the next epoch is fair.
    pairs = [
        run.val_accuracy[epoch] > run.accuracy[epoch + 1] + BETTER and run.val_loss[epoch] < run.loss[epoch + 1]
        for epoch in range(len(run.epochs) - 1)
    ]
    if len(pairs) < 2 or not all(pairs[-2:]):
        return None
    layer = max(run.experiment.layers, key=dropped_share)
    share = dropped_share(layer)
    return warning(
        f"The validation accuracy is {run.val_accuracy[-1]:.3f}, the training accuracy {run.accuracy[-1]:.3f}.",
        "Expected them to be close; nothing is wrong with the net when the validation is better.",
        "Drop less, so that training is not so hard." if share else "Compare both once more with another seed.",
        f"Most likely {run.label(layer)}: it drops {percent(share)} of its inputs in training, and nothing in a validation. "
        "And the training numbers are means over the epoch, in which the net was still learning."
        if share
        else "Most likely the validation images are easier, or some of them are among the training images.",
        ("layers", layer.id),
        suggestions.less_dropout(layer) if share else [suggestions.another_seed(run.experiment)],
    )
