"""Where overfitting begins, marked on the curves of one's own run: the epoch with the lowest validation loss."""

from collections.abc import Sequence
from dataclasses import dataclass

from core.number_text import loss_text
from core.runs.comparison import Outcome
from core.teaching.checks.run_numbers import best_epoch, validation_losses

FEWEST_EPOCHS = 2  # one point is no curve


@dataclass(frozen=True)
class Marked:
    """A mark, judged."""

    is_right: bool
    words: str


def run_to_mark(outcomes: Sequence[Outcome]) -> Outcome | None:
    """The run whose curves are marked: the longest one with a validation loss after each epoch, of equal ones the newest.

    So a short run that the lesson asks for afterwards does not take the place of the one that was marked.

    Parameters
    ----------
    outcomes
        The runs that are over, the newest first.
    """
    whole = [one for one in outcomes if best_epoch(one) is not None and len(one.epochs) >= FEWEST_EPOCHS]
    return max(whole, key=lambda one: len(one.epochs), default=None)


def judge_mark(outcome: Outcome, epoch: int, within: int) -> Marked:
    """Judge a mark; one that is not right says on which side the lowest loss lies, and not where.

    Parameters
    ----------
    outcome
        The run; see `run_to_mark`.
    epoch
        The epoch that was marked, from 1.
    within
        How many epochs it may be off.
    """
    losses, best = validation_losses(outcome), best_epoch(outcome)
    if best is None or not 1 <= epoch <= len(losses):  # the mark is of a longer run that was deleted
        return Marked(False, f"Epoch {epoch} is not in this run. Mark it again.")
    if abs(epoch - best) <= within:
        return Marked(True, f"Yes: the validation loss is lowest after epoch {best}, {loss_text(losses[best - 1])}.")
    side = "earlier" if best < epoch else "later"
    return Marked(False, f"After epoch {epoch} the validation loss is {loss_text(losses[epoch - 1])}. It is lower {side}.")
