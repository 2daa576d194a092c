"""Networks written for elsewhere: loaded again, they answer as they did in Keras."""

import os
import shutil
from pathlib import Path

import keras
import numpy as np
import pytest

from core.experiment.serialization import dumps
from core.export.model_formats import FORMATS, read
from core.worker.data.load import load_sets
from core.worker.export_model import EXPERIMENT, READERS, WRITERS, convert
from core.worker.training.build_model import build
from tests.core.conftest import Trained
from tests.core.sample_experiments import RESIDUAL, template


@pytest.fixture
def installed(name: str) -> None:
    """A skip that says what is missing, where a format needs more than requirements.txt."""
    if missing := FORMATS[name].missing():
        pytest.skip(f"{', '.join(missing)}: not installed; pip install -r requirements-export.txt")


@pytest.mark.usefixtures("installed")
@pytest.mark.parametrize("name", FORMATS)
def test_network_is_written_loaded_again_and_compared(name: str, trained: Trained, tmp_path: Path) -> None:
    job, folder = tmp_path / "job", tmp_path / "run"
    job.mkdir()
    shutil.copytree(trained.folder, folder)
    (job / EXPERIMENT).write_text(dumps(trained.experiment))
    before = (folder / "model.keras").stat().st_mtime_ns
    convert(job, folder, name)
    found = read(folder, name)
    assert found is not None
    assert (found.images, found.against) == (100, "what the run's evaluation answered")
    assert found.difference < 1e-5
    images = load_sets(trained.experiment).test[0]
    wanted = keras.saving.load_model(trained.folder / "model.keras").predict(images, verbose=0)
    assert READERS[name](folder / FORMATS[name].file, images) == pytest.approx(wanted, abs=1e-5)
    assert (folder / "model.keras").stat().st_mtime_ns == before
    os.utime(folder / "model.keras", ns=(1, 1))  # the run went on
    assert read(folder, name) is None


@pytest.mark.usefixtures("installed")
@pytest.mark.deep
@pytest.mark.parametrize(("net", "name"), [("residual", "litert"), ("lstm", "litert"), ("transformer", "onnx")])
def test_graphs_loops_and_attention_are_written_too(net: str, name: str, tmp_path: Path) -> None:
    keras.utils.set_random_seed(0)
    model = build(RESIDUAL if net == "residual" else template(net))
    images = np.random.default_rng(0).random((3, 8, 8, 1)).astype("float32")
    wanted = model.predict(images, verbose=0)
    WRITERS[name](model, tmp_path / FORMATS[name].file)
    assert READERS[name](tmp_path / FORMATS[name].file, images) == pytest.approx(wanted, abs=1e-5)


def test_difference_that_is_there_is_reported(trained: Trained, tmp_path: Path) -> None:
    job, folder = tmp_path / "job", tmp_path / "run"
    job.mkdir()
    shutil.copytree(trained.folder, folder)
    model = keras.saving.load_model(folder / "model.keras")
    model.set_weights([np.zeros_like(weight) for weight in model.get_weights()])  # all answers alike
    model.save(folder / "model.keras")
    (job / EXPERIMENT).write_text(dumps(trained.experiment))
    convert(job, folder, "keras")
    found = read(folder, "keras")
    assert found is not None
    assert found.difference > 0.5
