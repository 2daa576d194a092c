"""How long things take, from what was measured."""

from dataclasses import replace

import pytest

from core.estimates import expected_seconds, seconds_left, steps_of
from core.experiment import Experiment
from core.ledger import Run
from core.templates import lecture
from core.worker.summary import summarise
from tests.core.conftest import Trained
from tests.core.nets import LECTURE, template, with_data, with_fit


def earlier(experiment: Experiment, seconds: float, state: str = "finished") -> Run:
    """A run that is over."""
    return Run(
        "id", 1, "ada", experiment, state, 0.0, 1.0, None, {"seconds": seconds}, 0, name="", note="", series="", parts=1,
        deleted=None,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("experiment", "expected"),
    [
        (LECTURE, 41 * 5),  # 1,437 images, 144 set aside for validation: 1,293 in batches of 32
        (with_fit(LECTURE, epochs=1, batch_size=1), 1_293),
        (with_fit(LECTURE, epochs=2, batch_size=1_293), 2),
        (with_fit(LECTURE, epochs=3, batch_size=1_292), 6),
        (with_data(with_fit(LECTURE, epochs=2), train_images=100), 8),
        (with_data(with_fit(LECTURE, epochs=1), validation_split=0.0), 45),
        (lecture("fashion_mnist"), 5 * 1_688),  # 54,000 in batches of 32: 1,687.5
    ],
)
def test_steps_of_examples(experiment: Experiment, expected: int) -> None:
    assert steps_of(experiment) == expected


def test_images_that_are_left_out_cost_no_time() -> None:
    def left(experiment: Experiment) -> int:
        return 640 if experiment.fit.epochs == 5 else experiment.data.num_used

    assert expected_seconds(LECTURE, [], 0.002, images=left) == pytest.approx(0.002 * 20 * 5)
    whole = replace(earlier(with_fit(LECTURE, epochs=10), 41.0), state="finished")  # 410 steps: a tenth of a second each
    assert expected_seconds(LECTURE, [whole], None, images=left) == pytest.approx(0.1 * 20 * 5)


def test_steps_are_those_that_keras_does(trained: Trained) -> None:
    assert [event for event in trained.events if event["kind"] == "epoch"][-1]["step"] == steps_of(trained.experiment)


def test_earlier_run_of_the_same_stack_tells() -> None:
    before = [earlier(template("convnet"), 99.0), earlier(LECTURE, 20.5), earlier(LECTURE, 77.0)]
    assert expected_seconds(LECTURE, before, 0.001) == pytest.approx(20.5), "the first that is alike, not the measured step"
    assert expected_seconds(with_fit(LECTURE, epochs=10), before, None) == pytest.approx(41.0)
    assert expected_seconds(with_fit(LECTURE, seed=3), before, None) == pytest.approx(20.5)
    fewer = with_data(LECTURE, train_images=640)  # 20 steps an epoch in place of 41
    assert expected_seconds(fewer, before, None) == pytest.approx(10.0)


def test_runs_that_differ_or_did_not_end_well_tell_nothing() -> None:
    failed = replace(earlier(LECTURE, 20.5), state="failed", result=None)
    before = [
        earlier(template("convnet"), 1.0),
        earlier(with_fit(LECTURE, batch_size=64), 1.0),
        earlier(lecture("fashion_mnist"), 1.0),
        earlier(LECTURE, 1.0, state="stopped"),
        failed,
        replace(failed, state="finished"),
    ]
    assert expected_seconds(LECTURE, before, None) is None
    assert expected_seconds(LECTURE, [], None) is None


def test_lectures_net_is_expected_from_the_step_that_was_measured() -> None:
    assert expected_seconds(LECTURE, [], 0.002) == pytest.approx(0.002 * 205)
    assert expected_seconds(with_fit(LECTURE, epochs=10), [], 0.002) == pytest.approx(0.002 * 410)
    assert expected_seconds(lecture("fashion_mnist"), [], 0.001) == pytest.approx(8.44)
    assert expected_seconds(template("lenet"), [], 0.002) is None
    assert expected_seconds(with_fit(LECTURE, batch_size=64), [], 0.002) is None


def test_other_nets_are_expected_by_what_there_is_to_multiply() -> None:
    lenet, residual = (template(name, "fashion_mnist") for name in ("lenet", "residual"))
    seconds = [expected_seconds(one, [], 0.001, summarise(one)) for one in (lecture("fashion_mnist"), lenet, residual)]
    assert None not in seconds and sorted(seconds) == seconds
    assert seconds[1] > 1.2 * seconds[0] and seconds[2] > 5 * seconds[1]
    slower = expected_seconds(lenet, [], 0.002, summarise(lenet))
    assert slower is not None and 1.5 * seconds[1] < slower < 2 * seconds[1]
    assert expected_seconds(lenet, [], None, summarise(lenet)) is None
    broken = replace(summarise(lenet), refused="c1")
    assert expected_seconds(lenet, [], 0.001, broken) is None


def test_result_that_does_not_say_how_long_tells_nothing() -> None:
    assert expected_seconds(LECTURE, [replace(earlier(LECTURE, 1.0), result={"how": "whole"})], None) is None


@pytest.mark.parametrize(
    ("place", "epochs", "expected", "left"),
    [
        (None, 5, 30.0, 30.0),
        (None, 5, None, None),
        ({"epoch": 0.0, "seconds": 0.0}, 5, 30.0, 30.0),
        ({"epoch": 2.0, "seconds": 10.0}, 5, 30.0, 15.0),
        ({"epoch": 0.5, "seconds": 1.0}, 5, None, 9.0),
        ({"epoch": 5.0, "seconds": 10.0}, 5, 30.0, 0.0),
        ({"epoch": 6.0, "seconds": 10.0}, 5, 30.0, 0.0),
    ],
)
def test_seconds_left_on_examples(place: dict | None, epochs: int, expected: float | None, left: float | None) -> None:
    assert seconds_left(place, epochs, expected) == left


def test_estimate_in_the_middle_of_a_real_run_comes_near(trained: Trained) -> None:
    ends = [event for event in trained.events if event["kind"] == "epoch"]
    left = seconds_left(ends[1], 3, None)
    assert left is not None and left == pytest.approx(ends[1]["seconds"] / 2)
