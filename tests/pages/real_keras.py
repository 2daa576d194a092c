"""Answers of the real Keras, in a single process for the whole session, so that AppTest's process needs no Keras."""

import faulthandler
import multiprocessing
import os
import pkgutil
import shutil
import sys
import tempfile
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from types import ModuleType
from typing import Any

from core.datasets.previews import preview_path
from core.experiment.model import Experiment
from core.experiment.shapes import Summary
from core.experiment.templates import lecture_experiment
from core.runs import manager
from tests.pages.fake_workers import SUMMARISE, ScriptedWorkers

EPOCHS = 2
HANG_SECONDS = (
    900  # hundreds of tests wait for these answers; four busy processes beside the tests make them take two minutes
)


@dataclass(frozen=True)
class Training:
    """A real run on Digits, whose events tests report again."""

    experiment: Experiment
    events: tuple[dict, ...]  # all events that the run reported
    result: dict  # the result of the run
    folder: Path  # the folder with the model and the evaluations

    def start(
        self, installed: manager.Runs, workers: ScriptedWorkers, visitor: str, experiment: Experiment | None = None
    ) -> str:
        """Start a run that reports the recorded events before the first batch. Return the id of the run."""
        run = installed.start(experiment or self.experiment, visitor)
        for event in self.events[: self._first_batch]:
            workers.report(run.id, **event)
        return run.id

    def go_on(self, workers: ScriptedWorkers, run: str) -> None:
        """Let a run report all recorded batches and epochs."""
        for event in self.events[self._first_batch :]:
            workers.report(run, **event)

    def end(self, installed: manager.Runs, workers: ScriptedWorkers, run: str, **changes: Any) -> None:
        """Let a run go on to its end, with the recorded result. `changes` replace keys of the result."""
        self.go_on(workers, run)
        shutil.copytree(self.folder, installed.reader.folder(run), dirs_exist_ok=True)
        workers.finish(run, {**self.result, **changes})

    def whole(
        self, installed: manager.Runs, workers: ScriptedWorkers, visitor: str, experiment: Experiment | None = None
    ) -> str:
        """Let a run of this experiment (or of another experiment) start and end. Return the id of the run."""
        run = self.start(installed, workers, visitor, experiment)
        self.end(installed, workers, run)
        return run

    @property
    def _first_batch(self) -> int:
        return next(place for place, event in enumerate(self.events) if event["kind"] == "batch")


@dataclass(frozen=True)
class Keras:
    """Functions that ask the real Keras."""

    summarise: Callable[[Experiment], Summary]
    train: Callable[[Experiment, Path], Training]  # the run writes its files into the folder
    preview: Callable[[str, Path], Path]  # writes the preview of a data set into the folder


@contextmanager
def keras_process() -> Iterator[Keras]:
    """Start a process with Keras for the whole session. Tables of layers are cached."""
    known: dict[tuple, Summary] = {}
    with tempfile.TemporaryDirectory() as folder:
        process = _KerasProcess(Path(folder) / "stderr")

        def summarise(experiment: Experiment) -> Summary:
            key = (experiment.data.dataset, experiment.layers)
            if key not in known:
                known[key] = process.call(_call, SUMMARISE, experiment)
            return known[key]

        def train(experiment: Experiment, folder: Path) -> Training:
            events, result = process.call(_train, experiment, folder)
            return Training(experiment, tuple(events), result, folder)

        def preview(name: str, folder: Path) -> Path:
            return process.call(_preview, name, folder)

        try:
            yield Keras(summarise, train, preview)
        finally:
            process.pool.shutdown()


class _KerasProcess:
    """The process with Keras. If the process dies, it is restarted with a warning, so that other tests do not fail."""

    def __init__(self, errors: Path) -> None:
        self._errors = errors  # the file to which the process writes its standard error
        self.pool = self._start()

    def call(self, function: Callable, *arguments: Any) -> Any:
        try:
            return self.pool.submit(function, *arguments).result(HANG_SECONDS)
        except BrokenProcessPool:
            last = self._errors.read_text(errors="replace")[-2_000:] if self._errors.exists() else "it did not begin"
            warnings.warn(f"Keras' process died at {function.__name__}: {last}", stacklevel=2)
            self.pool.shutdown()
            self.pool = self._start()
            return self.pool.submit(function, *arguments).result(HANG_SECONDS)

    def _start(self) -> ProcessPoolExecutor:
        pool = ProcessPoolExecutor(
            1, multiprocessing.get_context("spawn"), initializer=_write_errors_to, initargs=(self._errors,)
        )
        # A new process runs the file of the module __main__ again. AppTest makes a page's script this module, which fails.
        main = sys.modules["__main__"]
        sys.modules["__main__"] = ModuleType("__main__")
        try:
            pool.submit(os.getpid).result(HANG_SECONDS)
        finally:
            sys.modules["__main__"] = main
        return pool


def _write_errors_to(file: Path) -> None:
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(handle, 2)
    os.close(handle)
    faulthandler.enable(2)


def short(dataset: str = "digits", **data: Any) -> Experiment:
    """Return the lecture's experiment with two epochs."""
    experiment = lecture_experiment(dataset)
    fit = replace(experiment.fit, epochs=EPOCHS)
    return replace(experiment, data=replace(experiment.data, **data), fit=fit)


def _call(name: str, *arguments: Any, **options: Any) -> Any:
    return pkgutil.resolve_name(name)(*arguments, **options)


def _train(experiment: Experiment, folder: Path) -> tuple[list[dict], dict]:
    events: list[dict] = []
    result = _call("core.worker.training.train:train", experiment, events.append, lambda: None, folder=folder)
    return events, result


def _preview(name: str, folder: Path) -> Path:
    os.environ["DASHBOARD_HOME"] = str(folder)  # in Keras' own process, which has no other use of the folder
    _call("core.worker.data.download:make_preview_of", name)
    return preview_path(name)
