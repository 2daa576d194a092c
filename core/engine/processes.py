"""The cluster's processes on this machine: Dask's scheduler, and workers that are added and removed.

The processes listen on 127.0.0.1 only, and end when this process is gone (`core.child_process`).
"""

import contextlib
import shutil
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from core import machine
from core.catalogue.backends import DEFAULT, VARIABLE
from core.child_process import END_SECONDS, start, stop
from core.files import scratch_folder

LOOPBACK = "127.0.0.1"
START_SECONDS = 60.0  # a slow laptop with a virus scanner takes 30
KILLED_SECONDS = 10.0  # for killed processes to be gone: a busy system takes 2 s to free a trainer's memory
LESS_URGENT = getattr(psutil, "BELOW_NORMAL_PRIORITY_CLASS", 10)  # a class of priority on Windows, else a nice value
KEEP_FREED_MEMORY = str(32 * 1024 * 1024)  # Dask's own 64 kB hands memory back at every batch: an epoch takes twice as long
# Dask sets these to 1 in its workers. PyTorch then adds up in another order than in an exported script that is run alone.
THREAD_LIMITS = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS")

ENVIRONMENT = {
    "TF_CPP_MIN_LOG_LEVEL": "2",
    "DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "0",  # else a run that kills its worker is sent to three more
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
class Worker:
    """One kind of worker process, as it is started."""

    name: str
    threads: int
    resource: str  # that the worker offers, one for each thread
    backend: str = DEFAULT  # that Keras uses in this worker
    gives_way: bool = True  # to the server, the browser and quick answers, when processor time is short


class Processes:
    """The scheduler and the workers that this server started. Safe to use from several threads."""

    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="cluster-", dir=scratch_folder()))
        self._scheduler: subprocess.Popen[bytes] | None = None
        self._nannies: dict[Worker, subprocess.Popen[bytes]] = {}
        self._lock = threading.RLock()

    @property
    def log_path(self) -> Path:
        """The file that the processes log to."""
        return self._folder / "cluster.log"

    @property
    def address_file(self) -> Path:
        """The file from which a client reads the address of the scheduler."""
        return self._folder / "scheduler.json"

    @property
    def has_scheduler(self) -> bool:
        """Whether the scheduler is running."""
        scheduler = self._scheduler
        return scheduler is not None and scheduler.poll() is None

    @property
    def workers(self) -> list[Worker]:
        """The workers that were started, and not ended."""
        return list(self._nannies)

    def start(self, workers: Iterable[Worker]) -> None:
        """Start the scheduler and these workers, which may be ready later.

        Raises
        ------
        TimeoutError
            The scheduler did not start within a minute.
        """
        with self._lock:
            self.address_file.unlink(missing_ok=True)
            scheduler = (
                "--port",
                "0",
                "--scheduler-file",
                str(self.address_file),
                "--preload",
                "core.engine.dask_patches",
            )
            self._scheduler = self._spawn("dask_scheduler", *scheduler)
            for worker in workers:
                self.add(worker)
        deadline = time.monotonic() + START_SECONDS
        while not self.address_file.exists():
            if time.monotonic() > deadline or not self.has_scheduler:
                raise TimeoutError(f"the scheduler did not start within {START_SECONDS:.0f} s; see {self.log_path}")
            time.sleep(0.02)

    def add(self, worker: Worker) -> None:
        """Start a nanny, which starts its worker, and restarts a worker that died."""
        limit = f"{machine.worker_memory_gb():.3f}GB"
        with self._lock:
            nanny = self._nannies[worker] = self._spawn(
                "dask_worker",
                *(
                    "--scheduler-file",
                    str(self.address_file),
                    "--preload-nanny",
                    "core.engine.dask_patches",
                    "--nworkers",
                    "1",
                ),
                *("--memory-limit", limit, "--local-directory", str(self._folder), "--name", worker.name),
                *("--nthreads", str(worker.threads), "--resources", f"{worker.resource}={worker.threads}"),
                *(() if worker.backend == DEFAULT else ("--preload", "core.worker.no_tensorflow")),
                backend=worker.backend,
            )
            if worker.gives_way:
                give_way(nanny.pid)

    def remove(self, workers: Iterable[Worker]) -> None:
        """End these workers."""
        with self._lock:
            for worker in list(workers):
                end_with_children(self._nannies.pop(worker))

    def renew(self, names: Iterable[str]) -> bool:
        """Restart these workers, by name, whatever they do; True once their old processes are gone.

        The operating system ends them, not Dask: a frozen nanny or scheduler does not answer.
        """
        with self._lock:
            workers = [worker for worker in self._nannies if worker.name in set(names)]
            gone = [end_with_children(self._nannies[worker], 0.0) for worker in workers]
            for worker in workers:
                self.add(worker)
        return all(gone)

    def restart_lost(self) -> None:
        """Start workers again whose nannies are gone."""
        with self._lock:
            for worker, process in list(self._nannies.items()):
                if process.poll() is not None:
                    self.add(worker)

    def end(self) -> None:
        """End all processes; `start` begins again."""
        with self._lock:
            processes = [*([self._scheduler] if self._scheduler else []), *self._nannies.values()]
            self._scheduler, self._nannies = None, {}
        for process in processes:
            if process.stdin is not None:
                process.stdin.close()
        for process in processes:
            end_with_children(process)

    def close(self) -> None:
        """End all processes, and remove their files."""
        self.end()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _spawn(self, program: str, *arguments: str, backend: str = DEFAULT) -> subprocess.Popen[bytes]:
        common = ("--host", LOOPBACK, "--dashboard-address", f"{LOOPBACK}:0")
        with self.log_path.open("ab") as log:
            return start(
                f"distributed.cli.{program}",
                *common,
                *arguments,
                environment={**ENVIRONMENT, VARIABLE: backend},
                stdout=log,
                stderr=log,
            )


def give_way(process: int, to: int = LESS_URGENT) -> None:
    """Lower the priority of a process, and of those that it will start.

    Linux on a desktop shares the processor evenly between sessions, whatever the priorities of their processes. There the
    priority of the whole session is lowered, which the process must have begun.
    """
    with contextlib.suppress(psutil.Error):  # the process has ended, or its priority may not be changed
        psutil.Process(process).nice(to)
    session = Path(f"/proc/{process}/autogroup")
    if session.exists():
        with contextlib.suppress(OSError):  # the same
            session.write_text(str(to))


def end_with_children(process: subprocess.Popen[Any], patience: float = END_SECONDS) -> bool:
    """End a process that this server started, and all that the process started; True once all are gone.

    A frozen process does not notice the end of its parent, and would be left behind with all its memory.

    Parameters
    ----------
    process
        The process to end.
    patience
        The seconds that the process gets to end by itself.
    """
    below: list[psutil.Process] = []
    with contextlib.suppress(psutil.Error):
        below = psutil.Process(process.pid).children(recursive=True) if process.poll() is None else []
    stop(process, patience)
    _, left = psutil.wait_procs(below, patience)
    for child in left:
        with contextlib.suppress(psutil.Error):
            child.kill()
    _, left = psutil.wait_procs(left, KILLED_SECONDS)
    return not left
