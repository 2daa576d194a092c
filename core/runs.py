"""The queue: start, stop and follow runs. It joins the ledger (truth), the cluster (work) and the stream (browsers).

Pages reach it by `current()`; tests install one of their own with `use(...)`.
"""

import math
import subprocess
import sys
import threading
import time
from collections.abc import AsyncIterator, Callable
from concurrent.futures import Future
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Protocol

from core.catalogue.datasets import DATASETS, missing_files
from core.checks import check
from core.downloads import RUN_PREFIX, Downloads
from core.experiment import Experiment
from core.ledger import Ledger, Run
from core.live import Live
from core.problems import Problem, ProblemError
from core.summaries import Summaries
from core.templates import lecture

EXIT_CODE_SECONDS = 1.0  # how long a nanny may take to tell how its worker died


class Workers(Protocol):
    """What runs things: `core.cluster.Cluster`, or a scripted one in tests of pages."""

    trainers: int

    def start(self) -> None: ...
    def close(self) -> None: ...
    def on_event(self, handle: Callable[[dict], None]) -> None: ...
    def on_exit(self, handle: Callable[[str, int], None]) -> None: ...
    def train(self, run: str, name: str, *arguments: Any, **options: Any) -> Future: ...
    def inspect(self, name: str, *arguments: Any) -> Future: ...
    def tidy(self, name: str) -> Future: ...
    def inspect_watched(self, run: str, name: str, *arguments: Any) -> Future: ...
    def flag(self, run: str, flag: str) -> None: ...
    def was_killed(self, error: BaseException | None) -> bool: ...


@dataclass(frozen=True)
class Engine:
    """Whether the workers are ready, for people to read."""

    state: str = "starting"  # "starting", "ready" or "failed"
    seconds: float = 0.0  # how long the start took
    seconds_per_step: float | None = None  # a training step of the lecture's net, measured on this machine
    message: str = ""  # why it failed


class Runs:
    """All runs of this server."""

    def __init__(self, folder: Path, workers: Workers, now: Callable[[], float] = time.time) -> None:
        """Arguments: `folder`, the data folder; `workers`, what runs things; `now`, the time in seconds since 1970."""
        self.ledger = Ledger(folder / "runs.sqlite", now)
        self.live = Live()
        self.engine = Engine()
        self.downloads = Downloads(workers, lambda: self.engine.state == "ready")
        self.summaries = Summaries(workers, lambda: self.engine.state == "ready")
        self._folder = folder
        self._workers = workers
        self._lock = threading.RLock()
        self._queue: list[str] = []  # ids of runs that wait, the first in line first
        self._training: dict[str, Future | None] = {}  # runs on a trainer, and their futures
        self._last_place: dict[str, dict] = {}  # the last batch or epoch event of each run that is on
        self._exit: tuple[float, int] | None = None  # when a trainer ended last, and its exit code
        self._exit_known = threading.Condition()
        self._changed = threading.Condition(self._lock)

    # The engine

    def begin(self, dataset: str) -> None:
        """Start the workers in the background, and warm them up; pages can be used meanwhile.

        Arguments:
            dataset: the one that a first visitor sees; its preview is made first, without waiting for any worker.
        """
        for run in self.ledger.unfinished():  # the server that they ran on is gone
            self.ledger.change_state(run.id, "interrupted", problem=_interrupted())
        threading.Thread(target=self._start_workers, args=(dataset,), daemon=True, name="start-workers").start()

    def _start_workers(self, dataset: str) -> None:
        started = time.monotonic()
        try:
            names = [dataset, *(name for name in DATASETS if name != dataset and not missing_files(name))]
            subprocess.Popen([sys.executable, "-m", "core.worker.first_look", *names], cwd=Path(__file__).parent.parent)
            self._workers.start()
            self._workers.on_event(self._handle)
            self._workers.on_exit(self._note_exit)
            inspected = self._workers.inspect("core.worker.summary:summarise", lecture(dataset))
            warming = [self._workers.tidy("core.worker.training:warm") for _ in range(self._workers.trainers)]
            inspected.result()
            measured = [future.result()["seconds_per_step"] for future in warming]
        except Exception as error:  # whatever it was, a person must read that nothing will train
            self.engine = Engine("failed", message=f"{type(error).__name__}: {error}")
            return
        with self._lock:
            self.engine = Engine("ready", time.monotonic() - started, min(measured))
            self._changed.notify_all()
        self._dispatch()

    def wait_until_ready(self, seconds: float) -> bool:
        """Wait for the engine; True once it is ready."""
        with self._lock:
            return self._changed.wait_for(lambda: self.engine.state == "ready", seconds)

    def close(self) -> None:
        """Mark what is going on as interrupted, and end the workers."""
        self.live.close()
        for run in self.ledger.unfinished():  # first, or their workers' end would look like a failure
            self.ledger.change_state(run.id, "interrupted", problem=_interrupted())
        self._workers.close()
        self.ledger.close()

    # Runs

    def start(self, experiment: Experiment, visitor: str) -> Run:
        """Put an experiment in the queue.

        Arguments:
            experiment: what to train.
            visitor: whose run it is. Who has one on already gets that one: a second press is no second run.

        Raises:
            ProblemError: something stands in the way that needs no Keras to see.
        """
        problems = [problem for problem in check(experiment, self.summaries.known(experiment)) if problem.blocks]
        if problems:
            raise ProblemError(problems[0])
        with self._lock:
            going_on = next((run for run in self.ledger.runs_of(visitor, 5) if not run.is_over), None)
            if going_on is not None:
                return going_on
            run = self.ledger.add_run(experiment, visitor)
            self._queue.append(run.id)
            self._announce_places()
        self._dispatch()
        return self.ledger.run(run.id) or run

    def stop(self, identity: str) -> None:
        """Stop a run: one that waits is cancelled, one that trains ends at its next batch."""
        with self._lock:
            if identity in self._queue:
                self._queue.remove(identity)
                self._end(identity, "cancelled")
                self._announce_places()
                return
        if self._move(identity, "stopping"):
            self._workers.flag(identity, "stop")

    def place(self, identity: str) -> int | None:
        """A waiting run's place in the queue; 1 is next. None when it does not wait."""
        return self._queue.index(identity) + 1 if identity in self._queue else None

    def events(self, identity: str) -> list[dict]:
        """All that a run reported so far."""
        return self.ledger.events(identity)

    def folder(self, identity: str) -> Path:
        """Where a run's model and evaluations are kept. Ids are ours, never typed: an unknown one has no folder."""
        run = self.ledger.run(identity)
        if run is None:
            raise KeyError(identity)
        return self._folder / "runs" / run.id

    async def stream(self, identity: str, after: int | None) -> AsyncIterator[str]:
        """A run's events as server-sent events: the history first, then each as it comes."""
        run = self.ledger.run(identity)
        if run is not None and not self.live.has(identity):
            self.live.restore(identity, [*self.events(identity), _state_event(run)], finished=run.is_over)
        async for frame in self.live.follow(identity, after):
            yield frame

    def expected_seconds(self, experiment: Experiment, visitor: str) -> float | None:
        """About how long an experiment will train, from what was measured on this machine; None where nothing was.

        Measured are the visitor's own runs of the same stack in batches of the same size, and the lecture's net.
        """
        steps = math.ceil(experiment.data.num_used / experiment.fit.batch_size) * experiment.fit.epochs
        stack = (experiment.data.dataset, experiment.layers, experiment.fit.batch_size)
        for run in self.ledger.runs_of(visitor):
            one = run.experiment
            if run.result and run.state == "finished" and stack == (one.data.dataset, one.layers, one.fit.batch_size):
                done = math.ceil(one.data.num_used / one.fit.batch_size) * one.fit.epochs
                return run.result["seconds"] / done * steps
        per_step = self.engine.seconds_per_step
        known = lecture(experiment.data.dataset)
        if per_step is None or (experiment.layers, experiment.fit.batch_size) != (known.layers, known.fit.batch_size):
            return None
        return per_step * steps

    def _dispatch(self) -> None:
        """Give waiting runs to free trainers, first in, first out; one task in flight for each trainer."""
        with self._lock:
            while self._queue and self.engine.state == "ready" and len(self._training) < self._workers.trainers:
                identity = self._queue.pop(0)
                run = self.ledger.run(identity)
                if run is None or not self._move(identity, "starting"):
                    continue
                self._training[identity] = None
                future = self._workers.train(
                    identity, "core.worker.training:train", run.experiment, folder=self.folder(identity)
                )
                self._training[identity] = future
                future.add_done_callback(partial(self._trained, identity))
            self._announce_places()

    def _handle(self, event: dict) -> None:
        """Take one event that a worker reported."""
        identity = event.pop("run")
        if identity.startswith(RUN_PREFIX):
            self.downloads.handle(identity, event)
            return
        self.ledger.append(identity, event)
        self.live.publish(identity, event)
        if event["kind"] == "start":
            self._move(identity, "training")
        if event["kind"] in ("batch", "epoch"):
            self._last_place[identity] = event
        if event["kind"] == "fitted" and event["stopped"]:
            self._move(identity, "stopped")  # at once; its evaluation follows

    def _trained(self, identity: str, future: Future) -> None:
        """A trainer is free again: note down what came of its run."""
        error = future.exception() if not future.cancelled() else TimeoutError("cancelled")
        if error is None:
            result = future.result()
            if result["stopped"]:
                self._move(identity, "stopped")
                self.ledger.set_result(identity, result)
            else:
                self._move(identity, "finished", result=result)
        else:
            self._end(identity, "failed", problem=self._why(identity, error))
        self._last_place.pop(identity, None)
        self.live.finish(identity)
        if self._workers.was_killed(error):  # a new process is starting; it has nothing to clean, and is cold
            self._free(identity)
            self._workers.tidy("core.worker.training:warm")
        else:
            cleaning = self._workers.tidy("core.worker.training:clean")
            cleaning.add_done_callback(lambda _done: self._free(identity))

    def _free(self, identity: str) -> None:
        """A trainer can take the next run."""
        with self._lock:
            self._training.pop(identity, None)
        self._dispatch()

    def _why(self, identity: str, error: BaseException) -> Problem:
        if isinstance(error, ProblemError):
            return error.problem
        place = self._last_place.get(identity)
        where = f"at epoch {int(place['epoch']) + 1}, step {place['step']:,}" if place else "before the first step"
        if self._workers.was_killed(error):
            return _died(where, self._exit_code())
        return Problem(
            code="training-failed",
            where=(),
            happened=f"Training failed {where}: {type(error).__name__}: {str(error).partition(chr(10))[0][:200]}.",
            expected="Expected it to run to its end; all points up to there are kept.",
            fix="Change what the message names, or start again from the lecture's model.",
        )

    def _note_exit(self, worker: str, exit_code: int) -> None:
        if worker.startswith("trainer"):
            with self._exit_known:
                self._exit = (time.monotonic(), exit_code)
                self._exit_known.notify_all()

    def _exit_code(self) -> int | None:
        """The exit code of the trainer that just died, if its nanny tells in time."""
        with self._exit_known:
            recent = self._exit_known.wait_for(
                lambda: self._exit is not None and time.monotonic() - self._exit[0] < 5.0, EXIT_CODE_SECONDS
            )
            return self._exit[1] if recent and self._exit else None

    def _move(self, identity: str, state: str, *, problem: Problem | None = None, result: dict | None = None) -> bool:
        """Change a run's state in the ledger and tell all who follow it."""
        moved = self.ledger.change_state(identity, state, problem=problem, result=result)
        if moved:
            message = str(problem) if problem else ""
            self.live.publish(identity, {"kind": "state", "state": state, "message": message})
        return moved

    def _end(self, identity: str, state: str, problem: Problem | None = None) -> None:
        self._move(identity, state, problem=problem)
        self.live.finish(identity)

    def _announce_places(self) -> None:
        for place, identity in enumerate(self._queue, 1):
            self.live.publish(identity, {"kind": "state", "state": "queued", "place": place, "message": ""})


def _state_event(run: Run) -> dict:
    return {"kind": "state", "state": run.state, "message": str(run.problem) if run.problem else ""}


def _interrupted() -> Problem:
    return Problem(
        code="server-stopped",
        where=(),
        happened="The dashboard was closed while this run was on.",
        expected="Expected it to stay open until the run had ended; all points up to there are kept.",
        fix="Press Train to run it again.",
        severity="warning",
    )


def _died(where: str, exit_code: int | None) -> Problem:
    causes = {
        -9: "killed, often for want of memory (signal 9)",
        -11: "it crashed (signal 11)",
        None: "no reason is known",
    }
    spoken = f"signal {-exit_code}" if exit_code and exit_code < 0 else f"exit code {exit_code}"
    return Problem(
        code="worker-died",
        where=(),
        happened=f"The training process died {where}: {causes.get(exit_code, spoken)}.",
        expected="Expected it to run to its end; all points up to there are kept.",
        fix="Press Train to run it again: a new process is being started. If it dies again, make the network smaller.",
    )


_current: Runs | None = None


def use(runs: Runs | None) -> None:
    """Install what runs things, for all pages of this process."""
    global _current
    _current = runs


def current() -> Runs:
    """What runs things.

    Raises:
        RuntimeError: nothing was installed; the pages were not started through dashboard.py.
    """
    if _current is None:
        raise RuntimeError("nothing runs things yet: start the app with `streamlit run dashboard.py`")
    return _current
