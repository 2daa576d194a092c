"""The scheduler and worker processes: this machine's own, or a Dask cluster that exists already.

Trainers hold one fit at a time; the inspector gives short answers, so that a fit is neither disturbed nor waited for.
Own processes listen on 127.0.0.1 only, and end when this process is gone (`core.worker.lifeline`).
With `core.worker.tasks`, the only files that import distributed.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from distributed import Client, Future, KilledWorker
from distributed.security import Security

from core import machine
from core.worker import tasks
from core.worker.lifeline import EXIT_TOPIC

LOOPBACK = "127.0.0.1"
PROJECT = Path(__file__).parent.parent
START_SECONDS = 60.0  # a slow laptop with a virus scanner takes 30
END_SECONDS = 2.0  # that processes get to end by themselves
LINE_LOST_SECONDS = 5.0  # a cluster that does not answer for so long is lost
COUNT_EVERY_SECONDS = 2.0  # workers of a cluster come and go
IDLE_SECONDS = 60.0  # an inspector that is not asked anything for so long ends, where memory is scarce
FORCE_SECONDS = 10.0  # that a nanny gets to start a worker afresh
KEEP_FREED_MEMORY = str(32 * 1024 * 1024)  # Dask's own 64 kB hands memory back at every batch: an epoch takes twice as long
INSPECTOR_THREADS = 3  # a download waits in one while shapes are asked for in another
INSPECTOR = "inspector"
PLACED = "placed"  # the kind of the event that says on which worker a run is

ENVIRONMENT = {
    "PYTHONPATH": str(PROJECT),
    "TF_CPP_MIN_LOG_LEVEL": "2",
    "DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "0",  # else a run that kills its worker kills four in turn
    "DASK_DISTRIBUTED__NANNY__PRE_SPAWN_ENVIRON": json.dumps(
        {"MALLOC_TRIM_THRESHOLD_": KEEP_FREED_MEMORY, "MALLOC_MMAP_THRESHOLD_": KEEP_FREED_MEMORY}
    ),
    "DASK_DISTRIBUTED__ADMIN__TICK__LIMIT": "1h",  # a fit holds the interpreter; that is no news
    "DASK_DISTRIBUTED__ADMIN__LOW_LEVEL_LOG_LENGTH": "1000",  # events are kept in the ledger, not in the scheduler
}


class EngineLost(OSError):
    """Raised where something is asked of processes that are not there."""


@dataclass(frozen=True)
class Worker:
    """One kind of worker process, as it is started."""

    name: str
    threads: int
    resource: str


class Cluster:
    """Processes that work for this server."""

    def __init__(self, trainers: int = 1, address: str = "", *, lean: bool = False) -> None:
        """Arguments:

        trainers: how many runs can go on at the same time on this machine; a cluster's own workers count instead.
        address: of the scheduler of a cluster that exists already, such as "tls://cluster:8786"; "" starts one here.
        lean: whether the inspector runs only while it is asked something.
        """
        self.address = address
        self._trainers = trainers
        self._lean = lean
        self._folder = Path(tempfile.mkdtemp(prefix="layer-by-layer-"))
        self._scheduler: subprocess.Popen | None = None
        self._nannies: dict[Worker, subprocess.Popen] = {}
        self._lock = threading.RLock()
        self._client: Client | None = None
        self._workers: dict[str, str] = {}  # of each run, the address of the worker that has it
        self._names: dict[str, str] = {}  # and its name
        self._sent: set[str] = set()  # data sets that the cluster was given
        self._counted = (0.0, 0)  # when the trainers of a cluster were counted last, and how many there were
        self._inspections: list[Future] = []  # questions that the inspector has not answered
        self._answered = self._inspected = time.monotonic()

    # Up and down

    def start(self) -> None:
        """Start the processes, or find those of the cluster, and connect to them; the workers may come up later.

        Raises:
            TimeoutError, OSError: the scheduler did not answer within a minute.
        """
        if self.address:
            security = Security(require_encryption=True) if self.address.startswith("tls:") else None
            self._client = Client(self.address, set_as_default=False, timeout=START_SECONDS, security=security)
            self._send_code()
        else:
            self._start_here()
        self._answered = time.monotonic()

    def _start_here(self) -> None:
        with self._lock:
            self._address_file.unlink(missing_ok=True)
            scheduler = ("--port", "0", "--scheduler-file", str(self._address_file), "--preload", "core.worker.lifeline")
            self._scheduler = self._spawn("dask_scheduler", *scheduler)
            for number in range(self._trainers):
                self._spawn_worker(Worker(f"trainer-{number}", 1, "train"))
            if not self._lean:
                self._spawn_worker(Worker(INSPECTOR, INSPECTOR_THREADS, "inspect"))
        deadline = time.monotonic() + START_SECONDS
        while not self._address_file.exists():
            if time.monotonic() > deadline or self._scheduler.poll() is not None:
                raise TimeoutError(f"the scheduler did not start within {START_SECONDS:.0f} s; see {self.log_path}")
            time.sleep(0.02)
        self._client = Client(scheduler_file=str(self._address_file), set_as_default=False, timeout=START_SECONDS)

    def restart(self) -> None:
        """Begin again after the scheduler was lost.

        Raises:
            TimeoutError, OSError: it still does not answer.
        """
        self._end()
        self._workers.clear()
        self._names.clear()
        self._sent.clear()
        self.start()

    def is_well(self) -> bool:
        """Whether the scheduler is there. Workers here that are gone are started again; to be asked often."""
        client, now = self._client, time.monotonic()
        if client is None:
            return False
        if not self.address:
            self._tend_workers(now)
            return self._scheduler is not None and self._scheduler.poll() is None
        if client.status == "running":
            self._answered = now
        return client.status != "closed" and now - self._answered < LINE_LOST_SECONDS

    def _tend_workers(self, now: float) -> None:
        with self._lock:
            for worker, process in list(self._nannies.items()):
                if process.poll() is not None:
                    self._spawn_worker(worker)
            self._inspections = [future for future in self._inspections if not future.done()]
            if self._inspections:
                self._inspected = now
            if self._lean and now - self._inspected > IDLE_SECONDS:
                for worker in [one for one in self._nannies if one.name == INSPECTOR]:
                    _end_process(self._nannies.pop(worker))

    def close(self) -> None:
        """End all processes of this server; those of a cluster go on."""
        self._end()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _end(self) -> None:
        with self._lock:
            client, self._client = self._client, None
            processes = [*([self._scheduler] if self._scheduler else []), *self._nannies.values()]
            self._scheduler, self._nannies = None, {}
        if client is not None:
            client.close(timeout=0.5)  # before its scheduler, which it would look for
        for process in processes:
            if process.stdin is not None:
                process.stdin.close()
        for process in processes:
            _end_process(process)

    @property
    def log_path(self) -> Path:
        """Where the processes write what they have to say."""
        return self._folder / "cluster.log"

    @property
    def _address_file(self) -> Path:
        return self._folder / "scheduler.json"

    @property
    def client(self) -> Client:
        """The connection to the scheduler.

        Raises:
            EngineLost: there is none now.
        """
        if self._client is None:
            raise EngineLost("the engine is not there now")
        return self._client

    def _spawn_worker(self, worker: Worker) -> None:
        """Start a nanny, which starts its worker, and again when that dies."""
        limit = f"{machine.worker_memory_gb():.3f}GB"
        self._nannies[worker] = self._spawn(
            "dask_worker",
            *("--scheduler-file", str(self._address_file), "--preload-nanny", "core.worker.lifeline", "--nworkers", "1"),
            *("--memory-limit", limit, "--local-directory", str(self._folder), "--name", worker.name),
            *("--nthreads", str(worker.threads), "--resources", f"{worker.resource}={worker.threads}"),
        )

    def _spawn(self, program: str, *arguments: str) -> subprocess.Popen:
        common = ("--host", LOOPBACK, "--dashboard-address", f"{LOOPBACK}:0")
        with self.log_path.open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", f"distributed.cli.{program}", *common, *arguments],
                stdin=subprocess.PIPE,  # closes when this process ends; the lifeline sees it
                stdout=log,
                stderr=log,
                cwd=PROJECT,
                start_new_session=True,  # Ctrl-C is for the server, which ends them in order
                env={**os.environ, **ENVIRONMENT},
            )

    # What a cluster has to be given

    def _send_code(self) -> None:
        """Give the workers of a cluster, and those that will come, this project's `core`."""
        with tempfile.TemporaryDirectory() as folder:
            archive = shutil.make_archive(str(Path(folder) / "layer_by_layer"), "zip", PROJECT, "core")
            self.client.upload_file(archive)

    def provide(self, dataset: str, files: dict[str, bytes]) -> None:
        """Give the workers of a cluster, and those that will come, the files of a data set; here they have them.

        Arguments:
            dataset: its name.
            files: contents by their path below Keras' folder of data sets.
        """
        if self.address and files and dataset not in self._sent:
            self.client.register_plugin(tasks.DataSetFiles(files), name=f"data-set-{dataset}")
            self._sent.add(dataset)

    # Work

    @property
    def trainers(self) -> int:
        """How many runs can go on at the same time now."""
        if not self.address:
            scheduler = self._scheduler
            return self._trainers if scheduler is not None and scheduler.poll() is None else 0
        client, (counted, count) = self._client, self._counted
        if client is None or client.status != "running":
            return 0
        if time.monotonic() - counted > COUNT_EVERY_SECONDS:
            workers = client.scheduler_info(n_workers=-1).get("workers", {}).values()
            count = sum(int(worker["resources"].get("train", 0)) for worker in workers)
            self._counted = (time.monotonic(), count)
        return count

    @property
    def shares_no_disk(self) -> bool:
        """Whether the workers may be on other machines: they are given files, and their own are fetched."""
        return bool(self.address)

    def on_event(self, handle: Callable[[dict], None]) -> None:
        """Let `handle` be called with each event that a run reports, in this process."""

        def take(event: tuple[float, dict]) -> None:
            content = event[1]
            if content["kind"] == PLACED:
                self._workers[content["run"]] = content["worker"]
                self._names[content["run"]] = content["name"]
            else:
                handle(content)

        self.client.subscribe_topic(tasks.TOPIC, take)

    def on_exit(self, handle: Callable[[str, int], None]) -> None:
        """Let `handle` be called with a worker's name and exit code (negative: a signal) when its process ends."""
        self.client.subscribe_topic(EXIT_TOPIC, lambda event: handle(event[1]["worker"], event[1]["exit_code"]))

    def train(self, run: str, name: str, *arguments: Any, **options: Any) -> Future:
        """Call a watched function on a free trainer; `run` names its events and flags."""
        return self._submit(tasks.call_watched, {"train": 1}, name, run, *arguments, **options)

    def inspect(self, name: str, *arguments: Any) -> Future:
        """Call a function on the inspector."""
        return self._inspection(tasks.call, name, *arguments)

    def tidy(self, name: str, run: str = "") -> Future:
        """Call a function on a trainer that has nothing else to do: the one that had a run, or any."""
        worker = self._workers.get(run)
        chosen: dict[str, Any] = {"workers": [worker], "allow_other_workers": True} if worker else {}
        return self._submit(tasks.call, {"train": 1}, name, **chosen)

    def inspect_watched(self, run: str, name: str, *arguments: Any) -> Future:
        """Call a watched function on the inspector."""
        return self._inspection(tasks.call_watched, name, run, *arguments)

    def _inspection(self, function: Callable, *arguments: Any) -> Future:
        self._wake_inspector()
        future = self._submit(function, {"inspect": 1}, *arguments)
        if self._lean:
            self._inspections.append(future)
        return future

    def _submit(self, function: Callable, resources: dict, *arguments: Any, **options: Any) -> Future:
        return self.client.submit(function, *arguments, pure=False, resources=resources, retries=0, **options)

    def _wake_inspector(self) -> None:
        with self._lock:
            self._inspected = time.monotonic()
            missing = not any(worker.name == INSPECTOR for worker in self._nannies)
            if self._lean and self._scheduler is not None and missing:
                self._spawn_worker(Worker(INSPECTOR, INSPECTOR_THREADS, "inspect"))

    def flag(self, run: str, flag: str) -> None:
        """Ask something of a run, such as "stop"; returns at once, even where its worker is deaf."""
        worker = self._workers.get(run)
        chosen = {"workers": [worker]} if worker else {}
        self._aside(lambda: self.client.run(tasks.set_flag, run, flag, on_error="ignore", **chosen))

    def force(self, run: str, future: Future | None) -> None:
        """End a run that does not listen: its worker process is started afresh."""
        worker = self._workers.get(run)
        if future is not None:
            future.cancel()
        if worker is not None:
            restart = self.client.restart_workers
            self._aside(lambda: restart([worker], timeout=FORCE_SECONDS, raise_for_error=False))

    def fetch(self, worker: str, run: str, names: list[str] | None = None) -> dict[str, bytes]:
        """The contents of a run's files that wait on a worker without our disk; see `tasks.read_files`."""
        found = self.client.run(tasks.read_files, run, names, workers=[worker], on_error="ignore")
        return found.get(worker) or {}

    def worker_of(self, run: str) -> str | None:
        """The address of the worker that has, or had, a run."""
        return self._workers.get(run)

    def name_of(self, run: str) -> str | None:
        """The name of the worker that has, or had, a run; `on_exit` tells of its end."""
        return self._names.get(run)

    @staticmethod
    def _aside(ask: Callable[[], object]) -> None:
        threading.Thread(target=ask, daemon=True).start()

    @staticmethod
    def was_killed(error: BaseException | None) -> bool:
        """Whether a call failed because its worker process died."""
        return isinstance(error, KilledWorker)


def _end_process(process: subprocess.Popen) -> None:
    """End a process of ours; its lifeline ends what it started."""
    if process.stdin is not None:
        process.stdin.close()
    try:
        process.wait(END_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
