"""The real server in a process of its own, for tests and benchmarks that look at it from outside."""

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
SELF_SIGNED = ssl.create_default_context()  # takes the certificate that a test made
SELF_SIGNED.check_hostname, SELF_SIGNED.verify_mode = False, ssl.CERT_NONE
PATIENCE = 180.0  # seconds, on a machine that other tests keep busy; what is promised within a time has its own


@dataclass(frozen=True)
class Server:
    """A running server."""

    url: str
    process: subprocess.Popen
    log: Path

    def children(self) -> list[psutil.Process]:
        """All processes that the server started, and theirs."""
        return children(psutil.Process(self.process.pid), recursive=True)

    def trainers(self) -> list[psutil.Process]:
        """The processes that train: the nanny's child, which is the worker itself."""
        return [
            child
            for nanny in self.children()
            if "trainer-0" in " ".join(command_line(nanny))
            for child in children(nanny)
            if "resource_tracker" not in " ".join(command_line(child))
        ]


def children(process: psutil.Process, *, recursive: bool = False) -> list[psutil.Process]:
    """A process's children; none when it is gone."""
    try:
        return process.children(recursive=recursive)
    except psutil.Error:
        return []


def command_line(process: psutil.Process) -> list[str]:
    """A process's command line; empty when it is gone."""
    try:
        return process.cmdline()
    except psutil.Error:
        return []


def gone(processes: list[psutil.Process]) -> bool:
    """Whether all have ended; a zombie that nobody collects counts as ended."""

    def ended(process: psutil.Process) -> bool:
        try:
            return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE
        except psutil.NoSuchProcess:  # it ended between the two questions
            return True

    return all(ended(process) for process in processes)


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(condition: Callable[[], object], seconds: float, what: str) -> object:
    """Look again and again until `condition` gives something true.

    Arguments:
        condition: what is looked at.
        seconds: that it may take.
        what: is waited for.

    Raises:
        AssertionError: it did not within `seconds`; says what was waited for.
    """
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        found = condition()
        if found:
            return found
        time.sleep(0.02)
    raise AssertionError(f"waited {seconds:.0f} s in vain for {what}")


def answers(url: str) -> bool:
    """Whether the server says that it is well."""
    try:
        with urllib.request.urlopen(f"{url}/_stcore/health", timeout=2, context=SELF_SIGNED) as response:
            return response.status == 200
    except (urllib.error.URLError, OSError):
        return False


@contextmanager
def serve(home: Path, **environment: str) -> Iterator[Server]:
    """Start the app as the README does, with a data folder of its own; it is ended afterwards.

    Arguments:
        home: the data folder.
        environment: further environment variables.
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
            cwd=PROJECT,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            env={**os.environ, "DASHBOARD_HOME": str(home), **environment},
        )
    server = Server(url, process, log)
    try:
        wait_for(lambda: answers(url) or process.poll() is not None, PATIENCE, "the server's start")
        assert process.poll() is None, f"the server ended at once:\n{log.read_text()}"
        yield server
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
