"""Signs that a net learns, but not what it should, each read from a run's numbers.

`core.coach.rules` says which comes first.
"""

import math

from core.coach import suggestions
from core.coach.run_metrics import UNLEARNT, Evidence, dropped, mean_fall, problem
from core.number_text import percent, rounded
from core.problems import Problem

RISEN = 1.08  # the validation loss, of its lowest
ENOUGH_STEPS = 400  # after which ready nets on clothes have learnt most of what they will
BY_HEART = 0.15  # how much better the training accuracy is
FLAT = 0.01  # of the loss, in FLAT_EPOCHS
FLAT_EPOCHS = 3
BETTER = 0.1  # how much better the validation accuracy is than that of the training which follows


def moving_averages(seen: Evidence) -> Problem | None:
    """Running averages that have not come to what training has, so that only validations go wrong."""
    layers = [layer for layer in seen.experiment.layers if layer.entry.parameter("moving_mean_initializer")]
    slow = [layer for layer in layers if layer.values["momentum"] ** seen.epochs[-1]["step"] > 0.01]
    if not slow or not seen.accuracy[-1] - seen.val_accuracy[-1] > 2 * BY_HEART:
        return None
    steps, momentum = seen.epochs[-1]["step"], slow[0].values["momentum"]
    return problem(
        f"The training accuracy is {seen.accuracy[-1]:.3f}, the validation accuracy {seen.val_accuracy[-1]:.3f}.",
        "Expected them to be close so early.",
        "Let the averages follow faster, with a momentum of 0.9, or train for longer.",
        f"Most likely the running averages of {seen.name(slow[0])}, which only a validation uses: with a momentum of "
        f"{momentum:g} they are still {percent(momentum**steps)} of what they started as after {steps:,} steps.",
        ("layers", slow[0].id),
        [suggestions.momentum(slow[0]), suggestions.longer(seen.experiment)],
    )


def underfitting(seen: Evidence) -> Problem | None:
    """A training loss that stays high, in a net that has little room."""
    narrow = [(layer, health) for layer, health in seen.hidden if health["units"] < seen.narrow]
    shallow = not seen.hidden
    fall = mean_fall(seen.loss[-FLAT_EPOCHS:]) / seen.loss[-1]
    better = seen.val_accuracy[-1] > seen.accuracy[-1] + BETTER
    if not (narrow or shallow) or len(seen.epochs) < 3 or better:
        return None
    long_enough = bool(narrow) and seen.steps >= ENOUGH_STEPS
    if not ((fall < 0.05 or long_enough) and seen.left[-1] > UNLEARNT):
        return None
    if narrow:
        layer, health = narrow[0]
        cause = f"{seen.name(layer)} has {health['units']} units, too few to tell {seen.classes} classes apart"
        repairs = suggestions.wider(layer)
    else:
        cause, repairs = "a net without a hidden layer can only weigh pixels", suggestions.hidden_layer(seen.experiment)
    hardly = " and hardly falls" if fall < 0.05 else ""
    accuracy = f", and the training accuracy {seen.accuracy[-1]:.3f}" if seen.accuracy[-1] > 0 else ""
    return problem(
        f"After {len(seen.epochs)} epochs the training loss is still {rounded(seen.loss[-1])}{hardly}{accuracy}.",
        "Expected a net to learn its training images well, whatever it makes of others.",
        "Give the net more room.",
        f"Most likely {cause}.",
        ("layers",),
        [*repairs, suggestions.longer(seen.experiment)],
    )


def overfitting(seen: Evidence) -> Problem | None:
    """A validation loss that rises while the training loss falls, or accuracies far apart."""
    losses, count = seen.val_loss, len(seen.epochs)
    best = min(range(count), key=lambda epoch: losses[epoch])
    rises = count - 1 - best >= FLAT_EPOCHS and losses[-1] > RISEN * losses[best] and losses[-1] > 1.3 * seen.loss[-1]
    gaps = [accuracy - val_accuracy for accuracy, val_accuracy in zip(seen.accuracy, seen.val_accuracy, strict=True)]
    apart = len(gaps) > FLAT_EPOCHS and all(gap > BY_HEART for gap in gaps[-FLAT_EPOCHS:])
    apart = apart and losses[-1] > 0.99 * min(losses[:-FLAT_EPOCHS], default=math.inf)
    if not (rises and seen.loss[-1] < seen.loss[best]) and not apart:
        return None
    learnt = f"the training loss fell to {rounded(seen.loss[-1])}"
    if rises:
        risen = f"has risen from {rounded(losses[best])} to {rounded(losses[-1])}"
        observation = f"Since epoch {best + 1} the validation loss {risen}, while {learnt}."
    else:
        since = next(epoch for epoch, gap in enumerate(gaps) if gap > BY_HEART) + 1
        observation = (
            f"Since epoch {since} the training accuracy has been far above the validation accuracy, "
            f"now {seen.accuracy[-1]:.3f} against {seen.val_accuracy[-1]:.3f}, while {learnt}."
        )
    used = seen.experiment.data
    few = f"the {used.num_used:,} images that it sees, of {used.num_available:,}" if used.train_images else "its images"
    return problem(
        observation,
        "Expected both to fall together.",
        "Use more images, add Dropout, or stop earlier.",
        f"Most likely the net learns {few} by heart, instead of what they have in common.",
        ("fit", "epochs"),
        [
            *suggestions.all_images(seen.experiment),
            *suggestions.dropout(seen.experiment),
            *suggestions.stop_early(seen.experiment, best + 1 if rises else None),
        ],
    )


def plateau(seen: Evidence) -> Problem | None:
    """A training loss that falls no more, before it is small."""
    before, after = seen.loss[:-FLAT_EPOCHS], seen.loss[-FLAT_EPOCHS:]
    if len(before) < 2 or not min(after) > (1 - FLAT) * min(before) or not seen.left[-1] > 0.05:
        return None
    rates = [batch["learning_rate"] for batch in seen.batches if batch.get("learning_rate") is not None]
    driven = suggestions.constant(seen.experiment) if rates and rates[-1] < rates[0] / 10 else []
    since = next(epoch for epoch, loss in enumerate(seen.loss) if loss <= min(seen.loss) / (1 - FLAT)) + 1
    return problem(
        f"The training loss has been about {rounded(after[-1])} since epoch {since}.",
        "Expected it to fall from epoch to epoch, as long as there is something left to learn.",
        "Keep the learning rate up for longer." if driven else "Take a smaller learning rate, or let a callback do so.",
        f"Most likely the learning rate, which fell from {rates[0]:.2g} to {rates[-1]:.2g}, before the net had learnt."
        if driven
        else "Most likely the steps are too large for the narrow valley that it has come to.",
        suggestions.RATE,
        driven or [*suggestions.slower(seen.experiment, seen.rate), *suggestions.on_plateau(seen.experiment)],
    )


def validation_better(seen: Evidence) -> Problem | None:
    """A validation that is better than the training which follows it."""
    # A validation comes after an epoch, whose training numbers are means over it: the epoch that follows is the fair one.
    pairs = [
        seen.val_accuracy[epoch] > seen.accuracy[epoch + 1] + BETTER and seen.val_loss[epoch] < seen.loss[epoch + 1]
        for epoch in range(len(seen.epochs) - 1)
    ]
    if len(pairs) < 2 or not all(pairs[-2:]):
        return None
    layer = max(seen.experiment.layers, key=dropped)
    share = dropped(layer)
    return problem(
        f"The validation accuracy is {seen.val_accuracy[-1]:.3f}, the training accuracy {seen.accuracy[-1]:.3f}.",
        "Expected them to be close; nothing is wrong with the net when the validation is better.",
        "Drop less, so that training is not so hard." if share else "Compare both once more with another seed.",
        f"Most likely {seen.name(layer)}: it drops {percent(share)} of its inputs in training, and nothing in a validation. "
        "And the training numbers are means over the epoch, in which the net was still learning."
        if share
        else "Most likely the validation images are easier, or some of them are among the training images.",
        ("layers", layer.id),
        suggestions.drop_less(layer) if share else [suggestions.other_seed(seen.experiment)],
    )
