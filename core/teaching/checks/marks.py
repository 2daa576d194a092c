"""The grading of the epoch that a visitor marks as the lowest validation loss, after which a run overfits."""

from collections.abc import Sequence
from dataclasses import dataclass

from core.number_text import loss_text
from core.runs.comparison import Outcome
from core.teaching.checks.run_numbers import best_epoch, validation_losses

FEWEST_EPOCHS = 2  # a single point is no curve


@dataclass(frozen=True)
class MarkResult:
    """The grade of an epoch that a visitor marked, with a sentence that explains the grade."""

    is_right: bool
    words: str


def run_to_mark(outcomes: Sequence[Outcome]) -> Outcome | None:
    """Return the run on whose curves the visitor marks an epoch: the longest run with a validation loss after each epoch.

    If several runs are equally long, the newest counts. A short run that the lesson asks for afterwards does not replace the
    marked run. Return None if no run fits.

    Parameters
    ----------
    outcomes
        The runs that are over, the newest first.
    """
    whole = [outcome for outcome in outcomes if best_epoch(outcome) is not None and len(outcome.epochs) >= FEWEST_EPOCHS]
    return max(whole, key=lambda outcome: len(outcome.epochs), default=None)


def judge_mark(outcome: Outcome, epoch: int, within: int) -> MarkResult:
    """Judge whether the epoch that a visitor marked is near the lowest validation loss.

    The reply to a wrong mark names the side of the lowest loss, but not its epoch.

    Parameters
    ----------
    outcome
        The run; see `run_to_mark`.
    epoch
        The epoch that was marked, from 1.
    within
        The greatest distance from the lowest loss that counts as right, in epochs.
    """
    losses, best = validation_losses(outcome), best_epoch(outcome)
    if best is None or not 1 <= epoch <= len(losses):  # the mark is of a longer run that was deleted
        return MarkResult(False, f"Epoch {epoch} is not in this run. Mark it again.")
    if abs(epoch - best) <= within:
        return MarkResult(True, f"Yes: the validation loss is lowest after epoch {best}, {loss_text(losses[best - 1])}.")
    side = "earlier" if best < epoch else "later"
    return MarkResult(
        False, f"After epoch {epoch} the validation loss is {loss_text(losses[epoch - 1])}. It is lower {side}."
    )
