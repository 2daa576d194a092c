"""Rules that recognise, from the numbers of a run, a network that learns but generalises badly.

`core.coach.rules` orders all rules.
"""

import math
from statistics import median

from core.checks.bad_practice import USUAL_DROPOUT
from core.checks.batches import MOST_INITIAL_SHARE
from core.coach import suggestions
from core.coach.bad_labels import AVERAGES_BEHIND
from core.coach.run_metrics import POOR_REMAINING, RunMetrics, batch_normalizers, coach_problem, dropped_share, mean_decrease
from core.experiment.learning_rates import num_updates
from core.number_text import percent, quantity, rounded
from core.problems import Problem

RISEN_LOSS_RATIO = 1.08  # a network overfits if the validation loss rises to this multiple of its lowest value
ENOUGH_STEPS = 200  # training steps after which ready networks have learned much on Digits and Fashion-MNIST
SOME_GAP = 0.05  # the gap between the accuracies, if the checks warned of averages that lag behind to the end of the run
BY_HEART_GAP = 0.15  # a network overfits if the training accuracy is higher than the validation accuracy by this difference
FLAT_DECREASE = 0.01  # on a plateau, the loss falls by less than this share in FLAT_EPOCHS
FLAT_EPOCHS = 3
UNUSUAL_LEAD = 0.1  # the unusual lead of a validation accuracy over the training accuracy of the next epoch


def moving_averages(run: RunMetrics) -> Problem | None:
    """Recognise slow running averages of BatchNormalization, which make only the validation accuracy low."""
    layers, gap = batch_normalizers(run.experiment), run.accuracy[-1] - run.val_accuracy[-1]
    whole = num_updates(run.experiment)
    slow = [
        layer
        for layer in layers
        if layer.values["momentum"] ** run.steps > AVERAGES_BEHIND
        and gap > (SOME_GAP if layer.values["momentum"] ** whole > MOST_INITIAL_SHARE else 2 * BY_HEART_GAP)
    ]
    if not slow:
        return None
    steps, momentum = run.steps, slow[0].values["momentum"]
    return coach_problem(
        f"The training accuracy is {run.accuracy[-1]:.3f}, the validation accuracy {run.val_accuracy[-1]:.3f}.",
        "Expected them to be close so early.",
        "Let the averages follow faster, with a momentum of 0.9, or train for longer.",
        f"Most likely the running averages of {run.label(slow[0])}, which only a validation uses: with a momentum of "
        f"{momentum:g} they are still {percent(momentum**steps)} of their start after {steps:,} steps.",
        ("layers", slow[0].id),
        [suggestions.smaller_momentum(run.experiment, slow), suggestions.more_epochs(run.experiment)],
    )


def underfitting(run: RunMetrics) -> Problem | None:
    """Recognise underfitting: the training loss stays high, and the network has few units or no hidden layer."""
    narrow = [(layer, health) for layer, health in run.hidden_layers if health["units"] < run.least_units]
    shallow = not run.hidden_layers
    fall = mean_decrease(run.loss[-FLAT_EPOCHS:]) / run.loss[-1]
    better = run.val_accuracy[-1] > run.accuracy[-1] + UNUSUAL_LEAD
    if not (narrow or shallow) or len(run.epochs) < 3 or better:
        return None
    long_enough = bool(narrow) and run.steps >= ENOUGH_STEPS
    if not ((fall < 0.05 or long_enough) and run.remaining[-1] > POOR_REMAINING):
        return None
    if narrow:
        layer, health = narrow[0]
        cause = f"{run.label(layer)} has {quantity(health['units'], 'unit')}, too few to tell {run.classes} classes apart"
        repairs = suggestions.more_units(run.experiment, [narrow_layer for narrow_layer, _ in narrow])
    else:
        cause, repairs = "a net without a hidden layer can only weigh pixels", suggestions.add_hidden_layer(run.experiment)
    hardly = " and hardly falls" if fall < 0.05 else ""
    accuracy = f", and the training accuracy {run.accuracy[-1]:.3f}" if run.accuracy[-1] > 0 else ""
    return coach_problem(
        f"After {len(run.epochs)} epochs the training loss is still {rounded(run.loss[-1])}{hardly}{accuracy}.",
        "Expected a net to learn its training images well, however it does on others.",
        "Give the net more room.",
        f"Most likely {cause}.",
        ("layers",),
        [*repairs, suggestions.more_epochs(run.experiment)],
    )


def overfitting(run: RunMetrics) -> Problem | None:
    """Recognise overfitting: the validation loss rises while the training loss falls, or the accuracies are far apart."""
    losses, count = run.val_loss, len(run.epochs)
    best = min(range(count), key=lambda epoch: losses[epoch])
    rises = (
        count - 1 - best >= FLAT_EPOCHS and losses[-1] > RISEN_LOSS_RATIO * losses[best] and losses[-1] > 1.3 * run.loss[-1]
    )
    gaps = [accuracy - val_accuracy for accuracy, val_accuracy in zip(run.accuracy, run.val_accuracy, strict=True)]
    apart = len(gaps) > FLAT_EPOCHS and all(gap > BY_HEART_GAP for gap in gaps[-FLAT_EPOCHS:])
    apart = apart and losses[-1] > 0.99 * min(losses[:-FLAT_EPOCHS], default=math.inf)
    recent = median(run.loss[-FLAT_EPOCHS:])  # a single epoch may be worse by chance
    if not (rises and recent < run.loss[best]) and not apart:
        return None
    learnt = f"the training loss fell to {rounded(run.loss[-1])}"
    if rises:
        risen = f"has risen from {rounded(losses[best])} to {rounded(losses[-1])}"
        observation = f"Since epoch {best + 1} the validation loss {risen}, while {learnt}."
    else:
        since = next(epoch for epoch, gap in enumerate(gaps) if gap > BY_HEART_GAP) + 1
        observation = (
            f"Since epoch {since} the training accuracy has been far above the validation accuracy, "
            f"now {run.accuracy[-1]:.3f} against {run.val_accuracy[-1]:.3f}, while {learnt}."
        )
    data = run.experiment.data
    few = f"the {data.num_used:,} images that it sees, of {data.num_available:,}" if data.train_images else "its images"
    return coach_problem(
        observation,
        "Expected both to fall together.",
        "Use more images, add Dropout, or stop earlier.",
        f"Most likely the net learns {few} by heart, instead of their common patterns.",
        ("fit", "epochs"),
        [
            *suggestions.all_images(run.experiment),
            *suggestions.more_dropout(run.experiment),
            *suggestions.stop_early(run.experiment, best + 1 if rises else None),
        ],
    )


def plateau(run: RunMetrics) -> Problem | None:
    """Recognise a plateau: the training loss stopped falling while still high."""
    before, after = run.loss[:-FLAT_EPOCHS], run.loss[-FLAT_EPOCHS:]
    if len(before) < 2 or not min(after) > (1 - FLAT_DECREASE) * min(before) or not run.remaining_now > POOR_REMAINING:
        return None
    rates = run.learning_rates
    driven = suggestions.constant_rate(run.experiment) if rates and rates[-1] < rates[0] / 10 else []
    since = next(epoch for epoch, loss in enumerate(run.loss) if loss <= min(run.loss) / (1 - FLAT_DECREASE)) + 1
    return coach_problem(
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
    """Recognise a validation accuracy that is higher than the training accuracy of the next epoch."""
    # The training numbers are means over an epoch, and the validation follows the epoch: so compare with the next epoch.
    pairs = [
        run.val_accuracy[epoch] > run.accuracy[epoch + 1] + UNUSUAL_LEAD and run.val_loss[epoch] < run.loss[epoch + 1]
        for epoch in range(len(run.epochs) - 1)
    ]
    if len(pairs) < 2 or not all(pairs[-2:]):
        return None
    layer = max(run.experiment.layers, key=dropped_share)
    share = dropped_share(layer)
    if 0 < share <= USUAL_DROPOUT:
        return None  # with Dropout of a usual share, the validation is better in every healthy run
    return coach_problem(
        f"The validation accuracy is {run.val_accuracy[-1]:.3f}, the training accuracy {run.accuracy[-1]:.3f}.",
        "Expected them to be close; nothing is wrong with the net when the validation is better.",
        "Drop less, so that training is not so hard." if share else "Compare both once more with another seed.",
        f"Most likely {run.label(layer)}: it drops {percent(share)} of its inputs in training, and nothing in a validation. "
        "And the training numbers are means over the epoch, in which the net was still learning."
        if share
        else "Most likely the validation images are easier, or some of them are among the training images.",
        ("layers", layer.id),
        suggestions.less_dropout(run.experiment, USUAL_DROPOUT) if share else [suggestions.another_seed(run.experiment)],
    )
