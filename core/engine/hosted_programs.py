"""The server's side of a process host, a program that starts processes: send commands to the host, read its reports."""

import json
import queue
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import suppress
from itertools import count
from typing import IO, Any

import psutil

from core.child_process import END_SECONDS, KILLED_SECONDS, end_with_children, start
from core.engine.process_silence import LEAST_COMPUTED, MOST_TIMES, processor_seconds

FORK_SERVER, SPAWN = "forkserver", "spawn"
HOST_GONE = 255  # the exit code of programs whose host died; `multiprocessing` uses this code if a parent died
WITHOUT_THREADS = {"OPENBLAS_NUM_THREADS": "1"}  # OpenBLAS starts threads at its import, which a fork would not copy


class HostedProgram:
    """A program that a process host runs. It has the methods of `core.child_process.Program`."""

    def __init__(self) -> None:
        self.pid: int | None = None  # the number of the process; None until the host reports the number
        self._code: int | None = None
        self._lines: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self._has_pid, self._is_over = threading.Event(), threading.Event()

    def take(self, report: Mapping[str, Any]) -> None:
        """Process a report from the host: the program's process id, a line of its output, or its exit code."""
        if "process" in report:
            self.pid = report["process"]
            self._has_pid.set()
        elif "line" in report:
            self._lines.put(report["line"])
        elif not self._is_over.is_set():
            self._code = report["code"]
            self._lines.put(None)
            self._is_over.set()
            self._has_pid.set()

    def lines(self) -> Iterator[str]:
        """Iterate over the lines that the program prints, until the program ends."""
        return iter(self._lines.get, None)

    def wait(self) -> int:
        """Wait until the program ends, and return its exit code."""
        self._is_over.wait()
        assert self._code is not None, "the exit code was set before the event"
        return self._code

    def stop(self, _patience: float = END_SECONDS) -> None:
        """Kill the program."""
        self._has_pid.wait(KILLED_SECONDS)
        if self.pid is not None and not self._is_over.is_set():
            with suppress(psutil.Error):
                psutil.Process(self.pid).kill()
        self._is_over.wait(KILLED_SECONDS)


class ProcessHost:
    """A process host, which starts processes for this server. Safe to use from several threads.

    Parameters
    ----------
    method
        How its processes start: FORK_SERVER or SPAWN.
    environment
        Additional environment variables.
    log
        The log file of the host and its processes, open for writing.
    """

    def __init__(self, method: str, environment: Mapping[str, str], log: IO[bytes]) -> None:
        self.method = method
        self.workers: dict[str, int] = {}  # the process number of each worker that has started, by its name
        self._programs: dict[int, HostedProgram] = {}
        self._numbers = count()
        self._is_over = False  # no report will come any more
        self._changed = threading.Condition()
        extra = {"DASK_DISTRIBUTED__WORKER__MULTIPROCESSING_METHOD": method}
        extra |= WITHOUT_THREADS if method == FORK_SERVER else {}
        self.process = start(
            "core.engine.process_host", method, environment={**environment, **extra}, stdout=subprocess.PIPE, stderr=log
        )
        threading.Thread(target=self._read, daemon=True).start()

    @property
    def is_running(self) -> bool:
        """Whether the process of the host is running."""
        return self.process.poll() is None

    def add(self, name: str, options: Mapping[str, Any]) -> None:
        """Start a Dask worker and its nanny, which restarts a dead worker. For `options` see `distributed.Nanny`."""
        self._send({"do": "add", "name": name, "options": options})

    def remove(self, name: str) -> None:
        """End a worker and its nanny."""
        with self._changed:
            self.workers.pop(name, None)
        self._send({"do": "remove", "name": name})

    def run(self, **options: Any) -> HostedProgram:
        """Start a program. The `options` go to `core.worker.process_start.run_program`, which also gets a pipe."""
        program, number = HostedProgram(), next(self._numbers)
        with self._changed:
            if self._is_over:
                program.take({"code": HOST_GONE})
            else:
                self._programs[number] = program
        self._send({"do": "run", "number": number, "options": options})
        return program

    def renew(self, name: str, patience: float) -> bool:
        """Kill the process of a worker, even during a computation. Return whether the nanny has started a new process.

        Parameters
        ----------
        name
            The name of the worker.
        patience
            The seconds to wait for the new process. They are granted up to ten times while the host uses the processor.
        """
        before = self.workers.get(name)
        if before is not None:
            with suppress(psutil.Error):
                process = psutil.Process(before)
                process.kill()
                psutil.wait_procs([process], KILLED_SECONDS)
        for _ in range(MOST_TIMES):
            used = processor_seconds([self.process.pid])
            with self._changed:
                if self._changed.wait_for(lambda: self.workers.get(name, before) != before, patience):
                    return True
            if processor_seconds([self.process.pid]) - used < LEAST_COMPUTED:  # else the machine is slow
                return False
        return False

    def end(self, patience: float = END_SECONDS) -> bool:
        """End the process host and all processes that the host started. Return whether all have ended."""
        return end_with_children([self.process], patience)

    def _send(self, command: Mapping[str, Any]) -> None:
        assert self.process.stdin is not None, "the host was started with a pipe"
        with self._changed, suppress(OSError):  # the host is gone; the server looks after that
            self.process.stdin.write(json.dumps(command).encode() + b"\n")
            self.process.stdin.flush()

    def _read(self) -> None:
        assert self.process.stdout is not None, "the host was started with a pipe"
        for line in self.process.stdout:
            report = json.loads(line)
            if "worker" in report:
                with self._changed:
                    self.workers[report["worker"]] = report["process"]
                    self._changed.notify_all()
            elif (program := self._programs.get(report["program"])) is not None:
                program.take(report)
                if "code" in report:
                    del self._programs[report["program"]]
        with self._changed:
            self._is_over = True
            for program in self._programs.values():
                program.take({"code": HOST_GONE})


def default_method() -> str:
    """Return how processes start on this operating system: FORK_SERVER or SPAWN.

    Windows has no fork server. macOS has a fork server, but its system libraries may end the forks; so far nobody has run
    tests/core/engine/test_process_host.py on macOS.
    """
    return FORK_SERVER if sys.platform == "linux" else SPAWN
