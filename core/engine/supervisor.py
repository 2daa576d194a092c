"""Start the workers of a server, warm them up, watch them, and start lost ones again."""

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
from core.catalogue.datasets import DATASETS, missing_files
from core.experiment.templates import lecture
from core.number_text import memory_text
from core.run_events import Command, WorkerEvent

LOOK_EVERY_SECONDS = 0.2
WARM_AGAIN = 3  # times that a trainer may die during its warm-up before the start counts as failed
TRY_EVERY_SECONDS = 3.0  # between attempts to reach a cluster that is gone
CLEAN_SECONDS = 30.0  # that a trainer may take to clean up; half a second is usual
WARM = "core.worker.training.train:warm"
CLEAN = "core.worker.training.train:clean"
SUMMARISE = "core.worker.training.summary:summarise"


class Workers(Protocol):
    """The processes that compute: `core.engine.cluster.Cluster`, or scripted workers in tests of pages."""

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
    def provide(self, dataset: str) -> None: ...
    def train(self, run: str, name: str, *arguments: Any, backend: str, **options: Any) -> Future[Any]: ...
    def wake(self, backend: str) -> bool: ...
    def inspect(self, name: str, *arguments: Any) -> Future[Any]: ...
    def call_on_trainer(self, name: str, run: str = "") -> Future[Any]: ...
    def inspect_watched(self, run: str, name: str, *arguments: Any) -> Future[Any]: ...
    def send_command(self, run: str, command: Command) -> None: ...
    def end(self, run: str) -> bool | None: ...
    def renew(self, run: str) -> None: ...
    def signs(self, run: str) -> int: ...
    def fetch(self, worker: str, run: str, names: list[str] | None = None) -> dict[str, bytes]: ...
    def worker_of(self, run: str) -> str | None: ...
    def name_of(self, run: str) -> str | None: ...
    def was_killed(self, error: BaseException | None) -> bool: ...


@dataclass(frozen=True)
class Engine:
    """Whether the workers are ready, for people to read."""

    state: str = "starting"  # "starting", "ready", "lost" (and looked for) or "failed"
    seconds: float = 0.0  # how long the start took
    seconds_per_step: float | None = None  # a training step of the lecture's net, measured on this machine
    message: str = ""  # why it failed


@dataclass(frozen=True)
class Listener:
    """The functions that the supervisor calls."""

    event: Callable[[str, WorkerEvent], None]  # a run or a download reported something
    exit: Callable[[str, int], None]  # a worker process ended
    lost: Callable[[], None]  # all workers are gone at once
    ready: Callable[[], None]  # the workers accept runs
    tick: Callable[[], None]  # periodic, while the workers are well


class Supervisor:
    """Supervises the workers of one server.

    Parameters
    ----------
    workers
        The workers of this server.
    listener
        The functions to call when the state of the workers changes.
    warm
        The name of the function that warms a trainer up; "" for none.
    """

    def __init__(self, workers: Workers, listener: Listener, warm: str = WARM) -> None:
        self.engine = Engine()
        self._workers = workers
        self._listener = listener
        self._warm = warm
        self._resetting: dict[str, list[Any]] = {}  # by run: for how many looks its trainer is cleaned, and what follows
        self._warming: list[tuple[Future[Any], str]] = []  # warm-ups of new trainers, and why the trainers are new
        self._changed = threading.Condition()
        self._closing = threading.Event()

    def begin(self, dataset: str) -> None:
        """Start and watch the workers in the background; the preview of `dataset` is made first, without any of them."""
        names = [dataset, *(name for name in DATASETS if name != dataset and not missing_files(name))]
        previews = child_process.start("core.worker.data.quick_previews", *names)
        threading.Thread(target=previews.wait, daemon=True).start()
        threading.Thread(target=self._supervise, args=(dataset,), daemon=True, name="supervise-workers").start()

    def close(self) -> None:
        """Stop watching the workers."""
        self._closing.set()

    def wait_until_ready(self, seconds: float) -> bool:
        """Wait for the engine; True once it is ready."""
        with self._changed:
            return self._changed.wait_for(lambda: self.engine.state == "ready", seconds)

    def reset(self, run: str, *, cold: bool, then: Callable[[], None]) -> None:
        """Clean the trainer that had a run, then call `then`.

        A cold trainer, whose process is new, has nothing to clean. It is warmed up; `then` is called at once, and the next
        run waits in that trainer for the end of the warm-up.
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
        self._resetting[run] = [0, then]
        done.add_done_callback(lambda future: self._in_background(lambda: self._cleaned(run, future)))

    def _cleaned(self, run: str, done: Future[Any]) -> None:
        """Restart a trainer that was cleaned and still holds much memory."""
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
        """Warm a new trainer up; `reason` says why the trainer is new."""
        if not self._warm:
            return
        with suppress(OSError):  # the workers are gone; new ones are warmed up when they start
            self._warming.append(
                (self._workers.call_on_trainer(self._warm), reason)
            )  # kept: Dask cancels a call whose future is dropped

    def _free(self, run: str) -> None:
        if (resetting := self._resetting.pop(run, None)) is not None:
            resetting[1]()

    def _watch_cleaning(self) -> None:
        """Restart trainers whose cleaning takes too long, and repeat warm-ups that a trainer did not survive."""
        warming, self._warming = self._warming, []
        for future, reason in warming:
            if not future.done():
                self._warming.append((future, reason))
            elif not future.cancelled() and self._workers.was_killed(future.exception()):
                self._warm_new_trainer(reason)  # Dask had sent the call to the process that was being ended
        for run, resetting in list(self._resetting.items()):
            resetting[0] += 1
            if resetting[0] * LOOK_EVERY_SECONDS > CLEAN_SECONDS:
                resetting[0] = 0
                self._workers.end(run)
                self._warm_new_trainer("the last one did not answer")
                self._free(run)

    @property
    def fresh_because(self) -> str:
        """Why a trainer is new and not warm yet; "" where all are warm."""
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
            except Exception:  # a fault in one run must not end the supervision of all
                logging.getLogger("dashboard").exception("the runs could not be looked after")
                continue
            self._set_engine(Engine("lost", message="the scheduler does not answer; looking for it"))
            self._resetting.clear()
            self._warming.clear()
            self._listener.lost()
            while not self._closing.is_set() and not self.start(dataset, self._workers.restart, "lost"):
                self._closing.wait(TRY_EVERY_SECONDS)

    def start(self, dataset: str, start: Callable[[], None], otherwise: str) -> bool:
        """Call `start`, warm the workers up and note how it went.

        Parameters
        ----------
        dataset
            The data set that the trainers warm up with.
        start
            Starts the workers: `Workers.start` or `Workers.restart`.
        otherwise
            The state of the engine where the workers do not start, "lost" or "failed".

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
            self._set_engine(Engine(otherwise, message=f"{type(error).__name__}: {error}"))
            return False
        self._set_engine(Engine("ready", time.monotonic() - started, measured))
        self._listener.ready()
        return True

    def _warm_up(self, dataset: str) -> float | None:
        inspected = self._workers.inspect(SUMMARISE, lecture(dataset))
        warming = [self._workers.call_on_trainer(self._warm) for _ in range(self._workers.trainers)]
        measured = [self._warmed(future)["seconds_per_step"] for future in warming]
        inspected.result()
        return min(measured, default=None)

    def _warmed(self, warming: Future[Any]) -> dict[str, Any]:
        """The measurements of a warm-up; a trainer that dies during its warm-up is replaced, and the next one warmed up."""
        for _ in range(WARM_AGAIN):
            error = warming.exception()
            if not self._workers.was_killed(error):
                break
            warming = self._workers.call_on_trainer(self._warm)
        return cast("dict[str, Any]", warming.result())

    def _set_engine(self, engine: Engine) -> None:
        with self._changed:
            self.engine = engine
            self._changed.notify_all()
