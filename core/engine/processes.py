"""The computing processes of this machine: the Dask scheduler, the workers, and programs that need Keras.

The processes listen on 127.0.0.1 only, and end when this process is gone (`core.child_process`).
"""

import json
import shutil
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from core import child_process, machine
from core.catalogue.backends import DEFAULT, VARIABLE
from core.child_process import NONE, Program, end_with_children
from core.engine.hosted_programs import FORK_SERVER, SPAWN, ProcessHost, default_method
from core.engine.process_silence import processor_seconds
from core.files import PROJECT, scratch_folder
from core.worker.process_start import GIVES_WAY

LOOPBACK = "127.0.0.1"
START_SECONDS = 300.0  # a slow laptop with a virus scanner takes 30 s; a machine may be ten times slower
NEW_WORKER_SECONDS = 10.0  # the time for an idle nanny to start a new worker; a fork takes 0.5 s, on a busy machine 5 s
KEEP_FREED_MEMORY = str(32 * 1024 * 1024)  # Dask's own 64 kB hands memory back at every batch: an epoch takes twice as long
# Dask sets these to 1 in its workers. PyTorch then adds up in another order than in an exported script that is run alone.
THREAD_LIMITS = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS")

ENVIRONMENT = {
    "TF_CPP_MIN_LOG_LEVEL": "2",
    "DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "0",  # else a run that kills its worker is sent to three more
    # A fork has the environment of the process host; these variables are Dask's own for spawned processes.
    "PYTHONHASHSEED": "6640",  # Dask's own number
    "MALLOC_TRIM_THRESHOLD_": KEEP_FREED_MEMORY,
    "MALLOC_MMAP_THRESHOLD_": KEEP_FREED_MEMORY,
    "DASK_DISTRIBUTED__NANNY__PRE_SPAWN_ENVIRON": repr(
        {
            "MALLOC_TRIM_THRESHOLD_": KEEP_FREED_MEMORY,
            "MALLOC_MMAP_THRESHOLD_": KEEP_FREED_MEMORY,
            **dict.fromkeys(THREAD_LIMITS),  # None unsets
        }
    ),
    # Dask would pause a worker at 80 % of its memory until the worker releases some, which TensorFlow never does: no later
    # run would begin. So Dask only ends a worker that takes too much (`distributed.worker.memory.terminate`).
    "DASK_DISTRIBUTED__WORKER__MEMORY__PAUSE": "False",
    "DASK_DISTRIBUTED__WORKER__MEMORY__SPILL": "False",
    "DASK_DISTRIBUTED__WORKER__MEMORY__TARGET": "False",
    "DASK_DISTRIBUTED__WORKER__MEMORY__TERMINATE": str(machine.ENDED_AT),
    "DASK_DISTRIBUTED__ADMIN__TICK__LIMIT": "1h",  # a fit holds the interpreter for long; no need to log that
    "DASK_DISTRIBUTED__ADMIN__LOW_LEVEL_LOG_LENGTH": "1000",  # the database keeps events, not the scheduler
}


@dataclass(frozen=True)
class WorkerOptions:
    """The options with which a Dask worker is started."""

    name: str
    threads: int
    resource: str  # the Dask resource that the worker offers, with a unit for each thread
    backend: str = DEFAULT  # the backend that Keras uses in this worker
    gives_way: bool = True  # whether the server, the browser and quick answers get processor time first


class WorkerProcesses:
    """The scheduler, the process hosts and their workers that this server started. Safe to use from several threads.

    Workers with the default backend share a process host. Workers with another backend have a process host of their own.
    """

    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="cluster-", dir=scratch_folder()))
        self._scheduler: subprocess.Popen[bytes] | None = None
        self._hosts: dict[str, ProcessHost] = {}  # by backend
        self._workers: list[WorkerOptions] = []
        self._lock = threading.RLock()

    @property
    def log_path(self) -> Path:
        """The path of the log file of the processes."""
        return self._folder / "cluster.log"

    @property
    def address_file(self) -> Path:
        """The path of the file from which a Dask client reads the address of the scheduler."""
        return self._folder / "scheduler.json"

    @property
    def has_scheduler(self) -> bool:
        """Whether the scheduler is running."""
        scheduler = self._scheduler
        return scheduler is not None and scheduler.poll() is None

    @property
    def workers(self) -> list[WorkerOptions]:
        """The options of the workers that were started and not removed."""
        return list(self._workers)

    @property
    def scheduler_seconds(self) -> float:
        """The processor time that the scheduler has used, in seconds."""
        return processor_seconds([self._scheduler.pid] if self._scheduler is not None else [])

    def processor_seconds(self, which: str) -> float:
        """Return the processor time, in seconds, of the worker with this name or of all workers with this resource."""
        names = {worker.name for worker in self.workers if which in (worker.name, worker.resource)}
        pids = [host.workers.get(name) for name in names for host in list(self._hosts.values())]
        return processor_seconds(pid for pid in pids if pid is not None)

    def start(self, workers: Iterable[WorkerOptions]) -> None:
        """Start the scheduler and workers with these options. The workers may be ready later.

        Raises
        ------
        TimeoutError
            The scheduler did not start within five minutes.
        """
        with self._lock:
            self.address_file.unlink(missing_ok=True)
            self._host(DEFAULT)  # first: its imports take longest
            self._scheduler = self._start_scheduler()
        deadline = time.monotonic() + START_SECONDS
        while not self._address:  # without the lock, so that `end` need not wait
            if time.monotonic() > deadline or not self.has_scheduler:
                raise TimeoutError(f"the scheduler did not start within {START_SECONDS:.0f} s; see {self.log_path}")
            time.sleep(0.02)
        with self._lock:
            for worker in workers if self.has_scheduler else ():
                self.add(worker)

    def add(self, options: WorkerOptions) -> None:
        """Start a worker with these options, and its Dask nanny, which restarts the worker after a death."""
        with self._lock:
            self._workers.append(options)
            self._add(options)

    def _add(self, options: WorkerOptions) -> None:
        limit = f"{machine.worker_memory_gb():.3f}GB"
        preload = ["core.worker.process_start"]
        self._host(options.backend).add(
            options.name,
            {
                "scheduler_ip": self._address,
                "nthreads": options.threads,
                "resources": {options.resource: options.threads},
                "memory_limit": limit,
                "local_directory": str(self._folder),
                "host": LOOPBACK,
                "dashboard_address": f"{LOOPBACK}:0",
                "env": {GIVES_WAY: "1"} if options.gives_way else {},
                "preload": preload if options.backend == DEFAULT else ["core.worker.no_tensorflow", *preload],
            },
        )

    @property
    def _address(self) -> str:
        """The address of the scheduler, or an empty string until the scheduler has written its address file."""
        try:
            return str(json.loads(self.address_file.read_text())["address"])
        except (FileNotFoundError, ValueError):
            return ""

    def _host(self, backend: str) -> ProcessHost:
        """Return the process host for workers with a backend. If no such process host runs, start a process host."""
        with self._lock:
            host = self._hosts.get(backend)
            if host is None or not host.is_running:
                method = default_method() if backend == DEFAULT else SPAWN
                with self.log_path.open("ab") as log:
                    host = self._hosts[backend] = ProcessHost(method, {**ENVIRONMENT, VARIABLE: backend}, log)
            return host

    def run(
        self,
        module: str,
        *arguments: object,
        folder: Path = PROJECT,
        environment: Mapping[str, str] = NONE,
        gives_way: bool = False,
    ) -> Program:
        """Run a module that needs Keras as a program: as a fork of a process that has imported Keras, if the system allows.

        For the arguments see `core.child_process.run`.
        """
        host = self._host(DEFAULT)
        if host.method != FORK_SERVER:
            return child_process.run(module, *arguments, folder=folder, environment=environment, gives_way=gives_way)
        if gives_way:
            environment = {**environment, GIVES_WAY: "1"}
        texts = [str(argument) for argument in arguments]
        return host.run(module=module, arguments=texts, folder=str(folder), environment=dict(environment))

    def remove(self, workers: Iterable[WorkerOptions]) -> None:
        """End workers. Also end the process host of a backend without workers, except for the default backend."""
        with self._lock:
            for worker in list(workers):
                self._workers.remove(worker)
                self._hosts[worker.backend].remove(worker.name)
                if worker.backend != DEFAULT and worker.backend not in {other.backend for other in self._workers}:
                    self._hosts.pop(worker.backend).end()

    def renew(self, names: Iterable[str]) -> bool:
        """Kill and restart the workers with these names. Return whether their old processes are gone.

        The operating system ends the processes, not Dask, because a frozen nanny or scheduler does not answer. If a nanny
        starts no new worker, its process host is restarted with all its workers.
        """
        wanted = set(names)
        with self._lock:
            workers = [worker for worker in self._workers if worker.name in wanted]
            silent = {
                worker.backend
                for worker in workers
                if not self._hosts[worker.backend].renew(worker.name, NEW_WORKER_SECONDS)
            }
            gone = [self._hosts[backend].end(0.0) for backend in silent]
            self.restart_lost()
        return all(gone)

    def restart_lost(self) -> None:
        """Restart all process hosts that have ended, with their workers."""
        with self._lock:
            for backend, host in list(self._hosts.items()):
                if not host.is_running:
                    self._host(backend)
                    for worker in self._workers:
                        if worker.backend == backend:
                            self._add(worker)

    def end(self) -> None:
        """End all processes. The method `start` can start them again."""
        with self._lock:
            processes = [*([self._scheduler] if self._scheduler else []), *(host.process for host in self._hosts.values())]
            self._scheduler, self._hosts, self._workers = None, {}, []
        end_with_children(processes)

    def close(self) -> None:
        """End all processes, and remove their files."""
        self.end()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _start_scheduler(self) -> subprocess.Popen[bytes]:
        with self.log_path.open("ab") as log:
            return child_process.start(
                "distributed.cli.dask_scheduler",
                *("--host", LOOPBACK, "--dashboard-address", f"{LOOPBACK}:0", "--port", "0"),
                *("--scheduler-file", self.address_file, "--preload", "core.engine.dask_patches"),
                environment=ENVIRONMENT,
                stdout=log,
                stderr=log,
            )
