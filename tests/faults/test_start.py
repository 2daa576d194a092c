"""The server that cannot start, or must end: what it says, and that nothing is left behind."""

import signal
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from pathlib import Path

import psutil
import pytest

from core.experiment.templates import lecture_experiment
from core.runs.run_database import RunDatabase
from tests.deep_cases import deep_except
from tests.faults.conftest import LONG, Home
from tests.server import PATIENCE, PROJECT, Server, children, gone, serve, wait_for

EVENTS = 400  # of a run whose replay takes minutes


def test_port_in_use_is_said_and_leaves_no_process(server: Server, tmp_path: Path) -> None:
    port = server.url.rpartition(":")[2]
    before = {one.pid for one in children(psutil.Process(), recursive=True)}
    command = [sys.executable, "-m", "streamlit", "run", "dashboard.py", "--server.port", port, "--server.headless", "true"]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert done.returncode == 1
    assert f"Port {port} is not available" in done.stdout + done.stderr
    new = [one for one in children(psutil.Process(), recursive=True) if one.pid not in before]
    assert not [one for one in new if one.pid not in {child.pid for child in server.children()}]


@pytest.mark.gate("two servers that meet in one folder are two processes")
def test_second_server_on_one_folder_touches_nothing(server: Server, home: Home) -> None:
    wait_for(lambda: (home.folder / "in-use.lock").is_file(), PATIENCE, "the first server to claim its folder")
    database = RunDatabase(home.folder / "runs.sqlite")
    run = database.add_run(lecture_experiment("digits"), "whose run is on")
    with serve(home.folder) as second:
        wait_for(lambda: "Another dashboard uses this data folder." in second.log.read_text(), PATIENCE, "its word of that")
        assert f"The data folder is {home.folder}." in second.log.read_text()
        assert not second.children()
    assert database.run(run.id).state == "queued", "it is not taken for interrupted"
    database.change_state(run.id, "cancelled")
    database.close()


@pytest.mark.gate("a server with all its processes, ended as a person ends it, leaves none")
def test_ctrl_c_with_open_streams_ends_everything(server: Server, home: Home) -> None:
    """One that follows a run, and one that replays another."""
    database = RunDatabase(home.folder / "runs.sqlite")
    on = database.add_run(LONG, "somebody")
    over = database.add_run(lecture_experiment("digits"), "somebody")
    database.append(over.id, {"kind": "start", "steps": EVENTS, "epochs": 1, "seconds": 0.0})
    for step in range(EVENTS):
        database.append(
            over.id, {"kind": "batch", "step": step, "epoch": step / EVENTS, "loss": 1.0, "seconds": float(step)}
        )
    database.flush()
    for state in ("starting", "finished"):
        database.change_state(over.id, state)
    wait_for(lambda: len(server.trainers()) == 1, PATIENCE, "the trainer")
    processes = server.children()
    readers = [reader(f"{server.url}/live/{on.id}"), reader(f"{server.url}/replay/{over.id}?speed=1")]
    server.process.send_signal(signal.SIGINT)
    server.process.wait(PATIENCE)
    wait_for(lambda: gone(processes), PATIENCE, "all processes to end")
    for one in readers:
        one.join(PATIENCE)
        assert not one.is_alive(), "the stream has ended too"
    assert database.run(on.id).state == "interrupted"
    assert "The dashboard was closed while this run was on." in database.run(on.id).problem.happened
    database.close()


def reader(url: str) -> threading.Thread:
    """A thread that reads a stream to its end, once it has begun."""
    stream = urllib.request.urlopen(url, timeout=PATIENCE)
    assert stream.readline().startswith(b"id:")
    thread = threading.Thread(target=stream.read, daemon=True)
    thread.start()
    return thread


@pytest.mark.parametrize(
    ("variables", "words"),
    deep_except(
        ["folder"],
        [
            pytest.param(
                {"DASHBOARD_TRAINERS": "many"}, "The environment variable DASHBOARD_TRAINERS is 'many'.", id="setting"
            ),
            pytest.param(
                {"DASHBOARD_LECTURER_TOKEN": "secret"},
                "The environment variable DASHBOARD_LECTURER_TOKEN holds 6 characters.",
                id="token",
            ),
            pytest.param({"DASHBOARD_HOME": "a file"}, "cannot be used", id="folder"),
        ],
    ),
)
def test_server_that_cannot_work_says_why_and_runs_nothing(tmp_path: Path, variables: dict[str, str], words: str) -> None:
    if "DASHBOARD_HOME" in variables:
        (tmp_path / "file").touch()
        variables = {"DASHBOARD_HOME": str(tmp_path / "file")}
    with serve(tmp_path / "home", **variables) as server:
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(f"{server.url}/live/{'0' * 32}", timeout=PATIENCE)
        assert refused.value.code == 503
        answer = refused.value.read().decode()
        assert words in answer
        assert "Traceback" not in answer and str(tmp_path) not in answer
        assert words in server.log.read_text(), "the terminal says it too"
        assert not server.children()
