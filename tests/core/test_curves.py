"""Curves, thinned and read."""

import pytest

from core.curves import MAXIMUM_POINTS, epochs, read, thin
from tests.core.conftest import Trained


def run(*ends: tuple[float | None, float | None], batches: int = 3) -> list[dict]:
    """Events of a run with these training and validation losses at the ends of its epochs."""
    events: list[dict] = [{"kind": "start"}]
    for number, (loss, val_loss) in enumerate(ends, start=1):
        events += [{"kind": "batch", "step": (number - 1) * batches + step, "loss": 1.0} for step in range(batches)]
        validation = {} if val_loss is None else {"val_loss": val_loss}
        events.append({"kind": "epoch", "epoch": float(number), "loss": loss, **validation})
    return events


@pytest.mark.parametrize("batches", [0, 1, 2, MAXIMUM_POINTS])
def test_thin_leaves_few_points_as_they_are(batches: int) -> None:
    events = run((1.0, 1.0), batches=batches)
    assert thin(events) == events


@pytest.mark.parametrize("maximum", [2, 7, 600])
@pytest.mark.parametrize("batches", [601, 1_000, 12_345])
def test_thin_keeps_its_number_of_batches_and_all_else(maximum: int, batches: int) -> None:
    events = run((1.0, 1.0), (0.5, 0.6), batches=batches)
    thinned = thin(events, maximum)
    kept = [event["step"] for event in thinned if event["kind"] == "batch"]
    assert len(kept) == maximum
    assert (kept[0], kept[-1]) == (0, 2 * batches - 1)
    assert kept == sorted(set(kept))
    gaps = [after - before for before, after in zip(kept, kept[1:], strict=False)]
    assert max(gaps) - min(gaps) <= 1
    assert [event for event in thinned if event["kind"] != "batch"] == [e for e in events if e["kind"] != "batch"]


def test_epochs_are_the_events_at_their_ends(trained: Trained) -> None:
    assert [event["epoch"] for event in epochs(trained.events)] == [1.0, 2.0, 3.0]


@pytest.mark.parametrize(
    ("events", "words"),
    [
        ([], "No epoch is complete yet."),
        (run((0.5, None)), "After 1 epoch the training loss is 0.5."),
        (run((0.5, 0.6)), "After 1 epoch the training loss is 0.5 and the validation loss 0.6."),
        (
            run((0.5, 0.6), (0.4, 0.51234)),
            "After 2 epochs the training loss is 0.4 and the validation loss 0.512; validation loss fell from 0.6.",
        ),
        (
            run((0.5, 0.6), (0.4, 0.5), (0.3, 0.55)),
            "After 3 epochs the training loss is 0.3 and the validation loss 0.55; it rose last.",
        ),
        (
            run((0.5, 0.6), (0.4, 0.5), (0.3, 0.55), (0.2, 0.7)),
            "After 4 epochs the training loss is 0.2 and the validation loss 0.7; "
            "validation loss was lowest after epoch 2 and has not improved for 2 epochs.",
        ),
        (run((0.5, 0.6), (None, None)), "The loss became infinite or not a number: the curve stops there."),
    ],
    ids=["nothing", "no validation", "one epoch", "falling", "rose last", "overfitting", "no number"],
)
def test_read_says_what_the_curves_show(events: list[dict], words: str) -> None:
    assert read(events) == words


def test_read_of_a_real_run(trained: Trained) -> None:
    losses = trained.result["history"]["val_loss"]
    assert read(trained.events).endswith(f"validation loss fell from {losses[0]:.3g}.")
