"""Prepare this machine for a lecture: download and verify the data sets, warm up, and print the problems."""

import compileall
import math
import socket
import sys
import time
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from core.catalogue.datasets import copy_package_files, data_set, default_data_set, missing_files
from core.engine.readiness import MISSING, OK, Check, all_checks, readiness_sentence
from core.experiment.shapes import shape_text
from core.experiment.templates import lecture_experiment
from core.files import PROJECT, keras_datasets
from core.number_text import memory_text, percent, quantity
from core.problems import Problem, ProblemError
from core.run_events import Command, DownloadEvent

STALLED_SECONDS = 30.0  # a download without a byte for so long is cancelled; Keras takes up to a third of this time to start
CLEAR = "\r\033[K" if sys.stdout is not None and sys.stdout.isatty() else ""
Pair = tuple[np.ndarray, np.ndarray]


@dataclass
class TerminalDownload:
    """A download that prints its progress on the terminal, and is cancelled after STALLED_SECONDS without a byte."""

    title: str  # the title of the data set
    num_bytes: int = -1  # the bytes that have arrived so far; -1 before the first report
    since: float = field(default_factory=time.monotonic)  # when the last byte arrived

    def report(self, event: DownloadEvent) -> None:
        """Print the progress of the download on the terminal."""
        first = self.num_bytes < 0
        if event["bytes"] > self.num_bytes:
            self.num_bytes, self.since = event["bytes"], time.monotonic()
        if CLEAR:
            arrived = f"{memory_text(self.num_bytes)}, {percent(event['share'])}"
            print(f"{CLEAR}{self.title}: {arrived} …", end="", flush=True)
        elif first and event["share"] < 1:
            print(f"{self.title}: downloading …", flush=True)

    def has_stalled(self) -> bool:
        """Return whether no byte has arrived for STALLED_SECONDS."""
        return time.monotonic() - self.since > STALLED_SECONDS

    def next_command(self) -> Command | None:
        """Return the command to stop the download if the download has stalled, or else None."""
        return Command("stop") if self.has_stalled() else None


def prepare(names: tuple[str, ...], address: str, port: int, worker_function: Callable[[str], Callable[..., Any]]) -> bool:
    """Prepare this machine for a lecture, and print the progress on the terminal. Return whether nothing is missing.

    Parameters
    ----------
    names
        The data sets that the lecture needs.
    address
        The address that the server will listen on.
    port
        The port, 1 to 65535.
    worker_function
        Returns a function of `core.worker` by its name, such as "data.download:fetch".
    """
    print("starting Keras …", flush=True)
    fetch, load_raw = worker_function("data.download:fetch"), worker_function("data.load:load_raw")
    socket.setdefaulttimeout(STALLED_SECONDS)  # Keras replaces a damaged file in this process, without a time limit
    problems = {name: problem for name in names if (problem := fetch_data_set(name, fetch, load_raw)) is not None}
    print("warming up …", flush=True)
    checks = (*all_checks(address, port, names, problems), warm_up(worker_function("training.train:warm_up_trainer")))
    print_checks(checks)
    print(f"\n{readiness_sentence(checks)}")
    return all(check.state != MISSING for check in checks)


def fetch_data_set(name: str, fetch: Callable[..., Any], load_raw: Callable[..., Any]) -> Problem | None:
    """Download a missing data set, make its preview and verify its files.

    Parameters
    ----------
    name
        The data set.
    fetch
        A function such as `core.worker.data.download.fetch`.
    load_raw
        A function such as `core.worker.data.load.load_raw`.

    Returns
    -------
    Problem | None
        The problem that makes the data set unusable, or None.
    """
    data = data_set(name)
    try:
        copy_package_files(name)
        arrival = TerminalDownload(data.title)
        fetch(name, arrival.report, arrival.next_command)
        wrong = "; ".join(differences(name, *load_raw(name)))
        problem = damaged_data_set_problem(name, wrong) if wrong else None
    except ProblemError as error:
        problem = error.problem
    except Exception as error:  # each format of file fails with its own exceptions
        problem = damaged_data_set_problem(name, f"{type(error).__name__}: {str(error).partition(chr(10))[0][:200]}")
    count = f"{data.num_train + data.num_test:,} images of {shape_text(data.image_shape)} in {data.num_classes} classes"
    print(f"{CLEAR}{problem.happened if problem else f'{data.title}: {count}, as expected.'}", flush=True)
    return problem


def differences(name: str, train: Pair, test: Pair) -> Iterator[str]:
    """Describe each difference between the arrays of a data set and its entry in the catalogue.

    Parameters
    ----------
    name
        The data set.
    train
        Images (count, height, width[, channels]) and labels (count,), as they are in the files.
    test
        The images and labels of the test set, in the same form.
    """
    data = data_set(name)
    shape = data.image_shape if data.image_shape[2] > 1 else data.image_shape[:2]
    for part, (images, labels), count in (("training", train, data.num_train), ("test", test, data.num_test)):
        facts = (
            ("images", len(images), count),
            ("labels", len(labels), count),
            ("image shape", shape_text(images.shape[1:]), shape_text(shape)),
            ("pixels", _range(images), f"0 to {data.pixel_maximum}"),
            ("labels' range", _range(labels), f"0 to {data.num_classes - 1}"),
            ("classes", len(np.unique(labels)), data.num_classes),
        )
        yield from (
            f"{part} {fact}: {actual} in place of {expected}" for fact, actual, expected in facts if actual != expected
        )


def _range(values: np.ndarray) -> str:
    return f"{values.min():g} to {values.max():g}" if values.size else "none"


def damaged_data_set_problem(name: str, why: str) -> Problem:
    """Return the problem of a data set that is on this machine but cannot be used. `why` is the reason."""
    data = data_set(name)
    files = " and ".join(
        str(keras_datasets() / file) for file in data.files if keras_datasets() / file not in missing_files(name)
    )
    return Problem(
        code="data-set-damaged",
        where=("data", "dataset"),
        happened=f"{data.title} cannot be used: {why}.",
        expected=f"Expected {data.num_train:,} training and {data.num_test:,} test images as on {data.url}.",
        fix=f"Move {files} away and start again." if files else "Install the requirements again.",
    )


def warm_up(warm: Callable[[], dict[str, Any]]) -> Check:
    """Compile the project's files and run a short training, so that the first training in class starts without delay.

    Parameters
    ----------
    warm
        A function such as `core.worker.training.train.warm_up_trainer`.

    Returns
    -------
    Check
        A check whose result says how long the lecture's network will train on this machine.
    """
    for folder in ("core", "pages"):
        compileall.compile_dir(PROJECT / folder, quiet=2)
    compileall.compile_file(PROJECT / "dashboard.py", quiet=2)
    name = default_data_set()
    try:
        per_step = warm()["seconds_per_step"]
    except Exception as error:  # the lecture would meet any failure too
        why = error.problem.happened if isinstance(error, ProblemError) else f"{type(error).__name__}: {error}"
        return Check("Training", MISSING, f"Failed: {why}", "Mend what is missing above and start again.")
    experiment = lecture_experiment(name)
    seconds = per_step * math.ceil(experiment.data.num_used / experiment.fit.batch_size) * experiment.fit.epochs
    step = f"A step takes {per_step * 1000:.3g} ms"
    epochs = f"{quantity(experiment.fit.epochs, 'epoch')} on {data_set(name).title}"
    result = f"{step}, so {epochs} take about {max(1, seconds):.0f} s."
    return Check("Training", OK, result)


def print_checks(checks: tuple[Check, ...]) -> None:
    """Print the checks as a table, with the advice for a failed check below its row."""
    print()
    for check in checks:
        print(f"{check.state:<9}{check.title:<18}{check.result}")
        if check.fix:
            print(f"{'':<27}{check.fix}")
        if check.command:
            print(f"{'':<27}{check.command}")


def configured_address() -> tuple[str, int]:
    """Return the address and the port in `.streamlit/config.toml`, which the server uses by default."""
    server = tomllib.loads((PROJECT / ".streamlit" / "config.toml").read_text(encoding="utf-8")).get("server", {})
    return server.get("address", ""), server.get("port", 8501)
