"""The metrics of a run for checks, predictions and receipts, measured with the weights that the run kept."""

from math import isfinite

from core.experiment.descriptions import early_stop_sentence
from core.runs.comparison import Outcome

SETS = ("validation", "test", "training")


def measured(outcome: Outcome, on: str, name: str) -> float | None:
    """Return the accuracy or the loss of a run on a set. If the metric was not measured or is not finite, return None.

    On the training set, the metric is from Keras' history: the mean over the batches of the epoch whose weights were kept.

    Parameters
    ----------
    outcome
        The run.
    on
        A name of SETS.
    name
        "accuracy" or "loss".
    """
    result = outcome.run.result or {}
    if on == "training":
        return _training(outcome, name)
    value = (result.get(on) or {}).get(name)
    if value is None and on == "validation" and not result:
        value = outcome.last(name)
    return float(value) if value is not None and isfinite(value) else None


def _training(outcome: Outcome, name: str) -> float | None:
    kept = (outcome.run.result or {}).get("kept") or {}
    epochs = [epoch for epoch in outcome.epochs if epoch.get(name) is not None]
    if not epochs:
        return None
    epoch_number = (
        int(kept["epoch"]) if kept.get("which") == "best" and 0 < int(kept["epoch"]) <= len(epochs) else len(epochs)
    )
    return epochs[epoch_number - 1][name]


def gap_of(outcome: Outcome, on: str = "validation") -> float | None:
    """Return the training accuracy minus the accuracy on an unseen set. If either is missing, return None."""
    training, unseen = measured(outcome, "training", "accuracy"), measured(outcome, on, "accuracy")
    return None if training is None or unseen is None else training - unseen


def validation_losses(outcome: Outcome) -> list[float]:
    """Return the finite validation losses of the epochs. If there is no validation set, return an empty list."""
    return [loss for epoch in outcome.epochs if (loss := epoch.get("val_loss")) is not None]


def loss_rise(outcome: Outcome) -> float | None:
    """Return the validation loss of the kept weights divided by the lowest validation loss of all epochs, but at least 1.

    A run that went back to its best weights has 1, like a run whose loss never rose. Return None if a loss is missing or 0.
    """
    losses, kept = validation_losses(outcome), measured(outcome, "validation", "loss")
    if kept is None or not losses or min(losses) <= 0 or len(losses) < len(outcome.epochs):
        return None
    return max(1.0, kept / min(losses))


def best_epoch(outcome: Outcome) -> int | None:
    """Return the number of the epoch with the lowest validation loss, counted from 1.

    Return None if an epoch has no finite validation loss.
    """
    losses = validation_losses(outcome)
    return losses.index(min(losses)) + 1 if losses and len(losses) == len(outcome.epochs) else None


def stopped_by_itself(outcome: Outcome) -> str:
    """Return the sentence about the callback that ended a run early. If no callback did, return an empty string."""
    return early_stop_sentence(outcome.run.experiment, outcome.run.result)
