"""The expected durations of runs before their start: by earlier runs, or by the cost of their layers."""

from dataclasses import replace

import pytest

from core.experiment.execution import Execution, choose_execution
from core.experiment.model import Experiment
from core.experiment.templates import TEMPLATES, lecture_experiment
from core.runs.run_record import Run
from core.runs.time_estimates import epoch_seconds, estimated, has_same_step_time, measured_durations
from core.runs.time_left import Durations, RunTimeEstimate, RunWorkload
from core.worker.training.summary import summarise
from tests.core.conftest import Trained
from tests.core.sample_experiments import LECTURE, template, with_compile, with_data, with_fit


def earlier(experiment: Experiment, result: dict | None, state: str = "finished") -> Run:
    """A run that is over."""
    return Run(
        "id", 1, "ada", experiment, state, 0.0, 1.0, None, result, 0, name="", note="", series="", parts=1, deleted=None,
    )  # fmt: skip


def expected(experiment: Experiment, lecture_step: float | None = 0.001, *, known: bool = True) -> RunTimeEstimate:
    """The expected durations of an experiment that never ran, by its layers."""
    summary, work = summarise(experiment) if known else None, RunWorkload.of(experiment, experiment.data.num_used)
    execution = choose_execution(experiment, summary, lecture_step)
    return RunTimeEstimate(work, estimated(experiment, work, lecture_step, summary, execution))


@pytest.mark.parametrize(
    ("experiment", "expected"),
    [
        (LECTURE, 41 * 5),  # 1,437 images, 144 set aside for validation: 1,293 in batches of 32
        (with_fit(LECTURE, epochs=1, batch_size=1), 1_293),
        (with_fit(LECTURE, epochs=2, batch_size=1_293), 2),
        (with_fit(LECTURE, epochs=3, batch_size=1_292), 6),
        (with_data(with_fit(LECTURE, epochs=2), train_images=100), 8),
        (with_data(with_fit(LECTURE, epochs=1), validation_split=0.0), 45),
        (lecture_experiment("fashion_mnist"), 5 * 1_688),  # 54,000 in batches of 32: 1,687.5
    ],
)
def test_steps_of_examples(experiment: Experiment, expected: int) -> None:
    work = RunWorkload.of(experiment, experiment.data.num_used)
    assert work.steps * work.epochs == expected


def test_steps_are_those_that_keras_does(trained: Trained) -> None:
    work = RunWorkload.of(trained.experiment, trained.experiment.data.num_used)
    last = [event for event in trained.events if event["kind"] == "epoch"][-1]
    assert last["step"] == work.steps * work.epochs


# Runs of the same net


def test_same_net_in_the_same_batches_costs_alike() -> None:
    assert all(
        has_same_step_time(LECTURE, one)
        for one in (with_fit(LECTURE, epochs=9, seed=3), with_data(LECTURE, train_images=99))
    )
    others = (
        template("convnet"),
        lecture_experiment("fashion_mnist"),
        with_fit(LECTURE, batch_size=64),
        with_fit(LECTURE, mode="fast"),
        with_fit(LECTURE, backend="jax"),
        with_compile(LECTURE, optimizer={"name": "SGD"}),
    )
    assert not any(has_same_step_time(LECTURE, one) for one in others)


def test_parts_of_a_run_are_measured_by_its_events(trained: Trained) -> None:
    run = earlier(trained.experiment, trained.result)
    durations = measured_durations(run, trained.events, trained.experiment.data.num_used)
    assert durations is not None and durations.is_measured
    assert durations.end == trained.result["evaluation_seconds"] > 0
    first = next(event["seconds"] for event in trained.events if event["kind"] == "batch")
    assert durations.start == pytest.approx(first, abs=0.1)
    seconds = RunTimeEstimate(RunWorkload.of(trained.experiment, trained.experiment.data.num_used), durations).seconds
    assert seconds is not None
    took = trained.result["seconds"] + trained.result["evaluation_seconds"]
    assert took / 3 < seconds < 3 * took, "one epoch that another program held up counts for all epochs"
    more = RunWorkload.of(with_fit(trained.experiment, epochs=50), trained.experiment.data.num_used)
    promised, longest = RunTimeEstimate(more, durations).seconds, 50 / 3 * seconds
    assert promised is not None
    assert promised < 0.8 * longest, "the first step traces and compiles once, however many epochs follow"


@pytest.mark.parametrize(("epochs", "step"), [(5, 0.1), (2, 0.25)])
def test_run_whose_events_are_gone_is_measured_by_its_result(epochs: int, step: float) -> None:
    """Early stopping may end a run of five epochs after two: its seconds are the seconds of two."""
    run = earlier(LECTURE, {"seconds": 20.5, "evaluation_seconds": 3.0, "epochs": epochs})
    assert measured_durations(run, [], 1_293) == Durations(0.0, pytest.approx(step), 0.0, 3.0, is_measured=True)


def test_run_that_did_not_come_so_far_tells_nothing() -> None:
    assert measured_durations(earlier(LECTURE, None, "failed"), [], 1_293) is None
    assert measured_durations(earlier(LECTURE, {"how": "stop"}, "stopped"), [], 1_293) is None


def test_stopped_run_tells_by_the_steps_that_it_took(trained: Trained) -> None:
    whole = [event for event in trained.events if event["kind"] != "fitted" and event.get("epoch", 0) <= 2]
    durations = measured_durations(earlier(trained.experiment, None, "stopped"), whole, trained.experiment.data.num_used)
    assert durations is not None and durations.is_measured


# The cost of layers


def test_lectures_net_needs_no_table() -> None:
    summed, unknown = expected(LECTURE), expected(LECTURE, known=False)
    assert unknown.durations is not None and summed.durations is not None
    assert unknown.durations.is_measured is False
    assert unknown.durations.start == summed.durations.start
    assert expected(template("lenet"), known=False).durations is None
    assert expected(with_fit(LECTURE, batch_size=64), known=False).durations is None


def test_nothing_is_estimated_where_nothing_was_measured() -> None:
    assert expected(LECTURE, None).durations is None
    assert expected(with_fit(LECTURE, backend="torch")).durations is None
    work = RunWorkload.of(template("lenet"), 1_293)
    broken = replace(summarise(template("lenet")), refused="c1")
    assert estimated(template("lenet"), work, 0.001, broken, Execution()) is None


@pytest.mark.parametrize("name", TEMPLATES)
def test_machine_half_as_fast_takes_twice_as_long(name: str) -> None:
    fast, slow = (expected(template(name, "fashion_mnist"), seconds).durations for seconds in (0.001, 0.002))
    assert fast is not None and slow is not None
    assert 1.9 * fast.step < slow.step < 3.5 * fast.step  # fewer steps at once cost more


def test_compiled_steps_are_expected_to_be_faster() -> None:
    plain, fast = (
        expected(lecture_experiment("fashion_mnist")),
        expected(with_fit(lecture_experiment("fashion_mnist"), mode="fast")),
    )
    assert plain.durations is not None and fast.durations is not None
    assert fast.durations.step < 0.7 * plain.durations.step


def test_epochs_of_a_run() -> None:
    events = [{"kind": "epoch", "seconds": seconds} for seconds in (5.0, 7.0, 9.0, 12.0)]
    assert epoch_seconds(events) == (5.0, 2.0)
    assert epoch_seconds([]) == (None, None)
