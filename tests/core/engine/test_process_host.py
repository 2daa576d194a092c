"""The process host and its warm parent: the modules of the parent and of its children, and the end of all of them."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from core.catalogue.backends import VARIABLE
from core.engine.hosted_programs import FORK_SERVER, HOST_GONE, SPAWN, ProcessHost, default_method
from core.engine.processes import ENVIRONMENT
from tests.server import PATIENCE, gone, name_of, process_of, wait_for

SAMPLE = "tests.core.engine.sample_program"


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ProcessHost]:
    with (tmp_path_factory.mktemp("host") / "log").open("wb") as log:
        host = ProcessHost(default_method(), {**ENVIRONMENT, VARIABLE: "tensorflow"}, log)
    yield host
    host.end()


def run(host: ProcessHost, how: str, folder: Path) -> tuple[list[str], int]:
    """The lines of a program, and its exit code."""
    program = host.run(module=SAMPLE, arguments=[how], folder=str(folder), environment={"GREETING": "hello"})
    return [line.strip() for line in program.lines()], program.wait()


def test_fork_server_is_used_where_it_was_measured() -> None:
    assert default_method() == (FORK_SERVER if sys.platform == "linux" else SPAWN)


@pytest.mark.deep
def test_program_runs_in_its_folder_with_its_arguments_and_its_variables(host: ProcessHost, tmp_path: Path) -> None:
    lines, code = run(host, "say", tmp_path)
    assert (lines[0].rpartition("/")[2], code) == ("sample_program.py say", 0)
    assert lines[1:5] == [str(tmp_path), "hello", "an error's words", "sample_program"]


@pytest.mark.deep
def test_exit_code_and_signal_of_a_program_are_reported(host: ProcessHost, tmp_path: Path) -> None:
    assert run(host, "exit", tmp_path)[1] == 3
    lines, code = run(host, "raise", tmp_path)
    assert (lines[-1], code) == ("ValueError: as the test wants it", 1)
    assert run(host, "kill", tmp_path)[1] == -9


@pytest.mark.deep
def test_program_is_stopped_at_once(host: ProcessHost, tmp_path: Path) -> None:
    program = host.run(module=SAMPLE, arguments=["wait"], folder=str(tmp_path), environment={})
    assert next(program.lines()).strip() == "waiting"
    program.stop()
    assert program.wait() == -9


@pytest.mark.skipif(default_method() == SPAWN, reason="this system starts no processes from a warm parent")
@pytest.mark.deep
def test_warm_parent_has_imported_keras_and_has_no_thread_beside_its_own(host: ProcessHost, tmp_path: Path) -> None:
    lines, code = run(host, "modules", tmp_path)
    assert (lines, code) == (["keras tensorflow core.worker.training.train"], 0), "imported before the program began"
    parent = process_of("parent")
    assert parent.num_threads() == 1, "a fork would copy a lock that another thread holds, and not the thread"


@pytest.mark.skipif(default_method() == SPAWN, reason="this system starts no processes from a warm parent")
@pytest.mark.deep
def test_fork_has_little_memory_of_its_own(host: ProcessHost, tmp_path: Path) -> None:
    program = host.run(module=SAMPLE, arguments=["wait"], folder=str(tmp_path), environment={})
    next(program.lines())
    own = psutil.Process(program.pid).memory_full_info().uss
    program.stop()
    assert own < 60e6, "an import of Keras takes 300 MB; a fork shares them"


@pytest.mark.skipif(default_method() == SPAWN, reason="this system starts no processes from a warm parent")
@pytest.mark.deep
def test_death_of_the_warm_parent_ends_its_children_and_another_parent_comes(host: ProcessHost, tmp_path: Path) -> None:
    program = host.run(module=SAMPLE, arguments=["wait"], folder=str(tmp_path), environment={})
    next(program.lines())
    child, parent = psutil.Process(program.pid), process_of("parent")
    parent.kill()
    assert program.wait() == HOST_GONE
    wait_for(lambda: gone([child, parent]), PATIENCE, "the end of the child")
    assert run(host, "modules", tmp_path) == (["keras tensorflow core.worker.training.train"], 0)


@pytest.mark.deep
def test_death_of_the_host_ends_its_programs(tmp_path: Path) -> None:
    with (tmp_path / "log").open("wb") as log:
        host = ProcessHost(default_method(), {**ENVIRONMENT, VARIABLE: "tensorflow"}, log)
    program = host.run(module=SAMPLE, arguments=["wait"], folder=str(tmp_path), environment={})
    next(program.lines())
    processes = psutil.Process(host.process.pid).children(recursive=True)
    assert "sample_program"[:15] in [name_of(process) for process in processes] or os.name == "nt"
    host.process.kill()
    assert program.wait() == HOST_GONE
    assert host.run(module=SAMPLE, arguments=["say"], folder=str(tmp_path), environment={}).wait() == HOST_GONE
    wait_for(lambda: gone(processes), PATIENCE, "the end of all processes below the host")
    host.end()
