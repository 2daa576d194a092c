"""Jobs: one at a time, each in a process of its own, with its last words, and a stop."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.jobs import Jobs
from tests.core.waiting import wait_until

JOB = "tests.core.little_job"


@pytest.fixture
def jobs() -> Iterator[Jobs]:
    one = Jobs()
    yield one
    one.close()


def words(folder: Path) -> None:
    (folder / "words.txt").write_text("hello \x1b[1m" + "x" * 1_000)


def state(jobs: Jobs, key: str) -> str:
    job = jobs.look(key)
    assert job is not None
    return job.state


def test_job_says_how_far_it_is_and_how_it_ended(jobs: Jobs) -> None:
    assert jobs.look("first") is None
    for how, ended in (("end", "done"), ("fail", "failed")):
        assert jobs.start("first", JOB, (how,), prepare=words)
        wait_until(lambda: jobs.running is None)
        assert state(jobs, "first") == ended
        job = jobs.look("first")
        assert job is not None
        assert list(job.lines)[:2] == ["noise", "Epoch 1/3"]  # a line that is written over is one of its own
        assert job.said.startswith("hello [1mxxx") and len(job.said) == 300


def test_one_runs_at_a_time_and_can_be_stopped(jobs: Jobs) -> None:
    assert jobs.start("first", JOB, ("wait",), prepare=words)
    assert not jobs.start("second", JOB, ("end",), prepare=words)
    jobs.stop("second")  # it is not on
    assert state(jobs, "first") == "running"
    wait_until(lambda: bool(jobs.look("first") and jobs.look("first").said.startswith("hello")))
    jobs.stop("first")
    wait_until(lambda: jobs.running is None)
    assert state(jobs, "first") == "stopped"
    assert jobs.start("second", JOB, ("end",), prepare=words)


def test_job_that_cannot_be_prepared_leaves_the_way_free(jobs: Jobs) -> None:
    def full(_folder: Path) -> None:
        raise OSError("no room")

    with pytest.raises(OSError, match="no room"):
        jobs.start("first", JOB, ("end",), prepare=full)
    job = jobs.look("first")
    assert job is not None
    assert (job.state, job.said) == ("failed", "no room")
    assert jobs.start("second", JOB, ("end",), prepare=words)
