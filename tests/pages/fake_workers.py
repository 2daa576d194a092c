"""Fake workers for tests of pages, without processes and without Keras. A test says when and how each run ends."""

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

from core import child_process
from core.experiment.model import Experiment
from core.experiment.shapes import Summary
from core.run_events import Command
from tests.server import PATIENCE

SUMMARISE = "core.worker.training.summary:summarise"
PREVIEW = "core.worker.data.download:make_preview_of"


class Killed(Exception):
    """The error of a run whose worker process died."""


class AnswerWhenWaitedFor(Future):
    """The answer to a question, which arrives as soon as somebody waits for the answer, and no moment earlier.

    Parameters
    ----------
    compute
        A function that returns the answer.
    """

    def __init__(self, compute: Callable[[], Any]) -> None:
        super().__init__()
        self._compute = compute

    def result(self, timeout: float | None = None) -> Any:
        if not self.done():
            self.set_result(self._compute())
        return super().result(timeout)


class ScriptedWorkers:
    """Fake workers with the interface `core.engine.supervisor.WorkerPool`.

    Runs and downloads wait until the test completes them. Questions about shapes wait too if `answers_shapes` is False, and
    until somebody waits for their answers if `answers_late` is True.

    Parameters
    ----------
    summarise
        A function that returns Keras' table of the layers of an experiment.
    """

    trainers = 1
    shares_no_disk = False
    backends: tuple[str, ...] = ("tensorflow",)  # the backends that runs can use

    def __init__(self, summarise: Callable[[Experiment], Summary]) -> None:
        self.begins = True  # False if no trainer takes a run
        self.dies_when_tidied = 0  # how many of the next clean-ups and warm-ups end their process
        self.answers_shapes = True  # False if Keras has not answered yet
        self.answers_late = False  # True if Keras answers only once somebody waits for the answer
        self.start_error: Exception | None = None  # the error that `start` raises
        self.started_runs: list[str] = []  # the ids of runs, in the order in which trainers took the runs
        self.options: dict[str, dict] = {}  # the last options of each started run, such as its folder
        self.commands: list[tuple[str, str]] = []  # the commands that runs got, such as (run, "stop")
        self.prepared: list[Experiment] = []  # the experiments that an idle trainer had to build before their run
        self.head_starts: dict[str, Future] = {}  # the futures of these calls, which the test completes
        self.asked: list[str] = []  # the names of the functions that the inspector had to call
        self._signs = 0
        self.is_frozen = False  # True if the process of a run gives no sign of life
        self.computed = 7.0  # the seconds of processor time that the process of a run has used
        self.renewed: list[str] = []  # the runs for which trainers were started again
        self.is_ended = True  # False if the process of a run cannot be ended
        self._summarise = summarise
        self._shapes: list[tuple[Future, Experiment]] = []  # the open questions about shapes
        self._questions: list[tuple[str, tuple, Future]] = []  # the open questions to other functions of the inspector
        self._waiting: dict[str, Future] = {}
        self._handle_event: Callable[[str, Any], None] = lambda run, event: None
        self._handle_exit: Callable[[str, int], None] = lambda worker, exit_code: None

    # The interface that the server uses

    def start(self) -> None:
        if self.start_error is not None:
            raise self.start_error

    def restart(self) -> None:
        self.start()

    def is_well(self) -> bool:
        return True

    def close(self) -> None:
        pass

    run = staticmethod(child_process.run)

    def prepare(self, run: str, name: str, *arguments: Any, **options: Any) -> Future:
        self.prepared.append(arguments[0])
        return self.head_starts.setdefault(run, Future())

    def provide(self, dataset: str) -> None:
        raise AssertionError("these workers see our disk")

    def fetch(self, worker: str, run: str, names: list[str] | None = None) -> dict[str, bytes]:
        raise AssertionError("these workers see our disk")

    def worker_of(self, run: str) -> str | None:
        return None

    def on_event(self, handle: Callable[[str, Any], None]) -> None:
        self._handle_event = handle

    def on_exit(self, handle: Callable[[str, int], None]) -> None:
        self._handle_exit = handle

    def wake(self, backend: str) -> bool:
        return backend != "tensorflow"

    def train(self, run: str, name: str, *_arguments: Any, **options: Any) -> Future:
        self.started_runs.append(run)
        self.options[run] = options
        return self._wait(run)

    def when_done(self, future: Future, call: Callable[[Future], None]) -> None:
        future.add_done_callback(call)

    def inspect(self, name: str, *arguments: Any) -> Future:
        self.asked.append(name)
        if name == SUMMARISE and self.answers_shapes:
            if self.answers_late:
                return AnswerWhenWaitedFor(lambda: self._summarise(*arguments))
            return done(self._summarise(*arguments))
        future: Future = Future()
        if name == SUMMARISE:
            self._shapes.append((future, arguments[0]))
        else:
            self._questions.append((name, arguments, future))
        return future

    def inspect_watched(self, run: str, name: str, *_arguments: Any) -> Future:
        self.asked.append(name)
        return self._wait(run)

    def call_on_trainer(self, _name: str, _run: str = "") -> Future:
        if self.dies_when_tidied > 0:
            self.dies_when_tidied -= 1
            died: Future = Future()
            died.set_exception(Killed())
            return died
        return done({"seconds_per_step": 0.001})

    def send_command(self, run: str, command: Command) -> None:
        self.commands.append((run, str(command)))

    def name_of(self, run: str) -> str | None:
        return "trainer-0" if self.begins else None

    def end(self, run: str) -> bool | None:
        """End the process of a run, as the server does for a run that does not stop."""
        self._waiting.pop(run)
        return self.is_ended if self.begins else None

    def renew(self, run: str) -> None:
        self.renewed.append(run)

    def signs(self, run: str) -> int:
        self._signs += not self.is_frozen
        return self._signs

    def processor_seconds(self, run: str) -> float | None:
        return self.computed

    def was_killed(self, error: BaseException | None) -> bool:
        return isinstance(error, Killed)

    # The functions that tests use

    def answer_shapes(self) -> None:
        """Let Keras answer the open questions about shapes, and answer later questions at once."""
        self.answers_shapes = True
        for future, experiment in self._shapes:
            future.set_result(self._summarise(experiment))
        self._shapes.clear()

    def answer(self, name: str, result: Any) -> tuple:
        """Let the inspector answer the last open question to a function. Return the arguments of the question."""
        arguments, future = self._open(name)
        future.set_result(result)
        return arguments

    def end_over(self, name: str) -> None:
        """Let the inspector's process die while it answers the last open question to a function."""
        self._open(name)[1].set_exception(Killed())

    def _open(self, name: str) -> tuple[tuple, Future]:
        return next((asked, future) for one, asked, future in reversed(self._questions) if one == name and not future.done())

    def report(self, run: str, **event: Any) -> None:
        """Let a run (or the download "data:<name>") report an event."""
        self._handle_event(run, event)

    def is_on(self, run: str) -> bool:
        """Return whether a run has a trainer and has not ended."""
        return run in self._waiting

    def finish(self, run: str, result: dict | None = None) -> None:
        """Let a run end with a result, or let a download finish."""
        future = self._waiting.pop(run)
        _followed(lambda: future.set_result(result))

    def fail(self, run: str, error: Exception) -> None:
        """Let a run or a download end with an error."""
        future = self._waiting.pop(run)
        _followed(lambda: future.set_exception(error))

    def die(self, run: str, exit_code: int | str) -> None:
        """Let the process of a run die."""
        self._handle_exit("trainer-0", exit_code)
        self.fail(run, Killed())

    def _wait(self, run: str) -> Future:
        self._waiting[run] = Future()
        return self._waiting[run]


def _followed(end: Callable[[], None]) -> None:
    """Call `end`, and wait for the threads that the server starts at the end of a run, for example to clean a trainer."""
    before = set(threading.enumerate())
    end()
    for thread in set(threading.enumerate()) - before:
        thread.join(PATIENCE)


def done(result: Any) -> Future:
    """Return a future that already has its result."""
    future: Future = Future()
    future.set_result(result)
    return future
