"""The stamp of a run: its export was run in a process of its own, and gave these numbers."""

import copy
import json
import math
import shutil
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path

import pytest

from core.experiment.model import Experiment
from core.export import reproducibility
from core.export.reproducibility import (
    ExportRunResult,
    changes,
    compare,
    expected_numbers,
    fingerprint,
    last_epoch,
    mismatch_reason,
    read,
)
from core.export.script import script
from core.runs.export_jobs import JobRequest, Jobs
from tests.core.conftest import Trained
from tests.core.sample_experiments import with_fit
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


def test_numbers_of_the_last_epoch_stand_side_by_side() -> None:
    found = copy.deepcopy(WANTED)
    found["history"]["loss"][1] = 1.5
    assert last_epoch(WANTED, found) == (
        ("loss of epoch 2", 1.0, 1.5),
        ("f1 score of epoch 2", 0.5, 0.5),
        ("f1 score of epoch 2", 0.75, 0.75),
    )


def test_epochs_that_are_missing_differ() -> None:
    found = copy.deepcopy(WANTED)
    found["history"]["loss"].pop()
    assert compare(WANTED, found) == (8, 1, math.inf, "loss of epoch 2")
    assert compare(WANTED, changed(loss=math.nan))[1:] == (1, math.inf, "loss on the test set")


@pytest.mark.deep
def test_export_of_a_run_is_run_and_stamped(trained: Trained, tmp_path: Path) -> None:
    experiment: Experiment = trained.experiment

    def prepare(folder: Path) -> None:
        (folder / reproducibility.SCRIPT).write_text(script(experiment))
        (folder / reproducibility.EXPECTED).write_text(json.dumps(expected_numbers(trained.result)))

    jobs = Jobs()
    jobs.start(JobRequest("it", "core.worker.rerun_script", (str(tmp_path), fingerprint(experiment)), prepare))
    wait_for(lambda: jobs.running is None, PATIENCE, "the export to end")
    job, stamp = jobs.look("it"), read(tmp_path, experiment)
    assert job is not None
    assert job.state == "done", job.lines
    assert stamp is not None
    assert stamp.is_same
    assert stamp.numbers == 4 * 3 + 2
    assert (stamp.largest, stamp.where, stamp.accuracy) == (0.0, "", trained.result["test"]["accuracy"])
    assert (stamp.changed, stamp.is_known, stamp.unsteady) == ((), True, None)
    assert read(tmp_path, with_fit(experiment, epochs=9)) is None  # the run went on: the stamp is of an earlier state


MADE_WITH = {"Keras": "3.15.1", "threads": "2"}
DIFFERENT = ExportRunResult("fingerprint", 14, 2, 0.5, "loss of epoch 2", 0.9, 3.0, 0.0, is_known=True, unsteady=0)


def test_what_differs_between_run_and_export_is_named_once() -> None:
    assert changes([MADE_WITH, MADE_WITH], MADE_WITH) == ()
    older = {**MADE_WITH, "Keras": "3.15.0"}
    assert changes([older, MADE_WITH, older], MADE_WITH) == ("Keras 3.15.0 then, 3.15.1 now",)
    assert changes([{"TensorFlow": "2.21.0"}], {"JAX": "0.10.2"}) == (
        "TensorFlow 2.21.0 then, none now",
        "JAX none then, 0.10.2 now",
    )


def test_run_says_what_it_was_made_with(trained: Trained) -> None:
    (made_with,) = trained.result["provenance"]
    assert made_with["Keras"] == version("keras") and made_with["TensorFlow"] == version("tensorflow")
    assert all(made_with.values())


@pytest.mark.parametrize(
    ("found", "words"),
    [
        ({}, "Nothing that was checked differs: versions, processor and threads are those of the run"),
        ({"changed": ("threads 4 then, 2 now",)}, "made with other things than the export: threads 4 then, 2 now. Train it"),
        ({"unsteady": 3}, "The script, run twice here, gave 3 other numbers the second time"),
        ({"is_known": False}, "The cause is not known: the versions of this run were not recorded."),
        ({"unsteady": None}, "The cause is not known"),
    ],
)
def test_reason_is_only_what_was_checked(found: dict, words: str) -> None:
    assert words in mismatch_reason(replace(DIFFERENT, **found))
    assert ("Please report it" in mismatch_reason(replace(DIFFERENT, **found))) == (not found)


def test_stamp_that_is_none_is_none(tmp_path: Path, trained: Trained) -> None:
    assert read(tmp_path, trained.experiment) is None
    for text in ("", "[]", '{"experiment": 1}'):
        (tmp_path / reproducibility.STAMP).write_text(text)
        assert read(tmp_path, trained.experiment) is None
    stamp = ExportRunResult(fingerprint(trained.experiment), 3, 0, 0.0, "", 0.9, 1.0, 2.0, ("threads 4 then, 2 now",), True)
    reproducibility.write(tmp_path, stamp)
    assert read(tmp_path, trained.experiment) == stamp
    shutil.rmtree(tmp_path)
