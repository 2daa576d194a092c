"""Curves: thinned, and described in words."""

from collections import Counter

import pytest

from core.analysis.curves import MAXIMUM_POINTS, current_events, describe_curves, epoch_events, thin_events
from tests.core.conftest import Trained


def run(*ends: tuple[float | None, float | None], batches: int = 3) -> list[dict]:
    """Events of a run with these training and validation losses at the ends of epochs."""
    events: list[dict] = [{"kind": "start"}]
    for number, (loss, val_loss) in enumerate(ends, start=1):
        events += [{"kind": "batch", "step": (number - 1) * batches + step, "loss": 1.0} for step in range(batches)]
        validation = {} if val_loss is None else {"val_loss": val_loss}
        events.append({"kind": "epoch", "epoch": float(number), "loss": loss, **validation})
    return events


@pytest.mark.parametrize("batches", [0, 1, 2, MAXIMUM_POINTS])
def test_thin_leaves_few_points_as_they_are(batches: int) -> None:
    events = run((1.0, 1.0), batches=batches)
    assert thin_events(events) == events


@pytest.mark.parametrize("maximum", [2, 7, 600])
@pytest.mark.parametrize("batches", [601, 1_000, 12_345])
def test_thin_keeps_its_number_of_batches_and_all_else(maximum: int, batches: int) -> None:
    events = run((1.0, 1.0), (0.5, 0.6), batches=batches)
    thinned = thin_events(events, maximum)
    kept = [event["step"] for event in thinned if event["kind"] == "batch"]
    assert len(kept) == maximum
    assert (kept[0], kept[-1]) == (0, 2 * batches - 1)
    assert kept == sorted(set(kept))
    gaps = [after - before for before, after in zip(kept, kept[1:], strict=False)]
    assert max(gaps) - min(gaps) <= 1
    assert [event for event in thinned if event["kind"] != "batch"] == [e for e in events if e["kind"] != "batch"]


def test_epochs_are_the_events_at_their_ends(trained: Trained) -> None:
    assert [event["epoch"] for event in epoch_events(trained.events)] == [1.0, 2.0, 3.0]


@pytest.mark.parametrize(
    ("events", "words"),
    [
        ([], "No epoch is complete yet."),
        (run((0.5, None)), ""),
        (run((0.5, 0.6)), ""),
        (run((0.5, 0.6), (0.4, 0.51234)), "The validation loss was lowest after the last epoch."),
        (run((0.5, 0.6), (0.4, 0.5), (0.3, 0.55)), "The validation loss rose last."),
        (
            run((0.5, 0.6), (0.4, 0.5), (0.3, 0.55), (0.2, 0.7)),
            "The validation loss was lowest after epoch 2 and has not improved for 2 epochs.",
        ),
        (run((0.5, 0.6), (None, None)), "The loss became infinite or not a number: the curve stops there."),
    ],
    ids=["nothing", "no validation", "one epoch", "falling", "rose last", "overfitting", "no number"],
)
def test_description_says_what_the_curves_show(events: list[dict], words: str) -> None:
    assert describe_curves(events) == words


def test_description_of_a_real_run(trained: Trained) -> None:
    assert describe_curves(trained.events) == "The validation loss was lowest after the last epoch."


# Resumed runs


def batch(step: int, epoch: float) -> dict:
    return {"kind": "batch", "step": step, "epoch": epoch}


def test_all_counts_where_nothing_was_resumed() -> None:
    events = run((1.0, 1.0), (0.5, 0.6))
    assert current_events(events) == events
    assert current_events([]) == []


def test_points_beyond_the_saved_epoch_vanish_and_other_events_stay() -> None:
    end, beyond = {"kind": "epoch", "step": 10, "epoch": 1.0}, {"kind": "epoch", "step": 20, "epoch": 2.0}
    sample, alarm = ({"kind": kind, "step": 15, "epoch": 1.5} for kind in ("sample", "alarm"))
    others = [{"kind": kind, "epoch": 1.9, "step": 19} for kind in ("steered", "paused", "saved", "start")]
    resumed, again = {"kind": "resumed", "step": 10, "epoch": 1.0}, batch(12, 1.2)
    events = [batch(5, 0.5), end, batch(12, 1.2), sample, alarm, beyond, *others, {"kind": "state"}, resumed, again]
    assert current_events(events) == [batch(5, 0.5), end, *others, {"kind": "state"}, resumed, again]


def test_run_may_be_resumed_several_times_also_further_back() -> None:
    def resumed(epoch: float) -> dict:
        return {"kind": "resumed", "step": int(10 * epoch), "epoch": epoch}

    events = [batch(15, 1.5), batch(25, 2.5), resumed(2.0), batch(24, 2.4), resumed(1.0), batch(14, 1.4), resumed(0.0)]
    assert current_events(events[:3]) == [batch(15, 1.5), resumed(2.0)]
    assert current_events(events[:6]) == [resumed(2.0), resumed(1.0), batch(14, 1.4)]
    assert current_events(events) == [resumed(2.0), resumed(1.0), resumed(0.0)]


def test_thin_and_epochs_leave_out_what_was_done_again() -> None:
    end = {"kind": "epoch", "step": 10, "epoch": 1.0}
    events = [end, batch(15, 1.5), {"kind": "epoch", "step": 20, "epoch": 2.0}, {"kind": "resumed", "epoch": 1.0}]
    assert thin_events(events) == [end, events[3]]
    assert epoch_events(events) == [end]


# Thinning


def test_thin_keeps_the_last_state_and_phase_and_its_number_of_each_drawn_kind() -> None:
    events = [
        {"kind": kind, "step": step, "epoch": step / 100}
        for step in range(2_000)
        for kind in ("batch", "sample", "epoch", "state", "phase", "saved")
    ]
    kinds = Counter(event["kind"] for event in thin_events(events, 50))
    assert kinds == {"batch": 50, "sample": 50, "epoch": 50, "state": 1, "phase": 1, "saved": 1}
    assert {event["step"] for event in thin_events(events) if event["kind"] in ("state", "phase")} == {1_999}


def test_thin_keeps_the_last_look_alone_and_none_of_what_is_done_again() -> None:
    looks = [{"kind": "look", "step": 10 * epoch, "epoch": float(epoch), "cells": []} for epoch in range(1, 1_000)]
    assert thin_events(looks) == looks[-1:]
    resumed = {"kind": "resumed", "step": 9_980, "epoch": 998.0}
    assert thin_events([looks[-1], resumed]) == [resumed]
    assert thin_events([looks[-2], resumed]) == [looks[-2], resumed]


def test_points_that_were_thinned_before_are_no_less_even_after_it() -> None:
    events: list[dict] = []
    for step in range(50_000):
        events.append(batch(step, step / 1_000))
        if len(events) > 1_000:
            events = thin_events(events, 250)
    steps = [event["step"] for event in thin_events(events, 100)]
    gaps = [after - before for before, after in zip(steps, steps[1:], strict=False)]
    assert (steps[0], steps[-1]) == (0, 49_999)
    assert len(steps) > 90
    assert max(gaps) <= 3 * 500, "five hundred were even"


def batch_event(step: int, loss: float, batches: int, speed: float) -> dict:
    """A batch event with the mean of the steps since the last event."""
    since = {"batch_loss": loss, "batches": batches, "images_per_second": speed}
    return {**batch(step, step / 1_000), "loss": 1.0, "learning_rate": 0.01, "gradient_norm": float(step), **since}


def test_means_of_batches_stay_true_where_events_are_left_out() -> None:
    events = [
        batch_event(10, 4.0, 10, 1_000.0),
        batch_event(40, 1.0, 30, 3_000.0),
        batch_event(50, 2.0, 10, 500.0),
        batch_event(60, 3.0, 10, 1_000.0),
    ]
    first, last = thin_events(events, 2)
    assert first == events[0]
    assert (last["batch_loss"], last["batches"]) == ((1.0 * 30 + 2.0 * 10 + 3.0 * 10) / 50, 50)
    assert last["images_per_second"] == 1_250.0, "50 batches in the time of 10 + 20 + 10 at a thousand images a second"
    assert (last["gradient_norm"], last["learning_rate"], last["loss"]) == (60.0, 0.01, 1.0), "of the last step"
    assert events[3]["batch_loss"] == 3.0, "what is thinned is a copy"


def test_thinning_again_and_again_keeps_the_mean_of_all_batches() -> None:
    events: list[dict] = []
    for step in range(5_000):
        events.append(batch_event(step, float(step % 7), 1 + step % 3, 100.0))
        if len(events) > 200:
            events = thin_events(events, 50)
    weights = [1 + step % 3 for step in range(5_000)]
    assert sum(event["batches"] for event in events) == sum(weights)
    mean = sum(event["batch_loss"] * event["batches"] for event in events) / sum(weights)
    assert mean == pytest.approx(sum(step % 7 * weight for step, weight in enumerate(weights)) / sum(weights))


def test_runs_that_recorded_no_batch_loss_are_thinned_all_the_same() -> None:
    kept = thin_events([{**batch(step, step / 100), "loss": 0.5} for step in range(100)], 10)
    assert len(kept) == 10
    assert all(set(event) == {"kind", "step", "epoch", "loss"} for event in kept)


def test_broken_loss_stays_broken_where_events_are_left_out() -> None:
    broken = {**batch(300, 0.3), "loss": None}
    kept = thin_events([batch_event(step, 1.0, 1, 100.0) for step in range(300)] + [broken], 10)
    assert kept[-1]["loss"] is None


@pytest.mark.parametrize(
    "steps", [[0] * 50, [*range(25), *range(1_000, 1_025)], [0, 1, 10**9, *range(10**9 + 1, 10**9 + 9)]]
)
def test_thin_keeps_at_most_its_number_where_steps_are_uneven(steps: list[int]) -> None:
    kept = thin_events([batch(step, 0.0) for step in steps], 10)
    assert 2 <= len(kept) <= 10
    assert kept[-1]["step"] == steps[-1]
    assert kept[0]["step"] == steps[0]
