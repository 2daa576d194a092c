"""The real server in a process of its own, for tests and benchmarks that act as its clients."""

import os
import signal
import socket
import ssl
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

PROJECT = Path(__file__).parent.parent
SELF_SIGNED = ssl.create_default_context()  # accepts the self-signed certificate of a test
SELF_SIGNED.check_hostname, SELF_SIGNED.verify_mode = False, ssl.CERT_NONE
SET_UP = ("Lecturer's link", "The dashboard cannot work")  # the server prints one of these texts at the end of its set-up
PATIENCE = 180.0  # seconds, enough for a machine that other tests keep busy


@dataclass(frozen=True)
class Server:
    """A running server."""

    url: str
    process: subprocess.Popen
    log: Path

    def children(self) -> list[psutil.Process]:
        """Return all descendants of the server's process."""
        return children(psutil.Process(self.process.pid), recursive=True)

    def trainers(self) -> list[psutil.Process]:
        """Return the processes that train."""
        return [child for child in self.children() if name_of(child).startswith("trainer-")]


def children(process: psutil.Process, *, recursive: bool = False) -> list[psutil.Process]:
    """Return the children of a process. Return no children if the process has ended."""
    try:
        return process.children(recursive=recursive)
    except psutil.Error:
        return []


def command_line(process: psutil.Process) -> list[str]:
    """Return the command line of a process. Return an empty list if the process has ended."""
    try:
        return process.cmdline()
    except psutil.Error:
        return []


def name_of(process: psutil.Process) -> str:
    """Return the name that a process has given itself, such as "trainer-0". Return "" if the process has ended."""
    try:
        return process.name()
    except psutil.Error:
        return ""


def engine_processes() -> list[psutil.Process]:
    """Return the processes of the engine of this process: the scheduler, the process host, and the host's descendants."""
    own = children(psutil.Process())
    roots = [
        process
        for process in own
        if {"distributed.cli.dask_scheduler", "core.engine.process_host"} & {*command_line(process)}
    ]
    return [*roots, *(child for root in roots for child in children(root, recursive=True))]


def process_of(name: str) -> psutil.Process:
    """Return a process of the engine of this process, by its name.

    Parameters
    ----------
    name
        "scheduler", "host", "parent" (the fork server), "trainer" or "inspector".
    """
    programs = {"scheduler": "dask_scheduler", "host": "process_host", "parent": "multiprocessing.forkserver"}
    for process in engine_processes():
        named = name_of(process).removesuffix("-0")
        words = " ".join(command_line(process))
        if named == name or (named not in ("trainer", "inspector") and programs.get(name, " " * 99) in words):
            return process
    raise LookupError(f"no process is the {name}")


def gone(processes: list[psutil.Process]) -> bool:
    """Return whether all processes have ended. A zombie counts as ended."""

    def ended(process: psutil.Process) -> bool:
        try:
            return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE
        except psutil.NoSuchProcess:  # the process ended between the two calls
            return True

    return all(ended(process) for process in processes)


def processes_of(home: Path) -> list[psutil.Process]:
    """Return the server with this data folder, and all processes that it started, even if their parents have ended."""
    return [process for process in psutil.process_iter() if not gone([process]) and _home_of(process) == str(home)]


def _home_of(process: psutil.Process) -> str:
    try:
        return process.environ().get("DASHBOARD_HOME", "")
    except psutil.Error:
        return ""


def free_port() -> int:
    """Return a free port of 127.0.0.1."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(condition: Callable[[], object], seconds: float, what: str) -> object:
    """Call `condition` again and again until it returns something true, and return that value.

    Parameters
    ----------
    condition
        The function to call.
    seconds
        The longest time to wait.
    what
        The awaited event in words, for the error message.

    Raises
    ------
    AssertionError
        If `condition` has returned nothing true within `seconds`.
    """
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        found = condition()
        if found:
            return found
        time.sleep(0.02)
    raise AssertionError(f"waited {seconds:.0f} s in vain for {what}")


def answers(url: str) -> bool:
    """Return whether the server answers that it is healthy."""
    try:
        with urllib.request.urlopen(f"{url}/_stcore/health", timeout=2, context=SELF_SIGNED) as response:
            return response.status == 200
    except (urllib.error.URLError, OSError):
        return False


@contextmanager
def serve(home: Path, project: Path = PROJECT, *, set_up: bool = True, **environment: str) -> Iterator[Server]:
    """Start the app as the README says, with a data folder of its own, and end the app afterwards.

    Parameters
    ----------
    home
        The data folder.
    project
        The folder of the version to start.
    set_up
        Whether to wait until the server is set up, or only until it serves Streamlit's own files.
    **environment
        Further environment variables.
    """
    port = free_port()
    scheme = "https" if "STREAMLIT_SERVER_SSL_CERT_FILE" in environment else "http"
    url = f"{scheme}://127.0.0.1:{port}"
    log = home / "server.log"
    home.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "streamlit", "run", "dashboard.py"]
    command += ["--server.port", str(port), "--server.headless", "true"]
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            cwd=project,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            env={**os.environ, "DASHBOARD_HOME": str(home), **environment},
        )
    server = Server(url, process, log)
    try:
        wait_for(lambda: answers(url) or process.poll() is not None, PATIENCE, "the server's start")
        assert process.poll() is None, f"the server ended at once:\n{log.read_text()}"
        if set_up:
            wait_for(lambda: any(words in log.read_text() for words in SET_UP), PATIENCE, "the server's set-up")
        yield server
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
            try:
                process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
