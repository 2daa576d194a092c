"""Pages without a server: AppTest, scripted workers, and answers that the real Keras gave."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from streamlit.runtime.context import ContextProxy
from streamlit.testing.v1 import AppTest

from core import runs
from core.catalogue.datasets import DATASETS
from core.files import keras_datasets
from core.previews import preview_path
from tests.pages.app import App
from tests.pages.recorded import Keras, Training, keras_process, short
from tests.pages.scripted import ScriptedWorkers

MAIN = Path(__file__).parents[2] / "pages" / "main.py"


@pytest.fixture(scope="session")
def keras() -> Iterator[Keras]:
    """The real Keras, in a process of its own."""
    with keras_process() as answers:
        yield answers


@pytest.fixture(scope="session")
def training(keras: Keras, tmp_path_factory: pytest.TempPathFactory) -> Training:
    """A real run on Digits."""
    return keras.train(short(), tmp_path_factory.mktemp("digits-run"))


@pytest.fixture(scope="session")
def digits_preview(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of the preview of Digits."""
    from core.worker.first_look import main  # noqa: PLC0415
    raise NotImplementedError
