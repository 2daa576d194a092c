"""The remaining time of a run, from its events."""

from dataclasses import replace

import pytest

from core.experiment.model import EntryRef
from core.runs.time_left import AT_END, Durations, RunTimeEstimate, RunWorkload, TimeLeft
from core.runs.time_left import FIRST_VALIDATION as ONCE
from tests.core.conftest import Trained
from tests.core.sample_experiments import LECTURE, with_fit

# A convnet on Fashion-MNIST, as measured: 1,688 steps of 40 ms; the first took 6 s, and each validation takes 4 s.
STEPS, STEP, FIRST, VALIDATION, EVALUATION = 1_688, 0.04, 6.0, 4.0, 22.0
WORK = RunWorkload(steps=STEPS, epochs=3, batch_size=32, validation=6_000, test=10_000)
EARLY = EntryRef("EarlyStopping")


def recorded(work: RunWorkload = WORK, *, until: float, slowed: float = 0.0, stalls: float = 0.0) -> list[dict]:
    """The events of such a run until so many epochs are done, a report every fourth step; `slowed` is its slow pace.

    Its first validation traces for 2 s more, and the second report of each epoch comes `stalls` seconds late.
    """
    events: list[dict] = [{"kind": "start", "steps": work.steps, "epochs": work.epochs, "seconds": 0.0}]
    seconds = FIRST
    for epoch in range(work.epochs):
        for done in range(4, work.steps + 1, 4):
            seconds += 4 * STEP * (done > 4) + stalls * (done == 8)
            if (position := epoch + done / work.steps) > until:
                return events
            pace = {"pace": slowed} if slowed else {}
            events.append(
                {"kind": "batch", "step": epoch * work.steps + done, "epoch": position, "seconds": seconds, **pace}
            )
        seconds += VALIDATION + 2.0 * (epoch == 0)
        events.append({"kind": "epoch", "step": (epoch + 1) * work.steps, "epoch": epoch + 1.0, "seconds": seconds})
    return [*events, {"kind": "fitted", "how": "whole", "epochs": work.epochs, "seconds": seconds}]


def clock(events: list[dict], expected: RunTimeEstimate | None = None) -> TimeLeft:
    left = TimeLeft(expected or RunTimeEstimate(WORK))
    for event in events:
        left.take(event)
    return left


def real_left(events: list[dict]) -> float:
    """The remaining time of such a run after these events."""
    return recorded(until=9.0)[-1]["seconds"] + EVALUATION - events[-1]["seconds"]


@pytest.mark.parametrize("until", [0.01, 0.1, 0.5, 0.99])
@pytest.mark.parametrize("stalls", [0.0, 3.0])
def test_first_epoch_promises_what_comes_although_its_first_step_is_slow(until: float, stalls: float) -> None:
    events = recorded(until=until, stalls=stalls)
    left = clock(events)
    assert left.is_measured
    assert left.seconds == pytest.approx(real_left(recorded(until=until)), rel=0.2)


def test_share_of_the_time_that_is_done_would_promise_far_too_much() -> None:
    events = recorded(until=0.03)
    last = events[-1]
    by_share = last["seconds"] * (WORK.epochs / last["epoch"] - 1)
    assert by_share > 2 * real_left(events), "the first step would count as one of many"


@pytest.mark.parametrize("epochs", [1.0, 1.2, 2.0, 2.9, 3.0])
def test_whole_epochs_measure_their_validation_too(epochs: float) -> None:
    events = recorded(until=epochs)
    assert clock(events).seconds == pytest.approx(real_left(events), rel=0.2)


def annotated(left: TimeLeft) -> dict:
    """The fields that are added to the next event."""
    event: dict = {}
    left.annotate(event)
    return event


def test_promise_for_a_small_net_is_forgotten_with_the_first_steps() -> None:
    wrong = RunTimeEstimate(WORK, Durations(start=1.0, step=0.002, between=0.2, end=2.0))
    assert wrong.seconds == pytest.approx(1.0 + ONCE * 1.0 + 3 * (STEPS * 0.002 + 0.2) + 2.0)
    before = clock(recorded(until=0.0), wrong)
    assert (before.is_measured, before.seconds) == (False, wrong.seconds)
    assert annotated(before) == {"left": round(wrong.seconds, 1), "left_estimated": True}
    events = recorded(until=0.01)
    after = clock(events, wrong)
    assert after.seconds == pytest.approx(real_left(events), rel=0.2)
    assert set(annotated(after)) == {"left"}


def test_run_of_the_same_net_tells_the_proportions() -> None:
    slow_evaluation = Durations(start=6.0, step=STEP / 2, between=20.0, end=50.0, is_measured=True)
    left = clock(recorded(until=0.5), RunTimeEstimate(WORK, slow_evaluation)).seconds
    assert left == pytest.approx(2.5 * STEPS * STEP + 3 * 40.0 + 100.0 + ONCE * FIRST, rel=0.01), (
        "all parts are twice as slow today"
    )


def test_nothing_tells_before_the_first_steps() -> None:
    assert clock(recorded(until=0.0)).seconds is None
    assert annotated(clock(recorded(until=0.0))) == {}
    assert RunTimeEstimate(WORK).words == ""


def test_slow_pace_takes_the_seconds_that_were_chosen() -> None:
    left = clock(recorded(until=0.5, slowed=200.0)).seconds
    assert left == pytest.approx(2.5 * 200.0 + 3 * VALIDATION + EVALUATION, rel=0.05)
    assert clock(recorded(until=0.5, slowed=10.0)).seconds == clock(recorded(until=0.5)).seconds, (
        "no net is quicker than it is"
    )


def test_pauses_are_no_time_of_training() -> None:
    events = recorded(until=0.5)
    pause = [{"kind": kind, "step": 844, "epoch": 0.5, "seconds": events[-1]["seconds"]} for kind in ("paused", "continued")]
    assert clock([*events, *pause]).seconds == clock(events).seconds


def test_run_that_goes_on_counts_what_is_left() -> None:
    again = [{"kind": "resumed", "step": 2 * STEPS, "epoch": 2.0}]
    again += [{"kind": "start", "steps": STEPS, "epochs": 3, "seconds": 150.0}]
    again += [
        {"kind": "batch", "step": 2 * STEPS + done, "epoch": 2 + done / STEPS, "seconds": 150.0 + FIRST + (done - 4) * STEP}
        for done in range(4, STEPS // 2, 4)
    ]
    left = clock(again).seconds
    assert left == pytest.approx(STEPS * STEP / 2 + VALIDATION + EVALUATION, rel=0.15)
    completed = replace(WORK, completed=2)
    promised = RunTimeEstimate(completed, Durations(6.0, STEP, VALIDATION, EVALUATION, is_measured=True)).seconds
    assert promised == pytest.approx(6.0 + ONCE * 6.0 + STEPS * STEP + VALIDATION + EVALUATION)


def test_time_is_the_longest_where_a_callback_may_end_the_run() -> None:
    early = RunWorkload.of(with_fit(LECTURE, callbacks=(EARLY,)), 1_293)
    expected = RunTimeEstimate(early, Durations(1.0, 0.001, 0.1, 1.0, is_measured=True))
    assert expected.words == "at most 3 s (measured on an earlier run)"
    assert annotated(clock(recorded(until=0.5), replace(expected, work=replace(WORK, may_end_early=True))))["left_at_most"]
    plain = RunTimeEstimate(RunWorkload.of(LECTURE, 1_293), Durations(1.0, 1.0, 0.1, 1.0))
    assert plain.words == "about 3 minutes (estimated from its layers)"


def test_evaluation_is_left_once_training_is_over() -> None:
    events = recorded(until=9.0)
    assert events[-1]["kind"] == "fitted"
    assert clock(events).seconds == pytest.approx(EVALUATION, rel=0.25)


def test_epochs_without_two_reports_are_measured_by_their_ends() -> None:
    work = RunWorkload(steps=41, epochs=5, batch_size=32, validation=144, test=360)
    events: list[dict] = [{"kind": "start", "steps": 41, "epochs": 5, "seconds": 0.0}]
    events += [{"kind": "batch", "step": 32, "epoch": 32 / 41, "seconds": 1.5}]
    events += [{"kind": "epoch", "step": 41 * n, "epoch": float(n), "seconds": 1.9 + 0.2 * n} for n in (1, 2, 3)]
    left = clock(events, RunTimeEstimate(work)).seconds
    assert left is not None
    assert 2 * 0.2 + 0.8 * 1.5 < left < 2 * 0.2 + 1.5 * 1.5, (
        "two epochs, and the evaluation, which traces as the first step did"
    )


def test_first_validation_that_traces_is_no_time_of_steps() -> None:
    work = RunWorkload(
        steps=41, epochs=4, batch_size=32, validation=144, test=360
    )  # as recorded of the lecture's net on Digits
    events: list[dict] = [{"kind": "start", "steps": 41, "epochs": 4, "seconds": 0.0}]
    events += [{"kind": "batch", "step": 8, "epoch": 8 / 41, "seconds": 9.5}]
    events += [{"kind": "epoch", "step": 41, "epoch": 1.0, "seconds": 14.2}]
    left = clock(events, RunTimeEstimate(work)).seconds
    real = 16.744 - 14.2 + 5.4  # the rest of that run, with its evaluation
    assert left is not None
    assert real / 2 < left < 2 * real


def test_promise_within_a_real_run_comes_true(trained: Trained) -> None:
    work = RunWorkload.of(trained.experiment, trained.experiment.data.num_used)
    left = TimeLeft(RunTimeEstimate(work))
    for event in trained.events:
        left.take(event)
        if event["kind"] == "epoch" and event["epoch"] == 2.0:
            break
    fit_left = next(one["seconds"] for one in trained.events if one["kind"] == "fitted") - event["seconds"]
    began, first = (next(one["seconds"] for one in trained.events if one["kind"] == kind) for kind in ("start", "batch"))
    once = AT_END * (first - began)  # expected of the evaluation, however busy the machine was during the first step
    seen = event["seconds"] - first  # two of the three epochs: a busy machine may have slowed them, and not the rest
    assert left.seconds is not None
    assert once < left.seconds < once + seen + 3 * (fit_left + trained.result["evaluation_seconds"])
