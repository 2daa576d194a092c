"""Pages without a server: AppTest, scripted workers, and answers that the real Keras gave."""

import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from unittest.mock import patch

import pytest
from streamlit.components.v2 import manifest_scanner
from streamlit.runtime.context import ContextProxy
from streamlit.runtime.scriptrunner.script_cache import ScriptCache
from streamlit.testing.v1 import app_test, local_script_runner

from core.application import Application, install
from core.datasets.previews import preview_path
from core.experiment.model import Experiment
from core.experiment.templates import lecture
from core.runs import manager
from tests.conftest import unmade_folder
from tests.pages.fake_workers import ScriptedWorkers
from tests.pages.real_keras import Keras, Training, keras_process, short
from tests.pages.screen import VISITOR, Screen
from tests.pages.training_run import Room

DIGITS = lecture("digits")
READY = manager.Engine("ready", seconds=6.2, seconds_per_step=0.001)

Open = Callable[..., Screen]


@pytest.fixture(scope="session", autouse=True)
def what_never_changes_is_read_once() -> Iterator[None]:
    """AppTest looks through all installed packages for components, and compiles the pages anew at each click."""
    compiled = ScriptCache()
    with (
        patch.object(manifest_scanner, "scan_component_manifests", cache(manifest_scanner.scan_component_manifests)),
        patch.object(app_test, "ScriptCache", lambda: compiled),
        patch.object(local_script_runner, "ScriptCache", lambda: compiled),
    ):
        yield


@pytest.fixture(autouse=True)
def no_keras_in_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in the server. Other tests bring Keras in, and Streamlit would clear its session after every script run."""
    monkeypatch.delitem(sys.modules, "keras", raising=False)


@pytest.fixture(autouse=True)
def data_folder(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The data folder of this test alone; in memory where the system can, since pages are no test of the disk."""
    in_memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=in_memory if in_memory.is_dir() else None) as folder:
        monkeypatch.setenv("DASHBOARD_HOME", folder)
        yield Path(folder)


@pytest.fixture(scope="session")
def keras() -> Iterator[Keras]:
    """The real Keras, in a process of its own."""
    with keras_process() as answers:
        yield answers


@pytest.fixture(scope="session")
def training(keras: Keras, tmp_path_factory: pytest.TempPathFactory) -> Training:
    """A real run on Digits."""
    return keras.train(short(), tmp_path_factory.mktemp("run"))


@pytest.fixture(scope="session")
def training_without_validation(keras: Keras, tmp_path_factory: pytest.TempPathFactory) -> Training:
    """A real run on Digits that kept no validation set aside."""
    return keras.train(short(validation_split=0.0), tmp_path_factory.mktemp("run"))


@pytest.fixture(scope="session")
def digits_preview(keras: Keras, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of the preview of Digits."""
    return keras.preview("digits", tmp_path_factory.mktemp("preview"))


@pytest.fixture
def keras_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keras' folder of this test alone: no data set is on this machine but Digits."""
    folder = unmade_folder(tmp_path_factory, "keras")
    monkeypatch.setenv("KERAS_HOME", str(folder))
    return folder


@pytest.fixture
def workers(keras: Keras) -> ScriptedWorkers:
    """What does the work in this test: nothing but what the test says."""
    return ScriptedWorkers(keras.summarise)


@pytest.fixture
def installed(
    data_folder: Path, keras_home: Path, workers: ScriptedWorkers, monkeypatch: pytest.MonkeyPatch
) -> Iterator[manager.Runs]:
    """What runs things, with its engine ready; the first visitor has the lecture's net on Digits as draft."""
    monkeypatch.setattr(ContextProxy, "cookies", {})  # AppTest has a MagicMock there, which is no cookie
    one = manager.Runs(data_folder, workers)
    workers.on_event(one.handle)  # as `begin` does in the background
    workers.on_exit(one.active_runs.worker_exits.record)
    one.supervisor.engine = READY
    one.ledger.edit_draft(VISITOR, DIGITS)
    install(Application(one))
    yield one
    install(None)
    one.close()


@pytest.fixture
def open_screen(installed: manager.Runs, digits_preview: Path) -> Open:
    """Opens a page in a new session of a visitor's browser."""
    preview_path("digits").parent.mkdir(parents=True)
    shutil.copy(digits_preview, preview_path("digits"))

    def open_page(
        page: str, experiment: Experiment | None = None, *, visitor: str | None = VISITOR, run: str = ""
    ) -> Screen:
        if experiment is not None and visitor is not None:
            installed.ledger.edit_draft(visitor, experiment)
        return Screen(installed, visitor, run).go(page)

    return open_page


@pytest.fixture
def room(open_screen: Open, training: Training, installed: manager.Runs, workers: ScriptedWorkers) -> Room:
    return Room(open_screen, training, installed, workers)
