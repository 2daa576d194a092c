"""The scheduler and worker processes: this machine's own, or a Dask cluster that exists already.

A trainer runs one fit at a time. The inspector answers short questions, so that these neither disturb a fit nor wait for it.
Trainers on other backends than TensorFlow are started when a run needs them, and end after some time without a run.
With `core.engine.cluster_files`, `core.engine.dask_patches`, `core.engine.scheduler_probe` and `core.worker.entrypoints`,
the only files that import distributed.
"""

import secrets
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

from distributed import Client, Future, KilledWorker, Security

from core.catalogue.backends import BACKENDS, DEFAULT
from core.engine.cluster_files import Supplies
from core.engine.dask_patches import EXIT_TOPIC
from core.engine.installed_backends import installed, resource
from core.engine.processes import START_SECONDS, Processes, Worker
from core.engine.scheduler_probe import Probe
from core.run_events import Command, ProcessEvent, WorkerEvent
from core.worker import entrypoints

LINE_LOST_SECONDS = 5.0  # without an answer, after which a cluster counts as lost
COUNT_EVERY_SECONDS = 2.0  # workers of a cluster come and go
IDLE_SECONDS = 60.0  # without a question, after which the inspector ends where memory is scarce
ASK_AGAIN_SECONDS = 0.2  # between two attempts to reach a worker
FORCE_SECONDS = 10.0  # that a nanny gets to restart a worker
TRAINER_IDLE_SECONDS = 600.0  # without a run, after which a trainer on another backend ends
INSPECTOR_THREADS = 3  # a download waits in one while shapes are asked for in another
INSPECTING = Worker("inspector", INSPECTOR_THREADS, "inspect", gives_way=False)


class EngineLost(OSError):
    """Raised where a request needs processes that do not run."""


class Cluster:
    """Processes that work for this server.

    Parameters
    ----------
    trainers
        The number of runs that can train at the same time on this machine; a cluster's own workers count instead.
    address
        The address of the scheduler of an existing cluster, such as "tls://cluster:8786"; "" starts a scheduler here.
    lean
        Whether the inspector runs only while a question is open.
    """

    def __init__(self, trainers: int = 1, address: str = "", *, lean: bool = False) -> None:
        self.address = address
        self._trainers = trainers
        self._lean = lean
        self._processes = Processes()
        self._lock = threading.RLock()
        self._client: Client | None = None
        self._workers: dict[str, str] = {}  # of each run, the address of the worker that has it
        self._names: dict[str, str] = {}  # of each run, the name of that worker
        self._supplies = Supplies(lambda: self.client)
        self._probe = Probe()
        self._signs: Counter[str] = Counter()  # of life from each run
        self._running: dict[str, Future] = {}  # the calls of runs and of long questions
        self._resources: dict[str, str] = {}  # of each run, the resource that its worker must offer
        # When a cluster's workers were counted, and what each offers.
        self._counted: tuple[float, dict[str, dict[str, Any]]] = (0.0, {})
        self._counting = threading.Lock()  # held while a cluster's workers are counted
        self._assigned: dict[str, tuple[str, Future]] = {}  # of each run, the worker of a cluster that was chosen
        self._trainings: list[tuple[str, Future]] = []  # unfinished runs on other backends
        self._trained: dict[str, float] = {}  # of each of these backends, when a run last needed it
        self._inspections: list[Future] = []  # questions that the inspector has not answered
        self._answered = self._inspected = time.monotonic()

    # Start and end

    def start(self) -> None:
        """Start the processes, or find those of the cluster, and connect to them; the workers may be ready later.

        Raises TimeoutError or OSError where the scheduler does not answer within a minute.
        """
        if self.address:
            security = Security(require_encryption=True) if self.address.startswith("tls:") else None
            self._client = Client(self.address, set_as_default=False, timeout=START_SECONDS, security=security)
            self._supplies.send_code()
        else:
            self._start_here()
        self._answered = time.monotonic()
        self._probe = Probe()

    def _start_here(self) -> None:
        trainers = [Worker(f"trainer-{number}", 1, resource(DEFAULT)) for number in range(self._trainers)]
        self._processes.start([*trainers, *([] if self._lean else [INSPECTING])])
        file = str(self._processes.address_file)
        self._client = Client(scheduler_file=file, set_as_default=False, timeout=START_SECONDS)

    def restart(self) -> None:
        """Start or find the processes again after the scheduler was lost; raises as `start` does."""
        self._end()
        self._workers.clear()
        self._names.clear()
        self._assigned.clear()
        self._running.clear()
        self._supplies.forget()
        self.start()

    def is_well(self) -> bool:
        """Whether the scheduler answers. Also starts lost workers of this machine again; to be called often."""
        client, now = self._client, time.monotonic()
        if client is None:
            return False
        if not self.address:
            self._supervise_workers(now)
            return self._processes.has_scheduler and self._probe.answers(client)
        if client.status == "running":
            self._answered = now
            self._cancel_lost_calls()
        return client.status != "closed" and self._probe.answers(client) and now - self._answered < LINE_LOST_SECONDS

    def _supervise_workers(self, now: float) -> None:
        self._processes.restart_lost()
        with self._lock:
            self._inspections = [future for future in self._inspections if not future.done()]
            if self._inspections:
                self._inspected = now
            if self._lean and now - self._inspected > IDLE_SECONDS:
                self._processes.remove(worker for worker in self._processes.workers if worker == INSPECTING)
            self._trainings = [(backend, future) for backend, future in self._trainings if not future.done()]
            self._trained |= {backend: now for backend, _ in self._trainings}
            idle = [backend for backend, needed in self._trained.items() if now - needed > TRAINER_IDLE_SECONDS]
            self._processes.remove(worker for worker in self._processes.workers if worker.backend in idle)

    def close(self) -> None:
        """End all processes of this server; a cluster's own go on."""
        self._end()
        self._processes.close()

    def _end(self) -> None:
        with self._lock:
            client, self._client = self._client, None
        if client is not None:
            client.close(timeout=0.5)  # before its scheduler, which it would look for
        self._processes.end()

    @property
    def log_path(self) -> Path:
        """The file that the processes log to."""
        return self._processes.log_path

    @property
    def client(self) -> Client:
        """The connection to the scheduler; raises EngineLost while there is none."""
        if self._client is None:
            raise EngineLost("the engine is not there now")
        return self._client

    def provide(self, dataset: str) -> None:
        """Send the files of a data set to all present and future workers of a cluster; local workers have them."""
        if self.address:
            self._supplies.provide(dataset)

    # Work

    @property
    def trainers(self) -> int:
        """How many runs can train at the same time now."""
        if not self.address:
            return self._trainers if self._processes.has_scheduler else 0
        kinds = [resource(backend) for backend in BACKENDS]
        return sum(max(int(offered.get(kind, 0)) for kind in kinds) for offered in self._offered().values())

    @property
    def backends(self) -> tuple[str, ...]:
        """The backends that runs can compute with: those installed here, or those that a cluster's workers offer."""
        if not self.address:
            return installed()
        offered = {name for worker in self._offered().values() for name in worker}
        return tuple(backend for backend in BACKENDS if backend == DEFAULT or resource(backend) in offered)

    def _offered(self) -> dict[str, dict[str, Any]]:
        """The resources of each worker of a cluster, by its address."""
        with self._counting:  # a separate lock, so that `close` never waits for a scheduler that does not answer
            client, (looked, offered) = self._client, self._counted
            if client is None or client.status != "running":
                return {}
            if time.monotonic() - looked > COUNT_EVERY_SECONDS:
                workers = client.scheduler_info(n_workers=-1).get("workers", {})
                offered = {address: worker["resources"] for address, worker in workers.items()}
                self._counted = (time.monotonic(), offered)
            return offered

    def _free(self, kind: str) -> list[str]:
        """Workers of a cluster that offer `kind` and have no run of this server; those with the least other work first."""
        for run, assigned in list(self._assigned.items()):
            if assigned[1].done() and self._assigned.get(run) is assigned:
                del self._assigned[run]  # Dask keeps a result as long as its future is referenced
        busy = Counter(self._workers.get(run, address) for run, (address, _) in list(self._assigned.items()))
        work = self.client.processing()  # of all clients of the cluster, by the addresses of present workers
        free = [address for address, offered in self._offered().items() if busy[address] < int(offered.get(kind, 0))]
        return sorted((address for address in free if address in work), key=lambda address: len(work[address]))

    def _cancel_lost_calls(self) -> None:
        """Cancel the calls whose workers left before the calls arrived: Dask would wait for these workers for ever."""
        ahead = [
            assigned for run, assigned in list(self._assigned.items()) if run not in self._workers and not assigned[1].done()
        ]
        there = self._offered() if ahead else {}  # asked after the calls were sent, so that new workers are among them
        for address, future in ahead:
            if address not in there:
                future.cancel()

    @property
    def shares_no_disk(self) -> bool:
        """Whether the workers may be on other machines, so that files are sent to them and fetched from them."""
        return bool(self.address)

    def on_event(self, handle: Callable[[str, WorkerEvent], None]) -> None:
        """Call `handle` in this process with a run's id and each event that the run reports."""

        def take(message: tuple[float, Any]) -> None:
            event: WorkerEvent | ProcessEvent = message[1]
            run = message[1].pop("run")
            self._signs[run] += 1
            if event["kind"] == "placed":
                self._workers[run], self._names[run] = event["worker"], event["name"]
            elif event["kind"] != "alive":
                handle(run, event)

        self.client.subscribe_topic(entrypoints.TOPIC, take)

    def on_exit(self, handle: Callable[[str, int], None]) -> None:
        """Call `handle` with a worker's name and exit code (negative: a signal) when its process ends."""
        self.client.subscribe_topic(EXIT_TOPIC, lambda event: handle(event[1]["worker"], event[1]["exit_code"]))

    def train(self, run: str, name: str, *arguments: Any, backend: str = DEFAULT, **options: Any) -> Future:
        """Call a watched function on a free trainer that computes with `backend`; `run` names its events and flags."""
        self._resources[run] = resource(backend)
        self._workers.pop(run, None)  # from an earlier attempt; the new worker reports itself when it begins
        self._names.pop(run, None)
        chosen = self._free(resource(backend))[:1] if self.address else []
        with self._lock:
            self.wake(backend)
            if chosen:
                # Dask counts seconds, not runs: while a free worker answers a question, Dask would send the next run to
                # a busy worker. There the run would wait for the other run, and die with that worker.
                options["workers"] = chosen
            future = self._submit(entrypoints.call_watched, {resource(backend): 1}, name, run, *arguments, **options)
            if chosen:
                self._assigned[run] = (chosen[0], future)
                future.add_done_callback(self._count_again)
            self._running[run] = future
            future.add_done_callback(partial(self._forget, run))
            if backend != DEFAULT:
                self._trainings.append((backend, future))
        return future

    def _forget(self, run: str, ended: Future) -> None:
        if self._running.get(run) is ended:
            del self._running[run]  # Dask repeats the finished calls of a dead worker whose futures are still referenced

    def _count_again(self, _ended: Future) -> None:
        self._counted = (0.0, {})  # the worker may have died: count again before the next run is sent

    def wake(self, backend: str) -> bool:
        """Start a trainer on a backend unless a free one exists; True where a trainer was started."""
        if self.address or backend == DEFAULT:
            return False
        with self._lock:
            self._trained[backend] = time.monotonic()
            there = [worker for worker in self._processes.workers if worker.backend == backend]
            busy = sum(other == backend and not future.done() for other, future in self._trainings)
            if busy < len(there):
                return False
            self._processes.add(Worker(f"trainer-{backend}-{len(there)}", 1, resource(backend), backend))
            return True

    def inspect(self, name: str, *arguments: Any) -> Future:
        """Call a function on the inspector."""
        return self._inspection(entrypoints.call, name, *arguments)

    def call_on_trainer(self, name: str, run: str = "") -> Future:
        """Call a function on an idle trainer: the one that had `run`, or any."""
        worker = self._workers.get(run)
        chosen: dict[str, Any] = {"workers": [worker], "allow_other_workers": True} if worker else {}
        future = self._submit(entrypoints.call, {self._resources.pop(run, resource(DEFAULT)): 1}, name, **chosen)
        if self.address and worker:
            self._assigned[run] = (worker, future)  # the worker is busy until then
        return future

    def inspect_watched(self, run: str, name: str, *arguments: Any) -> Future:
        """Call a watched function on the inspector; `run` names its events and flags."""
        future = self._inspection(entrypoints.call_watched, name, run, *arguments)
        self._running[run] = future
        future.add_done_callback(partial(self._forget, run))
        return future

    def _inspection(self, function: Callable[..., Any], *arguments: Any) -> Future:
        if self.address and self._supplies.are_on_their_way(arguments):
            raise EngineLost("the pictures are on their way to the cluster")
        self._wake_inspector()
        future = self._submit(function, {"inspect": 1}, *arguments)
        if self._lean:
            self._inspections.append(future)
        return future

    def _submit(self, function: Callable[..., Any], resources: dict[str, Any], *arguments: Any, **options: Any) -> Future:
        return self.client.submit(function, *arguments, pure=False, resources=resources, retries=0, **options)

    def _wake_inspector(self) -> None:
        with self._lock:
            self._inspected = time.monotonic()
            if self._lean and self._processes.has_scheduler and INSPECTING not in self._processes.workers:
                self._processes.add(INSPECTING)

    def send_command(self, run: str, command: Command) -> None:
        """Give a command to a run; returns at once, even where its worker does not answer."""
        number = secrets.token_hex(8)
        threading.Thread(target=self._ask, args=(run, command, number), daemon=True).start()

    def _ask(self, run: str, command: Command, number: str) -> None:
        """Send a command until the worker confirms it or the run is over: connections to a busy worker may fail."""
        while run in self._running:
            worker = self._workers.get(run)
            with suppress(OSError, RuntimeError):  # the scheduler does not answer, or is lost
                if worker and self.client.run(
                    entrypoints.add_command, run, command, number, workers=[worker], on_error="ignore"
                ):
                    return
            time.sleep(ASK_AGAIN_SECONDS)

    def end(self, run: str) -> bool | None:
        """End the process that has a run, whatever it does, and start a new one in its stead.

        Returns
        -------
        bool | None
            True once the process is gone; False where that is not known; None where no process had begun the run, and
            none was ended.
        """
        worker, name = self._workers.get(run), self._names.get(run)
        if worker is None or name is None:
            return None
        return self._restart([worker]) if self.address else self._processes.renew([name])

    def renew(self, run: str) -> None:
        """Restart the trainers that could have a run and have none: they did not accept it."""
        if self.address:
            self._restart([address for other, (address, _) in list(self._assigned.items()) if other == run])
            return
        busy = {self._names.get(other) for other in list(self._running)}
        kind = self._resources.get(run, resource(DEFAULT))
        idle = [worker.name for worker in self._processes.workers if worker.resource == kind and worker.name not in busy]
        self._processes.renew(idle)

    def _restart(self, workers: list[str]) -> bool:
        """Let nannies of a cluster restart their workers; True where each nanny confirms it."""
        try:
            answers = self.client.restart_workers(workers, timeout=FORCE_SECONDS, raise_for_error=False)
        except (OSError, TimeoutError, ValueError):  # the scheduler does not answer, or does not know such a worker
            return False
        return all(answer in ("OK", "removed") for answer in answers.values())

    def signs(self, run: str) -> int:
        """How many signs of life a run has given; the number grows each second while its process lives."""
        return self._signs[run]

    def fetch(self, worker: str, run: str, names: list[str] | None = None) -> dict[str, bytes]:
        """The contents of a run's files that wait on a worker without our disk; see `entrypoints.read_files`."""
        files = self.client.run(entrypoints.read_files, run, names, workers=[worker], on_error="ignore")
        return files.get(worker) or {}

    def worker_of(self, run: str) -> str | None:
        """The address of the worker that has, or had, a run; None before a worker has begun the run."""
        return self._workers.get(run)

    def name_of(self, run: str) -> str | None:
        """The name of the worker that has, or had, a run, as in `on_exit`; None before a worker has begun the run."""
        return self._names.get(run)

    @staticmethod
    def was_killed(error: BaseException | None) -> bool:
        """Whether a call failed because its worker process died."""
        return isinstance(error, KilledWorker)
