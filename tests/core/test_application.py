"""The application: two of them in one process share nothing, and closing one ends its work."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from core.application import Application, application, install_application
from core.experiment.templates import lecture_experiment
from core.problems import Problem, ProblemError
from core.runs.export_jobs import JobRequest
from core.runs.manager import Runs
from tests.pages.fake_workers import ScriptedWorkers

DIGITS = lecture_experiment("digits")
JOB = "tests.core.runs.sample_job"

Build = Callable[[str], Application]


def no_summary(*_arguments: object) -> None:
    """Keras never answers."""


def words(folder: Path) -> None:
    (folder / "words.txt").write_text("hello")


@pytest.fixture
def build(tmp_path: Path) -> Iterator[Build]:
    built: list[Application] = []

    def build_one(name: str) -> Application:
        built.append(Application(Runs(tmp_path / name, ScriptedWorkers(no_summary))))
        return built[-1]

    yield build_one
    for one in built:
        one.close()


def test_two_applications_share_no_state(build: Build) -> None:
    first, second = build("first"), build("second")
    run = first.runs.start(DIGITS, "ada")
    first.drafts.edit_draft("ada", DIGITS)
    first.exports.jobs.start(JobRequest("job", JOB, ("wait",), words))
    assert first.history.run(run.id) is not None and second.history.run(run.id) is None
    assert second.drafts.draft("ada") is None
    assert first.exports.jobs.running is not None and second.exports.jobs.running is None
    assert first.drafts.edit_lock("ada") is not second.drafts.edit_lock("ada")


def test_closing_ends_jobs_and_interrupts_runs(tmp_path: Path, build: Build) -> None:
    one = Application(Runs(tmp_path / "one", ScriptedWorkers(no_summary)))
    run = one.runs.start(DIGITS, "ada")
    job = one.exports.jobs.start(JobRequest("job", JOB, ("wait",), words))
    one.close()
    assert job.state == "stopped"
    left = build("one").history.run(run.id)
    assert left is not None and left.state == "interrupted"


def test_pages_get_what_was_installed_or_why_there_is_none(build: Build) -> None:
    one, problem = build("one"), Problem("folder", (), "It is a file.", "Expected a folder.", "Choose another one.")
    try:
        install_application(one)
        assert application() is one
        install_application(problem)
        with pytest.raises(ProblemError) as refused:
            application()
        assert refused.value.problem is problem
    finally:
        install_application(None)
    with pytest.raises(RuntimeError, match="no application is installed"):
        application()
