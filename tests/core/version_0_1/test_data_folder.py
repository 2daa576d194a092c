"""A data folder that version 0.1.0 made: its run, draft, link, script and checkpoint serve as those made now do.

`data_folder.zip` holds `runs.sqlite` and `runs/` as version 0.1.0 left them after a training of two epochs on Digits and two
edits of the draft. Beside them stand what that version said of them: `events.json`, `script.py` and `link.txt`; and
`longer.json`, the numbers of the same experiment trained for three epochs.

The processor of that machine is not known. TensorFlow adds in another order where a processor has other vector instructions,
so a loss of this machine may differ from a stored loss in the last digit (`ROUNDING`). Two trainings on this machine agree.
"""

import json
import runpy
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core.application import Application
from core.experiment.image_ref import ImageRef
from core.experiment.share_links import read
from core.export.script import script
from core.runs.manager import Runs
from core.runs.run_record import Run
from core.worker.training.train import train
from core.worker.views.predictions import predicted_probabilities
from tests.core.sample_experiments import with_fit
from tests.pages.fake_workers import ScriptedWorkers

VISITOR = "a-visitor-of-version-0.1"

ROUNDING = 1e-6
"""Share by which numbers of two processors may differ: float32 keeps 24 bits, 6e-8; AVX2 against SSE4.1 made 2e-7 here."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    with zipfile.ZipFile(Path(__file__).parent / "data_folder.zip") as archive:
        archive.extractall(tmp_path)
    return tmp_path


@pytest.fixture
def application(folder: Path) -> Iterator[Application]:
    runs = Runs(folder, ScriptedWorkers(lambda experiment: pytest.fail("no shapes are needed here")), warm="")
    yield Application(runs)
    runs.close()


@pytest.fixture
def run(application: Application) -> Run:
    (run,) = application.history.runs_of(VISITOR)
    return run


def test_run_has_its_name_note_result_and_events(application: Application, run: Run, folder: Path) -> None:
    assert (run.title, run.note, run.state) == ("Run 1: first try", "made by 0.1.0", "finished")
    assert run.test_is_open
    assert run.accuracy("validation") == pytest.approx(0.8680555820465088, abs=0)
    assert run.accuracy("test") == pytest.approx(0.855555534362793, abs=0)
    assert application.runs.reader.events(run.id) == json.loads((folder / "events.json").read_text())
    history = (run.result or {})["history"]
    assert [event["val_accuracy"] for event in application.results.outcome(run).epochs] == history["val_accuracy"]


def test_draft_has_its_undo_history(application: Application, run: Run) -> None:
    draft = application.drafts.draft(VISITOR)
    assert draft is not None
    assert draft.experiment == with_fit(run.experiment, epochs=3)
    undone = application.drafts.undo(VISITOR)
    assert undone is not None
    assert undone.experiment == run.experiment


def test_link_opens_the_same_experiment(run: Run, folder: Path) -> None:
    assert read((folder / "link.txt").read_text()).experiment == run.experiment


@pytest.mark.deep
def test_its_script_and_the_one_of_now_compute_the_numbers_of_the_run(run: Run, folder: Path) -> None:
    (folder / "now.py").write_text(script(run.experiment))
    then, now = (runpy.run_path(str(folder / name))["history"].history for name in ("script.py", "now.py"))
    assert now == then, "two trainings on this machine agree to the last digit"
    for name, stored in (run.result or {})["history"].items():
        assert then[name] == pytest.approx(stored, rel=ROUNDING, abs=0), name


def test_network_answers_as_it_was_evaluated(application: Application, run: Run) -> None:
    for part in ("validation", "test"):
        evaluated = application.results.evaluation(run, part)
        assert evaluated is not None
        for index in (0, 7):
            answers = predicted_probabilities(run.experiment, application.results.model(run), ImageRef(part, index))
            assert np.allclose(answers, evaluated.probabilities[index], atol=1e-6)


@pytest.mark.deep
def test_more_epochs_follow_its_checkpoint(application: Application, run: Run, folder: Path) -> None:
    longer = with_fit(run.experiment, epochs=3)
    events: list[dict[str, Any]] = []
    result = train(longer, events.append, lambda: None, application.runs.reader.folder(run.id), resume=True)
    assert [event["epoch"] for event in events if event["kind"] == "resumed"] == [2.0], "nothing is trained again"
    expected = json.loads((folder / "longer.json").read_text())
    for part in ("history", "validation", "test"):
        assert result[part].keys() == expected[part].keys()
        for name, stored in expected[part].items():
            assert result[part][name] == pytest.approx(stored, rel=ROUNDING, abs=0), f"{part}: {name}"
    assert {name: values[:2] for name, values in result["history"].items()} == (run.result or {})["history"]
