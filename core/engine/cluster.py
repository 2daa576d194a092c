"""The scheduler and worker processes: this machine's own, or a Dask cluster that exists already.

Trainers hold one fit at a time; the inspector gives short answers, so that a fit is neither disturbed nor waited for.
Trainers on other backends than TensorFlow are started when a run needs one, and end when none did for a while.
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

LINE_LOST_SECONDS = 5.0  # a cluster that does not answer for so long is lost
COUNT_EVERY_SECONDS = 2.0  # workers of a cluster come and go
IDLE_SECONDS = 60.0  # an inspector that is not asked anything for so long ends, where memory is scarce
ASK_AGAIN_SECONDS = 0.2  # after which a worker is asked once more what it has not answered
FORCE_SECONDS = 10.0  # that a nanny gets to start a worker afresh
TRAINER_IDLE_SECONDS = 600.0  # a trainer on another backend that had no run for so long ends
INSPECTOR_THREADS = 3  # a download waits in one while shapes are asked for in another
INSPECTING = Worker("inspector", INSPECTOR_THREADS, "inspect", gives_way=False)


class EngineLost(OSError):
    """Raised where something is asked of processes that are not there."""


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
        self._names: dict[str, str] = {}  # and its name
        self._supplies = Supplies(lambda: self.client)
        self._probe = Probe()
        self._signs: Counter[str] = Counter()  # how often each run gave a sign of life
        self._running: dict[str, Future] = {}  # runs, and long questions, that were given to workers
        self._resources: dict[str, str] = {}  # and what it asked of the cluster
        self._counted: tuple[float, dict[str, dict[str, Any]]] = (
            0.0,
            {},
        )  # when a cluster's workers were counted, what each offers
        self._counting = threading.Lock()  # while they are
        self._given: dict[str, tuple[str, Future]] = {}  # the worker of a cluster that was chosen for each run
        self._trainings: list[tuple[str, Future]] = []  # runs on other backends that are not over
        self._trained: dict[str, float] = {}  # when a backend of these was last needed
        self._inspections: list[Future] = []  # questions that the inspector has not answered
        self._answered = self._inspected = time.monotonic()

    # Up and down

    def start(self) -> None:
        """Start the processes, or find those of the cluster, and connect to them; the workers may come up later.

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
        self._given.clear()
        self._running.clear()
        self._supplies.forget()
        self.start()

    def is_well(self) -> bool:
        """Whether the scheduler is there. Workers here that are gone are started again; to be asked often."""
        client, now = self._client, time.monotonic()
        if client is None:
            return False
        if not self.address:
            self._tend_workers(now)
            return self._processes.has_scheduler and self._probe.answers(client)
        if client.status == "running":
            self._answered = now
            self._take_back()
        return client.status != "closed" and self._probe.answers(client) and now - self._answered < LINE_LOST_SECONDS

    def _tend_workers(self, now: float) -> None:
        self._processes.tend()
        with self._lock:
            self._inspections = [future for future in self._inspections if not future.done()]
            if self._inspections:
                self._inspected = now
            if self._lean and now - self._inspected > IDLE_SECONDS:
                self._processes.remove(one for one in self._processes.workers if one == INSPECTING)
            self._trainings = [(backend, future) for backend, future in self._trainings if not future.done()]
            self._trained |= {backend: now for backend, _ in self._trainings}
            idle = [backend for backend, needed in self._trained.items() if now - needed > TRAINER_IDLE_SECONDS]
            self._processes.remove(one for one in self._processes.workers if one.backend in idle)

    def close(self) -> None:
        """End all processes of this server; those of a cluster go on."""
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
        """Where the processes write what they have to say."""
        return self._processes.log_path

    @property
    def client(self) -> Client:
        """The connection to the scheduler; raises EngineLost where there is none now."""
        if self._client is None:
            raise EngineLost("the engine is not there now")
        return self._client

    def provide(self, dataset: str) -> None:
        """Give the workers of a cluster, and those that will come, the files of a data set; here they have them."""
        if self.address:
            self._supplies.provide(dataset)

    # Work

    @property
    def trainers(self) -> int:
        """How many runs can go on at the same time now."""
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
        with self._counting:  # a lock of its own: nobody who ends it all waits for a scheduler that does not answer
            client, (looked, offered) = self._client, self._counted
            if client is None or client.status != "running":
                return {}
            if time.monotonic() - looked > COUNT_EVERY_SECONDS:
                workers = client.scheduler_info(n_workers=-1).get("workers", {})
                offered = {address: worker["resources"] for address, worker in workers.items()}
                self._counted = (time.monotonic(), offered)
            return offered

    def _free(self, kind: str) -> list[str]:
        """Workers of a cluster that offer `kind` and have no run of ours; those with the least work of others first."""
        for run, given in list(self._given.items()):
            if given[1].done() and self._given.get(run) is given:
                del self._given[run]  # Dask keeps an answer for as long as anyone holds its future
        busy = Counter(self._workers.get(run, address) for run, (address, _) in list(self._given.items()))
        work = self.client.processing()  # of all who use the cluster, by the addresses of those that are there
        free = [address for address, offered in self._offered().items() if busy[address] < int(offered.get(kind, 0))]
        return sorted((address for address in free if address in work), key=lambda address: len(work[address]))

    def _take_back(self) -> None:
        """Take back the runs of workers that went before these had reached them: Dask would wait for those for ever."""
        ahead = [one for run, one in list(self._given.items()) if run not in self._workers and not one[1].done()]
        there = self._offered() if ahead else {}  # after these were given: a worker that has just come is among them
        for address, future in ahead:
            if address not in there:
                future.cancel()

    @property
    def shares_no_disk(self) -> bool:
        """Whether the workers may be on other machines: they are given files, and their own are fetched."""
        return bool(self.address)

    def on_event(self, handle: Callable[[str, WorkerEvent], None]) -> None:
        """Let `handle` be called with a run's id and each event that it reports, in this process."""

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
        """Let `handle` be called with a worker's name and exit code (negative: a signal) when its process ends."""
        self.client.subscribe_topic(EXIT_TOPIC, lambda event: handle(event[1]["worker"], event[1]["exit_code"]))

    def train(self, run: str, name: str, *arguments: Any, backend: str = DEFAULT, **options: Any) -> Future:
        """Call a watched function on a free trainer that computes with `backend`; `run` names its events and flags."""
        self._resources[run] = resource(backend)
        self._workers.pop(run, None)  # of an earlier time; the next one tells when the run begins there
        self._names.pop(run, None)
        chosen = self._free(resource(backend))[:1] if self.address else []
        with self._lock:
            self.wake(backend)
            if chosen:
                # Dask counts seconds, not runs: while a free worker answers a question, it gives the next run to another,
                # where it waits for as long as the run there takes, and dies with it.
                options["workers"] = chosen
            future = self._submit(entrypoints.call_watched, {resource(backend): 1}, name, run, *arguments, **options)
            if chosen:
                self._given[run] = (chosen[0], future)
                future.add_done_callback(self._count_anew)
            self._running[run] = future
            future.add_done_callback(partial(self._forget, run))
            if backend != DEFAULT:
                self._trainings.append((backend, future))
        return future

    def _forget(self, run: str, ended: Future) -> None:
        if self._running.get(run) is ended:
            del self._running[run]  # Dask computes anew what a worker that died had computed, while anyone holds its future

    def _count_anew(self, _ended: Future) -> None:
        self._counted = (0.0, {})  # its worker may have died; it must be known before the next run is given to one

    def wake(self, backend: str) -> bool:
        """Start a trainer on a backend where none of those that are there is free; True where one was started."""
        if self.address or backend == DEFAULT:
            return False
        with self._lock:
            self._trained[backend] = time.monotonic()
            there = [worker for worker in self._processes.workers if worker.backend == backend]
            busy = sum(one == backend and not future.done() for one, future in self._trainings)
            if busy < len(there):
                return False
            self._processes.add(Worker(f"trainer-{backend}-{len(there)}", 1, resource(backend), backend))
            return True

    def inspect(self, name: str, *arguments: Any) -> Future:
        """Call a function on the inspector."""
        return self._inspection(entrypoints.call, name, *arguments)

    def tidy(self, name: str, run: str = "") -> Future:
        """Call a function on a trainer that has nothing else to do: the one that had a run, or any."""
        worker = self._workers.get(run)
        chosen: dict[str, Any] = {"workers": [worker], "allow_other_workers": True} if worker else {}
        future = self._submit(entrypoints.call, {self._resources.pop(run, resource(DEFAULT)): 1}, name, **chosen)
        if self.address and worker:
            self._given[run] = (worker, future)  # it is not free until then
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
        """Ask until the worker has heard it or the run is over: a busy worker's connections may fail."""
        while run in self._running:
            worker = self._workers.get(run)
            with suppress(OSError, RuntimeError):  # the scheduler does not answer, or is lost
                if worker and self.client.run(
                    entrypoints.add_command, run, command, number, workers=[worker], on_error="ignore"
                ):
                    return
            time.sleep(ASK_AGAIN_SECONDS)

    def end(self, run: str) -> bool | None:
        """End the process that has a run, whatever it does, and have it started afresh.

        Returns
        -------
        bool | None
            True once the process is gone, False where that is not known; None where no process had begun the run, so that
            none was ended.
        """
        worker, name = self._workers.get(run), self._names.get(run)
        if worker is None or name is None:
            return None
        return self._restart([worker]) if self.address else self._processes.renew([name])

    def renew(self, run: str) -> None:
        """Start the trainers afresh that could have a run, and have none: they have not taken it."""
        if self.address:
            self._restart([address for given, (address, _) in list(self._given.items()) if given == run])
            return
        busy = {self._names.get(one) for one in list(self._running)}
        kind = self._resources.get(run, resource(DEFAULT))
        idle = [one.name for one in self._processes.workers if one.resource == kind and one.name not in busy]
        self._processes.renew(idle)

    def _restart(self, workers: list[str]) -> bool:
        """Have nannies of a cluster start their workers afresh; True where each says that it did."""
        try:
            answers = self.client.restart_workers(workers, timeout=FORCE_SECONDS, raise_for_error=False)
        except (OSError, TimeoutError, ValueError):  # the scheduler does not answer, or knows such a worker no more
            return False
        return all(answer in ("OK", "removed") for answer in answers.values())

    def signs(self, run: str) -> int:
        """How many signs of life a run has given: as long as its process goes on, the number grows each second."""
        return self._signs[run]

    def fetch(self, worker: str, run: str, names: list[str] | None = None) -> dict[str, bytes]:
        """The contents of a run's files that wait on a worker without our disk; see `entrypoints.read_files`."""
        found = self.client.run(entrypoints.read_files, run, names, workers=[worker], on_error="ignore")
        return found.get(worker) or {}

    def worker_of(self, run: str) -> str | None:
        """The address of the worker that has, or had, a run; None where none has begun it."""
        return self._workers.get(run)

    def name_of(self, run: str) -> str | None:
        """The name of the worker that has, or had, a run; `on_exit` tells of its end. None where none has begun it."""
        return self._names.get(run)

    @staticmethod
    def was_killed(error: BaseException | None) -> bool:
        """Whether a call failed because its worker process died."""
        return isinstance(error, KilledWorker)
