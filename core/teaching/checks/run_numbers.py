"""The numbers of a run that checks, predictions and receipts speak of, for the weights that the run kept."""

from math import isfinite

from core.experiment.descriptions import early_end
from core.runs.comparison import Outcome

SETS = ("validation", "test", "training")


def measured(outcome: Outcome, on: str, name: str) -> float | None:
    """The accuracy or the loss of a run on a set; None where it was not measured or is no finite number.

    On the training set it is Keras' own number: the mean over the batches of the epoch whose weights were kept.

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
    place = int(kept["epoch"]) if kept.get("which") == "best" and 0 < int(kept["epoch"]) <= len(epochs) else len(epochs)
    return epochs[place - 1][name]


def gap_of(outcome: Outcome, on: str = "validation") -> float | None:
    """How much higher the training accuracy is than that of a set that was not trained on; None where one is missing."""
    training, unseen = measured(outcome, "training", "accuracy"), measured(outcome, on, "accuracy")
    return None if training is None or unseen is None else training - unseen


def validation_losses(outcome: Outcome) -> list[float]:
    """The finite validation losses after each epoch; [] where no images were kept aside."""
    return [loss for epoch in outcome.epochs if (loss := epoch.get("val_loss")) is not None]


def loss_rise(outcome: Outcome) -> float | None:
    """The validation loss of the weights that a run kept as a multiple of the lowest one after any epoch, at least 1.

    A run that went back to its best weights has 1, as one whose loss never rose. None where a loss is missing or 0.
    """
    losses, kept = validation_losses(outcome), measured(outcome, "validation", "loss")
    if kept is None or not losses or min(losses) <= 0 or len(losses) < len(outcome.epochs):
        return None
    return max(1.0, kept / min(losses))


def best_epoch(outcome: Outcome) -> int | None:
    """The number of the epoch with the lowest validation loss, counted from 1."""
    losses = validation_losses(outcome)
    return losses.index(min(losses)) + 1 if losses and len(losses) == len(outcome.epochs) else None


def stopped_by_itself(outcome: Outcome) -> str:
    """The sentence that says which callback ended a run early; "" where none did."""
    return early_end(outcome.run.experiment, outcome.run.result)
