"""The stamp of a run: its export was run in a process of its own, and gave these numbers."""

import copy
import json
import math
import shutil
from pathlib import Path

import pytest

from core import reproducing
from core.experiment import Experiment
from core.export import script
from core.jobs import Jobs, Task
from core.reproducing import Stamp, compare, expected, fingerprint, read
from tests.core.conftest import Trained
from tests.core.nets import with_fit
from tests.server import PATIENCE, wait_for

WANTED = {"history": {"loss": [2.0, 1.0], "f1_score": [[0.5, 0.25], [0.5, 0.75]]}, "test": {"loss": 1.5, "accuracy": 0.5}}


def changed(**test: float) -> dict:
    return {**WANTED, "test": {**WANTED["test"], **test}}


def test_equal_numbers_are_counted() -> None:
    assert compare(WANTED, copy.deepcopy(WANTED)) == (8, 0, 0.0, "")
    assert compare(changed(loss=math.nan), changed(loss=math.nan)) == (8, 0, 0.0, "")


def test_first_difference_and_largest_are_told() -> None:
    found = copy.deepcopy(WANTED)
    found["history"]["loss"][1] += 1e-7
    found["test"]["loss"] -= 0.5
    assert compare(WANTED, found) == (8, 2, pytest.approx(0.5), "loss of epoch 2")


def test_epochs_that_are_missing_differ() -> None:
    found = copy.deepcopy(WANTED)
    found["history"]["loss"].pop()
    assert compare(WANTED, found) == (8, 1, math.inf, "loss of epoch 2")
    assert compare(WANTED, changed(loss=math.nan))[1:] == (1, math.inf, "loss on the test set")


def test_export_of_a_run_is_run_and_stamped(trained: Trained, tmp_path: Path) -> None:
    experiment: Experiment = trained.experiment

    def prepare(folder: Path) -> None:
        (folder / reproducing.SCRIPT).write_text(script(experiment))
        (folder / reproducing.EXPECTED).write_text(json.dumps(expected(trained.result)))

    jobs = Jobs()
    jobs.start(Task("it", "core.worker.reproducing", (str(tmp_path), fingerprint(experiment)), prepare))
    wait_for(lambda: jobs.running is None, PATIENCE, "the export to end")
    job, stamp = jobs.look("it"), read(tmp_path, experiment)
    assert job is not None
    assert job.state == "done", job.lines
    assert stamp is not None
    assert stamp.is_same
    assert stamp.numbers == 4 * 3 + 2
    assert (stamp.largest, stamp.where, stamp.accuracy) == (0.0, "", trained.result["test"]["accuracy"])
    assert read(tmp_path, with_fit(experiment, epochs=9)) is None  # it went on: the stamp is of what it was


def test_stamp_that_is_none_is_none(tmp_path: Path, trained: Trained) -> None:
    assert read(tmp_path, trained.experiment) is None
    for text in ("", "[]", '{"experiment": 1}'):
        (tmp_path / reproducing.STAMP).write_text(text)
        assert read(tmp_path, trained.experiment) is None
    stamp = Stamp(fingerprint(trained.experiment), 3, 0, 0.0, "", 0.9, 1.0, 2.0)
    reproducing.write(tmp_path, stamp)
    assert read(tmp_path, trained.experiment) == stamp
    shutil.rmtree(tmp_path)
