"""Take away: files to download, the stamp of the export, the network in each format, and why something cannot be had."""

import json
from pathlib import Path

import pytest

from core.application import Application, application, install_application
from core.export import model_formats, reproducibility
from core.export.model_formats import ExportedModel
from core.export.report import html
from core.export.reproducibility import ExportRunResult, fingerprint
from core.runs import manager
from core.runs.export_jobs import Job, JobRequest, Jobs
from pages.interpret import report_data
from tests.pages.conftest import DIGITS, Open
from tests.pages.fake_workers import ScriptedWorkers
from tests.pages.real_keras import Training


class ScriptedJobs(Jobs):
    """Starts nothing; a test says what a job says."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.folder = folder
        self.started: list[tuple[str, tuple]] = []

    def _begin(self, task: JobRequest, job: Job) -> None:
        task.prepare(self.folder)
        self.started.append((task.module, task.arguments))

    def end(self, state: str = "done") -> None:
        assert self._running is not None
        self._end(self._running, state)
        self._start_next()

    def stop(self, key: str) -> None:
        was_on = self.running is not None and self.running.key == key
        super().stop(key)
        if was_on:
            self.end("stopped")


@pytest.fixture
def scripted(tmp_path: Path, installed: manager.Runs) -> ScriptedJobs:
    one = ScriptedJobs(tmp_path)
    install_application(Application(installed, one))
    return one


@pytest.fixture
def trained(scripted: ScriptedJobs, training: Training, installed: manager.Runs, workers: ScriptedWorkers) -> str:
    """The id of a run of Ada's that is over."""
    return training.whole(installed, workers, "ada")


def test_nothing_to_take_away_yet(open_screen: Open) -> None:
    assert "Nothing to take away yet" in open_screen("take_away").text("empty")


def test_export_is_run_watched_and_stamped(
    open_screen: Open, trained: str, installed: manager.Runs, scripted: ScriptedJobs, training: Training
) -> None:
    screen = open_screen("take_away")
    assert screen.has("take-ipynb") and screen.has("take-py")
    screen.press("Run the export and compare")
    folder = installed.reader.folder(trained)
    assert scripted.started == [("core.worker.rerun_script", (str(folder), fingerprint(training.experiment)))]
    assert (scripted.folder / reproducibility.SCRIPT).read_text().startswith("import keras")
    wanted = json.loads((scripted.folder / reproducibility.EXPECTED).read_text())
    assert wanted["history"] == training.result["history"]
    scripted.running.lines.append("Epoch 2/2")
    assert screen.run().app.get_by_key("reproduces") is not None
    last = (("loss of epoch 2", 0.61, 0.61), ("val accuracy of epoch 2", 0.8472222089767456, 0.8472222089767456))
    stamp = ExportRunResult(fingerprint(training.experiment), 14, 0, 0.0, "", 0.875, 3.0, 0.0, last=last)
    reproducibility.write(folder, stamp)
    scripted.end()
    text = screen.run().text("reproduces")
    assert "all 14 numbers are the run's, to the last digit." in text
    assert "| val accuracy of epoch 2 | 0.8472222089767456 | 0.8472222089767456 |" in text
    assert "0.8750" not in text, "the test set is sealed"

    reproducibility.write(
        folder, ExportRunResult(fingerprint(training.experiment), 14, 2, 0.5, "loss of epoch 2", 0.9, 3.0, 0.0)
    )
    text = screen.run().text("reproduces")
    assert "2 of 14 numbers differ, by 0.5 at most; the first is the loss of epoch 2. The cause is not known" in text


@pytest.mark.usefixtures("scripted")
def test_button_that_a_lesson_asks_for_is_the_primary_one(
    open_screen: Open, training: Training, installed: manager.Runs, workers: ScriptedWorkers
) -> None:
    def primary() -> list[str | None]:
        return [one.key for one in open_screen("take_away", training.experiment).app.button if one.proto.type == "primary"]

    training.whole(installed, workers, "ada")
    assert "start-reproduce" not in primary()
    application().progress.go_to("ada", "lesson-12-code", "run-the-export")
    training.whole(installed, workers, "ada")
    assert primary() == ["start-reproduce"]


def test_job_is_stopped_and_failure_is_reported(open_screen: Open, trained: str, scripted: ScriptedJobs) -> None:
    screen = open_screen("take_away").press("start-litert").press("Stop")
    assert "It was stopped." in screen.text("take-litert")
    screen.press("start-litert")
    scripted.running.lines.append("ValueError: no such operation")
    scripted.end("failed")
    assert "could not be written: ValueError: no such operation" in screen.run().text("take-litert")


@pytest.mark.deep
def test_job_waits_for_the_one_before_it_and_can_be_stopped_while_it_waits(
    open_screen: Open, trained: str, scripted: ScriptedJobs
) -> None:
    screen = open_screen("take_away").press("start-keras").press("start-litert").press("start-reproduce")
    assert "Waiting: 1 export of this server is before it. It starts by itself." in screen.text("take-litert")
    assert "Waiting: 2 exports of this server are before it." in screen.text("reproduces")
    assert not screen.has_button("start-litert")  # a second one of the same would be the same
    assert "Waiting" in open_screen("take_away", visitor="grace", run=trained).text("take-litert")  # who cannot stop it
    screen.press("stop-litert")
    assert "It was stopped." in screen.text("take-litert")
    scripted.end()
    assert "Starting Keras" in screen.run().text("reproduces")
    assert [module for module, _ in scripted.started] == ["core.worker.export_model", "core.worker.rerun_script"]


def test_full_line_of_exports_is_reported_beside_disabled_buttons(
    open_screen: Open, trained: str, scripted: ScriptedJobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DASHBOARD_QUEUE_EACH", "1")
    screen = open_screen("take_away").press("start-keras")
    assert not screen.button("start-reproduce").disabled
    late = open_screen("take_away")
    screen.press("start-litert")
    assert screen.button("start-reproduce").disabled
    assert screen.button("start-reproduce").help.startswith("1 export of yours waits already, so that 1 more cannot. Wait")
    late.press("start-reproduce")  # drawn before the line was full
    assert late.button("start-reproduce").disabled and scripted.look(f"reproduce-{trained}") is None
    assert not screen.press("stop-litert").button("start-reproduce").disabled


def test_written_network_is_reported_with_its_difference(open_screen: Open, trained: str, installed: manager.Runs) -> None:
    folder = installed.reader.folder(trained)
    (folder / "model.onnx").write_bytes(b"x" * 1_500)
    exported = ExportedModel(
        "onnx", 100, 4.8e-07, "what the run's evaluation answered", 1_500, 2.0, model_formats.model_write_time(folder)
    )
    model_formats.write(folder, exported)
    screen = open_screen("take_away")
    assert "on 100 images, at most 4.8 · 10⁻⁷ of difference to what the run's evaluation" in screen.text("take-onnx")
    assert screen.has("download-onnx") and not screen.has("download-litert")


def test_missing_package_is_named(open_screen: Open, trained: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model_formats, "find_spec", lambda name: None if name == "tf2onnx" else object())
    screen = open_screen("take_away")
    assert "Not installed here: tf2onnx. Run `pip install -r requirements-export.txt`" in screen.text("take-onnx")
    assert screen.button("start-onnx").disabled
    assert not screen.button("start-litert").disabled


def test_watcher_can_download_but_start_nothing(open_screen: Open, trained: str) -> None:
    screen = open_screen("take_away", DIGITS, visitor="grace", run=trained)
    assert screen.has("take-ipynb")
    assert "Only whoever trained this network" in screen.button("start-keras").help


def test_run_that_was_stopped_cannot_be_reproduced(
    open_screen: Open, scripted: ScriptedJobs, training: Training, installed: manager.Runs, workers: ScriptedWorkers
) -> None:
    run = training.start(installed, workers, "ada")
    installed.stop(run)
    training.end(installed, workers, run, how="stop", kept={"which": "last", "step": 41, "epoch": 1})
    screen = open_screen("take_away")
    assert "It cannot give the run's numbers" in screen.text("reproduces")
    assert screen.button("start-reproduce").disabled


def test_page_to_hand_in_shows_the_test_set_only_once_it_is_open(
    open_screen: Open, trained: str, installed: manager.Runs, training: Training
) -> None:
    assert "The test set is not in it" in open_screen("take_away").text("take-report")

    def page() -> str:
        run = installed.database.run(trained)
        assert run is not None
        return html(report_data.report(run))

    accuracies = [f"accuracy <b>{training.result[name]['accuracy']:.4f}</b>" for name in ("validation", "test")]
    assert accuracies[0] in page() and "Test set" not in page()
    assert page().count('src="data:image/png;base64,') > 10  # a picture of each class, and the mistakes
    installed.database.open_test_set(trained)
    assert accuracies[1] in page()
