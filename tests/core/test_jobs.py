"""Jobs: one at a time, in their order, each in a process of its own, with its last words, and a stop."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from core.jobs import Jobs
from tests.server import wait_for

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
        assert jobs.start("first", JOB, (how,), prepare=words).state == "running"
        wait_for(lambda: jobs.running is None, 10, "all jobs to end")
        assert state(jobs, "first") == ended
        job = jobs.look("first")
        assert job is not None
        assert list(job.lines)[:2] == ["noise", "Epoch 1/3"]  # a line that is written over is one of its own
        assert job.said.startswith("hello [1mxxx") and len(job.said) == 300


def test_one_runs_at_a_time_and_the_others_follow_in_their_order(jobs: Jobs, tmp_path: Path) -> None:
    begun: list[str] = []

    def prepare(name: str) -> Callable[[Path], None]:
        return lambda folder: (begun.append(name), words(folder))[1]

    first = jobs.start("first", JOB, ("wait",), prepare=prepare("first"))
    several = {name: jobs.start(name, JOB, ("end",), prepare=prepare(name)) for name in ("second", "third", "fourth")}
    assert jobs.start("third", JOB, ("end",), prepare=prepare("third again")) is several["third"]  # pressed twice
    assert [jobs.before(name) for name in ("first", *several, "unknown")] == [0, 1, 2, 3, 0]
    assert begun == ["first"] and {one.state for one in several.values()} == {"waiting"}
    jobs.stop("second")
    assert (several["second"].state, jobs.before("third")) == ("stopped", 1)
    wait_for(lambda: first.said.startswith("hello"), 10, "the first job to say so")
    jobs.stop("first")
    wait_for(lambda: all(one.is_over for one in several.values()), 10, "all to be over")
    assert first.state == "stopped"
    assert begun == ["first", "third", "fourth"]
    assert [one.state for one in several.values()] == ["stopped", "done", "done"]


def test_closing_ends_what_is_on_and_begins_nothing_that_waits(jobs: Jobs) -> None:
    first, second = (jobs.start(name, JOB, ("wait",), prepare=words) for name in ("first", "second"))
    jobs.close()
    wait_for(lambda: jobs.running is None, 10, "all jobs to end")
    assert (first.state, second.state, list(second.lines)) == ("stopped", "stopped", [])


def test_job_that_cannot_be_prepared_leaves_the_way_free(jobs: Jobs) -> None:
    def full(_folder: Path) -> None:
        raise OSError("no room")

    on = jobs.start("on", JOB, ("wait",), prepare=words)
    full_disk, last = (jobs.start(name, JOB, ("end",), prepare=one) for name, one in (("full", full), ("last", words)))
    jobs.stop(on.key)
    wait_for(lambda: last.is_over, 10, "the last to be over")
    assert (full_disk.state, full_disk.said, last.state) == ("failed", "no room", "done")
