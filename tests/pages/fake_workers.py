"""What runs things in tests of pages: no processes and no Keras; a test says what comes of each run, and when."""

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

from core.experiment.model import Experiment
from core.experiment.shapes import Summary
from core.run_events import Command
from tests.server import PATIENCE

SUMMARISE = "core.worker.training.summary:summarise"
PREVIEW = "core.worker.data.download:make_preview_of"


class Killed(Exception):
    """What a run fails with when its worker process dies."""


class ScriptedWorkers:
    """Implements `core.runs.manager.Workers`.

    Runs, downloads and, if so wanted, shapes wait until the test completes them.
    """

    trainers = 1
    shares_no_disk = False
    backends: tuple[str, ...] = ("tensorflow",)  # those that runs can compute with

    def __init__(self, summarise: Callable[[Experiment], Summary]) -> None:
        """Arguments: `summarise`, which knows Keras' table of a stack."""
        self.begins = True  # False: processes do not come to the runs that they are given
        self.dies_when_tidied = 0  # how often a process ends that is cleaned or warmed up
        self.answers_shapes = True  # False: Keras has not answered yet
        self.start_error: Exception | None = None  # what `start` raises
        self.started_runs: list[str] = []  # ids in the order in which trainers took them
        self.options: dict[str, dict] = {}  # what each run was last started with, such as its folder
        self.commands: list[tuple[str, str]] = []  # those that runs were given: (run, "stop")
        self.asked: list[str] = []  # names of the functions that the inspector was given
        self._signs = 0
        self.is_frozen = False  # True: the process of a run gives no sign of life
        self.renewed: list[str] = []  # runs for which trainers were started afresh
        self.is_ended = True  # False: the process of a run cannot be ended
        self._summarise = summarise
        self._shapes: list[tuple[Future, Experiment]] = []  # questions that were not answered yet
        self._questions: list[tuple[str, tuple, Future]] = []  # of other functions of the inspector
        self._waiting: dict[str, Future] = {}
        self._handle_event: Callable[[str, Any], None] = lambda run, event: None
        self._handle_exit: Callable[[str, int], None] = lambda worker, exit_code: None

    # What the server asks for

    def start(self) -> None:
        if self.start_error is not None:
            raise self.start_error

    def restart(self) -> None:
        self.start()

    def is_well(self) -> bool:
        return True

    def close(self) -> None:
        pass

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

    def inspect(self, name: str, *arguments: Any) -> Future:
        self.asked.append(name)
        if name == SUMMARISE and self.answers_shapes:
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
        """A process that is ended from outside."""
        self._waiting.pop(run)
        return self.is_ended if self.begins else None

    def renew(self, run: str) -> None:
        self.renewed.append(run)

    def signs(self, run: str) -> int:
        self._signs += not self.is_frozen
        return self._signs

    def was_killed(self, error: BaseException | None) -> bool:
        return isinstance(error, Killed)

    # What the test says

    def answer_shapes(self) -> None:
        """Let Keras answer what it was asked about shapes, and from now on at once."""
        self.answers_shapes = True
        for future, experiment in self._shapes:
            future.set_result(self._summarise(experiment))
        self._shapes.clear()

    def answer(self, name: str, result: Any) -> tuple:
        """Let the inspector answer the last open question for a function; the arguments that it was asked with."""
        arguments, future = self._open(name)
        future.set_result(result)
        return arguments

    def end_over(self, name: str) -> None:
        """Let the inspector's process end over the last open question for a function."""
        self._open(name)[1].set_exception(Killed())

    def _open(self, name: str) -> tuple[tuple, Future]:
        return next((asked, future) for one, asked, future in reversed(self._questions) if one == name and not future.done())

    def report(self, run: str, **event: Any) -> None:
        """Let a run, or the download "data:<name>", report an event."""
        self._handle_event(run, event)

    def finish(self, run: str, result: dict | None = None) -> None:
        """Let a run end with a result, or a download arrive."""
        future = self._waiting.pop(run)
        _followed(lambda: future.set_result(result))

    def fail(self, run: str, error: Exception) -> None:
        """Let a run or a download end with an error."""
        future = self._waiting.pop(run)
        _followed(lambda: future.set_exception(error))

    def die(self, run: str, exit_code: int | str) -> None:
        """Let the process end that trains a run."""
        self._handle_exit("trainer-0", exit_code)
        self.fail(run, Killed())

    def _wait(self, run: str) -> Future:
        self._waiting[run] = Future()
        return self._waiting[run]


def _followed(end: Callable[[], None]) -> None:
    """End something, and wait for what the server does of it in threads of their own: trainers are cleaned in them."""
    before = set(threading.enumerate())
    end()
    for thread in set(threading.enumerate()) - before:
        thread.join(PATIENCE)


def done(result: Any) -> Future:
    """A future that has its result."""
    future: Future = Future()
    future.set_result(result)
    return future
