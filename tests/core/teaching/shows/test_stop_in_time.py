"""Stop in time: which stops of the recorded runs count."""

import pytest

from core.teaching.shows.stop_in_time import STOP_IN_TIME, losses_by_epoch, stop_after_epoch
from tests.record_stop_in_time import EPOCHS, SEEDS

LOSSES = (0.9, 0.5, 0.3, 0.4, 0.7)


def test_recorded_runs_overfit_and_have_their_lowest_loss_at_different_epochs() -> None:
    runs = losses_by_epoch()
    assert tuple(run.seed for run in runs) == SEEDS
    assert all(len(run.loss) == len(run.val_loss) == EPOCHS for run in runs)
    assert all(run.val_loss[-1] > 1.08 * min(run.val_loss) for run in runs)
    assert all(3 < run.stop(1).lowest < EPOCHS - 8 for run in runs)
    assert len({run.stop(1).lowest for run in runs}) == len(runs)


@pytest.mark.parametrize(
    ("epoch", "off", "words"),
    [
        (3, 0, "Exactly at the lowest validation loss, 0.300, after epoch 3."),
        (5, 2, "2 epochs after the lowest validation loss: 0.700, not 0.300."),
        (2, -1, "1 epoch before the lowest validation loss: 0.500, not 0.300."),
    ],
)
def test_stop_counts_the_epochs_after_the_lowest_loss(epoch: int, off: int, words: str) -> None:
    stop = stop_after_epoch(LOSSES, epoch)
    assert (stop.lowest, stop.off, stop.words) == (3, off, words)


@pytest.mark.parametrize(("off", "counts"), [(0, True), (3, True), (-3, True), (4, False), (-4, False)])
def test_stop_counts_within_a_few_epochs_of_the_lowest_loss(off: int, counts: bool) -> None:
    for number, run in enumerate(losses_by_epoch()):
        reached = list(STOP_IN_TIME.reached(losses_by_epoch(), {"within": 3}, (number, run.stop(1).lowest + off)))
        assert reached == (["in-time"] if counts else [])


@pytest.mark.parametrize("value", [(99, 5), (0, 0), (0, 999)])
def test_stop_of_no_run_or_epoch_reaches_nothing(value: tuple[int, int]) -> None:
    assert list(STOP_IN_TIME.reached(losses_by_epoch(), {"within": 20}, value)) == []


def test_words_say_how_late() -> None:
    lowest = losses_by_epoch()[0].stop(1).lowest
    assert [STOP_IN_TIME.words((0, lowest + off)) for off in (0, 2, -1)] == ["exactly", "2 epochs late", "1 epoch early"]
