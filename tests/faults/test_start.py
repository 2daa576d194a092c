"""The server that cannot start, or must end: what it says, and that nothing is left behind."""

import signal
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from core.ledger import Ledger
from core.templates import lecture
from tests.server import PROJECT, Server, children, gone, serve, wait_for

EVENTS = 400  # of a run whose replay takes minutes


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def server(home: Path) -> Iterator[Server]:
    with serve(home) as server:
        yield server


def test_port_in_use_is_said_and_leaves_no_process(server: Server, tmp_path: Path) -> None:
    port = server.url.rpartition(":")[2]
    before = {one.pid for one in children(psutil.Process(), recursive=True)}
    command = [sys.executable, "-m", "streamlit", "run", "dashboard.py", "--server.port", port, "--server.headless", "true"]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, timeout=30, check=False)
    assert done.returncode == 1
    assert f"Port {port} is not available" in done.stdout + done.stderr
    new = [one for one in children(psutil.Process(), recursive=True) if one.pid not in before]
    assert not [one for one in new if one.pid not in {child.pid for child in server.children()}]


def test_second_server_on_one_folder_touches_nothing(server: Server, home: Path) -> None:
    wait_for(lambda: (home / "in-use.sqlite").is_file(), 20, "the first server to claim its folder")
    ledger = Ledger(home / "runs.sqlite")
    run = ledger.add_run(lecture("digits"), "whose run is on")
    with serve(home) as second:
        words = f"Another dashboard uses the data folder {home}."
        wait_for(lambda: words in second.log.read_text(), 10, "the second server to say so")
        assert not second.children()
    assert ledger.run(run.id).state == "queued", "it is not taken for interrupted"
    ledger.change_state(run.id, "cancelled")
    ledger.close()


def test_ctrl_c_with_an_open_replay_ends_everything(server: Server, home: Path) -> None:
    ledger = Ledger(home / "runs.sqlite")
    run = ledger.add_run(lecture("digits"), "somebody")
    ledger.append(run.id, {"kind": "start", "steps": EVENTS, "epochs": 1, "seconds": 0.0})
    for step in range(EVENTS):
        ledger.append(run.id, {"kind": "batch", "step": step, "epoch": step / EVENTS, "loss": 1.0, "seconds": float(step)})
    ledger.flush()
    for state in ("starting", "finished"):
        ledger.change_state(run.id, state)
    ledger.close()
    processes = server.children()
    stream = urllib.request.urlopen(f"{server.url}/replay/{run.id}?speed=1", timeout=30)
    assert stream.readline().startswith(b"id:")
    reader = threading.Thread(target=stream.read, daemon=True)
    reader.start()
    server.process.send_signal(signal.SIGINT)
    server.process.wait(5)
    wait_for(lambda: gone(processes), 10, "all processes to end")
    reader.join(2)
    assert not reader.is_alive(), "the stream has ended too"


@pytest.mark.parametrize(
    ("variables", "words"),
    [
        ({"DASHBOARD_TRAINERS": "many"}, "The environment variable DASHBOARD_TRAINERS is 'many'."),
        ({"DASHBOARD_LECTURER_TOKEN": "secret"}, "The environment variable DASHBOARD_LECTURER_TOKEN holds 6 characters."),
        ({"DASHBOARD_HOME": "a file"}, "cannot be used"),
    ],
    ids=["setting", "token", "folder"],
)
def test_server_that_cannot_work_says_why_and_runs_nothing(tmp_path: Path, variables: dict[str, str], words: str) -> None:
    if "DASHBOARD_HOME" in variables:
        (tmp_path / "file").touch()
        variables = {"DASHBOARD_HOME": str(tmp_path / "file")}
    with serve(tmp_path / "home", **variables) as server:
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(f"{server.url}/live/{'0' * 32}", timeout=10)
        assert refused.value.code == 503
        answer = refused.value.read().decode()
        assert words in answer
        assert "Traceback" not in answer
        assert words in server.log.read_text(), "the terminal says it too"
        assert not server.children()
