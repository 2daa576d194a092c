"""Start the workers of a server, warm them up, watch them, and restart workers that were lost."""

import logging
import math
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Protocol, cast

from core import child_process
from core.engine.process_silence import Silence
from core.experiment.templates import lecture_experiment
from core.number_text import memory_text
from core.run_events import Command, WorkerEvent

LOOK_EVERY_SECONDS = 0.2
WARM_AGAIN = 3  # how often a trainer's process may end during its warm-up before the start counts as failed
TRY_EVERY_SECONDS = 3.0  # the time between two attempts to reach a cluster that is gone
CLEAN_SECONDS = 30.0  # the time in which a trainer must clean up or compute; half a second is usual
WARM = "core.worker.training.train:warm_up_trainer"
OPEN = "core.worker.training.train:open_devices"
CLEAN = "core.worker.training.train:clear_trained_models"
SUMMARISE = "core.worker.training.summary:summarise"


class WorkerPool(Protocol):
    """The interface to the worker processes: `core.engine.cluster.Cluster`, or scripted workers in the tests of pages."""

    @property
    def trainers(self) -> int: ...
    @property
    def backends(self) -> tuple[str, ...]: ...
    @property
    def shares_no_disk(self) -> bool: ...
    def start(self) -> None: ...
    def restart(self) -> None: ...
    def is_well(self) -> bool: ...
    def close(self) -> None: ...
    def on_event(self, handle: Callable[[str, WorkerEvent], None]) -> None: ...
    def on_exit(self, handle: Callable[[str, int], None]) -> None: ...
    @property
    def run(self) -> child_process.StartProgram: ...
    def provide(self, dataset: str) -> None: ...
    def train(self, run: str, name: str, *arguments: Any, backend: str, **options: Any) -> Future[Any]: ...
    def when_done(self, future: Future[Any], call: Callable[[Future[Any]], None]) -> None: ...
    def wake(self, backend: str) -> bool: ...
    def prepare(self, run: str, name: str, *arguments: Any, **options: Any) -> Future[Any]: ...
    def inspect(self, name: str, *arguments: Any) -> Future[Any]: ...
    def call_on_trainer(self, name: str, run: str = "") -> Future[Any]: ...
    def inspect_watched(self, run: str, name: str, *arguments: Any) -> Future[Any]: ...
    def send_command(self, run: str, command: Command) -> None: ...
    def end(self, run: str) -> bool | None: ...
    def renew(self, run: str) -> None: ...
    def signs(self, run: str) -> int: ...
    def processor_seconds(self, run: str) -> float | None: ...
    def fetch(self, worker: str, run: str, names: list[str] | None = None) -> dict[str, bytes]: ...
    def worker_of(self, run: str) -> str | None: ...
    def name_of(self, run: str) -> str | None: ...
    def was_killed(self, error: BaseException | None) -> bool: ...


@dataclass(frozen=True)
class EngineState:
    """The state of a server's workers at a moment, for display on pages."""

    state: str = "starting"  # "starting", "ready", "lost" (the server looks for them) or "failed"
    seconds: float = 0.0  # the duration of the start
    seconds_per_step: float | None = None  # the duration of a training step of the lecture's network on this machine
    message: str = ""  # why the workers are lost or could not be started


@dataclass(frozen=True)
class Listener:
    """The callbacks of the supervisor."""

    event: Callable[[str, WorkerEvent], None]  # a run or a download reported something
    exit: Callable[[str, int], None]  # a worker process ended
    lost: Callable[[], None]  # all workers are gone at once
    ready: Callable[[], None]  # the workers accept runs
    tick: Callable[[], None]  # periodic, while the workers are well


class Supervisor:
    """The supervisor of a server's workers, which starts, warms, watches and restarts them.

    Parameters
    ----------
    workers
        The workers of this server.
    listener
        The functions to call when the state of the workers changes.
    warm
        The name of the function that warms a trainer up. An empty string means no warm-up.
    """

    def __init__(self, workers: WorkerPool, listener: Listener, warm: str = WARM) -> None:
        self.engine = EngineState()
        self._workers = workers
        self._listener = listener
        self._warm = warm
        # By run: the silence of its trainer during the cleaning, and the function to call afterwards.
        self._resetting: dict[str, tuple[Silence, Callable[[], None]]] = {}
        self._warming: list[tuple[Future[Any], str]] = []  # warm-ups of new trainers, and why the trainers are new
        self._changed = threading.Condition()
        self._closing = threading.Event()

    def begin(self, dataset: str) -> None:
        """Start and watch the workers in a background thread. `dataset` is the data set for the warm-up."""
        threading.Thread(target=self._supervise, args=(dataset,), daemon=True, name="supervise-workers").start()

    def close(self) -> None:
        """Stop watching the workers."""
        self._closing.set()

    def wait_until_ready(self, seconds: float) -> bool:
        """Wait at most `seconds` until the workers are ready. Return whether the workers are ready."""
        with self._changed:
            return self._changed.wait_for(lambda: self.engine.state == "ready", seconds)

    def reset(self, run: str, *, cold: bool, then: Callable[[], None]) -> None:
        """Delete a run's models from the memory of its trainer, and then call `then`.

        If `cold` is true, the process of the trainer is new and holds no models. In this case, `then` is called at once,
        and the trainer opens its devices before its next run.
        """
        if cold:
            self._warm_new_trainer("the last one has ended")
            then()
            return
        try:
            done = self._workers.call_on_trainer(CLEAN, run) if self._warm else None
        except OSError:  # the workers are gone; the next ones are clean
            done = None
        if done is None:
            then()
            return
        self._resetting[run] = Silence(), then
        done.add_done_callback(lambda future: self._in_background(lambda: self._cleaned(run, future)))

    def _cleaned(self, run: str, done: Future[Any]) -> None:
        """Restart a trainer that holds too much memory after its models were deleted. Then call the run's `then`."""
        try:
            cleaned = done.result()
        except Exception:  # the trainer has died meanwhile; the next process is clean
            self._warm_new_trainer("the last one has ended")
        else:
            if isinstance(cleaned, dict) and cleaned.get("memory", 0) > cleaned.get("most", math.inf):
                self._workers.end(run)
                self._warm_new_trainer(f"the last one kept {memory_text(cleaned['memory'])} of memory")
        self._free(run)

    def _warm_new_trainer(self, reason: str) -> None:
        """Warm up a new trainer: make TensorFlow open its devices. `reason` says why the trainer is new."""
        if not self._warm:
            return
        with suppress(OSError):  # the workers are gone; new ones are warmed up when they start
            future = self._workers.call_on_trainer(OPEN)
            self._warming.append((future, reason))  # kept: Dask cancels a call whose future is dropped

    def _free(self, run: str) -> None:
        if (resetting := self._resetting.pop(run, None)) is not None:
            resetting[1]()

    def _watch_cleaning(self) -> None:
        """Restart trainers that take too long to delete their models. Repeat warm-ups during which a trainer ended."""
        for warming in list(self._warming):
            future, reason = warming
            if future.done():
                self._warming.remove(warming)  # in place: another thread may add to the list now
                if not future.cancelled() and self._workers.was_killed(future.exception()):
                    self._warm_new_trainer(reason)  # Dask had sent the call to the process that was being ended
        for run, (silence, _) in list(self._resetting.items()):
            silence.checks += 1
            if silence.is_sample_due:
                silence.note(self._workers.processor_seconds(run))
            if silence.is_frozen(CLEAN_SECONDS):
                silence.end()
                self._workers.end(run)
                self._warm_new_trainer("the last one did not answer")
                self._free(run)

    @property
    def fresh_because(self) -> str:
        """The reason why a trainer is new and not warm yet, or an empty string if all trainers are warm."""
        return next((reason for _, reason in reversed(self._warming)), "")

    @staticmethod
    def _in_background(work: Callable[[], None]) -> None:
        threading.Thread(target=work, daemon=True).start()

    def _supervise(self, dataset: str) -> None:
        # Local processes that do not start will not start later either; a cluster may come back.
        otherwise = "lost" if self._workers.shares_no_disk else "failed"
        while not self.start(dataset, self._workers.start, otherwise):
            if otherwise == "failed" or self._closing.wait(TRY_EVERY_SECONDS):
                return
        while not self._closing.wait(LOOK_EVERY_SECONDS):
            try:
                if self._workers.is_well():
                    self._watch_cleaning()
                    self._listener.tick()
                    continue
            except Exception:  # a fault in a run must not end the supervision of all runs
                logging.getLogger("dashboard").exception("the runs could not be looked after")
                continue
            self._set_engine(EngineState("lost", message="the scheduler does not answer; looking for it"))
            self._resetting.clear()
            self._warming.clear()
            self._listener.lost()
            while not self._closing.is_set() and not self.start(dataset, self._workers.restart, "lost"):
                self._closing.wait(TRY_EVERY_SECONDS)

    def start(self, dataset: str, start: Callable[[], None], otherwise: str) -> bool:
        """Start the workers, warm them up, and set the state of the engine.

        Parameters
        ----------
        dataset
            The data set that the trainers warm up with.
        start
            The function that starts the workers, `WorkerPool.start` or `WorkerPool.restart`.
        otherwise
            The state of the engine if the workers do not start, "lost" or "failed".

        Returns
        -------
        bool
            Whether the workers are ready.
        """
        started = time.monotonic()
        try:
            start()
            self._workers.on_event(self._listener.event)
            self._workers.on_exit(self._listener.exit)
            measured = self._warm_up(dataset) if self._warm else None
        except Exception as error:  # whatever failed, people must read that no run will train
            self._set_engine(EngineState(otherwise, message=f"{type(error).__name__}: {error}"))
            return False
        self._set_engine(EngineState("ready", time.monotonic() - started, measured))
        self._listener.ready()
        return True

    def _warm_up(self, dataset: str) -> float | None:
        inspected = self._workers.inspect(SUMMARISE, lecture_experiment(dataset))
        warming = [self._workers.call_on_trainer(self._warm) for _ in range(self._workers.trainers)]
        measured = [self._warmed(future)["seconds_per_step"] for future in warming]
        inspected.result()
        return min(measured, default=None)

    def _warmed(self, warming: Future[Any]) -> dict[str, Any]:
        """Return the measurements of a warm-up. If the trainer's process ends meanwhile, warm up the next trainer."""
        for _ in range(WARM_AGAIN):
            error = warming.exception()
            if not self._workers.was_killed(error):
                break
            warming = self._workers.call_on_trainer(self._warm)
        return cast("dict[str, Any]", warming.result())

    def _set_engine(self, engine: EngineState) -> None:
        with self._changed:
            self.engine = engine
            self._changed.notify_all()
