"""The Dask scheduler and workers: processes of this machine, or of a Dask cluster that exists already.

A trainer is a worker that runs one fit at a time. The inspector is a worker that answers short questions meanwhile.
Trainers on other backends than TensorFlow are started when a run needs them, and end after some time without a run.
"""

import secrets
import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any

from core.catalogue.backends import BACKENDS, DEFAULT
from core.engine.cluster_files import ClusterFiles
from core.engine.exit_reports import EXIT_TOPIC
from core.engine.installed_backends import installed, resource
from core.engine.process_silence import SchedulerProbe
from core.engine.processes import START_SECONDS, WorkerOptions, WorkerProcesses
from core.run_events import Command, ProcessEvent, WorkerEvent
from core.worker import entrypoints

if TYPE_CHECKING:
    from distributed import Client, Future

LINE_LOST_SECONDS = 5.0  # the time without an answer after which a cluster counts as lost
COUNT_EVERY_SECONDS = 2.0  # the time between two counts of a cluster's workers, which come and go
IDLE_SECONDS = 60.0  # the time without a question after which the inspector ends if memory is scarce
ASK_AGAIN_SECONDS = 0.2  # the time between two attempts to send a command to a worker
FORCE_SECONDS = 10.0  # the time in which a nanny must restart its worker
TRAINER_IDLE_SECONDS = 600.0  # the time without a run after which a trainer on another backend ends
INSPECTOR_THREADS = 3  # a download waits in one thread while another thread computes shapes
INSPECTING = WorkerOptions("inspector", INSPECTOR_THREADS, "inspect", gives_way=False)


class EngineLost(OSError):
    """Raised if a request needs the scheduler or the workers and they cannot be reached."""


class Cluster:
    """The Dask scheduler and the workers that work for this server.

    Parameters
    ----------
    trainers
        The number of runs that can train at the same time on this machine. Ignored for an existing cluster.
    address
        The address of an existing cluster's scheduler ("tls://cluster:8786"). An empty string starts a scheduler here.
    lean
        Whether the inspector runs only while a question is open.
    """

    def __init__(self, trainers: int = 1, address: str = "", *, lean: bool = False) -> None:
        self.address = address
        self._trainers = trainers
        self._lean = lean
        self._processes = WorkerProcesses()
        self.run = self._processes.run  # runs a module that needs Keras as a program on this machine
        self._lock = threading.RLock()
        self._client: Client | None = None
        self._workers: dict[str, str] = {}  # the address of the worker of each run
        self._names: dict[str, str] = {}  # the name of the worker of each run
        self._supplies = ClusterFiles(lambda: self.client)
        self._probe = SchedulerProbe()
        self._handling = ThreadPoolExecutor(1, "events")  # a slow disk must not hold up Dask's own thread
        self._signs: Counter[str] = Counter()  # the number of signs of life from each run
        self._running: dict[str, Future] = {}  # the calls of runs and of long questions
        self._resources: dict[str, str] = {}  # the resource that the worker of each run must offer
        self._counted: tuple[float, dict[str, dict[str, Any]]] = (0.0, {})  # time and result of the last count
        self._counting = threading.Lock()  # held while a cluster's workers are counted
        self._assigned: dict[str, tuple[str, Future]] = {}  # the worker of a cluster that was chosen for each run
        self._trainings: list[tuple[str, Future]] = []  # unfinished runs on other backends
        self._trained: dict[str, float] = {}  # the time at which a run last used each of these backends
        self._inspections: list[Future] = []  # questions that the inspector has not answered
        self._answered = self._inspected = time.monotonic()

    # Start and end

    def start(self) -> None:
        """Start the scheduler and workers, or connect to an existing cluster. The workers may be ready later.

        Raises TimeoutError or OSError if the scheduler does not answer within five minutes.
        """
        if not self.address:
            trainers = [WorkerOptions(f"trainer-{number}", 1, resource(DEFAULT)) for number in range(self._trainers)]
            self._processes.start([*trainers, *([] if self._lean else [INSPECTING])])
        from distributed import Client, Security  # here, since the import takes longer than to draw the first page

        if self.address:
            security = Security(require_encryption=True) if self.address.startswith("tls:") else None
            self._client = Client(self.address, set_as_default=False, timeout=START_SECONDS, security=security)
            self._supplies.send_code()
        else:
            file = str(self._processes.address_file)
            self._client = Client(scheduler_file=file, set_as_default=False, timeout=START_SECONDS)
        self._answered = time.monotonic()
        self._probe = SchedulerProbe()

    def restart(self) -> None:
        """Start again after the scheduler was lost: end all own processes, and call `start`. For errors see `start`."""
        self._end()
        for of_runs in (self._workers, self._names, self._assigned, self._running):
            of_runs.clear()
        self._supplies.forget()
        self.start()

    def is_well(self) -> bool:
        """Return whether the scheduler answers, and restart lost workers of this machine. Call this method often."""
        client, now = self._client, time.monotonic()
        if client is None:
            return False
        if not self.address:
            self._supervise_workers(now)
            return self._processes.has_scheduler and self._probe.answers(client, self._processes.scheduler_seconds)
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
        """End all processes that this server started. An existing cluster keeps running."""
        self._end()
        self._handling.shutdown()  # once the last event is handled
        self._processes.close()

    def _end(self) -> None:
        with self._lock:
            client, self._client = self._client, None
        if client is not None:
            client.close(timeout=0.5)  # before the scheduler, or the client would look for the scheduler
        self._processes.end()

    @property
    def client(self) -> "Client":
        """The Dask client, which is connected to the scheduler. Raises EngineLost without a connection."""
        if self._client is None:
            raise EngineLost("the engine cannot be reached now")
        return self._client

    def provide(self, dataset: str) -> None:
        """Send the files of a data set to all present and future workers of a cluster. Local workers need no files."""
        if self.address:
            self._supplies.provide(dataset)

    # Work

    @property
    def trainers(self) -> int:
        """The number of runs that can train at the same time now."""
        if not self.address:
            return self._trainers if self._processes.has_scheduler else 0
        kinds = [resource(backend) for backend in BACKENDS]
        return sum(max(int(offered.get(kind, 0)) for kind in kinds) for offered in self._offered().values())

    @property
    def backends(self) -> tuple[str, ...]:
        """The Keras backends that runs can use: installed on this machine, or offered by a cluster's workers."""
        if not self.address:
            return installed()
        offered = {name for worker in self._offered().values() for name in worker}
        return tuple(backend for backend in BACKENDS if backend == DEFAULT or resource(backend) in offered)

    def _offered(self) -> dict[str, dict[str, Any]]:
        """Return a dictionary from the address of each worker of a cluster to its Dask resources."""
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
        """Return the addresses of workers that offer the resource `kind` and have a place for a run, least busy first."""
        for run, assigned in list(self._assigned.items()):
            if assigned[1].done() and self._assigned.get(run) is assigned:
                del self._assigned[run]  # Dask keeps a result as long as its future is referenced
        busy = Counter(self._workers.get(run, address) for run, (address, _) in list(self._assigned.items()))
        work = self.client.processing()  # of all clients of the cluster, by the addresses of present workers
        free = [address for address, offered in self._offered().items() if busy[address] < int(offered.get(kind, 0))]
        return sorted((address for address in free if address in work), key=lambda address: len(work[address]))

    def _cancel_lost_calls(self) -> None:
        """Cancel calls whose worker left the cluster before the call began, since Dask would wait for the worker."""
        ahead = [
            assigned for run, assigned in list(self._assigned.items()) if run not in self._workers and not assigned[1].done()
        ]
        offered = self._offered() if ahead else {}  # read after the calls were sent, so that new workers are included
        for address, future in ahead:
            if address not in offered:
                future.cancel()

    @property
    def shares_no_disk(self) -> bool:
        """Whether the workers may be on other machines, so that files are sent to them and fetched from them."""
        return bool(self.address)

    def on_event(self, handle: Callable[[str, WorkerEvent], None]) -> None:
        """Register a function that is called, in a thread of its own, with the id of a run and each event of the run."""

        def take(message: tuple[float, Any]) -> None:
            event: WorkerEvent | ProcessEvent = message[1]
            run = message[1].pop("run")
            self._signs[run] += 1
            if event["kind"] == "placed":
                self._workers[run], self._names[run] = event["worker"], event["name"]
            elif event["kind"] != "alive":
                self._handle(handle, run, event)

        self.client.subscribe_topic(entrypoints.TOPIC, take)

    def on_exit(self, handle: Callable[[str, int], None]) -> None:
        """Register a function that is called with a worker's name and exit code (-9 for signal 9) when the worker ends."""
        self.client.subscribe_topic(EXIT_TOPIC, lambda event: handle(event[1]["worker"], event[1]["exit_code"]))

    def train(self, run: str, name: str, *arguments: Any, backend: str = DEFAULT, **options: Any) -> "Future":
        """Call a training function on a free trainer that uses `backend`. Its events carry the id `run`."""
        self._resources[run] = resource(backend)
        self._workers.pop(run, None)  # from an earlier attempt; the new worker reports itself at its start
        self._names.pop(run, None)
        chosen = self._free(resource(backend))[:1] if self.address else []
        if worker := self._workers.get(options.pop("prepared_by", None) or ""):  # the trainer with the head start
            options |= {"workers": [worker], "allow_other_workers": True}
        with self._lock:
            self.wake(backend)
            if chosen:
                # Dask counts seconds, not runs: while a free worker answers a question, Dask would send the next run to
                # a busy worker. The run would then wait for the worker's other run, and die with that worker.
                options["workers"] = chosen
            future = self._submit(entrypoints.call_watched, {resource(backend): 1}, name, run, *arguments, **options)
            if chosen:
                self._assigned[run] = (chosen[0], future)
                future.add_done_callback(self._count_again)
            if backend != DEFAULT:
                self._trainings.append((backend, future))
            return self._watched(run, future)

    def when_done(self, future: "Future", call: Callable[["Future"], None]) -> None:
        """Call a function with a finished future, in a new thread, once all events that came before are handled."""
        future.add_done_callback(lambda done: self._handle(threading.Thread(target=call, args=(done,), daemon=True).start))

    def _handle(self, call: Callable[..., None], *arguments: Any) -> None:
        with suppress(RuntimeError):  # the server has ended
            self._handling.submit(call, *arguments)

    def prepare(self, run: str, name: str, *arguments: Any, **options: Any) -> "Future":
        """Call a function on an idle trainer of this machine as a head start. Commands to the call use the id `run`."""
        call = self._submit(entrypoints.call_watched, {resource(DEFAULT): 1}, name, run, *arguments, **options)
        return self._watched(run, call)

    def _watched(self, run: str, future: "Future") -> "Future":
        self._running[run] = future
        future.add_done_callback(partial(self._forget, run))
        return future

    def _forget(self, run: str, ended: "Future") -> None:
        if self._running.get(run) is ended:
            del self._running[run]  # Dask repeats the finished calls of a dead worker whose futures are still referenced

    def _count_again(self, _ended: "Future") -> None:
        self._counted = (0.0, {})  # the worker may have died: count again before the next run is sent

    def wake(self, backend: str) -> bool:
        """Start a trainer that uses a backend, unless such a trainer is free. Return whether a trainer was started."""
        if self.address or backend == DEFAULT:
            return False
        with self._lock:
            self._trained[backend] = time.monotonic()
            trainers = [worker for worker in self._processes.workers if worker.backend == backend]
            busy = sum(used == backend and not future.done() for used, future in self._trainings)
            if busy < len(trainers):
                return False
            self._processes.add(WorkerOptions(f"trainer-{backend}-{len(trainers)}", 1, resource(backend), backend))
            return True

    def inspect(self, name: str, *arguments: Any) -> "Future":
        """Call a function on the inspector, the worker for short questions."""
        return self._inspection(entrypoints.call, name, *arguments)

    def call_on_trainer(self, name: str, run: str = "") -> "Future":
        """Call a function on an idle trainer, if possible on the trainer that had the run last."""
        worker = self._workers.get(run)
        chosen: dict[str, Any] = {"workers": [worker], "allow_other_workers": True} if worker else {}
        future = self._submit(entrypoints.call, {self._resources.pop(run, resource(DEFAULT)): 1}, name, **chosen)
        if self.address and worker:
            self._assigned[run] = (worker, future)  # the worker is busy until then
        return future

    def inspect_watched(self, run: str, name: str, *arguments: Any) -> "Future":
        """Call a function that reports events, such as a download, on the inspector. Its events carry the id `run`."""
        self._workers.pop(run, None)  # from an earlier call; the worker reports itself at its start
        return self._watched(run, self._inspection(entrypoints.call_watched, name, run, *arguments))

    def _inspection(self, function: Callable[..., Any], *arguments: Any) -> "Future":
        if self.address and self._supplies.are_on_their_way(arguments):
            raise EngineLost("the pictures are on their way to the cluster")
        self._wake_inspector()
        future = self._submit(function, {"inspect": 1}, *arguments)
        if self._lean:
            self._inspections.append(future)
        return future

    def _submit(self, function: Callable[..., Any], resources: dict[str, Any], *arguments: Any, **options: Any) -> "Future":
        return self.client.submit(function, *arguments, pure=False, resources=resources, retries=0, **options)

    def _wake_inspector(self) -> None:
        with self._lock:
            self._inspected = time.monotonic()
            if self._lean and self._processes.has_scheduler and INSPECTING not in self._processes.workers:
                self._processes.add(INSPECTING)

    def send_command(self, run: str, command: Command) -> None:
        """Send a command to a run in a background thread, since the worker of the run may not answer at once."""
        call, number = self._running.get(run), secrets.token_hex(8)
        threading.Thread(target=self._ask, args=(run, call, command, number), daemon=True).start()

    def _ask(self, run: str, call: "Future | None", command: Command, number: str) -> None:
        """Send a command repeatedly until the worker confirms or the call is over, since a busy worker may not answer."""
        while call is not None and self._running.get(run) is call:  # the command is not meant for a later call of the run
            worker = self._workers.get(run)
            with suppress(OSError, RuntimeError):  # the scheduler does not answer, or is lost
                if worker and self.client.run(
                    entrypoints.add_command, run, command, number, workers=[worker], on_error="ignore"
                ):
                    return
            time.sleep(ASK_AGAIN_SECONDS)

    def end(self, run: str) -> bool | None:
        """Kill the worker process of a run, even during a computation, and start a new process.

        Returns True once the process is gone, False if its end is not confirmed, and None if no process had begun the run.
        """
        worker, name = self._workers.get(run), self._names.get(run)
        if worker is None or name is None:
            return None
        return self._restart([worker]) if self.address else self._processes.renew([name])

    def renew(self, run: str) -> None:
        """Restart the idle trainers that could have begun a run but did not."""
        if self.address:
            self._restart([address for run_id, (address, _) in list(self._assigned.items()) if run_id == run])
            return
        busy = {self._names.get(run_id) for run_id in list(self._running)}
        kind, workers = self._resources.get(run, resource(DEFAULT)), self._processes.workers
        self._processes.renew([each.name for each in workers if each.resource == kind and each.name not in busy])

    def _restart(self, workers: list[str]) -> bool:
        """Restart workers of a cluster by means of their Dask nannies. Return whether all nannies confirm."""
        try:
            answers = self.client.restart_workers(workers, timeout=FORCE_SECONDS, raise_for_error=False)
        except (OSError, TimeoutError, ValueError):  # the scheduler does not answer, or does not know such a worker
            return False
        return all(answer in ("OK", "removed") for answer in answers.values())

    def signs(self, run: str) -> int:
        """Return the number of signs of life that a run has sent. A living process sends a sign each second."""
        return self._signs[run]

    def processor_seconds(self, run: str) -> float | None:
        """Return the CPU seconds of a run's process, or of all suitable trainers before the run. None in a cluster."""
        which = self._names.get(run) or self._resources.get(run, resource(DEFAULT))
        return None if self.address else self._processes.processor_seconds(which)

    def fetch(self, worker: str, run: str, names: list[str] | None = None) -> dict[str, bytes]:
        """Return a dictionary from name to content of a run's files on a worker, which has another disk than this server."""
        files = self.client.run(entrypoints.read_files, run, names, workers=[worker], on_error="ignore")
        return files.get(worker) or {}

    def worker_of(self, run: str) -> str | None:
        """Return the address of the worker that executes or executed a run, or None before a worker has begun the run."""
        return self._workers.get(run)

    def name_of(self, run: str) -> str | None:
        """Return the name of the worker that executes or executed a run, or None before a worker has begun the run."""
        return self._names.get(run)

    @staticmethod
    def was_killed(error: BaseException | None) -> bool:
        """Return whether a call failed because its worker process died."""
        from distributed import KilledWorker

        return isinstance(error, KilledWorker)
