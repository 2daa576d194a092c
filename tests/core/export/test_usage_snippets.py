"""How to use a downloaded network: the snippet runs in a process of its own, beside the file, and names the class."""

import ast
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import keras
import numpy as np
import pytest
from PIL import Image

from core.catalogue.datasets import DATASETS
from core.experiment.model import DATA
from core.experiment.templates import lecture_experiment
from core.export.model_formats import FORMATS
from core.export.usage_snippets import PICTURE, expected_pixels, file_name, snippet
from core.worker.data.load import load_sets
from core.worker.export_model import WRITERS
from tests.core.conftest import Trained
from tests.core.datasets.sample_datasets import own_digits
from tests.core.sample_experiments import with_data

TRIED = 2  # pictures of different classes


def run_alone(text: str, folder: Path) -> str:
    """The output of a snippet in a process of its own, without this project."""
    environment = {**os.environ, "PYTHONPATH": ""}
    command = [sys.executable, "-c", text]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=180, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def assert_class_is_named(name: str, trained: Trained, folder: Path, run: Callable[[str, Path], str]) -> None:
    """Beside the downloaded file, and for pictures that the network takes for different classes."""
    experiment, path = trained.experiment, folder / file_name(7, name)
    model = keras.saving.load_model(trained.folder / "model.keras")
    if name == "keras":
        shutil.copyfile(trained.folder / "model.keras", path)
    else:
        WRITERS[name](model, path)
    images = load_sets(experiment).test[0][:40]
    answers = model.predict(images, verbose=0).argmax(axis=-1)
    for answer in list(dict.fromkeys(answers.tolist()))[:TRIED]:
        image = images[answers.tolist().index(answer)]
        Image.fromarray(np.rint(255 * image[..., 0]).astype("uint8"), "L").save(folder / PICTURE)
        assert run(snippet(experiment, 7, name), folder).splitlines()[-1] == experiment.data.entry.classes[answer]


@pytest.mark.deep
def test_snippet_names_the_class(trained: Trained, tmp_path: Path, run: Callable[[str, Path], str]) -> None:
    assert_class_is_named("keras", trained, tmp_path, run)


@pytest.mark.deep
@pytest.mark.parametrize("name", FORMATS)
def test_snippet_runs_beside_the_downloaded_file_and_names_the_class(name: str, trained: Trained, tmp_path: Path) -> None:
    if missing := FORMATS[name].missing():
        pytest.skip(f"{', '.join(missing)}: not installed; pip install -r requirements-export.txt")
    assert_class_is_named(name, trained, tmp_path, run_alone)


@pytest.mark.parametrize("dataset", DATASETS)
@pytest.mark.parametrize("pixels", DATA["pixels"].constraint.boundary_values())
def test_picture_of_a_file_becomes_what_the_run_was_trained_on(dataset: str, pixels: str) -> None:
    experiment = with_data(lecture_experiment(dataset), pixels=pixels)
    low, high = experiment.data.pixel_range
    shape = experiment.data.entry.image_shape
    picture = np.random.default_rng(0).integers(0, 256, shape, dtype="uint8")
    picture[0, 0], picture[0, 1] = 0, 255
    (line,) = (one for one in snippet(experiment, 1, "keras").splitlines() if one.startswith("images = "))
    names: dict = {"np": np, "picture": Image.fromarray(picture.squeeze())}
    exec(line, names)  # noqa: S102 - our own line
    images = names["images"]
    assert (images.shape, images.dtype) == ((1, *shape), np.float32)
    assert images.min() == pytest.approx(low) and images.max() == pytest.approx(high)
    wanted = low + picture.astype("float64") / 255 * (high - low)
    assert np.allclose(images[0], wanted, atol=1e-4 * (high - low))


def test_snippet_names_the_file_that_is_downloaded_and_says_what_it_takes() -> None:
    names = {name: file_name(12, name) for name in FORMATS}
    assert names == {"keras": "run-12.keras", "litert": "run-12.tflite", "onnx": "run-12.onnx"}
    for name, file in names.items():
        text = snippet(lecture_experiment("cifar10"), 12, name)
        assert f'"{file}"' in text and 'convert("RGB").resize((32, 32))' in text and '"airplane"' in text
        ast.parse(text)
    assert (
        expected_pixels(with_data(lecture_experiment("fashion_mnist"), pixels="-1-1").data)
        == "28 × 28 grey pixels from -1 to 1"
    )


def test_snippet_has_the_class_names_of_pictures_of_ones_own() -> None:
    name = own_digits("ada")
    experiment = lecture_experiment(name)
    names: dict = {}
    text = snippet(experiment, 1, "onnx")
    start = text.index("class_names = ")
    exec(text[start : text.index("]", start) + 1], names)  # noqa: S102 - our own lines
    assert tuple(names["class_names"]) == experiment.data.entry.classes
