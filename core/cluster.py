"""The scheduler and worker processes. The only file here that imports distributed.

Trainers hold one fit at a time; the inspector gives short answers, so that a fit is neither disturbed nor waited for.
All listen on 127.0.0.1 only, and end when this process is gone (`core.worker.lifeline`).
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from distributed import Client, Future, KilledWorker

from core.settings import setting
from core.worker import tasks
from core.worker.lifeline import EXIT_TOPIC

LOOPBACK = "127.0.0.1"
PROJECT = Path(__file__).parent.parent
START_SECONDS = 60.0  # a slow laptop with a virus scanner takes 30
KEEP_FREED_MEMORY = str(32 * 1024 * 1024)  # Dask's own 64 kB hands memory back at every batch: an epoch takes twice as long
INSPECTOR_THREADS = 3  # a download waits in one while shapes are asked for in another

ENVIRONMENT = {
    "PYTHONPATH": str(PROJECT),
    "TF_CPP_MIN_LOG_LEVEL": "2",
    "DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "0",  # else a run that kills its worker kills four in turn
    "DASK_DISTRIBUTED__NANNY__PRE_SPAWN_ENVIRON": json.dumps(
        {"MALLOC_TRIM_THRESHOLD_": KEEP_FREED_MEMORY, "MALLOC_MMAP_THRESHOLD_": KEEP_FREED_MEMORY}
    ),
    "DASK_DISTRIBUTED__ADMIN__TICK__LIMIT": "1h",  # a fit holds the interpreter; that is no news
}


class Cluster:
    """Processes that work for this server."""

    def __init__(self, trainers: int) -> None:
        """Arguments: `trainers`, how many runs can go on at the same time."""
        self.trainers = trainers
        self._folder = Path(tempfile.mkdtemp(prefix="layer-by-layer-"))
        self._processes: list[subprocess.Popen] = []
        self._client: Client | None = None

    def start(self) -> None:
        """Start the processes and connect to them; returns once the scheduler answers, before the workers are up.

        Raises:
            TimeoutError: the scheduler did not answer within a minute.
        """
        address = self._folder / "scheduler.json"
        common = ("--host", LOOPBACK, "--dashboard-address", f"{LOOPBACK}:0")
        lifeline = "core.worker.lifeline"
        self._spawn("dask_scheduler", *common, "--port", "0", "--scheduler-file", str(address), "--preload", lifeline)
        worker: tuple[str, ...] = (*common, "--scheduler-file", str(address), "--preload-nanny", lifeline, "--nworkers", "1")
        worker += ("--memory-limit", f"{setting('worker_memory')}GB", "--local-directory", str(self._folder))
        threads = str(INSPECTOR_THREADS)
        self._spawn(
            "dask_worker", *worker, "--name", "inspector", "--nthreads", threads, "--resources", f"inspect={threads}"
        )
        for number in range(self.trainers):
            self._spawn("dask_worker", *worker, "--name", f"trainer-{number}", "--nthreads", "1", "--resources", "train=1")
        deadline = time.monotonic() + START_SECONDS
        while not address.exists():
            if time.monotonic() > deadline or self._processes[0].poll() is not None:
                raise TimeoutError(f"the scheduler did not start within {START_SECONDS:.0f} s; see {self.log_path}")
            time.sleep(0.02)
        self._client = Client(scheduler_file=str(address), set_as_default=False, timeout=START_SECONDS)

    @property
    def log_path(self) -> Path:
        """Where the processes write what they have to say."""
        return self._folder / "cluster.log"

    @property
    def client(self) -> Client:
        assert self._client is not None, "the cluster has not started"
        return self._client

    def _spawn(self, program: str, *arguments: str) -> None:
        with self.log_path.open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", f"distributed.cli.{program}", *arguments],
                stdin=subprocess.PIPE,  # closes when this process ends; the lifeline sees it
                stdout=log,
                stderr=log,
                cwd=PROJECT,
                start_new_session=True,  # Ctrl-C is for the server, which ends them in order
                env={**os.environ, **ENVIRONMENT},
            )
        self._processes.append(process)

    def on_event(self, handle: Callable[[dict], None]) -> None:
        """Let `handle` be called with each event that a run reports, in this process."""
        self.client.subscribe_topic(tasks.TOPIC, lambda event: handle(event[1]))

    def on_exit(self, handle: Callable[[str, int], None]) -> None:
        """Let `handle` be called with a worker's name and exit code (negative: a signal) when its process ends."""
        self.client.subscribe_topic(EXIT_TOPIC, lambda event: handle(event[1]["worker"], event[1]["exit_code"]))

    def train(self, run: str, name: str, *arguments: Any, **options: Any) -> Future:
        """Call a watched function on a free trainer; `run` names its events and flags."""
        return self._submit(tasks.call_watched, {"train": 1}, name, run, *arguments, **options)

    def inspect(self, name: str, *arguments: Any) -> Future:
        """Call a function on the inspector."""
        return self._submit(tasks.call, {"inspect": 1}, name, *arguments)

    def tidy(self, name: str) -> Future:
        """Call a function on a trainer that has nothing else to do."""
        return self._submit(tasks.call, {"train": 1}, name)

    def inspect_watched(self, run: str, name: str, *arguments: Any) -> Future:
        """Call a watched function on the inspector."""
        return self._submit(tasks.call_watched, {"inspect": 1}, name, run, *arguments)

    def _submit(self, function: Callable, resources: dict, *arguments: Any, **options: Any) -> Future:
        return self.client.submit(function, *arguments, pure=False, resources=resources, retries=0, **options)

    def flag(self, run: str, flag: str) -> None:
        """Ask something of a run, such as "stop"."""
        self.client.run(tasks.set_flag, run, flag, on_error="ignore")  # a worker that is restarting has no run

    @staticmethod
    def was_killed(error: BaseException | None) -> bool:
        """Whether a call failed because its worker process died."""
        return isinstance(error, KilledWorker)

    def close(self) -> None:
        """End all processes."""
        if self._client is not None:
            self._client.close(timeout=0.5)  # before its scheduler, which it would look for
        for process in self._processes:
            assert process.stdin is not None
            process.stdin.close()
        for process in self._processes:
            try:
                process.wait(2.0)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        shutil.rmtree(self._folder, ignore_errors=True)
