"""Train the lecture's net on each backend, and record its curves and times for machines that lack a backend:

    python -m tests.benchmarks.backends [--python PYTHON]

PYTHON is an interpreter with all backends (requirements.txt and requirements-backends.txt). The default is the current
interpreter. The nets are trained one after another, each in a process of its own. The machine should do nothing else
meanwhile. The command writes core/runs/recorded_backends.json.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
from collections.abc import Sequence
from datetime import UTC, datetime

from core.catalogue.backends import BACKENDS, VARIABLE
from core.experiment.descriptions import sentence
from core.experiment.execution import choose_execution
from core.experiment.templates import lecture_experiment
from core.files import write_atomically
from core.runs.recorded_backends import RECORDING
from tests.core.sample_experiments import with_fit

DATA_SETS = ("digits", "fashion_mnist")
EPOCHS = 5
MARK = "RESULT "
ASK = (
    "import importlib.metadata as m, json, os, sys; "
    "print(json.dumps([sys.version.split()[0], os.cpu_count(), {n: m.version(n) for n in sys.argv[1:]}]))"
)


def train_here(data: str, backend: str) -> None:
    """Train the net in this process, and print its curves and the seconds from the start of the run to each epoch's end."""
    os.environ[VARIABLE] = backend  # before anything imports Keras
    __import__("core.worker.no_tensorflow")
    from core.worker.training.summary import summarise
    from core.worker.training.train import train

    experiment = with_fit(lecture_experiment(data), backend=backend, epochs=EPOCHS)
    events: list[dict] = []
    result = train(experiment, events.append, lambda: None, execution=choose_execution(experiment, summarise(experiment)))
    run = {
        "backend": backend,
        "data": data,
        "sentence": sentence(experiment),
        "seconds": [round(event["seconds"], 3) for event in events if event["kind"] == "epoch"],
        "history": {name: [round(value, 4) for value in values] for name, values in result["history"].items()},
    }
    print(MARK + json.dumps(run), flush=True)


def train(python: str, data: str, backend: str) -> dict:
    """Train the net in a process of its own, and return the run's curves and times."""
    command = [python, "-m", "tests.benchmarks.backends", "--one", data, backend]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    found = [line.removeprefix(MARK) for line in ended.stdout.splitlines() if line.startswith(MARK)]
    if not found:
        raise SystemExit(f"{backend} did not train:\n{ended.stderr}")
    return json.loads(found[0])


def main(arguments: Sequence[str] | None = None) -> None:
    """Read the command line, and train one net or record all nets."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--python", default=sys.executable)
    parser.add_argument("--one", nargs=2, metavar=("DATA", "BACKEND"), help="train one net in this process, and print it")
    given = parser.parse_args(arguments)
    if given.one:
        train_here(*given.one)
    else:
        record(given.python)


def record(python: str) -> None:
    """Train the net on every data set with every backend, and write the recording."""
    packages = ("keras", *(backend.module for backend in BACKENDS.values()))
    asked = subprocess.run([python, "-c", ASK, *packages], capture_output=True, text=True, check=True)
    version, cores, versions = json.loads(asked.stdout)
    runs, busiest = [], os.getloadavg()[0]
    for data in DATA_SETS:
        for backend in BACKENDS:
            runs.append(train(python, data, backend))
            busiest = max(busiest, os.getloadavg()[0])
            print(json.dumps(runs[-1]), flush=True)
    busy = ", busy with other work" if busiest > 2 * cores else ""  # the times of a busy machine cannot be compared
    recording = {
        "date": f"{datetime.now(UTC):%Y-%m-%d}",
        "machine": f"{platform.system()}, {platform.machine()}, {cores} cores{busy}",
        "python": version,
        "versions": versions,
        "runs": runs,
    }
    text = json.dumps(recording, indent=1) + "\n"
    write_atomically(RECORDING, lambda temporary: temporary.write_text(text, encoding="utf-8"))


if __name__ == "__main__":
    main()
