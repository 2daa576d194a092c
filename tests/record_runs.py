"""Record the runs that decks replay instead of a training: `python -m tests.record_runs [NAME...]`.

The command trains each run as the command line does, and takes about a minute.
"""

import gzip
import json
import platform
import sys
import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import psutil

from core.experiment.execution import choose_execution
from core.experiment.model import Experiment, Layer, to_dict
from core.experiment.templates import lecture_experiment
from core.parameters import EntryRef
from core.run_events import HEAVY
from core.teaching.recorded_runs import FOLDER, RECORDED_RUNS, recording_path


def _overfitting() -> Experiment:
    """Return an experiment that overfits: a wide network, few images and many epochs."""
    start = lecture_experiment("digits")
    layers = tuple(_wide(layer) if layer.id == "hidden" else layer for layer in start.layers)
    quick = replace(start.compile, optimizer=EntryRef("Adam", (("learning_rate", 0.01),)))
    few = replace(start.data, train_images=60)
    return replace(start, data=few, layers=layers, compile=quick, fit=replace(start.fit, epochs=60))


def _wide(layer: Layer) -> Layer:
    return replace(layer, arguments=(("units", 512), ("activation", "relu")))


EXPERIMENTS: Mapping[str, Experiment] = {
    "lecture-fashion": lecture_experiment("fashion_mnist"),
    "overfitting-digits": _overfitting(),
}


def record(name: str) -> None:
    """Train a run, and write its recording."""
    from core.worker.training.summary import summarise  # noqa: PLC0415 - Keras is imported once a run is recorded
    from core.worker.training.train import train  # noqa: PLC0415

    experiment = EXPERIMENTS[name]
    events: list[dict[str, Any]] = []
    execution = choose_execution(experiment, summarise(experiment))

    def keep(event: Mapping[str, Any]) -> None:
        if event["kind"] not in HEAVY:  # heavy events have matrices and images, which curves do not need
            events.append({**event, "at": time.time()})

    result = train(experiment, keep, lambda: None, execution=execution)
    machine = f"Recorded on {time.strftime('%Y-%m-%d')}, {platform.machine()}, {psutil.cpu_count()} processors."
    content = {"experiment": to_dict(experiment), "events": events, "result": result, "machine": machine}
    FOLDER.mkdir(parents=True, exist_ok=True)
    recording_path(name).write_bytes(gzip.compress(json.dumps(content, allow_nan=False).encode(), mtime=0))
    print(f"{name}: {len(events)} events, {recording_path(name).stat().st_size:,} bytes")


if __name__ == "__main__":
    for wanted in sys.argv[1:] or RECORDED_RUNS:
        record(wanted)
