"""Fixtures for pages without a server: AppTest, scripted workers, and recorded answers of the real Keras."""

import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from unittest.mock import patch

import pytest
from streamlit import config
from streamlit.components.v2 import manifest_scanner
from streamlit.runtime.context import ContextProxy
from streamlit.runtime.scriptrunner.script_cache import ScriptCache
from streamlit.testing.v1 import app_test, local_script_runner

from core.application import Application, install_application
from core.datasets.previews import preview_path
from core.engine import inspector
from core.experiment.model import Experiment
from core.experiment.templates import lecture_experiment
from core.runs import manager
from tests.bring_deck import bring
from tests.conftest import unmade_folder
from tests.pages import brought_deck
from tests.pages.fake_workers import ScriptedWorkers
from tests.pages.real_keras import Keras, Training, keras_process, short
from tests.pages.screen import VISITOR, Screen
from tests.pages.training_run import Room

DIGITS = lecture_experiment("digits")
READY = manager.EngineState("ready", seconds=6.2, seconds_per_step=0.001)

Open = Callable[..., Screen]


@pytest.fixture(scope="session", autouse=True)
def what_never_changes_is_read_once() -> Iterator[None]:
    """Cache the list of installed components and the compiled pages, which AppTest would read again at each click."""
    compiled = ScriptCache()
    with (
        patch.object(manifest_scanner, "scan_component_manifests", cache(manifest_scanner.scan_component_manifests)),
        patch.object(app_test, "ScriptCache", lambda: compiled),
        patch.object(local_script_runner, "ScriptCache", lambda: compiled),
    ):
        yield


@pytest.fixture(autouse=True)
def no_keras_in_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hide a Keras that other tests imported. With Keras, Streamlit would clear its session after each script run."""
    monkeypatch.delitem(sys.modules, "keras", raising=False)


@pytest.fixture(autouse=True)
def no_page_waits_for_an_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let pages not wait for answers, since the scripted workers answer at once or when the test says so."""
    monkeypatch.setattr(inspector, "MOMENT_SECONDS", 0.0)


@pytest.fixture(autouse=True)
def data_folder(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The data folder of this test alone, in memory if possible, since tests of pages do not test the disk."""
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
    """A real run on Digits without a validation set."""
    return keras.train(short(validation_split=0.0), tmp_path_factory.mktemp("run"))


@pytest.fixture(scope="session")
def digits_preview(keras: Keras, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of the preview of Digits."""
    return keras.preview("digits", tmp_path_factory.mktemp("preview"))


@pytest.fixture
def keras_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The Keras folder of this test alone. Without files, only the data set Digits is available."""
    folder = unmade_folder(tmp_path_factory, "keras")
    monkeypatch.setenv("KERAS_HOME", str(folder))
    return folder


@pytest.fixture
def workers(keras: Keras) -> ScriptedWorkers:
    """The workers of this test, which only do what the test says."""
    return ScriptedWorkers(keras.summarise)


@pytest.fixture
def installed(
    data_folder: Path, keras_home: Path, workers: ScriptedWorkers, monkeypatch: pytest.MonkeyPatch
) -> Iterator[manager.Runs]:
    """The installed queue of runs, with a ready engine. The draft of the first visitor is the lecture's net on Digits."""
    monkeypatch.setattr(ContextProxy, "cookies", {})  # AppTest has a MagicMock in place of the cookies
    one = manager.Runs(data_folder, workers)
    workers.on_event(one.receive_event)  # as `begin` does in the background
    workers.on_exit(one.handle_exit)
    one.supervisor.engine = READY
    one.database.edit_draft(VISITOR, DIGITS)
    install_application(Application(one))
    yield one
    install_application(None)
    one.close()


@pytest.fixture
def open_screen(installed: manager.Runs, digits_preview: Path) -> Open:
    """A function that opens a page in a new session of a visitor's browser."""
    preview_path("digits").parent.mkdir(parents=True)
    shutil.copy(digits_preview, preview_path("digits"))

    def open_page(
        page: str, experiment: Experiment | None = None, *, visitor: str | None = VISITOR, run: str = ""
    ) -> Screen:
        if experiment is not None and visitor is not None:
            installed.database.edit_draft(visitor, experiment)
        return Screen(installed, visitor, run).go(page)

    return open_page


@pytest.fixture
def room(open_screen: Open, training: Training, installed: manager.Runs, workers: ScriptedWorkers) -> Room:
    return Room(open_screen, training, installed, workers)


@pytest.fixture
def deck(data_folder: object) -> str:
    """The name of an uploaded deck."""
    return bring(brought_deck.TEXT).name


@pytest.fixture
def opened(open_screen: Open, deck: str) -> Screen:
    """The screen of a visitor who has opened the uploaded deck by its link."""
    screen = open_screen("learn")
    screen.app.query_params["deck"] = deck
    return screen.run().press("accept-deck")


@pytest.fixture
def open_to_all() -> Iterator[None]:
    """Let the server listen on an address of its network, so that phones can reach the server."""
    before = config.get_option("server.address")
    config.set_option("server.address", "10.1.2.3")
    yield
    config.set_option("server.address", before)
