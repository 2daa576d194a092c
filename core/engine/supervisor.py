"""The workers' health: started, warmed up, watched, and started again when they are gone."""

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
WARM_AGAIN = 3  # times that a trainer may be ended while it is warmed up, before that is its own fault
TRY_EVERY_SECONDS = 3.0  # a cluster that is gone
CLEAN_SECONDS = 30.0  # that a trainer may take to clean up; half a second is usual
WARM = "core.worker.training.train:warm"
CLEAN = "core.worker.training.train:clean"
SUMMARISE = "core.worker.training.summary:summarise"


class Workers(Protocol):
    """What runs things: `core.engine.cluster.Cluster`, or a scripted one in tests of pages."""

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
    def tidy(self, name: str, run: str = "") -> Future[Any]: ...
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
    """Who is told what the workers do."""

    event: Callable[[str, WorkerEvent], None]  # a run or a download reported something
    exit: Callable[[str, int], None]  # a worker process ended
    lost: Callable[[], None]  # all workers are gone at once
    ready: Callable[[], None]  # they can be given work
    tend: Callable[[], None]  # a moment has passed


class Tender:
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
        self._tidying: dict[str, list[Any]] = {}  # runs whose trainers are cleaned: for how many looks, and what follows
        self._warming: list[tuple[Future[Any], str]] = []  # of new trainers, and why they are new
        self._changed = threading.Condition()
        self._closing = threading.Event()

    def begin(self, dataset: str) -> None:
        """Start the workers in the background; the preview of `dataset` is made first, without waiting for any."""
        names = [dataset, *(name for name in DATASETS if name != dataset and not missing_files(name))]
        previews = child_process.start("core.worker.data.quick_previews", *names)
        threading.Thread(target=previews.wait, daemon=True).start()
        threading.Thread(target=self._tend, args=(dataset,), daemon=True, name="tend-workers").start()

    def close(self) -> None:
        """Look after them no more."""
        self._closing.set()

    def wait_until_ready(self, seconds: float) -> bool:
        """Wait for the engine; True once it is ready."""
        with self._changed:
            return self._changed.wait_for(lambda: self.engine.state == "ready", seconds)

    def tidy(self, run: str, *, cold: bool, then: Callable[[], None]) -> None:
        """Clean the trainer up that had a run, or warm it up where its process is new; `then` follows.

        A new process has nothing to clean: `then` follows at once, and the next run waits in it for the warming.
        """
        if cold:
            self._warm_anew("the last one has ended")
            then()
            return
        try:
            done = self._workers.tidy(CLEAN, run) if self._warm else None
        except OSError:  # the workers are gone; the next ones are clean
            done = None
        if done is None:
            then()
            return
        self._tidying[run] = [0, then]
        done.add_done_callback(lambda future: self._aside(lambda: self._cleaned(run, future)))

    def _cleaned(self, run: str, done: Future[Any]) -> None:
        """A trainer was cleaned up: one that kept much memory is started afresh."""
        try:
            cleaned = done.result()
        except Exception:  # its process has died meanwhile: the next one is clean
            self._warm_anew("the last one has ended")
        else:
            if isinstance(cleaned, dict) and cleaned.get("memory", 0) > cleaned.get("most", math.inf):
                self._workers.end(run)
                self._warm_anew(f"the last one kept {memory_text(cleaned['memory'])} of memory")
        self._free(run)

    def _warm_anew(self, reason: str) -> None:
        """Warm a process up that is new; `reason` says why it is."""
        if not self._warm:
            return
        with suppress(OSError):  # the workers are gone: the next ones are warmed up when they come
            self._warming.append((self._workers.tidy(self._warm), reason))  # Dask drops what nobody holds

    def _free(self, run: str) -> None:
        if (tidying := self._tidying.pop(run, None)) is not None:
            tidying[1]()

    def _watch_cleaning(self) -> None:
        """A trainer that does not get on with its cleaning is started afresh."""
        warming, self._warming = self._warming, []
        for future, reason in warming:
            if not future.done():
                self._warming.append((future, reason))
            elif not future.cancelled() and self._workers.was_killed(future.exception()):
                self._warm_anew(reason)  # it was given to the process that was ended, whose end was not known yet
        for run, tidying in list(self._tidying.items()):
            tidying[0] += 1
            if tidying[0] * LOOK_EVERY_SECONDS > CLEAN_SECONDS:
                tidying[0] = 0
                self._workers.end(run)
                self._warm_anew("the last one did not answer")
                self._free(run)

    @property
    def fresh_because(self) -> str:
        """Why a trainer is being started afresh now, and is not warm yet; "" where none is."""
        return next((reason for _, reason in reversed(self._warming)), "")

    @staticmethod
    def _aside(work: Callable[[], None]) -> None:
        threading.Thread(target=work, daemon=True).start()

    def _tend(self, dataset: str) -> None:
        # Processes of our own that do not start will not start later either; a cluster may.
        otherwise = "lost" if self._workers.shares_no_disk else "failed"
        while not self.up(dataset, self._workers.start, otherwise):
            if otherwise == "failed" or self._closing.wait(TRY_EVERY_SECONDS):
                return
        while not self._closing.wait(LOOK_EVERY_SECONDS):
            try:
                if self._workers.is_well():
                    self._watch_cleaning()
                    self._listener.tend()
                    continue
            except Exception:  # looking after runs must go on, whatever was wrong with one of them
                logging.getLogger("dashboard").exception("the runs could not be looked after")
                continue
            self._say(Engine("lost", message="the scheduler does not answer; looking for it"))
            self._tidying.clear()
            self._warming.clear()
            self._listener.lost()
            while not self._closing.is_set() and not self.up(dataset, self._workers.restart, "lost"):
                self._closing.wait(TRY_EVERY_SECONDS)

    def up(self, dataset: str, start: Callable[[], None], otherwise: str) -> bool:
        """Start the workers, warm them up and say so; False where they do not come, and the engine is `otherwise`."""
        started = time.monotonic()
        try:
            start()
            self._workers.on_event(self._listener.event)
            self._workers.on_exit(self._listener.exit)
            measured = self._warm_up(dataset) if self._warm else None
        except Exception as error:  # whatever it was, a person must read that nothing will train
            self._say(Engine(otherwise, message=f"{type(error).__name__}: {error}"))
            return False
        self._say(Engine("ready", time.monotonic() - started, measured))
        self._listener.ready()
        return True

    def _warm_up(self, dataset: str) -> float | None:
        inspected = self._workers.inspect(SUMMARISE, lecture(dataset))
        warming = [self._workers.tidy(self._warm) for _ in range(self._workers.trainers)]
        measured = [self._warmed(future)["seconds_per_step"] for future in warming]
        inspected.result()
        return min(measured, default=None)

    def _warmed(self, warming: Future[Any]) -> dict[str, Any]:
        """What warming up has measured; a process that is ended meanwhile is followed by another, which is warmed up too."""
        for _ in range(WARM_AGAIN):
            error = warming.exception()
            if not self._workers.was_killed(error):
                break
            warming = self._workers.tidy(self._warm)
        return cast("dict[str, Any]", warming.result())

    def _say(self, engine: Engine) -> None:
        with self._changed:
            self.engine = engine
            self._changed.notify_all()
