"""Jobs: a single job at a time, in fair turns, each in a process of its own, with its last output, and a stop."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from core.problems import ProblemError
from core.runs.export_jobs import JobRequest, Jobs
from tests.server import PATIENCE, wait_for

JOB = "tests.core.runs.sample_job"


@pytest.fixture
def jobs() -> Iterator[Jobs]:
    one = Jobs()
    yield one
    one.close()


def words(folder: Path) -> None:
    (folder / "words.txt").write_text("hello \x1b[1m" + "x" * 1_000)


def task(key: str, how: str, prepare: Callable[[Path], object] = words, **whose: Any) -> JobRequest:
    return JobRequest(key, JOB, (how,), prepare, **whose)


def state(jobs: Jobs, key: str) -> str:
    job = jobs.look(key)
    assert job is not None
    return job.state


def test_job_says_how_far_it_is_and_how_it_ended(jobs: Jobs) -> None:
    assert jobs.look("first") is None
    for how, ended in (("end", "done"), ("fail", "failed")):
        assert jobs.start(task("first", how)).state == "running"
        wait_for(lambda: jobs.running is None, PATIENCE, "all jobs to end")
        assert state(jobs, "first") == ended
        job = jobs.look("first")
        assert job is not None
        assert list(job.lines)[:2] == ["noise", "Epoch 1/3"]  # an overwritten line is a line of its own
        assert job.said.startswith("hello [1mxxx") and len(job.said) == 300


def test_one_runs_at_a_time_and_the_others_follow_in_their_order(jobs: Jobs, tmp_path: Path) -> None:
    begun: list[str] = []

    def prepare(name: str) -> Callable[[Path], None]:
        return lambda folder: (begun.append(name), words(folder))[1]

    first = jobs.start(task("first", "wait", prepare("first")))
    several = {name: jobs.start(task(name, "end", prepare(name))) for name in ("second", "third", "fourth")}
    assert jobs.start(task("third", "end", prepare("third again"))) is several["third"]  # pressed twice
    assert [jobs.before(name) for name in ("first", *several, "unknown")] == [0, 1, 2, 3, 0]
    assert begun == ["first"] and {one.state for one in several.values()} == {"waiting"}
    jobs.stop("second")
    assert (several["second"].state, jobs.before("third")) == ("stopped", 1)
    wait_for(lambda: first.said.startswith("hello"), PATIENCE, "the first job to say so")
    jobs.stop("first")
    wait_for(lambda: all(one.is_over for one in several.values()), PATIENCE, "all to be over")
    assert first.state == "stopped"
    assert begun == ["first", "third", "fourth"]
    assert [one.state for one in several.values()] == ["stopped", "done", "done"]


@pytest.mark.deep
def test_closing_ends_what_is_on_and_begins_nothing_that_waits(jobs: Jobs) -> None:
    first, second = (jobs.start(task(name, "wait")) for name in ("first", "second"))
    jobs.close()
    wait_for(lambda: jobs.running is None, PATIENCE, "all jobs to end")
    assert (first.state, second.state, list(second.lines)) == ("stopped", "stopped", [])


@pytest.mark.deep
def test_job_that_cannot_be_prepared_leaves_the_way_free(jobs: Jobs) -> None:
    def full(_folder: Path) -> None:
        raise OSError("no room")

    on = jobs.start(task("on", "wait"))
    full_disk, last = (jobs.start(task(name, "end", one)) for name, one in (("full", full), ("last", words)))
    jobs.stop(on.key)
    wait_for(lambda: last.is_over, PATIENCE, "the last to be over")
    assert (full_disk.state, full_disk.said, last.state) == ("failed", "no room", "done")


@pytest.mark.deep
def test_people_take_turns_and_the_lecturer_goes_first(jobs: Jobs) -> None:
    begun: list[str] = []

    def ask(key: str, **whose: Any) -> None:
        jobs.start(task(key, "end", lambda folder: (begun.append(key), words(folder)), **whose))

    on = jobs.start(task("on", "wait", visitor="ada"))
    for key in ("a1", "a2", "a3", "b1", "b2", "c1"):
        ask(key, visitor=key[0].replace("a", "ada"))
    ask("l1", visitor="lecturer", is_first=True)
    order = ["l1", "b1", "c1", "a1", "b2", "a2", "a3"]
    assert sorted(order, key=jobs.before) == order
    wait_for(lambda: on.said.startswith("hello"), PATIENCE, "the first job's words")
    jobs.stop("on")
    wait_for(lambda: jobs.running is None and len(begun) == len(order), PATIENCE, "the end of all")
    assert begun == order


def test_one_person_cannot_keep_the_others_waiting(jobs: Jobs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DASHBOARD_QUEUE_EACH", "2")
    for key in ("on", "first", "second"):
        jobs.start(task(key, "wait", visitor="ada"))
    with pytest.raises(ProblemError) as caught:
        jobs.start(task("third", "wait", visitor="ada"))
    problem = caught.value.problem
    assert (problem.code, problem.happened) == ("queue-full", "2 exports of yours wait already, so that 1 more cannot.")
    assert problem.expected == "Expected at most 2 to wait."
    assert problem.fix == "Wait until some have ended, or stop some. The variable DASHBOARD_QUEUE_EACH sets the limit."
    assert jobs.look("third") is None and jobs.full("ada") == problem and jobs.full("grace") is None
    assert jobs.start(task("second", "wait", visitor="ada")) is jobs.look("second"), "who waits already waits on"
    assert jobs.start(task("other", "wait", visitor="grace")).state == "waiting"
    monkeypatch.setenv("DASHBOARD_QUEUE", "3")
    full = jobs.full("grace")
    assert full is not None and full.happened == "3 exports wait already, so that 1 more cannot."
    jobs.stop("first")
    assert jobs.full("ada") is None
