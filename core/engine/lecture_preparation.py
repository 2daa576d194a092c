"""Prepare this machine for a lecture: download and verify the data sets, warm up, and print what is still missing."""

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

from core.catalogue.datasets import adopt_package_files, data_set, first_choice, missing_files
from core.engine.readiness import MISSING, OK, Check, all_checks, verdict
from core.experiment.shapes import shape_text
from core.experiment.templates import lecture
from core.files import PROJECT, keras_datasets
from core.number_text import memory_text, percent, quantity
from core.problems import Problem, ProblemError
from core.run_events import Command, DownloadEvent

STALLED_SECONDS = 30.0  # without a byte; the start of Keras, before the first byte, takes a third of that on a slow machine
CLEAR = "\r\033[K" if sys.stdout is not None and sys.stdout.isatty() else ""
Pair = tuple[np.ndarray, np.ndarray]


@dataclass
class Arrival:
    """A download as the terminal shows it; it is cancelled after STALLED_SECONDS without a byte."""

    title: str  # of the data set
    num_bytes: int = -1  # arrived so far; -1 before the first report
    since: float = field(default_factory=time.monotonic)  # when the last byte arrived

    def report(self, event: DownloadEvent) -> None:
        """Show an event of the download."""
        first = self.num_bytes < 0
        if event["bytes"] > self.num_bytes:
            self.num_bytes, self.since = event["bytes"], time.monotonic()
        if CLEAR:
            arrived = f"{memory_text(self.num_bytes)}, {percent(event['share'])}"
            print(f"{CLEAR}{self.title}: {arrived} …", end="", flush=True)
        elif first and event["share"] < 1:
            print(f"{self.title}: downloading …", flush=True)

    def has_stalled(self) -> bool:
        """Whether the download has stalled."""
        return time.monotonic() - self.since > STALLED_SECONDS

    def next_command(self) -> Command | None:
        """Stop the download if it has stalled."""
        return Command("stop") if self.has_stalled() else None


def prepare(names: tuple[str, ...], address: str, port: int, worker_function: Callable[[str], Callable[..., Any]]) -> bool:
    """Prepare, and print the progress on the terminal; True when nothing is missing.

    Parameters
    ----------
    names
        The data sets that the lecture needs.
    address
        The address that the server will listen on.
    port
        The port, 1 to 65535.
    worker_function
        Finds a function of the worker by its name, such as "data.download:fetch".
    """
    print("starting Keras …", flush=True)
    fetch, load_raw = worker_function("data.download:fetch"), worker_function("data.load:load_raw")
    socket.setdefaulttimeout(STALLED_SECONDS)  # Keras replaces a damaged file in this process, without a time limit
    problems = {name: problem for name in names if (problem := bring(name, fetch, load_raw)) is not None}
    print("warming up …", flush=True)
    checks = (*all_checks(address, port, names, problems), warm_up(worker_function("training.train:warm")))
    print_checks(checks)
    print(f"\n{verdict(checks)}")
    return all(check.state != MISSING for check in checks)


def bring(name: str, fetch: Callable[..., Any], load_raw: Callable[..., Any]) -> Problem | None:
    """Download a data set where it is missing, make its preview and verify it.

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
        Why the data set cannot be used, or None.
    """
    data = data_set(name)
    try:
        adopt_package_files(name)
        arrival = Arrival(data.title)
        fetch(name, arrival.report, arrival.next_command)
        wrong = "; ".join(differences(name, *load_raw(name)))
        problem = damaged(name, wrong) if wrong else None
    except ProblemError as error:
        problem = error.problem
    except Exception as error:  # damaged files fail in as many ways as there are formats
        problem = damaged(name, f"{type(error).__name__}: {str(error).partition(chr(10))[0][:200]}")
    count = f"{data.num_train + data.num_test:,} images of {shape_text(data.image_shape)} in {data.num_classes} classes"
    print(f"{CLEAR}{problem.happened if problem else f'{data.title}: {count}, as expected.'}", flush=True)
    return problem


def differences(name: str, train: Pair, test: Pair) -> Iterator[str]:
    """The differences between a data set and its entry in the catalogue, in words.

    Parameters
    ----------
    name
        The data set.
    train
        Images (count, height, width[, channels]) and labels (count,), as they are in the files.
    test
        The same for the test set.
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
            f"{part} {what}: {actual} in place of {expected}" for what, actual, expected in facts if actual != expected
        )


def _range(values: np.ndarray) -> str:
    return f"{values.min():g} to {values.max():g}" if values.size else "none"


def damaged(name: str, why: str) -> Problem:
    """The problem of a data set that is here and cannot be used."""
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
        A function such as `core.worker.training.train.warm`.

    Returns
    -------
    Check
        How long the lecture's network will train on this machine.
    """
    for folder in ("core", "pages"):
        compileall.compile_dir(PROJECT / folder, quiet=2)
    compileall.compile_file(PROJECT / "dashboard.py", quiet=2)
    name = first_choice()
    try:
        per_step = warm()["seconds_per_step"]
    except Exception as error:  # the lecture would meet any failure too
        why = error.problem.happened if isinstance(error, ProblemError) else f"{type(error).__name__}: {error}"
        return Check("Training", MISSING, f"Failed: {why}", "Mend what is missing above and start again.")
    experiment = lecture(name)
    seconds = per_step * math.ceil(experiment.data.num_used / experiment.fit.batch_size) * experiment.fit.epochs
    step = f"A step takes {per_step * 1000:.3g} ms"
    epochs = f"{quantity(experiment.fit.epochs, 'epoch')} on {data_set(name).title}"
    result = f"{step}, so {epochs} take about {max(1, seconds):.0f} s."
    return Check("Training", OK, result)


def print_checks(checks: tuple[Check, ...]) -> None:
    """Print the checks as a table, each with its fix below."""
    print()
    for check in checks:
        print(f"{check.state:<9}{check.title:<18}{check.result}")
        if check.fix:
            print(f"{'':<27}{check.fix}")


def configured() -> tuple[str, int]:
    """The address and port in `.streamlit/config.toml`, which the server uses unless told otherwise."""
    server = tomllib.loads((PROJECT / ".streamlit" / "config.toml").read_text(encoding="utf-8")).get("server", {})
    return server.get("address", ""), server.get("port", 8501)
