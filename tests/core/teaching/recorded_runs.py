"""Recordings of real runs on Digits, one file for each run, and the evidence that tests make from the recordings."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from core.analysis.evaluation_files import EvaluatedSet, read_evaluated_set
from core.experiment.model import Experiment, to_dict
from core.experiment.serialization import from_dict
from core.experiment.shapes import LayerRow, Summary
from core.files import write_atomically
from core.runs.comparison import Outcome, outcome
from core.runs.run_record import Run

FOLDER = Path(__file__).parent / "runs"
STATES = {"whole": "finished", "stop": "stopped", "not-finite": "finished"}
CREATED = 1_700_000_000.0  # seconds since 1970


def path_of(name: str) -> Path:
    """Return the path of a run's recording."""
    return FOLDER / f"{re.sub('[^a-z0-9]+', '-', name)}.json"


def write(  # noqa: PLR0913 - a value for each part of the recording
    name: str, experiment: Experiment, result: dict, summary: Summary, events: Sequence[dict], folder: Path
) -> None:
    """Write the recording of a run."""
    matrices = {
        part: evaluated.matrix.tolist()
        for part in ("validation", "test")
        if (evaluated := read_evaluated_set(folder / f"{part}.npz")) is not None
    }
    first_loss = next((event["batch_loss"] for event in events if event["kind"] == "batch" and "batch_loss" in event), None)
    content = {
        "experiment": to_dict(experiment),
        "result": result,
        "summary": asdict(summary),
        "matrices": matrices,
        "first_loss": first_loss,
    }
    text = json.dumps(content, separators=(",", ":")) + "\n"
    write_atomically(path_of(name), lambda path: path.write_text(text))


@cache
def _content(name: str) -> Mapping[str, Any]:
    return json.loads(path_of(name).read_text())


def recorded(name: str, number: int = 1, **changes: Any) -> Outcome:
    """Return a recorded run with its outcome. Runs with larger numbers began later."""
    content = _content(name)
    values = {
        "id": f"{name} {number}",
        "number": number,
        "visitor": "ada",
        "experiment": from_dict(content["experiment"]),
        "state": STATES[content["result"]["how"]],
        "created": CREATED + 60 * number,
        "ended": CREATED + 60 * number + 30,
        "problem": None,
        "result": content["result"],
        "test_openings": 0,
        "name": "",
        "note": "",
        "series": "",
        "parts": 1,
        "deleted": None,
    }
    return outcome(Run(**{**values, **changes}), lambda _run: [])


def summary_of(name: str) -> Summary:
    """Return Keras' table of the layers of a recorded run's network."""
    content = _content(name)["summary"]
    rows = tuple(LayerRow(**_tuples(row)) for row in content["rows"])
    return Summary(**{**_tuples(content), "rows": rows})


def _tuples(content: Mapping[str, Any]) -> dict[str, Any]:
    def plain(value: Any) -> Any:
        return tuple(map(plain, value)) if isinstance(value, list) else value

    return {name: plain(value) for name, value in content.items()}


def evaluation_of(run: Run, part: str) -> EvaluatedSet | None:
    """Return the evaluation of a recorded run on a set, with only the confusion matrix."""
    matrix = _content(run.id.rpartition(" ")[0])["matrices"].get(part)
    return EvaluatedSet({"confusion_matrix": np.array(matrix)}) if matrix else None


def first_loss_of(run: Run) -> float | None:
    """Return the loss of the first batches of a recorded run."""
    return _content(run.id.rpartition(" ")[0])["first_loss"]
