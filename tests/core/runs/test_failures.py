"""The messages of runs that failed: each names the event, the expectation and the repair."""

import pytest

from core.checks.experiment_checks import check
from core.engine.dask_patches import OUT_OF_MEMORY
from core.experiment.edits import apply_repair, get_value
from core.experiment.model import Experiment
from core.problems import Problem
from core.runs.failures import (
    DEATHS,
    died,
    disk_full_problem,
    engine_lost,
    failed,
    forced_stop_problem,
    interrupted,
    not_finite,
    too_long,
)
from tests.core.sample_experiments import LECTURE, with_compile, with_data, with_fit

WHERE = "at epoch 3, step 41"
RATE = ("compile", "optimizer", "arguments", "learning_rate")
ALL = [
    interrupted(),
    engine_lost(),
    *(died(WHERE, code) for code in (*DEATHS, 1, -6)),
    failed(WHERE, ValueError("shapes differ")),
    failed(WHERE, ValueError()),
    forced_stop_problem(WHERE),
    too_long(120.0),
    not_finite(LECTURE, 41, 40),
    disk_full_problem(10**6, 10**9, ""),
    disk_full_problem(0, 0, "[Errno 28] No space left on device"),
]


@pytest.mark.parametrize("problem", ALL, ids=lambda problem: problem.happened[:40])
def test_each_has_all_parts_in_whole_sentences(problem: Problem) -> None:
    for part in (problem.happened, problem.expected, problem.fix):
        assert part.endswith(".") and not part.endswith("..")
        assert part[0].isupper()
        assert "  " not in part and "\n" not in part and ": ." not in part
    assert problem.expected.startswith("Expected")
    assert problem.code and problem.severity in ("error", "warning")


def test_each_way_to_die_has_a_message_of_its_own() -> None:
    messages = {code: died(WHERE, code).happened for code in (*DEATHS, 1, -6)}
    assert len(set(messages.values())) == len(messages)
    assert all(message.startswith(f"The training process died {WHERE}: ") for message in messages.values())
    assert "signal 9" in messages[-9] and "exit code 137" in messages[137]
    assert "signal 11, a segmentation fault" in messages[-11] and "out of memory" in messages[OUT_OF_MEMORY]
    assert messages[1].endswith("exit code 1.")
    assert messages[-6].endswith("signal 6.")


@pytest.mark.parametrize("code", [OUT_OF_MEMORY, -9, 137])
def test_want_of_memory_is_answered_with_a_smaller_network(code: int | str) -> None:
    assert died(WHERE, code).fix == (
        "Press Resume to go on from the last epoch that was saved, or from the start where none was: "
        "a new process is being started. "
        "Make the network or the batch smaller, then train again, if it dies again."
    )


@pytest.mark.parametrize("code", [-11, 139, -15, None, 1])
def test_other_deaths_are_answered_with_resume(code: int | None) -> None:
    assert died(WHERE, code).fix == (
        "Press Resume to go on from the last epoch that was saved, or from the start where none was: "
        "a new process is being started."
    )


def test_exception_is_told_in_one_line() -> None:
    error = RuntimeError("the first line\nand a traceback\n" + "x" * 10_000)
    assert failed(WHERE, error).happened == f"Training failed {WHERE}: RuntimeError: the first line."
    assert len(failed(WHERE, RuntimeError("x" * 10_000)).happened) < 300
    assert failed(WHERE, RuntimeError("It ends here.")).happened.endswith("It ends here.")


def test_time_and_room_are_told_with_their_values() -> None:
    assert "after 0.5 minutes" in too_long(0.5).happened and "after 120 minutes" in too_long(120.0).happened
    problem = disk_full_problem(10**6, 2 * 10**9, "")
    assert problem.happened == "The run pauses, since this epoch cannot be saved: 1 MB are free, 2 GB are needed."
    assert disk_full_problem(0, 0, "[Errno 5] broken").happened.endswith("cannot be saved: [Errno 5] broken.")


# Numbers that are none


def with_rate(rate: object, name: str = "SGD") -> Experiment:
    arguments = {} if rate is None else {"learning_rate": rate}
    return with_compile(LECTURE, optimizer={"name": name, "arguments": arguments})


@pytest.mark.parametrize("rate", [10.0, 1.0, 0.05, 0.0123456, 1, 1e-7, 1e-300])
@pytest.mark.parametrize("pixels", ["0-1", "0-255"])
def test_repairs_of_a_loss_that_is_no_number_give_valid_experiments(rate: float, pixels: str) -> None:
    experiment = with_data(with_rate(rate), pixels=pixels)
    problem = not_finite(experiment, 1_041, 1_040)
    assert "at step 1,041" in problem.happened and "of step 1,040" in problem.expected
    assert f"a learning rate of {rate:g} that is too high" in problem.fix
    assert ("pixels that are not scaled" in problem.fix) == (pixels == "0-255")
    for one in problem.repairs:
        mended = apply_repair(experiment, one)
        assert mended != experiment
        assert not [found for found in check(mended) if found.blocks]
    slower = apply_repair(experiment, problem.repairs[0])
    assert get_value(slower, RATE) == pytest.approx(rate / 10, rel=0.01)
    assert problem.repairs[0].label == f"Set the learning rate to {get_value(slower, RATE):g}"
    assert len(problem.repairs) == (2 if pixels == "0-255" else 1)
    if pixels == "0-255":
        assert apply_repair(experiment, problem.repairs[1]).data.pixels == "0-1"


def test_learning_rate_that_keras_chooses_is_named_too() -> None:
    experiment = with_rate(None, "SGD")
    problem = not_finite(experiment, 41, 40)
    assert "a learning rate of 0.01 that is too high" in problem.fix
    assert get_value(apply_repair(experiment, problem.repairs[0]), RATE) == 0.001


def test_smallest_learning_rate_is_made_no_smaller() -> None:
    problem = not_finite(with_rate(5e-324), 41, 40)
    assert not problem.repairs, "a tenth of it is no number that is allowed"


def test_exhausted_time_is_pinned_to_the_epochs() -> None:
    assert too_long(120.0).where == ("fit", "epochs")
    assert get_value(with_fit(LECTURE, epochs=7), too_long(120.0).where) == 7
